/** Files of the build that Framework does not know about: fonts, slices and surfaces, under stable names. */
import {existsSync, rmSync, writeFileSync} from "node:fs";
import {cp, mkdir, rm} from "node:fs/promises";
import {dirname, join} from "node:path";
import {root} from "./project.js";

/** Framework reuses a loader’s old output in a build, whatever changed since. */
export function clearLoaderCache(): void {
  rmSync(join(root, ".observablehq", "cache", "data-loaders"), {recursive: true, force: true});
}

/** What an earlier build wrote, wherever that is; Framework itself only clears folders within the project. */
export function clearOutput(output: string): void {
  if (existsSync(join(output, siteMark))) rmSync(output, {recursive: true});
}

/** GitHub Pages would leave out folders that begin with an underscore. */
const siteMark = ".nojekyll";

export function markOutput(output: string): void {
  writeFileSync(join(output, siteMark), "");
}

/**
 * Copies to `_file/…`, where preview serves them too, so that one relative URL is right in both. Unhashed: a surface's
 * URL follows from its entry in the list, which names its hash too.
 */
export async function copyUnhashed(output: string): Promise<void> {
  await copyFolder(join(root, "styles", "fonts"), join(output, "_file", "styles", "fonts"));
  // Beside the list of surfaces, which Framework has put there.
  await cp(join(root, "systems", "calibration"), join(output, "_file", "systems", "calibration"), {
    recursive: true,
    dereference: true
  });
}

async function copyFolder(from: string, to: string): Promise<void> {
  await rm(to, {recursive: true, force: true});
  if (!existsSync(from)) return;
  await mkdir(dirname(to), {recursive: true});
  await cp(from, to, {recursive: true, dereference: true});
}
