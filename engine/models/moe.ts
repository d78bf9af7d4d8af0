import {kvCacheQuants} from "../quant.js";
import type {Moe, MoeDispatch, Op} from "../ops/op.js";
import {builders, div} from "./common.js";
import {deepEpExperts, eplbTokensShare} from "./deep-ep.js";
import {expertMode} from "./serving.js";
import {localKvHeads, scaled} from "./worker.js";
import type {Phase, PhaseOps, WorkerSpec} from "./worker.js";

/** Skew of tokens over experts that the tables of this family were collected with. */
const powerLaw = "power_law_1.2";

/** Mixtral, Qwen MoE, gpt-oss, MiniMax-M2: attention as in Llama, experts for FFN, no shared expert. Source: method.md §7.4 MOE. */
export function moeOps(worker: WorkerSpec): PhaseOps {
  return {prefill: moePhase(worker, "prefill"), decode: scaled(moePhase(worker, "decode"), worker.mtpScale)};
}

function moePhase(worker: WorkerSpec, phase: Phase): Op[] {
  const deepEp = expertMode(worker) === "deepep";
  const {model, parallel, quant} = worker;
  const {layers, vocabSize, headDim, windowTokens} = model;
  const b = builders(worker, phase);
  const kvBytes = 2 * localKvHeads(worker) * headDim * kvCacheQuants[quant.kvCache].bytesPerWeight;
  const attention = windowTokens
    ? [...b.attention(layers / 2, windowTokens), ...b.attention(layers / 2)]
    : b.attention(layers);
  return [
    b.embedding(deepEp ? vocabSize : div(vocabSize, parallel.tp)),
    b.norm("add_norm_1", layers),
    b.qkv(layers),
    ...attention,
    ...b.contextGather(kvBytes),
    b.projection(layers),
    b.norm("add_norm_2", layers),
    ...(deepEp ? deepEpOps(worker, phase) : expertOps(worker, phase, powerLaw)),
    // The reference's prefill list has no LM head (quirk 48): TTFT lacks 0.1–0.2 ms, weights one vocabulary matrix.
    ...(phase === "decode" ? [b.logits()] : []),
    ...(deepEp ? [] : [b.allReduce("embedding_ar", 1), b.p2p()])
  ];
}

/** Router, DeepEP, experts: sglang sends tokens itself, so that nothing follows the experts. */
function deepEpOps(worker: WorkerSpec, phase: Phase): Op[] {
  const {layers, experts, hiddenSize} = worker.model;
  const router = builders(worker, phase).gemm("router_gemm", layers, experts, hiddenSize, {quant: "bfloat16"});
  return [...(experts >= routedFrom ? [router] : []), ...deepEpExperts(worker, phase, powerLaw)];
}

/** Below this many experts some families' lists have no router. */
const routedFrom = 128;

/** What a family's experts do differently. */
interface ExpertTraits {
  /** Layers with experts; all of them by default. */
  count?: number;
  /** Width that experts compute in; the model's by default. */
  width?: number;
  /** Two projections instead of three. */
  ungated?: boolean;
  router?: "always" | "when many" | "elsewhere";
}

/** Router, dispatch, experts, combine: one per layer. */
export function expertOps(worker: WorkerSpec, phase: Phase, ownPowerLaw: string, traits: ExpertTraits = {}): Op[] {
  const {model, parallel, quant, workload = "power_law"} = worker;
  const {hiddenSize, experts, moeInterSize, topK} = model;
  const {count = model.layers, width = hiddenSize, ungated = false, router = "always"} = traits;
  const {moeTp, moeEp, dp, cp} = parallel;
  const b = builders(worker, phase);
  const dispatch = (side: "pre" | "post"): MoeDispatch => ({
    kind: "moe_dispatch",
    name: `moe_${side}_dispatch`,
    count,
    side,
    phase,
    hidden: width,
    moeTp,
    moeEp,
    dp,
    cp,
    quant: quant.moe
  });
  const moe: Moe = {
    kind: "moe",
    name: "moe",
    count,
    hidden: width,
    inter: moeInterSize,
    topK,
    experts,
    moeTp,
    moeEp,
    dp,
    quant: quant.moe,
    distribution: workload === "power_law" ? ownPowerLaw : workload,
    gated: !ungated,
    ...(worker.eplb && worker.backend === "sglang" && phase === "prefill" ? {tokensShare: eplbTokensShare} : {})
  };
  const routes = router === "always" || (router === "when many" && experts >= routedFrom);
  return [
    ...(routes ? [b.gemm("router_gemm", count, experts, hiddenSize, {quant: "bfloat16"})] : []),
    dispatch("pre"),
    moe,
    dispatch("post")
  ];
}
