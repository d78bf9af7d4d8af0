/** The page of the simulation as a reader has it: an example that plays, steps, and follows other rules. */
import type {Page} from "playwright-core";
import {vi} from "vitest";
import {overflow} from "./flow.js";
import {describeSites} from "./site.js";

vi.setConfig({testTimeout: 120_000});
const soon = {timeout: 60_000};

const path = "notebooks/simulation.html";
const lede = (page: Page) => page.locator(".kp-simulation-lede").innerText();
const step = (page: Page) => page.locator(".kp-player-words").innerText();
const numberOf = (words: string) => Number(/^Step (\d+) of/.exec(words)?.[1]);
const key = (page: Page, name: string) => new URL(page.url()).searchParams.get(name);

describeSites("how a deployment under load is simulated", ({test}) => {
  test("the example plays by itself, stops, and is gone through step by step", async ({visit, expect}) => {
    const page = await visit(path);
    await expect.poll(() => lede(page), soon).toMatch(/^By the rules of vLLM, six requests take [\d,]+ ms in \d+ steps\./); // prettier-ignore
    await expect.poll(async () => numberOf(await step(page)), soon).toBeGreaterThan(1);
    await page.getByRole("button", {name: "Pause"}).click();
    const stopped = numberOf(await step(page));
    await page.getByRole("button", {name: "One step on"}).click();
    await expect.poll(async () => numberOf(await step(page)), soon).toBe(stopped + 1);
    await page.getByRole("button", {name: "One step back"}).click();
    await page.getByRole("slider", {name: "Engine step"}).press("Home");
    await expect.poll(async () => numberOf(await step(page)), soon).toBe(1);
    expect(await step(page)).toMatch(/it computes .* of A.* KV cache: [\d,]+ of 5,000 tokens\./);
    await expect.poll(() => key(page, "step"), soon).toBe("1");
    // The formula of the step comes to what the sentence says.
    const [, took] = /, ([\d.,]+) ms from/.exec(await step(page))!;
    await expect.poll(() => page.locator(".kp-simulation-formulas .kp-formula-value").allInnerTexts(), soon).toEqual([`= ${took} ms`]); // prettier-ignore
  });

  test("other rules change the example, the address and the chart; less memory puts a request back", async ({
    visit,
    expect
  }) => {
    const page = await visit(`${path}?kv=3830`);
    await expect.poll(() => lede(page), soon).toMatch(/had to be put back/);
    await page.getByRole("radio", {name: "SGLang"}).check();
    await expect.poll(() => lede(page), soon).toMatch(/^By the rules of SGLang/);
    await expect.poll(() => key(page, "rules"), soon).toBe("sglang");
    expect(await page.locator(".kp-gantt-still").count()).toBeGreaterThan(0);
    const said = await lede(page);
    await page.reload();
    await expect.poll(() => lede(page), soon).toBe(said);
    await page.getByRole("radio", {name: "TensorRT-LLM"}).check();
    await expect.poll(() => lede(page), soon).toMatch(/^By the rules of TensorRT-LLM(?!.*put back)/);
    expect(await page.locator(".kp-gantt-still").count()).toBe(0);
    await expect.poll(() => key(page, "rules"), soon).toBe("trtllm");
    await page.goBack();
    await expect.poll(() => lede(page), soon).toBe(said);
  });

  test("stands still for who asks for less motion, and is read at 390 pixels in the dark", async ({visit, expect}) => {
    const page = await visit(path, {width: 390, height: 844, dark: true});
    await page.emulateMedia({reducedMotion: "reduce", colorScheme: "dark"});
    await page.reload();
    await expect.poll(() => step(page), soon).toMatch(/^Step (\d+) of \1,/);
    expect(await page.getByRole("button", {name: "Play"}).count()).toBe(1);
    expect(await overflow(page)).toBe(0);
    expect(await page.locator(".kp-rules").first().innerText()).toMatch(/vLLM 0\.8 to 0\.13/);
  });
});
