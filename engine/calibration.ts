/**
 * The embedded default: what `npm run calibrate` fitted to measured tables, for who has imported none. A file holds the
 * surfaces of one system and backend; each is tabulated when first asked for, and then looked up like a measurement.
 */
import {codeSurface} from "./calibration/format.js";
import type {SurfaceData} from "./calibration/format.js";
import {RangeDecoder} from "./calibration/range-coder.js";
import {partsOf, tabulate} from "./calibration/tabulate.js";
import {InputError} from "./errors.js";
import {PerfDatabase} from "./perf.js";
import type {FittedSlice} from "./perf.js";
import type {Platform} from "./ops/table.js";
import type {Backend} from "./schema.js";

/** One file, as the list of all of them has it. */
export interface CalibrationEntry {
  system: string;
  backend: Backend;
  /** Of the tables that it was fitted to. */
  version: string;
  /** GPU model as the tables name it. */
  device: string;
  /** Path below the folder of surfaces. */
  file: string;
  /** Of its contents: a changed file gets another URL. */
  hash: string;
  bytes: number;
  /** Measured rows that it stands for. */
  rows: number;
}

/** What a file says of itself. */
export interface CalibrationHead {
  system: string;
  backend: Backend;
  version: string;
  surfaces: number;
  strings: string[];
}

/** `KNP1`: what a file begins with. Then two bytes of length, low first, a JSON head of that length, coded integers. */
export const fileMagic = Uint8Array.from([0x4b, 0x4e, 0x50, 0x31]);

/** Throws InputError for what is not a calibration file. */
export function parseCalibration(buffer: ArrayBuffer): {head: CalibrationHead; surfaces: SurfaceData[]} {
  const bytes = new Uint8Array(buffer);
  if (!fileMagic.every((byte, i) => bytes[i] === byte))
    throw new InputError(`invalid calibration: starts with ${[...bytes.slice(0, 4)].join(" ")}; run npm run calibrate`);
  const start = fileMagic.length + 2;
  const length = bytes[fileMagic.length] + 256 * bytes[fileMagic.length + 1];
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(start, start + length))) as CalibrationHead;
  const coder = new RangeDecoder(bytes, start + length);
  return {head, surfaces: Array.from({length: head.surfaces}, () => codeSurface(coder, head.strings))};
}

/** The tables that a file stands for. Their look-ups are graded `calibrated` and carry the error of their fit. */
export function calibratedPerf(buffer: ArrayBuffer): PerfDatabase {
  const {head, surfaces} = parseCalibration(buffer);
  const slices = surfaces.flatMap((data) =>
    partsOf(data).map((part): FittedSlice => {
      const {rows, error} = part.fit;
      return {table: data.table, part: part.part, rows, error, columns: () => tabulate(data, part)};
    })
  );
  return new PerfDatabase(head.system, head.backend, head.version, [], slices);
}

/**
 * The same platform on its embedded surfaces, whatever tables it has: those of its own serving engine, then those of
 * the system's others, and at last coefficients.
 */
export function embeddedDefault(platform: Platform): Platform {
  const {system, backend, version, embedded} = platform;
  const fitted = () => embedded?.() ?? [];
  const own = fitted().find((perf) => perf.backend === backend);
  return {
    ...platform,
    database: "calibrated",
    version: own?.version ?? version,
    perf: own ?? new PerfDatabase(system.id, backend, ""),
    embedded: () => fitted().filter((perf) => perf !== own)
  };
}
