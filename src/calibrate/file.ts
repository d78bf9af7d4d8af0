import {codeSurface, stringsOf} from "../engine/calibration/format.js";
import type {SurfaceData} from "../engine/calibration/format.js";
import {fileMagic} from "../engine/calibration.js";
import type {CalibrationHead} from "../engine/calibration.js";
import {RangeEncoder} from "./range-encoder.js";

/** The bytes that `parseCalibration` reads. */
export function calibrationBytes(
  of: Pick<CalibrationHead, "system" | "backend" | "version">,
  surfaces: readonly SurfaceData[]
): Uint8Array {
  const strings = stringsOf(surfaces);
  const head = new TextEncoder().encode(JSON.stringify({...of, surfaces: surfaces.length, strings}));
  const coder = new RangeEncoder();
  for (const surface of surfaces) codeSurface(coder, strings, surface);
  return Uint8Array.from([...fileMagic, head.length & 0xff, head.length >> 8, ...head, ...coder.finish()]);
}
