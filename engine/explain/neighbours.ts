/** What changes next to a plan: one step away in every dimension, all else as it is. */
import {backendTraits} from "../backend.js";
import {isMoe, splitsContext} from "../models/ops.js";
import type {Parallel, Plan, Reason} from "../result.js";
import {aggregatedBatches, contextTokenList} from "../search/aggregated.js";
import {decodeBatches} from "../search/disaggregated.js";
import type {Evaluation, SearchProblem} from "../search/evaluate.js";
import type {SearchRole} from "../search/space.js";
import type {PoolSpec} from "../session/estimate.js";
import {answerChoice, choiceOf, gpusOfChoice} from "./choice.js";
import type {AggregatedChoice, Choice, DisaggregatedChoice} from "./choice.js";
import {missesOf} from "./limits.js";
import type {HardLimit, Miss} from "./limits.js";
import type {Preferences} from "../search/goals.js";

export type Dimension = keyof Parallel | "batch" | "ctxTokens" | "workers";

/** Sizes of one role's workers that differ from the plan's: one, or two that must go together. */
export interface Step {
  role: SearchRole;
  sizes: {of: Dimension; from: number; to: number}[];
}

/** Figures in which plans next to each other are compared. */
export type NeighbourFigures = Pick<
  Plan,
  "tokensPerSecPerGpuCluster" | "tokensPerSecPerGpu" | "ttftMs" | "tpotMs" | "requestLatencyMs" | "concurrency" | "gpus"
>;

export interface Neighbour {
  step: Step;
  choice: Choice;
  /** GPUs of a replica. */
  gpus: number;
  /** Null where it cannot run. */
  figures: NeighbourFigures | null;
  /** Its figures less the plan's. */
  change: NeighbourFigures | null;
  /** Why it cannot run. */
  obstacle: {reason: Reason; message: string} | null;
  /** Hard targets and goals that it misses. */
  misses: Miss[];
}

/** Every step from a plan that its model, engine and GPUs can be asked for, those that fail too. */
export function neighboursOf(
  {problem}: Evaluation,
  plan: Plan,
  {limits, preferences}: {limits: readonly HardLimit[]; preferences: Preferences}
): Neighbour[] {
  const own = choiceOf(plan);
  const steps = own.mode === "agg" ? aggregatedSteps(problem, own) : pooledSteps(problem, own);
  return steps.map((step) => {
    const choice = stepped(own, step);
    const answer = answerChoice(problem, choice, preferences);
    const shared = {step, choice, gpus: gpusOfChoice(choice)};
    if (!answer.plan) {
      const {reason, message} = answer;
      return {...shared, figures: null, change: null, obstacle: {reason, message}, misses: []};
    }
    const figures = figuresOf(answer.plan);
    const misses = missesOf(problem, answer.plan, limits, preferences);
    return {...shared, figures, change: less(figures, figuresOf(plan)), obstacle: null, misses};
  });
}

export function figuresOf(plan: Plan): NeighbourFigures {
  const {tokensPerSecPerGpuCluster, tokensPerSecPerGpu, ttftMs, tpotMs, requestLatencyMs, concurrency, gpus} = plan;
  return {tokensPerSecPerGpuCluster, tokensPerSecPerGpu, ttftMs, tpotMs, requestLatencyMs, concurrency, gpus};
}

function less(a: NeighbourFigures, b: NeighbourFigures): NeighbourFigures {
  const names = Object.keys(a) as (keyof NeighbourFigures)[];
  return Object.fromEntries(names.map((name) => [name, a[name] - b[name]])) as unknown as NeighbourFigures;
}

function aggregatedSteps(problem: SearchProblem, {parallel, batch, ctxTokens}: AggregatedChoice): Step[] {
  const {space = {}, maxBatch = 512, workload} = problem;
  const batches = space.aggBatches ?? aggregatedBatches(Math.max(space.aggMaxBatch ?? maxBatch, batch));
  const contexts = space.ctxTokens ?? contextTokenList(workload.isl, space.chunkedPrefill);
  return [
    ...adjacent(
      "agg",
      "batch",
      batch,
      batches.filter((to) => leavesDecoding(to, ctxTokens, workload.isl))
    ),
    ...adjacent(
      "agg",
      "ctxTokens",
      ctxTokens,
      contexts.filter((to) => leavesDecoding(batch, to, workload.isl))
    ),
    ...parallelSteps(problem, "agg", parallel)
  ];
}

