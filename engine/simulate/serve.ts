/**
 * What a deployment does under a client, by simulation: from the configuration alone, with limits as engines are
 * launched and constants as they were fitted, each of which may be given instead.
 */
import {PerfDataError} from "../errors.js";
import type {ModelConfig, Role} from "../models/types.js";
import type {ServingChoices} from "../models/serving.js";
import {inferQuant} from "../models/quant.js";
import type {Platform} from "../ops/table.js";
import type {Quant} from "../quant.js";
import type {Parallel} from "../result.js";
import {makeWorker} from "../session/worker.js";
import type {Worker} from "../session/worker.js";
import {calibratedFor} from "./calibration.js";
import type {Calibrated, CalibrationTable, ServingConstants} from "./calibration.js";
import {calibrationTable} from "./constants.js";
import {stepCurves} from "./curves.js";
import {kvRoom} from "./kv-room.js";
import type {KvRoom} from "./kv-room.js";
import {recipeOf} from "./recipe.js";
import type {Recipe} from "./recipe.js";
import {simulate} from "./simulate.js";
import type {Client, EngineLimits, Lengths, Load, SchedulerPolicy, SimulationProblem, StepCurves} from "./types.js";
import type {Simulation} from "./types.js";

/** One aggregated deployment and its client. */
export interface ServingProblem extends ServingChoices {
  model: ModelConfig;
  platform: Platform;
  parallel: Parallel;
  /** Types in place of those of the checkpoint; the KV cache is of the recipe's unless given. */
  quant?: Partial<Quant>;
  isl: number;
  osl: number;
  /** Requests in flight, over all workers. */
  concurrency: number;
  /** A burst of ten prompts per user unless given. */
  client?: Client;
  /** Lengths vary from this share of the given ones up to them, alike; 0.8 unless given, 1 is fixed. */
  lengthRatio?: number;
  /** Release of the engine where it is not that of the tables; decides the recipe. */
  engineVersion?: string;
  /** Draft tokens of a step; none unless given. */
  nextn?: number;
  acceptRates?: readonly number[];
  prefixTokens?: number;
  seed?: number;
  /** Workers alike; 1 unless given. */
  replicas?: number;
  /** Limits in place of the recipe's. */
  limits?: Partial<Omit<EngineLimits, "policy" | "dpRanks" | "stages">> & {policy?: Partial<SchedulerPolicy>};
  memoryFraction?: number;
  /** Constants in place of the calibration's. */
  constants?: Partial<ServingConstants>;
  /** A user's own calibration, asked before the shipped one. */
  calibration?: CalibrationTable;
  /** Whether operators that no table has are reckoned by formula. By default they are. */
  fillGaps?: boolean;
}

export interface Serving {
  simulation: Simulation;
  calibrated: Calibrated;
  recipe: Recipe;
  engine: EngineLimits;
  room: KvRoom;
  worker: Worker;
  curves: StepCurves;
  /** Whether weights, and one request at least, fit. */
  fits: boolean;
}

/** Everything of a problem but the constants: what a fit asks many times of. */
export interface PreparedServing extends PreparedWorker {
  problem: Omit<SimulationProblem, "constants">;
  longestTokens: number;
}

const defaultPrompts = 10;
const defaultRatio = 0.8;

/** Curves of workers by what they are made of, so that many problems of one worker ask its tables once. */
export type CurveCache = Map<string, {worker: Worker; curves: StepCurves}>;

/** Throws InputError for what cannot be, PerfDataError when tables lack an operator. */
export function serve(asked: ServingProblem, cache: CurveCache = new Map()): Serving {
  const prepared = prepareServing(asked, cache);
  const {worker, recipe, room, curves, longestTokens} = prepared;
  const found = calibratedFor(worker, calibrationTable, asked.calibration);
  const calibrated = {...found, constants: {...found.constants, ...asked.constants}};
  const problem = withConstants(prepared, calibrated.constants);
  const {engine} = problem;
  const simulation = simulate(problem);
  return {simulation, calibrated, recipe, engine, room, worker, curves, fits: room.kvTokens >= longestTokens};
}

/** A prepared problem with constants: step times, and KV cache by `kvScale` unless it was given. */
export function withConstants(prepared: PreparedServing, constants: ServingConstants): SimulationProblem {
  const {problem, longestTokens} = prepared;
  const kvTokens = Math.max(longestTokens, Math.floor(problem.engine.kvTokens * constants.kvScale));
  return {...problem, constants, engine: {...problem.engine, kvTokens}};
}

export function prepareServing(asked: ServingProblem, cache: CurveCache = new Map()): PreparedServing {
  const {isl, osl, concurrency, replicas = 1} = asked;
  const each = prepareWorker(asked, {role: "agg", concurrency: concurrency / replicas}, cache);
  const {curves, engine} = each;
  const problem = {...loadOf(asked), curves, engine, ...(replicas > 1 ? {replicas} : {})};
  return {...each, problem, longestTokens: isl + osl + engine.policy.pageTokens};
}

