import {kvCacheQuants} from "../quant.js";
import type {Op} from "../ops/op.js";
import {builders, div} from "./common.js";
import {localKvHeads, scaled} from "./worker.js";
import type {Phase, PhaseOps, WorkerSpec} from "./worker.js";

/** Llama, Qwen and their kin: gated FFN, grouped-query attention. Source: method.md §7.4 LLAMA. */
export function llamaOps(worker: WorkerSpec): PhaseOps {
  return {prefill: llamaPhase(worker, "prefill"), decode: scaled(llamaPhase(worker, "decode"), worker.mtpScale)};
}

function llamaPhase(worker: WorkerSpec, phase: Phase): Op[] {
  const {model, parallel, quant} = worker;
  const {layers, hiddenSize, interSize, vocabSize, headDim} = model;
  const {tp} = parallel;
  const b = builders(worker, phase);
  const kvBytes = 2 * localKvHeads(worker) * headDim * kvCacheQuants[quant.kvCache].bytesPerWeight;
  return [
    b.embedding(div(vocabSize, tp)),
    b.norm("add_norm_1", layers),
    b.qkv(layers),
    ...b.attention(layers),
    ...b.contextGather(kvBytes),
    b.projection(layers),
    b.norm("add_norm_2", layers),
    b.gemm("gate_ffn1_gemm", layers, div(2 * interSize, tp), hiddenSize),
    b.elementwise("act_gate", layers, div(2 * interSize, tp), div(interSize, tp)),
    b.gemm("ffn2_gemm", layers, hiddenSize, div(interSize, tp), {lowPrecisionInput: true}),
    b.logits(),
    b.allReduce("embedding_ar", 1),
    b.allReduce("ar_1", layers),
    b.allReduce("ar_2", layers),
    b.p2p()
  ];
}

/** GPT: ungated FFN, whole embedding on every rank, heads of 128, no speculative decoding. Source: method.md §7.4 GPT. */
export function gptOps(worker: WorkerSpec): PhaseOps {
  const phase = (phase: Phase): Op[] => {
    const {model, parallel} = worker;
    const {layers, hiddenSize, interSize, vocabSize} = model;
    const b = builders(worker, phase);
    const inter = div(interSize, parallel.tp);
    return [
      b.embedding(vocabSize),
      b.norm("add_norm_1", layers),
      b.qkv(layers),
      ...b.attention(layers, 0, localKvHeads(worker), 128),
      b.projection(layers),
      b.norm("add_norm_2", layers),
      b.gemm("ffn1_gemm", layers, inter, hiddenSize),
      b.elementwise("act", layers, inter, inter),
      b.gemm("ffn2_gemm", layers, hiddenSize, inter, {lowPrecisionInput: true}),
      b.logits(),
      b.allReduce("ar_1", layers),
      b.allReduce("ar_2", layers),
      b.p2p()
    ];
  };
  return {prefill: phase("prefill"), decode: phase("decode")};
}
