import type {CandidateCloud, Plan, Targets} from "../result.js";
import type {SearchProblem} from "./evaluate.js";
import type {Counted} from "./figures.js";
import type {Ranked} from "./rank.js";
import type {Rejections} from "./rejections.js";

/** A candidate that fits and that tables answer: what it is compared by, and its plan for when that is wanted. */
export interface Candidate extends Ranked, Counted {
  /** Of two pools that of the decode workers. */
  batchPerRank: number;
  plan: () => Plan;
}

/** What one mode has to offer. */
export interface ModeAnswer {
  /** Candidates within the TTFT target or the request latency. */
  offers: Candidate[];
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

/** The same of a plan or an aggregated point. */
export function overshootOf(
  {ttftMs, tpotMs, requestLatencyMs}: Pick<Plan, "ttftMs" | "tpotMs" | "requestLatencyMs">,
  targets: Targets
): number {
  return overshoot(ttftMs, tpotMs, requestLatencyMs, targets);
}

/**
 * Where a batch misses the targets by less than this, the batches below it that the coarse grid leaves out are tried:
 * a thousandth, far below the model's error, shall not cost a fifth of the throughput.
 */
export const nearMiss = 1.001;

/**
 * Which batches an answer looks at. `grid`: those of the reference's lists. `target`: also those between, where the
 * targets fall, so that an answer is never worse than the grid's.
 */
export const samplings = ["target", "grid"] as const;
export type Sampling = (typeof samplings)[number];

/** The point of the largest batch strictly between two that `meets` answers for; it is taken to answer for all below it. */
export function largestMeeting<P>(low: number, high: number, meets: (batch: number) => P | undefined): P | undefined {
  let found: P | undefined;
  let [met, missed] = [low, high];
  while (missed - met > 1) {
    const middle = (met + missed) >> 1;
    const point = meets(middle);
    if (point === undefined) missed = middle;
    else [found, met] = [point, middle];
  }
  return found;
}

/** How often a replica fits the GPUs, how many that takes, and what the cluster then does per GPU, idle ones included. */
export function repeated({totalGpus}: SearchProblem, gpus: number, tokensPerSec: number) {
  const replicas = Math.floor(totalGpus / gpus);
  const gpusUsed = replicas * gpus;
  const tokensPerSecPerGpu = tokensPerSec / gpus;
  return {
    replicas,
    gpusUsed,
    tokensPerSecPerGpu,
    tokensPerSecPerGpuCluster: (tokensPerSecPerGpu * gpusUsed) / totalGpus
  };
}

/** Tokens/s per GPU of the cluster, idle ones included. Source: method.md §12.2. */
export function clusterRate({totalGpus}: SearchProblem, tokensPerSecPerGpu: number, gpus: number): number {
  return (tokensPerSecPerGpu * Math.floor(totalGpus / gpus) * gpus) / totalGpus;
}
