import type {CandidateCloud, Plan, Targets} from "../result.js";
import type {SearchProblem} from "./evaluate.js";
import type {Rejections} from "./rejections.js";

/** What one mode has to offer. */
export interface ModeAnswer {
  /** Plans within the TTFT target or the request latency. */
  plans: Plan[];
  /** The plan that misses the targets least, when none is within them. */
  nearest: Plan | null;
  cloud: CloudPoint[];
  rejections: Rejections;
}

export type CloudPoint = {[K in keyof CandidateCloud]: number};

/** How many times over its targets a point is; at most 1 when it meets them. */
export function overshoot(ttftMs: number, tpotMs: number, requestMs: number, targets: Targets): number {
  if (targets.requestLatencyMs !== undefined) return requestMs / targets.requestLatencyMs;
  return Math.max(ttftMs / targets.ttftMs, tpotMs / targets.tpotMs);
}

/**
 * Where a batch misses the targets by less than this, the batches below it that the coarse grid leaves out are tried:
 * a thousandth, far below the model's error, shall not cost a fifth of the throughput.
 */
export const nearMiss = 1.001;

/** Tokens/s per GPU of the cluster, idle ones included. Source: method.md §12.2. */
export function clusterRate({totalGpus}: SearchProblem, tokensPerSecPerGpu: number, gpus: number): number {
  return (tokensPerSecPerGpu * Math.floor(totalGpus / gpus) * gpus) / totalGpus;
}
