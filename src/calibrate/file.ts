import {codeBody, codeHead, stringsOf} from "../engine/calibration/format.js";
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
  const coded = surfaces.map((surface) => {
    const coder = new RangeEncoder();
    codeHead(coder, strings, surface);
    codeBody(coder, strings, surface, surface);
    return coder.finish();
  });
  const sizes = coded.map(({length}) => length);
  const head = new TextEncoder().encode(JSON.stringify({...of, surfaces: sizes, strings}));
  const start = [...fileMagic, head.length & 0xff, head.length >> 8, ...head];
  const out = new Uint8Array(start.length + sizes.reduce((sum, size) => sum + size, 0));
  out.set(start);
  coded.reduce((at, bytes) => (out.set(bytes, at), at + bytes.length), start.length);
  return out;
}