/** What the client of a problem sends. */
export function loadOf(asked: Pick<ServingProblem, LoadField>): Load {
  const {isl, osl, concurrency, lengthRatio, prefixTokens} = asked;
  return {
    client: asked.client ?? burst(concurrency),
    input: lengthsOf(isl, lengthRatio),
    output: lengthsOf(osl, lengthRatio),
    ...(prefixTokens ? {prefixTokens} : {}),
    seed: asked.seed ?? 1
  };
}

type LoadField = "isl" | "osl" | "concurrency" | "client" | "lengthRatio" | "prefixTokens" | "seed";

export interface PreparedWorker {
  worker: Worker;
  curves: StepCurves;
  recipe: Recipe;
  room: KvRoom;
  /** Without the calibration's factor on its KV cache. */
  engine: EngineLimits;
}

/** One worker of a problem, and the limits that it is launched with for so many requests in flight. */
export function prepareWorker(
  asked: ServingProblem,
  {role, concurrency}: {role: Role; concurrency: number},
  cache: CurveCache
): PreparedWorker {
  const {parallel, isl, osl, limits = {}} = asked;
  const recipe = recipeFor(asked, concurrency);
  const {worker, curves} = cachedCurves(asked, {...typesOf(asked, recipe)}, role, cache);
  const maxBatchedTokens = limits.maxBatchedTokens ?? recipe.maxBatchedTokens;
  const fraction = asked.memoryFraction ?? recipe.memoryFraction;
  const room = kvRoom(worker, {fraction, maxBatchedTokens, seqTokens: isl + osl});
  const engine: EngineLimits = {
    policy: {...recipe.policy, ...limits.policy},
    maxBatchedTokens,
    chunkTokens: limits.chunkTokens,
    maxSequences: limits.maxSequences ?? recipe.maxSequences,
    kvTokens: limits.kvTokens ?? room.kvTokens,
    dpRanks: parallel.dp,
    stages: parallel.pp,
    ...(limits.tokensPerStep === undefined ? {} : {tokensPerStep: limits.tokensPerStep})
  };
  return {worker, curves, recipe, room, engine};
}

function recipeFor({model, platform, parallel, isl, osl, nextn = 0, ...asked}: ServingProblem, concurrency: number) {
  const {backend, system} = platform;
  const quant = inferQuant(model, {role: "agg", backend, system}, asked.quant);
  const version = asked.engineVersion ?? platform.version;
  return recipeOf({backend, version, model, system, quant, parallel, isl, osl, nextn, concurrency});
}

/** Types in place of the checkpoint's, the recipe's KV cache among them: whose tables must be loaded. */
export function servingQuant(asked: ServingProblem): Partial<Quant> {
  return typesOf(asked, recipeFor(asked, asked.concurrency));
}

function typesOf({quant, model}: ServingProblem, recipe: Recipe): Partial<Quant> {
  return {...quant, kvCache: quant?.kvCache ?? kvTypeOf(recipe, model)};
}

function burst(users: number): Client {
  return {kind: "closed-loop", users, promptsPerUser: defaultPrompts, start: "burst"};
}

function lengthsOf(tokens: number, ratio = defaultRatio): Lengths {
  return ratio >= 1 ? {kind: "fixed", tokens} : {kind: "uniform-ratio", tokens, ratio};
}

function kvTypeOf({kvCache}: Recipe, {checkpoint}: ModelConfig): Quant["kvCache"] {
  if (kvCache !== "checkpoint") return kvCache;
  return checkpoint.kvCacheAlgo === "fp8" ? "fp8" : "bfloat16";
}

function cachedCurves(asked: ServingProblem, quant: Partial<Quant>, role: Role, cache: CurveCache) {
  const {model, platform, parallel, nextn = 0, acceptRates} = asked;
  const {system, donor, backend, version, database, transferRule, interpolation} = platform;
  const {wideEp, moeBackend, eplb, wideEpSlots, attentionBackend} = asked;
  const serving = {wideEp, moeBackend, eplb, wideEpSlots, attentionBackend};
  const on = [system.id, donor?.id, backend, version, database, platform.transfer, transferRule, interpolation];
  const key = JSON.stringify([model.id, on, parallel, quant, nextn, acceptRates, serving, asked.fillGaps, role]);
  const known = cache.get(key);
  if (known) return known;
  const made = makeCurves(asked, quant, role);
  cache.set(key, made);
  return made;
}

function makeCurves(asked: ServingProblem, quant: Partial<Quant>, role: Role): {worker: Worker; curves: StepCurves} {
  const {model, platform, parallel, fillGaps = true} = asked;
  const on = (platform: Platform) => {
    const worker = makeWorker(model, platform, parallel, {...asked, quant, role});
    return {worker, curves: stepCurves(worker)};
  };
  if (!fillGaps || platform.database !== "silicon") return on(platform);
  try {
    return on(platform);
  } catch (error) {
    if (!(error instanceof PerfDataError)) throw error;
    return on({...platform, database: "hybrid"});
  }
}
