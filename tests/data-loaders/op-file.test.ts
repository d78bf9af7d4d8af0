import {expect, test} from "vitest";
import {opFiles, unusedOpFiles} from "../../data-loaders/op-file.js";
import {importTables} from "../../data-loaders/import.js";
import {tables, type TableName} from "../../engine/schema.js";
import {csv, folderWith, sliceRows} from "./tree.js";

/** Imports one file of h200_sxm/sglang/0.5.9 and returns the rows of a slice. */
async function translated(name: string, text: string, table: TableName, ...part: string[]) {
  const dataDir = folderWith({});
  const dir = folderWith({[`systems/data/h200_sxm/sglang/0.5.9/${name}_perf.txt`]: csv(text)});
  const report = await importTables(dir, {dataDir});
  expect(report.refusals).toEqual([]);
  return sliceRows(dataDir, "h200_sxm/sglang/0.5.9", table, ...part);
}

test("every table is fed by a file, and no file is both known and unused", () => {
  const fed = new Set(Object.values(opFiles).flatMap((file) => file.tables));
  expect(Object.keys(tables).filter((table) => !fed.has(table as TableName))).toEqual([]);
  expect(unusedOpFiles.filter((name) => name in opFiles)).toEqual([]);
});

test("attention: equal heads are multi-head, no window column is no window, decode counts isl + step", async () => {
  const header = "attn_dtype kv_cache_dtype num_heads num_key_value_heads head_dim batch_size isl step latency";
  const prefill = `${header}\n bfloat16 fp8 8 8 128 2 64 0 0.5\n bfloat16 fp8 8 1 128 2 64 0 0.25`;
  expect(await translated("context_attention", prefill, "prefill_attention", "bfloat16", "fp8", "128")).toEqual([
    "0 0 8 64 2 0.5",
    "1 0 8 64 2 0.25"
  ]);
  const decode = `${header}\n bfloat16 fp8 8 8 128 2 1 63 0.5`;
  expect(await translated("generation_attention", decode, "decode_attention", "fp8", "128")).toEqual([
    "0 0 8 2 64 0.5"
  ]);
});

test("mla: without num_heads they are 128 // tp_size", async () => {
  const text = "mla_dtype kv_cache_dtype batch_size isl tp_size step latency\n float16 fp8 2 64 8 0 0.5";
  expect(await translated("context_mla", text, "prefill_mla", "bfloat16", "fp8")).toEqual(["16 64 2 0.5"]);
});

test("moe: kernels decide the table and the dtype", async () => {
  const text = `
    kernel_source                       moe_dtype          distribution topk num_experts hidden_size inter_size moe_tp_size moe_ep_size num_tokens latency
    moe_torch_flow_min_latency          nvfp4              balanced     2    8           64          32         1           1           1          0.5
    sglang_mxfp4_flashinfer_trtllm_moe  w4a8_mxfp4_mxfp8   balanced     2    8           64          32         1           1           1          0.25
    sglang_flashinfer_cutlass_moe       w4a16_mxfp4        balanced     2    8           64          32         1           1           1          0.125`;
  expect(await translated("moe", text, "moe_low_latency", "nvfp4", "balanced")).toEqual(["2 8 64 32 1 1 1 0.5"]);
  expect(await translated("moe", text, "moe", "w4a8_mxfp4_mxfp8_trtllm", "balanced")).toEqual(["2 8 64 32 1 1 1 0.25"]);
  expect(await translated("moe", text, "moe", "w4a16_mxfp4_cutlass", "balanced")).toEqual(["2 8 64 32 1 1 1 0.125"]);
});

test("custom_allreduce: eager rows are left out, by either column", async () => {
  const text = `
    kernel_source allreduce_dtype num_gpus message_size latency backend
    x_graph       bfloat16        2        128          0.25    vllm_graph
    x_eager       bfloat16        2        256          0.5     vllm_graph
    x             bfloat16        2        512          0.5     vllm_eager`;
  expect(await translated("custom_allreduce", text, "custom_allreduce")).toEqual(["2 128 0.25"]);
});

test("deepep: the four parts add up, in ms", async () => {
  const text = `
    node_num hidden_size num_token num_topk num_experts dispatch_sms dispatch_transmit_us dispatch_notify_us combine_transmit_us combine_notify_us
    2        7168        16        8        256         20           100                  0                  150                 250`;
  expect(await translated("wideep_deepep_normal", text, "deepep_normal")).toEqual(["2 7168 8 256 20 16 0.5"]);
});

test("modules: the last of two rows stands", async () => {
  const text = `
    mla_dtype kv_cache_dtype gemm_type num_heads batch_size isl step latency
    bfloat16  fp8            fp8_block 16        2          64  0    0.5
    bfloat16  fp8            fp8_block 16        2          64  0    0.25`;
  expect(await translated("mla_context_module", text, "prefill_mla_module", "bfloat16", "fp8", "fp8_block")).toEqual([
    "16 64 2 0.25"
  ]);
});

test("dsv4: a model's own head count is divided by tp_size", async () => {
  const text = `
    model mla_dtype kv_cache_dtype gemm_type num_heads tp_size compress_ratio batch_size isl step latency
    flash bfloat16  fp8_e4m3       fp8_block 64        1       4              1          16  0    0.5
    flash bfloat16  fp8_e4m3       fp8_block 64        4       4              1          16  0    0.25`;
  expect(
    await translated("dsv4_csa_context_module", text, "dsv4_prefill_module", "bfloat16", "fp8", "fp8_block")
  ).toEqual(["16 4 0 16 1 0.25", "64 4 0 16 1 0.5"]);
});

test("msa: new tokens behind cached ones in prefill, the full length in decode", async () => {
  const text = `
    mla_dtype kv_cache_dtype gemm_type num_heads batch_size isl step latency
    bfloat16  fp8            fp8_block 16        2          64  128  0.5`;
  const types = ["bfloat16", "fp8", "fp8_block"];
  expect(await translated("msa_context_module", text, "msa_prefill_module", ...types)).toEqual(["16 128 64 2 0.5"]);
  expect(await translated("msa_generation_module", text, "msa_decode_module", ...types)).toEqual(["16 2 192 0.5"]);
});

test("mamba2: the phase decides the table", async () => {
  const text = `
    kernel_source phase      batch_size seq_len d_model d_state d_conv nheads head_dim n_groups chunk_size latency
    conv          context    2          64      1024    128     4      16     64       8        256        0.5
    conv          generation 2          1       1024    128     4      16     64       8        256        0.25`;
  expect(await translated("mamba2", text, "mamba2_prefill", "conv")).toEqual(["1024 128 4 16 64 8 256 2 64 0.5"]);
  expect(await translated("mamba2", text, "mamba2_decode", "conv")).toEqual(["1024 128 4 16 64 8 256 2 0.25"]);
});

test("values come back bit for bit", async () => {
  const values = [0.1 + 0.2, 1 / 3, Number.MIN_VALUE, 1.7976931348623157e308, 0.01843200018629432];
  const rows = values.map((value, i) => `k bfloat16 mla_gen_pre 64 ${i + 1} ${value}`).join("\n");
  const text = `kernel_source bmm_dtype op_name num_heads num_tokens latency\n${rows}`;
  const lines = await translated("mla_bmm", text, "mla_bmm");
  expect(lines!.map((line) => Number(line.split(" ").at(-1)))).toEqual(values);
});
