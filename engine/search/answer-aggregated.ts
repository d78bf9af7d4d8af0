import type {Plan, Targets} from "../result.js";
import type {AggregatedPoint} from "../session/aggregated.js";
import {tokensPerSecPerUser} from "../session/metrics.js";
import {provenanceOf, workerPoint} from "../session/worker.js";
import {finePoint} from "./aggregated.js";
import type {AggregatedSweep} from "./aggregated.js";
import {clusterRate, largestMeeting, nearMiss, overshootOf} from "./mode-answer.js";
import type {CloudPoint, ModeAnswer, Sampling} from "./mode-answer.js";
import type {Evaluation, SearchProblem} from "./evaluate.js";
import type {Rejections} from "./rejections.js";

/** Aggregated plans within the targets' TTFT, or within the request latency; batches beside the grid at the `finest` targets. */
export function answerAggregated(
  evaluation: Evaluation,
  targets: Targets,
  {sampling, finest = targets}: {sampling: Sampling; finest?: Targets}
): ModeAnswer {
  const {problem, aggregated} = evaluation;
  const rejections = evaluation.aggregatedRejections.copy();
  const plans: Plan[] = [];
  const cloud: CloudPoint[] = [];
  let [nearest, least] = [undefined as [AggregatedSweep, AggregatedPoint] | undefined, Infinity];
  for (const sweep of aggregated) {
    const {gpus} = sweep.session.worker;
    const fine = refine(sweep, finest, sampling);
    rejections.pass(fine.length);
    for (const point of [...sweep.points, ...fine]) {
      cloud.push({
        tokensPerSecPerUser: tokensPerSecPerUser(point.tpotMs),
        tokensPerSecPerGpuCluster: clusterRate(problem, point.tokensPerSec / gpus, gpus),
        ttftMs: point.ttftMs
      });
      const over = overshootOf(point, targets);
      if (over < least) [nearest, least] = [[sweep, point], over];
      countMiss(point, targets, rejections);
      const within =
        targets.requestLatencyMs === undefined
          ? point.ttftMs <= targets.ttftMs
          : point.requestLatencyMs <= targets.requestLatencyMs;
      if (within) plans.push(aggregatedPlan(problem, sweep, point));
    }
  }
  plans.sort((a, b) => b.tokensPerSecPerGpu - a.tokensPerSecPerGpu);
  return {plans, nearest: nearest ? aggregatedPlan(problem, ...nearest) : null, cloud, rejections};
}

/**
 * The batches beside the grid that the targets ask for: where one of the grid meets them and the next misses them, the
 * largest between that meets them. With `grid` only where the next misses by a hair, so that the answer is the grid's.
 */
function refine(sweep: AggregatedSweep, targets: Targets, sampling: Sampling): AggregatedPoint[] {
  const byContext = new Map<number, AggregatedPoint[]>();
  for (const point of sweep.points) {
    const list = byContext.get(point.ctxTokens);
    if (list) list.push(point);
    else byContext.set(point.ctxTokens, [point]);
  }
  const found: AggregatedPoint[] = [];
  for (const [ctxTokens, list] of byContext) {
    list.sort((a, b) => a.batch - b.batch);
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

function countMiss(point: AggregatedPoint, targets: Targets, rejections: Rejections): void {
  const {ttftMs, tpotMs, requestLatencyMs} = point;
  if (targets.requestLatencyMs !== undefined) {
    if (requestLatencyMs > targets.requestLatencyMs)
      rejections.drop("requestLatency", `takes ${requestLatencyMs.toFixed(0)} ms per request`, requestLatencyMs);
  } else if (ttftMs > targets.ttftMs) rejections.drop("ttft", `first token after ${ttftMs.toFixed(0)} ms`, ttftMs);
  else if (tpotMs > targets.tpotMs) rejections.drop("tpot", `${tpotMs.toFixed(1)} ms per output token`, tpotMs);
}

export function aggregatedPlan(problem: SearchProblem, {session}: AggregatedSweep, point: AggregatedPoint): Plan {
  const {worker} = session;
  const {gpus} = worker;
  const replicas = Math.floor(problem.totalGpus / gpus);
  return {
    mode: "agg",
    agg: workerPoint(worker, point.batch, point.memoryGiB, point.ctxTokens),
    gpus,
    replicas,
    gpusUsed: replicas * gpus,
    concurrency: point.concurrency,
    ttftMs: point.ttftMs,
    tpotMs: point.tpotMs,
    requestLatencyMs: point.requestLatencyMs,
    requestsPerSec: point.requestsPerSec,
    tokensPerSec: point.tokensPerSec,
    tokensPerSecPerGpu: point.tokensPerSec / gpus,
    tokensPerSecPerGpuCluster: clusterRate(problem, point.tokensPerSec / gpus, gpus),
    tokensPerSecPerUser: tokensPerSecPerUser(point.tpotMs),
    ...provenanceOf(point.tally)
  };
}
