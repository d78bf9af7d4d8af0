/** What a search says of what it did not find, against counts by hand and searches with the relaxed limit. */
import {describe, expect, it} from "vitest";
import {answerSearch, evaluateSearch, explainMisses, explainResources, goalMetrics} from "../../../engine/index.js";
import type {Evaluation, Goal, GoalMetric, Plan, Preferences, Targets} from "../../../engine/index.js";
import {candidatesOf} from "../../../engine/search/candidates.js";
import {planFigures} from "../../../engine/search/figures.js";
import {metricOf} from "../../../engine/search/goals.js";
import {literalSystem} from "../literal-tables.js";
import {dense, moe, problemOn} from "./problems.js";

const hard = (metric: GoalMetric, threshold: number): Goal => ({metric, threshold, hard: true});
const prices = {gpuHourPrices: {literal: 2}};

interface Offered {
  plan: Plan;
  values: Record<string, number>;
}

const offers = new Map<Evaluation, Offered[]>();

/** Everything a search of the grid could offer, with every figure that a limit may be on. */
function offeredBy(evaluation: Evaluation): Offered[] {
  const known = offers.get(evaluation);
  if (known) return known;
  const all = [...candidatesOf(evaluation)].map((candidate) => {
    const plan = candidate.plan();
    const figures = planFigures(evaluation.problem, plan, prices);
    const metrics = Object.keys(goalMetrics) as GoalMetric[];
    return {plan, values: Object.fromEntries(metrics.map((metric) => [metric, metricOf(plan, figures, metric)!]))};
  });
  offers.set(evaluation, all);
  return all;
}

/** Each judged in the plainest way. */
function byHand(evaluation: Evaluation, targets: Targets, {goals = []}: Preferences = {}) {
  const {ttftMs, tpotMs, requestLatencyMs} = targets;
  const asked = Object.entries(requestLatencyMs === undefined ? {ttftMs, tpotMs} : {requestLatencyMs});
  return offeredBy(evaluation).map(({plan, values}) => {
    const missed: string[] = [];
    for (const [metric, limit] of asked)
      if (!(plan.mode === "disagg" ? values[metric] < limit : values[metric] <= limit)) missed.push(metric);
    for (const {metric, threshold} of goals)
      if (!(goalMetrics[metric].limit === "most" ? values[metric] <= threshold : values[metric] >= threshold))
        missed.push(metric);
    return {plan, missed};
  });
}

/** Plans that a search of the grid admits under a limit, by their own count: front, best and all. */
function searched(evaluation: Evaluation, targets: Targets, preferences: Preferences = {}) {
  const result = answerSearch(evaluation, targets, {...preferences, sampling: "grid"});
  const best = result.chosen && result[result.chosen]!.best[0];
  return {best, found: result.chosen !== null};
}

const rate = (plan: Plan | null) => plan?.tokensPerSecPerGpuCluster ?? 0;

/** A threshold a hair stricter. */
const stricter = (metric: GoalMetric, threshold: number) =>
  threshold * (goalMetrics[metric].limit === "most" ? 1 - 1e-12 : 1 + 1e-12);

function relaxed(targets: Targets, preferences: Preferences, to: {metric: GoalMetric; threshold: number}[]) {
  const goals = preferences.goals?.map((goal) => ({
    ...goal,
    threshold: to.find(({metric}) => metric === goal.metric)?.threshold ?? goal.threshold
  }));
  const own = Object.fromEntries(
    to.filter(({metric}) => metric in targets).map(({metric, threshold}) => [metric, threshold])
  );
  return {targets: {...targets, ...own}, preferences: {...preferences, ...(goals ? {goals} : {})}};
}

const cases: [string, Targets, Preferences][] = [
  ["loose targets", {ttftMs: 1000, tpotMs: 30}, {}],
  ["a TTFT that nothing keeps", {ttftMs: 10, tpotMs: 30}, {}],
  ["a TPOT that nothing keeps", {ttftMs: 1000, tpotMs: 0.5}, {}],
  ["two targets that nothing keeps", {ttftMs: 10, tpotMs: 0.5}, {}],
  ["a request latency that nothing keeps", {ttftMs: 1, tpotMs: 1, requestLatencyMs: 100}, {}],
  ["a request latency", {ttftMs: 1, tpotMs: 1, requestLatencyMs: 6000}, {}],
  ["a throughput out of reach", {ttftMs: 500, tpotMs: 20}, {goals: [hard("tokensPerSecPerGpu", 1e5)]}],
  [
    "a power budget and users in flight",
    {ttftMs: 500, tpotMs: 20},
    {goals: [hard("powerWatts", 6000), hard("concurrency", 64)]}
  ],
  ["a cost budget", {ttftMs: 500, tpotMs: 20}, {goals: [hard("costPerMillionTokens", 1)], ...prices}],
  [
    "a speed per user and an inclusive TPOT",
    {ttftMs: 2000, tpotMs: 30},
    {goals: [hard("tokensPerSecPerUser", 300), hard("inclusiveTpotMs", 2)]}
  ]
];

