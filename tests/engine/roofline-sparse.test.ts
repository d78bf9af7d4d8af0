/** Speed of light of sparse attention, worked out by hand on tiny shapes. Method.md §4. */
import {describe, expect, it} from "vitest";
import {fmhaQuants, gemmQuants} from "../../engine/quant.js";
import {lastBound} from "../../engine/roofline.js";
import {
  cappedPairs,
  compressedPairs,
  decodeDsaRoofline,
  dsv4Roofline,
  dsv4Weights,
  mhcRoofline,
  msaRoofline,
  prefillDsaRoofline
} from "../../engine/roofline-sparse.js";
import type {BlockTypes, Step} from "../../engine/roofline-sparse.js";
import {literalSystem} from "./literal-tables.js";

/** The literal GPU: 100 TFLOP/s bf16, 200 fp8, 1 TB/s. */
const bf16Ms = (flops: number) => flops * 1e-11;
const fp8Ms = (flops: number) => flops * 0.5e-11;
const memoryMs = (bytes: number) => bytes * 1e-9;

const types = (kvCache: "bfloat16" | "fp8"): BlockTypes => ({gemm: gemmQuants.fp8_block, fmha: fmhaQuants.bfloat16, kvCache}); // prettier-ignore
const step = (batch: number, seq: number, prefix = 0): Step => ({batch, seq, prefix});

function bounds(ms: number) {
  const {computeMs, memoryMs} = lastBound;
  expect(ms).toBe(Math.max(computeMs, memoryMs));
  return {computeMs, memoryMs};
}

function expectBound(ms: number, computeMs: number, bytesMs: number) {
  const bound = bounds(ms);
  expect(bound.computeMs / computeMs).toBeCloseTo(1, 12);
  expect(bound.memoryMs / bytesMs).toBeCloseTo(1, 12);
}

describe("pairs of query and key", () => {
  const brute = ({batch, seq, prefix}: Step, of: (i: number) => number) => {
    let sum = 0;
    for (let i = prefix + 1; i <= prefix + seq; ++i) sum += of(i);
    return batch * sum;
  };

  it.each([
    [step(2, 6), 8],
    [step(2, 6, 5), 8],
    [step(3, 6, 9), 8],
    [step(1, 8), 8],
    [step(1, 1, 7), 8],
    [step(1, 100, 3), 1]
  ])("%o counts what a causal prompt sees, at most %d a query", (at, most) => {
    expect(cappedPairs(at, most)).toBe(brute(at, (i) => Math.min(i, most)));
  });

  it.each([
    [0, 10, 4, 2],
    [3, 6, 4, 2],
    [100, 40, 4, 7],
    [0, 500, 128, 3],
    [0, 3, 4, 2],
    [7, 1, 4, 1],
    [0, 64, 4, 100]
  ])("after %d, %d new tokens see compressed entries of %d, at most %d", (prefix, seq, ratio, limit) => {
    const sum = brute(step(1, seq, prefix), (i) => Math.min(Math.floor(i / ratio), limit));
    expect(compressedPairs(prefix, seq, ratio, limit)).toBe(sum);
  });
});

describe("DSA", () => {
  const shape = {hidden: 10, heads: 2, queryRank: 3, kvRank: 4, nopeHeadDim: 5, ropeHeadDim: 6, valueHeadDim: 7, indexTopK: 8, indexHeadDim: 128, indexHeads: 9}; // prettier-ignore
  // 10·(3+4+6+128) + 3·2·11 + 3·9·128 + 10·9 + 2·7·10
  const weights = 1410 + 66 + 3456 + 90 + 140;
  // 2 · 12 tokens · weights, and absorbed 2·2·12·5·4 + 2·2·12·4·7
  const projections = 24 * weights + 960 + 1344;

  it("indexes nothing while all tokens may be attended to", () => {
    const pairs = 42; // 2 · 6·7/2
    const bytes = weights + 2 * 2 * 6 * 10 * 2 + 2 * 12 * 2 * 11 * 2;
    const ms = prefillDsaRoofline(literalSystem, step(2, 6), shape, types("bfloat16"));
    expectBound(ms, fp8Ms(projections) + bf16Ms(2 * 2 * 14 * pairs), memoryMs(bytes));
  });

  it("indexes all tokens and attends to the chosen ones beyond", () => {
    const pairs = 42 + 48; // 2 · (8·9 − 5·6)/2, and 2 · 3 · 8
    const indexer = 2 * 12 * 9 * 128 * 11;
    const bytes = weights + 2 * 2 * 8 * 10 * 2 + 2 * 11 * (128 + 4) + 2 * 12 * 2 * 11 * 2;
    const ms = prefillDsaRoofline(literalSystem, step(2, 6, 5), shape, types("bfloat16"));
    expectBound(ms, fp8Ms(projections + indexer) + bf16Ms(2 * 2 * 14 * pairs), memoryMs(bytes));
  });

  it("always indexes in decode, and attends in bf16", () => {
    const flops = 2 * 2 * weights + 160 + 224;
    const indexer = 2 * 2 * 9 * 128 * 11;
    const bytes = weights + 16 * 10 * 2 + 2 * 11 * 132;
    const ms = decodeDsaRoofline(literalSystem, step(2, 11), shape, types("bfloat16"));
    expectBound(ms, fp8Ms(flops + indexer) + bf16Ms(2 * 2 * 14 * 16), memoryMs(bytes));
  });
});

