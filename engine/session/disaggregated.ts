import type {ExpertMode} from "../models/serving.js";
import type {MemoryGiB} from "../result.js";
import {requestLatencyMs, requestsPerSec} from "./metrics.js";
import {decodePhase, freshTokens, prefillPhase} from "./static.js";
import {encoderLoad, encoderPhase} from "./encoder.js";
import {memoryOf, mergeSource, newTally} from "./worker.js";
import {defaultTuning} from "./tuning.js";
import type {Tuning} from "./tuning.js";
import type {Tally, Worker, Workload} from "./worker.js";

/** What a replica may be when nothing else is said. Source: method.md §11. */
export const replicaLimits = {
  maxWorkers: 32,
  maxGpus: 128,
  /** With experts over many GPUs. */
  maxGpusWide: 512
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
export function prefillPoint(
  worker: Worker,
  workload: Workload,
  batch: number,
  memoryGiB: MemoryGiB,
  {prefillLatencyScale}: Tuning = defaultTuning
): PoolPoint {
  const tally = newTally();
  prefillPhase(worker, batch, freshTokens(workload), workload.prefix, tally);
  const encoder = encoderPhase(worker, batch, workload);
  mergeSource(tally, encoder);
  tally.ms += encoder.ms;
  const latencyMs = tally.ms * prefillLatencyScale;
  return pool(worker, batch, latencyMs, latencyMs, memoryGiB, tally);
}

/** Decode worker on one batch. */
export function decodePoint(
  worker: Worker,
  workload: Workload,
  batch: number,
  memoryGiB: MemoryGiB,
  {decodeLatencyScale}: Tuning = defaultTuning
): PoolPoint {
  const {isl, osl} = workload;
  const tally = newTally();
  decodePhase(worker, batch, isl, osl, tally);
  const tpotMs = osl > 1 ? (tally.ms * decodeLatencyScale) / (osl - 1) : 0;
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

  /** `prefillWorkers`, `decodeWorkers`: counts that are tried; up to 32 of each unless given. */
  constructor(
    private readonly allowedGpus: ReadonlySet<number>,
    private readonly prefillWorkers: readonly number[] = upTo(replicaLimits.maxWorkers),
    private readonly decodeWorkers: readonly number[] = upTo(replicaLimits.maxWorkers)
  ) {}

  /** Triples x, y, GPUs; y outermost, as ties go to the first. */
  of(prefillGpus: number, decodeGpus: number): Int32Array {
    const key = `${prefillGpus},${decodeGpus}`;
    let shapes = this.byGpus.get(key);
    if (!shapes) {
      const found: number[] = [];
      for (const y of this.decodeWorkers)
        for (const x of this.prefillWorkers) {
          const gpus = prefillGpus * x + decodeGpus * y;
          if (this.allowedGpus.has(gpus)) found.push(x, y, gpus);
        }
      this.byGpus.set(key, (shapes = Int32Array.from(found)));
    }
    return shapes;
  }
}

/**
 * Sizes a replica may have: those given, up to `maxGpus`; else with experts over many GPUs any, else a list.
 *
 * Source: method.md §11.
 */
export function replicaSizes(
  totalGpus: number,
  experts: ExpertMode = "standard",
  {gpus, maxGpus}: {gpus?: readonly number[]; maxGpus?: number} = {}
): Set<number> {
  const wide = experts === "trtllm_wide" || experts === "deepep";
  const usual = gpus ? Math.max(...gpus) : wide ? replicaLimits.maxGpusWide : replicaLimits.maxGpus;
  const most = Math.min(totalGpus, maxGpus ?? usual);
  const listed = [1, 2, 4, 8, ...upTo(Math.max(15, Math.floor(most / 8) - 1)).map((i) => 8 + 8 * i)];
  return new Set((gpus ?? (wide ? upTo(most) : listed)).filter((size) => size <= most));
}

function upTo(most: number): number[] {
  return Array.from({length: most}, (_, i) => i + 1);
}

/** The replica with the most requests/s/GPU for a pair of pools, rates unrounded (quirk 8); null when no allowed size fits. */
export function matchRates(
  prefill: PoolPoint,
  decode: PoolPoint,
  shapes: ReplicaShapes,
  {prefillRateShare, decodeRateShare}: Tuning = defaultTuning
): Match | null {
  const triples = shapes.of(prefill.worker.gpus, decode.worker.gpus);
  const perPrefill = prefill.requestsPerSec * prefillRateShare;
  const perDecode = decode.requestsPerSec * decodeRateShare;
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

/**
 * The replica that serves a load with the fewest GPUs, several of it where one does not suffice; of equals the one
 * with the higher rate. Null when no allowed size fits or the load needs more than `maxGpus`.
 */
export function matchLoad(
  prefill: PoolPoint,
  decode: PoolPoint,
  shapes: ReplicaShapes,
  replicasFor: (requestsPerSec: number, decodeWorkers: number) => number,
  maxGpus = Infinity,
  {prefillRateShare, decodeRateShare}: Tuning = defaultTuning
): Match | null {
  const triples = shapes.of(prefill.worker.gpus, decode.worker.gpus);
  let best: Match | null = null;
  let fewest = maxGpus;
  for (let i = 0; i < triples.length; i += 3) {
    const [prefillWorkers, decodeWorkers, gpus] = [triples[i], triples[i + 1], triples[i + 2]];
    const requestsPerSec = Math.min(
      prefill.requestsPerSec * prefillRateShare * prefillWorkers,
      decode.requestsPerSec * decodeRateShare * decodeWorkers
    );
    const needed = replicasFor(requestsPerSec, decodeWorkers) * gpus;
    if (needed > fewest || (best && needed === fewest && requestsPerSec / gpus <= best.requestsPerSec / best.gpus))
      continue;
    fewest = needed;
    best = {prefillWorkers, decodeWorkers, gpus, requestsPerSec};
  }
  return best;
}
