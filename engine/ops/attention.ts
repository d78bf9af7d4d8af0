import {dtypeClass} from "../coefficients.js";
import {fmhaQuants, kvCacheQuants} from "../quant.js";
import type {FmhaQuant, KvCacheQuant, QuantMode} from "../quant.js";
import {decodeAttentionRoofline, encoderAttentionRoofline, prefillAttentionRoofline} from "../roofline.js";
import {headDimFactor, runnableMode} from "../transfer.js";
import {byOctaves, gridCloud, typesByLikeness, worseTier} from "./ladder.js";
import type {Rung} from "./ladder.js";
import {memoryLatencyMs} from "./memory.js";
import {tableLatency} from "./table.js";
import type {Latency, Platform} from "./table.js";
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
  const {system, backend} = platform;
  const fmhaMode = fmhaQuants[fmha];
  const kvKey = heads === kvHeads ? 0 : kvHeads;
  const rooflineAt =
    ({headDim, window, kvKey}: MeasuredShape, mode: QuantMode, kv: KvCacheQuant): GridRoofline =>
    (heads, seq, batch) => {
      const shape = {batch, seq, prefix: 0, heads, kvHeads: kvKey || heads, headDim, window};
      return prefillAttentionRoofline(system, shape, mode, kv);
    };
  if (platform.database === "sol")
    return (batch, seq, prefix) =>
      prefillAttentionRoofline(
        system,
        {batch, seq: seq + prefix, prefix, heads, kvHeads, headDim, window},
        fmhaMode,
        kvCache
      );
  const own = {headDim, window, kvKey};
  const roofline = rooflineAt(own, fmhaMode, kvCache);
  const part = [fmha, kvCache, String(headDim)];
  if (platform.database !== "calibrated") doubtImpossible(platform, part, [kvKey, window], roofline);
  const table = tableLatency(platform, {
    kind: "prefill_attention",
    dtype: dtypeClass(fmhaMode),
    table: "prefill_attention",
    part,
    key: [kvKey, window],
    roofline,
    keyRoofline: ({0: kvKey, 1: window}) => rooflineAt({headDim, window, kvKey}, fmhaMode, kvCache),
    sqrtAxis: 1,
    transferRoofline: rooflineAt(own, runnableMode(system, fmhaMode), kvCache),
    ladder: () =>
      attentionLadder(platform, {
        table: "prefill_attention",
        asked: {part: [fmha, kvCache], modes: [fmhaMode, kvCacheQuants[kvCache]]},
        modesOf: ([fmha, kv]) => [fmhaQuants[fmha as FmhaQuant], kvCacheQuants[kv as KvCacheQuant]],
        own,
        rooflineOf: (shape, [fmha, kv]) => rooflineAt(shape, fmhaQuants[fmha as FmhaQuant], kv as KvCacheQuant),
        scale: (dim) => headDimFactor(backend, headDim) / headDimFactor(backend, dim)
      })
  });
  return (batch, seq, prefix) => {
    const full = seq + prefix;
    const ms = table(heads, full, batch, 0);
    return prefix === 0 ? ms : (ms * (full * full - prefix * prefix)) / (full * full);
  };
}

/** Rows this far below the speed of light cannot be right, nor can it be chance at lengths from here on (quirk 38). */
export const impossibleShare = 0.7;
export const longTokens = 2048;
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
  if (platform.database === "sol" || platform.database === "empirical")
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
  const {system} = platform;
  const kvKey = heads === kvHeads ? 0 : kvHeads;
  const rooflineAt =
    ({headDim, window, kvKey}: MeasuredShape, kv: KvCacheQuant): GridRoofline =>
    (heads, batch, seq) => {
      const shape = {batch, seq, heads, kvHeads: kvKey || heads, headDim, window};
      return decodeAttentionRoofline(system, shape, kv);
    };
  const own = {headDim, window, kvKey};
  const table = tableLatency(platform, {
    kind: "decode_attention",
    dtype: kvCache === "fp8" ? "fp8" : "bf16",
    table: "decode_attention",
    part: [kvCache, String(headDim)],
    key: [kvKey, window],
    roofline: rooflineAt(own, kvCache),
    keyRoofline: ({0: kvKey, 1: window}) => rooflineAt({headDim, window, kvKey}, kvCache),
    floored: true,
    ladder: () =>
      attentionLadder(platform, {
        table: "decode_attention",
        asked: {part: [kvCache], modes: [kvCacheQuants[kvCache]]},
        modesOf: ([kv]) => [kvCacheQuants[kv as KvCacheQuant]],
        own,
        rooflineOf: (shape, [kv]) => rooflineAt(shape, kv as KvCacheQuant),
        scale: () => 1,
        floored: true
      })
  });
  return (batch, seq) => table(heads, batch, seq, 0);
}

/**
 * Bidirectional attention of `batch` images of `seq` patches, with the rotation of part of every head, which unlike a
 * prompt's is counted for every token. Source: method.md §7.4, vision encoder.
 */
