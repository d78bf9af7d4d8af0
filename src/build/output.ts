/** Files of the build that Framework does not know about: fonts, slices and surfaces, under stable names. */
import {existsSync} from "node:fs";
import {cp, mkdir, rm} from "node:fs/promises";
import {rmSync} from "node:fs";
import {dirname, join} from "node:path";
import {dataFolder} from "./mount.js";
import {root} from "./project.js";

/** Framework reuses a loader’s old output in a build, whatever changed since. */
export function clearLoaderCache(): void {
  rmSync(join(root, ".observablehq", "cache", "data-loaders"), {recursive: true, force: true});
}

/**
 * Copies to `_file/…`, where preview serves them too, so that one relative URL is right in both. Unhashed: a slice’s
 * URL follows from its path in the catalogue, a surface's from its entry in the list, which names its hash too.
 */
export async function copyUnhashed(output: string): Promise<void> {
  await copyFolder(join(root, "styles", "fonts"), join(output, "_file", "styles", "fonts"));
  // Beside the list of surfaces, which Framework has put there.
  await cp(join(root, "systems", "calibration"), join(output, "_file", "systems", "calibration"), {
    recursive: true,
    dereference: true
  });
  await copyFolder(join(dataFolder(), "slices"), join(output, "_file", "data", "slices"));
}

async function copyFolder(from: string, to: string): Promise<void> {
  await rm(to, {recursive: true, force: true});
  if (!existsSync(from)) return;
  await mkdir(dirname(to), {recursive: true});
  await cp(from, to, {recursive: true, dereference: true});
}
