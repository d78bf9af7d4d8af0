import type {Plan, Targets} from "../result.js";

/**
 * The best plan of each parallelism, best first. Plans that miss the TPOT (or request-latency) target are only
 * considered when none meets it; then the nearest come first and `meetsTargets` is false. Source: method.md §12.4.
 */
export function pickBest(
  plans: readonly Plan[],
  targets: Targets,
  topN: number
): {best: Plan[]; meetsTargets: boolean} {
  const byRequest = targets.requestLatencyMs !== undefined;
  const limit = targets.requestLatencyMs ?? targets.tpotMs;
  const constrained = (plan: Plan) => (byRequest ? plan.requestLatencyMs : plan.tpotMs);
  const meets = (plan: Plan) =>
    // The reference's disaggregated targets are strict.
    plan.mode === "disagg" && !byRequest ? plan.tpotMs < limit : constrained(plan) <= limit;
  const within = plans.filter(meets);
  const meetsTargets = within.length > 0;
  const nearer = (a: Plan, b: Plan) => constrained(a) - constrained(b);
  const groups = new Map<string, Plan>();
  for (const plan of meetsTargets ? within : plans) {
    const group = (plan.agg ?? plan.decode)!.label;
    const best = groups.get(group);
    // Of plans with the same throughput (a prefill pool may cap several decode batches) the faster one is as good or better.
    if (!best || byThroughput(plan, best) < 0 || (byThroughput(plan, best) === 0 && nearer(plan, best) < 0))
      groups.set(group, plan);
  }
  const order = meetsTargets ? (a: Plan, b: Plan) => byThroughput(a, b) || nearer(a, b) : nearer;
  const best = [...groups.values()].sort(order).slice(0, topN);
  return {best, meetsTargets};
}

function byThroughput(a: Plan, b: Plan): number {
  return b.tokensPerSecPerGpuCluster - a.tokensPerSecPerGpuCluster;
}
