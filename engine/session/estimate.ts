import {InputError, PerfDataError} from "../errors.js";
import {modelDoubts} from "../model-doubts.js";
import {inferNextn} from "../models/quant.js";
import {servingChoices, withoutServing} from "../models/serving.js";
import type {ServingChoices} from "../models/serving.js";
import type {ModelConfig} from "../models/types.js";
import type {Platform} from "../ops/table.js";
import type {Quant} from "../quant.js";
import type {MemoryGiB, OpTime, Parallel, PhaseDetail, Source, Tier} from "../result.js";
import {decodeMemory, decodePoint, prefillMemory, prefillPoint} from "./disaggregated.js";
import {tuningOf} from "./tuning.js";
import type {Tuning} from "./tuning.js";
import {trace} from "../trace.js";
import {AggregatedSession} from "./aggregated.js";
import {encoderDetail, encoderLoad, encoderPhase, withImages} from "./encoder.js";
import {aggregatedPhases, decodeDetail, prefillDetail} from "./detail.js";
import {requestLatencyMs, requestsPerSec, tokensPerSecPerUser} from "./metrics.js";
import {answered, decodePhase, decodePhaseOps, freshTokens, prefillPhase} from "./static.js";
import {fits, makeWorker, memoryOf, mergeSource, newTally, opTimes, provenanceOf} from "./worker.js";
import type {Tally, Worker, Workload} from "./worker.js";

export const estimateModes = ["static", "static_ctx", "static_gen", "agg", "disagg"] as const;
export type EstimateMode = (typeof estimateModes)[number];

/** Workers of one pool of a disaggregated estimate. */
export interface PoolSpec {
  parallel: Parallel;
  batch: number;
  workers: number;
}

/** One configuration to estimate. */
export interface EstimateProblem extends ServingChoices {
  mode: EstimateMode;
  model: ModelConfig;
  platform: Platform;
  decodePlatform?: Platform;
  quant?: Partial<Quant>;
  decodeQuant?: Partial<Quant>;
  /** Of the one worker; in `disagg` see `prefill` and `decode`. */
  parallel: Parallel;
  batch: number;
  /** Aggregated only; the prompt length by default. */
  ctxTokens?: number;
  workload: Workload;
  /** Draft tokens per step: by default 0 for a static estimate, else what the checkpoint carries, as in a search. */
  nextn?: number;
  acceptRates?: readonly number[];
  freeMemoryFraction?: number;
  /** Counts the KV cache that each layer really keeps, and recurrent states. */
  exactKvCache?: boolean;
  prefill?: PoolSpec;
  decode?: PoolSpec;
  /** How decode workers spread and feed experts, where that is not as for the others. */
  decodeServing?: ServingChoices;
  tuning?: Partial<Tuning>;
}

/** What one configuration does. Figures that a mode does not have are 0. */
export interface Estimate {
  mode: EstimateMode;
  ttftMs: number;
  tpotMs: number;
  requestLatencyMs: number;
  /** Encoding of images, part of TTFT. */
  encoderMs: number;
  prefillMs: number;
  /** Of the whole answer. */
  decodeMs: number;
  prefillOps: OpTime[];
  /** Summed over the answer. */
  decodeOps: OpTime[];
  /** Steps, operator by operator. */
  phases: PhaseDetail[];
  memoryGiB: MemoryGiB;
  /** Of decode workers, when disaggregated. */
  decodeMemoryGiB?: MemoryGiB;
  fits: boolean;
  gpus: number;
  concurrency: number;
  requestsPerSec: number;
  tokensPerSec: number;
  tokensPerSecPerGpu: number;
  tokensPerSecPerUser: number;
  quant: Quant;
  source: Source;
  tier: Tier;
  weakestOp?: string;
  /** What is wrong with the measurements that were looked up, in words. */
  doubts: string[];
}

/** Default share of free memory for the KV cache of a single estimate. Source: method.md §8. */
export const estimateFreeFraction = 0.9;

/**
 * Estimates one configuration. A configuration that does not fit still gets its figures, with `fits` false.
 *
 * Throws PerfDataError when a table is missing, InputError for what cannot be. Source: method.md §9–11.
 */
