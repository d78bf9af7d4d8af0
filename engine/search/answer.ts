import {InputError} from "../errors.js";
import type {ModeResult, Plan, SearchResult, Targets} from "../result.js";
import type {Workload} from "../session/worker.js";
import {answerAggregated} from "./answer-aggregated.js";
import {answerDisaggregated} from "./answer-disaggregated.js";
import type {Evaluation} from "./evaluate.js";
import {planFigures, sized} from "./figures.js";
import type {Counted} from "./figures.js";
import {checkPreferences, goalMetrics} from "./goals.js";
import type {Goal, GoalMetric, Preferences} from "./goals.js";
import {overshootOf} from "./mode-answer.js";
import type {Candidate, ModeAnswer, Sampling} from "./mode-answer.js";
import {least} from "./least.js";
import {kneeIndex, paretoFront} from "./pareto.js";
import {pickBest} from "./pick.js";
import {withPlanError} from "./plan-error.js";
import {brokenGoal, byObjective, goalOvershoot, goalWords, meetsTarget} from "./rank.js";

/** How an evaluation is answered. */
export interface AnswerOptions extends Preferences {
  /** Plans listed per mode, one of each parallelism; 5 unless given. */
  topN?: number;
  /** `target` unless given: also batches between those of the grid, where the targets fall. */
  sampling?: Sampling;
}

/**
 * The plans for given targets and preferences, out of an evaluation; nothing but batches near the targets is evaluated
 * again. A target that shall not drop candidates is Infinity; as a soft goal it takes from their score.
 *
 * The front holds every candidate within the TTFT target (or the request latency) and the hard goals that no other
 * dominates, not only those on a grid of TPOT values as in the reference, so it dominates or equals that one.
 *
 * Throws InputError for targets or preferences that cannot be. Source: method.md §10–12.
 */
export function answerSearch(evaluation: Evaluation, targets: Targets, options: AnswerOptions = {}): SearchResult {
  checkTargets(targets, evaluation.problem.workload);
  checkPreferences(options);
  // Formulas have means alone.
  if (options.goals?.some(({share}) => share))
    throw new InputError("invalid goal: a share of requests; must be simulated");
  checkPruned(evaluation, targets, options);
  const {sampling = "target", objective, load} = options;
  const {doubts, modes} = evaluation;
  const finest = withSoftTargets(targets, options);
  const pairs = {sampling, pairs: pairsFor(options), load: objective === "gpus" ? load : undefined, finest};
  const aggregated = modes.includes("agg") ? answerAggregated(evaluation, targets, {sampling, finest}) : null;
  const pools = answerDisaggregated(evaluation, targets, pairs);
  const agg = aggregated && modeResult(evaluation, "agg", aggregated, targets, options);
  const disagg = pools && modeResult(evaluation, "disagg", pools, targets, options);
  return {agg, disagg, doubts, chosen: chooseMode([agg, disagg], options)};
}

/** Figures of a replica that more throughput and an earlier first token do not better. */
const sizeMetrics: readonly GoalMetric[] = ["concurrency", "powerWatts", "costPerHour", "costPerMillionTokens"];

/** Pairs of prefill and decode workers among which the best by these preferences must be. */
function pairsFor({objective = "throughput", goals = []}: Preferences): "best" | "undominated" | "all" {
  if (objective === "cost" || objective === "gpus" || goals.some(({metric}) => sizeMetrics.includes(metric)))
    return "all";
  return goals.length > 0 || objective === "latency" || objective === "score" ? "undominated" : "best";
}

/** The better of the modes' best plans, among modes that meet the targets; the first of equals. */
export function chooseMode(
  modes: readonly (ModeResult | null)[],
  {objective}: Pick<Preferences, "objective">
): SearchResult["chosen"] {
  const able = modes.filter((mode) => mode !== null && mode.meetsTargets && mode.best.length > 0) as ModeResult[];
  const better = byObjective(objective);
  return able.sort((a, b) => better(a.best[0], b.best[0]))[0]?.mode ?? null;
}

export function checkTargets({ttftMs, tpotMs, requestLatencyMs}: Targets, {osl}: Workload): void {
  const positive = (name: string, value: number) => {
    if (!(value > 0)) throw new InputError(`invalid ${name}: ${value}; must be a number of milliseconds above 0`);
  };
  positive("ttft", ttftMs);
  positive("tpot", tpotMs);
  if (requestLatencyMs === undefined) return;
  positive("request latency", requestLatencyMs);
  if (osl < 2) throw new InputError(`invalid osl: ${osl}; a request-latency target needs at least 2 output tokens`);
}

/** A pruned evaluation holds the front for its own targets and no other. */
function checkPruned({pruned}: Evaluation, targets: Targets, {objective, goals = []}: Preferences): void {
  if (!pruned) return;
  const {ttftMs} = pruned.targets;
  if (targets.ttftMs !== ttftMs || targets.requestLatencyMs !== undefined)
    throw new InputError(`invalid targets: evaluated for TTFT ≤ ${ttftMs} ms alone; evaluate again for others`);
  if (goals.length > 0 || (objective !== undefined && objective !== "throughput" && objective !== "knee"))
    throw new InputError("invalid preferences: candidates off the front were left out; evaluate without pruning");
}

