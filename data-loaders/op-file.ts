import type {TableName} from "../engine/schema.js";
import type {Column, RowReader} from "./row-reader.js";
import {
  alltoall,
  attention,
  avgMs,
  byPhase,
  collective,
  decodeShape,
  deepEp,
  deltaNet,
  dropEager,
  dropUnused,
  dropVerify,
  dsa,
  dsaPrefix,
  dsv4,
  fmhaDtype,
  gemmDtype,
  headsSparse,
  indexOf,
  kernelSource,
  megaMoe,
  mla,
  mlaFmha,
  mlp,
  module,
  moe,
  nativeSparse,
  plainMoe,
  prefillShape,
  prefix,
  recurrent,
  scale,
  scored,
  sparse,
  sumUsAsMs,
  wideepKernel
} from "./source-columns.js";

/**
 * What one kind of source file, `<name>_perf.parquet` or `.txt`, becomes: the translation from the source's columns to
 * ours, once. Source: method.md §3.2.
 */
export interface OpFile {
  /** Tables that the rows go to; `route` chooses among several. */
  tables: readonly TableName[];
  /** Index into `tables` of every row; 0 when absent. */
  route?: (read: RowReader) => ArrayLike<number>;
  /** Rows to leave out without complaint; runs first. */
  drop?: (read: RowReader, name: string) => void;
  /** Our part, key and axis columns; a superset over `tables`. */
  columns: (read: RowReader) => Record<string, Column>;
  /** Default: the column `latency`, in ms. */
  latencyMs?: (read: RowReader) => Float64Array;
  /** Which of two rows of one file with the same coordinate stands: the first unless said; `refuse` complains too. */
  duplicates?: "last" | "refuse";
}

const dsv4Prefill: OpFile = {
  tables: ["dsv4_prefill_module"],
  columns: (read) => ({fmha_dtype: mlaFmha(read), ...dsv4(read), prefix: prefix(read), ...prefillShape(read)}),
  duplicates: "last"
};

const dsv4Decode: OpFile = {
  tables: ["dsv4_decode_module"],
  columns: (read) => ({...dsv4(read), ...decodeShape(read)}),
  duplicates: "last"
};

