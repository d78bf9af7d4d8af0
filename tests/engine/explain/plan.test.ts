/** What a plan says of itself, against sums, single estimates and other systems. */
import {describe, expect, it} from "vitest";
import {estimate, evaluateSearch, explainPlan} from "../../../engine/index.js";
import type {Choice, EstimateProblem, Plan, SearchProblem, TimePart} from "../../../engine/index.js";
import {answerChoice, choiceOf} from "../../../engine/explain/choice.js";
import {lightPhases} from "../../../engine/explain/light.js";
import {goldenTables, openPlatform} from "../../golden/open.js";
import {literalSystem} from "../literal-tables.js";
import {bestPlans, dense, moe, problemOn, targets} from "./problems.js";

const questions = (["trtllm", "sglang", "vllm"] as const).flatMap((backend) =>
  (["sol", "calibrated"] as const).flatMap((database) =>
    [dense, moe].map((model) => [backend, database, model] as const)
  )
);

const total = (parts: readonly TimePart<string>[], of: "ms" | "share") =>
  parts.reduce((sum, part) => sum + part[of], 0);

/** The same figures by the other way in. */
function estimateOf(problem: SearchProblem, choice: Choice) {
  const shared = {...problem, freeMemoryFraction: 1};
  const asked: EstimateProblem =
    choice.mode === "agg"
      ? {...shared, mode: "agg", parallel: choice.parallel, batch: choice.batch, ctxTokens: choice.ctxTokens}
      : {
          ...shared,
          mode: "disagg",
          parallel: choice.decode.parallel,
          batch: choice.decode.batch,
          prefill: choice.prefill,
          decode: choice.decode
        };
  return estimate(asked);
}

describe.each(questions)("time on %s, database %s, of %s", (backend, database, model) => {
  const {evaluation, plans} = bestPlans(problemOn({backend, database}, {model}), {ttftMs: 3000, tpotMs: 60});
  const whys = plans.map((plan) => ({plan, time: explainPlan(evaluation, plan).time}));

  it("is there for both modes", () => expect(new Set(plans.map(({mode}) => mode))).toEqual(new Set(["agg", "disagg"])));

  it("adds up to the plan's own TTFT and TPOT, by groups and by limits", () => {
    for (const {plan, time} of whys)
      for (const [why, ms] of [
        [time.ttft, plan.ttftMs],
        [time.tpot, plan.tpotMs]
      ] as const)
        for (const parts of [why.groups, why.limits]) {
          expect(total(parts, "ms")).toBeCloseTo(ms, 8);
          expect(total(parts, "share")).toBeCloseTo(1, 12);
        }
  });

  it("adds up within every step and operator", () => {
    for (const {time} of whys)
      for (const {totalMs, groups, limits, ops} of time.phases) {
        expect(ops.reduce((sum, op) => sum + op.share, 0)).toBeCloseTo(1, 12);
        for (const parts of [groups, limits]) {
          expect(total(parts, "ms")).toBeCloseTo(totalMs, 8);
          expect(total(parts, "share")).toBeCloseTo(1, 12);
        }
        for (const op of ops) {
          expect(total(op.limits, "ms")).toBeCloseTo(op.latencyMs, 12);
          expect(op.limit).toBe(op.limits[0].of);
        }
      }
  });

  it("of collectives is communication, and of nothing else", () => {
    for (const {time} of whys)
      for (const {ops} of time.phases)
        for (const op of ops) expect(op.limit === "communication").toBe(op.group === "communication");
  });

  it("comes no nearer to the speed of light than that", () => {
    for (const {time} of whys)
      for (const {utilisation, ops} of time.phases) {
        expect(utilisation).toBeGreaterThan(0);
        expect(utilisation).toBeLessThanOrEqual(1 + 1e-9);
        for (const op of ops) expect(op.utilisation).toBeLessThanOrEqual(1 + 1e-9);
      }
  });
});

