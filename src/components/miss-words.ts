/** What missing a target costs, in sentences with figures. */
import {penaltyOf} from "../engine/search/goals.js";
import type {PenaltyShape} from "../engine/search/goals.js";
import type {ModeResult, Plan} from "../engine/result.js";
import {goalMetrics, metricOf, violation} from "../engine/search/goals.js";
import {modeWords} from "../words.js";
import {thresholdWords} from "../why-words.js";
import {h} from "./dom.js";
import {figure, percent} from "./format.js";
import {askedTargets} from "./preference.js";
import type {Question} from "./question.js";

/** Plans that a chart of scores marks. */
export interface Marked {
  /** Most throughput, whatever it misses. */
  fastest: Plan;
  /** Highest score. */
  best: Plan;
  /** Of the front that `best` is of; null where that has none. */
  knee: Plan | null;
}

export function markedPlans(modes: readonly ModeResult[]): Marked | null {
  const plans = modes.flatMap(({front}) => front).concat(modes.flatMap(({best}) => best));
  const most = (of: (plan: Plan) => number) => plans.reduce((a, b) => (of(b) > of(a) ? b : a), plans[0]);
  if (plans.length === 0) return null;
  const best = most((plan) => plan.figures!.score);
  const knee = modes.find(({mode}) => mode === best.mode)?.knee ?? null;
  return {fastest: most((plan) => plan.tokensPerSecPerGpuCluster), best, knee};
}

/** How far a plan is beyond the soft target that it misses most; 0 when it keeps them all. */
export function farthestMiss(plan: Plan, question: Question): {by: number; name: string} {
  const misses = askedTargets(question).map(({soft, metric, threshold}) => {
    const value = plan.figures && metricOf(plan, plan.figures, metric);
    const by = soft && value !== undefined ? violation(metric, threshold, value) : 0;
    return {by: Math.max(0, by), name: goalMetrics[metric].label as string};
  });
  return misses.reduce((a, b) => (b.by > a.by ? b : a), {by: 0, name: ""});
}

/** Penalty of a violation in a shape, with the question's weight and steepness. */
export function penaltyAt(by: number, {weight, steepness}: Question, penaltyShape: PenaltyShape): number {
  const goal = {metric: "ttftMs", threshold: 1, hard: false, weight} as const;
  return penaltyOf(goal, 1 + by, {penaltyShape, steepness});
}

/** The violation that leaves no score: where the penalty is 1; 0 where the first miss does already. */
export function ruinousMiss({weight, steepness, penalty}: Question): number {
  return Math.max(0, steepness * Math.log(penalty === "jump" ? 1 / weight : 1 + 1 / weight));
}

/** The notebook's answer. */
export function missSentence(marked: Marked | null, question: Question): HTMLElement {
  if (!marked) return h("p", {class: "kp-lede"}, "No plan fits on these GPUs, so there is nothing to score.");
  const {fastest, best} = marked;
  const soft = askedTargets(question).filter((target) => target.soft);
  const targets = soft.map(({metric, threshold}) => thresholdWords(metric, threshold)).join(" and ");
  const [worst, chosen] = [farthestMiss(fastest, question), farthestMiss(best, question)];
  const ruin = ruinousMiss(question);
  const cost =
    ruin === 0
      ? `Missing ${targets} by anything costs the whole score`
      : `Missing ${targets} by 1 % costs ${percent(Math.min(1, penaltyAt(0.01, question, question.penalty)))} of the score, and by ${percent(ruin)} all of it`;
  const other =
    worst.by === 0
      ? `The plan with the most throughput keeps them, so it also scores highest: ${rate(fastest)}.`
      : `The plan with the most throughput, ${rate(fastest)}, misses ${worst.name} by ${percent(worst.by)} and ${keptShare(fastest)}; the one with the highest score, ${rate(best)}, ${chosen.by === 0 ? "misses nothing" : `misses ${chosen.name} by ${percent(chosen.by)}`}.`;
  return h("p", {class: "kp-lede"}, `${cost}. ${other}`);
}

function keptShare({figures, tokensPerSecPerGpuCluster}: Plan): string {
  const share = figures!.score / tokensPerSecPerGpuCluster;
  return share === 0 ? "keeps no score at all" : `keeps ${percent(share)} of it as score`;
}

function rate(plan: Plan): string {
  return `${modeWords[plan.mode]} at ${figure(plan.tokensPerSecPerGpuCluster)} tokens/s/GPU`;
}

/** What the knee is, of the front in the chart. */
export function kneeSentence({knee, best, fastest}: Marked): string {
  const what =
    "The knee is the point of a front farthest above the chord between its ends, with both axes scaled to the front’s own extent";
  if (!knee) return `${what}. This front has none: fewer than three points, or none above the chord.`;
  const share = percent(knee.tokensPerSecPerGpuCluster / fastest.tokensPerSecPerGpuCluster);
  const times = figure(knee.tokensPerSecPerUser / fastest.tokensPerSecPerUser);
  const scored = knee === best ? "; it also scores highest" : "";
  return `${what}. Here it keeps ${share} of the most throughput at ${times} times the speed per user${scored}. It knows of no target.`;
}
