/** Keys of workers: what serves, in which types, spread how. */
import {backends} from "../engine/schema.js";
import {commQuants, fmhaQuants, gemmQuants, kvCacheQuants, moeQuants} from "../engine/quant.js";
import {attentionBackends, moeBackends} from "../engine/models/serving.js";
import {count, counts, flag, oneOf, text, type Keys} from "./kinds.js";

const names = <T extends object>(record: T) => Object.keys(record) as (keyof T & string)[];
/** Release 0.4 called bfloat16 by the width alone. */
const float16 = {float16: "bfloat16"};
const perWorker = "disagg: per role, as prefill_… and decode_…";

/** Keys of a worker. In the flat form of disagg each role has its own. */
export const workerKeys = {
  model_path: {schema: text, help: "model, or path of a config.json", effect: perWorker},
  system_name: {
    schema: text,
    help: "GPU system, or path of a file that describes one",
    effect: perWorker,
    renamed: {gb200_sxm: "gb200"}
  },
  backend_name: {
    schema: oneOf([...backends, "auto"]),
    default: "trtllm",
    help: "serving engine; auto tries all",
    effect: perWorker
  },
  backend_version: {schema: text, default: "the latest", help: "version of the tables", effect: perWorker},
  enable_wideep: {
    schema: flag,
    default: false,
    help: "experts over many GPUs: TensorRT-LLM's wide EP, DeepEP on sglang",
    effect: "MoE models on trtllm and sglang"
  },
  enable_eplb: {
    schema: flag,
    default: "false, but as recipes have it in simulated pools",
    help: "experts balanced over ranks",
    effect: "MoE models"
  },
  gemm_quant_mode: {
    schema: oneOf(names(gemmQuants)),
    default: "inferred from the checkpoint",
    help: "type of GEMMs",
    renamed: float16
  },
  moe_quant_mode: {
    schema: oneOf(names(moeQuants)),
    default: "inferred from the checkpoint",
    help: "type of experts",
    effect: "MoE models; a dense one may state it",
    renamed: float16
  },
  kvcache_quant_mode: {
    schema: oneOf(names(kvCacheQuants)),
    default: "inferred from the checkpoint",
    help: "type of the KV cache",
    renamed: float16
  },
  fmha_quant_mode: {
    schema: oneOf(names(fmhaQuants)),
    default: "inferred from the checkpoint",
    help: "type of prefill attention",
    renamed: float16
  },
  comm_quant_mode: {schema: oneOf(names(commQuants)), default: "half", help: "type of collectives"}
} as const satisfies Keys;

/** Keys of a worker that in disagg may also be given once for both roles. */
export const expertKeys = {
  moe_backend: {
    schema: oneOf(moeBackends),
    default: "the engine's own; deepep_moe with enable_wideep on sglang",
    help: "what runs and feeds experts",
    effect: "MoE models"
  },
  attention_backend: {
    schema: oneOf(attentionBackends),
    default: "flashinfer",
    help: "kernel of latent attention",
    effect: "DeepSeek and its like on sglang with wide EP"
  },
  wideep_num_slots: {
    schema: count(1),
    unit: "slots",
    default: "one an expert",
    help: "places for experts",
    effect: "trtllm with enable_wideep and enable_eplb"
  },
  corrected_mla: {
    schema: flag,
    default: false,
    help: "latent attention of mixed steps per request; the reference counts it once over all tokens",
    effect: "agg, models with latent attention"
  }
} as const satisfies Keys;

/** Sizes tried, with `agg_`, `prefill_` or `decode_` before. */
export const sizeKeys = {
  num_gpu_candidates: {schema: counts, unit: "GPUs", help: "GPUs per worker"},
  tp_candidates: {schema: counts, unit: "GPUs", help: "tensor parallel sizes"},
  pp_candidates: {schema: counts, unit: "stages", help: "pipeline parallel sizes"},
  dp_candidates: {schema: counts, unit: "ranks", help: "attention data parallel sizes", effect: "MoE models"},
  moe_tp_candidates: {schema: counts, unit: "GPUs", help: "expert tensor parallel sizes", effect: "MoE models"},
  moe_ep_candidates: {schema: counts, unit: "GPUs", help: "expert parallel sizes", effect: "MoE models"},
  cp_candidates: {schema: counts, unit: "GPUs", help: "context parallel sizes", effect: "sglang; decode 1 only"}
} as const satisfies Keys;
