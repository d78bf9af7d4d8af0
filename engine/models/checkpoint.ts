/** How a checkpoint says it is quantised, in any of the dialects found on Hugging Face. Source: method.md §7.2. */

import {InputError, unknownName} from "../errors.js";
import type {Quant} from "../quant.js";
import type {CheckpointQuant} from "./types.js";

type Json = Record<string, unknown>;

/**
 * `quantizationConfig` is the quantization_config of config.json, `hfQuantConfig` the file hf_quant_config.json; either
 * may be absent. Where both speak, the file wins. Throws InputError for a KV-cache type nobody can serve.
 */
export function normalizeCheckpoint(id: string, quantizationConfig: unknown, hfQuantConfig: unknown): CheckpointQuant {
  const config = asJson(quantizationConfig);
  const file = asJson(asJson(hfQuantConfig).quantization);
  const algo = readAlgo(config, file);
  const dynamic = readDynamic(id, config);
  const block = readBlockSize(id, config.weight_block_size);
  const checkpoint: CheckpointQuant = {
    algo: algo === "fp8" && block !== undefined ? "fp8_block" : algo,
    kvCacheAlgo: readKvCacheAlgo(id, config, file)
  };
  if (dynamic !== undefined) checkpoint.dynamic = dynamic;
  if (checkpoint.algo === "fp8_block" && block !== undefined) checkpoint.weightBlockSize = block;
  if (algo === "mixed_precision")
    return {...checkpoint, ...readMixed(config, file, dynamic), ...readBase(config, file, block)};
  if (algo === "compressed-tensors") return {...checkpoint, ...readCompressed(id, config)};
  return checkpoint;
}

function readAlgo(config: Json, file: Json): string | null {
  const stated = file.quant_algo ?? config.quant_algo ?? config.quant_method ?? config.quantization_method;
  if (typeof stated !== "string") return null;
  const algo = stated.toLowerCase();
  return algo === "w4a16_mxfp4" ? "mxfp4" : algo;
}

/** Whether anything of `self_attn` is listed as not to be quantised; the arguments are those of normalizeCheckpoint. */
export function keepsAttention(quantizationConfig: unknown, hfQuantConfig: unknown): boolean {
  const config = asJson(quantizationConfig);
  const file = asJson(asJson(hfQuantConfig).quantization);
  const lists = [
    config.ignore,
    config.modules_to_not_convert,
    config.exclude_modules,
    file.exclude_modules,
    file.ignore
  ];
  return lists.some((list) => Array.isArray(list) && list.some((name) => String(name).includes("self_attn")));
}

/** A checkpoint in fp8 blocks of which only the routed experts were quantised again: the list names nothing else. */
function readBase(config: Json, file: Json, block: number | undefined): Partial<CheckpointQuant> {
  const names = Object.keys(asJson(file.quantized_layers ?? config.quantized_layers));
  if (config.quant_method !== "fp8" || block === undefined || !names.every(isRoutedExpert)) return {};
  return {gemm: "fp8_block", weightBlockSize: block};
}

/** Whether activations are scaled at run time; undefined when the config does not say. */
function readDynamic(id: string, config: Json): boolean | undefined {
  if (config.activation_scheme === "dynamic") return true;
  if (config.activation_scheme === "static") return false;
  const stated = groups(config).flatMap(({input_activations, weights}) => [
    asJson(input_activations).dynamic,
    asJson(weights).dynamic
  ]);
  const odd = stated.find(
    (value) => value !== undefined && value !== null && typeof value !== "boolean" && value !== "local"
  );
  if (odd !== undefined)
    throw new InputError(`invalid dynamic in ${id}: ${JSON.stringify(odd)}; must be true or false`);
  return stated.includes(true) ? true : stated.includes(false) ? false : undefined;
}

function readKvCacheAlgo(id: string, config: Json, file: Json): CheckpointQuant["kvCacheAlgo"] {
  const stated =
    file.kv_cache_quant_algo ??
    config.kv_cache_quant_algo ??
    config.kv_cache_quant_method ??
    config.kv_cache_dtype ??
    config.kv_cache_scheme;
  if (stated === undefined || stated === null) return null;
  if (typeof stated === "string") return kvCacheAlgoOf(id, stated);
  const {type, num_bits: bits} = asJson(stated);
  if (bits !== 8 && bits !== 16 && bits !== 32)
    throw new InputError(`invalid num_bits of the KV cache in ${id}: ${JSON.stringify(bits)}; must be 8, 16 or 32`);
  if (bits >= 16) return "bfloat16";
  return type === "int" ? "int8" : "fp8";
}

