/** One configuration in each mode: what its figures are made of, and what it refuses. */
import {describe, expect, it} from "vitest";
import {estimate, findModel, InputError, PerfDataError} from "../../../engine/index.js";
import type {Backend, Estimate, EstimateMode, EstimateProblem, Parallel} from "../../../engine/index.js";
import {AggregatedSession} from "../../../engine/session/aggregated.js";
import {makeWorker} from "../../../engine/session/worker.js";
import {literalPlatform, literalSystem} from "../literal-tables.js";

const sizes = (given: Partial<Parallel> = {}): Parallel => ({tp: 1, pp: 1, dp: 1, moeTp: 1, moeEp: 1, cp: 1, ...given});
const light = (backend: Backend = "trtllm") => literalPlatform([], {backend, database: "sol"});
const problem = (mode: EstimateMode, more: Partial<EstimateProblem> = {}): EstimateProblem => ({
  mode,
  model: findModel("Qwen/Qwen3-8B"),
  platform: light(),
  parallel: sizes({tp: 2, pp: 2}),
  batch: 4,
  workload: {isl: 1000, osl: 100, prefix: 200},
  ...more
});
const sum = (ops: {latencyMs: number}[]) => ops.reduce((ms, op) => ms + op.latencyMs, 0);

describe("a static estimate", () => {
  const both = estimate(problem("static"));
  const prefill = estimate(problem("static_ctx"));
  const decode = estimate(problem("static_gen"));

  it("is its two phases", () => {
    expect(both.prefillMs).toBe(prefill.prefillMs);
    expect(both.decodeMs).toBe(decode.decodeMs);
    expect(both.ttftMs).toBe(both.prefillMs);
    expect(both.tpotMs).toBeCloseTo(both.decodeMs / 99, 12);
    expect(both.requestLatencyMs).toBeCloseTo(both.prefillMs + both.decodeMs, 9);
    expect([prefill.decodeMs, decode.prefillMs]).toEqual([0, 0]);
  });

  it("is its operators", () => {
    expect(sum(both.prefillOps)).toBeCloseTo(both.prefillMs, 9);
    expect(sum(both.decodeOps)).toBeCloseTo(both.decodeMs, 9);
    expect(both.phases.map(({title}) => title)).toEqual(["prefill", "decode step"]);
    expect(both.phases[0].totalMs).toBeCloseTo(both.ttftMs, 9);
    expect(both.phases[1].totalMs).toBeCloseTo(both.tpotMs, 9);
    expect(prefill.phases.map(({title}) => title)).toEqual(["prefill"]);
    expect(decode.phases.map(({title}) => title)).toEqual(["decode step"]);
  });

  it.each([
    [both, 100],
    [prefill, 1],
    [decode, 99]
  ])("counts tokens by its phases: $mode", (result, tokens) => {
    // Two pipeline stages work in turn.
    expect(result.requestsPerSec).toBeCloseTo((4 * 1000 * 2) / result.requestLatencyMs, 9);
    expect(result.tokensPerSec).toBeCloseTo(result.requestsPerSec * tokens, 9);
    expect(result.tokensPerSecPerGpu).toBeCloseTo(result.tokensPerSec / 4, 9);
    expect(result).toMatchObject({gpus: 4, concurrency: 4});
  });

  it("holds as many tokens in memory as its largest step", () => {
    const kvBytes = 2 * 2 * 4 * 128 * 36;
    expect(both.memoryGiB.kvCache * 2 ** 30).toBeCloseTo(4 * 1100 * kvBytes, 0);
    expect(prefill.memoryGiB.kvCache * 2 ** 30).toBeCloseTo(4 * 1001 * kvBytes, 0);
    expect(both.memoryGiB.activations * 2 ** 30).toBeCloseTo(2 * 3200 * 4096 * 6.5, 0);
    expect(decode.memoryGiB.activations).toBe(70 / 1024);
  });

  it("counts requests of every data-parallel rank", () => {
    const model = findModel("Qwen/Qwen3-30B-A3B");
    const parallel = sizes({dp: 4, moeEp: 4});
    const {concurrency, gpus, requestsPerSec, requestLatencyMs} = estimate(problem("static", {model, parallel}));
    expect([concurrency, gpus]).toEqual([16, 4]);
    expect(requestsPerSec).toBeCloseTo(16_000 / requestLatencyMs, 9);
  });

  it("of one output token has no TPOT", () => {
    const one = estimate(problem("static", {workload: {isl: 1000, osl: 1, prefix: 0}}));
    expect([one.tpotMs, one.decodeMs, one.tokensPerSecPerUser]).toEqual([0, 0, 0]);
    expect(one.requestLatencyMs).toBe(one.ttftMs);
  });

  it("prefills less the more is cached, all of it against the cache", () => {
    const at = (prefix: number) => estimate(problem("static_ctx", {workload: {isl: 1000, osl: 2, prefix}})).ttftMs;
    expect(at(0)).toBeGreaterThan(at(500));
    expect(at(500)).toBeGreaterThan(at(999));
    expect(at(999)).toBeGreaterThan(0);
  });
});

