import type {Plan, Targets} from "../result.js";
import type {AggregatedPoint} from "../session/aggregated.js";
import {tokensPerSecPerUser} from "../session/metrics.js";
import {provenanceOf, workerPoint} from "../session/worker.js";
import {finePoint} from "./aggregated.js";
import type {AggregatedSweep} from "./aggregated.js";
import {largestMeeting, nearMiss, overshootOf, repeated} from "./mode-answer.js";
import type {Candidate, CloudPoint, ModeAnswer, Sampling} from "./mode-answer.js";
import type {Evaluation, SearchProblem} from "./evaluate.js";
import type {Rejections} from "./rejections.js";

/** Aggregated candidates within the targets' TTFT, or within the request latency; batches beside the grid at the `finest` targets. */
export function answerAggregated(
  evaluation: Evaluation,
  targets: Targets,
  {sampling, finest = targets}: {sampling: Sampling; finest?: Targets}
): ModeAnswer {
  const {problem, aggregated} = evaluation;
  const rejections = evaluation.aggregatedRejections.copy();
  const offers: Candidate[] = [];
  const cloud: CloudPoint[] = [];
  let [nearest, least] = [undefined as Candidate | undefined, Infinity];
  for (const sweep of aggregated) {
    const offered = offeredBy(problem, sweep, finest, sampling);
    rejections.pass(offered.length - sweep.points.length);
    for (const {candidate: offer} of offered) {
      cloud.push(offer);
      const over = overshootOf(offer, targets);
      if (over < least) [nearest, least] = [offer, over];
      countMiss(offer, targets, rejections);
      const within =
        targets.requestLatencyMs === undefined
          ? offer.ttftMs <= targets.ttftMs
          : offer.requestLatencyMs <= targets.requestLatencyMs;
      if (within) offers.push(offer);
    }
  }
  offers.sort((a, b) => b.tokensPerSecPerGpu - a.tokensPerSecPerGpu);
  return {offers, nearest: nearest?.plan() ?? null, cloud, rejections};
}

/** A point of a sweep, and what it is compared by. */
interface Offered {
  point: AggregatedPoint;
  candidate: Candidate;
}

/** Every point of the grid, then those between that the targets ask for. */
export function offeredBy(
  problem: SearchProblem,
  sweep: AggregatedSweep,
  finest: Targets,
  sampling: Sampling
): Offered[] {
  const grid = gridCandidates(problem, sweep);
  return [
    ...sweep.points.map((point, i) => ({point, candidate: grid[i]})),
    ...refine(sweep, finest, sampling).map((point) => ({point, candidate: aggregatedCandidate(problem, sweep, point)}))
  ];
}

/** Candidates of a sweep's grid, made once: they do not depend on targets. */
const known = new WeakMap<AggregatedSweep, Candidate[]>();

export function gridCandidates(problem: SearchProblem, sweep: AggregatedSweep): Candidate[] {
  let offers = known.get(sweep);
  if (!offers) known.set(sweep, (offers = sweep.points.map((point) => aggregatedCandidate(problem, sweep, point))));
  return offers;
}

export function aggregatedCandidate(problem: SearchProblem, sweep: AggregatedSweep, point: AggregatedPoint): Candidate {
  const {gpus, label} = sweep.session.worker;
  const {ttftMs, tpotMs, requestLatencyMs, concurrency, requestsPerSec, tokensPerSec} = point;
  return {
    mode: "agg",
    group: label,
    batchPerRank: point.batch,
    gpus,
    concurrency,
    ttftMs,
    tpotMs,
    requestLatencyMs,
    requestsPerSec,
    tokensPerSec,
    tokensPerSecPerUser: tokensPerSecPerUser(tpotMs),
    ...repeated(problem, gpus, tokensPerSec),
    plan: () => aggregatedPlan(problem, sweep, point)
  };
}

/**
 * The batches beside the grid that the targets ask for: where one of the grid meets them and the next misses them, the
 * largest between that meets them. With `grid` only where the next misses by a hair, so that the answer is the grid's.
 */
function refine(sweep: AggregatedSweep, targets: Targets, sampling: Sampling): AggregatedPoint[] {
  const found: AggregatedPoint[] = [];
  for (const [ctxTokens, list] of sweep.byContext) {
    for (let i = 1; i < list.length; ++i) {
      const over = overshootOf(list[i], targets);
      if (over <= 1 || overshootOf(list[i - 1], targets) > 1) continue;
      if (sampling === "grid" && over > nearMiss) continue;
      const point = largestMeeting(list[i - 1].batch, list[i].batch, (batch) => {
        const fine = finePoint(sweep, batch, ctxTokens);
        return fine && overshootOf(fine, targets) <= 1 ? fine : undefined;
      });
      if (point) found.push(point);
    }
  }
  return found;
}

/** Counts a candidate by the target that it misses, if it does. */
export function countMiss(offer: Candidate, targets: Targets, rejections: Rejections): void {
  const {ttftMs, tpotMs, requestLatencyMs} = offer;
  if (targets.requestLatencyMs !== undefined) {
    if (requestLatencyMs > targets.requestLatencyMs)
      rejections.drop("requestLatency", () => `takes ${requestLatencyMs.toFixed(0)} ms per request`, requestLatencyMs);
  } else if (ttftMs > targets.ttftMs)
    rejections.drop("ttft", () => `first token after ${ttftMs.toFixed(0)} ms`, ttftMs);
  else if (tpotMs > targets.tpotMs) rejections.drop("tpot", () => `${tpotMs.toFixed(1)} ms per output token`, tpotMs);
}

function aggregatedPlan(problem: SearchProblem, sweep: AggregatedSweep, point: AggregatedPoint): Plan {
  const {worker} = sweep.session;
  const {plan: _, group: __, batchPerRank: ___, prefill: ____, ...figures} = aggregatedCandidate(problem, sweep, point);
  return {
    ...figures,
    agg: workerPoint(worker, point.batch, point.memoryGiB, point.ctxTokens),
    ...provenanceOf(point.tally)
  };
}
