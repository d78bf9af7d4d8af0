import {kvCacheQuants} from "../quant.js";
import type {Fallback, Op, Overlap} from "../ops/op.js";
import {builders, div} from "./common.js";
import {expertOps} from "./moe.js";
import {scaled} from "./worker.js";
import type {Phase, PhaseOps, WorkerSpec} from "./worker.js";

/**
 * Dimensions of DeepSeek-V3's latent attention, fixed in the method: 128 heads of 192 (query) and 256 (key, value)
 * from ranks 1536 and 512. Models of the family with other head counts are estimated with these too.
 */
const mla = {heads: 128, downscale: 2112, queryRank: 1536, queryOut: 24576, kvRank: 512, kvOut: 32768, valueOut: 16384};

/** Skew of tokens over experts that the tables of this family were collected with. */
const powerLaw = "power_law_1.01";

/**
 * DeepSeek-V3, R1 and Kimi: latent attention, shared expert, experts in every layer (the first dense ones are counted
 * as MoE layers, quirk 13). Attention is one block where it was measured as one. Source: method.md §7.4 DEEPSEEK.
 */
export function deepseekOps(worker: WorkerSpec): PhaseOps {
  return {prefill: prefillOps(worker), decode: scaled(decodeOps(worker), worker.mtpScale)};
}

function prefillOps(worker: WorkerSpec): Op[] {
  const {model, parallel, quant} = worker;
  const {layers, vocabSize} = model;
  const {tp, cp} = parallel;
  const b = builders(worker, "prefill");
  const types = {heads: div(mla.heads, tp), fmha: quant.fmha, kvCache: quant.kvCache};
  const block: Fallback = {
    kind: "fallback",
    name: "mla_block",
    count: 1,
    primary: [
      {
        kind: "prefill_mla_module",
        name: "mla_block",
        count: layers / cp,
        ...types,
        gemm: quant.gemm
      }
    ],
    fallback: prefillChain(worker)
  };
  const kvBytes = latentSize(worker) * kvCacheQuants[quant.kvCache].bytesPerWeight;
  return [
    b.embedding(vocabSize),
    b.norm("add_norm_1", layers),
    block,
    ...b.contextGather(kvBytes),
    b.norm("add_norm_2", layers),
    ...sharedExpert(worker, "prefill", tp),
    ...expertOps(worker, "prefill", powerLaw),
    b.logits(),
    ...vllmAllReduce(worker, "prefill"),
    b.p2p()
  ];
}

/** The latent-attention block as its parts, attention among them under that name. */
export function deepseekChain(worker: WorkerSpec, phase: Phase): Op[] {
  return phase === "prefill" ? prefillChain(worker) : decodeChain(worker);
}

function prefillChain(worker: WorkerSpec): Op[] {
  const {model, parallel, quant, backend} = worker;
  const {layers, hiddenSize} = model;
  const {tp} = parallel;
  const b = builders(worker, "prefill");
  const {contextShards} = b;
  const heads = div(mla.heads, tp);
  const types = {heads, fmha: quant.fmha, kvCache: quant.kvCache, ...(contextShards ? {contextShards} : {})};
  const attention: Op[] =
    backend === "vllm"
      ? b.attention(layers, 0, div(model.kvHeads, tp), model.vHeadDim ?? model.headDim)
      : [{kind: "prefill_mla", name: "attention", count: layers, ...types}];
  return [
    b.gemm("downscale_gemm", layers, mla.downscale, hiddenSize),
    b.gemm("q_b_proj_gemm", layers, div(mla.queryOut, tp), mla.queryRank),
    b.gemm("kv_b_proj_gemm", layers, div(mla.kvOut, tp), mla.kvRank),
    ...attention,
    b.gemm("proj_gemm", layers, hiddenSize, div(mla.valueOut, tp))
  ];
}

function decodeChain(worker: WorkerSpec): Op[] {
  const {model, parallel, quant, backend} = worker;
  const {layers, hiddenSize} = model;
  const {tp} = parallel;
  const b = builders(worker, "decode");
  const types = {heads: div(mla.heads, tp), fmha: quant.fmha, kvCache: quant.kvCache};
  const bmmQuant = quant.gemm === "bfloat16" ? "bfloat16" : "fp8";
  const bmm = (side: "pre" | "post"): Op => ({
    kind: "mla_bmm",
    name: `bmm_${side}`,
    count: layers,
    heads: div(model.heads, tp),
    quant: bmmQuant,
    side
  });
  const attention: Op[] =
    backend === "vllm"
      ? b.attention(layers, 0, div(model.kvHeads, tp), model.vHeadDim ?? model.headDim)
      : [bmm("pre"), {kind: "decode_mla", name: "attention", count: layers, ...types}, bmm("post")];
  return [
    b.gemm("downscale_gemm", layers, mla.downscale, hiddenSize),
    b.gemm("q_b_proj_gemm", layers, div(mla.queryOut, tp), mla.queryRank),
    ...attention,
    // The reference's decode list projects from hidden / tp, its prefill list from the heads' width (quirk 17).
    b.gemm("proj_gemm", layers, hiddenSize, div(hiddenSize, tp))
  ];
}

function decodeOps(worker: WorkerSpec): Op[] {
  const {model, parallel, quant} = worker;
  const {layers, vocabSize} = model;
  const {tp} = parallel;
  const b = builders(worker, "decode");
  const types = {heads: div(mla.heads, tp), fmha: quant.fmha, kvCache: quant.kvCache};
  const block: Fallback = {
    kind: "fallback",
    name: "mla_block",
    count: 1,
    primary: [{kind: "decode_mla_module", name: "mla_block", count: layers, ...types, gemm: quant.gemm}],
    fallback: decodeChain(worker)
  };
  const overlap: Overlap = {
    kind: "overlap",
    name: "moe_overlap",
    count: 1,
    left: expertOps(worker, "decode", powerLaw),
    right: sharedExpert(worker, "decode", tp)
  };
  return [
    b.embedding(vocabSize),
    b.norm("add_norm_1", layers),
    block,
    b.norm("add_norm_2", layers),
    overlap,
    b.logits(),
    ...vllmAllReduce(worker, "decode"),
    b.p2p()
  ];
}

/** The expert that every token passes, split over `ranks`. */
export function sharedExpert(worker: WorkerSpec, phase: Phase, ranks: number): Op[] {
  const {layers, hiddenSize, moeInterSize} = worker.model;
  const b = builders(worker, phase);
  return [
    b.gemm("shared_gate_up_gemm", layers, div(2 * moeInterSize, ranks), hiddenSize),
    b.elementwise("shared_act_gate", layers, div(2 * moeInterSize, ranks), div(moeInterSize, ranks)),
    b.gemm("shared_ffn2_gemm", layers, hiddenSize, div(moeInterSize, ranks))
  ];
}

function vllmAllReduce(worker: WorkerSpec, phase: Phase): Op[] {
  return worker.backend === "vllm" ? [builders(worker, phase).allReduce("tp_allreduce", 2 * worker.model.layers)] : [];
}

/** Elements that a token adds to the latent KV cache of one layer. */
export function latentSize({model}: Pick<WorkerSpec, "model">): number {
  return (model.kvLoraRank ?? mla.kvRank) + (model.qkRopeHeadDim ?? 64);
}
