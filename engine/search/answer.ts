import {InputError} from "../errors.js";
import type {ModeResult, Plan, SearchResult, Targets} from "../result.js";
import type {Workload} from "../session/worker.js";
import {answerAggregated} from "./answer-aggregated.js";
import {answerDisaggregated} from "./answer-disaggregated.js";
import type {Evaluation} from "./evaluate.js";
import type {ModeAnswer} from "./mode-answer.js";
import {kneeIndex, paretoFront} from "./pareto.js";
import {pickBest} from "./pick.js";
import {withPlanError} from "./plan-error.js";

/**
 * The plans for given targets, out of an evaluation; nothing but near misses is evaluated again.
 *
 * The front holds every candidate within the TTFT target (or the request latency) that no other dominates, not only
 * those on a grid of TPOT values as in the reference, so it dominates or equals that one. Source: method.md §10–12.
 */
export function answerSearch(evaluation: Evaluation, targets: Targets, {topN = 5} = {}): SearchResult {
  checkTargets(targets, evaluation.problem.workload);
  const agg = modeResult(evaluation, "agg", answerAggregated(evaluation, targets), targets, topN);
  const pools = answerDisaggregated(evaluation, targets);
  const disagg = pools && modeResult(evaluation, "disagg", pools, targets, topN);
  const score = (mode: ModeResult | null) => (mode?.meetsTargets ? (mode.best[0]?.tokensPerSecPerGpuCluster ?? 0) : 0);
  const [a, d] = [score(agg), score(disagg)];
  const {doubts} = evaluation;
  return {agg, disagg, doubts, chosen: a === 0 && d === 0 ? null : d > a ? "disagg" : "agg"};
}

function checkTargets({ttftMs, tpotMs, requestLatencyMs}: Targets, {osl}: Workload): void {
  const positive = (name: string, value: number) => {
    if (!(value > 0)) throw new InputError(`invalid ${name}: ${value}; must be a number of milliseconds above 0`);
  };
  positive("ttft", ttftMs);
  positive("tpot", tpotMs);
  if (requestLatencyMs === undefined) return;
  positive("request latency", requestLatencyMs);
  if (osl < 2) throw new InputError(`invalid osl: ${osl}; a request-latency target needs at least 2 output tokens`);
}

function modeResult(
  evaluation: Evaluation,
  mode: "agg" | "disagg",
  answer: ModeAnswer,
  targets: Targets,
  topN: number
): ModeResult {
  const {plans, nearest, cloud, rejections} = answer;
  const errors = new Map<Plan, Plan>();
  const shown = (plan: Plan): Plan => {
    const known = errors.get(plan) ?? withPlanError(evaluation, plan);
    errors.set(plan, known);
    return known;
  };
  const byRequest = targets.requestLatencyMs !== undefined;
  const xs = plans.map((plan) => (byRequest ? plan.requestLatencyMs : plan.tokensPerSecPerUser));
  const ys = plans.map((plan) => plan.tokensPerSecPerGpuCluster);
  const front = paretoFront(xs, ys, byRequest);
  const knee = kneeIndex(
    front.map((i) => xs[i]),
    front.map((i) => ys[i])
  );
  const {best, meetsTargets} = pickBest(plans, targets, topN);
  const closest = nearest ?? best[0];
  return {
    mode,
    best: best.map(shown),
    nearest: meetsTargets || !closest ? null : shown(closest),
    front: front.map((i) => shown(plans[i])),
    knee: knee < 0 ? null : shown(plans[front[knee]]),
    cloud: {
      tokensPerSecPerUser: Float64Array.from(cloud, (point) => point.tokensPerSecPerUser),
      tokensPerSecPerGpuCluster: Float64Array.from(cloud, (point) => point.tokensPerSecPerGpuCluster),
      ttftMs: Float64Array.from(cloud, (point) => point.ttftMs)
    },
    ...rejections.result,
    meetsTargets
  };
}
