/** One configuration under a client, by simulation: what an estimate by formula has no figures for. */
import {InputError} from "../errors.js";
import {servingChoices} from "../models/serving.js";
import type {ServingChoices} from "../models/serving.js";
import type {ModelConfig} from "../models/types.js";
import type {Platform} from "../ops/table.js";
import type {Quant} from "../quant.js";
import type {ErrorBand, Percentiles, SimulatedFigures} from "../result.js";
import type {Estimate, EstimateProblem, PoolSpec} from "../session/estimate.js";
import {tokensPerSecPerUser} from "../session/metrics.js";
import type {CalibrationTable, PoolKind} from "./calibration.js";
import {poolServing} from "./pool-serving.js";
import {fitOfPools, serveDisaggregated} from "./serve-disaggregated.js";
import {serve, servingQuant} from "./serve.js";
import type {CurveCache, ServingProblem} from "./serve.js";
import {goodputOf} from "./simulate.js";
import type {Client, Distribution, EngineLimits, Goodput, ServiceLevel} from "./types.js";

/** What is sent to a configuration. */
export interface EstimateLoad {
  /** Requests in flight; as many as the batches hold unless given. Of a closed loop. */
  concurrency?: number;
  /** A burst of ten prompts for each user unless given. */
  client?: Client;
  /** Lengths vary from this share of the given ones up to them, alike; 0.8 unless given, 1 is fixed. */
  lengthRatio?: number;
  seed?: number;
  /** What a request must keep to count for the goodput. */
  serviceLevel?: ServiceLevel;
  /** A user's own constants, asked before the shipped ones. */
  calibration?: CalibrationTable;
}

/** Figures by simulation; means and percentiles in ms. */
export interface SimulatedEstimate extends Omit<SimulatedFigures, "shares" | "formula"> {
  /** Requests in flight: of a closed loop those asked for, else their mean. */
  concurrency: number;
  /** Mean TTFT of the first requests, as many as there are users, and of those after. */
  burstTtftMs: number;
  steadyTtftMs: number;
  /** Requests within the service level; undefined without one. */
  goodput?: Goodput;
  /** Of means, on measured deployments that the fit did not see. */
  band: {ttft: ErrorBand; tpot: ErrorBand};
  /** Limits that the engine is launched with; of two pools those of the decode workers. */
  engine: Pick<EngineLimits, "maxBatchedTokens" | "maxSequences" | "kvTokens"> & {kvCache: Quant["kvCache"]};
  /** Whether weights, and one request at least, fit. */
  fits: boolean;
  /** The same figures by formula. */
  formula: Pick<Estimate, "ttftMs" | "tpotMs" | "requestLatencyMs" | "requestsPerSec" | "tokensPerSec" | "concurrency">;
}

/** An estimate whose latencies and rates are a simulation's; memory, phases and operators are by formula. */
export type ServedEstimate = Estimate & {simulated: SimulatedEstimate};

/** The configuration of an estimate as one that can be simulated. Throws InputError for what cannot be. */
export interface ServedProblem {
  asked: Omit<ServingProblem, "parallel">;
  worker?: PoolSpec;
  pools?: {prefill: PoolSpec; decode: PoolSpec; decodePlatform?: Platform; decodeQuant?: Partial<Quant>};
}

export function servedProblem(problem: EstimateProblem & {workers?: number}, load: EstimateLoad): ServedProblem {
  const {mode, model, platform, workload, freeMemoryFraction, decodeServing, workers = 1} = problem;
  if (mode !== "agg" && mode !== "disagg")
    throw new InputError(`invalid mode: ${mode}; a simulation is of a server, agg or disagg`);
  if (workload.images) throw new InputError("invalid images: they are not simulated yet; use predictor formula");
  if (platform.database === "sol")
    throw new InputError("invalid database: sol; constants of a simulation are fitted to kernels as they run");
  if (decodeServing && mode === "disagg")
    throw new InputError("invalid decodeServing: a simulation has one for both pools; use predictor formula");
  const {isl, osl, prefix} = workload;
  const {parallel, batch, ctxTokens, prefill, decode} = problem;
  const held = mode === "agg" ? {parallel, batch, workers} : decode!;
  const concurrency = load.concurrency ?? held.batch * held.parallel.dp * held.workers;
  const {wideEp, moeBackend, eplb, wideEpSlots, attentionBackend, quant, nextn, acceptRates} = problem;
  const asked = {
    ...{wideEp, moeBackend, eplb, wideEpSlots, attentionBackend},
    ...{model, platform, quant, isl, osl, prefixTokens: prefix, nextn, acceptRates, concurrency},
    ...{client: load.client, lengthRatio: load.lengthRatio, seed: load.seed, calibration: load.calibration},
    fillGaps: platform.database === "silicon",
    memoryFraction: platform.backend === "trtllm" ? freeMemoryFraction : undefined,
    limits:
      ctxTokens === undefined || ctxTokens === isl ? undefined : {maxBatchedTokens: Math.max(isl, ctxTokens) + batch}
  };
  if (mode === "agg") return {asked, worker: held};
  const {decodePlatform, decodeQuant} = problem;
  return {asked, pools: {prefill: prefill!, decode: decode!, decodePlatform, decodeQuant}};
}

