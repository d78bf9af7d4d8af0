/** FLOP and bytes of operators, against shapes written out by hand and against what the steps themselves say. */
import {describe, expect, it} from "vitest";
import {estimate, findModel} from "../../../engine/index.js";
import type {EstimateMode, EstimateProblem, Parallel} from "../../../engine/index.js";
import {computeRoofs, estimateWork} from "../../../engine/explain/work.js";
import type {StepWork} from "../../../engine/explain/work.js";
import {literalPlatform, literalSystem} from "../literal-tables.js";

const sizes = (given: Partial<Parallel> = {}): Parallel => ({tp: 1, pp: 1, dp: 1, moeTp: 1, moeEp: 1, cp: 1, ...given});
const problem = (model: string, mode: EstimateMode, more: Partial<EstimateProblem> = {}): EstimateProblem => ({
  mode,
  model: findModel(model),
  platform: literalPlatform([], {database: "sol"}),
  parallel: sizes({tp: 2}),
  batch: 4,
  workload: {isl: 1000, osl: 100, prefix: 0},
  ...more
});
const opOf = (steps: StepWork[], title: string, name: string) =>
  steps.find((step) => step.title === title)!.ops.find((op) => op.name.endsWith(name))!;

describe("work of a dense model", () => {
  const asked = problem("Qwen/Qwen3-8B", "static");
  const steps = estimateWork(asked);

  it("counts a projection as 2 · m · n · k, and its three matrices", () => {
    // 36 layers; 4 · 1000 rows; 4096 wide; (32 + 2 · 8) heads of 128 over two GPUs.
    const [m, k, n] = [4000, 4096, (48 * 128) / 2];
    const {flops, memoryBytes, linkBytes, computeMs, memoryMs, lightMs, limit} = opOf(steps, "prefill", "qkv_gemm");
    expect(flops).toBeCloseTo(36 * 2 * m * n * k, -3);
    expect(memoryBytes).toBeCloseTo(36 * 2 * (m * n + m * k + n * k), -3);
    expect(linkBytes).toBe(0);
    expect(computeMs).toBeCloseTo((flops / 1e14) * 1000, 9);
    expect(memoryMs).toBeCloseTo((memoryBytes / 1e12) * 1000, 9);
    expect([lightMs, limit]).toEqual([computeMs, "compute"]);
  });

  it("finds decode bound by memory", () => {
    const {flops, memoryBytes, limit} = opOf(steps, "decode step", "qkv_gemm");
    expect(flops / memoryBytes).toBeLessThan(4.01);
    expect(limit).toBe("bandwidth");
  });

  it("counts attention by what each token sees, and the cache that it reads", () => {
    const {flops, memoryBytes} = opOf(steps, "decode step", "attention");
    // Lengths are sampled every 32 steps: 1001, 1033, 1065 and 1097, the last of them for 3 steps.
    const seen = (32 * (1000 + 1032 + 1064) + 3 * 1096) / 99;
    expect(flops).toBeCloseTo(36 * 4 * 4 * 16 * 128 * seen, -6);
    expect(memoryBytes).toBeGreaterThan(36 * 4 * 2 * 4 * seen * 128 * 2);
  });

  it("counts what collectives send, and no arithmetic", () => {
    const {flops, memoryBytes, linkBytes, linkMs, lightMs, limit} = opOf(steps, "prefill", "ar_1");
    expect([flops, memoryBytes]).toEqual([0, 0]);
    expect(linkBytes).toBeCloseTo(36 * 2 * 2 * 4000 * 4096 * (1 / 2), -3);
    expect(linkMs).toBeCloseTo((linkBytes / 4e11) * 1000, 9);
    expect([lightMs, limit]).toEqual([linkMs, "communication"]);
  });

  it("doubles with the batch, weights aside", () => {
    const twice = estimateWork({...asked, batch: 8});
    const [one, two] = [steps, twice].map((of) => opOf(of, "prefill", "gate_ffn1_gemm"));
    expect(two.flops / one.flops).toBeCloseTo(2, 9);
    expect(two.memoryBytes / one.memoryBytes).toBeLessThan(2);
  });

  it("is the same whatever answers how long it takes", () => {
    const platform = literalPlatform([], {database: "calibrated"});
    expect(estimateWork({...asked, platform})).toEqual(steps);
  });

  it("does not grow with what disaggregation is slowed by", () => {
    const pool = {parallel: sizes({tp: 2}), batch: 4, workers: 1};
    const pools = estimateWork({...asked, mode: "disagg", prefill: pool, decode: pool});
    expect(opOf(pools, "prefill", "qkv_gemm")).toEqual(opOf(steps, "prefill", "qkv_gemm"));
  });
});

