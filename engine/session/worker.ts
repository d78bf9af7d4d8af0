import {InputError} from "../errors.js";
import {fitsMemory, workerMemory} from "../memory.js";
import type {Load} from "../memory.js";
import {isMoe, modelOps, splitsContext} from "../models/ops.js";
import {defaultAcceptRates, inferQuant, moeBlockSizeOk, mtpScale} from "../models/quant.js";
import type {ModelConfig, Role} from "../models/types.js";
import {encoderOps} from "../models/vision.js";
import type {ImageLoad, Images} from "../models/vision.js";
import {checkServing, checkServingSizes, expertMode, servingChoices} from "../models/serving.js";
import type {ServingChoices} from "../models/serving.js";
import type {WorkerSpec} from "../models/worker.js";
import {bindOps, isTabled, sumWeights, weightBytes} from "../ops/kernel.js";
import type {BoundOp} from "../ops/kernel.js";
import type {Op} from "../ops/op.js";
import type {Platform} from "../ops/table.js";
import type {Quant} from "../quant.js";
import type {ErrorBand, MemoryGiB, OpTime, Parallel, Source, Tier, WorkerPoint} from "../result.js";
import {grades, rank, resetTrace, trace} from "../trace.js";
import {backendTraits} from "../backend.js";

/** Prompt and answer lengths in tokens; `prefix` of the prompt are cached already. */
export interface Workload {
  isl: number;
  osl: number;
  prefix: number;
  /** Images of every request, besides its isl tokens of text. */
  images?: Images;
  /** The same as encoder and language model see them; isl then counts their tokens. `withImages` puts it here. */
  encoder?: ImageLoad;
}

/** One engine instance: a model on a platform, sharded in one way, its operators bound to tables. */
export interface Worker {
  spec: WorkerSpec;
  platform: Platform;
  label: string;
  gpus: number;
  nextn: number;
  prefill: BoundOp[];
  decode: BoundOp[];
  weightBytes: number;
  /** Where images are encoded. */
  encoder?: BoundEncoder;
}

/** A vision encoder, sharded like its language model. */
export interface BoundEncoder {
  layers: BoundOp[];
  projector: BoundOp[];
  weightBytes: number;
}

export interface WorkerOptions extends ServingChoices {
  role: Role;
  quant?: Partial<Quant>;
  /** Draft tokens per decode step; 0 by default. */
  nextn?: number;
  acceptRates?: readonly number[];
  /** Whether the worker encodes images too. */
  encodes?: boolean;
  /** Counts the KV cache that each layer really keeps, and recurrent states. */
  exactKvCache?: boolean;
}

/** Binds one worker. Throws InputError for sizes that the model or the backend cannot have. */
export function makeWorker(model: ModelConfig, platform: Platform, parallel: Parallel, options: WorkerOptions): Worker {
  const {role, nextn = 0, acceptRates = defaultAcceptRates} = options;
  const {backend, system} = platform;
  const choices = servingChoices(options);
  checkServing(model, platform, choices);
  const megaMoe = expertMode({backend, ...choices}) === "megamoe";
  const quant = inferQuant(model, {role, backend, system, megaMoe}, options.quant);
  checkParallel(model, platform, parallel, quant);
  checkServingSizes(model, backend, parallel, choices);
  if (nextn > 0 && (model.family === "GPT" || model.family === "NEMOTRONNAS"))
    throw new InputError(`invalid nextn: ${nextn}; ${model.family} models have no draft layers, use 0`);
  const spec: WorkerSpec = {
    model,
    parallel,
    quant,
    backend,
    ...choices,
    mtpScale: mtpScale(nextn, acceptRates, model.layers),
    ...(options.exactKvCache ? {exactKvCache: true} : {})
  };
  const ops = modelOps(spec);
  return {
    spec,
    platform,
    label: parallelLabel(parallel),
    gpus: gpusOf(parallel),
    nextn,
    prefill: bindOps(platform, ops.prefill),
    decode: bindOps(platform, ops.decode),
    weightBytes: sumWeights(ops.prefill),
    ...(options.encodes ? {encoder: bindEncoder(spec, platform)} : {})
  };
}

