import {InputError} from "../errors.js";
import type {Plan, PlanDetail} from "../result.js";
import {aggregatedPhases, decodeDetail, prefillDetail} from "../session/detail.js";
import {tuningOf} from "../session/tuning.js";
import {encoderDetail} from "../session/encoder.js";
import type {AggregatedSession} from "../session/aggregated.js";
import type {Worker} from "../session/worker.js";
import type {Evaluation} from "./evaluate.js";

/** The workers that a plan of this evaluation runs. Throws InputError for a plan of another problem. */
export function planWorkers(evaluation: Evaluation, plan: Plan): PlanWorkers {
  if (plan.agg) {
    const {label} = plan.agg;
    const sweep = evaluation.aggregated.find(({session}) => session.worker.label === label);
    if (!sweep) throw new InputError(`unknown plan: ${label}; not of this problem`);
    return {session: sweep.session};
  }
  const prefill = evaluation.disaggregated?.prefill.find(({worker}) => worker.label === plan.prefill?.label)?.worker;
  const decode = evaluation.disaggregated?.decode.find(({worker}) => worker.label === plan.decode?.label)?.worker;
  if (!prefill || !decode)
    throw new InputError(`unknown plan: ${plan.prefill?.label} + ${plan.decode?.label}; not of this problem`);
  return {prefill, decode};
}

type PlanWorkers =
  | {session: AggregatedSession; prefill?: undefined; decode?: undefined}
  | {session?: undefined; prefill: Worker; decode: Worker};

/** Operators behind a plan of an evaluation, phase by phase. Throws InputError for a plan of another problem. */
export function planDetail(evaluation: Evaluation, plan: Plan): PlanDetail {
  const {workload, tuning} = evaluation.problem;
  const {session, prefill, decode} = planWorkers(evaluation, plan);
  if (session) {
    const {batchPerRank, ctxTokens = workload.isl} = plan.agg!;
    return {phases: aggregatedPhases(session, batchPerRank, ctxTokens)};
  }
  const {prefillLatencyScale, decodeLatencyScale} = tuningOf(tuning);
  return {
    phases: [
      ...encoderDetail(prefill, plan.prefill!.batchPerRank, workload, prefillLatencyScale),
      prefillDetail(prefill, plan.prefill!.batchPerRank, workload, prefillLatencyScale),
      decodeDetail(decode, plan.decode!.batchPerRank, workload, decodeLatencyScale)
    ]
  };
}
