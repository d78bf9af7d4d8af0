import {dsaArchitectures} from "../ops/dsa.js";
import type {DsaModule, MsaModule, Op} from "../ops/op.js";
import type {DsaShape} from "../roofline-sparse.js";
import {builders, div} from "./common.js";
import {sharedExpert} from "./deepseek.js";
import {expertOps} from "./moe.js";
import {localKvHeads, scaled} from "./worker.js";
import type {Phase, PhaseOps, WorkerSpec} from "./worker.js";

/** Skew of tokens over experts that the tables of these families were collected with. */
const powerLaw = "power_law_1.01";

/**
 * DeepSeek-V3.2 and GLM-5: sparse latent attention as one block, whose weights count nothing as in the reference, the
 * shared expert sharded like the routed ones. Source: method.md §7.4 DEEPSEEKV32.
 */
export function deepseekV32Ops(worker: WorkerSpec): PhaseOps {
  const {moeTp} = worker.parallel;
  return {
    prefill: sparsePhase(worker, "prefill", dsaModule(worker, "prefill"), moeTp),
    decode: scaled(sparsePhase(worker, "decode", dsaModule(worker, "decode"), moeTp), worker.mtpScale)
  };
}

/** MiniMax-M3: the same around its own attention block, the shared expert over tp. Source: method.md §7.4 MINIMAXM3. */
export function minimaxM3Ops(worker: WorkerSpec): PhaseOps {
  const {tp} = worker.parallel;
  return {
    prefill: sparsePhase(worker, "prefill", msaModule(worker, "prefill"), tp),
    decode: scaled(sparsePhase(worker, "decode", msaModule(worker, "decode"), tp), worker.mtpScale)
  };
}

function sparsePhase(worker: WorkerSpec, phase: Phase, attention: Op, sharedOver: number): Op[] {
  const {layers, vocabSize, hiddenSize} = worker.model;
  const b = builders(worker, phase);
  // Norms take whole tokens per rank where other operators round up.
  const norm = (name: string): Op => ({
    kind: "elementwise",
    name,
    count: layers,
    dimIn: 2 * hiddenSize,
    dimOut: 2 * hiddenSize,
    ...(b.contextShards ? {tokensDivisor: b.contextShards} : {})
  });
  const shared = sharedExpert(worker, phase, sharedOver);
  const experts = expertOps(worker, phase, powerLaw);
  const ffn: Op[] =
    phase === "prefill"
      ? [...shared, ...experts]
      : [{kind: "overlap", name: "moe_overlap", count: 1, left: experts, right: shared}];
  return [b.embedding(vocabSize), norm("add_norm_1"), attention, norm("add_norm_2"), ...ffn, b.logits(), b.p2p()];
}

/** The attention block of every layer. */
export function dsaModule(worker: WorkerSpec, phase: Phase): DsaModule {
  const {model, parallel, quant} = worker;
  const {architecture, hiddenSize, layers, heads} = model;
  const {contextShards} = builders(worker, phase);
  const {keepsBf16, ...sizes} = model.dsa!;
  const shape = {hidden: hiddenSize, heads: div(heads, parallel.tp), ...sizes};
  return {
    kind: phase === "prefill" ? "dsa_prefill_module" : "dsa_decode_module",
    name: "attention",
    count: layers,
    architecture: measuredAs(architecture, shape),
    shape,
    fmha: quant.fmha,
    kvCache: quant.kvCache,
    gemm: keepsBf16 ? "bfloat16" : quant.gemm,
    ...(contextShards ? {contextShards} : {})
  };
}

/** Tables are of one size each; a model of other sizes must not be taken for it. */
function measuredAs(architecture: string, {heads: _, ...sizes}: DsaShape): string {
  const known = dsaArchitectures[architecture];
  const same = known && Object.entries(known).every(([name, size]) => sizes[name as keyof typeof sizes] === size);
  return same ? architecture : `${architecture} of other sizes`;
}

function msaModule(worker: WorkerSpec, phase: Phase): MsaModule {
  const {model, parallel, quant} = worker;
  const {hiddenSize, headDim, heads, layers} = model;
  return {
    kind: phase === "prefill" ? "msa_prefill_module" : "msa_decode_module",
    name: "attention",
    count: layers,
    shape: {
      hidden: hiddenSize,
      heads: div(heads, parallel.tp),
      kvHeads: localKvHeads(worker),
      headDim,
      valueHeadDim: model.vHeadDim ?? headDim,
      ...model.msa!
    },
    fmha: quant.fmha,
    kvCache: quant.kvCache,
    gemm: quant.gemm
  };
}
