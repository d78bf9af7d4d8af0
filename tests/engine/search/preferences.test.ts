/** How goals, objectives, prices and loads change which plan is the best. */
import {describe, expect, it} from "vitest";
import {answerSearch, candidatesOf, evaluateSearch, findModel, modesOf, penaltyOf} from "../../../engine/index.js";
import type {AnswerOptions, Goal, Plan, SearchProblem, Targets} from "../../../engine/index.js";
import {matchLoad, ReplicaShapes} from "../../../engine/session/disaggregated.js";
import type {PoolPoint} from "../../../engine/session/disaggregated.js";
import {literalPlatform, literalSystem} from "../literal-tables.js";

const problem = (more: Partial<SearchProblem> = {}): SearchProblem => ({
  model: findModel("Qwen/Qwen3-8B"),
  platform: literalPlatform([], {database: "sol"}),
  totalGpus: 16,
  workload: {isl: 2000, osl: 300, prefix: 0},
  ...more
});
const evaluation = evaluateSearch(problem());
const targets = {ttftMs: 300, tpotMs: 15};
const any = {ttftMs: Infinity, tpotMs: Infinity};
const goal = (metric: Goal["metric"], threshold: number, more: Partial<Goal> = {}): Goal => ({
  metric,
  threshold,
  hard: true,
  ...more
});
const best = (of: Targets, options: AnswerOptions): Plan => {
  const result = answerSearch(evaluation, of, options);
  return result[result.chosen!]!.best[0];
};
/** Every candidate of both modes as a plan, by brute force. */
const all = [...candidatesOf(evaluation)].map((candidate) => candidate.plan());
const meets = (plan: Plan) => plan.ttftMs <= targets.ttftMs && plan.tpotMs <= targets.tpotMs;

describe("a penalty", () => {
  const soft = goal("ttftMs", 100, {hard: false, weight: 2});

  it("is nothing while the threshold is kept", () => {
    for (const value of [1, 99, 100]) expect(penaltyOf(soft, value)).toBe(0);
  });

  it("grows from nothing, or jumps by its weight, as exp(r / steepness)", () => {
    expect(penaltyOf(soft, 110)).toBeCloseTo(2 * (Math.E - 1), 9);
    expect(penaltyOf(soft, 110, {penaltyShape: "jump"})).toBeCloseTo(2 * Math.E, 9);
    expect(penaltyOf(soft, 100.0001)).toBeLessThan(1e-4);
    expect(penaltyOf(soft, 100.0001, {penaltyShape: "jump"})).toBeGreaterThan(2);
    expect(penaltyOf(soft, 110, {steepness: 0.2})).toBeCloseTo(2 * (Math.exp(0.5) - 1), 9);
  });

  it("of a least threshold counts from below", () => {
    expect(penaltyOf(goal("tokensPerSecPerUser", 110, {hard: false}), 100)).toBeCloseTo(Math.E - 1, 9);
    expect(penaltyOf(goal("tokensPerSecPerUser", 110, {hard: false}), 120)).toBe(0);
  });
});

