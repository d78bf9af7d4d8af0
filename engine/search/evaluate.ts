import {InputError} from "../errors.js";
import {modelDoubts} from "../model-doubts.js";
import {inferNextn, inferQuant} from "../models/quant.js";
import {checkServing, expertMode, servingChoices} from "../models/serving.js";
import type {ServingChoices} from "../models/serving.js";
import type {ModelConfig} from "../models/types.js";
import type {Platform} from "../ops/table.js";
import type {Quant} from "../quant.js";
import type {Targets} from "../result.js";
import {replicaSizes, ReplicaShapes} from "../session/disaggregated.js";
import type {Match, PoolPoint} from "../session/disaggregated.js";
import {withImages} from "../session/encoder.js";
import {tuningOf} from "../session/tuning.js";
import type {Tuning} from "../session/tuning.js";
import {makeWorker} from "../session/worker.js";
import type {Worker, Workload} from "../session/worker.js";
import {aggregatedBatches, contextTokenList, range, sweepAggregated} from "./aggregated.js";
import type {AggregatedSweep} from "./aggregated.js";
import {decodeBatches, sweepPool} from "./disaggregated.js";
import {candidateLists, enumerateParallel} from "./enumerate.js";
import type {CandidateLists} from "./enumerate.js";
import {clusterRate} from "./mode-answer.js";
import type {Candidate} from "./mode-answer.js";
import {bestPair} from "./pairs.js";
import type {PruneCounts, Pruning} from "./prune.js";
import {Rejections} from "./rejections.js";
import {checkSpace, servingModes} from "./space.js";
import type {SearchRole, SearchSpace, ServingMode} from "./space.js";

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

export interface EvaluateOptions {
  /** Leaves out what cannot be on the front: `pruneFor(targets)`; exhaustive unless given. */
  prune?: Pruning;
}

/** Every candidate of a problem, evaluated. Answers to any targets come from here. */
export interface Evaluation {
  problem: SearchProblem;
  modes: readonly ServingMode[];
  /** What was left out, and for which targets; only those can be answered then. */
  pruned?: {targets: Targets; counts: PruneCounts};
  aggregated: AggregatedSweep[];
  aggregatedRejections: Rejections;
  /** What is wrong with the measurements that were looked up, in words. */
  doubts: string[];
  /** Null when there are too few GPUs to disaggregate, or when that was not asked for. */
  disaggregated: Pools | null;
}

/** The modes that are tried: those asked for, disaggregated only where there are GPUs for two workers. */
function modesTried({space, totalGpus}: SearchProblem): ServingMode[] {
  const asked = space?.modes ?? servingModes;
  return servingModes.filter((mode) => asked.includes(mode) && (mode === "agg" || totalGpus >= 2));
}

/** Both pools' workers at all batch sizes, and the replicas they can make. */
export interface Pools {
  /** Most requests/s/GPU first. */
  prefill: PoolPoint[];
  decode: PoolPoint[];
  shapes: ReplicaShapes;
  tuning: Tuning;
  rejections: Rejections;
  /** Rate matches of a decode point, made once, one per prefill point; null where no replica size fits. */
  matches: Map<PoolPoint, (Match | null)[]>;
  /** The best candidate of a decode point whatever the targets; null where it makes no replica. */
  best: Map<PoolPoint, Candidate | null>;
  /** Decode points between those of the grid that some target asked for; null for what does not fit. */
  fine: Map<Worker, Map<number, PoolPoint | null>>;
}

