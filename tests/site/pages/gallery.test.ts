/** The gallery of embeds: every chart live, and snippets that follow what is asked. */
import {expect, vi} from "vitest";
import {chartNames} from "../../../src/chart/names.js";
import {overflow} from "./flow.js";
import {describeSites} from "./site.js";

// These may run beside other work on two cores.
vi.setConfig({testTimeout: 120_000});
const soon = {timeout: 20_000};

describeSites("the gallery of embeds", ({test, measured}) => {
  const path = "notebooks/gallery.html";

  test("shows every chart live, and answers its question with the frontier's finding", async ({visit}) => {
    const page = await visit(path);
    for (const name of chartNames) await page.waitForSelector(`kneepoint-${name} svg`, {timeout: 30_000});
    const finding = await page.locator("kneepoint-frontier .title").innerText();
    await expect.poll(() => page.locator(".kp-gallery-lede").innerText(), soon).toContain(finding);
    const foot = await page.locator("kneepoint-frontier .foot").innerText();
    expect(foot).toMatch(measured ? /measured on/ : /fitted to measurements/);
  });

  test("lets snippets and charts follow the inputs, and keeps both in the address", async ({visit}) => {
    const page = await visit(path);
    await page.waitForSelector("kneepoint-frontier svg", {timeout: 30_000});
    const code = page.locator("#frontier code");
    const subtitle = page.locator("kneepoint-frontier .subtitle");
    await page.getByRole("combobox", {name: "GPU", exact: true}).selectOption("h100_sxm");
    await expect.poll(() => code.innerText(), soon).toContain(`system="h100_sxm"`);
    await expect.poll(() => subtitle.innerText(), soon).toContain("H100 SXM");
    await expect.poll(() => page.locator("#compare code").innerText(), soon).toContain(`system="h100_sxm,h200_sxm"`);
    await page.getByRole("button", {name: "Command line"}).click();
    await expect.poll(() => code.innerText(), soon).toMatch(/^npx kneepoint chart frontier .*--system h100_sxm/);
    await page.getByRole("slider", {name: /^Input/}).press("ArrowLeft");
    await expect.poll(() => code.innerText(), soon).not.toContain("--isl 4000");
    const asked = await code.innerText();
    const isl = /--isl (\d+)/.exec(asked)![1];
    await expect.poll(() => new URL(page.url()).searchParams.get("isl"), soon).toBe(isl);
    await page.reload();
    await expect.poll(() => code.innerText(), soon).toBe(asked);
    await page.goBack();
    await expect.poll(() => code.innerText(), soon).toContain("--isl 4000");
  });

  test("copies what it shows", async ({visit}) => {
    const page = await visit(path);
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("button", {name: "iframe"}).click();
    await page.locator("#memory").getByRole("button", {name: "Copy"}).click();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toBe(await page.locator("#memory code").innerText());
    expect(copied).toMatch(/^<iframe src="http.*\/embed\/memory\.html\?model=/);
  });

  test("fits a narrow page", async ({visit}) => {
    const page = await visit(path, {width: 390, height: 844, dark: true});
    for (const name of chartNames) await page.waitForSelector(`kneepoint-${name} svg`, {timeout: 30_000});
    expect(await overflow(page)).toBeLessThanOrEqual(0);
  });
});
