import {beforeEach, describe, expect, it} from "vitest";
import {bindKernel} from "../../../engine/ops/kernel.js";
import type {Gdn, Mamba2} from "../../../engine/ops/op.js";
import type {Database} from "../../../engine/index.js";
import {gdnRoofline, mamba2Roofline} from "../../../engine/roofline.js";
import {grades, resetTrace, trace} from "../../../engine/trace.js";
import {literalPlatform, literalSystem} from "../literal-tables.js";
import type {LiteralSlice} from "../literal-tables.js";

const mamba: Mamba2 = {
  kind: "mamba2",
  name: "mamba_scan",
  count: 1,
  phase: "prefill",
  part: "scan",
  hidden: 256,
  stateSize: 16,
  convTokens: 4,
  heads: 8,
  headDim: 64,
  groups: 2,
  chunkTokens: 128
};

const gdn: Gdn = {
  kind: "gdn",
  name: "gdn_scan",
  count: 1,
  phase: "prefill",
  part: "scan",
  hidden: 256,
  keyHeads: 2,
  keyHeadDim: 64,
  valueHeads: 4,
  valueHeadDim: 32,
  convTokens: 4
};

beforeEach(resetTrace);

describe("speed of light", () => {
  // 1 TB/s: 1e9 bytes take 1 ms. Mamba: D = 8·64 = 512, C = 512 + 2·2·16 = 576.
  it("of Mamba-2 is the traffic of its activations", () => {
    expect(mamba2Roofline(literalSystem, 1000, {...mamba, part: "conv"})).toBeCloseTo((1000 * 576 * 6 * 2) / 1e9, 12);
    const scan = 2 * 1000 * (2 * 512 + 2 * 2 * 16 + 8);
    expect(mamba2Roofline(literalSystem, 1000, mamba)).toBeCloseTo(scan / 1e9, 12);
  });

  // GDN: A = 2·64 + 4·32 = 256, values 128, state 4·64·32 = 8192. 3 sequences of 130 tokens: 390 tokens, 2 whole chunks.
  it("of a delta net adds its state, in prefill once per chunk of 64", () => {
    expect(gdnRoofline(literalSystem, 3, 130, {...gdn, part: "conv"})).toBeCloseTo((390 * 256 * 6 * 2) / 1e9, 12);
    const chunks = 2 * 8192 * 2 * 3;
    const read = 2 * 390 * 256 + 2 * 8192 * 3 + chunks;
    const write = 2 * 390 * 128 + 2 * 8192 * 3 + chunks;
    expect(gdnRoofline(literalSystem, 3, 130, gdn)).toBeCloseTo((read + write) / 1e9, 12);
  });

  it("of a decode step is that of one token", () => {
    const read = 2 * 5 * 256 + 2 * 8192 * 5;
    const write = 2 * 5 * 128 + 2 * 8192 * 5;
    expect(gdnRoofline(literalSystem, 5, 1, gdn)).toBeCloseTo((read + write) / 1e9, 12);
  });
});

const mambaKey = [256, 16, 4, 8, 64, 2, 128];
const gdnKey = [256, 2, 64, 4, 32, 4];
const slices: LiteralSlice[] = [
  {
    table: "mamba2_prefill",
    part: ["causal_conv1d_fn"],
    rows: [
      [...mambaKey, 1, 100, 0.1],
      [...mambaKey, 1, 200, 0.3],
      [...mambaKey, 2, 100, 0.5],
      [...mambaKey, 2, 200, 0.9]
    ]
  },
  {
    table: "gdn_decode",
    part: ["fused_recurrent_gated_delta_rule"],
    rows: [
      [256, 2, 64, 16, 32, 4, 1, 0.7],
      [256, 2, 64, 8, 32, 4, 1, 0.4],
      [512, 2, 64, 4, 32, 4, 1, 0.2]
    ]
  },
  {table: "gdn_prefill", part: ["chunk_gated_delta_rule"], rows: [[...gdnKey, 1, 64, 0.25]]}
];
const conv: Mamba2 = {...mamba, part: "conv"};

