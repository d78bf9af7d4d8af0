/** Architectures without an op list of their own: which family they get, what is said of it, and which are refused. */
import {describe, expect, it} from "vitest";
import {InputError} from "../../../engine/errors.js";
import {normalizeModel} from "../../../engine/models/config.js";
import {modelSummary} from "../../../engine/models/summary.js";
import type {Family} from "../../../engine/models/types.js";

type Config = Record<string, unknown>;

/** layers, hidden, heads, KV heads, inter, vocabulary, context: as most Hugging Face configs name them. */
function dense(architecture: string, sizes: number[], more: Config = {}): Config {
  const [num_hidden_layers, hidden_size, num_attention_heads, num_key_value_heads, intermediate_size] = sizes;
  const [, , , , , vocab_size, max_position_embeddings] = sizes;
  return {
    architectures: [architecture],
    num_hidden_layers,
    hidden_size,
    num_attention_heads,
    num_key_value_heads,
    intermediate_size,
    vocab_size,
    max_position_embeddings,
    tie_word_embeddings: false,
    hidden_act: "silu",
    ...more
  };
}

const mistral = [32, 4096, 32, 8, 14336, 32768, 32768];
const qwen25vl = dense("Qwen2_5_VLForConditionalGeneration", [28, 3584, 28, 4, 18944, 152064, 128000], {
  vision_config: {depth: 32, hidden_size: 1280}
});
const glm45air = dense("Glm4MoeForCausalLM", [46, 4096, 96, 8, 10944, 151552, 131072], {
  head_dim: 128,
  first_k_dense_replace: 1,
  moe_intermediate_size: 1408,
  n_routed_experts: 128,
  n_shared_experts: 1,
  num_experts_per_tok: 8
});
const dbrx: Config = {
  architectures: ["DbrxForCausalLM"],
  d_model: 6144,
  n_layers: 40,
  n_heads: 48,
  max_seq_len: 32768,
  vocab_size: 100352,
  attn_config: {kv_n_heads: 8, clip_qkv: 8},
  ffn_config: {ffn_hidden_size: 10752, moe_num_experts: 16, moe_top_k: 4},
  tie_word_embeddings: false
};
const gpt2xl: Config = {
  architectures: ["GPT2LMHeadModel"],
  n_layer: 48,
  n_embd: 1600,
  n_head: 25,
  n_inner: null,
  n_positions: 1024,
  vocab_size: 50257,
  activation_function: "gelu_new",
  tie_word_embeddings: true
};
const gptNeoX = dense("GPTNeoXForCausalLM", [44, 6144, 64, 64, 24576, 50432, 2048], {hidden_act: "gelu_fast"});
const starcoder2 = dense("Starcoder2ForCausalLM", [40, 6144, 48, 4, 24576, 49152, 16384], {
  hidden_act: "gelu_pytorch_tanh",
  sliding_window: 4096
});
const gemma2 = dense("Gemma2ForCausalLM", [42, 3584, 16, 8, 14336, 256000, 8192], {
  model_type: "gemma2",
  head_dim: 256,
  hidden_act: "gelu_pytorch_tanh",
  sliding_window: 4096,
  tie_word_embeddings: true
});
const gemma3: Config = {
  architectures: ["Gemma3ForConditionalGeneration"],
  vision_config: {hidden_size: 1152},
  text_config: {
    ...dense("", [62, 5376, 32, 16, 21504, 262208, 131072], {head_dim: 128, sliding_window: 1024}),
    architectures: undefined,
    sliding_window_pattern: 6,
    tie_word_embeddings: true
  }
};
const hunyuan = dense("HunYuanMoEV1ForCausalLM", [32, 4096, 32, 8, 3072, 128167, 32768], {
  head_dim: 128,
  num_experts: 64,
  moe_topk: Array(32).fill(8),
  moe_intermediate_size: Array(32).fill(3072),
  num_shared_expert: Array(32).fill(1)
});
const ernieMoe = dense("Ernie4_5_MoeForCausalLM", [28, 2560, 20, 4, 12288, 103424, 131072], {
  moe_num_experts: 64,
  moe_k: 6,
  moe_intermediate_size: 1536,
  moe_num_shared_experts: 2,
  moe_layer_start_index: 1,
  moe_layer_interval: 1,
  tie_word_embeddings: true
});
const deepseekV2 = dense("DeepseekV2ForCausalLM", [60, 5120, 128, 128, 12288, 102400, 163840], {
  moe_intermediate_size: 1536,
  n_routed_experts: 160,
  n_shared_experts: 2,
  num_experts_per_tok: 6,
  first_k_dense_replace: 1,
  q_lora_rank: 1536,
  kv_lora_rank: 512,
  qk_nope_head_dim: 128,
  qk_rope_head_dim: 64,
  v_head_dim: 128
});
const qwen3Next = dense("Qwen3NextForCausalLM", [48, 2048, 16, 2, 5120, 151936, 262144], {
  head_dim: 256,
  full_attention_interval: 4,
  linear_conv_kernel_dim: 4,
  linear_key_head_dim: 128,
  linear_num_key_heads: 16,
  linear_num_value_heads: 32,
  linear_value_head_dim: 128,
  moe_intermediate_size: 512,
  num_experts: 512,
  num_experts_per_tok: 10,
  shared_expert_intermediate_size: 512,
  attn_output_gate: true
});
const internVl: Config = {
  architectures: ["InternVLChatModel"],
  vision_config: {hidden_size: 1024},
  llm_config: dense("Qwen2ForCausalLM", [28, 3584, 28, 4, 18944, 151674, 32768])
};

