/** What every long call takes: tables to answer from, a way to stop it, and word of how far it is. */
import type {CalibrationTable} from "../engine/simulate/calibration.js";
import type {Tables} from "../perf/tables.js";

/** How far a call is. `done` only grows within a phase and ends at `total`. */
export interface Progress {
  /**
   * `tables`: files are read. `candidates`: kinds of workers are evaluated. `deployments`: requests are simulated.
   * `inputs`: searches with one changed.
   */
  phase: "tables" | "candidates" | "deployments" | "inputs";
  done: number;
  total: number;
}

/** What every call takes besides its question. */
export interface CallOptions {
  /** What answers; the surfaces that the package carries unless given. */
  tables?: Tables;
  /** Ends the call between two steps: it rejects with the signal's reason. */
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
  /** Constants of simulations that `kneepoint calibrate` fitted to your own runs, asked before those of the package. */
  calibration?: CalibrationTable;
}

/** The longest that a call holds its thread, in milliseconds, unless a single step takes longer. */
export const sliceMs = 10;

/** Runs steps to their end, in slices between which the event loop turns. Rejects with the signal's reason. */
export async function finish<T>(
  steps: Generator<{done: number; total: number}, T>,
  phase: Progress["phase"],
  {signal, onProgress}: Pick<CallOptions, "signal" | "onProgress">
): Promise<T> {
  for (let from = performance.now(); ;) {
    signal?.throwIfAborted();
    const step = steps.next();
    if (step.done) return step.value;
    const {done, total} = step.value;
    onProgress?.({phase, done, total});
    if (performance.now() - from < sliceMs) continue;
    await turn();
    from = performance.now();
  }
}

/** What comes of `work`, or the signal's reason as soon as it aborts; then `work` goes on for whoever shares it. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, {once: true});
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

/** One turn of the event loop. Not by a timer: browsers hold nested ones back for 4 ms each. */
export function turn(): Promise<void> {
  const {port1, port2} = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
