/** Attention beyond what one look-up says: heads, windows, head sizes and modes. Method.md §6.3, §6.4. */
import {describe, expect, it} from "vitest";
import {
  decodeAttentionKernel,
  decodeAttentionLatency,
  encoderAttentionLatency,
  prefillAttentionKernel,
  prefillAttentionLatency,
  shardedContext
} from "../../../engine/ops/attention.js";
import {decodeAttentionRoofline} from "../../../engine/roofline.js";
import {literalPlatform, literalSystem} from "../literal-tables.js";
import type {LiteralSlice} from "../literal-tables.js";

const shape = {heads: 8, kvHeads: 2, headDim: 128, window: 0, fmha: "bfloat16", kvCache: "bfloat16", qkNorm: false} as const; // prettier-ignore
const decodeOp = {kind: "decode_attention", name: "a", count: 1, ...shape} as const;
const light = (more: Partial<{headDim: number; window: number}>, batch: number, seq: number) =>
  decodeAttentionRoofline(literalSystem, {...shape, batch, seq, ...more}, "bfloat16");

describe("decode attention", () => {
  const slice = (kvHeads: number, window: number, ms: number): LiteralSlice["rows"] =>
    [1, 5000].map((seq) => [kvHeads, window, 8, 4, seq, ms]);
  const platform = literalPlatform([
    {table: "decode_attention", part: ["bfloat16", "128"], rows: [...slice(2, 0, 1), ...slice(0, 0, 2), ...slice(2, 64, 3)]} // prettier-ignore
  ]);

  it("has multi-head attention, and windows, in tables of their own", () => {
    expect(decodeAttentionKernel(platform, decodeOp)(4, 4, 1000, 0)).toBe(1);
    expect(decodeAttentionKernel(platform, {...decodeOp, kvHeads: 8})(4, 4, 1000, 0)).toBe(2);
    expect(decodeAttentionKernel(platform, {...decodeOp, window: 64})(4, 4, 1000, 0)).toBe(3);
    expect(decodeAttentionKernel(platform, {...decodeOp, kvHeads: 4})(4, 4, 1000, 0)).toBeNaN();
    expect(decodeAttentionKernel(platform, {...decodeOp, kvCache: "fp8"})(4, 4, 1000, 0)).toBeNaN();
  });

  it("rounds its five lengths down, from one token on", () => {
    const rows = [1, 2, 3, 10, 11, 12].map((seq) => [2, 0, 8, 4, seq, seq ** 3]);
    const steps = literalPlatform([{table: "decode_attention", part: ["bfloat16", "128"], rows}]);
    expect(decodeAttentionKernel(steps, decodeOp)(4, 4, 1, 0)).toBe(1);
    // 0.9 · 11 = 9.9 and 1.1 · 11 = 12.1: 9, 9, 10, 11, 12.
    const nine = 3 ** 3 + ((10 ** 3 - 3 ** 3) * 6) / 7;
    const mean = (nine + nine + 10 ** 3 + 11 ** 3 + 12 ** 3) / 5;
    expect(decodeAttentionKernel(steps, decodeOp)(4, 4, 11, 0)).toBeCloseTo(mean, 9);
  });

  it.each(["sol", "empirical"] as const)("asks %s once, at the step's length", (database) => {
    const modes = {...platform, database};
    const once = decodeAttentionLatency(modes, shape)(4, 1000, 0, 0);
    expect(decodeAttentionKernel(modes, decodeOp)(4, 4, 1000, 0)).toBe(once);
  });

  it("of another head size has, by the method's rule, its utilisation, unscaled", () => {
    const rows = [500, 1000].map((seq) => [2, 0, 8, 4, seq, light({}, 4, seq) / 0.25]);
    const hybrid = {
      ...literalPlatform([{table: "decode_attention", part: ["bfloat16", "128"], rows}], {database: "hybrid"}),
      transferRule: "utilisation"
    } as const;
    const ms = decodeAttentionLatency(hybrid, {...shape, headDim: 64})(4, 1000, 0, 0);
    expect(ms).toBeCloseTo(light({headDim: 64}, 4, 1000) / 0.25, 12);
    const windowed = decodeAttentionLatency(hybrid, {...shape, window: 64})(4, 1000, 0, 0);
    expect(windowed).toBeCloseTo(light({window: 64}, 4, 1000) / 0.25, 12);
  });
});

describe("encoder attention", () => {
  it("blends along the length in the square root", () => {
    const platform = literalPlatform([
      {table: "encoder_attention", part: ["bfloat16", "64"], rows: [[8, 100, 1, 4], [8, 300, 1, 16]]}
    ]); // prettier-ignore
    const op = {kind: "encoder_attention", name: "e", count: 1, heads: 8, headDim: 64, fmha: "bfloat16"} as const;
    expect(encoderAttentionLatency(platform, op)(1, 200, 0, 0)).toBeCloseTo(9, 12);
    expect(encoderAttentionLatency(platform, {...op, headDim: 80})(1, 200, 0, 0)).toBeNaN();
  });
});

describe("prefill attention", () => {
  const rows = [100, 400].map((seq) => [2, 0, 8, seq, 1, (seq / 100) ** 2]);
  const platform = literalPlatform([{table: "prefill_attention", part: ["bfloat16", "bfloat16", "128"], rows}]);

  it("of one token sharded is never less than a token a chunk", () => {
    const asked: number[][] = [];
    const core = (batch: number, seq: number, prefix: number) => asked.push([batch, seq, prefix]);
    shardedContext(core, 4, 2, 1, 10);
    shardedContext(core, 4, 2, 17, 10);
    expect(asked).toEqual([[2, 1, 10], [2, 1, 10], [2, 3, 10], [2, 3, 24]]); // prettier-ignore
  });

  it("in sol counts the tokens after the prefix alone", () => {
    const sol = prefillAttentionLatency({...platform, database: "sol"}, shape);
    expect(sol(2, 30_000, 10_000, 0)).toBeCloseTo((2 * 2 * (4e4 ** 2 - 1e4 ** 2) * 8 * 128) / 1e11, 9);
  });

  it("moves its extras at full bandwidth and without a launch in sol", () => {
    const op = {kind: "prefill_attention", name: "a", count: 1, ...shape} as const;
    const sol = {...platform, database: "sol"} as const;
    const extra = prefillAttentionKernel(sol, op)(100, 1, 100, 0) - prefillAttentionLatency(sol, shape)(1, 100, 0, 0);
    const moved = 2 * (2 * 8 * 128 + 2 * 2 * 128) + 2 * (2 * 128 * 2);
    expect(extra).toBeCloseTo((1.1 * moved) / 1e9, 15);
  });
});
