/** Holds points out of one release's tables and predicts them in both interpolations. */
import {interpolations} from "../../../engine/interpolation/rules.js";
import type {Interpolation} from "../../../engine/interpolation/rules.js";
import type {SliceEntry, TableName} from "../../../engine/schema.js";
import {resetTrace, trace} from "../../../engine/trace.js";
import {asker, studied} from "./ask.js";
import {foldsOf} from "./folds.js";
import type {Sizes} from "./folds.js";
import {draw, platformWithout, randoms, readSlice} from "./points.js";
import type {Release} from "./points.js";

/** One held-out point. */
export interface Miss {
  release: string;
  table: TableName;
  /** dtypes and what else selects the slice. */
  part: string;
  fold: string;
  /** Predicted over measured; NaN where nothing answered. */
  ratio: Record<Interpolation, number>;
  /** Index into `grades` of the shared interpolation's answer. */
  grade: number;
}

/** Slices of one table at most, and rows of other versions in one that is taken for a version's own. */
const slicesPerTable = 4;
const borrowedShare = 0.02;

export async function study(
  release: Release,
  entries: readonly SliceEntry[],
  sizes: Sizes,
  only?: readonly TableName[]
): Promise<Miss[]> {
  const misses: Miss[] = [];
  for (const table of Object.keys(studied) as TableName[]) {
    if (only && !only.includes(table)) continue;
    const own = entries.filter(
      (entry) => entry.table === table && entry.rows > 20 && entry.borrowedRows <= borrowedShare * entry.rows
    );
    const random = randoms(17);
    for (const entry of draw(own, slicesPerTable, random)) misses.push(...(await studySlice(release, entry, sizes)));
  }
  return misses;
}

async function studySlice(release: Release, entry: SliceEntry, sizes: Sizes): Promise<Miss[]> {
  const slice = await readSlice(release, entry);
  const {system, backend, version} = release;
  const {table} = slice;
  const misses: Miss[] = [];
  for (const {name, out, ask} of foldsOf(slice, sizes, randoms(slice.points.length))) {
    const platform = platformWithout(slice, (row) => out.has(row));
    const askIn = interpolations.map((interpolation) => asker({...platform, interpolation}, slice));
    for (const row of ask) {
      const point = slice.points[row];
      if (!(point.ms > 0)) continue;
      const ratio = {} as Record<Interpolation, number>;
      let grade = 0;
      interpolations.forEach((interpolation, i) => {
        resetTrace();
        ratio[interpolation] = askIn[i](point) / point.ms;
        if (interpolation === "shared") grade = trace.rank;
      });
      misses.push({
        release: `${system.id}/${backend}/${version}`,
        table,
        part: slice.part.join("/"),
        fold: name,
        ratio,
        grade
      });
    }
  }
  return misses;
}
