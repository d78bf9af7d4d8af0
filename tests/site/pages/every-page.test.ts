/** What holds for every page, whatever it is about: both widths, both themes. */
import {readFileSync} from "node:fs";
import {join, resolve} from "node:path";
import {gzipSync} from "node:zlib";
import {expect, test as plainTest} from "vitest";
import {pages} from "../../../src/build/shell.js";
import {describeSites} from "./site.js";
import type {Look} from "./site.js";
import {settled} from "./settled.js";
import {shift} from "./shift.js";

const repo = resolve(import.meta.dirname, "../../..");
const all = pages().map(({path}) => (path === "/" ? "index.html" : `${path.slice(1)}.html`));
const looks: (Look & {name: string})[] = [
  {name: "wide, light", width: 1440},
  {name: "wide, dark", width: 1440, dark: true},
  {name: "narrow, light", width: 390, height: 844},
  {name: "narrow, dark", width: 390, height: 844, dark: true}
];

/** What a page and its workers may weigh before the reader does anything, as servers compress it; no database is in it. */
const mostBytes = 900_000;
/** How far what a page shows may move while it loads (layout shift). */
const mostShift = 0.1;
/** Where nothing is imported, the notes on what figures come from take more lines than the room that is kept for them. */
const mostShiftFitted: Record<string, number> = {"notebooks/aggregated.html": 0.15};
const sizes = new Map<string, Promise<number>>();

/** Bytes of a file on the wire; fonts and tables are compressed already and stay as they are. */
function wireBytes(url: string): Promise<number> {
  const known = sizes.get(url);
  if (known) return known;
  const size = fetch(url).then(async (response) => {
    const body = Buffer.from(await response.arrayBuffer());
    return /\.(html|js|css|json|svg)$/.test(new URL(url).pathname) ? gzipSync(body).length : body.length;
  });
  sizes.set(url, size);
  return size;
}

/** Heaviest first. */
async function weighed(urls: readonly string[]): Promise<{url: string; bytes: number}[]> {
  const files = urls.filter((url) => /^https?:/.test(url));
  const sizes = await Promise.all(files.map(wireBytes));
  return files.map((url, i) => ({url, bytes: sizes[i]})).sort((a, b) => b.bytes - a.bytes);
}

plainTest.each(pages().map(({path}) => path))("%s is at most 150 lines of Markdown, titled by a question", (path) => {
  const file = path === "/" ? "src/index.md" : `${path.slice(1)}.md`;
  const text = readFileSync(join(repo, file), "utf8");
  expect(text.split("\n").length).toBeLessThanOrEqual(151);
  expect(/^title: (.+)$/m.exec(text)?.[1]).toMatch(path === "/" ? /knee/ : /\?$/);
});

