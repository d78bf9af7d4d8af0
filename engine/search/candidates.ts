/** Every candidate that an evaluation holds, whatever targets it is asked with. */
import type {Plan} from "../result.js";
import {requestLatencyMs} from "../session/metrics.js";
import {tuningOf} from "../session/tuning.js";
import {aggregatedPlan} from "./answer-aggregated.js";
import {disaggregatedPlan} from "./answer-disaggregated.js";
import type {Evaluation} from "./evaluate.js";
import {pairsOf} from "./pairs.js";

/** One candidate that fits and that tables answer: what targets are compared with, and its plan when wanted. */
export interface Candidate {
  mode: "agg" | "disagg";
  ttftMs: number;
  tpotMs: number;
  requestLatencyMs: number;
  /** GPUs of one replica, and what that does. */
  gpus: number;
  requestsPerSec: number;
  tokensPerSec: number;
  concurrency: number;
  plan: () => Plan;
}

/** Aggregated points of the grid, then all pairs of prefill and decode points that make a replica. */
export function* candidatesOf(evaluation: Evaluation): Generator<Candidate> {
  const {problem, aggregated} = evaluation;
  for (const sweep of aggregated)
    for (const point of sweep.points) {
      const {ttftMs, tpotMs, requestLatencyMs, requestsPerSec, tokensPerSec, concurrency} = point;
      const {gpus} = sweep.session.worker;
      const plan = () => aggregatedPlan(problem, sweep, point);
      yield {mode: "agg", ttftMs, tpotMs, requestLatencyMs, gpus, requestsPerSec, tokensPerSec, concurrency, plan};
    }
  const {osl} = problem.workload;
  const {ttftScale} = tuningOf(problem.tuning);
  for (const pair of pairsOf(evaluation)) {
    const {prefill, decode, match} = pair;
    const ttftMs = prefill.latencyMs * ttftScale;
    const tpotMs = decode.latencyMs;
    yield {
      mode: "disagg",
      ttftMs,
      tpotMs,
      requestLatencyMs: requestLatencyMs(ttftMs, tpotMs, osl),
      gpus: match.gpus,
      requestsPerSec: match.requestsPerSec,
      tokensPerSec: match.requestsPerSec * osl,
      concurrency: decode.concurrency * match.decodeWorkers,
      plan: () => disaggregatedPlan(problem, pair)
    };
  }
}
