/** What a question asks of a plan: hard targets, goals, and what the best plan is the best in. */
import type {Goal, GoalMetric, Objective, Preferences} from "../engine/search/goals.js";
import type {Targets} from "../engine/result.js";
import {targetNames} from "./question.js";
import type {Question, TargetName} from "./question.js";

/** One limit of a question. */
export interface AskedTarget {
  name: TargetName;
  metric: GoalMetric;
  /** In the metric's unit. */
  threshold: number;
  soft: boolean;
}

export const wattsPerKilowatt = 1000;

/** Field of the question that holds each target, and how many of the metric's units one of the field's is. */
export const targetFields = {
  ttft: {metric: "ttftMs", field: "ttftMs", perUnit: 1},
  tpot: {metric: "tpotMs", field: "tpotMs", perUnit: 1},
  latency: {metric: "requestLatencyMs", field: "requestLatencyMs", perUnit: 1},
  power: {metric: "powerWatts", field: "powerKw", perUnit: wattsPerKilowatt},
  cost: {metric: "costPerMillionTokens", field: "costPerMillion", perUnit: 1}
} as const satisfies Record<TargetName, {metric: GoalMetric; field: keyof Question; perUnit: number}>;

/** Limits that hold: of the request alone, of its tokens alone or both, and those that are given. */
export function askedTargets(question: Question): AskedTarget[] {
  const soft = question.soft.split(",");
  const asked: TargetName[] = targetNames.filter((name) => isAsked(question, name));
  return asked.map((name) => {
    const {metric, field, perUnit} = targetFields[name];
    return {name, metric, threshold: question[field] * perUnit, soft: soft.includes(name)};
  });
}

function isAsked(question: Question, name: TargetName): boolean {
  const {requestLatencyMs, besides} = question;
  if (name === "ttft" || name === "tpot") return requestLatencyMs === 0 || besides;
  return question[targetFields[name].field] > 0 && (name !== "cost" || pricesOf(question) !== undefined);
}

/**
 * What the search must keep below. A request latency in place of TTFT and TPOT has the search derive those; besides
 * them it is one goal more.
 */
export function questionTargets(question: Question): Targets {
  const {ttftMs, tpotMs, requestLatencyMs, besides} = question;
  const asked = askedTargets(question);
  const limit = (name: TargetName) => asked.find((target) => target.name === name && !target.soft)?.threshold;
  if (requestLatencyMs > 0 && !besides && limit("latency")) return {ttftMs, tpotMs, requestLatencyMs};
  return {ttftMs: limit("ttft") ?? Infinity, tpotMs: limit("tpot") ?? Infinity};
}

/** How plans are judged besides; empty where nothing is asked that the search does not do by itself. */
export function questionPreferences(question: Question): Preferences {
  const {weight, steepness, penalty, requestsPerSec, gpus, strict} = question;
  const [objective, goals, gpuHourPrices] = [objectiveOf(question), goalsOf(question, weight), pricesOf(question)];
  return {
    ...(objective !== "throughput" && {objective}),
    ...(goals.length > 0 && {goals}),
    ...(objective === "score" && {steepness, penaltyShape: penalty}),
    ...(gpuHourPrices && {gpuHourPrices}),
    ...(requestsPerSec > 0 && {load: {requestsPerSec, maxGpus: gpus}}),
    ...(strict && {strict})
  };
}

/** Limits that are not targets of the search itself. */
function goalsOf(question: Question, weight: number): Goal[] {
  const {besides} = question;
  const isTarget = ({name, soft}: AskedTarget) =>
    !soft && (name === "ttft" || name === "tpot" || (name === "latency" && !besides));
  return askedTargets(question)
    .filter((target) => !isTarget(target))
    .map(({metric, threshold, soft}) => ({metric, threshold, hard: !soft, ...(soft && {weight})}));
}

/** By system; undefined unless every system used has one. */
export function pricesOf(question: Question): Record<string, number> | undefined {
  const {system, decodeSystem, gpuHourPrice, decodeGpuHourPrice} = question;
  if (gpuHourPrice === 0) return undefined;
  if (!decodeSystem) return {[system]: gpuHourPrice};
  return {[system]: gpuHourPrice, [decodeSystem]: decodeGpuHourPrice || gpuHourPrice};
}

/** What cannot be ranked by yet, for want of a price or a load, is ranked by throughput. */
function objectiveOf(question: Question): Objective {
  return missingFor(question) ? "throughput" : question.objective;
}

/** What an objective still needs, in words; undefined when it has everything. */
export function missingFor(question: Question): string | undefined {
  const {objective, requestsPerSec} = question;
  if (objective === "cost" && !pricesOf(question)) return "Give a price per GPU and hour; none is built in.";
  return objective === "gpus" && requestsPerSec === 0 ? "Give the load in requests per second." : undefined;
}

/** A question whose objective, soft targets and limits agree: the score is of soft targets, which need at least one. */
export function agreedTargets(question: Question): Question {
  const besides = question.besides && question.requestLatencyMs > 0;
  const asked = askedTargets({...question, besides}).map(({name}) => name);
  const kept = question.soft.split(",").filter((name) => asked.includes(name as TargetName));
  if (kept.length > 0) return {...question, besides, soft: kept.join(), objective: "score"};
  if (question.objective !== "score") return {...question, besides, soft: ""};
  const latencies = asked.filter((name) => name === "ttft" || name === "tpot" || name === "latency");
  return {...question, besides, soft: latencies.join()};
}

/** The score is of soft targets; whatever else is asked for, all of them are hard. */
export function ranked(question: Question, objective: Objective): Partial<Question> {
  const {soft} = agreedTargets({...question, objective, soft: ""});
  return {objective, soft};
}
