/** What an estimate takes over, rung by rung, and what a policy forbids. Prefill light is 2 · b · s² · n · d / rate. */
import {beforeEach, describe, expect, it} from "vitest";
import {prefillAttentionLatency} from "../../../engine/ops/attention.js";
import {allReduceLatency, ncclLatency} from "../../../engine/ops/collective.js";
import {computeScaleLatency, gemmKernel, gemmLatency} from "../../../engine/ops/gemm.js";
import {byOctaves, typesByLikeness, worseTier} from "../../../engine/ops/ladder.js";
import {mlaBmmLatency, mlaLatency} from "../../../engine/ops/mla.js";
import {moeLatency} from "../../../engine/ops/moe.js";
import type {Platform} from "../../../engine/ops/table.js";
import {gemmQuants, moeQuants} from "../../../engine/quant.js";
import {gemmRoofline, moeRoofline, prefillAttentionRoofline} from "../../../engine/roofline.js";
import {grades, rank, resetTrace, trace} from "../../../engine/trace.js";
import {parseTransferPolicy, runnableMode, transferPresets} from "../../../engine/transfer.js";
import type {TransferPolicy} from "../../../engine/transfer.js";
import {literalPlatform, literalSystem} from "../literal-tables.js";
import type {LiteralSlice} from "../literal-tables.js";

beforeEach(() => {
  resetTrace();
  trace.miss = "";
});

const hybrid = (slices: LiteralSlice[], more: Partial<Platform> = {}): Platform => ({
  ...literalPlatform(slices, {database: "hybrid"}),
  ...more
});
const tier = () => grades[trace.rank].tier;

const shape = {heads: 8, kvHeads: 2, headDim: 128, window: 0, fmha: "bfloat16", kvCache: "bfloat16", qkNorm: false} as const; // prettier-ignore
const attention = (fmha: string, kv: string, headDim: number, kvHeads: number, window: number, ms: number): LiteralSlice => ({
  table: "prefill_attention",
  part: [fmha, kv, String(headDim)],
  rows: [[kvHeads, window, 8, 1000, 1, ms]]
}); // prettier-ignore
const askAttention = (platform: Platform, more: object = {}) =>
  prefillAttentionLatency(platform, {...shape, ...more})(1, 1000, 0, 0);

/** 2 · 1000² · 8 heads · 128 FLOP at 100 TFLOP/s = 0.02048 ms; half of that at fp8's rate or at half the head size. */
const lightMs = 0.02048;

describe("a rung keeps the time beyond the speed of light", () => {
  it("of another head size", () => {
    expect(prefillAttentionRoofline(literalSystem, {...shape, batch: 1, seq: 1000, prefix: 0}, {bytesPerWeight: 2, computeRate: 1}, "bfloat16")).toBeCloseTo(lightMs, 12); // prettier-ignore
    const platform = hybrid([attention("bfloat16", "bfloat16", 128, 2, 0, 0.05)]);
    // 0.05 − 0.02048 beyond, on 0.01024 of light.
    expect(askAttention(platform, {headDim: 64})).toBeCloseTo(0.03976, 12);
    expect(tier()).toBe("xshape");
  });

  it("but the utilisation of a kernel faster than light, and always by the method's rule", () => {
    const fast = hybrid([attention("bfloat16", "bfloat16", 128, 2, 0, lightMs / 2)]);
    expect(askAttention(fast, {headDim: 64})).toBeCloseTo(lightMs / 2 / 2, 12);
    const method = hybrid([attention("bfloat16", "bfloat16", 128, 2, 0, 0.05)], {transferRule: "utilisation"});
    // trtllm: 64 does 0.58 as well as 128.
    expect(askAttention(method, {headDim: 64})).toBeCloseTo(0.025 / 0.58, 12);
  });

  it("at a type's weight-only rate where the GPU has no units for it", () => {
    const slices = [attention("bfloat16", "bfloat16", 128, 2, 0, 0.05)];
    expect(askAttention(hybrid(slices), {fmha: "fp8"})).toBeCloseTo(0.05 - lightMs / 2, 12);
    expect(tier()).toBe("xprofile");
    const old = hybrid(slices, {system: {...literalSystem, fp8FlopsPerSec: undefined}});
    expect(askAttention(old, {fmha: "fp8"})).toBeCloseTo(0.05, 12);
    expect(runnableMode(literalSystem, gemmQuants.nvfp4)).toEqual(gemmQuants.nvfp4);
    const {fp4FlopsPerSec: _, ...hopper} = literalSystem;
    expect(runnableMode(hopper, gemmQuants.nvfp4)).toEqual({bytesPerWeight: 0.5625, computeRate: 1});
  });
});

