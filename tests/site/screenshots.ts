/**
 * `npm run screenshots`: every page at both widths and in both themes, into docs/screenshots, from a fresh build with
 * the tables that are imported. Pages taller than `mostPx` are cut, which pictures of charts are not missing.
 */
import {mkdirSync, readdirSync, rmSync} from "node:fs";
import {join, resolve} from "node:path";
import type {Browser} from "playwright-core";
import {pages} from "../../src/build/shell.js";
import {openBrowser} from "./browser.js";
import {builtSite} from "./pages/build.js";
import {settled} from "./pages/settled.js";
import {serveStatic} from "./static-server.js";

const repo = resolve(import.meta.dirname, "../..");
const folder = join(repo, "docs/screenshots");
const widths = [1440, 390];
const themes = ["light", "dark"] as const;
const mostPx = 1700;

async function picture(browser: Browser, url: string, path: string, width: number, theme: (typeof themes)[number]) {
  const name = path === "/" ? "home" : path.replace("/notebooks/", "");
  const context = await browser.newContext({
    viewport: {width, height: width === 390 ? 844 : 1000},
    colorScheme: theme,
    reducedMotion: "reduce"
  });
  // What is handed to the page was compiled with names kept.
  await context.addInitScript({content: "globalThis.__name = (value) => value"});
  const page = await context.newPage();
  await page.goto(url + (path === "/" ? "index.html" : `${path.slice(1)}.html`));
  await settled(page);
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.screenshot({
    path: join(folder, `${name}-${width}-${theme}.jpg`),
    type: "jpeg",
    quality: 45,
    fullPage: true,
    clip: {x: 0, y: 0, width, height: Math.min(height, mostPx)}
  });
  await context.close();
}

process.chdir(repo);
const given = process.env.KNEEPOINT_SITE_URL;
const built = given ? undefined : await builtSite(resolve(process.env.KNEEPOINT_DATA || "data"));
if (built && !built.folder) throw new Error(`the site does not build:\n${built.output.slice(-3000)}`);
const site = built && (await serveStatic(built.folder, "/"));
const browser = await openBrowser();
mkdirSync(folder, {recursive: true});
for (const name of readdirSync(folder)) if (name.endsWith(".jpg")) rmSync(join(folder, name));
for (const {path} of pages())
  for (const width of widths)
    for (const theme of themes) {
      await picture(browser, given ?? site!.url, path, width, theme);
      console.log(`${path} ${width} ${theme}`);
    }
await browser.close();
site?.close();
