/** Formulas of the method page: what they say is what the engine computes, for every engine and kind of step. */
import {describe, expect, it} from "vitest";
import {estimate, findModel} from "../../engine/index.js";
import type {Backend, Database, Parallel} from "../../engine/index.js";
import {abridged, evaluated, substituted, typeset} from "../../src/components/formula.js";
import type {Formula} from "../../src/components/formula.js";
import {walkKnee, walkMethod} from "../../src/search/method.js";
import type {MethodAsk, MethodWalk} from "../../src/search/method.js";
import type {Searcher} from "../../src/search/searcher.js";
import {answerSearch, evaluateSearch} from "../../engine/index.js";
import {problemOn} from "../engine/explain/problems.js";
import {literalPlatform, literalSystem} from "../engine/literal-tables.js";

const sizes = (given: Partial<Parallel> = {}): Parallel => ({tp: 1, pp: 1, dp: 1, moeTp: 1, moeEp: 1, cp: 1, ...given});

function walk(
  model: string,
  {
    backend = "trtllm" as Backend,
    database = "calibrated" as Database,
    ...given
  }: Partial<
    Omit<MethodAsk, "problem"> & {backend: Backend; database: Database; isl: number; osl: number; prefix: number}
  > = {}
): Promise<MethodWalk> {
  const {isl = 3000, osl = 300, prefix = 0, parallel = sizes({tp: 4}), batch = 16, ctxTokens = isl} = given;
  const platform = literalPlatform([], {backend, database});
  const searcher = {opened: async () => ({model: findModel(model), platform, data: []})} as unknown as Searcher;
  const problem = {model, system: literalSystem, backend, totalGpus: 32, workload: {isl, osl, prefix}};
  return walkMethod(searcher, {problem, parallel, batch, ctxTokens});
}

const formulasOf = ({lookup, step, worker, memory, aggregated, disaggregated}: MethodWalk): Formula[] =>
  [
    lookup?.formulas ?? [],
    step.formulas,
    ...[worker, memory, aggregated, disaggregated].map((of) => of.formulas)
  ].flat();

function expectTrue(formulas: readonly Formula[]): void {
  for (const formula of formulas) {
    const computed = evaluated(formula);
    expect(Math.abs(computed - formula.value), `${formula.name}: ${formula.text}`).toBeLessThanOrEqual(
      1e-9 * Math.abs(formula.value)
    );
  }
}

describe("every formula gives what the engine gives", () => {
  const cases: [string, Parameters<typeof walk>[1]][] = [];
  for (const backend of ["trtllm", "sglang", "vllm"] as const)
    for (const given of [
      {},
      {batch: 1},
      {batch: 200, osl: 20},
      {ctxTokens: 512},
      {ctxTokens: 9000, prefix: 1000},
      {osl: 1},
      {osl: 34, parallel: sizes({tp: 2, pp: 2})}
    ])
      cases.push([`${backend} ${JSON.stringify(given)}`, {backend, ...given}]);
  it.each(cases)("on %s", async (_, given) => {
    expectTrue(formulasOf(await walk("Qwen/Qwen3-32B-FP8", given)));
  });

  it.each([
    ["Qwen/Qwen3-235B-A22B-FP8", sizes({tp: 4, moeEp: 4})],
    ["deepseek-ai/DeepSeek-V3", sizes({dp: 8, moeEp: 8})],
    ["openai/gpt-oss-120b", sizes({tp: 2, moeTp: 2})],
    ["Qwen/Qwen3.5-35B-A3B", sizes({tp: 2, moeEp: 2})]
  ])("for %s", async (model, parallel) => {
    const walked = await walk(model, {parallel});
    expectTrue(formulasOf(walked));
    expect(formulasOf(walked).length).toBeGreaterThan(20);
  });
});

