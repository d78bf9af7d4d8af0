import {describe, expect, it} from "vitest";
import {dtypeClass, efficiency} from "../../engine/coefficients.js";
import type {CoefficientKind, DtypeClass} from "../../engine/coefficients.js";
import {gemmQuants, moeQuants} from "../../engine/quant.js";
import {generations} from "../../engine/system.js";

const kinds: CoefficientKind[] = [
  "gemm",
  "prefill_attention",
  "decode_attention",
  "prefill_mla",
  "decode_mla",
  "mla",
  "mla_bmm",
  "moe",
  "allreduce",
  "nccl",
  "elementwise"
];
const classes: DtypeClass[] = ["bf16", "fp8", "fp4", "weight_only"];

describe("efficiency", () => {
  it.each(kinds)("of %s is a fraction and costs under a millisecond, whatever the dtype and GPU", (kind) => {
    for (const dtype of classes) {
      for (const generation of [...generations, "default"] as const) {
        const coefficient = efficiency(kind, dtype, generation);
        expect(coefficient.efficiency).toBeGreaterThan(0);
        expect(coefficient.efficiency).toBeLessThanOrEqual(1);
        expect(coefficient.mathEfficiency).toBeGreaterThan(0);
        expect(coefficient.mathEfficiency).toBeLessThanOrEqual(1);
        expect(coefficient.overheadMs).toBeGreaterThan(0);
        expect(coefficient.overheadMs).toBeLessThan(1);
      }
    }
  });

  it("takes a compute rate for a dtype class", () => {
    expect(efficiency("gemm", 1, "hopper")).toBe(efficiency("gemm", "bf16", "hopper"));
    expect(efficiency("gemm", 2, "hopper")).toBe(efficiency("gemm", "fp8", "hopper"));
    expect(efficiency("gemm", 4, "hopper")).toBe(efficiency("gemm", "fp4", "hopper"));
  });

  it("falls back from generation to default and from dtype to bf16", () => {
    expect(efficiency("gemm", "fp4", "ampere")).toBe(efficiency("gemm", "fp4", "default"));
    expect(efficiency("nccl", "fp8", "hopper")).toBe(efficiency("nccl", "bf16", "hopper"));
  });
});

describe("dtypeClass", () => {
  it.each([
    [gemmQuants.bfloat16, "bf16"],
    [gemmQuants.fp8_block, "fp8"],
    [gemmQuants.nvfp4, "fp4"],
    [gemmQuants.int4_wo, "weight_only"],
    [gemmQuants.int8_wo, "weight_only"],
    [moeQuants.w4a16_mxfp4, "weight_only"],
    [moeQuants.w4afp8, "weight_only"]
  ])("of %o is %s", (mode, expected) => {
    expect(dtypeClass(mode)).toBe(expected);
  });
});
