/** What a scheduler simulation takes and gives: plain data, all of it. Rules and sources: docs/simulation.md. */

import type {Source, Tier} from "../result.js";

/** ms over one size, by ascending `at`; linear between, its last slope beyond. */
export interface Curve {
  at: Float64Array;
  ms: Float64Array;
}

/** ms over two sizes: `ms[row · columns.length + column]`; bilinear between, its last slopes beyond. */
export interface Surface {
  rows: Float64Array;
  columns: Float64Array;
  ms: Float64Array;
}

/**
 * What an engine step costs on one worker, from its operators' times: once per worker, then for every concurrency,
 * length and target. All of one attention-DP rank. `stepCurves(worker)` makes them.
 */
export interface StepCurves {
  /** Everything but attention, experts and logits of a step with x tokens in it, prompts and decodes together. */
  prefillRest: Curve;
  /** Experts and their communication at x tokens on every rank; zero for dense models. */
  prefillExperts: Curve;
  /** Output projection of n sequences that give a token in this step. */
  logits: Curve;
  /** Everything but attention and experts of a step that decodes n sequences, logits included. */
  decodeRest: Curve;
  /** Experts and their communication of a step that decodes n sequences on every rank. */
  decodeExperts: Curve;
  /** Decode attention: rows are sequences, columns their mean length in tokens. */
  decodeAttention: Surface;
  /** Prefill attention: rows are prompts in the step, columns their full length in tokens, nothing cached. */
  prefillAttention: Surface;
  /**
   * What a chunk costs that ends at `full` tokens and starts at `from`: the share (full² − from²) ∕ full² of the whole
   * (kernels), or what the whole costs beyond the first part, but no less than as a prompt of its own (blocks that
   * hold projections or an indexer).
   */
  chunkRule: "square-share" | "difference";
  /** Tokens that a decoding sequence brings to a step: 1 + draft tokens. */
  rowsPerSequence: number;
  /** Mean tokens that a decode step gives a sequence at the worker's acceptance rates: 1 without drafts. */
  tokensPerStep: number;
  /** Transformer layers, that a launch floor counts in. */
  layers: number;
  /** The weakest answer of an operator's tables among all that went in. */
  provenance: {source: Source; tier: Tier; weakestOp?: string};
}

/** What operator timings lack, fitted to measured deployments. Source: calibration table, see docs/simulation.md. */
export interface StepConstants {
  /** Factor on the operators of a step that only decodes. */
  decodeScale: number;
  /** Factor on the operators of a step that prefills. */
  prefillScale: number;
  /**
   * Factor on decode attention in any step; unless given `decodeScale`, and `prefillScale` in a step that prefills.
   * Tables of it hold launches that a captured graph does not have.
   */
  decodeAttentionScale?: number;
  /** Host gap of a step that only decodes. */
  decodeGapMs: number;
  /** Host gap of a step that prefills. */
  prefillGapMs: number;
  /** A step that prefills takes no less than this for each layer (its gap aside): kernels are launched one by one. */
  prefillFloorMsPerLayer: number;
  /** Between a client's sending and the scheduler's seeing a request: HTTP, tokenisation, and the way back. */
  arrivalMs: number;
  arrivalMsPerToken: number;
  /**
   * Standard deviation of the logarithm of `prefillScale` and `prefillGapMs`, of prefill workers that hand prompts over:
   * see `withLeastError`. 0 unless given.
   */
  prefillSpread?: number;
}

/** When a waiting request may start, besides a free seat. */
export type Admission =
  /** Its prompt fits in the free KV cache. */
  | {kind: "prompt"}
  /** Prompt and whole answer fit: nothing that started is ever put back. */
  | {kind: "answer"}
  /**
   * Prompt and answer fit beside a share of what running requests have left to write. The share starts at `share`,
   * falls to `leastShare` over `steps` decode steps, and is measured anew when a request must be put back. Of an answer
   * at most `answerTokens` count.
   */
  | {kind: "estimate"; share: number; leastShare: number; steps: number; answerTokens: number};

