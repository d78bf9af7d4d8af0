/** Expert parallelism across nodes: tables keyed by kernel, slots and node count. Method.md §6.6, §6.7. */
import {describe, expect, it} from "vitest";
import {bindKernel, weightBytes} from "../../../engine/ops/kernel.js";
import type {Alltoall, DeepEp, WideEpMla, WideEpMoe} from "../../../engine/ops/op.js";
import {deepEpLowLatency, deepEpNormalLatency, wideEpMoeLatency} from "../../../engine/ops/wideep.js";
import {rank, resetTrace, trace} from "../../../engine/trace.js";
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

describe("DeepEP's dispatch as an operator", () => {
  const slices: LiteralSlice[] = [
    {table: "deepep_normal", rows: [[2, 512, 2, 8, 20, 50, 1], [2, 512, 2, 8, 20, 100, 4]]},
    {table: "deepep_low_latency", rows: [[2, 512, 2, 8, 100, 0.25]]}
  ]; // prettier-ignore
  const op: DeepEp = {kind: "deepep", name: "moe_pre_dispatch", count: 1, phase: "prefill", hidden: 512, topK: 2, experts: 8, gpus: 16, sms: 20}; // prettier-ignore
  const ask = (op: DeepEp, database: "silicon" | "hybrid" | "sol" = "silicon") =>
    bindKernel(literalPlatform(slices, {backend: "sglang", database}), op)(100, 0, 0, 0);

  it("counts nodes of eight GPUs, and tokens of one rank of a tensor-parallel group", () => {
    expect(ask(op)).toBe(4);
    expect(ask({...op, tokensDivisor: 2})).toBe(1);
    expect(ask({...op, phase: "decode"})).toBe(0.25);
  });

  it("misses half a node and names what there is", () => {
    expect(ask({...op, gpus: 4})).toBeNaN();
    expect(trace.miss).toMatch(
      /^no deepep_normal rows: .* 0\.5 nodes, hidden 512, top 2 of 8; have 2 nodes, hidden 512/
    );
  });

  it("takes other models' time by the bytes they send in hybrid", () => {
    expect(ask({...op, hidden: 1024, topK: 3})).toBeNaN();
    resetTrace();
    expect(ask({...op, hidden: 1024, topK: 3}, "hybrid")).toBeCloseTo(4 * 2 * 1.5, 12);
    expect(trace.rank).toBe(rank.xshape);
  });

  it("sends every copy out in fp8 and back in bf16 at the speed of light", () => {
    expect(ask(op, "sol")).toBeCloseTo(((100 * 2 * 512 * 3) / 5e10) * 1000, 12);
  });
});

describe("experts between dispatch and combine", () => {
  const op: WideEpMoe = {kind: "deepep_moe", name: "moe", count: 3, phase: "prefill", hidden: 512, inter: 256, topK: 2, experts: 8, slots: 8, moeTp: 1, moeEp: 16, dp: 4, quant: "fp8_block", distribution: "power_law_1.01", gated: true}; // prettier-ignore
  const slice = (table: "wideep_prefill_moe" | "wideep_decode_moe", name: string, ms: number): LiteralSlice => ({
    table,
    part: ["fp8_block", name],
    rows: [[2, 8, 512, 256, 1, 16, 320, 0.8 * ms], [2, 8, 512, 256, 1, 16, 400, ms]]
  }); // prettier-ignore
  const slices = [slice("wideep_prefill_moe", "power_law_1.01", 1), slice("wideep_prefill_moe", "uniform", 2), slice("wideep_decode_moe", "power_law_1.01", 3)]; // prettier-ignore
  const ask = (op: WideEpMoe) => bindKernel(literalPlatform(slices, {backend: "sglang"}), op)(100, 0, 0, 0);

  it("see all ranks' tokens, by phase", () => {
    expect(ask(op)).toBe(1);
    expect(ask({...op, phase: "decode"})).toBe(3);
    expect(ask({...op, distribution: "power_law_7"})).toBe(2);
  });

  it("see fewer once balanced", () => {
    expect(ask({...op, tokensShare: 0.8})).toBe(0.8);
  });

  it("hold a share of the experts, whatever their slots", () => {
    const bytes = 3 * ((512 * 256 * 8 * 3) / 16);
    expect(weightBytes(op)).toBe(bytes);
    expect(weightBytes({...op, kind: "wideep_moe", slots: 16})).toBe(bytes);
  });
});

