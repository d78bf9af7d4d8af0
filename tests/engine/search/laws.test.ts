/** Answers against a search of everything that was evaluated, and the embedded default. */
import {join} from "node:path";
import {describe, expect, it} from "vitest";
import {readSystems} from "../../../data-loaders/read-systems.js";
import {
  answerSearch,
  evaluateSearch,
  evaluateSearchSteps,
  findModel,
  PerfDatabase,
  planDetail
} from "../../../engine/index.js";
import type {Backend, Evaluation, SearchProblem} from "../../../engine/index.js";
import {aggregatedBatches, contextTokenList} from "../../../engine/search/aggregated.js";
import {Rejections} from "../../../engine/search/rejections.js";
import {literalPlatform, literalSystem} from "../literal-tables.js";

const problem = (backend: Backend, more: Partial<SearchProblem> = {}): SearchProblem => ({
  model: findModel("Qwen/Qwen3-30B-A3B"),
  platform: literalPlatform([], {backend, database: "sol"}),
  totalGpus: 16,
  workload: {isl: 2000, osl: 300, prefix: 0},
  ...more
});
const targets = {ttftMs: 300, tpotMs: 15};

/** Tokens/s/GPU of the best replica of every pair of pools within the targets, by trying all worker counts. */
function bestPair({disaggregated, problem}: Evaluation): number {
  const {prefill, decode} = disaggregated!;
  const sizes = [1, 2, 4, 8, 16];
  let best = 0;
  const within = prefill.filter(({latencyMs}) => latencyMs * 1.8 < targets.ttftMs);
  for (const d of decode.filter(({latencyMs}) => latencyMs < targets.tpotMs))
    for (const p of within.slice(0, 32)) {
      if (problem.platform.backend === "sglang" && p.worker.spec.parallel.tp !== d.worker.spec.parallel.tp) continue;
      for (let x = 1; x <= 32; ++x)
        for (let y = 1; y <= 32; ++y) {
          const gpus = p.worker.gpus * x + d.worker.gpus * y;
          if (!sizes.includes(gpus)) continue;
          const rate = Math.min(0.9 * x * p.requestsPerSec, 0.92 * y * d.requestsPerSec) * problem.workload.osl;
          best = Math.max(best, (rate / gpus) * ((Math.floor(16 / gpus) * gpus) / 16));
        }
    }
  return best;
}

describe.each(["trtllm", "sglang", "vllm"] as const)("the best plan on %s", (backend) => {
  const evaluation = evaluateSearch(problem(backend));
  const {agg, disagg} = answerSearch(evaluation, targets, {sampling: "grid"});

  it("of aggregated workers is the best of all points within the targets", () => {
    const rates = evaluation.aggregated.flatMap(({session: {worker}, points}) =>
      points
        .filter((point) => point.ttftMs <= targets.ttftMs && point.tpotMs <= targets.tpotMs)
        .map(({tokensPerSec}) => (tokensPerSec / worker.gpus) * ((Math.floor(16 / worker.gpus) * worker.gpus) / 16))
    );
    expect(rates.length).toBeGreaterThan(0);
    // Batches between those of the grid may be better still.
    expect(agg!.best[0].tokensPerSecPerGpuCluster).toBeGreaterThanOrEqual(Math.max(...rates) - 1e-9);
  });

  it("of two pools is the best of all pairs of workers and all worker counts", () => {
    expect(disagg!.best[0].tokensPerSecPerGpuCluster).toBeCloseTo(bestPair(evaluation), 6);
  });

  it("is on the front or below it", () => {
    for (const {best, front} of [agg!, disagg!])
      for (const plan of best)
        expect(
          front.some(
            (point) =>
              point.tokensPerSecPerUser >= plan.tokensPerSecPerUser - 1e-9 &&
              point.tokensPerSecPerGpuCluster >= plan.tokensPerSecPerGpuCluster - 1e-9
          )
        ).toBe(true);
  });

  it("has widths that the engine can have", () => {
    for (const plan of [...agg!.front, ...disagg!.front])
      for (const worker of [plan.agg, plan.prefill, plan.decode])
        if (worker) {
          const {tp, pp, dp, moeTp, moeEp, cp} = worker.parallel;
          expect(tp * dp * cp).toBe(moeTp * moeEp);
          expect(worker.gpus).toBe(tp * pp * dp * cp);
          expect(worker.memoryGiB.total).toBeLessThan(80);
          if (worker === plan.decode) expect(cp).toBe(1);
        }
    if (backend === "sglang")
      for (const plan of disagg!.front) expect(plan.prefill!.parallel.tp).toBe(plan.decode!.parallel.tp);
  });

  it("accounts for every aggregated candidate under a request-latency target too", () => {
    const {considered, rejected, front} = answerSearch(
      evaluation,
      {...targets, requestLatencyMs: 4000},
      {sampling: "grid"}
    ).agg!;
    const kept = considered - Object.values(rejected).reduce((sum, count) => sum + count, 0);
    const within = evaluation.aggregated.flatMap(({points}) => points.filter((p) => p.requestLatencyMs <= 4000));
    expect(kept).toBe(within.length);
    expect(front.every((plan) => plan.requestLatencyMs <= 4000)).toBe(true);
  });
});

