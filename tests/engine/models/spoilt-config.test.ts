/**
 * Invented configs: every field that reading a config looks at is taken away or spoilt in turn. The answer must be an
 * error that names the field, or an assumption that does, or the same model; never NaN and never a bare TypeError.
 */
import {existsSync, readdirSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {describe, expect, it} from "vitest";
import {InputError} from "../../../engine/errors.js";
import {normalizeModel, parseConfigJson} from "../../../engine/models/config.js";
import type {ModelConfig} from "../../../engine/models/types.js";

type Json = Record<string, unknown>;

const llama = {
  architectures: ["LlamaForCausalLM"],
  num_hidden_layers: 4,
  hidden_size: 64,
  num_attention_heads: 8,
  num_key_value_heads: 2,
  head_dim: 8,
  intermediate_size: 128,
  vocab_size: 1000,
  max_position_embeddings: 4096,
  tie_word_embeddings: false
};
const experts = {num_experts_per_tok: 2, num_experts: 16, moe_intermediate_size: 32};
const latent = {
  q_lora_rank: 32,
  kv_lora_rank: 16,
  qk_nope_head_dim: 8,
  qk_rope_head_dim: 4,
  v_head_dim: 8,
  first_k_dense_replace: 1,
  n_shared_experts: 1,
  num_nextn_predict_layers: 1
};
const linear = {
  layer_types: ["linear_attention", "linear_attention", "linear_attention", "full_attention"],
  linear_conv_kernel_dim: 4,
  linear_key_head_dim: 8,
  linear_num_key_heads: 2,
  linear_num_value_heads: 4,
  linear_value_head_dim: 8,
  shared_expert_intermediate_size: 32
};
const as = (architecture: string, ...more: Json[]): Json =>
  Object.assign({}, llama, ...more, {architectures: [architecture]});

const literal: Record<string, Json> = {
  Llama: llama,
  Qwen3: as("Qwen3ForCausalLM"),
  Mixtral: as("MixtralForCausalLM", {num_local_experts: 8, num_experts_per_tok: 2}),
  "Qwen3 MoE": as("Qwen3MoeForCausalLM", experts),
  "gpt-oss": as("GptOssForCausalLM", {num_local_experts: 16, num_experts_per_tok: 2, sliding_window: 128}),
  "DeepSeek-V3": as("DeepseekV3ForCausalLM", experts, latent),
  "Kimi K2.5": {
    architectures: ["KimiK25ForConditionalGeneration"],
    text_config: as("DeepseekV3ForCausalLM", experts, latent)
  },
  "Qwen3.5": {architectures: ["Qwen3_5MoeForConditionalGeneration"], text_config: as("x", experts, linear)},
  Mistral: as("MistralForCausalLM", {sliding_window: 512}),
  "GLM-4.5": as("Glm4MoeForCausalLM", experts, {first_k_dense_replace: 1, n_shared_experts: 1}),
  StarCoder2: as("Starcoder2ForCausalLM")
};

const configs = join(import.meta.dirname, "../../../../shared/model-configs");
const shared = existsSync(configs)
  ? readdirSync(configs).filter((file) => file.endsWith("_config.json") && !file.includes("hf_quant"))
  : [];

/** What spoils a number, and a few fields that hold another kind. */
const spoils: unknown[] = [-1, 0, 1.5, "8", [1, 2], {}, 1e15, true];

/** Paths of the values that normalizeModel looks at, numbers and flags alone. */
function usedPaths(config: Json): string[][] {
  const used = new Map<string, string[]>();
  const watched = (value: Json, path: string[]): Json =>
    new Proxy(value, {
      get(target, key) {
        const inner = target[key as string];
        const here = [...path, String(key)];
        if (typeof inner === "number" || typeof inner === "boolean") used.set(here.join("."), here);
        return inner !== null && typeof inner === "object" && !Array.isArray(inner)
          ? watched(inner as Json, here)
          : inner;
      }
    });
  normalizeModel("m", watched(config, []));
  return [...used.values()];
}

/** The config with the value at `path` replaced, or taken away where `value` is undefined. */
function withValue(config: Json, [key, ...rest]: string[], value: unknown): Json {
  const inner = rest.length > 0 ? withValue(config[key] as Json, rest, value) : value;
  return {...config, [key]: inner};
}

/** Fields whose absence says that there is none of what they count; a config without is another, complete one. */
const absentMeansNone = [
  "num_nextn_predict_layers",
  "moe_latent_size",
  "routed_expert_hidden_size",
  "mla_use_output_gate",
  "spatial_merge_size",
  "out_hidden_size",
  "qkv_hidden_size",
  "dynamic"
];

/** Spellings that an error calls by the field's usual name. */
const usual: Record<string, string> = {
  num_experts_per_token: "num_experts_per_tok",
  num_shared_experts: "n_shared_experts",
  vt_num_hidden_layers: "depth",
  num_hidden_layers: "depth",
  vt_hidden_size: "hidden_size",
  vt_intermediate_size: "intermediate_size"
};

/** Undefined when the answer is honest, else what is wrong with it. */
function fault(config: Json, path: string[], value: unknown): string | undefined {
  const key = path.at(-1)!;
  const tried = `${path.join(".")} = ${JSON.stringify(value)}`;
  try {
    const model = normalizeModel("m", withValue(config, path, value));
    const odd = oddNumbers(model);
    if (odd.length > 0) return `${tried}: ${odd.join(", ")}`;
    // A flag may be either; another whole number may be another model; what is not used any more changes nothing.
    if (typeof value === "boolean" || value === 0) return undefined;
    const isAbsent = value === undefined || value === null;
    if (value === null && key === "q_lora_rank") return undefined;
    if (isAbsent && absentMeansNone.includes(key)) return undefined;
    // Types that a checkpoint does not state are asked of the caller when an estimate needs them.
    if (isAbsent && model.checkpoint.algo === "compressed-tensors" && model.checkpoint.gemm === undefined)
      return undefined;
    if (sameFigures(model, normalizeModel("m", config))) return undefined;
    return model.assumptions.some((sentence) => sentence.includes(key) || sentence.includes(usual[key] ?? key))
      ? undefined
      : `${tried}: taken in silence`;
  } catch (error) {
    if (!(error instanceof InputError)) return `${tried}: ${String(error)}`;
    if (typeof value === "boolean") return undefined;
    return error.message.includes(key) || error.message.includes(usual[key] ?? key)
      ? undefined
      : `${tried}: ${error.message}`;
  }
}

function sameFigures(a: ModelConfig, b: ModelConfig): boolean {
  return JSON.stringify({...a, assumptions: []}) === JSON.stringify({...b, assumptions: []});
}

function oddNumbers(value: unknown, path = "model"): string[] {
  if (typeof value === "number") return Number.isFinite(value) && value >= 0 ? [] : [`${path} is ${value}`];
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, inner]) => oddNumbers(inner, `${path}.${key}`));
}

