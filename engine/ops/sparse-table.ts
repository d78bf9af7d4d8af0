/** Look-ups that attention with an indexer needs beside its blocks. Source: method.md §6.9. */
import type {Grid, GridRoofline} from "../grid.js";
import {missing, rank, weaken} from "../trace.js";

/** latency(cached tokens, new tokens, batch) of one kernel. */
export type SparseLatency = (past: number, seq: number, batch: number) => number;

/**
 * A kernel's table over (past, seq, batch): the nearest batch, the nearest prompt, linear over cached tokens between
 * the measured ends. A prompt longer than any measured one is a miss.
 */
export function sparseLookup(grid: Grid, what: string): SparseLatency {
  const bySeqByBatch = new Map<number, Map<number, [past: number, ms: number][]>>();
  grid.forEach((past, seq, batch, _, leaf) => {
    const bySeq = within(bySeqByBatch, batch, () => new Map<number, [number, number][]>());
    within(bySeq, seq, () => []).push([past, grid.latencyMs[leaf]]);
  });
  return (past, seq, batch) => {
    const bySeq = bySeqByBatch.get(nearestOf(bySeqByBatch.keys(), batch));
    if (!bySeq || seq > Math.max(...bySeq.keys()))
      return missing(`no ${what} rows for prompts of ${seq} tokens; measure longer ones or shard less`);
    weaken(rank.interpolated);
    return blend(bySeq.get(nearestOf(bySeq.keys(), seq))!, past);
  };
}

/** The value at `at` between points in rising order, flat beyond them. */
function blend(points: readonly [number, number][], at: number): number {
  const above = points.findIndex(([past]) => past >= at);
  if (above === 0) return points[0][1];
  if (above < 0) return points[points.length - 1][1];
  const [[low, lowMs], [high, highMs]] = [points[above - 1], points[above]];
  return lowMs + ((highMs - lowMs) * (at - low)) / (high - low);
}

function nearestOf(values: Iterable<number>, asked: number): number {
  let nearest = NaN;
  for (const value of values) if (!(Math.abs(value - asked) >= Math.abs(nearest - asked))) nearest = value;
  return nearest;
}

function within<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}

const flat: GridRoofline = () => 1;

/** Blends over all three axes with flat ends: `at` is moved into what was measured first. */
export function clampedLookup(grid: Grid): SparseLatency {
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  grid.forEach((...at) => {
    for (let axis = 0; axis < 3; ++axis) {
      low[axis] = Math.min(low[axis], at[axis]);
      high[axis] = Math.max(high[axis], at[axis]);
    }
  });
  const inside = (value: number, axis: number) => Math.min(high[axis], Math.max(low[axis], value));
  return (past, seq, batch) => grid.lookup(inside(past, 0), inside(seq, 1), inside(batch, 2), 0, flat);
}

/**
 * Which of the head counts that were measured stands for `heads`: that count, else the only one, else the largest
 * below, else the smallest. Undefined when there are none.
 */
export function measuredHeads(heads: number, measured: readonly number[]): number | undefined {
  if (measured.includes(heads) || measured.length === 0) return measured.includes(heads) ? heads : undefined;
  const below = measured.filter((count) => count <= heads);
  return below.length > 0 ? Math.max(...below) : Math.min(...measured);
}
