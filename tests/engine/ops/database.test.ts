/** What the databases answer from: measurements, the utilisation of other measurements, or the speed of light. */
import {beforeEach, describe, expect, it} from "vitest";
import {efficiency} from "../../../engine/coefficients.js";
import {databases} from "../../../engine/database.js";
import type {Database} from "../../../engine/ops/table.js";
import {
  decodeAttentionLatency,
  encoderAttentionLatency,
  prefillAttentionLatency
} from "../../../engine/ops/attention.js";
import {allReduceLatency, ncclLatency} from "../../../engine/ops/collective.js";
import {gemmLatency} from "../../../engine/ops/gemm.js";
import {bindKernel, bindOps} from "../../../engine/ops/kernel.js";
import {mlaBmmLatency, mlaLatency} from "../../../engine/ops/mla.js";
import {moeLatency} from "../../../engine/ops/moe.js";
import type {Op} from "../../../engine/ops/op.js";
import {fmhaQuants, moeQuants} from "../../../engine/quant.js";
import {decodeAttentionRoofline, moeRoofline, prefillAttentionRoofline} from "../../../engine/roofline.js";
import {rank, trace} from "../../../engine/trace.js";
import {literalPlatform, literalSystem} from "../literal-tables.js";
import type {LiteralSlice} from "../literal-tables.js";

beforeEach(() => void Object.assign(trace, {rank: rank.measured, miss: ""}));

const shape = {heads: 8, kvHeads: 2, headDim: 128, window: 0, fmha: "bfloat16", kvCache: "bfloat16", qkNorm: false} as const; // prettier-ignore
const expert = {hidden: 512, inter: 256, topK: 2, experts: 8, moeTp: 1, moeEp: 2, gated: true, quant: "bfloat16", distribution: "balanced"} as const; // prettier-ignore
const mla = {name: "m", count: 1, heads: 16, fmha: "bfloat16", kvCache: "fp8"} as const;

/** One question for each table. */
const questions: [string, (platform: ReturnType<typeof literalPlatform>) => number][] = [
  ["gemm", (p) => gemmLatency(p, {n: 4096, k: 4096, quant: "fp8"})(8, 0, 0, 0)],
  ["prefill attention", (p) => prefillAttentionLatency(p, shape)(2, 500, 0, 0)],
  ["decode attention", (p) => decodeAttentionLatency(p, {...shape})(2, 500, 0, 0)],
  ["encoder attention", (p) => encoderAttentionLatency(p, {heads: 8, headDim: 64, fmha: "bfloat16"})(2, 500, 0, 0)],
  ["prefill mla", (p) => mlaLatency(p, {kind: "prefill_mla", ...mla})(2, 500, 0, 0)],
  ["decode mla", (p) => mlaLatency(p, {kind: "decode_mla", ...mla})(2, 500, 0, 0)],
  ["prefill mla block", (p) => mlaLatency(p, {kind: "prefill_mla_module", ...mla, gemm: "fp8"})(2, 500, 0, 0)],
  ["decode mla block", (p) => mlaLatency(p, {kind: "decode_mla_module", ...mla, gemm: "fp8"})(2, 500, 0, 0)],
  ["mla bmm", (p) => mlaBmmLatency(p, {heads: 16, quant: "fp8", side: "pre"})(8, 0, 0, 0)],
  ["moe", (p) => moeLatency(p, expert)(100, 0, 0, 0)],
  ["all-reduce", (p) => allReduceLatency(p, 4)(1e6, 0, 0, 0)],
  ["nccl", (p) => ncclLatency(p, "all_gather", 4, "half")(1e6, 0, 0, 0)]
]; // prettier-ignore

describe("without any table", () => {
  it.each(questions)("%s misses with a reason, or is answered from the speed of light", (_, ask) => {
    for (const database of ["silicon", "hybrid", "empirical"] as const) {
      trace.miss = "";
      expect(ask(literalPlatform([], {database}))).toBeNaN();
      expect(trace.miss).toMatch(/^no /);
    }
    const light = ask(literalPlatform([], {database: "sol"}));
    expect(light).toBeGreaterThan(0);
    trace.rank = rank.measured;
    const estimated = ask(literalPlatform([], {database: "calibrated"}));
    expect(estimated).toBeGreaterThan(light);
    expect(trace.rank).toBe(rank.roofline);
  });

  it("the embedded default is the speed of light over its efficiency, plus a launch", () => {
    const ask = questions[1][1];
    const {efficiency: share, overheadMs} = efficiency("prefill_attention", "bf16", "hopper");
    const light = ask(literalPlatform([], {database: "sol"}));
    expect(ask(literalPlatform([], {database: "calibrated"}))).toBeCloseTo(light / share + overheadMs, 12);
  });
});