function bindEncoder(spec: WorkerSpec, platform: Platform): BoundEncoder | undefined {
  if (!spec.model.vision) return undefined;
  const {layers, projector} = encoderOps(spec, spec.model.vision);
  return {
    layers: bindOps(platform, layers),
    projector: bindOps(platform, projector),
    weightBytes: sumWeights([...layers, ...projector])
  };
}

/** GPUs of one worker; context-parallel ranks count too (quirk 7). */
export function gpusOf({tp, pp, dp, cp}: Parallel): number {
  return tp * pp * dp * cp;
}

/** `tp4pp1dp1etp1ep1`, with `cp2` when context parallel. */
export function parallelLabel({tp, pp, dp, moeTp, moeEp, cp}: Parallel): string {
  return `tp${tp}pp${pp}dp${dp}etp${moeTp}ep${moeEp}${cp > 1 ? `cp${cp}` : ""}`;
}

/** Sizes that cannot be: caught in sweeps, shown to whoever asked for one point. */
export function checkParallel(
  model: ModelConfig,
  platform: Pick<Platform, "backend">,
  parallel: Parallel,
  quant: Quant
): void {
  const {tp, pp, dp, moeTp, moeEp, cp} = parallel;
  for (const [name, value] of Object.entries(parallel))
    if (!Number.isInteger(value) || value < 1)
      throw new InputError(`invalid ${name}: ${value}; must be a whole number ≥ 1`);
  if (![1, 2, 4].includes(tp) && tp < 8)
    throw new InputError(`invalid tp: ${tp}; memory is modelled for 1, 2, 4, 8 and more`);
  if (model.heads < tp) throw new InputError(`invalid tp: ${tp}; ${model.id} has ${model.heads} heads`);
  if (pp > model.layers) throw new InputError(`invalid pp: ${pp}; ${model.id} has ${model.layers} layers`);
  if (cp > 1 && !splitsContext(model.family))
    throw new InputError(`invalid cp: ${cp}; ${model.id} cannot split a prompt over GPUs, use 1`);
  if (cp > 1 && (!backendTraits[platform.backend].supportsContextParallel || tp !== 1 || dp !== 1))
    throw new InputError(`invalid cp: ${cp}; context parallelism needs sglang with tp 1 and dp 1`);
  if (!isMoe(model)) {
    if (moeTp !== 1 || moeEp !== 1)
      throw new InputError(`invalid moeTp ${moeTp}, moeEp ${moeEp}; ${model.id} has no experts, use 1`);
    if (dp !== 1)
      throw new InputError(`invalid dp: ${dp}; attention data parallelism needs experts, run more replicas instead`);
    return;
  }
  if (tp * dp * cp !== moeTp * moeEp)
    throw new InputError(
      `invalid widths: tp ${tp} · dp ${dp} · cp ${cp} = ${tp * dp * cp}; must equal moeTp ${moeTp} · moeEp ${moeEp}`
    );
  if (moeEp > model.experts) throw new InputError(`invalid moeEp: ${moeEp}; ${model.id} has ${model.experts} experts`);
  if (platform.backend === "trtllm" && tp > 1 && dp > 1)
    throw new InputError(`invalid tp ${tp}, dp ${dp}; trtllm shards attention by one of them`);
  if (platform.backend === "vllm" && moeTp > 1 && moeEp > 1)
    throw new InputError(`invalid moeTp ${moeTp}, moeEp ${moeEp}; vllm shards experts by one of them`);
  if (!moeBlockSizeOk(model, quant, moeTp))
    throw new InputError(`invalid moeTp: ${moeTp}; ${model.moeInterSize} expert columns do not split into fp8 blocks`);
}

/** Time of a phase so far, and its weakest answer. */
export interface Tally {
  ms: number;
  /** Index into `grades`; operators that no table measures in any database do not count. */
  rank: number;
  weakestOp: string | undefined;
}

export function newTally(): Tally {
  return {ms: 0, rank: 0, weakestOp: undefined};
}

