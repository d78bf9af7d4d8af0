/**
 * Speed of light of every operator: the larger of compute time and memory time, in ms, on one GPU. Sizes count
 * elements; shapes are per rank. Source: method.md §4.
 */
import {msPerSecond} from "./units.js";
import {bandwidthBytesPerSec, flopsPerSec} from "./system.js";
import type {SystemSpec} from "./system.js";
import {kvCacheQuants} from "./quant.js";
import type {KvCacheQuant, QuantMode} from "./quant.js";
import type {Gdn, Mamba2} from "./ops/op.js";

/** The two times behind the last bound, for a roofline plot. */
export const lastBound = {computeMs: 0, memoryMs: 0};

function bound(system: SystemSpec, flops: number, flopsPerSecond: number, bytes: number): number {
  return boundMs(system, flops > 0 ? (flops / flopsPerSecond) * msPerSecond : 0, bytes);
}

/** The bound of work whose parts compute at different rates, their times already added up. */
export function boundMs(system: SystemSpec, computeMs: number, bytes: number): number {
  lastBound.computeMs = computeMs;
  lastBound.memoryMs = (bytes / system.memoryBandwidthBytesPerSec) * msPerSecond;
  return Math.max(lastBound.computeMs, lastBound.memoryMs);
}

/** Rate at which attention, MLA, its BMM and MoE compute: a multiple of bf16, whatever the GPU's own fp8 figure (quirk 19). */
function bf16Rate(system: SystemSpec, multiple: number): number {
  return system.ownRates ? flopsPerSec(system, multiple) : system.bf16FlopsPerSec * multiple;
}

/** Rate of decode attention: fp8 KV caches compute at twice bf16. */
function kvRate(system: SystemSpec, kvCache: KvCacheQuant): number {
  return bf16Rate(system, kvCache === "fp8" ? 2 : 1);
}

/** [m, k] · [k, n] → [m, n]. */
export function gemmRoofline(system: SystemSpec, m: number, n: number, k: number, quant: QuantMode): number {
  const bytes = quant.bytesPerWeight * (m * n + m * k + n * k);
  return bound(system, 2 * m * n * k, flopsPerSec(system, quant.computeRate), bytes);
}

/** Activation scales of static fp8: reads [m, k] in bf16. */
export function computeScaleRoofline(system: SystemSpec, m: number, k: number): number {
  return bound(system, 0, 1, 2 * m * k);
}

/** Scaling [m, k] to fp8: reads bf16, writes fp8. */
export function scaleMatrixRoofline(system: SystemSpec, m: number, k: number): number {
  return bound(system, 0, 1, 3 * m * k);
}

export function memoryRoofline(system: SystemSpec, bytes: number): number {
  return bound(system, 0, 1, bytes);
}

/** Causal attention of `batch` sequences: the last seq − prefix of seq tokens attend to all before them. window 0 is none. */
export function prefillAttentionRoofline(
  system: SystemSpec,
  shape: {batch: number; seq: number; prefix: number; heads: number; kvHeads: number; headDim: number; window: number},
  fmha: QuantMode,
  kvCache: KvCacheQuant
): number {
  const {batch, seq, prefix, heads, kvHeads, headDim, window} = shape;
  const fresh = seq - prefix;
  const flops =
    window > 0 && seq > window
      ? 4 * batch * fresh * window * heads * headDim
      : 2 * batch * (seq * seq - prefix * prefix) * heads * headDim;
  const bytes =
    4 * batch * heads * fresh * headDim + kvCacheQuants[kvCache].bytesPerWeight * batch * 2 * kvHeads * seq * headDim;
  return bound(system, flops, bf16Rate(system, fmha.computeRate), bytes);
}

