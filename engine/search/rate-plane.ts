/** What prefill and decode workers make together, in any numbers: the plane that a search looks for the best in. */
import type {Tuning} from "../session/tuning.js";

/** One worker of a pool. */
export interface PoolWorker {
  gpus: number;
  /** Alone, before what is lost while the other pool is kept busy. */
  requestsPerSec: number;
}

/** Two workers whose rates are matched. */
export interface WorkerPair {
  prefill: PoolWorker;
  decode: PoolWorker;
  tuning: Pick<Tuning, "prefillRateShare" | "decodeRateShare">;
}

/** A replica of x prefill and y decode workers. */
export interface ReplicaRates {
  gpus: number;
  /** What each pool could do. */
  prefillRequestsPerSec: number;
  decodeRequestsPerSec: number;
  /** What both do: the slower one decides. */
  requestsPerSec: number;
  limitedBy: "prefill" | "decode";
  /** Share of its rate that the faster pool is idle for want of the other’s. */
  idleShare: number;
}

/** Source: method.md §11. */
export function replicaRates(
  {prefill, decode, tuning}: WorkerPair,
  prefillWorkers: number,
  decodeWorkers: number
): ReplicaRates {
  const prefillRequestsPerSec = prefill.requestsPerSec * tuning.prefillRateShare * prefillWorkers;
  const decodeRequestsPerSec = decode.requestsPerSec * tuning.decodeRateShare * decodeWorkers;
  const requestsPerSec = Math.min(prefillRequestsPerSec, decodeRequestsPerSec);
  return {
    gpus: prefill.gpus * prefillWorkers + decode.gpus * decodeWorkers,
    prefillRequestsPerSec,
    decodeRequestsPerSec,
    requestsPerSec,
    limitedBy: prefillRequestsPerSec < decodeRequestsPerSec ? "prefill" : "decode",
    idleShare: 1 - requestsPerSec / Math.max(prefillRequestsPerSec, decodeRequestsPerSec)
  };
}

/** Decode workers to a prefill worker at which neither waits for the other. */
export function balancedRatio({prefill, decode, tuning}: WorkerPair): number {
  return (prefill.requestsPerSec * tuning.prefillRateShare) / (decode.requestsPerSec * tuning.decodeRateShare);
}

/** Tokens/s per GPU of a replica with any ratio of decode to prefill workers, were they divisible. */
export function tokensPerSecPerGpuAt(pair: WorkerPair, decodePerPrefill: number, osl: number): number {
  const {requestsPerSec, gpus} = replicaRates(pair, 1, decodePerPrefill);
  return (requestsPerSec * osl) / gpus;
}

/** What a cell of the plane is: a replica that is tried, one of a size that is not, one of more GPUs than there are. */
export const cellStates = ["tried", "size", "gpus"] as const;
export type CellState = (typeof cellStates)[number];

/** Which replicas a plane holds. */
export interface PlaneSize {
  prefillWorkers: number;
  decodeWorkers: number;
  totalGpus: number;
  /** GPUs that a replica may have. */
  replicaGpus: readonly number[];
  osl: number;
}

/** Rows are decode workers, from 1; cell (x, y) is at (y − 1) · prefillWorkers + x − 1. */
export interface RatePlane extends Pick<PlaneSize, "prefillWorkers" | "decodeWorkers"> {
  gpus: Uint32Array;
  /** Of the replica’s GPUs, and of all there are: as many replicas as fit, the rest idle. */
  tokensPerSecPerGpu: Float64Array;
  tokensPerSecPerGpuCluster: Float64Array;
  /** Index into `cellStates`. */
  state: Uint8Array;
  /** Cells with the most of either among those tried; −1 without any. */
  best: number;
  bestOfCluster: number;
}

export function ratePlane(pair: WorkerPair, size: PlaneSize): RatePlane {
  const {prefillWorkers, decodeWorkers, totalGpus, replicaGpus, osl} = size;
  const cells = prefillWorkers * decodeWorkers;
  const allowed = new Set(replicaGpus);
  const plane: RatePlane = {
    prefillWorkers,
    decodeWorkers,
    gpus: new Uint32Array(cells),
    tokensPerSecPerGpu: new Float64Array(cells),
    tokensPerSecPerGpuCluster: new Float64Array(cells),
    state: new Uint8Array(cells),
    best: -1,
    bestOfCluster: -1
  };
  const most = {perGpu: 0, ofCluster: 0};
  for (let cell = 0; cell < cells; ++cell) {
    const [x, y] = [(cell % prefillWorkers) + 1, Math.floor(cell / prefillWorkers) + 1];
    const {gpus, requestsPerSec} = replicaRates(pair, x, y);
    // Compared before it becomes tokens, and the first of equals, as the search does.
    const perGpu = requestsPerSec / gpus;
    const ofCluster = (perGpu * Math.floor(totalGpus / gpus) * gpus) / totalGpus;
    plane.gpus[cell] = gpus;
    plane.tokensPerSecPerGpu[cell] = perGpu * osl;
    plane.tokensPerSecPerGpuCluster[cell] = ofCluster * osl;
    const state: CellState = gpus > totalGpus ? "gpus" : allowed.has(gpus) ? "tried" : "size";
    plane.state[cell] = cellStates.indexOf(state);
    if (state !== "tried") continue;
    if (perGpu > most.perGpu) [most.perGpu, plane.best] = [perGpu, cell];
    if (ofCluster > most.ofCluster) [most.ofCluster, plane.bestOfCluster] = [ofCluster, cell];
  }
  return plane;
}
