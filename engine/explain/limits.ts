/** What a plan must keep to be offered: latency targets and hard goals alike. */
import type {Plan, Targets} from "../result.js";
import type {SearchProblem} from "../search/evaluate.js";
import {planFigures} from "../search/figures.js";
import {goalMetrics, metricOf, violation} from "../search/goals.js";
import type {GoalMetric, Preferences} from "../search/goals.js";

export interface HardLimit {
  metric: GoalMetric;
  threshold: number;
  /** Of a latency: the share of requests that must keep it; of their mean without. */
  share?: number;
  /** A latency target, which two pools must stay below, where others may reach their threshold. */
  isTarget: boolean;
}

/** A limit that is not kept. */
export interface Miss {
  metric: GoalMetric;
  threshold: number;
  /** What it is instead. */
  value: number;
  /** How far beyond the threshold, as a share of it. */
  by: number;
}

/**
 * A request-latency target replaces those of TTFT and TPOT; an infinite one is none. Goals of a share of requests are
 * left out unless they are asked for: only a simulation can judge them.
 */
export function hardLimits(
  {ttftMs, tpotMs, requestLatencyMs}: Targets,
  {goals = []}: Preferences = {},
  {shares = false}: {shares?: boolean} = {}
): HardLimit[] {
  const targets = requestLatencyMs === undefined ? {ttftMs, tpotMs} : {requestLatencyMs};
  const named = Object.entries(targets) as [GoalMetric, number][];
  return [
    ...named
      .filter(([, threshold]) => Number.isFinite(threshold))
      .map(([metric, threshold]) => ({metric, threshold, isTarget: true})),
    ...goals
      .filter(({hard, share}) => hard && (shares || share === undefined))
      .map(({metric, threshold, share}) => ({
        metric,
        threshold,
        ...(share !== undefined && {share}),
        isTarget: false
      }))
  ];
}

/** Whether a figure of a plan in `mode` keeps a limit. */
export function keeps({metric, threshold, isTarget}: HardLimit, value: number, mode: Plan["mode"]): boolean {
  if (goalMetrics[metric].limit === "least") return value >= threshold;
  return isTarget && mode === "disagg" ? value < threshold : value <= threshold;
}

/** The nearest threshold of its kind that a figure keeps. */
export function admitting({metric, isTarget}: HardLimit, value: number, mode: Plan["mode"]): number {
  return isTarget && mode === "disagg" && goalMetrics[metric].limit === "most" ? above(value) : value;
}

/** The next number that a double can hold, of one above 0. */
function above(value: number): number {
  const bits = new BigInt64Array(Float64Array.of(value).buffer);
  bits[0] += 1n;
  return new Float64Array(bits.buffer)[0];
}

/** The limits that a plan does not keep; those whose figure is not known are kept. */
export function missesOf(
  problem: SearchProblem,
  plan: Plan,
  limits: readonly HardLimit[],
  preferences: Preferences = {}
): Miss[] {
  const figures = planFigures(problem, plan, preferences);
  return limits.flatMap((limit) => {
    const {metric, threshold} = limit;
    const value = metricOf(plan, figures, metric);
    if (value === undefined || keeps(limit, value, plan.mode)) return [];
    return [{metric, threshold, value, by: violation(metric, threshold, value)}];
  });
}