/** Family, published parameters in 1e9 (from the models' cards), and words that the assumptions must contain. */
const cases: [string, Config, Family, number, string[]][] = [
  ["Mistral 7B v0.3", dense("MistralForCausalLM", mistral), "LLAMA", 7.25, ["MistralForCausalLM"]],
  [
    "Mistral 7B v0.1",
    dense("MistralForCausalLM", [...mistral.slice(0, 5), 32000, 32768], {sliding_window: 4096}),
    "LLAMA",
    7.24,
    ["sliding_window 4096", "32 of 32"]
  ],
  [
    "Phi-4",
    dense("Phi3ForCausalLM", [40, 5120, 40, 10, 17920, 100352, 16384], {sliding_window: null}),
    "LLAMA",
    14.7,
    ["hidden_act silu"]
  ],
  [
    "Phi-2",
    dense("PhiForCausalLM", [32, 2560, 32, 32, 10240, 51200, 2048], {hidden_act: "gelu_new"}),
    "GPT",
    2.78,
    ["PhiForCausalLM", "head_dim 80"]
  ],
  ["Qwen2.5-VL 7B", qwen25vl, "LLAMA", 7.62, ["vision_config ignored"]],
  ["InternVL3 8B", internVl, "LLAMA", 7.61, ["vision_config ignored", "Qwen2ForCausalLM"]],
  ["Gemma 2 9B", gemma2, "LLAMA", 9.24, ["sliding_window 4096", "21 of 42"]],
  ["Gemma 3 27B", gemma3, "LLAMA", 27, ["vision_config ignored", "52 of 62"]],
  ["OLMo 2 13B", dense("Olmo2ForCausalLM", [40, 5120, 40, 40, 13824, 100352, 4096]), "LLAMA", 13.7, ["Olmo2"]],
  [
    "Granite 3.3 8B",
    dense("GraniteForCausalLM", [40, 4096, 32, 8, 12800, 49159, 131072], {tie_word_embeddings: true}),
    "LLAMA",
    8.17,
    ["Granite"]
  ],
  [
    "Granite 3.1 3B MoE",
    dense("GraniteMoeForCausalLM", [32, 1536, 24, 8, 512, 49155, 131072], {
      num_local_experts: 40,
      num_experts_per_tok: 8,
      tie_word_embeddings: true
    }),
    "MOE",
    3.3,
    ["GraniteMoe"]
  ],
  [
    "GLM-4 9B",
    dense("Glm4ForCausalLM", [40, 4096, 32, 2, 13696, 151552, 32768], {head_dim: 128}),
    "LLAMA",
    9.4,
    ["Glm4"]
  ],
  ["GLM-4.5 Air", glm45air, "MOE", 106, ["shared experts, 1408 wide", "1 of 46 layers"]],
  [
    "ChatGLM3 6B",
    {
      architectures: ["ChatGLMModel"],
      num_layers: 28,
      hidden_size: 4096,
      num_attention_heads: 32,
      multi_query_group_num: 2,
      kv_channels: 128,
      ffn_hidden_size: 13696,
      padded_vocab_size: 65024,
      seq_length: 8192,
      tie_word_embeddings: false
    },
    "LLAMA",
    6.24,
    ["hidden_act is not stated"]
  ],
  [
    "Cohere Command R7B",
    dense("Cohere2ForCausalLM", [32, 4096, 32, 8, 14336, 256000, 8192], {
      sliding_window: 4096,
      sliding_window_pattern: 4,
      tie_word_embeddings: true
    }),
    "LLAMA",
    8.03,
    ["24 of 32"]
  ],
  [
    "Seed-OSS 36B",
    dense("SeedOssForCausalLM", [64, 5120, 80, 8, 27648, 155136, 524288], {head_dim: 128}),
    "LLAMA",
    36.2,
    ["SeedOss"]
  ],
  [
    "EXAONE 4 32B",
    dense("Exaone4ForCausalLM", [64, 5120, 40, 8, 27392, 102400, 131072], {
      sliding_window: 4096,
      sliding_window_pattern: "LLLG"
    }),
    "LLAMA",
    32,
    ["48 of 64"]
  ],
  [
    "InternLM3 8B",
    dense("InternLM3ForCausalLM", [48, 4096, 32, 2, 10240, 128512, 32768], {head_dim: 128}),
    "LLAMA",
    8.8,
    ["InternLM3"]
  ],
  ["dbrx", dbrx, "MOE", 132, ["DbrxForCausalLM"]],
  ["Hunyuan A13B", hunyuan, "MOE", 80, ["shared experts, 3072 wide"]],
  ["ERNIE 4.5 21B A3B", ernieMoe, "MOE", 21.8, ["shared experts, 3072 wide", "1 of 28 layers"]],
  ["DeepSeek-V2", deepseekV2, "DEEPSEEK", 236, ["shared experts are 3072 wide", "1 of 60 layers"]],
  ["Qwen3-Next 80B A3B", qwen3Next, "QWEN35", 80, ["Qwen3NextForCausalLM is estimated as"]],
  ["GPT-2 XL", gpt2xl, "GPT", 1.56, ["intermediate_size is not stated", "head_dim 64", "num_key_value_heads"]],
  ["GPT-NeoX 20B", gptNeoX, "GPT", 20.6, ["head_dim 96"]],
  ["StarCoder2 15B", starcoder2, "GPT", 16, ["Starcoder2", "40 of 40"]],
  [
    "Falcon 7B",
    {
      architectures: ["FalconForCausalLM"],
      num_hidden_layers: 32,
      hidden_size: 4544,
      num_attention_heads: 71,
      multi_query: true,
      new_decoder_architecture: false,
      vocab_size: 65024,
      tie_word_embeddings: true
    },
    "GPT",
    6.92,
    ["intermediate_size is not stated", "max_position_embeddings is not stated"]
  ]
];

