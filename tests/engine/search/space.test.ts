/** What a search tries when its dimensions are set, and what the constants of two pools do. */
import {describe, expect, it} from "vitest";
import {answerSearch, estimate, evaluateSearch, findModel, modesOf} from "../../../engine/index.js";
import type {SearchProblem, SearchSpace} from "../../../engine/index.js";
import {contextTokenList} from "../../../engine/search/aggregated.js";
import {replicaSizes, ReplicaShapes} from "../../../engine/session/disaggregated.js";
import {literalPlatform, literalSystem} from "../literal-tables.js";

const problem = (space: SearchSpace, more: Partial<SearchProblem> = {}): SearchProblem => ({
  model: findModel("Qwen/Qwen3-8B"),
  platform: literalPlatform([], {database: "sol"}),
  totalGpus: 16,
  workload: {isl: 2000, osl: 300, prefix: 0},
  space,
  ...more
});
const wide = {ttftMs: 1e6, tpotMs: 1e4};
const workersOf = (space: SearchSpace, more?: Partial<SearchProblem>) => {
  const {aggregated, disaggregated} = evaluateSearch(problem(space, more));
  const labels = (all: {worker: {label: string}}[] = []) => [...new Set(all.map(({worker}) => worker.label))].sort();
  return {
    agg: aggregated.map(({session}) => session.worker.label),
    prefill: labels(disaggregated?.prefill),
    decode: labels(disaggregated?.decode)
  };
};
const tp = (...sizes: number[]) => sizes.map((size) => `tp${size}pp1dp1etp1ep1`);

describe("sizes of workers", () => {
  it("are those given, per role, the rest by default", () => {
    expect(workersOf({agg: {tp: [2]}, prefill: {tp: [4]}})).toEqual({
      agg: tp(2),
      prefill: tp(4),
      decode: tp(1, 2, 4, 8)
    });
  });

  it("may go beyond the usual ones, to workers of as many GPUs", () => {
    expect(workersOf({agg: {tp: [16]}, decode: {tp: [16]}}).agg).toEqual(tp(16));
    expect(workersOf({agg: {tp: [8], pp: [2], gpus: [16]}}).agg).toEqual(["tp8pp2dp1etp1ep1"]);
  });

  it("are limited by the GPUs per worker that are given", () => {
    expect(workersOf({agg: {gpus: [2, 4]}}).agg).toEqual(tp(2, 4));
  });

  it("that cannot be are counted with their reason when nothing is left", () => {
    const {agg} = answerSearch(evaluateSearch(problem({modes: ["agg"], agg: {tp: [2], gpus: [4]}})), wide);
    expect(agg!.considered).toBe(1);
    expect(agg!.rejected).toEqual({gpus: 1});
    expect(agg!.messages.gpus).toBe("tp2pp1dp1etp1ep1: takes 2 GPUs; workers may have 4");
  });

  it("of experts that do not agree with the others are named", () => {
    const model = findModel("Qwen/Qwen3-30B-A3B");
    const space: SearchSpace = {modes: ["agg"], agg: {tp: [4], dp: [1], moeTp: [1], moeEp: [2]}};
    const {agg} = answerSearch(evaluateSearch(problem(space, {model})), wide);
    expect(agg!.rejected).toEqual({divisibility: 1});
    expect(agg!.messages.divisibility).toMatch(/tp · dp · cp = 4 must equal moe_tp · moe_ep = 2$/);
  });
});

