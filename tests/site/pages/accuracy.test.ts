/** The accuracy page in a browser: files in, predictions out, and every view in the address. */
import type {Page} from "playwright-core";
import {expect} from "vitest";
import {settled} from "./flow.js";
import {describeSites} from "./site.js";

const header =
  "id,source,backend,backend_version,model_path,system,precision,mode,isl,osl,batch_size,tp_size,measured_ttft_ms,measured_tpot_ms,reference_ttft_ms,reference_tpot_ms";
const of = (id: string, model: string, system: string, batch: number, ttft: number) =>
  `${id},,trtllm,,${model},${system},fp8,agg,2000,200,${batch},4,${ttft},9,200,8`;

/** Made up; the last one is of a model that nobody knows. */
const csv = [
  header,
  of("q1", "Qwen/Qwen3-32B", "h200_sxm", 1, 110),
  of("q2", "Qwen/Qwen3-32B", "h200_sxm", 16, 190),
  of("q3", "Qwen/Qwen3-32B", "b200_sxm", 64, 500),
  of("l1", "meta-llama/Llama-3.1-8B-Instruct", "h200_sxm", 16, 80),
  of("x1", "no/such-model", "h200_sxm", 4, 100)
].join("\n");

const choose = (page: Page, text: string, name = "mine.csv") =>
  page
    .locator(".kp-measured-source input[type=file]")
    .setInputFiles({name, mimeType: "text/csv", buffer: Buffer.from(text)});

const drop = (page: Page, text: string) =>
  page.evaluate((text) => {
    const files = new DataTransfer();
    files.items.add(new File([text], "dropped.csv", {type: "text/csv"}));
    document.body.dispatchEvent(new DragEvent("drop", {bubbles: true, cancelable: true, dataTransfer: files}));
  }, text);

const lede = (page: Page) => page.locator(".kp-accuracy-lede").innerText();
const poll = {timeout: 60_000};