describe.each(["trtllm", "vllm", "sglang"] as const)("an aggregated estimate on %s", (backend) => {
  const question = problem("agg", {platform: light(backend), ctxTokens: 2000});
  const result = estimate(question);

  it("is the session's point", () => {
    const {model, platform, parallel, workload} = question;
    const session = new AggregatedSession(makeWorker(model, platform, parallel, {role: "agg"}), workload);
    const memory = session.memory(4, 2000);
    const {ttftMs, tpotMs, tokensPerSec, requestsPerSec, concurrency} = session.point(4, 2000, memory);
    expect(result).toMatchObject({ttftMs, tpotMs, tokensPerSec, requestsPerSec, concurrency, memoryGiB: memory});
    expect(tokensPerSec).toBeCloseTo(requestsPerSec * 99, 9);
  });

  it("takes steps of one prompt unless told", () => {
    const own = estimate({...question, ctxTokens: undefined});
    expect(own.ttftMs).toBe(estimate({...question, ctxTokens: 1000}).ttftMs);
  });

  it("has phases that are the session's steps", () => {
    const {model, platform, parallel, workload} = question;
    const session = new AggregatedSession(makeWorker(model, platform, parallel, {role: "agg"}), workload);
    const {mixedStepMs, decodeStepMs} = session.point(4, 2000, session.memory(4, 2000));
    const [mixed, step] = result.phases;
    expect([mixed.title, step.title]).toEqual(["mixed step", "decode step"]);
    expect(mixed.totalMs).toBeCloseTo(mixedStepMs, 9);
    expect(step.totalMs).toBeCloseTo(decodeStepMs, 9);
  });
});

describe("a disaggregated estimate", () => {
  const parallel = sizes({tp: 2});
  const result = estimate(
    problem("disagg", {prefill: {parallel, batch: 3, workers: 2}, decode: {parallel, batch: 16, workers: 1}})
  );
  const kvBytes = 2 * 2 * 4 * 128 * 36;

  it("holds prompts and their first token in prefill workers, whole answers in decode workers", () => {
    expect(result.memoryGiB.kvCache * 2 ** 30).toBeCloseTo(3 * 1001 * kvBytes, 0);
    expect(result.decodeMemoryGiB!.kvCache * 2 ** 30).toBeCloseTo(16 * 1100 * kvBytes, 0);
  });

  it("has activations of the tokens that are not cached in prefill workers, of a token a request in decode workers", () => {
    expect(result.memoryGiB.activations * 2 ** 30).toBeCloseTo(2 * 3 * 800 * 4096 * 6.5, 0);
    expect(result.decodeMemoryGiB!.activations).toBe(70 / 1024);
  });

  it("details both phases, as slow as they are in pools", () => {
    const [prefill, decode] = result.phases;
    expect(prefill.totalMs * 1.8).toBeCloseTo(result.ttftMs, 9);
    expect(decode.totalMs).toBeCloseTo(result.tpotMs, 9);
    expect(result.decodeMs).toBeCloseTo(result.tpotMs * 99, 9);
  });
});

