import type {MemoryGiB, Reason} from "../result.js";
import {AggregatedSession} from "../session/aggregated.js";
import type {AggregatedPoint} from "../session/aggregated.js";
import type {Worker, Workload} from "../session/worker.js";
import {trace} from "../trace.js";
import type {Pruner} from "./prune.js";
import {Rejections} from "./rejections.js";

/** A candidate that cannot run or that no table answers. */
export interface DroppedPoint {
  batch: number;
  ctxTokens: number;
  reason: Reason;
}

/** Every point of one aggregated worker that fits, by falling throughput. */
export interface AggregatedSweep {
  session: AggregatedSession;
  options: SweepOptions;
  points: AggregatedPoint[];
  /** The same by token budget, batches ascending. */
  byContext: ReadonlyMap<number, readonly AggregatedPoint[]>;
  /** What is left of the grid. */
  dropped: readonly DroppedPoint[];
  /** The same counted, with those that stayed. */
  rejections: Rejections;
  /** Points between those of the grid that some target asked for; null for what does not fit or has no data. */
  fine: Map<string, AggregatedPoint | null>;
}

/** What is tried of one worker. */
export interface SweepOptions {
  /** Requests per rank, ascending. */
  batches: readonly number[];
  /** Prompt tokens per mixed step, ascending. */
  contexts: readonly number[];
  /** Share of free memory that the KV cache may take. */
  freeFraction: number;
  /** Longest sequence that KV cache is reserved for, where the engine reserves; isl + osl unless given. */
  maxSeqTokens?: number;
}

/** Requests per rank that are tried. Source: method.md §10. */
export function aggregatedBatches(maxBatch: number): number[] {
  const list = [
    ...range(1, 15, 1),
    ...range(16, 28, 4),
    ...range(32, 56, 8),
    ...range(64, 240, 16),
    ...range(256, 480, 32),
    512,
    768,
    1024
  ];
  return list.filter((batch) => batch <= maxBatch);
}

/** Prefill tokens per mixed step that are tried: whole prompts, or chunks, up to a budget. Source: method.md §10. */
export function contextTokenList(isl: number, chunked = false): number[] {
  const most = Math.max(8192, 2 * isl);
  const step = chunked ? 512 : Math.max(isl, 512);
  const coarse = Math.max(1024, 512, Math.floor(most / 8));
  const largeStep = chunked ? coarse : Math.ceil(coarse / isl) * isl;
  const list = new Set<number>();
  for (let at = step; at <= most; at += at < 8192 ? step : largeStep) list.add(at);
  list.add(isl).add(2 * isl);
  return [...list].sort((a, b) => a - b);
}

/** Evaluates all batches and token budgets of one worker, in the reference's order. Source: method.md §10. */
export function sweepAggregated(
  worker: Worker,
  workload: Workload,
  options: SweepOptions,
  pruner?: Pruner
): AggregatedSweep {
  const {isl, osl} = workload;
  const session = new AggregatedSession(worker, workload);
  const {batches, contexts, freeFraction, maxSeqTokens} = options;
  const bounds = pruner?.aggregatedBounds(session);
  const seen = new Set<number>();
  const points: AggregatedPoint[] = [];
  const dropped: DroppedPoint[] = [];
  const rejections = new Rejections();
  const drop = (reason: Reason, batch: number, ctxTokens: number, message?: string, needs = 0) => {
    dropped.push({batch, ctxTokens, reason});
    rejections.add(reason, message, 1, needs);
  };
  let lacking = false;
  for (const batch of batches) {
    let misfit: Reason | undefined;
    for (const ctxTokens of contexts) {
      const prefilling = Math.ceil(ctxTokens / isl);
      if (batch - prefilling < (batch > 1 ? 1 : 0)) break;
      if (misfit || lacking) {
        drop(misfit ?? "data", batch, ctxTokens);
        continue;
      }
      const balance = (isl * batch) / ctxTokens / osl;
      if (balance > 1) {
        // More prompts than decode steps can absorb: batches that come to the same number in flight are tried once.
        const inFlight = Math.floor(batch / balance);
        if (inFlight > 1 && seen.has(inFlight)) continue;
        seen.add(inFlight);
      }
      const memory = session.memory(batch, ctxTokens, maxSeqTokens);
      const reason = session.misfit(memory, freeFraction);
      if (reason) {
        misfit = reason;
        const message = `${worker.label} batch ${batch} needs ${memory.total.toFixed(1)} GiB per GPU`;
        drop(reason, batch, ctxTokens, message, memory.total);
        continue;
      }
      const pruned = bounds?.verdict(batch, ctxTokens);
      if (pruned) {
        drop(pruned, batch, ctxTokens);
        continue;
      }
      const point = session.point(batch, ctxTokens, memory);
      if (point.ttftMs === point.ttftMs && point.tpotMs === point.tpotMs) {
        points.push(point);
        bounds?.saw(point);
        rejections.pass();
      } else {
        lacking = points.length === 0;
        drop("data", batch, ctxTokens, trace.miss);
      }
    }
  }
  const byContext = groupBy(points, ({ctxTokens}) => ctxTokens);
  points.sort((a, b) => b.requestsPerSec - a.requestsPerSec);
  return {session, options, points, byContext, dropped, rejections, fine: new Map()};
}

/** In the order given. */
function groupBy<T>(values: readonly T[], key: (value: T) => number): Map<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const value of values) {
    const group = groups.get(key(value));
    if (group) group.push(value);
    else groups.set(key(value), [value]);
  }
  return groups;
}

/** One point beside the grid, evaluated once; null when it does not fit or no table answers. */
export function finePoint(sweep: AggregatedSweep, batch: number, ctxTokens: number): AggregatedPoint | null {
  const key = `${batch},${ctxTokens}`;
  let point = sweep.fine.get(key);
  if (point === undefined) sweep.fine.set(key, (point = evaluatePoint(sweep, batch, ctxTokens)));
  return point;
}

function evaluatePoint({session, options}: AggregatedSweep, batch: number, ctxTokens: number): AggregatedPoint | null {
  const memory: MemoryGiB = session.memory(batch, ctxTokens, options.maxSeqTokens);
  if (session.misfit(memory, options.freeFraction)) return null;
  const point = session.point(batch, ctxTokens, memory);
  return point.ttftMs === point.ttftMs && point.tpotMs === point.tpotMs ? point : null;
}

export function range(first: number, last: number, step: number): number[] {
  return Array.from({length: Math.floor((last - first) / step) + 1}, (_, i) => first + i * step);
}
