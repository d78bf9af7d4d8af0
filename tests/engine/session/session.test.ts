/** Sessions against the method's definitions, written out step by step. Speed of light needs no tables and is exact. */
import {describe, expect, it} from "vitest";
import {estimate, findModel} from "../../../engine/index.js";
import type {Backend, EstimateProblem, Parallel, Platform} from "../../../engine/index.js";
import {AggregatedSession, stepCounts} from "../../../engine/session/aggregated.js";
import {matchRates, replicaSizes, ReplicaShapes} from "../../../engine/session/disaggregated.js";
import type {PoolPoint} from "../../../engine/session/disaggregated.js";
import {decodePhase, decodePhaseOps, decodeStep, prefillPhase} from "../../../engine/session/static.js";
import {makeWorker, memoryOf, opTimes} from "../../../engine/session/worker.js";
import type {Worker} from "../../../engine/session/worker.js";
import {literalPlatform} from "../literal-tables.js";

const sizes = (given: Partial<Parallel> = {}): Parallel => ({tp: 1, pp: 1, dp: 1, moeTp: 1, moeEp: 1, cp: 1, ...given});
const light = (backend: Backend = "trtllm"): Platform => literalPlatform([], {backend, database: "sol"});

function worker(model = "Qwen/Qwen3-8B", backend: Backend = "trtllm", parallel = sizes({tp: 2}), nextn = 0): Worker {
  return makeWorker(findModel(model), light(backend), parallel, {role: "agg", nextn});
}

/** Sum over operators of one iteration, asked one by one. */
function iteration(
  worker: Worker,
  phase: "prefill" | "decode",
  tokens: number,
  batch: number,
  seq: number,
  prefix = 0
) {
  return worker[phase].reduce((ms, {latency}) => ms + latency(tokens, batch, seq, prefix), 0);
}

describe("static session", () => {
  const qwen = worker();

  it("prefills the tokens that are not cached", () => {
    expect(prefillPhase(qwen, 4, 900, 100).ms).toBeCloseTo(iteration(qwen, "prefill", 3600, 4, 900, 100), 9);
  });

  it.each([1, 2, 33, 34, 500])("samples decode at the start of every 32 steps, osl %d", (osl) => {
    let ms = 0;
    for (let i = 0; i < osl - 1; i += 32)
      ms += iteration(qwen, "decode", 4, 4, 1000 + i + 1) * Math.min(32, osl - 1 - i);
    expect(decodePhase(qwen, 4, 1000, osl).ms).toBeCloseTo(ms, 6);
  });

  it("decodes drafts with the batch, and scales by what is accepted", () => {
    const drafting = worker("deepseek-ai/DeepSeek-V3", "trtllm", sizes({tp: 8, moeEp: 8}), 1);
    const plain = worker("deepseek-ai/DeepSeek-V3", "trtllm", sizes({tp: 8, moeEp: 8}));
    const scale = 62 / 61 / 1.85;
    expect(decodeStep(drafting, 4, 1000).ms).toBeCloseTo(decodeStep(plain, 8, 1000).ms * scale, 9);
  });

  it("reports operators that add up to the phase", () => {
    const sum = (ops: {latencyMs: number}[]) => ops.reduce((ms, op) => ms + op.latencyMs, 0);
    expect(sum(opTimes(qwen.prefill, 4000, 4, 1000, 0))).toBeCloseTo(prefillPhase(qwen, 4, 1000, 0).ms, 9);
    expect(sum(decodePhaseOps(qwen, 4, 1000, 500))).toBeCloseTo(decodePhase(qwen, 4, 1000, 500).ms, 6);
  });

  it("adds up operators of one name: gpt-oss attends in and out of its window", () => {
    const oss = makeWorker(findModel("openai/gpt-oss-20b"), light(), sizes(), {role: "static"});
    const attention = opTimes(oss.prefill, 4000, 1, 4000, 0).filter(({name}) => name === "attention");
    expect(attention).toHaveLength(1);
    expect(attention[0].count).toBe(24);
  });
});

const cases: [Backend, number, number][] = [
  ["trtllm", 1, 1000], ["trtllm", 8, 1000], ["trtllm", 64, 2000], ["trtllm", 64, 500], ["trtllm", 512, 1000],
  ["trtllm", 2, 1000], ["sglang", 3, 2000], ["vllm", 2, 1000],
  ["sglang", 8, 1000], ["vllm", 1, 1000], ["vllm", 8, 1000], ["vllm", 64, 500], ["vllm", 512, 1000]
]; // prettier-ignore

