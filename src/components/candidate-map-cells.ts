/** Candidates of one worker by batch and prompt tokens: those that were evaluated, and why others were not. */
import {reasons} from "../engine/result.js";
import type {Reason} from "../engine/result.js";
import type {AggregatedScene} from "./aggregated-scene.js";
import type {MapMetric} from "./aggregated-view.js";
import {metrics, metricValues} from "./candidate-metric.js";

export interface MapCell {
  batch: number;
  ctxTokens: number;
  /** −1 where nothing was evaluated; then the reason, if it was tried at all. */
  row: number;
  reason?: Reason;
  isKept: boolean;
  /** Where the value lies between the least and the most of the worker, latencies by their logarithm. */
  share: number;
}

export interface WorkerMap {
  worker: number;
  batches: number[];
  contexts: number[];
  cells: MapCell[];
  /** The row with the most throughput that keeps every limit; −1 without any. */
  best: number;
  /** Least and most of what colours the cells. */
  from: number;
  to: number;
}

export interface Tried {
  batches: readonly number[];
  contexts: readonly number[];
}

export function workerMap(scene: AggregatedScene, worker: number, tried: Tried, metric: MapMetric): WorkerMap {
  const {columns, fares} = scene;
  const {dropped} = columns;
  const fare = fares.find((each) => each.worker === worker);
  const rows = fare?.rows ?? [];
  const values = metricValues(columns, metric);
  const [from, to] = extentOf(rows.map((row) => values[row]));
  const scale = (value: number) => (metrics[metric].isLatency ? Math.log(value) : value);
  const share = (value: number) => (to > from ? (scale(value) - scale(from)) / (scale(to) - scale(from)) : 1);
  const cells = rows.map((row): MapCell => ({
    batch: columns.batch[row],
    ctxTokens: columns.ctxTokens[row],
    row,
    isKept: columns.missed[row] === 0,
    share: share(values[row])
  }));
  for (let i = 0; i < dropped.worker.length; ++i)
    if (dropped.worker[i] === worker)
      cells.push({
        batch: dropped.batch[i],
        ctxTokens: dropped.ctxTokens[i],
        row: -1,
        reason: reasons[dropped.reason[i]],
        isKept: false,
        share: 0
      });
  const between = rows.map((row) => columns.batch[row]);
  return {
    worker,
    batches: [...new Set([...tried.batches, ...between])].sort((a, b) => a - b),
    contexts: [...tried.contexts],
    cells,
    best: fare?.best ?? -1,
    from,
    to
  };
}

function extentOf(values: readonly number[]): [number, number] {
  return [values.reduce((a, b) => Math.min(a, b), Infinity), values.reduce((a, b) => Math.max(a, b), 0)];
}

/** The cell next to another that holds a candidate, in a direction; undefined at the edge. */
export function neighbour(
  {batches, contexts, cells}: WorkerMap,
  from: MapCell,
  direction: "left" | "right" | "up" | "down"
): MapCell | undefined {
  const isAcross = direction === "left" || direction === "right";
  const list = isAcross ? batches : contexts;
  const step = direction === "right" || direction === "up" ? 1 : -1;
  for (let i = list.indexOf(isAcross ? from.batch : from.ctxTokens) + step; i >= 0 && i < list.length; i += step) {
    const [batch, ctxTokens] = isAcross ? [list[i], from.ctxTokens] : [from.batch, list[i]];
    const found = cells.find((cell) => cell.row >= 0 && cell.batch === batch && cell.ctxTokens === ctxTokens);
    if (found) return found;
  }
  return undefined;
}
