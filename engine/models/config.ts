/** Reads a Hugging Face config.json, whatever its dialect, into a ModelConfig. Source: method.md §7.1. */

import {InputError} from "../errors.js";
import {keepsAttention, normalizeCheckpoint} from "./checkpoint.js";
import {asObject, Fields} from "./fields.js";
import type {FieldRead, Json} from "./fields.js";
import {layerCount, mayLackFfn, readHybrid, readVision, routesTokens} from "./hybrid-config.js";
import {sayLeftOut} from "./left-out.js";
import {flattened, knownAs, nearestFamily, sayIgnoredParts, sayWindows, textPart} from "./nearest.js";
import {countParameters} from "./parameters.js";
import {readSparse} from "./sparse-config.js";
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
  KimiLinearForCausalLM: "KIMILINEAR",
  KimiK3ForConditionalGeneration: "KIMILINEAR",
  DeepseekV32ForCausalLM: "DEEPSEEKV32",
  GlmMoeDsaForCausalLM: "DEEPSEEKV32",
  DeepseekV4ForCausalLM: "DEEPSEEKV4",
  MiniMaxM3ForCausalLM: "MINIMAXM3",
  MiniMaxM3SparseForCausalLM: "MINIMAXM3",
  MiniMaxM3SparseForConditionalGeneration: "MINIMAXM3",
  NemotronForCausalLM: "NEMOTRONNAS",
  DeciLMForCausalLM: "NEMOTRONNAS",
  NemotronHForCausalLM: "NEMOTRONH",
  Qwen3_5ForConditionalGeneration: "QWEN35",
  Qwen3_5MoeForConditionalGeneration: "QWEN35",
  Qwen3VLForConditionalGeneration: "QWEN3VL",
  Qwen3VLMoeForConditionalGeneration: "QWEN3VL_MOE",
  Gemma4ForConditionalGeneration: "GEMMA4MIX",
  Llama4ForConditionalGeneration: "HYBRIDMOE",
  MiMoV2FlashForCausalLM: "HYBRIDMOE"
};

const qkNormArchitectures = ["Qwen3ForCausalLM", "Qwen3MoeForCausalLM", "MiniMaxM2ForCausalLM"];

/** FFN multiplier of a Nemotron-NAS block that states none. Source: method.md §7.1. */
const defaultFfnMult = 3.5;

