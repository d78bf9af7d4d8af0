import {fp8Block, nvfp4, nvfp4Said} from "./hf.js";
import type {Entries, HfConfig} from "./hf.js";
import {deepseekV3} from "./mla.js";

const deepseekV32 = {
  ...deepseekV3,
  architectures: ["DeepseekV32ForCausalLM"],
  index_topk: 2048,
  index_head_dim: 128,
  index_n_heads: 64
};

const glm5 = {
  ...deepseekV32,
  architectures: ["GlmMoeDsaForCausalLM"],
  num_hidden_layers: 78,
  hidden_size: 6144,
  num_attention_heads: 64,
  num_key_value_heads: 64,
  head_dim: 64,
  intermediate_size: 12288,
  vocab_size: 154880,
  max_position_embeddings: 202752,
  q_lora_rank: 2048,
  qk_nope_head_dim: 192,
  v_head_dim: 256,
  index_n_heads: 32
};

/** NVIDIA's quantisation of GLM-5.1 states no head_dim. */
const {head_dim: _, ...glm5Unstated} = glm5;

/** Three layers in four take over another one's selection of tokens. */
const glm52 = {
  ...glm5,
  head_dim: 192,
  max_position_embeddings: 1048576,
  indexer_types: Array.from({length: 78}, (_, layer) => (layer < 3 || layer % 4 === 2 ? "full" : "shared"))
};

/** Something of the attention is left unquantised. */
const keepsAttention = (config: HfConfig, list: string) => ({
  quantization_config: {...(config.quantization_config as object), [list]: ["model.layers.0.self_attn"]}
});
const glmFp8 = keepsAttention(fp8Block, "modules_to_not_convert");
const glmNvfp4 = keepsAttention(nvfp4, "ignore");
const glmNvfp4Said = keepsAttention(nvfp4Said, "ignore");

const deepseekV4 = {
  architectures: ["DeepseekV4ForCausalLM"],
  num_key_value_heads: 1,
  head_dim: 512,
  vocab_size: 129280,
  max_position_embeddings: 1048576,
  num_experts_per_tok: 6,
  n_shared_experts: 1,
  num_nextn_predict_layers: 1,
  qk_rope_head_dim: 64,
  o_lora_rank: 1024,
  index_head_dim: 128,
  index_n_heads: 64,
  sliding_window: 128,
  tie_word_embeddings: false,
  hc_mult: 4,
  hc_sinkhorn_iters: 20
};

/** Two layers of one ratio, then 4 and 128 in turn, and 0 for the draft layer. */
const ratios = (first: number, layers: number) => [
  first,
  first,
  ...Array.from({length: layers - 2}, (_, i) => (i % 2 === 0 ? 4 : 128)),
  0
];

const v4Flash = {
  ...deepseekV4,
  num_hidden_layers: 43,
  hidden_size: 4096,
  num_attention_heads: 64,
  moe_intermediate_size: 2048,
  n_routed_experts: 256,
  q_lora_rank: 1024,
  o_groups: 8,
  index_topk: 512,
  compress_ratios: ratios(0, 43)
};

const v4Pro = {
  ...deepseekV4,
  num_hidden_layers: 61,
  hidden_size: 7168,
  num_attention_heads: 128,
  moe_intermediate_size: 3072,
  n_routed_experts: 384,
  q_lora_rank: 1536,
  o_groups: 16,
  index_topk: 1024,
  compress_ratios: ratios(128, 61)
};

/** Routed experts in FP4, the rest in FP8 blocks, as V4 is trained. */
const fp4Experts = {expert_dtype: "fp4", ...fp8Block};

/** These checkpoints do not say whether the LM head is the embedding. */
const untold = {tie_word_embeddings: undefined};

/** V4 as trained, its experts quantised again to NVFP4. */
const nvfp4Experts = {
  expert_dtype: "fp4",
  quantization_config: {
    ...fp8Block.quantization_config,
    quant_algo: "MIXED_PRECISION",
    quantized_layers: {"layers.0.ffn.experts": {quant_algo: "NVFP4"}}
  }
};

