import type {Plan, Targets} from "../result.js";
import {decodeMemory, decodePoint, matchLoad} from "../session/disaggregated.js";
import type {PoolPoint} from "../session/disaggregated.js";
import {requestLatencyMs, tokensPerSecPerUser} from "../session/metrics.js";
import type {Tuning} from "../session/tuning.js";
import {fits, mergeSource, newTally, provenanceOf, workerPoint} from "../session/worker.js";
import type {Worker} from "../session/worker.js";
import {replicasFor} from "./figures.js";
import type {LoadTarget} from "./goals.js";
import {largestMeeting, nearMiss, overshoot, repeated} from "./mode-answer.js";
import type {Candidate, CloudPoint, ModeAnswer, Sampling} from "./mode-answer.js";
import type {Evaluation, Pools, SearchProblem} from "./evaluate.js";
import {bestPair, chosenPairs, compatible, matchesOf, pairsWithin} from "./pairs.js";
import type {Pair, PairSet} from "./pairs.js";
import type {Rejections} from "./rejections.js";

/** Which pairs become plans. */
export interface PairChoice {
  sampling: Sampling;
  /** Where batches beside the grid are looked for; at the targets unless given. */
  finest?: Targets;
  pairs: PairSet;
  /** Adds the replica of each pair that serves this load with the fewest GPUs. */
  load?: LoadTarget;
}

/** Disaggregated candidates: each decode worker at each batch with the prefill worker that feeds it best, or with every one. */
export function answerDisaggregated(
  evaluation: Evaluation,
  targets: Targets,
  {sampling, finest = targets, pairs, load}: PairChoice
): ModeAnswer | null {
  const {problem, disaggregated: pools} = evaluation;
  if (!pools) return null;
  const rejections = pools.rejections.copy();
  const decode = offeredDecode(problem, pools, finest, sampling);
  rejections.pass(decode.length - pools.decode.length);
  const offers: Candidate[] = [];
  const cloud: CloudPoint[] = [];
  for (const point of decode) {
    const any = bestOfAll(problem, pools, point);
    if (any) cloud.push(any);
    const limitMs = ttftLimit(problem, point, targets);
    for (const pair of chosenPairs(problem, pools, point, limitMs, pairs))
      offers.push(disaggregatedCandidate(problem, pools.tuning, pair));
    if (load)
      for (const pair of pairsWithin(pools, point, limitMs)) offers.push(...smallestOffer(problem, pools, pair, load));
  }
  countMisses(problem, pools, decode, targets, rejections);
  offers.sort((a, b) => b.tokensPerSecPerGpu - a.tokensPerSecPerGpu);
  const met = offers.some((offer) => (targets.requestLatencyMs === undefined ? offer.tpotMs < targets.tpotMs : true));
  const nearest = met ? undefined : nearestPair(pools, decode, targets, problem.workload.osl);
  return {
    offers,
    nearest: nearest ? disaggregatedCandidate(problem, pools.tuning, nearest).plan() : null,
    cloud,
    rejections
  };
}

/** Every decode point of the grid, then those between that the targets ask for. */
export function offeredDecode(problem: SearchProblem, pools: Pools, finest: Targets, sampling: Sampling): PoolPoint[] {
  return [...pools.decode, ...refine(problem, pools, finest, sampling)];
}

/** TTFT below which a decode point's prompts must stay. */
export function ttftLimit({workload}: SearchProblem, {latencyMs}: PoolPoint, targets: Targets): number {
  return targets.requestLatencyMs === undefined
    ? targets.ttftMs
    : targets.requestLatencyMs - latencyMs * (workload.osl - 1);
}

/** The same two workers in the numbers that serve a load with the fewest GPUs. */
function smallestOffer(problem: SearchProblem, pools: Pools, {prefill, decode}: Pair, load: LoadTarget): Candidate[] {
  const {shapes, tuning} = pools;
  const replicas = (rate: number, workers: number) => replicasFor(load, rate, decode.concurrency * workers);
  const match = matchLoad(prefill, decode, shapes, replicas, load.maxGpus, tuning);
  return match ? [disaggregatedCandidate(problem, pools.tuning, {prefill, decode, match})] : [];
}

