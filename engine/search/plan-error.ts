import {errorRelationOf} from "../donor.js";
import {wholeWorkers} from "../accuracy/donor-study.js";
import type {ErrorBand, Plan, PlanError} from "../result.js";
import {aggregatedPhases} from "../session/detail.js";
import {errorOfSum} from "../session/error.js";
import {tuningOf} from "../session/tuning.js";
import {encoderTimes} from "../session/encoder.js";
import {freshTokens} from "../session/static.js";
import {stepCounts} from "../session/aggregated.js";
import {opTimes} from "../session/worker.js";
import type {Worker} from "../session/worker.js";
import type {Evaluation} from "./evaluate.js";
import {planWorkers} from "./detail.js";

/** Errors already worked out, by worker and batch: fronts of one evaluation share most of their points. */
const known = new WeakMap<Evaluation, Map<string, PlanError>>();

/** The same plan with the error that its operator timings leave in each figure. */
export function withPlanError(evaluation: Evaluation, plan: Plan): Plan {
  let errors = known.get(evaluation);
  if (!errors) known.set(evaluation, (errors = new Map()));
  const key = pointKey(plan);
  let error = errors.get(key);
  if (!error) errors.set(key, (error = planError(evaluation, plan)));
  return {...plan, error};
}

function pointKey({agg, prefill, decode}: Plan): string {
  if (agg) return `${agg.label}|${agg.batchPerRank}|${agg.ctxTokens}`;
  const pool = ({label, batchPerRank, workers}: NonNullable<Plan["decode"]>) => `${label}|${batchPerRank}|${workers}`;
  return `${pool(prefill!)}|${pool(decode!)}`;
}

function planError(evaluation: Evaluation, plan: Plan): PlanError {
  const {workload} = evaluation.problem;
  const workers = planWorkers(evaluation, plan);
  if (workers.session) {
    const {session} = workers;
    const {batchPerRank, ctxTokens = workload.isl} = plan.agg!;
    const phases = aggregatedPhases(session, batchPerRank, ctxTokens);
    const [mixedPhase, decodePhase] = phases.filter(({title}) => title !== "encoder");
    const mixed = errorOfSum(mixedPhase.ops);
    const ttft = errorOfSum(phases.filter((phase) => phase !== decodePhase).flatMap(({ops}) => ops));
    const {worker} = session;
    if (!decodePhase) return planErrors(worker, ttft, worker, mixed, mixed);
    const decode = errorOfSum(decodePhase.ops);
    const counts = stepCounts(session.worker, workload, batchPerRank, ctxTokens);
    const decodeMs = counts.decodeSteps * decodePhase.totalMs;
    const within = (mixedSteps: number) => mean(mixed, mixedSteps * mixedPhase.totalMs, decode, decodeMs);
    return planErrors(worker, ttft, worker, within(counts.mixedForTpot), within(counts.mixedSteps));
  }
  const {prefill, decode} = workers;
  const ttft = prefillError(prefill, plan.prefill!.batchPerRank, evaluation);
  const tpot = decodeError(decode, plan.decode!.batchPerRank, evaluation);
  const rate = (pool: "prefill" | "decode", share: number) =>
    plan[pool]!.requestsPerSecPerWorker * plan[pool]!.workers * share;
  const {prefillRateShare, decodeRateShare} = tuningOf(evaluation.problem.tuning);
  const prefillLimits = rate("prefill", prefillRateShare) < rate("decode", decodeRateShare);
  return planErrors(prefill, ttft, decode, tpot, prefillLimits ? ttft : tpot);
}

/** Operators carried over from another GPU err together, so that their sum is not taken to be nearer than sums were. */
function planErrors(
  prefill: Worker,
  ttft: ErrorBand,
  decode: Worker,
  tpot: ErrorBand,
  tokensPerSec: ErrorBand
): PlanError {
  return {
    ttft: atLeastCarried(prefill, "ttft", ttft),
    tpot: atLeastCarried(decode, "tpot", tpot),
    tokensPerSec: atLeastCarried(decode, "tpot", tokensPerSec)
  };
}

function atLeastCarried({platform: {system, donor}}: Worker, figure: "ttft" | "tpot", error: ErrorBand): ErrorBand {
  if (!donor) return error;
  const {p50, p90} = wholeWorkers[errorRelationOf(system, donor)][figure];
  return {p50: Math.max(error.p50, p50), p90: Math.max(error.p90, p90)};
}

function prefillError(worker: Worker, batch: number, {problem: {workload}}: Evaluation): ErrorBand {
  const seq = freshTokens(workload);
  const encoder = encoderTimes(worker, batch, workload);
  return errorOfSum([...encoder, ...opTimes(worker.prefill, batch * seq, batch, seq, workload.prefix)]);
}

/** At the middle of the answer: how far off a step is changes little with its length. */
function decodeError(worker: Worker, batch: number, {problem: {workload}}: Evaluation): ErrorBand {
  const rows = batch * (worker.nextn + 1);
  return errorOfSum(opTimes(worker.decode, rows, rows, workload.isl + (workload.osl >> 1), 0));
}

function mean(a: ErrorBand, aMs: number, b: ErrorBand, bMs: number): ErrorBand {
  const share = aMs / (aMs + bMs);
  return {p50: a.p50 * share + b.p50 * (1 - share), p90: a.p90 * share + b.p90 * (1 - share)};
}
