/** Multi-head latent attention on literal tables. Method.md §6.5. */
import {describe, expect, it} from "vitest";
import {mlaBmmKernel, mlaKernel, mlaLatency} from "../../../engine/ops/mla.js";
import {decodeMlaRoofline} from "../../../engine/roofline.js";
import {literalPlatform, literalSystem} from "../literal-tables.js";

const types = {name: "m", count: 1, heads: 16, fmha: "bfloat16", kvCache: "fp8"} as const;
const bmm = {kind: "mla_bmm", name: "b", count: 1, heads: 16, quant: "fp8", side: "post"} as const;

const platform = literalPlatform([
  {table: "prefill_mla", part: ["bfloat16", "fp8"], rows: [[16, 100, 1, 1], [16, 400, 1, 16]]},
  {table: "prefill_mla_module", part: ["bfloat16", "fp8", "fp8_block"], rows: [[16, 100, 1, 4], [16, 400, 1, 64]]},
  {table: "decode_mla", part: ["fp8"], rows: [[16, 4, 1000, 1e-9], [16, 4, 3000, 3e-9]]},
  {table: "mla_bmm", rows: [
    ["bfloat16", "mla_gen_pre",  16, 4, 5],
    ["fp8",      "mla_gen_pre",  16, 4, 1],
    ["fp8",      "mla_gen_post", 16, 4, 2],
    ["fp8",      "mla_gen_post", 16, 8, 3]
  ]}
]); // prettier-ignore

describe("prefill mla", () => {
  it("blends along the length in the square root", () => {
    const w = (225 - 100) / 300;
    expect(mlaLatency(platform, {kind: "prefill_mla", ...types})(1, 225, 0, 0)).toBeCloseTo((1 + 3 * w) ** 2, 12);
  });

  it("as a block takes the cached share of the work off as well", () => {
    const block = {kind: "prefill_mla_module", ...types, gemm: "fp8_block"} as const;
    expect(mlaLatency(platform, block)(1, 300, 100, 0)).toBeCloseTo(64 * (1 - 1 / 16), 12);
  });

  it("splits a prompt over context shards: one chunk of the front and one of the end", () => {
    const op = {kind: "prefill_mla", ...types, contextShards: 2} as const;
    const whole = mlaLatency(platform, op);
    const split = mlaKernel(platform, op)(400, 1, 400, 0);
    expect(split).toBeCloseTo(whole(1, 100, 0, 0) + whole(1, 100, 300, 0), 12);
    expect(split).toBeCloseTo(1 + 16 * (1 - 9 / 16), 12);
  });
});

describe("decode mla", () => {
  it("is one look-up at the step's length, and is not raised to the speed of light", () => {
    const kernel = mlaKernel(platform, {kind: "decode_mla", ...types});
    expect(kernel(99, 4, 2000, 0)).toBeCloseTo(2e-9, 18);
    expect(decodeMlaRoofline(literalSystem, 4, 2000, 16, "fp8")).toBeGreaterThan(2e-9);
  });

  it("as a block has its own types for attention, cache and projections", () => {
    const block = {kind: "decode_mla_module", ...types, gemm: "fp8_block"} as const;
    expect(mlaLatency(platform, block)(4, 1000, 0, 0)).toBeNaN();
    const has = literalPlatform([
      {table: "decode_mla_module", part: ["bfloat16", "fp8", "fp8_block"], rows: [[16, 4, 1000, 5]]}
    ]);
    expect(mlaLatency(has, block)(4, 1000, 0, 0)).toBe(5);
    expect(mlaLatency(has, {...block, fmha: "fp8"})(4, 1000, 0, 0)).toBeNaN();
    expect(mlaLatency(has, {...block, gemm: "bfloat16"})(4, 1000, 0, 0)).toBeNaN();
  });
});

describe("absorbed projections", () => {
  it("take one token per sequence, whatever enters the iteration", () => {
    expect(mlaBmmKernel(platform, bmm)(1000, 4, 0, 0)).toBe(2);
    expect(mlaBmmKernel(platform, bmm)(1000, 6, 0, 0)).toBe(2.5);
  });

  it("differ before and after attention, and by type", () => {
    expect(mlaBmmKernel(platform, {...bmm, side: "pre"})(0, 4, 0, 0)).toBe(1);
    expect(mlaBmmKernel(platform, {...bmm, side: "pre", quant: "nvfp4"})(0, 4, 0, 0)).toBe(5);
    expect(mlaBmmKernel(platform, {...bmm, quant: "nvfp4"})(0, 4, 0, 0)).toBeNaN();
    expect(mlaBmmKernel(platform, {...bmm, heads: 8})(0, 4, 0, 0)).toBeNaN();
  });
});
