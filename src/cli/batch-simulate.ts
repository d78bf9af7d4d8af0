/** One batch estimate answered by simulation: means and percentiles under a client, and what they rest on. */
import {InputError} from "../engine/errors.js";
import type {ModelConfig, Platform, Quant} from "../engine/index.js";
import type {ServingChoices} from "../engine/models/serving.js";
import {poolServing} from "../engine/simulate/pool-serving.js";
import {serveDisaggregated} from "../engine/simulate/serve-disaggregated.js";
import {serve, servingQuant} from "../engine/simulate/serve.js";
import type {CurveCache, ServingProblem} from "../engine/simulate/serve.js";
import type {Calibrated, CalibrationTable} from "../engine/simulate/calibration.js";
import type {Client, Distribution, Simulation} from "../engine/simulate/types.js";
import {fieldsOf, type Fields} from "./fields.js";

const clientKinds = ["closed-loop", "poisson", "gamma"] as const;
const clientStarts = ["burst", "warmed"] as const;

/** Of the opened line: everything but sizes and client. */
export interface SimulatedLine extends ServingChoices {
  model: ModelConfig;
  platform: Platform;
  decodePlatform?: Platform;
  quant?: Partial<Quant>;
  decodeQuant?: Partial<Quant>;
  isl: number;
  osl: number;
  prefixTokens: number;
  engineVersion?: string;
  nextn?: number;
  acceptRates?: readonly number[];
  fillGaps: boolean;
  calibration?: CalibrationTable;
}

type Sizes = Pick<ServingProblem, "parallel">;

interface Side extends Sizes {
  batch: number;
  workers: number;
}

/** Aggregated: `side` is the worker. Disaggregated: `prefill` and `decode` are. */
export async function answerSimulated(
  line: SimulatedLine,
  fields: Fields,
  sides: {agg?: Side; prefill?: Side; decode?: Side},
  {cache, load}: {cache: CurveCache; load: (asked: ServingProblem, quant: Partial<Quant>) => Promise<void>}
): Promise<object> {
  const held = sides.agg ?? sides.decode!;
  const inFlight = held.batch * held.parallel.dp * held.workers;
  const concurrency = fields.count("concurrency", inFlight, 1);
  const {client, lengthRatio} = clientOf(fields, concurrency);
  const asked = {...line, concurrency, client, lengthRatio, seed: fields.count("seed", 1)};
  if (sides.agg) {
    const problem = {...asked, parallel: sides.agg.parallel, replicas: sides.agg.workers};
    await load(problem, servingQuant(problem));
    const served = serve(problem, cache);
    const {calibrated, worker, engine, recipe, fits} = served;
    return {
      ...figures(served.simulation),
      ...basis(calibrated),
      fits,
      gpus: worker.gpus * sides.agg.workers,
      concurrency,
      quant: worker.spec.quant,
      engine: {...limitsOf(engine), sources: recipe.sources},
      ...served.curves.provenance,
      version: worker.platform.version
    };
  }
  const [prefill, decode] = [sides.prefill!, sides.decode!];
  for (const [role, {parallel}, platform, quant] of [
    ["prefill", prefill, line.platform, line.quant],
    ["decode", decode, line.decodePlatform ?? line.platform, {...line.quant, ...line.decodeQuant}]
  ] as const) {
    const own = {...asked, platform, quant, parallel};
    await load({...own, ...poolServing(own, role)}, servingQuant(own));
  }
  const served = serveDisaggregated({...asked, prefill, decode: {...decode, quant: line.decodeQuant}}, cache);
  const {pools} = served;
  return {
    ...figures(served.simulation),
    ...basis(served.decode),
    fits: served.fits,
    gpus: pools.prefill.worker.gpus * prefill.workers + pools.decode.worker.gpus * decode.workers,
    concurrency,
    quant: pools.decode.worker.spec.quant,
    prefillEngine: limitsOf(pools.prefill.engine),
    engine: limitsOf(pools.decode.engine),
    ...pools.decode.curves.provenance,
    version: pools.decode.worker.platform.version
  };
}

function limitsOf({
  maxBatchedTokens,
  maxSequences,
  kvTokens
}: Record<"maxBatchedTokens" | "maxSequences" | "kvTokens", number>) {
  return {maxBatchedTokens, maxSequences, kvTokens};
}

function basis({kind, name, error, rows}: Calibrated) {
  return {predictor: "simulation", calibration: {kind, name, rows, error}};
}

function figures({ttftMs, tpotMs, interTokenMs, latencyMs, ...simulation}: Simulation): object {
  const {requestsPerSec, outputTokensPerSec, burstTtftMs, steadyTtftMs, kvShare, preemptions, verdict} = simulation;
  return {
    ttftMs: ttftMs.mean,
    tpotMs: tpotMs.mean,
    requestLatencyMs: latencyMs.mean,
    percentiles: {
      ttftMs: percentiles(ttftMs),
      tpotMs: percentiles(tpotMs),
      interTokenMs: percentiles(interTokenMs),
      requestLatencyMs: percentiles(latencyMs)
    },
    burstTtftMs,
    steadyTtftMs,
    requestsPerSec,
    tokensPerSec: outputTokensPerSec,
    kvShare,
    preemptions,
    verdict
  };
}

function percentiles({p50, p90, p95, p99}: Distribution) {
  return {p50, p90, p95, p99};
}

function clientOf(fields: Fields, users: number): {client: Client; lengthRatio?: number} {
  const given = fieldsOf(fields.maybeRecord("client") ?? {});
  const kind = given.maybeChoice("kind", clientKinds) ?? "closed-loop";
  const lengthRatio = given.maybeNumber("lengthRatio");
  if (lengthRatio !== undefined && !(lengthRatio > 0 && lengthRatio <= 1))
    throw new InputError(`invalid lengthRatio: ${lengthRatio}; must be above 0, at most 1`);
  if (kind === "closed-loop") {
    const promptsPerUser = given.count("promptsPerUser", 10, 1);
    const start = given.maybeChoice("start", clientStarts) ?? "burst";
    return {client: {kind, users, promptsPerUser, start}, lengthRatio};
  }
  const requestsPerSec = given.number("requestsPerSec");
  const requests = given.count("requests", 1000, 1);
  if (kind === "poisson") return {client: {kind, requestsPerSec, requests}, lengthRatio};
  const coefficientOfVariation = given.number("coefficientOfVariation", 1);
  return {client: {kind, requestsPerSec, requests, coefficientOfVariation}, lengthRatio};
}