describe("batches and token budgets", () => {
  it("are those given", () => {
    const space: SearchSpace = {
      aggBatches: [7, 3],
      ctxTokens: [2000, 6000],
      decodeBatches: [5],
      prefillBatches: [2, 1]
    };
    const {aggregated, disaggregated} = evaluateSearch(problem(space));
    const {points} = aggregated[0];
    expect(new Set(points.map(({batch}) => batch))).toEqual(new Set([3, 7]));
    expect(new Set(points.map(({ctxTokens}) => ctxTokens))).toEqual(new Set([2000, 6000]));
    expect(new Set(disaggregated!.decode.map(({batch}) => batch))).toEqual(new Set([5]));
    expect(new Set(disaggregated!.prefill.map(({batch}) => batch))).toEqual(new Set([1, 2]));
  });

  it("of each role end at its largest batch", () => {
    const {aggregated, disaggregated} = evaluateSearch(
      problem({aggMaxBatch: 4, decodeMaxBatch: 6, prefillMaxBatch: 3})
    );
    expect(Math.max(...aggregated[0].points.map(({batch}) => batch))).toBe(4);
    expect(Math.max(...disaggregated!.decode.map(({batch}) => batch))).toBe(6);
    expect(Math.max(...disaggregated!.prefill.map(({batch}) => batch))).toBe(3);
  });

  it("with chunked prefill hold less than a prompt", () => {
    expect(contextTokenList(4000, true).slice(0, 3)).toEqual([512, 1024, 1536]);
    expect(contextTokenList(4000, true)).toContain(4000);
    expect(contextTokenList(4000)).toEqual([4000, 8000]);
    const [{points}] = evaluateSearch(problem({chunkedPrefill: true})).aggregated;
    expect(Math.min(...points.map(({ctxTokens}) => ctxTokens))).toBe(512);
  });

  it("reserve KV cache for the longest sequence on trtllm alone", () => {
    const memory = (backend: "trtllm" | "vllm", maxSeqTokens?: number) => {
      const platform = literalPlatform([], {backend, database: "sol"});
      return evaluateSearch(problem({maxSeqTokens, aggBatches: [4]}, {platform})).aggregated[0].points[0].memoryGiB;
    };
    expect(memory("trtllm", 4600).kvCache / memory("trtllm").kvCache).toBeCloseTo(2, 9);
    expect(memory("vllm", 4600).kvCache).toBe(memory("vllm").kvCache);
  });
});

describe("replicas", () => {
  it("have as many GPUs as given, and no more than the most", () => {
    expect([...replicaSizes(64, "standard", {gpus: [3, 12, 96]})]).toEqual([3, 12]);
    expect([...replicaSizes(512, "standard", {maxGpus: 24})]).toEqual([1, 2, 4, 8, 16, 24]);
    expect(Math.max(...replicaSizes(512))).toBe(128);
    expect(Math.max(...replicaSizes(512, "standard", {maxGpus: 256}))).toBe(256);
    expect(replicaSizes(512, "deepep").size).toBe(512);
  });

  it("have the worker counts given", () => {
    const shapes = new ReplicaShapes(new Set([4, 8]), [2], [1, 2, 6]);
    expect([...shapes.of(1, 2)]).toEqual([2, 1, 4]);
    expect([...shapes.of(2, 2)]).toEqual([2, 2, 8]);
    const space: SearchSpace = {modes: ["disagg"], prefillWorkers: [1], decodeWorkers: [3]};
    const {disagg} = answerSearch(evaluateSearch(problem(space)), wide);
    for (const plan of disagg!.front) expect([plan.prefill!.workers, plan.decode!.workers]).toEqual([1, 3]);
  });
});

describe("modes", () => {
  it("that were not asked for are null", () => {
    const one = answerSearch(evaluateSearch(problem({modes: ["disagg"]})), wide);
    expect([one.agg, modesOf(one).map(({mode}) => mode), one.chosen]).toEqual([null, ["disagg"], "disagg"]);
    const other = answerSearch(evaluateSearch(problem({modes: ["agg"]})), wide);
    expect([other.disagg, other.chosen]).toEqual([null, "agg"]);
  });

  it("of two pools need two GPUs", () => {
    expect(() => evaluateSearch(problem({modes: ["disagg"]}, {totalGpus: 1}))).toThrow(
      "invalid totalGpus: 1; disaggregated serving needs at least 2 GPUs"
    );
  });
});

