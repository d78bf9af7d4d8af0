import type {Mamba2, Op} from "../ops/op.js";
import {builders, div} from "./common.js";
import {expertOps} from "./moe.js";
import type {MambaConfig} from "./types.js";
import {scaled} from "./worker.js";
import type {Phase, PhaseOps, WorkerSpec} from "./worker.js";

/** Skew of tokens over experts that the tables of this family were collected with. */
const powerLaw = "power_law_1.01";

/**
 * Nemotron-H and Nemotron-3: blocks of Mamba-2, attention, experts or a plain FFN, each reduced over tensor parallelism
 * on its own. FFNs have no gate; Nemotron-3's larger models project tokens to a narrower space for their experts.
 * Source: method.md §7.4 NEMOTRONH.
 */
export function nemotronHOps(worker: WorkerSpec): PhaseOps {
  return {prefill: phaseOps(worker, "prefill"), decode: scaled(phaseOps(worker, "decode"), worker.mtpScale)};
}

function phaseOps(worker: WorkerSpec, phase: Phase): Op[] {
  const {vocabSize, mamba, blockCounts = {mamba: 0, attention: 0, moe: 0, mlp: 0}} = worker.model;
  const b = builders(worker, phase);
  return [
    b.embedding(vocabSize),
    ...(mamba && blockCounts.mamba > 0 ? mambaBlock(worker, phase, blockCounts.mamba, mamba) : []),
    ...attentionBlock(worker, phase, blockCounts.attention),
    ...(blockCounts.moe > 0 ? expertBlock(worker, phase, blockCounts.moe) : []),
    ...(blockCounts.mlp > 0 ? ffnBlock(worker, phase, blockCounts.mlp) : []),
    b.logits(),
    b.p2p()
  ];
}

function mambaBlock(worker: WorkerSpec, phase: Phase, count: number, mamba: MambaConfig): Op[] {
  const {hiddenSize} = worker.model;
  const {tp} = worker.parallel;
  const b = builders(worker, phase);
  const heads = div(mamba.heads, tp);
  const inner = heads * mamba.headDim;
  const groups = div(mamba.groups, tp);
  const kernel = (name: string, part: Mamba2["part"]): Mamba2 => ({
    kind: "mamba2",
    name,
    count,
    phase,
    part,
    hidden: hiddenSize,
    ...mamba
  });
  return [
    b.norm("mamba_norm", count),
    b.gemm("mamba_in_proj_gemm", count, 2 * inner + 2 * groups * mamba.stateSize + heads, hiddenSize),
    kernel("mamba_conv1d", "conv"),
    kernel("mamba_scan", "scan"),
    b.gemm("mamba_out_proj_gemm", count, hiddenSize, inner),
    b.allReduce("mamba_ar", count)
  ];
}

function attentionBlock(worker: WorkerSpec, phase: Phase, count: number): Op[] {
  if (count === 0) return [];
  const b = builders(worker, phase);
  return [
    b.norm("attn_norm", count),
    b.qkv(count),
    ...b.attention(count),
    b.projection(count),
    b.allReduce("attn_ar", count)
  ];
}

function expertBlock(worker: WorkerSpec, phase: Phase, count: number): Op[] {
  const {hiddenSize, sharedInterSize = 0, moeLatentSize: latent} = worker.model;
  const {tp} = worker.parallel;
  const b = builders(worker, phase);
  const [router, ...experts] = expertOps(worker, phase, powerLaw, {count, width: latent, ungated: true});
  const shared = div(sharedInterSize, tp);
  const low = {lowPrecisionInput: true};
  return [
    b.norm("moe_norm", count),
    ...(shared > 0
      ? [
          b.gemm("shared_ffn1_gemm", count, shared, hiddenSize),
          b.elementwise("shared_act", count, shared, shared),
          b.gemm("shared_ffn2_gemm", count, hiddenSize, shared, low)
        ]
      : []),
    router,
    ...(latent ? [b.gemm("latent_in_gemm", count, div(latent, tp), hiddenSize)] : []),
    ...experts,
    ...(latent ? [b.gemm("latent_out_gemm", count, hiddenSize, div(latent, tp), low)] : []),
    b.allReduce("moe_ar", count)
  ];
}

function ffnBlock(worker: WorkerSpec, phase: Phase, count: number): Op[] {
  const {hiddenSize, interSize} = worker.model;
  const inter = div(interSize, worker.parallel.tp);
  const b = builders(worker, phase);
  return [
    b.norm("ffn_norm", count),
    b.gemm("ffn1_gemm", count, inter, hiddenSize),
    b.elementwise("act", count, inter, inter),
    b.gemm("ffn2_gemm", count, hiddenSize, inter),
    b.allReduce("ffn_ar", count)
  ];
}