describe("aggregated session", () => {
  const workload = {isl: 1000, osl: 200, prefix: 100};

  it.each(cases)("%s, batch %d, %d tokens a step, is method.md §10", (backend, b, c) => {
    const own = worker("Qwen/Qwen3-8B", backend, sizes({tp: 2}));
    const {isl, osl, prefix} = workload;
    const trt = backend !== "vllm";
    const nCtx = Math.ceil((isl * b) / c);
    const prompts = Math.ceil(c / isl);
    let [mixSteps, genInMix, genSteps, genBatch, forTpot] = [1, 0, osl - 1, 1, 0];
    if (b > 1) {
      mixSteps = nCtx;
      genInMix = trt && nCtx >= osl ? Math.max(1, Math.floor(b / (nCtx / osl))) : Math.max(1, b - prompts);
      [genSteps, genBatch] = nCtx >= osl ? [0, 0] : [osl - nCtx, b];
      forTpot = nCtx >= osl || !trt ? nCtx : Math.max(1, nCtx - 3);
    }
    const isAttention = (op: {kind: string}) => op.kind.endsWith("_attention");
    const at = isl + Math.floor(osl / 2) + 1;
    const cached = prefix * Math.floor(c / isl);
    const seq = c + genInMix - cached;
    const fresh = isl - prefix;
    let mix = 0;
    for (const {op, latency} of own.prefill)
      mix += isAttention(op)
        ? latency(prompts * fresh, prompts, fresh, prefix) / Math.ceil(isl / c)
        : latency(seq, 1, seq, cached);
    if (genInMix > 0)
      for (const {op, latency} of own.decode) if (isAttention(op)) mix += latency(genInMix, genInMix, at, 0);
    const gen = genBatch > 0 ? iteration(own, "decode", genBatch, genBatch, at) : 0;
    const queue = trt ? Math.min(2 + (nCtx - 3) / 20, 4) : b <= 1 ? 1 : Math.min(1 + Math.log2(b) / 8, 2);
    const ttft = (mix * Math.ceil(isl / c) + (trt ? 0 : 0.8 * 36)) * queue;
    const tpot = (mix * forTpot + gen * genSteps) / (forTpot + genSteps);
    let rate = (1000 * b * (osl - 1)) / (mixSteps * mix + genSteps * gen);
    if (!trt) rate = Math.min(rate, (b * (osl - 1) * 1000) / (ttft + tpot * (osl - 1)));

    const session = new AggregatedSession(own, workload);
    const point = session.point(b, c, session.memory(b, c));
    expect(point.mixedStepMs).toBeCloseTo(mix, 9);
    expect(point.ttftMs).toBeCloseTo(ttft, 6);
    expect(point.tpotMs).toBeCloseTo(tpot, 9);
    expect(point.tokensPerSec / rate).toBeCloseTo(1, 12);
    expect(point.concurrency).toBe(b);
    expect(point.requestLatencyMs).toBeCloseTo(ttft + tpot * (osl - 1), 6);
  });

  it("of a worker of several ranks and stages counts all of them", () => {
    const parallel = sizes({tp: 1, pp: 2, dp: 4, moeEp: 4});
    const session = new AggregatedSession(worker("Qwen/Qwen3-30B-A3B", "trtllm", parallel), workload);
    const point = session.point(8, 1000, session.memory(8, 1000));
    const cycleMs = 8 * point.mixedStepMs + (200 - 8) * point.decodeStepMs;
    expect(point.tokensPerSec).toBeCloseTo(((1000 * 8 * 199) / cycleMs) * 8, 6);
    expect(point.requestsPerSec).toBeCloseTo(point.tokensPerSec / 199, 9);
    expect(point.concurrency).toBe(8 * 2 * 4);
  });

  it.each([
    ["trtllm", 16, 8192],
    ["sglang", 16, 16 - 2 + 2000],
    ["vllm", 16, 16 - 2 + 2000],
    ["vllm", 1, 2000]
  ] as const)("on %s with %d requests has activations of %d tokens", (backend, batch, tokens) => {
    const own = worker("Qwen/Qwen3-8B", backend);
    const session = new AggregatedSession(own, workload);
    expect(session.memory(batch, 2000)).toEqual(memoryOf(own, {batch, tokens, seqTokens: 1200}));
    expect(session.memory(batch, 2000, 5000).kvCache).toBeCloseTo(
      (session.memory(batch, 2000).kvCache * 5000) / 1200,
      9
    );
  });

  it("counts steps: all mixed when prompts never run out", () => {
    expect(stepCounts(worker(), {isl: 1000, osl: 100, prefix: 0}, 512, 1000)).toEqual({
      mixedSteps: 512,
      mixedForTpot: 512,
      decodeSteps: 0,
      decodeBatch: 0,
      decodesInMixed: 100
    });
  });
});