function faults(config: Json): string[] {
  const paths = usedPaths(config);
  return paths
    .flatMap((path) => [undefined, null, ...spoils].map((value) => fault(config, path, value)))
    .filter((text) => text !== undefined);
}

describe("a config with a field missing or senseless is refused or says what it assumes", () => {
  it.each(Object.entries(literal))("%s", (_name, config) => {
    expect(usedPaths(config).length).toBeGreaterThan(7);
    expect(faults(config)).toEqual([]);
  });

  it.skipIf(shared.length === 0).each(shared)("%s", (file) => {
    expect(faults(parseConfigJson(readFileSync(join(configs, file), "utf8")) as Json)).toEqual([]);
  });

  it("names all missing fields in one error", () => {
    const bare = {architectures: ["DeepseekV3ForCausalLM"]};
    const keys = Object.keys({...llama, ...experts, ...latent});
    const optional = ["architectures", "head_dim", "num_key_value_heads", "tie_word_embeddings", "q_lora_rank"];
    const defaulted = ["qk_nope_head_dim", "first_k_dense_replace", "n_shared_experts", "num_nextn_predict_layers"];
    const needed = keys.filter((key) => ![...optional, ...defaulted].includes(key));
    for (const key of needed) expect(() => normalizeModel("m", bare)).toThrow(key);
  });

  it.each<[string, Json, RegExp]>([
    [
      "heads that KV heads do not divide",
      {num_key_value_heads: 3},
      /num_key_value_heads in m: 3; must divide num_attention_heads 8/
    ],
    ["more KV heads than heads", {num_key_value_heads: 16}, /num_key_value_heads in m: 16; must divide/],
    [
      "a head as wide as a building",
      {head_dim: 4096},
      /head_dim in m: 4096; 8 heads of it make 32768, too far from hidden_size 64/
    ],
    [
      "a hidden state that heads do not divide",
      {head_dim: undefined, hidden_size: 65},
      /num_attention_heads in m: 8; must divide hidden_size 65/
    ],
    ["a number in quotes", {hidden_size: "64"}, /hidden_size in m: "64"; must be a whole number/],
    [
      "more layers than there can be",
      {num_hidden_layers: 1e9},
      /num_hidden_layers in m: 1000000000; must be at most 10000/
    ],
    ["a flag that is none", {tie_word_embeddings: "yes"}, /tie_word_embeddings in m: "yes"; must be true or false/]
  ])("refuses %s", (_name, more, message) => {
    expect(() => normalizeModel("m", {...llama, ...more})).toThrow(InputError);
    expect(() => normalizeModel("m", {...llama, ...more})).toThrow(message);
  });

  it("refuses to choose more experts than there are", () => {
    const config = as("Qwen3MoeForCausalLM", experts, {num_experts_per_tok: 17});
    expect(() => normalizeModel("m", config)).toThrow(/num_experts_per_tok in m: 17; must be at most the 16 experts/);
  });
});

if (shared.length === 0) console.warn(`NOT RUN: 99 configs with spoilt fields, for want of ${configs}`);
