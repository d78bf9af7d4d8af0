/** Where disaggregation pays: one small search per pair of lengths, each asked for every TPOT target. */
import {bestByTpot} from "../engine/search/by-tpot.js";
import {evaluateSearchSteps} from "../engine/search/evaluate.js";
import type {SearchProblem} from "../engine/search/evaluate.js";
import {pruneFor} from "../engine/search/prune.js";
import {InputError, PerfDataError} from "../engine/errors.js";
import type {Plan} from "../engine/result.js";
import type {DataNote} from "../perf/data-note.js";
import type {Part} from "./calls.js";
import type {Problem} from "./protocol.js";
import type {Searcher} from "./searcher.js";

export interface PayoffAsk {
  /** Its workload says what of a request is the same everywhere: images. */
  problem: Problem;
  ttftMs: number;
  tpotsMs: number[];
  /** Tokens in and out of a request, in the order in which they are to be answered. */
  lengths: {isl: number; osl: number; prefix: number}[];
}

/** What the best plans of one pair of lengths serve, by TPOT target. */
export interface PayoffCell {
  isl: number;
  osl: number;
  /** A target each. */
  best: {agg: BestRate | null; disagg: BestRate | null}[];
  /** Why there is nothing: a request that the model cannot take, say. */
  error?: string;
}

export interface BestRate {
  tokensPerSecPerGpu: number;
  ttftMs: number;
  tpotMs: number;
  plan: Pick<Plan, "mode" | "agg" | "prefill" | "decode" | "replicas">;
}

export interface PayoffPart extends Part {
  cells: PayoffCell[];
  /** Where the figures come from; with the first part. */
  data?: DataNote[];
}

/** Between pauses; a cancelled sweep ends within one. */
const stretchMs = 30;

export async function sweepPayoff(
  searcher: Searcher,
  {problem, ttftMs, tpotsMs, lengths}: PayoffAsk,
  onpart: (part: PayoffPart) => void,
  isCancelled: () => boolean
): Promise<void> {
  const {data, ...platforms} = await searcher.opened(problem);
  const {totalGpus, quant, exactKvCache, serving, workload} = problem;
  const shared = {...platforms, totalGpus, quant, exactKvCache, ...serving};
  // A prompt that the TTFT target shuts out of a worker need not be evaluated there; any TPOT can be asked afterwards.
  const prune = pruneFor({ttftMs, tpotMs: Infinity});
  const progress = {done: 0, total: lengths.length};
  onpart({cells: [], data, progress});
  let from = performance.now();
  const rest = async (): Promise<boolean> => {
    if (performance.now() - from < stretchMs) return true;
    await new Promise((later) => setTimeout(later));
    from = performance.now();
    return !isCancelled();
  };
  for (const length of lengths) {
    const cell = await answered({...shared, workload: {...workload, ...length}});
    if (!cell) return;
    onpart({cells: [cell], progress: {...progress, done: ++progress.done}});
  }

  /** Undefined when it was cancelled. */
  async function answered(asked: SearchProblem): Promise<PayoffCell | undefined> {
    const {isl, osl} = asked.workload;
    try {
      const steps = evaluateSearchSteps(asked, {prune});
      for (;;) {
        const {done, value} = steps.next();
        if (!done) {
          if (!(await rest())) return undefined;
          continue;
        }
        const best: PayoffCell["best"] = [];
        for (const tpotMs of tpotsMs) {
          const [{agg, disagg}] = bestByTpot(value, ttftMs, [tpotMs]);
          best.push({agg: rateOf(agg), disagg: rateOf(disagg)});
          if (!(await rest())) return undefined;
        }
        return {isl, osl, best};
      }
    } catch (error) {
      if (!(error instanceof InputError || error instanceof PerfDataError)) throw error;
      return {isl, osl, best: tpotsMs.map(() => ({agg: null, disagg: null})), error: error.message};
    }
  }
}

function rateOf(plan: Plan | null): BestRate | null {
  if (!plan) return null;
  const {mode, agg, prefill, decode, replicas, tokensPerSecPerGpuCluster, ttftMs, tpotMs} = plan;
  return {tokensPerSecPerGpu: tokensPerSecPerGpuCluster, ttftMs, tpotMs, plan: {mode, agg, prefill, decode, replicas}};
}
