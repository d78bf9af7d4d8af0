/** All that a page of aggregated candidates shows, worked out once per change. */
import type {AggregatedColumns} from "../engine/search/columns.js";
import type {Plan} from "../engine/result.js";
import type {Discovery} from "../search/exploration.js";
import {facetNames, rangeNames} from "./aggregated-view.js";
import type {AggregatedView, Facet, Ranges} from "./aggregated-view.js";
import {metricValues} from "./candidate-metric.js";
import {frontRows, mostOf, rowOf, rowsWithin} from "./candidate-row.js";
import type {Looked} from "./page-state.js";
import {planId} from "./plan.js";
import type {Question} from "./question.js";

/** One chart: all candidates, or those with one value of a dimension. */
export interface Panel {
  facet: Facet | "";
  value: number;
  rows: number[];
  front: number[];
}

/** A parallelism, and how it fares. */
export interface ParallelFare {
  /** Index of the worker. */
  worker: number;
  rows: number[];
  /** How many of them keep every limit. */
  kept: number;
  /** The row with most throughput among those; −1 without any. */
  best: number;
  /** The row that misses least, of equals the one with most throughput; −1 without rows. */
  nearest: number;
}

export interface AggregatedScene {
  question: Question;
  view: AggregatedView;
  columns: AggregatedColumns;
  /** Of all candidates, in the axes that are shown. */
  front: number[];
  panels: Panel[];
  /** Rows that the filter leaves, and the same as a mask; null: there is no filter. */
  rows: number[];
  mask: Uint8Array | null;
  /** The answer, or the nearest there is; −1 without candidates. */
  best: number;
  meetsTargets: boolean;
  /** What the reader picked, else `best`. */
  selected: number;
  fares: ParallelFare[];
  /** Dimensions in which workers differ. */
  facets: Facet[];
}

export function aggregatedScene(
  {question, found: {answer, columns}}: Discovery<"aggregated">,
  {view, pick}: Looked<AggregatedView>
): AggregatedScene {
  const all = Array.from(columns.batch.keys());
  const mask = filterMask(columns, view.ranges, view.only);
  const meetsTargets = answer.result.agg?.meetsTargets ?? false;
  // Who asks for nothing that misses a target is not shown the nearest.
  const best = question.strict && !meetsTargets ? -1 : bestRow(columns, answer.result);
  const picked = pick ? rowOf(columns, pick) : -1;
  const facets = facetNames.filter((name) => valuesOf(columns, name).length > 1);
  const facet = view.facet && facets.includes(view.facet) ? view.facet : "";
  const within = rowsWithin(columns, view.across);
  const front = frontRows(columns, view.across, within);
  const panelOf = (value: number): Panel => {
    if (!facet) return {facet, value, rows: all, front};
    const isIn = (row: number) => columns.workers[columns.worker[row]].parallel[facet] === value;
    return {facet, value, rows: all.filter(isIn), front: frontRows(columns, view.across, within.filter(isIn))};
  };
  return {
    question,
    view,
    columns,
    front,
    panels: (facet ? valuesOf(columns, facet) : [0]).map(panelOf),
    rows: mask ? all.filter((row) => mask[row]) : all,
    mask,
    best,
    meetsTargets,
    selected: picked >= 0 ? picked : best,
    fares: faresOf(columns, all),
    facets
  };
}

/** Values of a dimension among the workers that have candidates, ascending. */
function valuesOf({workers, worker}: AggregatedColumns, name: Facet): number[] {
  const used = new Set(worker);
  return [...new Set(workers.filter((_, i) => used.has(i)).map(({parallel}) => parallel[name]))].sort((a, b) => a - b);
}

/** 1 for rows in every range, with the only value that is looked at; null where nothing is filtered. */
export function filterMask(
  columns: AggregatedColumns,
  ranges: Ranges,
  only: AggregatedView["only"]
): Uint8Array | null {
  const asked = rangeNames.flatMap((name) => {
    const range = ranges[name];
    return range ? [{values: name === "batch" ? columns.batch : metricValues(columns, name), range}] : [];
  });
  if (asked.length === 0 && !only) return null;
  const isOnly = columns.workers.map(({parallel}) => !only || parallel[only.facet] === only.value);
  return Uint8Array.from(columns.batch, (_, row) => {
    const isIn = asked.every(({values, range: [from, to]}) => values[row] >= from && values[row] <= to);
    return isIn && isOnly[columns.worker[row]] ? 1 : 0;
  });
}

function bestRow(columns: AggregatedColumns, {agg}: {agg: {best: Plan[]; nearest: Plan | null} | null}): number {
  const plan = agg?.nearest ?? agg?.best[0];
  return plan ? rowOf(columns, planId(plan)) : -1;
}

/** Best first: those that keep the targets by throughput, then those that miss them least, then those without rows. */
function faresOf(columns: AggregatedColumns, all: readonly number[]): ParallelFare[] {
  const {missed, missedBy, workers, worker} = columns;
  const rate = metricValues(columns, "gpu");
  const byWorker = workers.map((): number[] => []);
  for (const row of all) byWorker[worker[row]].push(row);
  const fares = byWorker.map((rows, i): ParallelFare => {
    const kept = rows.filter((row) => missed[row] === 0);
    const least = rows.reduce((by, row) => Math.min(by, missedBy[row]), Infinity);
    const near = rows.filter((row) => missedBy[row] === least);
    return {
      worker: i,
      rows,
      kept: kept.length,
      best: mostOf(kept, (row) => rate[row]),
      nearest: mostOf(near, (row) => rate[row])
    };
  });
  const by = ({nearest}: ParallelFare) => (nearest < 0 ? Infinity : missedBy[nearest]);
  const order = (a: ParallelFare, b: ParallelFare) => {
    if (a.best >= 0 && b.best >= 0) return rate[b.best] - rate[a.best];
    if (a.best >= 0 || b.best >= 0) return a.best >= 0 ? -1 : 1;
    return by(a) === by(b) ? a.worker - b.worker : by(a) - by(b);
  };
  return fares.sort(order);
}
