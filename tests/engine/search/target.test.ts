/** What targets do to an answer: which plans they let through, what comes nearest, and what is tried beside the grid. */
import {describe, expect, it} from "vitest";
import {answerSearch, evaluateSearch, findModel, InputError} from "../../../engine/index.js";
import type {Evaluation, ModeResult, Plan, SearchProblem, Targets} from "../../../engine/index.js";
import {decodeBatches} from "../../../engine/search/disaggregated.js";
import {pickBest} from "../../../engine/search/pick.js";
import type {Ranked} from "../../../engine/search/rank.js";
import {decodeMemory, decodePoint} from "../../../engine/session/disaggregated.js";
import {literalPlatform} from "../literal-tables.js";

const problem = (more: Partial<SearchProblem> = {}): SearchProblem => ({
  model: findModel("Qwen/Qwen3-8B"),
  platform: literalPlatform([], {database: "sol"}),
  totalGpus: 16,
  workload: {isl: 2000, osl: 300, prefix: 0},
  ...more
});
const modes = (evaluation: Evaluation, targets: Targets): ModeResult[] => {
  const {agg, disagg} = answerSearch(evaluation, targets);
  return [agg!, disagg!];
};
const evaluation = evaluateSearch(problem());
const points = evaluation.aggregated.flatMap((sweep) => sweep.points);

/** How many times over the targets. */
const over = ({ttftMs, tpotMs}: Pick<Plan, "ttftMs" | "tpotMs">, targets: Targets) =>
  Math.max(ttftMs / targets.ttftMs, tpotMs / targets.tpotMs);

describe("when nothing meets the targets", () => {
  it.each([
    {ttftMs: 0.1, tpotMs: 1e4},
    {ttftMs: 1e5, tpotMs: 0.1},
    {ttftMs: 20, tpotMs: 0.5}
  ])("the nearest plan misses $ttftMs and $tpotMs ms least of all that were evaluated", (targets) => {
    const [agg, disagg] = modes(evaluation, targets);
    expect([agg!.meetsTargets, disagg.meetsTargets]).toEqual([false, false]);
    expect(over(agg!.nearest!, targets)).toBe(Math.min(...points.map((point) => over(point, targets))));
    const {prefill, decode} = evaluation.disaggregated!;
    const ttftMs = Math.min(...prefill.map(({latencyMs}) => latencyMs * 1.8));
    const least = Math.min(...decode.map(({latencyMs}) => over({ttftMs, tpotMs: latencyMs}, targets)));
    expect(over(disagg.nearest!, targets)).toBeCloseTo(least, 12);
    expect(answerSearch(evaluation, targets).chosen).toBeNull();
  });

  // The soonest prefill worker takes all 4 GPUs, the fastest decode worker too: neither can be paired.
  it("the nearest plan is of two pools that fit the GPUs together", () => {
    const small = evaluateSearch(problem({totalGpus: 4}));
    const {prefill, decode, shapes} = small.disaggregated!;
    for (const targets of [
      {ttftMs: 0.1, tpotMs: 1e4},
      {ttftMs: 1e5, tpotMs: 0.1}
    ]) {
      const least = Math.min(
        ...prefill.flatMap((p) =>
          decode
            .filter((d) => shapes.of(p.worker.gpus, d.worker.gpus).length > 0)
            .map((d) => over({ttftMs: 1.8 * p.latencyMs, tpotMs: d.latencyMs}, targets))
        )
      );
      expect(over(answerSearch(small, targets).disagg!.nearest!, targets)).toBeCloseTo(least, 9);
    }
  });

  it("in TPOT alone, the plans within the TTFT follow, nearest first", () => {
    for (const {best, meetsTargets} of modes(evaluation, {ttftMs: 1e5, tpotMs: 0.1})) {
      expect(meetsTargets).toBe(false);
      expect(best.map(({tpotMs}) => tpotMs)).toEqual(best.map(({tpotMs}) => tpotMs).sort((a, b) => a - b));
    }
  });

  it("of a request latency, neither mode has a plan but both say what comes nearest and why", () => {
    for (const mode of modes(evaluation, {ttftMs: 1, tpotMs: 1, requestLatencyMs: 1})) {
      expect(mode.best).toEqual([]);
      expect(mode.nearest!.requestLatencyMs).toBeGreaterThan(1);
      expect(mode.rejected.requestLatency).toBeGreaterThan(0);
      expect([mode.rejected.ttft, mode.rejected.tpot]).toEqual([undefined, undefined]);
      expect(mode.messages.requestLatency).toMatch(/ms per (request|output token)$|^first token after \d+ ms$/);
    }
  });

  it("there is nothing nearer to name when the targets are met", () => {
    for (const mode of modes(evaluation, {ttftMs: 1e5, tpotMs: 1e3})) {
      expect(mode.meetsTargets).toBe(true);
      expect(mode.nearest).toBeNull();
    }
  });
});

