/** Short spellings for catalogue entries, which are Hugging Face configs with only the fields that the engine reads. */

export type HfConfig = Record<string, unknown>;
export type Entries = Record<string, HfConfig>;

/** Weights in FP8 blocks of 128 × 128, activations scaled at run time: DeepSeek's scheme. */
export const fp8Block = {
  quantization_config: {quant_method: "fp8", activation_scheme: "dynamic", weight_block_size: [128, 128]}
};

/** FP8 per tensor with calibrated activations and an FP8 KV cache, as ModelOpt writes it. */
export const fp8Static = {quantization_config: {quant_algo: "FP8", kv_cache_quant_algo: "FP8"}};

/** NVFP4 with an FP8 KV cache, as ModelOpt writes it. */
export const nvfp4 = {quantization_config: {quant_algo: "NVFP4", kv_cache_quant_algo: "FP8"}};

/** The same where config.json repeats that activations are scaled statically. */
export const activationsStatic = {config_groups: {group_0: {input_activations: {dynamic: false}}}};
export const fp8StaticSaid = {quantization_config: {...fp8Static.quantization_config, ...activationsStatic}};
export const nvfp4Said = {quantization_config: {...nvfp4.quantization_config, ...activationsStatic}};
