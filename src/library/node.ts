/** The library with what takes a file system: measured tables from a folder of this machine. */
import {existsSync} from "node:fs";
import {join, resolve} from "node:path";
import {pathToFileURL} from "node:url";
import {InputError} from "../engine/errors.js";
import {openTables} from "./open-tables.js";
import type {TablesOptions} from "./open-tables.js";
import type {Tables} from "../perf/tables.js";

export * from "./index.js";

/**
 * Tables in the folder that `kneepoint import` wrote, with the systems that came along with them. Rejects with
 * InputError where there are none.
 */
export async function openFolder(path: string, options: TablesOptions = {}): Promise<Tables> {
  const folder = resolve(path);
  if (!existsSync(join(folder, "catalogue.json")))
    throw new InputError(`no tables in ${folder}: no catalogue.json; name the folder that kneepoint import wrote`);
  const systems = [...(await systemsIn(join(folder, "systems"))), ...(options.systems ?? [])];
  return openTables(pathToFileURL(folder), {...options, systems});
}

async function systemsIn(folder: string) {
  if (!existsSync(folder)) return [];
  const {readSystems} = await import("../data-loaders/read-systems.js");
  return readSystems(folder);
}
