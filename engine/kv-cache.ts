/**
 * What a sequence really keeps in memory where layers differ: windows drop old tokens, linear attention and Mamba-2
 * keep a state of fixed size instead. The reference mostly charges every layer for every token (quirk 12).
 */
import {localKvHeads} from "./models/worker.js";
import type {WorkerSpec} from "./models/worker.js";
import {kvCacheQuants} from "./quant.js";
import {indexEntryBytes} from "./roofline-sparse.js";

/** Recurrent states are kept in float32 (`mamba_ssm_dtype` of all published configs), inputs of convolutions in bfloat16. */
const stateBytes = 4;
const convBytes = 2;

/** Bytes per sequence on one GPU; undefined for models whose layers all keep all tokens. */
export function heldKvBytes(worker: WorkerSpec, seqTokens: number): number | undefined {
  const {model, quant} = worker;
  const {bytesPerWeight} = kvCacheQuants[quant.kvCache];
  const perToken = 2 * localKvHeads(worker) * model.headDim * bytesPerWeight;
  switch (model.family) {
    case "GEMMA4MIX":
    case "HYBRIDMOE":
      return windowedKvBytes(worker, seqTokens);
    case "QWEN35": {
      const {gdn, layers} = model;
      return (layers - (gdn?.layers ?? 0)) * perToken * seqTokens + gdnStateBytes(worker);
    }
    case "NEMOTRONH":
      return (model.blockCounts?.attention ?? 0) * perToken * seqTokens + mambaStateBytes(worker);
    case "MOE": {
      const {windowTokens, layers} = model;
      if (windowTokens === 0) return undefined;
      return (layers / 2) * perToken * (seqTokens + Math.min(seqTokens, windowTokens));
    }
    default:
      return undefined;
  }
}

/** Keys and values of groups of layers: a window keeps no more tokens than it spans. */
export function windowedKvBytes({model, parallel, quant}: WorkerSpec, seqTokens: number): number {
  const {bytesPerWeight} = kvCacheQuants[quant.kvCache];
  let bytes = 0;
  for (const {count, kvHeads, headDim, valueHeadDim, windowTokens} of model.layerGroups ?? []) {
    const tokens = windowTokens > 0 ? Math.min(seqTokens, windowTokens) : seqTokens;
    bytes += count * Math.ceil(kvHeads / parallel.tp) * (headDim + valueHeadDim) * tokens * bytesPerWeight;
  }
  return bytes;
}

function gdnStateBytes({model, parallel}: WorkerSpec): number {
  if (!model.gdn) return 0;
  const {layers, keyHeads, keyHeadDim, valueHeads, valueHeadDim, convTokens} = model.gdn;
  const state = valueHeads * valueHeadDim * keyHeadDim;
  const convolved = (2 * keyHeads * keyHeadDim + valueHeads * valueHeadDim) * (convTokens - 1);
  return (layers * (state * stateBytes + convolved * convBytes)) / parallel.tp;
}

function mambaStateBytes({model, parallel}: WorkerSpec): number {
  if (!model.mamba) return 0;
  const {heads, headDim, groups, stateSize, convTokens} = model.mamba;
  const state = heads * headDim * stateSize;
  const convolved = (heads * headDim + 2 * groups * stateSize) * (convTokens - 1);
  return ((model.blockCounts?.mamba ?? 0) * (state * stateBytes + convolved * convBytes)) / parallel.tp;
}

/** Memory that counts every layer for every token is worth a word from here on, as a share. */
const worthSaying = 0.05;

/** What the reference's count of the KV cache is worth for this model, in words; nothing where it is right. */
export function kvCacheDoubts(worker: WorkerSpec, countedBytes: number, seqTokens: number): string[] {
  const held = heldKvBytes(worker, seqTokens);
  if (worker.exactKvCache || held === undefined || Math.abs(held / countedBytes - 1) < worthSaying) return [];
  const {id, layers} = worker.model;
  const what = `KV cache of ${id} is counted for all ${layers} layers at full length`;
  return held < countedBytes
    ? [`${what}: ${(countedBytes / held).toFixed(1)} times what it keeps at ${seqTokens} tokens; see exactKvCache`]
    : [
        `${what}, but not its states: ${(held / countedBytes).toFixed(1)} times that at ${seqTokens} tokens; see exactKvCache`
      ];
}

/** One token of sparse latent attention, all layers: the rotated part of its key stays in bf16. Source: method.md §8. */
export function sparseKvBytes({model, quant}: WorkerSpec): number {
  const {kvRank, ropeHeadDim, indexHeadDim} = model.dsa!;
  const {bytesPerWeight} = kvCacheQuants[quant.kvCache];
  return model.layers * (kvRank * bytesPerWeight + ropeHeadDim * 2 + indexEntryBytes(indexHeadDim));
}

/**
 * DeepSeek-V4: a window of keys, compressed keys of all tokens and the compressor's running state, and in layers of
 * ratio 4 the indexer's keys and its compressor's state. Source: method.md §8.
 */
export function compressedKvBytes({model, quant}: WorkerSpec, seqTokens: number): number {
  const {headDim} = model;
  const {windowTokens, compressRatios, indexHeadDim} = model.dsv4!;
  const {bytesPerWeight} = kvCacheQuants[quant.kvCache];
  const entries = (ratio: number) => Math.floor(seqTokens / ratio);
  let bytes = 0;
  for (const ratio of compressRatios) {
    bytes += Math.min(seqTokens, windowTokens) * headDim * bytesPerWeight;
    if (ratio > 0) bytes += entries(ratio) * headDim * bytesPerWeight + 2 * ratio * (ratio === 4 ? 2 : 1) * headDim * 4;
    if (ratio === 4) bytes += entries(4) * indexHeadDim * 0.5 + 2 * 4 * 2 * indexHeadDim * 4;
  }
  return bytes;
}

/** Compressed keys in the layers with latent attention, states of fixed size in the others. Ours. */
export function kimiLinearKvBytes(worker: WorkerSpec, seqTokens: number): number {
  const {model, quant} = worker;
  const {kvLoraRank = 0, qkRopeHeadDim = 0, layers, gdn} = model;
  const perToken = (layers - (gdn?.layers ?? 0)) * (kvLoraRank + qkRopeHeadDim);
  return seqTokens * perToken * kvCacheQuants[quant.kvCache].bytesPerWeight + gdnStateBytes(worker);
}
