/** What an evaluation holds, as columns: every candidate, what it misses, and why others were not evaluated. */
import {judgedLimits, missOf} from "../explain/judged.js";
import type {JudgedLimit} from "../explain/judged.js";
import {hardLimits} from "../explain/limits.js";
import type {HardLimit} from "../explain/limits.js";
import {reasons} from "../result.js";
import type {Parallel, Reason, Targets} from "../result.js";
import type {PoolPoint} from "../session/disaggregated.js";
import type {Tuning} from "../session/tuning.js";
import type {Worker} from "../session/worker.js";
import {withSoftTargets} from "./answer.js";
import {offeredBy} from "./answer-aggregated.js";
import {disaggregatedCandidate, offeredDecode, ttftLimit} from "./answer-disaggregated.js";
import {replicaSizesOf} from "./evaluate.js";
import type {Evaluation, Pools} from "./evaluate.js";
import type {Preferences} from "./goals.js";
import {repeated} from "./mode-answer.js";
import type {Candidate} from "./mode-answer.js";
import {bestPair, compatibleWorkers} from "./pairs.js";
import type {Pair} from "./pairs.js";

/** A worker that was tried. */
export interface TriedWorker {
  /** `tp4pp1dp1etp1ep1`. */
  label: string;
  parallel: Parallel;
  gpus: number;
}

/** An aggregated worker, how often it fits the GPUs, and what became of its candidates, targets aside. */
export interface TriedReplica extends TriedWorker {
  replicas: number;
  gpusUsed: number;
  considered: number;
  rejected: Partial<Record<Reason, number>>;
  messages: Partial<Record<Reason, string>>;
}

/** Figures that every candidate has, and what it misses. */
export interface CandidateFigures {
  ttftMs: Float64Array;
  tpotMs: Float64Array;
  requestLatencyMs: Float64Array;
  tokensPerSecPerUser: Float64Array;
  /** Of a replica, and counting GPUs that no replica fills. */
  tokensPerSecPerGpu: Float64Array;
  tokensPerSecPerGpuCluster: Float64Array;
  /** Requests in flight in one replica. */
  concurrency: Float64Array;
  /** Bit i: `limits[i]` is not kept. */
  missed: Uint8Array;
  /** How far beyond the limit that is missed most, as a share of it; 0 where all are kept. */
  missedBy: Float64Array;
}

/** Aggregated candidates; those of one worker lie together, the grid’s before those between. */
export interface AggregatedColumns extends CandidateFigures {
  workers: TriedReplica[];
  limits: HardLimit[];
  worker: Uint16Array;
  /** Requests per rank. */
  batch: Uint32Array;
  /** Prompt tokens in a mixed step. */
  ctxTokens: Uint32Array;
  memoryGiB: Float64Array;
  /** Index into `grades` of the weakest answer. */
  grade: Uint8Array;
  dropped: DroppedColumns;
}

/** Candidates that cannot run or that no table answers. */
export interface DroppedColumns {
  worker: Uint16Array;
  batch: Uint32Array;
  ctxTokens: Uint32Array;
  /** Index into `reasons`. */
  reason: Uint8Array;
}

/** Every aggregated candidate, as an answer to these targets and preferences looks at them. */
export function aggregatedColumns(
  evaluation: Evaluation,
  targets: Targets,
  preferences: Preferences = {}
): AggregatedColumns {
  const {problem, aggregated} = evaluation;
  const finest = withSoftTargets(targets, preferences);
  const rows = aggregated.flatMap((sweep, worker) =>
    offeredBy(problem, sweep, finest, "target").map((offered) => ({worker, ...offered}))
  );
  const limits = hardLimits(targets, preferences);
  const candidates = rows.map(({candidate}) => candidate);
  return {
    workers: aggregated.map(({session, rejections}) => {
      const {label, spec, gpus} = session.worker;
      const {replicas, gpusUsed} = repeated(problem, gpus, 0);
      return {label, parallel: spec.parallel, gpus, replicas, gpusUsed, ...rejections.result};
    }),
    limits,
    worker: Uint16Array.from(rows, ({worker}) => worker),
    batch: Uint32Array.from(rows, ({point}) => point.batch),
    ctxTokens: Uint32Array.from(rows, ({point}) => point.ctxTokens),
    memoryGiB: Float64Array.from(rows, ({point}) => point.memoryGiB.total),
    grade: Uint8Array.from(rows, ({point}) => point.tally.rank),
    ...candidateFigures(candidates, judgedLimits(evaluation, limits, preferences)),
    dropped: droppedColumns(evaluation)
  };
}

function candidateFigures(candidates: readonly Candidate[], limits: readonly JudgedLimit[]): CandidateFigures {
  const column = (figure: (candidate: Candidate) => number) => Float64Array.from(candidates, figure);
  const missed = new Uint8Array(candidates.length);
  const missedBy = new Float64Array(candidates.length);
  for (const [row, candidate] of candidates.entries())
    for (const [i, limit] of limits.entries()) {
      if (limit.isKept(candidate)) continue;
      missed[row] |= 1 << i;
      missedBy[row] = Math.max(missedBy[row], missOf(limit, candidate).by);
    }
  return {
    ttftMs: column(({ttftMs}) => ttftMs),
    tpotMs: column(({tpotMs}) => tpotMs),
    requestLatencyMs: column(({requestLatencyMs}) => requestLatencyMs),
    tokensPerSecPerUser: column(({tokensPerSecPerUser}) => tokensPerSecPerUser),
    tokensPerSecPerGpu: column(({tokensPerSecPerGpu}) => tokensPerSecPerGpu),
    tokensPerSecPerGpuCluster: column(({tokensPerSecPerGpuCluster}) => tokensPerSecPerGpuCluster),
    concurrency: column(({concurrency}) => concurrency),
    missed,
    missedBy
  };
}

