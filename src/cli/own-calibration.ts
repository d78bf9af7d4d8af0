/** The file that `kneepoint calibrate` wrote, read back. */
import {existsSync, readFileSync} from "node:fs";
import {InputError} from "../engine/errors.js";
import type {CalibrationTable} from "../engine/simulate/calibration.js";

/** A user's own calibration, by flag or environment; undefined where there is none. */
export function ownCalibration(file = process.env.KNEEPOINT_CALIBRATION): CalibrationTable | undefined {
  if (file === undefined || file === "") return undefined;
  if (!existsSync(file)) throw new InputError(`no such file: ${file}; kneepoint calibrate writes one`);
  let table: CalibrationTable;
  try {
    table = JSON.parse(readFileSync(file, "utf8")) as CalibrationTable;
  } catch (error) {
    throw new InputError(`not JSON: ${file}: ${(error as Error).message}; kneepoint calibrate writes one`);
  }
  if (table?.format !== 1 || !Array.isArray(table.classes) || !Array.isArray(table.families))
    throw new InputError(`no calibration: ${file}; kneepoint calibrate writes one`);
  return table;
}
