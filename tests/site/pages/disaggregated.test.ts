/** Two pools in a browser: choose workers, set their numbers, change factors, and all of it again from the address. */
import {readFile} from "node:fs/promises";
import type {Page} from "playwright-core";
import {expect, vi} from "vitest";
import {drag, overflow, settled} from "./flow.js";
import {describeSites} from "./site.js";

vi.setConfig({testTimeout: 120_000});
const soon = {timeout: 30_000};

const lede = (page: Page) => page.locator(".kp-explorer-lede .kp-lede").innerText();
const ready = (page: Page) => expect.poll(() => lede(page), {timeout: 60_000}).toMatch(/requests\/s/);
const arithmetic = (page: Page) => page.locator(".kp-arithmetic").innerText();
const finding = (page: Page, pool: string) =>
  page.locator(`section[aria-label='${pool} workers'] .kp-finding`).innerText();

describeSites("the disaggregated page", ({test}) => {
  test("counts workers, replicas and what waits for what", async ({visit}) => {
    const page = await visit("notebooks/disaggregated.html");
    await ready(page);
    expect(await lede(page)).toMatch(/^\d+ prefill and \d+ decode workers?: .*GPUs = \d+ replicas? × \(/);
    expect(await arithmetic(page)).toMatch(/Prefill makes [\d.,]+ requests\/s, decode takes [\d.,]+: /);
  });

  test("changes plane and words when another worker is chosen, and restores it", async ({visit}) => {
    const page = await visit("notebooks/disaggregated.html");
    await ready(page);
    const before = {words: await arithmetic(page), decode: await finding(page, "decode")};
    await page.locator("section[aria-label='decode workers'] .kp-stage").focus();
    for (let i = 0; i < 6; ++i) await page.keyboard.press("ArrowLeft");
    await settled(() => finding(page, "decode"));
    await expect.poll(() => finding(page, "decode"), soon).not.toBe(before.decode);
    await expect.poll(() => arithmetic(page), soon).not.toBe(before.words);
    await expect.poll(() => page.url(), soon).toMatch(/[?&]d=\w+@\d+/);
    const after = {words: await arithmetic(page), decode: await finding(page, "decode")};
    await page.reload();
    await ready(page);
    expect({words: await arithmetic(page), decode: await finding(page, "decode")}).toEqual(after);
    await page.goBack();
    await expect.poll(() => finding(page, "decode"), soon).not.toBe(after.decode);
  });

  test("takes a prefill worker by a click", async ({visit}) => {
    const page = await visit("notebooks/disaggregated.html");
    await ready(page);
    const before = await finding(page, "prefill");
    await page.click("text=All prefill workers, as a table");
    const other = page.locator(".kp-front-table[open] tbody tr[aria-selected=false]").first();
    await other.click();
    await expect.poll(() => finding(page, "prefill"), soon).not.toBe(before);
  });

  test("sets the numbers by a click in the plane, and goes back to the best", async ({visit}) => {
    const page = await visit("notebooks/disaggregated.html");
    await ready(page);
    const before = await arithmetic(page);
    const plane = page.locator(".kp-plane-stage");
    await plane.scrollIntoViewIfNeeded();
    const box = (await plane.boundingBox())!;
    await page.mouse.click(box.x + 70, box.y + box.height - 60);
    await expect.poll(() => page.url(), soon).toContain("at=1x1");
    await expect.poll(() => arithmetic(page), soon).toMatch(/\(1 prefill .* \+ 1 decode /);
    await page.click("text=Back to the best numbers");
    await expect.poll(() => arithmetic(page), soon).toBe(before);
    await plane.focus();
    await page.keyboard.press("ArrowUp");
    await expect.poll(() => page.url(), soon).toMatch(/at=\d+x\d+/);
    await page.keyboard.press("Enter");
    await expect.poll(() => page.url(), soon).not.toContain("at=");
  });

  test("says when numbers take more GPUs than there are", async ({visit}) => {
    const page = await visit("notebooks/disaggregated.html?at=32x32");
    await ready(page);
    expect(await lede(page)).toMatch(/take \d+ GPUs, more than the 32 there are/);
    await expect.poll(() => page.locator(".kp-pair-card").innerText(), soon).toContain("no replica that fits");
  });

  test("lets factors be changed, and says so", async ({visit}) => {
    const page = await visit("notebooks/disaggregated.html");
    await ready(page);
    const before = await finding(page, "prefill");
    await page.click("text=Workers, replicas and factors");
    const factor = page.locator(".kp-pool-side").first().locator(".kp-slider:has-text('Latency') input[type=number]");
    expect(await factor.inputValue()).toBe("1.1");
    await factor.fill("2.2");
    await factor.press("Tab");
    await expect.poll(() => page.url(), soon).toContain("pscale=2.2");
    await expect.poll(() => finding(page, "prefill"), soon).not.toBe(before);
    await page.click("text=all as usual");
    await expect.poll(() => finding(page, "prefill"), soon).toBe(before);
  });

  test("gives pairs away as CSV", async ({visit}) => {
    const page = await visit("notebooks/disaggregated.html");
    await ready(page);
    const [download] = await Promise.all([page.waitForEvent("download"), page.click("text=pairs as csv")]);
    const lines = (await readFile((await download.path())!, "utf8")).trimEnd().split("\n");
    const caption = await page.locator(".kp-column-table .kp-caption").first().innerText();
    expect(lines.length).toBe(Number(caption.match(/^[\d,]+/)![0].replace(",", "")) + 1);
  });

  test("asks for two GPUs where there is one", async ({visit}) => {
    const page = await visit("notebooks/disaggregated.html?gpus=1");
    await page.click(".kp-remedies a");
    await expect.poll(() => page.url(), soon).toContain("gpus=2");
  });

  test("answers while a slider is dragged", async ({visit}) => {
    const page = await visit("notebooks/disaggregated.html");
    await ready(page);
    const before = await lede(page);
    await drag(page, /^TPOT/, 0.9);
    await expect.poll(() => lede(page), soon).not.toBe(before);
    const after = await settled(() => lede(page));
    await page.reload();
    await ready(page);
    expect(await lede(page)).toBe(after);
  });

  test("fits a narrow screen in the dark", async ({visit}) => {
    const page = await visit("notebooks/disaggregated.html", {width: 390, height: 844, dark: true});
    await ready(page);
    expect(await overflow(page)).toBe(0);
  });
});
