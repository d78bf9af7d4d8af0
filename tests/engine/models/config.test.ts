import {describe, expect, it} from "vitest";
import {InputError} from "../../../engine/errors.js";
import {normalizeModel, parseConfigJson} from "../../../engine/models/config.js";

const llama = {
  architectures: ["LlamaForCausalLM"],
  num_hidden_layers: 2,
  hidden_size: 64,
  num_attention_heads: 8,
  num_key_value_heads: 2,
  intermediate_size: 128,
  vocab_size: 1000,
  max_position_embeddings: 4096,
  tie_word_embeddings: false
};
const moe = {...llama, architectures: ["Qwen3MoeForCausalLM"], num_experts_per_tok: 2, num_experts: 16};
const deepseek = {
  ...llama,
  architectures: ["DeepseekV3ForCausalLM"],
  num_experts_per_tok: 8,
  n_routed_experts: 256,
  moe_intermediate_size: 32,
  kv_lora_rank: 512,
  qk_rope_head_dim: 64,
  v_head_dim: 128
};
const quantized = (quantization_config: unknown) => normalizeModel("m", {...llama, quantization_config}).checkpoint;

describe("parseConfigJson", () => {
  it("reads Infinity and NaN as null, but not inside text", () => {
    expect(parseConfigJson('{"a": Infinity, "b": [-Infinity, NaN], "c": "to Infinity \\" NaN"}')).toEqual({
      a: null,
      b: [null, null],
      c: 'to Infinity " NaN'
    });
  });

  it("says when it is not JSON", () => {
    expect(() => parseConfigJson("<html>")).toThrow(InputError);
  });
});

describe("normalizeModel", () => {
  it("reads a dense model", () => {
    expect(normalizeModel("me/tiny", llama)).toEqual({
      id: "me/tiny",
      architecture: "LlamaForCausalLM",
      family: "LLAMA",
      layers: 2,
      hiddenSize: 64,
      heads: 8,
      kvHeads: 2,
      headDim: 8,
      interSize: 128,
      vocabSize: 1000,
      contextTokens: 4096,
      topK: 0,
      experts: 0,
      moeInterSize: 0,
      qkNorm: false,
      windowTokens: 0,
      checkpoint: {algo: null, kvCacheAlgo: null},
      assumptions: [],
      parameters: [
        {name: "embedding", formula: "1000 × 64", parameters: 64_000, activeParameters: 0},
        {
          name: "attention",
          formula: "2 layers × (64 × (64 + 32 + 64))",
          parameters: 2 * 64 * 160,
          activeParameters: 2 * 64 * 160
        },
        {
          name: "dense FFN",
          formula: "2 layers × (3 × 64 × 128)",
          parameters: 2 * 3 * 64 * 128,
          activeParameters: 2 * 3 * 64 * 128
        },
        {name: "LM head", formula: "64 × 1000", parameters: 64_000, activeParameters: 64_000}
      ]
    });
  });

  it("takes head_dim over hidden size / heads", () => {
    expect(normalizeModel("m", {...llama, head_dim: 128}).headDim).toBe(128);
    expect(normalizeModel("m", {...llama, attention_head_dim: 96}).headDim).toBe(96);
  });

  it("reads no num_key_value_heads as one KV head per head", () => {
    expect(normalizeModel("m", {...llama, num_key_value_heads: undefined}).kvHeads).toBe(8);
  });

  it("reads experts by any of their names", () => {
    expect(normalizeModel("m", moe)).toMatchObject({
      family: "MOE",
      topK: 2,
      experts: 16,
      moeInterSize: 128,
      qkNorm: true
    });
    const deep = normalizeModel("m", deepseek);
    expect(deep).toMatchObject({family: "DEEPSEEK", experts: 256, moeInterSize: 32, kvLoraRank: 512, vHeadDim: 128});
    expect(deep.nextnLayers).toBeUndefined();
  });

  it("reads the window of gpt-oss and ignores that of others", () => {
    const window = {...moe, sliding_window: 128};
    expect(normalizeModel("m", {...window, architectures: ["GptOssForCausalLM"]}).windowTokens).toBe(128);
    expect(normalizeModel("m", window).windowTokens).toBe(0);
  });

  it("reads the text part of a multimodal model and hoists its quantisation", () => {
    const text_config = {...deepseek, architectures: ["Ignored"], quantization_config: {quant_method: "fp8"}};
    const model = normalizeModel("m", {architectures: ["KimiK25ForConditionalGeneration"], text_config});
    expect(model).toMatchObject({family: "KIMIK25", layers: 2, checkpoint: {algo: "fp8"}});
  });

  it("counts equal neighbouring Nemotron-NAS blocks together", () => {
    const block = (heads: number | null, mult: number | null) => ({
      attention: heads ? {n_heads_in_group: heads, no_op: false} : {no_op: true},
      ffn: mult === null ? {no_op: true} : {ffn_mult: mult}
    });
    const model = normalizeModel("m", {
      ...llama,
      architectures: ["DeciLMForCausalLM"],
      num_key_value_heads: null,
      intermediate_size: null,
      block_configs: [
        block(8, 5.25),
        block(8, 5.25),
        block(null, 1),
        block(8, null),
        {attention: {no_op: true}, ffn: {}}
      ]
    });
    expect(model).toMatchObject({family: "NEMOTRONNAS", kvHeads: 0, interSize: 0});
    expect(model.blocks).toEqual([
      {count: 2, headsPerKvHead: 8, ffnMult: 5.25},
      {count: 1, headsPerKvHead: null, ffnMult: 1},
      {count: 1, headsPerKvHead: 8, ffnMult: null},
      {count: 1, headsPerKvHead: null, ffnMult: 3.5}
    ]);
  });

  it.each([
    ["no architecture", {}, /has no architectures/],
    [
      "missing fields, all at once",
      {architectures: ["LlamaForCausalLM"], hidden_size: 64},
      /missing num_attention_heads, num_hidden_layers, intermediate_size, vocab_size, max_position_embeddings/
    ],
    ["a fraction of a layer", {...llama, num_hidden_layers: 2.5}, /invalid num_hidden_layers in m: 2\.5/],
    ["no heads", {...llama, num_attention_heads: 0}, /invalid num_attention_heads in m: 0; must be positive/],
    ["no object", [1], /config is not an object/],
    ["Nemotron-NAS without blocks", {...llama, architectures: ["DeciLMForCausalLM"]}, /missing block_configs/]
  ])("refuses %s", (_, config, message) => {
    expect(() => normalizeModel("m", config)).toThrow(InputError);
    expect(() => normalizeModel("m", config)).toThrow(message);
  });
});

