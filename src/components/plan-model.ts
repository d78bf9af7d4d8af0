/** The model card that goes with a plan: what one GPU of it computes and holds. */
import type {ModelCard} from "../engine/index.js";
import type {Plan} from "../engine/result.js";
import {queriedCard} from "./model-card.js";
import type {Question} from "./question.js";

/** Of the aggregated or decode worker; on one GPU where there is no plan. */
export function planModelCard(
  {model, config, hfQuantConfig, backend}: Question,
  plan: Plan | null
): ModelCard | string {
  const {tp, pp, dp, moeEp} = (plan?.agg ?? plan?.decode)?.parallel ?? {tp: 1, pp: 1, dp: 1, moeEp: 1};
  return queriedCard({model, config, hfQuantConfig, backend, phase: "decode", tp, pp, dp, ep: moeEp});
}
