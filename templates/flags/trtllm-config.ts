/** Keys of TensorRT-LLM's YAML that we emit, by release; the engine refuses any other. First release: 0.20.0. */
import {InputError, unknownName} from "../../engine/errors.js";
import type {Json, JsonObject} from "../plan.js";
import {oneLine, show} from "../quote.js";
import {isWithin} from "./table.js";

export interface ConfigKey {
  kind: "int" | "number" | "boolean" | "text" | "list" | "object";
  from?: string;
  until?: string;
  /** Words that we know, with the releases that take them: [first, first without]. */
  values?: Record<string, readonly [from?: string, until?: string]>;
}

const transceivers = {
  default: ["1.0.0rc3", "1.2.0rc2"],
  ucx: ["1.0.0rc3", "1.2.0rc2"],
  nixl: ["1.0.0rc3", "1.2.0rc2"],
  mpi: ["1.0.0rc3", "1.2.0rc2"],
  DEFAULT: ["1.0.0"],
  UCX: ["1.0.0"],
  NIXL: ["1.0.0"],
  MPI: ["1.0.0"],
  MOONCAKE: ["1.2.0"]
} as const;

/** Dotted paths. */
export const trtllmConfigKeys: Record<string, ConfigKey> = {
  backend: {kind: "text", values: {pytorch: []}},
  tensor_parallel_size: {kind: "int"},
  pipeline_parallel_size: {kind: "int"},
  moe_expert_parallel_size: {kind: "int"},
  moe_tensor_parallel_size: {kind: "int"},
  enable_attention_dp: {kind: "boolean"},
  gpus_per_node: {kind: "int"},
  max_batch_size: {kind: "int"},
  max_num_tokens: {kind: "int"},
  max_seq_len: {kind: "int"},
  enable_chunked_prefill: {kind: "boolean"},
  trust_remote_code: {kind: "boolean"},
  disable_overlap_scheduler: {kind: "boolean", from: "1.0.0rc3"},
  kv_cache_dtype: {kind: "text", from: "1.0.0rc3", until: "1.0.0rc4", values: {auto: [], fp8: []}},
  "kv_cache_config.dtype": {
    kind: "text",
    from: "1.0.0rc4",
    values: {auto: [], fp8: [], nvfp4: ["1.2.0"], float16: ["1.2.0"], bfloat16: ["1.2.0"]}
  },
  "kv_cache_config.free_gpu_memory_fraction": {kind: "number"},
  "kv_cache_config.enable_block_reuse": {kind: "boolean"},
  "kv_cache_config.tokens_per_block": {kind: "int", from: "1.2.0"},
  "cuda_graph_config.padding_enabled": {kind: "boolean", from: "1.0.0rc3", until: "1.0.0rc4"},
  "cuda_graph_config.enable_padding": {kind: "boolean", from: "1.0.0rc4"},
  "cuda_graph_config.batch_sizes": {kind: "list", from: "1.0.0rc3"},
  "cache_transceiver_config.backend": {kind: "text", from: "1.0.0rc3", values: transceivers},
  "cache_transceiver_config.max_tokens_in_buffer": {kind: "int", from: "1.0.0rc3"},
  "cache_transceiver_config.max_num_tokens": {kind: "int", until: "1.0.0rc3"},
  "moe_config.backend": {
    kind: "text",
    from: "1.0.0rc4",
    values: {
      AUTO: ["1.2.0"],
      CUTLASS: [],
      CUTEDSL: [],
      WIDEEP: [],
      TRTLLM: [],
      DEEPGEMM: [],
      TRITON: ["1.2.0rc2"],
      DENSEGEMM: ["1.3.0rc20"],
      MARLIN: ["1.3.0rc20"]
    }
  },
  "moe_config.load_balancer.num_slots": {kind: "int", from: "1.0.0rc4"},
  "moe_config.load_balancer.layer_updates_per_iter": {kind: "int", from: "1.0.0rc4"},
  "speculative_config.decoding_type": {kind: "text", values: {MTP: []}},
  "speculative_config.num_nextn_predict_layers": {kind: "int", until: "1.3.0rc20"},
  "speculative_config.max_draft_len": {kind: "int", from: "1.3.0rc20"}
};

/** Throws InputError for the first key or value that `version` would refuse. */
export function checkEngineConfig(version: string, config: JsonObject, path = ""): void {
  for (const [name, value] of Object.entries(config)) {
    const key = path + name;
    const row = Object.hasOwn(trtllmConfigKeys, key) ? trtllmConfigKeys[key] : undefined;
    if (row) checkKey(version, key, row, value);
    else if (isObject(value) && Object.keys(value).length > 0) checkEngineConfig(version, value, `${key}.`);
    else throw new InputError(unknownName("TensorRT-LLM key", key, Object.keys(trtllmConfigKeys)));
  }
}

function checkKey(version: string, key: string, row: ConfigKey, value: Json): void {
  const where = `TensorRT-LLM ${version}`;
  if (!isWithin(version, row.from, row.until)) throw new InputError(`${key}: ${where} has no such key; leave it out`);
  const refuse = (wish: string) => new InputError(`invalid ${key} for ${where}: ${shown(value)}; ${wish}`);
  if (!fits(row.kind, value)) throw refuse(`must be of kind ${row.kind}`);
  if (!row.values) return;
  const legal = Object.keys(row.values).filter((name) => isWithin(version, ...row.values![name]));
  if (!legal.includes(String(value))) throw refuse(`must be one of ${legal.join(", ")}`);
}

function shown(value: Json): string {
  return typeof value === "string" ? show(value) : oneLine(JSON.stringify(value).slice(0, 80));
}

function fits(kind: ConfigKey["kind"], value: Json): boolean {
  switch (kind) {
    case "int":
      return Number.isSafeInteger(value) && (value as number) >= 0;
    case "number":
      return typeof value === "number" && Number.isFinite(value);
    case "boolean":
      return typeof value === "boolean";
    case "text":
      return typeof value === "string";
    case "list":
      return Array.isArray(value) && value.length > 0 && value.every((item) => Number.isSafeInteger(item));
    case "object":
      return isObject(value);
  }
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
