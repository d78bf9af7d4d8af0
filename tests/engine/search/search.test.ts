/** The search on speed of light, which needs no tables. */
import {describe, expect, it} from "vitest";
import {answerSearch, evaluateSearch, findModel, modesOf, planDetail} from "../../../engine/index.js";
import type {Backend, SearchProblem, Targets} from "../../../engine/index.js";
import {aggregatedBatches, contextTokenList} from "../../../engine/search/aggregated.js";
import {decodeBatches} from "../../../engine/search/disaggregated.js";
import {defaultCandidates, enumerateParallel} from "../../../engine/search/enumerate.js";
import {kneeIndex, paretoFront} from "../../../engine/search/pareto.js";
import {pickBest} from "../../../engine/search/pick.js";
import type {Ranked} from "../../../engine/search/rank.js";
import {parallelLabel} from "../../../engine/session/worker.js";
import {literalPlatform, literalSystem} from "../literal-tables.js";

const platform = (backend: Backend = "trtllm") => literalPlatform([], {backend, database: "sol"});
const problem = (more: Partial<SearchProblem> = {}): SearchProblem => ({
  model: findModel("Qwen/Qwen3-32B-FP8"),
  platform: platform(),
  totalGpus: 16,
  workload: {isl: 2000, osl: 300, prefix: 0},
  ...more
});
const targets = {ttftMs: 1000, tpotMs: 30};

describe("candidates", () => {
  const labels = (id: string, backend: Backend, totalGpus: number, role: "agg" | "decode" = "agg") => {
    const model = findModel(id);
    const lists = defaultCandidates(model, platform(backend), role);
    return enumerateParallel(model, platform(backend), lists, totalGpus).map(parallelLabel);
  };

  it("of dense models are powers of two up to a node, within the GPUs there are", () => {
    expect(labels("Qwen/Qwen3-8B", "trtllm", 4)).toEqual(["tp1pp1dp1etp1ep1", "tp2pp1dp1etp1ep1", "tp4pp1dp1etp1ep1"]);
    expect(labels("Qwen/Qwen3-8B", "vllm", 64)).toHaveLength(4);
  });

  it("on sglang include context parallelism, but not for decoding", () => {
    expect(labels("Qwen/Qwen3-8B", "sglang", 8)).toContain("tp1pp1dp1etp1ep1cp8");
    expect(labels("Qwen/Qwen3-8B", "sglang", 8, "decode")).toHaveLength(4);
  });

  it.each([
    // Per width w of 1, 2, 4, 8: ways to split experts, times ways to split attention.
    ["trtllm", 1 + 2 * 2 + 2 * 3 + 2 * 4],
    ["vllm", 1 + 2 * 2 + 3 * 2 + 4 * 2],
    ["sglang", 1 + 3 * 2 + 4 * 3 + 5 * 4]
  ] as const)("of MoE models on %s follow its rules", (backend, count) => {
    const found = labels("Qwen/Qwen3-30B-A3B", backend, 8);
    expect(new Set(found).size).toBe(found.length);
    expect(found).toHaveLength(count);
  });

  it("try these batches and token budgets", () => {
    expect(aggregatedBatches(70)).toEqual([
      ...Array.from({length: 16}, (_, i) => i + 1),
      20,
      24,
      28,
      32,
      40,
      48,
      56,
      64
    ]);
    expect(decodeBatches(40)).toEqual([
      ...Array.from({length: 16}, (_, i) => i + 1),
      18,
      20,
      22,
      24,
      26,
      28,
      30,
      32,
      36,
      40
    ]);
    expect(contextTokenList(4000)).toEqual([4000, 8000]);
    expect(contextTokenList(1024)).toEqual([1024, 2048, 3072, 4096, 5120, 6144, 7168, 8192]);
    expect(contextTokenList(8192)).toEqual([8192, 16384]);
    expect(contextTokenList(100)[0]).toBe(100);
  });
});

describe("the front", () => {
  it("holds no dominated point and every other", () => {
    let state = 7;
    const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
    const xs = Array.from({length: 300}, () => Math.round(random() * 40));
    const ys = Array.from({length: 300}, () => Math.round(random() * 40));
    for (const minimise of [false, true]) {
      const sign = minimise ? -1 : 1;
      const beats = (i: number, j: number) =>
        sign * xs[i] >= sign * xs[j] && ys[i] >= ys[j] && (xs[i] !== xs[j] || ys[i] !== ys[j]);
      const expected = new Set(xs.flatMap((x, j) => (xs.some((_, i) => beats(i, j)) ? [] : [`${x} ${ys[j]}`])));
      const front = paretoFront(xs, ys, minimise);
      expect(new Set(front.map((i) => `${xs[i]} ${ys[i]}`))).toEqual(expected);
      expect(front).toHaveLength(expected.size);
      expect(front.map((i) => xs[i])).toEqual([...front.map((i) => xs[i])].sort((a, b) => a - b));
    }
  });

  it("drops what is not a number", () => expect(paretoFront([1, NaN, 2], [1, 5, Infinity])).toEqual([0]));

  it("has its knee farthest above the line between its ends", () => {
    expect(kneeIndex([0, 8, 9, 10], [10, 9, 5, 0])).toBe(1);
    expect(kneeIndex([1, 2, 10], [0, 9, 10])).toBe(1);
    expect(kneeIndex([0, 5, 10], [10, 5, 0])).toBe(-1);
    expect(kneeIndex([0, 1], [1, 0])).toBe(-1);
  });
});