/** One new token each for `batch` sequences of length seq. */
export function decodeAttentionRoofline(
  system: SystemSpec,
  shape: {batch: number; seq: number; heads: number; kvHeads: number; headDim: number; window: number},
  kvCache: KvCacheQuant
): number {
  const {batch, seq, heads, kvHeads, headDim, window} = shape;
  const kvTokens = window > 0 ? Math.min(seq - 1, window) : seq - 1;
  const bytes =
    batch * (4 * heads * headDim + 2 * kvHeads * kvTokens * headDim * kvCacheQuants[kvCache].bytesPerWeight);
  return bound(system, 4 * batch * heads * headDim * kvTokens, kvRate(system, kvCache), bytes);
}

/** Bidirectional attention of an encoder. */
export function encoderAttentionRoofline(
  system: SystemSpec,
  batch: number,
  seq: number,
  heads: number,
  headDim: number,
  fmha: QuantMode
): number {
  const flops = 4 * batch * seq * seq * heads * headDim;
  return bound(system, flops, bf16Rate(system, fmha.computeRate), 8 * batch * heads * seq * headDim);
}

export type Mamba2Shape = Pick<Mamba2, "part" | "heads" | "headDim" | "groups" | "stateSize" | "convTokens">;

/** A Mamba-2 kernel over `tokens` tokens: bf16 activations in and out; compute never binds. */
export function mamba2Roofline(system: SystemSpec, tokens: number, shape: Mamba2Shape): number {
  const {part, heads, headDim, groups, stateSize, convTokens} = shape;
  const inner = heads * headDim;
  const state = 2 * groups * stateSize;
  const elements = part === "conv" ? (inner + state) * (convTokens + 2) : 2 * inner + state + heads;
  return bound(system, 0, 1, 2 * tokens * elements);
}

/** Tokens that the prefill scan of a gated delta net takes at once. */
const gdnChunkTokens = 64;

export type GdnShape = Pick<Gdn, "part" | "keyHeads" | "keyHeadDim" | "valueHeads" | "valueHeadDim" | "convTokens">;

/**
 * A kernel of a gated delta net over `batch` sequences of `seq` new tokens; decode is one of 1 token. The scan goes
 * through keys, values and its state twice, in prefill also through the state at every chunk.
 */
export function gdnRoofline(system: SystemSpec, batch: number, seq: number, shape: GdnShape): number {
  const {part, keyHeads, keyHeadDim, valueHeads, valueHeadDim, convTokens} = shape;
  const tokens = batch * seq;
  const values = valueHeads * valueHeadDim;
  const width = keyHeads * keyHeadDim + values;
  if (part === "conv") return bound(system, 0, 1, 2 * tokens * width * (convTokens + 2));
  const state = batch * values * keyHeadDim;
  const chunks = 2 * Math.floor(seq / gdnChunkTokens) * state;
  return bound(system, 0, 1, 2 * tokens * (width + values) + 4 * state + 2 * chunks);
}

/** Multi-head latent attention over prefill tokens; the whole-block module has the same bound. */
export function prefillMlaRoofline(
  system: SystemSpec,
  batch: number,
  seq: number,
  prefix: number,
  heads: number,
  fmha: QuantMode,
  kvCache: KvCacheQuant
): number {
  const flops = batch * heads * 320 * (seq * seq - prefix * prefix);
  const bytes = batch * heads * (kvCacheQuants[kvCache].bytesPerWeight * seq * 320 + 2 * (seq - prefix) * 320);
  return bound(system, flops, bf16Rate(system, fmha.computeRate), bytes);
}

/** Multi-head latent attention of one new token per sequence. */
export function decodeMlaRoofline(
  system: SystemSpec,
  batch: number,
  seq: number,
  heads: number,
  kvCache: KvCacheQuant
): number {
  const bytes = batch * (heads * 1088 * 2 + (seq - 1) * 576 * kvCacheQuants[kvCache].bytesPerWeight);
  return bound(system, 2 * batch * heads * 1088 * seq, kvRate(system, kvCache), bytes);
}

