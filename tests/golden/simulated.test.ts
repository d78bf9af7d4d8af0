/** The shortlist of a simulated search against simulating every deployment, on recorded searches. */
import {existsSync, readFileSync} from "node:fs";
import {describe, expect, it} from "vitest";
import {evaluateSearch, findModel} from "../../engine/index.js";
import type {Backend, ModeResult, Plan, Targets} from "../../engine/index.js";
import {simulatedAnswer, simulatedAnswerSteps} from "../../engine/search/simulated.js";
import {recordedSearches} from "../accuracy/pruning.js";
import {goldenTables, openPlatform} from "./open.js";

/** Those on the tables at hand that take least. */
const names = ["readme_qwen32fp8_h200_trt", "llama70b_h200_trt"];

interface Recorded {
  name: string;
  model: string;
  backend: Backend;
  version: string;
  totalGpus: number;
  isl: number;
  osl: number;
  prefix: number;
  ttftMs: number;
  tpotMs: number;
}

const there = goldenTables(names.length, "simulated searches") && existsSync(recordedSearches);
const searches: Recorded[] = there
  ? readFileSync(recordedSearches, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).input)
      .filter(({name}) => names.includes(name))
  : [];

const figures = ({tokensPerSecPerUser, tokensPerSecPerGpuCluster}: Plan) => [
  tokensPerSecPerUser,
  tokensPerSecPerGpuCluster
];

/** Whether some plan of a front is as good as this one in both figures, but for a share. */
function isReached(plan: Plan, front: readonly Plan[], share: number): boolean {
  const [speed, rate] = figures(plan);
  return front.some((other) => {
    const [otherSpeed, otherRate] = figures(other);
    return otherSpeed * (1 + share) >= speed && otherRate * (1 + share) >= rate;
  });
}

describe.runIf(there)("a simulated search", {timeout: 240_000}, () => {
  it("finds all that were asked for", () => expect(searches.map(({name}) => name).sort()).toEqual([...names].sort()));

  it.each(searches)("of $name has the front of simulating everything, with less than half of it", async (recorded) => {
    const {model, backend, version, totalGpus, isl, osl, prefix, ttftMs, tpotMs} = recorded;
    const platform = {...(await openPlatform(backend, version)), interpolation: "shared"} as const;
    const evaluation = evaluateSearch({model: findModel(model), platform, totalGpus, workload: {isl, osl, prefix}});
    const targets: Targets = {ttftMs, tpotMs};
    const all = simulatedAnswer(evaluation, targets, {exhaustive: true});
    const steps = simulatedAnswerSteps(evaluation, targets);
    let count = 0;
    let step = steps.next();
    for (; !step.done; step = steps.next()) ++count;
    const modes = (["agg", "disagg"] as const).map((mode) => [all[mode], step.value[mode]] as [ModeResult, ModeResult]);
    for (const [whole, short] of modes) {
      expect(short.front.map(figures)).toEqual(whole.front.map(figures));
      expect(short.best[0] && figures(short.best[0])).toEqual(whole.best[0] && figures(whole.best[0]));
    }
    const simulated = modes.reduce((sum, [{cloud}]) => sum + cloud.ttftMs.length, 0);
    expect(count).toBeLessThan(simulated / 2);

    const tolerance = 0.02;
    const near = simulatedAnswer(evaluation, targets, {tolerance});
    for (const mode of ["agg", "disagg"] as const)
      for (const plan of all[mode]!.front) expect(isReached(plan, near[mode]!.front, tolerance)).toBe(true);
  });
});