describe("look-up", () => {
  it("takes new tokens and batch of a prompt, and its cached part changes nothing", () => {
    const kernel = bindKernel(literalPlatform(slices), conv);
    expect(kernel(200, 1, 200, 0)).toBe(0.3);
    expect(grades[trace.rank].source).toBe("measured");
    expect(kernel(300, 2, 150, 9000)).toBeCloseTo(0.7, 12); // half-way between 0.5 and 0.9
    expect(grades[trace.rank].source).toBe("interpolated");
  });

  it("reads the decode recurrence under the name it was measured with", () => {
    const platform = literalPlatform([
      {table: "gdn_decode", part: ["fused_recurrent_gated_delta_rule"], rows: [[...gdnKey, 8, 0.06]]}
    ]);
    expect(bindKernel(platform, {...gdn, phase: "decode"})(8, 8, 5000, 0)).toBe(0.06);
  });

  it("reads Kimi's delta attention under the kernel of its backend", () => {
    const rows = [
      [...gdnKey, 1, 64, 0.25],
      [256, 2, 64, 8, 32, 4, 1, 64, 0.5]
    ];
    const step = [[...gdnKey, 8, 0.06]];
    const kdaSlices = [
      {table: "kda_prefill", part: ["chunk_kda"], rows},
      {table: "kda_decode", part: ["fused_recurrent_kda_packed_decode"], rows: step}
    ] as LiteralSlice[];
    const kda: Gdn = {...gdn, kind: "kda"};
    const sglang = literalPlatform(kdaSlices, {backend: "sglang"});
    expect(bindKernel(sglang, kda)(64, 1, 64, 0)).toBe(0.25);
    expect(grades[trace.rank].source).toBe("measured");
    expect(bindKernel(sglang, {...kda, phase: "decode"})(8, 8, 5000, 0)).toBe(0.06);
    // 12 value heads are nearer to 8 than to 4.
    expect(bindKernel(sglang, {...kda, valueHeads: 12})(64, 1, 64, 0)).toBe(0.5);
    expect(grades[trace.rank]).toEqual({source: "empirical", tier: "xshape"});
    // vLLM runs another prefill kernel, which nobody measured here: the bound of a gated delta net.
    const vllm = literalPlatform(kdaSlices, {backend: "vllm"});
    expect(bindKernel(vllm, kda)(64, 1, 64, 0)).toBe(gdnRoofline(literalSystem, 1, 64, gdn));
  });

  it("falls back to a model of the same hidden size, and says so", () => {
    // 4 value heads are nearer to 8 than to 16; the model of hidden size 512 is another.
    const kernel = bindKernel(literalPlatform(slices), {...gdn, phase: "decode"});
    expect(kernel(1, 1, 100, 0)).toBe(0.4);
    expect(grades[trace.rank]).toEqual({source: "empirical", tier: "xshape"});
    const other = bindKernel(literalPlatform(slices), {...conv, heads: 16});
    expect(other(200, 1, 200, 0)).toBe(0.3);
  });

  it.each<Database>(["silicon", "hybrid", "empirical"])(
    "is the speed of light where nothing answers in %s",
    (database) => {
      const kernel = bindKernel(literalPlatform(slices, {database}), mamba);
      expect(kernel(1000, 1, 1000, 0)).toBe(mamba2Roofline(literalSystem, 1000, mamba));
      expect(grades[trace.rank].source).toBe("roofline");
      const unlike = bindKernel(literalPlatform(slices, {database}), {...gdn, hidden: 384});
      expect(unlike(64, 1, 64, 0)).toBe(gdnRoofline(literalSystem, 1, 64, gdn));
    }
  );

  it("does not look into tables for the speed of light", () => {
    expect(bindKernel(literalPlatform(slices, {database: "sol"}), conv)(200, 1, 200, 0)).toBe(
      mamba2Roofline(literalSystem, 200, conv)
    );
  });

  it("takes a share of the bandwidth and a launch where the embedded default has no table", () => {
    const kernel = bindKernel(literalPlatform([], {database: "calibrated"}), mamba);
    expect(kernel(1000, 1, 1000, 0)).toBeGreaterThan(mamba2Roofline(literalSystem, 1000, mamba) + 0.001);
    expect(grades[trace.rank].source).toBe("roofline");
  });
});