/** Batches and token budgets in the order of method.md §10, what memory leaves out aside. */
function visited(isl: number, osl: number, batches: number[], contexts: number[]): string[] {
  const seen: number[] = [];
  const found: string[] = [];
  for (const b of batches)
    for (const c of contexts) {
      const decoding = b - Math.ceil(c / isl);
      if (decoding < 0 || (b > 1 && decoding < 1)) break;
      const balance = (isl * b) / c / osl;
      if (balance > 1) {
        const inFlight = Math.floor(b / balance);
        if (inFlight > 1 && seen.includes(inFlight)) continue;
        seen.push(inFlight);
      }
      found.push(`${b} ${c}`);
    }
  return found.sort();
}

describe("a sweep", () => {
  it.each([
    [1000, 100],
    [4000, 20],
    [300, 300]
  ])("tries each number in flight once when prompts never run out: isl %d, osl %d", (isl, osl) => {
    const roomy = {...literalSystem, memoryCapacityBytes: 2 ** 50};
    const platform = literalPlatform([], {database: "sol", system: roomy});
    const model = findModel("Qwen/Qwen3-8B");
    const {aggregated} = evaluateSearch({model, platform, totalGpus: 1, workload: {isl, osl, prefix: 0}});
    const got = aggregated[0].points.map(({batch, ctxTokens}) => `${batch} ${ctxTokens}`).sort();
    expect(got).toEqual(visited(isl, osl, aggregatedBatches(512), contextTokenList(isl)));
  });
});

describe("types of the two pools", () => {
  it("may differ", () => {
    const evaluation = evaluateSearch(problem("trtllm", {quant: {gemm: "fp8"}, decodeQuant: {gemm: "bfloat16"}}));
    const {prefill, decode} = evaluation.disaggregated!;
    expect(new Set(prefill.map(({worker}) => worker.spec.quant.gemm))).toEqual(new Set(["fp8"]));
    expect(new Set(decode.map(({worker}) => worker.spec.quant.gemm))).toEqual(new Set(["bfloat16"]));
    expect(new Set(evaluation.aggregated.map(({session}) => session.worker.spec.quant.gemm))).toEqual(new Set(["fp8"]));
  });
});

describe("GPUs that no replica fills", () => {
  it("count in the throughput of the cluster", () => {
    const {agg, disagg} = answerSearch(evaluateSearch(problem("trtllm", {totalGpus: 12})), targets);
    const plans = [agg!, disagg!].flatMap(({best, front}) => [...best, ...front]);
    expect(plans.some(({gpusUsed}) => gpusUsed === 8)).toBe(true);
    for (const {gpus, gpusUsed, replicas, tokensPerSecPerGpu, tokensPerSecPerGpuCluster} of plans) {
      expect(replicas).toBe(Math.floor(12 / gpus));
      expect(gpusUsed).toBe(replicas * gpus);
      expect(tokensPerSecPerGpuCluster).toBeCloseTo((tokensPerSecPerGpu * gpusUsed) / 12, 9);
    }
  });
});

