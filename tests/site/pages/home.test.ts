/** The home page as its figures come: by formula at once, by simulation as requests are simulated, or by formula alone. */
import type {Page} from "playwright-core";
import {vi} from "vitest";
import {shift} from "./shift.js";
import {describeSites} from "./site.js";

vi.setConfig({testTimeout: 120_000});
const soon = {timeout: 60_000};

const sentence = (page: Page) => page.locator(".kp-answer").innerText();
const card = (page: Page) => page.locator(".kp-plan").innerText();
const key = (page: Page, name: string) => new URL(page.url()).searchParams.get(name);

/** Which way the figures were found that are shown, and whether more are to come. */
const figures = (page: Page) =>
  page
    .locator(".kp-refining")
    .evaluate(({dataset}) => `${dataset.figures}${dataset.done === "true" ? "" : ", and more to come"}`);

describeSites("figures on the home page", ({test}) => {
  test("come by formula and then by simulation, with percentiles and bands, again for another target", async ({
    visit,
    expect
  }) => {
    const page = await visit("index.html?gpus=8");
    await expect.poll(() => figures(page), soon).toBe("simulation");
    await expect
      .poll(() => card(page), soon)
      .toMatch(/P50\s+P90\s+P99\s+TTFT(\s+[\d,.]+ m?s){3}\s+TPOT(\s+[\d,.]+ ms){3}/);
    expect(await card(page)).toMatch(/By simulation of requests, (un)?calibrated.*: (stable|backlogged|overloaded)/);
    const bands = page.locator(".kp-plan dd small");
    for (const text of await bands.allInnerTexts()) expect(text).toMatch(/^± (< )?\d+ %$/);
    expect(await bands.count()).toBe(await page.locator(".kp-plan dd").count());
    expect(await bands.first().getAttribute("title")).toMatch(/^± .* on measured deployments that the fit did not see; .*(un)?calibrated/); // prettier-ignore
    expect(await sentence(page)).toMatch(/^[\d,.]+ tokens\/s\/GPU ± \d+ % at [\d,.]+ tokens\/s\/user ± \d+ %/);
    expect(await page.locator(".kp-plan dd small, .kp-answer small").count()).toBeGreaterThan(8);
    expect((await shift(page)).score).toBeLessThan(0.1);
    const said = await sentence(page);
    const target = page.getByRole("spinbutton", {name: "TPOT ≤"});
    await target.fill("30");
    await target.press("Enter");
    await expect.poll(() => sentence(page), soon).not.toBe(said);
    await page.waitForTimeout(500); // sentence and note are drawn one after the other
    await expect.poll(() => figures(page), soon).toBe("simulation");
    const simulated = await sentence(page);
    await page.reload();
    await expect.poll(() => figures(page), soon).toBe("simulation");
    await expect.poll(() => sentence(page), soon).toBe(simulated);
  });

  test("stay by formula where the address says so, and go back and forth", async ({visit, expect}) => {
    const page = await visit("index.html?gpus=8&predictor=formula");
    await expect.poll(() => figures(page), soon).toBe("formula");
    expect(await page.locator(".kp-percentiles").count()).toBe(0);
    const said = await sentence(page);
    await page.getByRole("button", {name: "Simulate requests"}).click();
    await expect.poll(() => figures(page), soon).toBe("simulation");
    await expect.poll(() => key(page, "predictor"), soon).toBeNull();
    expect(await sentence(page)).not.toBe(said);
    await page.getByRole("button", {name: "By formula alone"}).click();
    await expect.poll(() => sentence(page), soon).toBe(said);
    await expect.poll(() => key(page, "predictor"), soon).toBe("formula");
    await page.goBack();
    await expect.poll(() => figures(page), soon).toBe("simulation");
  });
});

describeSites("what the home page says where nothing can be answered", ({test}) => {
  test("names an unknown model, and leads to a question that can be asked", async ({visit, expect}) => {
    const page = await visit("index.html?model=nonsense&gpus=8");
    const status = page.locator(".kp-status.kp-problem-text");
    await expect.poll(() => status.innerText(), soon).toMatch(/unknown model: nonsense/);
    expect(await status.innerText()).not.toMatch(/question before/);
    expect(await page.locator("main observablehq-loading:visible, .kp-main:visible").count()).toBe(0);
    await status.getByRole("link").click();
    await expect.poll(() => sentence(page), soon).toMatch(/^[\d,.]+ tokens\/s\/GPU/);
  });

  test("says in the page's own words what does not fit, and how many GPUs would hold it", async ({visit, expect}) => {
    const page = await visit("index.html?model=deepseek-ai/DeepSeek-R1&gpus=1");
    const remedies = page.locator(".kp-remedies");
    await expect.poll(() => remedies.innerText(), soon).toMatch(/For instance: TP1, batch 1 needs [\d.]+ GiB per GPU/);
    expect(await remedies.getByRole("link").first().innerText()).toMatch(/^\d+ GPUs$/);
  });
});
