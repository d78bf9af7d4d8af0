/**
 * What test files share and is slow to make: each is kept in the system's temporary folder under a hash of what goes
 * into it, so that a second file, or a second run, takes what the first one made. Of two that come at once, one makes it
 * and the other waits.
 */
import {createHash} from "node:crypto";
import {existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, utimesSync} from "node:fs";
import {tmpdir} from "node:os";
import {join, resolve} from "node:path";

export const repo = resolve(import.meta.dirname, "../../..");

const patienceMs = 300_000;

/**
 * Folder `key` of a shelf, where `make` has put what belongs there before it returned. The `most` newest of a shelf are
 * kept. Throws when another, who was at it first, has not come to an end within five minutes.
 */
export async function shelved(
  shelf: string,
  key: string,
  most: number,
  make: (folder: string) => Promise<void>
): Promise<string> {
  const place = join(tmpdir(), shelf);
  const folder = join(place, key);
  const done = join(place, `${key}.done`);
  mkdirSync(place, {recursive: true});
  for (const start = Date.now(); ;) {
    if (existsSync(done)) {
      utimesSync(done, new Date(), new Date());
      return folder;
    }
    if (lock(`${folder}.lock`)) break;
    if (Date.now() - start > patienceMs) throw new Error(`nothing in ${folder} after ${patienceMs / 1000} s`);
    await new Promise((later) => setTimeout(later, 250));
  }
  try {
    discardOld(place, most);
    rmSync(folder, {recursive: true, force: true});
    mkdirSync(folder, {recursive: true});
    await make(folder);
    mkdirSync(done);
    return folder;
  } finally {
    rmSync(`${folder}.lock`, {recursive: true, force: true});
  }
}

/** True for the one who is to make it. */
function lock(path: string): boolean {
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

function discardOld(place: string, most: number): void {
  const ended = readdirSync(place).filter((name) => name.endsWith(".done"));
  const age = (name: string) => statSync(join(place, name), {throwIfNoEntry: false})?.mtimeMs ?? 0;
  const isInUse = (name: string) => Date.now() - age(name) < patienceMs;
  for (const name of ended.sort((a, b) => age(b) - age(a)).slice(most - 1)) {
    if (isInUse(name)) continue;
    for (const path of [name, name.replace(/\.done$/, "")]) rmSync(join(place, path), {recursive: true, force: true});
  }
}

/** Of what is in files and folders of the repository, of further files, and of `args`. */
export function keyOf(sources: readonly string[], further: readonly string[], args: unknown): string {
  const hash = createHash("sha256").update(JSON.stringify(args));
  const add = (path: string) => hash.update(path).update(readFileSync(path));
  for (const source of sources) for (const path of filesUnder(join(repo, source))) add(path);
  for (const path of further) if (existsSync(path)) add(path);
  return hash.digest("hex").slice(0, 16);
}

/** Links in src/ lead to what is copied beside it; Framework's cache is made anew. */
export function isOwn(path: string): boolean {
  return !lstatSync(path).isSymbolicLink() && !path.endsWith(".observablehq");
}

function filesUnder(path: string): string[] {
  if (!isOwn(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesUnder(join(path, name)));
}
