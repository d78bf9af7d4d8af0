/** The worker's searcher with nothing imported: the surfaces that the product carries answer. */
import {readFileSync} from "node:fs";
import {readFile} from "node:fs/promises";
import {join, resolve} from "node:path";
import {readSystems} from "../../data-loaders/read-systems.js";
import type {CalibrationEntry} from "../../engine/calibration.js";
import {Searcher} from "../../src/search/searcher.js";

const folder = resolve(import.meta.dirname, "../../systems");
const surfaces = join(folder, "calibration");

export const systems = readSystems(folder);

export function embeddedSearcher(): Searcher {
  const calibrations = JSON.parse(readFileSync(join(surfaces, "index.json"), "utf8")) as CalibrationEntry[];
  return new Searcher({systems: {}} as never, calibrations, systems, {
    slice: () => Promise.reject(new Error("nothing is imported")),
    calibration: async ({file}) => {
      const {buffer, byteOffset, byteLength} = await readFile(join(surfaces, file));
      return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
    }
  });
}