describe("limits", () => {
  it("include the target itself when aggregated, not when disaggregated", () => {
    const {ttftMs, tpotMs} = points[0];
    const inside = answerSearch(evaluation, {ttftMs, tpotMs}).agg!;
    expect(inside.best.some((plan) => plan.tpotMs === tpotMs && plan.ttftMs === ttftMs)).toBe(true);
    const {prefill, decode} = evaluation.disaggregated!;
    const fastest = Math.min(...decode.map(({latencyMs}) => latencyMs));
    const soonest = 1.8 * Math.min(...prefill.map(({latencyMs}) => latencyMs));
    expect(answerSearch(evaluation, {ttftMs: 1e5, tpotMs: fastest}).disagg!.meetsTargets).toBe(false);
    expect(answerSearch(evaluation, {ttftMs: 1e5, tpotMs: fastest * 1.000001}).disagg!.meetsTargets).toBe(true);
    expect(answerSearch(evaluation, {ttftMs: soonest, tpotMs: 1e3}).disagg!.best).toEqual([]);
    expect(answerSearch(evaluation, {ttftMs: soonest * 1.000001, tpotMs: 1e3}).disagg!.meetsTargets).toBe(true);
  });

  it("of both modes: whichever serves more tokens of the cluster is chosen", () => {
    for (const tpotMs of [8, 12, 20, 50, 200]) {
      const {agg, disagg, chosen} = answerSearch(evaluation, {ttftMs: 2000, tpotMs});
      const rate = (mode: ModeResult | null) => (mode?.meetsTargets ? mode.best[0].tokensPerSecPerGpuCluster : 0);
      if (chosen) expect(rate(chosen === "agg" ? agg : disagg)).toBe(Math.max(rate(agg), rate(disagg)));
      else expect([rate(agg), rate(disagg)]).toEqual([0, 0]);
    }
  });

  it("show as many plans as asked for, the same first ones", () => {
    const targets = {ttftMs: 1e5, tpotMs: 1e3};
    const many = answerSearch(evaluation, targets).agg!.best;
    expect(many).toHaveLength(4);
    expect(answerSearch(evaluation, targets, {topN: 2}).agg!.best).toEqual(many.slice(0, 2));
  });
});

describe("on the grid, near misses of decode workers", () => {
  // Short prompts and long answers, so that the decode worker decides the throughput.
  const long = evaluateSearch(problem({totalGpus: 2, workload: {isl: 200, osl: 2000, prefix: 0}}));
  const {worker} = long.disaggregated!.decode[0];
  const {workload} = long.problem;
  const tpotAt = (batch: number) =>
    decodePoint(worker, workload, batch, decodeMemory(worker, workload, batch)).latencyMs;

  // Batch 36 is on the grid, then 40: 37 to 39 are tried only when 40 misses by less than a thousandth.
  it.each([
    [1.0005, true],
    [1.002, false]
  ])("are tried when the next batch is %d times too slow: %s", (times, tried) => {
    expect(decodeBatches(512)).not.toContain(39);
    const tpotMs = tpotAt(40) / times;
    expect(tpotAt(36)).toBeLessThan(tpotMs);
    const [best] = answerSearch(long, {ttftMs: 1e5, tpotMs}, {sampling: "grid"}).disagg!.best;
    expect(best.decode!.label).toBe(worker.label);
    expect(best.decode!.batchPerRank).toBe(tried ? 39 : 36);
    expect(best.tpotMs).toBeLessThan(tpotMs);
  });
});

describe("accounts", () => {
  it.each([
    {ttftMs: 500, tpotMs: 10},
    {ttftMs: 150, tpotMs: 30},
    {ttftMs: 1e5, tpotMs: 1e3},
    {ttftMs: 1, tpotMs: 1, requestLatencyMs: 4000}
  ])("of both modes have all candidates either dropped or kept: %j", (targets) => {
    for (const {considered, rejected, cloud, mode} of modes(evaluation, targets)) {
      const dropped = Object.values(rejected).reduce((sum, count) => sum + count, 0);
      expect(dropped).toBeLessThanOrEqual(considered);
      expect(Object.values(rejected).every((count) => count > 0)).toBe(true);
      if (mode === "agg") expect(cloud.ttftMs.length).toBe(considered - (rejected.memory ?? 0) - (rejected.kvCache ?? 0)); // prettier-ignore
    }
  });

  it("say so when the GPUs hold one pool but not two", () => {
    // Only tp 8 holds this model, and 8 GPUs hold only one such worker.
    const big = evaluateSearch(problem({model: findModel("meta-llama/Meta-Llama-3.1-405B"), totalGpus: 8, quant: {gemm: "fp8"}})); // prettier-ignore
    const {disagg} = answerSearch(big, {ttftMs: 1e5, tpotMs: 1e3});
    expect(disagg!.best).toEqual([]);
    expect(disagg!.rejected.memory).toBeGreaterThan(0);
    expect(disagg!.rejected.gpus).toBe(1);
    expect(disagg!.messages.gpus).toBe("no replica of prefill and decode workers fits 8 GPUs");
  });
});

