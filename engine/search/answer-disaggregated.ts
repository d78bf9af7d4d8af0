import type {Plan, Targets} from "../result.js";
import {decodeMemory, decodePoint, matchLoad, matchRates} from "../session/disaggregated.js";
import type {Match, PoolPoint} from "../session/disaggregated.js";
import {requestLatencyMs, tokensPerSecPerUser} from "../session/metrics.js";
import {tuningOf} from "../session/tuning.js";
import {fits, mergeSource, newTally, provenanceOf, workerPoint} from "../session/worker.js";
import type {Worker} from "../session/worker.js";
import {replicasFor} from "./figures.js";
import type {LoadTarget} from "./goals.js";
import {clusterRate, largestMeeting, nearMiss, overshoot} from "./mode-answer.js";
import type {CloudPoint, ModeAnswer, Sampling} from "./mode-answer.js";
import type {Evaluation, Pools, SearchProblem} from "./evaluate.js";
import type {Rejections} from "./rejections.js";

/** Prefill workers considered for a decode worker, the best first. Source: method.md §11. */
const prefillRows = 32;

/** A prefill and a decode point with the replica that they make. */
export interface Pair {
  prefill: PoolPoint;
  decode: PoolPoint;
  match: Match;
}

/** Which pairs become plans. */
export interface PairChoice {
  sampling: Sampling;
  /** Where batches beside the grid are looked for; at the targets unless given. */
  finest?: Targets;
  /** Every pair within the limits, not only the one with the best rate of each decode point. */
  allPairs: boolean;
  /** Adds the replica of each pair that serves this load with the fewest GPUs. */
  load?: LoadTarget;
}

/** Disaggregated plans: each decode worker at each batch with the prefill worker that feeds it best, or with every one. */
export function answerDisaggregated(
  evaluation: Evaluation,
  targets: Targets,
  {sampling, finest = targets, allPairs, load}: PairChoice
): ModeAnswer | null {
  const {problem, disaggregated: pools} = evaluation;
  if (!pools) return null;
  const rejections = pools.rejections.copy();
  const fine = refine(problem, pools, finest, sampling);
  rejections.pass(fine.length);
  const decode = [...pools.decode, ...fine];
  const plans: Plan[] = [];
  const cloud: CloudPoint[] = [];
  for (const point of decode) {
    const any = bestPair(pairsWithin(problem, pools, point, Infinity));
    if (any) cloud.push(cloudPoint(problem, any));
    const within = [...pairsWithin(problem, pools, point, ttftLimit(problem, point, targets))];
    const best = allPairs ? within : [bestPair(within)];
    for (const pair of best) if (pair) plans.push(disaggregatedPlan(problem, pair));
    if (load) for (const pair of within) plans.push(...smallestPlan(problem, pools, pair, load));
  }
  countMisses(problem, pools, decode, targets, rejections);
  plans.sort((a, b) => b.tokensPerSecPerGpu - a.tokensPerSecPerGpu);
  const met = plans.some((plan) => (targets.requestLatencyMs === undefined ? plan.tpotMs < targets.tpotMs : true));
  const nearest = met ? undefined : nearestPair(problem, pools, decode, targets);
  return {plans, nearest: nearest ? disaggregatedPlan(problem, nearest) : null, cloud, rejections};
}

/** TTFT below which a decode point's prompts must stay. */
function ttftLimit({workload}: SearchProblem, {latencyMs}: PoolPoint, targets: Targets): number {
  return targets.requestLatencyMs === undefined
    ? targets.ttftMs
    : targets.requestLatencyMs - latencyMs * (workload.osl - 1);
}

/** The same two workers in the numbers that serve a load with the fewest GPUs. */
function smallestPlan(problem: SearchProblem, {shapes}: Pools, {prefill, decode}: Pair, load: LoadTarget): Plan[] {
  const replicas = (rate: number, workers: number) => replicasFor(load, rate, decode.concurrency * workers);
  const match = matchLoad(prefill, decode, shapes, replicas, load.maxGpus, tuningOf(problem.tuning));
  return match ? [disaggregatedPlan(problem, {prefill, decode, match})] : [];
}

/** Every pair of points of two pools that makes a replica. */
export function* pairsOf({problem, disaggregated: pools}: Evaluation): Generator<Pair> {
  if (!pools) return;
  for (const decode of pools.decode)
    for (const [i, match] of matchesOf(problem, pools, decode).entries())
      if (match) yield {prefill: pools.prefill[i], decode, match};
}

/** Of all pairs that make a replica, the one that misses the targets least. */
function nearestPair(
  problem: SearchProblem,
  pools: Pools,
  decode: readonly PoolPoint[],
  targets: Targets
): Pair | undefined {
  const {ttftScale} = tuningOf(problem.tuning);
  let [nearest, least] = [undefined as Pair | undefined, Infinity];
  for (const point of decode)
    matchesOf(problem, pools, point).forEach((match, i) => {
      const prefill = pools.prefill[i];
      const ttftMs = prefill.latencyMs * ttftScale;
      const requestMs = requestLatencyMs(ttftMs, point.latencyMs, problem.workload.osl);
      const over = overshoot(ttftMs, point.latencyMs, requestMs, targets);
      if (match && over < least) [nearest, least] = [{prefill, decode: point, match}, over];
    });
  return nearest;
}

