/** What configs of mixed layers say, and what is said of those that do not add up: method.md §7.1. */
import {describe, expect, it} from "vitest";
import {findModel, inferQuant, normalizeModel} from "../../../engine/index.js";
import {moeBlockSizeOk} from "../../../engine/models/quant.js";

const qwen = {
  architectures: ["Qwen3_5ForConditionalGeneration"],
  tie_word_embeddings: false,
  text_config: {
    num_hidden_layers: 8,
    hidden_size: 64,
    num_attention_heads: 4,
    num_key_value_heads: 2,
    head_dim: 16,
    intermediate_size: 128,
    vocab_size: 1000,
    max_position_embeddings: 4096,
    full_attention_interval: 4,
    linear_num_key_heads: 2,
    linear_key_head_dim: 16,
    linear_num_value_heads: 4,
    linear_value_head_dim: 16,
    linear_conv_kernel_dim: 4
  }
};

const nemotron = {
  architectures: ["NemotronHForCausalLM"],
  hybrid_override_pattern: "M-M*ME",
  hidden_size: 64,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  head_dim: 16,
  intermediate_size: 128,
  vocab_size: 1000,
  max_position_embeddings: 4096,
  mamba_num_heads: 8,
  mamba_head_dim: 16,
  n_groups: 2,
  ssm_state_size: 16,
  conv_kernel: 4,
  chunk_size: 64,
  n_routed_experts: 4,
  num_experts_per_tok: 2,
  moe_intermediate_size: 32,
  moe_shared_expert_intermediate_size: 64,
  moe_latent_size: 32,
  tie_word_embeddings: false
};

const text = (more: object) => ({...qwen, text_config: {...qwen.text_config, ...more}});
const of = (config: unknown) => normalizeModel("m", config);

describe("Qwen3.5", () => {
  it("has linear attention in all layers but every n-th, or where the list says", () => {
    expect(of(qwen).gdn!.layers).toBe(6);
    const types = ["full_attention", ...Array.from({length: 7}, () => "linear_attention")];
    expect(of(text({layer_types: types})).gdn!.layers).toBe(7);
  });

  it("is refused with a list of another length, or of other words", () => {
    expect(() => of(text({layer_types: ["linear_attention"]}))).toThrow(
      /layer_types .* has 1 entries; .* each of 8 layers/
    );
    const odd = Array.from({length: 8}, () => "windowed");
    expect(() => of(text({layer_types: odd}))).toThrow(
      /layer_types .* has "windowed"; know linear_attention, full_attention/
    );
  });

  it("names everything that is missing at once", () => {
    const {linear_num_value_heads: _, linear_conv_kernel_dim: __, ...rest} = qwen.text_config;
    expect(() => of({...qwen, text_config: rest})).toThrow(
      "m: config is missing linear_num_value_heads, linear_conv_kernel_dim"
    );
  });

  it("reads its vision encoder where there is one, and names what that lacks", () => {
    expect(of(qwen).vision).toBeUndefined();
    expect(() => of({...qwen, vision_config: {depth: 2, hidden_size: 32}})).toThrow(
      /vision_config: config is missing num_heads, intermediate_size, patch_size, spatial_merge_size, out_hidden_size/
    );
  });
});

describe("Nemotron-H", () => {
  it("counts blocks of each letter, or of each word", () => {
    const counts = {mamba: 3, attention: 1, moe: 1, mlp: 1};
    expect(of(nemotron)).toMatchObject({layers: 6, blockCounts: counts, moeLatentSize: 32, sharedInterSize: 64});
    const {hybrid_override_pattern: _, ...rest} = nemotron;
    const words = ["mamba", "mlp", "mamba", "attention", "mamba", "moe"];
    expect(of({...rest, layers_block_type: words})).toMatchObject({layers: 6, blockCounts: counts});
    expect(() => of(rest)).toThrow(/config is missing .*layers_block_type or hybrid_override_pattern/);
  });

  it("refuses an unknown letter", () => {
    expect(() => of({...nemotron, hybrid_override_pattern: "M?"})).toThrow(/hybrid_override_pattern .* has "\?"/);
  });

  it("needs no experts where no block has them", () => {
    const {n_routed_experts: _, num_experts_per_tok: __, moe_intermediate_size: ___, ...rest} = nemotron;
    expect(of({...rest, hybrid_override_pattern: "M-M*"})).toMatchObject({experts: 0, topK: 0});
    expect(() => of(rest)).toThrow(/n_routed_experts/);
  });
});

describe("types", () => {
  it("takes NVFP4 weights alone as a weight-only type for experts, and fp8 for the rest", () => {
    const quant = inferQuant(findModel("nvidia/Qwen3.6-35B-A3B-NVFP4"), {role: "agg", backend: "trtllm"});
    expect(quant).toMatchObject({gemm: "fp8_static", moe: "int4_wo", kvCache: "fp8", fmha: "fp8"});
  });

  it("holds MiMo-V2's experts to whole fp8 blocks", () => {
    const model = findModel("XiaomiMiMo/MiMo-V2-Flash");
    expect(moeBlockSizeOk(model, {moe: "fp8_block"}, 16)).toBe(true); // 2048 / 16 = 128
    expect(moeBlockSizeOk(model, {moe: "fp8_block"}, 32)).toBe(false);
  });
});
