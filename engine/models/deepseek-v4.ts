import type {Dsv4Module, MegaMoe, Op} from "../ops/op.js";
import {builders, div} from "./common.js";
import {sharedExpert} from "./deepseek.js";
import {expertOps} from "./moe.js";
import {expertMode} from "./serving.js";
import {scaled} from "./worker.js";
import type {Phase, PhaseOps, WorkerSpec} from "./worker.js";

/** Skew of tokens over experts that the tables of this family were collected with. */
const powerLaw = "power_law_1.01";

/**
 * DeepSeek-V4: residual streams mixed around every layer, attention over a window and compressed keys in layers of two
 * kinds, shared and routed experts everywhere. Source: method.md §7.4 DEEPSEEKV4.
 */
export function deepseekV4Ops(worker: WorkerSpec): PhaseOps {
  return {prefill: phaseOps(worker, "prefill"), decode: scaled(phaseOps(worker, "decode"), worker.mtpScale)};
}

function phaseOps(worker: WorkerSpec, phase: Phase): Op[] {
  const {model, parallel} = worker;
  const {layers, vocabSize, hiddenSize} = model;
  const b = builders(worker, phase);
  const {residualStreams, sinkhornIterations} = model.dsv4!;
  const mix = (side: "pre" | "post"): Op => ({
    kind: "mhc",
    name: `mhc_${side}`,
    count: layers,
    side,
    hidden: hiddenSize,
    streams: residualStreams,
    sinkhornIterations,
    ...(b.contextShards ? {contextShards: b.contextShards} : {})
  });
  const shared = sharedExpert(worker, phase, parallel.tp);
  const experts = routed(worker, phase);
  const ffn: Op[] =
    phase === "prefill"
      ? [...shared, ...experts]
      : [{kind: "overlap", name: "moe_overlap", count: 1, left: experts, right: shared}];
  return [
    b.embedding(vocabSize),
    mix("pre"),
    mix("post"),
    b.elementwise("attn_norm", layers, hiddenSize, hiddenSize),
    b.elementwise("ffn_norm", layers, hiddenSize, hiddenSize),
    ...attention(worker, phase),
    ...ffn,
    b.logits(),
    b.p2p()
  ];
}

/** One operator per compress ratio; layers with the window alone count as those of ratio 128. */
function attention(worker: WorkerSpec, phase: Phase): Dsv4Module[] {
  const {model, parallel, quant} = worker;
  const {compressRatios, residualStreams: _, sinkhornIterations: __, fp4Experts: ___, ...sizes} = model.dsv4!;
  const {contextShards} = builders(worker, phase);
  const indexed = compressRatios.filter((ratio) => ratio === 4).length;
  const counts = [
    [4, indexed],
    [128, compressRatios.length - indexed]
  ];
  return counts
    .filter(([, count]) => count > 0)
    .map(([compressRatio, count]) => ({
      kind: phase === "prefill" ? "dsv4_prefill_module" : "dsv4_decode_module",
      name: "attention",
      count,
      modelHeads: model.heads,
      shape: {
        hidden: model.hiddenSize,
        heads: div(model.heads, parallel.tp),
        headDim: model.headDim,
        ...sizes,
        outputGroups: div(sizes.outputGroups, parallel.tp),
        compressRatio
      },
      fmha: quant.fmha,
      kvCache: quant.kvCache,
      gemm: quant.gemm,
      ...(contextShards ? {contextShards} : {})
    }));
}

/** Router and experts, in one kernel with their communication where the deployment says so. */
function routed(worker: WorkerSpec, phase: Phase): Op[] {
  const ops = expertOps(worker, phase, powerLaw);
  if (expertMode(worker) !== "megamoe") return ops;
  const {model, parallel, quant, workload = "power_law"} = worker;
  const fused: MegaMoe = {
    kind: "megamoe",
    name: "moe",
    count: model.layers,
    phase,
    hidden: model.hiddenSize,
    inter: model.moeInterSize,
    topK: model.topK,
    experts: model.experts,
    moeEp: parallel.moeEp,
    dp: parallel.dp,
    quant: quant.moe,
    distribution: workload === "power_law" ? powerLaw : workload
  };
  return [...ops.filter(({name}) => name === "router_gemm"), fused];
}
