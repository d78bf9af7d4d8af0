/** The best plan of a question, as sizes to simulate: by formulas at once, by simulations in a while. */
import {modesOf} from "../engine/result.js";
import type {Plan, SearchResult} from "../engine/result.js";
import {answerSearch} from "../engine/search/answer.js";
import type {Evaluation} from "../engine/search/evaluate.js";
import {simulatedAnswerSteps} from "../engine/search/simulated.js";
import type {DeployedSizes} from "../engine/simulate/deployed.js";
import type {Part} from "./calls.js";
import {pacing} from "./pace.js";
import type {Ask, Problem} from "./protocol.js";
import type {Searcher} from "./searcher.js";

export interface ChosenPlan {
  sizes: DeployedSizes;
  replicas: number;
  /** Where none keeps the targets: the nearest, or, where none comes near, the quickest. */
  chosen: "best" | "nearest" | "quickest";
}

/** Deployments simulated, and, in the last part, what they chose. */
export interface ChoicePart extends Part {
  plan?: ChosenPlan;
}

export class NoPlan extends Error {}

/** Between news. */
const newsMs = 60;

/** By simulation; that by formulas where there is none. Throws NoPlan where nothing fits. */
export async function choosePlan(
  searcher: Searcher,
  ask: Ask,
  onpart: (part: ChoicePart) => void,
  isCancelled: () => boolean
): Promise<void> {
  const pace = pacing(isCancelled);
  const {evaluation} = await searcher.evaluated(ask.problem);
  const steps = simulatedAnswerSteps(evaluation, ask.targets, {...ask.preferences, topN: 1});
  let toldMs = -Infinity;
  for (;;) {
    const {done: isOver, value} = steps.next();
    if (isOver) {
      const plan = planIn(value, ask.problem) ?? (await formulaPlan(searcher, ask));
      return onpart({progress: {done: 1, total: 1}, plan});
    }
    const {done, total} = value;
    const nowMs = performance.now();
    if (nowMs - toldMs >= newsMs) {
      toldMs = nowMs;
      onpart({progress: {done, total: Math.max(total, done + 1)}});
    }
    if (!(await pace())) return;
  }
}

/** Throws NoPlan where nothing fits. */
export async function formulaPlan(searcher: Searcher, {problem, targets, preferences}: Ask): Promise<ChosenPlan> {
  const {evaluation} = await searcher.evaluated(problem);
  const best = planIn(answerSearch(evaluation, targets, {...preferences, topN: 1}), problem);
  return best ?? quickestPlan(evaluation, problem);
}

/** Where nothing comes near the targets. */
function quickestPlan(evaluation: Evaluation, problem: Problem): ChosenPlan {
  const any = answerSearch(evaluation, {ttftMs: Infinity, tpotMs: Infinity}, {objective: "latency", topN: 1});
  const plan = planIn(any, problem);
  if (!plan) throw new NoPlan("nothing fits");
  return {...plan, chosen: "quickest"};
}

/** The plan that is chosen, or else the nearest. */
function planIn(result: SearchResult, problem: Problem): ChosenPlan | undefined {
  const modes = modesOf(result);
  const chosen = result.chosen && result[result.chosen]?.best[0];
  const nearest = chosen || modes.find(({best}) => best.length > 0)?.best[0];
  if (!nearest) return undefined;
  const meets = modes.some(({best, meetsTargets}) => best[0] === nearest && meetsTargets);
  return {...sizesOf(nearest, problem), chosen: meets ? "best" : "nearest"};
}

function sizesOf(plan: Plan, {workload}: Problem): Pick<ChosenPlan, "sizes" | "replicas"> {
  const {agg, prefill, decode, replicas} = plan;
  const pool = ({parallel, batchPerRank: batch, workers}: NonNullable<Plan["prefill"]>) => ({parallel, batch, workers});
  if (!agg) return {sizes: {mode: "disagg", prefill: pool(prefill!), decode: pool(decode!)}, replicas};
  const {parallel, batchPerRank, ctxTokens = workload.isl} = agg;
  return {sizes: {mode: "agg", parallel, batch: batchPerRank, ctxTokens}, replicas};
}
