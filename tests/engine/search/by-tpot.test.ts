/** One evaluation for many TPOT targets, against a whole answer for each. */
import {describe, expect, it} from "vitest";
import {answerSearch, evaluateSearch, findModel, pruneFor} from "../../../engine/index.js";
import type {Plan, SearchProblem, Targets} from "../../../engine/index.js";
import {bestByTpot} from "../../../engine/search/by-tpot.js";
import {literalPlatform} from "../literal-tables.js";

const tpotsMs = [1, 4, 6, 8, 12, 20, 60];
const identity = (plan: Plan | null | undefined) =>
  plan ? [plan.mode, plan.tokensPerSecPerGpuCluster, plan.tpotMs, plan.ttftMs, plan.replicas] : null;

const problem = (isl: number, osl: number, totalGpus = 16): SearchProblem => ({
  model: findModel("Qwen/Qwen3-8B"),
  platform: literalPlatform([], {backend: "trtllm", database: "sol"}),
  totalGpus,
  workload: {isl, osl, prefix: 0}
});

describe.each([
  [2000, 300, 400],
  [500, 1000, 400],
  [16000, 128, 4000]
])("%d in, %d out, TTFT ≤ %d ms", (isl, osl, ttftMs) => {
  const whole = evaluateSearch(problem(isl, osl));
  const answered = (targets: Targets) => answerSearch(whole, targets);
  const expected = tpotsMs.map((tpotMs) => {
    const {agg, disagg} = answered({ttftMs, tpotMs});
    const best = (mode: typeof agg) => identity(mode?.meetsTargets ? mode.best[0] : null);
    return {agg: best(agg), disagg: best(disagg)};
  });
  const shown = (evaluation: typeof whole) =>
    bestByTpot(evaluation, ttftMs, tpotsMs).map(({agg, disagg}) => ({agg: identity(agg), disagg: identity(disagg)}));

  it("has the plans that a whole answer puts first", () => {
    expect(shown(whole)).toEqual(expected);
    expect(expected.some(({agg, disagg}) => agg && disagg)).toBe(true);
  });

  it("has as much throughput of a pruned evaluation, told for one TTFT", () => {
    const pruned = bestByTpot(
      evaluateSearch(problem(isl, osl), {prune: pruneFor({ttftMs, tpotMs: 10})}),
      ttftMs,
      tpotsMs
    );
    for (const [i, {agg, disagg}] of pruned.entries()) {
      const rate = (of: ReturnType<typeof identity>) => (of ? (of[1] as number) : 0);
      expect(agg?.tokensPerSecPerGpuCluster ?? 0).toBeGreaterThanOrEqual(rate(expected[i].agg) * (1 - 1e-12));
      expect(disagg?.tokensPerSecPerGpuCluster ?? 0).toBeGreaterThanOrEqual(rate(expected[i].disagg) * (1 - 1e-12));
    }
  });
});

it("has nothing disaggregated on one GPU", () => {
  const [{agg, disagg}] = bestByTpot(evaluateSearch(problem(500, 100, 1)), 1000, [100]);
  expect(agg).not.toBeNull();
  expect(disagg).toBeNull();
});
