/** An empty or surprising result explains itself: what its limits cost, and which one to relax. */
import type {Plan, Reason, Targets} from "../result.js";
import type {Evaluation} from "../search/evaluate.js";
import type {GoalMetric, Preferences} from "../search/goals.js";
import {goalMetrics} from "../search/goals.js";
import {judgementsOf} from "./judged.js";
import type {Judgement, Missed} from "./judged.js";
import {hardLimits} from "./limits.js";
import type {HardLimit} from "./limits.js";

/** Why candidates were not evaluated. */
export interface Dropped {
  mode: Plan["mode"];
  reason: Reason;
  candidates: number;
  /** Of the one that misses least. */
  message?: string;
}

/** What one limit costs. */
export interface LimitWhy {
  metric: GoalMetric;
  threshold: number;
  /** Candidates that miss it, and those of them that keep all others. */
  missed: number;
  missedAlone: number;
  /** Of the latter the one that misses by the least share of the threshold. */
  nearest: {value: number; by: number; plan: Plan} | null;
}

/** What a threshold would admit beyond what is admitted now. */
export interface Admission {
  threshold: number;
  /** How far the threshold moves, as a share of it. */
  by: number;
  /** Candidates that it adds. */
  admits: number;
  /** The one of them with the most throughput. */
  plan: Plan;
}

/** One limit relaxed, the others as they are. */
export interface Relaxation {
  metric: GoalMetric;
  threshold: number;
  /** The nearest threshold that admits a plan better than any there is. */
  first: Admission;
  /** Near that, the one with the most throughput. */
  useful: Admission;
}

/** Several limits relaxed at once. */
export interface JointRelaxation {
  limits: {metric: GoalMetric; threshold: number; to: number; by: number}[];
  admits: number;
  plan: Plan;
}

export interface MissesWhy {
  /** Aggregated points, and pairs of prefill and decode points, that fit and have data. */
  candidates: number;
  /** Those that keep every limit. */
  admitted: number;
  /** Most throughput among them. */
  best: Plan | null;
  dropped: Dropped[];
  limits: LimitWhy[];
  /** What helps most first: the least relaxation where nothing is admitted, else the most throughput for it. */
  relaxations: Relaxation[];
  /** Where nothing is admitted and no single relaxation suffices: the fewest limits, and of those the least, that do. */
  together: JointRelaxation | null;
}

/** A useful threshold may be this much farther than the first that admits anything. */
const usefulReach = 1.25;

/**
 * What the candidates of an evaluation miss, out of targets and hard goals, and what would admit more. Nothing is
 * evaluated again. Candidates are those of the grid, as a search with `sampling: "grid"` has them.
 */
export function explainMisses(evaluation: Evaluation, targets: Targets, preferences: Preferences = {}): MissesWhy {
  const limits = hardLimits(targets, preferences);
  const kept: Judgement[] = [];
  const missing: Judgement[] = [];
  for (const judgement of judgementsOf(evaluation, limits, preferences))
    (judgement.missed.length > 0 ? missing : kept).push(judgement);
  const best = fastest(kept);
  const alone = (limit: HardLimit) => missing.filter(({missed}) => missed.length === 1 && missed[0].limit === limit);
  const rate = best?.tokensPerSecPerGpuCluster ?? 0;
  const relaxations = limits.flatMap((limit) => relaxationOf(limit, alone(limit), rate) ?? []);
  return {
    candidates: kept.length + missing.length,
    admitted: kept.length,
    best: best && best.candidate.plan(),
    dropped: droppedOf(evaluation),
    limits: limits.map((limit) => limitWhy(limit, missing, alone(limit))),
    relaxations: relaxations.sort(best ? byGain : (a, b) => a.first.by - b.first.by),
    together: best || relaxations.length > 0 ? null : jointOf(missing)
  };
}

