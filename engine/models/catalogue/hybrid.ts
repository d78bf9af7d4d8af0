import {fp8Block, fp8Static, nvfp4, nvfp4Said} from "./hf.js";
import type {Entries, HfConfig} from "./hf.js";

/** One word per layer: `usual`, but `other` in every n-th. */
function everyNth<T>(layers: number, n: number, other: T, usual: T): T[] {
  return Array.from({length: layers}, (_, i) => ((i + 1) % n === 0 ? other : usual));
}

/** The vision encoder of Qwen3.5, and of the larger Qwen3-VL. */
const qwenVision = {
  depth: 27,
  hidden_size: 1152,
  intermediate_size: 4304,
  num_heads: 16,
  in_channels: 3,
  patch_size: 16,
  temporal_patch_size: 2,
  spatial_merge_size: 2,
  num_position_embeddings: 2304
};

const qwen35 = {
  head_dim: 256,
  attn_output_gate: true,
  linear_conv_kernel_dim: 4,
  linear_key_head_dim: 128,
  linear_num_key_heads: 16,
  linear_value_head_dim: 128,
  max_position_embeddings: 262144,
  mtp_num_hidden_layers: 1,
  vocab_size: 248320
};

function qwen35Model(layers: number, hidden: number, text: HfConfig): HfConfig {
  const moe = "num_experts" in text;
  return {
    architectures: [moe ? "Qwen3_5MoeForConditionalGeneration" : "Qwen3_5ForConditionalGeneration"],
    tie_word_embeddings: false,
    text_config: {
      ...qwen35,
      num_hidden_layers: layers,
      hidden_size: hidden,
      layer_types: everyNth(layers, 4, "full_attention", "linear_attention"),
      ...text
    },
    vision_config: {...qwenVision, out_hidden_size: hidden, deepstack_visual_indexes: []}
  };
}

const qwen35x27 = qwen35Model(64, 5120, {
  intermediate_size: 17408,
  num_attention_heads: 24,
  num_key_value_heads: 4,
  linear_num_value_heads: 48
});

const qwen35x35 = qwen35Model(40, 2048, {
  moe_intermediate_size: 512,
  shared_expert_intermediate_size: 512,
  num_attention_heads: 16,
  num_key_value_heads: 2,
  linear_num_value_heads: 32,
  num_experts: 256,
  num_experts_per_tok: 8
});

const qwen35x122 = qwen35Model(48, 3072, {
  moe_intermediate_size: 1024,
  shared_expert_intermediate_size: 1024,
  num_attention_heads: 32,
  num_key_value_heads: 2,
  linear_num_value_heads: 64,
  num_experts: 256,
  num_experts_per_tok: 8
});

const qwen35x397 = qwen35Model(60, 4096, {
  moe_intermediate_size: 1024,
  shared_expert_intermediate_size: 1024,
  num_attention_heads: 32,
  num_key_value_heads: 2,
  linear_num_value_heads: 64,
  num_experts: 512,
  num_experts_per_tok: 10
});

/** FP8 attention, and weights alone in NVFP4 for the FFN, as NVIDIA's Qwen3.6 checkpoints list layer by layer. */
const fp8AndNvfp4Weights = (ffn: "gate_proj" | "experts") => ({
  quantization_config: {
    quant_algo: "MIXED_PRECISION",
    kv_cache_quant_algo: "FP8",
    config_groups: {group_0: {input_activations: {dynamic: false}}},
    quantized_layers: {
      "layers.0.self_attn.q_proj": {quant_algo: "FP8"},
      [`layers.0.mlp.${ffn}`]: {quant_algo: "W4A16_NVFP4"}
    }
  }
});

/** NVFP4 but for attention, said as in nvfp4Said. */
const nvfp4Ffn = {quantization_config: {...nvfp4Said.quantization_config, ignore: ["layers.0.self_attn*"]}};

function qwen3Vl(layers: number, hidden: number, text: HfConfig, vision: HfConfig = {}): HfConfig {
  return {
    architectures: ["num_experts" in text ? "Qwen3VLMoeForConditionalGeneration" : "Qwen3VLForConditionalGeneration"],
    tie_word_embeddings: false,
    text_config: {
      num_hidden_layers: layers,
      hidden_size: hidden,
      head_dim: 128,
      vocab_size: 151936,
      max_position_embeddings: 262144,
      ...text
    },
    vision_config: {...qwenVision, out_hidden_size: hidden, deepstack_visual_indexes: [8, 16, 24], ...vision}
  };
}

/** The vision encoder of the smaller Qwen3-VL. */
const smallVision = {depth: 24, hidden_size: 1024, intermediate_size: 4096, deepstack_visual_indexes: [5, 11, 17]};

const qwen3Vl2 = {
  ...qwen3Vl(28, 2048, {intermediate_size: 6144, num_attention_heads: 16, num_key_value_heads: 8}, smallVision),
  tie_word_embeddings: true
};

const qwen3Vl4 = {
  ...qwen3Vl(36, 2560, {intermediate_size: 9728, num_attention_heads: 32, num_key_value_heads: 8}, smallVision),
  tie_word_embeddings: true
};

