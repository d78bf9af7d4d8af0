/**
 * What embeds weigh on the wire, code and measured tables together, compressed: `npm run bench:embeds`, or with the folder
 * of a site that was built: `npm run bench:embeds -- dist`. Code is weighed in headless Chromium, tables for every
 * catalogue model, GPU, serving engine and version that the site has. Ends with 1 when one weighs more than 400 kB.
 */
import {resolve} from "node:path";
import {gzipSync} from "node:zlib";
import type {Browser} from "playwright-core";
import {chartNames, type ChartName} from "../../src/chart/names.js";
import {openBrowser} from "../site/browser.js";
import {embedWeights, type EmbedWeight} from "../site/embed-weight.js";
import {builtSite} from "../site/pages/build.js";
import {serveStatic} from "../site/static-server.js";

const most = 400_000;
const shown = 12;
const {KNEEPOINT_DATA} = process.env;
const data = resolve(import.meta.dirname, "../..", KNEEPOINT_DATA || "data");
const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(0)} kB`;

/** Of whatever a chart of a question loads beside measured tables. */
async function codeBytes(browser: Browser, url: string, chart: ChartName, system: string): Promise<number> {
  const page = await browser.newPage();
  // By address: what the page and its worker share comes once, from the cache the second time.
  const sizes = new Map<string, Promise<number>>();
  page.on("response", (response) => {
    const isTable = /\/(embed|_file)\/data\//.test(response.url());
    // A frame's own page and style stand in place of the page that embeds.
    if (!isTable && /\.js(on)?(\?|$)/.test(response.url()) && !response.url().endsWith("/frame.js"))
      sizes.set(
        response.url(),
        response.body().then((body) => gzipSync(body).length)
      );
  });
  const differing = chart === "compare" ? "&model=Qwen/Qwen3-8B,Qwen/Qwen3-32B" : "";
  await page.goto(`${url}embed/${chart}.html?system=${system}&price=1${differing}`);
  await page.waitForSelector(`kneepoint-${chart} svg`, {timeout: 60_000});
  await page.waitForLoadState("networkidle");
  const total = (await Promise.all(sizes.values())).reduce((sum, bytes) => sum + bytes, 0);
  await page.close();
  return total;
}

function report(weights: readonly EmbedWeight[], code: number): void {
  for (const {model, system, backend, version, bytes, slices} of weights.slice(0, shown)) {
    const largest = slices.slice(0, 4).map((slice) => `${slice.name} ${kilobytes(slice.bytes)}`);
    console.log(`${kilobytes(code + bytes).padStart(7)}  ${model} on ${system}/${backend} ${version}`);
    console.log(`${" ".repeat(9)}${slices.length} slices: ${largest.join(", ")}${slices.length > 4 ? ", …" : ""}`);
  }
  const summarise = (name: string, of: readonly EmbedWeight[]) => {
    const over = of.filter(({bytes}) => code + bytes > most).length;
    const middle = of[of.length >> 1];
    console.log(
      `${name}: ${of.length} questions, median ${kilobytes(code + middle.bytes)}, ${over} above ${kilobytes(most)}`
    );
  };
  summarise(
    "newest versions",
    weights.filter(({isNewest}) => isNewest)
  );
  summarise("all versions", weights);
}

const given = process.argv[2];
const {folder, output} = given ? {folder: resolve(given), output: ""} : await builtSite(data);
if (!folder) throw new Error(`the site does not build:\n${output.slice(-3000)}`);
const weights = await embedWeights(folder);
if (weights.length === 0) throw new Error("the site has no measured tables; run npm run import, then build it again");
const site = await serveStatic(folder, "/");
const browser = await openBrowser();
const codes: number[] = [];
for (const chart of chartNames) codes.push(await codeBytes(browser, site.url, chart, weights[0].system));
await browser.close();
site.close();
const code = Math.max(...codes);
console.log(chartNames.map((chart, i) => `${chart} ${kilobytes(codes[i])}`).join(", "), "of code each");
report(weights, code);
if (code + weights[0].bytes > most) process.exitCode = 1;
