import type {Gdn, Op} from "../ops/op.js";
import {builders, div} from "./common.js";
import {expertOps} from "./moe.js";
import type {GdnConfig} from "./types.js";
import {scaled} from "./worker.js";
import type {Phase, PhaseOps, WorkerSpec} from "./worker.js";

/** Skew of tokens over experts that the tables of this family were collected with. */
const powerLaw = "power_law_1.2";

/** Qwen3.5 and 3.6: linear attention in most layers, grouped-query attention in the others. Source: method.md §7.4 QWEN35. */
export function qwen35Ops(worker: WorkerSpec): PhaseOps {
  return {prefill: phaseOps(worker, "prefill"), decode: scaled(phaseOps(worker, "decode"), worker.mtpScale)};
}

function phaseOps(worker: WorkerSpec, phase: Phase): Op[] {
  const {model, parallel} = worker;
  const full = model.layers - (model.gdn?.layers ?? 0);
  const b = builders(worker, phase);
  return [
    b.embedding(div(model.vocabSize, parallel.tp)),
    b.allReduce("embedding_ar", 1),
    ...(model.gdn ? linearAttention(worker, phase, model.gdn) : []),
    b.norm("attn_norm", full),
    b.qkv(full),
    ...b.attention(full),
    b.projection(full),
    b.allReduce("attn_ar", full),
    b.norm("ffn_norm", model.layers),
    ...(model.experts > 0 ? expertFfn(worker, phase) : denseFfn(worker, phase)),
    b.logits(),
    b.p2p()
  ];
}

function linearAttention(worker: WorkerSpec, phase: Phase, gdn: GdnConfig): Op[] {
  const {layers, keyHeads, keyHeadDim, valueHeads, valueHeadDim, convTokens} = gdn;
  const {hiddenSize} = worker.model;
  const {tp} = worker.parallel;
  const b = builders(worker, phase);
  const [keys, values] = [keyHeads * keyHeadDim, valueHeads * valueHeadDim];
  const kernel = (name: string, part: Gdn["part"]): Gdn => ({
    kind: "gdn",
    name,
    count: layers,
    phase,
    part,
    hidden: hiddenSize,
    keyHeads,
    keyHeadDim,
    valueHeads,
    valueHeadDim,
    convTokens
  });
  return [
    b.norm("gdn_norm", layers),
    b.gemm("gdn_in_proj_gemm", layers, div(3 * keys + 2 * values, tp), hiddenSize),
    kernel("gdn_conv1d", "conv"),
    kernel("gdn_scan", "scan"),
    b.gemm("gdn_out_proj_gemm", layers, hiddenSize, div(values, tp), {lowPrecisionInput: true}),
    b.allReduce("gdn_ar", layers)
  ];
}

/** Routed experts and, beside them, one that every token passes, which the method counts without its gate. */
function expertFfn(worker: WorkerSpec, phase: Phase): Op[] {
  const {layers, hiddenSize, sharedInterSize} = worker.model;
  const b = builders(worker, phase);
  const experts = expertOps(worker, phase, powerLaw, {router: "when many"});
  if (sharedInterSize === undefined) return experts;
  const inter = div(sharedInterSize, worker.parallel.tp);
  return [
    ...experts,
    b.gemm("shared_ffn1_gemm", layers, inter, hiddenSize),
    b.elementwise("shared_act", layers, inter, inter),
    b.gemm("shared_ffn2_gemm", layers, hiddenSize, inter, {lowPrecisionInput: true})
  ];
}

function denseFfn(worker: WorkerSpec, phase: Phase): Op[] {
  const {layers, interSize} = worker.model;
  const b = builders(worker, phase);
  return [...b.gatedFfn(layers, interSize), b.allReduce("ffn_ar", layers)];
}