const qwen3Vl8 = qwen3Vl(36, 4096, {intermediate_size: 12288, num_attention_heads: 32, num_key_value_heads: 8});

const qwen3Vl32 = qwen3Vl(64, 5120, {intermediate_size: 25600, num_attention_heads: 64, num_key_value_heads: 8});

const qwen3Vl30 = qwen3Vl(48, 2048, {
  intermediate_size: 6144,
  moe_intermediate_size: 768,
  num_attention_heads: 32,
  num_key_value_heads: 4,
  num_experts: 128,
  num_experts_per_tok: 8
});

const qwen3Vl235 = qwen3Vl(94, 4096, {
  intermediate_size: 12288,
  moe_intermediate_size: 1536,
  num_attention_heads: 64,
  num_key_value_heads: 4,
  num_experts: 128,
  num_experts_per_tok: 8
});

/** M: Mamba-2, *: attention, E: experts, -: FFN. */
function nemotronH(pattern: string, more: HfConfig): HfConfig {
  return {
    architectures: ["NemotronHForCausalLM"],
    hybrid_override_pattern: pattern,
    num_hidden_layers: pattern.length,
    head_dim: 128,
    vocab_size: 131072,
    max_position_embeddings: 262144,
    mamba_head_dim: 64,
    n_groups: 8,
    ssm_state_size: 128,
    conv_kernel: 4,
    chunk_size: 128,
    tie_word_embeddings: false,
    ...more
  };
}

const nemotron3Nano = nemotronH("MEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEMEM*EMEMEMEME", {
  hidden_size: 2688,
  num_attention_heads: 32,
  num_key_value_heads: 2,
  mamba_num_heads: 64,
  n_routed_experts: 128,
  num_experts_per_tok: 6,
  moe_intermediate_size: 1856,
  n_shared_experts: 1,
  moe_shared_expert_intermediate_size: 3712
});

const nemotron3Super = nemotronH(
  "MEMEMEM*EMEMEMEM*EMEMEMEM*EMEMEMEMEM*EMEMEMEMEM*EMEMEMEMEM*EMEMEMEMEM*EMEMEMEM*EMEMEMEME",
  {
    hidden_size: 4096,
    num_attention_heads: 32,
    num_key_value_heads: 2,
    mamba_num_heads: 128,
    n_routed_experts: 512,
    num_experts_per_tok: 22,
    moe_intermediate_size: 2688,
    moe_latent_size: 1024,
    n_shared_experts: 1,
    moe_shared_expert_intermediate_size: 5376,
    num_nextn_predict_layers: 1
  }
);

const nemotron3Ultra = nemotronH(
  "MEMEMEM*EMEMEM*EMEMEMEM*EMEMEMEM*EMEMEM*EMEMEMEM*EMEMEMEM*EMEMEM*EMEMEMEM*EMEMEMEM*EMEMEM*EMEMEMEM*EMEMEMEME",
  {
    hidden_size: 8192,
    num_attention_heads: 64,
    num_key_value_heads: 2,
    mamba_num_heads: 256,
    n_routed_experts: 512,
    num_experts_per_tok: 22,
    moe_intermediate_size: 5120,
    moe_latent_size: 2048,
    n_shared_experts: 1,
    moe_shared_expert_intermediate_size: 10240,
    num_nextn_predict_layers: 1
  }
);

const nemotronH56 = nemotronH(
  "M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M-",
  {
    hidden_size: 8192,
    intermediate_size: 32768,
    num_attention_heads: 64,
    num_key_value_heads: 8,
    mamba_num_heads: 256,
    ssm_state_size: 256,
    max_position_embeddings: 8192
  }
);

function gemma4(layers: number, hidden: number, text: HfConfig): HfConfig {
  return {
    architectures: ["Gemma4ForConditionalGeneration"],
    tie_word_embeddings: true,
    text_config: {
      num_hidden_layers: layers,
      hidden_size: hidden,
      head_dim: 256,
      global_head_dim: 512,
      attention_k_eq_v: true,
      sliding_window: 1024,
      layer_types: everyNth(layers, 6, "full_attention", "sliding_attention"),
      hidden_size_per_layer_input: 0,
      num_kv_shared_layers: 0,
      vocab_size: 262144,
      max_position_embeddings: 262144,
      ...text
    },
    vision_config: {
      model_type: "gemma4_vision",
      num_hidden_layers: 27,
      hidden_size: 1152,
      intermediate_size: 4304,
      num_attention_heads: 16,
      num_key_value_heads: 16,
      head_dim: 72,
      patch_size: 16,
      position_embedding_size: 10240
    }
  };
}

const gemma4x26 = gemma4(30, 2816, {
  intermediate_size: 2112,
  enable_moe_block: true,
  moe_intermediate_size: 704,
  num_experts: 128,
  top_k_experts: 8,
  num_attention_heads: 16,
  num_key_value_heads: 8,
  num_global_key_value_heads: 2
});

