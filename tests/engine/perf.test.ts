import {describe, expect, it} from "vitest";
import {UtilCloud} from "../../engine/empirical.js";
import {PerfDatabase} from "../../engine/perf.js";
import type {SliceEntry} from "../../engine/schema.js";
import {headDimFactor, moeLevel} from "../../engine/transfer.js";
import {literalPlatform} from "./literal-tables.js";

const entry = (part: string[]): SliceEntry => ({
  table: "gemm",
  part,
  path: `gemm.${part}.parquet`,
  rows: 1,
  bytes: 1,
  borrowedRows: 0,
  borrowedFrom: []
});

describe("a database of measured tables", () => {
  const columns = {n: [64], k: [64], m: [1], latency_ms: [1]};

  it("names the slices that are wanted and not loaded yet", () => {
    const perf = new PerfDatabase("h200_sxm", "trtllm", "1.0", [entry(["fp8"]), entry(["bfloat16"])]);
    expect(perf.unloaded([{table: "gemm", part: ["fp8"]}]).map(({path}) => path)).toEqual(["gemm.fp8.parquet"]);
    expect(perf.unloaded([{table: "gemm", part: []}])).toHaveLength(2);
    perf.add("gemm", ["fp8"], columns);
    expect(perf.unloaded([{table: "gemm", part: []}]).map(({part}) => part)).toEqual([["bfloat16"]]);
  });

  it("refuses to answer from a slice that exists but was not loaded", () => {
    const perf = new PerfDatabase("h200_sxm", "trtllm", "1.0", [entry(["fp8"])]);
    expect(() => perf.sites("fp8", () => 1)).toThrow("slice not loaded: gemm|fp8");
    expect(perf.sites("nvfp4", () => 1)).toBeUndefined();
  });

  it("says what it has when something is missing", () => {
    const perf = new PerfDatabase("h200_sxm", "trtllm", "1.0", [entry(["fp8"]), entry(["bfloat16"])]);
    expect(perf.missingMessage("gemm", ["nvfp4"])).toBe("no gemm table: h200_sxm/trtllm 1.0 nvfp4; have fp8, bfloat16");
    expect(perf.missingMessage("moe", ["fp8"])).toBe("no moe table: h200_sxm/trtllm 1.0 fp8; have none");
  });

  it("keeps grids of different keys apart", () => {
    const {perf} = literalPlatform([{table: "custom_allreduce", rows: [[2, 10, 1], [4, 10, 2], [2, 20, 3]]}]); // prettier-ignore
    expect(perf.keys("custom_allreduce", [])).toEqual([[2], [4]]);
    expect(perf.grid("custom_allreduce", [], [2])!.size).toBe(2);
    expect(perf.grid("custom_allreduce", [], [8])).toBeUndefined();
  });
});

describe("utilisation of the nearest points", () => {
  const cloud = new UtilCloud([
    {at: [1, 1], util: 0.1},
    {at: [100, 1], util: 0.4},
    {at: [1, 100], util: 0.9}
  ]);

  it("is the point's own where it was measured", () => expect(cloud.util([100, 1])).toBe(0.4));

  it("is the mean of the two nearest by inverse distance, in scaled logarithms", () => {
    // A third of the way from the first point to the second.
    expect(cloud.util([100 ** (1 / 3), 1])).toBeCloseTo(0.2, 9);
  });

  it("is clamped to what was measured", () => expect(cloud.util([1e9, 0.001])).toBe(0.4));

  it("of nothing is nothing", () => expect(new UtilCloud([]).util([])).toBeNaN());
});

describe("transfer between shapes and types", () => {
  it("of head sizes is linear in octaves and flat beyond the ends", () => {
    expect(headDimFactor("trtllm", 128)).toBe(1);
    expect(headDimFactor("trtllm", 64 * Math.SQRT2)).toBeCloseTo(0.79, 9);
    expect(headDimFactor("vllm", 32)).toBe(0.6);
    expect(headDimFactor("sglang", 4096)).toBe(1.38);
  });

  it("of expert types goes by typical utilisation", () => {
    expect(moeLevel({bytesPerWeight: 1, computeRate: 2})).toBe(0.4);
    expect(moeLevel({bytesPerWeight: 3, computeRate: 1})).toBe(0.3);
  });
});
