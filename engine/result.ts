/** What the sessions and the search return: plain data, full precision, shared by page, command line and tests. */
import type {ServingChoices} from "./models/serving.js";
import type {Database} from "./ops/table.js";
import type {Backend} from "./schema.js";
import type {Quant} from "./quant.js";
import type {PlanFigures} from "./search/goals.js";
import type {CalibrationKind} from "./simulate/calibration.js";

/**
 * How a latency was obtained, best first. `measured`: the table holds this very point. `interpolated`: between
 * measured points. `extrapolated`: beyond them. `calibrated`: from the surface fitted to a measured table, which the
 * product carries itself. `empirical`: from a formula, or from the utilisation that measurements of something alike
 * reached (see `Tier`). `roofline`: speed of light times a coefficient, nothing measured.
 */
export const sources = ["measured", "interpolated", "extrapolated", "calibrated", "empirical", "roofline"] as const;
export type Source = (typeof sources)[number];

/**
 * What the utilisation was taken from, nearest first. `own`: the very operator, shape and type. `xshape`: another
 * shape. `xquant`: another type of the same rates. `xprofile`: a type of other rates. `xop`: another operator.
 * `xsystem`: another GPU. Source: method.md §4.2.
 */
export const tiers = ["own", "xshape", "xquant", "xprofile", "xop", "xsystem"] as const;
export type Tier = (typeof tiers)[number];

/** How far off an answer of its kind was on points held out: half of them within p50, nine tenths within p90; shares. */
export interface ErrorBand {
  p50: number;
  p90: number;
}

/** Sizes of one worker. GPUs per worker = tp · pp · dp · cp; for MoE models tp · dp · cp = moeTp · moeEp. */
export interface Parallel {
  tp: number;
  pp: number;
  /** Attention data parallel. */
  dp: number;
  moeTp: number;
  moeEp: number;
  /** Context parallel, prefill only. */
  cp: number;
}

export interface MemoryGiB {
  total: number;
  weights: number;
  activations: number;
  kvCache: number;
  nccl: number;
  other: number;
}

/** Time of one operator in a step, all layers together. */
export interface OpTime {
  name: string;
  /** Of a block or of overlapped streams the kind of the part with the most weights. */
  kind: string;
  /** How often it runs in the step (layers, scaled for MTP). */
  count: number;
  latencyMs: number;
  /** The database that was asked. */
  mode: Database;
  source: Source;
  tier: Tier;
  error: ErrorBand;
}

/** One worker at one batch size, alone or in a plan. */
export interface WorkerPoint {
  system: string;
  /** The measured system whose utilisation answers, when `system` was not measured. */
  donor?: string;
  backend: Backend;
  version: string;
  quant: Quant;
  parallel: Parallel;
  /** `tp4pp1dp1etp1ep1`, plus `cp2` when cp > 1. */
  label: string;
  gpus: number;
  /** Requests in flight per attention-DP rank. */
  batchPerRank: number;
  /** Aggregated only: prefill token budget of a mixed step. */
  ctxTokens?: number;
  memoryGiB: MemoryGiB;
  /** How it spreads and feeds experts where nobody said: as it was simulated, and is to be launched. */
  serving?: ServingChoices;
}

/** One way to serve: a replica of one aggregated worker, or of x prefill and y decode workers, repeated over the GPUs. */
export interface Plan {
  mode: "agg" | "disagg";
  agg?: WorkerPoint;
  prefill?: WorkerPoint & {workers: number; requestsPerSecPerWorker: number};
  decode?: WorkerPoint & {workers: number; requestsPerSecPerWorker: number};
  /** GPUs of one replica, replicas that fit, and GPUs they take together. */
  gpus: number;
  replicas: number;
  gpusUsed: number;
  /** Requests in flight in one replica. */
  concurrency: number;
  ttftMs: number;
  tpotMs: number;
  /** ttftMs + tpotMs · (osl − 1). */
  requestLatencyMs: number;
  /** Of one replica. */
  requestsPerSec: number;
  tokensPerSec: number;
  tokensPerSecPerGpu: number;
  /** Counting idle GPUs that no replica fills. */
  tokensPerSecPerGpuCluster: number;
  tokensPerSecPerUser: number;
  /** Weakest source of any operator behind these figures. */
  source: Source;
  tier: Tier;
  /** Which operator that was, undefined when all are measured. */
  weakestOp?: string;
  /** Set on plans that are shown, not on every candidate. */
  error?: PlanError;
  /** Where requests were simulated: latencies and rates of the plan are then its, those by formula stand in it. */
  simulated?: SimulatedFigures;
  figures?: PlanFigures;
}

