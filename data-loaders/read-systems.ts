import {existsSync, readdirSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {parse} from "yaml";
import {normalizeSystem} from "../engine/system.js";
import type {SystemSpec} from "../engine/system.js";
import {compareText} from "../engine/version.js";

/** Every system described in a folder of YAML files, by file name. Throws InputError on the first that is wrong. */
export function readSystems(dir: string): SystemSpec[] {
  const files = readdirSync(dir).filter((file) => /\.ya?ml$/.test(file));
  return files.sort().map((file) => normalizeSystem(file, parse(readFileSync(join(dir, file), "utf8"))));
}

/** The systems of several folders, by id; of two with one id that of the earlier folder. A missing folder has none. */
export function readAllSystems(dirs: readonly string[]): SystemSpec[] {
  const byId = new Map<string, SystemSpec>();
  for (const dir of dirs.filter((dir) => existsSync(dir)))
    for (const system of readSystems(dir)) if (!byId.has(system.id)) byId.set(system.id, system);
  return [...byId.values()].sort((a, b) => compareText(a.id, b.id));
}
