/** Candidates of an evaluation beside the limits they miss, for counting and for asking what would admit them. */
import type {Plan} from "../result.js";
import {candidatesOf} from "../search/candidates.js";
import type {Candidate} from "../search/candidates.js";
import type {Evaluation, SearchProblem} from "../search/evaluate.js";
import {planFigures} from "../search/figures.js";
import {metricOf, violation} from "../search/goals.js";
import type {GoalMetric, Preferences} from "../search/goals.js";
import {clusterRate} from "../search/mode-answer.js";
import {tokensPerSecPerUser} from "../session/metrics.js";
import {admitting, keeps} from "./limits.js";
import type {HardLimit} from "./limits.js";

/** A limit that a candidate misses. */
export interface Missed {
  limit: HardLimit;
  value: number;
  /** How far beyond the threshold, as a share of it. */
  by: number;
  /** The nearest threshold that would admit the candidate. */
  admittedAt: number;
}

export interface Judgement {
  candidate: Candidate;
  tokensPerSecPerGpuCluster: number;
  missed: Missed[];
}

/** Every candidate, once, in the evaluation's order. */
export function* judgementsOf(
  evaluation: Evaluation,
  limits: readonly HardLimit[],
  preferences: Preferences
): Generator<Judgement> {
  const {problem} = evaluation;
  for (const candidate of candidatesOf(evaluation)) {
    const missed: Missed[] = [];
    for (const limit of limits) {
      const value = valueOf(problem, candidate, limit.metric, preferences);
      if (value === undefined || keeps(limit, value, candidate.mode)) continue;
      const by = violation(limit.metric, limit.threshold, value);
      missed.push({limit, value, by, admittedAt: admitting(limit, value, candidate.mode)});
    }
    yield {candidate, tokensPerSecPerGpuCluster: rateOf(problem, candidate), missed};
  }
}

export function rateOf(problem: SearchProblem, {tokensPerSec, gpus}: Candidate): number {
  return clusterRate(problem, tokensPerSec / gpus, gpus);
}

/** Undefined where a price is missing. Power and cost need the plan, the rest does not. */
function valueOf(
  problem: SearchProblem,
  candidate: Candidate,
  metric: GoalMetric,
  preferences: Preferences
): number | undefined {
  switch (metric) {
    case "ttftMs":
    case "tpotMs":
    case "requestLatencyMs":
      return candidate[metric];
    case "tokensPerSecPerUser":
      return tokensPerSecPerUser(candidate.tpotMs);
    case "tokensPerSecPerGpu":
      return rateOf(problem, candidate);
    case "inclusiveTpotMs":
      return candidate.requestLatencyMs / problem.workload.osl;
    case "concurrency":
      return candidate.concurrency * Math.floor(problem.totalGpus / candidate.gpus);
    default: {
      const plan: Plan = candidate.plan();
      return metricOf(plan, planFigures(problem, plan, preferences), metric);
    }
  }
}
