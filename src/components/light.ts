/** How fast a row of a slice could be at best. */
import {speedOfLightMs} from "../engine/speed-of-light.js";
import type {SystemSpec} from "../engine/system.js";
import type {CoverageRow} from "./coverage.js";
import type {Record_} from "./slice-table.js";

/** Undefined for tables whose bound is not modelled. */
export function speedOfLight(
  {table, part}: CoverageRow,
  system: SystemSpec | undefined
): (row: Record_) => number | undefined {
  return (row) => {
    const ms = system ? speedOfLightMs(table, part, row, system) : NaN;
    return Number.isFinite(ms) ? ms : undefined;
  };
}
