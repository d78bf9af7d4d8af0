import type {Op} from "../ops/op.js";
import {builders, div} from "./common.js";
import type {NasBlock} from "./types.js";
import type {Phase, PhaseOps, WorkerSpec} from "./worker.js";

/** Head size of the family's attention. */
export const nasHeadDim = 128;

/** FFN widths are rounded up to a multiple of this. */
const ffnGranularity = 256;

/** Nemotron-NAS: runs of blocks that each keep or drop attention and FFN. Source: method.md §7.4 NEMOTRONNAS. */
export function nemotronNasOps(worker: WorkerSpec): PhaseOps {
  return {prefill: nasPhase(worker, "prefill"), decode: nasPhase(worker, "decode")};
}

function nasPhase(worker: WorkerSpec, phase: Phase): Op[] {
  const {model} = worker;
  const b = builders(worker, phase);
  return [
    b.embedding(model.vocabSize),
    ...(model.blocks ?? []).flatMap((block) => [
      ...attentionOps(worker, phase, block),
      ...ffnOps(worker, phase, block)
    ]),
    b.logits(),
    b.p2p()
  ];
}

function attentionOps(worker: WorkerSpec, phase: Phase, block: NasBlock): Op[] {
  if (block.headsPerKvHead === null) return [];
  const b = builders(worker, phase);
  const kvHeads = nasKvHeads(worker, block);
  return [
    b.norm("add_norm_1", block.count),
    b.qkv(block.count, kvHeads, nasHeadDim),
    ...b.attention(block.count, 0, kvHeads, nasHeadDim),
    b.projection(block.count, {}, nasHeadDim),
    b.allReduce("ar_1", block.count)
  ];
}

function ffnOps(worker: WorkerSpec, phase: Phase, block: NasBlock): Op[] {
  if (block.ffnMult === null) return [];
  const {model, parallel} = worker;
  const b = builders(worker, phase);
  const width = Math.floor((2 * block.ffnMult * model.hiddenSize) / 3);
  const inter = Math.ceil(width / ffnGranularity) * ffnGranularity;
  return [
    b.norm("add_norm_2", block.count),
    b.gemm("gate_ffn1_gemm", block.count, div(2 * inter, parallel.tp), model.hiddenSize),
    b.elementwise("act_gate", block.count, div(2 * inter, parallel.tp), div(inter, parallel.tp)),
    b.gemm("ffn2_gemm", block.count, model.hiddenSize, div(inter, parallel.tp)),
    b.allReduce("ar_2", block.count)
  ];
}

/** KV heads of a block on one rank. */
export function nasKvHeads({model, parallel}: Pick<WorkerSpec, "model" | "parallel">, block: NasBlock): number {
  return block.headsPerKvHead === null ? 0 : Math.ceil(div(model.heads, block.headsPerKvHead) / parallel.tp);
}
