/** A point from settings alone, without a search and without figures. */
import {InputError} from "../engine/errors.js";
import {isMoe, modelOps} from "../engine/models/ops.js";
import {inferQuant} from "../engine/models/quant.js";
import type {ModelConfig} from "../engine/models/types.js";
import {sumWeights} from "../engine/ops/kernel.js";
import type {Quant} from "../engine/quant.js";
import type {Parallel, WorkerPoint} from "../engine/result.js";
import type {Backend} from "../engine/schema.js";
import {parallelLabel} from "../engine/session/worker.js";
import type {SystemSpec} from "../engine/system.js";
import type {ChosenPoint} from "./options.js";
import type {RoleName} from "./plan.js";

/** What is said of a role; the rest follows. */
export interface ExplicitRole extends Partial<Parallel> {
  batchPerRank?: number;
  workers?: number;
}

export interface ExplicitSettings {
  model: ModelConfig;
  system: SystemSpec;
  backend: Backend;
  mode: "agg" | "disagg";
  workload: {isl: number; osl: number; prefix?: number};
  /** GPUs there are; as many workers as fit. Workers of a role that are given win. */
  totalGpus?: number;
  roles?: Partial<Record<RoleName, ExplicitRole>>;
  quant?: Partial<Quant>;
  nextn?: number;
  /** Release of the engine, for the record alone; files follow the options. */
  version?: string;
}

/** Weights times this must fit, so that KV and activations have room. */
const roomForWeights = 1.5;
const usualBatch = {agg: 128, prefill: 1, decode: 128} as const;
const widest = 1024;

/** The smallest tp whose memory holds half as much again as the weights. Throws InputError when none does. */
export function smallestTp(model: ModelConfig, backend: Backend, system: SystemSpec, quant: Quant): number {
  const parallel = {tp: 1, pp: 1, dp: 1, moeTp: 1, moeEp: 1, cp: 1};
  const weights = sumWeights(modelOps({model, parallel, quant, backend, mtpScale: 1}).prefill);
  for (let tp = 1; tp <= widest; tp *= 2)
    if (model.heads % tp === 0 && tp * system.memoryCapacityBytes > roomForWeights * weights) return tp;
  throw new InputError(
    `no tp that divides ${model.heads} heads holds the weights of ${model.id} on ${system.id}; give pp too`
  );
}

/** Workers that share `totalGpus`, each as small as its weights allow unless told. */
export function explicitPoint(settings: ExplicitSettings): ChosenPoint {
  const {model, system, mode, workload, nextn, totalGpus, roles = {}} = settings;
  const names: RoleName[] = mode === "agg" ? ["agg"] : ["prefill", "decode"];
  const strange = Object.keys(roles).find((role) => !names.includes(role as RoleName));
  if (strange) throw new InputError(`invalid role: ${strange}; a plan of mode ${mode} has ${names.join(" and ")}`);
  const points = Object.fromEntries(names.map((role) => [role, workerPoint(settings, role, roles[role] ?? {})]));
  const shared = {model, system, workload, nextn};
  if (mode === "agg") {
    const workers = roles.agg?.workers ?? replicasOf(points.agg.gpus, totalGpus);
    return {...shared, plan: {mode, agg: points.agg, replicas: workers}};
  }
  const [prefill, decode] = (["prefill", "decode"] as const).map((role) => ({
    ...points[role],
    workers: roles[role]?.workers ?? 1,
    requestsPerSecPerWorker: 0
  }));
  const gpus = prefill.workers * prefill.gpus + decode.workers * decode.gpus;
  return {...shared, plan: {mode, prefill, decode, replicas: replicasOf(gpus, totalGpus)}};
}

function replicasOf(gpus: number, totalGpus: number | undefined): number {
  if (totalGpus === undefined) return 1;
  if (!Number.isInteger(totalGpus) || totalGpus < 1)
    throw new InputError(`invalid GPUs: ${totalGpus}; must be a whole number of at least 1`);
  const replicas = Math.floor(totalGpus / gpus);
  if (replicas < 1) throw new InputError(`too few GPUs: ${totalGpus}; one replica takes ${gpus}`);
  return replicas;
}

function workerPoint(
  {model, system, backend, quant: given, version}: ExplicitSettings,
  role: RoleName,
  said: ExplicitRole
): WorkerPoint {
  const quant = inferQuant(model, {role, backend, system}, given);
  const {pp = 1, dp = 1, cp = 1} = said;
  const tp = said.tp ?? (dp > 1 ? 1 : smallestTp(model, backend, system, quant));
  const parallel: Parallel = {tp, pp, dp, cp, ...expertSizes(model, tp * dp, said)};
  return {
    system: system.id,
    backend,
    version: version ?? "",
    quant,
    parallel,
    label: parallelLabel(parallel),
    gpus: tp * pp * dp * cp,
    batchPerRank: said.batchPerRank ?? usualBatch[role],
    memoryGiB: {total: 0, weights: 0, activations: 0, kvCache: 0, nccl: 0, other: 0}
  };
}

/** Experts over all ranks where attention is shared out, else cut like the rest. */
function expertSizes(model: ModelConfig, width: number, said: ExplicitRole): Pick<Parallel, "moeTp" | "moeEp"> {
  if (!isMoe(model)) return {moeTp: said.moeTp ?? 1, moeEp: said.moeEp ?? 1};
  if (said.moeTp !== undefined) return {moeTp: said.moeTp, moeEp: said.moeEp ?? width / said.moeTp};
  const moeEp = said.moeEp ?? ((said.dp ?? 1) > 1 ? width : 1);
  return {moeEp, moeTp: width / moeEp};
}
