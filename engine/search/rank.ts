/** How plans compare, and which keep their limits. */
import type {Plan, Targets} from "../result.js";
import {goalLabel, goalMetrics, goalValue, violation} from "./goals.js";
import type {Goal, Objective, PlanFigures} from "./goals.js";

/** What plans, and candidates that may become plans, are compared by. */
export interface Ranked {
  mode: Plan["mode"];
  /** Its parallelism; of two pools that of the decode workers. */
  group: string;
  tpotMs: number;
  requestLatencyMs: number;
  tokensPerSecPerUser: number;
  tokensPerSecPerGpu: number;
  tokensPerSecPerGpuCluster: number;
  figures?: PlanFigures;
}

/** Without the group, which comparing does not need. */
type Compared = Omit<Ranked, "group">;

type Order = (a: Compared, b: Compared) => number;

/** More tokens/s per GPU of the cluster first. */
export const byThroughput: Order = (a, b) => b.tokensPerSecPerGpuCluster - a.tokensPerSecPerGpuCluster;

/**
 * Best first. All but throughput and latency need `figures`; plans without a price, or without a load to size for, come
 * last. `knee` orders the knees of several fronts: by throughput per GPU times speed per user, the area below the point.
 */
export function byObjective(objective: Objective = "throughput"): Order {
  switch (objective) {
    case "throughput":
      return byThroughput;
    case "latency":
      return (a, b) => a.requestLatencyMs - b.requestLatencyMs || byThroughput(a, b);
    case "cost":
      return (a, b) => cost(a) - cost(b) || byThroughput(a, b);
    case "score":
      return (a, b) => (b.figures?.score ?? 0) - (a.figures?.score ?? 0) || byThroughput(a, b);
    case "gpus":
      return byGpus;
    case "knee":
      return (a, b) => kneeArea(b) - kneeArea(a);
  }
}

/** Far from any real price, so that differences stay numbers. */
const noPrice = Number.MAX_VALUE;
const cost = ({figures}: Compared) => figures?.costPerMillionTokens ?? noPrice;
const kneeArea = (plan: Compared) => plan.tokensPerSecPerGpuCluster * plan.tokensPerSecPerUser;

/** Fewest GPUs for the whole load, then throughput per GPU; where the GPUs do not suffice, throughput. Source: method.md §12.4. */
function byGpus(a: Compared, b: Compared): number {
  const [own, other] = [a.figures!.sizing!, b.figures!.sizing!];
  if (own.capped !== other.capped) return own.capped ? 1 : -1;
  if (own.capped) return byThroughput(a, b);
  return own.gpus - other.gpus || b.tokensPerSecPerGpu - a.tokensPerSecPerGpu;
}

/** Whether a plan keeps the TPOT or request-latency target; the TTFT was seen to when it became a plan. */
export function meetsTarget(plan: Compared, {tpotMs, requestLatencyMs}: Targets): boolean {
  if (requestLatencyMs !== undefined) return plan.requestLatencyMs <= requestLatencyMs;
  // The reference's disaggregated targets are strict.
  return plan.mode === "disagg" ? plan.tpotMs < tpotMs : plan.tpotMs <= tpotMs;
}

/** A plan or a candidate with its figures. */
type Judged = Parameters<typeof goalValue>[0] & {figures?: PlanFigures};

/** The first hard goal that a plan breaks. A figure that is not known breaks none. */
export function brokenGoal(plan: Judged, goals: readonly Goal[] = []): Goal | undefined {
  return goals.find((goal) => goal.hard && goalOvershoot(plan, goal) > 1);
}

/** How many times over a goal a plan is; at most 1 when it keeps it. */
export function goalOvershoot(plan: Judged, goal: Goal): number {
  const value = plan.figures && goalValue(plan, plan.figures, goal);
  return value === undefined ? 0 : 1 + violation(goal.metric, goal.threshold, value);
}

/** `power 44,800 W`, of a goal that the plan breaks. */
export function goalWords(plan: Judged, goal: Goal): string {
  const value = goalValue(plan, plan.figures!, goal)!;
  return `${goalLabel(goal)} ${+value.toPrecision(4)} ${goalMetrics[goal.metric].unit}`;
}
