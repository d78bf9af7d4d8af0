/** Candidates as columns against the answer that they explain. */
import {describe, expect, it} from "vitest";
import {answerSearch, evaluateSearch, findModel, reasons} from "../../../engine/index.js";
import type {Evaluation, SearchProblem} from "../../../engine/index.js";
import {aggregatedColumns, disaggregatedColumns} from "../../../engine/search/columns.js";
import {cellStates, ratePlane, replicaRates, tokensPerSecPerGpuAt} from "../../../engine/search/rate-plane.js";
import {balancedRatio} from "../../../engine/search/rate-plane.js";
import {candidatePlan} from "../../../engine/search/candidate-plan.js";
import {matchesOf} from "../../../engine/search/pairs.js";
import {literalPlatform} from "../literal-tables.js";

const problem: SearchProblem = {
  model: findModel("Qwen/Qwen3-30B-A3B"),
  platform: literalPlatform([], {backend: "trtllm", database: "sol"}),
  totalGpus: 16,
  workload: {isl: 2000, osl: 300, prefix: 0}
};
const targets = {ttftMs: 300, tpotMs: 15};
const evaluation = evaluateSearch(problem);
const count = (mask: Uint8Array, bit: number) => mask.reduce((sum, bits) => sum + ((bits >> bit) & 1), 0);

describe("aggregated candidates as columns", () => {
  const columns = aggregatedColumns(evaluation, targets);
  const {considered, rejected, best} = answerSearch(evaluation, targets).agg!;

  it("are as many as the answer counts, with those that were dropped", () => {
    expect(columns.batch.length + columns.dropped.batch.length).toBe(considered);
    const tried = columns.workers.reduce((sum, worker) => sum + worker.considered, 0);
    const beside = columns.batch.length - evaluation.aggregated.reduce((sum, {points}) => sum + points.length, 0);
    expect(tried + beside).toBe(considered);
  });

  it("miss what the answer says they miss", () => {
    const kept = columns.missed.reduce((sum, bits) => sum + (bits === 0 ? 1 : 0), 0);
    const dropped = Object.values(rejected).reduce((sum, n) => sum + n, 0);
    expect(kept).toBe(considered - dropped);
    expect(columns.limits.map(({metric}) => metric)).toEqual(["ttftMs", "tpotMs"]);
    expect(count(columns.missed, 0)).toBe(columns.ttftMs.filter((ms) => ms > targets.ttftMs).length);
    for (let row = 0; row < columns.batch.length; ++row)
      expect(columns.missedBy[row]).toBeCloseTo(
        Math.max(0, columns.ttftMs[row] / targets.ttftMs - 1, columns.tpotMs[row] / targets.tpotMs - 1),
        9
      );
  });

  it("hold the best plan, batches between those of the grid included", () => {
    const plan = best[0];
    const row = columns.batch.findIndex(
      (batch, i) =>
        batch === plan.agg!.batchPerRank &&
        columns.ctxTokens[i] === plan.agg!.ctxTokens &&
        columns.workers[columns.worker[i]].label === plan.agg!.label
    );
    expect(columns.tokensPerSecPerGpuCluster[row]).toBe(plan.tokensPerSecPerGpuCluster);
    expect(columns.memoryGiB[row]).toBe(plan.agg!.memoryGiB.total);
    expect(columns.workers[columns.worker[row]].replicas).toBe(plan.replicas);
    const rates = columns.tokensPerSecPerGpuCluster.filter((_, i) => columns.missed[i] === 0);
    expect(Math.max(...rates)).toBe(plan.tokensPerSecPerGpuCluster);
  });

  it("name the reason of each that was dropped, per worker and together", () => {
    const small = evaluateSearch({
      ...problem,
      workload: {isl: 2000, osl: 300, prefix: 0},
      totalGpus: 1,
      maxBatch: 4096
    });
    const {dropped, workers} = aggregatedColumns(small, targets);
    expect(dropped.batch.length).toBeGreaterThan(0);
    const byReason = (reason: (typeof reasons)[number]) =>
      dropped.reason.filter((index) => reasons[index] === reason).length;
    for (const reason of ["memory", "kvCache"] as const)
      expect(byReason(reason)).toBe(workers.reduce((sum, worker) => sum + (worker.rejected[reason] ?? 0), 0));
    expect(small.aggregatedRejections.result.rejected).toEqual(workers[0].rejected);
  });

  it("keep a request latency and goals in place of token targets", () => {
    const {limits, missed, requestLatencyMs} = aggregatedColumns(
      evaluation,
      {...targets, requestLatencyMs: 4000},
      {goals: [{metric: "powerWatts", threshold: 1, hard: true}]}
    );
    expect(limits.map(({metric}) => metric)).toEqual(["requestLatencyMs", "powerWatts"]);
    expect(count(missed, 0)).toBe(requestLatencyMs.filter((ms) => ms > 4000).length);
    expect(count(missed, 1)).toBe(missed.length);
  });
});

