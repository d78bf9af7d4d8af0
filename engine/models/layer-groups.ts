/** Models whose layers differ in attention or FFN: Gemma-4, Llama-4 and MiMo-V2. */
import {kvCacheQuants} from "../quant.js";
import type {Op} from "../ops/op.js";
import {builders, div} from "./common.js";
import {expertOps} from "./moe.js";
import type {LayerGroup} from "./types.js";
import {scaled} from "./worker.js";
import type {Phase, PhaseOps, WorkerSpec} from "./worker.js";

/** Skews of tokens over experts that the tables of these families were collected with. */
const gemmaPowerLaw = "power_law_1.01";
const hybridPowerLaw = "power_law_1.2";

/**
 * Gemma-4: windowed and full layers, and in each a shared FFN beside routed experts. No tensor-parallel reductions but
 * those of the experts, as in the reference (quirk 14). Source: method.md §7.4 GEMMA4MIX.
 */
export function gemmaOps(worker: WorkerSpec): PhaseOps {
  const phase = (phase: Phase): Op[] => {
    const {vocabSize, layers, interSize, experts, layerGroups = []} = worker.model;
    const b = builders(worker, phase);
    return [
      b.embedding(vocabSize),
      ...layerGroups.flatMap((group) => attentionOps(worker, phase, group)),
      b.norm("ffn_norm", layers),
      ...b.gatedFfn(layers, interSize, "shared_"),
      ...(experts > 0 ? expertOps(worker, phase, gemmaPowerLaw, {router: "when many"}) : []),
      b.logits(),
      b.p2p()
    ];
  };
  return {prefill: phase("prefill"), decode: scaled(phase("decode"), worker.mtpScale)};
}

/**
 * Llama-4 and MiMo-V2: windowed or full attention, experts or a dense FFN, up to four kinds of layers. No tensor-parallel
 * reductions but those of the experts (quirk 14), and no shared expert. Source: method.md §7.4 HYBRIDMOE.
 */
export function hybridMoeOps(worker: WorkerSpec): PhaseOps {
  const phase = (phase: Phase): Op[] => {
    const {vocabSize, layers, layerGroups = [], denseInterSize = 0} = worker.model;
    const b = builders(worker, phase);
    const moeLayers = countOf(layerGroups.filter(({moe}) => moe));
    const denseLayers = countOf(layerGroups) - moeLayers;
    return [
      b.embedding(vocabSize),
      ...layerGroups.flatMap((group) => attentionOps(worker, phase, group)),
      b.norm("ffn_norm", layers),
      ...(moeLayers > 0 ? expertOps(worker, phase, hybridPowerLaw, {count: moeLayers}) : []),
      ...(denseLayers > 0 ? b.gatedFfn(denseLayers, denseInterSize) : []),
      b.logits(),
      b.p2p()
    ];
  };
  return {prefill: phase("prefill"), decode: scaled(phase("decode"), worker.mtpScale)};
}

function attentionOps(worker: WorkerSpec, phase: Phase, group: LayerGroup): Op[] {
  const {model, parallel, quant} = worker;
  const {count, heads, headDim, valueHeadDim, windowTokens, keyIsValue} = group;
  const {tp} = parallel;
  const b = builders(worker, phase);
  const kvHeads = Math.ceil(group.kvHeads / tp);
  const kvWidth = kvHeads * (keyIsValue ? headDim : headDim + valueHeadDim);
  const kvBytes = kvHeads * (headDim + valueHeadDim) * kvCacheQuants[quant.kvCache].bytesPerWeight;
  return [
    b.norm("attn_norm", count),
    b.gemm("qkv_gemm", count, div(heads * headDim, tp) + kvWidth, model.hiddenSize),
    ...b.attention(count, windowTokens, kvHeads, headDim, heads),
    ...b.contextGather(kvBytes, count),
    b.gemm("proj_gemm", count, model.hiddenSize, div(heads * valueHeadDim, tp), {lowPrecisionInput: true})
  ];
}

function countOf(groups: readonly LayerGroup[]): number {
  return groups.reduce((sum, {count}) => sum + count, 0);
}
