/** What a deployment is expected to reach, and the runs that show whether it does. */
import type {DeployablePlan} from "./options.js";
import type {BenchmarkPlan, Predicted, RolePlan} from "./plan.js";

/** Figures of all replicas together; null where nothing was predicted. */
export function predictedOf(plan: DeployablePlan): Predicted | null {
  const {replicas, source, ttftMs, tpotMs, requestLatencyMs, tokensPerSecPerGpu, tokensPerSecPerUser} = plan;
  const {concurrency, requestsPerSec, tokensPerSec} = plan;
  const figures = [
    ttftMs,
    tpotMs,
    requestLatencyMs,
    tokensPerSecPerGpu,
    tokensPerSecPerUser,
    concurrency,
    requestsPerSec,
    tokensPerSec
  ];
  if (source === undefined || !figures.every((figure) => Number.isFinite(figure))) return null;
  return {
    ttftMs: ttftMs!,
    tpotMs: tpotMs!,
    requestLatencyMs: requestLatencyMs!,
    requestsPerSec: requestsPerSec! * replicas,
    tokensPerSec: tokensPerSec! * replicas,
    tokensPerSecPerGpu: tokensPerSecPerGpu!,
    tokensPerSecPerUser: tokensPerSecPerUser!,
    concurrency: concurrency! * replicas,
    source,
    ...(plan.error ? {error: plan.error} : {})
  };
}

/** Requests in flight that are tried besides the full load. Source: generator.md §6.7. */
const ladder = [1, 2, 8, 16, 32, 64, 128];
const around = 0.05;
const requestsPerSlot = 50;
const warmupsPerSlot = 2;
const seed = 100;

/** Around the load that fills every worker that generates. */
export function benchmarkOf(roles: readonly RolePlan[]): BenchmarkPlan {
  const {workers, batchPerRank, parallel} = roles.at(-1)!;
  const concurrency = workers * batchPerRank * parallel.dp;
  const near = [Math.floor(concurrency * (1 - around)), concurrency, Math.ceil(concurrency * (1 + around))];
  const concurrencies = [...new Set([...ladder, ...near])].filter((load) => load >= 1).sort((a, b) => a - b);
  return {
    concurrency,
    concurrencies,
    requests: concurrencies.map((load) => load * requestsPerSlot),
    warmups: concurrencies.map((load) => load * warmupsPerSlot),
    seed
  };
}
