/** One evaluation asked for many TPOT targets: the best plan of each mode, without what a whole answer shows besides. */
import type {Plan, Targets} from "../result.js";
import {answerAggregated} from "./answer-aggregated.js";
import {answerDisaggregated} from "./answer-disaggregated.js";
import type {Evaluation} from "./evaluate.js";
import type {Candidate, ModeAnswer} from "./mode-answer.js";
import {pickBest} from "./pick.js";

/** The best plan of each mode within the targets; null where the mode has none. */
export interface BestPlans {
  agg: Plan | null;
  disagg: Plan | null;
}

/**
 * Most tokens/s/GPU of each mode at each TPOT target, all within one TTFT target: the plans that `answerSearch` puts
 * first. A pruned evaluation answers for the TTFT target that it was pruned for.
 */
export function bestByTpot(evaluation: Evaluation, ttftMs: number, tpotsMs: readonly number[]): BestPlans[] {
  return tpotsMs.map((tpotMs) => {
    const targets = {ttftMs, tpotMs};
    const agg = evaluation.modes.includes("agg") ? answerAggregated(evaluation, targets, {sampling: "target"}) : null;
    const disagg = answerDisaggregated(evaluation, targets, {sampling: "target", pairs: "best"});
    return {agg: bestOf(agg, targets), disagg: bestOf(disagg, targets)};
  });
}

function bestOf(answer: ModeAnswer | null, targets: Targets): Plan | null {
  const {best, meetsTargets} = pickBest<Candidate>(answer?.offers ?? [], targets, 1, {strict: true});
  return meetsTargets ? best[0].plan() : null;
}