/** By name of the file without `_perf` and extension. */
export const opFiles: Record<string, OpFile> = {
  gemm: {
    tables: ["gemm"],
    drop: dropUnused,
    columns: (read) => ({
      dtype: gemmDtype("gemm_dtype")(read),
      n: read.integer("n"),
      k: read.integer("k"),
      m: read.integer("m", {least: 0})
    })
  },
  // The difference of two measurements, so it may be zero.
  computescale: {
    tables: ["compute_scale"],
    columns: scale,
    latencyMs: (read) => read.duration("latency", {zero: true})
  },
  scale_matrix: {tables: ["scale_matrix"], columns: scale},
  context_attention: {
    tables: ["prefill_attention"],
    columns: (read) => ({fmha_dtype: fmhaDtype("attn_dtype")(read), ...attention(read), ...prefillShape(read)})
  },
  generation_attention: {
    tables: ["decode_attention"],
    columns: (read) => ({...attention(read), ...decodeShape(read)})
  },
  encoder_attention: {
    tables: ["encoder_attention"],
    columns: (read) => ({
      fmha_dtype: fmhaDtype("attn_dtype")(read),
      head_dim: read.integer("head_dim"),
      heads: read.integer("num_heads"),
      ...prefillShape(read)
    })
  },
  context_mla: {
    tables: ["prefill_mla"],
    columns: (read) => ({fmha_dtype: mlaFmha(read), ...mla(read), ...prefillShape(read)})
  },
  generation_mla: {tables: ["decode_mla"], columns: (read) => ({...mla(read), ...decodeShape(read)})},
  mla_bmm: {
    tables: ["mla_bmm"],
    columns: (read) => ({
      dtype: gemmDtype("bmm_dtype")(read),
      op: read.text("op_name", {allowed: ["mla_gen_pre", "mla_gen_post"]}),
      heads: read.integer("num_heads"),
      tokens: read.integer("num_tokens")
    })
  },
  mla_context_module: {
    tables: ["prefill_mla_module"],
    columns: (read) => ({fmha_dtype: mlaFmha(read), ...module(read), ...prefillShape(read)}),
    duplicates: "last"
  },
  mla_generation_module: {
    tables: ["decode_mla_module"],
    columns: (read) => ({fmha_dtype: mlaFmha(read), ...module(read), ...decodeShape(read)}),
    duplicates: "last"
  },
  moe: {
    tables: ["moe", "moe_low_latency"],
    route: (read) => indexOf(read, kernelSource(read), ["", "moe_torch_flow_min_latency"]),
    columns: moe
  },
  custom_allreduce: {
    tables: ["custom_allreduce"],
    drop: dropEager,
    columns: (read) => ({gpus: read.integer("num_gpus"), elements: read.integer("message_size")})
  },
  nccl: {tables: ["nccl"], columns: collective},
  oneccl: {tables: ["oneccl"], columns: collective},
  wideep_moe: {
    tables: ["wideep_moe"],
    columns: (read) => ({
      kernel: read.text("kernel_source", {missing: "moe_torch_flow"}),
      ...plainMoe(read),
      slots: read.integer("num_slots")
    }),
    duplicates: "last"
  },
  wideep_context_moe: {tables: ["wideep_prefill_moe"], columns: plainMoe, duplicates: "last"},
  wideep_generation_moe: {tables: ["wideep_decode_moe"], columns: plainMoe, duplicates: "last"},
  wideep_context_mla: {
    tables: ["wideep_prefill_mla"],
    columns: (read) => ({...wideepKernel(read), fmha_dtype: mlaFmha(read), ...mla(read), ...prefillShape(read)})
  },
  wideep_generation_mla: {
    tables: ["wideep_decode_mla"],
    columns: (read) => ({...wideepKernel(read), ...mla(read), ...decodeShape(read)})
  },
  wideep_context_mlp: {tables: ["wideep_prefill_mlp"], columns: mlp, latencyMs: avgMs},
  wideep_generation_mlp: {tables: ["wideep_decode_mlp"], columns: mlp, latencyMs: avgMs},
  wideep_deepep_normal: {
    tables: ["deepep_normal"],
    columns: (read) => ({...deepEp(read), sms: read.integer("dispatch_sms")}),
    latencyMs: (read) =>
      sumUsAsMs(read, ["dispatch_transmit_us", "dispatch_notify_us", "combine_transmit_us", "combine_notify_us"], {
        zero: true
      })
  },
  wideep_deepep_ll: {
    tables: ["deepep_low_latency"],
    columns: deepEp,
    latencyMs: (read) => sumUsAsMs(read, ["dispatch_avg_t_us", "combine_avg_t_us"])
  },
  trtllm_alltoall: {tables: ["trtllm_alltoall"], columns: alltoall, duplicates: "last"},
  mamba2: {
    tables: ["mamba2_prefill", "mamba2_decode"],
    route: byPhase,
    columns: (read) => ({
      ...recurrent(read),
      d_state: read.integer("d_state"),
      heads: read.integer("nheads"),
      head_dim: read.integer("head_dim"),
      groups: read.integer("n_groups"),
      chunk: read.integer("chunk_size")
    })
  },
  gdn: {tables: ["gdn_prefill", "gdn_decode"], route: byPhase, columns: deltaNet},
  kda: {tables: ["kda_prefill", "kda_decode"], route: byPhase, drop: dropVerify, columns: deltaNet},
  dsa_context_module: {
    tables: ["dsa_prefill_module"],
    columns: (read) => {
      const columns = dsa(read);
      return {
        fmha_dtype: mlaFmha(read),
        ...columns,
        prefix: dsaPrefix(read, columns.architecture),
        ...prefillShape(read)
      };
    },
    duplicates: "last"
  },
  dsa_generation_module: {
    tables: ["dsa_decode_module"],
    columns: (read) => ({...dsa(read), ...decodeShape(read)}),
    duplicates: "last"
  },
  msa_context_module: {
    tables: ["msa_prefill_module"],
    columns: (read) => ({fmha_dtype: mlaFmha(read), ...module(read), prefix: prefix(read), ...prefillShape(read)}),
    duplicates: "last"
  },
  msa_generation_module: {
    tables: ["msa_decode_module"],
    columns: (read) => ({fmha_dtype: mlaFmha(read), ...module(read), ...decodeShape(read)}),
    duplicates: "last"
  },
  dsv4_csa_context_module: dsv4Prefill,
  dsv4_hca_context_module: dsv4Prefill,
  dsv4_csa_generation_module: dsv4Decode,
  dsv4_hca_generation_module: dsv4Decode,
  dsv4_paged_mqa_logits_module: {tables: ["dsv4_paged_mqa_logits"], columns: nativeSparse},
  dsv4_hca_attn_module: {tables: ["dsv4_hca_attention"], columns: nativeSparse},
  dsv4_csa_attn_module: {tables: ["dsv4_csa_attention"], columns: nativeSparse},
  dsv4_csa_topk_calib: {
    tables: ["dsv4_topk_calibration"],
    columns: (read) => ({score_mode: read.text("score_mode", {allowed: ["flat", "top_last"]}), ...sparse(read)})
  },
  dsv4_megamoe_module: {tables: ["dsv4_megamoe"], columns: megaMoe, duplicates: "refuse"},
  mhc_module: {
    tables: ["mhc"],
    columns: (read) => ({
      op: read.text("op_name", {allowed: ["pre", "post"]}),
      hc_mult: read.integer("hc_mult"),
      hidden: read.integer("hidden_size"),
      tokens: read.integer("num_tokens")
    }),
    duplicates: "last"
  },
  glm5_mqa_logits_module: {tables: ["glm5_mqa_logits"], columns: headsSparse},
  glm5_topk_module: {tables: ["glm5_topk"], columns: scored},
  glm5_dsa_attn_module: {tables: ["glm5_dsa_attention"], columns: headsSparse},
  dsv32_mqa_logits_module: {tables: ["dsv32_mqa_logits"], columns: headsSparse},
  dsv32_topk_module: {tables: ["dsv32_topk"], columns: scored},
  dsv32_dsa_attn_module: {tables: ["dsv32_dsa_attention"], columns: headsSparse}
};

/** Kinds of file that exist in newer trees and that no operator of the engine reads. */
export const unusedOpFiles: readonly string[] = [];

/** Tables of these files are of one version alone, unless its marker declares the whole version reused. */
export const neverInherited = ["nccl", "oneccl", "custom_allreduce"];
