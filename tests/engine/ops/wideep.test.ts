/** Expert parallelism across nodes: tables keyed by kernel, slots and node count. Method.md §6.6, §6.7. */
import {describe, expect, it} from "vitest";
import {deepEpLowLatency, deepEpNormalLatency, wideEpMoeLatency} from "../../../engine/ops/wideep.js";
import {trace} from "../../../engine/trace.js";
import {literalPlatform, literalSystem} from "../literal-tables.js";
import type {LiteralSlice} from "../literal-tables.js";

const shape = {hidden: 512, inter: 256, topK: 2, experts: 8, moeTp: 1, moeEp: 16, gated: true, slots: 16, quant: "fp8_block", distribution: "power_law_1.01"} as const; // prettier-ignore
const rows = (slice: Partial<{kernel: string; name: string; slots: number}>, ms: number): LiteralSlice => {
  const {kernel = "moe_torch_flow", name = "power_law_1.01", slots = 16} = slice;
  return {table: "wideep_moe", part: [kernel, "fp8_block", name], rows: [[2, 8, 512, 256, 1, 16, slots, 100, ms]]};
};
const ask = (slices: LiteralSlice[], smVersion = 90) =>
  wideEpMoeLatency(literalPlatform(slices, {system: {...literalSystem, smVersion}}), shape)(100, 0, 0, 0);

describe("wide expert parallelism", () => {
  it("takes the generation's kernel, else the first that was measured", () => {
    const both = [rows({}, 1), rows({kernel: "deepgemm"}, 2)];
    expect(ask(both, 90)).toBe(1);
    expect(ask(both, 100)).toBe(2);
    expect(ask([rows({kernel: "cutlass"}, 3)], 90)).toBe(3);
  });

  it("takes the first distribution when its own was not measured", () => {
    expect(ask([rows({name: "balanced"}, 4), rows({name: "power_law_1.2"}, 5)])).toBe(4);
    expect(ask([rows({name: "balanced"}, 4), rows({}, 5)])).toBe(5);
  });

  it("tells expert slots apart", () => {
    expect(ask([rows({slots: 8}, 1)])).toBeNaN();
    expect(trace.miss).toMatch(/^no wideep_moe rows: literal\/trtllm 1\.0 /);
  });
});

describe("DeepEP", () => {
  const platform = literalPlatform([
    {table: "deepep_normal", rows: [[2, 512, 2, 8, 12, 100, 1], [2, 512, 2, 8, 20, 100, 0.5], [2, 512, 2, 8, 20, 200, 1]]},
    {table: "deepep_low_latency", rows: [[2, 512, 2, 8, 16, 0.1], [2, 512, 2, 8, 128, 0.5]]}
  ]); // prettier-ignore
  const key = {nodes: 2, hidden: 512, topK: 2, experts: 8};

  it("interpolates over tokens and multiprocessors, and grows with tokens beyond", () => {
    expect(deepEpNormalLatency(platform, key, 20)(150, 0, 0, 0)).toBeCloseTo(0.75, 12);
    expect(deepEpNormalLatency(platform, key, 16)(100, 0, 0, 0)).toBeCloseTo(0.75, 12);
    expect(deepEpLowLatency(platform, key)(72, 0, 0, 0)).toBeCloseTo(0.3, 12);
    expect(deepEpLowLatency(platform, key)(256, 0, 0, 0)).toBeCloseTo(1, 12);
  });

  it.each([1, 2.5, 4])("misses %d nodes, which were not collected", (nodes) => {
    expect(deepEpNormalLatency(platform, {...key, nodes}, 20)(100, 0, 0, 0)).toBeNaN();
    expect(deepEpLowLatency(platform, {...key, nodes})(100, 0, 0, 0)).toBeNaN();
  });
});
