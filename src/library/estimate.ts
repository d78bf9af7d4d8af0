/** Estimates of one configuration, from a request to its answer. */
import {estimate as estimateNow} from "../engine/session/estimate.js";
import type {Estimate, EstimateMode, EstimateProblem, PoolSpec} from "../engine/session/estimate.js";
import type {EstimateLoad, SimulatedEstimate} from "../engine/simulate/estimate.js";
import type {Predictor} from "../engine/search/predictor.js";
import {InputError} from "../engine/errors.js";
import {inferNextn} from "../engine/models/quant.js";
import type {ModelConfig} from "../engine/models/types.js";
import type {Parallel} from "../engine/result.js";
import {backends} from "../engine/schema.js";
import type {DataNote} from "../perf/data-note.js";
import {parallelOf} from "../perf/parallel.js";
import {unlessAborted} from "./call.js";
import type {CallOptions} from "./call.js";
import {openModel} from "./model.js";
import {ownTables} from "./open-tables.js";
import type {Tables} from "../perf/tables.js";
import {openProblem, predictorOf} from "./request.js";
import type {SearchRequest, Side} from "./request.js";
import {sourcesOf} from "./search.js";

/** Workers of one pool of a disaggregated configuration. */
export interface Pool {
  /** GPUs of a worker; sizes that are not given are 1, or for experts what uses every GPU of the worker. */
  parallel?: Partial<Parallel>;
  /** Requests in flight per attention-DP rank. */
  batch: number;
  /** Workers of this kind in a replica; 1 unless given. */
  workers?: number;
}

type Shared =
  "model" | "decodePlatform" | "lookUps" | "workload" | "quant" | "decodeQuant" | "serving" | "decodeServing";
/** What is sent to a configuration that is simulated. */
export type LoadRequest = Omit<EstimateLoad, "calibration">;

type Tuned = "nextn" | "acceptRates" | "freeMemoryFraction" | "exactKvCache" | "tuning";

/** What to estimate. */
export interface EstimateRequest extends Pick<SearchRequest, Shared | Tuned> {
  /** `static`: one batch alone, prefill and decode. `agg` and `disagg`: a server in steady state. `static` unless given. */
  mode?: EstimateMode;
  /** The serving engine is one; `auto` is refused. */
  platform: Side;
  /** Of the one worker; of `disagg` see `prefill` and `decode`. Sizes that are not given are as in `Pool`. */
  parallel?: Partial<Parallel>;
  /** Requests in flight per attention-DP rank; 1 unless given. */
  batch?: number;
  /** `agg`: prompt tokens of a mixed step; one prompt unless given. */
  ctxTokens?: number;
  prefill?: Pool;
  decode?: Pool;
  /** Servers, `agg` and `disagg`, are simulated unless formulas are asked for; a `static` step is always by formula. */
  predictor?: Predictor;
  /** Of a simulation: a burst of ten prompts for each request that the batches hold unless given. */
  load?: LoadRequest;
}

export interface EstimateAnswer {
  /**
   * Latencies, throughput, memory and operator times. A configuration that does not fit has `fits` false. Where it was
   * simulated, latencies and rates are means of that; `simulated` has percentiles, and what formulas say.
   */
  result: Estimate & {simulated?: SimulatedEstimate};
  /** Which tables the figures come from. */
  sources: readonly DataNote[];
  /** What was assumed of the model, a sentence each. */
  assumptions: readonly string[];
}

export async function estimate(request: EstimateRequest, options: CallOptions = {}): Promise<EstimateAnswer> {
  const {signal} = options;
  signal?.throwIfAborted();
  const [model, tables] = await unlessAborted(
    Promise.all([openModel(request.model), options.tables ?? ownTables()]),
    signal
  );
  const {backend = "trtllm"} = request.platform;
  if (backend === "auto")
    throw new InputError(`invalid backend: auto; an estimate takes one of ${backends.join(", ")}`);
  const problem = await openProblem(tables, {...request, totalGpus: 1}, model, backend, options);
  const whole = {...problem, ...workersOf(request, model)};
  const predictor = estimatePredictor(request);
  if (predictor === "formula" && request.load)
    throw new InputError("no effect: load; formulas send no requests, leave it out or ask for a simulation");
  const result =
    predictor === "formula" ? estimateNow(whole) : await simulatedEstimate(whole, request.load ?? {}, tables, options);
  return {result, sources: sourcesOf(tables, problem), assumptions: model.assumptions};
}

function estimatePredictor({mode = "static", predictor, ...request}: EstimateRequest): Predictor {
  const isServer = mode === "agg" || mode === "disagg";
  return isServer || predictor === "simulation" ? predictorOf({predictor, ...request}) : "formula";
}

async function simulatedEstimate(
  problem: EstimateProblem,
  load: LoadRequest,
  tables: Tables,
  {signal, calibration}: CallOptions
) {
  const {servedProblem, servedSides, withSimulation} = await import("../engine/simulate/estimate.js");
  const served = servedProblem(problem, {...load, calibration});
  await unlessAborted(tables.load(servedSides(served)), signal);
  return withSimulation(estimateNow(problem), served, load);
}

function workersOf(request: EstimateRequest, model: ModelConfig) {
  const {mode = "static", batch = 1, ctxTokens, prefill, decode} = request;
  const isMoe = model.experts > 0;
  const parallel = parallelOf(request.parallel ?? {}, isMoe);
  const pool = (given: Pool | undefined): PoolSpec | undefined =>
    given && {workers: 1, ...given, parallel: parallelOf(given.parallel ?? {}, isMoe)};
  // Serving uses the draft layers that a checkpoint has, as searches do; a lone static step has none unless asked.
  const nextn = request.nextn ?? (mode === "agg" || mode === "disagg" ? inferNextn(model) : 0);
  return {mode, batch, ctxTokens, parallel, nextn, prefill: pool(prefill), decode: pool(decode)};
}
