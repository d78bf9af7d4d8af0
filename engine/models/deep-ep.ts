import type {DeepEp, Op, WideEpMoe} from "../ops/op.js";
import type {Phase, WorkerSpec} from "./worker.js";

/** Multiprocessors that DeepEP takes in prefill. Source: method.md §6.7. */
const deepEpSms = 20;

/** What EPLB leaves of the busiest rank's prefill tokens on sglang, and how skewed they are then. Source: method.md §6.6, §7.4. */
export const eplbTokensShare = 0.8;
const eplbSkew = "power_law_0.6";

/** DeepEP's dispatch and combine, and the experts between them. */
export function deepEpExperts(worker: WorkerSpec, phase: Phase, ownSkew: string): Op[] {
  const {model, parallel, quant, eplb = false, workload = "power_law"} = worker;
  const {layers, hiddenSize, topK, experts, moeInterSize} = model;
  const {tp, dp, moeTp, moeEp} = parallel;
  const prefill = phase === "prefill";
  const balanced = eplb && prefill;
  const dispatch: DeepEp = {
    kind: "deepep",
    name: "moe_pre_dispatch",
    count: layers,
    phase,
    hidden: hiddenSize,
    topK,
    experts,
    gpus: moeTp * moeEp,
    sms: deepEpSms,
    ...(prefill && tp > 1 ? {tokensDivisor: tp} : {})
  };
  const moe: WideEpMoe = {
    kind: "deepep_moe",
    name: "moe",
    count: layers,
    phase,
    hidden: hiddenSize,
    inter: moeInterSize,
    topK,
    experts,
    slots: experts,
    moeTp,
    moeEp,
    dp,
    quant: quant.moe,
    distribution: balanced ? eplbSkew : workload === "power_law" ? ownSkew : workload,
    gated: true,
    ...(balanced ? {tokensShare: eplbTokensShare} : {})
  };
  return [dispatch, moe];
}
