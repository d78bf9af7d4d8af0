/** What prefill and decode pools do under a client, by simulation; see serve.ts for one kind of workers. */
import type {Platform} from "../ops/table.js";
import type {Quant} from "../quant.js";
import type {Parallel} from "../result.js";
import type {Backend} from "../schema.js";
import {calibratedFor, plainFactors, poolKinds, product} from "./calibration.js";
import type {Calibrated, CalibratedWorker, CalibrationKind, DisaggregatedFit, ServingConstants} from "./calibration.js";
import {calibrationTable} from "./constants.js";
import {asPool} from "./pool-serving.js";
import {loadOf, prepareWorker} from "./serve.js";
import type {CurveCache, PreparedWorker, ServingProblem} from "./serve.js";
import {simulateDisaggregated} from "./simulate.js";
import type {DisaggregatedProblem, EngineLimits, PoolProblem, Simulation} from "./types.js";

export interface PoolOfWorkers {
  parallel: Parallel;
  workers: number;
  quant?: Partial<Quant>;
  /** Limits of these workers in place of those of both kinds. */
  limits?: ServingProblem["limits"];
}

export interface DisaggregatedServingProblem extends Omit<ServingProblem, "parallel" | "replicas"> {
  prefill: PoolOfWorkers;
  decode: PoolOfWorkers;
  /** Of decode workers, where it is another. */
  decodePlatform?: Platform;
}

export interface PreparedPools {
  prefill: PreparedWorker & {workers: number};
  decode: PreparedWorker & {workers: number};
  problem: Omit<DisaggregatedProblem, "prefill" | "decode">;
  longestTokens: number;
}

export interface DisaggregatedServing {
  simulation: Simulation;
  prefill: Calibrated;
  decode: Calibrated;
  pools: PreparedPools;
  fits: boolean;
}

/**
 * A prompt's way from a prefill to a decode worker besides its KV cache: the router's and the connector's calls. About
 * what pools of SGLang and TensorRT-LLM were fitted to have beside aggregated workers; what a backend has more or less of
 * it is in its fit.
 */
const handOverMs = 50;

/** Tokens of a step that prefill workers are launched with at least. */
const leastBatchedTokens = 8192;

export function serveDisaggregated(
  asked: DisaggregatedServingProblem,
  cache: CurveCache = new Map()
): DisaggregatedServing {
  const pools = preparePools(asked, cache);
  const calibrated = ({worker}: PreparedWorker): Calibrated => {
    const found = calibratedFor(worker, calibrationTable, asked.calibration);
    const constants = product(found.constants, disaggregatedFactors(worker));
    return {...found, constants: {...constants, prefillSpread: prefillSpread(worker, found.kind), ...asked.constants}};
  };
  const [prefill, decode] = [calibrated(pools.prefill), calibrated(pools.decode)];
  const simulation = simulateDisaggregated(withPoolConstants(pools, prefill.constants, decode.constants));
  const {longestTokens} = pools;
  const fits = pools.prefill.room.kvTokens >= asked.isl && pools.decode.room.kvTokens >= longestTokens;
  return {simulation, prefill, decode, pools, fits};
}

/** What disaggregated workers of a backend, and of their kinds, have beside aggregated ones, fitted; see the table. */
export function disaggregatedFactors(worker: CalibratedWorker): ServingConstants {
  const kinds = [...poolKinds(worker, "prefill"), ...poolKinds(worker, "decode")].map((kind) => JSON.stringify(kind));
  return (calibrationTable.disaggregated ?? [])
    .filter(({backend, kind}) => backend === worker.spec.backend && (!kind || kinds.includes(JSON.stringify(kind))))
    .reduce((all, {factors}) => product(all, {...plainFactors, ...factors}), plainFactors);
}

/**
 * How far prefill times may lie from those, for predictions that are to err least. Searches go by the times as they are
 * fitted: a plan on the edge of saturation would be chosen for the benefit of the doubt.
 */
export function prefillSpread({spec}: CalibratedWorker, calibration: CalibrationKind): number {
  const fit = fitOfPools(spec.backend);
  return fit?.prefillSpreads?.[calibration === "calibrated" ? "calibrated" : "elsewhere"] ?? 0;
}

/** What all kinds of pools of a backend have, with how far predictions of them were off. */
export function fitOfPools(backend: Backend): DisaggregatedFit | undefined {
  return calibrationTable.disaggregated?.find((fit) => fit.backend === backend && !fit.kind);
}

export function preparePools(asked: DisaggregatedServingProblem, cache: CurveCache = new Map()): PreparedPools {
  const {isl, osl, concurrency, prefill, decode, decodePlatform = asked.platform} = asked;
  const pool = (of: PoolOfWorkers, role: "prefill" | "decode", platform: Platform) => {
    const {parallel, workers} = of;
    const limits = {...asked.limits, ...of.limits};
    const own = {...asked, platform, parallel, limits, quant: {...asked.quant, ...of.quant}};
    const each = asPool(own, role, (serving) =>
      prepareWorker({...own, ...serving}, {role, concurrency: Math.max(1, concurrency / workers)}, cache)
    );
    const {maxBatchedTokens, maxSequences} = each.engine;
    // Recipes are of workers that do both: pools are launched for what they are sent.
    const seats = Math.ceil(concurrency / workers / parallel.dp);
    const engine = {
      ...each.engine,
      maxBatchedTokens: limits.maxBatchedTokens ?? Math.max(leastBatchedTokens, maxBatchedTokens),
      maxSequences: limits.maxSequences ?? Math.max(seats, maxSequences)
    };
    return {...each, engine, workers};
  };
  const [p, d] = [pool(prefill, "prefill", asked.platform), pool(decode, "decode", decodePlatform)];
  return {
    prefill: p,
    decode: d,
    problem: {...loadOf(asked), transfer: transferFrom(p)},
    longestTokens: isl + osl + d.engine.policy.pageTokens
  };
}

/** A prompt's KV cache on its way from a prefill worker: each GPU sends its own part. */
export function transferFrom({
  room,
  worker
}: Pick<PreparedWorker, "room" | "worker">): DisaggregatedProblem["transfer"] {
  const {interNodeBytesPerSec} = worker.platform.system;
  return {bytesPerToken: room.bytesPerToken, bytesPerSec: interNodeBytesPerSec, latencyMs: handOverMs};
}

export function withPoolConstants(
  {prefill, decode, problem, longestTokens}: PreparedPools,
  prefillConstants: ServingConstants,
  decodeConstants: ServingConstants
): DisaggregatedProblem {
  const pool = ({curves, engine, workers}: PreparedPools["prefill"], constants: ServingConstants): PoolProblem => ({
    curves,
    constants,
    engine: withRoom(engine, constants, longestTokens),
    workers
  });
  return {...problem, prefill: pool(prefill, prefillConstants), decode: pool(decode, decodeConstants)};
}

function withRoom(engine: EngineLimits, {kvScale}: ServingConstants, longestTokens: number): EngineLimits {
  return {...engine, kvTokens: Math.max(longestTokens, Math.floor(engine.kvTokens * kvScale))};
}