/** The rules that a backend schedules by, of one engine release. */
export interface SchedulerPolicy {
  /** Engine and release that the rules describe, for people. */
  describes: string;
  /** Where the rules are documented. */
  sources: readonly string[];
  /**
   * `mixed`: decodes first, prompts fill the rest of the step's tokens (vLLM v1, TensorRT-LLM). `prefill-first`: while
   * prompts can start, a step prefills and decodes stand still (SGLang).
   */
  order: "mixed" | "prefill-first";
  /** Whether decodes ride along in a step that prefills, with order `prefill-first`. */
  mixesDecodes: boolean;
  /** Whether a prompt is split to fill a step. One that is larger than any step is split all the same. */
  chunks: boolean;
  admission: Admission;
  /** Decode steps that the KV cache must have room for once requests are put back. */
  roomSteps: number;
  /** Decode steps between looks at the request socket; any step that prefills looks too. */
  receiveInterval: number;
  /** Steps that a request is seen late, because the next step is prepared while one runs. */
  overlapSteps: number;
  /** Prompts wait up to `steps` steps beside running decodes until a step's tokens reach `share` of the budget. */
  batchWait: {steps: number; share: number};
  /**
   * Attention-DP ranks prefill in the same step, once all of them have a prompt: waiting `batchSteps` more steps while
   * all decode, and no longer than `timeoutSteps` for ranks that have none. Undefined: each rank on its own.
   */
  rankBalance?: {batchSteps: number; timeoutSteps: number};
  /** Which rank, and which worker, takes a request: in turn, or the one with the fewest requests. */
  dealing: "turn" | "least";
  /** The same of workers of pools, by the router before them: Dynamo's takes turns unless told otherwise. */
  routing: "turn" | "least";
  /** Seats that one of several batches in the pipeline may take: all, so that the first fills first, or an even share. */
  laneSeats: "all" | "share";
  /** Tokens in a page of the KV cache; half a page per sequence is lost. */
  pageTokens: number;
}

/** One worker as its scheduler sees it. */
export interface EngineLimits {
  policy: SchedulerPolicy;
  /** Tokens in a step on one rank, prompts and decodes together (prompts alone where decodes stand still). */
  maxBatchedTokens: number;
  /** Tokens of one prompt in a step; no limit of its own unless given. */
  chunkTokens?: number;
  /** Sequences in flight, per attention-DP rank. */
  maxSequences: number;
  /** KV cache of a rank, in tokens. */
  kvTokens: number;
  /** Attention-DP ranks in lock step; 1 unless given. */
  dpRanks?: number;
  /** Pipeline stages; 1 unless given. */
  stages?: number;
  /** Mean tokens a decode step gives a sequence; the curves' own unless given. */
  tokensPerStep?: number;
}

export type Lengths =
  | {kind: "fixed"; tokens: number}
  /** Uniform over whole tokens from ⌊ratio · tokens⌋ to tokens. */
  | {kind: "uniform-ratio"; tokens: number; ratio: number}
  | {kind: "log-normal"; mean: number; coefficientOfVariation: number; min?: number; max?: number}
  /** Uniform over whole tokens from `from` to `to`, both included, within a bin. */
  | {kind: "histogram"; bins: readonly {from: number; to: number; weight: number}[]};

export interface TraceRequest {
  arrivalMs: number;
  inputTokens: number;
  outputTokens: number;
  /** Of the input, already in the KV cache. */
  cachedTokens?: number;
}

export type Client =
  /**
   * `users` requests in flight, each followed by the next, `promptsPerUser` for each user in all. `burst`: the first
   * come at once. `warmed`: the first come over the time that a request takes, and are not measured.
   */
  | {kind: "closed-loop"; users: number; promptsPerUser: number; start: "burst" | "warmed"}
  | {kind: "poisson"; requestsPerSec: number; requests: number}
  /** Inter-arrival times with this coefficient of variation: 1 is Poisson, more is burstier. */
  | {kind: "gamma"; requestsPerSec: number; requests: number; coefficientOfVariation: number}
  /** Lengths are the trace's; `rateScale` 2 plays it twice as fast. */
  | {kind: "trace"; requests: readonly TraceRequest[]; rateScale?: number};

