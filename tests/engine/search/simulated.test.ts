/** Answers by simulation, on the speed of light of a small model: exact against simulating everything. */
import {join} from "node:path";
import {describe, expect, it} from "vitest";
import {readSystems} from "../../../data-loaders/read-systems.js";
import {answerSearch, evaluateSearch, findModel} from "../../../engine/index.js";
import type {SearchProblem, SearchResult} from "../../../engine/index.js";
import type {ServingChoices} from "../../../engine/models/serving.js";
import {simulatedAnswer, simulatedAnswerSteps} from "../../../engine/search/simulated.js";
import {literalPlatform} from "../literal-tables.js";

const problem: SearchProblem = {
  model: findModel("Qwen/Qwen3-8B"),
  platform: literalPlatform([], {backend: "vllm", database: "sol"}),
  totalGpus: 4,
  workload: {isl: 1000, osl: 60, prefix: 0},
  maxBatch: 48
};
const targets = {ttftMs: 90, tpotMs: 6};
const evaluation = evaluateSearch(problem);
const front = ({agg, disagg}: SearchResult) =>
  [agg, disagg].map((mode) => mode!.front.map((plan) => [plan.tokensPerSecPerUser, plan.tokensPerSecPerGpuCluster]));

describe("an answer by simulation", {timeout: 120_000}, () => {
  const all = simulatedAnswer(evaluation, targets, {exhaustive: true});

  it("has the front of simulating everything, with less", () => {
    const steps = simulatedAnswerSteps(evaluation, targets);
    let count = 0;
    for (;;) {
      const step = steps.next();
      if (step.done) {
        expect(front(step.value)).toEqual(front(all));
        expect(step.value.agg!.best[0]).toEqual(all.agg!.best[0]);
        break;
      }
      expect(step.value.done).toBe(++count);
    }
    const considered = all.agg!.considered + all.disagg!.considered;
    expect(count).toBeGreaterThan(10);
    expect(count).toBeLessThan(0.8 * considered);
  });

  it("keeps what formulas said, and counts by Little’s law", () => {
    for (const plan of [...all.agg!.front, ...all.disagg!.front]) {
      const {simulated, concurrency, requestLatencyMs, requestsPerSec, ttftMs, tpotMs} = plan;
      expect(ttftMs).toBeCloseTo(simulated!.ttft.mean, 9);
      expect(tpotMs).toBeCloseTo(simulated!.tpot.mean, 9);
      expect(requestsPerSec * requestLatencyMs).toBeCloseTo(1000 * concurrency, 6);
      expect(simulated!.ttft.p99).toBeGreaterThanOrEqual(simulated!.ttft.p50);
      expect(simulated!.formula.tpotMs).toBeGreaterThan(0);
      expect(plan.error).toBeDefined();
      expect(ttftMs).toBeLessThanOrEqual(targets.ttftMs);
    }
  });

  it("is the same again", () => {
    expect(front(simulatedAnswer(evaluation, targets, {exhaustive: true}))).toEqual(front(all));
  });

  it("judges a share of requests, which formulas cannot", () => {
    const [best] = all.agg!.best;
    const threshold = best.simulated!.ttft.p99 * 0.9;
    const goals = [{metric: "ttftMs", threshold, hard: true, share: 0.99}] as const;
    const strict = simulatedAnswer(evaluation, targets, {goals, exhaustive: true});
    for (const plan of strict.agg!.best) {
      const latencyMs = plan.simulated!.shares["ttftMs0.99"];
      expect(latencyMs).toBeLessThanOrEqual(threshold);
      expect(latencyMs).toBeCloseTo(plan.simulated!.ttft.p99, 0);
    }
    expect(strict.agg!.best[0]?.tokensPerSecPerGpuCluster ?? 0).toBeLessThan(best.tokensPerSecPerGpuCluster);
    expect(() => answerSearch(evaluation, targets, {goals})).toThrow(/a share of requests; must be simulated/);
    expect(() => simulatedAnswer(evaluation, targets, {goals: [{...goals[0], metric: "concurrency"}]})).toThrow(
      /invalid share of concurrency/
    );
    expect(() => simulatedAnswer(evaluation, targets, {goals: [{...goals[0], share: 2}]})).toThrow(
      /below 1, 0.99 for P99/
    );
  });
});

describe("pools whose experts nobody said anything of", {timeout: 120_000}, () => {
  const systems = readSystems(join(import.meta.dirname, "../../../systems"));
  const pools = (id: string, choices: ServingChoices = {}) => {
    const system = systems.find((each) => each.id === id)!;
    const found = simulatedAnswer(
      evaluateSearch({
        ...choices,
        model: findModel("Qwen/Qwen3-30B-A3B"),
        platform: literalPlatform([], {backend: "sglang", database: "sol", system}),
        totalGpus: 8,
        workload: {isl: 1000, osl: 60, prefix: 0},
        space: {modes: ["disagg"], decodeBatches: [8, 64], prefill: {gpus: [2]}, decode: {gpus: [4]}}
      }),
      {ttftMs: 1000, tpotMs: 20},
      {exhaustive: true}
    );
    return found.disagg!.front.flatMap(({prefill, decode}) => [prefill!, decode!]);
  };

  it("are served in a rack as recipes have it, and say so", () => {
    const points = pools("gb200");
    const spread = points.filter(({parallel: {dp, moeTp, moeEp}}) => dp > 1 && moeEp > 1 && moeTp === 1);
    expect(spread.length).toBeGreaterThan(0);
    for (const point of points) expect(point.serving).toEqual(spread.includes(point) ? {eplb: true} : undefined);
  });

  it("are served elsewhere, and where something is said, as asked", () => {
    for (const point of [...pools("b200_sxm"), ...pools("gb200", {eplb: true})]) expect(point.serving).toBeUndefined();
  });
});
