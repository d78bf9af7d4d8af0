import {dtypeClass} from "../coefficients.js";
import {fmhaQuants} from "../quant.js";
import {decodeAttentionRoofline, encoderAttentionRoofline, prefillAttentionRoofline} from "../roofline.js";
import {headDimFactor} from "../transfer.js";
import {memoryLatencyMs} from "./memory.js";
import {tableLatency} from "./table.js";
import type {Latency, Platform, StandIn} from "./table.js";
import type {DecodeAttention, EncoderAttention, Kernel, PrefillAttention} from "./op.js";
import type {Grid, GridRoofline} from "../grid.js";
import type {TableName} from "../schema.js";

type PrefillShape = Omit<PrefillAttention, "kind" | "name" | "count">;
type DecodeShape = Omit<DecodeAttention, "kind" | "name" | "count">;

/** Prefill attention with the fused rotary embedding, KV write and, for some models, norms. Source: method.md §6.3. */
export function prefillAttentionKernel(platform: Platform, op: PrefillAttention): Kernel {
  const {heads, kvHeads, headDim, qkNorm, fmha, contextShards = 1} = op;
  const core = prefillAttentionLatency(platform, op);
  // Byte counts are of one token, as the reference has them (quirk 1): about constant per layer.
  const moved = (elements: number) => memoryLatencyMs(platform, elements);
  const norms = qkNorm ? 2 * (2 * moved(2 * heads * headDim) + 2 * moved(2 * kvHeads * headDim)) : 0;
  const rotary = 2 * moved(2 * heads * headDim + 2 * kvHeads * headDim);
  const kvWrite = 2 * moved(kvHeads * headDim * fmhaQuants[fmha].bytesPerWeight);
  const extraMs = 1.1 * (norms + rotary + kvWrite);
  if (contextShards === 1) return (_, batch, seq, prefix) => core(batch, seq, prefix, 0) + extraMs;
  return (_, batch, seq, prefix) => shardedContext(core, contextShards, batch, seq, prefix) + extraMs;
}

/** A causal prompt in 2 · shards chunks, each rank taking one from the front and one from the end. */
export function shardedContext(core: Latency, shards: number, batch: number, seq: number, prefix: number): number {
  const chunk = Math.max(1, Math.ceil(seq / (2 * shards)));
  return core(batch, chunk, prefix, 0) + core(batch, chunk, prefix + seq - chunk, 0);
}

/**
 * Attention kernel alone: latency(batch, new tokens, prefix). Tables hold prompts without prefix; with one, the full
 * length is looked up and the cached part's share of the work taken off.
 */
export function prefillAttentionLatency(platform: Platform, shape: PrefillShape): Latency {
  const {heads, kvHeads, headDim, window, fmha, kvCache} = shape;
  const {system, perf, backend} = platform;
  const fmhaMode = fmhaQuants[fmha];
  const rooflineAt =
    (headDim: number, window: number): GridRoofline =>
    (heads, seq, batch) =>
      prefillAttentionRoofline(system, {batch, seq, prefix: 0, heads, kvHeads, headDim, window}, fmhaMode, kvCache);
  if (platform.database === "sol")
    return (batch, seq, prefix) =>
      prefillAttentionRoofline(
        system,
        {batch, seq: seq + prefix, prefix, heads, kvHeads, headDim, window},
        fmhaMode,
        kvCache
      );
  const kvKey = heads === kvHeads ? 0 : kvHeads;
  const part = (dim: number) => [fmha, kvCache, String(dim)];
  const standIn = (): StandIn | undefined => {
    for (const w of window ? [window, 0] : [0]) {
      for (const dim of headDimsByDistance(platform, "prefill_attention", [fmha, kvCache], headDim)) {
        const grid = perf.grid("prefill_attention", part(dim), [kvKey, w]);
        const scale = headDimFactor(backend, headDim) / headDimFactor(backend, dim);
        if (grid) return {grid, roofline: rooflineAt(dim, w), scale};
      }
    }
    return undefined;
  };
  if (platform.database !== "roofline")
    doubtImpossible(platform, part(headDim), [kvKey, window], rooflineAt(headDim, window));
  const table = tableLatency(platform, {
    kind: "prefill_attention",
    dtype: dtypeClass(fmhaMode),
    table: "prefill_attention",
    part: part(headDim),
    key: [kvKey, window],
    roofline: rooflineAt(headDim, window),
    sqrtAxis: 1,
    standIn
  });
  return (batch, seq, prefix) => {
    const full = seq + prefix;
    const ms = table(heads, full, batch, 0);
    return prefix === 0 ? ms : (ms * (full * full - prefix * prefix)) / (full * full);
  };
}

