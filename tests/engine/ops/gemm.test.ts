/** GEMMs where the curve of one site does not answer. Method.md §5.2, §5.3, §6.1. */
import {describe, expect, it} from "vitest";
import {computeScaleLatency, gemmKernel, gemmLatency, scaleMatrixLatency} from "../../../engine/ops/gemm.js";
import {gemmQuants} from "../../../engine/quant.js";
import {gemmRoofline, scaleMatrixRoofline} from "../../../engine/roofline.js";
import {rank, trace} from "../../../engine/trace.js";
import {literalPlatform, literalSystem} from "../literal-tables.js";

const light = (m: number, n: number, k: number) => gemmRoofline(literalSystem, m, n, k, gemmQuants.fp8);
const rows = [1024, 2048].flatMap((n) => [1, 8, 64].map((m) => [n, 1024, m, light(m, n, 1024) / 0.5]));
const fp8 = {table: "gemm", part: ["fp8"], rows} as const;
const scales = [
  {table: "compute_scale", part: ["fp8"], rows: [[2, 1024, 0.25], [8, 1024, 1], [2, 2048, 0.5], [8, 2048, 2]]},
  {table: "scale_matrix",  part: ["fp8"], rows: [[2, 1024, 0.25], [8, 1024, 1], [2, 2048, 0.5], [8, 2048, 2]]}
] as const; // prettier-ignore
const slices = [fp8, ...scales].map(({table, part, rows}) => ({
  table,
  part: [...part],
  rows: rows.map((row) => [...row])
}));
const op = {kind: "gemm", name: "g", count: 1, n: 1024, k: 1024, quant: "fp8_static"} as const;

describe("gemm", () => {
  it("of a shape between sites has their utilisation", () => {
    trace.rank = rank.measured;
    const ms = gemmLatency(literalPlatform(slices), {n: 1500, k: 1024, quant: "fp8"})(8, 0, 0, 0);
    expect(ms).toBeCloseTo(light(8, 1500, 1024) / 0.5, 12);
    expect(trace.rank).toBe(rank.interpolated);
  });

  it("of static fp8 reads the fp8 table, and no other", () => {
    const ask = (quant: "fp8_static" | "fp8_block") =>
      gemmLatency(literalPlatform(slices), {n: 1024, k: 1024, quant})(8, 0, 0, 0);
    expect(ask("fp8_static")).toBeCloseTo(light(8, 1024, 1024) / 0.5, 12);
    expect(ask("fp8_block")).toBeNaN();
  });

  it("too far from any site names the shape", () => {
    expect(gemmLatency(literalPlatform(slices), {n: 64, k: 64, quant: "fp8"})(8, 0, 0, 0)).toBeNaN();
    expect(trace.miss).toBe("no gemm site within two octaves: n 64 k 64 fp8; measure a nearer shape");
  });

  it("in empirical is always the utilisation of the nearest, even at a measured point's neighbour", () => {
    trace.rank = rank.measured;
    const ms = gemmLatency(literalPlatform(slices, {database: "empirical"}), {n: 64, k: 64, quant: "fp8"})(8, 0, 0, 0);
    expect(ms).toBeCloseTo(light(8, 64, 64) / 0.5, 12);
    expect(trace.rank).toBe(rank.empirical);
  });
});

describe("static fp8", () => {
  it("misses without the scales, and says which table", () => {
    expect(gemmKernel(literalPlatform(slices.slice(0, 1)), op)(8, 1, 0, 0)).toBeNaN();
    expect(trace.miss).toBe("no compute_scale table: literal/trtllm 1.0 fp8; have none");
    const half = gemmKernel(literalPlatform(slices.slice(0, 2)), {...op, lowPrecisionInput: true});
    expect(half(8, 1, 0, 0)).toBeNaN();
    expect(trace.miss).toBe("no scale_matrix table: literal/trtllm 1.0 fp8; have none");
  });

  it.each(["sol", "calibrated"] as const)("in %s is fp8", (database) => {
    const platform = literalPlatform([], {database});
    expect(gemmKernel(platform, op)(8, 1, 0, 0)).toBe(gemmKernel(platform, {...op, quant: "fp8"})(8, 1, 0, 0));
  });
});

describe("scales", () => {
  const platform = literalPlatform(slices);

  it("are blended inside their table", () => {
    expect(computeScaleLatency(platform, 1536)(5, 0, 0, 0)).toBeCloseTo((0.625 + 1.25) / 2, 12);
    expect(scaleMatrixLatency(platform, 1024)(5, 0, 0, 0)).toBeCloseTo(0.625, 12);
  });

  it.each([
    [1, 1024, 2, 1024],
    [64, 1536, 8, 1536],
    [5, 512, 5, 1024],
    [64, 8192, 8, 2048]
  ])("at m %d, k %d outside it are taken from m %d, k %d", (m, k, inM, inK) => {
    const edge = scaleMatrixLatency(platform, inK)(inM, 0, 0, 0);
    const growth = scaleMatrixRoofline(literalSystem, m, k) / scaleMatrixRoofline(literalSystem, inM, inK);
    trace.rank = rank.measured;
    expect(computeScaleLatency(platform, k)(m, 0, 0, 0)).toBeCloseTo(edge, 12);
    expect(trace.rank).toBe(rank.extrapolated);
    expect(scaleMatrixLatency(platform, k)(m, 0, 0, 0)).toBeCloseTo(edge * growth, 12);
  });
});
