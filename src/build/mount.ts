/**
 * Framework only serves what lies under its source root. This links sibling folders into the root, so that
 * `notebooks/x.md` can import `../engine/index.js` by the same relative path whether it is read by Framework,
 * TypeScript or Vitest. Junctions need no privileges on Windows; elsewhere the type is ignored.
 */
import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
  unlinkSync
} from "node:fs";
import {dirname, join, relative, resolve} from "node:path";
import {home, isOwnSite, project, root} from "./project.js";

/** Folders beside the source root that pages and components import from. */
const siblings = ["engine", "data-loaders", "systems", "templates"];

/** The self-hosted type faces: name under src/styles/fonts ← file in node_modules. */
const fonts = {
  "inter.woff2": "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
  "jetbrains-mono.woff2": "@fontsource/jetbrains-mono/files/jetbrains-mono-latin-400-normal.woff2"
};

/** Where imported measurements lie; the folder need not exist. */
export function dataFolder(): string {
  return resolve(project, process.env.KNEEPOINT_DATA || "data");
}

export function mountSources(): void {
  for (const folder of siblings) if (existsSync(join(home, folder))) link(folder, join(home, folder));
  link("notebooks", join(project, "notebooks"));
  link("data", dataFolder());
  if (isOwnSite) for (const name of ownSources()) link(name, join(home, "src", name));
  for (const [name, path] of Object.entries(fonts)) copyFont(name, fontFile(path));
}

/** What pages use of the package's `src`; what the site has itself takes its place. */
function ownSources(): string[] {
  const entries = readdirSync(join(home, "src"), {withFileTypes: true});
  const names = entries
    .filter((entry) => !entry.isSymbolicLink() && !/^\.|\.md$/.test(entry.name))
    .map(({name}) => name);
  return names.filter((name) => {
    const stat = lstatSync(join(root, name), {throwIfNoEntry: false});
    return !stat || stat.isSymbolicLink();
  });
}

/** In the site's packages, or in those of the package where it lies outside of the site. */
function fontFile(path: string): string {
  const [found] = [project, home].map((folder) => join(folder, "node_modules", path)).filter(existsSync);
  return found ?? join(home, "node_modules", path);
}

/** (Re)makes the link src/{name} → target. */
function link(name: string, target: string): void {
  mkdirSync(root, {recursive: true});
  const path = join(root, name);
  const to = process.platform === "win32" ? target : relative(root, target);
  const stat = lstatSync(path, {throwIfNoEntry: false});
  if (stat?.isSymbolicLink() && readlinkSync(path) === to) return;
  if (stat) unlinkSync(path);
  symlinkSync(to, path, "junction");
}

function copyFont(name: string, from: string): void {
  const to = join(root, "styles", "fonts", name);
  if (!existsSync(from) || (existsSync(to) && readFileSync(to).equals(readFileSync(from)))) return;
  mkdirSync(dirname(to), {recursive: true});
  copyFileSync(from, to);
}