describe("an answer", () => {
  const evaluation = evaluateSearch(problem());
  const result = answerSearch(evaluation, targets);
  const modes = modesOf;

  it("meets its targets and its GPUs, and says where it comes from", () => {
    for (const {best, front, meetsTargets} of modes(result)) {
      expect(meetsTargets).toBe(true);
      expect(best.length).toBeGreaterThan(0);
      for (const plan of best) {
        expect(plan.ttftMs).toBeLessThanOrEqual(targets.ttftMs);
        expect(plan.tpotMs).toBeLessThanOrEqual(targets.tpotMs);
        expect(plan.gpusUsed).toBe(plan.gpus * plan.replicas);
        expect(plan.source).toBe("roofline");
      }
      for (const plan of [...best, ...front]) expect(plan.gpusUsed).toBeLessThanOrEqual(16);
      for (const plan of front) expect(plan.ttftMs).toBeLessThanOrEqual(targets.ttftMs);
    }
  });

  it("ranks one plan of each parallelism by throughput of the whole cluster", () => {
    for (const {best} of modes(result)) {
      const rates = best.map((plan) => plan.tokensPerSecPerGpuCluster);
      expect(rates).toEqual([...rates].sort((a, b) => b - a));
      const labels = best.map((plan) => (plan.agg ?? plan.decode)!.label);
      expect(new Set(labels).size).toBe(labels.length);
    }
  });

  it("accounts for every candidate", () => {
    for (const {considered, rejected, cloud} of [result.agg!]) {
      const dropped = Object.values(rejected).reduce((sum, count) => sum + count, 0);
      const within = [...cloud.tokensPerSecPerUser].filter(
        (user, i) => cloud.ttftMs[i] <= targets.ttftMs && 1000 / user <= targets.tpotMs
      );
      expect(considered).toBe(dropped + within.length);
    }
  });

  it("is the same however often and in whatever order it is asked for", () => {
    const text = (of: Targets) => JSON.stringify(answerSearch(evaluation, of));
    const first = text(targets);
    text({ttftMs: 100, tpotMs: 5});
    text({ttftMs: 1, tpotMs: 1, requestLatencyMs: 5000});
    expect(text(targets)).toBe(first);
    expect(JSON.stringify(answerSearch(evaluateSearch(problem()), targets))).toBe(first);
  });

  it("has fewer plans under tighter targets, never better ones", () => {
    const tight = answerSearch(evaluation, {ttftMs: 600, tpotMs: 15});
    for (const [i, mode] of modes(tight).entries())
      if (mode.meetsTargets)
        expect(mode.best[0].tokensPerSecPerGpuCluster).toBeLessThanOrEqual(
          modes(result)[i].best[0].tokensPerSecPerGpuCluster
        );
  });

  it("details a plan into steps that add up to its latencies", () => {
    const [plan] = result.disagg!.best;
    const [prefill, decode] = planDetail(evaluation, plan).phases;
    expect(prefill.totalMs * 1.8).toBeCloseTo(plan.ttftMs, 6);
    expect(decode.totalMs).toBeCloseTo(plan.tpotMs, 9);
    expect(planDetail(evaluation, result.agg!.best[0]).phases.map(({title}) => title)).toContain("mixed step");
  });

  it("keeps a request-latency target instead of the other two", () => {
    const whole = answerSearch(evaluation, {ttftMs: 1, tpotMs: 1, requestLatencyMs: 6000});
    for (const {best, meetsTargets, front} of modes(whole)) {
      expect(meetsTargets).toBe(true);
      for (const plan of [...best, ...front]) expect(plan.requestLatencyMs).toBeLessThanOrEqual(6000 + 1e-6);
    }
  });
});

describe("an empty answer", () => {
  it("says why, with counts, and what comes nearest", () => {
    const {agg, disagg, chosen} = answerSearch(evaluateSearch(problem()), {ttftMs: 0.01, tpotMs: 0.01});
    expect(chosen).toBeNull();
    for (const mode of [agg!, disagg!]) {
      expect(mode.best).toEqual([]);
      expect(mode.meetsTargets).toBe(false);
      expect(mode.nearest).not.toBeNull();
      expect(mode.rejected.ttft).toBeGreaterThan(0);
      expect(mode.messages.ttft).toMatch(/^first token after \d+ ms$/);
    }
  });

  it("names the memory that the smallest candidate needs when nothing fits", () => {
    const big = evaluateSearch(problem({model: findModel("deepseek-ai/DeepSeek-V3"), totalGpus: 4}));
    const {agg} = answerSearch(big, targets);
    expect(agg!.best).toEqual([]);
    expect(agg!.nearest).toBeNull();
    expect(agg!.rejected.memory).toBe(agg!.considered - (agg!.rejected.divisibility ?? 0));
    expect(agg!.messages.memory).toMatch(/^tp\d.* needs \d+\.\d GiB per GPU$/);
  });

  it("without tables lacks data, not memory", () => {
    const {agg} = answerSearch(evaluateSearch(problem({platform: literalPlatform([])})), targets);
    expect(agg!.best).toEqual([]);
    expect(agg!.rejected.data).toBeGreaterThan(0);
    expect(agg!.messages.data).toMatch(/^no .* table: literal\/trtllm 1\.0 .*; have none$/);
  });

  it("has no disaggregation on a single GPU", () => {
    const result = answerSearch(evaluateSearch(problem({totalGpus: 1})), targets);
    expect(result.disagg).toBeNull();
  });
});

