import {beforeEach, describe, expect, it} from "vitest";
import {decodeAttentionLatency, encoderAttentionLatency} from "../../../engine/ops/attention.js";
import {gemmLatency} from "../../../engine/ops/gemm.js";
import {mlaLatency} from "../../../engine/ops/mla.js";
import {moeLatency} from "../../../engine/ops/moe.js";
import {resetTrace} from "../../../engine/trace.js";
import {literalPlatform} from "../literal-tables.js";

const shape = {kvHeads: 4, headDim: 128, window: 0, fmha: "bfloat16", kvCache: "bfloat16"} as const;
const powers = (from: number, to: number) => Array.from({length: to - from + 1}, (_, i) => 2 ** (from + i));

/** Decode attention: KV heads, window, heads, batch, length; latency in ms far above the speed of light. */
const attention = [2, 4, 8].flatMap((kv) =>
  powers(1, 5)
    .filter((share) => kv * share <= 64)
    .flatMap((share) =>
      powers(0, 6).flatMap((batch) =>
        powers(6, 12).map((seq) => [kv, 0, kv * share, batch, seq, 0.01 + 1e-6 * batch * kv * seq])
      )
    )
);
const decode = (rows: number[][], interpolation?: "shared" | "reference") => ({
  ...literalPlatform([{table: "decode_attention", part: ["bfloat16", "128"], rows}]),
  interpolation
});

beforeEach(resetTrace);

describe("the switch", () => {
  const gemm = [[256, 256, 1, 1], [256, 256, 4, 4], [256, 256, 8, 5], [512, 256, 1, 1], [512, 256, 8, 9]]; // prettier-ignore
  const platform = literalPlatform([{table: "gemm", part: ["bfloat16"], rows: gemm}]);
  const at = (interpolation: "shared" | "reference" | undefined, m: number) =>
    gemmLatency({...platform, interpolation}, {n: 256, k: 256, quant: "bfloat16"})(m, 0, 0, 0);

  it("set to reference is §5: a line in m", () => {
    expect(at("reference", 2)).toBe(1 + (3 * 1) / 3);
    expect(at("reference", 6)).toBe(4.5);
    for (const m of [1, 2, 3, 6, 8, 20]) expect(at(undefined, m)).toBe(at("reference", m));
  });

  it("leaves measured points alone either way", () => {
    for (const interpolation of ["shared", "reference"] as const)
      expect([1, 4, 8].map((m) => at(interpolation, m))).toEqual([1, 4, 5]);
  });

  it("set to shared answers a shape that §5 misses", () => {
    const far = (interpolation: "shared" | "reference") =>
      gemmLatency({...platform, interpolation}, {n: 8192, k: 8192, quant: "bfloat16"})(4, 0, 0, 0);
    expect(far("reference")).toBeNaN();
    expect(far("shared")).toBeGreaterThan(0);
  });
});

describe("attention", () => {
  it("knows that half of the batch with twice the heads of both kinds is the same work", () => {
    // Batch 8 is missing for every number of KV heads but 8.
    const held = attention.filter(([kv, , , batch]) => batch !== 8 || kv === 8);
    const truth = 0.01 + 1e-6 * 8 * 4 * 1024;
    const shared = decodeAttentionLatency(decode(held, "shared"), {...shape, heads: 16})(8, 1024, 0, 0);
    expect(shared / truth).toBeCloseTo(1, 2);
  });

  it("answers every query that §5 answers, and keeps the overhead of short ones", () => {
    const [ours, reference] = (["shared", "reference"] as const).map((interpolation) =>
      decodeAttentionLatency(decode(attention, interpolation), {...shape, heads: 16})
    );
    for (const batch of [1, 3, 24, 64, 100, 500])
      for (const seq of [1, 64, 100, 3000, 4096, 50000]) {
        expect(reference(batch, seq, 0, 0)).toBeGreaterThan(0);
        const truth = 0.01 + 1e-6 * batch * 4 * seq;
        expect(Math.abs(Math.log(ours(batch, seq, 0, 0) / truth)), `batch ${batch}, length ${seq}`).toBeLessThan(0.4);
      }
  });
});

describe("experts", () => {
  it("are blended as in §5 between measured tokens", () => {
    const rows = [1, 2, 4, 8].map((tokens) => [2, 8, 4096, 1024, 1, 1, tokens, 10 + tokens ** 2]);
    const platform = literalPlatform([{table: "moe", part: ["bfloat16", "balanced"], rows}]);
    const op = {topK: 2, experts: 8, hidden: 4096, inter: 1024, moeTp: 1, moeEp: 1, gated: true} as const;
    const moe = {...op, quant: "bfloat16", distribution: "balanced"} as const;
    // 4 → 26 and 8 → 74.
    expect(moeLatency({...platform, interpolation: "shared"}, moe)(6, 0, 0, 0)).toBe(50);
  });
});

describe("decode MLA", () => {
  it("beyond the largest batch is the geometric mean of curve and held utilisation", () => {
    // All overhead: curves stay at 0.1 ms, while held utilisation grows with the batch.
    const rows = powers(3, 6).flatMap((heads) =>
      powers(0, 5).flatMap((batch) => powers(6, 12).map((seq) => [heads, batch, seq, 0.1]))
    );
    const platform = literalPlatform([{table: "decode_mla", part: ["bfloat16"], rows}]);
    const op = {kind: "decode_mla", name: "mla", count: 1, heads: 32, fmha: "bfloat16", kvCache: "bfloat16"} as const;
    const at = (interpolation: "shared" | "reference") => mlaLatency({...platform, interpolation}, op)(128, 1024, 0, 0);
    expect(at("reference")).toBeGreaterThan(0.2);
    expect(at("shared") / Math.sqrt(0.1 * at("reference"))).toBeCloseTo(1, 2);
  });
});

describe("encoder attention", () => {
  const rows = [2, 4, 8, 16].flatMap((heads) =>
    [64, 128, 256, 512].flatMap((seq) =>
      [1, 2, 4, 8].map((batch) => [heads, seq, batch, 0.02 + 1e-9 * heads * batch * seq ** 2])
    )
  );
  const platform = literalPlatform([{table: "encoder_attention", part: ["bfloat16", "64"], rows}]);
  const at = (interpolation: "shared" | "reference", heads: number, batch: number) =>
    encoderAttentionLatency({...platform, interpolation}, {heads, headDim: 64, fmha: "bfloat16"})(batch, 256, 0, 0);

  it("is blended as in §5 between batches, and estimated from its neighbours between numbers of heads", () => {
    expect(at("shared", 8, 3)).toBe(at("reference", 8, 3));
    expect(at("shared", 6, 2)).not.toBe(at("reference", 6, 2));
    expect(at("shared", 6, 2) / (0.02 + 1e-9 * 6 * 2 * 256 ** 2)).toBeCloseTo(1, 1);
  });
});