const kvCacheNames = {
  fp8: "fp8",
  fp8_e4m3: "fp8",
  fp8_e5m2: "fp8",
  e4m3: "fp8",
  e5m2: "fp8",
  int8: "int8",
  fp16: "bfloat16",
  bf16: "bfloat16",
  float16: "bfloat16",
  bfloat16: "bfloat16",
  auto: null,
  none: null
} as const;

function kvCacheAlgoOf(id: string, name: string): CheckpointQuant["kvCacheAlgo"] {
  const key = name.toLowerCase().replace("float8", "fp8");
  if (key in kvCacheNames) return kvCacheNames[key as keyof typeof kvCacheNames];
  throw new InputError(`${id}: ${unknownName("KV cache quantisation", name, Object.keys(kvCacheNames))}`);
}

/**
 * A checkpoint that lists an algorithm per layer: what most GEMMs, and what the routed experts, resolve to. Experts with
 * NVFP4 weights alone compute in bfloat16, like int4_wo, whose weights take 0.5 instead of 0.5625 bytes.
 */
function readMixed(config: Json, file: Json, dynamic: boolean | undefined): Partial<Pick<Quant, "gemm" | "moe">> {
  const layers = Object.entries(asJson(file.quantized_layers ?? config.quantized_layers));
  const algos = layers.map(([name, layer]) => ({name, algo: String(asJson(layer).quant_algo).toLowerCase()}));
  const all = algos.map(({algo}) => algo);
  const routed = algos.filter(({name}) => isRoutedExpert(name)).map(({algo}) => algo);
  return {
    ...(all.includes("fp8") ? {gemm: dynamic ? "fp8" : "fp8_static"} : all.includes("nvfp4") && {gemm: "nvfp4"}),
    ...(routed.includes("nvfp4")
      ? {moe: "nvfp4"}
      : routed.includes("fp8")
        ? {moe: "fp8"}
        : routed.includes("w4a16_nvfp4") && {moe: "int4_wo"})
  };
}

/** One scheme for all linear layers but those matching `ignore`. */
function readCompressed(id: string, config: Json): Partial<Pick<Quant, "gemm" | "moe">> {
  const {num_bits: bits, type} = asJson(
    groups(config)
      .map((group) => group.weights)
      .find(Boolean)
  );
  const isBits =
    bits === undefined || bits === null || (typeof bits === "number" && [2, 3, 4, 6, 8, 16].includes(bits));
  if (!isBits) throw new InputError(`invalid num_bits in ${id}: ${JSON.stringify(bits)}; must be like 4 or 8`);
  const base =
    type === "int" && bits === 4
      ? "int4_wo"
      : type === "int" && bits === 8
        ? "int8_wo"
        : type === "float" && bits === 8
          ? "fp8"
          : type === "float" && bits === 4
            ? "nvfp4"
            : undefined;
  if (base === undefined) return {};
  // Microscaling FP4 is not NVFP4: its experts have kernels of their own, its other layers none that anyone measured.
  const isMxfp4 = [config, ...groups(config)].some(({format}) => String(format).startsWith("mxfp4"));
  const ignore = (Array.isArray(config.ignore) ? config.ignore : []).map(String);
  const keepsAttention = ignore.some((pattern) => pattern.includes("attn"));
  const keepsExperts = ignore.some(isRoutedExpert);
  // int8_wo experts have no kernel that anyone measured, so such a checkpoint leaves moe to the caller.
  const moe = keepsExperts ? "bfloat16" : base === "int8_wo" ? undefined : isMxfp4 ? "w4a16_mxfp4" : base;
  return {gemm: keepsAttention || isMxfp4 ? "bfloat16" : base, ...(moe && {moe})};
}

function isRoutedExpert(name: string): boolean {
  if (name.includes("shared")) return false;
  return /[.\\]experts\b|routing_expert/.test(name);
}

function groups(config: Json): Json[] {
  return Object.values(asJson(config.config_groups)).map(asJson);
}

function readBlockSize(id: string, value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  const first: unknown = Array.isArray(value) ? value[0] : value;
  if (typeof first === "number" && Number.isInteger(first) && first > 0) return first;
  throw new InputError(`invalid weight_block_size in ${id}: ${JSON.stringify(value)}; must be like [128, 128]`);
}

function asJson(value: unknown): Json {
  return typeof value === "object" && value !== null ? (value as Json) : {};
}
