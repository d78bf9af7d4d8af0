/** The method page as a reader has it: numbers follow the sizes, the address keeps them, and the code is there. */
import {readFileSync} from "node:fs";
import {resolve} from "node:path";
import type {Page} from "playwright-core";
import {vi} from "vitest";
import {describeSites} from "./site.js";
import {overflow} from "./flow.js";

// These may run beside other work on two cores.
vi.setConfig({testTimeout: 120_000});
const soon = {timeout: 30_000};

const repo = resolve(import.meta.dirname, "../../..");
const path = "notebooks/method.html";
const sentence = (page: Page) => page.locator(".kp-method-lede").innerText();
const ready = (page: Page) => page.locator(".kp-formulas").nth(5).waitFor({timeout: 60_000});
/** Rows of the stage under a heading that begins with `title`, as name and result. */
const stage = (page: Page, title: string) =>
  page.evaluate((title) => {
    const heading = [...document.querySelectorAll("h2")].find((each) => each.textContent?.startsWith(title))!;
    const rows: Record<string, string> = {};
    for (let at = heading.nextElementSibling; at && at.tagName !== "H2"; at = at.nextElementSibling)
      for (const row of at.querySelectorAll(".kp-formulas > div"))
        rows[row.querySelector("dt")!.textContent!] = row.querySelector(".kp-formula-value")!.textContent!;
    return rows;
  }, title);

describeSites("the method", ({test}) => {
  test("numbers follow the sizes, and the address keeps them", async ({visit, expect}) => {
    const page = await visit(path);
    await ready(page);
    const before = await sentence(page);
    expect(before).toMatch(
      /^Qwen3-32B-FP8 on H200 SXM with TensorRT-LLM, TP1, batch 8: .* tokens\/s\/GPU, TTFT .*, TPOT /
    );
    const mixed = await stage(page, "4.");
    expect(mixed["mixed steps"]).toBe("= 8");
    expect(before).toContain(`TTFT ${mixed.TTFT.replace("= ", "")}`);
    await page.getByRole("spinbutton", {name: "Batch"}).fill("16");
    await page.keyboard.press("Tab");
    await expect.poll(() => sentence(page), soon).toMatch(/TP1, batch 16:/);
    await expect.poll(async () => (await stage(page, "4."))["mixed steps"], soon).toBe("= 16");
    await page.getByRole("button", {name: "TP, up"}).click();
    await expect.poll(() => page.url(), soon).toMatch(/pick=agg:tp2pp1dp1etp1ep1@16c4000/);
    await expect.poll(() => sentence(page), soon).toMatch(/TP2, batch 16:/);
    const after = await sentence(page);
    await page.reload();
    await ready(page);
    expect(await sentence(page)).toBe(after);
  });

  test("every stage has its formulas, with numbers in place of names", async ({visit, expect}) => {
    const page = await visit(path);
    await ready(page);
    for (const title of ["1.", "2.", "3.", "4.", "5."])
      expect(Object.keys(await stage(page, title)).length).toBeGreaterThan(0);
    await expect.poll(async () => Object.keys(await stage(page, "6.")), soon).toEqual(["above the chord"]);
    for (const numbers of await page.locator(".kp-formula-numbers code").allInnerTexts())
      expect(numbers.replace(/\b(min|max|ceil|floor|log2)\b/g, "")).not.toMatch(/[A-Za-z]/);
  });

  test("shows the engine's files where it names them", async ({visit, expect}) => {
    const page = await visit(path);
    await ready(page);
    const links = page.getByRole("button", {name: /^engine\/.*\.ts$/});
    expect(await links.count()).toBeGreaterThan(8);
    for (const link of await links.all()) {
      const name = await link.innerText();
      await link.click();
      const dialog = page.getByRole("dialog", {name});
      await dialog.waitFor();
      // The file itself, as it lies in the repository.
      expect(await dialog.locator("pre").innerText()).toBe(readFileSync(resolve(repo, name), "utf8"));
      await page.keyboard.press("Escape");
      await expect.poll(() => page.getByRole("dialog").count(), soon).toBe(0);
    }
  });

  test("sizes that cannot be are told, and the numbers before stay", async ({visit, expect}) => {
    const page = await visit(path);
    await ready(page);
    const before = await sentence(page);
    await page.evaluate(() => {
      const link = Object.assign(document.createElement("a"), {href: "?pick=agg:tp3pp1dp1etp1ep1@8c4000", id: "bad"});
      document.body.append(link);
    });
    await page.locator("#bad").dispatchEvent("click");
    await expect
      .poll(() => page.getByRole("alert").innerText(), soon)
      .toMatch(/invalid tp: 3; .* Numbers shown are of the sizes before/);
    expect(await sentence(page)).toBe(before);
    await page.getByRole("link", {name: "Take sizes that can be"}).click();
    await expect.poll(() => page.getByRole("alert").innerText(), soon).toBe("");
  });

  test.for([
    [1440, false],
    [390, true]
  ] as const)("nothing scrolls sideways at %d px", async ([width, dark], {visit, expect}) => {
    const page = await visit(`${path}?model=deepseek-ai/DeepSeek-V3`, {width, height: 900, dark});
    await ready(page);
    expect(await overflow(page)).toBe(0);
  });
});
