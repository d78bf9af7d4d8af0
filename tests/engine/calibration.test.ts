import {beforeEach, describe, expect, it} from "vitest";
import {embeddedDefault} from "../../engine/embedded.js";
import {efficiency} from "../../engine/coefficients.js";
import {gemmLatency} from "../../engine/ops/gemm.js";
import {allReduceLatency} from "../../engine/ops/collective.js";
import type {Platform} from "../../engine/ops/table.js";
import {PerfDatabase} from "../../engine/perf.js";
import {tables, valueColumn} from "../../engine/schema.js";
import type {Backend} from "../../engine/schema.js";
import {grades, resetTrace, trace} from "../../engine/trace.js";
import {expectedError} from "../../engine/accuracy/expected.js";
import {rank} from "../../engine/trace.js";
import {literalPlatform, literalSystem} from "./literal-tables.js";
import type {LiteralSlice} from "./literal-tables.js";

const fit = {p50: 0.03, p90: 0.04};

/** Literal rows as if they came from fitted surfaces. */
function fittedPerf(slices: LiteralSlice[], backend: Backend = "trtllm"): PerfDatabase {
  const fitted = slices.map(({table, part = [], rows}) => {
    const names = [...tables[table].key, ...tables[table].axes, valueColumn];
    const columns = () => Object.fromEntries(names.map((name, i) => [name, rows.map((row) => row[i])])) as never;
    return {table, part, rows: rows.length, error: fit, columns};
  });
  return new PerfDatabase("literal", backend, "2.0", [], fitted);
}

/** [m, 1024] · [1024, 1024] at ms(m), for m of 8 and 32. */
const gemm = (dtype: string, ms: (m: number) => number): LiteralSlice => ({
  table: "gemm",
  part: [dtype],
  rows: [8, 32].map((m) => [1024, 1024, m, ms(m)])
});

const shape = {n: 1024, k: 1024, quant: "bfloat16"} as const;
const platformOn = (...perfs: PerfDatabase[]): Platform =>
  embeddedDefault({...literalPlatform([]), embedded: () => perfs});

describe("the embedded default", () => {
  beforeEach(resetTrace);

  it("looks fitted surfaces up like tables, and grades every answer as calibrated", () => {
    const latency = gemmLatency(platformOn(fittedPerf([gemm("bfloat16", (m) => m)])), shape);
    expect(latency(8, 0, 0, 0)).toBe(8);
    expect(grades[trace.rank]).toEqual({source: "calibrated", tier: "own"});
    expect(latency(16, 0, 0, 0)).toBeCloseTo(16, 9);
  });

  it("states the error of the fit, and adds to it that of interpolating", () => {
    const latency = gemmLatency(platformOn(fittedPerf([gemm("bfloat16", (m) => m)])), shape);
    latency(8, 0, 0, 0);
    expect([trace.errorP50, trace.errorP90]).toEqual([fit.p50, fit.p90]);
    resetTrace();
    latency(16, 0, 0, 0);
    const between = expectedError("gemm", rank.interpolated);
    expect(trace.errorP50).toBeCloseTo(Math.hypot(fit.p50, between.p50), 12);
    expect(trace.errorP90).toBeCloseTo(Math.hypot(fit.p90, between.p90), 12);
  });

  it("is of the surfaces' version and the platform's own serving engine", () => {
    const [other, own] = [fittedPerf([], "vllm"), fittedPerf([gemm("bfloat16", (m) => m)])];
    const platform = platformOn(other, own);
    expect(platform).toMatchObject({database: "calibrated", version: "2.0"});
    expect(platform.perf).toBe(own);
    expect(platform.embedded!()).toEqual([other]);
  });

  it("takes another type of the same engine before another engine's own type", () => {
    const own = fittedPerf([gemm("fp8", (m) => m)]);
    const other = fittedPerf([gemm("bfloat16", () => 77)], "vllm");
    const ms = gemmLatency(platformOn(own, other), shape)(8, 0, 0, 0);
    expect(ms).not.toBe(77);
    expect(grades[trace.rank].tier).toBe("xprofile");
  });

  it("takes another engine's where its own has none, and says so", () => {
    const other = fittedPerf([gemm("bfloat16", () => 77)], "vllm");
    expect(gemmLatency(platformOn(fittedPerf([]), other), shape)(8, 0, 0, 0)).toBe(77);
    expect(grades[trace.rank]).toEqual({source: "empirical", tier: "xop"});
    const only = platformOn(other);
    expect(only.perf.empty).toBe(true);
    resetTrace();
    expect(gemmLatency(only, shape)(8, 0, 0, 0)).toBe(77);
  });

  it("ends at a coefficient, so that nothing is without an answer", () => {
    const {overheadMs, efficiency: share} = efficiency("gemm", "bf16", literalSystem.generation);
    // 8 × 1024 × 1024: memory-bound, 2 bytes each of 8·1024 + 8·1024 + 1024·1024 elements at 1 TB/s.
    const lightMs = ((2 * (8 * 1024 + 8 * 1024 + 1024 * 1024)) / 1e12) * 1e3;
    expect(gemmLatency(platformOn(), shape)(8, 0, 0, 0)).toBeCloseTo(overheadMs + lightMs / share, 12);
    expect(grades[trace.rank].source).toBe("roofline");
    const reduce = allReduceLatency(platformOn(fittedPerf([gemm("fp8", (m) => m)])), 4);
    expect(reduce(1e6, 0, 0, 0)).toBeGreaterThan(0);
  });
});

describe("gaps in measured tables", () => {
  beforeEach(resetTrace);

  it("are filled from the surfaces only when the hybrid database is asked and its ladder ends", () => {
    const perf = fittedPerf([gemm("bfloat16", () => 5)]);
    const hybrid: Platform = {...literalPlatform([], {database: "hybrid"}), embedded: () => [perf]};
    expect(gemmLatency(hybrid, shape)(8, 0, 0, 0)).toBe(5);
    expect(grades[trace.rank]).toEqual({source: "calibrated", tier: "own"});
    const silicon: Platform = {...hybrid, database: "silicon"};
    expect(gemmLatency(silicon, shape)(8, 0, 0, 0)).toBeNaN();
    expect(trace.miss).toMatch(/^no gemm table/);
  });

  it("are not filled where something measured stands in", () => {
    const perf = fittedPerf([gemm("bfloat16", () => 5)]);
    const measured = literalPlatform([gemm("fp8", (m) => m)], {database: "hybrid"});
    gemmLatency({...measured, embedded: () => [perf]}, shape)(8, 0, 0, 0);
    expect(grades[trace.rank].source).toBe("empirical");
  });

  it("keep the reason when nothing answers", () => {
    const hybrid: Platform = {...literalPlatform([], {database: "hybrid"}), embedded: () => [fittedPerf([])]};
    expect(gemmLatency(hybrid, shape)(8, 0, 0, 0)).toBeNaN();
    expect(trace.miss).toMatch(/^no gemm table: literal\/trtllm 1\.0 bfloat16/);
  });
});
