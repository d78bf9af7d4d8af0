import {describe, expect, it} from "vitest";
import {moeQuants} from "../../engine/quant.js";
import {headDimFactor, moeLevel, sameMode} from "../../engine/transfer.js";

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

  it.each(["trtllm", "sglang", "vllm"] as const)("of head sizes on %s never falls as they grow", (backend) => {
    const factors = [32, 64, 80, 96, 128, 160, 192, 256, 384, 512, 1024].map((dim) => headDimFactor(backend, dim));
    expect(factors).toEqual([...factors].sort((a, b) => a - b));
    expect(factors[4]).toBe(1);
  });

  it("of expert types needs both the bytes and the rate to match", () => {
    expect(sameMode(moeQuants.fp8, moeQuants.fp8_block)).toBe(true);
    expect(sameMode(moeQuants.int4_wo, moeQuants.w4afp8)).toBe(false);
    expect(sameMode(moeQuants.fp8, {bytesPerWeight: 2, computeRate: 2})).toBe(false);
    const levels = (["bfloat16", "fp8", "int4_wo", "w4afp8", "nvfp4"] as const).map((q) => moeLevel(moeQuants[q]));
    expect(levels).toEqual([0.53, 0.4, 0.07, 0.15, 0.23]);
  });
});
