import type {Plan, Targets} from "../result.js";
import {decodeMemory, decodePoint, disaggregation, matchRates} from "../session/disaggregated.js";
import type {Match, PoolPoint} from "../session/disaggregated.js";
import {requestLatencyMs, tokensPerSecPerUser} from "../session/metrics.js";
import {fits, mergeSource, newTally, provenanceOf, workerPoint} from "../session/worker.js";
import {clusterRate, nearMiss, overshoot} from "./mode-answer.js";
import type {CloudPoint, ModeAnswer} from "./mode-answer.js";
import type {Evaluation, Pools, SearchProblem} from "./evaluate.js";
import type {Rejections} from "./rejections.js";

interface Pair {
  prefill: PoolPoint;
  decode: PoolPoint;
  match: Match;
}

/** Disaggregated plans: each decode worker at each batch with the prefill worker that feeds it best. */
export function answerDisaggregated(evaluation: Evaluation, targets: Targets): ModeAnswer | null {
  const {problem, disaggregated: pools} = evaluation;
  if (!pools) return null;
  const rejections = pools.rejections.copy();
  const fine = refine(problem, pools, targets);
  rejections.pass(fine.length);
  const decode = [...pools.decode, ...fine];
  const {osl} = problem.workload;
  const plans: Plan[] = [];
  const cloud: CloudPoint[] = [];
  const {ttftScale} = disaggregation;
  const everyone = ttftScale * Math.max(...pools.prefill.map((point) => point.latencyMs)) + 1;
  for (const point of decode) {
    const any = bestPrefill(pools, point, everyone);
    if (any) cloud.push(cloudPoint(problem, any));
    const limitMs =
      targets.requestLatencyMs === undefined ? targets.ttftMs : targets.requestLatencyMs - point.latencyMs * (osl - 1);
    const pair = bestPrefill(pools, point, limitMs);
    if (pair) plans.push(disaggregatedPlan(problem, pair));
  }
  countMisses(problem, pools, decode, targets, rejections);
  plans.sort((a, b) => b.tokensPerSecPerGpu - a.tokensPerSecPerGpu);
  const met = plans.some((plan) => (targets.requestLatencyMs === undefined ? plan.tpotMs < targets.tpotMs : true));
  const nearest = met ? undefined : nearestPair(pools, decode, targets, osl);
  return {plans, nearest: nearest ? disaggregatedPlan(problem, nearest) : null, cloud, rejections};
}

/** Of all pairs that make a replica, the one that misses the targets least. */
function nearestPair(pools: Pools, decode: readonly PoolPoint[], targets: Targets, osl: number): Pair | undefined {
  let [nearest, least] = [undefined as Pair | undefined, Infinity];
  for (const point of decode)
    matchesOf(pools, point).forEach((match, i) => {
      const prefill = pools.prefill[i];
      const ttftMs = prefill.latencyMs * disaggregation.ttftScale;
      const over = overshoot(ttftMs, point.latencyMs, requestLatencyMs(ttftMs, point.latencyMs, osl), targets);
      if (match && over < least) [nearest, least] = [{prefill, decode: point, match}, over];
    });
  return nearest;
}

/** More requests/s/GPU; among equals the smaller replica. */
function better(a: Match, b: Match): boolean {
  const [rateA, rateB] = [a.requestsPerSec / a.gpus, b.requestsPerSec / b.gpus];
  return rateA > rateB || (rateA === rateB && a.gpus < b.gpus);
}

/** The best match of a decode point among the first prefill points whose TTFT, queueing included, is below a limit. */
function bestPrefill(pools: Pools, decode: PoolPoint, limitMs: number): Pair | undefined {
  const {prefill} = pools;
  const {ttftScale, prefillRows} = disaggregation;
  const matches = matchesOf(pools, decode);
  let [best, at, rows] = [null as Match | null, -1, 0];
  for (let i = 0; i < prefill.length && rows < prefillRows; ++i) {
    if (!(prefill[i].latencyMs * ttftScale < limitMs)) continue;
    ++rows;
    const match = matches[i];
    if (match && (!best || better(match, best))) [best, at] = [match, i];
  }
  return best ? {prefill: prefill[at], decode, match: best} : undefined;
}

function matchesOf({matches, prefill, shapes}: Pools, decode: PoolPoint): (Match | null)[] {
  let known = matches.get(decode);
  if (!known) {
    known = prefill.map((point) => (compatible(point, decode) ? matchRates(point, decode, shapes) : null));
    matches.set(decode, known);
  }
  return known;
}

/** SGLang hands KV over between workers of one tensor-parallel size only. */
function compatible(prefill: PoolPoint, decode: PoolPoint): boolean {
  const sameTp = prefill.worker.spec.parallel.tp === decode.worker.spec.parallel.tp;
  return prefill.worker.platform.backend !== "sglang" || sameTp;
}

