import {decodeMemory, decodePoint, prefillMemory, prefillPoint} from "../session/disaggregated.js";
import type {PoolPoint} from "../session/disaggregated.js";
import type {Tuning} from "../session/tuning.js";
import {fits} from "../session/worker.js";
import type {Worker, Workload} from "../session/worker.js";
import {trace} from "../trace.js";
import {range} from "./aggregated.js";
import type {Verdict} from "./prune.js";
import type {Rejections} from "./rejections.js";

/** Batches of decode workers. Source: method.md §11. */
export function decodeBatches(maxBatch: number): number[] {
  const list = [...range(1, 15, 1), ...range(16, 30, 2), ...range(32, 124, 4), ...range(128, 504, 8), 512];
  const kept = list.filter((batch) => batch <= maxBatch);
  return maxBatch > 512 ? [...kept, maxBatch] : kept;
}

/** Evaluates one pool's worker over its batches, until memory runs out. */
export function sweepPool(
  worker: Worker,
  workload: Workload,
  phase: "prefill" | "decode",
  batches: readonly number[],
  tuning: Tuning,
  rejections: Rejections,
  bounds?: {verdict: (batch: number) => Verdict; saw: (point: PoolPoint) => void}
): PoolPoint[] {
  const points: PoolPoint[] = [];
  const [memory, evaluate] = phase === "prefill" ? [prefillMemory, prefillPoint] : [decodeMemory, decodePoint];
  for (let i = 0; i < batches.length; ++i) {
    const memoryGiB = memory(worker, workload, batches[i]);
    if (!fits(worker, memoryGiB)) {
      const message = `${phase} ${worker.label} batch ${batches[i]} needs ${memoryGiB.total.toFixed(1)} GiB per GPU`;
      rejections.add("memory", message, batches.length - i, memoryGiB.total);
      break;
    }
    const pruned = bounds?.verdict(batches[i]);
    if (pruned) {
      rejections.add(pruned);
      continue;
    }
    const point = evaluate(worker, workload, batches[i], memoryGiB, tuning);
    if (point.latencyMs !== point.latencyMs) {
      rejections.add("data", trace.miss, batches.length - i);
      break;
    }
    points.push(point);
    bounds?.saw(point);
    rejections.pass();
  }
  return points;
}
