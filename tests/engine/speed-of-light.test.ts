/** The bound of a table's row, by column name: as the operator's own in the sol database. */
import {describe, expect, it} from "vitest";
import {queryOp, speedOfLightMs} from "../../engine/index.js";
import type {TableName} from "../../engine/schema.js";
import {fmhaQuants, gemmQuants} from "../../engine/quant.js";
import {gdnRoofline} from "../../engine/roofline.js";
import {dsv4Roofline} from "../../engine/roofline-sparse.js";
import type {Dsv4Shape} from "../../engine/roofline-sparse.js";
import {literalPlatform, literalSystem} from "./literal-tables.js";

type Row = [TableName, string[], Record<string, number | string>, Record<string, unknown>];

const attention = {heads: 16, kv_heads: 4, window: 0, batch: 3, seq: 700};
const asked = {heads: 16, kvHeads: 4, headDim: 128, b: 3, s: 700};
const experts = {top_k: 2, experts: 8, hidden: 512, inter: 256, moe_tp: 1, moe_ep: 2, tokens: 100};
const moe = {topK: 2, experts: 8, hidden: 512, inter: 256, moeEp: 2, tokens: 100, distribution: "balanced"};
const kv = {kvCacheQuant: "fp8"};

const rows: Row[] = [
  ["gemm", ["fp8"], {m: 8, n: 256, k: 512}, {op: "gemm", m: 8, n: 256, k: 512, quant: "fp8"}],
  ["gemm", ["nvfp4"], {m: 4096, n: 4096, k: 4096}, {op: "gemm", m: 4096, n: 4096, k: 4096, quant: "nvfp4"}],
  ["compute_scale", ["fp8"], {m: 8, k: 512}, {op: "computeScale", m: 8, k: 512}],
  ["scale_matrix", ["fp8"], {m: 8, k: 512}, {op: "scaleMatrix", m: 8, k: 512}],
  ["prefill_attention", ["bfloat16", "fp8", "128"], attention, {op: "contextAttention", ...asked, ...kv}],
  ["prefill_attention", ["fp8", "fp8", "128"], {...attention, window: 64}, {op: "contextAttention", ...asked, ...kv, fmhaQuant: "fp8", window: 64}],
  ["prefill_attention", ["bfloat16", "fp8", "128"], {...attention, kv_heads: 0}, {op: "contextAttention", ...asked, kvHeads: 16, ...kv}],
  ["decode_attention", ["fp8", "128"], attention, {op: "generationAttention", ...asked, ...kv}],
  ["decode_attention", ["bfloat16", "128"], {...attention, kv_heads: 0}, {op: "generationAttention", ...asked, kvHeads: 16, kvCacheQuant: "bfloat16"}],
  ["encoder_attention", ["bfloat16", "128"], attention, {op: "encoderAttention", ...asked, fmhaQuant: "bfloat16"}],
  ["prefill_mla", ["bfloat16", "fp8"], attention, {op: "contextMla", ...asked, ...kv}],
  ["prefill_mla_module", ["bfloat16", "fp8", "fp8_block"], attention, {op: "contextMlaModule", ...asked, ...kv, gemmQuant: "fp8_block"}],
  ["decode_mla", ["fp8"], attention, {op: "generationMla", ...asked, ...kv}],
  ["decode_mla_module", ["bfloat16", "fp8", "fp8_block"], attention, {op: "generationMlaModule", ...asked, ...kv, gemmQuant: "fp8_block"}],
  ["mla_bmm", [], {dtype: "fp8", op: "mla_gen_pre", heads: 16, tokens: 9}, {op: "mlaBmm", heads: 16, tokens: 9, quant: "fp8", pre: true}],
  ["moe", ["fp8", "balanced"], experts, {op: "moe", ...moe, quant: "fp8"}],
  ["moe_low_latency", ["nvfp4", "balanced"], experts, {op: "moe", ...moe, quant: "nvfp4"}],
  ["custom_allreduce", [], {gpus: 4, elements: 1e6}, {op: "customAllReduce", tp: 4, elements: 1e6}],
  ["nccl", [], {dtype: "half", operation: "all_gather", gpus: 4, elements: 1e6}, {op: "nccl", operation: "all_gather", gpus: 4, elements: 1e6, quant: "half"}],
  ["oneccl", [], {dtype: "int8", operation: "all_reduce", gpus: 4, elements: 1e6}, {op: "nccl", operation: "all_reduce", gpus: 4, elements: 1e6, quant: "int8"}]
]; // prettier-ignore

