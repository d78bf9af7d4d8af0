/** How answers hang on their inputs, against separate searches, estimates and what physics says. */
import {describe, expect, it} from "vitest";
import {answerSearch, estimate, evaluateSearch, findModel, sensitivity, sensitivitySteps} from "../../engine/index.js";
import type {Backend, EstimateProblem, Platform, SearchProblem, Sensitivity, Targets} from "../../engine/index.js";
import type {Evaluation} from "../../engine/search/evaluate.js";
import {choiceOf} from "../../engine/explain/choice.js";
import {variablesOf, withChanged} from "../../engine/sensitivity/inputs.js";
import {goldenTables, openPlatform} from "../golden/open.js";
import {dense, moe, problemOn} from "./explain/problems.js";
import {literalSystem} from "./literal-tables.js";

const targets = {ttftMs: 1000, tpotMs: 30};
const hardware = ["memoryBandwidth", "flops", "intraNodeLinks", "interNodeLinks", "memoryCapacity"] as const;

/** Narrow enough to search a score of times over. */
const problem = (database: "sol" | "calibrated" = "sol", more: Partial<SearchProblem> = {}): SearchProblem => ({
  ...problemOn({database}, {totalGpus: 8}),
  ...more
});

const rowOf = ({rows}: Sensitivity, input: string) => rows.find((row) => row.input === input)!;

function bestOf(asked: SearchProblem, askedTargets: Targets) {
  const result = answerSearch(evaluateSearch(asked), askedTargets);
  return result.chosen && result[result.chosen]!.best[0];
}

/** A question with every rate changed by nothing, so that it is carried over from its own GPU. */
function carriedByNothing(asked: SearchProblem): SearchProblem {
  const variable = variablesOf(asked, targets).find(({input}) => input === "memoryBandwidth")!;
  const {problem} = withChanged(asked, targets, variable, 1)!;
  expect(problem.platform.donor).toBe(asked.platform.system);
  return problem;
}

function figures(asked: SearchProblem, within: Targets) {
  const {agg, disagg, chosen} = answerSearch(evaluateSearch(asked), within);
  return [
    chosen,
    ...[agg, disagg].map((mode) =>
      [...mode!.best, ...mode!.front].map((plan) => [choiceOf(plan), plan.ttftMs, plan.tpotMs, plan.tokensPerSec])
    )
  ];
}

describe("an unchanged GPU", () => {
  it.each(["trtllm", "sglang", "vllm"] as const)("on %s answers exactly as without carrying over", (backend) => {
    for (const model of [dense, moe]) {
      const asked = problemOn({backend, database: "calibrated"}, {model, totalGpus: 8});
      expect(figures(carriedByNothing(asked), targets)).toEqual(figures(asked, targets));
    }
  });

  describe.runIf(goldenTables(2, "answers of an unchanged GPU carried over"))("on measured tables", () => {
    it.each([
      ["trtllm", "1.3.0rc10", dense],
      ["sglang", "0.5.10", "Qwen/Qwen3-235B-A22B-FP8"]
    ] as const)("of %s %s answers exactly as without carrying over, of %s", async (backend, version, model) => {
      const platform: Platform = await openPlatform(backend as Backend, version, "hybrid");
      const asked = {...problem(), model: findModel(model), platform, workload: {isl: 4000, osl: 500, prefix: 0}};
      const loose = {ttftMs: 3000, tpotMs: 50};
      expect(figures(carriedByNothing(asked), loose)).toEqual(figures(asked, loose));
    });
  });
});

