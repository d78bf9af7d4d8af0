/**
 * The site, built once for all test files that want it. A build is kept in the system's temporary folder under a hash
 * of what goes into it, so that a second file, or a second run, takes what the first one built; of two that come at
 * once, one builds and the other waits. It is made in a copy of the tree: a build leaves its mark on caches and links
 * there, which another build, or a preview of the same checkout, must not meet.
 */
import {execFile} from "node:child_process";
import {createHash} from "node:crypto";
import {cpSync, existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, rmSync} from "node:fs";
import {statSync, symlinkSync, utimesSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join, resolve} from "node:path";
import {promisify} from "node:util";

const repo = resolve(import.meta.dirname, "../../..");
const shelf = join(tmpdir(), "kneepoint-test-sites");
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
/** A build takes half a minute on two free cores. */
const patienceMs = 300_000;
/** Each is as large as its data. */
const keptBuilds = 4;

export interface Built {
  /** The built site's folder; empty when the build failed. */
  folder: string;
  status: number;
  output: string;
}

/** The site built with the tables of a data folder, which need not exist. */
export async function builtSite(dataDir: string, args: readonly string[] = []): Promise<Built> {
  const shelved = join(shelf, keyOf(dataDir, args));
  mkdirSync(shelf, {recursive: true});
  for (const start = Date.now(); ;) {
    const found = read(shelved);
    if (found) return found;
    if (lock(shelved)) break;
    if (Date.now() - start > patienceMs) throw new Error(`no site in ${shelved} after ${patienceMs / 1000} s`);
    await new Promise((later) => setTimeout(later, 250));
  }
  try {
    return await build(shelved, dataDir, args);
  } finally {
    rmSync(`${shelved}.lock`, {recursive: true, force: true});
  }
}

function read(shelved: string): Built | undefined {
  const note = join(shelved, "built.json");
  if (!existsSync(note)) return undefined;
  utimesSync(shelved, new Date(), new Date());
  return JSON.parse(readFileSync(note, "utf8"));
}

/** True for the one who is to build. */
function lock(shelved: string): boolean {
  const path = `${shelved}.lock`;
  const stat = statSync(path, {throwIfNoEntry: false});
  // Of a run that was killed.
  if (stat && Date.now() - stat.mtimeMs > patienceMs) rmSync(path, {recursive: true, force: true});
  try {
    mkdirSync(path);
    return true;
  } catch {
    return false;
  }
}

async function build(shelved: string, dataDir: string, args: readonly string[]): Promise<Built> {
  discardOld();
  const tree = join(shelved, "tree");
  rmSync(shelved, {recursive: true, force: true});
  mkdirSync(tree, {recursive: true});
  for (const path of sources) cpSync(join(repo, path), join(tree, path), {recursive: true, filter: isOwn});
  symlinkSync(join(repo, "node_modules"), join(tree, "node_modules"), "junction");
  copyPackageCache(tree);
  const folder = join(shelved, "dist");
  const env = {...process.env, KNEEPOINT_DATA: dataDir, KNEEPOINT_DIST: folder};
  const {status, output} = await run([join(tree, "src/build/run.js"), "build", ...args], tree, env);
  rmSync(tree, {recursive: true, force: true});
  const built = {folder: status === 0 ? folder : "", status, output};
  writeFileSync(join(shelved, "built.json"), JSON.stringify(built));
  return built;
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

/** Links in src/ lead to what is copied beside it; Framework's cache is made anew. */
function isOwn(path: string): boolean {
  return !lstatSync(path).isSymbolicLink() && !path.endsWith(".observablehq");
}

/** Bundles of packages, which hold as long as the lockfile and src/build do: Framework discards stale ones itself. */
function copyPackageCache(tree: string): void {
  for (const part of ["_npm", "_node", "_lock"]) {
    const from = join(repo, "src/.observablehq/cache", part);
    const to = join(tree, "src/.observablehq/cache", part);
    if (existsSync(from)) cpSync(from, to, {recursive: true, preserveTimestamps: true});
  }
}

function keyOf(dataDir: string, args: readonly string[]): string {
  const hash = createHash("sha256").update(JSON.stringify(args));
  const add = (path: string) => hash.update(path).update(readFileSync(path));
  for (const source of sources) for (const path of filesUnder(join(repo, source))) add(path);
  const catalogue = join(dataDir, "catalogue.json");
  if (existsSync(catalogue)) add(catalogue);
  return hash.digest("hex").slice(0, 16);
}

function filesUnder(path: string): string[] {
  if (!isOwn(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesUnder(join(path, name)));
}

function discardOld(): void {
  const age = (name: string) => statSync(join(shelf, name), {throwIfNoEntry: false})?.mtimeMs ?? 0;
  const builds = readdirSync(shelf).filter((name) => !name.endsWith(".lock"));
  const old = builds.sort((a, b) => age(b) - age(a)).slice(keptBuilds - 1);
  const isInUse = (name: string) => Date.now() - age(name) < patienceMs;
  for (const name of old) if (!isInUse(name)) rmSync(join(shelf, name), {recursive: true, force: true});
}
