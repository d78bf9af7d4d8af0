/** What the workers of an estimate hold in memory, how far their KV cache may grow, and how many requests that makes. */
import {fitsKvCache, kvShare} from "../memory.js";
import type {MemoryGiB} from "../result.js";
import {AggregatedSession} from "../session/aggregated.js";
import {decodeMemory, prefillMemory} from "../session/disaggregated.js";
import {withImages} from "../session/encoder.js";
import {estimateFreeFraction, estimateWorkers, staticMemory} from "../session/estimate.js";
import type {EstimateProblem} from "../session/estimate.js";
import {fits} from "../session/worker.js";
import type {Worker} from "../session/worker.js";
import {bytesToGiB} from "../units.js";
import {largestFit} from "./memory.js";

/** Memory of one GPU of one kind of worker. */
export interface MemoryRoom {
  role: "worker" | "prefill" | "decode";
  capacityGiB: number;
  memoryGiB: MemoryGiB;
  /** What the KV cache may take beside all else that is held now. */
  kvLimitGiB: number;
  /** What keeps it from more: the GPU's memory, or the share of what is free that the engine gives it. */
  limit: "memory" | "kvCache";
  fits: boolean;
  /** Requests per rank, and the most that fit as everything grows with them; 0 where not one fits. */
  batch: number;
  largestBatch: number;
  /** Tokens that a request keeps in the cache at the end. */
  seqTokens: number;
}

/** One worker, or prefill and decode. Throws InputError. */
export function memoryRooms(problem: EstimateProblem): MemoryRoom[] {
  const asked = {...problem, workload: withImages(problem.model, problem.workload)};
  const {worker, prefill, decode} = estimateWorkers(asked);
  const {workload, batch, mode} = asked;
  const {isl, osl} = workload;
  if (!worker)
    return [
      roomOf("prefill", prefill, asked.prefill!.batch, isl + 1, (of) => prefillMemory(prefill, workload, of)),
      roomOf("decode", decode, asked.decode!.batch, isl + osl, (of) => decodeMemory(decode, workload, of))
    ];
  if (mode === "agg") {
    const session = new AggregatedSession(worker, workload);
    const memory = (of: number) => session.memory(of, asked.ctxTokens ?? isl);
    return [roomOf("worker", worker, batch, isl + osl, memory, asked.freeMemoryFraction ?? estimateFreeFraction)];
  }
  const memory = (of: number) => staticMemory(worker, mode, of, workload);
  return [roomOf("worker", worker, batch, isl + (mode === "static_ctx" ? 1 : osl), memory)];
}

function roomOf(
  role: MemoryRoom["role"],
  worker: Worker,
  batch: number,
  seqTokens: number,
  memoryAt: (batch: number) => MemoryGiB,
  freeFraction?: number
): MemoryRoom {
  const {system, backend} = worker.platform;
  const memoryGiB = memoryAt(batch);
  const misfit = (of: number) => {
    const memory = memoryAt(of);
    if (!fits(worker, memory)) return "memory";
    return freeFraction === undefined || fitsKvCache(memory, system, backend, freeFraction) ? undefined : "kvCache";
  };
  const capacityGiB = bytesToGiB(system.memoryCapacityBytes);
  const freeGiB = Math.max(0, capacityGiB - (memoryGiB.total - memoryGiB.kvCache));
  const share = freeFraction === undefined ? 1 : kvShare(backend, freeFraction);
  return {
    role,
    capacityGiB,
    memoryGiB,
    kvLimitGiB: freeGiB * share,
    fits: misfit(batch) === undefined,
    batch,
    ...largestFit(batch, misfit),
    seqTokens
  };
}
