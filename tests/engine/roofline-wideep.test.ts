/** Speed of light of wide expert parallelism, worked out by hand. Method.md §4. */
import {describe, expect, it} from "vitest";
import {fmhaQuants, moeQuants} from "../../engine/quant.js";
import {lastBound} from "../../engine/roofline.js";
import {alltoallRoofline, wideEpDecodeMlaRoofline, wideEpPrefillMlaRoofline} from "../../engine/roofline-wideep.js";
import type {AlltoallOperation} from "../../engine/roofline-wideep.js";
import {literalSystem} from "./literal-tables.js";

describe("wide-EP latent attention", () => {
  it("projects at the type's rate and attends at bf16's in prefill", () => {
    wideEpPrefillMlaRoofline(literalSystem, 1, 2, 0, 1, fmhaQuants.fp8_block);
    const projections = 1179648 + 524288 + 3670016; // 2·1536·192·2, 2·512·256·2, 2·128·7168·2
    expect(lastBound.computeMs).toBeCloseTo(projections * 0.5e-11 + 1280 * 1e-11, 18);
    const elements = 298752 + 133120 + 2 * (384 + 384 + 256 + 256) + 946432;
    expect(lastBound.memoryMs).toBeCloseTo(elements * 1e-9, 15);
  });

  it("leaves out cached tokens but reads their keys", () => {
    const all = wideEpPrefillMlaRoofline(literalSystem, 2, 4096, 0, 16, fmhaQuants.bfloat16);
    const flops = lastBound.computeMs;
    const fresh = wideEpPrefillMlaRoofline(literalSystem, 2, 4096, 2048, 16, fmhaQuants.bfloat16);
    expect(fresh).toBeLessThan(all);
    expect(lastBound.computeMs).toBeGreaterThan(flops / 2);
  });

  it("absorbs keys and values in decode", () => {
    wideEpDecodeMlaRoofline(literalSystem, 1, 3, 1, fmhaQuants.bfloat16);
    const projections = 589824 + 131072 + 131072 + 1835008;
    expect(lastBound.computeMs).toBeCloseTo((projections + 2 * 3 * 1088) * 1e-11, 18);
    const elements = 296832 + 66688 + 2 * (576 + 1728 + 512) + 66304 + 931968;
    expect(lastBound.memoryMs).toBeCloseTo(elements * 2 * 1e-9, 15);
  });
});

describe("all-to-all", () => {
  const shape = (operation: AlltoallOperation, nodes: number) => ({operation, nodes, hidden: 100, topK: 8, experts: 256, moeEp: 4}); // prettier-ignore

  it.each([
    ["alltoall_prepare", 320],
    ["alltoall_dispatch", 3000],
    ["alltoall_combine", 6000],
    ["alltoall_combine_low_precision", 1500]
  ] as const)("%s sends %d bytes for 10 tokens to at most three other ranks", (operation, bytes) => {
    const within = alltoallRoofline(literalSystem, 10, shape(operation, 1), moeQuants.fp8);
    expect(within).toBeCloseTo((bytes / 4e11) * 1000, 15);
    const between = alltoallRoofline(literalSystem, 10, shape(operation, 2), moeQuants.fp8);
    expect(between).toBeCloseTo((bytes / 5e10) * 1000, 15);
  });
});
