/** Operators on literal tables: what they look up, and what they add to it. */
import {describe, expect, it} from "vitest";
import {decodeAttentionKernel, prefillAttentionKernel, prefillAttentionLatency} from "../../../engine/ops/attention.js";
import {allReduceLatency, ncclLatency} from "../../../engine/ops/collective.js";
import {gemmKernel} from "../../../engine/ops/gemm.js";
import {bindKernel, weightBytes} from "../../../engine/ops/kernel.js";
import {elementwiseKernel, p2pKernel} from "../../../engine/ops/memory.js";
import {mlaBmmLatency, mlaLatency} from "../../../engine/ops/mla.js";
import {moeLatency} from "../../../engine/ops/moe.js";
import type {Op} from "../../../engine/ops/op.js";
import {gemmRoofline} from "../../../engine/roofline.js";
import {gemmQuants} from "../../../engine/quant.js";
import {rank, trace} from "../../../engine/trace.js";
import {literalPlatform, literalSystem} from "../literal-tables.js";

const gemm = {kind: "gemm", name: "g", count: 1, n: 1024, k: 1024, quant: "bfloat16"} as const;

describe("gemm", () => {
  const platform = literalPlatform([
    {table: "gemm", part: ["bfloat16"], rows: [[1024, 1024, 1, 1], [1024, 1024, 8, 8]]},
    {table: "gemm", part: ["fp8"], rows: [[1024, 1024, 1, 1], [1024, 1024, 8, 8]]},
    {table: "compute_scale", part: ["fp8"], rows: [[1, 1024, 0.25], [8, 1024, 2]]},
    {table: "scale_matrix", part: ["fp8"], rows: [[1, 1024, 0.125], [8, 1024, 1]]}
  ]); // prettier-ignore

  it("takes the step's tokens, per shard rounded up, or one per sequence", () => {
    expect(gemmKernel(platform, gemm)(5, 2, 0, 0)).toBe(5);
    expect(gemmKernel(platform, {...gemm, contextShards: 2})(5, 2, 0, 0)).toBe(3);
    expect(gemmKernel(platform, {...gemm, tokensDivisor: 2})(5, 2, 0, 0)).toBe(2);
    expect(gemmKernel(platform, {...gemm, perSequence: true})(5, 2, 0, 0)).toBe(2);
  });

  it("in static fp8 is the fp8 kernel less the scaling it is spared", () => {
    expect(gemmKernel(platform, {...gemm, quant: "fp8_static"})(4, 1, 0, 0)).toBeCloseTo(4 - 1, 9);
    const input = {...gemm, quant: "fp8_static", lowPrecisionInput: true} as const;
    expect(gemmKernel(platform, input)(4, 1, 0, 0)).toBeCloseTo(4 - 1 - 0.5, 9);
  });

  it("in static fp8 is never below the speed of light", () => {
    const light = gemmRoofline(literalSystem, 4, 1024, 1024, gemmQuants.fp8);
    const dear = literalPlatform([
      {table: "gemm", part: ["fp8"], rows: [[1024, 1024, 1, 1], [1024, 1024, 8, 8]]},
      {table: "compute_scale", part: ["fp8"], rows: [[1, 1024, 9], [8, 1024, 9]]}
    ]); // prettier-ignore
    expect(gemmKernel(dear, {...gemm, quant: "fp8_static"})(4, 1, 0, 0)).toBe(light);
  });

  it("keeps the scales' edge value beyond their table, and lets the scaling grow with the light", () => {
    const twice = {...gemm, k: 2048, n: 1024, quant: "fp8_static"} as const;
    const wide = literalPlatform([
      {table: "gemm", part: ["fp8"], rows: [[1024, 2048, 8, 100]]},
      {table: "compute_scale", part: ["fp8"], rows: [[1, 1024, 0.25], [8, 1024, 2]]},
      {table: "scale_matrix", part: ["fp8"], rows: [[1, 1024, 0.125], [8, 1024, 1]]}
    ]); // prettier-ignore
    expect(gemmKernel(wide, twice)(8, 1, 0, 0)).toBeCloseTo(98, 9);
    expect(gemmKernel(wide, {...twice, lowPrecisionInput: true})(8, 1, 0, 0)).toBeCloseTo(96, 9);
  });

  it("misses an unknown type with a list of what there is", () => {
    expect(gemmKernel(platform, {...gemm, quant: "nvfp4"})(4, 1, 0, 0)).toBeNaN();
    expect(trace.miss).toBe("no gemm table: literal/trtllm 1.0 nvfp4; have bfloat16, fp8");
  });
});

