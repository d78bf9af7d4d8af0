import {fp8Block, nvfp4, nvfp4Said} from "./hf.js";
import type {Entries, HfConfig} from "./hf.js";

const mixtral8x7 = {
  architectures: ["MixtralForCausalLM"],
  num_hidden_layers: 32,
  hidden_size: 4096,
  num_attention_heads: 32,
  num_key_value_heads: 8,
  intermediate_size: 14336,
  vocab_size: 32000,
  max_position_embeddings: 32768,
  num_experts_per_tok: 2,
  num_local_experts: 8,
  tie_word_embeddings: false
};

const mixtral8x22 = {
  ...mixtral8x7,
  num_hidden_layers: 56,
  hidden_size: 6144,
  num_attention_heads: 48,
  intermediate_size: 16384,
  max_position_embeddings: 65536
};

const qwen3x235 = {
  architectures: ["Qwen3MoeForCausalLM"],
  num_hidden_layers: 94,
  hidden_size: 4096,
  num_attention_heads: 64,
  num_key_value_heads: 4,
  head_dim: 128,
  intermediate_size: 12288,
  moe_intermediate_size: 1536,
  vocab_size: 151936,
  max_position_embeddings: 40960,
  num_experts_per_tok: 8,
  num_experts: 128,
  tie_word_embeddings: false
};

const qwen3x30 = {
  ...qwen3x235,
  num_hidden_layers: 48,
  hidden_size: 2048,
  num_attention_heads: 32,
  intermediate_size: 6144,
  moe_intermediate_size: 768
};

const qwen3x480 = {
  ...qwen3x235,
  num_hidden_layers: 62,
  hidden_size: 6144,
  num_attention_heads: 96,
  num_key_value_heads: 8,
  intermediate_size: 8192,
  moe_intermediate_size: 2560,
  max_position_embeddings: 262144,
  num_experts: 160
};

const minimaxM2 = {
  architectures: ["MiniMaxM2ForCausalLM"],
  num_hidden_layers: 62,
  hidden_size: 3072,
  num_attention_heads: 48,
  num_key_value_heads: 8,
  head_dim: 128,
  intermediate_size: 1536,
  vocab_size: 200064,
  max_position_embeddings: 196608,
  num_experts_per_tok: 8,
  num_local_experts: 256,
  tie_word_embeddings: false
};

function gptOss(layers: number, experts: number): HfConfig {
  return {
    architectures: ["GptOssForCausalLM"],
    num_hidden_layers: layers,
    hidden_size: 2880,
    num_attention_heads: 64,
    num_key_value_heads: 8,
    head_dim: 64,
    intermediate_size: 2880,
    vocab_size: 201088,
    max_position_embeddings: 131072,
    num_experts_per_tok: 4,
    num_local_experts: experts,
    sliding_window: 128,
    tie_word_embeddings: false,
    quantization_config: {quant_method: "mxfp4"}
  };
}

/** Mixture-of-experts models with grouped-query attention. Source: their published config.json. */
export const moe: Entries = {
  "mistralai/Mixtral-8x7B-v0.1": mixtral8x7,
  "mistralai/Mixtral-8x7B-Instruct-v0.1": mixtral8x7,
  "mistralai/Mixtral-8x22B-v0.1": mixtral8x22,
  "Qwen/Qwen3-30B-A3B": qwen3x30,
  "Qwen/Qwen3-30B-A3B-FP8": {...qwen3x30, ...fp8Block},
  "Qwen/Qwen3-235B-A22B": qwen3x235,
  "Qwen/Qwen3-235B-A22B-FP8": {...qwen3x235, ...fp8Block},
  "nvidia/Qwen3-235B-A22B-NVFP4": {...qwen3x235, ...nvfp4},
  "Qwen/Qwen3-Coder-480B-A35B-Instruct": qwen3x480,
  "Qwen/Qwen3-Coder-480B-A35B-Instruct-FP8": {...qwen3x480, ...fp8Block},
  "MiniMaxAI/MiniMax-M2.5": {...minimaxM2, ...fp8Block},
  "MiniMaxAI/MiniMax-M2.7": {...minimaxM2, max_position_embeddings: 204800, ...fp8Block},
  "nvidia/MiniMax-M2.5-NVFP4": {...minimaxM2, ...nvfp4Said},
  "nvidia/MiniMax-M2.7-NVFP4": {...minimaxM2, ...nvfp4Said},
  "openai/gpt-oss-20b": gptOss(24, 32),
  "openai/gpt-oss-120b": gptOss(36, 128)
};