/** A tenth of the pairs of a model with experts, of which there are tens of thousands. */
const decodeBatches = [1, 2, 4, 8, 16, 32, 64, 128, 256];
const evaluations = (["trtllm", "sglang", "vllm"] as const).flatMap((backend) => [
  [`${dense} on ${backend}`, evaluateSearch(problemOn({backend}))] as const,
  [`${moe} on ${backend}`, evaluateSearch(problemOn({backend}, {model: moe, space: {decodeBatches}}))] as const
]);

describe.each(evaluations)("%s", (_, evaluation) => {
  it.each(cases)("counts what misses %s as a count by hand does", (_, targets, preferences) => {
    const why = explainMisses(evaluation, targets, preferences);
    const all = byHand(evaluation, targets, preferences);
    expect(why.candidates).toBe(all.length);
    expect(why.admitted).toBe(all.filter(({missed}) => missed.length === 0).length);
    for (const {metric, missed, missedAlone, nearest} of why.limits) {
      expect(missed).toBe(all.filter((each) => each.missed.includes(metric)).length);
      const alone = all.filter((each) => each.missed.length === 1 && each.missed[0] === metric);
      expect(missedAlone).toBe(alone.length);
      expect(nearest === null).toBe(alone.length === 0);
    }
  });

  it.each(cases)("is right on what is best, and where nothing is, under %s", (_, targets, preferences) => {
    const {best, admitted, together} = explainMisses(evaluation, targets, preferences);
    const own = searched(evaluation, targets, preferences);
    expect(admitted > 0).toBe(own.found);
    // Searches also look between batches of the grid that miss a target by a hair.
    expect(rate(own.best)).toBeGreaterThanOrEqual(rate(best) * (1 - 1e-12));
    expect(rate(own.best)).toBeLessThanOrEqual(rate(best) * 1.01);
    if (admitted > 0) expect(together).toBeNull();
  });

  it.each(cases)(
    "names thresholds that admit so many candidates, and a hair less fewer, of %s",
    (_, targets, preferences) => {
      const {relaxations, admitted, best} = explainMisses(evaluation, targets, preferences);
      const count = (metric: GoalMetric, threshold: number) => {
        const asked = relaxed(targets, preferences, [{metric, threshold}]);
        return byHand(evaluation, asked.targets, asked.preferences).filter(({missed}) => missed.length === 0).length;
      };
      for (const {metric, threshold, first, useful} of relaxations)
        for (const admission of [first, useful]) {
          expect(admission.by).toBeGreaterThanOrEqual(0);
          expect(admission.threshold).not.toBe(threshold);
          expect(count(metric, admission.threshold)).toBe(admitted + admission.admits);
          expect(count(metric, stricter(metric, admission.threshold))).toBeLessThan(admitted + admission.admits);
          expect(rate(admission.plan)).toBeGreaterThan(rate(best));
        }
    }
  );

  it.each(cases)("names thresholds with which a search finds that plan, of %s", (_, targets, preferences) => {
    const {relaxations, admitted} = explainMisses(evaluation, targets, preferences);
    for (const {metric, first, useful} of relaxations) {
      for (const {threshold, plan} of [first, useful]) {
        const asked = relaxed(targets, preferences, [{metric, threshold}]);
        const found = searched(evaluation, asked.targets, asked.preferences);
        expect(rate(found.best)).toBeGreaterThanOrEqual(rate(plan) * (1 - 1e-12));
      }
      if (admitted > 0) continue;
      const barely = relaxed(targets, preferences, [{metric, threshold: stricter(metric, first.threshold)}]);
      expect(searched(evaluation, barely.targets, barely.preferences).found).toBe(false);
    }
  });

  it.each(cases)("relaxes several limits at once only where no single one suffices: %s", (_, targets, preferences) => {
    const {relaxations, together, admitted} = explainMisses(evaluation, targets, preferences);
    expect(together !== null).toBe(admitted === 0 && relaxations.length === 0);
    if (!together) return;
    expect(together.limits.length).toBeGreaterThan(1);
    const asked = relaxed(targets, preferences, together.limits.map(({metric, to}) => ({metric, threshold: to}))); // prettier-ignore
    const kept = byHand(evaluation, asked.targets, asked.preferences).filter(({missed}) => missed.length === 0);
    expect(kept.length).toBe(together.admits);
    expect(rate(together.plan)).toBe(Math.max(...kept.map(({plan}) => rate(plan))));
    for (const left of together.limits) {
      const others = together.limits.filter((limit) => limit !== left);
      const less = relaxed(targets, preferences, others.map(({metric, to}) => ({metric, threshold: to}))); // prettier-ignore
      expect(byHand(evaluation, less.targets, less.preferences).some(({missed}) => missed.length === 0)).toBe(false);
    }
  });

  it("names what was dropped before any target, as the search does", () => {
    const {dropped} = explainMisses(evaluation, {ttftMs: 1e6, tpotMs: 1e6});
    const {agg, disagg} = answerSearch(evaluation, {ttftMs: Infinity, tpotMs: Infinity});
    for (const [mode, result] of Object.entries({agg, disagg}))
      expect(
        Object.fromEntries(dropped.filter((each) => each.mode === mode).map((each) => [each.reason, each.candidates]))
      ).toEqual(result!.rejected);
  });
});

