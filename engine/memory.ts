import {backendTraits} from "./backend.js";
import {compressedKvBytes, heldKvBytes, kimiLinearKvBytes, sparseKvBytes, windowedKvBytes} from "./kv-cache.js";
import {latentSize} from "./models/deepseek.js";
import {nasHeadDim, nasKvHeads} from "./models/nemotron-nas.js";
import type {Family} from "./models/types.js";
import {localKvHeads} from "./models/worker.js";
import type {WorkerSpec} from "./models/worker.js";
import {InputError} from "./errors.js";
import {kvCacheQuants} from "./quant.js";
import type {MemoryGiB} from "./result.js";
import type {SystemSpec} from "./system.js";
import {bytesToGiB} from "./units.js";

/** What is in memory at once. */
export interface Load {
  batch: number;
  /** Tokens of the largest step. */
  tokens: number;
  /** KV tokens reserved per sequence. */
  seqTokens: number;
  nextn: number;
  /** Vision encoder, where one runs: its weights, and the patches that it encodes at once. */
  encoder?: {weightBytes: number; patches: number};
}

/** Sizes with a row in the activation table. */
type TableTp = 1 | 2 | 4 | 8;

/**
 * Memory of one GPU of a worker. `weightBytes` is of all layers; pipeline stages share them evenly.
 *
 * Activations follow heads × head size, not the hidden size (quirk 11); KV is not divided by pipeline stages (quirk 10).
 * Throws InputError for a tp that the activation table lacks. Source: method.md §8.
 */
export function workerMemory(worker: WorkerSpec, system: SystemSpec, weightBytes: number, load: Load): MemoryGiB {
  const {parallel, backend} = worker;
  const tp = tableTp(parallel.tp);
  // The encoder is whole on the first pipeline stage, which so needs most.
  const weights = bytesToGiB(weightBytes / parallel.pp + (load.encoder?.weightBytes ?? 0));
  const activations = bytesToGiB(activationBytes(worker, tp, load) + encoderActivationBytes(worker, tp, load));
  const kvCache = bytesToGiB(load.batch * kvCacheBytes(worker, load.seqTokens));
  const nccl = bytesToGiB(system.ncclBytes[tp]);
  const other = bytesToGiB(system.otherBytes * (1 + backendTraits[backend].otherOverhead));
  return {total: weights + activations + kvCache + nccl + other, weights, activations, kvCache, nccl, other};
}

function activationBytes(worker: WorkerSpec, tp: TableTp, {tokens, nextn}: Load): number {
  const {model, parallel, backend} = worker;
  const traits = backendTraits[backend];
  const attentionWidth = model.heads * model.headDim;
  let bytes = 2 * tokens * attentionWidth * widthsOf(worker)[tp];
  if (holdsExpertWorkspace.includes(model.family)) {
    const ofHidden = traits.workspaceOfHiddenSize || model.family === "GEMMA4MIX";
    const width = ofHidden ? model.hiddenSize : attentionWidth;
    bytes += ((tokens * width * parallel.dp * model.experts * model.topK) / parallel.moeEp / 128) * 4;
  }
  bytes = Math.max(bytes, traits.minActivationBytes);
  if (nextn > 0) bytes *= nextn + 1;
  return bytes * (1 + traits.activationOverhead);
}

/** Families whose engines keep room for what all ranks send to the experts. Source: method.md §8. */
const holdsExpertWorkspace: readonly Family[] = [
  "DEEPSEEK",
  "DEEPSEEKV32",
  "DEEPSEEKV4",
  "KIMIK25",
  "KIMILINEAR",
  "GEMMA4MIX"
];

/** As for a dense language model of the encoder's width. */
function encoderActivationBytes({model, backend}: WorkerSpec, tp: TableTp, {encoder}: Load): number {
  if (!encoder || !model.vision) return 0;
  const {activationWidths, activationOverhead} = backendTraits[backend];
  return 2 * encoder.patches * model.vision.hiddenSize * activationWidths.dense[tp] * (1 + activationOverhead);
}

function widthsOf({model, backend}: WorkerSpec): Record<number, number> {
  const {activationWidths} = backendTraits[backend];
  switch (model.family) {
    case "LLAMA":
      return activationWidths.llama;
    case "MOE":
    case "GEMMA4MIX":
    case "DEEPSEEK":
    case "DEEPSEEKV32":
    case "DEEPSEEKV4":
    case "KIMIK25":
    case "KIMILINEAR":
      return activationWidths.moe;
    case "GPT":
    case "NEMOTRONNAS":
    case "NEMOTRONH":
    case "QWEN35":
    case "QWEN3VL":
    case "QWEN3VL_MOE":
    case "HYBRIDMOE":
    case "MINIMAXM3":
      return activationWidths.dense;
  }
}

function tableTp(tp: number): TableTp {
  const capped = Math.min(tp, 8);
  if (capped === 1 || capped === 2 || capped === 4 || capped === 8) return capped;
  throw new InputError(`invalid tp: ${tp}; memory is modelled for 1, 2, 4, 8 and more`);
}

/** KV cache of one sequence on one GPU, all layers; with the worker's `exactKvCache` only what they keep. */
export function kvCacheBytes(worker: WorkerSpec, tokens: number): number {
  const {model, quant} = worker;
  const seqTokens = Math.max(0, tokens);
  const held = worker.exactKvCache ? heldKvBytes(worker, seqTokens) : undefined;
  if (held !== undefined) return held;
  const {bytesPerWeight} = kvCacheQuants[quant.kvCache];
  switch (model.family) {
    case "DEEPSEEK":
    case "KIMIK25":
      return seqTokens * bytesPerWeight * model.layers * latentSize(worker);
    case "KIMILINEAR":
      return kimiLinearKvBytes(worker, seqTokens);
    case "DEEPSEEKV32":
      return seqTokens * sparseKvBytes(worker);
    case "DEEPSEEKV4":
      return compressedKvBytes(worker, seqTokens);
    case "NEMOTRONNAS": {
      // The reference reads no KV heads from these configs and charges nothing (quirk 51); blocks state their own.
      const heads = (model.blocks ?? []).reduce((sum, block) => sum + block.count * nasKvHeads(worker, block), 0);
      return seqTokens * bytesPerWeight * 2 * heads * nasHeadDim;
    }
    case "GEMMA4MIX":
      return windowedKvBytes(worker, seqTokens);
    default:
      // Neither sliding windows nor layers without KV cache are credited (quirk 12).
      return seqTokens * bytesPerWeight * 2 * localKvHeads(worker) * model.headDim * model.layers;
  }
}

export function fitsMemory(memory: MemoryGiB, system: SystemSpec): boolean {
  return memory.total < bytesToGiB(system.memoryCapacityBytes);
}

/**
 * Whether the KV cache fits in the share of free memory that the engine gives it. Only TensorRT-LLM's aggregated
 * workers are checked, like the reference. Source: method.md §8.
 */
export function fitsKvCache(
  memory: MemoryGiB,
  system: SystemSpec,
  backend: WorkerSpec["backend"],
  freeFraction: number
): boolean {
  if (!backendTraits[backend].kvCache) return true;
  const free = bytesToGiB(system.memoryCapacityBytes) - (memory.total - memory.kvCache);
  return memory.kvCache <= free * kvShare(backend, freeFraction);
}

/** Share of the memory that nothing else takes that the KV cache of an aggregated worker may use; all where unchecked. */
export function kvShare(backend: WorkerSpec["backend"], freeFraction: number): number {
  const limits = backendTraits[backend].kvCache;
  return limits ? freeFraction * (1 - limits.reserved) * (1 - limits.tolerance) : 1;
}
