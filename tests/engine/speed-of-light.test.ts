/** The bound of a table's row, by column name: as the operator's own in the sol database. */
import {describe, expect, it} from "vitest";
import {queryOp, speedOfLightMs} from "../../engine/index.js";
import type {TableName} from "../../engine/schema.js";
import {gdnRoofline} from "../../engine/roofline.js";
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

  it("is not a number where it is not modelled, or the type is unknown", () => {
    expect(speedOfLightMs("deepep_normal", [], {sms: 20, tokens: 1}, literalSystem)).toBeNaN();
    expect(speedOfLightMs("gemm", ["awq"], {m: 8, n: 8, k: 8}, literalSystem)).toBeNaN();
  });
});