describe("hard goals", () => {
  it.each([
    ["requestLatencyMs", 3000, (plan: Plan) => plan.requestLatencyMs <= 3000],
    ["inclusiveTpotMs", 9, (plan: Plan) => plan.requestLatencyMs / 300 <= 9],
    ["tokensPerSecPerUser", 120, (plan: Plan) => plan.tokensPerSecPerUser >= 120],
    ["concurrency", 400, (plan: Plan) => plan.concurrency * plan.replicas >= 400],
    ["powerWatts", 8 * literalSystem.powerWatts, (plan: Plan) => plan.gpusUsed <= 8]
  ] as const)("%s %d keeps the best of all candidates that meet it", (metric, threshold, keeps) => {
    const within = all.filter((plan) => meets(plan) && keeps(plan));
    const options: AnswerOptions = {goals: [goal(metric, threshold)], sampling: "grid"};
    const result = answerSearch(evaluation, targets, options);
    expect(within.length > 0).toBe(result.chosen !== null);
    for (const mode of modesOf(result))
      for (const plan of [...mode.best, ...mode.front]) expect(keeps(plan)).toBe(true);
    if (!result.chosen) return;
    const most = Math.max(...within.map((plan) => plan.tokensPerSecPerGpuCluster));
    expect(result[result.chosen]!.best[0].tokensPerSecPerGpuCluster).toBeCloseTo(most, 9);
  });

  it("that nothing meets leave no plan, a count, and the nearest one", () => {
    const {agg, chosen} = answerSearch(evaluation, targets, {goals: [goal("concurrency", 1e6)], sampling: "grid"});
    expect([agg!.best, chosen]).toEqual([[], null]);
    const free = answerSearch(evaluation, targets, {sampling: "grid"}).agg!;
    const kept = free.considered - Object.values(free.rejected).reduce((sum, count) => sum + count, 0);
    expect(agg!.rejected.concurrency).toBe(kept);
    expect(agg!.messages.concurrency).toMatch(/^requests in flight \d+ requests$/);
    expect(agg!.nearest).not.toBeNull();
  });

  it("account for every candidate together with the targets", () => {
    for (const threshold of [10, 200, 1e5])
      for (const {considered, rejected, mode} of modesOf(
        answerSearch(evaluation, targets, {goals: [goal("concurrency", threshold)], sampling: "grid"})
      )) {
        const dropped = Object.values(rejected).reduce((sum, count) => sum + count, 0);
        expect(dropped, mode).toBeLessThanOrEqual(considered);
        if (threshold === 1e5 && mode === "agg") expect(dropped).toBe(considered);
      }
  });
});

describe("soft goals", () => {
  it("give the best score of all candidates", () => {
    const goals = [goal("ttftMs", 200, {hard: false, weight: 0.5}), goal("tpotMs", 12, {hard: false})];
    const score = (plan: Plan) =>
      plan.tokensPerSecPerGpuCluster *
      Math.max(0, 1 - penaltyOf(goals[0], plan.ttftMs) - penaltyOf(goals[1], plan.tpotMs));
    const plan = best(any, {goals, objective: "score", sampling: "grid"});
    expect(plan.figures!.score).toBeCloseTo(score(plan), 9);
    expect(plan.figures!.score).toBeCloseTo(Math.max(...all.map(score)), 9);
  });

  it("drop nothing", () => {
    const goals = [goal("ttftMs", 1, {hard: false})];
    const {agg} = answerSearch(evaluation, any, {goals, objective: "score", sampling: "grid"});
    expect(agg!.rejected.ttft).toBeUndefined();
    expect(agg!.meetsTargets).toBe(true);
    expect(agg!.best[0].figures!.score).toBe(0);
  });
});

