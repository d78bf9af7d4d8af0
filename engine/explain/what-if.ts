/** What an estimate would say of configurations next to its own: one step away in every size, all else as it is. */
import {InputError, PerfDataError} from "../errors.js";
import type {MemoryGiB} from "../result.js";
import {aggregatedBatches, contextTokenList} from "../search/aggregated.js";
import {decodeBatches} from "../search/disaggregated.js";
import {estimate} from "../session/estimate.js";
import type {Estimate, EstimateProblem, PoolSpec} from "../session/estimate.js";
import {handOverFault} from "./choice.js";
import {adjacent, leavesDecoding, parallelSteps} from "./neighbours.js";
import type {Step} from "./neighbours.js";

export type WhatIfFigures = Pick<
  Estimate,
  "ttftMs" | "tpotMs" | "requestLatencyMs" | "tokensPerSecPerGpu" | "tokensPerSecPerUser" | "concurrency" | "gpus"
> & {
  /** Of a GPU; of two pools of the one that holds more. */
  memoryGiB: number;
  fits: boolean;
};

export interface WhatIf {
  step: Step;
  /** The configuration then: what differs from the problem's. */
  sizes: Pick<EstimateProblem, "parallel" | "batch" | "ctxTokens" | "prefill" | "decode">;
  /** Null where it cannot be, and why. */
  figures: WhatIfFigures | null;
  obstacle: string;
}

/** Every step that the model and the engine can be asked for, those that fail too. */
export function whatIfs(problem: EstimateProblem): WhatIf[] {
  const steps = problem.mode === "disagg" ? pooledSteps(problem) : workerSteps(problem);
  return steps.map((step) => {
    const sizes = stepped(problem, step);
    return {step, sizes, ...answer({...problem, ...sizes})};
  });
}

/** Figures of an estimate in which configurations next to each other are compared. */
export function whatIfFigures(of: Estimate): WhatIfFigures {
  const {ttftMs, tpotMs, requestLatencyMs, tokensPerSecPerGpu, tokensPerSecPerUser, concurrency, gpus, fits} = of;
  const total = ({total}: MemoryGiB) => total;
  const memoryGiB = Math.max(...[of.memoryGiB, of.decodeMemoryGiB].flatMap((each) => (each ? [total(each)] : [])));
  return {
    ttftMs,
    tpotMs,
    requestLatencyMs,
    tokensPerSecPerGpu,
    tokensPerSecPerUser,
    concurrency,
    gpus,
    memoryGiB,
    fits
  };
}

/** What keeps two pools from working together, although each could run; empty where nothing does. */
export function poolFault({platform, prefill, decode, wideEp, decodeServing}: EstimateProblem): string {
  if (!prefill || !decode) return "";
  return handOverFault({platform, wideEp, decodeServing}, {mode: "disagg", prefill, decode}) ?? "";
}

function answer(problem: EstimateProblem): Pick<WhatIf, "figures" | "obstacle"> {
  const fault = poolFault(problem);
  if (fault) return {figures: null, obstacle: fault};
  try {
    return {figures: whatIfFigures(estimate(problem)), obstacle: ""};
  } catch (error) {
    if (!(error instanceof InputError || error instanceof PerfDataError)) throw error;
    return {figures: null, obstacle: error.message};
  }
}

/** Largest batch of the standard lists. */
const mostRequests = 512;

function workerSteps({mode, model, platform, parallel, batch, ctxTokens, workload}: EstimateProblem): Step[] {
  const {isl} = workload;
  const tokens = ctxTokens ?? isl;
  const isAggregated = mode === "agg";
  const batches = aggregatedBatches(Math.max(mostRequests, 2 * batch));
  const runs = (of: number, prefill: number) => !isAggregated || leavesDecoding(of, prefill, isl);
  return [
    ...parallelSteps({model, platform}, "agg", parallel),
    ...adjacent(
      "agg",
      "batch",
      batch,
      batches.filter((to) => runs(to, tokens))
    ),
    ...(isAggregated
      ? adjacent(
          "agg",
          "ctxTokens",
          tokens,
          contextTokenList(isl, true).filter((to) => runs(batch, to))
        )
      : [])
  ];
}

function pooledSteps({model, platform, prefill, decode}: EstimateProblem): Step[] {
  if (!prefill || !decode) throw new InputError("missing prefill or decode worker; give both");
  const byOne = (role: "prefill" | "decode", of: "batch" | "workers", {[of]: at}: PoolSpec) =>
    adjacent(
      role,
      of,
      at,
      [at - 1, at + 1].filter((next) => next >= 1)
    );
  return [
    ...parallelSteps({model, platform}, "prefill", prefill.parallel),
    ...byOne("prefill", "batch", prefill),
    ...byOne("prefill", "workers", prefill),
    ...parallelSteps({model, platform}, "decode", decode.parallel),
    ...adjacent("decode", "batch", decode.batch, decodeBatches(Math.max(mostRequests, 2 * decode.batch))),
    ...byOne("decode", "workers", decode)
  ];
}

function stepped({parallel, batch, ctxTokens, prefill, decode}: EstimateProblem, {role, sizes}: Step): WhatIf["sizes"] {
  const to = Object.fromEntries(sizes.map(({of, to}) => [of, to]));
  const {batch: newBatch, ctxTokens: newTokens, workers, ...wider} = to;
  if (role === "agg")
    return {parallel: {...parallel, ...wider}, batch: newBatch ?? batch, ctxTokens: newTokens ?? ctxTokens};
  const pool = (of: PoolSpec): PoolSpec => ({
    parallel: {...of.parallel, ...wider},
    batch: newBatch ?? of.batch,
    workers: workers ?? of.workers
  });
  const pools = {prefill: prefill!, decode: decode!};
  return {parallel, batch, ctxTokens, ...pools, [role]: pool(pools[role])};
}