/** A latency over requests, in ms. */
export interface Percentiles {
  mean: number;
  p50: number;
  p90: number;
  p95: number;
  p99: number;
}

/** What a simulation of requests says of a plan. */
export interface SimulatedFigures {
  ttft: Percentiles;
  /** Of a request: its time after the first token by its tokens after the first. */
  tpot: Percentiles;
  /** Between one token and the next. */
  interToken: Percentiles;
  requestLatency: Percentiles;
  /** Latencies that goals ask for by a share of requests, in ms, by metric and share: `ttftMs0.99`. */
  shares: Record<string, number>;
  verdict: "stable" | "backlogged" | "overloaded";
  /** Share of KV cache in use. */
  kvShare: {mean: number; peak: number};
  preemptions: number;
  /** What the constants of step times rest on; of two pools those of the decode workers. */
  calibration: {kind: CalibrationKind; name: string; rows: number};
  /** The same figures by formula. */
  formula: Pick<Plan, "ttftMs" | "tpotMs" | "requestLatencyMs" | "requestsPerSec" | "tokensPerSec">;
}

/** Error of a plan's figures that comes from its operator timings; scheduling adds its own. */
export interface PlanError {
  ttft: ErrorBand;
  tpot: ErrorBand;
  tokensPerSec: ErrorBand;
}

/** Why candidates were dropped. `data`: no table answers; `divisibility`: sizes that do not divide. */
export const reasons = [
  ...(["memory", "kvCache", "ttft", "tpot", "requestLatency", "throughput", "concurrency", "power", "cost"] as const),
  ...(["data", "divisibility", "gpus", "dominated"] as const)
] as const;
export type Reason = (typeof reasons)[number];

/** Every evaluated candidate, as columns, for the faint dots of the chart. */
export interface CandidateCloud {
  tokensPerSecPerUser: Float64Array;
  tokensPerSecPerGpuCluster: Float64Array;
  ttftMs: Float64Array;
}

export interface ModeResult {
  mode: "agg" | "disagg";
  /** Best plan of each parallelism, best first. */
  best: Plan[];
  /** When no plan meets the targets: the one that misses them least, whatever it misses. */
  nearest: Plan | null;
  /** Not dominated in tokens/s/user and tokens/s/GPU (or request latency), within the TTFT target; sorted by x. */
  front: Plan[];
  /** Point of the front farthest above the chord between its ends (axes normalised); null below three points. */
  knee: Plan | null;
  cloud: CandidateCloud;
  /** How many candidates were considered, and how many of them were dropped for each reason. */
  considered: number;
  rejected: Partial<Record<Reason, number>>;
  /** First message per reason, for people: `no moe table: …; have …`. */
  messages: Partial<Record<Reason, string>>;
  /** False when no plan meets the targets and `best` is the nearest there is. */
  meetsTargets: boolean;
}

export interface SearchResult {
  /** Null when aggregated serving was not asked for. */
  agg: ModeResult | null;
  /** Null when there are fewer than two GPUs, or when it was not asked for. */
  disagg: ModeResult | null;
  /** What is wrong with the measurements that were looked up, in words. */
  doubts: string[];
  /** The mode with more tokens/s/GPU among plans that meet the targets; null when neither has a plan. */
  chosen: "agg" | "disagg" | null;
}

/** The modes that were searched, aggregated first. */
export function modesOf({agg, disagg}: Pick<SearchResult, "agg" | "disagg">): ModeResult[] {
  return [agg, disagg].filter((mode) => mode !== null);
}

/** One phase of a plan, operator by operator. */
export interface PhaseDetail {
  /** `prefill`, `decode`, `mixed step`, `decode step`. */
  title: string;
  totalMs: number;
  ops: OpTime[];
}

export interface PlanDetail {
  phases: PhaseDetail[];
}

/** Latency targets. With `requestLatencyMs` the TTFT/TPOT pair is derived from it. */
export interface Targets {
  ttftMs: number;
  tpotMs: number;
  requestLatencyMs?: number;
}