/** Evaluates all candidates; a step per worker, so that a page can stay responsive. Returns the evaluation. */
export function* evaluateSearchSteps(
  asked: SearchProblem,
  {prune}: EvaluateOptions = {}
): Generator<{done: number; total: number}, Evaluation> {
  checkProblem(asked);
  const problem = {...asked, workload: withImages(asked.model, asked.workload)};
  const {model, platform, decodePlatform = platform, workload, totalGpus, space = {}} = problem;
  const modes = modesTried(problem);
  const maxBatch = problem.maxBatch ?? 512;
  const tuning = tuningOf(problem.tuning);
  const pruner = prune?.(totalGpus, workload, tuning);
  const aggregatedRejections = new Rejections();
  const rejections = new Rejections();
  const evaluation: Evaluation = {
    problem,
    modes,
    aggregated: [],
    aggregatedRejections,
    doubts: [],
    disaggregated: null,
    ...(pruner ? {pruned: pruner} : {})
  };
  const databases = new Set([platform.perf, decodePlatform.perf]);
  for (const {impossible} of databases) impossible.clear();

  const candidates = (role: SearchRole, counted: Rejections) =>
    enumerateParallel(model, sideOf(problem, role).on, triedSizes(problem, role), totalGpus, counted);
  const [agg, disagg] = servingModes.map((mode) => modes.includes(mode));
  const lists = {
    agg: agg ? candidates("agg", aggregatedRejections) : [],
    prefill: disagg ? candidates("prefill", rejections) : [],
    decode: disagg ? candidates("decode", rejections) : []
  };
  const total = lists.agg.length + lists.prefill.length + lists.decode.length;
  let done = 0;
  const attempt = (role: SearchRole, parallel: Worker["spec"]["parallel"], counted: Rejections): Worker | undefined => {
    const {on, serving, quant} = sideOf(problem, role);
    const nextn = problem.nextn ?? inferNextn(model);
    const encodes = role !== "decode" && workload.encoder !== undefined;
    const {acceptRates, exactKvCache} = problem;
    try {
      return makeWorker(model, on, parallel, {role, quant, nextn, acceptRates, encodes, exactKvCache, ...serving});
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      counted.add("divisibility", error.message);
      return undefined;
    }
  };

  const sweep = {
    batches: ascending(space.aggBatches ?? aggregatedBatches(space.aggMaxBatch ?? maxBatch)),
    contexts: ascending(space.ctxTokens ?? contextTokenList(workload.isl, space.chunkedPrefill)),
    freeFraction: problem.freeMemoryFraction ?? 1,
    maxSeqTokens: platform.backend === "trtllm" ? space.maxSeqTokens : undefined
  };
  for (const parallel of lists.agg) {
    const worker = attempt("agg", parallel, aggregatedRejections);
    if (worker) {
      const swept = sweepAggregated(worker, workload, sweep, pruner);
      evaluation.aggregated.push(swept);
      aggregatedRejections.merge(swept.rejections);
    }
    yield {done: ++done, total};
  }
  if (disagg) {
    const prefill: PoolPoint[] = [];
    const decode: PoolPoint[] = [];
    const prefillBatches = ascending(space.prefillBatches ?? range(1, space.prefillMaxBatch ?? 1, 1));
    for (const parallel of lists.prefill) {
      const worker = attempt("prefill", parallel, rejections);
      if (worker) prefill.push(...sweepPool(worker, workload, "prefill", prefillBatches, tuning, rejections));
      yield {done: ++done, total};
    }
    prefill.sort((a, b) => b.requestsPerSecPerGpu - a.requestsPerSecPerGpu || a.concurrency - b.concurrency);
    const shapes = new ReplicaShapes(replicaSizesOf(problem), space.prefillWorkers, space.decodeWorkers);
    const pools: Pools = {
      prefill,
      decode,
      shapes,
      tuning,
      rejections,
      matches: new Map(),
      best: new Map(),
      fine: new Map()
    };
    pruner?.admit(prefill);
    const batches = ascending(space.decodeBatches ?? decodeBatches(space.decodeMaxBatch ?? maxBatch));
    for (const parallel of lists.decode) {
      const worker = attempt("decode", parallel, rejections);
      const bounds = worker && pruner?.decodeBounds(worker, (point) => bestRate(problem, pools, point, pruner.targets));
      if (worker) decode.push(...sweepPool(worker, workload, "decode", batches, tuning, rejections, bounds));
      yield {done: ++done, total};
    }
    evaluation.disaggregated = pools;
  }
  evaluation.doubts = doubtsOf(evaluation);
  return evaluation;
}