describe("pools on different GPUs", () => {
  it("take the decode workers' figures from the other system", () => {
    const slow = {...literalSystem, id: "slow", memoryBandwidthBytesPerSec: 2e11};
    const decodePlatform = literalPlatform([], {database: "sol", system: slow});
    const loose = {ttftMs: 5000, tpotMs: 500};
    const same = answerSearch(evaluateSearch(problem()), loose).disagg!.best[0];
    const mixed = answerSearch(evaluateSearch(problem({decodePlatform})), loose).disagg!.best[0];
    expect(mixed.decode!.system).toBe("slow");
    expect(mixed.prefill!.system).toBe("literal");
    expect(mixed.tokensPerSecPerGpu).toBeLessThan(same.tokensPerSecPerGpu);
  });
});

describe("a near miss", () => {
  it("tries the batches that the grid leaves out", () => {
    const evaluation = evaluateSearch(problem({totalGpus: 1, model: findModel("Qwen/Qwen3-8B")}));
    const points = evaluation.aggregated[0].points.filter((point) => point.batch === 20).map(({tpotMs}) => tpotMs);
    const tpotMs = Math.min(...points) / 1.0005;
    const {best} = answerSearch(evaluation, {ttftMs: 1e5, tpotMs}, {sampling: "grid"}).agg!;
    expect([17, 18, 19]).toContain(best[0].agg!.batchPerRank);
    expect(best[0].tpotMs).toBeLessThanOrEqual(tpotMs);
  });
});

describe("picking", () => {
  const plan = (label: string, tpotMs: number, rate: number) =>
    ({
      mode: "agg",
      group: label,
      tpotMs,
      requestLatencyMs: 100 * tpotMs,
      tokensPerSecPerGpuCluster: rate
    }) as unknown as Ranked;
  const plans = [plan("a", 12, 90), plan("a", 9, 50), plan("b", 8, 60), plan("c", 30, 99)];

  it("takes the best of each parallelism within the target", () => {
    const {best, meetsTargets} = pickBest(plans, {ttftMs: 1, tpotMs: 10}, 5);
    expect(best).toEqual([plans[2], plans[1]]);
    expect(meetsTargets).toBe(true);
  });

  it("takes the nearest first when none is, and says so", () => {
    const {best, meetsTargets} = pickBest(plans, {ttftMs: 1, tpotMs: 1}, 2);
    expect(best).toEqual([plans[2], plans[0]]);
    expect(meetsTargets).toBe(false);
  });
});

describe("a wrong question", () => {
  it.each([
    [{totalGpus: 0}, /^invalid totalGpus: 0; must be a whole number ≥ 1/],
    [{workload: {isl: 0, osl: 10, prefix: 0}}, /^invalid isl: 0; /],
    [{workload: {isl: 10, osl: 1, prefix: 0}}, /^invalid osl: 1; /],
    [{workload: {isl: 10, osl: 10, prefix: 10}}, /^invalid prefix: 10; must be below isl 10/],
    [{quant: {gemm: "fp9" as "fp8"}}, /^unknown gemm quantisation: fp9/],
    [{decodeQuant: {kvCache: "fp9" as "fp8"}}, /^unknown kvCache quantisation: fp9/],
    [{nextn: -1}, /^invalid nextn: -1; /],
    [{maxBatch: 0}, /^invalid maxBatch: 0; /],
    [{freeMemoryFraction: 1.5}, /^invalid freeMemoryFraction: 1.5; /]
  ] as [Partial<SearchProblem>, RegExp][])("%j is refused in words", (change, message) => {
    expect(() => evaluateSearch(problem(change))).toThrow(message);
  });

  it("for no plans at all is answered with none", () => {
    const {agg, chosen} = answerSearch(evaluateSearch(problem({totalGpus: 1})), targets, {topN: 0});
    expect([agg!.best, chosen]).toEqual([[], null]);
  });

  it("about targets is too", () => {
    const evaluation = evaluateSearch(problem({totalGpus: 1}));
    expect(() => answerSearch(evaluation, {ttftMs: -1, tpotMs: 1})).toThrow(/^invalid ttft: -1; /);
    expect(() => answerSearch(evaluation, {ttftMs: 1, tpotMs: NaN})).toThrow(/^invalid tpot: NaN; /);
  });
});