describe("the objective", () => {
  it("latency takes the soonest answer within the targets", () => {
    const plan = best(targets, {objective: "latency", sampling: "grid"});
    expect(plan.requestLatencyMs).toBeCloseTo(Math.min(...all.filter(meets).map((each) => each.requestLatencyMs)), 9);
  });

  it("cost takes the cheapest million tokens, on two systems by both prices", () => {
    const other = {...literalSystem, id: "other", powerWatts: 100};
    const mixed = evaluateSearch(problem({decodePlatform: literalPlatform([], {system: other, database: "sol"})}));
    const gpuHourPrices = {[literalSystem.id]: 2, other: 10};
    const result = answerSearch(mixed, targets, {objective: "cost", gpuHourPrices, sampling: "grid"});
    const price = (plan: Plan) => {
      const [p, d] = [plan.prefill, plan.decode];
      const perHour = plan.agg ? 2 * plan.gpus : 2 * p!.workers * p!.gpus + 10 * d!.workers * d!.gpus;
      return (perHour / (plan.tokensPerSec * 3600)) * 1e6;
    };
    const cheapest = Math.min(
      ...[...candidatesOf(mixed)]
        .map((each) => each.plan())
        .filter(meets)
        .map(price)
    );
    const plan = result[result.chosen!]!.best[0];
    expect(plan.figures!.costPerMillionTokens).toBeCloseTo(price(plan), 9);
    expect(plan.figures!.costPerMillionTokens).toBeCloseTo(cheapest, 9);
    const {prefill, decode, replicas} = result.disagg!.best[0];
    const watts =
      replicas * (prefill!.workers * prefill!.gpus * literalSystem.powerWatts + decode!.workers * decode!.gpus * 100);
    expect(result.disagg!.best[0].figures!.powerWatts).toBeCloseTo(watts, 9);
  });

  it("knee takes the knee of the part of the front that meets the targets", () => {
    const result = answerSearch(evaluation, {ttftMs: 1e5, tpotMs: 1e4}, {objective: "knee"});
    expect(result.agg!.best[0]).toEqual(result.agg!.knee);
    const tight = answerSearch(evaluation, targets, {objective: "knee"});
    for (const mode of modesOf(tight)) expect(mode.best[0].tpotMs).toBeLessThanOrEqual(targets.tpotMs);
  });

  it.each(["cost", "gpus"] as const)("%s says what it lacks", (objective) => {
    expect(() => answerSearch(evaluation, targets, {objective})).toThrow(/^missing (GPU-hour price|load): /);
  });
});

describe("a load", () => {
  const size = (load: NonNullable<AnswerOptions["load"]>) =>
    answerSearch(evaluation, targets, {objective: "gpus", load, sampling: "grid"});

  it.each([1, 20, 300, 5000])("of %d requests/s takes the fewest GPUs of all plans, in whole replicas", (rate) => {
    const result = size({requestsPerSec: rate});
    const plan = result[result.chosen!]!.best[0];
    const {sizing} = plan.figures!;
    expect(sizing!.replicas).toBe(Math.max(1, Math.ceil(rate / plan.requestsPerSec)));
    expect([plan.replicas, plan.gpusUsed, sizing!.loadServed]).toEqual([sizing!.replicas, sizing!.gpus, 1]);
    expect(plan.requestsPerSec * plan.replicas).toBeGreaterThanOrEqual(rate);
    const fewest = Math.min(
      ...all.filter(meets).map((each) => Math.max(1, Math.ceil(rate / each.requestsPerSec)) * each.gpus)
    );
    expect(sizing!.gpus).toBeLessThanOrEqual(fewest);
    if (plan.mode === "agg") expect(sizing!.gpus).toBe(fewest);
  });

  it("of requests in flight counts those", () => {
    const {agg} = size({concurrency: 1000});
    const [plan] = agg!.best;
    expect(plan.replicas).toBe(Math.ceil(1000 / plan.concurrency));
  });

  it("beyond the GPUs there are is served in part, by the most throughput, and says so", () => {
    const {agg} = size({requestsPerSec: 5000, maxGpus: 16});
    for (const plan of agg!.best) {
      const {sizing} = plan.figures!;
      expect(sizing!.capped).toBe(true);
      expect(plan.gpusUsed).toBeLessThanOrEqual(16);
      const needed = Math.ceil(5000 / plan.requestsPerSec);
      expect(sizing!.loadServed).toBeCloseTo(Math.floor(16 / plan.gpus) / needed, 12);
    }
    const rates = agg!.best.map((plan) => plan.tokensPerSecPerGpuCluster);
    expect(rates).toEqual([...rates].sort((a, b) => b - a));
  });

  it("prefers plans that serve it whole to capped ones", () => {
    const enough = size({requestsPerSec: 20, maxGpus: 16});
    expect(enough.agg!.best[0].figures!.sizing!.capped).toBe(false);
  });

  it.each([
    [{}, "missing load: give a request rate or a concurrency"],
    [{requestsPerSec: 1, concurrency: 2}, "ambiguous load: 1 requests/s and 2 in flight; give one of the two"],
    [{requestsPerSec: -1}, "invalid request rate (requests/s): -1; must be a number above 0"],
    [{concurrency: 5, maxGpus: 0}, "invalid maxGpus: 0; must be a whole number ≥ 1"]
  ])("%j is refused", (load, message) => {
    expect(() => size(load)).toThrow(message);
  });

  it("is matched by the replica with the fewest GPUs in total", () => {
    const pool = (requestsPerSec: number, gpus: number) => ({requestsPerSec, worker: {gpus}}) as PoolPoint;
    const shapes = new ReplicaShapes(new Set([4, 8, 16]));
    const tuning = {prefillRateShare: 1, decodeRateShare: 1} as Parameters<typeof matchLoad>[5];
    const replicas = (load: number) => (rate: number) => Math.ceil(load / rate);
    const match = (load: number, most?: number) =>
      matchLoad(pool(10, 1), pool(5, 1), shapes, replicas(load), most, tuning);
    // Two prefill and two decode workers, 4 GPUs, do 10/s; 3 and 5 do 25/s, so that twice 8 GPUs do 50/s.
    expect(match(5)).toMatchObject({gpus: 4, requestsPerSec: 10});
    expect(match(48)).toMatchObject({gpus: 8, prefillWorkers: 3, decodeWorkers: 5});
    expect(match(48, 8)).toBeNull();
  });
});