/** What must be loaded before a simulation: the types that engines are launched with, gaps filled. */
export function servedSides({asked, worker, pools}: ServedProblem): {
  model: ModelConfig;
  platform: Platform;
  quant: Partial<Quant>;
  serving: ServingChoices;
}[] {
  const side = (
    platform: Platform,
    quant: Partial<Quant> | undefined,
    {parallel}: PoolSpec,
    role?: PoolKind["role"]
  ) => {
    const filled: Platform = platform.database === "silicon" ? {...platform, database: "hybrid"} : platform;
    const own = {...asked, platform, quant, parallel};
    const serving = role ? poolServing(own, role) : servingChoices(own);
    return {model: asked.model, platform: filled, quant: servingQuant(own), serving};
  };
  if (worker) return [side(asked.platform, asked.quant, worker)];
  const {prefill, decode, decodePlatform = asked.platform, decodeQuant} = pools!;
  const decodeTypes = {...asked.quant, ...decodeQuant};
  return [side(asked.platform, asked.quant, prefill, "prefill"), side(decodePlatform, decodeTypes, decode, "decode")];
}

/** Puts a simulation's figures in place of those by formula. Throws PerfDataError when tables lack an operator. */
export function withSimulation(
  estimate: Estimate,
  problem: ServedProblem,
  {serviceLevel}: Pick<EstimateLoad, "serviceLevel">,
  cache: CurveCache = new Map()
): ServedEstimate {
  const {simulation, calibrated, ttftBand, engine, kvCache, fits} = run(problem, cache);
  const {ttftMs, tpotMs, interTokenMs, latencyMs, burstTtftMs, steadyTtftMs} = simulation;
  const {verdict, kvShare, preemptions, requestsPerSec, outputTokensPerSec: tokensPerSec} = simulation;
  const {maxBatchedTokens, maxSequences, kvTokens} = engine;
  const {client = {kind: "closed-loop"}, concurrency: users} = problem.asked;
  const inFlight = simulation.meanRunning + simulation.meanQueued;
  const concurrency = client.kind === "closed-loop" ? users : inFlight;
  const {kind, name, rows, error} = calibrated;
  const simulated: SimulatedEstimate = {
    concurrency,
    ttft: percentiles(ttftMs),
    tpot: percentiles(tpotMs),
    interToken: percentiles(interTokenMs),
    requestLatency: percentiles(latencyMs),
    ...{burstTtftMs, steadyTtftMs, verdict, kvShare, preemptions},
    ...(serviceLevel && {goodput: goodputOf(simulation, serviceLevel)}),
    band: {ttft: ttftBand, tpot: error.tpot},
    calibration: {kind, name, rows},
    engine: {maxBatchedTokens, maxSequences, kvTokens, kvCache},
    fits,
    formula: formulaOf(estimate)
  };
  return {
    ...estimate,
    ttftMs: ttftMs.mean,
    tpotMs: tpotMs.mean,
    requestLatencyMs: latencyMs.mean,
    concurrency,
    requestsPerSec,
    tokensPerSec,
    tokensPerSecPerGpu: tokensPerSec / estimate.gpus,
    tokensPerSecPerUser: tokensPerSecPerUser(tpotMs.mean),
    fits: estimate.fits && fits,
    simulated
  };
}

function run({asked, worker, pools}: ServedProblem, cache: CurveCache) {
  if (worker) {
    const {parallel, workers} = worker;
    const {
      simulation,
      calibrated,
      engine,
      fits,
      worker: served
    } = serve({...asked, parallel, replicas: workers}, cache);
    const {kvCache} = served.spec.quant;
    return {simulation, calibrated, ttftBand: calibrated.error.ttft, engine, kvCache, fits};
  }
  const {decodeQuant, decode, ...others} = pools!;
  const found = serveDisaggregated({...asked, ...others, decode: {...decode, quant: decodeQuant}}, cache);
  const {worker: own, engine} = found.pools.decode;
  const {kvCache} = own.spec.quant;
  const {simulation, fits} = found;
  // What predictions of such deployments were off by, where any were measured.
  const fit = fitOfPools(own.spec.backend);
  const [prefillError, error] = [fit?.error ?? found.prefill.error, fit?.error ?? found.decode.error];
  return {simulation, calibrated: {...found.decode, error}, ttftBand: prefillError.ttft, engine, kvCache, fits};
}

function formulaOf({ttftMs, tpotMs, requestLatencyMs, requestsPerSec, tokensPerSec, concurrency}: Estimate) {
  return {ttftMs, tpotMs, requestLatencyMs, requestsPerSec, tokensPerSec, concurrency};
}

function percentiles({mean, p50, p90, p95, p99}: Distribution): Percentiles {
  return {mean, p50, p90, p95, p99};
}
