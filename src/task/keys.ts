/** Every key of a task: what it may be, its unit, its default, what it means and where it has an effect. */
import * as v from "valibot";
import {databases, defaultTuning, interpolations, objectives, penaltyShapes} from "../engine/index.js";
import {transferPresets, transferRules, transferTiers} from "../engine/index.js";
import {backends, commQuants, fmhaQuants, gemmQuants, kvCacheQuants, moeQuants} from "../engine/index.js";
import {defaultAcceptRates} from "../engine/models/quant.js";
import {attentionBackends, moeBackends} from "../engine/models/serving.js";
import {defaultSteepness} from "../engine/search/goals.js";
import {count, counts, flag, oneOf, positive, prices, rates, share, slo, text} from "./kinds.js";
import {taskServingModes} from "./types.js";

export interface KeySpec {
  schema: v.GenericSchema;
  unit?: string;
  /** What holds when no layer says anything: a value, or in words. */
  default?: unknown;
  help: string;
  /** Where it has an effect, when not everywhere. */
  effect?: string;
  /** Names that the reference's releases have for values. */
  renamed?: Readonly<Record<string, string>>;
}

type Keys = Readonly<Record<string, KeySpec>>;

const names = <T extends object>(record: T) => Object.keys(record) as (keyof T & string)[];
const transferPolicy = v.pipe(
  v.union([v.picklist(names(transferPresets)), v.array(v.picklist(transferTiers))]),
  v.description(`one of ${names(transferPresets).join(", ")}, or a list out of ${transferTiers.join(", ")}`)
);
const lowerCase = (choices: readonly string[]) => Object.fromEntries(choices.map((name) => [name.toUpperCase(), name]));
/** Release 0.4 called bfloat16 by the width alone. */
const float16 = {float16: "bfloat16"};
const perWorker = "disagg: per role, as prefill_… and decode_…";

/** Keys of the question as a whole, the same for all workers. */
export const taskKeys = {
  serving_mode: {schema: oneOf(taskServingModes), default: "agg", help: "serving modes searched; auto is both"},
  total_gpus: {
    schema: count(1),
    unit: "GPUs",
    default: "none; with a load max_total_gpus, else 128",
    help: "GPUs to plan for; disagg needs 2"
  },
  isl: {schema: count(1), unit: "tokens", default: 4000, help: "input tokens of a request"},
  osl: {schema: count(2), unit: "tokens", default: 1000, help: "output tokens of a request"},
  prefix: {schema: count(0), unit: "tokens", default: 0, help: "input tokens that are cached already, part of isl"},
  image_height: {schema: count(0), unit: "pixels", default: 0, help: "of every image", effect: "vision models"},
  image_width: {schema: count(0), unit: "pixels", default: 0, help: "of every image", effect: "vision models"},
  num_images_per_request: {
    schema: count(1),
    unit: "images",
    default: 1,
    help: "besides the isl tokens of text",
    effect: "with image_height and image_width"
  },
  ttft: {schema: positive, unit: "ms", default: 1000, help: "hard target: time to first token"},
  tpot: {schema: positive, unit: "ms", default: 50, help: "hard target: time per output token after the first"},
  inclusive_tpot: {
    schema: flag,
    default: false,
    help: "tpot is meant as request latency over all output tokens",
    effect: "with tpot"
  },
  request_latency: {
    schema: positive,
    unit: "ms",
    help: "hard target for a whole request, in place of ttft and tpot"
  },
  slo: {schema: slo, help: "goals by metric: hard_fail drops a plan that misses, else it costs score by weight"},
  objective: {
    schema: oneOf(objectives),
    default: "throughput; score with soft goals, gpus with a load",
    help: "what the best plan is the best in"
  },
  penalty: {
    schema: oneOf(penaltyShapes),
    default: "continuous",
    help: "how a soft goal's penalty starts at the threshold: at 0, or with a jump of weight",
    effect: "with soft goals"
  },
  steepness: {
    schema: positive,
    unit: "share of the threshold",
    default: defaultSteepness,
    help: "violation at which the penalty has grown e-fold",
    effect: "with soft goals"
  },
  strict_sla: {schema: flag, default: false, help: "offers nothing that misses a target, not even the nearest plan"},
  gpu_hour_prices: {
    schema: prices,
    unit: "per GPU and hour",
    help: "price by system, in any currency; none is built in",
    effect: "shows cost; needed by the objective cost and by cost goals"
  },
  target_request_rate: {schema: positive, unit: "requests/s", help: "load to be served; not with target_concurrency"},
  target_concurrency: {
    schema: positive,
    unit: "requests",
    help: "requests in flight to be served; not with target_request_rate"
  },
  max_total_gpus: {
    schema: count(1),
    unit: "GPUs",
    default: "unlimited",
    help: "GPUs that serving the load may take",
    effect: "with target_request_rate or target_concurrency"
  },
  top_n: {schema: count(1), unit: "plans", default: 5, help: "plans to list per serving mode"},
  sampling: {
    schema: oneOf(["target", "grid"]),
    default: "target",
    help: "batches between those of the grid where they come nearer to the targets, or the grid alone"
  },
  pareto_sweep: {
    schema: flag,
    default: "as sampling",
    help: "the reference's name: true is sampling grid, false is target",
    effect: "without sampling"
  },
  database_mode: {
    schema: oneOf(databases),
    default: "silicon; calibrated where nothing is imported",
    help: "where latencies come from",
    renamed: lowerCase(databases)
  },
  interpolation: {schema: oneOf(interpolations), default: "shared", help: "between and beyond measured points"},
  transfer_policy: {
    schema: transferPolicy,
    default: "aggressive",
    help: "what gaps may be estimated from",
    effect: "database_mode hybrid and empirical"
  },
  transfer_rule: {
    schema: oneOf(transferRules),
    default: "waiting",
    help: "what carries over from there",
    effect: "database_mode hybrid and empirical"
  },
  donor: {schema: text, default: "the nearest", help: "measured system that answers for one without tables"},
  clamp: {schema: flag, default: false, help: "raises measurements that beat the speed of light to it"},
  exact_kv_cache: {schema: flag, default: false, help: "counts the KV cache that each layer really keeps"},
  nextn: {
    schema: count(0),
    unit: "tokens",
    default: "as many as the checkpoint has heads for",
    help: "draft tokens per step (multi-token prediction)"
  },
  nextn_accept_rates: {
    schema: rates,
    default: [...defaultAcceptRates],
    help: "chance that each draft token is accepted, given those before",
    effect: "nextn not 0"
  }
} as const satisfies Keys;

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
  enable_eplb: {schema: flag, default: false, help: "experts balanced over ranks", effect: "MoE models"},
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

