/** Questions that need no table: on speed of light, and on the embedded coefficients, which have waiting. */
import {findModel, PerfDatabase} from "../../../engine/index.js";
import type {Backend, Database, Evaluation, Plan, SearchProblem} from "../../../engine/index.js";
import {answerSearch, evaluateSearch} from "../../../engine/index.js";
import type {SystemSpec} from "../../../engine/system.js";
import {literalSystem} from "../literal-tables.js";

export const dense = "Qwen/Qwen3-32B-FP8";
export const moe = "Qwen/Qwen3-30B-A3B";
export const targets = {ttftMs: 1000, tpotMs: 30};

export function problemOn(
  {
    backend = "trtllm",
    database = "sol",
    system = literalSystem
  }: {backend?: Backend; database?: Database; system?: SystemSpec} = {},
  {model = dense, ...more}: {model?: string} & Partial<Omit<SearchProblem, "model">> = {}
): SearchProblem {
  const perf = new PerfDatabase(system.id, backend, "1.0");
  const platform = {system, backend, version: "1.0", perf, database};
  return {
    model: findModel(model),
    platform,
    totalGpus: 16,
    workload: {isl: 2000, osl: 300, prefix: 0},
    ...more
  };
}

/** The best plan of each mode under loose targets. */
export function bestPlans(problem: SearchProblem, asked = targets): {evaluation: Evaluation; plans: Plan[]} {
  const evaluation = evaluateSearch(problem);
  const {agg, disagg} = answerSearch(evaluation, asked);
  return {evaluation, plans: [agg, disagg].flatMap((mode) => mode?.best.slice(0, 2) ?? [])};
}
