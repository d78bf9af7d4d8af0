/** Steps next to a configuration: what they say is what an estimate of them says. */
import {describe, expect, it} from "vitest";
import {estimate, findModel} from "../../../engine/index.js";
import type {Backend, EstimateMode, EstimateProblem, Parallel} from "../../../engine/index.js";
import {whatIfFigures, whatIfs} from "../../../engine/explain/what-if.js";
import {literalPlatform} from "../literal-tables.js";

const sizes = (given: Partial<Parallel> = {}): Parallel => ({tp: 1, pp: 1, dp: 1, moeTp: 1, moeEp: 1, cp: 1, ...given});
const problem = (mode: EstimateMode, more: Partial<EstimateProblem> = {}, backend: Backend = "trtllm") => ({
  mode,
  model: findModel("Qwen/Qwen3-32B-FP8"),
  platform: literalPlatform([], {backend, database: "sol"}),
  parallel: sizes({tp: 2}),
  batch: 8,
  workload: {isl: 2000, osl: 200, prefix: 0},
  ...more
});
const moves = (of: EstimateProblem) =>
  whatIfs(of).map(({step}) => step.sizes.map(({of, from, to}) => `${of} ${from}→${to}`).join(", "));

describe("what if", () => {
  it("one worker of a dense model goes one step in every size that it has", () => {
    expect(moves(problem("static"))).toEqual(["tp 2→4", "tp 2→1", "pp 1→2", "batch 8→9", "batch 8→7"]);
    expect(moves(problem("agg"))).toContain("ctxTokens 2000→2048");
  });

  it("widths of a model with experts stay in step", () => {
    const asked = problem("agg", {model: findModel("Qwen/Qwen3-235B-A22B"), parallel: sizes({tp: 4, moeEp: 4})});
    const answered = whatIfs(asked).filter(({figures}) => figures);
    expect(answered.length).toBeGreaterThan(5);
    for (const {sizes} of answered) {
      const {tp, dp, cp, moeTp, moeEp} = sizes.parallel;
      expect(tp * dp * cp).toBe(moeTp * moeEp);
    }
  });

  it.each(["static", "agg"] as const)("%s says what an estimate says", (mode) => {
    const asked = problem(mode, {batch: 3, nextn: 0});
    for (const {sizes, figures} of whatIfs(asked))
      expect(figures).toEqual(whatIfFigures(estimate({...asked, ...sizes})));
  });

  it("what cannot be says why", () => {
    const refused = whatIfs(problem("static", {parallel: sizes({tp: 64})})).filter(({figures}) => !figures);
    expect(refused.map(({obstacle}) => obstacle)).toContain("invalid tp: 128; Qwen/Qwen3-32B-FP8 has 64 heads");
  });

  it("two pools step apart, and on sglang together or not at all", () => {
    const pool = {parallel: sizes({tp: 2}), batch: 4, workers: 2};
    const asked = problem("disagg", {prefill: pool, decode: pool}, "sglang");
    const all = whatIfs(asked);
    expect(new Set(all.map(({step}) => step.role))).toEqual(new Set(["prefill", "decode"]));
    const wider = all.find(({step}) => step.role === "decode" && step.sizes[0].of === "tp")!;
    expect(wider).toMatchObject({figures: null, obstacle: expect.stringMatching(/equal tp only/)});
    const fewer = all.find(({step}) => step.role === "prefill" && step.sizes[0].of === "workers")!;
    expect(fewer.sizes.prefill!.workers).toBe(3);
    expect(fewer.sizes.decode).toEqual(pool);
  });
});
