/** Candidates of an evaluation against limits, judged without making plans of them where that can be helped. */
import {candidatesOf} from "../search/candidates.js";
import type {Candidate} from "../search/candidates.js";
import type {Evaluation, SearchProblem} from "../search/evaluate.js";
import {planFigures} from "../search/figures.js";
import {goalMetrics, metricOf, violation} from "../search/goals.js";
import type {Preferences} from "../search/goals.js";
import {admitting, keeps} from "./limits.js";
import type {HardLimit} from "./limits.js";

/** Figure of a candidate; undefined where a price is missing. */
export type Figure = (candidate: Candidate) => number | undefined;

/** A limit, and how candidates are held against it. */
export interface JudgedLimit {
  limit: HardLimit;
  figure: Figure;
  isKept: (candidate: Candidate) => boolean;
}

/** A limit that a candidate misses. */
export interface Missed {
  limit: HardLimit;
  value: number;
  /** How far beyond the threshold, as a share of it. */
  by: number;
  mode: Candidate["mode"];
}

export function judgedLimits(
  {problem}: Evaluation,
  limits: readonly HardLimit[],
  preferences: Preferences
): JudgedLimit[] {
  return limits.map((limit) => {
    const figure = figureOf(problem, limit, preferences);
    return {limit, figure, isKept: keeper(limit, figure)};
  });
}

/** The same figures held against other thresholds, in the same order. */
export function judgedAs(judged: readonly JudgedLimit[], limits: readonly HardLimit[]): JudgedLimit[] {
  return judged.map(({figure}, i) => ({limit: limits[i], figure, isKept: keeper(limits[i], figure)}));
}

/** `keeps`, with all settled that is the same for every candidate: there may be tens of thousands. */
function keeper({metric, threshold, isTarget}: HardLimit, figure: Figure): JudgedLimit["isKept"] {
  const kept = (value: number | undefined, isWithin: boolean) => value === undefined || isWithin;
  if (goalMetrics[metric].limit === "least")
    return (candidate) => {
      const value = figure(candidate);
      return kept(value, value! >= threshold);
    };
  return (candidate) => {
    const value = figure(candidate);
    return kept(value, isTarget && candidate.mode === "disagg" ? value! < threshold : value! <= threshold);
  };
}

/** Of a limit that the candidate does miss. */
export function missOf({limit, figure}: JudgedLimit, candidate: Candidate): Missed {
  const value = figure(candidate)!;
  return {limit, value, by: violation(limit.metric, limit.threshold, value), mode: candidate.mode};
}

/** The nearest threshold that would admit the candidate. */
export function admittedAt({limit, value, mode}: Missed): number {
  return admitting(limit, value, mode);
}

export function isAdmittedAt({limit, value, mode}: Missed, threshold: number): boolean {
  return keeps({...limit, threshold}, value, mode);
}

/** Candidates that keep every limit; of those given, or else of all. */
export function* admittedOf(
  evaluation: Evaluation,
  limits: readonly JudgedLimit[],
  candidates: Iterable<Candidate> = candidatesOf(evaluation)
): Generator<Candidate> {
  for (const candidate of candidates) if (limits.every(({isKept}) => isKept(candidate))) yield candidate;
}

/** What is the same for every candidate is settled once. */
function figureOf(problem: SearchProblem, {metric, share}: HardLimit, preferences: Preferences): Figure {
  if (share !== undefined) return ({simulated}) => simulated?.shares[metric + share];
  switch (metric) {
    case "ttftMs":
    case "tpotMs":
    case "requestLatencyMs":
    case "tokensPerSecPerUser":
      return (candidate) => candidate[metric];
    case "tokensPerSecPerGpu":
      return (candidate) => candidate.tokensPerSecPerGpuCluster;
    default:
      return (candidate) => metricOf(candidate, planFigures(problem, candidate, preferences), metric);
  }
}
