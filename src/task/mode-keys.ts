/** Keys that one serving mode has. */
import {defaultTuning} from "../engine/session/tuning.js";
import {count, counts, flag, positive, share, type Keys} from "./kinds.js";

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
