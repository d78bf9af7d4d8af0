/**
 * The measured tables, as the engine wants them: the contract between data-loaders, which write slices, and the
 * engine, which reads them. Names are ours (`prefill`, `decode`, `heads`); a source's names are translated once, in
 * data-loaders. Source: method.md §3.2.
 *
 * A *table* is one operator of one system/backend/version. It is cut into *slices*, one Parquet file each, by its
 * `part` columns, which are not stored in the file. Within a slice, `key` columns select a curve or grid by equality
 * and `axes` are interpolated, outer to inner. Every slice ends with the column `latency_ms` (float64).
 */

export interface TableSpec {
  /** Columns that name the slice, in order; all strings once written. */
  part: readonly string[];
  /** Columns selecting one grid inside the slice by equality; strings are listed in `text`. */
  key: readonly string[];
  /** Interpolation axes, outer → inner; integers. */
  axes: readonly string[];
  /** Which of `key` hold text rather than integers. */
  text?: readonly string[];
}

const attentionPart = ["fmha_dtype", "kv_dtype", "head_dim"];
const modulePart = ["fmha_dtype", "kv_dtype", "gemm_dtype"];
const moeKey = ["top_k", "experts", "hidden", "inter", "moe_tp", "moe_ep"];
const mambaKey = ["d_model", "d_state", "d_conv", "heads", "head_dim", "groups", "chunk"];
const gdnKey = ["d_model", "k_heads", "k_head_dim", "v_heads", "v_head_dim", "d_conv"];
const seqFirst = ["heads", "seq", "batch"];
const batchFirst = ["heads", "batch", "seq"];

export const tables = {
  /** `seq` of prefill tables is the full length of a sequence; `kv_heads` is 0 for multi-head attention; `window` 0 is none. */
  gemm: {part: ["dtype"], key: [], axes: ["n", "k", "m"]},
  compute_scale: {part: ["dtype"], key: [], axes: ["m", "k"]},
  scale_matrix: {part: ["dtype"], key: [], axes: ["m", "k"]},
  prefill_attention: {part: attentionPart, key: ["kv_heads", "window"], axes: seqFirst},
  decode_attention: {part: ["kv_dtype", "head_dim"], key: ["kv_heads", "window"], axes: batchFirst},
  encoder_attention: {part: ["fmha_dtype", "head_dim"], key: [], axes: seqFirst},
  prefill_mla: {part: ["fmha_dtype", "kv_dtype"], key: [], axes: seqFirst},
  decode_mla: {part: ["kv_dtype"], key: [], axes: batchFirst},
  mla_bmm: {part: [], key: ["dtype", "op", "heads"], text: ["dtype", "op"], axes: ["tokens"]},
  prefill_mla_module: {part: modulePart, key: [], axes: seqFirst},
  decode_mla_module: {part: modulePart, key: [], axes: batchFirst},
  moe: {part: ["dtype", "distribution"], key: moeKey, axes: ["tokens"]},
  moe_low_latency: {part: ["dtype", "distribution"], key: moeKey, axes: ["tokens"]},
  custom_allreduce: {part: [], key: ["gpus"], axes: ["elements"]},
  nccl: {part: [], key: ["dtype", "operation", "gpus"], text: ["dtype", "operation"], axes: ["elements"]},
  oneccl: {part: [], key: ["dtype", "operation", "gpus"], text: ["dtype", "operation"], axes: ["elements"]},
  wideep_moe: {part: ["kernel", "dtype", "distribution"], key: [...moeKey, "slots"], axes: ["tokens"]},
  wideep_prefill_moe: {part: ["dtype", "distribution"], key: moeKey, axes: ["tokens"]},
  wideep_decode_moe: {part: ["dtype", "distribution"], key: moeKey, axes: ["tokens"]},
  wideep_prefill_mla: {part: ["kernel", "fmha_dtype", "kv_dtype"], key: [], axes: seqFirst},
  wideep_decode_mla: {part: ["kernel", "kv_dtype"], key: [], axes: batchFirst},
  wideep_prefill_mlp: {part: ["dtype"], key: ["hidden", "inter"], axes: ["tokens"]},
  wideep_decode_mlp: {part: ["dtype"], key: ["hidden", "inter"], axes: ["tokens"]},
  deepep_normal: {part: [], key: ["nodes", "hidden", "top_k", "experts"], axes: ["sms", "tokens"]},
  deepep_low_latency: {part: [], key: ["nodes", "hidden", "top_k", "experts"], axes: ["tokens"]},
  trtllm_alltoall: {
    part: ["kernel", "dtype"],
    key: ["op", "nodes", "hidden", "top_k", "experts", "moe_ep"],
    text: ["op"],
    axes: ["tokens"]
  },
  mamba2_prefill: {part: ["kernel"], key: mambaKey, axes: ["batch", "seq"]},
  mamba2_decode: {part: ["kernel"], key: mambaKey, axes: ["batch"]},
  gdn_prefill: {part: ["kernel"], key: gdnKey, axes: ["batch", "seq"]},
  gdn_decode: {part: ["kernel"], key: gdnKey, axes: ["batch"]},
  kda_prefill: {part: ["kernel"], key: gdnKey, axes: ["batch", "seq"]},
  kda_decode: {part: ["kernel"], key: gdnKey, axes: ["batch"]},
  dsa_prefill_module: {
    part: [...modulePart, "architecture", "dsa_backend"],
    key: [],
    axes: ["heads", "prefix", "seq", "batch"]
  },
  dsa_decode_module: {part: ["kv_dtype", "gemm_dtype", "architecture", "dsa_backend"], key: [], axes: batchFirst},
  msa_prefill_module: {part: modulePart, key: [], axes: ["heads", "prefix", "seq", "batch"]},
  msa_decode_module: {part: modulePart, key: [], axes: batchFirst},
  dsv4_prefill_module: {part: modulePart, key: ["heads", "compress_ratio"], axes: ["prefix", "seq", "batch"]},
  dsv4_decode_module: {part: ["kv_dtype", "gemm_dtype"], key: ["heads", "compress_ratio"], axes: ["batch", "seq"]},
  dsv4_paged_mqa_logits: {part: [], key: ["heads", "tp"], axes: ["past", "seq", "batch"]},
  dsv4_hca_attention: {part: [], key: ["heads", "tp"], axes: ["past", "seq", "batch"]},
  dsv4_csa_attention: {part: [], key: ["heads", "tp"], axes: ["past", "seq", "batch"]},
  dsv4_topk_calibration: {part: ["score_mode"], key: [], axes: ["past", "seq", "batch"]},
  dsv4_megamoe: {
    part: ["phase", "kernel", "kernel_dtype", "dtype", "pre_dispatch", "source_policy", "distribution"],
    key: ["top_k", "experts", "shared_experts", "hidden", "inter", "moe_tp", "moe_ep"],
    axes: ["tokens"]
  },
  mhc: {part: ["op"], key: ["hc_mult", "hidden"], axes: ["tokens"]},
  glm5_mqa_logits: {part: [], key: ["heads"], axes: ["past", "seq", "batch"]},
  glm5_topk: {part: ["score_mode"], key: ["heads"], axes: ["past", "seq", "batch"]},
  glm5_dsa_attention: {part: [], key: ["heads"], axes: ["past", "seq", "batch"]},
  dsv32_mqa_logits: {part: [], key: ["heads"], axes: ["past", "seq", "batch"]},
  dsv32_topk: {part: ["score_mode"], key: ["heads"], axes: ["past", "seq", "batch"]},
  dsv32_dsa_attention: {part: [], key: ["heads"], axes: ["past", "seq", "batch"]}
} as const satisfies Record<string, TableSpec>;

