/** What a model's figures leave out or count too much, as the method has it, in words. Source: method.md §15. */
import {kvCacheDoubts} from "./kv-cache.js";
import {kvCacheBytes} from "./memory.js";
import type {WorkerSpec} from "./models/worker.js";
import {gemmQuants} from "./quant.js";
import {bytesToGiB} from "./units.js";

/** Of a worker whose sequences end at `seqTokens` tokens. */
export function modelDoubts(worker: WorkerSpec, seqTokens: number): string[] {
  return [
    ...kvCacheDoubts(worker, kvCacheBytes(worker, seqTokens), seqTokens),
    ...sharedExpertDoubts(worker),
    ...reductionDoubts(worker),
    ...stateDoubts(worker),
    ...attentionWeightDoubts(worker)
  ];
}

/** Llama-4's op list has no shared expert (method.md §7.4 HYBRIDMOE). */
function sharedExpertDoubts({model}: WorkerSpec): string[] {
  const {family, id, sharedInterSize, hiddenSize, layerGroups = []} = model;
  if (family !== "HYBRIDMOE" || sharedInterSize === undefined) return [];
  const layers = layerGroups.reduce((sum, {moe, count}) => sum + (moe ? count : 0), 0);
  const parameters = 3 * hiddenSize * sharedInterSize * layers;
  return [`${id} is counted without its shared expert: ${(parameters / 1e9).toFixed(1)} billion parameters`];
}

/** Quirk 14. */
function reductionDoubts({model, parallel}: WorkerSpec): string[] {
  if (parallel.tp === 1 || (model.family !== "GEMMA4MIX" && model.family !== "HYBRIDMOE")) return [];
  return [`${model.id} is counted without all-reduces after attention and dense FFN; TP comes out too fast`];
}

/**
 * State-space tables know no tensor parallelism (method.md §6.9), and none of those released has Mamba-2's scan, whose
 * speed of light does not count the state (method.md §4).
 */
function stateDoubts({model, parallel}: WorkerSpec): string[] {
  const {id, gdn, mamba, blockCounts, family} = model;
  // Kimi's delta attention has no table, so that its heads are sharded.
  if ((!gdn || family === "KIMILINEAR") && !mamba) return [];
  const what = gdn ? "linear attention" : "Mamba-2";
  const unsharded = `${what} of ${id} was measured on one GPU and is counted unsharded; TP comes out too slow`;
  // A state of floats, read and written.
  const stateBytes = mamba ? mamba.heads * mamba.headDim * mamba.stateSize * 4 * 2 * (blockCounts?.mamba ?? 0) : 0;
  const stateMB = (stateBytes / parallel.tp / 1e6).toFixed(0);
  const unread = `Mamba-2's scan is counted without its state, ${stateMB} MB a request in every decode step of ${id}; large batches come out too fast`;
  return [...(parallel.tp > 1 ? [unsharded] : []), ...(mamba ? [unread] : [])];
}

/** Blocks of sparse attention that were measured as a whole count for no weights (method.md §7.4 DEEPSEEKV32). */
function attentionWeightDoubts({model, parallel, quant}: WorkerSpec): string[] {
  if (model.family !== "DEEPSEEKV32" && model.family !== "MINIMAXM3") return [];
  const parts = model.parameters.filter(({name}) => name === "attention" || name === "indexer");
  const weights = parts.reduce((sum, {parameters}) => sum + parameters, 0);
  const {bytesPerWeight} = gemmQuants[model.dsa?.keepsBf16 ? "bfloat16" : quant.gemm];
  const gib = bytesToGiB((weights * bytesPerWeight) / parallel.tp / parallel.pp);
  return [`memory is counted without the attention weights of ${model.id}: ${gib.toFixed(1)} GiB more on every GPU`];
}
