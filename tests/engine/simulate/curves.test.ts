/** Curves against the operators that they were made of, on imported tables. */
import {describe, expect, it} from "vitest";
import {findModel} from "../../../engine/index.js";
import type {Backend, Parallel} from "../../../engine/index.js";
import {decodeStep, prefillPhase} from "../../../engine/session/static.js";
import {makeWorker} from "../../../engine/session/worker.js";
import {bindOps} from "../../../engine/ops/kernel.js";
import type {Op} from "../../../engine/ops/op.js";
import type {Worker} from "../../../engine/session/worker.js";
import {even, stepCurves} from "../../../engine/simulate/curves.js";
import {curveAt, StepTimes} from "../../../engine/simulate/step-time.js";
import type {StepCurves} from "../../../engine/simulate/types.js";
import {goldenTables, openPlatform} from "../../golden/open.js";
import {constants} from "./made-up-engine.js";

const versions: Record<Backend, string> = {trtllm: "1.3.0rc10", sglang: "0.5.10", vllm: "0.19.0"};
const sizes = (given: Partial<Parallel> = {}): Parallel => ({tp: 1, pp: 1, dp: 1, moeTp: 1, moeEp: 1, cp: 1, ...given});

interface Case {
  model: string;
  parallel: Parallel;
  backends: Backend[];
  nextn?: number;
}

const all: Backend[] = ["trtllm", "sglang", "vllm"];
const cases: Case[] = [
  {model: "Qwen/Qwen3-8B", parallel: sizes(), backends: all},
  {model: "Qwen/Qwen3-32B-FP8", parallel: sizes({tp: 2}), backends: all},
  {model: "meta-llama/Meta-Llama-3.1-70B", parallel: sizes({tp: 4, pp: 2}), backends: all},
  {model: "Qwen/Qwen3-235B-A22B-FP8", parallel: sizes({tp: 4, moeEp: 4}), backends: all},
  {model: "openai/gpt-oss-120b", parallel: sizes({tp: 2, moeTp: 2}), backends: all},
  {model: "deepseek-ai/DeepSeek-V3", parallel: sizes({tp: 8, moeEp: 8}), backends: all},
  {model: "deepseek-ai/DeepSeek-V3", parallel: sizes({dp: 8, moeEp: 8}), backends: all},
  {model: "deepseek-ai/DeepSeek-V3", parallel: sizes({tp: 8, moeEp: 8}), backends: ["trtllm"], nextn: 1},
  {model: "deepseek-ai/DeepSeek-V3.2", parallel: sizes({tp: 8, moeEp: 8}), backends: ["sglang", "vllm"]},
  {model: "moonshotai/Kimi-K2.5", parallel: sizes({tp: 8, moeEp: 8}), backends: all}
];
const count = cases.reduce((sum, {backends}) => sum + backends.length, 0) + 2;

const prompts = [
  [1, 100], [1, 700], [1, 1000], [1, 3300], [1, 8000], [2, 1000], [3, 2500], [4, 4000], [7, 900], [8, 1000]
]; // prettier-ignore
/** Of sizes that CUDA graphs are captured for. */
const decodes = [
  [1, 1200], [1, 9000], [2, 700], [4, 1500], [8, 3000], [24, 1700], [32, 5000], [64, 1800], [112, 2500], [240, 1400]
]; // prettier-ignore

/** A prefill of the static session, from curves. */
function prefillMs(curves: StepCurves, batch: number, tokens: number): number {
  const times = new StepTimes(curves, {...constants, prefillGapMs: 0, prefillFloorMsPerLayer: 0}, 1);
  const own = times.mixedOwn(batch * tokens, 0, 0, batch, batch * times.chunkAttention(batch, 0, tokens));
  return times.mixedStep(own, times.mixedExperts(batch * tokens));
}

/** Output projections that the prefill operators of some models lack (quirk 48). */
function lackingMs(worker: Worker, curves: StepCurves, batch: number): number {
  const has = worker.prefill.some(({op}) => op.kind === "gemm" && op.perSequence);
  return has ? 0 : curveAt(curves.logits, batch);
}

function decodeMs(curves: StepCurves, batch: number, tokens: number): number {
  const times = new StepTimes(curves, {...constants, decodeGapMs: 0}, batch);
  return times.decodeStep(times.decodeOwn(batch, tokens), times.decodeExperts(batch));
}

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1];

const there = goldenTables(count, "workers' curves");

describe.runIf(there)("step curves agree with the static session", () => {
  const backendCases = cases.flatMap(({backends, ...rest}) =>
    backends.map((backend) => ({nextn: 0, ...rest, backend}))
  );

  it.each(backendCases)("$model on $backend, $nextn drafts", async ({model, backend, parallel, nextn}) => {
    const platform = await openPlatform(backend, versions[backend], "hybrid");
    const worker = makeWorker(findModel(model), platform, parallel, {role: "agg", nextn});
    const curves = stepCurves(worker);
    const off = (got: number, expected: number) => Math.abs(got / expected - 1);
    const prefill = prompts.map(([batch, tokens]) =>
      off(
        prefillMs(curves, batch, tokens),
        prefillPhase(worker, batch, tokens, 0).ms + lackingMs(worker, curves, batch)
      )
    );
    const decode = decodes.map(([batch, tokens]) =>
      off(decodeMs(curves, batch, tokens), decodeStep(worker, batch, tokens).ms * curves.tokensPerStep)
    );
    expect(median(prefill)).toBeLessThan(0.01);
    expect(median(decode)).toBeLessThan(0.01);
  });
});

