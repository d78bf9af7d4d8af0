/**
 * How long pages take from an input to its result, in headless Chromium: `npm run bench:pages`, or with the address of a
 * site that is served: `npm run bench:pages -- http://127.0.0.1:3999/`. A slider is moved by one step, again and again;
 * the time runs from the input's event until the sentence that answers has been painted anew, and until the last change
 * of the page, which may wait for a moment without inputs. Machines are noisy: compare pages of one run.
 */
import type {Browser} from "playwright-core";
import {openBrowser} from "../site/browser.js";
import {builtSite} from "../site/pages/build.js";
import {settled} from "../site/pages/settled.js";
import {tablesFolder} from "../site/pages/tables.js";
import {serveStatic} from "../site/static-server.js";

/** Pages that answer inputs; sweeps take the time that they take. */
const pages = [
  "index.html",
  "notebooks/configuration.html",
  "notebooks/aggregated.html",
  "notebooks/disaggregated.html",
  "notebooks/compare.html",
  "notebooks/cost.html",
  "notebooks/method.html",
  "notebooks/under-load.html",
  "notebooks/targets.html",
  "notebooks/model-card.html"
];
const moves = 40;
/** Between inputs. */
const pauseMs = 400;

interface Waited {
  /** Until the answer, where it changed, and until the last thing that changed. */
  answerMs?: number;
  lastMs: number;
}

/** In the page: moves its sliders in turn, and waits for what follows. */
async function measure([count, pause]: readonly [number, number]): Promise<Waited[]> {
  const sliders = [...document.querySelectorAll<HTMLInputElement>("main input[type=range]")].filter(
    (slider) => slider.getClientRects().length > 0 && !slider.disabled
  );
  const waited: Waited[] = [];
  const answer = ".kp-answer, [class*='-lede']";
  const painted = () =>
    new Promise<number>((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now()))));
  for (let i = 0; i < count && sliders.length > 0; ++i) {
    const slider = sliders[i % Math.min(sliders.length, 4)];
    const changes: Promise<number>[] = [];
    const answers: Promise<number>[] = [];
    const observer = new MutationObserver((records) => {
      const changed = records.map(({target}) => (target instanceof Element ? target : target.parentElement));
      const isIn = (selector: string) => changed.some((element) => element?.closest(selector));
      if (changed.some((element) => element && !element.closest("form, label, .kp-inputs"))) changes.push(painted());
      if (isIn(answer) || changed.some((element) => element?.querySelector(answer))) answers.push(painted());
    });
    observer.observe(document.querySelector("main")!, {
      subtree: true,
      childList: true,
      attributes: true,
      characterData: true
    });
    const start = performance.now();
    const isHigh = Number(slider.value) > (Number(slider.min) + Number(slider.max)) / 2;
    isHigh ? slider.stepDown() : slider.stepUp();
    slider.dispatchEvent(new Event("input", {bubbles: true}));
    await new Promise((later) => setTimeout(later, pause));
    observer.disconnect();
    const [all, said] = [await Promise.all(changes), await Promise.all(answers)];
    if (all.length > 0)
      waited.push({answerMs: said.length > 0 ? said[0] - start : undefined, lastMs: all.at(-1)! - start});
  }
  return waited;
}

async function report(browser: Browser, url: string, path: string): Promise<void> {
  const context = await browser.newContext({viewport: {width: 1440, height: 1000}});
  const page = await context.newPage();
  await page.routeWebSocket(/./, () => {});
  // What tsx puts around functions that have names.
  await page.addInitScript("globalThis.__name = (value) => value");
  await page.goto(url + path);
  await settled(page);
  const waited = await page.evaluate(measure, [moves, pauseMs] as const);
  const cells = [share(waited, "answerMs", 0.5), share(waited, "answerMs", 0.95), share(waited, "lastMs", 0.95)];
  console.log([path.padEnd(34), `${waited.length}`.padStart(6), ...cells.map((cell) => cell.padStart(10))].join(" "));
  await context.close();
}

function share(waited: readonly Waited[], of: keyof Waited, part: number): string {
  const sorted = waited.flatMap((each) => each[of] ?? []).sort((a, b) => a - b);
  return sorted.length === 0 ? "–" : `${sorted[Math.ceil(part * sorted.length) - 1].toFixed(0)} ms`;
}

const given = process.argv[2];
const built = given ? undefined : await builtSite(await tablesFolder());
if (built && !built.folder) throw new Error(`the site does not build:\n${built.output.slice(-3000)}`);
const site = built && (await serveStatic(built.folder, "/"));
const browser = await openBrowser();
console.log("page".padEnd(34), "inputs", ...["answer P50", "answer P95", "last P95"].map((name) => name.padStart(10)));
for (const path of pages) await report(browser, given ?? site!.url, path);
await browser.close();
site?.close();