/** Where a decode batch meets the TPOT target and the grid's next one misses it by a hair, the largest between that meets it. */
function refine(problem: SearchProblem, {decode}: Pools, targets: Targets): PoolPoint[] {
  if (targets.requestLatencyMs !== undefined) return [];
  const found: PoolPoint[] = [];
  for (let i = 1; i < decode.length; ++i) {
    const [low, high] = [decode[i - 1], decode[i]];
    if (low.worker !== high.worker || !(low.latencyMs < targets.tpotMs)) continue;
    if (high.latencyMs < targets.tpotMs || high.latencyMs > targets.tpotMs * nearMiss) continue;
    for (let batch = high.batch - 1; batch > low.batch; --batch) {
      const memory = decodeMemory(low.worker, problem.workload, batch);
      if (!fits(low.worker, memory)) continue;
      const point = decodePoint(low.worker, problem.workload, batch, memory);
      if (!(point.latencyMs < targets.tpotMs)) continue;
      found.push(point);
      break;
    }
  }
  return found;
}

function countMisses(
  problem: SearchProblem,
  {prefill, decode: grid, shapes}: Pools,
  decode: readonly PoolPoint[],
  targets: Targets,
  rejections: Rejections
): void {
  const {ttftScale} = disaggregation;
  const {osl} = problem.workload;
  const {ttftMs, tpotMs, requestLatencyMs: whole} = targets;
  const [ttftLimitMs, tpotLimitMs] = whole === undefined ? [ttftMs, tpotMs] : [whole, whole / (osl - 1)];
  const [ttft, tpot] =
    whole === undefined ? (["ttft", "tpot"] as const) : (["requestLatency", "requestLatency"] as const);
  for (const {latencyMs} of prefill)
    if (latencyMs * ttftScale >= ttftLimitMs)
      rejections.drop(ttft, `first token after ${(latencyMs * ttftScale).toFixed(0)} ms`, latencyMs);
  for (const {latencyMs} of decode)
    if (latencyMs >= tpotLimitMs) rejections.drop(tpot, `${latencyMs.toFixed(1)} ms per output token`, latencyMs);
  const paired = prefill.some((p) =>
    grid.some((d) => compatible(p, d) && shapes.of(p.worker.gpus, d.worker.gpus).length > 0)
  );
  if (prefill.length && grid.length && !paired)
    rejections.add("gpus", `no replica of prefill and decode workers fits ${problem.totalGpus} GPUs`);
}

function cloudPoint(problem: SearchProblem, {prefill, decode, match}: Pair): CloudPoint {
  const {gpus, requestsPerSec} = match;
  return {
    tokensPerSecPerUser: tokensPerSecPerUser(decode.latencyMs),
    tokensPerSecPerGpuCluster: clusterRate(problem, (requestsPerSec * problem.workload.osl) / gpus, gpus),
    ttftMs: prefill.latencyMs * disaggregation.ttftScale
  };
}

function disaggregatedPlan(problem: SearchProblem, {prefill, decode, match}: Pair): Plan {
  const {totalGpus, workload} = problem;
  const {gpus, requestsPerSec, prefillWorkers, decodeWorkers} = match;
  const ttftMs = prefill.latencyMs * disaggregation.ttftScale;
  const tpotMs = decode.latencyMs;
  const tokensPerSec = requestsPerSec * workload.osl;
  const replicas = Math.floor(totalGpus / gpus);
  const tally = newTally();
  mergeSource(tally, prefill.tally);
  mergeSource(tally, decode.tally);
  const poolOf = ({worker, batch, memoryGiB, requestsPerSec}: PoolPoint, workers: number) => ({
    ...workerPoint(worker, batch, memoryGiB),
    workers,
    requestsPerSecPerWorker: requestsPerSec
  });
  return {
    mode: "disagg",
    prefill: poolOf(prefill, prefillWorkers),
    decode: poolOf(decode, decodeWorkers),
    gpus,
    replicas,
    gpusUsed: replicas * gpus,
    concurrency: decode.concurrency * decodeWorkers,
    ttftMs,
    tpotMs,
    requestLatencyMs: requestLatencyMs(ttftMs, tpotMs, workload.osl),
    requestsPerSec,
    tokensPerSec,
    tokensPerSecPerGpu: tokensPerSec / gpus,
    tokensPerSecPerGpuCluster: clusterRate(problem, tokensPerSec / gpus, gpus),
    tokensPerSecPerUser: tokensPerSecPerUser(tpotMs),
    ...provenanceOf(tally)
  };
}
