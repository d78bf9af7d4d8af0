/** The built site as hosts should serve it: under its own policy, and without a network once it was loaded. */
import {existsSync, readFileSync, readdirSync} from "node:fs";
import {dirname, join, resolve} from "node:path";
import type {Browser, Page} from "playwright-core";
import {parse} from "yaml";
import {afterAll, afterEach, beforeAll, describe, expect, test} from "vitest";
import {openBrowser} from "./browser.js";
import {builtSite} from "./pages/build.js";
import {settled} from "./pages/settled.js";
import {builtVariants} from "./pages/site.js";
import {serveStatic} from "./static-server.js";
import type {StaticSite} from "./static-server.js";

const repo = resolve(import.meta.dirname, "../..");
const docs = join(repo, "docs");
const {data, measured} = builtVariants.filter(({isThere}) => isThere).at(-1)!;
if (!measured) console.warn("\n!!! SQL under the policy NOT RUN: nothing is imported, no ../shared !!!\n");

let browser: Browser;
let folder: string;
let policy: string;
let site: StaticSite;
const problems: string[] = [];

beforeAll(async () => {
  const [opened, built] = await Promise.all([openBrowser(), data().then((folder) => builtSite(folder))]);
  browser = opened;
  expect(built.folder, built.output.slice(-2000)).not.toBe("");
  folder = built.folder;
  policy = readFileSync(join(folder, "content-security-policy.txt"), "utf8").trim();
  site = await serveStatic(folder, "/under/a/path/", (path) => ({
    "content-security-policy": /(perf-data|data-quality)\.html$|duckdb/.test(path)
      ? policy.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")
      : policy
  }));
}, 400_000);
afterAll(async () => {
  site?.close();
  await browser?.close();
});
afterEach(() => expect(problems.splice(0)).toEqual([]));

async function opened(path: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  page.on("console", (message) => message.type() === "error" && problems.push(`${path}: ${message.text()}`));
  page.on("pageerror", (error) => problems.push(`${path}: ${error.message}`));
  await page.goto(site.url + path);
  return page;
}

/** Until the service worker has a page. */
async function kept(page: Page, path: string): Promise<void> {
  const isKept = (url: string) => caches.match(url).then((response) => response !== undefined);
  await expect.poll(() => page.evaluate(isKept, site.url + path), {timeout: 40_000}).toBe(true);
  await page.waitForTimeout(1500);
}

describe("the policy", {timeout: 120_000}, () => {
  test("allows nothing inline, no code from text and no other host", () => {
    expect(policy).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
  });

  test.each(["index.html", "notebooks/compare.html", "notebooks/configuration.html", "notebooks/sensitivity.html"])(
    "%s works under it",
    async (path) => {
      const page = await opened(path);
      await settled(page);
      expect(await page.locator(".observablehq--error").count()).toBe(0);
      await expect.poll(() => page.locator("main svg").count(), {timeout: 60_000}).toBeGreaterThan(0);
      await page.context().close();
    }
  );

  test("files to deploy a plan are written under it", async () => {
    const page = await opened("index.html?deploy=kubernetes");
    await page.waitForSelector(".kp-deploy pre", {timeout: 30_000});
    expect(await page.locator(".kp-deploy pre").first().innerText()).toMatch(/apiVersion|kind:/);
    await page.context().close();
  });

  test.runIf(measured)("SQL runs where WebAssembly is allowed", async () => {
    const page = await opened("notebooks/perf-data.html");
    await page.getByRole("button", {name: "Run", exact: true}).click();
    await expect
      .poll(() => page.locator(".kp-sql-result").innerText(), {timeout: 60_000})
      .toMatch(/rows? in [\d,.]+ ms/);
    await page.context().close();
  });
});

test("what was opened opens without a network", {timeout: 120_000}, async () => {
  const page = await opened("index.html");
  await settled(page);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await kept(page, "index.html");
  await page.goto(`${site.url}notebooks/targets.html`);
  await settled(page);
  await kept(page, "notebooks/targets.html");
  await page.goto(`${site.url}index.html`);
  await settled(page);
  await page.context().setOffline(true);
  await page.reload();
  await page.waitForSelector(".kp-tables .kp-table", {timeout: 30_000});
  expect(await page.locator(".kp-answer").innerText()).toMatch(/tokens\/s\/GPU (exact|± (< )?\d+ %) at/);
  await page.goto(`${site.url}notebooks/targets.html`);
  await expect.poll(() => page.locator("main svg").count(), {timeout: 30_000}).toBeGreaterThan(0);
  await page.context().close();
});