describe("MSA", () => {
  const shape = {hidden: 10, heads: 4, kvHeads: 2, headDim: 3, valueHeadDim: 5, indexTopK: 8, blockTokens: 4, indexHeadDim: 16, indexHeads: 2}; // prettier-ignore
  const weights = 120 + 120 + 200 + 320; // 10·4·3 + 10·2·2·3 + 4·5·10 + 10·2·16

  it("indexes blocks of a long prompt", () => {
    const pairs = 33 + 32; // (8·9 − 2·3)/2, and (12 − 8) · 8
    const bytes = weights + 2 * 8 * 8 + 3 * 2 * 16 + 2 * 10 * 4 * 3 * 2;
    const ms = msaRoofline(literalSystem, "prefill", step(1, 10, 2), shape, types("fp8"));
    expectBound(ms, fp8Ms(20 * weights + 2 * 10 * 2 * 16 * 3) + bf16Ms(2 * 4 * 8 * pairs), memoryMs(bytes));
  });

  it("decodes at one token less, without an index while short", () => {
    const bytes = weights + 3 * 2 * 5 * 8 + 2 * 3 * 4 * 3 * 2;
    const ms = msaRoofline(literalSystem, "decode", step(3, 6), shape, types("fp8"));
    expectBound(ms, fp8Ms(6 * weights) + bf16Ms(2 * 4 * 8 * 15), memoryMs(bytes));
  });
});

describe("DeepSeek-V4", () => {
  const shape = {hidden: 10, heads: 2, headDim: 8, queryRank: 3, outputRank: 5, outputGroups: 1, ropeHeadDim: 4, windowTokens: 4, indexTopK: 2, indexHeadDim: 6, indexHeads: 7}; // prettier-ignore
  const projected = 30 + 48 + 80 + 50; // 10·3 + 3·2·8 + 10·8 + 5·10

  it("prefills layers of ratio 4 with compressor and indexer", () => {
    const at = {...shape, compressRatio: 4};
    expect(dsv4Weights(at)).toEqual({gemm: projected + 320 + 126, bf16: 80 + 70});
    const compressor = 3840 + 192 + 2880 + 144;
    const pairs = 4 + 20 + 8; // window: (4·5 − 3·4)/2 and 5·4; entries of tokens 4…9: 1 1 1 1 2 2
    const indexer = 2 * 6 * 7 * 6 * (3 + 2);
    const computeMs = fp8Ms(12 * projected + compressor + indexer) + bf16Ms(960 + 840 + 4 * 2 * 8 * pairs);
    const bytes = 654 + 300 + 6 * 42 + pairs * 8 + 2 * 6 * 0.5 + 6 * 2 * 4 * 2;
    const ms = dsv4Roofline(literalSystem, "prefill", step(1, 6, 3), at, types("fp8"));
    expectBound(ms, computeMs, memoryMs(bytes));
  });

  it("decodes layers of ratio 128 over window and compressed entries", () => {
    const at = {...shape, compressRatio: 128};
    const pairs = 2 * 4 + 2 * 2; // 299 tokens: window 4, entries 2
    const bytes = projected + 160 + 160 + 2 * 42 + pairs * 8 + 2 * 2 * 4 * 2;
    const computeMs = fp8Ms(4 * projected + 640 + 32) + bf16Ms(320 + 4 * 2 * 8 * pairs);
    const ms = dsv4Roofline(literalSystem, "decode", step(2, 300), at, types("fp8"));
    expectBound(ms, computeMs, memoryMs(bytes));
  });

  it("mixes residual streams before and after both blocks of a layer", () => {
    const at = {hidden: 10, streams: 2, sinkhornIterations: 3};
    const bytes = 2 * (8 * 20 + 8 + 3) * 2 + 2 * 5 * 20 * 2 * 2;
    const pre = mhcRoofline(literalSystem, 5, {...at, side: "pre"});
    expectBound(pre, bf16Ms(2 * (1600 + 300 + 120 + 200)), memoryMs(bytes + 2 * 5 * 8 * 4));
    const post = mhcRoofline(literalSystem, 5, {...at, side: "post"});
    expectBound(post, bf16Ms(2 * (400 + 200)), memoryMs(bytes));
  });
});