/** Of all pairs that make a replica, the one that misses the targets least. */
function nearestPair(pools: Pools, decode: readonly PoolPoint[], targets: Targets, osl: number): Pair | undefined {
  const {ttftScale} = pools.tuning;
  let [nearest, least] = [undefined as Pair | undefined, Infinity];
  for (const point of decode)
    matchesOf(pools, point).forEach((match, i) => {
      const prefill = pools.prefill[i];
      const ttftMs = prefill.latencyMs * ttftScale;
      const requestMs = requestLatencyMs(ttftMs, point.latencyMs, osl);
      const over = overshoot(ttftMs, point.latencyMs, requestMs, targets);
      if (match && over < least) [nearest, least] = [{prefill, decode: point, match}, over];
    });
  return nearest;
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
      ? bestPair(pools, point, ttftLimit(problem, point, targets)) !== undefined
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
export function finePoint(
  problem: SearchProblem,
  {fine, tuning}: Pools,
  worker: Worker,
  batch: number
): PoolPoint | null {
  let known = fine.get(worker);
  if (!known) fine.set(worker, (known = new Map()));
  let point = known.get(batch);
  if (point !== undefined) return point;
  const memory = decodeMemory(worker, problem.workload, batch);
  point = fits(worker, memory) ? decodePoint(worker, problem.workload, batch, memory, tuning) : null;
  if (point && point.latencyMs !== point.latencyMs) point = null;
  known.set(batch, point);
  return point;
}

function countMisses(
  problem: SearchProblem,
  {prefill, decode: grid, shapes, tuning: {ttftScale}}: Pools,
  decode: readonly PoolPoint[],
  targets: Targets,
  rejections: Rejections
): void {
  const {osl} = problem.workload;
  const {ttftMs, tpotMs, requestLatencyMs: whole} = targets;
  const [ttftLimitMs, tpotLimitMs] = whole === undefined ? [ttftMs, tpotMs] : [whole, whole / (osl - 1)];
  const [ttft, tpot] =
    whole === undefined ? (["ttft", "tpot"] as const) : (["requestLatency", "requestLatency"] as const);
  for (const {latencyMs} of prefill)
    if (latencyMs * ttftScale >= ttftLimitMs)
      rejections.drop(ttft, () => `first token after ${(latencyMs * ttftScale).toFixed(0)} ms`, latencyMs);
  for (const {latencyMs} of decode)
    if (latencyMs >= tpotLimitMs) rejections.drop(tpot, () => `${latencyMs.toFixed(1)} ms per output token`, latencyMs);
  const paired = prefill.some((p) =>
    grid.some((d) => compatible(p, d) && shapes.of(p.worker.gpus, d.worker.gpus).length > 0)
  );
  if (prefill.length && grid.length && !paired)
    rejections.add("gpus", `no replica of prefill and decode workers fits ${problem.totalGpus} GPUs`);
}

/** The best candidate of a decode point whatever the targets, made once; null where it makes no replica. */
function bestOfAll(problem: SearchProblem, pools: Pools, point: PoolPoint): Candidate | null {
  let best = pools.best.get(point);
  if (best !== undefined) return best;
  const pair = bestPair(pools, point, Infinity);
  pools.best.set(point, (best = pair ? disaggregatedCandidate(problem, pools.tuning, pair) : null));
  return best;
}

export function disaggregatedCandidate(problem: SearchProblem, tuning: Tuning, pair: Pair): Candidate {
  const {prefill, decode, match} = pair;
  const {osl} = problem.workload;
  const ttftMs = prefill.latencyMs * tuning.ttftScale;
  const tpotMs = decode.latencyMs;
  const tokensPerSec = match.requestsPerSec * osl;
  return {
    mode: "disagg",
    group: decode.worker.label,
    batchPerRank: decode.batch,
    gpus: match.gpus,
    prefill: {workers: match.prefillWorkers, gpus: prefill.worker.gpus},
    concurrency: decode.concurrency * match.decodeWorkers,
    ttftMs,
    tpotMs,
    requestLatencyMs: requestLatencyMs(ttftMs, tpotMs, osl),
    requestsPerSec: match.requestsPerSec,
    tokensPerSec,
    tokensPerSecPerUser: tokensPerSecPerUser(tpotMs),
    ...repeated(problem, match.gpus, tokensPerSec),
    plan: () => disaggregatedPlan(problem, tuning, pair)
  };
}

function disaggregatedPlan(problem: SearchProblem, tuning: Tuning, pair: Pair): Plan {
  const {prefill, decode, match} = pair;
  const {plan: _, group: __, batchPerRank: ___, ...figures} = disaggregatedCandidate(problem, tuning, pair);
  const tally = newTally();
  mergeSource(tally, prefill.tally);
  mergeSource(tally, decode.tally);
  const poolOf = ({worker, batch, memoryGiB, requestsPerSec}: PoolPoint, workers: number) => ({
    ...workerPoint(worker, batch, memoryGiB),
    workers,
    requestsPerSecPerWorker: requestsPerSec
  });
  return {
    ...figures,
    prefill: poolOf(prefill, match.prefillWorkers),
    decode: poolOf(decode, match.decodeWorkers),
    ...provenanceOf(tally)
  };
}
