/** Figures of a plan that depend on prices, a load and goals. */
import type {Plan} from "../result.js";
import type {SystemSpec} from "../system.js";
import {secondsPerHour, tokensPerMillion, wattsPerMegawatt} from "../units.js";
import type {SearchProblem} from "./evaluate.js";
import {goalValue, penaltyOf} from "./goals.js";
import type {LoadTarget, PlanFigures, Preferences, Sizing} from "./goals.js";

/** What figures of plans and of candidates are computed from. */
export type Counted = Pick<
  Plan,
  | ("mode" | "gpus" | "replicas" | "gpusUsed" | "concurrency" | "ttftMs" | "tpotMs" | "requestLatencyMs")
  | ("requestsPerSec" | "tokensPerSec" | "tokensPerSecPerUser" | "tokensPerSecPerGpu" | "tokensPerSecPerGpuCluster")
  | "simulated"
> & {
  /** Of two pools: prefill workers in a replica, and GPUs of each. */
  prefill?: {workers: number; gpus: number};
};

/** GPUs of one kind in a deployment. */
interface GpuShare {
  system: SystemSpec;
  gpus: number;
}

/**
 * Cost, power and score of a plan, for all its replicas. Power is the board power of every GPU used, loaded or not.
 *
 * Cost per million tokens counts output tokens, like throughput.
 */
export function planFigures(problem: SearchProblem, plan: Counted, preferences: Preferences): PlanFigures {
  const shares = gpuShares(problem, plan);
  const powerWatts = shares.reduce((sum, {system, gpus}) => sum + gpus * system.powerWatts, 0);
  const tokensPerSec = plan.tokensPerSec * plan.replicas;
  const costPerHour = costOf(shares, preferences.gpuHourPrices);
  const figures: PlanFigures = {
    inclusiveTpotMs: plan.requestLatencyMs / problem.workload.osl,
    powerWatts,
    tokensPerSecPerMegawatt: powerWatts > 0 ? (tokensPerSec / powerWatts) * wattsPerMegawatt : 0,
    ...(costPerHour === undefined
      ? {}
      : {costPerHour, costPerMillionTokens: (costPerHour / (tokensPerSec * secondsPerHour)) * tokensPerMillion}),
    penalty: 0,
    score: plan.tokensPerSecPerGpuCluster,
    ...(preferences.load ? {sizing: sizeFor(plan, preferences.load)} : {})
  };
  figures.penalty = totalPenalty(plan, figures, preferences);
  figures.score = plan.tokensPerSecPerGpuCluster * Math.max(0, 1 - figures.penalty);
  return figures;
}

function gpuShares({platform, decodePlatform = platform}: SearchProblem, plan: Counted): GpuShare[] {
  if (!plan.prefill) return [{system: platform.system, gpus: plan.gpusUsed}];
  const prefillGpus = plan.prefill.workers * plan.prefill.gpus * plan.replicas;
  return [
    {system: platform.system, gpus: prefillGpus},
    {system: decodePlatform.system, gpus: plan.gpusUsed - prefillGpus}
  ];
}

/** Undefined unless every system used has a price. */
function costOf(shares: readonly GpuShare[], prices: Preferences["gpuHourPrices"]): number | undefined {
  let sum = 0;
  for (const {system, gpus} of shares) {
    const price = prices?.[system.id];
    if (price === undefined) return undefined;
    sum += gpus * price;
  }
  return sum;
}

function totalPenalty(plan: Counted, figures: PlanFigures, preferences: Preferences): number {
  let sum = 0;
  for (const goal of preferences.goals ?? []) {
    if (goal.hard) continue;
    const value = goalValue(plan, figures, goal);
    if (value !== undefined) sum += penaltyOf(goal, value, preferences);
  }
  return sum;
}

/** Replicas of a plan that a load takes, and what is served where the GPUs there are do not suffice. Source: method.md §12.4. */
export function sizeFor(plan: Pick<Counted, "gpus" | "requestsPerSec" | "concurrency">, load: LoadTarget): Sizing {
  const needed = replicasFor(load, plan.requestsPerSec, plan.concurrency);
  const most = load.maxGpus === undefined ? Infinity : Math.max(1, Math.floor(load.maxGpus / plan.gpus));
  const replicas = Math.min(needed, most);
  return {replicas, gpus: replicas * plan.gpus, loadServed: replicas / needed, capped: needed > most};
}

/** At least one. */
export function replicasFor({requestsPerSec, concurrency}: LoadTarget, rate: number, inFlight: number): number {
  const share = requestsPerSec === undefined ? concurrency! / inFlight : requestsPerSec / rate;
  return Math.max(1, Math.ceil(share - 1e-9));
}

/**
 * The plan with as many replicas as the load takes; its throughput per GPU then counts the GPUs that are used, or all
 * there are where they do not suffice.
 */
export function sized<P extends Counted>(plan: P, load: LoadTarget): P {
  const {replicas, gpus, capped} = sizeFor(plan, load);
  const counted = capped ? load.maxGpus! : gpus;
  return {
    ...plan,
    replicas,
    gpusUsed: gpus,
    tokensPerSecPerGpuCluster: (plan.tokensPerSecPerGpu * gpus) / counted
  };
}