describe("checkpoint quantisation", () => {
  const group = (weights: object, input_activations: object | null = null) => ({group_0: {weights, input_activations}});
  const compressed = (weights: object, ignore: string[] = []) =>
    quantized({quant_method: "compressed-tensors", config_groups: group(weights), ignore});

  it.each([
    [
      "fp8 in blocks",
      {quant_method: "fp8", activation_scheme: "dynamic", weight_block_size: [128, 128]},
      {algo: "fp8_block", dynamic: true, kvCacheAlgo: null, weightBlockSize: 128}
    ],
    [
      "static fp8",
      {quant_algo: "FP8", kv_cache_quant_algo: "FP8", activation_scheme: "static"},
      {algo: "fp8", dynamic: false, kvCacheAlgo: "fp8"}
    ],
    [
      "nvfp4 with a KV cache scheme",
      {quant_algo: "NVFP4", kv_cache_scheme: {num_bits: 8, type: "float"}},
      {algo: "nvfp4", kvCacheAlgo: "fp8"}
    ],
    [
      "mxfp4 by its long name",
      {quant_method: "w4a16_mxfp4", kv_cache_dtype: "bf16"},
      {algo: "mxfp4", kvCacheAlgo: "bfloat16"}
    ],
    [
      "activations in config_groups",
      {quant_algo: "fp8", config_groups: group({dynamic: false}, {dynamic: true})},
      {algo: "fp8", dynamic: true, kvCacheAlgo: null}
    ]
  ])("reads %s", (_, config, expected) => {
    expect(quantized(config)).toEqual(expected);
  });

  it("lets hf_quant_config.json have the last word", () => {
    const file = {quantization: {quant_algo: "NVFP4", kv_cache_quant_algo: "FP8"}};
    const model = normalizeModel("m", {...llama, quantization_config: {quant_method: "fp8"}}, file);
    expect(model.checkpoint).toEqual({algo: "nvfp4", kvCacheAlgo: "fp8"});
  });

  it("resolves compressed-tensors by bits and by what is left out", () => {
    expect(compressed({num_bits: 4, type: "int"}, ["re:.*self_attn.*"])).toMatchObject({
      gemm: "bfloat16",
      moe: "int4_wo"
    });
    expect(compressed({num_bits: 8, type: "float"}, ["lm_head"])).toMatchObject({gemm: "fp8", moe: "fp8"});
    expect(compressed({num_bits: 8, type: "float"}, ["re:.*mlp.experts.*"])).toMatchObject({
      gemm: "fp8",
      moe: "bfloat16"
    });
    expect(compressed({num_bits: 8, type: "int"})).toMatchObject({gemm: "int8_wo"});
  });

  it("resolves mixed precision by layer, shared experts with the GEMMs", () => {
    const layer = (quant_algo: string) => ({quant_algo});
    const quantized_layers = {
      "model.layers.1.self_attn.q_proj": layer("FP8"),
      "model.layers.1.mlp.experts.0.up_proj": layer("NVFP4"),
      "model.layers.1.mlp.shared_experts.up_proj": layer("FP8")
    };
    const file = {quantization: {quant_algo: "MIXED_PRECISION", quantized_layers}};
    const {checkpoint} = normalizeModel("m", llama, file);
    expect(checkpoint).toEqual({algo: "mixed_precision", kvCacheAlgo: null, gemm: "fp8_static", moe: "nvfp4"});
  });

  it("refuses a KV cache nobody can serve", () => {
    expect(() => quantized({quant_algo: "FP8", kv_cache_quant_algo: "NVFP4"})).toThrow(/KV cache quantisation: NVFP4/);
  });
});