const gemma4x31 = gemma4(60, 5376, {
  intermediate_size: 21504,
  enable_moe_block: false,
  num_attention_heads: 32,
  num_key_value_heads: 16,
  num_global_key_value_heads: 4
});

function llama4(experts: number, interleave: number, contextTokens: number): HfConfig {
  return {
    architectures: ["Llama4ForConditionalGeneration"],
    text_config: {
      num_hidden_layers: 48,
      hidden_size: 5120,
      num_attention_heads: 40,
      num_key_value_heads: 8,
      head_dim: 128,
      intermediate_size: 8192,
      intermediate_size_mlp: 16384,
      attention_chunk_size: 8192,
      interleave_moe_layer_step: interleave,
      num_local_experts: experts,
      num_experts_per_tok: 1,
      vocab_size: 202048,
      max_position_embeddings: contextTokens
    }
  };
}

const mimoV2Flash = {
  architectures: ["MiMoV2FlashForCausalLM"],
  num_hidden_layers: 48,
  hidden_size: 4096,
  num_attention_heads: 64,
  num_key_value_heads: 4,
  head_dim: 192,
  v_head_dim: 128,
  swa_num_attention_heads: 64,
  swa_num_key_value_heads: 8,
  swa_head_dim: 192,
  swa_v_head_dim: 128,
  sliding_window: 128,
  hybrid_layer_pattern: [0, ...everyNth(48, 6, 0, 1).slice(1)],
  moe_layer_freq: [0, ...Array.from({length: 47}, () => 1)],
  intermediate_size: 16384,
  moe_intermediate_size: 2048,
  n_routed_experts: 256,
  num_experts_per_tok: 8,
  vocab_size: 152576,
  max_position_embeddings: 262144,
  tie_word_embeddings: false
};

/** Models that mix kinds of layers, and those that read images. Source: their published config.json. */
export const hybrid: Entries = {
  "Qwen/Qwen3.5-27B": qwen35x27,
  "Qwen/Qwen3.5-35B-A3B": qwen35x35,
  "Qwen/Qwen3.5-122B-A10B": qwen35x122,
  "Qwen/Qwen3.5-397B-A17B": qwen35x397,
  "nvidia/Qwen3.5-122B-A10B-NVFP4": {...qwen35x122, ...nvfp4Ffn},
  "nvidia/Qwen3.5-397B-A17B-NVFP4": {...qwen35x397, ...nvfp4Ffn},
  "nvidia/Qwen3.6-27B-NVFP4": {...qwen35x27, ...fp8AndNvfp4Weights("gate_proj")},
  "nvidia/Qwen3.6-35B-A3B-NVFP4": {...qwen35x35, ...fp8AndNvfp4Weights("experts")},
  "Qwen/Qwen3-VL-2B-Instruct": qwen3Vl2,
  "Qwen/Qwen3-VL-4B-Instruct": qwen3Vl4,
  "Qwen/Qwen3-VL-8B-Instruct": qwen3Vl8,
  "Qwen/Qwen3-VL-32B-Instruct": qwen3Vl32,
  "Qwen/Qwen3-VL-32B-Thinking": qwen3Vl32,
  "Qwen/Qwen3-VL-30B-A3B-Instruct": qwen3Vl30,
  "Qwen/Qwen3-VL-235B-A22B-Instruct": qwen3Vl235,
  "nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16": nemotron3Nano,
  "nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-NVFP4": {...nemotron3Nano, ...nvfp4},
  "nvidia/NVIDIA-Nemotron-3-Super-120B-A12B-FP8": {...nemotron3Super, ...fp8Static},
  "nvidia/NVIDIA-Nemotron-3-Super-120B-A12B-NVFP4": {...nemotron3Super, ...nvfp4},
  "nvidia/NVIDIA-Nemotron-3-Ultra-550B-A55B-BF16": nemotron3Ultra,
  "nvidia/NVIDIA-Nemotron-3-Ultra-550B-A55B-FP8": {...nemotron3Ultra, ...fp8Static},
  "nvidia/NVIDIA-Nemotron-3-Ultra-550B-A55B-NVFP4": {...nemotron3Ultra, ...nvfp4},
  // Its config.json does not say that it is quantised; its name does.
  "nvidia/NVIDIA-Nemotron-3.5-Lightning-30B-A3B-NVFP4": {
    ...nemotron3Nano,
    max_position_embeddings: 1048576,
    num_nextn_predict_layers: 1,
    ...nvfp4
  },
  "nvidia/Nemotron-H-56B-Base-8K": nemotronH56,
  "google/gemma-4-26B-A4B": gemma4x26,
  "nvidia/Gemma-4-26B-A4B-NVFP4": {...gemma4x26, ...nvfp4Ffn},
  "nvidia/Gemma-4-31B-IT-NVFP4": {...gemma4x31, ...nvfp4Ffn},
  "meta-llama/Llama-4-Scout-17B-16E-Instruct": llama4(16, 1, 10485760),
  "meta-llama/Llama-4-Maverick-17B-128E-Instruct": llama4(128, 2, 1048576),
  "XiaomiMiMo/MiMo-V2-Flash": {...mimoV2Flash, ...fp8Block}
};
