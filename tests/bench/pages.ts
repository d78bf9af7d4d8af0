/**
 * How long pages take from an input to its result, in headless Chromium: `npm run bench:pages`, or with the address of a
 * site that is served and some pages of it: `npm run bench:pages -- http://127.0.0.1:3999/ under-load data-quality`.
 * A slider is moved by one step, or the next of a list chosen, again and again; the time runs from the input's event until
 * the first part of the page that shows what was computed has been painted anew, and until the last change of the page,
 * which may wait for a moment without inputs. Machines are noisy: compare pages of one run. It takes about eight minutes;
 * every page has its line, and what was not timed is said at the end, with the reason.
 */
import type {Browser, Page as Tab} from "playwright-core";
import {existsSync} from "node:fs";
import {resolve} from "node:path";
import {pages} from "../../src/build/shell.js";
import {openBrowser} from "../site/browser.js";
import {builtSite} from "../site/pages/build.js";
import {settled} from "../site/pages/settled.js";
import {tablesFolder} from "../site/pages/tables.js";
import {serveStatic} from "../site/static-server.js";

interface Page {
  path: string;
  /** What is moved, in turn. */
  inputs: string;
  /** What answers. */
  answer: string;
  /** Inputs in turn, at most. */
  most: number;
  prepare?: (page: Tab) => Promise<void>;
}

const sliders = "main input[type=range]";
const sentence = ".kp-answer, [class*='-lede']";

/** Deployments that were measured, to hold predictions against: thousands of rows, where they are at hand. */
const serving = resolve(import.meta.dirname, "../../../shared/measured/serving.csv");

async function takeMeasured(page: Tab): Promise<void> {
  await page.locator("main input[type=file]").first().setInputFiles(serving);
  await page.waitForSelector(".kp-measured-source[data-predict-ms]", {timeout: 600_000});
}

/** Pages that are not timed. */
const left = new Map([
  ["notebooks/when-disaggregated.html", "a sweep, which takes the time that it takes"],
  ["notebooks/architecture.html", "nothing to enter"]
]);

/** Pages that answer inputs. */
const timed: Page[] = [
  ...[
    "index.html",
    "notebooks/configuration.html",
    "notebooks/aggregated.html",
    "notebooks/disaggregated.html",
    "notebooks/compare.html",
    "notebooks/cost.html",
    "notebooks/method.html",
    "notebooks/under-load.html",
    "notebooks/targets.html",
    "notebooks/sensitivity.html"
  ].map((path) => ({path, inputs: sliders, answer: sentence, most: 4})),
  {
    path: "notebooks/model-card.html",
    inputs: "main input[type=range], main select",
    answer: ".kp-card-sentence",
    most: 4
  },
  {path: "notebooks/simulation.html", inputs: sliders, answer: ".kp-simulation-lede, .kp-player-words", most: 2},
  {
    path: "notebooks/perf-data.html",
    inputs: "main .kp-measured-place select",
    answer: ".kp-measured-place .kp-note",
    most: 5
  },
  {path: "notebooks/data-quality.html", inputs: "main .kp-measured select", answer: ".kp-judged, .kp-lede", most: 8},
  {path: "notebooks/support.html", inputs: "main select", answer: ".kp-board", most: 2},
  {path: "notebooks/gallery.html", inputs: sliders, answer: ".kp-gallery-lede", most: 4},
  {path: "notebooks/coefficients.html", inputs: "main select", answer: sentence, most: 3},
  {path: "notebooks/fork.html", inputs: "main input[type=range], main select", answer: ".kp-measured", most: 3},
  ...(existsSync(serving)
    ? [
        {
          path: "notebooks/accuracy.html",
          inputs: "main .kp-accuracy-filters select",
          answer: sentence,
          // The predictor and what narrows; the others predict anew.
          most: 6,
          prepare: takeMeasured
        }
      ]
    : [])
];
const moves = 40;
/** Between inputs. */
const pauseMs = 400;

interface Waited {
  /** Until the answer, where it changed, and until the last thing that changed. */
  answerMs?: number;
  lastMs: number;
}