describe("disaggregated workers as columns", () => {
  const columns = disaggregatedColumns(evaluation, targets)!;
  const {best} = answerSearch(evaluation, targets).disagg!;

  it("hold the best plan", () => {
    const plan = best[0];
    const {pairs, prefill, decode} = columns;
    const kept = [...pairs.missed.keys()].filter((row) => pairs.missed[row] === 0);
    const most = kept.reduce((a, b) =>
      pairs.tokensPerSecPerGpuCluster[b] > pairs.tokensPerSecPerGpuCluster[a] ? b : a
    );
    expect(pairs.tokensPerSecPerGpuCluster[most]).toBe(plan.tokensPerSecPerGpuCluster);
    expect(pairs.prefillWorkers[most]).toBe(plan.prefill!.workers);
    expect(prefill.workers[prefill.worker[pairs.prefill[most]]].label).toBe(plan.prefill!.label);
    expect(decode.workers[decode.worker[pairs.decode[most]]].label).toBe(plan.decode!.label);
    expect(prefill.requestsPerSec[pairs.prefill[most]]).toBe(plan.prefill!.requestsPerSecPerWorker);
  });

  it("pair every decode worker that makes a replica, also those that miss the targets", () => {
    const {disaggregated} = evaluation as Evaluation & {disaggregated: object};
    const able = disaggregated!.decode.filter((point) => matchesOf(disaggregated!, point).some(Boolean));
    expect(columns.pairs.decode.length).toBeGreaterThanOrEqual(able.length);
    expect(columns.pairs.missed.some((bits) => bits !== 0)).toBe(true);
  });

  it("tell which workers hand their KV cache to which", () => {
    const onSglang = {...problem, platform: literalPlatform([], {backend: "sglang", database: "sol"})};
    const {prefill, decode, compatible} = disaggregatedColumns(evaluateSearch(onSglang), targets)!;
    for (const [i, from] of prefill.workers.entries())
      for (const [j, to] of decode.workers.entries())
        expect(compatible[i * decode.workers.length + j]).toBe(from.parallel.tp === to.parallel.tp ? 1 : 0);
    expect(columns.compatible.every((bit) => bit === 1)).toBe(true);
  });

  it("are none where one GPU is all there is", () => {
    expect(disaggregatedColumns(evaluateSearch({...problem, totalGpus: 1}), targets)).toBeNull();
  });
});