describe("utilisation that stands in, by the method's rule", () => {
  const open = (slices: LiteralSlice[], {database}: {database: Database}) =>
    ({...literalPlatform(slices, {database}), transferRule: "utilisation"}) as const;

  const bf16 = fmhaQuants.bfloat16;
  const prefillLight = (headDim: number, seq: number, window = 0) =>
    prefillAttentionRoofline(literalSystem, {...shape, batch: 1, seq, prefix: 0, headDim, window}, bf16, "bfloat16");
  const measured = (headDim: number, util: number, window = 0): LiteralSlice => ({
    table: "prefill_attention",
    part: ["bfloat16", "bfloat16", String(headDim)],
    rows: [512, 1024, 2048].map((seq) => [2, window, 8, seq, 1, prefillLight(headDim, seq, window) / util])
  });

  it("of prefill attention is head size 128's, scaled by what sizes reach", () => {
    const hybrid = open([measured(128, 0.5), measured(192, 0.9)], {database: "hybrid"});
    const ms = prefillAttentionLatency(hybrid, {...shape, headDim: 64})(1, 1024, 0, 0);
    expect(ms).toBeCloseTo(prefillLight(64, 1024) / (0.5 * 0.58), 12);
    expect(trace.rank).toBe(rank.xshape);
    const known = prefillAttentionLatency(hybrid, shape)(1, 1024, 0, 0);
    expect(known).toBeCloseTo(prefillLight(128, 1024) / 0.5, 12);
  });

  it("of prefill attention is head size 128's even where another is nearer", () => {
    const hybrid = open([measured(256, 0.9), measured(128, 0.5)], {database: "hybrid"});
    const ms = prefillAttentionLatency(hybrid, {...shape, headDim: 192})(1, 1024, 0, 0);
    expect(ms).toBeCloseTo(prefillLight(192, 1024) / (0.5 * 1.1), 12);
  });

  it("of a window is the same window's at another head size before the full attention's own", () => {
    const slices = [{...measured(64, 0.2)}, measured(128, 0.5, 256)];
    const hybrid = open(slices, {database: "hybrid"});
    const ms = prefillAttentionLatency(hybrid, {...shape, headDim: 64, window: 256})(1, 1024, 0, 0);
    expect(ms).toBeCloseTo(prefillLight(64, 1024, 256) / (0.5 * 0.58), 12);
    const full = open([measured(64, 0.2)], {database: "hybrid"});
    expect(prefillAttentionLatency(full, {...shape, headDim: 64, window: 256})(1, 1024, 0, 0)).toBeCloseTo(
      prefillLight(64, 1024, 256) / 0.2,
      12
    );
  });

  const moeLight = (more: Partial<typeof expert> | {hidden: number}, tokens: number, quant: keyof typeof moeQuants) =>
    moeRoofline(literalSystem, tokens, {...expert, ...more}, moeQuants[quant]);
  const experts = (hidden: number, util: number, quant: keyof typeof moeQuants, ep = 2): LiteralSlice => ({
    table: "moe",
    part: [quant, "balanced"],
    rows: [64, 256].map((tokens) => [2, 8, hidden, 256, 1, ep, tokens, moeLight({hidden}, tokens, quant) / util])
  });
  const merged = (...slices: LiteralSlice[]): LiteralSlice => ({...slices[0], rows: slices.flatMap(({rows}) => rows)});

  it("of experts is the nearest shape's with the same sharding", () => {
    const slice = merged(experts(1024, 0.25, "bfloat16"), experts(8192, 0.5, "bfloat16"), experts(512, 1, "bfloat16", 1)); // prettier-ignore
    const hybrid = open([slice], {database: "hybrid"});
    expect(moeLatency(hybrid, expert)(64, 0, 0, 0)).toBeCloseTo(moeLight({}, 64, "bfloat16") / 0.25, 12);
    expect(trace.rank).toBe(rank.xshape);
  });

  it("of experts in a type that was not measured is the most similar type's, by typical levels", () => {
    const slices = [experts(512, 0.5, "nvfp4"), experts(512, 0.2, "bfloat16")];
    const hybrid = open(slices, {database: "hybrid"});
    const ms = moeLatency(hybrid, {...expert, quant: "fp8"})(64, 0, 0, 0);
    // bfloat16 is 1 byte and once the rate away, nvfp4 0.4375 and twice.
    expect(ms).toBeCloseTo(moeLight({}, 64, "fp8") / (0.2 * (0.4 / 0.53)), 12);
    const twin = open([experts(512, 0.3, "fp8_block")], {database: "hybrid"});
    const same = moeLatency(twin, {...expert, quant: "fp8"})(64, 0, 0, 0);
    expect(same).toBeCloseTo(moeLight({}, 64, "fp8") / 0.3, 12);
  });

  it("in the empirical database stands in for the measurement itself", () => {
    const empirical = open([measured(128, 0.5)], {database: "empirical"});
    const at = prefillAttentionLatency(empirical, shape)(1, 1500, 0, 0);
    expect(at).toBeCloseTo(prefillLight(128, 1500) / 0.5, 12);
    expect(trace.rank).toBe(rank.empirical);
  });
});