describe("attention's rungs, in order", () => {
  /** Distinct times tell which rung answered: the same light, so beyond is time − light. */
  const beyond: [string, LiteralSlice, string][] = [
    ["its own rows", attention("bfloat16", "bfloat16", 128, 2, 256, 0.5), "own"],
    ["another head size with the window", attention("bfloat16", "bfloat16", 192, 2, 256, 0.6), "xshape"],
    ["its head size without the window", attention("bfloat16", "bfloat16", 128, 2, 0, 0.7), "xshape"],
    ["another head size without the window", attention("bfloat16", "bfloat16", 64, 2, 0, 0.8), "xshape"],
    ["another number of KV heads", attention("bfloat16", "bfloat16", 128, 4, 256, 0.9), "xshape"],
    ["another type of the same rates", attention("fp8", "bfloat16", 128, 2, 256, 1.1), "xprofile"],
    ["a type less alike", attention("fp8", "fp8", 128, 2, 256, 1.2), "xprofile"]
  ];
  const ms = (slice: LiteralSlice) => slice.rows[0].at(-1) as number;

  it.each(beyond.map((_, i) => i))("rung %d answers when all above are gone", (first) => {
    const slices = beyond.slice(first).map(([, slice]) => slice);
    const merged = [...new Map(slices.map((s) => [s.part!.join(), s])).keys()].map((part) => ({
      ...slices.find((s) => s.part!.join() === part)!,
      rows: slices.filter((s) => s.part!.join() === part).flatMap(({rows}) => rows)
    }));
    const answer = askAttention(hybrid(merged.reverse()), {window: 256});
    const [, slice, expected] = beyond[first];
    // Light is at most 0.031 ms, and the rungs are 0.1 ms apart.
    expect(Math.abs(answer - ms(slice))).toBeLessThan(0.04);
    expect(tier()).toBe(expected);
  });
});

describe("policies", () => {
  const tables = [attention("fp8", "fp8", 128, 2, 0, 0.05)];
  const presets = Object.entries(transferPresets) as [string, TransferPolicy][];

  it.each(presets)("%s allows what it names and nothing else", (name, transfer) => {
    const twin: LiteralSlice = {table: "gemm", part: ["fp8_block"], rows: [[4096, 4096, 8, 1]]};
    const far = (platform: Platform) => [
      askAttention({...platform, transfer}, {fmha: "fp8", kvCache: "fp8", headDim: 64}),
      gemmLatency({...platform, transfer}, {n: 4096, k: 4096, quant: "fp8"})(8, 0, 0, 0),
      askAttention({...platform, transfer}),
      allReduceLatency({...platform, transfer}, 2)(1e6, 0, 0, 0)
    ];
    const nccl: LiteralSlice = {table: "nccl", rows: [["half", "all_reduce", 2, 1e6, 1]]};
    const answered = far(hybrid([...tables, twin, nccl])).map((ms) => ms === ms);
    const expected = {
      off: [false, false, false, false],
      conservative: [true, false, false, false],
      balanced: [true, true, false, false],
      aggressive: [true, true, true, true]
    };
    expect(answered).toEqual(expected[name as keyof typeof expected]);
  });

  it("say which tier would have answered", () => {
    const empirical = hybrid(tables, {transfer: [], database: "empirical"});
    expect(askAttention(empirical, {fmha: "fp8", kvCache: "fp8", headDim: 64})).toBeNaN();
    expect(trace.miss).toMatch(/transfer policy leaves out xshape/);
  });

  it("are presets, or tiers with commas between", () => {
    expect(parseTransferPolicy("balanced")).toEqual(["xshape", "xquant"]);
    expect(parseTransferPolicy("xop, xshape")).toEqual(["xshape", "xop"]);
    expect(() => parseTransferPolicy("xshap")).toThrow(/unknown transfer policy: xshap; .*did you mean xshape\?/);
    expect(() => parseTransferPolicy("")).toThrow(/unknown transfer policy/);
  });
});