/** JSON as Python writes it: bare `Infinity` and `NaN` are read as null. Throws InputError when it is not JSON. */
export function parseConfigJson(text: string): unknown {
  const strict = text
    .replace(/^\uFEFF/, "")
    .replace(/"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g, (token) => (token[0] === '"' ? token : "null"));
  try {
    return JSON.parse(strict);
  } catch (error) {
    throw new InputError(`not JSON: ${(error as Error).message}`);
  }
}

/** A model with the account of how it was read. */
export interface ModelReading {
  model: ModelConfig;
  reads: FieldRead[];
}

/**
 * What the engine needs to know of the model that `config` (config.json) describes.
 *
 * `hfQuantConfig` is the hf_quant_config.json beside it, which has the last word on quantisation. A multimodal model is
 * read as its text part, and an architecture without op list as its nearest family, both said in `assumptions`. Throws
 * InputError for a model that is none of the families and for fields missing or senseless.
 */
export function normalizeModel(id: string, config: unknown, hfQuantConfig?: unknown): ModelConfig {
  return readModel(id, config, hfQuantConfig).model;
}

/** As `normalizeModel`, with every field that was read. */
export function readModel(id: string, config: unknown, hfQuantConfig?: unknown): ModelReading {
  const root = asObject(id, "config", config);
  const text = textPart(root);
  const architecture = architectureOf(id, root);
  const like = opListOf(architecture, text);
  const fields = new Fields(id, like === architecture ? text : flattened(text));
  const family = like === undefined ? nearestFamily(architecture, root, fields) : familyOf[like];
  if (like !== undefined && like !== architecture) fields.say(`${architecture} is estimated as ${like}`);
  const quantization = root.quantization_config ?? text.quantization_config;
  const nextnLayers = fields.maybe("num_nextn_predict_layers", "mtp_num_hidden_layers");
  sayDrafts(fields, family, nextnLayers);
  needExperts(fields, like);
  const isGptOss = architecture === "GptOssForCausalLM";
  const shape = {...readSizes(fields, family, like), ...readExperts(fields, family, like)};
  const model: ModelConfig = {
    id,
    architecture,
    family,
    ...shape,
    qkNorm: like === undefined ? normalisesQueries(architecture, fields) : qkNormArchitectures.includes(like),
    windowTokens: isGptOss ? fields.need("sliding_window") : 0,
    ...readMla(fields, family),
    ...readSparse(fields, {family, architecture, ...shape}, () => keepsAttention(quantization, hfQuantConfig)),
    ...(nextnLayers !== undefined && {nextnLayers}),
    ...(family === "NEMOTRONNAS" && {blocks: readBlocks(id, text.block_configs)}),
    ...readHybrid(fields, family, like ?? architecture),
    ...readVision(id, family, root.vision_config),
    checkpoint: normalizeCheckpoint(id, quantization, hfQuantConfig),
    assumptions: fields.assumptions,
    parameters: []
  };
  fields.throwIfMissing();
  checkSizes(fields, model);
  model.parameters = countParameters(fields, root, {...model, gated: family !== "GPT"});
  fields.throwIfMissing();
  sayIgnoredParts(root, fields, model.vision !== undefined);
  if (windowless.includes(family) && !isGptOss) sayWindows(fields, model.layers, model.contextTokens);
  sayLeftOut(fields, model, like === architecture);
  return {model, reads: fields.reads};
}

/** Families whose op lists know no sliding window (but for gpt-oss). */
const windowless: Family[] = ["GPT", "LLAMA", "MOE", "DEEPSEEK", "KIMIK25", "QWEN3VL", "QWEN3VL_MOE"];

/** `architectures`, or what `model_type` calls the model where that is missing. */
function architectureOf(id: string, root: Json): string {
  const stated = Array.isArray(root.architectures) ? root.architectures[0] : root.architectures;
  if (typeof stated === "string" && stated !== "") return stated;
  if (stated === undefined || stated === null) {
    if (typeof root.model_type === "string") return `model_type ${root.model_type}`;
    throw new InputError(`${id}: config has no architectures`);
  }
  throw new InputError(`invalid architectures in ${id}: ${JSON.stringify(stated)}; must be a list of names`);
}

/** The architecture whose op list a model is estimated by; undefined when its name has none. */
function opListOf(architecture: string, text: Json): string | undefined {
  // NVIDIA used this name before block-wise models too.
  if (architecture === "NemotronForCausalLM" && text.block_configs === undefined) return undefined;
  return Object.hasOwn(familyOf, architecture) ? architecture : knownAs(architecture, text, Object.keys(familyOf));
}

/** Sizes that agree with each other. */
function checkSizes(fields: Fields, model: ModelConfig): void {
  const {architecture, hiddenSize, heads, kvHeads, headDim, topK, experts, blocks} = model;
  const refuse = (name: string, requirement: string) => fields.refuse(fields.keyOf(name) ?? name, requirement);
  if (kvHeads > 0 && heads % kvHeads !== 0) refuse("num_key_value_heads", `must divide num_attention_heads ${heads}`);
  const headKey = fields.keyOf("head_dim", "attention_head_dim");
  const latent = fields.keyOf("kv_lora_rank") !== undefined;
  if (headKey === undefined && !latent && hiddenSize % heads !== 0)
    refuse("num_attention_heads", `must divide hidden_size ${hiddenSize} where head_dim is not stated`);
  if (headKey === undefined && !derivesHeadDim.includes(architecture))
    fields.say(`head_dim is not stated: hidden_size / num_attention_heads = ${headDim} assumed`);
  const width = (heads * headDim) / hiddenSize;
  if (headDim === 0) refuse(headKey ?? "num_attention_heads", "must leave heads of at least one element");
  if (headKey !== undefined && (width > widest || width < 1 / widest))
    refuse(headKey, `${heads} heads of it make ${heads * headDim}, too far from hidden_size ${hiddenSize}`);
  if (topK > experts) refuse("num_experts_per_tok", `must be at most the ${experts} experts`);
  const odd = blocks?.find(({headsPerKvHead}) => headsPerKvHead !== null && heads % headsPerKvHead !== 0);
  if (odd)
    throw new InputError(
      `invalid n_heads_in_group in ${fields.id}: ${odd.headsPerKvHead}; must divide num_attention_heads ${heads}`
    );
}

/** How many times wider or narrower than the hidden state all heads together can be; DeepSeek-V4 has 8 times. */
const widest = 64;

/** Architectures that define head_dim as hidden_size / num_attention_heads. */
const derivesHeadDim = [
  "LlamaForCausalLM",
  "Qwen2ForCausalLM",
  "MixtralForCausalLM",
  "Qwen2MoeForCausalLM",
  "DeciLMForCausalLM",
  "DeepSeekForCausalLM",
  "DeepseekV3ForCausalLM",
  "DeepseekV32ForCausalLM",
  "KimiK25ForConditionalGeneration"
];

/** Whether queries and keys are normalised per head, for architectures without an op list. */
function normalisesQueries(architecture: string, {config}: Fields): boolean {
  if (config.use_qk_norm === true || config.qk_layernorm === true) return true;
  return /^(Gemma3|Olmo[23]|Exaone4|Qwen3)/.test(architecture);
}

function readSizes(fields: Fields, family: Family, like: string | undefined) {
  const perBlock = family === "NEMOTRONNAS";
  const [hiddenSize, heads] = [fields.need("hidden_size"), fields.need("num_attention_heads")];
  return {
    layers: layerCount(fields) ?? fields.need("num_hidden_layers"),
    hiddenSize,
    heads,
    kvHeads: perBlock
      ? (fields.maybe("num_key_value_heads") ?? 0)
      : fields.assume(heads, "one KV head per head (multi-head attention)", "num_key_value_heads"),
    headDim: fields.maybe("head_dim", "attention_head_dim") ?? Math.floor(hiddenSize / heads),
    interSize: readInter(fields, family, like, hiddenSize),
    vocabSize: fields.need("vocab_size"),
    contextTokens: like
      ? fields.need("max_position_embeddings")
      : fields.assume(0, "no limit of the context", "max_position_embeddings")
  };
}

function readInter(fields: Fields, family: Family, like: string | undefined, hiddenSize: number): number {
  const isOptional = family === "NEMOTRONNAS" || family === "DEEPSEEKV4" || (!like && routesTokens(fields, family));
  if (mayLackFfn(fields, family)) return 0;
  if (isOptional) return fields.maybe("intermediate_size") ?? 0;
  if (family === "GPT") return fields.assume(4 * hiddenSize, "four times hidden_size", "intermediate_size");
  return fields.need("intermediate_size");
}

function readExperts(fields: Fields, family: Family, like: string | undefined) {
  if (!routesTokens(fields, family)) return {topK: 0, experts: 0, moeInterSize: 0};
  return {
    topK: fields.need("num_experts_per_tok", "top_k_experts"),
    experts: fields.need("num_local_experts", "n_routed_experts", "num_experts"),
    moeInterSize: readExpertWidth(fields, like)
  };
}

/** Architectures whose intermediate_size is the width of an expert. */
const expertsInIntermediate = [
  "MixtralForCausalLM",
  "GptOssForCausalLM",
  "MiniMaxM2ForCausalLM",
  "Llama4ForConditionalGeneration"
];

function readExpertWidth(fields: Fields, like: string | undefined): number {
  const width = fields.need("moe_intermediate_size", "intermediate_size");
  const stated = fields.keyOf("moe_intermediate_size") !== undefined;
  if (!stated && !expertsInIntermediate.includes(like ?? ""))
    fields.say(`moe_intermediate_size is not stated: intermediate_size ${width} taken as the width of an expert`);
  return width;
}

/** Notes experts as missing where the architecture, or a field, says that there must be some. */
function needExperts(fields: Fields, like: string | undefined): void {
  const says = /Moe/.test(like ?? "") || fields.config.enable_moe_block === true;
  if (says) fields.need("num_experts", "n_routed_experts");
}

/** Says how many draft layers are taken for a model that does not state them. Source: method.md §7.3. */
function sayDrafts(fields: Fields, family: Family, nextnLayers: number | undefined): void {
  const drafts: Family[] = ["DEEPSEEK", "KIMIK25", "DEEPSEEKV32", "DEEPSEEKV4", "QWEN35"];
  if (nextnLayers !== undefined || !drafts.includes(family)) return;
  const key = family === "QWEN35" ? "mtp_num_hidden_layers" : "num_nextn_predict_layers";
  fields.say(`${key} is not stated: one draft (MTP) layer assumed in searches`);
}

const hasLatentAttention: Family[] = ["DEEPSEEK", "KIMIK25", "DEEPSEEKV32", "KIMILINEAR"];

function readMla(fields: Fields, family: Family) {
  if (!hasLatentAttention.includes(family)) return {};
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