/** Whether a mixed step has room for its prompts and, unless it runs one request, for one that decodes. */
export function leavesDecoding(batch: number, ctxTokens: number, isl: number): boolean {
  return batch - Math.ceil(ctxTokens / isl) >= (batch > 1 ? 1 : 0);
}

function pooledSteps(problem: SearchProblem, {prefill, decode}: DisaggregatedChoice): Step[] {
  const {space = {}, maxBatch = 512} = problem;
  const batches = space.decodeBatches ?? decodeBatches(Math.max(space.decodeMaxBatch ?? maxBatch, decode.batch));
  const byOne = (role: "prefill" | "decode", of: "batch" | "workers", {[of]: at}: PoolSpec) =>
    adjacent(
      role,
      of,
      at,
      [at - 1, at + 1].filter((next) => next >= 1)
    );
  return [
    ...byOne("prefill", "workers", prefill),
    ...byOne("decode", "workers", decode),
    ...adjacent("decode", "batch", decode.batch, batches),
    ...byOne("prefill", "batch", prefill),
    ...parallelSteps(problem, "prefill", prefill.parallel),
    ...parallelSteps(problem, "decode", decode.parallel)
  ];
}

/** To the next larger and the next smaller value of a list. */
export function adjacent(role: SearchRole, of: Dimension, from: number, list: readonly number[]): Step[] {
  const up = Math.min(...list.filter((value) => value > from));
  const down = Math.max(...list.filter((value) => value < from));
  return [up, down].filter(Number.isFinite).map((to) => ({role, sizes: [{of, from, to}]}));
}

/**
 * Doubled and halved sizes. With experts, attention and experts are sharded over the same GPUs, so that a size of one
 * goes with a size of the other, or a size is traded for another of the same side.
 */
export function parallelSteps(
  problem: Pick<SearchProblem, "model" | "platform">,
  role: SearchRole,
  parallel: Parallel
): Step[] {
  const moves: (readonly (readonly [keyof Parallel, number])[])[] = [];
  const twoWays = (...names: (keyof Parallel)[]) =>
    moves.push(...[2, 1 / 2].map((factor) => names.map((name) => [name, factor] as const)));
  const trade = (a: keyof Parallel, b: keyof Parallel) =>
    moves.push(...[2, 1 / 2].map((factor) => [[a, factor] as const, [b, 1 / factor] as const]));
  const context = splitsPrompts(problem, role) ? (["cp"] as const) : [];
  if (isMoe(problem.model)) {
    for (const attention of ["tp", "dp", ...context] as const)
      for (const experts of ["moeEp", "moeTp"] as const) twoWays(attention, experts);
    trade("tp", "dp");
    trade("moeTp", "moeEp");
  } else {
    for (const size of ["tp", ...context] as const) twoWays(size);
  }
  twoWays("pp");
  return moves.flatMap((move) => {
    const sizes = move.map(([of, factor]) => ({of, from: parallel[of], to: parallel[of] * factor}));
    return sizes.every(({to}) => Number.isInteger(to)) ? [{role, sizes}] : [];
  });
}

function splitsPrompts({model, platform}: Pick<SearchProblem, "model" | "platform">, role: SearchRole): boolean {
  return role !== "decode" && backendTraits[platform.backend].supportsContextParallel && splitsContext(model.family);
}

function stepped(choice: Choice, {role, sizes}: Step): Choice {
  const to = Object.fromEntries(sizes.map(({of, to}) => [of, to]));
  const {batch, ctxTokens, workers, ...parallel} = to;
  const given = (values: Record<string, number | undefined>) =>
    Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
  if (choice.mode === "agg")
    return {...choice, parallel: {...choice.parallel, ...parallel}, ...given({batch, ctxTokens})};
  const pool = choice[role as "prefill" | "decode"];
  return {...choice, [role]: {...pool, parallel: {...pool.parallel, ...parallel}, ...given({batch, workers})}};
}
