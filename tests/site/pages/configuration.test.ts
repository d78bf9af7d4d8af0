/** One configuration as a reader has it: sizes, operators that light up together, and what is said where it cannot be. */
import {readFileSync} from "node:fs";
import type {Page} from "playwright-core";
import {vi} from "vitest";
import {describeSites} from "./site.js";
import {overflow, settled} from "./flow.js";

// Eight of these may run beside other work on two cores.
vi.setConfig({testTimeout: 120_000});
const soon = {timeout: 30_000};

const path = "notebooks/configuration.html";
const sentence = (page: Page) => page.locator(".kp-configuration-answer .kp-lede").innerText();
const headline = (page: Page) => page.locator(".kp-configuration-answer .kp-headline").innerText();
/** The table comes last. */
const ready = (page: Page) => page.locator(".kp-op-listing [data-op]").first().waitFor({timeout: 60_000});
const hot = (page: Page, list: string) =>
  page.locator(`[data-ops^="${list}"] .kp-hot`).evaluateAll((all) => all.map((each) => each.getAttribute("data-op")));

describeSites("one configuration", ({test}) => {
  test("a size changes sentence and address; reload and back have them again", async ({visit, expect}) => {
    const page = await visit(path);
    await ready(page);
    const before = [await headline(page), await sentence(page)];
    expect(before[1]).toMatch(
      /^Qwen3-32B-FP8 on H200 SXM, TP1, batch 8: .* TTFT .* TPOT .* A GPU holds .* of 141 GiB\.$/
    );
    await page.getByRole("button", {name: "TP, up"}).click();
    await expect.poll(() => sentence(page), soon).toMatch(/2 GPUs, TP2, batch 8/);
    await expect.poll(() => page.url(), soon).toMatch(/pick=static:tp2pp1dp1etp1ep1@8/);
    const after = [await headline(page), await sentence(page)];
    expect(after[0]).not.toBe(before[0]);
    await page.reload();
    await ready(page);
    expect([await headline(page), await sentence(page)]).toEqual(after);
    await page.goBack();
    await expect.poll(() => sentence(page), soon).toBe(before[1]);
    expect(await page.getByRole("combobox", {name: "TP"}).inputValue()).toBe("1");
  });

  test("experts follow the width of attention", async ({visit, expect}) => {
    const page = await visit(`${path}?model=Qwen/Qwen3-235B-A22B-FP8&pick=static:tp4pp1dp1etp1ep4@8`);
    await ready(page);
    await page.getByRole("combobox", {name: "TP", exact: true}).selectOption("8");
    await expect.poll(() => sentence(page), soon).toMatch(/TP8 EP8/);
    await page.getByRole("combobox", {name: "EP", exact: true}).selectOption("4");
    await expect.poll(() => sentence(page), soon).toMatch(/TP8 MoE-TP2 EP4/);
    await expect.poll(() => page.url(), soon).toMatch(/tp8pp1dp1etp2ep4@8/);
  });

  test("an operator lights up in waterfall, plot and table, and stays in the address", async ({visit, expect}) => {
    const page = await visit(path);
    await ready(page);
    const bar = page.locator('.kp-waterfall [data-op="prefill/attention"]');
    await bar.hover();
    for (const list of ["waterfall", "roofline", "table"]) expect(await hot(page, list)).toEqual(["prefill/attention"]);
    expect(await page.locator('[data-op-line="prefill"]').innerText()).toMatch(
      /^attention: 64 × in prefill, .* FLOP a byte/
    );
    await page.locator(".kp-big").first().hover();
    expect(await hot(page, "waterfall")).toEqual([]);
    // The other way round, and for good.
    await page.locator('.kp-roof-points [data-op="decode step/attention"]').dispatchEvent("click");
    await expect.poll(() => page.url(), soon).toMatch(/op=decode%20step\/attention/);
    expect(await page.locator('.kp-waterfall [aria-selected="true"]').getAttribute("data-op")).toBe(
      "decode step/attention"
    );
    await page.reload();
    await ready(page);
    expect(await hot(page, "roofline")).toEqual(["decode step/attention"]);
  });

  test("keys alone walk the operators, keep one, and let it go", async ({visit, expect}) => {
    const page = await visit(path);
    await ready(page);
    await page.locator('.kp-waterfall [tabindex="0"]').first().focus();
    const first = (await hot(page, "roofline")).concat(await hot(page, "waterfall"));
    for (let i = 0; i < 3; ++i) await page.keyboard.press("ArrowDown");
    const [lit] = await hot(page, "waterfall");
    expect(first).not.toContain(lit);
    expect(await hot(page, "table")).toEqual([lit]);
    await page.keyboard.press("Enter");
    await expect.poll(() => page.url(), soon).toMatch(/op=prefill\//);
    expect(await page.evaluate(() => document.activeElement?.getAttribute("data-op"))).toBe(lit);
    await page.keyboard.press("Escape");
    await expect.poll(() => page.url(), soon).not.toMatch(/op=/);
  });

  test("what cannot be says why, and its link goes where it can", async ({visit, expect}) => {
    const page = await visit(`${path}?pick=agg:tp3pp1dp1etp1ep1@16c4000`);
    await expect.poll(() => sentence(page), soon).toMatch(/That cannot be: invalid tp: 3;/);
    expect(await page.locator(".kp-what-if-figure").innerText()).toMatch(/nothing to step from/);
    await page.getByRole("link", {name: "Take TP4, which the model can have"}).click();
    await expect.poll(() => sentence(page), soon).toMatch(/4 GPUs, TP4, batch 16/);
    await expect.poll(() => page.url(), soon).toMatch(/pick=agg:tp4pp1dp1etp1ep1@16c4000/);
  });

  test("what does not fit says by how much, and its links fit", async ({visit, expect}) => {
    const page = await visit(`${path}?pick=agg:tp1pp1dp1etp1ep1@900c4000`);
    await expect.poll(() => sentence(page), soon).toMatch(/A GPU would need [\d,]+ GiB and has 141\./);
    expect(await headline(page)).toMatch(/if it fitted$/);
    const links = await page.locator(".kp-remedies a").allInnerTexts();
    expect(links).toEqual([expect.stringMatching(/^Take batch \d+$/), expect.stringMatching(/^Take TP\d+$/)]);
    await page.locator(".kp-remedies a").first().click();
    await expect.poll(() => sentence(page), soon).toMatch(/A GPU holds [\d.]+ of 141 GiB\.$/);
  });

  test("modes share a worker, and pools have sizes of their own", async ({visit, expect}) => {
    const page = await visit(`${path}?pick=static:tp2pp1dp1etp1ep1@16`);
    await ready(page);
    const mode = page.getByRole("combobox", {name: "What runs"});
    await mode.selectOption("agg");
    await expect.poll(() => sentence(page), soon).toMatch(/TP2, batch 16, 4,000 prompt tokens a step/);
    expect(await page.locator(".kp-step h3").allInnerTexts()).toEqual([
      expect.stringMatching(/^Mixed step: /),
      expect.stringMatching(/^Decode step: /)
    ]);
    await mode.selectOption("disagg");
    await expect.poll(() => sentence(page), soon).toMatch(/1 prefill \(TP2, batch 1\) \+ 1 decode \(TP2, batch 16\)/);
    expect(await page.locator(".kp-room").count()).toBe(2);
    await page.locator(".kp-pool-decode").getByRole("button", {name: "TP, up"}).click();
    await expect.poll(() => sentence(page), soon).toMatch(/1 decode \(TP4, batch 16\)/);
    await expect.poll(() => page.url(), soon).toMatch(/pick=disagg:1xtp2pp1dp1etp1ep1@1,1xtp4pp1dp1etp1ep1@16/);
  });

  test("a step of the what-if table is taken by its link", async ({visit, expect}) => {
    const page = await visit(path);
    await ready(page);
    const step = page.locator(".kp-what-if").getByRole("link", {name: "TP 1 → 2"});
    await step.waitFor();
    const told = await page.locator(".kp-what-if tr").filter({hasText: "TP 1 → 2"}).locator("td").nth(2).innerText();
    await step.click();
    await expect.poll(() => sentence(page), soon).toMatch(/2 GPUs, TP2/);
    expect((await headline(page)).split(" ")[0]).toBe(told.split(",")[0]);
  });

  test("a type changes what is held, and is in the address", async ({visit, expect}) => {
    const page = await visit(path);
    await ready(page);
    const cache = () => page.locator(".kp-room dd").nth(4).innerText();
    const before = parseFloat(await cache());
    await page.locator(".kp-types summary").click();
    await page.getByRole("combobox", {name: "KV cache"}).selectOption("bfloat16");
    await expect.poll(async () => parseFloat(await cache()) / before, soon).toBeCloseTo(2, 1);
    await expect.poll(() => page.url(), soon).toMatch(/kv=bfloat16/);
    expect(await page.locator(".kp-types summary").innerText()).toBe("Types: KV cache bfloat16");
  });

  test("the chosen plan leads here with its figures by formula, and back to itself", async ({visit, expect}) => {
    const page = await visit("index.html?model=Qwen/Qwen3-32B-FP8&ttft=2000&tpot=50&predictor=formula");
    const link = page.getByRole("link", {name: "Look into this configuration"});
    await link.waitFor({timeout: 60_000});
    await settled(() => page.locator(".kp-plan h2").innerText());
    const [ttft] = await page.locator(".kp-metrics dd").nth(3).allInnerTexts();
    await link.click();
    await ready(page);
    // Of a replica, as the plan's is.
    expect(await sentence(page)).toContain(`TTFT ${ttft.replace(/ ?±.*$/s, "").trim()},`);
    await page.getByRole("link", {name: "Search every configuration of this question"}).click();
    await page.locator(".kp-plan h2").waitFor({timeout: 60_000});
    expect(await page.locator(".kp-metrics dd").nth(3).innerText()).toContain(ttft.slice(0, 4));
  });

  test("the operators come as a file", async ({visit, expect}) => {
    const page = await visit(path);
    await ready(page);
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.locator(".kp-op-listing").getByRole("button", {name: "csv"}).click()
    ]);
    expect(file.suggestedFilename()).toBe("kneepoint-Qwen3-32B-FP8-static-tp1pp1dp1etp1ep1-8-operators.csv");
    const lines = readFileSync(await file.path(), "utf8")
      .trim()
      .split("\n");
    expect(lines[0]).toMatch(/^step,operator,kind,count,latency_ms,share,flop,memory_bytes,/);
    expect(lines.length).toBeGreaterThan(15);
  });

  test.for([
    [1440, false],
    [390, true]
  ] as const)("nothing scrolls sideways at %d px", async ([width, dark], {visit, expect}) => {
    const page = await visit(`${path}?pick=disagg:2xtp4pp1dp1etp1ep1@1,1xtp8pp1dp1etp1ep1@64`, {
      width,
      height: 900,
      dark
    });
    await ready(page);
    expect(await overflow(page)).toBe(0);
  });
});
