/** A deployment of known sizes under any load: what a search calls a plan, as a simulation runs it. */
import {InputError} from "../errors.js";
import {inferNextn, inferQuant} from "../models/quant.js";
import type {ServingChoices} from "../models/serving.js";
import type {ModelConfig} from "../models/types.js";
import type {Platform} from "../ops/table.js";
import type {Quant} from "../quant.js";
import type {Parallel} from "../result.js";
import {gpusOf} from "../session/worker.js";
import type {Workload} from "../session/worker.js";
import {calibratedFor, product} from "./calibration.js";
import type {Calibrated} from "./calibration.js";
import {calibrationTable} from "./constants.js";
import {asPool} from "./pool-serving.js";
import {disaggregatedFactors, fitOfPools, transferFrom} from "./serve-disaggregated.js";
import {prepareWorker} from "./serve.js";
import type {CurveCache, PreparedWorker, ServingProblem} from "./serve.js";
import type {DisaggregatedProblem, EngineLimits, Load, PoolProblem, SimulationProblem} from "./types.js";

/** One worker that mixes prompts and answers, or a pool of each; `batch` is requests in flight of one rank. */
export type DeployedSizes =
  | {mode: "agg"; parallel: Parallel; batch: number; ctxTokens: number}
  | {mode: "disagg"; prefill: DeployedPool; decode: DeployedPool};

export interface DeployedPool {
  parallel: Parallel;
  batch: number;
  workers: number;
}

export interface DeployedProblem {
  model: ModelConfig;
  platform: Platform;
  /** Of decode workers, where it is another. */
  decodePlatform?: Platform;
  /** Images are counted as prompt tokens. */
  workload: Workload;
  sizes: DeployedSizes;
  quant?: Partial<Quant>;
  serving?: ServingChoices;
  /** Draft tokens per step; as many as the checkpoint has heads for unless given. */
  nextn?: number;
  /** Share of free memory that the KV cache may take (TensorRT-LLM, aggregated). */
  freeMemoryFraction?: number;
}

/** One replica, ready to run. */
export interface Deployed {
  /** Prefill and decode workers, or the one kind that there is. */
  parts: DeployedPart[];
  gpus: number;
  /** Requests that it is meant to have in flight. */
  seats: number;
  /** KV tokens of a rank that holds whole requests, and what one of the asked lengths takes there. */
  kvTokens: number;
  requestTokens: number;
  under: (load: Load) => SimulationProblem | DisaggregatedProblem;
}

export interface DeployedPart {
  role: "agg" | "prefill" | "decode";
  calibrated: Calibrated;
  engine: EngineLimits;
  prepared: PreparedWorker;
}

/** Throws InputError for sizes that cannot be, PerfDataError when tables lack an operator. */
export function deployed(asked: DeployedProblem, cache: CurveCache = new Map()): Deployed {
  return asked.sizes.mode === "agg" ? aggregated(asked, asked.sizes, cache) : disaggregated(asked, asked.sizes, cache);
}

function aggregated(asked: DeployedProblem, sizes: DeployedSizes & {mode: "agg"}, cache: CurveCache): Deployed {
  const {parallel, batch, ctxTokens} = sizes;
  const {isl, osl} = asked.workload;
  const nextn = nextnOf(asked);
  // As the deployment files have it: prompts of a step, and a token of every request beside them.
  const limits = {maxBatchedTokens: Math.max(isl, ctxTokens) + batch * (1 + nextn), maxSequences: batch};
  const seats = batch * parallel.dp;
  const problem = {...servingOf(asked, "agg", asked.platform), parallel, concurrency: seats, nextn, limits};
  const fraction = asked.platform.backend === "trtllm" ? asked.freeMemoryFraction : undefined;
  const prepared = prepareWorker({...problem, memoryFraction: fraction}, {role: "agg", concurrency: seats}, cache);
  const calibrated = calibratedFor(prepared.worker, calibrationTable);
  const requestTokens = isl + osl + prepared.engine.policy.pageTokens;
  const engine = withRoom(prepared.engine, calibrated, requestTokens);
  const {curves} = prepared;
  return {
    parts: [{role: "agg", calibrated, engine, prepared}],
    gpus: gpusOf(parallel),
    seats,
    kvTokens: engine.kvTokens,
    requestTokens,
    under: (load) => ({...load, curves, constants: calibrated.constants, engine})
  };
}