describe("database modes", () => {
  const slices = [{table: "gemm" as const, part: ["bfloat16"], rows: [[1024, 1024, 8, 8]]}];
  const far = {...gemm, n: 16, k: 16};

  it("silicon misses, hybrid estimates from utilisation, sol and roofline always answer", () => {
    expect(gemmKernel(literalPlatform(slices), far)(8, 1, 0, 0)).toBeNaN();
    const hybrid = literalPlatform(slices, {database: "hybrid"});
    const util = gemmRoofline(literalSystem, 8, 1024, 1024, gemmQuants.bfloat16) / 8;
    const light = gemmRoofline(literalSystem, 8, 16, 16, gemmQuants.bfloat16);
    trace.rank = rank.measured;
    expect(gemmKernel(hybrid, far)(8, 1, 0, 0)).toBeCloseTo(light / util, 12);
    expect(trace.rank).toBe(rank.empirical);
    expect(gemmKernel(literalPlatform([], {database: "sol"}), far)(8, 1, 0, 0)).toBe(light);
    trace.rank = rank.measured;
    expect(gemmKernel(literalPlatform([], {database: "calibrated"}), far)(8, 1, 0, 0)).toBeGreaterThan(light);
    expect(trace.rank).toBe(rank.roofline);
  });
});

const shape = {
  heads: 8,
  kvHeads: 2,
  headDim: 128,
  window: 0,
  fmha: "bfloat16",
  kvCache: "bfloat16",
  qkNorm: false
} as const;

describe("prefill attention", () => {
  const rows = [[2, 0, 8, 100, 1, 4], [2, 0, 8, 400, 1, 16], [0, 0, 8, 100, 1, 40], [2, 64, 8, 100, 1, 2]]; // prettier-ignore
  const platform = literalPlatform([{table: "prefill_attention", part: ["bfloat16", "bfloat16", "128"], rows}]);

  it("blends along the length in the square root", () => {
    const w = (225 - 100) / 300;
    expect(prefillAttentionLatency(platform, shape)(1, 225, 0, 0)).toBeCloseTo((2 + (4 - 2) * w) ** 2, 12);
  });

  it("looks up the full length after a prefix and takes the cached share of the work off", () => {
    expect(prefillAttentionLatency(platform, shape)(1, 300, 100, 0)).toBeCloseTo(
      (16 * (400 ** 2 - 100 ** 2)) / 400 ** 2,
      12
    );
  });

  it("has multi-head attention, and windows, in tables of their own", () => {
    expect(prefillAttentionLatency(platform, {...shape, kvHeads: 8})(1, 100, 0, 0)).toBe(40);
    expect(prefillAttentionLatency(platform, {...shape, window: 64})(1, 100, 0, 0)).toBe(2);
  });

  it("splits a prompt over context shards: one chunk of the front and one of the end", () => {
    const op = {kind: "prefill_attention", name: "a", count: 1, ...shape, contextShards: 2} as const;
    const whole = prefillAttentionLatency(platform, shape);
    const extra = prefillAttentionKernel(platform, {...op, contextShards: 1})(400, 1, 400, 0) - whole(1, 400, 0, 0);
    const split = prefillAttentionKernel(platform, op)(400, 1, 400, 0);
    expect(split).toBeCloseTo(whole(1, 100, 0, 0) + whole(1, 100, 300, 0) + extra, 12);
  });

  it("adds rotary embedding, KV write and norms, counted per token", () => {
    const move = (elements: number) => elements / (1e12 * 0.8) * 1e3 + 0.003; // prettier-ignore
    const plain = 2 * move(2 * 8 * 128 + 2 * 2 * 128) + 2 * move(2 * 128 * 2);
    const norms = 2 * (2 * move(2 * 8 * 128) + 2 * move(2 * 2 * 128));
    const op = {kind: "prefill_attention", name: "a", count: 1, ...shape} as const;
    expect(prefillAttentionKernel(platform, op)(100, 1, 100, 0)).toBeCloseTo(4 + 1.1 * plain, 12);
    const normed = prefillAttentionKernel(platform, {...op, qkNorm: true})(100, 1, 100, 0);
    expect(normed).toBeCloseTo(4 + 1.1 * (plain + norms), 12);
  });
});

describe("decode attention", () => {
  const op = {kind: "decode_attention", name: "a", count: 1, ...shape} as const;
  const rows = [800, 900, 1000, 1200].map((seq) => [2, 0, 8, 4, seq, seq ** 2 / 1e4]);
  const platform = literalPlatform([{table: "decode_attention", part: ["bfloat16", "128"], rows}]);

  it("is the mean over five lengths from 0.9 to 1.1 of the step's", () => {
    const at = (seq: number) => {
      const [a, b] = seq < 1000 ? [900, 1000] : [1000, 1200];
      return (a ** 2 + ((b ** 2 - a ** 2) * (seq - a)) / (b - a)) / 1e4;
    };
    const mean = [900, 950, 1000, 1050, 1100].reduce((sum, seq) => sum + at(seq), 0) / 5;
    expect(decodeAttentionKernel(platform, op)(4, 4, 1000, 0)).toBeCloseTo(mean, 12);
  });

  it("is raised to the speed of light", () => {
    const fast = literalPlatform([
      {table: "decode_attention", part: ["bfloat16", "128"], rows: [[2, 0, 8, 4, 1000, 1e-9]]}
    ]);
    const light = literalPlatform([], {database: "sol"});
    expect(decodeAttentionKernel(fast, op)(4, 4, 1000, 0)).toBeGreaterThan(
      0.9 * decodeAttentionKernel(light, op)(4, 4, 1000, 0)
    );
  });
});