export function encoderAttentionKernel(platform: Platform, op: EncoderAttention): Kernel {
  const core = encoderAttentionLatency(platform, op);
  const {heads, headDim, rotaryShare} = op;
  if (rotaryShare === 0) return (_, batch, seq) => core(batch, seq, 0, 0);
  return (_, batch, seq) =>
    core(batch, seq, 0, 0) + 1.1 * rotaryShare * 2 * memoryLatencyMs(platform, 4 * heads * headDim * batch * seq);
}

/** latency(batch, sequence length) of bidirectional attention. */
export function encoderAttentionLatency(
  platform: Platform,
  {heads, headDim, fmha}: Pick<EncoderAttention, "heads" | "headDim" | "fmha">
): Latency {
  const mode = fmhaQuants[fmha];
  const rooflineAt =
    (headDim: number, mode: QuantMode): GridRoofline =>
    (heads, seq, batch) =>
      encoderAttentionRoofline(platform.system, batch, seq, heads, headDim, mode);
  const table = tableLatency(platform, {
    kind: "prefill_attention",
    dtype: dtypeClass(mode),
    table: "encoder_attention",
    part: [fmha, String(headDim)],
    roofline: rooflineAt(headDim, mode),
    sqrtAxis: 1,
    transferRoofline: rooflineAt(headDim, runnableMode(platform.system, mode)),
    ladder: function* () {
      const types = typesByLikeness(platform.perf, "encoder_attention", {part: [fmha], modes: [mode]}, ([fmha]) => [
        fmhaQuants[fmha as FmhaQuant]
      ]);
      for (const {part, modes, tier} of types)
        for (const dim of headDimsByDistance(platform, "encoder_attention", part, headDim)) {
          const grid = platform.perf.grid("encoder_attention", [...part, String(dim)]);
          if (!grid) continue;
          const cloud = gridCloud(platform, grid, rooflineAt(dim, modes[0]));
          const scale = headDimFactor(platform.backend, headDim) / headDimFactor(platform.backend, dim);
          yield {
            tier: worseTier(tier, dim === headDim ? "own" : "xshape"),
            cloud,
            roofline: rooflineAt(dim, modes[0]),
            scale
          };
        }
    }
  });
  return (batch, seq) => table(heads, seq, batch, 0);
}

/** What selects an attention grid within a type. `kvKey`: KV heads, 0 for as many as there are heads. */
interface MeasuredShape {
  headDim: number;
  window: number;
  kvKey: number;
}

interface AttentionLadder {
  table: "prefill_attention" | "decode_attention";
  asked: {part: readonly string[]; modes: readonly QuantMode[]};
  modesOf: (part: readonly string[]) => readonly QuantMode[];
  own: MeasuredShape;
  rooflineOf: (shape: MeasuredShape, part: readonly string[]) => GridRoofline;
  /** Utilisation at the asked head size over that at `headDim`. */
  scale: (headDim: number) => number;
  floored?: boolean;
}

/**
 * The asked head size, then 128, then the nearest, all with the asked window and then without any. Ours: the same once
 * more with other numbers of KV heads, and all of it in other types.
 */
function* attentionLadder(platform: Platform, ladder: AttentionLadder): Iterable<Rung> {
  const {perf} = platform;
  const {table, own, scale, rooflineOf, floored} = ladder;
  for (const {part, tier} of typesByLikeness(perf, table, ladder.asked, ladder.modesOf)) {
    const dims = headDimsByDistance(platform, table, part, own.headDim);
    const keys = dims.flatMap((dim) => perf.keys(table, [...part, String(dim)]) as [number, number][]);
    const kvKeys = byOctaves([own.kvKey, ...keys.map(([kv]) => kv)], own.kvKey);
    const others = byOctaves(keys.map(([, window]) => window).filter(Boolean), own.window);
    const windows = [...new Set([own.window, 0, ...others])];
    for (const kvKey of kvKeys)
      for (const window of windows)
        for (const headDim of dims) {
          const shape = {headDim, window, kvKey};
          const roofline = rooflineOf(shape, part);
          const grid = perf.grid(table, [...part, String(headDim)], [kvKey, window], floored ? roofline : undefined);
          if (!grid) continue;
          const same = headDim === own.headDim && window === own.window && kvKey === own.kvKey;
          const cloud = gridCloud(platform, grid, roofline);
          yield {tier: worseTier(tier, same ? "own" : "xshape"), cloud, roofline, scale: scale(headDim)};
        }
  }
}

/** Head sizes that were measured, the asked one first, then 128, then the nearest in octaves. */
function headDimsByDistance({perf}: Platform, table: TableName, prefix: readonly string[], headDim: number): number[] {
  const dims = perf
    .entriesOf(table)
    .filter(({part}) => prefix.every((value, i) => part[i] === value))
    .map(({part}) => Number(part[part.length - 1]));
  const order = (dim: number) => (dim === headDim ? -2 : dim === 128 ? -1 : Math.abs(Math.log2(dim / headDim)));
  return [...new Set(dims)].sort((a, b) => order(a) - order(b));
}
