#!/usr/bin/env node
// Launcher: bundles src/cli/main.ts once per change of the sources, then runs the bundle. Plain JavaScript, because
// it runs before anything is compiled. A fresh bundle is found by names, sizes and times of the sources alone.
import {createHash} from "node:crypto";
import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync} from "node:fs";
import {tmpdir, userInfo} from "node:os";
import {dirname, join, relative, resolve} from "node:path";
import {fileURLToPath, pathToFileURL} from "node:url";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const sources = [
  "engine",
  "data-loaders",
  "src/cli",
  "src/perf",
  "src/task",
  "src/words.ts",
  "src/why-words.ts",
  "templates",
  "package.json"
];

const entry = join(await bundleFolder(), "main.js");
const {main} = await import(pathToFileURL(entry).href);
process.exitCode = await main(process.argv.slice(2));

/** Folder of an up-to-date bundle; makes it when there is none. */
async function bundleFolder() {
  const name = fingerprint();
  const cache = cacheFolder();
  const folder = join(cache, name);
  if (!existsSync(join(folder, "main.js"))) await build(cache, folder);
  return folder;
}

function fingerprint() {
  const hash = createHash("sha256").update(`${process.version} ${root}\n`);
  for (const file of sources.flatMap((source) => filesBelow(join(root, source)))) {
    const {size, mtimeMs} = statSync(file);
    hash.update(`${relative(root, file)} ${size} ${mtimeMs}\n`);
  }
  return hash.digest("hex").slice(0, 16);
}

function filesBelow(path) {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  const entries = readdirSync(path, {withFileTypes: true}).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    if (entry.isDirectory()) return filesBelow(join(path, entry.name));
    return /\.[jt]s$/.test(entry.name) ? [join(path, entry.name)] : [];
  });
}

/** In node_modules where that can be written, else a private folder for this user among the temporary files. */
function cacheFolder() {
  try {
    const folder = join(root, "node_modules/.cache/kneepoint");
    mkdirSync(folder, {recursive: true});
    rmSync(mkdtempSync(join(folder, "try-")), {recursive: true});
    return folder;
  } catch {
    const folder = join(tmpdir(), `kneepoint-${userInfo().uid}`);
    mkdirSync(folder, {recursive: true, mode: 0o700});
    const {uid, mode} = statSync(folder);
    const ours = process.platform === "win32" || (uid === userInfo().uid && (mode & 0o022) === 0);
    return ours ? folder : mkdtempSync(join(tmpdir(), "kneepoint-"));
  }
}

/** Built aside and renamed into place, so that two first runs at once cannot see half a bundle. */
async function build(cache, folder) {
  const aside = mkdtempSync(join(cache, "new-"));
  try {
    await bundleInto(aside);
    if (!existsSync(folder)) renameSync(aside, folder);
  } catch (error) {
    if (existsSync(join(folder, "main.js"))) return;
    process.stderr.write(`cannot compile src/cli/main.ts: ${error.message}; has npm ci been run here\n`);
    process.exit(70);
  } finally {
    rmSync(aside, {recursive: true, force: true});
  }
  removeOld(cache, folder);
}

async function bundleInto(outdir) {
  const {build: bundle} = await import("esbuild");
  await bundle({
    entryPoints: [join(root, "src/cli/main.ts")],
    outdir,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    logLevel: "silent",
    absWorkingDir: root,
    banner: {js: 'import {createRequire as from} from "node:module"; const require = from(import.meta.url);'},
    plugins: [
      {name: "own-urls", setup: keepOwnUrls},
      {name: "siblings", setup: findSiblings}
    ]
  });
}

/** Bundles of sources that are gone; kept for a day in case one of them is still running. */
function removeOld(cache, current) {
  const aDayAgo = Date.now() - 24 * 3600 * 1000;
  for (const path of readdirSync(cache).map((name) => join(cache, name)))
    if (path !== current && statSync(path).mtimeMs < aDayAgo) rmSync(path, {recursive: true, force: true});
}

/** Our modules find files beside themselves by import.meta; in the bundle that must still mean the source's place. */
function keepOwnUrls({onLoad}) {
  onLoad({filter: /\.ts$/}, ({path}) => {
    const text = readFileSync(path, "utf8");
    if (path.includes("node_modules") || !text.includes("import.meta")) return undefined;
    const contents = text
      .replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href))
      .replaceAll("import.meta.dirname", JSON.stringify(dirname(path)));
    return {contents, loader: "ts"};
  });
}

/** `../engine/…` below src means the folder beside src, whether or not the site has linked it there. */
function findSiblings({onResolve}) {
  onResolve({filter: /^\.\.\/(engine|data-loaders|templates)\/.*\.js$/}, ({path, resolveDir}) => {
    if (!resolveDir.startsWith(join(root, "src"))) return undefined;
    const real = resolve(resolveDir, path).replace(join(root, "src"), root);
    return {path: real.replace(/\.js$/, ".ts")};
  });
}