describe("experts", () => {
  const op = {hidden: 512, inter: 256, topK: 2, experts: 8, moeTp: 4, moeEp: 1, gated: true, quant: "w4a16_mxfp4", distribution: "balanced"} as const; // prettier-ignore
  const rows = (
    quant: keyof typeof moeQuants,
    moeTp: number,
    moeEp: number,
    util: number,
    distribution = "balanced"
  ) => {
    const light = moeRoofline(literalSystem, 256, {...op, moeTp, moeEp}, moeQuants[quant]);
    return {
      table: "moe" as const,
      part: [quant, distribution],
      rows: [[2, 8, 512, 256, moeTp, moeEp, 256, light / util]]
    };
  };
  const light = moeRoofline(literalSystem, 256, op, moeQuants.w4a16_mxfp4);
  const ask = (platform: Platform) => moeLatency(platform, op)(256, 0, 0, 0);

  it("split in a way that was not measured take the split over as many GPUs, before any other type", () => {
    const split = (moeTp: number, moeEp: number) => moeRoofline(literalSystem, 256, {...op, moeTp, moeEp}, moeQuants.w4a16_mxfp4); // prettier-ignore
    const one: LiteralSlice = {table: "moe", part: ["w4a16_mxfp4", "balanced"], rows: [[2, 8, 512, 256, 1, 1, 256, 5], [2, 8, 512, 256, 1, 4, 256, 2]]}; // prettier-ignore
    expect(ask(hybrid([rows("fp8", 4, 1, 0.5), one]))).toBeCloseTo(light + 2 - split(1, 4), 12);
    expect(tier()).toBe("xshape");
  });

  it("by the method alone take a type of other rates with their split, at 7 % over 40 %", () => {
    const method = {transferRule: "utilisation", transfer: parseTransferPolicy("xquant,xprofile")} as const;
    const slices = [rows("w4a16_mxfp4", 1, 4, 0.9), rows("bfloat16", 4, 1, 0.8), rows("fp8", 4, 1, 0.5)];
    // bfloat16 is as unlike as fp8, with more bytes.
    expect(ask(hybrid(slices, method))).toBeCloseTo(light / ((0.5 * 0.07) / 0.4), 12);
    expect(tier()).toBe("xprofile");
  });

  it("take a twin type as it is", () => {
    expect(ask(hybrid([rows("int4_wo", 4, 1, 0.5)], {transferRule: "utilisation"}))).toBeCloseTo(light / 0.5, 12);
    expect(tier()).toBe("xquant");
  });

  it("of a distribution that no type was measured with take the first there is", () => {
    expect(ask(hybrid([rows("w4a16_mxfp4", 4, 1, 0.5, "power_law_0")]))).toBeGreaterThan(0);
    expect(tier()).toBe("xshape");
  });
});

describe("GEMMs", () => {
  const op = {n: 4096, k: 4096} as const;
  const slice = (quant: keyof typeof gemmQuants, util: number): LiteralSlice => ({
    table: "gemm",
    part: [quant],
    rows: [[4096, 4096, 512, gemmRoofline(literalSystem, 512, 4096, 4096, gemmQuants[quant]) / util]]
  });
  const light = gemmRoofline(literalSystem, 512, 4096, 4096, gemmQuants.fp8);
  const ask = (platform: Platform) => gemmLatency(platform, {...op, quant: "fp8"})(512, 0, 0, 0);
  const method = {transferRule: "utilisation"} as const;

  it("take a twin's utilisation before any other type's", () => {
    expect(ask(hybrid([slice("bfloat16", 0.9), slice("fp8_block", 0.6)], method))).toBeCloseTo(light / 0.6, 12);
    expect(tier()).toBe("xquant");
  });

  it("take the type nearest in rate, then in bytes, by typical utilisation", () => {
    // nvfp4 is two rates away, bfloat16 one: 0.45 over 0.7.
    const answer = ask(hybrid([slice("nvfp4", 0.5), slice("bfloat16", 0.7)], method));
    expect(answer).toBeCloseTo(light / (0.7 * (0.45 / 0.7)), 12);
    expect(tier()).toBe("xprofile");
  });

  it("with static scales answer where no scales were measured, as element-wise kernels", () => {
    const static8 = {kind: "gemm", name: "g", count: 1, ...op, quant: "fp8_static"} as const;
    expect(gemmKernel(hybrid([slice("fp8", 0.5)]), static8)(512, 1, 0, 0)).toBeGreaterThan(0);
    expect(tier()).toBe("xop");
    expect(gemmKernel(hybrid([slice("fp8", 0.5)], {transfer: ["xshape"]}), static8)(512, 1, 0, 0)).toBeNaN();
    expect(gemmKernel(literalPlatform([slice("fp8", 0.5)]), static8)(512, 1, 0, 0)).toBeNaN();
  });

  it("computing scales is the nearest difference alone in the empirical database, 0 where that is 0", () => {
    const scales: LiteralSlice = {table: "compute_scale", part: ["fp8"], rows: [[8, 1024, 0], [64, 1024, 0.01]]}; // prettier-ignore
    const empirical = literalPlatform([scales], {database: "empirical"});
    expect(computeScaleLatency(empirical, 1024)(9, 0, 0, 0)).toBe(0);
    // 128 rows move twice the bytes of 64.
    expect(computeScaleLatency(empirical, 1024)(128, 0, 0, 0)).toBeCloseTo(0.02, 12);
  });
});

