/** The search on the tables that a site is built with, outside of a page. Node only. */
import {existsSync, readFileSync} from "node:fs";
import {readFile} from "node:fs/promises";
import {join} from "node:path";
import {dataFolder, systemFolders} from "../../data-loaders/data-folder.js";
import {readAllSystems} from "../../data-loaders/read-systems.js";
import type {CalibrationEntry} from "../../engine/calibration.js";
import type {Catalogue} from "../../engine/schema.js";
import type {SystemSpec} from "../../engine/system.js";
import {Searcher} from "../search/searcher.js";

export interface Data {
  catalogue: Catalogue;
  calibrations: CalibrationEntry[];
  systems: SystemSpec[];
}

export function openSelected(catalogue: Catalogue): Data & {searcher: Searcher} {
  const calibration = join(systemFolders()[0], "calibration");
  const list = join(calibration, "index.json");
  const calibrations: CalibrationEntry[] = existsSync(list) ? JSON.parse(readFileSync(list, "utf8")) : [];
  const systems = readAllSystems(systemFolders());
  const searcher = new Searcher(catalogue, calibrations, systems, {
    slice: (path) => bytesOf(join(dataFolder(), path)),
    calibration: ({file}) => bytesOf(join(calibration, file))
  });
  return {catalogue, calibrations, systems, searcher};
}

async function bytesOf(path: string): Promise<ArrayBuffer> {
  const {buffer, byteOffset, byteLength} = await readFile(path);
  return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
}
