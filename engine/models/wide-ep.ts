/** Operator lists of wide expert parallelism. Source: method.md §7.4. */
import type {Alltoall, Gemm, Op, WideEpMla, WideEpMoe} from "../ops/op.js";
import {builders, div} from "./common.js";
import {deepEpExperts} from "./deep-ep.js";
import {deepseekChain, sharedExpert} from "./deepseek.js";
import {dsaModule} from "./deepseek-v32.js";
import {scaled} from "./worker.js";
import type {Phase, PhaseOps, WorkerSpec} from "./worker.js";

/** Heads of DeepSeek-V3's attention and the width of its compressed query, keys and values, which tables are of. */
const mlaHeads = 128;
const downscaleWidth = 2112;
const queryRank = 1536;
/** A compressed key with its rotated part. */
const rotatedKeyWidth = 576;

/** Kernels launched ahead of their inputs (PDL) shorten every layer of a decode step. Source: method.md §7.4. */
const launchAheadScale = 0.9;

/** TensorRT-LLM, DeepSeek-V3 and V3.2: the parts of the block one by one, whole shared expert, all-to-all, reduction. */
export function trtllmWideOps(worker: WorkerSpec): PhaseOps {
  const {layers, hiddenSize, vocabSize} = worker.model;
  const list = (phase: Phase): Op[] => {
    const b = builders(worker, phase);
    const shared = sharedExpert(worker, phase, 1);
    const experts = trtllmExperts(worker, phase);
    const ffn: Op[] =
      phase === "prefill"
        ? [...shared, ...experts]
        : [{kind: "overlap", name: "moe_overlap", count: 1, left: experts, right: shared}];
    const perLayer = [
      b.norm("add_norm_1", layers),
      ...trtllmAttention(worker, phase),
      b.norm("add_norm_2", layers),
      ...ffn,
      b.elementwise("moe_reduce_add", layers, 2 * hiddenSize, hiddenSize)
    ];
    const ahead = phase === "decode" ? scaled(perLayer, launchAheadScale) : perLayer;
    return [b.embedding(vocabSize), ...ahead, b.logits(), b.p2p()];
  };
  return {prefill: list("prefill"), decode: scaled(list("decode"), worker.mtpScale)};
}

/** In prefill with the norm of the compressed query; in decode the absorbed projection runs beside the rotation. */
function trtllmAttention(worker: WorkerSpec, phase: Phase): Op[] {
  if (worker.model.family === "DEEPSEEKV32") return [dsaModule(worker, phase)];
  const {layers} = worker.model;
  const b = builders(worker, phase);
  return deepseekChain(worker, phase).flatMap((op): Op[] => {
    if (op.name === "downscale_gemm" && phase === "prefill")
      return [op, b.elementwise("q_a_layernorm", layers, queryRank, queryRank)];
    if (op.name !== "bmm_pre") return [op];
    const rope = b.elementwise("rope", layers, rotatedKeyWidth, rotatedKeyWidth);
    return [{kind: "overlap", name: "bmm_rope_overlap", count: 1, left: [op], right: [rope]}];
  });
}

function trtllmExperts(worker: WorkerSpec, phase: Phase): Op[] {
  const {model, parallel, quant, moeBackend, workload = "power_law", eplb = false, wideEpSlots} = worker;
  const {layers, hiddenSize, experts, topK, moeInterSize} = model;
  const {moeTp, moeEp, dp} = parallel;
  const b = builders(worker, phase);
  const skew = workload === "power_law" ? "power_law_1.01" : workload;
  // These kernels bring no all-to-all of their own to price. Source: method.md §6.7.
  const silent = moeBackend === "DEEPGEMM" || moeBackend === "CUTE_DSL";
  const alltoall = (side: "pre" | "post"): Alltoall[] =>
    silent
      ? []
      : [
          {
            kind: "alltoall",
            name: `moe_${side}_dispatch`,
            count: layers,
            side,
            hidden: hiddenSize,
            topK,
            experts,
            moeEp,
            quant: quant.moe,
            lowPrecision: phase === "decode" && quant.moe === "nvfp4"
          }
        ];
  const moe: WideEpMoe = {
    kind: "wideep_moe",
    name: "moe",
    count: layers,
    phase,
    hidden: hiddenSize,
    inter: moeInterSize,
    topK,
    experts,
    slots: eplb ? (wideEpSlots ?? experts) : experts,
    moeTp,
    moeEp,
    dp,
    quant: quant.moe,
    distribution: eplb ? `${skew}_eplb` : skew,
    gated: true
  };
  return [router(worker, phase, b), ...alltoall("pre"), moe, ...alltoall("post")];
}

function router(worker: WorkerSpec, phase: Phase, b = builders(worker, phase)): Gemm {
  const {layers, experts, hiddenSize} = worker.model;
  return b.gemm("router_gemm", layers, experts, hiddenSize, {quant: "bfloat16"});
}

/**
 * sglang with DeepEP, DeepSeek-V3 and V3.2. The reference has no LM head here and counts V3's down-projection twice in
 * prefill (quirk 45).
 */
export function deepEpDeepseekOps(worker: WorkerSpec): PhaseOps {
  return {
    prefill: deepEpDeepseekPhase(worker, "prefill"),
    decode: scaled(deepEpDeepseekPhase(worker, "decode"), worker.mtpScale)
  };
}

function deepEpDeepseekPhase(worker: WorkerSpec, phase: Phase): Op[] {
  const {model, parallel} = worker;
  const {layers, hiddenSize, vocabSize, moeInterSize} = model;
  const {tp} = parallel;
  const b = builders(worker, phase);
  const tokensDivisor = phase === "prefill" && tp > 1 ? tp : undefined;
  const spread = tokensDivisor ? {tokensDivisor} : {};
  const gather = (operation: "all_gather" | "reduce_scatter"): Op[] =>
    phase === "prefill" && tp > 1
      ? [{kind: "nccl", name: operation, count: layers, operation, elementsPerToken: hiddenSize, gpus: tp}]
      : [];
  const sparse = model.family === "DEEPSEEKV32";
  const down = (name: string, more: Partial<Gemm> = {}) => b.gemm(name, layers, downscaleWidth, hiddenSize, more);
  return [
    ...(sparse ? [] : [down("qkv_a_proj_gemm", spread)]),
    ...gather("all_gather"),
    b.embedding(vocabSize),
    b.norm("add_norm_1", layers),
    ...(sparse ? [dsaModule(worker, phase)] : [down("downscale_gemm"), wideMla(worker, phase)]),
    ...gather("reduce_scatter"),
    b.gemm("gate_ffn1_gemm", layers, 2 * moeInterSize, hiddenSize, spread),
    {...b.elementwise("act_gate", layers, 2 * moeInterSize, moeInterSize), ...spread},
    b.gemm("ffn2_gemm", layers, hiddenSize, moeInterSize, spread),
    ...deepEpExperts(worker, phase, "power_law_1.01")
  ];
}

function wideMla(worker: WorkerSpec, phase: Phase): WideEpMla {
  const {model, parallel, quant, attentionBackend = "flashinfer"} = worker;
  return {
    kind: phase === "prefill" ? "wideep_prefill_mla" : "wideep_decode_mla",
    name: "attention",
    count: model.layers,
    heads: div(mlaHeads, parallel.tp),
    kernel: attentionBackend,
    fmha: quant.fmha,
    kvCache: quant.kvCache
  };
}