/** In the page: moves its inputs in turn, and waits for what follows. */
async function measure([{inputs, answer, most}, count, pause]: readonly [Page, number, number]): Promise<Waited[]> {
  const shown = () =>
    [...document.querySelectorAll<HTMLInputElement | HTMLSelectElement>(inputs)].filter(
      (input) => input.getClientRects().length > 0 && !input.disabled && !("length" in input && input.length < 2)
    );
  const said = () => [...document.querySelectorAll(answer)].map((element) => element.textContent).join("|");
  const painted = () =>
    new Promise<number>((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now()))));
  const move = (input: HTMLInputElement | HTMLSelectElement) => {
    const tell = (type: string) => input.dispatchEvent(new Event(type, {bubbles: true}));
    if ("length" in input) {
      input.selectedIndex = (input.selectedIndex + 1) % input.length;
      tell("input");
      return void tell("change");
    }
    const isHigh = Number(input.value) > (Number(input.min) + Number(input.max)) / 2;
    const words = input.ariaValueText;
    // Values are round: a small step may come back to the same one.
    for (let steps = 1; steps <= 64; steps *= 2) {
      isHigh ? input.stepDown(steps) : input.stepUp(steps);
      tell("input");
      if (!words || input.ariaValueText !== words) return;
    }
  };
  const waited: Waited[] = [];
  for (let i = 0; i < count && shown().length > 0; ++i) {
    const all = shown();
    const before = said();
    const changes: Promise<number>[] = [];
    const answers: Promise<number>[] = [];
    const note = () => {
      changes.push(painted());
      if (answers.length === 0 && said() !== before) answers.push(painted());
    };
    const observer = new MutationObserver((records) => {
      const changed = records.map(({target}) => (target instanceof Element ? target : target.parentElement));
      if (changed.some((element) => element && !element.closest("form, label, .kp-inputs, .kp-picker"))) note();
    });
    observer.observe(document.querySelector("main")!, {
      subtree: true,
      childList: true,
      attributes: true,
      characterData: true
    });
    // Embeds draw where no observer sees it.
    document.addEventListener("kneepoint-drawn", note);
    const start = performance.now();
    move(all[i % Math.min(all.length, most)]);
    await new Promise((later) => setTimeout(later, pause));
    observer.disconnect();
    document.removeEventListener("kneepoint-drawn", note);
    const [parts, first] = [await Promise.all(changes), await Promise.all(answers)];
    if (parts.length > 0)
      waited.push({answerMs: first.length > 0 ? first[0] - start : undefined, lastMs: parts.at(-1)! - start});
  }
  return waited;
}

/** Undefined when it was timed, else why not. */
async function report(browser: Browser, url: string, measured: Page): Promise<string | undefined> {
  const context = await browser.newContext({viewport: {width: 1440, height: 1000}});
  const page = await context.newPage();
  await page.routeWebSocket(/./, () => {});
  // What tsx puts around functions that have names.
  await page.addInitScript("globalThis.__name = (value) => value");
  await page.goto(url + measured.path);
  await settled(page);
  await measured.prepare?.(page);
  const {path, inputs, answer, most} = measured;
  const waited = await page.evaluate(measure, [{path, inputs, answer, most}, moves, pauseMs] as const);
  const cells = [share(waited, "answerMs", 0.5), share(waited, "answerMs", 0.95), share(waited, "lastMs", 0.95)];
  console.log([path.padEnd(34), `${waited.length}`.padStart(6), ...cells.map((cell) => cell.padStart(10))].join(" "));
  await context.close();
  return waited.some(({answerMs}) => answerMs !== undefined) ? undefined : "no input changed its answer";
}

function share(waited: readonly Waited[], of: keyof Waited, part: number): string {
  const sorted = waited.flatMap((each) => each[of] ?? []).sort((a, b) => a - b);
  return sorted.length === 0 ? "–" : `${sorted[Math.ceil(part * sorted.length) - 1].toFixed(0)} ms`;
}

const [given, ...chosen] = process.argv.slice(2);
const built = given ? undefined : await builtSite(await tablesFolder());
if (built && !built.folder) throw new Error(`the site does not build:\n${built.output.slice(-3000)}`);
const site = built && (await serveStatic(built.folder, "/"));
const browser = await openBrowser();
console.log("page".padEnd(34), "inputs", ...["answer P50", "answer P95", "last P95"].map((name) => name.padStart(10)));
const missed = new Map<string, string>();
const sayMissed = () => {
  const paths = pages().map(({path}) => (path === "/" ? "index.html" : `${path.slice(1)}.html`));
  const rest = paths.filter((path) => !done.has(path) && isChosen(path));
  if (rest.length > 0) console.log(`\n!!! NOT TIMED: ${rest.length} of ${paths.filter(isChosen).length} pages`);
  for (const path of rest)
    console.log(path.padEnd(34), missed.get(path) ?? left.get(path) ?? "not reached, or not in the list");
};
const done = new Set<string>();
const isChosen = (path: string) => chosen.length === 0 || chosen.some((part) => path.includes(part));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => (sayMissed(), process.exit(1)));
if (!existsSync(serving)) left.set("notebooks/accuracy.html", `no ${serving}`);
for (const page of timed.filter(({path}) => isChosen(path))) {
  const why = await report(browser, given || site!.url, page).catch((error: Error) => error.message.split("\n")[0]);
  if (why === undefined) done.add(page.path);
  else missed.set(page.path, why);
}
sayMissed();
await browser.close();
site?.close();
if (missed.size > 0) process.exitCode = 1;
