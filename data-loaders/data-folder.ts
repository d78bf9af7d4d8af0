import {existsSync} from "node:fs";
import {dirname, join, resolve} from "node:path";
import {fileURLToPath} from "node:url";

/**
 * Where imported tables live: `KNEEPOINT_DATA` if set, else `data` in the repository.
 *
 * Below it: `tables/` accepted source files, `slices/` what the engine reads, `catalogue.json` what there is, `systems/`
 * descriptions of systems that came with their tables.
 */
export function dataFolder(): string {
  return process.env.KNEEPOINT_DATA ? resolve(process.env.KNEEPOINT_DATA) : join(repository(), "data");
}

export function catalogueFile(dataDir = dataFolder()): string {
  return join(dataDir, "catalogue.json");
}

/** Where systems are described: those shipped, and those that came with imported tables. */
export function systemFolders(dataDir = dataFolder()): string[] {
  return [join(repository(), "systems"), join(dataDir, "systems")];
}

/** The nearest folder above this file with a package.json: right for the source and for a bundle of it. */
function repository(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json")) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}
