import {commQuants, fmhaQuants, gemmQuants, kvCacheQuants, moeQuants} from "../engine/quant.js";
import {usToMs} from "../engine/units.js";
import type {RowReader, TextColumn} from "./row-reader.js";

/** Our columns from a source's, as op-file.ts puts them together. Source: method.md §3.2. */

// Dtypes. `float16` is what releases before 0.5 call bfloat16; the last two of `gemm` are of the newest trees.
const sourceDtype = {float16: "bfloat16", fp8_e4m3: "fp8"};
const gemmNames = [...Object.keys(gemmQuants), "nvfp4_wo", "w4a16_nvfp4"];
const dtype = (allowed: readonly string[]) => (name: string) => (read: RowReader) =>
  read.text(name, {allowed, alias: sourceDtype});
export const gemmDtype = dtype(gemmNames);
const moeDtype = dtype(Object.keys(moeQuants));
export const fmhaDtype = dtype(Object.keys(fmhaQuants));
const kvDtype = dtype(Object.keys(kvCacheQuants));
const commDtype = dtype(Object.keys(commQuants));

const phases = {context: "prefill", generation: "decode"};
const phase = (read: RowReader) => read.text("phase", {allowed: Object.values(phases), alias: phases});

/** A column computed from others, cell by cell. */
function derive(rows: number, cell: (row: number) => number): Float64Array {
  const out = new Float64Array(rows);
  for (let row = 0; row < rows; ++row) out[row] = cell(row);
  return out;
}

/** A text column renamed cell by cell. */
function rename({codes, names}: TextColumn, cell: (name: string, row: number) => string): TextColumn {
  const out: TextColumn = {codes: new Int32Array(codes.length), names: []};
  const codeOf = new Map<string, number>();
  codes.forEach((code, row) => {
    const name = names.length ? cell(names[code], row) : "";
    if (!codeOf.has(name)) codeOf.set(name, out.names.push(name) - 1);
    out.codes[row] = codeOf.get(name)!;
  });
  return out;
}

/** Length of a sequence in the step that is measured: `isl` tokens of input plus `step` generated before. */
function fullSequence(read: RowReader): Float64Array {
  const [isl, step] = [read.integer("isl"), read.integer("step", {least: 0})];
  return derive(read.rows, (row) => isl[row] + step[row]);
}

/** Local heads; older MLA files give tensor parallelism over 128 heads instead. */
function mlaHeads(read: RowReader): Float64Array {
  if (read.has("num_heads")) return read.integer("num_heads");
  const tp = read.integer("tp_size");
  return derive(read.rows, (row) => Math.floor(128 / tp[row]));
}

/**
 * Local heads of DeepSeek-V4 modules. Some files log the model's own head count at every `tp_size` of a model, others
 * the local one: it is the former when one model has several `tp_size` but a single `num_heads`.
 */
function dsv4Heads(read: RowReader): Float64Array {
  const [heads, tp, model] = [
    read.integer("num_heads"),
    read.integer("tp_size", {missing: 1}),
    read.text("model", {missing: "?"})
  ];
  const headsOf = model.names.map(() => new Set<number>());
  const tpOf = model.names.map(() => new Set<number>());
  for (let row = 0; row < read.rows; ++row) {
    if (!read.kept[row]) continue;
    headsOf[model.codes[row]].add(heads[row]);
    tpOf[model.codes[row]].add(tp[row]);
  }
  const native = model.names.some((_, i) => tpOf[i].size > 1 && headsOf[i].size === 1);
  return native ? derive(read.rows, (row) => Math.max(1, Math.floor(heads[row] / tp[row]))) : heads;
}

const batch = (read: RowReader) => read.integer("batch_size");
export const prefillShape = (read: RowReader) => ({seq: read.integer("isl"), batch: batch(read)});
export const decodeShape = (read: RowReader) => ({batch: batch(read), seq: fullSequence(read)});
export const prefix = (read: RowReader) => read.integer("step", {least: 0});

export function attention(read: RowReader) {
  const [heads, kv] = [read.integer("num_heads"), read.integer("num_key_value_heads")];
  return {
    kv_dtype: kvDtype("kv_cache_dtype")(read),
    head_dim: read.integer("head_dim"),
    kv_heads: derive(read.rows, (row) => (kv[row] === heads[row] ? 0 : kv[row])),
    window: read.integer("window_size", {missing: 0, least: 0}),
    heads
  };
}

