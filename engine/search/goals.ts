/** What a deployment is asked to reach: limits, hard or soft, on any figure of a plan, and how plans compare. */
import {InputError} from "../errors.js";
import type {Plan, Reason} from "../result.js";

/**
 * Figures of a plan that a goal may limit; `most`: the figure must not exceed the threshold, `least`: not fall below;
 * `reason`: what plans that break it are counted under.
 */
export const goalMetrics = {
  ttftMs: {limit: "most", unit: "ms", label: "TTFT", reason: "ttft"},
  tpotMs: {limit: "most", unit: "ms", label: "TPOT", reason: "tpot"},
  /** Request latency over output tokens: what clients measure that divide by all tokens. */
  inclusiveTpotMs: {limit: "most", unit: "ms", label: "inclusive TPOT", reason: "tpot"},
  requestLatencyMs: {limit: "most", unit: "ms", label: "request latency", reason: "requestLatency"},
  tokensPerSecPerGpu: {limit: "least", unit: "tokens/s/GPU", label: "throughput per GPU", reason: "throughput"},
  tokensPerSecPerUser: {limit: "least", unit: "tokens/s/user", label: "throughput per user", reason: "throughput"},
  concurrency: {limit: "least", unit: "requests", label: "requests in flight", reason: "concurrency"},
  powerWatts: {limit: "most", unit: "W", label: "power", reason: "power"},
  costPerHour: {limit: "most", unit: "per hour", label: "cost", reason: "cost"},
  costPerMillionTokens: {limit: "most", unit: "per million output tokens", label: "cost", reason: "cost"}
} as const satisfies Record<string, {limit: "most" | "least"; unit: string; label: string; reason: Reason}>;

export type GoalMetric = keyof typeof goalMetrics;

/** One limit. A hard one drops a plan that breaks it, a soft one takes from its score. */
export interface Goal {
  metric: GoalMetric;
  threshold: number;
  hard: boolean;
  /**
   * Of a latency: the share of requests that must keep the limit, 0.99 for P99; the mean of all requests unless given.
   * Needs figures of a simulation.
   */
  share?: number;
  /** Of a soft goal: scales its penalty; 1 by default. */
  weight?: number;
}

/**
 * How a penalty grows with the violation r = value / threshold − 1 > 0 (threshold / value − 1 where the threshold is a
 * least). `continuous`: weight · (exp(r / steepness) − 1), which starts at 0. `jump`: weight · exp(r / steepness), which
 * costs `weight` as soon as the threshold is passed.
 */
export const penaltyShapes = ["continuous", "jump"] as const;
export type PenaltyShape = (typeof penaltyShapes)[number];

export const defaultSteepness = 0.1;

/** What the best plan is the best in. `score`: throughput less penalties. `knee`: the knee of the front. */
export const objectives = ["throughput", "latency", "cost", "gpus", "score", "knee"] as const;
export type Objective = (typeof objectives)[number];

/** A load to be served, by exactly one of the first two. */
export interface LoadTarget {
  requestsPerSec?: number;
  concurrency?: number;
  /** GPUs there are at most; unlimited unless given. */
  maxGpus?: number;
}

/** How plans are judged. All of it can change without evaluating again. */
export interface Preferences {
  /** Throughput per GPU unless given. */
  objective?: Objective;
  /** Limits besides the targets. */
  goals?: readonly Goal[];
  penaltyShape?: PenaltyShape;
  /** Violation at which a penalty has grown e-fold; 0.1 unless given. */
  steepness?: number;
  /** Price of one GPU for an hour by system id, in whatever currency; none are known unless given. */
  gpuHourPrices?: Readonly<Record<string, number>>;
  load?: LoadTarget;
  /** Nothing is offered that misses a target; else the nearest plan is, marked as missing it. */
  strict?: boolean;
}

/** Figures of a plan that depend on the preferences it is judged by. */
export interface PlanFigures {
  inclusiveTpotMs: number;
  /** Board power of all GPUs used: an upper bound, as no table holds measured power. */
  powerWatts: number;
  tokensPerSecPerMegawatt: number;
  /** In the currency of the prices given; undefined without a price for every system used. */
  costPerHour?: number;
  costPerMillionTokens?: number;
  /** Sum of the penalties of soft goals; 0 when all are kept. */
  penalty: number;
  /** tokens/s/GPU · (1 − penalty), at least 0. */
  score: number;
  sizing?: Sizing;
}

/** What serving a load takes with replicas of one plan. Source: method.md §12.4. */
export interface Sizing {
  replicas: number;
  gpus: number;
  /** Share of the load that is served: below 1 where the GPUs there are do not suffice. */
  loadServed: number;
  /** Whether fewer GPUs than needed had to do. */
  capped: boolean;
}