export type TableName = keyof typeof tables;

export const valueColumn = "latency_ms";

export const backends = ["trtllm", "sglang", "vllm"] as const;
export type Backend = (typeof backends)[number];

/** Folders beside the backends that hold collectives, common to all of them. */
export const collectiveLibraries = ["nccl", "oneccl"] as const;
export type CollectiveLibrary = (typeof collectiveLibraries)[number];

/** One slice's decoded columns: the table's `key` and `axes` columns and `latency_ms`, all of one length. */
export type Columns = Record<string, ArrayLike<number> | readonly string[]>;

/** One Parquet file of the catalogue. */
export interface SliceEntry {
  table: TableName;
  /** Values of the table's `part` columns, in order. */
  part: string[];
  /** Path below the data folder, with `/`. May lie in another version's folder when that version's slice is identical. */
  path: string;
  rows: number;
  bytes: number;
  /** How many of the rows come from other versions or backends, and from which (`trtllm/1.2.0rc5`), first source first. */
  borrowedRows: number;
  borrowedFrom: string[];
}

export interface VersionEntry {
  /** False for a version that only declares that it reuses others' tables; never chosen as the latest. */
  measured: boolean;
  /** GPU model as the tables name it. */
  device: string;
  slices: SliceEntry[];
}

/** What measured data there is: system → backend (or nccl, oneccl) → version. */
export interface Catalogue {
  format: 1;
  systems: Record<string, Record<string, Record<string, VersionEntry>>>;
}

/** What imports left out, kept beside the catalogue so that pages can show it: the last word on every file ever read. */
export interface ImportRecord {
  format: 1;
  files: FileRecord[];
  /** Files that are no tables, with what was left alone on purpose: name without the folder it came from. */
  others: {file: string; reason: string}[];
}

/** One table file; counts that are 0 and lists that are empty are left out. */
export interface FileRecord {
  system: string;
  backend: string;
  version: string;
  /** `gemm_perf.parquet`. */
  file: string;
  /** Accepted. */
  rows: number;
  /** Left out on purpose: eager all-reduce, unused dtypes. */
  dropped?: number;
  /** Coordinates that the file has twice. */
  repeated?: number;
  refused?: number;
  /** The first few refusals; of the whole file without a row. */
  refusals?: {row?: number; reason: string}[];
}
