import type {Gdn, Op} from "../ops/op.js";
import {builders, div} from "./common.js";
import {deepseekChain} from "./deepseek.js";
import {expertOps} from "./moe.js";
import type {GdnConfig} from "./types.js";
import {scaled} from "./worker.js";
import type {Phase, PhaseOps, WorkerSpec} from "./worker.js";

/** Skew of tokens over experts, as for DeepSeek and Kimi. */
const powerLaw = "power_law_1.01";

/** Heads that DEEPSEEK's list of latent attention is written for. */
const listedHeads = 128;

/**
 * Kimi-Linear and Kimi-K3: delta attention in most layers, latent attention in the others, experts in every layer, in K3
 * on a narrower hidden state. As in DeepSeek's list, dispatch carries the sum over tp. Ours, made of the lists of
 * DEEPSEEK, QWEN35 and NEMOTRONH: method.md §7.4 has none.
 */
export function kimiLinearOps(worker: WorkerSpec): PhaseOps {
  return {prefill: phaseOps(worker, "prefill"), decode: scaled(phaseOps(worker, "decode"), worker.mtpScale)};
}

function phaseOps(worker: WorkerSpec, phase: Phase): Op[] {
  const {model, parallel} = worker;
  const {layers, gdn} = model;
  const b = builders(worker, phase);
  return [
    b.embedding(model.vocabSize),
    b.norm("add_norm_1", layers),
    ...(gdn && gdn.layers > 0 ? deltaAttention(worker, phase, gdn) : []),
    ...latentAttention(worker, phase, layers - (gdn?.layers ?? 0)),
    b.norm("add_norm_2", layers),
    ...ffn(worker, phase),
    b.logits(),
    ...(parallel.pp > 1 ? [b.p2p()] : [])
  ];
}

/** Query, key, value, gate and beta in one projection; decays from a low-rank one of a head's width. */
function deltaAttention(worker: WorkerSpec, phase: Phase, gdn: GdnConfig): Op[] {
  const {layers, keyHeads, keyHeadDim, valueHeads, valueHeadDim, convTokens} = gdn;
  const {hiddenSize} = worker.model;
  const {tp} = worker.parallel;
  const b = builders(worker, phase);
  const width = keyHeads * keyHeadDim;
  const kernel = (part: Gdn["part"]): Gdn => ({
    kind: "kda",
    name: `kda_${part}`,
    count: layers,
    phase,
    part,
    hidden: hiddenSize,
    keyHeads: div(keyHeads, tp),
    keyHeadDim,
    valueHeads: div(valueHeads, tp),
    valueHeadDim,
    convTokens
  });
  return [
    b.gemm("kda_in_proj_gemm", layers, div(4 * width + keyHeads, tp), hiddenSize),
    b.gemm("kda_decay_down_gemm", layers, keyHeadDim, hiddenSize),
    b.gemm("kda_decay_up_gemm", layers, div(width, tp), keyHeadDim),
    kernel("conv"),
    kernel("scan"),
    b.gemm("kda_out_proj_gemm", layers, hiddenSize, div(width, tp))
  ];
}

/** DeepSeek's parts with this model's heads. */
function latentAttention(worker: WorkerSpec, phase: Phase, count: number): Op[] {
  const {model, parallel} = worker;
  const share = model.heads / listedHeads;
  const heads = div(model.heads, parallel.tp);
  return deepseekChain(worker, phase).map((op): Op => {
    switch (op.kind) {
      case "prefill_mla":
      case "decode_mla":
        return {...op, count, heads};
      case "gemm": {
        if (op.name === "downscale_gemm") return {...op, count};
        if (op.name !== "proj_gemm") return {...op, count, n: op.n * share};
        // Decode's list projects from the hidden width, prefill's from that of all heads' values.
        return {...op, count, k: div(model.heads * (model.vHeadDim ?? 128), parallel.tp)};
      }
      default:
        return {...op, count};
    }
  });
}

function ffn(worker: WorkerSpec, phase: Phase): Op[] {
  const {model, parallel} = worker;
  const {layers, hiddenSize, moeLatentSize: latent, sharedInterSize = 0} = model;
  const b = builders(worker, phase);
  const inter = div(sharedInterSize, parallel.tp);
  const shared: Op[] =
    inter > 0
      ? [
          b.gemm("shared_gate_up_gemm", layers, 2 * inter, hiddenSize),
          b.elementwise("shared_act_gate", layers, 2 * inter, inter),
          b.gemm("shared_ffn2_gemm", layers, hiddenSize, inter)
        ]
      : [];
  const experts = expertOps(worker, phase, powerLaw, latent ? {width: latent} : {});
  const routed: Op[] = latent
    ? [
        b.gemm("latent_down_gemm", layers, latent, hiddenSize),
        ...experts,
        b.gemm("latent_up_gemm", layers, hiddenSize, latent)
      ]
    : experts;
  if (phase === "prefill") return [...shared, ...routed];
  return [{kind: "overlap", name: "moe_overlap", count: 1, left: routed, right: shared}];
}
