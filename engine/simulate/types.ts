/** What a scheduler simulation takes and gives: plain data, all of it. Source: a study of measured deployments, docs/simulation.md. */

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
 * length and target. All of one attention-DP rank.
 */
export interface StepCurves {
  /** Everything but attention and logits of a step with x tokens in it, prompts and decodes together. */
  prefillRest: Curve;
  /** Output projection of n sequences that give a token in this step. */
  logits: Curve;
  /** Everything but attention of a step that decodes n sequences, logits included. */
  decodeRest: Curve;
  /** Decode attention: rows are sequences, columns their mean length in tokens. */
  decodeAttention: Surface;
  /** Prefill attention: rows are prompts in the step, columns their full length in tokens, nothing cached. */
  prefillAttention: Surface;
  /** Transformer layers, that a launch floor counts in. */
  layers: number;
}

/** What operator timings lack, fitted to measured deployments. Source: calibration table, see docs/simulation.md. */
export interface StepConstants {
  /** Factor on the operators of a step that only decodes. */
  decodeScale: number;
  /** Factor on the operators of a step that prefills. */
  prefillScale: number;
  /** Host gap of a step that only decodes. */
  decodeGapMs: number;
  /** Host gap of a step that prefills. */
  prefillGapMs: number;
  /** A step that prefills takes no less than this for each layer: kernels are launched one by one. */
  prefillFloorMsPerLayer: number;
  /** Between a client's sending and the scheduler's seeing a request: HTTP, tokenisation, and the way back. */
  arrivalMs: number;
  arrivalMsPerToken: number;
}

/** The rules that a backend schedules by. Each engine release has one, as data. */
export interface SchedulerPolicy {
  /**
   * `mixed`: decodes first, then chunks of prompts, in one step (vLLM v1). `whole`: whole prompts beside decodes,
   * with room for all of the answer reserved (TensorRT-LLM, guaranteed no evict). `prefill-first`: while prompts wait
   * a step prefills and decodes stand still (SGLang).
   */
  order: "mixed" | "whole" | "prefill-first";
  /** Whether a prompt larger than the step's budget is split. */
  chunks: boolean;
  /** Whether a request is admitted only with KV room for its whole answer. */
  reservesAnswer: boolean;
  /** Steps between looks at the request socket, while decoding. */
  receiveInterval: number;
  /** Steps that a request is seen late, because the next step is prepared while one runs. */
  overlapSteps: number;
  /** Iterations that a step waits for more prompts before it prefills; 0: none. */
  batchWaitSteps: number;
}

/** One worker as its scheduler sees it. */
export interface EngineLimits {
  policy: SchedulerPolicy;
  /** Tokens in a step, prompts and decodes together (prompts alone where decodes stand still). */
  maxBatchedTokens: number;
  /** Sequences in flight, per attention-DP rank. */
  maxSequences: number;
  /** KV cache of a rank, in tokens. */
  kvTokens: number;
  /** Attention-DP ranks in lock step. */
  dpRanks: number;
  /** Pipeline stages. */
  stages: number;
  /** Mean tokens a decode step gives a sequence: 1 without draft tokens. */
  tokensPerStep: number;
}

export type Lengths =
  | {kind: "fixed"; tokens: number}
  /** Uniform over whole tokens from ⌊ratio · tokens⌋ to tokens. */
  | {kind: "uniform-ratio"; tokens: number; ratio: number}
  | {kind: "log-normal"; mean: number; coefficientOfVariation: number; min?: number; max?: number}
  | {kind: "histogram"; bins: {from: number; to: number; weight: number}[]};

export interface TraceRequest {
  arrivalMs: number;
  inputTokens: number;
  outputTokens: number;
  /** Of the input, already in the KV cache. */
  cachedTokens?: number;
}

export type Client =
  /** `users` requests in flight, each followed by the next; all come at once (`burst`) or spread over a service time. */
  | {kind: "closed-loop"; users: number; promptsPerUser: number; start: "burst" | "warmed"}
  | {kind: "poisson"; requestsPerSec: number; requests: number}
  /** Inter-arrival times with this coefficient of variation: 1 is Poisson, more is burstier. */
  | {kind: "gamma"; requestsPerSec: number; requests: number; coefficientOfVariation: number}
  | {kind: "trace"; requests: readonly TraceRequest[]};

export interface SimulationProblem {
  curves: StepCurves;
  constants: StepConstants;
  engine: EngineLimits;
  /** Workers that requests are dealt to, in turn. */
  replicas?: number;
  client: Client;
  input: Lengths;
  output: Lengths;
  /** Of every input, already in the KV cache. */
  prefixTokens?: number;
  seed?: number;
}

export interface Distribution {
  mean: number;
  p50: number;
  p90: number;
  p95: number;
  p99: number;
  /** Ascending, at most 201 of them: the q-th of n lies at share q ∕ (n − 1). */
  quantiles: Float64Array;
}

export type Verdict = "stable" | "backlogged" | "overloaded";