function disaggregated(asked: DeployedProblem, sizes: DeployedSizes & {mode: "disagg"}, cache: CurveCache): Deployed {
  const {prefill, decode} = sizes;
  const {workload, platform, decodePlatform = platform} = asked;
  const {isl, osl} = workload;
  const nextn = nextnOf(asked);
  const seats = decode.batch * decode.parallel.dp * decode.workers;
  const shared = {concurrency: seats, nextn};
  const part = (role: "prefill" | "decode"): DeployedPart => {
    const {parallel, batch} = sizes[role];
    const on = role === "prefill" ? platform : decodePlatform;
    const limits =
      role === "prefill"
        ? {maxBatchedTokens: batch * isl, maxSequences: batch}
        : {maxBatchedTokens: isl + batch, maxSequences: batch};
    const problem = {...servingOf(asked, role, on), ...shared, parallel, limits};
    const prepared = asPool(problem, role, (serving) =>
      prepareWorker({...problem, ...serving}, {role, concurrency: seats}, cache)
    );
    const found = calibratedFor(prepared.worker, calibrationTable);
    const constants = product(found.constants, disaggregatedFactors(prepared.worker));
    const calibrated = {...found, constants, error: fitOfPools(on.backend)?.errorAsFitted ?? found.error};
    const longest = (role === "prefill" ? isl + 1 : isl + osl) + prepared.engine.policy.pageTokens;
    return {role, calibrated, prepared, engine: withRoom(prepared.engine, calibrated, longest)};
  };
  const [from, to] = [part("prefill"), part("decode")];
  const pool = ({prepared, engine, calibrated}: DeployedPart, {workers}: DeployedPool): PoolProblem => ({
    curves: prepared.curves,
    constants: calibrated.constants,
    engine,
    workers
  });
  const pools = {prefill: pool(from, prefill), decode: pool(to, decode), transfer: transferFrom(from.prepared)};
  return {
    parts: [from, to],
    gpus: gpusOf(prefill.parallel) * prefill.workers + gpusOf(decode.parallel) * decode.workers,
    seats,
    kvTokens: to.engine.kvTokens,
    requestTokens: isl + osl + to.engine.policy.pageTokens,
    under: (load) => ({...load, ...pools})
  };
}

/** Throws InputError where the KV cache holds no whole request. */
function withRoom(engine: EngineLimits, {constants}: Calibrated, longestTokens: number): EngineLimits {
  const kvTokens = Math.floor(engine.kvTokens * constants.kvScale);
  if (kvTokens < longestTokens)
    throw new InputError(
      `the KV cache of a rank has room for ${Math.max(0, kvTokens)} tokens; a request takes ${longestTokens}, use more GPUs per worker or shorter requests`
    );
  return {...engine, kvTokens};
}

function nextnOf({nextn, model}: DeployedProblem): number {
  return nextn ?? inferNextn(model);
}

function servingOf(
  {model, workload, quant, serving}: DeployedProblem,
  role: "agg" | "prefill" | "decode",
  platform: Platform
): Omit<ServingProblem, "parallel" | "concurrency"> {
  const {backend, system} = platform;
  // A KV cache as a search has it, not that of a published recipe.
  const {kvCache} = inferQuant(model, {role, backend, system}, quant);
  return {...serving, model, platform, quant: {...quant, kvCache}, isl: workload.isl, osl: workload.osl};
}
