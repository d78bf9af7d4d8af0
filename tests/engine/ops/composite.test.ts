/** Blocks and overlapped streams: their grade and error are those of what decided their time. */
import {beforeEach, describe, expect, it} from "vitest";
import {bindKernel} from "../../../engine/ops/kernel.js";
import type {Elementwise, Gemm, Op} from "../../../engine/ops/op.js";
import {grades, resetTrace, trace} from "../../../engine/trace.js";
import {literalPlatform} from "../literal-tables.js";

beforeEach(resetTrace);

// [m, 64] · [64, 64] in 1 ms at m 1 and 3 ms at m 3; k 128 takes 5 ms at m 1 alone.
const platform = literalPlatform([
  {
    table: "gemm",
    part: ["bfloat16"],
    rows: [
      [64, 64, 1, 1],
      [64, 64, 3, 3],
      [64, 128, 1, 5]
    ]
  }
]);
const gemm = (k: number, n = 64): Gemm => ({kind: "gemm", name: "g", count: 1, n, k, quant: "bfloat16"});
const norm: Elementwise = {kind: "elementwise", name: "norm", count: 1, dimIn: 64, dimOut: 64};

function ask(op: Op, tokens: number) {
  const ms = bindKernel(platform, op)(tokens, 1, 1, 0);
  return {ms, ...grades[trace.rank], p90: trace.errorP90};
}

describe("overlapped streams", () => {
  const overlap = (left: Op[], right: Op[]): Op => ({kind: "overlap", name: "both", count: 1, left, right});

  it("err as the slower of them does", () => {
    // m 2: between two points on the left, 2 ms; beyond the only one on the right, 10 ms.
    const slower = ask(gemm(128), 2);
    resetTrace();
    const faster = ask(gemm(64), 2);
    resetTrace();
    const both = ask(overlap([gemm(64)], [gemm(128)]), 2);
    expect(faster.p90).toBeGreaterThan(0);
    expect(slower.p90).toBeGreaterThan(faster.p90);
    expect(both).toMatchObject({ms: slower.ms, p90: slower.p90, source: "extrapolated"});
  });

  it("are measured where their tables are, whatever norm runs beside them", () => {
    expect(ask(overlap([gemm(64)], [norm]), 1)).toMatchObject({ms: 1, source: "measured", tier: "own", p90: 0});
  });
});

describe("a block or its parts", () => {
  it("averages the errors of what it is made of over its time", () => {
    const block: Op = {kind: "fallback", name: "block", count: 1, primary: [gemm(64), gemm(128)], fallback: []};
    const slower = ask(gemm(128), 2);
    resetTrace();
    const faster = ask(gemm(64), 2);
    resetTrace();
    const mean = (slower.ms * slower.p90 + faster.ms * faster.p90) / (slower.ms + faster.ms);
    expect(ask(block, 2).p90).toBeCloseTo(mean, 12);
  });

  it("forgets how far it got before a part missed", () => {
    // The first part is extrapolated, the second too far from any site.
    const primary = [gemm(128), gemm(2 ** 20, 2 ** 20)];
    const block: Op = {kind: "fallback", name: "block", count: 1, primary, fallback: [gemm(64)]};
    expect(ask(block, 3)).toMatchObject({ms: 3, source: "measured", p90: 0});
  });
});