export const mla = (read: RowReader) => ({kv_dtype: kvDtype("kv_cache_dtype")(read), heads: mlaHeads(read)});
export const mlaFmha = fmhaDtype("mla_dtype");
export const module = (read: RowReader) => ({...mla(read), gemm_dtype: gemmDtype("gemm_type")(read)});
export const wideepKernel = (read: RowReader) => ({kernel: read.text("kernel_source", {missing: "flashinfer"})});

export function dsa(read: RowReader) {
  const kernel = read.text("kernel_source", {missing: "default"});
  return {
    ...module(read),
    architecture: read.text("architecture", {missing: "DeepseekV32ForCausalLM"}),
    dsa_backend: rename(kernel, (name) => (name.includes("trtllm") ? "trtllm" : "flashmla_kv"))
  };
}

/** `step` may only be missing in rows of DeepSeek-V3.2. */
export function dsaPrefix(read: RowReader, architecture: TextColumn): Float64Array {
  const deepSeekOnly = architecture.names.every((name) => name === "DeepseekV32ForCausalLM");
  return read.integer("step", {least: 0, missing: deepSeekOnly ? 0 : undefined});
}

export function dsv4(read: RowReader) {
  return {
    kv_dtype: kvDtype("kv_cache_dtype")(read),
    gemm_dtype: gemmDtype("gemm_type")(read),
    heads: dsv4Heads(read),
    compress_ratio: read.integer("compress_ratio", {least: 0})
  };
}

/** Shape of a sparse-attention kernel: new tokens `seq` behind `past` cached ones. */
export const sparse = (read: RowReader) => ({past: prefix(read), ...prefillShape(read)});
export const headsSparse = (read: RowReader) => ({heads: read.integer("num_heads"), ...sparse(read)});
export const scored = (read: RowReader) => ({score_mode: read.text("score_mode"), ...headsSparse(read)});
export const nativeSparse = (read: RowReader) => ({tp: read.integer("tp_size", {missing: 1}), ...headsSparse(read)});

function moeShape(read: RowReader) {
  return {
    distribution: read.text("distribution"),
    top_k: read.integer("topk"),
    experts: read.integer("num_experts"),
    hidden: read.integer("hidden_size"),
    inter: read.integer("inter_size"),
    moe_tp: read.integer("moe_tp_size"),
    moe_ep: read.integer("moe_ep_size"),
    tokens: read.integer("num_tokens")
  };
}

export const plainMoe = (read: RowReader) => ({dtype: moeDtype("moe_dtype")(read), ...moeShape(read)});

/** Kernels of SGLang whose rows stand under a dtype name of their own: [kernel_source, dtype, our dtype]. */
const moeRenames = [
  ["sglang_mxfp4_flashinfer_trtllm_moe", "w4a8_mxfp4_mxfp8", "w4a8_mxfp4_mxfp8_trtllm"],
  ["sglang_flashinfer_cutlass_moe", "w4a16_mxfp4", "w4a16_mxfp4_cutlass"]
];

export function moe(read: RowReader) {
  const columns = plainMoe(read);
  const kernel = kernelSource(read);
  const kernelOf = (row: number) => kernel.names[kernel.codes[row]];
  const ours = (name: string, row: number) =>
    moeRenames.find(([source, from]) => from === name && source === kernelOf(row))?.[2] ?? name;
  return {...columns, dtype: rename(columns.dtype, ours)};
}

/** Which kernel produced a row; decides what other backends may borrow. */
export function kernelSource(read: RowReader): TextColumn {
  return read.text("kernel_source", {missing: ""});
}

export function indexOf(read: RowReader, column: TextColumn, names: readonly string[]): Float64Array {
  return derive(read.rows, (row) => Math.max(0, names.indexOf(column.names[column.codes[row]])));
}

export const byPhase = (read: RowReader) => indexOf(read, phase(read), ["prefill", "decode"]);

/** Rows measured without CUDA graphs, which serving does not use; the b60 has no others. */
export function dropEager(read: RowReader, name: string): void {
  if (name.includes("b60")) return;
  for (const column of ["kernel_source", "backend"]) {
    const {codes, names} = read.text(column, {missing: ""});
    codes.forEach((code, row) => void (names[code]?.endsWith("_eager") && read.drop(row)));
  }
}