describe("the constants of two pools", () => {
  it("scale latencies and rates as they say", () => {
    const space: SearchSpace = {modes: ["disagg"], prefillWorkers: [1], decodeWorkers: [1], replicaGpus: [2]};
    const pair = {...space, prefill: {tp: [1]}, decode: {tp: [1]}, decodeBatches: [8]};
    const plan = (tuning: SearchProblem["tuning"]) => {
      const {disagg} = answerSearch(evaluateSearch(problem(pair, {tuning})), wide);
      return disagg!.best[0];
    };
    const base = plan({});
    expect(plan({ttftScale: 3.6}).ttftMs).toBeCloseTo(2 * base.ttftMs, 9);
    expect(plan({prefillLatencyScale: 2.2}).ttftMs).toBeCloseTo(2 * base.ttftMs, 9);
    expect(plan({decodeLatencyScale: 2.16}).tpotMs).toBeCloseTo(2 * base.tpotMs, 9);
    const slower = plan({prefillRateShare: 0.45, decodeRateShare: 0.46});
    expect(slower.tokensPerSecPerGpu).toBeCloseTo(base.tokensPerSecPerGpu / 2, 9);
  });

  it("reach a lone estimate too", () => {
    const pool = {parallel: {tp: 1, pp: 1, dp: 1, moeTp: 1, moeEp: 1, cp: 1}, batch: 1, workers: 1};
    const of = (tuning: SearchProblem["tuning"]) =>
      estimate({
        ...problem({}),
        mode: "disagg",
        parallel: pool.parallel,
        batch: 1,
        prefill: pool,
        decode: pool,
        tuning
      });
    expect(of({ttftScale: 1}).ttftMs).toBeCloseTo(of({}).ttftMs / 1.8, 9);
  });

  it.each([
    [{ttftScale: 0}, "invalid ttftScale: 0; must be above 0"],
    [{prefillRateShare: 1.2}, "invalid prefillRateShare: 1.2; must be above 0 and at most 1"],
    [{speed: 2}, /^unknown tuning: speed; have prefillLatencyScale, /]
  ] as [SearchProblem["tuning"], string | RegExp][])("%j is refused", (tuning, message) => {
    expect(() => evaluateSearch(problem({}, {tuning}))).toThrow(message);
  });
});

describe("mixed hardware", () => {
  const other = {
    ...literalSystem,
    id: "faster",
    memoryBandwidthBytesPerSec: 4 * literalSystem.memoryBandwidthBytesPerSec
  };

  it("decodes on its own system, engine and choices", () => {
    const decodePlatform = literalPlatform([], {system: other, backend: "vllm", database: "sol"});
    const mixed = answerSearch(evaluateSearch(problem({modes: ["disagg"]}, {decodePlatform})), wide);
    const [plan] = mixed.disagg!.best;
    expect([plan.prefill!.backend, plan.decode!.backend, plan.decode!.system]).toEqual(["trtllm", "vllm", "faster"]);
    expect(mixed.doubts.some((doubt) => doubt.includes("do not hand KV cache over"))).toBe(true);
  });
});

describe("a space that cannot be", () => {
  it.each([
    [{aggBatches: []}, "invalid aggBatches: empty; must list whole numbers ≥ 1, or be left out"],
    [{agg: {tp: [0]}}, "invalid agg tp: 0; must be a whole number ≥ 1"],
    [{decodeMaxBatch: 1.5}, "invalid decodeMaxBatch: 1.5; must be a whole number ≥ 1"],
    [{modes: []}, "invalid modes: none; must be out of agg, disagg"],
    [{maxSeqTokens: 2000}, "invalid maxSeqTokens: 2000; must hold isl + osl = 2300"]
  ] as [SearchSpace, string][])("%j is refused in words", (space, message) => {
    expect(() => evaluateSearch(problem(space))).toThrow(message);
  });
});