describe("work of any model", () => {
  const wide = sizes({tp: 8, moeEp: 8});
  it.each([
    ["Qwen/Qwen3-32B-FP8", sizes({tp: 4})],
    ["Qwen/Qwen3-30B-A3B", sizes({tp: 4, moeEp: 4})],
    ["openai/gpt-oss-120b", sizes({tp: 4, moeTp: 4})],
    ["deepseek-ai/DeepSeek-V3", wide],
    ["deepseek-ai/DeepSeek-V3.2", wide],
    ["nvidia/Llama-3_3-Nemotron-Super-49B-v1", sizes({tp: 4})],
    ["Qwen/Qwen3.5-35B-A3B", sizes({tp: 2, moeEp: 2})]
  ])("of %s is told for every operator of its steps", (model, parallel) => {
    for (const mode of ["static", "agg"] as const) {
      const asked = problem(model, mode, {parallel, nextn: 0});
      const [phases, steps] = [estimate(asked).phases, estimateWork(asked)];
      expect(steps.map(({title, ops}) => [title, ops.map(({name}) => name)])).toEqual(
        phases.map(({title, ops}) => [title, ops.map(({name}) => name)])
      );
      for (const [at, {ops}] of steps.entries())
        for (const [i, {lightMs, computeMs, memoryMs, linkMs, ...op}] of ops.entries()) {
          expect([op.flops, op.memoryBytes, op.linkBytes].every(Number.isFinite), op.name).toBe(true);
          // On the speed of light an operator takes its bound, which no single resource exceeds.
          expect(lightMs).toBeCloseTo(phases[at].ops[i].latencyMs, 9);
          const isOverlap = /overlap/.test(op.name);
          if (!isOverlap) expect(Math.max(computeMs, memoryMs, linkMs)).toBeLessThanOrEqual(lightMs! * (1 + 1e-9));
          expect(computeMs + memoryMs + linkMs).toBeGreaterThanOrEqual(lightMs! * (1 - 1e-9));
        }
    }
  });

  it("counts both of two streams that run at once", () => {
    const asked = problem("deepseek-ai/DeepSeek-V3", "static", {parallel: wide});
    const {flops, computeMs, memoryMs, linkMs, lightMs} = opOf(estimateWork(asked), "decode step", "moe_overlap");
    // Shared expert: 61 layers of three projections of 7168 · 2048 over 8 GPUs, for 4 tokens.
    const shared = 61 * 2 * 4 * 3 * 7168 * (2048 / 8);
    expect(flops).toBeGreaterThan(shared);
    expect(computeMs + memoryMs + linkMs).toBeGreaterThan(lightMs!);
  });
});

describe("ceilings", () => {
  it("are those of the types that a model computes in", () => {
    const roofs = (model: string, more: Partial<EstimateProblem> = {}) =>
      computeRoofs(estimateWork(problem(model, "static", more)), literalSystem);
    expect(roofs("Qwen/Qwen3-8B")).toEqual([{type: "bf16", flopsPerSec: 1e14}]);
    expect(roofs("Qwen/Qwen3-32B-FP8").map(({type}) => type)).toEqual(["bf16", "fp8"]);
  });

  it("tell an engine's own fp8 rate from a multiple of bf16", () => {
    const system = {...literalSystem, fp8FlopsPerSec: 1.5e14};
    const platform = literalPlatform([], {database: "sol", system});
    const steps = estimateWork(problem("Qwen/Qwen3-32B-FP8", "static", {platform}));
    expect(computeRoofs(steps, system).map(({type, flopsPerSec}) => [type, flopsPerSec])).toEqual([
      ["bf16", 1e14],
      ["fp8", 1.5e14],
      ["fp8", 2e14]
    ]);
  });
});
