/**
 * The GPU systems that the product knows, from `systems/*.yaml`. Only the source reads YAML: packing writes this module
 * anew with the systems in it, so that the library needs neither a parser nor another file.
 */
import {parse} from "yaml";
import {normalizeSystem} from "../engine/system.js";
import type {SystemSpec} from "../engine/system.js";

export async function readKnownSystems(): Promise<SystemSpec[]> {
  const fs = globalThis.process.getBuiltinModule("node:fs/promises");
  const folder = new URL("../../systems/", import.meta.url);
  const files = (await fs.readdir(folder)).filter((file) => file.endsWith(".yaml")).sort();
  return Promise.all(
    files.map(async (file) => normalizeSystem(file, parse(await fs.readFile(new URL(file, folder), "utf8"))))
  );
}
