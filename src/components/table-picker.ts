/** Whole tables to choose from, as rows of the slice picker without parts. */
import type {CoverageRow} from "./coverage.js";
import {backendWords} from "./format.js";
import type {Wish} from "./slice-picker.js";
import {compareVersions} from "../engine/version.js";

/** One row per table of each version that measured something itself: the sum of its slices. */
export function tableRows(rows: readonly CoverageRow[]): CoverageRow[] {
  const byTable = new Map<string, CoverageRow>();
  for (const row of rows) {
    if (!row.measured) continue;
    const key = [row.system, row.backend, row.version, row.table].join("|");
    const known = byTable.get(key);
    if (known) {
      known.rows += row.rows;
      known.borrowedRows += row.borrowedRows;
    } else byTable.set(key, {...row, part: []});
  }
  return [...byTable.values()];
}

/** A table known to be wrong in an interesting way, where it is imported. */
export const telling: Wish = {system: "h200_sxm", backend: "vllm", table: "prefill_attention"};

/** Other versions that hold the same table, newest first, the nearest older one in front. */
export function otherVersions(rows: readonly CoverageRow[], {system, backend, version, table}: CoverageRow): string[] {
  const others = rows
    .filter((row) => row.system === system && row.backend === backend && row.table === table && row.version !== version)
    .map((row) => row.version)
    .sort((a, b) => compareVersions(b, a));
  const older = others.filter((other) => compareVersions(other, version) < 0);
  return [...older, ...others.filter((other) => !older.includes(other))];
}

/** `prefill attention of h200_sxm, vLLM 0.19.0`. */
export function tableWords({table, system, backend, version}: CoverageRow): string {
  return `${table.replaceAll("_", " ")} of ${system}, ${backendWords[backend] ?? backend} ${version}`;
}
