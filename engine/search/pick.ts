import type {Plan, Targets} from "../result.js";
import type {Objective} from "./goals.js";
import {byObjective, meetsTarget} from "./rank.js";

/**
 * The best plan of each parallelism, best first by the objective. Plans that miss the TPOT (or request-latency) target
 * are only considered when none meets it, and not at all when `strict`; then the nearest come first and `meetsTargets`
 * is false. Source: method.md §12.4.
 */
export function pickBest(
  plans: readonly Plan[],
  targets: Targets,
  topN: number,
  {objective, strict = false}: {objective?: Objective; strict?: boolean} = {}
): {best: Plan[]; meetsTargets: boolean} {
  const constrained = (plan: Plan) => (targets.requestLatencyMs === undefined ? plan.tpotMs : plan.requestLatencyMs);
  const within = plans.filter((plan) => meetsTarget(plan, targets));
  const meetsTargets = within.length > 0;
  const nearer = (a: Plan, b: Plan) => constrained(a) - constrained(b);
  // The knee is that of a whole front: within a parallelism, and among those beside it, throughput counts.
  const better = byObjective(objective === "knee" ? "throughput" : objective);
  const order = (a: Plan, b: Plan) => better(a, b) || nearer(a, b);
  const groups = new Map<string, Plan>();
  for (const plan of meetsTargets ? within : strict ? [] : plans) {
    const group = (plan.agg ?? plan.decode)!.label;
    const best = groups.get(group);
    // Of plans with the same throughput (a prefill pool may cap several decode batches) the faster one is as good or better.
    if (!best || order(plan, best) < 0) groups.set(group, plan);
  }
  const best = [...groups.values()].sort(meetsTargets ? order : nearer).slice(0, topN);
  return {best, meetsTargets};
}