/** More requests/s/GPU; among equals the smaller replica. */
function better(a: Match, b: Match): boolean {
  const [rateA, rateB] = [a.requestsPerSec / a.gpus, b.requestsPerSec / b.gpus];
  return rateA > rateB || (rateA === rateB && a.gpus < b.gpus);
}

/** Pairs of a decode point with the first prefill points whose TTFT, queueing included, is below a limit. */
function* pairsWithin(problem: SearchProblem, pools: Pools, decode: PoolPoint, limitMs: number): Generator<Pair> {
  const {prefill} = pools;
  const {ttftScale} = tuningOf(problem.tuning);
  const matches = matchesOf(problem, pools, decode);
  let rows = 0;
  for (let i = 0; i < prefill.length && rows < prefillRows; ++i) {
    if (!(prefill[i].latencyMs * ttftScale < limitMs)) continue;
    ++rows;
    const match = matches[i];
    if (match) yield {prefill: prefill[i], decode, match};
  }
}

function bestPair(pairs: Iterable<Pair>): Pair | undefined {
  let best: Pair | undefined;
  for (const pair of pairs) if (!best || better(pair.match, best.match)) best = pair;
  return best;
}

function matchesOf(problem: SearchProblem, pools: Pools, decode: PoolPoint): (Match | null)[] {
  const {matches, prefill, shapes} = pools;
  let known = matches.get(decode);
  if (!known) {
    const tuning = tuningOf(problem.tuning);
    known = prefill.map((point) => (compatible(point, decode) ? matchRates(point, decode, shapes, tuning) : null));
    matches.set(decode, known);
  }
  return known;
}

/** SGLang hands KV over between workers of one tensor-parallel size only, but for wide EP. Source: method.md §11. */
function compatible({worker: prefill}: PoolPoint, {worker: decode}: PoolPoint): boolean {
  if (prefill.platform.backend !== "sglang" || prefill.spec.wideEp || decode.spec.wideEp) return true;
  return prefill.spec.parallel.tp === decode.spec.parallel.tp;
}

/**
 * The decode batches beside the grid that the targets ask for: where one of the grid meets them and the next misses
 * them, the largest between that meets them. With `grid` only where the next misses the TPOT by a hair.
 */
function refine(problem: SearchProblem, pools: Pools, targets: Targets, sampling: Sampling): PoolPoint[] {
  const {decode} = pools;
  const byRequest = targets.requestLatencyMs !== undefined;
  if (byRequest && sampling === "grid") return [];
  const meets = (point: PoolPoint) =>
    byRequest
      ? !pairsWithin(problem, pools, point, ttftLimit(problem, point, targets)).next().done
      : point.latencyMs < targets.tpotMs;
  const found: PoolPoint[] = [];
  for (let i = 1; i < decode.length; ++i) {
    const [low, high] = [decode[i - 1], decode[i]];
    if (low.worker !== high.worker || high.batch - low.batch < 2 || !meets(low) || meets(high)) continue;
    if (sampling === "grid" && high.latencyMs > targets.tpotMs * nearMiss) continue;
    const point = largestMeeting(low.batch, high.batch, (batch) => {
      const fine = finePoint(problem, pools, low.worker, batch);
      return fine && meets(fine) ? fine : undefined;
    });
    if (point) found.push(point);
  }
  return found;
}

/** A decode point beside the grid, evaluated once; null when it does not fit or no table answers. */
function finePoint(problem: SearchProblem, {fine}: Pools, worker: Worker, batch: number): PoolPoint | null {
  let known = fine.get(worker);
  if (!known) fine.set(worker, (known = new Map()));
  let point = known.get(batch);
  if (point !== undefined) return point;
  const memory = decodeMemory(worker, problem.workload, batch);
  point = fits(worker, memory) ? decodePoint(worker, problem.workload, batch, memory, tuningOf(problem.tuning)) : null;
  if (point && point.latencyMs !== point.latencyMs) point = null;
  known.set(batch, point);
  return point;
}

function countMisses(
  problem: SearchProblem,
  {prefill, decode: grid, shapes}: Pools,
  decode: readonly PoolPoint[],
  targets: Targets,
  rejections: Rejections
): void {
  const {ttftScale} = tuningOf(problem.tuning);
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
    ttftMs: prefill.latencyMs * tuningOf(problem.tuning).ttftScale
  };
}

export function disaggregatedPlan(problem: SearchProblem, {prefill, decode, match}: Pair): Plan {
  const {totalGpus, workload} = problem;
  const {gpus, requestsPerSec, prefillWorkers, decodeWorkers} = match;
  const ttftMs = prefill.latencyMs * tuningOf(problem.tuning).ttftScale;
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