describe("disaggregated session", () => {
  const pool = (gpus: number, requestsPerSec: number) => ({worker: {gpus}, requestsPerSec}) as unknown as PoolPoint;

  it("allows replicas of 1, 2, 4, 8 and every 8 GPUs up to 128", () => {
    expect([...replicaSizes(32)]).toEqual([1, 2, 4, 8, 16, 24, 32]);
    expect(Math.max(...replicaSizes(1000))).toBe(128);
  });

  it.each([
    [1, 1, 3.1, 2.2],
    [2, 4, 1.7, 9.3],
    [8, 1, 20, 0.4],
    [4, 8, 3.3, 3.3]
  ])("matches rates as a search of all 32 × 32 worker counts does: %d and %d GPUs", (gp, gd, rateP, rateD) => {
    const allowed = replicaSizes(64);
    let best = {perGpu: 0, x: 0, y: 0, gpus: 0};
    for (let y = 1; y <= 32; ++y)
      for (let x = 1; x <= 32; ++x) {
        const gpus = gp * x + gd * y;
        const perGpu = Math.min(rateP * x * 0.9, rateD * y * 0.92) / gpus;
        if (allowed.has(gpus) && perGpu > best.perGpu) best = {perGpu, x, y, gpus};
      }
    const match = matchRates(pool(gp, rateP), pool(gd, rateD), new ReplicaShapes(allowed))!;
    expect(match).toMatchObject({prefillWorkers: best.x, decodeWorkers: best.y, gpus: best.gpus});
    expect(match.requestsPerSec).toBeCloseTo(best.perGpu * best.gpus, 12);
  });

  it("has no match when no size fits", () => {
    expect(matchRates(pool(8, 1), pool(8, 1), new ReplicaShapes(replicaSizes(8)))).toBeNull();
  });
});

describe("estimate", () => {
  it("of pipeline stages and ranks serves as many requests at once", () => {
    const parallel = sizes({pp: 2, dp: 4, moeEp: 4});
    const problem = {model: findModel("Qwen/Qwen3-30B-A3B"), platform: light(), parallel, batch: 8};
    const result = estimate({mode: "static", ...problem, workload: {isl: 1000, osl: 100, prefix: 0}});
    expect(result.gpus).toBe(8);
    expect(result.concurrency).toBe(32);
    expect(result.requestsPerSec).toBeCloseTo((32 / result.requestLatencyMs) * 1000 * 2, 9);
    expect(result.tokensPerSecPerGpu).toBeCloseTo((result.requestsPerSec * 100) / 8, 9);
  });

  const problem: EstimateProblem = {
    mode: "disagg",
    model: findModel("Qwen/Qwen3-8B"),
    platform: light(),
    parallel: sizes(),
    batch: 1,
    workload: {isl: 1000, osl: 100, prefix: 0},
    prefill: {parallel: sizes({tp: 2}), batch: 1, workers: 3},
    decode: {parallel: sizes(), batch: 16, workers: 2}
  };

  it("of two pools is their phases, corrected, and the slower pool's rate", () => {
    const result = estimate(problem);
    const prefill = estimate({...problem, mode: "static_ctx", parallel: sizes({tp: 2})});
    const decode = estimate({...problem, mode: "static_gen", batch: 16});
    expect(result.ttftMs).toBeCloseTo(prefill.ttftMs * 1.1 * 1.8, 9);
    expect(result.tpotMs).toBeCloseTo(decode.tpotMs * 1.08, 9);
    const rates = [(3 * 0.9 * prefill.requestsPerSec) / 1.1, (2 * 0.92 * decode.requestsPerSec) / 1.08];
    expect(result.requestsPerSec).toBeCloseTo(Math.min(...rates), 9);
    expect(result).toMatchObject({gpus: 8, concurrency: 32});
    expect(result.tokensPerSecPerGpu).toBeCloseTo((result.requestsPerSec * 100) / 8, 9);
  });

  it.each([
    [{mode: "agg", parallel: sizes({tp: 3})}, /^invalid tp: 3; /],
    [{mode: "agg", parallel: sizes({dp: 2})}, /^invalid dp: 2; /],
    [{mode: "agg", parallel: sizes({cp: 2})}, /^invalid cp: 2; /],
    [{mode: "agg", batch: 0}, /^invalid batch: 0; /],
    [{mode: "agg", ctxTokens: 0}, /^invalid ctxTokens: 0; /],
    [{mode: "static", workload: {isl: 10, osl: 5, prefix: 10}}, /^invalid lengths: /],
    [{mode: "static", nextn: 1, model: findModel("nvidia/Llama-3_3-Nemotron-Super-49B-v1")}, /^invalid nextn: 1; /],
    [{mode: "agg", model: findModel("Qwen/Qwen3-30B-A3B"), parallel: sizes({tp: 2})}, /^invalid widths: /],
    [{mode: "disagg", prefill: undefined}, /give both/],
    [{prefill: {parallel: sizes(), batch: 0, workers: 1}}, /^invalid prefill: batch 0, workers 1; /],
    [{decode: {parallel: sizes(), batch: 4, workers: -1}}, /^invalid decode: batch 4, workers -1; /],
    [{mode: "agg", nextn: 0.5}, /^invalid nextn: 0.5; /],
    [{mode: "static", workload: {isl: 10.5, osl: 5, prefix: 0}}, /^invalid lengths: isl 10.5/]
  ] as [Partial<EstimateProblem>, RegExp][])("refuses %j in words", (change, message) => {
    expect(() => estimate({...problem, ...change})).toThrow(message);
  });
});