function byGain(a: Relaxation, b: Relaxation): number {
  const worth = ({useful: {plan, by}}: Relaxation) => plan.tokensPerSecPerGpuCluster / (1 + by);
  return worth(b) - worth(a);
}

/** Without what targets drop: that is told by limit. */
function droppedOf({aggregatedRejections, disaggregated}: Evaluation): Dropped[] {
  const of = (mode: Plan["mode"], {rejected, messages}: typeof aggregatedRejections.result) =>
    (Object.entries(rejected) as [Reason, number][]).map(([reason, candidates]) => ({
      mode,
      reason,
      candidates,
      ...(messages[reason] ? {message: messages[reason]} : {})
    }));
  return [
    ...of("agg", aggregatedRejections.result),
    ...(disaggregated ? of("disagg", disaggregated.rejections.result) : [])
  ];
}

function limitWhy(limit: HardLimit, missing: readonly Judgement[], alone: readonly Judgement[]): LimitWhy {
  const {metric, threshold} = limit;
  const nearest = least(alone, ({missed}) => missed[0].by);
  return {
    metric,
    threshold,
    missed: missing.filter(({missed}) => missed.some((miss) => miss.limit === limit)).length,
    missedAlone: alone.length,
    nearest: nearest && {value: nearest.missed[0].value, by: nearest.missed[0].by, plan: nearest.candidate.plan()}
  };
}

/** Undefined where nothing that this limit alone keeps out has more throughput than what is admitted already. */
function relaxationOf(limit: HardLimit, alone: readonly Judgement[], rate: number): Relaxation | undefined {
  const better = alone.filter((judgement) => judgement.tokensPerSecPerGpuCluster > rate);
  const first = least(better, ({missed}) => missed[0].by);
  if (!first) return undefined;
  const reach = (1 + first.missed[0].by) * usefulReach - 1;
  const useful = fastest(better.filter(({missed}) => missed[0].by <= reach))!;
  const at = ({missed: [{admittedAt, by}]}: Judgement): Admission => {
    const admitted = alone.filter(({missed}) => admits(missed[0], admittedAt));
    return {threshold: admittedAt, by, admits: admitted.length, plan: fastest(admitted)!.candidate.plan()};
  };
  return {metric: limit.metric, threshold: limit.threshold, first: at(first), useful: at(useful)};
}

function admits({limit: {metric}, admittedAt}: Missed, threshold: number): boolean {
  return goalMetrics[metric].limit === "most" ? admittedAt <= threshold : admittedAt >= threshold;
}

/** Of the candidates that miss the fewest limits the one whose farthest miss is nearest. */
function jointOf(missing: readonly Judgement[]): JointRelaxation | null {
  const fewest = Math.min(...new Set(missing.map(({missed}) => missed.length)));
  const nearest = least(
    missing.filter(({missed}) => missed.length === fewest),
    ({missed}) => Math.max(...missed.map(({by}) => by))
  );
  if (!nearest) return null;
  const to = new Map(nearest.missed.map(({limit, admittedAt}) => [limit, admittedAt]));
  const admitted = missing.filter(({missed}) =>
    missed.every((miss) => to.has(miss.limit) && admits(miss, to.get(miss.limit)!))
  );
  return {
    limits: nearest.missed.map(({limit: {metric, threshold}, admittedAt, by}) => ({
      metric,
      threshold,
      to: admittedAt,
      by
    })),
    admits: admitted.length,
    plan: fastest(admitted)!.candidate.plan()
  };
}

/** Most throughput; of equals the first. */
function fastest(judgements: readonly Judgement[]): Judgement | null {
  return least(judgements, ({tokensPerSecPerGpuCluster}) => -tokensPerSecPerGpuCluster);
}

function least<T>(values: readonly T[], of: (value: T) => number): T | null {
  let [found, lowest] = [null as T | null, Infinity];
  for (const value of values) {
    const each = of(value);
    if (each < lowest) [found, lowest] = [value, each];
  }
  return found;
}
