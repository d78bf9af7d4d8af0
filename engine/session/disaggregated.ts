import type {ExpertMode} from "../models/serving.js";
import type {MemoryGiB} from "../result.js";
import {requestLatencyMs, requestsPerSec} from "./metrics.js";
import {decodePhase, freshTokens, prefillPhase} from "./static.js";
import {encoderLoad, encoderPhase} from "./encoder.js";
import {memoryOf, mergeSource, newTally} from "./worker.js";
import type {Tally, Worker, Workload} from "./worker.js";

/**
 * Constants of the disaggregated model: how much slower a phase runs than alone, what is lost in keeping both pools
 * busy, and how much longer a prompt takes when it queues. Source: method.md §11.
 */
export const disaggregation = {
  prefillLatencyScale: 1.1,
  decodeLatencyScale: 1.08,
  prefillRateShare: 0.9,
  decodeRateShare: 0.92,
  ttftScale: 1.8,
  maxWorkers: 32,
  maxGpusPerReplica: 128,
  maxGpusPerWideReplica: 512,
  /** Prefill workers considered, the best first. */
  prefillRows: 32
} as const;

/** One pool's worker at one batch size. */
export interface PoolPoint {
  worker: Worker;
  batch: number;
  /** Prefill: TTFT without queueing. Decode: TPOT. The other is 0. */
  latencyMs: number;
  requestsPerSec: number;
  requestsPerSecPerGpu: number;
  concurrency: number;
  memoryGiB: MemoryGiB;
  tally: Tally;
}

/** Prefill worker on one batch, its images included. Source: method.md §9, §11. */
export function prefillPoint(worker: Worker, workload: Workload, batch: number, memoryGiB: MemoryGiB): PoolPoint {
  const tally = newTally();
  prefillPhase(worker, batch, freshTokens(workload), workload.prefix, tally);
  const encoder = encoderPhase(worker, batch, workload);
  mergeSource(tally, encoder);
  tally.ms += encoder.ms;
  const latencyMs = tally.ms * disaggregation.prefillLatencyScale;
  return pool(worker, batch, latencyMs, latencyMs, memoryGiB, tally);
}

/** Decode worker on one batch. */
export function decodePoint(worker: Worker, workload: Workload, batch: number, memoryGiB: MemoryGiB): PoolPoint {
  const {isl, osl} = workload;
  const tally = newTally();
  decodePhase(worker, batch, isl, osl, tally);
  const tpotMs = osl > 1 ? (tally.ms * disaggregation.decodeLatencyScale) / (osl - 1) : 0;
  return pool(worker, batch, tpotMs, requestLatencyMs(0, tpotMs, osl), memoryGiB, tally);
}

function pool(
  worker: Worker,
  batch: number,
  latencyMs: number,
  requestMs: number,
  memoryGiB: MemoryGiB,
  tally: Tally
): PoolPoint {
  const {pp, dp} = worker.spec.parallel;
  const rate = requestsPerSec(batch * dp, requestMs, pp);
  return {
    worker,
    batch,
    latencyMs,
    requestsPerSec: rate,
    requestsPerSecPerGpu: rate / worker.gpus,
    concurrency: batch * dp,
    memoryGiB,
    tally
  };
}

export function prefillMemory(worker: Worker, workload: Workload, batch: number): MemoryGiB {
  const tokens = freshTokens(workload) * batch;
  return memoryOf(worker, {
    batch,
    tokens,
    seqTokens: workload.isl + 1,
    encoder: encoderLoad(worker, batch, workload)
  });
}

export function decodeMemory(worker: Worker, {isl, osl}: Workload, batch: number): MemoryGiB {
  return memoryOf(worker, {batch, tokens: batch, seqTokens: isl + osl});
}

/** How many workers of each pool make one replica. */
export interface Match {
  prefillWorkers: number;
  decodeWorkers: number;
  gpus: number;
  /** Of the replica: the slower pool decides. */
  requestsPerSec: number;
}

/** Replica shapes (prefill workers, decode workers, GPUs) that are allowed for two worker sizes. */
export class ReplicaShapes {
  private readonly byGpus = new Map<string, Int32Array>();

  constructor(private readonly allowedGpus: ReadonlySet<number>) {}

  /** Triples x, y, GPUs; y outermost, as ties go to the first. */
  of(prefillGpus: number, decodeGpus: number): Int32Array {
    const key = `${prefillGpus},${decodeGpus}`;
    let shapes = this.byGpus.get(key);
    if (!shapes) {
      const found: number[] = [];
      const {maxWorkers} = disaggregation;
      for (let y = 1; y <= maxWorkers; ++y)
        for (let x = 1; x <= maxWorkers; ++x) {
          const gpus = prefillGpus * x + decodeGpus * y;
          if (this.allowedGpus.has(gpus)) found.push(x, y, gpus);
        }
      this.byGpus.set(key, (shapes = Int32Array.from(found)));
    }
    return shapes;
  }
}

/** Sizes a replica may have: with experts over many GPUs any, else a list. Source: method.md §11. */
export function replicaSizes(totalGpus: number, experts: ExpertMode = "standard"): Set<number> {
  if (experts === "trtllm_wide" || experts === "deepep") {
    const most = Math.min(totalGpus, disaggregation.maxGpusPerWideReplica);
    return new Set(Array.from({length: most}, (_, i) => i + 1));
  }
  const most = Math.min(totalGpus, disaggregation.maxGpusPerReplica);
  return new Set([1, 2, 4, 8, ...Array.from({length: 15}, (_, i) => 16 + 8 * i)].filter((gpus) => gpus <= most));
}

/** The replica with the most requests/s/GPU for a pair of pools, rates unrounded (quirk 8); null when no allowed size fits. */
export function matchRates(prefill: PoolPoint, decode: PoolPoint, shapes: ReplicaShapes): Match | null {
  const triples = shapes.of(prefill.worker.gpus, decode.worker.gpus);
  const perPrefill = prefill.requestsPerSec * disaggregation.prefillRateShare;
  const perDecode = decode.requestsPerSec * disaggregation.decodeRateShare;
  let best = 0;
  let at = -1;
  for (let i = 0; i < triples.length; i += 3) {
    const perGpu = Math.min(perPrefill * triples[i], perDecode * triples[i + 1]) / triples[i + 2];
    if (perGpu > best) [best, at] = [perGpu, i];
  }
  if (at < 0) return null;
  const gpus = triples[at + 2];
  return {prefillWorkers: triples[at], decodeWorkers: triples[at + 1], gpus, requestsPerSec: best * gpus};
}