describe("an architecture without op list", () => {
  it.each(cases)("%s", (_name, config, family, billions, words) => {
    const model = normalizeModel("m", config);
    expect(model.family).toBe(family);
    expect(Math.abs(modelSummary(model).parameters / 1e9 / billions - 1)).toBeLessThan(0.03);
    expect(model.assumptions.length).toBeGreaterThan(0);
    for (const word of words) expect(model.assumptions.join("\n")).toContain(word);
  });

  it("is read by other spellings, one query head per KV head unless it says multi_query", () => {
    const model = normalizeModel("m", dbrx);
    expect(model).toMatchObject({layers: 40, hiddenSize: 6144, heads: 48, kvHeads: 8, experts: 16, topK: 4});
    expect(normalizeModel("m", gpt2xl)).toMatchObject({kvHeads: 25, interSize: 6400});
    expect(normalizeModel("m", {...gptNeoX, num_key_value_heads: null, multi_query: true}).kvHeads).toBe(1);
  });

  it("with linear beside latent attention, under a name that is new, is latent throughout", () => {
    const model = normalizeModel("m", {
      ...deepseekV2,
      architectures: ["NewLatentForCausalLM"],
      linear_attn_config: {full_attn_layers: [4, 8], num_heads: 128, head_dim: 128},
      routed_expert_hidden_size: 2560
    });
    expect(model.family).toBe("DEEPSEEK");
    expect(model.assumptions.join("\n")).toContain("58 of 60 layers have linear attention");
    expect(model.assumptions.join("\n")).toContain(
      "routed_expert_hidden_size 2560: experts are estimated on the whole"
    );
  });

  it("that states no experts for one is dense", () => {
    const config = dense("HunYuanDenseV1ForCausalLM", mistral, {num_experts: 1});
    expect(normalizeModel("m", config).family).toBe("LLAMA");
  });

  it("says how large the shared experts are that its family leaves out", () => {
    // 45 layers × 3 × 4096 × 1408 = 0.779 B
    expect(normalizeModel("m", glm45air).assumptions.join("\n")).toContain("0.78 B parameters");
  });
});