describe("an evaluation", () => {
  it("is not changed by the targets that it is asked with", () => {
    const evaluation = evaluateSearch(problem("trtllm"));
    const text = () =>
      JSON.stringify([
        evaluation.aggregated.map(({points}) => points),
        evaluation.aggregatedRejections.result,
        evaluation.disaggregated!.rejections.result,
        evaluation.disaggregated!.decode.map(({latencyMs, batch}) => [latencyMs, batch])
      ]);
    const before = text();
    for (const ttftMs of [1, 100, 1e5]) answerSearch(evaluation, {ttftMs, tpotMs: 7});
    answerSearch(evaluation, {ttftMs: 1, tpotMs: 1, requestLatencyMs: 3000});
    expect(text()).toBe(before);
  });

  it("counts its steps", () => {
    const steps = evaluateSearchSteps(problem("trtllm", {totalGpus: 2}));
    const seen = [...steps];
    expect(seen.map(({done}) => done)).toEqual(Array.from({length: seen[0].total}, (_, i) => i + 1));
  });

  it("counts wholly the candidates of a worker that does not fit", () => {
    const small = literalPlatform([], {database: "sol", system: {...literalSystem, memoryCapacityBytes: 20 * 2 ** 30}});
    const {disaggregated} = evaluateSearch(problem("trtllm", {platform: small, totalGpus: 2}));
    const {considered, rejected} = disaggregated!.rejections.result;
    expect(rejected.memory).toBe(considered - (rejected.divisibility ?? 0));
  });
});

describe("token budgets", () => {
  it("are whole prompts beyond 8,192 tokens, steps of 512 for short ones", () => {
    const steps = Array.from({length: 16}, (_, i) => 512 * (i + 1));
    expect(contextTokenList(100)).toEqual([100, 200, ...steps]);
    expect(contextTokenList(600)).toEqual(Array.from({length: 13}, (_, i) => 600 * (i + 1)));
    expect(contextTokenList(3000)).toEqual([3000, 6000]);
    expect(contextTokenList(512)).toEqual(steps);
  });
});

describe("rejections", () => {
  it("keep the message of the candidate that missed least", () => {
    const rejections = new Rejections();
    rejections.add("memory", "needs 90 GiB", 3, 90);
    rejections.add("memory", "needs 81 GiB", 1, 81);
    rejections.pass(2);
    const copy = rejections.copy();
    copy.drop("ttft", "late", 5);
    expect(rejections.result).toEqual({considered: 6, rejected: {memory: 4}, messages: {memory: "needs 81 GiB"}});
    expect(copy.result.rejected).toEqual({memory: 4, ttft: 1});
    expect(copy.result.considered).toBe(6);
  });
});

describe("the embedded default", () => {
  it("answers for Qwen3-32B-FP8 on H200 without any table, and says so everywhere", () => {
    const system = readSystems(join(import.meta.dirname, "../../../systems")).find(({id}) => id === "h200_sxm")!;
    const perf = new PerfDatabase(system.id, "trtllm", "");
    const platform = {system, backend: "trtllm", version: "", perf, database: "calibrated"} as const;
    const model = findModel("Qwen/Qwen3-32B-FP8");
    const evaluation = evaluateSearch({model, platform, totalGpus: 8, workload: {isl: 4000, osl: 500, prefix: 0}});
    const {agg, disagg, chosen} = answerSearch(evaluation, {ttftMs: 1000, tpotMs: 20});
    expect(chosen).not.toBeNull();
    const plans = [agg!, disagg!].flatMap(({best, front}) => [...best, ...front]);
    expect(plans.length).toBeGreaterThan(10);
    expect(new Set(plans.map(({source}) => source))).toEqual(new Set(["roofline"]));
    // Element-wise kernels and hops have a formula in every database.
    const formula = ["embedding", "elementwise", "p2p"];
    for (const plan of [agg!.best[0], disagg!.best[0]])
      for (const {ops, totalMs} of planDetail(evaluation, plan).phases) {
        expect(ops.reduce((sum, op) => sum + op.latencyMs, 0)).toBeCloseTo(totalMs, 9);
        for (const op of ops)
          if (op.latencyMs > 0)
            expect([op.name, op.source]).toEqual([op.name, formula.includes(op.kind) ? "empirical" : "roofline"]);
      }
    expect(agg!.rejected.data).toBeUndefined();
    expect(disagg!.rejected.data).toBeUndefined();
  });
});