describe("the plane of worker counts", () => {
  const {prefill, decode, pairs, tuning, replicaGpus} = disaggregatedColumns(evaluation, targets)!;
  const worker = (pool: typeof prefill, row: number) => ({
    gpus: pool.workers[pool.worker[row]].gpus,
    requestsPerSec: pool.requestsPerSec[row]
  });
  const size = {prefillWorkers: 32, decodeWorkers: 32, totalGpus: 16, replicaGpus, osl: 300};

  it("has its best cell where the search has its match, for every pair", () => {
    for (let row = 0; row < pairs.decode.length; ++row) {
      const pair = {prefill: worker(prefill, pairs.prefill[row]), decode: worker(decode, pairs.decode[row]), tuning};
      const {best, tokensPerSecPerGpu} = ratePlane(pair, size);
      expect([(best % 32) + 1, Math.floor(best / 32) + 1]).toEqual([
        pairs.prefillWorkers[row],
        pairs.decodeWorkers[row]
      ]);
      expect(tokensPerSecPerGpu[best]).toBeCloseTo(pairs.tokensPerSecPerGpu[row], 9);
    }
  });

  it("tells cells of too many GPUs from those of sizes that are not tried", () => {
    const pair = {prefill: {gpus: 2, requestsPerSec: 4}, decode: {gpus: 1, requestsPerSec: 3}, tuning};
    const plane = ratePlane(pair, {...size, prefillWorkers: 8, decodeWorkers: 8});
    const stateAt = (x: number, y: number) => cellStates[plane.state[(y - 1) * 8 + x - 1]];
    expect(stateAt(1, 2)).toBe("tried"); // 4 GPUs
    expect(stateAt(1, 3)).toBe("size"); // 5
    expect(stateAt(4, 8)).toBe("tried"); // 16
    expect(stateAt(8, 1)).toBe("gpus"); // 17
    expect(plane.tokensPerSecPerGpuCluster[(3 - 1) * 8]).toBeCloseTo((plane.tokensPerSecPerGpu[16] * 15) / 16, 9);
  });

  it("is highest along the line where neither pool waits", () => {
    const pair = {prefill: {gpus: 4, requestsPerSec: 9}, decode: {gpus: 2, requestsPerSec: 2.5}, tuning};
    const ratio = balancedRatio(pair);
    const at = (decodePerPrefill: number) => tokensPerSecPerGpuAt(pair, decodePerPrefill, 300);
    for (const beside of [0.5, 0.9, 0.999, 1.001, 1.1, 2]) expect(at(ratio * beside)).toBeLessThan(at(ratio));
    expect(replicaRates(pair, 1, ratio).idleShare).toBeCloseTo(0, 12);
    const {limitedBy, idleShare, gpus} = replicaRates(pair, 2, 1);
    expect({limitedBy, gpus}).toEqual({limitedBy: "decode", gpus: 10});
    expect(idleShare).toBeCloseTo(1 - (2.5 * tuning.decodeRateShare) / (18 * tuning.prefillRateShare), 12);
  });
});

describe("the plan of a candidate", () => {
  const {agg, disagg} = answerSearch(evaluation, targets);
  const pool = ({label, batchPerRank, workers}: {label: string; batchPerRank: number; workers: number}) => ({
    label,
    batch: batchPerRank,
    workers
  });

  it("is that of the answer, with its error and figures", () => {
    for (const plan of [...agg!.best, ...agg!.front]) {
      const {label, batchPerRank, ctxTokens} = plan.agg!;
      const chosen = {mode: "agg", label, batch: batchPerRank, ctxTokens: ctxTokens!} as const;
      expect(candidatePlan(evaluation, chosen)).toEqual(plan);
    }
    for (const plan of [...disagg!.best, ...disagg!.front]) {
      const chosen = {mode: "disagg", prefill: pool(plan.prefill!), decode: pool(plan.decode!)} as const;
      expect(candidatePlan(evaluation, chosen)).toEqual(plan);
    }
  });

  it("may have other numbers of workers than the search chose", () => {
    const plan = disagg!.best[0];
    const prefill = {...pool(plan.prefill!), workers: 1};
    const decode = {...pool(plan.decode!), workers: 1};
    const single = candidatePlan(evaluation, {mode: "disagg", prefill, decode});
    expect(single.gpus).toBe(plan.prefill!.gpus + plan.decode!.gpus);
    expect(single.tokensPerSecPerGpu).toBeLessThanOrEqual(plan.tokensPerSecPerGpu + 1e-9);
    expect(single.ttftMs).toBe(plan.ttftMs);
  });

  it("is refused for what was not evaluated or does not fit", () => {
    const agg = {mode: "agg", label: "tp3", batch: 1, ctxTokens: 2000} as const;
    expect(() => candidatePlan(evaluation, agg)).toThrow("unknown candidate: tp3 batch 1");
    const plan = disagg!.best[0];
    const prefill = {...pool(plan.prefill!), workers: 99};
    const chosen = {mode: "disagg", prefill, decode: pool(plan.decode!)} as const;
    expect(() => candidatePlan(evaluation, chosen)).toThrow(/invalid replica: \d+ GPUs; there are 16/);
    const unknown = {...chosen, decode: {label: "tp4pp1dp1etp1ep4", batch: 100000, workers: 1}};
    expect(() => candidatePlan(evaluation, unknown)).toThrow("unknown worker");
  });
});