describe.each(["sol", "calibrated"] as const)("on database %s", (database) => {
  const asked = problem(database);
  const result = sensitivity(asked, targets);

  it("more of any hardware never makes the answer worse, nor less of it better", () => {
    for (const input of hardware) {
      const {down, up} = rowOf(result, input);
      expect(up!.change!.tokensPerSecPerGpuCluster).toBeGreaterThanOrEqual(-1e-12);
      expect(down!.change!.tokensPerSecPerGpuCluster).toBeLessThanOrEqual(1e-12);
      expect(up!.kept!.change!.ttftMs).toBeLessThanOrEqual(1e-12);
      expect(up!.kept!.change!.tpotMs).toBeLessThanOrEqual(1e-12);
    }
  });

  it("looser targets never make the answer worse, nor stricter ones better", () => {
    for (const input of ["ttft", "tpot"]) {
      const {down, up} = rowOf(result, input);
      expect(up!.change!.tokensPerSecPerGpuCluster).toBeGreaterThanOrEqual(0);
      expect(down!.change!.tokensPerSecPerGpuCluster).toBeLessThanOrEqual(0);
    }
  });

  it("the answer is that of a search of its own", () => {
    expect(result.base!.tokensPerSecPerGpuCluster).toBe(bestOf(asked, targets)!.tokensPerSecPerGpuCluster);
    for (const variable of variablesOf(asked, targets))
      for (const [direction, factor] of [
        ["down", 0.9],
        ["up", 1.1]
      ] as const) {
        // prettier-ignore
        const changed = withChanged(asked, targets, variable, factor)!;
        const own = bestOf(changed.problem, changed.targets)!;
        const {answer, change} = rowOf(result, variable.input)[direction]!;
        expect(answer).toMatchObject({ttftMs: own.ttftMs, tpotMs: own.tpotMs, choice: choiceOf(own)});
        const before = result.base!.tokensPerSecPerGpuCluster;
        expect(change!.tokensPerSecPerGpuCluster).toBeCloseTo(own.tokensPerSecPerGpuCluster / before - 1, 12);
      }
  });

  it("the unchanged plan has the figures of an estimate of its own, and says what it misses", () => {
    const {choice} = result.base!;
    for (const variable of variablesOf(asked, targets))
      for (const [direction, factor] of [
        ["down", 0.9],
        ["up", 1.1]
      ] as const) {
        // prettier-ignore
        const changed = withChanged(asked, targets, variable, factor)!;
        const {isl} = changed.problem.workload;
        const shared = {...changed.problem, freeMemoryFraction: 1};
        const own: EstimateProblem =
          choice.mode === "agg"
            ? {...shared, mode: "agg", parallel: choice.parallel, batch: choice.batch, ctxTokens: (choice.ctxTokens / 2000) * isl} // prettier-ignore
            : {...shared, mode: "disagg", parallel: choice.decode.parallel, batch: 1, prefill: choice.prefill, decode: choice.decode}; // prettier-ignore
        const expected = estimate(own);
        const {figures, misses} = rowOf(result, variable.input)[direction]!.kept!;
        expect(figures!.ttftMs).toBeCloseTo(expected.ttftMs, 8);
        expect(figures!.tpotMs).toBeCloseTo(expected.tpotMs, 8);
        const missed = (["ttftMs", "tpotMs"] as const).filter((name) => {
          const limit = changed.targets[name];
          return choice.mode === "disagg" ? expected[name] >= limit : expected[name] > limit;
        });
        expect(misses.map(({metric}) => metric)).toEqual(missed);
      }
  });

  it("a choice that stays is the unchanged plan, and no unchanged plan within its targets beats the best", () => {
    for (const {down, up} of result.rows)
      for (const {choiceChanged, kept} of [down!, up!]) {
        if (!choiceChanged) expect(kept!.ofBest).toBe(1);
        if (kept!.misses.length === 0) expect(kept!.ofBest).toBeLessThanOrEqual(1 + 1e-12);
      }
    expect(result.rows.some(({down, up}) => down!.choiceChanged || up!.choiceChanged)).toBe(true);
    expect(result.rows.some(({down, up}) => !down!.choiceChanged || !up!.choiceChanged)).toBe(true);
  });

  it("rows come by falling effect, with elasticities per change of the input", () => {
    const effects = result.rows.map(({effect}) => effect);
    expect(effects).toEqual([...effects].sort((a, b) => b - a));
    for (const {value, down, up} of result.rows)
      for (const outcome of [down!, up!]) {
        expect(outcome.inputChange).toBeCloseTo(outcome.value / value - 1, 12);
        expect(outcome.elasticity!.ttftMs * outcome.inputChange).toBeCloseTo(outcome.change!.ttftMs, 12);
      }
  });

  it("is plain data", () => expect(JSON.parse(JSON.stringify(result))).toEqual(result));
});

