/** Figures of a plan that depend on prices, a load and goals: those that were asked for. */
import {goalMetrics, metricOf, violation} from "../engine/search/goals.js";
import type {Sizing} from "../engine/search/goals.js";
import type {Plan} from "../engine/result.js";
import {gpuWords} from "../words.js";
import {figure, percent} from "./format.js";
import {askedTargets, wattsPerKilowatt} from "./preference.js";
import type {AskedTarget} from "./preference.js";
import type {Question} from "./question.js";

/** Name, value and what it means. */
export type AskedFigure = readonly [name: string, value: string, title: string];

export function askedFigures({figures, gpus}: Plan, question: Question): AskedFigure[] {
  if (!figures) return [];
  const {costPerMillionTokens, costPerHour, powerWatts, sizing, score, penalty} = figures;
  const asked = askedTargets(question).map(({name}) => name);
  const rows: (AskedFigure | false)[] = [
    costPerMillionTokens !== undefined && [
      "cost / M tokens",
      figure(costPerMillionTokens),
      `Per million output tokens, in the currency of your price; ${figure(costPerHour!)} per hour for the GPUs in use`
    ],
    asked.includes("power") && [
      "power",
      `${figure(powerWatts / wattsPerKilowatt)} kW`,
      "Board power of all GPUs in use: an upper bound, as no table holds measured power"
    ],
    sizing !== undefined && [
      "GPUs for the load",
      figure(Math.round(sizing.replicas / sizing.loadServed) * gpus),
      sizing.capped
        ? `Your GPUs serve ${percent(sizing.loadServed)} of the load`
        : `${sizing.replicas} × ${gpus} GPUs serve the load`
    ],
    question.objective === "score" && ["score", figure(score), "tokens/s/GPU · (1 − penalty), at least 0"],
    question.objective === "score" && ["penalty", percent(penalty), "Sum over the soft targets that are missed"]
  ];
  return rows.filter((row) => row !== false);
}

/** `Misses TTFT by 12 %, TPOT by 3 %.` for soft targets that a plan does not keep; empty when it keeps them. */
export function missedSoft(plan: Plan, question: Question): string {
  const missed = askedTargets(question).flatMap((target) => {
    const by = target.soft ? overBy(plan, target) : 0;
    return by > 0 ? [`${goalMetrics[target.metric].label} by ${percent(by)}`] : [];
  });
  return missed.length > 0 ? `Misses ${missed.join(" and ")}.` : "";
}

function overBy(plan: Plan, {metric, threshold}: AskedTarget): number {
  const value = plan.figures && metricOf(plan, plan.figures, metric);
  return value === undefined ? 0 : violation(metric, threshold, value);
}

/** What the choice comes to in the figure that it was made by; empty where that is throughput. */
export function objectiveSentence(plan: Plan, question: Question): string {
  const {costPerMillionTokens, sizing} = plan.figures ?? {};
  const load = sizing ? loadSentence(plan, sizing, question) : "";
  const cost =
    costPerMillionTokens === undefined
      ? ""
      : `At your price a million output tokens cost ${figure(costPerMillionTokens)}. `;
  if (question.objective === "score")
    return `${missedSoft(plan, question) || "It keeps every soft target."} ${cost}${load}`;
  return `${question.objective === "knee" ? "It is the knee of its front. " : ""}${cost}${load}`;
}

function loadSentence({gpus}: Plan, {replicas, loadServed, capped}: Sizing, {requestsPerSec}: Question): string {
  const needed = Math.round(replicas / loadServed) * gpus;
  const load = `${figure(requestsPerSec)} requests/s take ${gpuWords(needed)}`;
  return capped ? `${load}; yours serve ${percent(loadServed)} of them.` : `${load}.`;
}