describeSites("every page", ({test, measured}) => {
  // Without tables pages differ in words alone: one look will do.
  for (const {name, ...look} of measured ? looks : looks.slice(0, 1))
    for (const path of all)
      test.concurrent(
        `${path}, ${name}: no error, nothing cut off, nothing without a name, light enough, nothing moves`,
        async ({visit, loaded, expect}) => {
          const page = await visit(path, look);
          await settled(page);
          const files = await weighed(loaded());
          const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
          expect(bytes, JSON.stringify(files.slice(0, 12), null, 1)).toBeLessThanOrEqual(mostBytes);
          expect(files.filter(({url}) => url.includes("duckdb"))).toEqual([]);
          const found = await page.evaluate(() => {
            const shown = (element: Element) => element.getClientRects().length > 0;
            const named = (element: Element) =>
              (element.getAttribute("aria-label") ?? element.textContent ?? "").trim() !== "" ||
              element.hasAttribute("aria-labelledby") ||
              ((element as HTMLInputElement).labels?.length ?? 0) > 0 ||
              element.getAttribute("title") !== null;
            const controls = [...document.querySelectorAll("button, a[href], input, select, textarea, summary")];
            return {
              overflowPx: document.documentElement.scrollWidth - innerWidth,
              headings: document.querySelectorAll("h1").length,
              nameless: controls
                .filter((each) => shown(each) && !named(each))
                .map((each) => each.outerHTML.slice(0, 120)),
              loose: [...document.querySelectorAll("#observablehq-main svg[role='img']")]
                .filter((svg) => shown(svg) && !svg.getAttribute("aria-label") && !svg.closest("[aria-hidden='true']"))
                .map((svg) => svg.outerHTML.slice(0, 120)),
              text: document.querySelector("main")!.textContent!.trim().length
            };
          });
          expect(found.overflowPx, "scrolls sideways").toBeLessThanOrEqual(0);
          expect(found.headings, "one h1").toBe(1);
          expect(found.nameless).toEqual([]);
          expect(found.loose).toEqual([]);
          expect(found.text).toBeGreaterThan(200);
          const {score, moves} = await shift(page);
          const limit = (!measured && mostShiftFitted[path]) || mostShift;
          expect(score, `moves while it loads:\n${moves.join("\n")}`).toBeLessThanOrEqual(limit);
        }
      );

  const asked = "?isl=2000&osl=300&gpus=16&ttft=700&tpot=20";
  const targets = "TTFT ≤ 700 ms, TPOT ≤ 20 ms";
  const wholeLine = `Qwen3-32B-FP8 on 16 × H200 SXM, TensorRT-LLM, 2000 in, 300 out, ${targets}`;
  const onPaper: Record<string, string> = {
    "index.html": wholeLine,
    "notebooks/aggregated.html": wholeLine,
    "notebooks/disaggregated.html": wholeLine,
    "notebooks/compare.html": wholeLine,
    "notebooks/under-load.html": wholeLine,
    "notebooks/cost.html": `requests/s of Qwen3-32B-FP8 on H200 SXM, TensorRT-LLM, 2000 in, 300 out, ${targets}`,
    "notebooks/configuration.html": "Qwen3-32B-FP8 on H200 SXM, TensorRT-LLM, 2000 in, 300 out, TP1, batch 8",
    "notebooks/when-disaggregated.html": `Qwen3-32B-FP8, 16 × H200 SXM, TensorRT-LLM, ${targets}`
  };
  // Others have tables of the reader's own width, or none.
  for (const [path, line] of Object.entries(onPaper))
    test(`${path} is whole on paper, and says what was asked`, async ({visit}) => {
      // A4 within its margins.
      const page = await visit(path + asked, {width: 718, height: 1000});
      await settled(page);
      await page.emulateMedia({media: "print"});
      await expect.poll(() => page.locator(".kp-on-paper").innerText()).toContain(line);
      expect(await page.locator(".kp-on-paper").isVisible()).toBe(true);
      expect(await page.locator("main input[type=range]:visible, main .kp-button:visible").count()).toBe(0);
      const wide = await page
        .locator("main svg[viewBox]")
        .evaluateAll((charts) =>
          charts.map((chart) => chart.getBoundingClientRect().right - innerWidth).filter((beyondPx) => beyondPx > 1)
        );
      expect(wide, "charts beyond the edge").toEqual([]);
      const cut = await page.locator("main .kp-table").evaluateAll((tables) =>
        tables
          .filter((table) => table.getClientRects().length > 0)
          .map((table) => [table.textContent!.slice(0, 40), table.scrollWidth - table.clientWidth] as const)
          .filter(([, hiddenPx]) => hiddenPx > 1)
      );
      expect(cut).toEqual([]);
      expect(await page.locator("#observablehq-header").isVisible()).toBe(false);
    });

  test("the keyboard reaches menus and every control", async ({visit}) => {
    const page = await visit("index.html");
    await settled(page);
    await page.keyboard.press("Tab");
    const seen = new Set<string>();
    for (let i = 0; i < 60; ++i) {
      const at = await page.evaluate(() => {
        const element = document.activeElement as HTMLElement;
        const outline = getComputedStyle(element).outlineStyle;
        return `${element.tagName} ${element.getAttribute("aria-label") ?? element.textContent?.trim().slice(0, 20) ?? ""} ${outline === "none" ? "unseen" : ""}`;
      });
      seen.add(at);
      await page.keyboard.press("Tab");
    }
    expect([...seen].filter((each) => each.startsWith("SUMMARY"))).toContainEqual(expect.stringContaining("Decide"));
    expect(seen.size).toBeGreaterThan(20);
  });

  test("menus open with Enter and close with Escape", async ({visit}) => {
    const page = await visit("notebooks/support.html");
    const menu = page.locator(".kp-menu").first();
    await menu.locator("summary").focus();
    await page.keyboard.press("Enter");
    expect(await menu.getAttribute("open")).not.toBeNull();
    expect(await menu.locator("a").first().isVisible()).toBe(true);
    await page.keyboard.press("Escape");
    expect(await menu.getAttribute("open")).toBeNull();
  });
});