describe("at the speed of light", () => {
  it.each(["trtllm", "sglang", "vllm"] as const)(
    "elasticities of an unchanged plan over all rates add up to one on %s",
    (backend) => {
      // The engine's own time per prompt is no rate, so vllm is asked of its decode steps alone.
      const asked = problemOn({backend}, {totalGpus: 8});
      const inputs = ["memoryBandwidth", "flops", "intraNodeLinks", "interNodeLinks"] as const;
      const {rows} = sensitivity(asked, targets, {share: 1e-5, inputs});
      const sum = rows.reduce((sum, {up}) => sum + up!.kept!.change!.tpotMs / up!.inputChange, 0);
      expect(sum).toBeCloseTo(-1, 3);
    }
  );
});

describe("inputs", () => {
  const named = (asked: SearchProblem, within: Targets = targets) =>
    variablesOf(asked, within).map(({input, side}) => (side === "all" ? input : `${input} ${side}`));
  const usual = ["isl", "osl", ...hardware, "ttft", "tpot"];

  it("are those that the question has", () => {
    expect(named(problem()).sort()).toEqual([...usual].sort());
    const cached = problem("sol", {workload: {isl: 2000, osl: 300, prefix: 500}});
    expect(named(cached).sort()).toEqual([...usual, "prefix"].sort());
    const drafting = problem("sol", {model: findModel("deepseek-ai/DeepSeek-V3")});
    expect(named(drafting).sort()).toEqual([...usual, "acceptRate"].sort());
    expect(named({...drafting, nextn: 0}).sort()).toEqual([...usual].sort());
    expect(named(problem(), {ttftMs: Infinity, tpotMs: 30})).not.toContain("ttft");
    const whole = named(problem(), {...targets, requestLatencyMs: 9000});
    expect(whole).toContain("requestLatency");
    expect(whole).not.toContain("tpot");
  });

  it("change on the side that has them, where prefill and decode run on different GPUs", () => {
    const {platform} = problem();
    const other = {...literalSystem, id: "other", memoryBandwidthBytesPerSec: 2e12};
    const asked = problem("sol", {decodePlatform: {...platform, system: other}});
    expect(named(asked)).toContain("memoryBandwidth prefill");
    expect(named(asked)).toContain("memoryBandwidth decode");
    const decode = variablesOf(asked, targets).find(({input, side}) => input === "flops" && side === "decode")!;
    const {problem: changed} = withChanged(asked, targets, decode, 1.1)!;
    expect(changed.platform).toBe(asked.platform);
    expect(changed.decodePlatform!.system.bf16FlopsPerSec).toBeCloseTo(1.1 * other.bf16FlopsPerSec, 0);
  });

  it("change on both sides, where these are one system given twice", () => {
    const {platform} = problem();
    const asked = problem("sol", {decodePlatform: {...platform, version: "2.0"}});
    const [variable] = variablesOf(asked, targets).filter(({input}) => input === "memoryBandwidth");
    expect(variable.side).toBe("all");
    const {problem: changed} = withChanged(asked, targets, variable, 1.1)!;
    for (const {system} of [changed.platform, changed.decodePlatform!])
      expect(system.memoryBandwidthBytesPerSec).toBeCloseTo(1.1e12, 0);
  });

  it("of length are whole tokens, one more or less at least, within what a request can be", () => {
    const asked = problem("sol", {workload: {isl: 1234, osl: 3, prefix: 1230}});
    const to = (input: "isl" | "osl" | "prefix", factor: number) =>
      withChanged(asked, targets, {input, side: "all", value: asked.workload[input]}, factor)?.value;
    expect([to("isl", 1.1), to("isl", 0.9)]).toEqual([1357, 1231]);
    expect([to("osl", 1.1), to("osl", 0.9)]).toEqual([4, 2]);
    expect([to("prefix", 1.1), to("prefix", 0.9)]).toEqual([1233, 1107]);
  });

  it("of accepted drafts do not pass 1", () => {
    const asked = problem("sol", {model: findModel("deepseek-ai/DeepSeek-V3"), acceptRates: [0.95, 0.5]});
    const variable = {input: "acceptRate", side: "all", value: 0.95} as const;
    expect(withChanged(asked, targets, variable, 1.1)!.problem.acceptRates).toEqual([1, 0.55]);
  });
});