/** Limits that a request must meet to count as good; what is not given is not asked. */
export interface ServiceLevel {
  ttftMs?: number;
  tpotMs?: number;
  latencyMs?: number;
}

/** What a client sends, and expects. */
export interface Load {
  client: Client;
  input: Lengths;
  output: Lengths;
  /** Of every input, the same tokens that are in the KV cache already. */
  prefixTokens?: number;
  /** Whole number; 1 unless given. The same seed gives the same arrivals and lengths to every engine. */
  seed?: number;
  serviceLevel?: ServiceLevel;
}

export interface SimulationProblem extends Load {
  curves: StepCurves;
  constants: StepConstants;
  engine: EngineLimits;
  /** Workers that requests are dealt to; 1 unless given. */
  replicas?: number;
}

/** Workers of one kind in a disaggregated deployment. */
export interface PoolProblem {
  curves: StepCurves;
  constants: StepConstants;
  engine: EngineLimits;
  workers: number;
}

export interface DisaggregatedProblem extends Load {
  prefill: PoolProblem;
  decode: PoolProblem;
  /** KV cache of a prompt on its way from a prefill to a decode worker. */
  transfer: {bytesPerToken: number; bytesPerSec: number; latencyMs: number};
  /**
   * When a client has its first token: when the prompt is prefilled (`prefill`), or when a decode worker has its KV
   * cache and a seat for it (`decode`). The latter unless given.
   */
  firstToken?: "prefill" | "decode";
}

export interface Distribution {
  mean: number;
  p50: number;
  p90: number;
  p95: number;
  p99: number;
  /** Ascending, at most 201 of them: the q-th of n lies at share q ∕ (n − 1). Empty where nothing was measured. */
  quantiles: Float64Array;
}

/**
 * `stable`: requests start when they come. `backlogged`: some wait for a seat or KV cache, but no more and no more of
 * them. `overloaded`: they come faster than they are served, or more of them wait than run.
 */
export type Verdict = "stable" | "backlogged" | "overloaded";

/** Averages over equal slices of time. */
export interface Timeline {
  sliceMs: number;
  /** Requests that arrived and do not run. */
  queued: Float64Array;
  /** Requests that prefill or decode. */
  running: Float64Array;
  /** Share of all KV cache that is in use or reserved. */
  kvShare: Float64Array;
}

/** Of each measured request, by order of sending. */
export interface RequestTimes {
  sentMs: Float64Array;
  ttftMs: Float64Array;
  /** NaN where the answer is one token. */
  tpotMs: Float64Array;
  latencyMs: Float64Array;
  /** How many requests of the asked run each stands for; undefined: one. */
  weight?: Float64Array;
}

export interface Goodput {
  /** Of all requests. */
  share: number;
  requestsPerSec: number;
}

export interface Simulation {
  /** From sending to first token. */
  ttftMs: Distribution;
  /** Time per token after the first, of a request. */
  tpotMs: Distribution;
  /** Between one token and the next, of all requests: drafts that are accepted share a step's time. */
  interTokenMs: Distribution;
  /** From sending to last token. */
  latencyMs: Distribution;
  /** From arrival at the engine to the step in which it starts. */
  queueMs: Distribution;
  /** Mean TTFT of the first requests, as many as there are users, and of those after; the same without users. */
  burstTtftMs: number;
  steadyTtftMs: number;
  /** Of all requests, from the first sending to the last token. */
  requestsPerSec: number;
  outputTokensPerSec: number;
  inputTokensPerSec: number;
  durationMs: number;
  requests: number;
  inputTokens: number;
  outputTokens: number;
  /** Requests that were put back and computed anew. */
  preemptions: number;
  steps: number;
  /** Steps that prefilled. */
  prefillSteps: number;
  /** Mean and largest share of KV cache in use. */
  kvShare: {mean: number; peak: number};
  meanRunning: number;
  meanQueued: number;
  verdict: Verdict;
  goodput?: Goodput;
  times: RequestTimes;
  timeline: Timeline;
}
