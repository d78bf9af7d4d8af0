/** What an answer hangs on: told when the page opens, row by row, and without anything moving. */
import type {Page} from "playwright-core";
import {describeSites} from "./site.js";
import {settled} from "./settled.js";

const whole = /^It hangs most on the .* changes would call for another choice\.$/;

/** From the navigation on; what follows an input is not counted. */
async function watchShifts(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    const shared = globalThis as typeof globalThis & {shifted: number};
    shared.shifted = 0;
    new PerformanceObserver((list) => {
      for (const each of list.getEntries() as (PerformanceEntry & {value: number; hadRecentInput: boolean})[])
        if (!each.hadRecentInput) shared.shifted += each.value;
    }).observe({type: "layout-shift", buffered: true});
  });
  return () => page.evaluate(() => (globalThis as typeof globalThis & {shifted: number}).shifted);
}

describeSites("the sensitivity page", ({test, measured}) => {
  test.runIf(measured)(
    "has its usual answer before any script runs, and the same after",
    async ({visit, url, expect}) => {
      const path = "notebooks/sensitivity.html";
      const text = await (await fetch(url + path)).text();
      const said = /class="kp-sensitivity-lede".*?<p class="kp-lede">(.*?)<\/p>/s
        .exec(text)![1]
        .replace(/<[^>]+>/g, "");
      expect(said).toMatch(whole);
      const page = await visit(path);
      await settled(page);
      expect(await page.locator(".kp-sensitivity-lede .kp-lede").innerText()).toBe(said);
      expect(await page.locator(".kp-run").innerText()).toMatch(/^\d+ inputs, tried when this site was built\.$/);
      expect(await page.locator("svg[aria-label^='Change of throughput'] rect").count()).toBeGreaterThan(8);
    }
  );

  test("tells what it tries, input by input, and keeps its place", async ({visit, expect}) => {
    const page = await visit("notebooks/sensitivity.html?osl=200");
    const shifted = await watchShifts(page);
    const lede = page.locator(".kp-sensitivity-lede .kp-lede");
    await expect
      .poll(() => page.locator(".kp-sensitivity-base").innerText())
      .toMatch(/^As it is: [\d,.]+ tokens\/s\/GPU/);
    await expect.poll(() => lede.innerText(), {timeout: 60_000}).toMatch(whole);
    expect(await lede.getAttribute("aria-busy")).toBeNull();
    expect(await page.locator(".kp-run").innerText()).toMatch(/^\d+ inputs tried in [\d.,]+ m?s\.$/);
    expect(await shifted()).toBeLessThan(0.1);
  });

  test("never shows fewer rows than there are inputs while targets are dragged", async ({visit, expect}) => {
    const page = await visit("notebooks/sensitivity.html");
    await settled(page);
    const rows = await page.locator(".kp-listing tbody tr").count();
    const seen = await page.evaluate(async () => {
      const counts = new Set<number>();
      const observer = new MutationObserver(() => counts.add(document.querySelectorAll(".kp-listing tbody tr").length));
      observer.observe(document.querySelector("main")!, {subtree: true, childList: true});
      const slider = document.querySelector<HTMLInputElement>("main input[type=range]")!;
      for (let i = 0; i < 10; ++i) {
        slider.stepUp(8);
        slider.dispatchEvent(new Event("input", {bubbles: true}));
        await new Promise((later) => setTimeout(later, 50));
      }
      return new Promise<number[]>((later) => setTimeout(() => later([...counts]), 500));
    });
    // Framework takes an element out before it puts the next one in.
    expect(seen.filter((count) => count !== 0)).toEqual([rows]);
    await expect
      .poll(() => page.locator(".kp-sensitivity-lede .kp-lede").innerText(), {timeout: 60_000})
      .toMatch(whole);
  });

  test("names an unknown model, and keeps no empty room for what will not come", async ({visit, expect}) => {
    const page = await visit("notebooks/sensitivity.html?model=nonsense&gpus=8");
    await expect.poll(() => page.locator(".kp-status.kp-problem-text").innerText()).toMatch(/unknown model: nonsense/);
    expect(await page.locator("main [aria-busy='true']").count()).toBe(0);
    expect(await page.locator("h2:visible").count()).toBe(0);
  });
});
