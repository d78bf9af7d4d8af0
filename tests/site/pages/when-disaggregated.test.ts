/** The map of where disaggregation pays as it is used: cells arrive, the sweep stops and goes on, slices, cells, files. */
import {readFile} from "node:fs/promises";
import type {Page} from "playwright-core";
import {expect, vi} from "vitest";
import {describeSites} from "./site.js";
import {overflow} from "./flow.js";

vi.setConfig({testTimeout: 120_000});

const path = "notebooks/when-disaggregated.html";
/** Few GPUs have few candidates: a cell takes a few milliseconds. */
const quick = `${path}?model=Qwen/Qwen3-8B&gpus=2&ttft=1000&tpot=10`;
const patience = {timeout: 120_000, interval: 100};
const cells = 221;

const lede = (page: Page) => page.locator(".kp-payoff-lede").innerText();
const status = (page: Page) => page.locator(".kp-run").innerText();
const done = async (page: Page) => Number(await page.locator(".kp-run progress").getAttribute("value"));
const isWhole = (page: Page) =>
  expect.poll(() => status(page), patience).toMatch(new RegExp(`^${cells} pairs of lengths in`));

describeSites("the page of when disaggregation pays", ({test}) => {
  test("fills the map from coarse to fine, says what it finds, and tells a cell", async ({visit}) => {
    const page = await visit(quick);
    await expect
      .poll(() => lede(page), patience)
      .toMatch(/^So far, of \d+ cells?: within TTFT ≤ 1,000 ms and TPOT ≤ 10 ms/);
    await isWhole(page);
    expect(await lede(page)).toMatch(
      /^Within TTFT ≤ 1,000 ms and TPOT ≤ 10 ms, disaggregation (pays in \d+ % of cells|never pays)/
    );
    expect(await page.locator(".kp-payoff rect").count()).toBeGreaterThanOrEqual(cells);
    expect(await page.locator(".kp-payoff-stage").getAttribute("aria-label")).toBe(await lede(page));
    await page.locator(".kp-payoff-stage").focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowUp");
    await expect
      .poll(() => page.locator(".kp-pareto .kp-spoken").innerText())
      .toMatch(/^2,000 in, 700 out, TPOT ≤ 10 ms: .* Press to ask it on the home page\.$/);
    await page.keyboard.press("Enter");
    await page.waitForURL(/index\.html\?.*isl=2000&osl=700&ttft=1000&tpot=10/);
  });

  test("shows another TPOT target at once, in the address, as a table and as CSV", async ({visit}) => {
    const page = await visit(quick);
    await isWhole(page);
    expect(await page.locator(".kp-slice small").allInnerTexts()).toHaveLength(8);
    await page.getByRole("button", {name: /^≤ 30 ms/}).click();
    await expect.poll(() => lede(page), {timeout: 1000}).toMatch(/TPOT ≤ 30 ms/);
    expect(await status(page)).toMatch(/^221 pairs/);
    await page.getByText("The same as a table").click();
    const table = page.getByRole("table", {name: "Disaggregated by aggregated throughput"});
    await expect.poll(() => table.locator("tbody td").count()).toBe(cells);
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", {name: "csv"}).click()]);
    const lines = (await readFile((await file.path())!, "utf8")).trim().split("\n");
    expect(lines[0]).toMatch(/^isl,osl,ttft_target_ms,tpot_target_ms,meets_targets,disagg_by_agg/);
    expect(lines).toHaveLength(1 + cells * 8);
    await expect.poll(() => page.url()).toMatch(/tpot=30/);
    await page.goBack();
    await expect.poll(() => lede(page)).toMatch(/TPOT ≤ 10 ms/);
    expect(await status(page)).toMatch(/^221 pairs/);
    await page.goForward();
    await page.reload();
    await expect.poll(() => lede(page), patience).toMatch(/TPOT ≤ 30 ms/);
  });

  test("stops when it is cancelled, goes on where it stopped, and begins anew with another question", async ({
    visit
  }) => {
    const page = await visit(quick);
    await expect.poll(() => done(page), patience).toBeGreaterThan(2);
    await page.getByRole("button", {name: "Cancel"}).click();
    await expect.poll(() => status(page)).toMatch(/^Stopped at \d+ of 221 pairs of lengths/);
    const at = await done(page);
    expect(at).toBeLessThan(cells);
    await page.waitForTimeout(1500);
    expect(await done(page)).toBe(at);
    await page.getByRole("button", {name: "Resume"}).click();
    await isWhole(page);
    await page.getByLabel("TTFT ≤", {exact: true}).fill("1500");
    await page.getByLabel("TTFT ≤", {exact: true}).press("Tab");
    await expect.poll(() => lede(page), patience).toMatch(/So far.*TTFT ≤ 1,500 ms/);
  });

  test("leaves the page free while it works, at any width", async ({visit}) => {
    const page = await visit(path, {width: 390, height: 844});
    await expect.poll(() => done(page), patience).toBeGreaterThan(2);
    await page.getByRole("button", {name: /change$/}).click();
    const started = Date.now();
    await page.getByLabel("GPUs", {exact: true}).fill("8");
    await page.getByLabel("GPUs", {exact: true}).press("Tab");
    await expect.poll(() => page.url()).toMatch(/gpus=8/);
    expect(Date.now() - started).toBeLessThan(5000);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
  });
});