describe("what an estimate says of itself", () => {
  it("fits, or not, without being refused", () => {
    const system = {...literalSystem, memoryCapacityBytes: 2 ** 30};
    const small = estimate(problem("agg", {platform: literalPlatform([], {database: "sol", system})}));
    expect(small.fits).toBe(false);
    expect(small.ttftMs).toBeGreaterThan(0);
    expect(estimate(problem("agg")).fits).toBe(true);
  });

  it("leaves TensorRT-LLM's KV cache nine tenths of what is free, unless told", () => {
    const few = problem("agg", {parallel: sizes({tp: 2}), workload: {isl: 4000, osl: 500, prefix: 0}});
    const {memoryGiB} = estimate({...few, batch: 200});
    const share = memoryGiB.kvCache / (80 - (memoryGiB.total - memoryGiB.kvCache)) / (0.985 * 0.98);
    expect(share).toBeGreaterThan(0.9);
    expect(share).toBeLessThan(0.95);
    expect(estimate({...few, batch: 200}).fits).toBe(false);
    expect(estimate({...few, batch: 190}).fits).toBe(true);
    expect(estimate({...few, batch: 200, freeMemoryFraction: share * 0.999}).fits).toBe(false);
    expect(estimate({...few, batch: 200, freeMemoryFraction: share * 1.001}).fits).toBe(true);
    const vllm = problem("agg", {...few, platform: light("vllm"), batch: 200, freeMemoryFraction: 0.01});
    expect(estimate(vllm).fits).toBe(true);
  });

  it.each(["static", "static_ctx", "static_gen", "agg"] as const)("in %s misses tables as PerfDataError", (mode) => {
    const measured = problem(mode, {platform: literalPlatform([])});
    expect(() => estimate(measured)).toThrow(PerfDataError);
    expect(() => estimate(measured)).toThrow(/^no .* table: literal\/trtllm 1\.0.*; have none$/);
  });

  it("drafts as the checkpoint does when aggregated, not when static", () => {
    const model = findModel("deepseek-ai/DeepSeek-V3");
    const parallel = sizes({tp: 8, moeEp: 8});
    const with_ = (mode: EstimateMode, nextn?: number): Estimate => estimate(problem(mode, {model, parallel, nextn}));
    expect(with_("agg").tpotMs).toBe(with_("agg", 1).tpotMs);
    expect(with_("static").tpotMs).toBe(with_("static", 0).tpotMs);
    // Drafts bring more tokens to the experts, so that they need not pay.
    expect(with_("static", 1).tpotMs).not.toBe(with_("static", 0).tpotMs);
    expect(with_("agg", 1).tpotMs).not.toBe(with_("agg", 0).tpotMs);
    expect(with_("static", 1).ttftMs).toBe(with_("static", 0).ttftMs);
  });

  it.each([
    {workload: {isl: 0, osl: 5, prefix: 0}},
    {workload: {isl: 10, osl: 0, prefix: 0}},
    {workload: {isl: 10, osl: 5, prefix: -1}},
    {batch: 1.5},
    {quant: {gemm: "fp9" as "fp8"}},
    {parallel: sizes({pp: 37})},
    {parallel: sizes({tp: 64})}
  ] as Partial<EstimateProblem>[])("refuses %j as InputError, `what: got; what would do`", (change) => {
    expect(() => estimate(problem("static", change))).toThrow(InputError);
    expect(() => estimate(problem("static", change))).toThrow(/^(invalid|unknown) [\w ]+: .*; ./);
  });
});