/** Keys of aggregated serving alone. */
export const aggKeys = {
  enable_chunked_prefill: {
    schema: flag,
    default: false,
    help: "prompts may be cut into chunks of 512 tokens and more",
    effect: "agg without ctx_tokens"
  },
  ctx_tokens: {
    schema: counts,
    unit: "tokens",
    default: "whole prompts up to a budget",
    help: "prompt tokens per mixed step that are tried",
    effect: "agg"
  },
  free_gpu_memory_fraction: {
    schema: share,
    unit: "share of free memory",
    default: "1 on trtllm",
    help: "what the KV cache may take",
    effect: "agg on trtllm"
  },
  max_seq_len: {
    schema: count(1),
    unit: "tokens",
    default: "isl + osl",
    help: "longest sequence that KV cache is reserved for",
    effect: "agg on trtllm"
  },
  agg_max_batch_size: {
    schema: count(1),
    unit: "requests per rank",
    default: 512,
    help: "largest batch tried",
    effect: "agg without agg_batch_sizes"
  },
  agg_batch_sizes: {schema: counts, unit: "requests per rank", default: "a list", help: "batches tried", effect: "agg"}
} as const satisfies Keys;

/** Keys of disaggregated serving alone. */
export const disaggKeys = {
  num_gpu_per_replica: {
    schema: counts,
    unit: "GPUs",
    default: "1, 2, 4, 8, 16 to 128 in steps of 8; any with wide EP",
    help: "sizes of a replica that are tried",
    effect: "disagg"
  },
  max_gpu_per_replica: {
    schema: count(2),
    unit: "GPUs",
    default: "128; 512 with wide EP; the largest of num_gpu_per_replica",
    help: "largest replica",
    effect: "disagg"
  },
  max_prefill_workers: {
    schema: count(1),
    unit: "workers",
    default: 32,
    help: "most prefill workers of a replica",
    effect: "disagg without prefill_workers"
  },
  max_decode_workers: {
    schema: count(1),
    unit: "workers",
    default: 32,
    help: "most decode workers of a replica",
    effect: "disagg without decode_workers"
  },
  prefill_workers: {schema: counts, unit: "workers", default: "1 to 32", help: "counts tried", effect: "disagg"},
  decode_workers: {schema: counts, unit: "workers", default: "1 to 32", help: "counts tried", effect: "disagg"},
  prefill_max_batch_size: {
    schema: count(1),
    unit: "requests per rank",
    default: 1,
    help: "largest prefill batch tried",
    effect: "disagg without prefill_batch_sizes"
  },
  decode_max_batch_size: {
    schema: count(1),
    unit: "requests per rank",
    default: 512,
    help: "largest decode batch tried",
    effect: "disagg without decode_batch_sizes"
  },
  prefill_batch_sizes: {
    schema: counts,
    unit: "requests per rank",
    default: "1",
    help: "prefill batches tried",
    effect: "disagg"
  },
  decode_batch_sizes: {
    schema: counts,
    unit: "requests per rank",
    default: "a list",
    help: "decode batches tried",
    effect: "disagg"
  },
  prefill_latency_correction: {
    schema: positive,
    default: defaultTuning.prefillLatencyScale,
    help: "how much slower prefill runs than alone",
    effect: "disagg"
  },
  decode_latency_correction: {
    schema: positive,
    default: defaultTuning.decodeLatencyScale,
    help: "how much slower decode runs than alone",
    effect: "disagg"
  },
  rate_match_prefill_degradation: {
    schema: share,
    default: defaultTuning.prefillRateShare,
    help: "what is left of the prefill pool's rate",
    effect: "disagg"
  },
  rate_match_decode_degradation: {
    schema: share,
    default: defaultTuning.decodeRateShare,
    help: "what is left of the decode pool's rate",
    effect: "disagg"
  },
  autoscale_ttft_correction_factor: {
    schema: positive,
    default: defaultTuning.ttftScale,
    help: "how much longer a prompt takes when it queues",
    effect: "disagg"
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

type Outputs<Spec extends Keys> = {[Key in keyof Spec]?: v.InferOutput<Spec[Key]["schema"]> | null};
type Prefixed<Prefix extends string, Values> = {[Key in keyof Values & string as `${Prefix}_${Key}`]?: Values[Key]};
type Shared = Outputs<typeof taskKeys> & Outputs<typeof workerKeys> & Outputs<typeof expertKeys>;
type Modes = Outputs<typeof aggKeys> & Outputs<typeof disaggKeys>;
type RoleForms = Prefixed<"prefill" | "decode", Outputs<typeof workerKeys> & Outputs<typeof expertKeys>>;

/** Every flat key with its type. */
export type FlatKeys = Shared & Modes & RoleForms & Prefixed<"agg" | "prefill" | "decode", Outputs<typeof sizeKeys>>;
