/** How fast a row of a slice could be at best. */
import {valueColumn} from "../engine/schema.js";
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

/** Median share of the speed of light that rows reach; undefined where no bound is known. */
export function reachedShare(
  rows: readonly Record_[],
  lightMs: (row: Record_) => number | undefined
): number | undefined {
  const shares = rows.flatMap((row) => {
    const ms = lightMs(row);
    return ms !== undefined && ms > 0 ? [ms / Number(row[valueColumn])] : [];
  });
  const sorted = shares.sort((a, b) => a - b);
  const [low, high] = [Math.floor((sorted.length - 1) / 2), Math.ceil((sorted.length - 1) / 2)];
  return sorted.length > 0 ? (sorted[low] + sorted[high]) / 2 : undefined;
}