describe("the speed of light", () => {
  it("is reached by every operator of a plan that is told at it, alone on its GPUs", () => {
    const alone = {prefillLatencyScale: 1, decodeLatencyScale: 1};
    const {evaluation, plans} = bestPlans(problemOn({}, {tuning: alone}));
    for (const plan of plans)
      for (const {ops, limits} of explainPlan(evaluation, plan).time.phases) {
        for (const op of ops) expect(op.utilisation).toBeCloseTo(1, 12);
        expect(limits.find(({of}) => of === "waiting")?.share ?? 0).toBeLessThan(1e-9);
      }
  });

  it("bounds by what a faster GPU shortens, and by nothing else", () => {
    const {evaluation, plans} = bestPlans(problemOn({}, {model: moe}));
    const twice = {
      compute: {bf16FlopsPerSec: 2e14, int8FlopsPerSec: 4e14, fp8FlopsPerSec: 4e14, fp4FlopsPerSec: 8e14},
      bandwidth: {memoryBandwidthBytesPerSec: 2e12},
      communication: {intraNodeBytesPerSec: 8e11, interNodeBytesPerSec: 1e11}
    };
    const seen = new Set<string>();
    for (const plan of plans) {
      const {phases} = explainPlan(evaluation, plan).time;
      for (const [bound, more] of Object.entries(twice)) {
        const {platform} = problemOn({system: {...literalSystem, ...more}});
        const faster = evaluateSearch({...evaluation.problem, platform});
        const other = lightPhases(faster, plan).whole;
        phases.forEach(({ops}, i) => {
          for (const op of ops) {
            const {latencyMs} = other[i].ops.find(({name}) => name === op.name)!;
            const speedup = op.lightMs! / latencyMs;
            if (op.limit === bound) expect(speedup).toBeGreaterThan(1 + 1e-9);
            // Prefill attention has small kernels beside it that only read memory.
            else if (op.limit !== "waiting") expect(Math.abs(speedup - 1)).toBeLessThan(1e-3);
            seen.add(op.limit);
          }
        });
      }
    }
    expect(seen).toEqual(new Set(["compute", "bandwidth", "communication"]));
  });

  it("says what is known of both phases: prefill GEMMs compute, decode attention reads memory", () => {
    const {evaluation, plans} = bestPlans(problemOn());
    const pools = plans.find(({mode}) => mode === "disagg")!;
    const [prefill, decode] = explainPlan(evaluation, pools).time.phases;
    expect(prefill.ops.find(({name}) => name === "gate_ffn1_gemm")!.limit).toBe("compute");
    expect(decode.ops.find(({kind}) => kind === "decode_attention")!.limit).toBe("bandwidth");
  });
});

describe("memory", () => {
  it.each(["trtllm", "sglang", "vllm"] as const)("on %s names the largest batch that fits", (backend) => {
    const {evaluation, plans} = bestPlans(problemOn({backend}, {freeMemoryFraction: 0.8}));
    const {problem} = evaluation;
    for (const plan of plans)
      for (const {role, largestBatch, limit, freeGiB, usedGiB, capacityGiB} of explainPlan(evaluation, plan).memory) {
        expect(freeGiB).toBeCloseTo(capacityGiB - usedGiB, 12);
        const withBatch = (batch: number): Choice => {
          const choice = choiceOf(plan);
          return choice.mode === "agg"
            ? {...choice, batch}
            : {...choice, [role]: {...choice[role as "prefill" | "decode"], batch}};
        };
        expect(answerChoice(problem, withBatch(largestBatch)).plan).not.toBeNull();
        expect(answerChoice(problem, withBatch(largestBatch + 1))).toMatchObject({plan: null, reason: limit});
      }
  });
});

describe.each(questions.filter(([, database]) => database === "sol"))(
  "neighbours on %s, database %s, of %s",
  (backend, database, model) => {
    const {evaluation, plans} = bestPlans(problemOn({backend, database}, {model}));
    const {problem} = evaluation;
    const all = plans.map((plan) => ({plan, neighbours: explainPlan(evaluation, plan, {targets}).neighbours}));

    it("have the figures of separate estimates", () => {
      let compared = 0;
      for (const {neighbours} of all)
        for (const {choice, figures} of neighbours) {
          if (!figures) continue;
          const own = estimateOf(problem, choice);
          expect(own.fits).toBe(true);
          for (const name of ["ttftMs", "tpotMs", "tokensPerSecPerGpu", "concurrency", "gpus"] as const)
            expect(figures[name]).toBeCloseTo(own[name], 8);
          ++compared;
        }
      expect(compared).toBeGreaterThan(15);
    });

    it("differ from the plan in the step that they name, and in nothing else", () => {
      for (const {plan, neighbours} of all)
        for (const {step, choice} of neighbours) {
          const flat = (of: Choice) => {
            const pool = of.mode === "agg" ? of : of[step.role as "prefill" | "decode"];
            return {...pool, ...pool.parallel} as Record<string, unknown>;
          };
          const [before, after] = [flat(choiceOf(plan)), flat(choice)];
          const changed = Object.keys(after).filter((key) => key !== "parallel" && before[key] !== after[key]);
          expect(changed.sort()).toEqual(step.sizes.map(({of}) => of).sort());
          for (const {of, from, to} of step.sizes) expect([before[of], after[of]]).toEqual([from, to]);
        }
    });

    it("go both ways in batch, and along every size", () => {
      for (const {plan, neighbours} of all) {
        const steps = neighbours.flatMap(({step: {role, sizes}}) =>
          sizes.map(({of, from, to}) => `${role} ${of} ${to > from ? "up" : "down"}`)
        );
        const expected =
          plan.mode === "agg"
            ? ["agg batch up", "agg batch down", "agg tp up"]
            : ["decode batch up", "decode batch down", "prefill workers up", "decode workers up", "decode tp up"];
        for (const step of expected) expect(steps).toContain(step);
      }
    });

    it("say which targets they miss, by how much", () => {
      for (const {neighbours} of all)
        for (const {figures, misses, choice} of neighbours) {
          if (!figures) continue;
          const strict = choice.mode === "disagg";
          const over = (["ttftMs", "tpotMs"] as const).filter((metric) =>
            strict ? figures[metric] >= targets[metric] : figures[metric] > targets[metric]
          );
          expect(misses.map(({metric}) => metric)).toEqual(over);
          for (const {metric, by} of misses)
            expect(by).toBeCloseTo(figures[metric as "ttftMs" | "tpotMs"] / targets[metric as "ttftMs"] - 1, 12);
        }
    });
  }
);

