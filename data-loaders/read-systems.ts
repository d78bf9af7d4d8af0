import {readdirSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {parse} from "yaml";
import {normalizeSystem} from "../engine/system.js";
import type {SystemSpec} from "../engine/system.js";

/** Every system described in a folder of YAML files, by file name. Throws InputError on the first that is wrong. */
export function readSystems(dir: string): SystemSpec[] {
  const files = readdirSync(dir).filter((file) => /\.ya?ml$/.test(file));
  return files.sort().map((file) => normalizeSystem(file, parse(readFileSync(join(dir, file), "utf8"))));
}
