import {expect, test} from "vitest";
import {
  agreedTargets,
  askedTargets,
  missingFor,
  questionPreferences,
  questionTargets,
  ranked
} from "../../src/components/preference.js";
import {defaults} from "../../src/components/question.js";
import type {Question} from "../../src/components/question.js";
import {offerPart} from "../../src/components/relaxation.js";
import {askedWords} from "../../src/components/target-panel.js";

const asking = (part: Partial<Question>): Question => agreedTargets({...defaults, ...part});

test("the default question asks for nothing but its latencies", () => {
  expect(questionTargets(defaults)).toEqual({ttftMs: 300, tpotMs: 10});
  expect(questionPreferences(defaults)).toEqual({});
});

test("a soft target is a goal with the question's weight, and limits nothing", () => {
  const question = asking({soft: "tpot", weight: 2, steepness: 0.2});
  expect(questionTargets(question)).toEqual({ttftMs: 300, tpotMs: Infinity});
  expect(questionPreferences(question)).toEqual({
    objective: "score",
    goals: [{metric: "tpotMs", threshold: 10, hard: false, weight: 2}],
    steepness: 0.2,
    penaltyShape: "continuous"
  });
});

test("a request latency stands in place of the others, or besides them as a goal", () => {
  expect(questionTargets(asking({requestLatencyMs: 5000}))).toMatchObject({requestLatencyMs: 5000});
  const besides = asking({requestLatencyMs: 5000, besides: true});
  expect(questionTargets(besides)).toEqual({ttftMs: 300, tpotMs: 10});
  expect(questionPreferences(besides).goals).toEqual([{metric: "requestLatencyMs", threshold: 5000, hard: true}]);
  expect(asking({besides: true}).besides).toBe(false);
});

test("power is asked in kW and searched in W, cost only with a price of every system", () => {
  expect(questionPreferences(asking({powerKw: 20, costPerMillion: 2}))).toEqual({
    goals: [{metric: "powerWatts", threshold: 20_000, hard: true}]
  });
  const priced = questionPreferences(asking({costPerMillion: 2, gpuHourPrice: 4, decodeSystem: "l40s"}));
  expect(priced.gpuHourPrices).toEqual({h200_sxm: 4, l40s: 4});
  expect(priced.goals).toEqual([{metric: "costPerMillionTokens", threshold: 2, hard: true}]);
});

test("an objective that lacks its price or load says so, and throughput ranks meanwhile", () => {
  for (const objective of ["cost", "gpus"] as const) {
    const question = asking({objective});
    expect(missingFor(question)).toMatch(/^Give /);
    expect(questionPreferences(question)).toEqual({});
  }
  expect(questionPreferences(asking({objective: "gpus", requestsPerSec: 9}))).toEqual({
    objective: "gpus",
    load: {requestsPerSec: 9, maxGpus: 32}
  });
});

test("the score is of soft targets: one asks for the other, and goes with it", () => {
  expect(asking({objective: "score"}).soft).toBe("ttft,tpot");
  expect(asking({objective: "score", requestLatencyMs: 5000}).soft).toBe("latency");
  expect(asking({soft: "ttft"}).objective).toBe("score");
  expect(asking({soft: "power"})).toMatchObject({soft: "", objective: "throughput"});
  expect(ranked(asking({soft: "ttft"}), "knee")).toEqual({objective: "knee", soft: ""});
  expect(ranked(defaults, "score")).toEqual({objective: "score", soft: "ttft,tpot"});
  expect(askedTargets(asking({soft: "ttft"})).map(({name, soft}) => [name, soft])).toEqual([
    ["ttft", true],
    ["tpot", false]
  ]);
});

test("a relaxation becomes fields of the question, in their units and within their limits", () => {
  const limits = [
    {metric: "ttftMs", threshold: 342.1},
    {metric: "powerWatts", threshold: 22_400},
    {metric: "tpotMs", threshold: 5000}
  ] as const;
  expect(offerPart({limits: [...limits], admits: 18})).toEqual({ttftMs: 342.1, powerKw: 22.4, tpotMs: 1000});
});

test("the folded section says what it holds", () => {
  expect(askedWords(defaults)).toBe("objective, power, cost, load, soft targets");
  expect(askedWords(asking({soft: "ttft,tpot", powerKw: 20, strict: true}))).toBe(
    "highest score: TTFT and TPOT may be missed; power ≤ 20 kW; nothing is offered that misses them"
  );
});