describe("a strict SLA", () => {
  it("offers nothing that misses it, where best effort offers the nearest", () => {
    const tight = {ttftMs: 1e5, tpotMs: 0.5};
    expect(answerSearch(evaluation, tight).agg!.best.length).toBeGreaterThan(0);
    const strict = answerSearch(evaluation, tight, {strict: true});
    expect(strict.agg!.best).toEqual([]);
    expect(strict.agg!.nearest).not.toBeNull();
    expect(strict.chosen).toBeNull();
  });
});

describe("sampling at the target", () => {
  const front = (plans: Plan[], user: number, gpu: number) =>
    plans.some((plan) => plan.tokensPerSecPerUser >= user && plan.tokensPerSecPerGpuCluster >= gpu);

  it.each([
    {ttftMs: 300, tpotMs: 15},
    {ttftMs: 140, tpotMs: 9},
    {ttftMs: 1000, tpotMs: 23},
    {ttftMs: 1, tpotMs: 1, requestLatencyMs: 3300}
  ])("of %j dominates or equals the grid's front, and its best plan", (of) => {
    const [fine, grid] = (["target", "grid"] as const).map((sampling) =>
      modesOf(answerSearch(evaluation, of, {sampling}))
    );
    grid.forEach((mode, i) => {
      for (const plan of mode.front)
        if (of.requestLatencyMs === undefined)
          expect(front(fine[i].front, plan.tokensPerSecPerUser, plan.tokensPerSecPerGpuCluster)).toBe(true);
        else
          expect(
            fine[i].front.some(
              (other) =>
                other.requestLatencyMs <= plan.requestLatencyMs &&
                other.tokensPerSecPerGpuCluster >= plan.tokensPerSecPerGpuCluster
            )
          ).toBe(true);
      const [a, b] = [fine[i].best[0], mode.best[0]];
      if (mode.meetsTargets) expect(a.tokensPerSecPerGpuCluster).toBeGreaterThanOrEqual(b.tokensPerSecPerGpuCluster);
    });
  });

  it("finds better plans than the grid where the target falls between its batches", () => {
    const better = [8, 9, 10, 11, 12, 13, 14].filter((tpotMs) => {
      const [fine, grid] = (["target", "grid"] as const).map(
        (sampling) => answerSearch(evaluation, {ttftMs: 1e5, tpotMs}, {sampling}).agg!.best[0].tokensPerSecPerGpuCluster
      );
      return fine > grid * 1.005;
    });
    expect(better.length).toBeGreaterThan(2);
  });
});
