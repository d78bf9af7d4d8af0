/** What a plan leaves of memory, and how many requests would fit. */
import type {MemoryGiB, Plan} from "../result.js";
import {planWorkers} from "../search/detail.js";
import type {Evaluation} from "../search/evaluate.js";
import {decodeMemory, prefillMemory} from "../session/disaggregated.js";
import {fits} from "../session/worker.js";
import type {Worker} from "../session/worker.js";
import {bytesToGiB} from "../units.js";

/** Memory of one kind of worker, per GPU. */
export interface MemoryWhy {
  role: "agg" | "prefill" | "decode";
  capacityGiB: number;
  usedGiB: number;
  freeGiB: number;
  /** Requests per rank. */
  batch: number;
  /** Of the batches that fit, all else as it is. */
  largestBatch: number;
  /** What one request more than that would exceed: the memory, or the engine's share for KV cache. */
  limit: "memory" | "kvCache";
}

export type Misfit = (batch: number) => "memory" | "kvCache" | undefined;

/** Aggregated one worker, else prefill and decode. Throws InputError for a plan of another problem. */
export function memoryWhy(evaluation: Evaluation, plan: Plan): MemoryWhy[] {
  const {workload, freeMemoryFraction = 1, space, platform} = evaluation.problem;
  const {session, prefill, decode} = planWorkers(evaluation, plan);
  if (session) {
    const {ctxTokens = workload.isl} = plan.agg!;
    const seqTokens = platform.backend === "trtllm" ? space?.maxSeqTokens : undefined;
    const misfit: Misfit = (batch) => session.misfit(session.memory(batch, ctxTokens, seqTokens), freeMemoryFraction);
    return [workerWhy("agg", session.worker, plan.agg!, misfit)];
  }
  const capacity = (worker: Worker, memory: typeof prefillMemory): Misfit => {
    return (batch) => (fits(worker, memory(worker, workload, batch)) ? undefined : "memory");
  };
  return [
    workerWhy("prefill", prefill, plan.prefill!, capacity(prefill, prefillMemory)),
    workerWhy("decode", decode, plan.decode!, capacity(decode, decodeMemory))
  ];
}

function workerWhy(
  role: MemoryWhy["role"],
  {platform}: Worker,
  {memoryGiB, batchPerRank: batch}: {memoryGiB: MemoryGiB; batchPerRank: number},
  misfit: Misfit
): MemoryWhy {
  const capacityGiB = bytesToGiB(platform.system.memoryCapacityBytes);
  const usedGiB = memoryGiB.total;
  const {largestBatch, limit} = largestFit(batch, misfit);
  return {role, capacityGiB, usedGiB, freeGiB: capacityGiB - usedGiB, batch, largestBatch, limit};
}

/** A model without KV cache fits any number; nobody runs more than this. */
const mostRequests = 2 ** 24;

/**
 * Memory grows with the batch, so the last one that fits lies between one that does and one that does not; 0 where not
 * even one request fits.
 */
export function largestFit(batch: number, misfit: Misfit): {largestBatch: number; limit: "memory" | "kvCache"} {
  let [fitting, over] = misfit(batch) ? [0, batch] : [batch, 2 * batch];
  while (!misfit(over) && over < mostRequests) [fitting, over] = [over, 2 * over];
  while (over - fitting > 1) {
    const middle = Math.floor((fitting + over) / 2);
    if (misfit(middle)) over = middle;
    else fitting = middle;
  }
  return {largestBatch: fitting, limit: misfit(over) ?? "memory"};
}