describe("blocks and collectives", () => {
  const mla = {name: "m", count: 1, heads: 16, fmha: "bfloat16", kvCache: "fp8"} as const;

  it("of a type that was not measured take another's", () => {
    const other: LiteralSlice = {table: "prefill_mla", part: ["bfloat16", "bfloat16"], rows: [[16, 500, 2, 1]]};
    expect(mlaLatency(hybrid([other]), {kind: "prefill_mla", ...mla})(2, 500, 0, 0)).toBeGreaterThan(0);
    expect(tier()).toBe("xprofile");
    resetTrace();
    const module: LiteralSlice = {
      table: "decode_mla_module",
      part: ["bfloat16", "fp8", "fp8"],
      rows: [[16, 2, 500, 1]]
    };
    const twin = {kind: "decode_mla_module", ...mla, gemm: "fp8_block"} as const;
    expect(mlaLatency(hybrid([module]), twin)(2, 500, 0, 0)).toBeCloseTo(1, 12);
    expect(tier()).toBe("xquant");
  });

  it("of the MLA projections take the nearest number of heads, and bf16's rows for other types", () => {
    const bmm: LiteralSlice = {table: "mla_bmm", rows: [["bfloat16", "mla_gen_pre", 16, 8, 0.01], ["bfloat16", "mla_gen_pre", 128, 8, 0.5]]}; // prettier-ignore
    expect(mlaBmmLatency(hybrid([bmm]), {heads: 32, quant: "bfloat16", side: "pre"})(8, 0, 0, 0)).toBeLessThan(0.1);
    expect(tier()).toBe("xshape");
    resetTrace();
    expect(mlaBmmLatency(literalPlatform([bmm]), {heads: 16, quant: "fp8", side: "pre"})(8, 0, 0, 0)).toBe(0.01);
    expect(tier()).toBe("xprofile");
  });

  it("over more GPUs than measured are another shape, in every database", () => {
    const nccl: LiteralSlice = {table: "nccl", rows: [["half", "all_gather", 8, 1000, 1]]};
    for (const database of ["silicon", "hybrid", "empirical"] as const) {
      resetTrace();
      const platform = literalPlatform([nccl], {database});
      const ms = ncclLatency(platform, "all_gather", 16, "half")(1000, 0, 0, 0);
      // 15/16 of the ring against 7/8, over links 8 times as slow.
      expect(ms).toBeCloseTo(((15 / 16) * (8 / 7) * 4e11) / 5e10, 9);
      expect(trace.rank).toBe(rank.xshape);
    }
    const strict = {...literalPlatform([nccl], {database: "empirical"}), transfer: []};
    expect(ncclLatency(strict, "all_gather", 16, "half")(1000, 0, 0, 0)).toBeNaN();
  });

  it("fall back on another operation, last", () => {
    const nccl: LiteralSlice = {table: "nccl", rows: [["half", "all_reduce", 2, 1000, 1]]};
    expect(ncclLatency(hybrid([nccl]), "all_gather", 2, "half")(1000, 0, 0, 0)).toBeGreaterThan(0);
    expect(tier()).toBe("xop");
    expect(ncclLatency(literalPlatform([nccl]), "all_gather", 2, "half")(1000, 0, 0, 0)).toBeNaN();
  });
});

describe("likeness", () => {
  it("orders types by bytes and rate, twins first, fewer bytes first, and leaves out what it does not know", () => {
    const platform = literalPlatform(
      (["nvfp4", "bfloat16", "fp8_block", "fp8", "mystery"] as const).map((name) => ({
        table: "gemm",
        part: [name],
        rows: [[1, 1, 1, 1]]
      }))
    );
    const types = typesByLikeness(platform.perf, "gemm", {part: ["fp8"], modes: [gemmQuants.fp8]}, ([name]) => [
      gemmQuants[name as "fp8"]
    ]);
    expect(types.map(({part, tier}) => `${part[0]} ${tier}`)).toEqual([
      "fp8 own",
      "fp8_block xquant",
      "bfloat16 xprofile",
      "nvfp4 xprofile"
    ]);
  });

  it("of numbers is by octaves, with none last", () => {
    expect(byOctaves([0, 1, 2, 8, 16], 4)).toEqual([2, 8, 1, 16, 0]);
    expect(byOctaves([8, 0], 0)).toEqual([0, 8]);
  });

  it("of two tiers takes the worse", () => {
    expect(worseTier("own", "xshape")).toBe("xshape");
    expect(worseTier("xprofile", "xshape")).toBe("xprofile");
  });
});
