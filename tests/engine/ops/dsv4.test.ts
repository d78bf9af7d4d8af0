/** DeepSeek-V4's attention, residual streams and fused experts from literal tables. Method.md §6.9. */
import {describe, expect, it} from "vitest";
import {dsv4Kernel, megaMoeKernel, mhcKernel} from "../../../engine/ops/dsv4.js";
import {bindOps, weightBytes} from "../../../engine/ops/kernel.js";
import type {Dsv4Module, MegaMoe} from "../../../engine/ops/op.js";
import {fmhaQuants, gemmQuants} from "../../../engine/quant.js";
import {dsv4Roofline} from "../../../engine/roofline-sparse.js";
import {rank, resetTrace, trace} from "../../../engine/trace.js";
import {literalPlatform, literalSystem} from "../literal-tables.js";
import type {LiteralSlice} from "../literal-tables.js";

const shape = {hidden: 64, heads: 8, headDim: 16, queryRank: 32, outputRank: 16, outputGroups: 2, ropeHeadDim: 4, windowTokens: 128, indexTopK: 512, indexHeadDim: 8, indexHeads: 4, compressRatio: 4}; // prettier-ignore
const prefill: Dsv4Module = {kind: "dsv4_prefill_module", name: "attention", count: 1, modelHeads: 8, shape, fmha: "bfloat16", kvCache: "fp8", gemm: "fp8_block"}; // prettier-ignore
const decode: Dsv4Module = {...prefill, kind: "dsv4_decode_module"};
const modes = {fmha: fmhaQuants.bfloat16, kvCache: "fp8", gemm: gemmQuants.fp8_block} as const;

/** Rows: heads, ratio, prefix, new tokens, batch, ms. */
const prefillSlice = (...rows: number[][]): LiteralSlice => ({
  table: "dsv4_prefill_module",
  part: ["bfloat16", "fp8", "fp8_block"],
  rows
});
const ask = (slices: LiteralSlice[], op = prefill, ...at: [number, number, number]) =>
  dsv4Kernel(literalPlatform(slices, {backend: "sglang"}), op)(0, ...at);

describe("DeepSeek-V4's attention", () => {
  it("tells ratios and heads apart", () => {
    const slice = prefillSlice([8, 4, 0, 100, 2, 1], [8, 128, 0, 100, 2, 2], [4, 4, 0, 100, 2, 3]);
    const ratio128 = {...prefill, shape: {...shape, compressRatio: 128}};
    expect(ask([slice], prefill, 2, 100, 0)).toBe(1);
    expect(ask([slice], ratio128, 2, 100, 0)).toBe(2);
    expect(ask([slice], {...prefill, shape: {...shape, heads: 4, outputGroups: 1}}, 2, 100, 0)).toBe(3);
  });

  it("reads unmeasured heads at the largest below, utilisation held", () => {
    const slice = prefillSlice([2, 4, 0, 100, 2, 1], [4, 4, 0, 100, 2, 3]);
    const light = (heads: number) =>
      dsv4Roofline(literalSystem, "prefill", {batch: 2, seq: 100, prefix: 0}, {...shape, heads, outputGroups: heads / 4}, modes); // prettier-ignore
    resetTrace();
    expect(ask([slice], prefill, 2, 100, 0)).toBeCloseTo((3 * light(8)) / light(4), 9);
    expect(trace.rank).toBe(rank.xshape);
  });

  it("takes off what the top-k was measured too long, in layers with an indexer, down to nothing", () => {
    const calibration = (mode: string, ms: number): LiteralSlice => ({
      table: "dsv4_topk_calibration",
      part: [mode],
      rows: [
        [0, 50, 2, ms],
        [0, 150, 2, 2 * ms]
      ]
    });
    const slices = (flat: number, real: number) => [
      prefillSlice([8, 4, 0, 100, 2, 10], [8, 128, 0, 100, 2, 10]),
      calibration("flat", flat),
      calibration("top_last", real)
    ];
    // at 100 tokens half-way: 1.5 · (4 − 2)
    expect(ask(slices(4, 2), prefill, 2, 100, 0)).toBeCloseTo(7, 12);
    expect(ask(slices(2, 4), prefill, 2, 100, 0)).toBe(10);
    expect(ask(slices(40, 2), prefill, 2, 100, 0)).toBe(0);
    expect(ask(slices(4, 2), {...prefill, shape: {...shape, compressRatio: 128}}, 2, 100, 0)).toBe(10);
  });

  it("corrects decode at its past, one new token", () => {
    const decodeSlice: LiteralSlice = {table: "dsv4_decode_module", part: ["fp8", "fp8_block"], rows: [[8, 4, 2, 301, 5]]}; // prettier-ignore
    const calibration = (mode: string, ms: number): LiteralSlice => ({
      table: "dsv4_topk_calibration",
      part: [mode],
      rows: [
        [200, 1, 2, 0],
        [400, 1, 2, ms]
      ]
    });
    expect(ask([decodeSlice, calibration("flat", 4), calibration("top_last", 0)], decode, 2, 301, 0)).toBeCloseTo(
      3,
      12
    );
  });

  it("splits a prompt over ranks: a share of it, the whole index, gathers", () => {
    const slices: LiteralSlice[] = [
      prefillSlice([8, 4, 0, 50, 1, 10], [8, 128, 0, 50, 1, 10]),
      {
        table: "dsv4_paged_mqa_logits",
        rows: [
          [8, 1, 0, 50, 1, 1],
          [8, 1, 0, 100, 1, 6]
        ]
      },
      {
        table: "nccl",
        rows: [
          ["half", "all_gather", 2, 1, 0.1],
          ["half", "all_gather", 2, 1e6, 0.1]
        ]
      }
    ];
    const sharded = {...prefill, contextShards: 2};
    // indexer keys and compressed keys are gathered; in other layers the window and, at 128 tokens and more, compressed keys
    expect(ask(slices, sharded, 1, 100, 0)).toBeCloseTo(10 + (6 / 2 - 1) + 0.1 + 0.1, 12);
    const other = {...sharded, shape: {...shape, compressRatio: 128}};
    const atOnce = ask(slices, other, 1, 100, 0);
    expect(atOnce).toBeCloseTo(10 + 0.1, 6);
    expect(ask([slices[0], slices[2]], sharded, 1, 100, 0)).toBeNaN();
    expect(trace.miss).toMatch(/^no dsv4_paged_mqa_logits table/);
  });

  it("holds its projections in the GEMM type and the absorbed ones in bf16", () => {
    // 64·32 + 32·8·16 + 64·16 + 2·16·64 + 2·64·2·16 + 32·8·4, and 8·16·16 + 64·4
    const bytes = 2048 + 4096 + 1024 + 2048 + 4096 + 1024 + 2 * (2048 + 256);
    expect(weightBytes({...prefill, count: 3})).toBe(3 * bytes);
  });
});