describe("the cases above", () => {
  it("hold every kind of answer: found, missed by one, missed by two", () => {
    const [, evaluation] = evaluations[0];
    const kinds = cases.map(([, targets, preferences]) => {
      const {admitted, together} = explainMisses(evaluation, targets, preferences);
      return admitted > 0 ? "found" : together ? "two" : "one";
    });
    expect(new Set(kinds)).toEqual(new Set(["found", "two", "one"]));
  });
});

describe("what is offered first", () => {
  const [, evaluation] = evaluations[0];
  it("is the least relaxation where nothing is admitted", () => {
    const {relaxations} = explainMisses(
      evaluation,
      {ttftMs: 10, tpotMs: 30},
      {goals: [hard("tokensPerSecPerUser", 1)]}
    );
    const by = relaxations.map(({first}) => first.by);
    expect(by).toEqual([...by].sort((a, b) => a - b));
  });
  it("is plain data, and takes a few milliseconds after the answer", () => {
    const targets = {ttftMs: 10, tpotMs: 30};
    explainMisses(evaluation, targets);
    const start = performance.now();
    const why = explainMisses(evaluation, targets);
    expect(performance.now() - start).toBeLessThan(100);
    expect(JSON.parse(JSON.stringify(why))).toEqual(why);
  });
});

describe("resources", () => {
  const small = (gib: number) => ({...literalSystem, memoryCapacityBytes: gib * 2 ** 30});
  const loose = {ttftMs: 1e5, tpotMs: 1e3};

  it.each(["trtllm", "sglang", "vllm"] as const)(
    "name the memory on %s with which a plan fits, and with less none does",
    (backend) => {
      const problem = problemOn({backend, system: small(20)}, {totalGpus: 1});
      const evaluation = evaluateSearch(problem);
      const [memory] = explainResources(evaluation, loose);
      expect(memory).toMatchObject({resource: "memory", from: 20});
      const count = (gib: number) => {
        const platform = {...problem.platform, system: {...literalSystem, memoryCapacityBytes: gib * 2 ** 30}};
        return explainMisses(evaluateSearch({...problem, platform}), loose).admitted;
      };
      expect(count(memory.to as number)).toBe(memory.admits);
      expect(count((memory.to as number) - 1e-6)).toBe(0);
    }
  );

  it("name the share of free memory with which a better plan fits", () => {
    const problem = problemOn({system: small(40)}, {totalGpus: 1, freeMemoryFraction: 0.05});
    const found = explainResources(evaluateSearch(problem), loose).find(
      ({resource}) => resource === "freeMemoryFraction"
    )!;
    const best = (freeMemoryFraction: number) =>
      rate(explainMisses(evaluateSearch({...problem, freeMemoryFraction}), loose).best);
    const to = found.to as number;
    expect(to).toBeGreaterThan(0.05);
    expect(best(to * (1 + 1e-12))).toBe(rate(found.plan));
    expect(best(to * (1 - 1e-9))).toBe(best(0.05));
  });

  it("name a smaller KV cache where it admits more, and not where it is as small", () => {
    const of = (kvCache: "bfloat16" | "fp8") => {
      const problem = problemOn({system: small(40)}, {totalGpus: 1, quant: {kvCache}});
      return explainResources(evaluateSearch(problem), loose).find(({resource}) => resource === "kvCache");
    };
    expect(of("bfloat16")).toMatchObject({from: "bfloat16", to: "fp8"});
    expect(of("bfloat16")!.admits).toBeGreaterThan(0);
    expect(of("fp8")).toBeUndefined();
  });

  it("name the number of GPUs over which a model fits that fits on none of them", () => {
    const problem = problemOn({system: small(14)}, {totalGpus: 1});
    const gpus = explainResources(evaluateSearch(problem), loose).find(({resource}) => resource === "gpus")!;
    expect(gpus).toMatchObject({from: 1, to: 4});
    expect(explainMisses(evaluateSearch({...problem, totalGpus: 4}), loose).admitted).toBe(gpus.admits);
    expect(explainMisses(evaluateSearch({...problem, totalGpus: 2}), loose).admitted).toBe(0);
  });

  it("are none where nothing is short", () =>
    expect(explainResources(evaluateSearch(problemOn({}, {totalGpus: 8})), {ttftMs: 500, tpotMs: 20})).toEqual([]));
});