describe("mla", () => {
  const types = {name: "m", count: 1, heads: 16, fmha: "bfloat16", kvCache: "fp8"} as const;
  const platform = literalPlatform([
    {table: "prefill_mla", part: ["bfloat16", "fp8"], rows: [[16, 400, 1, 16]]},
    {table: "decode_mla", part: ["fp8"], rows: [[16, 4, 1000, 7]]},
    {table: "mla_bmm", rows: [["bfloat16", "mla_gen_pre", 16, 8, 3]]}
  ]);

  it("corrects prefill for a prefix and asks decode at one length", () => {
    expect(mlaLatency(platform, {kind: "prefill_mla", ...types})(1, 300, 100, 0)).toBeCloseTo(15, 12);
    expect(mlaLatency(platform, {kind: "decode_mla", ...types})(4, 1000, 0, 0)).toBe(7);
  });

  it("reads the bf16 rows of a projection that was not measured in its type", () => {
    expect(mlaBmmLatency(platform, {heads: 16, quant: "fp8", side: "pre"})(8, 0, 0, 0)).toBe(3);
  });

  it("falls back on the parts when the whole block was not measured, and only then", () => {
    const block: Op = {
      kind: "fallback",
      name: "block",
      count: 1,
      primary: [{kind: "decode_mla_module", ...types, count: 2, gemm: "fp8_block"}],
      fallback: [{kind: "decode_mla", ...types, count: 3}]
    };
    expect(bindKernel(platform, block)(4, 4, 1000, 0)).toBe(21);
    const whole = literalPlatform([
      {table: "decode_mla_module", part: ["bfloat16", "fp8", "fp8_block"], rows: [[16, 4, 1000, 5]]}
    ]);
    expect(bindKernel(whole, block)(4, 4, 1000, 0)).toBe(10);
  });
});

describe("moe", () => {
  const op = {hidden: 512, inter: 256, topK: 2, experts: 8, moeTp: 1, moeEp: 2, gated: true, quant: "bfloat16", distribution: "power_law_1.2"} as const; // prettier-ignore
  const key = [2, 8, 512, 256, 1, 2];

  it("falls back on the even distribution under either name", () => {
    for (const name of ["balanced", "uniform"]) {
      const platform = literalPlatform([{table: "moe", part: ["bfloat16", name], rows: [[...key, 1, 1], [...key, 8, 8]]}]); // prettier-ignore
      expect(moeLatency(platform, op)(4, 0, 0, 0)).toBeCloseTo(4, 12);
    }
  });

  it("says nothing below a single measured point", () => {
    const platform = literalPlatform([{table: "moe", part: ["bfloat16", "power_law_1.2"], rows: [[...key, 8, 8]]}]);
    expect(moeLatency(platform, op)(4, 0, 0, 0)).toBeNaN();
    expect(moeLatency(platform, op)(16, 0, 0, 0)).toBeGreaterThan(0);
  });

  it("takes TensorRT-LLM's low-latency kernel for few nvfp4 tokens", () => {
    const part = ["nvfp4", "power_law_1.2"];
    const slices = [
      {table: "moe" as const, part, rows: [[...key, 1, 5], [...key, 1024, 50]]},
      {table: "moe_low_latency" as const, part, rows: [[...key, 1, 1], [...key, 1024, 10]]}
    ]; // prettier-ignore
    const nvfp4 = {...op, quant: "nvfp4"} as const;
    expect(moeLatency(literalPlatform(slices), nvfp4)(1, 0, 0, 0)).toBe(1);
    expect(moeLatency(literalPlatform(slices), nvfp4)(128, 0, 0, 0)).toBeLessThan(5);
    expect(moeLatency(literalPlatform(slices), nvfp4)(129, 0, 0, 0)).toBeGreaterThan(5);
    expect(moeLatency(literalPlatform(slices), nvfp4)(1024, 0, 0, 0)).toBe(50);
    expect(moeLatency(literalPlatform(slices, {backend: "vllm"}), nvfp4)(1, 0, 0, 0)).toBe(5);
  });

  it("gets the tokens of every data-parallel rank", () => {
    const platform = literalPlatform([{table: "moe", part: ["bfloat16", "balanced"], rows: [[...key, 1, 1], [...key, 8, 8]]}]); // prettier-ignore
    expect(bindKernel(platform, {kind: "moe", name: "moe", count: 1, dp: 2, ...op})(3, 1, 0, 0)).toBeCloseTo(6, 12);
  });

  it("weighs three projections of every expert, over all ranks", () => {
    const weights = weightBytes({kind: "moe", name: "moe", count: 3, dp: 1, ...op});
    expect(weights).toBe((3 * (512 * 256 * 8 * 2 * 3)) / 2);
  });
});