/** Rows this far below the speed of light cannot be right, nor can it be chance at lengths from here on (quirk 38). */
const impossibleShare = 0.7;
const longTokens = 2048;
/** Tables with fewer such rows are let pass. */
const doubtfulShare = 0.01;

const counted = new WeakMap<Grid, {rows: number; of: number}>();

/** Notes how many of a grid's long prompts run faster than the GPU can. Values stay as measured. */
function doubtImpossible({perf}: Platform, part: string[], key: number[], roofline: GridRoofline): void {
  const grid = perf.grid("prefill_attention", part, key);
  if (!grid) return;
  let count = counted.get(grid);
  if (!count) {
    count = {rows: 0, of: 0};
    counted.set(grid, count);
    const {latencyMs} = grid;
    grid.forEach((heads, seq, batch, _, leaf) => {
      if (seq < longTokens) return;
      ++count!.of;
      if (latencyMs[leaf] < impossibleShare * roofline(heads, seq, batch, 0)) ++count!.rows;
    });
  }
  if (count.rows > doubtfulShare * count.of) perf.impossible.set(grid, count);
}

/** Decode attention as the mean over five lengths around the step's. Source: method.md §6.4. */
export function decodeAttentionKernel(platform: Platform, op: DecodeAttention): Kernel {
  const core = decodeAttentionLatency(platform, op);
  if (platform.database !== "silicon" && platform.database !== "hybrid")
    return (_, batch, seq) => core(batch, seq, 0, 0);
  return (_, batch, seq) => {
    const low = Math.max(1, Math.floor(0.9 * seq));
    const spread = Math.max(low, Math.floor(1.1 * seq)) - low;
    let sum = 0;
    for (let i = 0; i <= 4; ++i) sum += core(batch, low + Math.floor((spread * i) / 4), 0, 0);
    return sum / 5;
  };
}

/** latency(batch, full length). */
export function decodeAttentionLatency(platform: Platform, shape: DecodeShape): Latency {
  const {heads, kvHeads, headDim, window, kvCache} = shape;
  const {system, perf} = platform;
  const rooflineAt =
    (headDim: number, window: number): GridRoofline =>
    (heads, batch, seq) =>
      decodeAttentionRoofline(system, {batch, seq, heads, kvHeads, headDim, window}, kvCache);
  const kvKey = heads === kvHeads ? 0 : kvHeads;
  const standIn = (): StandIn | undefined => {
    for (const w of window ? [window, 0] : [0]) {
      for (const dim of headDimsByDistance(platform, "decode_attention", [kvCache], headDim)) {
        const roofline = rooflineAt(dim, w);
        const grid = perf.grid("decode_attention", [kvCache, String(dim)], [kvKey, w], roofline);
        if (grid) return {grid, roofline, scale: 1};
      }
    }
    return undefined;
  };
  const table = tableLatency(platform, {
    kind: "decode_attention",
    dtype: kvCache === "fp8" ? "fp8" : "bf16",
    table: "decode_attention",
    part: [kvCache, String(headDim)],
    key: [kvKey, window],
    roofline: rooflineAt(headDim, window),
    floored: true,
    standIn
  });
  return (batch, seq) => table(heads, batch, seq, 0);
}

/** latency(batch, sequence length) of bidirectional attention. */
export function encoderAttentionLatency(platform: Platform, {heads, headDim, fmha}: EncoderAttention): Latency {
  const mode = fmhaQuants[fmha];
  const table = tableLatency(platform, {
    kind: "prefill_attention",
    dtype: dtypeClass(mode),
    table: "encoder_attention",
    part: [fmha, String(headDim)],
    roofline: (heads, seq, batch) => encoderAttentionRoofline(platform.system, batch, seq, heads, headDim, mode),
    sqrtAxis: 1
  });
  return (batch, seq) => table(heads, seq, batch, 0);
}

/** Head sizes that were measured, the asked one first, then 128, then the nearest in octaves. */
function headDimsByDistance({perf}: Platform, table: TableName, prefix: string[], headDim: number): number[] {
  const dims = perf
    .entriesOf(table)
    .filter(({part}) => prefix.every((value, i) => part[i] === value))
    .map(({part}) => Number(part[part.length - 1]));
  const order = (dim: number) => (dim === headDim ? -2 : dim === 128 ? -1 : Math.abs(Math.log2(dim / headDim)));
  return [...new Set(dims)].sort((a, b) => order(a) - order(b));
}
