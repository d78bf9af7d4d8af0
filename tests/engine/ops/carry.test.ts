import {describe, expect, it} from "vitest";
import {donorStudy} from "../../../engine/accuracy/donor-study.js";
import {queryOp} from "../../../engine/query.js";
import {donorFigures, scaledMs} from "../../../engine/ops/carry.js";
import {bindKernel} from "../../../engine/ops/kernel.js";
import type {Op} from "../../../engine/ops/op.js";
import type {Platform} from "../../../engine/ops/table.js";
import type {SystemSpec} from "../../../engine/system.js";
import {grades, resetTrace, trace} from "../../../engine/trace.js";
import {literalPlatform, literalSystem} from "../literal-tables.js";

/** 1 TB/s and 100 TFLOP/s bf16: [m, 1024] · [1024, 1024] at m = 1 is bound by 2·(1024 + 1024 + 1024²) bytes, 2.1012 µs. */
const platform = literalPlatform([
  {
    table: "gemm",
    part: ["bfloat16"],
    rows: [
      [1024, 1024, 1, 0.01],
      [1024, 1024, 8192, 0.4]
    ]
  },
  {
    table: "decode_attention",
    part: ["bfloat16", "128"],
    rows: [
      [8, 0, 32, 1, 1024, 0.02],
      [8, 0, 32, 1, 4096, 0.05],
      [8, 0, 32, 64, 1024, 0.5],
      [8, 0, 32, 64, 4096, 1.7]
    ]
  },
  {
    table: "custom_allreduce",
    rows: [
      [2, 1024, 0.005],
      [2, 1048576, 0.02]
    ]
  }
]);

const on = (system: Partial<SystemSpec>): Platform => ({
  ...platform,
  system: {...literalSystem, id: "mine", ...system},
  donor: literalSystem
});
const gemm = {op: "gemm", n: 1024, k: 1024, quant: "bfloat16"};
const decode = {op: "generationAttention", heads: 32, kvHeads: 8, headDim: 128, kvCacheQuant: "bfloat16"};

describe("scaledMs", () => {
  const keep = {waitingShare: 0, waitingCapMs: Infinity};
  const wait = {waitingShare: 1, waitingCapMs: Infinity};
  it("keeps utilisation where nothing waits: 10 · 3 / 6", () => expect(scaledMs(10, 6, 3, keep)).toBe(5));
  it("keeps what is beyond the speed of light: 4 + 6 · 3 / 6", () => expect(scaledMs(10, 6, 3, wait)).toBe(7));
  it("keeps a share of it: 2 + 8 · 3 / 6", () => expect(scaledMs(10, 6, 3, {...wait, waitingShare: 0.5})).toBe(6));
  it("keeps at most the cap: 1 + 9 · 3 / 6", () => expect(scaledMs(10, 6, 3, {...wait, waitingCapMs: 1})).toBe(5.5));
  it("keeps nothing of a row faster than light: 4 · 3 / 6", () => expect(scaledMs(4, 6, 3, wait)).toBe(2));
  it("is the donor's time where the speeds of light agree, to the last digit", () =>
    expect(scaledMs(0.1 + 0.2, 0.7, 0.7, {waitingShare: 0.3, waitingCapMs: 1})).toBe(0.1 + 0.2));
  it("is the donor's time where none is modelled", () => expect(scaledMs(10, NaN, NaN, keep)).toBe(10));
  it.each([0, 0.3, 1])("never beats light that the donor does not beat, waiting %f", (waitingShare) => {
    for (const ms of [6, 7, 60])
      for (const here of [0.1, 3, 12, 100])
        expect(scaledMs(ms, 6, here, {waitingShare, waitingCapMs: Infinity})).toBeGreaterThanOrEqual(
          here * (1 - 1e-12)
        );
  });
});

describe("a system like its donor", () => {
  it("takes the donor's time exactly, and says whose it is", () => {
    for (const m of [1, 5, 8192, 100000]) {
      const [own, carried] = [queryOp(platform, {...gemm, m}), queryOp(on({}), {...gemm, m})];
      expect(carried.latencyMs).toBe(own.latencyMs);
      expect(carried).toMatchObject({source: "empirical", tier: "xsystem"});
      expect(carried.error.p90).toBeGreaterThanOrEqual(donorStudy.gemm.design.error.p90);
    }
  });
  it("takes it for attention and collectives too", () => {
    const ask = {...decode, b: 8, s: 2048};
    expect(queryOp(on({}), ask).latencyMs).toBe(queryOp(platform, ask).latencyMs);
    const sum = {op: "customAllReduce", tp: 2, elements: 5000};
    expect(queryOp(on({}), sum).latencyMs).toBe(queryOp(platform, sum).latencyMs);
    expect(queryOp(on({}), sum)).toMatchObject({tier: "xsystem"});
  });
});