/** How the weakest answer of a tally was obtained. */
export function provenanceOf({rank, weakestOp}: Tally): {source: Source; tier: Tier; weakestOp?: string} {
  return {...grades[rank], ...(weakestOp ? {weakestOp} : {})};
}

/** Adds one operator's latency, `times` over. NaN stays, with the reason in `trace.miss`. */
export function tallyOp(
  tally: Tally,
  bound: BoundOp,
  tokens: number,
  batch: number,
  seq: number,
  prefix: number,
  times = 1
): void {
  trace.rank = rank.measured;
  tally.ms += bound.latency(tokens, batch, seq, prefix) * times;
  if (trace.rank > tally.rank && bound.op.count > 0 && isTabled(bound.op)) {
    tally.rank = trace.rank;
    tally.weakestOp = bound.op.name;
  }
}

/** Takes over the weaker source of two. */
export function mergeSource(into: Tally, from: Tally): void {
  if (from.rank <= into.rank) return;
  into.rank = from.rank;
  into.weakestOp = from.weakestOp;
}

/** What an operator is; of a block or of overlapped streams, what holds most of its weights. */
function leadingKind(op: Op): string {
  if (op.kind !== "fallback" && op.kind !== "overlap") return op.kind;
  const parts = op.kind === "fallback" ? op.primary : [...op.left, ...op.right];
  return leadingKind(parts.reduce((lead, part) => (weightBytes(part) > weightBytes(lead) ? part : lead)));
}

/** Time of every operator of a step, same names added up. */
export function opTimes(
  ops: readonly BoundOp[],
  tokens: number,
  batch: number,
  seq: number,
  prefix: number,
  times = 1
): OpTime[] {
  const byName = new Map<string, OpTime & {rank: number}>();
  for (const bound of ops) {
    resetTrace();
    const latencyMs = bound.latency(tokens, batch, seq, prefix) * times;
    const {mode, op} = bound;
    const {name, count} = op;
    const kind = leadingKind(op);
    const known = byName.get(name);
    if (!known) {
      const error = {p50: trace.errorP50, p90: trace.errorP90};
      byName.set(name, {name, kind, count, latencyMs, mode, ...grades[trace.rank], error, rank: trace.rank});
      continue;
    }
    const error = blendedError(known, {latencyMs, error: {p50: trace.errorP50, p90: trace.errorP90}});
    const weaker = trace.rank > known.rank ? {...grades[trace.rank], rank: trace.rank} : {};
    Object.assign(known, {latencyMs: known.latencyMs + latencyMs, count: known.count + count, error}, weaker);
  }
  return [...byName.values()].map(({rank: _, ...op}) => op);
}

/** Error of two latencies together that come from one table, and so err together. */
export function blendedError(
  a: {latencyMs: number; error: ErrorBand},
  b: {latencyMs: number; error: ErrorBand}
): ErrorBand {
  const total = a.latencyMs + b.latencyMs;
  if (!(total > 0)) return a.error;
  const mean = (p: keyof ErrorBand) => (a.latencyMs * a.error[p] + b.latencyMs * b.error[p]) / total;
  return {p50: mean("p50"), p90: mean("p90")};
}

export function memoryOf(worker: Worker, load: Omit<Load, "nextn">): MemoryGiB {
  return workerMemory(worker.spec, worker.platform.system, worker.weightBytes, {...load, nextn: worker.nextn});
}

export function fits(worker: Worker, memory: MemoryGiB): boolean {
  return fitsMemory(memory, worker.platform.system);
}

export function workerPoint(
  worker: Worker,
  batchPerRank: number,
  memoryGiB: MemoryGiB,
  ctxTokens?: number
): WorkerPoint {
  const {spec, platform, label, gpus} = worker;
  return {
    system: platform.system.id,
    ...(platform.donor ? {donor: platform.donor.id} : {}),
    backend: platform.backend,
    version: platform.version,
    quant: spec.quant,
    parallel: spec.parallel,
    label,
    gpus,
    batchPerRank,
    ...(ctxTokens === undefined ? {} : {ctxTokens}),
    memoryGiB
  };
}
