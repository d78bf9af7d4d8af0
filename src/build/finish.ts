/** What is done to Framework’s output to make it light: modules bundled, scripts and styles in files, data announced. */
import {readFileSync, readdirSync, renameSync, rmSync, rmdirSync, statSync, writeFileSync} from "node:fs";
import {dirname, join, posix, sep} from "node:path";
import {bundlePages} from "./bundle.js";
import {fromPage, readPage, toPage, writePage} from "./built-page.js";
import type {BuiltPage} from "./built-page.js";
import {applyFirstView} from "./first-view/apply.js";
import type {FirstViews} from "./first-view/apply.js";
import {pages as shownPages} from "./shell.js";
import {hashOf} from "./site-data.js";

/** JSON that a page fetches first, if it is no larger; in bytes. */
const mostAnnounced = 50_000;

/** Whether a file is what the site was built with of measured deployments. */
const isMeasured = (path: string) => /\bdata-loaders.measured\.\w+\.json$/.test(path);

function hasMeasured(file: string): boolean {
  return (JSON.parse(readFileSync(file, "utf8")) as {files: unknown[]}).files.length > 0;
}

export async function finishSite(output: string, views: FirstViews = {}): Promise<void> {
  const paths = filesIn(output);
  const pages = paths
    .filter((path) => path.endsWith(".html"))
    .map((path) => readPage(path, readFileSync(join(output, path), "utf8")));
  const scripts = new Map(pages.flatMap(inlineScripts).map((text) => [scriptName(text), text]));
  scripts.set(offlineScript, readFileSync(join(import.meta.dirname, "offline/register.js"), "utf8"));
  const bundle = await bundlePages(output, pages, scripts);
  for (const [path, text] of bundle.files) writeFileSync(join(output, path), text);
  const fonts = hashFonts(output, paths);
  const html = new Map<string, string>();
  const busy = new Map(
    shownPages().map(({path, busy}) => [path === "/" ? "index.html" : `${path.slice(1)}.html`, busy])
  );
  const carriesMeasured = paths.some((path) => isMeasured(path) && hasMeasured(join(output, path)));
  for (const page of pages) {
    const {script = "", modules = [], workerModules = []} = bundle.pages.get(page.path) ?? {};
    const styled = styleInFile(output, page, fonts);
    // Room is kept for what is told of them.
    if (carriesMeasured) styled.html = styled.html.replace("<main ", "<main data-measured ");
    const written = writePage(applyFirstView(output, styled, views[page.path], busy.get(page.path) ?? ""), {
      script,
      modules: [...modules, ...provided(page)],
      workerModules,
      files: announcedFiles(page),
      fonts: [...fonts.values()].filter((path) => path.includes("/inter.")),
      later: [bundle.scripts.get(offlineScript)!],
      inline: inlineScripts(page).map((text) => bundle.scripts.get(scriptName(text))!)
    });
    html.set(page.path, written);
  }
  writeOffline(output, html);
  removeModules(output, paths);
}

const offlineScript = "offline";

/** Pages say which build they are of, and so does what keeps them. */
function writeOffline(output: string, html: ReadonlyMap<string, string>): void {
  const build = hashOf([...html.values()].join("\n"));
  const mark = `<meta name="kneepoint-build" content="${build}">`;
  for (const [path, text] of html) writeFileSync(join(output, path), text.replace("</head>", `${mark}\n</head>`));
  const worker = readFileSync(join(import.meta.dirname, "offline/service-worker.js"), "utf8");
  writeFileSync(join(output, "service-worker.js"), worker.replace('"BUILD"', JSON.stringify(build)));
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, {recursive: true, encoding: "utf8"})
    .filter((path) => statSync(join(folder, path)).isFile())
    .map((path) => path.split(sep).join("/"));
}

function inlineScripts({html}: BuiltPage): string[] {
  return [...html.matchAll(/<script>([^]*?)<\/script>/g)].map(([, text]) => text);
}

function scriptName(text: string): string {
  return `inline-${hashOf(text)}`;
}

/** Libraries that Framework provides to cells by these names. */
const libraries: Record<string, RegExp> = {
  html: /^_npm\/htl@/,
  svg: /^_npm\/htl@/,
  Plot: /^_npm\/@observablehq\/plot@/,
  d3: /^_npm\/d3@/
};

