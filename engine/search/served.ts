/** Candidates of an evaluation as deployments that a simulation can run. */
import {PerfDataError} from "../errors.js";
import {servingChoices} from "../models/serving.js";
import type {ServingChoices} from "../models/serving.js";
import type {PoolPoint} from "../session/disaggregated.js";
import {makeWorker} from "../session/worker.js";
import type {Worker, Workload} from "../session/worker.js";
import {calibratedFor, product} from "../simulate/calibration.js";
import type {Calibrated, CalibrationTable, PoolKind} from "../simulate/calibration.js";
import {calibrationTable} from "../simulate/constants.js";
import {stepCurves} from "../simulate/curves.js";
import {kvRoom} from "../simulate/kv-room.js";
import type {KvRoom} from "../simulate/kv-room.js";
import {asPool} from "../simulate/pool-serving.js";
import {recipeOf} from "../simulate/recipe.js";
import {disaggregatedFactors, fitOfPools, transferFrom} from "../simulate/serve-disaggregated.js";
import {simulateDisaggregatedQuick, simulateQuick} from "../simulate/simulate.js";
import {busyDecode, busyPrefill, steadyAggregated, steadyDisaggregated} from "../simulate/steady.js";
import type {Busy, Steady} from "../simulate/steady.js";
import type {EngineLimits, Load, PoolProblem, Simulation, StepCurves} from "../simulate/types.js";
import {defaultClientShape, lengthsAround} from "../simulate/client-shape.js";
import type {ClientShape} from "../simulate/client-shape.js";
import type {SearchProblem} from "./evaluate.js";

/** What a replica of a candidate is launched as, and the requests that are in flight in it. */
export type Deployment = {users: number} & (
  | {mode: "agg"; worker: Worker; batch: number; ctxTokens: number}
  | {mode: "disagg"; prefill: PoolPoint; decode: PoolPoint; prefillWorkers: number; decodeWorkers: number}
);

export interface ServedOptions {
  client?: Partial<ClientShape>;
  /** A user's own calibration, asked before the shipped one. */
  calibration?: CalibrationTable;
  seed?: number;
}

/** Identity of what runs: several token budgets below a prompt's length launch the same engine. */
export function deploymentKey(deployment: Deployment, {isl}: Workload): string {
  if (deployment.mode === "agg") {
    const {worker, batch, ctxTokens} = deployment;
    return `${worker.label} ${batch} ${Math.max(isl, ctxTokens)}`;
  }
  const {prefill, decode, prefillWorkers, decodeWorkers} = deployment;
  return `${prefill.worker.label} ${prefill.batch} ${prefillWorkers} ${decode.worker.label} ${decode.batch} ${decodeWorkers}`;
}

/** A replica that can be simulated. */
export interface Prepared {
  calibrated: Calibrated;
  /** Of the prefill workers, where they are others. */
  prefillCalibrated?: Calibrated;
  /** How pools spread and feed experts, where nobody said. */
  prefillServing?: ServingChoices;
  decodeServing?: ServingChoices;
  /** What it settles at, about. */
  steady: Steady;
  run: () => Simulation;
}

/**
 * One replica with as many users as it is meant for; undefined where no request fits its KV cache. Throws PerfDataError
 * when tables lack an operator at some size.
 */
export function prepareDeployment(
  problem: SearchProblem,
  deployment: Deployment,
  options: ServedOptions = {}
): Prepared | undefined {
  return deployment.mode === "agg"
    ? prepareAggregated(problem, deployment, options)
    : prepareDisaggregated(problem, deployment, options);
}

function prepareAggregated(
  problem: SearchProblem,
  {users, worker, batch, ctxTokens}: Deployment & {mode: "agg"},
  options: ServedOptions
): Prepared | undefined {
  const {isl} = problem.workload;
  // As the deployment files have it: prompts of a step, and a token of every request beside them.
  const maxBatchedTokens = Math.max(isl, ctxTokens) + batch * (1 + worker.nextn);
  const launched = launch(problem, worker, {users, maxBatchedTokens, maxSequences: batch}, options);
  if (!launched) return undefined;
  const load = loadOf(problem.workload, users, options);
  const {calibrated, curves, constants, engine} = launched;
  const pool = {curves, constants, engine};
  return {
    calibrated,
    steady: steadyAggregated(pool, users, load),
    run: () => simulateQuick({...load, ...pool})
  };
}

function prepareDisaggregated(
  problem: SearchProblem,
  {users, prefill, decode, prefillWorkers, decodeWorkers}: Deployment & {mode: "disagg"},
  options: ServedOptions
): Prepared | undefined {
  const {isl} = problem.workload;
  const atPrefill = {users, maxBatchedTokens: prefill.batch * isl, maxSequences: prefill.batch};
  const atDecode = {users, maxBatchedTokens: isl + decode.batch, maxSequences: decode.batch};
  const [prefills, decodes] = [pooled(problem, prefill.worker, "prefill"), pooled(problem, decode.worker, "decode")];
  const from = launch(problem, prefills, atPrefill, options, apart);
  const to = launch(problem, decodes, atDecode, options, apart);
  if (!from || !to) return undefined;
  const load = loadOf(problem.workload, users, options);
  const pool = ({curves, constants, engine}: Launched, workers: number): PoolProblem => ({
    ...{curves, constants, engine},
    workers
  });
  const pools = {prefill: pool(from, prefillWorkers), decode: pool(to, decodeWorkers)};
  const transfer = transferFrom({room: from.room, worker: prefills});
  return {
    calibrated: to.calibrated,
    prefillCalibrated: from.calibrated,
    ...(prefills === prefill.worker ? {} : {prefillServing: servingChoices(prefills.spec)}),
    ...(decodes === decode.worker ? {} : {decodeServing: servingChoices(decodes.spec)}),
    steady: steadyDisaggregated(pools.prefill, pools.decode, users, {...load, transfer}),
    run: () => simulateDisaggregatedQuick({...load, ...pools, transfer})
  };
}