describe("a choice", () => {
  it("that no longer fits says so", () => {
    const tight = {...literalSystem, memoryCapacityBytes: 22 * 2 ** 30};
    const asked = problemOn({system: tight}, {totalGpus: 2});
    const {base, rows} = sensitivity(asked, {ttftMs: 1e5, tpotMs: 1e3}, {inputs: ["memoryCapacity"]});
    const {kept, choiceChanged} = rows[0].down!;
    expect(base).not.toBeNull();
    expect(choiceChanged).toBe(true);
    expect(kept).toMatchObject({figures: null, change: null, ofBest: null});
    expect(["memory", "kvCache"]).toContain(kept!.obstacle!.reason);
  });

  it("that appears or vanishes has no change, and the whole effect", () => {
    const {ttftMs} = bestOf(problem(), {ttftMs: Infinity, tpotMs: Infinity, requestLatencyMs: 1e9})!;
    const fastest = Math.min(
      ...evaluateSearch(problem()).aggregated.flatMap(({points}) => points.map((p) => p.ttftMs))
    );
    expect(fastest).toBeLessThan(ttftMs);
    const asked = problem("sol", {space: {modes: ["agg"]}});
    const just = {ttftMs: fastest * 1.01, tpotMs: 1e3};
    const vanishing = rowOf(sensitivity(asked, just, {inputs: ["ttft", "flops"]}), "ttft");
    expect(vanishing.down).toMatchObject({answer: null, change: null, elasticity: null});
    expect(vanishing.effect).toBeGreaterThanOrEqual(1);
    const {base, rows} = sensitivity(asked, {...just, ttftMs: fastest * 0.99}, {inputs: ["ttft", "osl"]});
    expect(base).toBeNull();
    expect(rows.map(({input, effect}) => [input, effect])).toEqual([["ttft", 1], ["osl", 0]]); // prettier-ignore
    expect(rows[0].up!.answer).not.toBeNull();
  });
});

describe("its steps", () => {
  it("go on to the end, over at most a score of searches, and come to the same table", () => {
    const steps = sensitivitySteps(problem(), targets);
    const seen: number[] = [];
    let total = 0;
    let step = steps.next();
    for (; !step.done; step = steps.next()) {
      seen.push(step.value.done);
      ({total} = step.value);
    }
    expect(total).toBeLessThanOrEqual(20);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(total);
    expect(step.value).toEqual(sensitivity(problem(), targets));
  });

  it("take a problem's own evaluation where there is one", () => {
    const evaluation = evaluateSearch(problem());
    const inputs = ["tpot"] as const;
    expect([...sensitivitySteps(problem(), targets, {evaluation, inputs})]).toEqual([]);
    expect(sensitivity(problem(), targets, {evaluation, inputs})).toEqual(sensitivity(problem(), targets, {inputs}));
  });

  it("take no search with an input changed twice, whatever the targets", () => {
    const [evaluation, evaluations] = [evaluateSearch(problem()), new Map<string, Evaluation>()];
    const other = {ttftMs: 500, tpotMs: 60};
    expect([...sensitivitySteps(problem(), targets, {evaluation, evaluations})].length).toBeGreaterThan(10);
    expect([...sensitivitySteps(problem(), other, {evaluation, evaluations})]).toEqual([]);
    expect(sensitivity(problem(), other, {evaluation, evaluations})).toEqual(sensitivity(problem(), other));
  });

  it.each([0, 1, -0.1, NaN])("refuse a share of %d", (share) =>
    expect(() => sensitivity(problem(), targets, {share})).toThrow(/^invalid share: /)
  );
});

describe.runIf(goldenTables(1, "sensitivity of a search on measured tables"))("on measured tables", () => {
  it("faster hardware never slows a plan, and every input has its row", async () => {
    const platform: Platform = await openPlatform("trtllm", "1.3.0rc10", "hybrid");
    const asked = {...problem(), totalGpus: 32, platform, workload: {isl: 4000, osl: 500, prefix: 0}};
    const start = performance.now();
    const result = sensitivity(asked, {ttftMs: 300, tpotMs: 10});
    console.info(`sensitivity on measured tables: ${Math.round(performance.now() - start)} ms`);
    expect(result.rows).toHaveLength(9);
    for (const input of ["memoryBandwidth", "flops", "intraNodeLinks"] as const) {
      const {down, up} = rowOf(result, input);
      for (const figure of ["ttftMs", "tpotMs"] as const) {
        expect(up!.kept!.change![figure]).toBeLessThanOrEqual(1e-12);
        expect(down!.kept!.change![figure]).toBeGreaterThanOrEqual(-1e-12);
      }
    }
  });
});