/**
 * Penalty of one figure against a soft goal: 0 while it keeps the threshold. May be infinite for a far miss.
 *
 * Source: issue of the product, not the reference (method.md §14).
 */
export function penaltyOf(
  {metric, threshold, weight = 1}: Goal,
  value: number,
  {penaltyShape = "continuous", steepness = defaultSteepness}: Pick<Preferences, "penaltyShape" | "steepness"> = {}
): number {
  const r = violation(metric, threshold, value);
  if (!(r > 0)) return 0;
  const growth = Math.exp(r / steepness);
  return weight * (penaltyShape === "jump" ? growth : growth - 1);
}

/** How far a figure is beyond its threshold, as a share of it; 0 or less when it keeps it. */
export function violation(metric: GoalMetric, threshold: number, value: number): number {
  return goalMetrics[metric].limit === "most" ? value / threshold - 1 : threshold / value - 1;
}

/** The figures that a plan, or a candidate for one, has whatever it is judged by. */
type Measured = Pick<
  Plan,
  | ("ttftMs" | "tpotMs" | "requestLatencyMs" | "tokensPerSecPerUser" | "tokensPerSecPerGpuCluster")
  | ("concurrency" | "replicas")
>;

/** Latencies that have a distribution over requests. */
export const distributedMetrics = ["ttftMs", "tpotMs", "requestLatencyMs"] as const satisfies readonly GoalMetric[];
export type DistributedMetric = (typeof distributedMetrics)[number];

/** `TTFT`, of a share of requests `P99 TTFT`. */
export function goalLabel({metric, share}: Pick<Goal, "metric" | "share">): string {
  const {label} = goalMetrics[metric];
  return share ? `P${+(100 * share).toFixed(3)} ${label}` : label;
}

/** The figure that a goal limits: that of the goal's share of requests, or of a plan as a whole. */
export function goalValue(
  plan: Measured & Pick<Plan, "simulated">,
  figures: PlanFigures,
  {metric, share}: Pick<Goal, "metric" | "share">
): number | undefined {
  return share ? plan.simulated?.shares[metric + share] : metricOf(plan, figures, metric);
}

/** Figure of a plan, or undefined where prices are missing. */
export function metricOf(plan: Measured, figures: PlanFigures, metric: GoalMetric): number | undefined {
  if (metric === "tokensPerSecPerGpu") return plan.tokensPerSecPerGpuCluster;
  if (metric === "concurrency") return plan.concurrency * plan.replicas;
  const at: Partial<Record<GoalMetric, number>> = metric in plan ? plan : figures;
  return at[metric];
}

/** Throws InputError for preferences that contradict themselves. */
export function checkPreferences({goals = [], steepness, load, gpuHourPrices = {}, objective}: Preferences): void {
  const positive = (what: string, value: number | undefined) => {
    if (value !== undefined && !(value > 0 && Number.isFinite(value)))
      throw new InputError(`invalid ${what}: ${value}; must be a number above 0`);
  };
  for (const {metric, threshold, weight} of goals) {
    positive(`threshold of ${metric} (${goalMetrics[metric].unit})`, threshold);
    if (weight !== undefined && !(weight >= 0 && Number.isFinite(weight)))
      throw new InputError(`invalid weight of ${metric}: ${weight}; must be a number of at least 0`);
  }
  positive("steepness", steepness);
  for (const [system, price] of Object.entries(gpuHourPrices)) positive(`GPU-hour price of ${system}`, price);
  const priced = goals.find(({metric}) => metric.startsWith("cost"));
  const needsPrice = priced ? `a goal of ${priced.metric}` : objective === "cost" ? "the objective cost" : undefined;
  if (needsPrice && Object.keys(gpuHourPrices).length === 0)
    throw new InputError(`missing GPU-hour price: ${needsPrice} needs one per system; none is built in`);
  if (!load) {
    if (objective === "gpus")
      throw new InputError("missing load: objective gpus; give a request rate or a concurrency");
    return;
  }
  const {requestsPerSec, concurrency, maxGpus} = load;
  if ((requestsPerSec === undefined) === (concurrency === undefined))
    throw new InputError(
      requestsPerSec === undefined
        ? "missing load: give a request rate or a concurrency"
        : `ambiguous load: ${requestsPerSec} requests/s and ${concurrency} in flight; give one of the two`
    );
  positive("request rate (requests/s)", requestsPerSec);
  positive("concurrency (requests in flight)", concurrency);
  if (maxGpus !== undefined && !(Number.isInteger(maxGpus) && maxGpus >= 1))
    throw new InputError(`invalid maxGpus: ${maxGpus}; must be a whole number ≥ 1`);
}