/** What a point of a pool does by itself when it is served; null where tables lack an operator. */
export function busyPoint(
  problem: SearchProblem,
  {worker, batch}: PoolPoint,
  role: PoolKind["role"],
  options: ServedOptions = {}
): Busy | null {
  const {workload} = problem;
  const load = loadOf(workload, 1, options);
  try {
    const served = pooled(problem, worker, role);
    const {constants} = apart(served, options.calibration);
    const pool = {curves: curvesOf(served), constants, engine: {dpRanks: served.spec.parallel.dp}};
    return role === "prefill" ? busyPrefill(pool, batch, load) : busyDecode(pool, batch, load);
  } catch (error) {
    if (error instanceof PerfDataError) return null;
    throw error;
  }
}

/** Workers of pools as they are served, made once. */
const servedWorkers = new WeakMap<Worker, Worker>();

function pooled({acceptRates, exactKvCache}: SearchProblem, worker: Worker, role: PoolKind["role"]): Worker {
  let served = servedWorkers.get(worker);
  if (served) return served;
  const {spec, platform, nextn, encoder} = worker;
  const {model, parallel, quant} = spec;
  served = asPool({...spec, platform}, role, (serving) => {
    if (serving.eplb === spec.eplb) return worker;
    const options = {role, quant, nextn, acceptRates, encodes: encoder !== undefined, exactKvCache, ...serving};
    const own = makeWorker(model, platform, parallel, options);
    curvesOf(own);
    return own;
  });
  servedWorkers.set(worker, served);
  return served;
}

type Fit = (worker: Worker, calibration?: CalibrationTable) => Calibrated;

/** What a worker's steps take, looked up once for all of its deployments. */
function oncePerWorker(fit: Fit): Fit {
  const known = new WeakMap<Worker, {calibration?: CalibrationTable; found: Calibrated}>();
  return (worker, calibration) => {
    const last = known.get(worker);
    if (last && last.calibration === calibration) return last.found;
    const found = fit(worker, calibration);
    known.set(worker, {calibration, found});
    return found;
  };
}

const alone = oncePerWorker((worker, calibration) => calibratedFor(worker, calibrationTable, calibration));

/** As workers of pools run, with what predictions of such deployments were off by, where any were measured. */
const apart = oncePerWorker((worker, calibration) => {
  const found = alone(worker, calibration);
  const constants = product(found.constants, disaggregatedFactors(worker));
  return {...found, constants, error: fitOfPools(worker.spec.backend)?.errorAsFitted ?? found.error};
});

interface Launched extends Omit<PoolProblem, "workers"> {
  calibrated: Calibrated;
  room: KvRoom;
}

type Limits = Pick<EngineLimits, "maxBatchedTokens" | "maxSequences"> & {users: number};

/** An engine with its KV cache; undefined where that holds no whole request. */
function launch(
  {model, workload, freeMemoryFraction}: SearchProblem,
  worker: Worker,
  {users, ...limits}: Limits,
  {calibration}: ServedOptions,
  fit: Fit = alone
): Launched | undefined {
  const {isl, osl} = workload;
  const {platform, spec} = worker;
  const {backend, system, version} = platform;
  const {quant, parallel} = spec;
  const recipe = recipeOf({
    backend,
    version,
    model,
    system,
    quant,
    parallel,
    isl,
    osl,
    nextn: worker.nextn,
    concurrency: users
  });
  const calibrated = fit(worker, calibration);
  // All of what is free is what searches by formula take where nobody says; no engine is launched so.
  const isSaid = backend === "trtllm" && freeMemoryFraction !== undefined && freeMemoryFraction < 1;
  const fraction = isSaid ? freeMemoryFraction : recipe.memoryFraction;
  const room = kvRoom(worker, {fraction, maxBatchedTokens: limits.maxBatchedTokens, seqTokens: isl + osl});
  const kvTokens = Math.floor(room.kvTokens * calibrated.constants.kvScale);
  if (kvTokens < isl + osl + recipe.policy.pageTokens) return undefined;
  const engine = {policy: recipe.policy, ...limits, kvTokens, dpRanks: parallel.dp, stages: parallel.pp};
  return {curves: curvesOf(worker), constants: calibrated.constants, engine, calibrated, room};
}

/** Curves of a worker, made once. */
const known = new WeakMap<Worker, StepCurves>();

function curvesOf(worker: Worker): StepCurves {
  let curves = known.get(worker);
  if (!curves) known.set(worker, (curves = stepCurves(worker)));
  return curves;
}

function loadOf({isl, osl, prefix}: Workload, users: number, {client, seed = 1}: ServedOptions): Load {
  const {start, requests, promptsPerUser, lengthRatio} = {...defaultClientShape, ...client};
  const prompts = Math.max(promptsPerUser, Math.ceil(requests / users), start === "warmed" ? 2 : 1);
  return {
    client: {kind: "closed-loop", users, promptsPerUser: prompts, start},
    input: lengthsAround(isl, lengthRatio),
    output: lengthsAround(osl, lengthRatio),
    ...(prefix > 0 ? {prefixTokens: prefix} : {}),
    seed
  };
}