export function estimate(problem: EstimateProblem): Estimate {
  const {platform, decodePlatform = platform} = problem;
  const databases = new Set([platform.perf, decodePlatform.perf]);
  for (const {impossible} of databases) impossible.clear();
  const workload = withImages(problem.model, problem.workload);
  const figures = estimateMode({...problem, workload});
  const {isl, osl} = workload;
  const parallel = problem.mode === "disagg" ? problem.decode!.parallel : problem.parallel;
  const {backend} = decodePlatform;
  const {model, exactKvCache} = problem;
  const spec = {model, parallel, quant: figures.quant, backend, mtpScale: 1, exactKvCache};
  const measured = [...databases].flatMap((perf) => perf.doubts());
  return {...figures, doubts: [...modelDoubts(spec, isl + osl), ...measured]};
}

type Figures = Omit<Estimate, "doubts">;

function estimateMode(problem: EstimateProblem): Figures {
  const {isl, osl, prefix} = problem.workload;
  if (![isl, osl, prefix].every(Number.isInteger) || osl < 1 || prefix < 0 || prefix >= isl)
    throw new InputError(
      `invalid lengths: isl ${isl}, osl ${osl}, prefix ${prefix}; need whole numbers, 0 ≤ prefix < isl and osl ≥ 1`
    );
  if (problem.nextn !== undefined && !(Number.isInteger(problem.nextn) && problem.nextn >= 0))
    throw new InputError(`invalid nextn: ${problem.nextn}; must be a whole number ≥ 0`);
  if (problem.mode !== "disagg" && !(Number.isInteger(problem.batch) && problem.batch >= 1))
    throw new InputError(`invalid batch: ${problem.batch}; must be a whole number ≥ 1`);
  switch (problem.mode) {
    case "static":
    case "static_ctx":
    case "static_gen":
      return staticEstimate(problem, problem.mode);
    case "agg":
      return aggregatedEstimate(problem);
    case "disagg":
      return disaggregatedEstimate(problem);
  }
}

function staticEstimate(problem: EstimateProblem, mode: "static" | "static_ctx" | "static_gen"): Figures {
  const {workload, batch} = problem;
  const {isl, osl, prefix} = workload;
  const worker = staticWorker(problem);
  const {dp, pp} = worker.spec.parallel;
  const seq = freshTokens(workload);
  const prefill = mode === "static_gen" ? newTally() : answered(prefillPhase(worker, batch, seq, prefix));
  const decode = mode === "static_ctx" ? newTally() : answered(decodePhase(worker, batch, isl, osl));
  const encoder = answered(encoderPhase(worker, batch, workload));
  const ttftMs = encoder.ms + prefill.ms;
  const tpotMs = osl > 1 ? decode.ms / (osl - 1) : 0;
  const latencyMs = requestLatencyMs(ttftMs, tpotMs, mode === "static_ctx" ? 1 : osl);
  const memoryGiB = staticMemory(worker, mode, batch, workload);
  const rate = requestsPerSec(batch * dp, latencyMs, pp);
  const tokensPerRequest = mode === "static" ? osl : mode === "static_ctx" ? 1 : osl - 1;
  const tokensPerSec = rate * tokensPerRequest;
  return {
    mode,
    ttftMs,
    tpotMs,
    requestLatencyMs: latencyMs,
    encoderMs: encoder.ms,
    prefillMs: prefill.ms,
    decodeMs: decode.ms,
    prefillOps: mode === "static_gen" ? [] : opTimes(worker.prefill, batch * seq, batch, seq, prefix),
    decodeOps: mode === "static_ctx" ? [] : decodePhaseOps(worker, batch, isl, osl),
    phases: staticPhases(problem, worker),
    memoryGiB,
    fits: fits(worker, memoryGiB),
    gpus: worker.gpus,
    concurrency: batch * dp,
    requestsPerSec: rate,
    tokensPerSec,
    tokensPerSecPerGpu: tokensPerSec / worker.gpus,
    tokensPerSecPerUser: tokensPerSecPerUser(tpotMs),
    quant: worker.spec.quant,
    ...provenance(encoder, prefill, decode)
  };
}