const minimaxM3 = {
  architectures: ["MiniMaxM3ForCausalLM"],
  num_hidden_layers: 60,
  hidden_size: 6144,
  num_attention_heads: 64,
  num_key_value_heads: 4,
  head_dim: 128,
  intermediate_size: 3072,
  moe_intermediate_size: 3072,
  shared_intermediate_size: 3072,
  dense_intermediate_size: 12288,
  vocab_size: 200064,
  max_position_embeddings: 1048576,
  num_experts_per_tok: 4,
  num_local_experts: 128,
  n_shared_experts: 1,
  first_k_dense_replace: 3,
  use_qk_norm: true,
  tie_word_embeddings: false,
  sparse_attention_config: {
    sparse_index_dim: 128,
    sparse_num_index_heads: 4,
    sparse_topk_blocks: 16,
    sparse_block_size: 128
  }
};

/** Delta attention in most layers, the last one and every fourth full; experts on half the hidden state. */
const kimiK3 = {
  architectures: ["KimiK3ForConditionalGeneration"],
  text_config: {
    num_hidden_layers: 93,
    hidden_size: 7168,
    num_attention_heads: 96,
    num_key_value_heads: 96,
    intermediate_size: 33792,
    moe_intermediate_size: 3072,
    vocab_size: 163840,
    max_position_embeddings: 1048576,
    num_experts_per_token: 16,
    num_experts: 896,
    num_shared_experts: 2,
    first_k_dense_replace: 1,
    routed_expert_hidden_size: 3584,
    num_nextn_predict_layers: 0,
    q_lora_rank: 1536,
    kv_lora_rank: 512,
    qk_nope_head_dim: 128,
    qk_rope_head_dim: 64,
    v_head_dim: 128,
    mla_use_output_gate: true,
    tie_word_embeddings: false,
    linear_attn_config: {
      num_heads: 96,
      head_dim: 128,
      short_conv_kernel_size: 4,
      full_attn_layers: [...Array.from({length: 23}, (_, i) => 4 * (i + 1)), 93]
    },
    quantization_config: {
      quant_method: "compressed-tensors",
      format: "mxfp4-pack-quantized",
      config_groups: {group_0: {weights: {num_bits: 4, type: "float", dynamic: false}}},
      ignore: ["re:.*self_attn.*", "re:.*shared_experts.*"]
    }
  },
  vision_config: {
    vt_num_hidden_layers: 27,
    vt_hidden_size: 1024,
    vt_intermediate_size: 4096,
    qkv_hidden_size: 1536,
    patch_size: 14
  }
};

/** Models that attend to a part of their tokens. Source: their published config.json. */
export const sparse: Entries = {
  "deepseek-ai/DeepSeek-V3.2": {...deepseekV32, ...fp8Block},
  "nvidia/DeepSeek-V3.2-NVFP4": {...deepseekV32, ...glmNvfp4},
  "zai-org/GLM-5": glm5,
  "zai-org/GLM-5-FP8": {...glm5, ...glmFp8},
  "nvidia/GLM-5-NVFP4": {...glm5, ...glmNvfp4},
  "zai-org/GLM-5.1": glm5,
  "zai-org/GLM-5.1-FP8": {...glm5, ...glmFp8},
  "nvidia/GLM-5.1-NVFP4": {...glm5Unstated, ...glmNvfp4Said},
  "zai-org/GLM-5.2": glm52,
  "zai-org/GLM-5.2-FP8": {...glm52, ...glmFp8},
  "nvidia/GLM-5.2-NVFP4": {...glm52, ...glmNvfp4Said},
  "deepseek-ai/DeepSeek-V4-Flash": {...v4Flash, ...fp4Experts},
  "sgl-project/DeepSeek-V4-Flash-FP8": {...v4Flash, ...fp8Block, ...untold},
  "nvidia/DeepSeek-V4-Flash-NVFP4": {...v4Flash, ...nvfp4Experts},
  "deepseek-ai/DeepSeek-V4-Pro": {...v4Pro, ...fp4Experts},
  "sgl-project/DeepSeek-V4-Pro-FP8": {...v4Pro, ...fp8Block, ...untold},
  "nvidia/DeepSeek-V4-Pro-NVFP4": {...v4Pro, ...nvfp4Experts},
  "MiniMaxAI/MiniMax-M3": minimaxM3,
  "moonshotai/Kimi-K3": kimiK3
};