describe("residual streams", () => {
  it("are looked up by streams and width, and scaled from another width in hybrid", () => {
    const slices: LiteralSlice[] = [{table: "mhc", part: ["pre"], rows: [[4, 64, 10, 0.5], [4, 64, 1000, 0.5]]}]; // prettier-ignore
    const op = {kind: "mhc", name: "mhc_pre", count: 1, side: "pre", hidden: 64, streams: 4, sinkhornIterations: 20} as const; // prettier-ignore
    expect(mhcKernel(literalPlatform(slices), op)(10, 0, 0, 0)).toBe(0.5);
    expect(mhcKernel(literalPlatform(slices), {...op, hidden: 128})(10, 0, 0, 0)).toBeNaN();
    resetTrace();
    expect(mhcKernel(literalPlatform(slices, {database: "hybrid"}), {...op, hidden: 128})(10, 0, 0, 0)).toBeGreaterThan(
      0
    );
    expect(trace.rank).toBe(rank.xshape);
  });
});

describe("fused experts", () => {
  const op: MegaMoe = {kind: "megamoe", name: "moe", count: 2, phase: "decode", hidden: 64, inter: 32, topK: 2, experts: 8, moeEp: 4, dp: 4, quant: "w4a8_mxfp4_mxfp8", distribution: "power_law_1.01"}; // prettier-ignore
  const slice = (phase: string, distribution: string, ms: number): LiteralSlice => ({
    table: "dsv4_megamoe",
    part: [phase, "deepgemm_megamoe", "fp8_fp4", "w4a8_mxfp4_mxfp8", "sglang_jit", "random", distribution],
    rows: [[2, 8, 0, 64, 32, 1, 4, 10, ms]]
  });
  const slices = [slice("prefill", "power_law_1.01", 1), slice("decode", "balanced", 2), slice("decode", "power_law_1.01", 3)]; // prettier-ignore

  it("are looked up by phase and distribution, tokens of one rank", () => {
    expect(megaMoeKernel(literalPlatform(slices), op)(10, 0, 0, 0)).toBe(3);
    expect(megaMoeKernel(literalPlatform(slices), {...op, dp: 2})(20, 0, 0, 0)).toBe(3);
    expect(megaMoeKernel(literalPlatform(slices.slice(0, 2)), op)(10, 0, 0, 0)).toBe(2);
    expect(bindOps(literalPlatform(slices), [op])[0].latency(10, 0, 0, 0)).toBe(6);
  });

  it("are a miss for sizes that were not measured", () => {
    expect(megaMoeKernel(literalPlatform(slices), {...op, moeEp: 8})(10, 0, 0, 0)).toBeNaN();
    expect(trace.miss).toMatch(/^no dsv4_megamoe rows/);
  });

  it("hold a share of the experts", () => {
    expect(weightBytes(op)).toBe(2 * ((64 * 32 * 8 * 3 * 0.5) / 4));
  });
});