/** Absorbed projection before (or after) decode MLA: 128 ↔ 512 per head. */
export function mlaBmmRoofline(system: SystemSpec, tokens: number, heads: number, quant: QuantMode): number {
  const bytes = heads * (640 * tokens + 65536) * quant.bytesPerWeight;
  return bound(system, 2 * tokens * heads * 128 * 512, bf16Rate(system, quant.computeRate), bytes);
}

/** Decode MLA block: attention and both absorbed projections; the bound is of the summed compute and memory times. */
export function decodeMlaModuleRoofline(
  system: SystemSpec,
  batch: number,
  seq: number,
  heads: number,
  kvCache: KvCacheQuant,
  gemm: QuantMode
): number {
  decodeMlaRoofline(system, batch, seq, heads, kvCache);
  const {computeMs, memoryMs} = lastBound;
  mlaBmmRoofline(system, batch, heads, gemm);
  lastBound.computeMs = computeMs + 2 * lastBound.computeMs;
  lastBound.memoryMs = memoryMs + 2 * lastBound.memoryMs;
  return Math.max(lastBound.computeMs, lastBound.memoryMs);
}

export interface MoeShape {
  hidden: number;
  inter: number;
  topK: number;
  experts: number;
  moeTp: number;
  moeEp: number;
  /** Up, gate and down projection; without the gate two. */
  gated: boolean;
  /** Expert slots when replicas of experts are placed (wide EP); else `experts`. */
  slots?: number;
}

/** Routed experts of one rank for `tokens` tokens of all ranks. Integer divisions as the tables were collected. */
export function moeRoofline(system: SystemSpec, tokens: number, shape: MoeShape, quant: QuantMode): number {
  const {hidden, inter, topK, experts, moeTp, moeEp, gated, slots = experts} = shape;
  const projections = gated ? 3 : 2;
  const routed = tokens * topK;
  const flops = Math.floor(Math.floor((routed * hidden * inter * projections * 2) / moeEp) / moeTp);
  const perRank = Math.floor(routed / moeEp);
  const bytes =
    quant.bytesPerWeight *
    (perRank * hidden * 2 +
      Math.floor((perRank * inter * projections) / moeTp) +
      Math.floor((hidden * inter * projections) / moeTp) * Math.min(Math.floor(slots / moeEp), perRank));
  return bound(system, flops, bf16Rate(system, quant.computeRate), bytes);
}

/** Ring all-reduce of `elements` bf16 elements over tp GPUs. */
export function allReduceRoofline(system: SystemSpec, elements: number, tp: number): number {
  if (tp === 1) return 0;
  return ((2 * elements * 2 * (tp - 1)) / tp / bandwidthBytesPerSec(system, tp)) * msPerSecond;
}

export type CollectiveOperation = "all_gather" | "alltoall" | "reduce_scatter" | "all_reduce";

export function ncclRoofline(
  system: SystemSpec,
  operation: CollectiveOperation,
  elements: number,
  gpus: number,
  bytesPerElement: number
): number {
  const passes = operation === "all_reduce" ? 2 : 1;
  const bytes = (passes * bytesPerElement * elements * (gpus - 1)) / gpus;
  return (bytes / bandwidthBytesPerSec(system, gpus)) * msPerSecond;
}

/** One pipeline hop between nodes. */
export function p2pRoofline(system: SystemSpec, bytes: number): number {
  return (bytes / system.interNodeBytesPerSec) * msPerSecond;
}

/** Element-wise kernels and embeddings as they run: a fraction of the bandwidth plus a launch. Source: method.md §4.1. */
export function memoryOpMs(system: SystemSpec, bytes: number): number {
  const bytesPerSec = system.memoryBandwidthBytesPerSec * system.memoryBandwidthScaling;
  return (bytes / bytesPerSec) * msPerSecond + system.memoryLatencyMs;
}

/** A pipeline hop as it runs. Source: method.md §4.1. */
export function p2pMs(system: SystemSpec, bytes: number): number {
  return p2pRoofline(system, bytes) + system.p2pLatencyMs;
}