describe("the walk", () => {
  it("ends where estimates of the same sizes do", async () => {
    const model = findModel("Qwen/Qwen3-32B-FP8");
    const platform = literalPlatform([], {database: "calibrated"});
    const asked = {model, platform, parallel: sizes({tp: 4}), batch: 16, workload: {isl: 3000, osl: 300, prefix: 0}};
    const {worker, aggregated, memory, metrics} = await walk("Qwen/Qwen3-32B-FP8");
    const of = ({formulas}: {formulas: Formula[]}, name: string) => formulas.find((each) => each.name === name)!.value;
    const alone = estimate({...asked, mode: "static"});
    expect(of(worker, "TTFT")).toBeCloseTo(alone.ttftMs, 9);
    expect(of(worker, "TPOT")).toBeCloseTo(alone.tpotMs, 9);
    expect(of(worker, "tokens/s/GPU")).toBeCloseTo(alone.tokensPerSecPerGpu, 9);
    expect(of(memory, "a GPU holds")).toBeCloseTo(alone.memoryGiB.total, 9);
    const mixed = estimate({...asked, mode: "agg", ctxTokens: 3000});
    expect(of(aggregated, "TTFT")).toBeCloseTo(mixed.ttftMs, 9);
    expect(metrics).toEqual({
      ttftMs: mixed.ttftMs,
      tpotMs: mixed.tpotMs,
      requestMs: mixed.requestLatencyMs,
      tokensPerSecPerGpu: mixed.tokensPerSecPerGpu,
      concurrency: mixed.concurrency
    });
  });

  it("of two pools is the estimate of the replica that it matches", async () => {
    const {disaggregated} = await walk("Qwen/Qwen3-32B-FP8");
    const of = (name: string) => disaggregated.formulas.find((each) => each.name === name)!;
    const {x, y} = of("a replica").values;
    const pool = (batch: number, workers: number) => ({parallel: sizes({tp: 4}), batch, workers});
    const pools = estimate({
      mode: "disagg",
      model: findModel("Qwen/Qwen3-32B-FP8"),
      platform: literalPlatform([], {database: "calibrated"}),
      parallel: sizes(),
      batch: 1,
      workload: {isl: 3000, osl: 300, prefix: 0},
      prefill: pool(1, x),
      decode: pool(16, y)
    });
    expect(of("tokens/s/GPU").value).toBeCloseTo(pools.tokensPerSecPerGpu, 9);
    expect(of("TTFT").value).toBeCloseTo(pools.ttftMs, 9);
  });

  it("looks the largest projection up: arithmetic and bytes of its shape", async () => {
    const {lookup} = await walk("Qwen/Qwen3-32B-FP8", {batch: 2});
    // 25,600 wide twice, over four GPUs.
    expect(lookup!.op).toMatchObject({n: 12800, k: 5120, quant: "fp8_block", count: 64});
    expect([lookup!.m, lookup!.limit, lookup!.measured]).toEqual([6000, "compute", []]);
    const [flop] = lookup!.formulas;
    expect(flop.value).toBeCloseTo(2 * 6000 * 12800 * 5120, -3);
    for (const {ms, lightMs} of lookup!.curve) expect(ms).toBeGreaterThanOrEqual(lightMs);
    const sizes = lookup!.curve.map(({m}) => m);
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
  });

  it("shows rows of the table at the shape that is asked for, and only those", async () => {
    const rows = [12800, 999].flatMap((n) => [64, 1024, 4096].map((m) => [n, 5120, m, m / 1000]));
    const platform = literalPlatform([{table: "gemm", part: ["fp8_block"], rows}], {database: "calibrated"});
    const searcher = {
      opened: async () => ({model: findModel("Qwen/Qwen3-32B-FP8"), platform, data: []})
    } as unknown as Searcher;
    const problem = {
      model: "Qwen/Qwen3-32B-FP8",
      system: literalSystem,
      backend: "trtllm" as const,
      totalGpus: 8,
      workload: {isl: 1000, osl: 50, prefix: 0}
    };
    const {lookup} = await walkMethod(searcher, {problem, parallel: sizes({tp: 4}), batch: 2, ctxTokens: 1000});
    expect(lookup!.measured.map(({m}) => m)).toEqual([64, 1024, 4096]);
    expectTrue(lookup!.formulas);
  });

  it("rejects what cannot be", async () => {
    await expect(walk("Qwen/Qwen3-32B-FP8", {parallel: sizes({tp: 3})})).rejects.toThrow("invalid tp: 3");
    await expect(walk("Qwen/Qwen3-32B-FP8", {database: "silicon"})).rejects.toThrow(/^no \w+ table/);
  });
});

describe("the knee", () => {
  it("is the one of the front, as high as its formula says", async () => {
    const problem = problemOn({database: "calibrated"});
    const targets = {ttftMs: 5000, tpotMs: 100};
    const evaluation = evaluateSearch(problem);
    const searcher = {evaluated: async () => ({evaluation})} as unknown as Searcher;
    const knee = (await walkKnee(searcher, {problem: {} as never, targets, preferences: {}}))!;
    const result = answerSearch(evaluation, targets)[knee.mode]!;
    expect(knee.front[knee.knee].x).toBe(result.knee!.tokensPerSecPerUser);
    expectTrue(knee.formulas);
    expect(knee.formulas[0].value).toBeGreaterThan(0);
    const heights = knee.front.map(({x, y}) =>
      evaluated({...knee.formulas[0], values: {...knee.formulas[0].values, x, y}})
    );
    expect(Math.max(...heights)).toBe(heights[knee.knee]);
  });
});

describe("a formula", () => {
  const write = (value: number) => String(value);
  it("has numbers for its names, and keeps its functions", () => {
    const text = "max(1, batch - ceil(ctxTokens / isl)) * log2(x1)";
    expect(substituted({text, values: {batch: 16, ctxTokens: 4000, isl: 1000, x1: -2}}, write)).toBe(
      "max(1, 16 - ceil(4000 / 1000)) * log2((-2))"
    );
  });

  it("tells a name without a number", () => {
    expect(() => substituted({text: "a + b", values: {a: 1}}, write)).toThrow("no value of b in a + b");
    expect(() => evaluated({text: "alert`1`", values: {}})).toThrow("no arithmetic");
  });

  it("of many parts is told by its ends", () => {
    expect(abridged("a + b + c + d + e")).toBe("a + b + c + d + e");
    expect(abridged("a + b + c + d + e + f")).toBe("a + b + … + f");
    expect(typeset("a * b / c - d")).toBe("a · b ∕ c − d");
  });
});