describe("steps of many tokens", () => {
  it("go on as they were where a table jumps, and keep what bends", () => {
    const at = Float64Array.from([1024, 8192, 16384, 32768]);
    const off = (ms: number[]) => [...even({at, ms: Float64Array.from(ms)}).ms];
    expect(off([10, 80, 160, 3000])).toEqual([10, 80, 160, 320]);
    expect(off([10, 80, 1500, 3000])).toEqual([10, 80, 160, 320]);
    expect(off([10, 80, 200, 300])).toEqual([10, 80, 200, 300]);
    // Few tokens do not fill kernels: there a step up is one.
    expect(off([2, 80, 160, 320])).toEqual([2, 80, 160, 320]);
  });
});

describe.runIf(there)("experts of a step", () => {
  it("split finer than tables have them are no slower than split half as finely", async () => {
    const platform = await openPlatform("vllm", versions.vllm, "hybrid");
    const quant = {gemm: "nvfp4", moe: "nvfp4"} as const;
    const expertsAt = (tp: number) => {
      const worker = makeWorker(findModel("openai/gpt-oss-120b"), platform, sizes({tp, moeTp: tp}), {
        role: "agg",
        quant
      });
      const curves = stepCurves(worker);
      return (tokens: number) => curveAt(curves.prefillExperts, tokens);
    };
    const [four, eight] = [expertsAt(4), expertsAt(8)];
    // Sending tokens around takes a little longer between more GPUs.
    for (const tokens of [256, 1024, 8192]) expect(eight(tokens)).toBeLessThan(1.25 * four(tokens));
  });

  it("balanced over ranks cost no more than slices of each would", async () => {
    const platform = await openPlatform("sglang", versions.sglang, "hybrid");
    const curvesOf = (eplb: boolean) =>
      stepCurves(
        makeWorker(findModel("deepseek-ai/DeepSeek-V3"), platform, sizes({dp: 8, moeEp: 8}), {role: "agg", eplb})
      );
    const [plain, balanced] = [curvesOf(false), curvesOf(true)];
    const share = (tokens: number) => curveAt(balanced.prefillExperts, tokens) / curveAt(plain.prefillExperts, tokens);
    // A fifth fewer tokens on the busiest rank alone would leave four fifths.
    expect(share(8192)).toBeLessThan(0.7);
    for (const n of [1, 64, 512]) {
      expect(curveAt(balanced.decodeExperts, n)).toBeLessThanOrEqual(curveAt(plain.decodeExperts, n));
    }
  });

  it("balanced over ranks cost no more than with DeepEP, whose own kernels were measured", async () => {
    const platform = await openPlatform("sglang", versions.sglang, "hybrid");
    const model = findModel("deepseek-ai/DeepSeek-V3");
    const curvesOf = (eplb: boolean) =>
      stepCurves(makeWorker(model, platform, sizes({dp: 32, moeEp: 32}), {role: "agg", eplb}));
    const [plain, balanced] = [curvesOf(false), curvesOf(true)];
    const kernel: Op = {
      ...{kind: "deepep_moe", name: "moe", count: model.layers, phase: "decode", slots: 256, gated: true},
      ...{hidden: 7168, inter: 2048, topK: 8, experts: 256, moeTp: 1, moeEp: 32, dp: 32},
      ...{quant: "fp8_block", distribution: "uniform"}
    };
    const [{latency}] = bindOps(platform, [kernel]);
    for (const n of [16, 64, 256]) {
      const [whole, experts] = [curveAt(balanced.decodeExperts, n), latency(n, n, 1, 0)];
      // What is left is sending tokens, to a few of the ranks instead of all.
      expect(whole).toBeGreaterThan(experts);
      expect(whole).toBeLessThan(0.7 * curveAt(plain.decodeExperts, n));
    }
  });
});

describe.runIf(there)("collectives over nodes", () => {
  it("run as many rings as a node has adapters, and wait for each way between nodes", async () => {
    const platform = await openPlatform("trtllm", versions.trtllm, "hybrid");
    const model = findModel("meta-llama/Meta-Llama-3.1-70B");
    const curvesOf = (tp: number) => stepCurves(makeWorker(model, platform, sizes({tp}), {role: "agg"}));
    const [one, two] = [curvesOf(8), curvesOf(16)];
    // One adapter of eight would take eight times as long as NVLink for what is now half of the step.
    expect(curveAt(two.prefillRest, 8192)).toBeLessThan(1.2 * curveAt(one.prefillRest, 8192));
    const ways = 2 * 2 * model.layers;
    const {p2pLatencyMs} = platform.system;
    expect(curveAt(two.decodeRest, 1)).toBeGreaterThan(ways * p2pLatencyMs);
  });
});