/** Where batches beside the grid are looked for: at the targets, soft ones too. */
export function withSoftTargets(targets: Targets, {goals = []}: Preferences): Targets {
  const least = (metric: GoalMetric, limit: number) =>
    goals.reduce((low, goal) => (goal.metric === metric ? Math.min(low, goal.threshold) : low), limit);
  const requestLatencyMs = least("requestLatencyMs", targets.requestLatencyMs ?? Infinity);
  return {
    ttftMs: least("ttftMs", targets.ttftMs),
    tpotMs: least("tpotMs", targets.tpotMs),
    ...(requestLatencyMs === Infinity ? {} : {requestLatencyMs})
  };
}

/** What a mode has to offer, ranked: its best plans, its front and the knee of that. */
export function modeResult(
  evaluation: Evaluation,
  mode: "agg" | "disagg",
  answer: ModeAnswer,
  targets: Targets,
  options: AnswerOptions
): ModeResult {
  const {objective, topN = 5} = options;
  const {offers, nearest, cloud, rejections} = judged(evaluation, answer, targets, options);
  const details = new Map<Candidate, Plan>();
  const shown = (offer: Candidate): Plan => {
    let plan = details.get(offer);
    if (!plan) details.set(offer, (plan = detailed(evaluation, offer.plan(), options)));
    return plan;
  };
  const byRequest = targets.requestLatencyMs !== undefined;
  const speed = (offer: Candidate) => (byRequest ? offer.requestLatencyMs : offer.tokensPerSecPerUser);
  const ys = offers.map((offer) => offer.tokensPerSecPerGpuCluster);
  const front = paretoFront(offers.map(speed), ys, byRequest).map((i) => offers[i]);
  const {best, meetsTargets} = pickBest(offers, targets, topN, options);
  const eligible = front.filter((offer) => meetsTarget(offer, targets));
  const kneeOffer = objective === "knee" ? kneeOf(eligible, speed) : null;
  const listed = kneeOffer ? [kneeOffer, ...best.filter((offer) => offer !== kneeOffer)].slice(0, topN) : best;
  const knee = kneeOf(front, speed);
  const closest = nearest ? detailed(evaluation, nearest, options) : best[0] && shown(best[0]);
  return {
    mode,
    best: listed.map(shown),
    nearest: meetsTargets || !closest ? null : closest,
    front: front.map(shown),
    knee: knee && shown(knee),
    cloud: {
      tokensPerSecPerUser: Float64Array.from(cloud, (point) => point.tokensPerSecPerUser),
      tokensPerSecPerGpuCluster: Float64Array.from(cloud, (point) => point.tokensPerSecPerGpuCluster),
      ttftMs: Float64Array.from(cloud, (point) => point.ttftMs)
    },
    ...rejections.result,
    meetsTargets
  };
}

function kneeOf(front: readonly Candidate[], speed: (offer: Candidate) => number): Candidate | null {
  const knee = kneeIndex(
    front.map(speed),
    front.map((offer) => offer.tokensPerSecPerGpuCluster)
  );
  return knee < 0 ? null : front[knee];
}

/** A plan or candidate with its figures; with a load to size for, in as many replicas as that takes. */
export function withFigures<P extends Counted>({problem}: Evaluation, plan: P, options: AnswerOptions) {
  const whole = options.objective === "gpus" && options.load ? sized(plan, options.load) : plan;
  return {...whole, figures: planFigures(problem, whole, options)};
}

/** The plan of a candidate with all that is shown of it. */
export function detailed(evaluation: Evaluation, plan: Plan, options: AnswerOptions): Plan {
  const figured = withFigures(evaluation, plan, options);
  // A simulation's figures come with the error of whole deployments.
  return plan.simulated ? figured : withPlanError(evaluation, figured);
}

/**
 * The answer with plans that break hard goals dropped and counted, where preferences ask for figures at all. Several
 * plans of one candidate (a decode batch with several prefill workers) count once, when none of them is left.
 */
function judged(evaluation: Evaluation, answer: ModeAnswer, targets: Targets, options: AnswerOptions): ModeAnswer {
  const {goals = [], objective = "throughput"} = options;
  if (goals.length === 0 && (objective === "throughput" || objective === "latency" || objective === "knee"))
    return answer;
  const all = answer.offers.map((offer) => withFigures(evaluation, offer, options));
  const kept = all.filter((offer) => !brokenGoal(offer, goals));
  countBroken(all, kept, targets, goals, answer.rejections);
  const over = (offer: Candidate) =>
    goals.reduce(
      (most, goal) => (goal.hard ? Math.max(most, goalOvershoot(offer, goal)) : most),
      overshootOf(offer, targets)
    );
  const nearest = kept.some((offer) => meetsTarget(offer, targets)) ? null : least(all, over);
  return {...answer, offers: kept, nearest: nearest?.plan() ?? answer.nearest};
}

/** Counts the candidates that meet the targets and break a hard goal, each by the first that it breaks. */
function countBroken(
  all: readonly Candidate[],
  kept: readonly Candidate[],
  targets: Targets,
  goals: readonly Goal[],
  rejections: ModeAnswer["rejections"]
): void {
  const done = new Set(kept.map(keyOf));
  for (const offer of all) {
    const broken = brokenGoal(offer, goals);
    if (!broken || !meetsTarget(offer, targets) || done.has(keyOf(offer))) continue;
    done.add(keyOf(offer));
    rejections.drop(goalMetrics[broken.metric].reason, () => goalWords(offer, broken), goalOvershoot(offer, broken));
  }
}

/** The same for all pairs of one decode point, which count as one candidate. */
function keyOf({group, batchPerRank, mode, ttftMs}: Candidate): string {
  return `${group} ${batchPerRank} ${mode === "agg" ? ttftMs : ""}`;
}