describe("collectives", () => {
  const nccl = (gpus: number, ms: number) => ["half", "all_gather", gpus, 1000, ms];
  const platform = literalPlatform([
    {table: "custom_allreduce", rows: [[2, 1000, 1], [8, 1000, 4]]},
    {table: "nccl", rows: [nccl(2, 1), nccl(8, 3)]}
  ]); // prettier-ignore

  it("cost nothing on one GPU, and grow with the message outside the table", () => {
    expect(allReduceLatency(platform, 1)(1e9, 0, 0, 0)).toBe(0);
    expect(ncclLatency(platform, "all_gather", 1, "half")(1e9, 0, 0, 0)).toBe(0);
    expect(allReduceLatency(platform, 2)(500, 0, 0, 0)).toBe(0.5);
    expect(allReduceLatency(platform, 2)(3000, 0, 0, 0)).toBe(3);
  });

  it("beyond a node are scaled by steps and bandwidth from the largest group", () => {
    const scale = ((15 / 16) * (8 / 7) * 4e11) / 5e10;
    expect(allReduceLatency(platform, 16)(1000, 0, 0, 0)).toBeCloseTo(4 * scale, 9);
    expect(ncclLatency(platform, "all_gather", 16, "half")(1000, 0, 0, 0)).toBeCloseTo(3 * scale, 9);
  });

  it("miss a group size that was not collected", () => {
    expect(allReduceLatency(platform, 4)(1000, 0, 0, 0)).toBeNaN();
    expect(ncclLatency(platform, "all_gather", 4, "half")(1000, 0, 0, 0)).toBeNaN();
    expect(ncclLatency(platform, "all_reduce", 8, "half")(1000, 0, 0, 0)).toBeNaN();
  });

  it("hop between stages at the network's speed", () => {
    const hop = p2pKernel(platform, {kind: "p2p", name: "p2p", count: 1, hidden: 5000, pp: 2});
    expect(hop(1000, 1, 0, 0)).toBeCloseTo(((2 * 1000 * 5000) / 5e10) * 1e3 + 0.01, 12);
    expect(p2pKernel(platform, {kind: "p2p", name: "p2p", count: 0, hidden: 5000, pp: 1})(1000, 1, 0, 0)).toBe(0);
  });

  it("element-wise kernels move their bytes and are launched", () => {
    const op = {kind: "elementwise", name: "e", count: 1, dimIn: 20, dimOut: 30} as const;
    expect(elementwiseKernel(platform, op)(8, 1, 0, 0)).toBeCloseTo((2 * 8 * 50) / (0.8 * 1e12) * 1e3 + 0.003, 12); // prettier-ignore
  });
});

describe("measurements that are faster than the GPU", () => {
  // 8 heads of 128 over 4,096 tokens take 0.34 ms at best.
  const rows = [[2, 0, 8, 4096, 1, 0.01], [2, 0, 8, 8192, 1, 0.05], [2, 0, 8, 1024, 1, 0.0001]]; // prettier-ignore
  const slices = [{table: "prefill_attention" as const, part: ["bfloat16", "bfloat16", "128"], rows}];

  it("are kept and reported, long prompts only", () => {
    const platform = literalPlatform(slices);
    expect(prefillAttentionLatency(platform, shape)(1, 4096, 0, 0)).toBe(0.01);
    expect(platform.perf.doubts()).toEqual([
      "2 of 2 prefill-attention rows of literal/trtllm 1.0 are faster than the GPU can be; TTFT comes out too low"
    ]);
  });

  it("are raised to the speed of light where asked", () => {
    const platform = {...literalPlatform(slices), clampToLight: true};
    const light = prefillAttentionLatency(literalPlatform([], {database: "sol"}), shape)(1, 4096, 0, 0);
    expect(prefillAttentionLatency(platform, shape)(1, 4096, 0, 0)).toBe(light);
  });

  it("are no doubt when there are none", () => {
    const sane = literalPlatform([{...slices[0], rows: rows.map((row) => [...row.slice(0, 5), 1000])}]);
    prefillAttentionLatency(sane, shape);
    expect(sane.perf.doubts()).toEqual([]);
  });
});