describeSites("the accuracy page", ({test}) => {
  test("invites to drop a file, and predicts one that is dropped", async ({visit}) => {
    const page = await visit("notebooks/accuracy.html");
    await expect.poll(() => lede(page), poll).toMatch(/Drop a CSV of measured deployments/);
    expect(await page.locator(".kp-scatter").count()).toBe(0);
    await drop(page, csv);
    await expect
      .poll(() => lede(page), poll)
      .toMatch(
        /By simulated requests, half of the predictions are within \d+ % .* 4 of 5 measured deployments are predicted\./
      );
    await expect.poll(() => page.locator(".kp-rings path").count(), poll).toBeGreaterThan(0);
    const marks = await page.locator(".kp-scatter").first().locator(".kp-rings path").evaluateAll((paths) => paths.map((path) => (path.getAttribute("d")!.match(/M/g) ?? []).length)); // prettier-ignore
    expect(marks.reduce((sum, count) => sum + count, 0)).toBe(4);
    await expect
      .poll(() => page.locator("#observablehq-main").innerText(), poll)
      .toContain("1 row is of a model that is not known");
    expect(await page.locator(".kp-accuracy-note").innerText()).toMatch(
      /The closed formula is .* on the 4 rows.* The reference that the file carries is .* on the 4 rows/
    );
  }, 90_000);

  test("says what a text is that is no table, and reads the rows that can be read", async ({visit}) => {
    const page = await visit("notebooks/accuracy.html");
    await choose(page, "once upon a time", "tale.csv");
    const problem = page.locator(".kp-measured-source .kp-problem-text");
    await expect
      .poll(() => problem.innerText(), poll)
      .toMatch(/tale.csv: not a table of measured deployments: the first line has no column backend/);
    await choose(page, `${csv}\nbad,,tgi,,Qwen/Qwen3-32B,h200_sxm,fp8,agg,2000,200,1,4,100,9,,`);
    await expect.poll(() => lede(page), poll).toMatch(/4 of 5 measured deployments/);
    const list = page.locator(".kp-problem-list");
    expect(await list.locator("summary").innerText()).toMatch(/1 row could not be read/);
    expect(await list.locator("li").first().textContent()).toBe(
      'bad: line 7 backend: "tgi"; must be one of trtllm, sglang, vllm'
    );
  }, 90_000);

  test("keeps filters and order in the address, through reload and back", async ({visit}) => {
    const page = await visit("notebooks/accuracy.html?system=h200_sxm&sort=ttft");
    await choose(page, csv);
    await expect.poll(() => lede(page), poll).toMatch(/3 of 4 measured deployments that you chose/);
    const sorted = page.locator('.kp-errors th[aria-sort="descending"]');
    await expect.poll(() => sorted.first().innerText(), poll).toBe("TTFT error");
    await page.getByRole("combobox", {name: "Model"}).selectOption("Qwen/Qwen3-32B");
    await expect.poll(() => lede(page), poll).toMatch(/All 2 measured deployments that you chose/);
    expect(new URL(page.url()).searchParams.get("model")).toBe("Qwen/Qwen3-32B");
    await page.reload();
    await expect.poll(() => lede(page), poll).toMatch(/All 2 measured deployments that you chose/);
    await page.goBack();
    await expect.poll(() => lede(page), poll).toMatch(/3 of 4 measured deployments that you chose/);
    await page.getByRole("button", {name: "Show all rows"}).click();
    await expect.poll(() => lede(page), poll).toMatch(/4 of 5 measured deployments are/);
  }, 90_000);

  test("holds the formula against what was measured instead, in the address, without predicting anew", async ({
    visit
  }) => {
    const page = await visit("notebooks/accuracy.html");
    await choose(page, csv);
    await expect.poll(() => lede(page), poll).toMatch(/^By simulated requests.* 4 of 5 .* predicted\./);
    const simulated = await lede(page);
    expect(await page.getByRole("combobox", {name: "Gaps of tables"}).count()).toBe(0);
    const heads = page.locator(".kp-errors").first().locator("thead");
    await expect.poll(() => heads.innerText(), poll).toContain("formula");
    await page.getByRole("combobox", {name: "Predicted by"}).selectOption("formula");
    await expect
      .poll(() => lede(page), {timeout: 2000})
      .toMatch(/^By the closed formula, half .* 4 of 5 .* predicted\./);
    await expect.poll(() => heads.innerText(), poll).toContain("simulation");
    expect(await page.getByRole("combobox", {name: "Labels"}).count()).toBe(0);
    expect(new URL(page.url()).searchParams.get("by")).toBe("formula");
    await page.goBack();
    await expect.poll(() => lede(page), poll).toBe(simulated);
  }, 90_000);

  test("opens a worst case as the configuration that was run", async ({visit}) => {
    const page = await visit("notebooks/accuracy.html?worst=tpot&by=formula");
    await choose(page, csv);
    const first = page.locator(".kp-worst tbody tr").first();
    await expect.poll(() => first.count(), poll).toBe(1);
    expect(await page.locator(".kp-worst caption").innerText()).toBe("Farthest from the measured TPOT, by factor");
    const predicted = await first.locator("td").nth(2).innerText();
    await first.locator("a").click();
    await expect.poll(() => page.url(), poll).toMatch(/configuration.html\?.*pick=agg/);
    await expect
      .poll(() => page.locator("#observablehq-main").innerText(), poll)
      .toContain(predicted.replace(" ms", ""));
  }, 90_000);

  test("can be cancelled on the way, and goes on from there", async ({visit}) => {
    const page = await visit("notebooks/accuracy.html");
    const many = Array.from({length: 3000}, (_, i) => of(`r${i}`, "Qwen/Qwen3-32B", "h200_sxm", 1 + (i % 64), 100));
    await choose(page, [header, ...many].join("\n"));
    await page.getByRole("button", {name: "Cancel"}).click(poll);
    const done = () => page.locator(".kp-source-progress span").innerText();
    const stopped = await settled(done);
    expect(Number(stopped.split(" ")[0].replaceAll(",", ""))).toBeLessThan(3000);
    await page.getByRole("button", {name: "Go on"}).click();
    await expect.poll(() => lede(page), poll).toMatch(/All 3,000 measured deployments are predicted/);
  }, 90_000);

  test("is read at 390 pixels in the dark without a sideways scroll", async ({visit}) => {
    const page = await visit("notebooks/accuracy.html", {width: 390, height: 844, dark: true});
    await choose(page, csv);
    await expect.poll(() => page.locator(".kp-worst tbody tr").count(), poll).toBe(4);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
  }, 90_000);
});