describe("a neighbour that cannot run", () => {
  const obstacles = (problem: SearchProblem, asked = targets) => {
    const {evaluation, plans} = bestPlans(problem, asked);
    return plans.flatMap((plan: Plan) => explainPlan(evaluation, plan).neighbours.map(({obstacle}) => obstacle));
  };

  it("says that it does not fit in memory", () => {
    const system = {...literalSystem, memoryCapacityBytes: 24 * 2 ** 30};
    const found = obstacles(problemOn({system}), {ttftMs: 1e5, tpotMs: 1e4});
    expect(found.map((each) => each?.reason)).toContain("memory");
    expect(found.map((each) => each?.reason)).toContain("kvCache");
  });

  it("says that there are too few GPUs", () =>
    expect(obstacles(problemOn({}, {totalGpus: 8}))).toContainEqual(
      expect.objectContaining({
        reason: "gpus",
        message: expect.stringMatching(/^takes \d+ GPUs; there are 8$/) as string
      })
    ));

  it("says that sizes do not go together", () =>
    expect(obstacles(problemOn({}, {model: moe})).map((each) => each?.reason)).toContain("divisibility"));

  it("says that sglang wants equal tp", () =>
    expect(obstacles(problemOn({backend: "sglang"}))).toContainEqual(
      expect.objectContaining({reason: "divisibility", message: expect.stringContaining("equal tp") as string})
    ));

  it("never goes without a reason in words", () => {
    for (const backend of ["trtllm", "sglang", "vllm"] as const)
      for (const model of [dense, moe])
        for (const obstacle of obstacles(problemOn({backend}, {model})))
          if (obstacle) expect(obstacle.message).not.toBe("");
  });
});

describe("the pace of two pools", () => {
  it("is set by the slower one, whose load is whole", () => {
    const {evaluation, plans} = bestPlans(problemOn());
    for (const plan of plans) {
      const {pace} = explainPlan(evaluation, plan);
      if (plan.mode === "agg") expect(pace).toBeNull();
      else {
        const {setBy, prefillLoad, decodeLoad} = pace!;
        expect(setBy === "prefill" ? prefillLoad : decodeLoad).toBe(1);
        expect(Math.min(prefillLoad, decodeLoad)).toBeGreaterThan(0);
        const {prefill, requestsPerSec} = plan;
        expect(prefillLoad).toBeCloseTo(
          requestsPerSec / (0.9 * prefill!.workers * prefill!.requestsPerSecPerWorker),
          9
        );
      }
    }
  });
});

describe("an explanation", () => {
  it("is plain data: it survives JSON", () => {
    const {evaluation, plans} = bestPlans(problemOn({database: "calibrated"}, {model: moe}));
    for (const plan of plans) {
      const why = explainPlan(evaluation, plan, {targets});
      expect(JSON.parse(JSON.stringify(why))).toEqual(why);
    }
  });

  it("is refused for a plan of another problem", () => {
    const {plans} = bestPlans(problemOn());
    const other = evaluateSearch(problemOn({}, {model: moe, totalGpus: 1}));
    expect(() => explainPlan(other, plans.at(-1)!)).toThrow(/^unknown plan: /);
  });
});

describe.runIf(goldenTables(2, "plans' neighbours on measured tables"))("on measured tables", () => {
  it("neighbours have the figures of separate estimates, and operators do not beat light by much", async () => {
    const platform = await openPlatform("trtllm", "1.3.0rc10");
    const problem = {...problemOn(), platform, workload: {isl: 4000, osl: 500, prefix: 0}};
    const {evaluation, plans} = bestPlans(problem, {ttftMs: 1000, tpotMs: 20});
    for (const plan of plans) {
      const why = explainPlan(evaluation, plan);
      for (const {ops} of why.time.phases) for (const {utilisation} of ops) expect(utilisation).toBeLessThan(1.5);
      for (const {choice, figures} of why.neighbours) {
        if (!figures) continue;
        const own = estimateOf(problem, choice);
        expect(figures.ttftMs).toBeCloseTo(own.ttftMs, 8);
        expect(figures.tokensPerSecPerGpu).toBeCloseTo(own.tokensPerSecPerGpu, 8);
      }
    }
  });
});