/** Memory of one worker that prefills a batch, decodes it, or does both. */
export function staticMemory(worker: Worker, mode: EstimateMode, batch: number, workload: Workload): MemoryGiB {
  return memoryOf(worker, {
    batch,
    tokens: mode === "static_gen" ? batch : freshTokens(workload) * batch,
    seqTokens: workload.isl + (mode === "static_ctx" ? 1 : workload.osl),
    encoder: encoderLoad(worker, batch, workload)
  });
}

function aggregatedEstimate(problem: EstimateProblem): Figures {
  const {workload, batch} = problem;
  const ctxTokens = problem.ctxTokens ?? workload.isl;
  if (!(Number.isInteger(ctxTokens) && ctxTokens > 0))
    throw new InputError(`invalid ctxTokens: ${ctxTokens}; must be a whole number ≥ 1`);
  const worker = aggregatedWorker(problem);
  const session = new AggregatedSession(worker, workload);
  const memoryGiB = session.memory(batch, ctxTokens);
  const point = session.point(batch, ctxTokens, memoryGiB);
  if (point.ttftMs !== point.ttftMs || point.tpotMs !== point.tpotMs) throw new PerfDataError(trace.miss);
  return {
    mode: "agg",
    ttftMs: point.ttftMs,
    tpotMs: point.tpotMs,
    requestLatencyMs: point.requestLatencyMs,
    encoderMs: session.encoderPhase(Math.ceil(ctxTokens / workload.isl)).ms,
    prefillMs: 0,
    decodeMs: 0,
    prefillOps: [],
    decodeOps: [],
    phases: aggregatedPhases(session, batch, ctxTokens),
    memoryGiB,
    fits: session.misfit(memoryGiB, problem.freeMemoryFraction ?? estimateFreeFraction) === undefined,
    gpus: worker.gpus,
    concurrency: point.concurrency,
    requestsPerSec: point.requestsPerSec,
    tokensPerSec: point.tokensPerSec,
    tokensPerSecPerGpu: point.tokensPerSec / worker.gpus,
    tokensPerSecPerUser: tokensPerSecPerUser(point.tpotMs),
    quant: worker.spec.quant,
    ...provenance(point.tally)
  };
}

function disaggregatedEstimate(problem: EstimateProblem): Figures {
  const {workload, prefill: p, decode: d} = problem;
  if (!p || !d) throw new InputError("missing prefill or decode worker; give both");
  for (const [pool, {batch, workers}] of Object.entries({prefill: p, decode: d}))
    if (![batch, workers].every((value) => Number.isInteger(value) && value >= 1))
      throw new InputError(`invalid ${pool}: batch ${batch}, workers ${workers}; must be whole numbers ≥ 1`);
  const tuning = tuningOf(problem.tuning);
  const workers = poolWorkers(problem, p, d);
  const {prefill: prefillWorker, decode: decodeWorker} = workers;
  const memoryGiB = prefillMemory(prefillWorker, workload, p.batch);
  const decodeMemoryGiB = decodeMemory(decodeWorker, workload, d.batch);
  const prefill = prefillPoint(prefillWorker, workload, p.batch, memoryGiB, tuning);
  const decode = decodePoint(decodeWorker, workload, d.batch, decodeMemoryGiB, tuning);
  answered(prefill.tally);
  answered(decode.tally);
  const encoderMs = encoderPhase(prefillWorker, p.batch, workload).ms * tuning.prefillLatencyScale;
  const ttftMs = prefill.latencyMs * tuning.ttftScale;
  const tpotMs = decode.latencyMs;
  const rate = Math.min(
    prefill.requestsPerSec * tuning.prefillRateShare * p.workers,
    decode.requestsPerSec * tuning.decodeRateShare * d.workers
  );
  const gpus = prefillWorker.gpus * p.workers + decodeWorker.gpus * d.workers;
  return {
    mode: "disagg",
    ttftMs,
    tpotMs,
    requestLatencyMs: requestLatencyMs(ttftMs, tpotMs, workload.osl),
    encoderMs,
    prefillMs: prefill.latencyMs - encoderMs,
    decodeMs: tpotMs * (workload.osl - 1),
    prefillOps: [],
    decodeOps: [],
    phases: poolPhases(problem, workers),
    memoryGiB,
    decodeMemoryGiB,
    fits: fits(prefillWorker, memoryGiB) && fits(decodeWorker, decodeMemoryGiB),
    gpus,
    concurrency: decode.concurrency * d.workers,
    requestsPerSec: rate,
    tokensPerSec: rate * workload.osl,
    tokensPerSecPerGpu: (rate * workload.osl) / gpus,
    tokensPerSecPerUser: tokensPerSecPerUser(tpotMs),
    quant: decodeWorker.spec.quant,
    ...provenance(prefill.tally, decode.tally)
  };
}

