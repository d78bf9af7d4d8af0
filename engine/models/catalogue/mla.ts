import {fp8Block, nvfp4, nvfp4Said} from "./hf.js";
import type {Entries} from "./hf.js";

export const deepseekV3 = {
  architectures: ["DeepseekV3ForCausalLM"],
  num_hidden_layers: 61,
  hidden_size: 7168,
  num_attention_heads: 128,
  num_key_value_heads: 128,
  intermediate_size: 18432,
  moe_intermediate_size: 2048,
  vocab_size: 129280,
  max_position_embeddings: 163840,
  num_experts_per_tok: 8,
  n_routed_experts: 256,
  n_shared_experts: 1,
  first_k_dense_replace: 3,
  num_nextn_predict_layers: 1,
  q_lora_rank: 1536,
  kv_lora_rank: 512,
  qk_nope_head_dim: 128,
  qk_rope_head_dim: 64,
  v_head_dim: 128,
  tie_word_embeddings: false
};

const kimiK2 = {
  ...deepseekV3,
  num_attention_heads: 64,
  num_key_value_heads: 64,
  vocab_size: 163840,
  max_position_embeddings: 131072,
  n_routed_experts: 384,
  first_k_dense_replace: 1,
  num_nextn_predict_layers: 0
};

const kimiK25 = {
  architectures: ["KimiK25ForConditionalGeneration"],
  text_config: {...kimiK2, max_position_embeddings: 262144},
  vision_config: {vt_num_hidden_layers: 27, vt_hidden_size: 1152, vt_intermediate_size: 4304, patch_size: 14}
};

/** Routed experts in int4 groups, everything else in bfloat16, as Kimi is trained. */
const int4Experts = {
  quantization_config: {
    quant_method: "compressed-tensors",
    config_groups: {group_0: {weights: {num_bits: 4, type: "int", dynamic: false}}},
    ignore: ["lm_head", "re:.*self_attn.*", "re:.*shared_experts.*", "re:.*mlp\\.(gate|up|gate_up|down)_proj.*"]
  }
};

/** Models with multi-head latent attention. Source: their published config.json. */
export const mla: Entries = {
  "deepseek-ai/DeepSeek-V3": {...deepseekV3, ...fp8Block},
  "deepseek-ai/DeepSeek-V3-0324": {...deepseekV3, ...fp8Block},
  "deepseek-ai/DeepSeek-V3.1": {...deepseekV3, ...fp8Block},
  "deepseek-ai/DeepSeek-R1": {...deepseekV3, ...fp8Block},
  "deepseek-ai/DeepSeek-R1-0528": {...deepseekV3, ...fp8Block},
  "nvidia/DeepSeek-V3.1-NVFP4": {...deepseekV3, ...nvfp4},
  "moonshotai/Kimi-K2-Instruct": {...kimiK2, ...fp8Block},
  "moonshotai/Kimi-K2.5": {...kimiK25, ...int4Experts},
  "moonshotai/Kimi-K2.6": {...kimiK25, ...int4Experts},
  "moonshotai/Kimi-K2.7-Code": {...kimiK25, ...int4Experts},
  "nvidia/Kimi-K2.5-NVFP4": {...kimiK25, ...nvfp4Said},
  "nvidia/Kimi-K2.6-NVFP4": {...kimiK25, ...nvfp4Said},
  "nvidia/Kimi-K2.7-Code-NVFP4": {...kimiK25, ...nvfp4Said}
};