export function dropUnused(read: RowReader): void {
  const {codes, names} = read.text("gemm_dtype", {missing: ""});
  codes.forEach((code, row) => void (["awq", "gptq"].includes(names[code]) && read.drop(row)));
}

export const sumUsAsMs = (read: RowReader, names: string[], rule = {}) => {
  const parts = names.map((name) => read.duration(name, rule));
  return derive(read.rows, (row) => usToMs(parts.reduce((sum, part) => sum + part[row], 0)));
};

export const collective = (read: RowReader) => ({
  dtype: commDtype("nccl_dtype")(read),
  operation: read.text("op_name", {allowed: ["all_gather", "alltoall", "reduce_scatter", "all_reduce"]}),
  gpus: read.integer("num_gpus"),
  elements: read.integer("message_size")
});

export const scale = (read: RowReader) => ({
  dtype: dtype(["fp8"])("quant_dtype")(read),
  m: read.integer("m", {least: 0}),
  k: read.integer("k")
});

export const mlp = (read: RowReader) => ({
  dtype: gemmDtype("quant_type")(read),
  hidden: read.integer("hidden_size"),
  inter: read.integer("intermediate_size"),
  tokens: read.integer("num_token")
});

export const deepEp = (read: RowReader) => ({
  nodes: read.integer("node_num"),
  hidden: read.integer("hidden_size"),
  top_k: read.integer("num_topk"),
  experts: read.integer("num_experts"),
  tokens: read.integer("num_token")
});

export const recurrent = (read: RowReader) => ({
  kernel: read.text("kernel_source"),
  d_model: read.integer("d_model"),
  d_conv: read.integer("d_conv"),
  batch: batch(read),
  seq: read.integer("seq_len", {missing: 1})
});

export const deltaNet = (read: RowReader) => ({
  ...recurrent(read),
  k_heads: read.integer("num_k_heads"),
  k_head_dim: read.integer("head_k_dim"),
  v_heads: read.integer("num_v_heads"),
  v_head_dim: read.integer("head_v_dim")
});

/** Checks of drafted tokens, several a sequence: neither a prompt nor a step of one token. */
export function dropVerify(read: RowReader): void {
  const {codes, names} = read.text("phase");
  codes.forEach((code, row) => void (names[code] === "verify" && read.drop(row)));
}

function requireFlag(read: RowReader, name: string, wanted: boolean): void {
  const {codes, names} = read.text(name);
  codes.forEach((code, row) => {
    if (names.length && names[code].toLowerCase() !== String(wanted))
      read.refuse(row, `${name} is ${names[code]}; must be ${wanted}`);
  });
}

export function megaMoe(read: RowReader) {
  requireFlag(read, "used_cuda_graph", true);
  requireFlag(read, "includes_gate_topk", false);
  requireFlag(read, "includes_routed_scale", true);
  return {
    ...plainMoe(read),
    phase: phase(read),
    kernel: read.text("kernel_source"),
    kernel_dtype: read.text("kernel_dtype"),
    pre_dispatch: read.text("pre_dispatch"),
    source_policy: read.text("source_policy"),
    shared_experts: read.integer("num_fused_shared_experts", {least: 0})
  };
}

export function alltoall(read: RowReader) {
  const moeEp = read.integer("moe_ep_size");
  const alltoallOps = ["alltoall_prepare", "alltoall_dispatch", "alltoall_combine", "alltoall_combine_low_precision"];
  return {
    kernel: read.text("kernel_source", {missing: "NVLinkTwoSided"}),
    dtype: moeDtype("moe_dtype")(read),
    op: read.text("op_name", {allowed: alltoallOps}),
    nodes: read.has("num_nodes")
      ? read.integer("num_nodes")
      : derive(read.rows, (row) => Math.max(1, Math.floor(moeEp[row] / 4))),
    hidden: read.integer("hidden_size"),
    top_k: read.integer("topk"),
    experts: read.integer("num_experts"),
    moe_ep: moeEp,
    tokens: read.integer("num_tokens")
  };
}

export const avgMs = (read: RowReader) => read.duration("avg_ms");
