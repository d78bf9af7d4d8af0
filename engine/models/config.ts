/** Reads a Hugging Face config.json, whatever its dialect, into a ModelConfig. Source: method.md §7.1. */

import {InputError} from "../errors.js";
import {normalizeCheckpoint} from "./checkpoint.js";
import {asObject, Fields, isObject} from "./fields.js";
import type {Family, ModelConfig, NasBlock} from "./types.js";

const familyOf: Record<string, Family> = {
  LlamaForCausalLM: "LLAMA",
  Qwen2ForCausalLM: "LLAMA",
  Qwen3ForCausalLM: "LLAMA",
  MiMoForCausalLM: "LLAMA",
  MixtralForCausalLM: "MOE",
  GptOssForCausalLM: "MOE",
  Qwen2MoeForCausalLM: "MOE",
  Qwen3MoeForCausalLM: "MOE",
  MiniMaxM2ForCausalLM: "MOE",
  DeepSeekForCausalLM: "DEEPSEEK",
  DeepseekV3ForCausalLM: "DEEPSEEK",
  KimiK25ForConditionalGeneration: "KIMIK25",
  NemotronForCausalLM: "NEMOTRONNAS",
  DeciLMForCausalLM: "NEMOTRONNAS"
};

const qkNormArchitectures = ["Qwen3ForCausalLM", "Qwen3MoeForCausalLM", "MiniMaxM2ForCausalLM"];

/** FFN multiplier of a Nemotron-NAS block that states none. Source: method.md §7.1. */
const defaultFfnMult = 3.5;

/** JSON as Python writes it: bare `Infinity` and `NaN` are read as null. Throws InputError when it is not JSON. */
export function parseConfigJson(text: string): unknown {
  const strict = text.replace(/"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g, (token) =>
    token[0] === '"' ? token : "null"
  );
  try {
    return JSON.parse(strict);
  } catch (error) {
    throw new InputError(`not JSON: ${(error as Error).message}`);
  }
}

/**
 * What the engine needs to know of the model that `config` (config.json) describes.
 *
 * `hfQuantConfig` is the hf_quant_config.json beside it, which has the last word on quantisation. A multimodal model is
 * read as its text part. Throws InputError for an architecture without op lists and for fields missing or senseless.
 */
export function normalizeModel(id: string, config: unknown, hfQuantConfig?: unknown): ModelConfig {
  const root = asObject(id, "config", config);
  const architecture = Array.isArray(root.architectures) ? root.architectures[0] : undefined;
  if (typeof architecture !== "string") throw new InputError(`${id}: config has no architectures`);
  const family = Object.hasOwn(familyOf, architecture) ? familyOf[architecture] : undefined;
  if (family === undefined) {
    const have = Object.keys(familyOf).join(", ");
    throw new InputError(`${id}: architecture not supported yet: ${architecture}; have ${have}`);
  }
  const text = isObject(root.text_config) ? root.text_config : root;
  const quantization = root.quantization_config ?? text.quantization_config;
  const fields = new Fields(id, text);
  const nextnLayers = fields.maybe("num_nextn_predict_layers");
  const model: ModelConfig = {
    id,
    architecture,
    family,
    ...readSizes(fields, family),
    ...readExperts(fields, family),
    qkNorm: qkNormArchitectures.includes(architecture),
    windowTokens: architecture === "GptOssForCausalLM" ? fields.need("sliding_window") : 0,
    ...readMla(fields, family),
    ...(nextnLayers !== undefined && {nextnLayers}),
    ...(family === "NEMOTRONNAS" && {blocks: readBlocks(id, text.block_configs)}),
    checkpoint: normalizeCheckpoint(id, quantization, hfQuantConfig)
  };
  fields.throwIfMissing();
  return model;
}

function readSizes(fields: Fields, family: Family) {
  const perBlock = family === "NEMOTRONNAS";
  const [hiddenSize, heads] = [fields.need("hidden_size"), fields.need("num_attention_heads")];
  return {
    layers: fields.need("num_hidden_layers"),
    hiddenSize,
    heads,
    // A config without num_key_value_heads means multi-head attention, one KV head per head.
    kvHeads: fields.maybe("num_key_value_heads") ?? (perBlock ? 0 : heads),
    headDim: fields.maybe("head_dim", "attention_head_dim") ?? Math.floor(hiddenSize / heads),
    interSize: perBlock ? (fields.maybe("intermediate_size") ?? 0) : fields.need("intermediate_size"),
    vocabSize: fields.need("vocab_size"),
    contextTokens: fields.need("max_position_embeddings")
  };
}

function readExperts(fields: Fields, family: Family) {
  if (family !== "MOE" && family !== "DEEPSEEK" && family !== "KIMIK25") return {topK: 0, experts: 0, moeInterSize: 0};
  return {
    topK: fields.need("num_experts_per_tok", "top_k_experts"),
    experts: fields.need("num_local_experts", "n_routed_experts", "num_experts"),
    moeInterSize: fields.need("moe_intermediate_size", "intermediate_size")
  };
}

function readMla(fields: Fields, family: Family) {
  if (family !== "DEEPSEEK" && family !== "KIMIK25") return {};
  return {
    kvLoraRank: fields.need("kv_lora_rank"),
    qkRopeHeadDim: fields.need("qk_rope_head_dim"),
    vHeadDim: fields.need("v_head_dim")
  };
}

/** Nemotron-NAS blocks, equal neighbours counted together. */
function readBlocks(id: string, configs: unknown): NasBlock[] {
  if (!Array.isArray(configs) || configs.length === 0) throw new InputError(`${id}: config is missing block_configs`);
  const blocks: NasBlock[] = [];
  for (const config of configs) {
    const {attention, ffn} = asObject(id, "block_configs", config);
    const headsPerKvHead = blockNumber(id, attention, "n_heads_in_group", undefined);
    const ffnMult = blockNumber(id, ffn, "ffn_mult", defaultFfnMult);
    const last = blocks.at(-1);
    if (last?.headsPerKvHead === headsPerKvHead && last.ffnMult === ffnMult) ++last.count;
    else blocks.push({count: 1, headsPerKvHead, ffnMult});
  }
  return blocks;
}

/** The one number that matters of half a block; null when the half is left out of the block. */
function blockNumber(id: string, half: unknown, key: string, fallback: number | undefined): number | null {
  const fields = asObject(id, "block_configs", half);
  if (fields.no_op) return null;
  const value = fields[key] ?? fallback;
  if (typeof value === "number" && value > 0) return value;
  throw new InputError(`invalid ${key} in ${id}: ${JSON.stringify(value)}; must be a positive number`);
}