/** Those that the page’s own cells use. */
function provided({program, preloads}: BuiltPage): string[] {
  const inputs = new Set([...program.matchAll(/inputs: \[([^\]]*)\]/g)].flatMap(([, list]) => list.split(",")));
  const used = Object.entries(libraries).filter(([name]) => inputs.has(JSON.stringify(name)));
  return preloads.filter((path) => used.some(([, pattern]) => pattern.test(path)));
}

function announcedFiles({path, program}: BuiltPage): string[] {
  const registered = program.matchAll(/registerFile\("[^"]*", \{[^}]*"path":"([^"]+\.json)"[^}]*"size":(\d+)/g);
  return [...registered].filter(([, , size]) => Number(size) <= mostAnnounced).map(([, url]) => fromPage(path, url));
}

/** Old path → path with a hash, so that browsers may keep them for good. */
function hashFonts(output: string, paths: readonly string[]): Map<string, string> {
  const fonts = paths.filter((path) => path.endsWith(".woff2"));
  return new Map(
    fonts.map((path) => {
      const hashed = path.replace(/\.woff2$/, `.${hashOf(readFileSync(join(output, path)))}.woff2`);
      renameSync(join(output, path), join(output, hashed));
      return [path, hashed];
    })
  );
}

/** The page with what its head says of type faces in its style sheet: a strict policy allows no style in markup. */
function styleInFile(output: string, page: BuiltPage, fonts: ReadonlyMap<string, string>): BuiltPage {
  const [link, url] = /<link rel="stylesheet" type="text\/css" href="([^"]*)">/.exec(page.html) ?? [];
  if (!link) return page;
  const sheet = fromPage(page.path, url);
  const styles = [...page.html.matchAll(/<style>([^]*?)<\/style>\n?/g)];
  const moved = styles.map(([, text]) =>
    text.replace(/url\("([^"]+)"\)/g, (_, each: string) => {
      const target = fromPage(page.path, each);
      return `url("${posix.relative(dirname(sheet), fonts.get(target) ?? target)}")`;
    })
  );
  const text = moved.join("") + readFileSync(join(output, sheet), "utf8");
  const name = sheet.replace(/(\.[0-9a-f]{8})?\.css$/, `.${hashOf(text)}.css`);
  writeFileSync(join(output, name), text);
  const html = styles
    .reduce((left, [whole]) => left.replace(whole, ""), page.html)
    .replace(/<link rel="preload" as="style" href="[^"]*">\n?/, "")
    .replace(link, () => `<link rel="stylesheet" type="text/css" href="${toPage(page.path, name)}">`);
  return {...page, html};
}

/** Framework’s modules go, but for those that something beside them loads. */
function removeModules(output: string, framework: readonly string[]): void {
  const isFrameworks = (path: string) => /^_(import|node|npm|observablehq)\//.test(path) && /\.(js|css)$/.test(path);
  const before = new Set(framework.filter(isFrameworks));
  const kept = new Set<string>();
  const keep = (path: string) => {
    if (kept.has(path)) return;
    kept.add(path);
    for (const next of loaded(output, path)) keep(next);
  };
  for (const path of filesIn(output)) if (!before.has(path)) keep(path);
  for (const path of before) if (!kept.has(path)) rmSync(join(output, path));
  removeEmpty(output);
}

/** Files that a page, module or style sheet names by an address of its own. */
function loaded(output: string, path: string): string[] {
  if (!/\.(html|js|css)$/.test(path)) return [];
  const text = readFileSync(join(output, path), "utf8");
  const urls = [...text.matchAll(/["'`(](\.{1,2}\/[^"'`()\s]+\.(?:js|css|wasm))["'`)]/g)].map(([, url]) => url);
  return urls
    .map((url) => fromPage(path, url))
    .filter((target) => statSync(join(output, target), {throwIfNoEntry: false})?.isFile());
}

function removeEmpty(folder: string): void {
  for (const entry of readdirSync(folder, {withFileTypes: true}))
    if (entry.isDirectory()) removeEmpty(join(folder, entry.name));
  if (readdirSync(folder).length === 0) rmdirSync(folder);
}