function droppedColumns({aggregated}: Evaluation): DroppedColumns {
  const rows = aggregated.flatMap(({dropped}, worker) => dropped.map((point) => ({worker, ...point})));
  return {
    worker: Uint16Array.from(rows, ({worker}) => worker),
    batch: Uint32Array.from(rows, ({batch}) => batch),
    ctxTokens: Uint32Array.from(rows, ({ctxTokens}) => ctxTokens),
    reason: Uint8Array.from(rows, ({reason}) => reasons.indexOf(reason))
  };
}

/** The workers of one pool at every batch. */
export interface PoolColumns {
  workers: TriedWorker[];
  worker: Uint16Array;
  /** Requests per rank. */
  batch: Uint32Array;
  /** Prefill: from a prompt’s turn to its first token. Decode: TPOT. */
  latencyMs: Float64Array;
  /** Of one worker, before what is lost while the other pool is kept busy. */
  requestsPerSec: Float64Array;
  /** Requests in flight in one worker. */
  concurrency: Float64Array;
  memoryGiB: Float64Array;
  /** Index into `grades` of the weakest answer. */
  grade: Uint8Array;
}

/** Each decode point with the prefill worker that feeds it best, within the TTFT limit where there is one. */
export interface PairColumns extends CandidateFigures {
  /** Rows of the two pools. */
  prefill: Uint32Array;
  decode: Uint32Array;
  prefillWorkers: Uint16Array;
  decodeWorkers: Uint16Array;
  /** Of one replica. */
  gpus: Uint32Array;
  requestsPerSec: Float64Array;
}

/** Both pools of an evaluation, and how they go together. */
export interface DisaggregatedColumns {
  prefill: PoolColumns;
  decode: PoolColumns;
  pairs: PairColumns;
  limits: HardLimit[];
  tuning: Tuning;
  /** 1 where prefill worker i can hand its KV cache to decode worker j, at i · decode workers + j. */
  compatible: Uint8Array;
  /** GPUs that a replica may have, ascending. */
  replicaGpus: number[];
}

/** Every worker of both pools, as an answer to these targets and preferences looks at them; null without two GPUs. */
export function disaggregatedColumns(
  evaluation: Evaluation,
  targets: Targets,
  preferences: Preferences = {}
): DisaggregatedColumns | null {
  const {problem, disaggregated: pools} = evaluation;
  if (!pools) return null;
  const decode = offeredDecode(problem, pools, withSoftTargets(targets, preferences), "target");
  const paired = decode.flatMap((point, row) => {
    const pair = bestPair(pools, point, ttftLimit(problem, point, targets)) ?? bestPair(pools, point, Infinity);
    return pair ? [{row, pair}] : [];
  });
  const limits = hardLimits(targets, preferences);
  const candidates = paired.map(({pair}) => disaggregatedCandidate(problem, pools.tuning, pair));
  const figures = candidateFigures(candidates, judgedLimits(evaluation, limits, preferences));
  return {
    prefill: poolColumns(pools.prefill),
    decode: poolColumns(decode),
    pairs: {...pairColumns(pools, paired), ...figures},
    limits,
    tuning: pools.tuning,
    compatible: compatibility(workersOf(pools.prefill), workersOf(decode)),
    replicaGpus: [...replicaSizesOf(problem)].sort((a, b) => a - b)
  };
}

function compatibility(prefill: readonly Worker[], decode: readonly Worker[]): Uint8Array {
  return Uint8Array.from(prefill.flatMap((from) => decode.map((to) => (compatibleWorkers(from, to) ? 1 : 0))));
}

/** In the order of their first points. */
function workersOf(points: readonly PoolPoint[]): Worker[] {
  return [...new Set(points.map(({worker}) => worker))];
}

function poolColumns(points: readonly PoolPoint[]): PoolColumns {
  const workers = workersOf(points);
  const index = new Map<Worker, number>(workers.map((worker, i) => [worker, i]));
  const column = (figure: (point: PoolPoint) => number) => Float64Array.from(points, figure);
  return {
    workers: workers.map(({label, spec, gpus}) => ({label, parallel: spec.parallel, gpus})),
    worker: Uint16Array.from(points, ({worker}) => index.get(worker)!),
    batch: Uint32Array.from(points, ({batch}) => batch),
    latencyMs: column(({latencyMs}) => latencyMs),
    requestsPerSec: column(({requestsPerSec}) => requestsPerSec),
    concurrency: column(({concurrency}) => concurrency),
    memoryGiB: column(({memoryGiB}) => memoryGiB.total),
    grade: Uint8Array.from(points, ({tally}) => tally.rank)
  };
}

function pairColumns({prefill}: Pools, paired: readonly {row: number; pair: Pair}[]) {
  const rows = new Map(prefill.map((point, i) => [point, i]));
  return {
    prefill: Uint32Array.from(paired, ({pair}) => rows.get(pair.prefill)!),
    decode: Uint32Array.from(paired, ({row}) => row),
    prefillWorkers: Uint16Array.from(paired, ({pair}) => pair.match.prefillWorkers),
    decodeWorkers: Uint16Array.from(paired, ({pair}) => pair.match.decodeWorkers),
    gpus: Uint32Array.from(paired, ({pair}) => pair.match.gpus),
    requestsPerSec: Float64Array.from(paired, ({pair}) => pair.match.requestsPerSec)
  };
}