describe("one set of tables for several databases", () => {
  const slice: LiteralSlice = {table: "decode_attention", part: ["bfloat16", "128"], rows: [[2, 0, 8, 4, 1000, 1e-9]]};
  const light = decodeAttentionRoofline(literalSystem, {...shape, batch: 4, seq: 1000}, "bfloat16");
  const orders: Database[][] = [["silicon", "empirical"], ["empirical", "silicon"], ["empirical", "hybrid"]]; // prettier-ignore

  it.each(orders)("never lets decode attention below the speed of light: %s, then %s", (...order) => {
    const platform = literalPlatform([slice]);
    const got = order.map((database) => decodeAttentionLatency({...platform, database}, shape)(4, 1000, 0, 0));
    const alone = order.map((database) =>
      decodeAttentionLatency({...literalPlatform([slice]), database}, shape)(4, 1000, 0, 0)
    );
    expect(got).toEqual(alone);
    for (const ms of got) expect(ms).toBe(light);
  });
});

describe("blocks of operators", () => {
  const norm = (count: number): Op => ({kind: "elementwise", name: "n", count, dimIn: 1000, dimOut: 1000});
  const block: Op = {
    kind: "fallback",
    name: "block",
    count: 1,
    primary: [{kind: "decode_mla_module", ...mla, gemm: "fp8_block"}],
    fallback: [{kind: "decode_mla", ...mla, count: 3}]
  };
  const parts: LiteralSlice = {table: "decode_mla", part: ["fp8"], rows: [[16, 4, 1000, 7]]};

  it("side by side take as long as the slower", () => {
    const platform = literalPlatform([]);
    const [one, three] = bindOps(platform, [norm(1), norm(3)]).map(({latency}) => latency(8, 1, 0, 0));
    const overlap: Op = {kind: "overlap", name: "o", count: 1, left: [norm(1)], right: [norm(1), norm(3)]};
    expect(bindKernel(platform, overlap)(8, 1, 0, 0)).toBeCloseTo(one + three, 12);
    expect(three).toBeCloseTo(3 * one, 12);
  });

  it("in the hybrid database are the sum of measured parts, not an estimate of the whole", () => {
    const other: LiteralSlice = {table: "decode_mla_module", part: ["bfloat16", "fp8", "bfloat16"], rows: [[16, 4, 1000, 1]]}; // prettier-ignore
    expect(bindKernel(literalPlatform([parts, other], {database: "hybrid"}), block)(4, 4, 1000, 0)).toBe(21);
  });

  it("in the hybrid database do not estimate a whole that was not measured", () => {
    const gemm: LiteralSlice = {table: "gemm", part: ["fp8"], rows: [[64, 64, 4, 1]]};
    const far: Op = {kind: "gemm", name: "g", count: 1, n: 4096, k: 4096, quant: "fp8"};
    const hybrid = literalPlatform([parts, gemm], {database: "hybrid"});
    expect(bindKernel(hybrid, far)(4, 4, 0, 0)).toBeGreaterThan(0);
    expect(bindKernel(hybrid, {...block, primary: [far]} as Op)(4, 4, 1000, 0)).toBe(21);
  });

  it.each(databases)("cost twice as much when they run twice: %s", (database) => {
    const platform = literalPlatform([parts], {database});
    const attention: Op = {kind: "decode_mla", ...mla, count: 2};
    const [once, twice] = bindOps(platform, [attention, {...attention, count: 4}]);
    expect(twice.latency(4, 4, 1000, 0)).toBeCloseTo(2 * once.latency(4, 4, 1000, 0), 12);
  });

  it("that never run cost nothing, whatever the tables lack", () => {
    const [never] = bindOps(literalPlatform([]), [{kind: "decode_mla", ...mla, count: 0}]);
    expect(never.latency(4, 4, 1000, 0)).toBe(0);
  });
});