describe("other figures than the donor's", () => {
  it("twice the bandwidth halves a memory-bound GEMM but for its waiting", () => {
    // Light at m = 1: 2 · (1024 + 1024 + 1048576) B / 1 TB/s = 2.101248 µs; beyond it wait share · (10 − 2.101248) µs.
    const {waitingShare, waitingCapMs} = donorFigures("gemm", "design");
    const waitingMs = Math.min(waitingCapMs, waitingShare * (0.01 - 0.002101248));
    const expected = waitingMs + (0.01 - waitingMs) / 2;
    expect(queryOp(on({memoryBandwidthBytesPerSec: 2e12}), {...gemm, m: 1}).latencyMs).toBeCloseTo(expected, 12);
  });
  it("leaves a compute-bound GEMM alone, which half the FLOP/s then slow", () => {
    const own = queryOp(platform, {...gemm, m: 8192}).latencyMs;
    expect(queryOp(on({memoryBandwidthBytesPerSec: 2e12}), {...gemm, m: 8192}).latencyMs).toBe(own);
    expect(queryOp(on({bf16FlopsPerSec: 5e13}), {...gemm, m: 8192}).latencyMs).toBeGreaterThan(1.3 * own);
  });
  it("is never slower with more of anything", () => {
    const asks = [...[1, 64, 8192].map((m) => ({...gemm, m})), {...decode, b: 64, s: 4096}];
    for (const figure of ["memoryBandwidthBytesPerSec", "bf16FlopsPerSec"] as const)
      for (const ask of asks) {
        const times = [0.25, 0.5, 1, 2, 4].map(
          (x) => queryOp(on({[figure]: x * literalSystem[figure]}), ask).latencyMs
        );
        expect([...times].sort((a, b) => b - a)).toEqual(times);
      }
  });
  it("faster links shorten collectives down to their waiting", () => {
    const ask = {op: "customAllReduce", tp: 2, elements: 1048576};
    // Light: 2 · 2²⁰ · 2 · 1/2 B / 400 GB/s = 5.24288 µs of the 20 µs measured.
    const {waitingShare, waitingCapMs} = donorFigures("allreduce", "design");
    const waitingMs = Math.min(waitingCapMs, waitingShare * (0.02 - 0.00524288));
    const expected = waitingMs + (0.02 - waitingMs) / 4;
    expect(queryOp(on({intraNodeBytesPerSec: 1.6e12}), ask).latencyMs).toBeCloseTo(expected, 12);
  });
  it("computes fp8 at the bf16 rate where it states none", () => {
    const fp8 = literalPlatform([{table: "gemm", part: ["fp8"], rows: [[1024, 1024, 8192, 0.2]]}]);
    const ask = {...gemm, quant: "fp8", m: 8192};
    const without = {...literalSystem, id: "mine", fp8FlopsPerSec: undefined, fp4FlopsPerSec: undefined};
    const slowed = queryOp({...fp8, system: without, donor: literalSystem}, ask).latencyMs;
    // Light doubles, from 0.0859 ms at 200 TFLOP/s; what waits does not.
    const light = (2 * 8192 * 1024 * 1024) / 2e14 * 1000; // prettier-ignore
    const {waitingShare, waitingCapMs} = donorFigures("gemm", "design");
    const waitingMs = Math.min(waitingCapMs, waitingShare * (0.2 - light));
    expect(slowed).toBeCloseTo(waitingMs + (0.2 - waitingMs) * 2, 12);
  });
  it("a donor of another design keeps another share, and errs more", () => {
    const ada = on({generation: "ada", smVersion: 89});
    const hopper = queryOp(on({}), {...gemm, m: 1});
    expect(queryOp(ada, {...gemm, m: 1}).error.p90).toBeGreaterThan(hopper.error.p90);
  });
});

describe("provenance", () => {
  it("speed of light needs no donor", () => {
    const answer = queryOp({...on({memoryBandwidthBytesPerSec: 2e12}), database: "sol"}, {...gemm, m: 1});
    expect(answer.latencyMs).toBeCloseTo(0.002101248 / 2, 12);
    expect(answer.source).toBe("roofline");
  });
  it("element-wise kernels keep their formula on the GPU itself", () => {
    const ms = queryOp(on({memoryBandwidthBytesPerSec: 2e12}), {op: "memory", bytes: 1.6e9}).latencyMs;
    // 1.6 GB at 0.8 · 2 TB/s, and 3 µs.
    expect(ms).toBeCloseTo(1 + 0.003, 12);
  });
  it("a miss of the donor is a miss, in its words", () => {
    expect(() => queryOp(on({}), {...gemm, quant: "fp8", m: 1})).toThrow("no gemm table: literal/trtllm 1.0 fp8");
  });
  it("a model's operator is carried once, and does not take the light's grade", () => {
    const op: Op = {kind: "gemm", name: "qkv", count: 1, n: 1024, k: 1024, quant: "bfloat16"};
    resetTrace();
    const ms = bindKernel(on({memoryBandwidthBytesPerSec: 2e12}), op)(1, 1, 1, 0);
    expect(ms).toBe(queryOp(on({memoryBandwidthBytesPerSec: 2e12}), {...gemm, m: 1}).latencyMs);
    expect(grades[trace.rank]).toEqual({source: "empirical", tier: "xsystem"});
    expect(trace.errorP90).toBe(donorStudy.gemm.design.error.p90);
  });
});

it("DeepEP, whose bound is not modelled, takes as much longer as its links are slower", () => {
  const deepep = literalPlatform([{table: "deepep_low_latency", rows: [[2, 7168, 8, 256, 64, 0.1]]}], {
    backend: "sglang"
  });
  const op: Op = {kind: "deepep", name: "dispatch", count: 1, phase: "decode", hidden: 7168, topK: 8, experts: 256, gpus: 16, sms: 20}; // prettier-ignore
  const slow = {...deepep, system: {...literalSystem, id: "mine", interNodeBytesPerSec: 2.5e10}, donor: literalSystem};
  // 16 GPUs are two nodes, joined at 50 GB/s there and 25 here: 0.1 ms doubles.
  expect(bindKernel(deepep, op)(64, 64, 1, 0)).toBe(0.1);
  expect(bindKernel(slow, op)(64, 64, 1, 0)).toBeCloseTo(0.2, 12);
  expect(grades[trace.rank].tier).toBe("xsystem");
});
