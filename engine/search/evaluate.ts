import {InputError} from "../errors.js";
import {modelDoubts} from "../model-doubts.js";
import {inferNextn, inferQuant} from "../models/quant.js";
import {checkServing, expertMode, servingChoices} from "../models/serving.js";
import type {ServingChoices} from "../models/serving.js";
import type {ModelConfig, Role} from "../models/types.js";
import type {Platform} from "../ops/table.js";
import type {Quant} from "../quant.js";
import {replicaSizes, ReplicaShapes} from "../session/disaggregated.js";
import type {Match, PoolPoint} from "../session/disaggregated.js";
import {withImages} from "../session/encoder.js";
import {makeWorker} from "../session/worker.js";
import type {Worker, Workload} from "../session/worker.js";
import {sweepAggregated} from "./aggregated.js";
import type {AggregatedSweep} from "./aggregated.js";
import {decodeBatches, sweepPool} from "./disaggregated.js";
import {defaultCandidates, enumerateParallel} from "./enumerate.js";
import {Rejections} from "./rejections.js";
import type {SearchSpace} from "./space.js";
import type {Tuning} from "../session/tuning.js";

/** What to search: everything but the latency targets, which can change without evaluating again. */
export interface SearchProblem extends ServingChoices {
  model: ModelConfig;
  /** Aggregated and prefill workers. */
  platform: Platform;
  /** Decode workers, when they run on other GPUs, another engine or another version. */
  decodePlatform?: Platform;
  totalGpus: number;
  workload: Workload;
  /** What is not given is inferred from the checkpoint. */
  quant?: Partial<Quant>;
  decodeQuant?: Partial<Quant>;
  /** Draft tokens per step; by default as many as the checkpoint has heads for. */
  nextn?: number;
  acceptRates?: readonly number[];
  /** Share of free memory that the KV cache may take (TensorRT-LLM, aggregated). */
  freeMemoryFraction?: number;
  maxBatch?: number;
  /** Counts the KV cache that each layer really keeps, and recurrent states. */
  exactKvCache?: boolean;
  /** How decode workers spread and feed experts, where that is not as for the others. */
  decodeServing?: ServingChoices;
  space?: SearchSpace;
  tuning?: Partial<Tuning>;
}

/** Every candidate of a problem, evaluated. Answers to any targets come from here. */
export interface Evaluation {
  problem: SearchProblem;
  aggregated: AggregatedSweep[];
  aggregatedRejections: Rejections;
  /** What is wrong with the measurements that were looked up, in words. */
  doubts: string[];
  /** Null when there are too few GPUs to disaggregate. */
  disaggregated: Pools | null;
}

/** Both pools' workers at all batch sizes, and the replicas they can make. */
export interface Pools {
  /** Most requests/s/GPU first. */
  prefill: PoolPoint[];
  decode: PoolPoint[];
  shapes: ReplicaShapes;
  rejections: Rejections;
  /** Rate matches of a decode point, made once, one per prefill point; null where no replica size fits. */
  matches: Map<PoolPoint, (Match | null)[]>;
}