/** What an estimate runs: one worker, or one of each pool. */
export type EstimateWorkers =
  {worker: Worker; prefill?: undefined; decode?: undefined} | {worker?: undefined; prefill: Worker; decode: Worker};

/**
 * The workers of an estimate, bound to tables; images count as tokens already (`withImages`). Throws InputError for
 * what cannot be.
 */
export function estimateWorkers(problem: EstimateProblem): EstimateWorkers {
  const {mode, prefill, decode} = problem;
  if (mode === "agg") return {worker: aggregatedWorker(problem)};
  if (mode !== "disagg") return {worker: staticWorker(problem)};
  if (!prefill || !decode) throw new InputError("missing prefill or decode worker; give both");
  return poolWorkers(problem, prefill, decode);
}

function staticWorker(problem: EstimateProblem): Worker {
  const {model, platform, parallel, workload, mode} = problem;
  const encodes = workload.encoder !== undefined && mode !== "static_gen";
  return makeWorker(model, platform, parallel, {...problem, role: "static", encodes});
}

function aggregatedWorker(problem: EstimateProblem): Worker {
  const {model, platform, parallel, workload} = problem;
  const options = {...problem, nextn: problem.nextn ?? inferNextn(model)};
  return makeWorker(model, platform, parallel, {...options, role: "agg", encodes: workload.encoder !== undefined});
}

function poolWorkers(problem: EstimateProblem, prefill: PoolSpec, decode: PoolSpec) {
  const {model, platform, decodePlatform = platform, workload} = problem;
  const options = {...problem, nextn: problem.nextn ?? inferNextn(model)};
  const encodes = workload.encoder !== undefined;
  const quant = {...problem.quant, ...problem.decodeQuant};
  const serving = problem.decodeServing ?? servingChoices(problem);
  const decodeOptions = {...withoutServing(options), ...serving, quant, role: "decode"} as const;
  return {
    prefill: makeWorker(model, platform, prefill.parallel, {...options, role: "prefill", encodes}),
    decode: makeWorker(model, decodePlatform, decode.parallel, decodeOptions)
  };
}

/** The steps that an estimate's workers, or others of their sizes, run: operator by operator. */
export function estimatePhases(problem: EstimateProblem, workers: EstimateWorkers): PhaseDetail[] {
  const {mode, workload, batch, ctxTokens = workload.isl} = problem;
  if (!workers.worker) return poolPhases(problem, workers);
  if (mode === "agg") return aggregatedPhases(new AggregatedSession(workers.worker, workload), batch, ctxTokens);
  return staticPhases(problem, workers.worker);
}

function staticPhases({mode, batch, workload}: EstimateProblem, worker: Worker): PhaseDetail[] {
  return [
    ...encoderDetail(worker, batch, workload),
    ...(mode === "static_gen" ? [] : [prefillDetail(worker, batch, workload)]),
    ...(mode === "static_ctx" || workload.osl < 2 ? [] : [decodeDetail(worker, batch, workload)])
  ];
}

function poolPhases(problem: EstimateProblem, {prefill, decode}: {prefill: Worker; decode: Worker}): PhaseDetail[] {
  const {workload, prefill: p, decode: d} = problem;
  const {prefillLatencyScale, decodeLatencyScale} = tuningOf(problem.tuning);
  return [
    ...encoderDetail(prefill, p!.batch, workload, prefillLatencyScale),
    prefillDetail(prefill, p!.batch, workload, prefillLatencyScale),
    decodeDetail(decode, d!.batch, workload, decodeLatencyScale)
  ];
}

function provenance(...tallies: Tally[]): ReturnType<typeof provenanceOf> {
  const tally = newTally();
  for (const part of tallies) mergeSource(tally, part);
  return provenanceOf(tally);
}
