/** Operators as short lines, for the eye. */
import {findModel} from "../../../engine/models/catalogue.js";
import {modelOps} from "../../../engine/models/ops.js";
import {inferQuant} from "../../../engine/models/quant.js";
import type {WorkerSpec} from "../../../engine/models/worker.js";
import type {Op} from "../../../engine/ops/op.js";
import type {Backend, Parallel} from "../../../engine/index.js";

export function specOf(id: string, parallel: Partial<Parallel> = {}, backend: Backend = "trtllm"): WorkerSpec {
  const model = findModel(id);
  const sizes = {tp: 1, pp: 1, dp: 1, moeTp: 1, moeEp: 1, cp: 1, ...parallel};
  return {model, parallel: sizes, quant: inferQuant(model, {role: "static", backend}), backend, mtpScale: 1};
}

/** `qkv_gemm 64 × 5120·5120`: name, count and what size there is; `low` is lowPrecisionInput, bf16 a type said. */
export function opLine(op: Op): string {
  return `${op.name} ${op.count} × ${sizeOf(op)}`;
}

function sizeOf(op: Op): string {
  switch (op.kind) {
    case "gemm":
      return `${op.n}·${op.k}${op.quant === "bfloat16" ? " bf16" : ""}${op.lowPrecisionInput ? " low" : ""}`;
    case "embedding":
      return `${op.rows}·${op.cols}`;
    case "elementwise":
      return `${op.dimIn}→${op.dimOut}`;
    case "prefill_attention":
    case "decode_attention":
      return `${op.heads}/${op.kvHeads} of ${op.headDim} window ${op.window}`;
    case "encoder_attention":
      return `${op.heads} of ${op.headDim}, ${op.rotaryShare} rotated`;
    case "allreduce":
      return `${op.hidden} over ${op.tp}`;
    case "moe":
      return `${op.topK} of ${op.experts}, ${op.hidden}·${op.inter} ${op.distribution}${op.gated ? "" : " ungated"}`;
    case "moe_dispatch":
      return `${op.hidden}`;
    case "mamba2":
      return `${op.part} ${op.hidden}: ${op.heads}·${op.headDim}, ${op.groups} groups of ${op.stateSize}, chunk ${op.chunkTokens}`;
    case "gdn":
      return `${op.part} ${op.hidden}: ${op.keyHeads}·${op.keyHeadDim}, ${op.valueHeads}·${op.valueHeadDim}`;
    case "nccl":
      return `${op.operation} ${op.elementsPerToken} over ${op.gpus}`;
    case "p2p":
      return `${op.hidden} over ${op.pp}`;
    default:
      throw new Error(`no line for ${op.kind}`);
  }
}

export function linesOf(worker: WorkerSpec): {prefill: string[]; decode: string[]} {
  const {prefill, decode} = modelOps(worker);
  return {prefill: prefill.map(opLine), decode: decode.map(opLine)};
}
