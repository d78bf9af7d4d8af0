/** A deployment under load as a reader has it: traffic in, latencies and goodput out, traces, and what cannot be. */
import {readFileSync} from "node:fs";
import {resolve} from "node:path";
import {build} from "esbuild";
import type {Page} from "playwright-core";
import {vi} from "vitest";
import {figuresOfLoads} from "../../engine/simulate/loads.js";
import {overflow} from "./flow.js";
import {describeSites} from "./site.js";

vi.setConfig({testTimeout: 120_000});
const soon = {timeout: 60_000};

const path = "notebooks/under-load.html";
const headline = (page: Page) => page.locator(".kp-load-answer .kp-headline").innerText();
const lede = (page: Page) => page.locator(".kp-load-answer .kp-lede").innerText();
const run = (page: Page) => page.locator(".kp-load-run").innerText();
const key = (page: Page, name: string) => new URL(page.url()).searchParams.get(name);

describeSites("a deployment under load", ({test}) => {
  test("traffic changes sentence, charts and address; reload and back have them again", async ({visit, expect}) => {
    const page = await visit(`${path}?ttft=2000&tpot=50`);
    await expect
      .poll(() => headline(page), soon)
      .toMatch(/^[<>]? ?\d+ % of [\d.,]+ requests\/s keep TTFT ≤ 2,000 ms and TPOT ≤ 50 ms$/);
    await expect.poll(() => lede(page), soon).toMatch(/Qwen3-32B-FP8 on 32 × H200 SXM: \d+ replicas? of .*the best plan of this question.* at P99.*It can serve [\d.,]+ requests\/s at most/s); // prettier-ignore
    await expect.poll(() => run(page), soon).toMatch(/requests in [\d,]+ engine steps, simulated in/);
    expect(await page.locator(".kp-load-basis").innerText()).toMatch(/Step times are .*held out, half of mean TTFTs came within \d+ %/); // prettier-ignore
    expect(await page.locator(".kp-spread svg").count()).toBe(2);
    expect(await page.locator(".kp-goodput svg [aria-label='dot'] circle").count()).toBeGreaterThanOrEqual(14);
    expect(await page.locator(".kp-timeline svg").count()).toBe(3);
    const [most] = (await lede(page)).match(/(?<=It can serve )[\d.]+/)!;
    const arrivals = page.getByRole("spinbutton", {name: "Arrivals"});
    await arrivals.fill(String(2 * Number(most)));
    await arrivals.press("Tab");
    await expect.poll(() => lede(page), soon).toContain("More comes than it can serve");
    await expect.poll(() => page.locator(".kp-doubling-words .kp-finding").innerText(), soon).toMatch(/^With twice the traffic, .* keep the limits/); // prettier-ignore
    await expect.poll(() => key(page, "arrivals"), soon).toBe(String(2 * Number(most)));
    const said = await headline(page);
    await page.reload();
    await expect.poll(() => headline(page), soon).toBe(said);
    await page.goBack();
    await expect.poll(() => headline(page), soon).not.toBe(said);
    expect(key(page, "arrivals")).toBeNull();
  });

  test("a deployment of one’s own, users and lengths are in the address, and come down as files; rates can be cancelled", async ({
    visit,
    expect
  }) => {
    const page = await visit(`${path}?gpus=8&ttft=2000&tpot=50`);
    await expect.poll(() => headline(page), soon).toMatch(/requests\/s keep/);
    await page.getByLabel("What runs").selectOption("agg");
    await expect.poll(() => key(page, "pick"), soon).toMatch(/^agg:tp\d/);
    await page.getByRole("button", {name: "TP, up"}).click();
    await page.getByLabel("Who sends").selectOption("burst");
    await page.getByLabel("Lengths", {exact: true}).selectOption("fixed");
    await expect.poll(() => headline(page), soon).toMatch(/of requests of \d+ users keep/);
    await expect.poll(() => [key(page, "client"), key(page, "lengths")], soon).toEqual(["burst", "fixed"]);
    await expect.poll(() => run(page), soon).toMatch(/engine steps/);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.locator(".kp-downloads").getByRole("button", {name: "json"}).click()
    ]);
    const saved = JSON.parse(readFileSync(await download.path(), "utf8")) as Record<string, never>;
    expect(saved).toMatchObject({asked: {traffic: {client: "burst"}}, deployment: {chosen: "asked"}});
    expect((saved.rates as unknown[]).length).toBeGreaterThanOrEqual(14);
    expect((saved.run as {ttftMs: {quantiles: number[]}}).ttftMs.quantiles.length).toBeGreaterThan(20);
    const [csv] = await Promise.all([
      page.waitForEvent("download"),
      page.locator(".kp-downloads").getByRole("button", {name: "csv"}).click()
    ]);
    const rows = readFileSync(await csv.path(), "utf8")
      .trim()
      .split("\n");
    expect(rows[0]).toMatch(/^run,client,offered_requests_per_s/);
    expect(rows.map((row) => row.split(",")[0]).slice(1, 4)).toEqual(["asked", "doubled", "rate"]);
    // Faster than a hand: it takes a blink.
    await page.evaluate(() => {
      const cancel = () =>
        [...document.querySelectorAll<HTMLElement>(".kp-load-run button")].find(
          (each) => each.textContent === "Cancel"
        );
      const observer = new MutationObserver(() => cancel() && (observer.disconnect(), cancel()!.click()));
      observer.observe(document.body, {subtree: true, childList: true});
    });
    await page.getByRole("button", {name: "Seed, up"}).click();
    await expect.poll(() => run(page), soon).toMatch(/^Stopped: \d+ of 14 rates simulated/);
    await page.getByRole("button", {name: "Go on"}).click();
    await expect.poll(() => run(page), soon).toMatch(/engine steps/);
    await expect.poll(() => key(page, "seed"), soon).toBe("2");
  });

  test("a trace is played; lines that are no requests are named; a link cannot carry it", async ({visit, expect}) => {
    const page = await visit(`${path}?client=trace&gpus=8&ttft=2000&tpot=50`);
    await expect.poll(() => headline(page), soon).toBe("No trace to play");
    const text = "arrival_ms,input_tokens,output_tokens\n0,900,30\nsoon,800,20\n400,1200,40\n900,-1,10\n950,700,25\n";
    await page.getByLabel("Choose a trace").setInputFiles({name: "mine.csv", mimeType: "text/csv", buffer: Buffer.from(text)}); // prettier-ignore
    await expect.poll(() => headline(page), soon).toMatch(/% of the trace’s requests/);
    const note = page.locator(".kp-trace-note");
    expect(await note.innerText()).toMatch(/mine\.csv, CSV: 3 requests over 950 ms/);
    await note.locator("summary").click();
    expect(await note.locator("li").allInnerTexts()).toEqual([
      "Line 3: invalid arrival: soon; must be a number or a date",
      "Line 5: invalid input tokens: -1; must be a whole number ≥ 1"
    ]);
    await page.getByRole("button", {name: "Take an example"}).click();
    await expect.poll(() => note.innerText(), soon).toMatch(/example\.csv, CSV: 1,200 requests/);
    await expect.poll(() => headline(page), soon).toMatch(/requests, [\d.]+ requests\/s on average, keep/);
    const said = await headline(page);
    await page.reload();
    await expect.poll(() => headline(page), soon).toBe(said);
  });

  test("the engine simulates in this browser what it does in Node, to the last digit", async ({visit, expect}) => {
    const page = await visit(`${path}?client=trace`);
    const {outputFiles} = await build({
      entryPoints: [resolve(import.meta.dirname, "../../engine/simulate/loads.ts")],
      bundle: true,
      write: false,
      format: "iife",
      globalName: "loads"
    });
    const inBrowser = await page.evaluate<string>(`${outputFiles[0].text};loads.figuresOfLoads()`);
    expect(inBrowser.length).toBeGreaterThan(10_000);
    expect(JSON.parse(inBrowser)).toEqual(JSON.parse(figuresOfLoads()));
    expect(inBrowser).toBe(figuresOfLoads());
  });

  test("says what cannot run, and links to what can; read at 390 pixels in the dark", async ({visit, expect}) => {
    const page = await visit(`${path}?model=Qwen/Qwen3-32B&isl=8000&pick=agg:tp1pp1dp1etp1ep1@8c8000&system=l40s`, {
      width: 390,
      height: 844,
      dark: true
    });
    await expect.poll(() => headline(page), soon).toMatch(/^(This cannot run|No timings for this)$/);
    expect(await page.locator(".kp-load-answer .kp-lede").innerText()).toMatch(/ Take the best plan| Estimate what/);
    expect(await overflow(page)).toBe(0);
    await page.goto(page.url().replace(/\?.*/, "?gpus=8&ttft=2000&tpot=50"));
    await expect.poll(() => headline(page), soon).toMatch(/requests\/s keep/);
    expect(await overflow(page)).toBe(0);
  });
});