/** Evaluates all candidates; a step per worker, so that a page can stay responsive. Returns the evaluation. */
export function* evaluateSearchSteps(asked: SearchProblem): Generator<{done: number; total: number}, Evaluation> {
  checkProblem(asked);
  const problem = {...asked, workload: withImages(asked.model, asked.workload)};
  const {model, platform, decodePlatform = platform, workload, totalGpus} = problem;
  const maxBatch = problem.maxBatch ?? 512;
  const freeFraction = problem.freeMemoryFraction ?? 1;
  const aggregatedRejections = new Rejections();
  const rejections = new Rejections();
  const evaluation: Evaluation = {problem, aggregated: [], aggregatedRejections, doubts: [], disaggregated: null};
  const databases = new Set([platform.perf, decodePlatform.perf]);
  for (const {impossible} of databases) impossible.clear();

  const choices = servingChoices(problem);
  const allBlackwell = [platform, decodePlatform].every(({system}) => system.smVersion >= blackwellSmVersion);
  const candidates = (role: "agg" | "prefill" | "decode", own: Platform) => {
    const lists = defaultCandidates(model, own, role, choices, {totalGpus, allBlackwell});
    return enumerateParallel(model, own, lists, totalGpus);
  };
  const lists = {
    agg: candidates("agg", platform),
    prefill: candidates("prefill", platform),
    decode: candidates("decode", decodePlatform)
  };
  const total = lists.agg.length + (totalGpus >= 2 ? lists.prefill.length + lists.decode.length : 0);
  let done = 0;
  const attempt = (role: Role, parallel: Worker["spec"]["parallel"], counted: Rejections): Worker | undefined => {
    const own = role === "decode" ? decodePlatform : platform;
    const quant = role === "decode" ? {...problem.quant, ...problem.decodeQuant} : problem.quant;
    const nextn = problem.nextn ?? inferNextn(model);
    const encodes = role !== "decode" && workload.encoder !== undefined;
    const {acceptRates, exactKvCache} = problem;
    try {
      return makeWorker(model, own, parallel, {
        role,
        quant,
        nextn,
        acceptRates,
        encodes,
        exactKvCache,
        ...choices
      });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      counted.add("divisibility", error.message);
      return undefined;
    }
  };

  for (const parallel of lists.agg) {
    const worker = attempt("agg", parallel, aggregatedRejections);
    if (worker)
      evaluation.aggregated.push(sweepAggregated(worker, workload, {maxBatch, freeFraction}, aggregatedRejections));
    yield {done: ++done, total};
  }
  if (totalGpus >= 2) {
    const prefill: PoolPoint[] = [];
    const decode: PoolPoint[] = [];
    for (const parallel of lists.prefill) {
      const worker = attempt("prefill", parallel, rejections);
      if (worker) prefill.push(...sweepPool(worker, workload, "prefill", [1], rejections));
      yield {done: ++done, total};
    }
    for (const parallel of lists.decode) {
      const worker = attempt("decode", parallel, rejections);
      if (worker) decode.push(...sweepPool(worker, workload, "decode", decodeBatches(maxBatch), rejections));
      yield {done: ++done, total};
    }
    prefill.sort((a, b) => b.requestsPerSecPerGpu - a.requestsPerSecPerGpu || a.concurrency - b.concurrency);
    const shapes = new ReplicaShapes(replicaSizes(totalGpus, expertMode({backend: platform.backend, ...choices})));
    evaluation.disaggregated = {prefill, decode, shapes, rejections, matches: new Map()};
  }
  const widest = evaluation.aggregated.at(-1)?.session.worker.spec;
  const seqTokens = workload.isl + workload.osl;
  const measured = [...databases].flatMap((perf) => perf.doubts());
  evaluation.doubts = [...(widest ? modelDoubts(widest, seqTokens) : []), ...measured];
  return evaluation;
}

/** smVersion of the first Blackwell. */
const blackwellSmVersion = 100;

/** Evaluates all candidates at once. */
export function evaluateSearch(problem: SearchProblem): Evaluation {
  const steps = evaluateSearchSteps(problem);
  for (;;) {
    const {done, value} = steps.next();
    if (done) return value;
  }
}

function checkProblem(problem: SearchProblem): void {
  const {workload, totalGpus, model, platform, decodePlatform = platform, quant, decodeQuant} = problem;
  for (const own of [platform, decodePlatform]) checkServing(model, own, problem);
  const megaMoe = expertMode({...problem, backend: platform.backend}) === "megamoe";
  inferQuant(model, {role: "agg", megaMoe, ...platform}, quant);
  inferQuant(model, {role: "decode", megaMoe, ...decodePlatform}, {...quant, ...decodeQuant});
  const {isl, osl, prefix} = workload;
  const whole = (name: string, value: number, least: number) => {
    if (!Number.isInteger(value) || value < least)
      throw new InputError(`invalid ${name}: ${value}; must be a whole number ≥ ${least}`);
  };
  whole("totalGpus", totalGpus, 1);
  whole("isl", isl, 1);
  whole("osl", osl, 2);
  whole("prefix", prefix, 0);
  if (problem.nextn !== undefined) whole("nextn", problem.nextn, 0);
  if (problem.maxBatch !== undefined) whole("maxBatch", problem.maxBatch, 1);
  const {freeMemoryFraction = 1} = problem;
  if (!(freeMemoryFraction > 0 && freeMemoryFraction <= 1))
    throw new InputError(`invalid freeMemoryFraction: ${freeMemoryFraction}; must be above 0 and at most 1`);
  if (prefix >= isl) throw new InputError(`invalid prefix: ${prefix}; must be below isl ${isl}, of which it is a part`);
  if (model.contextTokens > 0 && isl + osl > 64 * model.contextTokens)
    throw new InputError(`invalid isl + osl: ${isl + osl}; ${model.id} takes ${model.contextTokens} tokens`);
}
