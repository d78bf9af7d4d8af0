/** Aggregated candidates in a browser: brush, filter, pick, split, and all of it again from the address. */
import {readFile} from "node:fs/promises";
import type {Page} from "playwright-core";
import {expect, vi} from "vitest";
import {drag, overflow, settled} from "./flow.js";
import {describeSites} from "./site.js";

vi.setConfig({testTimeout: 120_000});
const soon = {timeout: 30_000};

const lede = (page: Page) => page.locator(".kp-explorer-lede .kp-lede").innerText();
const count = (page: Page) => page.locator(".kp-count").innerText();
const rows = (page: Page) => page.locator(".kp-column-table tbody tr");
const ready = (page: Page) => expect.poll(() => lede(page), {timeout: 60_000}).toMatch(/tokens\/s\/GPU/);
const number = (text: string) => Number(text.replace(/[^\d]/g, ""));

/** How many the filter leaves, and of how many. */
async function counts(page: Page): Promise<[number, number]> {
  const [left, all] = (await count(page)).match(/[\d,]+/g)!.map(number);
  return [left, all];
}

async function brush(page: Page, from: [number, number], to: [number, number]): Promise<void> {
  const stage = page.locator(".kp-panels");
  await stage.scrollIntoViewIfNeeded();
  const box = (await stage.boundingBox())!;
  const at = ([x, y]: [number, number]): [number, number] => [box.x + box.width * x, box.y + box.height * y];
  await page.mouse.move(...at(from));
  await page.mouse.down();
  await page.mouse.move(...at(to), {steps: 8});
  await page.mouse.up();
}

describeSites("the aggregated page", ({test}) => {
  test("names the choice and says why not the others", async ({visit}) => {
    const page = await visit("notebooks/aggregated.html");
    await ready(page);
    expect(await lede(page)).toMatch(/replicas? of \S+ at batch \d+: .*most throughput of \d+ candidates?/);
    const fares = page.locator(".kp-fares tbody tr");
    await expect.poll(() => fares.count(), soon).toBeGreaterThan(1);
    expect(await fares.first().innerText()).toContain("Is the choice");
    for (const words of (await fares.allInnerTexts()).slice(1)) expect(words).toMatch(/less|Misses|Exceeds|data|KV/);
  });

  test("filters chart, count, table and CSV by a brush, and clears it", async ({visit}) => {
    const page = await visit("notebooks/aggregated.html?isl=1000");
    await ready(page);
    const all = number(await count(page));
    await brush(page, [0.45, 0.5], [0.75, 0.9]);
    await expect.poll(() => count(page), soon).toMatch(/ of /);
    await settled(() => count(page));
    const [left, whole] = await counts(page);
    expect(whole).toBe(all);
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(all);
    await expect.poll(() => page.locator(".kp-column-table .kp-caption").innerText(), soon).toContain(`${left} of`);
    expect(await rows(page).count()).toBe(Math.min(50, left));
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.click(".kp-filter button:has-text('csv')")
    ]);
    const csv = await readFile((await download.path())!, "utf8");
    expect(csv.trimEnd().split("\n").length).toBe(left + 1);
    await page.click("text=clear the filter");
    await expect.poll(async () => number(await count(page)), soon).toBe(all);
    await expect.poll(() => page.url(), soon).not.toContain("in=");
  });

  test("filters by numbers alone, and comes back so after a reload", async ({visit}) => {
    const page = await visit("notebooks/aggregated.html");
    await ready(page);
    await page.getByLabel("batch from, per rank").fill("8");
    await page.getByLabel("batch to, per rank").fill("16");
    await page.getByLabel("batch to, per rank").press("Tab");
    await expect.poll(() => page.url(), soon).toContain("in=batch:8-16");
    await expect.poll(() => count(page), soon).toMatch(/ of /);
    const before = await counts(page);
    await page.click("text=by TP");
    await expect.poll(() => page.url(), soon).toContain("by=tp");
    await page.reload();
    await ready(page);
    expect(await counts(page)).toEqual(before);
    expect(await page.locator(".kp-panel h3").count()).toBeGreaterThan(1);
    await page.goBack();
    await expect.poll(() => page.locator(".kp-panel h3").count(), soon).toBe(0);
  });

  test("picks a candidate in the table, and shows it everywhere", async ({visit}) => {
    const page = await visit("notebooks/aggregated.html");
    await ready(page);
    const row = rows(page).nth(3);
    await row.scrollIntoViewIfNeeded();
    await row.hover();
    await expect.poll(() => page.locator(".kp-ring[visibility=visible]").count(), soon).toBe(1);
    await row.click();
    await expect.poll(() => page.url(), soon).toContain("pick=agg:");
    await expect.poll(() => page.locator(".kp-eyebrow").innerText(), soon).toContain("Your pick");
    const words = page.locator(".kp-map-words").first();
    await expect.poll(() => words.innerText(), soon).toMatch(/^Selected: /);
    const picked = await words.innerText();
    await page.reload();
    await ready(page);
    await expect.poll(() => words.innerText(), soon).toBe(picked);
    await page.click("text=Back to the best");
    await expect.poll(() => page.locator(".kp-eyebrow").innerText(), soon).toContain("Chosen");
  });

  test("is walked over by keyboard alone", async ({visit}) => {
    const page = await visit("notebooks/aggregated.html");
    await ready(page);
    const words = page.locator(".kp-map-words").first();
    const first = await words.innerText();
    await page.locator(".kp-panels").focus();
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => words.innerText(), soon).not.toBe(first);
    const second = await words.innerText();
    await page.locator(".kp-map-stage").focus();
    await page.keyboard.press("ArrowLeft");
    await expect.poll(() => words.innerText(), soon).not.toBe(second);
  });

  test("tries the sizes that are ticked and no others", async ({visit}) => {
    const page = await visit("notebooks/aggregated.html");
    await ready(page);
    await page.click("text=Workers that are tried");
    const chosen = await page.locator(".kp-fares tbody tr").first().locator("th").innerText();
    await page.getByLabel(chosen.replace(/^TP(\d+).*/, "TP $1"), {exact: true}).uncheck();
    await expect.poll(() => page.url(), soon).toContain("wtp=");
    await expect.poll(() => page.locator(".kp-fares tbody th").allInnerTexts(), soon).not.toContain(chosen);
    await page.click(".kp-boxes:has-text('TP') .kp-link:visible");
    await expect.poll(() => page.locator(".kp-fares tbody th").allInnerTexts(), soon).toContain(chosen);
  });

  test("says what would work where nothing does, and does it", async ({visit}) => {
    const page = await visit("notebooks/aggregated.html?ttft=5&tpot=1");
    await expect.poll(() => lede(page), {timeout: 60_000}).toMatch(/^No aggregated deployment keeps/);
    const remedy = page.locator(".kp-remedies a").first();
    await remedy.click();
    await expect.poll(() => lede(page), soon).toMatch(/keeps? your targets/);
  });

  test("answers while a slider is dragged", async ({visit}) => {
    const page = await visit("notebooks/aggregated.html");
    await ready(page);
    const before = await lede(page);
    await drag(page, /^TTFT/, 0.9);
    await expect.poll(() => lede(page), soon).not.toBe(before);
    const after = await settled(() => lede(page));
    await page.reload();
    await ready(page);
    expect(await lede(page)).toBe(after);
  });

  test("fits a narrow screen in the dark", async ({visit}) => {
    const page = await visit("notebooks/aggregated.html?by=tp", {width: 390, height: 844, dark: true});
    await ready(page);
    expect(await overflow(page)).toBe(0);
  });
});
