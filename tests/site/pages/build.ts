/**
 * The site, built once for all test files that want it, in a copy of the tree: a build leaves its mark on caches and
 * links there, which another build, or a preview of the same checkout, must not meet.
 */
import {execFile} from "node:child_process";
import {cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {promisify} from "node:util";
import {isOwn, keyOf, repo, shelved} from "./shelf.js";

const sources = [
  "src",
  "engine",
  "data-loaders",
  "notebooks",
  "systems",
  "templates",
  "observablehq.config.ts",
  "tsconfig.json",
  "package.json",
  "package-lock.json"
];
/** Each is as large as its data. */
const keptBuilds = 4;

export interface Built {
  /** The built site's folder; empty when the build failed. */
  folder: string;
  status: number;
  output: string;
}

/** The site built with the tables of a data folder, which need not exist. Takes half a minute on two free cores. */
export async function builtSite(dataDir: string, args: readonly string[] = []): Promise<Built> {
  const key = keyOf(sources, [join(dataDir, "catalogue.json")], args);
  const folder = await shelved("kneepoint-test-sites", key, keptBuilds, (place) => build(place, dataDir, args));
  return JSON.parse(readFileSync(join(folder, "built.json"), "utf8"));
}

async function build(place: string, dataDir: string, args: readonly string[]): Promise<void> {
  const tree = join(place, "tree");
  mkdirSync(tree);
  for (const path of sources) cpSync(join(repo, path), join(tree, path), {recursive: true, filter: isOwn});
  symlinkSync(join(repo, "node_modules"), join(tree, "node_modules"), "junction");
  copyPackageCache(tree);
  const folder = join(place, "dist");
  const env = {...process.env, KNEEPOINT_DATA: dataDir, KNEEPOINT_DIST: folder};
  const {status, output} = await run([join(tree, "src/build/run.js"), "build", ...args], tree, env);
  rmSync(tree, {recursive: true, force: true});
  const built: Built = {folder: status === 0 ? folder : "", status, output};
  writeFileSync(join(place, "built.json"), JSON.stringify(built));
}

/** In the tree: the working folder is the site that is built. */
async function run(args: string[], cwd: string, env: NodeJS.ProcessEnv): Promise<{status: number; output: string}> {
  try {
    const {stdout, stderr} = await promisify(execFile)(process.execPath, args, {cwd, env, maxBuffer: 1 << 26});
    return {status: 0, output: stdout + stderr};
  } catch (error) {
    const {code, stdout, stderr} = error as {code?: number; stdout: string; stderr: string};
    return {status: typeof code === "number" ? code : 1, output: stdout + stderr};
  }
}

/** Bundles of packages, which hold as long as the lockfile and src/build do: Framework discards stale ones itself. */
function copyPackageCache(tree: string): void {
  for (const part of ["_npm", "_node", "_lock"]) {
    const from = join(repo, "src/.observablehq/cache", part);
    const to = join(tree, "src/.observablehq/cache", part);
    if (existsSync(from)) cpSync(from, to, {recursive: true, preserveTimestamps: true});
  }
}
