import {existsSync} from "node:fs";
import {homedir} from "node:os";
import {dirname, join, resolve, sep} from "node:path";
import {fileURLToPath} from "node:url";

/**
 * Where imported tables live: `KNEEPOINT_DATA` if set, else `data` in the site that is the working folder, else in the
 * repository. An installed package keeps them where the user's other data is, as what lies in node_modules goes with
 * the next installation.
 *
 * Below it: `tables/` accepted source files, `slices/` what the engine reads, `catalogue.json` what there is, `systems/`
 * descriptions of systems that came with their tables.
 */
export function dataFolder(): string {
  if (process.env.KNEEPOINT_DATA) return resolve(process.env.KNEEPOINT_DATA);
  if (existsSync("observablehq.config.ts")) return resolve("data");
  const home = repository();
  return home.includes(`${sep}node_modules${sep}`) ? join(userFolder(), "kneepoint") : join(home, "data");
}

/** Where programs keep what they were given, by the platform's custom. */
function userFolder(): string {
  if (process.platform === "win32") return process.env.LOCALAPPDATA ?? join(homedir(), "AppData", "Local");
  if (process.platform === "darwin") return join(homedir(), "Library", "Application Support");
  return process.env.XDG_DATA_HOME ?? join(homedir(), ".local", "share");
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
