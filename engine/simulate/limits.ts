/** What a worker's scheduler has to go by: its KV cache in tokens, and defaults of each backend's limits. */
import {InputError} from "../errors.js";
import {kvCacheBytes} from "../memory.js";
import type {Backend} from "../schema.js";
import {memoryOf} from "../session/worker.js";
import type {Worker} from "../session/worker.js";
import {bytesPerGiB} from "../units.js";
import {schedulerPolicies} from "./policy.js";
import type {EngineLimits} from "./types.js";

export interface KvChoices {
  /**
   * vllm `gpu_memory_utilization`: of all memory, weights and everything else included. sglang `mem_fraction_static`: of
   * all memory, weights and KV cache. trtllm `free_gpu_memory_fraction`: of what is free once all else has its memory.
   */
  memoryFraction?: number;
  /** Memory that nothing here reckons with: CUDA graphs, other processes. */
  reservedBytes?: number;
  /** Length that the KV cache of a token is worked out at, where layers keep windows or states; 4096 unless given. */
  sequenceTokens?: number;
}

export interface LimitChoices extends KvChoices, Partial<Omit<EngineLimits, "dpRanks" | "stages">> {}

interface BackendDefaults {
  memoryFraction: number;
  maxBatchedTokens: number;
  maxSequences: number;
}

/** Of a server on a GPU with 70 GiB or more, all else unsaid. Sources: docs/simulation.md. */
export const limitDefaults: Readonly<Record<Backend, BackendDefaults>> = {
  vllm: {memoryFraction: 0.9, maxBatchedTokens: 8192, maxSequences: 1024},
  sglang: {memoryFraction: 0.88, maxBatchedTokens: 8192, maxSequences: 4096},
  trtllm: {memoryFraction: 0.9, maxBatchedTokens: 8192, maxSequences: 2048}
};

/** Limits of a worker: what is given, the backend's defaults else. Throws InputError where its weights leave no room. */
export function engineLimits(worker: Worker, choices: LimitChoices = {}): EngineLimits {
  const {backend, parallel} = worker.spec;
  const {memoryFraction: _m, reservedBytes: _r, sequenceTokens: _s, ...given} = choices;
  const {maxBatchedTokens, maxSequences} = limitDefaults[backend];
  const limits = {policy: schedulerPolicies[backend], maxBatchedTokens, maxSequences, ...given};
  const kvTokens = given.kvTokens ?? kvCapacityTokens(worker, {...choices, maxBatchedTokens: limits.maxBatchedTokens});
  return {...limits, kvTokens, dpRanks: parallel.dp, stages: parallel.pp};
}

/** KV cache of one attention-DP rank in tokens. Throws InputError where weights and activations leave no room. */
export function kvCapacityTokens(
  worker: Worker,
  {memoryFraction, reservedBytes = 0, sequenceTokens = 4096, maxBatchedTokens}: KvChoices & {maxBatchedTokens?: number}
): number {
  const {spec, platform} = worker;
  const {backend} = spec;
  const fraction = memoryFraction ?? limitDefaults[backend].memoryFraction;
  if (!(fraction > 0 && fraction <= 1))
    throw new InputError(`invalid memoryFraction: ${fraction}; must be above 0, at most 1`);
  const tokens = maxBatchedTokens ?? limitDefaults[backend].maxBatchedTokens;
  const {weights, activations, nccl, other} = memoryOf(worker, {batch: 0, tokens, seqTokens: 0});
  const capacity = platform.system.memoryCapacityBytes;
  const fixed = (weights + nccl + other) * bytesPerGiB + reservedBytes;
  const run = activations * bytesPerGiB;
  const bytes = kvBytes(backend, {capacity, fraction, fixed, run});
  if (!(bytes > 0))
    throw new InputError(
      `no room for KV cache: ${worker.label} needs ${Math.ceil((fixed + run) / bytesPerGiB)} of ${Math.floor((capacity * fraction) / bytesPerGiB)} GiB for all else; use more GPUs or a larger memoryFraction`
    );
  // Every stage keeps its own layers' part.
  const perSequence = kvCacheBytes({...spec, exactKvCache: true}, sequenceTokens) / spec.parallel.pp;
  return Math.floor((bytes * sequenceTokens) / perSequence);
}

interface Budget {
  capacity: number;
  fraction: number;
  /** Weights and what stays beside them; activations of the largest step. */
  fixed: number;
  run: number;
}

function kvBytes(backend: Backend, {capacity, fraction, fixed, run}: Budget): number {
  switch (backend) {
    case "vllm":
      return capacity * fraction - fixed - run;
    case "trtllm":
      return (capacity - fixed - run) * fraction;
    case "sglang":
      // Activations live in what the fraction leaves.
      return capacity * fraction - fixed;
  }
}