/** Sizes of a role's workers that are tried: those given, else the usual ones. */
export function triedSizes(problem: SearchProblem, role: SearchRole): CandidateLists {
  const {model, platform, decodePlatform = platform, totalGpus, space} = problem;
  const allBlackwell = [platform, decodePlatform].every(({system}) => system.smVersion >= blackwellSmVersion);
  const {on, serving} = sideOf(problem, role);
  return candidateLists(model, on, role, serving, {totalGpus, allBlackwell}, space?.[role]);
}

/** GPUs that a disaggregated replica may have. */
export function replicaSizesOf(problem: SearchProblem): Set<number> {
  const {totalGpus, space = {}} = problem;
  const wide = (["prefill", "decode"] as const)
    .map((role) => sideOf(problem, role))
    .map(({on, serving}) => expertMode({backend: on.backend, ...serving}))
    .find((mode) => mode === "trtllm_wide" || mode === "deepep");
  return replicaSizes(totalGpus, wide, {gpus: space.replicaGpus, maxGpus: space.maxReplicaGpus});
}

/** Throughput per GPU of the cluster of the best replica that a decode point makes within the TTFT target. */
function bestRate(problem: SearchProblem, pools: Pools, point: PoolPoint, {ttftMs}: Targets): number | undefined {
  const pair = bestPair(pools, point, ttftMs);
  if (!pair) return undefined;
  const {gpus, requestsPerSec} = pair.match;
  return clusterRate(problem, (requestsPerSec * problem.workload.osl) / gpus, gpus);
}

/** What is doubtful about the answer: of the model, of the measurements, of how the two sides go together. */
function doubtsOf({problem, aggregated, disaggregated}: Evaluation): string[] {
  const {platform, decodePlatform = platform, workload} = problem;
  const widest = (aggregated.at(-1)?.session.worker ?? disaggregated?.decode.at(-1)?.worker)?.spec;
  const measured = [...new Set([platform.perf, decodePlatform.perf])].flatMap((perf) => perf.doubts());
  const [from, to] = [platform.backend, decodePlatform.backend];
  const mixed =
    disaggregated && from !== to
      ? [`prefill on ${from} and decode on ${to}: these engines do not hand KV cache over to each other as they come`]
      : [];
  return [...(widest ? modelDoubts(widest, workload.isl + workload.osl) : []), ...mixed, ...measured];
}

/** Platform, choices and types of a role's workers. */
export function sideOf(problem: SearchProblem, role: SearchRole) {
  const serving = servingChoices(problem);
  if (role !== "decode") return {on: problem.platform, serving, quant: problem.quant};
  return {
    on: problem.decodePlatform ?? problem.platform,
    serving: problem.decodeServing ?? serving,
    quant: {...problem.quant, ...problem.decodeQuant}
  };
}

function ascending(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}

/** smVersion of the first Blackwell. */
const blackwellSmVersion = 100;

/** Evaluates all candidates at once. */
export function evaluateSearch(problem: SearchProblem, options?: EvaluateOptions): Evaluation {
  const steps = evaluateSearchSteps(problem, options);
  for (;;) {
    const {done, value} = steps.next();
    if (done) return value;
  }
}

function checkProblem(problem: SearchProblem): void {
  const {workload, totalGpus, model, space} = problem;
  if (space) checkSpace(space, workload.isl + workload.osl);
  const modes = modesTried(problem);
  if (modes.length === 0)
    throw new InputError(`invalid totalGpus: ${totalGpus}; disaggregated serving needs at least 2 GPUs`);
  for (const role of modes.includes("disagg") ? (["agg", "decode"] as const) : (["agg"] as const)) {
    const {on, serving, quant} = sideOf(problem, role);
    checkServing(model, on, serving);
    inferQuant(model, {role, megaMoe: expertMode({backend: on.backend, ...serving}) === "megamoe", ...on}, quant);
  }
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