describe("speed of light of a row", () => {
  const sol = literalPlatform([], {database: "sol"});

  it.each(rows)("of %s %j %j is the operator's", (table, part, row, query) => {
    const ms = speedOfLightMs(table, part, row, literalSystem);
    expect(ms).toBeGreaterThan(0);
    expect(queryOp(sol, query).latencyMs).toBeCloseTo(ms, 12);
  });

  it("of a delta net's scan is that of the operator, of its convolution none", () => {
    const row = {d_model: 256, k_heads: 2, k_head_dim: 64, v_heads: 4, v_head_dim: 32, d_conv: 4, batch: 3, seq: 130};
    const shape = {part: "scan", keyHeads: 2, keyHeadDim: 64, valueHeads: 4, valueHeadDim: 32, convTokens: 4} as const;
    const scan = speedOfLightMs("gdn_prefill", ["chunk_gated_delta_rule"], row, literalSystem);
    expect(scan).toBe(gdnRoofline(literalSystem, 3, 130, shape));
    const step = speedOfLightMs("gdn_decode", ["fused_recurrent_gated_delta_rule"], row, literalSystem);
    expect(step).toBe(gdnRoofline(literalSystem, 3, 1, shape));
    expect(speedOfLightMs("kda_prefill", ["chunk_kda"], row, literalSystem)).toBe(scan);
    expect(speedOfLightMs("kda_decode", ["fused_recurrent_kda_packed_decode"], row, literalSystem)).toBeNaN();
    expect(speedOfLightMs("gdn_prefill", ["causal_conv1d_fn"], row, literalSystem)).toBeNaN();
  });

  it("of an all-to-all is what a rank sends over its links", () => {
    const row = {nodes: 1, hidden: 512, top_k: 2, experts: 8, moe_ep: 4, tokens: 100};
    const light = (op: string, more: object = {}) =>
      speedOfLightMs("trtllm_alltoall", ["NVLinkTwoSided", "fp8"], {...row, ...more, op}, literalSystem);
    // 400 GB/s within a node, 50 between nodes; two copies of a token, 1 byte an element there and 2 back.
    expect(light("alltoall_prepare")).toBeCloseTo((4 * 100 * 2) / 4e8, 15);
    expect(light("alltoall_dispatch")).toBeCloseTo((100 * 2 * 512) / 4e8, 15);
    expect(light("alltoall_combine")).toBeCloseTo((100 * 2 * 512 * 2) / 4e8, 15);
    expect(light("alltoall_combine", {nodes: 2})).toBeCloseTo((100 * 2 * 512 * 2) / 5e7, 15);
  });

  it("of mixed residual streams is their traffic, twice a layer", () => {
    // 4 streams of 4096: 16384 wide, 24 mixes. In and out in bf16 for both blocks, and 24 mixes of 4 bytes a token before.
    const weights = 2 * (24 * 16384 + 24 + 3) * 2;
    const [post, pre] = ["post", "pre"].map((op) => speedOfLightMs("mhc", [op], {hc_mult: 4, hidden: 4096, tokens: 1000}, literalSystem)); // prettier-ignore
    expect(post).toBeCloseTo((weights + 2 * 1000 * 16384 * 2 * 2) / 1e9, 12);
    expect(pre).toBeCloseTo((weights + 2 * 1000 * 16384 * 2 * 2 + 2 * 1000 * 24 * 4) / 1e9, 12);
  });

  it("of wide-EP experts counts the slots of a rank", () => {
    // 4 tokens to each of 2 experts: 8 routed on 2 GPUs, 4 a rank; 16 slots are 8 a rank, so all 4 reach weights of their own.
    const row = {top_k: 2, experts: 4, hidden: 1024, inter: 512, moe_tp: 1, moe_ep: 2, tokens: 4};
    const light = (slots: number) =>
      speedOfLightMs("wideep_moe", ["deepgemm", "fp8_block", "uniform"], {...row, slots}, literalSystem);
    const activations = 4 * 1024 * 2 + 4 * 512 * 3;
    expect(light(16)).toBeCloseTo((activations + 1024 * 512 * 3 * 4) / 1e9, 12);
    expect(light(4)).toBeCloseTo((activations + 1024 * 512 * 3 * 2) / 1e9, 12);
    const sglang = (table: TableName) => speedOfLightMs(table, ["fp8_block", "uniform"], row, literalSystem);
    expect(sglang("wideep_prefill_moe")).toBe(light(4));
    expect(sglang("wideep_decode_moe")).toBe(light(4));
  });

  it("of a Mamba-2 scan is that of the operator, of its convolution none", () => {
    const row = {
      d_model: 256,
      d_state: 16,
      d_conv: 4,
      heads: 8,
      head_dim: 64,
      groups: 2,
      chunk: 128,
      batch: 3,
      seq: 100
    };
    // 512 in and 512 out, 2 · 2 · 16 of state and 8 heads' steps, 2 bytes each.
    const light = (table: TableName, kernel: string) => speedOfLightMs(table, [kernel], row, literalSystem);
    expect(light("mamba2_prefill", "mamba_chunk_scan_combined")).toBeCloseTo((300 * 2 * (1024 + 64 + 8)) / 1e9, 15);
    expect(light("mamba2_decode", "selective_state_update")).toBeCloseTo((3 * 2 * (1024 + 64 + 8)) / 1e9, 15);
    expect(light("mamba2_prefill", "causal_conv1d_fn")).toBeNaN();
    expect(light("mamba2_decode", "causal_conv1d_update")).toBeNaN();
  });

  it("of DeepSeek-V4's rows is that of its smaller size, as far as that has so many heads", () => {
    const row = {compress_ratio: 128, prefix: 300, seq: 700, batch: 2};
    const types = {fmha: fmhaQuants.bfloat16, kvCache: "fp8", gemm: gemmQuants.fp8_block} as const;
    const common = {headDim: 512, outputRank: 1024, ropeHeadDim: 64, windowTokens: 128, indexHeadDim: 128, indexHeads: 64, compressRatio: 128}; // prettier-ignore
    const flash = {...common, hidden: 4096, queryRank: 1024, indexTopK: 512};
    const pro = {...common, hidden: 7168, queryRank: 1536, indexTopK: 1024};
    const light = (heads: number) =>
      speedOfLightMs("dsv4_prefill_module", ["bfloat16", "fp8", "fp8_block"], {...row, heads}, literalSystem);
    const of = (shape: Dsv4Shape) => dsv4Roofline(literalSystem, "prefill", {batch: 2, seq: 700, prefix: 300}, shape, types); // prettier-ignore
    expect(light(16)).toBe(of({...flash, heads: 16, outputGroups: 2}));
    expect(light(128)).toBe(of({...pro, heads: 128, outputGroups: 16}));
  });

  it("is not a number where it is not modelled, or the type is unknown", () => {
    expect(speedOfLightMs("deepep_normal", [], {sms: 20, tokens: 1}, literalSystem)).toBeNaN();
    const sparse = {heads: 8, prefix: 0, seq: 100, batch: 1};
    expect(
      speedOfLightMs("dsa_prefill_module", ["bfloat16", "fp8", "fp8", "Other", "trtllm"], sparse, literalSystem)
    ).toBeNaN();
    expect(speedOfLightMs("gemm", ["awq"], {m: 8, n: 8, k: 8}, literalSystem)).toBeNaN();
  });
});
