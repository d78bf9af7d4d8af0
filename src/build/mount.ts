/**
 * Framework only serves what lies under its source root. This links sibling folders into the root, so that
 * `notebooks/x.md` can import `../engine/index.js` by the same relative path whether it is read by Framework,
 * TypeScript or Vitest. Junctions need no privileges on Windows; elsewhere the type is ignored.
 */
import {copyFileSync, existsSync, lstatSync, mkdirSync, readlinkSync, symlinkSync, unlinkSync} from "node:fs";
import {dirname, join, relative, resolve} from "node:path";

/** Folders beside the source root that pages and components import from. */
const siblings = ["engine", "data-loaders", "notebooks", "systems", "templates"];

/** The self-hosted type faces: name under src/styles/fonts ← file in node_modules. */
const fonts = {
  "inter.woff2": "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
  "jetbrains-mono.woff2": "@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2"
};

const repo = resolve(import.meta.dirname, "../..");
export const root = join(repo, "src");

/** Where imported measurements lie; the folder need not exist. */
export function dataFolder(): string {
  return resolve(repo, process.env.KNEEPOINT_DATA || "data");
}

export function mountSources(): void {
  for (const folder of siblings) if (existsSync(join(repo, folder))) link(folder, join(repo, folder));
  link("data", dataFolder());
  for (const [name, path] of Object.entries(fonts)) copyFont(name, join(repo, "node_modules", path));
}

/** (Re)makes the link src/{name} → target. */
function link(name: string, target: string): void {
  const path = join(root, name);
  const to = process.platform === "win32" ? target : relative(root, target);
  const stat = lstatSync(path, {throwIfNoEntry: false});
  if (stat?.isSymbolicLink() && readlinkSync(path) === to) return;
  if (stat) unlinkSync(path);
  symlinkSync(to, path, "junction");
}

function copyFont(name: string, from: string): void {
  const to = join(root, "styles", "fonts", name);
  if (existsSync(to) || !existsSync(from)) return;
  mkdirSync(dirname(to), {recursive: true});
  copyFileSync(from, to);
}