describe("modules", () => {
  const read = (file: string) => readFileSync(join(folder, file), "utf8");
  const html = () => readdirSync(folder, {recursive: true, encoding: "utf8"}).filter((name) => name.endsWith(".html"));
  const linked = (file: string, tag: RegExp) =>
    [...read(file).matchAll(tag)].map(([, path]) => join(dirname(file), path));
  const imported = (file: string) =>
    [...read(file).matchAll(/\b(?:from|import)\s*"(\.[^"]+)"/g)].map(([, path]) => join(dirname(file), path));
  const closure = (file: string, found = new Set<string>()): Set<string> => {
    for (const next of imported(file)) if (!found.has(next)) closure(next, found.add(next));
    return found;
  };

  test("are few to a page, are there, and are all named in its markup", () => {
    expect(html().length).toBeGreaterThan(15);
    for (const file of html()) {
      const scripts = linked(file, /<script[^>]* src="([^"]+)"/g);
      const preloaded = linked(file, /<link rel="modulepreload"[^>]* href="([^"]+)"/g);
      expect([...scripts, ...preloaded].filter((path) => !existsSync(join(folder, path)))).toEqual([]);
      const program = scripts.filter((path) => /page-/.test(path));
      const needed = program.flatMap((path) => [...closure(path)]);
      expect(needed.filter((path) => !preloaded.includes(path))).toEqual([]);
      expect(needed.length, file).toBeLessThanOrEqual(20);
    }
  });

  test("load each other in no circle", () => {
    const scripts = readdirSync(join(folder, "_import")).filter((name) => name.endsWith(".js"));
    expect(scripts.length).toBeGreaterThan(20);
    const circles = scripts.map((name) => join("_import", name)).filter((file) => closure(file).has(file));
    expect(circles).toEqual([]);
  });

  test("carry a hash of what they hold, and no path of the machine", () => {
    for (const name of readdirSync(join(folder, "_import"))) {
      if (!name.endsWith(".js")) continue;
      expect(name).toMatch(/\.[0-9a-f]{8}\.js$/);
      expect(read(join("_import", name)), name).not.toContain(repo);
    }
  });
});

test.each([
  // Simulated figures take the place of those by formula a second later.
  ["index.html", ".kp-answer", "?predictor=formula"],
  ["notebooks/compare.html", ".kp-compare-lede", ""]
])(
  "%s says its usual answer before a script runs, and the same after",
  {timeout: 60_000},
  async (path, sentence, usual) => {
    const context = await browser.newContext({javaScriptEnabled: false});
    const still = await context.newPage();
    await still.goto(site.url + path);
    const first = await still.locator(sentence).innerText();
    expect(first).toMatch(/tokens\/s/);
    await context.close();
    const page = await opened(path + usual);
    await settled(page);
    await expect.poll(() => page.locator(".kp-first").count()).toBe(0);
    await expect.poll(() => page.locator(sentence).innerText(), {timeout: 30_000}).toBe(first);
    // Whoever asks something else never reads it.
    const asking = await opened(`${path}?isl=1000`);
    expect(await asking.locator("html").getAttribute("data-asked")).toBe("");
    await settled(asking);
    await expect.poll(() => asking.locator(sentence).innerText(), {timeout: 30_000}).not.toBe(first);
    await page.context().close();
    await asking.context().close();
  }
);

test("the files that hosts take are whole", () => {
  expect(existsSync(join(folder, ".nojekyll"))).toBe(true);
  const workflow = parse(readFileSync(join(docs, "examples/github-pages.yml"), "utf8"));
  expect(workflow.jobs.build.steps.map(({run}: {run?: string}) => run)).toContain("npm run build");
  expect(readFileSync(join(docs, "examples/nginx.conf"), "utf8").match(/POLICY/g)!.length).toBeGreaterThan(2);
});
