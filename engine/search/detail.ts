import {InputError} from "../errors.js";
import type {Plan, PlanDetail} from "../result.js";
import {aggregatedPhases, decodeDetail, prefillDetail} from "../session/detail.js";
import {disaggregation} from "../session/disaggregated.js";
import type {Evaluation} from "./evaluate.js";

/** Operators behind a plan of an evaluation, phase by phase. Throws InputError for a plan of another problem. */
export function planDetail(evaluation: Evaluation, plan: Plan): PlanDetail {
  const {workload} = evaluation.problem;
  if (plan.agg) {
    const {label, batchPerRank, ctxTokens = workload.isl} = plan.agg;
    const sweep = evaluation.aggregated.find(({session}) => session.worker.label === label);
    if (!sweep) throw new InputError(`unknown plan: ${label}; not evaluated for this problem`);
    return {phases: aggregatedPhases(sweep.session, batchPerRank, ctxTokens)};
  }
  const prefill = evaluation.disaggregated?.prefill.find(({worker}) => worker.label === plan.prefill?.label)?.worker;
  const decode = evaluation.disaggregated?.decode.find(({worker}) => worker.label === plan.decode?.label)?.worker;
  if (!prefill || !decode || !plan.prefill || !plan.decode)
    throw new InputError(
      `unknown plan: ${plan.prefill?.label} + ${plan.decode?.label}; not evaluated for this problem`
    );
  return {
    phases: [
      prefillDetail(prefill, plan.prefill.batchPerRank, workload, disaggregation.prefillLatencyScale),
      decodeDetail(decode, plan.decode.batchPerRank, workload, disaggregation.decodeLatencyScale)
    ]
  };
}
