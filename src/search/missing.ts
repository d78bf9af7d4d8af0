/** What targets keep out, and the relaxation to offer for it. */
import {explainMisses} from "../engine/explain/misses.js";
import type {MissesWhy} from "../engine/explain/misses.js";
import type {Targets} from "../engine/result.js";
import type {Candidate} from "../engine/search/candidates.js";
import type {Evaluation} from "../engine/search/evaluate.js";
import {goalMetrics} from "../engine/search/goals.js";
import type {GoalMetric, Preferences} from "../engine/search/goals.js";
import type {Ask, Misses, Offer} from "./protocol.js";

/** Of all candidates by formula, or of those given. */
export function missesOf(
  evaluation: Evaluation,
  judged: Pick<Ask, "targets" | "preferences">,
  candidates?: readonly Candidate[]
): Misses {
  const count = ({targets, preferences}: typeof judged) => explainMisses(evaluation, targets, preferences, candidates);
  const why = count(judged);
  const limits = offered(why);
  return {...why, offer: limits && offerOf(count, judged, limits)};
}

/** The single limit that helps most, else the fewest together, at thresholds that people would write. */
function offered({relaxations: [single], together}: MissesWhy): Offer["limits"] | null {
  const limits = single ? [{metric: single.metric, to: single.useful.threshold}] : together?.limits;
  return limits?.map(({metric, to}) => ({metric, threshold: written(metric, to)})) ?? null;
}

/** Four significant digits, on the side that admits what the threshold itself does. */
function written(metric: GoalMetric, threshold: number): number {
  const step = 10 ** (Math.floor(Math.log10(threshold)) - 3);
  const steps = threshold / step;
  const whole = goalMetrics[metric].limit === "most" ? Math.floor(steps) + 1 : Math.ceil(steps) - 1;
  return Number((whole * step).toPrecision(4));
}

/** Counted anew, as a threshold that was rounded admits no fewer. */
function offerOf(
  count: (judged: Pick<Ask, "targets" | "preferences">) => MissesWhy,
  {targets, preferences}: Pick<Ask, "targets" | "preferences">,
  limits: Offer["limits"]
): Offer {
  const relaxed = {
    targets: limits.reduce((to, {metric, threshold}) => relaxedTargets(to, metric, threshold), targets),
    preferences: limits.reduce((to, {metric, threshold}) => relaxedGoals(to, metric, threshold), preferences)
  };
  return {limits, admits: count(relaxed).admitted};
}

function relaxedTargets(targets: Targets, metric: GoalMetric, threshold: number): Targets {
  const isTarget = metric === "ttftMs" || metric === "tpotMs" || metric === "requestLatencyMs";
  return isTarget && targets[metric] !== undefined && targets[metric] < threshold
    ? {...targets, [metric]: threshold}
    : targets;
}

function relaxedGoals(preferences: Preferences, metric: GoalMetric, threshold: number): Preferences {
  const {goals} = preferences;
  if (!goals) return preferences;
  return {
    ...preferences,
    goals: goals.map((goal) => (goal.hard && goal.metric === metric ? {...goal, threshold} : goal))
  };
}
