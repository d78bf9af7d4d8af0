/** Where the configuration keeps what a flat key says, for keys that are one value on either side. */
import type {CandidateLists} from "../engine/search/enumerate.js";

/** Sizes of a worker by the flat key's name behind the role. */
const sizeNames: Readonly<Record<keyof CandidateLists, string>> = {
  gpus: "num_gpu_candidates",
  tp: "tp_candidates",
  pp: "pp_candidates",
  dp: "dp_candidates",
  moeTp: "moe_tp_candidates",
  moeEp: "moe_ep_candidates",
  cp: "cp_candidates"
};

const sizePaths = (["agg", "prefill", "decode"] as const).flatMap((role) =>
  Object.entries(sizeNames).map(([name, flat]): [string, string] => [`${role}_${flat}`, `space.${role}.${name}`])
);

/** Flat key → path in TaskConfig. */
export const paths: Readonly<Record<string, string>> = {
  total_gpus: "totalGpus",
  isl: "workload.isl",
  osl: "workload.osl",
  prefix: "workload.prefix",
  ttft: "targets.ttftMs",
  tpot: "targets.tpotMs",
  request_latency: "targets.requestLatencyMs",
  objective: "preferences.objective",
  penalty: "preferences.penaltyShape",
  steepness: "preferences.steepness",
  strict_sla: "preferences.strict",
  gpu_hour_prices: "preferences.gpuHourPrices",
  target_request_rate: "preferences.load.requestsPerSec",
  target_concurrency: "preferences.load.concurrency",
  max_total_gpus: "preferences.load.maxGpus",
  top_n: "topN",
  sampling: "sampling",
  predictor: "predictor",
  database_mode: "lookUps.database",
  interpolation: "lookUps.interpolation",
  transfer_policy: "lookUps.transfer",
  transfer_rule: "lookUps.transferRule",
  donor: "lookUps.donor",
  clamp: "lookUps.clampToLight",
  exact_kv_cache: "exactKvCache",
  nextn: "nextn",
  nextn_accept_rates: "acceptRates",
  enable_chunked_prefill: "space.chunkedPrefill",
  ctx_tokens: "space.ctxTokens",
  free_gpu_memory_fraction: "freeMemoryFraction",
  max_seq_len: "space.maxSeqTokens",
  agg_max_batch_size: "space.aggMaxBatch",
  agg_batch_sizes: "space.aggBatches",
  num_gpu_per_replica: "space.replicaGpus",
  max_gpu_per_replica: "space.maxReplicaGpus",
  prefill_workers: "space.prefillWorkers",
  decode_workers: "space.decodeWorkers",
  prefill_max_batch_size: "space.prefillMaxBatch",
  decode_max_batch_size: "space.decodeMaxBatch",
  prefill_batch_sizes: "space.prefillBatches",
  decode_batch_sizes: "space.decodeBatches",
  prefill_latency_correction: "tuning.prefillLatencyScale",
  decode_latency_correction: "tuning.decodeLatencyScale",
  rate_match_prefill_degradation: "tuning.prefillRateShare",
  rate_match_decode_degradation: "tuning.decodeRateShare",
  autoscale_ttft_correction_factor: "tuning.ttftScale",
  ...Object.fromEntries(sizePaths)
};

/** Flat worker key → name in ServingChoices. */
export const servingNames = {
  enable_wideep: "wideEp",
  enable_eplb: "eplb",
  moe_backend: "moeBackend",
  attention_backend: "attentionBackend",
  wideep_num_slots: "wideEpSlots",
  corrected_mla: "correctedMla"
} as const;

/** Flat worker key → name in Quant. */
export const quantNames = {
  gemm_quant_mode: "gemm",
  moe_quant_mode: "moe",
  kvcache_quant_mode: "kvCache",
  fmha_quant_mode: "fmha",
  comm_quant_mode: "comm"
} as const;

export type Tree = Record<string, unknown>;

export function putAt(tree: Tree, path: string, value: unknown): void {
  const names = path.split(".");
  const last = names.pop()!;
  names.reduce((at, name) => (at[name] ??= {}) as Tree, tree)[last] = value;
}

export function valueAt(tree: unknown, path: string): unknown {
  return path.split(".").reduce((at, name) => (at as Tree | undefined)?.[name], tree);
}