describe("refuses", () => {
  const t5 = {architectures: ["T5ForConditionalGeneration"], is_encoder_decoder: true, d_model: 512};
  it.each<[string, Config, RegExp]>([
    ["an encoder-decoder by name", t5, /T5ForConditionalGeneration cannot be estimated: an encoder-decoder/],
    [
      "an encoder-decoder by its config",
      dense("OddForConditionalGeneration", mistral, {is_encoder_decoder: true}),
      /is_encoder_decoder is true/
    ],
    ["an audio model", {architectures: ["WhisperForConditionalGeneration"]}, /an audio model/],
    ["an encoder", dense("BertForMaskedLM", mistral), /does not generate text/],
    ["an embedding model", dense("Qwen3Model", mistral), /embedding model/],
    ["a classifier", dense("LlamaForSequenceClassification", mistral), /a classifier/],
    ["a diffusion model", dense("LLaDAModelLM", mistral), /does not decode token by token/],
    ["a state-space model", dense("MambaForCausalLM", mistral), /state-space/],
    [
      "mamba layers by their fields",
      dense("OddForCausalLM", mistral, {mamba_d_state: 128}),
      /mamba_d_state means state-space/
    ],
    [
      "linear attention by its layers",
      dense("OddForCausalLM", mistral, {layer_types: ["full_attention", "linear_attention"]}),
      /layer_types "linear_attention"/
    ],
    [
      "latent attention without experts",
      dense("MiniCPM3ForCausalLM", mistral, {kv_lora_rank: 256}),
      /n_routed_experts/
    ],
    [
      "a config that says nothing",
      {architectures: ["OddForCausalLM"]},
      /missing hidden_size, num_attention_heads, num_hidden_layers, intermediate_size, vocab_size/
    ],
    ["no architecture at all", {hidden_size: 4}, /has no architectures/],
    ["experts that differ by layer", {...hunyuan, moe_topk: [8, 4]}, /invalid moe_topk in m: \[8,4\]/]
  ])("%s", (_name, config, message) => {
    expect(() => normalizeModel("m", config)).toThrow(InputError);
    expect(() => normalizeModel("m", config)).toThrow(message);
  });
});
