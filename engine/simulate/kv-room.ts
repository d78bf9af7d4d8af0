/** How much KV cache a worker has: what decides whether requests wait for room. */
import {kvCacheBytes, workerMemory} from "../memory.js";
import type {WorkerSpec} from "../models/worker.js";
import type {Worker} from "../session/worker.js";
import {bytesToGiB} from "../units.js";

/** Memory of one GPU, in bytes. */
export interface KvRoom {
  capacityBytes: number;
  /** Share of the capacity, or of what is left of it, that the engine takes; see `memoryTerms`. */
  fraction: number;
  weightBytes: number;
  /** Peak of activations at the step's token budget. */
  activationBytes: number;
  /** Communication buffers, CUDA context and graphs. */
  runtimeBytes: number;
  kvBytes: number;
  bytesPerToken: number;
  /** Of one attention-DP rank. */
  kvTokens: number;
  /** Where the rule is from. */
  source: string;
}

interface MemoryTerms {
  /** What the fraction is of: all memory, or what weights, activations and runtime leave. */
  fractionOf: "all" | "left";
  /** Peak of activations at a budget of 8,192 tokens, in GiB; undefined: as the memory model has it. */
  activationsGiB?: {dense: number; moe: number};
  /** Whether activations and runtime come out of the share; else out of what the fraction leaves. */
  withinShare: boolean;
  runtimeGiB: {alone: number; group: number};
  source: string;
}

/**
 * Memory terms by engine. vLLM profiles a step at its token budget; SGLang leaves what its static fraction does not take;
 * TensorRT-LLM measures what is free after a trial run and takes a fraction.
 */
export const memoryTerms: Record<WorkerSpec["backend"], MemoryTerms> = {
  vllm: {
    fractionOf: "all",
    activationsGiB: {dense: 5.2, moe: 3.5},
    withinShare: true,
    runtimeGiB: {alone: 0.13, group: 0.55},
    source:
      "llm-d capacity planner, measured on vLLM: activations 4.8–5.6 GiB dense, others 0.13/0.55 GiB; MoE as runs hold tokens (MiniMax-M2.5 on H100, Kimi-K2.5 on B200)"
  },
  sglang: {
    fractionOf: "all",
    withinShare: false,
    runtimeGiB: {alone: 0, group: 0},
    source: "SGLang server arguments: mem-fraction-static holds weights and KV cache"
  },
  trtllm: {
    fractionOf: "left",
    withinShare: true,
    runtimeGiB: {alone: 1.5, group: 2},
    source: "TensorRT-LLM KvCacheConfig: free_gpu_memory_fraction of what a trial run at max_num_tokens leaves"
  }
};

/**
 * Room for KV cache on a GPU of the worker, for sequences of about `seqTokens`. What the engine would refuse to start
 * with has 0 tokens.
 */
export function kvRoom(
  worker: Worker,
  {fraction, maxBatchedTokens, seqTokens}: {fraction: number; maxBatchedTokens: number; seqTokens: number}
): KvRoom {
  const {spec, platform, weightBytes: allWeights} = worker;
  const {parallel, model, backend} = spec;
  const terms = memoryTerms[backend];
  const capacityBytes = platform.system.memoryCapacityBytes;
  const weightBytes = allWeights / parallel.pp;
  const gib = 1 / bytesToGiB(1);
  const runtimeBytes = (parallel.tp * parallel.dp > 1 ? terms.runtimeGiB.group : terms.runtimeGiB.alone) * gib;
  const measured = terms.activationsGiB?.[model.experts > 0 ? "moe" : "dense"];
  const modelled = () =>
    workerMemory(spec, platform.system, allWeights, {batch: 1, tokens: maxBatchedTokens, seqTokens: 1, nextn: 0});
  const activationBytes = (measured ?? modelled().activations) * gib;
  const taken = terms.withinShare ? activationBytes + runtimeBytes : 0;
  const share =
    terms.fractionOf === "all"
      ? capacityBytes * fraction - weightBytes - taken
      : (capacityBytes - weightBytes - taken) * fraction;
  const kvBytes = Math.max(0, Math.min(share, capacityBytes - weightBytes));
  // Layers are spread over stages, and each keeps its own.
  const bytesPerToken = kvCacheBytes({...spec, exactKvCache: true}, seqTokens) / seqTokens / parallel.pp;
  return {
    capacityBytes,
    fraction,
    weightBytes,
    activationBytes,
    runtimeBytes,
    kvBytes,
    bytesPerToken,
    kvTokens: Math.floor(kvBytes / bytesPerToken),
    source: terms.source
  };
}