describe("all-to-all of TensorRT-LLM", () => {
  const op: Alltoall = {kind: "alltoall", name: "moe_pre_dispatch", count: 1, side: "pre", hidden: 512, topK: 2, experts: 8, moeEp: 8, quant: "fp8_block", lowPrecision: false}; // prettier-ignore
  const slice = (kernel: string): LiteralSlice => ({
    table: "trtllm_alltoall",
    part: [kernel, "fp8"],
    rows: ["prepare", "dispatch", "combine", "combine_low_precision"].map((name, i) => [`alltoall_${name}`, 2, 512, 2, 8, 8, 100, 10 ** i])
  }); // prettier-ignore
  const ask = (op: Alltoall, kernel: string, smVersion: number) =>
    bindKernel(literalPlatform([slice(kernel)], {system: {...literalSystem, smVersion}}), op)(100, 0, 0, 0);

  it("prepares and dispatches before the experts, combines after, on NVLink from Blackwell on", () => {
    expect(ask(op, "NVLinkTwoSided", 100)).toBe(11);
    expect(ask({...op, side: "post"}, "NVLinkTwoSided", 100)).toBe(100);
    expect(ask({...op, side: "post", lowPrecision: true}, "NVLinkTwoSided", 100)).toBe(1000);
  });

  it("goes by DeepEP on Hopper, its low-latency kernels within a node, none beyond eight experts a token", () => {
    expect(ask(op, "DeepEPLowLatency", 90)).toBe(11);
    expect(ask({...op, topK: 9}, "none", 90)).toBe(0);
    expect(ask({...op, moeEp: 16}, "DeepEP", 90)).toBeNaN();
    expect(trace.miss).toMatch(/DeepEP\/fp8 at alltoall_dispatch, 4, 512, 2, 8, 16/);
  });

  it("takes over the library's all-to-all in hybrid where no kernel of it was measured", () => {
    const nccl: LiteralSlice = {table: "nccl", rows: [["half", "alltoall", 8, 1e5, 1], ["half", "alltoall", 8, 1e6, 1]]}; // prettier-ignore
    resetTrace();
    expect(bindKernel(literalPlatform([nccl], {database: "hybrid"}), op)(100, 0, 0, 0)).toBeGreaterThan(0);
    expect(trace.rank).toBe(rank.xop);
  });
});

describe("wide-EP latent attention", () => {
  const op: WideEpMla = {kind: "wideep_prefill_mla", name: "attention", count: 1, heads: 16, kernel: "flashinfer", fmha: "bfloat16", kvCache: "fp8"}; // prettier-ignore
  const slice = (kernel: string, ms: number): LiteralSlice => ({
    table: "wideep_prefill_mla",
    part: [kernel, "fp8_block", "fp8"],
    rows: [[16, 400, 2, ms]]
  });
  const ask = (slices: LiteralSlice[], op: WideEpMla, ...at: [number, number, number]) =>
    bindKernel(literalPlatform(slices, {backend: "sglang"}), op)(0, ...at);

  it("takes the asked kernel, else the first, in the type that the tables name", () => {
    const both = [slice("fa3", 1), slice("flashinfer", 2)];
    expect(ask(both, op, 2, 400, 0)).toBe(2);
    expect(ask(both, {...op, kernel: "fa3"}, 2, 400, 0)).toBe(1);
    expect(ask([slice("trtllm_mla", 3)], op, 2, 400, 0)).toBe(3);
  });

  it("takes the cached part off the whole prompt", () => {
    expect(ask([slice("flashinfer", 2)], op, 2, 200, 200)).toBeCloseTo((2 * (400 ** 2 - 200 ** 2)) / 400 ** 2, 12);
  });
});
