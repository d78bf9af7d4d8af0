/**
 * The embedded default: what `npm run calibrate:surfaces` fitted to measured tables, for who has imported none. A file holds the
 * surfaces of one system and backend; each is tabulated when first asked for, and then looked up like a measurement.
 */
import {codeBody, codeHead} from "./calibration/format.js";
import type {SurfaceBody, SurfaceHead} from "./calibration/format.js";
import {RangeDecoder} from "./calibration/range-coder.js";
import {tabulate} from "./calibration/tabulate.js";
import {InputError} from "./errors.js";
import {PerfDatabase} from "./perf.js";
import type {FittedSlice} from "./perf.js";
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
  /** Bytes of each surface, in order. */
  surfaces: number[];
  strings: string[];
}

/** `KNP1`: what a file begins with. Then two bytes of length, low first, a JSON head of that length, and the surfaces. */
export const fileMagic = Uint8Array.from([0x4b, 0x4e, 0x50, 0x31]);

/** A surface whose head has been read; the rest is when it is asked for. */
export interface LazySurface extends SurfaceHead {
  body: () => SurfaceBody;
}

/** Throws InputError for what is not a calibration file. */
export function parseCalibration(buffer: ArrayBuffer): {head: CalibrationHead; surfaces: LazySurface[]} {
  const bytes = new Uint8Array(buffer);
  if (!fileMagic.every((byte, i) => bytes[i] === byte))
    throw new InputError(
      `invalid calibration: starts with ${[...bytes.slice(0, 4)].join(" ")}; run npm run calibrate:surfaces`
    );
  const start = fileMagic.length + 2;
  const length = bytes[fileMagic.length] + 256 * bytes[fileMagic.length + 1];
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(start, start + length))) as CalibrationHead;
  let at = start + length;
  const surfaces = head.surfaces.map((size): LazySurface => {
    const coder = new RangeDecoder(bytes.subarray(at, (at += size)));
    const surface = codeHead(coder, head.strings);
    let body: SurfaceBody | undefined;
    return {...surface, body: () => (body ??= codeBody(coder, head.strings, surface))};
  });
  return {head, surfaces};
}

/** The tables that a file stands for. Their look-ups are graded `calibrated` and carry the error of their fit. */
export function calibratedPerf(buffer: ArrayBuffer): PerfDatabase {
  const {head, surfaces} = parseCalibration(buffer);
  const slices = surfaces.flatMap(({table, parts, body}) => {
    let from = 0;
    return parts.map(({part, sites, rows, error}): FittedSlice => {
      const start = from;
      const end = (from += sites);
      return {table, part, rows, error, columns: () => tabulate(table, body(), start, end)};
    });
  });
  return new PerfDatabase(head.system, head.backend, head.version, [], slices);
}