describe("a problem", () => {
  it("with a cached prefix has its first token sooner, and no slower answers", () => {
    const cached = evaluateSearch(problem({workload: {isl: 2000, osl: 300, prefix: 1500}}));
    const targets = {ttftMs: 1e5, tpotMs: 1e3};
    const [a, b] = [modes(evaluation, targets), modes(cached, targets)];
    for (const i of [0, 1])
      expect(b[i].best[0].tokensPerSecPerGpuCluster).toBeGreaterThan(a[i].best[0].tokensPerSecPerGpuCluster);
    const soonest = (of: Evaluation) => Math.min(...of.disaggregated!.prefill.map(({latencyMs}) => latencyMs));
    expect(soonest(cached)).toBeLessThan(soonest(evaluation));
  });

  it("with a smaller share of memory or of batch has fewer candidates", () => {
    const batches = (more: Partial<SearchProblem>) =>
      Math.max(
        ...evaluateSearch(problem(more))
          .aggregated.flatMap((sweep) => sweep.points)
          .map(({batch}) => batch)
      );
    expect(batches({freeMemoryFraction: 0.2})).toBeLessThan(batches({}));
    expect(batches({maxBatch: 16})).toBe(16);
    const {agg} = answerSearch(evaluateSearch(problem({freeMemoryFraction: 0.2})), {ttftMs: 1e5, tpotMs: 1e3});
    expect(agg!.rejected.kvCache).toBeGreaterThan(0);
    expect(agg!.messages.kvCache).toMatch(/^tp\d.* batch \d+ needs \d+\.\d GiB per GPU$/);
  });

  it.each([
    {totalGpus: 1.5},
    {totalGpus: NaN},
    {workload: {isl: 10.5, osl: 10, prefix: 0}},
    {workload: {isl: 10, osl: 10, prefix: -1}},
    {workload: {isl: 10 ** 8, osl: 10, prefix: 0}},
    {quant: {kvCache: "fp4" as "fp8"}}
  ] as Partial<SearchProblem>[])("that cannot be is an InputError, `what: got; what would do`: %j", (change) => {
    expect(() => evaluateSearch(problem(change))).toThrow(InputError);
    expect(() => evaluateSearch(problem(change))).toThrow(/^(invalid|unknown) [\w +]+: .*; ./);
  });

  it("needs a request latency that is a time", () => {
    const ask = (requestLatencyMs: number) => () => answerSearch(evaluation, {ttftMs: 1, tpotMs: 1, requestLatencyMs});
    expect(ask(0)).toThrow(new InputError("invalid request latency: 0; must be a number of milliseconds above 0"));
    expect(ask(NaN)).toThrow(InputError);
  });
});

describe("picking", () => {
  const plan = (label: string, tpotMs: number, rate: number, mode: "agg" | "disagg" = "agg") =>
    ({
      mode,
      group: label,
      tpotMs,
      requestLatencyMs: 1000 - tpotMs,
      tokensPerSecPerGpuCluster: rate
    }) as unknown as Ranked;

  it("takes the faster of two plans with the same throughput, in and between groups", () => {
    const plans = [plan("a", 9, 50), plan("a", 8, 50), plan("b", 7, 50)];
    expect(pickBest(plans, {ttftMs: 1, tpotMs: 10}, 5).best).toEqual([plans[2], plans[1]]);
  });

  it("goes by request latency when that is the target", () => {
    const plans = [plan("a", 100, 10), plan("b", 500, 90), plan("c", 50, 99)];
    const {best} = pickBest(plans, {ttftMs: 1, tpotMs: 1, requestLatencyMs: 900}, 5);
    expect(best).toEqual([plans[1], plans[0]]);
  });

  it("is strict about the TPOT of disaggregated plans only", () => {
    const target = {ttftMs: 1, tpotMs: 10};
    expect(pickBest([plan("a", 10, 1)], target, 5).meetsTargets).toBe(true);
    expect(pickBest([plan("a", 10, 1, "disagg")], target, 5).meetsTargets).toBe(false);
    expect(pickBest([], target, 5)).toEqual({best: [], meetsTargets: false});
  });
});
