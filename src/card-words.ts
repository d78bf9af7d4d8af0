/** A model card in words, shared by the command line and the pages. Pure functions of plain data. */
import type {ModelCard, ModelConfig, Quant} from "./engine/index.js";
import {modelSummary} from "./engine/models/summary.js";
import {bytesPerKiB, bytesToGiB} from "./engine/units.js";

/** `671 B parameters, 36.6 B of them active per token`; `32.8 B parameters` of a dense model. */
export function parameterWords(card: ModelCard): string {
  return parameterSummary(card.model);
}

export function parameterSummary(model: ModelConfig): string {
  const {parameters, activeParameters} = modelSummary(model);
  const active = model.experts > 0 ? `, ${billions(activeParameters)} of them active per token` : "";
  return `${billions(parameters)} parameters${active}`;
}

/** `626.8 GiB of weights, 166.4 GiB of them on each GPU`. */
export function weightWords({modelWeightBytes, gpuWeightBytes}: ModelCard): string {
  return `${gibWords(modelWeightBytes)} of weights in its types, ${gibWords(gpuWeightBytes)} on each GPU as estimated`;
}

/** `KV cache of 34.3 KiB per token on each GPU`. */
export function kvWords({kv}: ModelCard): string {
  return `KV cache of ${Number((kv.bytesPerToken / bytesPerKiB).toPrecision(3))} KiB per token on each GPU`;
}

type Growth = {bytesPerToken: number; bytesPerSequence: number};

/** `, and 1,024 B per sequence`; nothing where a sequence takes nothing besides its tokens. */
export function besides({bytesPerSequence}: Growth): string {
  return bytesPerSequence > 0 ? `, and ${bytesPerSequence.toLocaleString("en")} B per sequence` : "";
}

/** What windows and linear attention leave of a KV cache that is counted for all layers at full length. */
export function keptWords(kept: Growth): string {
  return `${kept.bytesPerToken.toLocaleString("en")} B per token${besides(kept)}`;
}

/** `checkpoint fp8_block; gemm fp8_block, moe …`. */
export function typeWords({checkpoint}: ModelConfig, quant: Quant): string {
  const found = checkpoint.algo ?? "not quantised";
  const kv = checkpoint.kvCacheAlgo === null ? "" : `, KV cache ${checkpoint.kvCacheAlgo}`;
  const used = Object.entries(quant).map(([part, type]) => `${part} ${String(type)}`);
  return `checkpoint ${found}${kv}; computes in ${used.join(", ")}`;
}

function billions(elements: number): string {
  return `${Number((elements / 1e9).toPrecision(elements < 1e11 ? 3 : 4))} B`;
}

function gibWords(bytes: number): string {
  return `${Number(bytesToGiB(bytes).toPrecision(4))} GiB`;
}

/** What fields of a config.json count, by their usual names. */
const meanings: Record<string, string> = {
  num_hidden_layers: "layers",
  hidden_size: "width of the hidden state",
  num_attention_heads: "query heads",
  num_key_value_heads: "key-value heads",
  head_dim: "width of a head",
  intermediate_size: "width of the FFN",
  vocab_size: "tokens of the vocabulary",
  max_position_embeddings: "longest context, tokens",
  num_experts_per_tok: "experts that a token passes",
  num_local_experts: "routed experts of a layer",
  n_routed_experts: "routed experts of a layer",
  num_experts: "routed experts of a layer",
  moe_intermediate_size: "width of an expert",
  n_shared_experts: "shared experts of a layer",
  shared_expert_intermediate_size: "width of the shared expert",
  moe_shared_expert_intermediate_size: "width of the shared expert",
  first_k_dense_replace: "first layers, with a dense FFN",
  num_nextn_predict_layers: "draft (MTP) layers",
  kv_lora_rank: "rank of compressed keys and values",
  q_lora_rank: "rank of compressed queries",
  qk_rope_head_dim: "rotated part of a head",
  qk_nope_head_dim: "unrotated part of a head",
  v_head_dim: "width of a value head",
  sliding_window: "attention window, tokens",
  tie_word_embeddings: "the embedding is the LM head"
};

/** Empty for a field that says it itself. */
export function fieldWords(field: string): string {
  return meanings[field] ?? "";
}
