/** Routed experts on literal tables. Method.md §6.6. */
import {describe, expect, it} from "vitest";
import {weightBytes} from "../../../engine/ops/kernel.js";
import {moeKernel, moeLatency} from "../../../engine/ops/moe.js";
import {trace} from "../../../engine/trace.js";
import {literalPlatform} from "../literal-tables.js";
import type {LiteralSlice} from "../literal-tables.js";

const expert = {hidden: 512, inter: 256, topK: 2, experts: 8, moeTp: 1, moeEp: 2, gated: true, quant: "nvfp4", distribution: "power_law_1.2"} as const; // prettier-ignore
const op = {kind: "moe", name: "moe", count: 1, dp: 1, ...expert} as const;
const key = [2, 8, 512, 256, 1, 2];

/** `tokens` times `ms`, from 1 to 1024 tokens. */
const line = (table: "moe" | "moe_low_latency", ms: number, distribution = "power_law_1.2"): LiteralSlice => ({
  table,
  part: ["nvfp4", distribution],
  rows: [1, 1024].map((tokens) => [...key, tokens, tokens * ms])
});

describe("experts", () => {
  it("take the tokens of every data parallel rank", () => {
    expect(moeKernel(literalPlatform([line("moe", 2)]), {...op, dp: 4})(10, 1, 0, 0)).toBeCloseTo(80, 9);
  });

  it("are those of the asked distribution before the even one", () => {
    const platform = literalPlatform([line("moe", 1, "balanced"), line("moe", 2), line("moe", 3, "uniform")]);
    expect(moeLatency(platform, expert)(10, 0, 0, 0)).toBeCloseTo(20, 9);
    expect(moeLatency(platform, {...expert, distribution: "other"})(10, 0, 0, 0)).toBeCloseTo(10, 9);
  });

  it.each(["hidden", "inter", "topK", "experts", "moeTp", "moeEp"] as const)("of another %s are a miss", (size) => {
    const ms = moeLatency(literalPlatform([line("moe", 1)]), {...expert, [size]: 2 * expert[size]})(10, 0, 0, 0);
    expect(ms).toBeNaN();
    expect(trace.miss).toMatch(/^no moe rows: literal\/trtllm 1\.0 nvfp4\/power_law_1\.2 at /);
  });
});

describe("TensorRT-LLM's low-latency kernel", () => {
  const both = [line("moe", 5), line("moe_low_latency", 1)];

  it("is taken up to 128 tokens of all ranks", () => {
    const ms = moeLatency(literalPlatform(both), expert);
    expect(ms(128, 0, 0, 0)).toBeCloseTo(128, 9);
    expect(ms(129, 0, 0, 0)).toBeCloseTo(5 * 129, 9);
    expect(moeKernel(literalPlatform(both), {...op, dp: 8})(17, 1, 0, 0)).toBeCloseTo(5 * 136, 9);
  });

  it("is taken in hybrid too, which asks the tables first", () => {
    expect(moeLatency(literalPlatform(both, {database: "hybrid"}), expert)(64, 0, 0, 0)).toBeCloseTo(64, 9);
  });

  it("is not taken without a gate, nor by other engines, nor where it was not measured", () => {
    expect(moeLatency(literalPlatform(both), {...expert, gated: false})(64, 0, 0, 0)).toBeCloseTo(320, 9);
    expect(moeLatency(literalPlatform(both, {backend: "sglang"}), expert)(64, 0, 0, 0)).toBeCloseTo(320, 9);
    expect(moeLatency(literalPlatform([both[0]]), expert)(64, 0, 0, 0)).toBeCloseTo(320, 9);
    expect(moeLatency(literalPlatform(both), {...expert, moeEp: 4})(64, 0, 0, 0)).toBeNaN();
  });
});

describe("an expert curve of one point", () => {
  const point: LiteralSlice = {table: "moe", part: ["nvfp4", "power_law_1.2"], rows: [[...key, 64, 1e-9]]};

  it("is raised to the speed of light where asked", () => {
    const light = moeLatency(literalPlatform([], {database: "sol"}), expert)(64, 0, 0, 0);
    const platform = {...literalPlatform([point]), clampToLight: true};
    expect(moeLatency(literalPlatform([point]), expert)(64, 0, 0, 0)).toBe(1e-9);
    expect(moeLatency(platform, expert)(64, 0, 0, 0)).toBe(light);
    expect(moeLatency(platform, expert)(63, 0, 0, 0)).toBeNaN();
  });
});

describe("expert weights", () => {
  it("are two projections without a gate, over expert and tensor parallel ranks, in whole bytes", () => {
    const all = 512 * 256 * 8 * 0.5625;
    expect(weightBytes(op)).toBe((3 * all) / 2);
    expect(weightBytes({...op, gated: false})).toBe((2 * all) / 2);
    expect(weightBytes({...op, moeTp: 3, moeEp: 5, count: 2})).toBe(2 * Math.floor(Math.floor((3 * all) / 5) / 3));
  });
});
