/** An empty or surprising result explains itself: what its limits cost, and which one to relax. */
import type {Plan, Reason, Targets} from "../result.js";
import type {Evaluation} from "../search/evaluate.js";
import type {GoalMetric, Preferences} from "../search/goals.js";
import {candidatesOf} from "../search/candidates.js";
import {least} from "../search/least.js";
import type {Candidate} from "../search/candidates.js";
import {admittedAt, admittedOf, isAdmittedAt, judgedAs, judgedLimits, missOf} from "./judged.js";
import type {JudgedLimit, Missed} from "./judged.js";
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
  /** Of requests, where the limit is not of their mean. */
  share?: number;
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
  share?: number;
  threshold: number;
  /** The nearest threshold that admits a plan better than any there is. */
  first: Admission;
  /** Near that, the one with the most throughput. */
  useful: Admission;
}

/** Several limits relaxed at once. */
export interface JointRelaxation {
  limits: {metric: GoalMetric; share?: number; threshold: number; to: number; by: number}[];
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
 * evaluated again. Candidates are those of the grid, as a search with `sampling: "grid"` has them, by formula; or those
 * given, which may be simulated and then have limits of shares of requests too.
 */
export function explainMisses(
  evaluation: Evaluation,
  targets: Targets,
  preferences: Preferences = {},
  candidates?: readonly Candidate[]
): MissesWhy {
  const hard = hardLimits(targets, preferences, {shares: candidates !== undefined});
  const limits = judgedLimits(evaluation, hard, preferences);
  const all = () => candidates ?? candidatesOf(evaluation);
  const count = countMisses(all(), limits);
  const {best, alone} = count;
  const rate = best?.rate ?? 0;
  const relaxations = alone.flatMap((missing) => relaxationOf(missing, rate) ?? []);
  return {
    candidates: count.candidates,
    admitted: count.admitted,
    best: best && best.candidate.plan(),
    dropped: droppedOf(evaluation),
    limits: limits.map(({limit}, i) => limitWhy(limit, count.missed[i], alone[i])),
    relaxations: relaxations.sort(best ? byGain : (a, b) => a.first.by - b.first.by),
    together: best || relaxations.length > 0 ? null : jointOf(evaluation, all, limits, count.fewest)
  };
}

/** A candidate with its throughput per GPU of the cluster. */
interface Rated {
  candidate: Candidate;
  rate: number;
}

/** One that would be admitted but for one limit. */
interface MissingOne extends Rated {
  miss: Missed;
}

interface Count {
  candidates: number;
  admitted: number;
  best: Rated | null;
  /** By limit: how many candidates miss it, and those that miss nothing else. */
  missed: number[];
  alone: MissingOne[][];
  /** Limits missed by the candidate that misses the fewest. */
  fewest: number;
}

function countMisses(candidates: Iterable<Candidate>, limits: readonly JudgedLimit[]): Count {
  const missed = limits.map(() => 0);
  const alone = limits.map((): MissingOne[] => []);
  const count: Count = {candidates: 0, admitted: 0, best: null, missed, alone, fewest: Infinity};
  for (const candidate of candidates) {
    ++count.candidates;
    let [misses, last] = [0, -1];
    for (let i = 0; i < limits.length; ++i)
      if (!limits[i].isKept(candidate)) {
        ++misses;
        ++missed[i];
        last = i;
      }
    if (misses < count.fewest) count.fewest = misses;
    if (misses > 1) continue;
    const rate = candidate.tokensPerSecPerGpuCluster;
    if (misses === 1) alone[last].push({candidate, rate, miss: missOf(limits[last], candidate)});
    else {
      ++count.admitted;
      if (!count.best || rate > count.best.rate) count.best = {candidate, rate};
    }
  }
  return count;
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

function limitWhy({metric, share, threshold}: HardLimit, missed: number, alone: readonly MissingOne[]): LimitWhy {
  const nearest = least(alone, ({miss}) => miss.by);
  return {
    metric,
    ...(share !== undefined && {share}),
    threshold,
    missed,
    missedAlone: alone.length,
    nearest: nearest && {value: nearest.miss.value, by: nearest.miss.by, plan: nearest.candidate.plan()}
  };
}

/** Of one limit's: undefined where nothing that it alone keeps out has more throughput than what is admitted already. */
function relaxationOf(alone: readonly MissingOne[], rate: number): Relaxation | undefined {
  const better = alone.filter((one) => one.rate > rate);
  const first = least(better, ({miss}) => miss.by);
  if (!first) return undefined;
  const reach = (1 + first.miss.by) * usefulReach - 1;
  const useful = fastest(better.filter(({miss}) => miss.by <= reach))!;
  const at = ({miss: aimed}: MissingOne): Admission => {
    const threshold = admittedAt(aimed);
    const admitted = alone.filter(({miss}) => isAdmittedAt(miss, threshold));
    return {threshold, by: aimed.by, admits: admitted.length, plan: fastest(admitted)!.candidate.plan()};
  };
  const {metric, share, threshold} = first.miss.limit;
  return {metric, ...(share !== undefined && {share}), threshold, first: at(first), useful: at(useful)};
}

/** Of the candidates that miss the fewest limits the one whose farthest miss is nearest. */
function jointOf(
  evaluation: Evaluation,
  all: () => Iterable<Candidate>,
  limits: readonly JudgedLimit[],
  fewest: number
): JointRelaxation | null {
  const nearest = leastMiss(all(), limits, fewest);
  if (!nearest) return null;
  const to = nearest.map((miss) => ({miss, threshold: admittedAt(miss)}));
  const relaxed = limits.map(({limit}) => {
    const threshold = to.find(({miss}) => miss.limit === limit)?.threshold ?? limit.threshold;
    return {...limit, threshold};
  });
  let [count, best] = [0, null as Rated | null];
  for (const candidate of admittedOf(evaluation, judgedAs(limits, relaxed), all())) {
    ++count;
    const rate = candidate.tokensPerSecPerGpuCluster;
    if (!best || rate > best.rate) best = {candidate, rate};
  }
  return {
    limits: to.map(({miss: {limit, by}, threshold}) => ({
      metric: limit.metric,
      ...(limit.share !== undefined && {share: limit.share}),
      threshold: limit.threshold,
      to: threshold,
      by
    })),
    admits: count,
    plan: best!.candidate.plan()
  };
}

/** What the candidate misses whose farthest miss is the nearest, of those that miss so many. */
function leastMiss(candidates: Iterable<Candidate>, limits: readonly JudgedLimit[], fewest: number): Missed[] | null {
  let [nearest, least] = [null as Candidate | null, Infinity];
  for (const candidate of candidates) {
    let [misses, farthest] = [0, 0];
    for (const limit of limits)
      if (!limit.isKept(candidate)) {
        ++misses;
        farthest = Math.max(farthest, missOf(limit, candidate).by);
      }
    if (misses === fewest && farthest < least) [nearest, least] = [candidate, farthest];
  }
  return nearest && limits.filter(({isKept}) => !isKept(nearest)).map((limit) => missOf(limit, nearest));
}

/** Most throughput; of equals the first. */
function fastest<T extends Rated>(rated: readonly T[]): T | null {
  return least(rated, ({rate}) => -rate);
}
