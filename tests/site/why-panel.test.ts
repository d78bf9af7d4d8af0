import {expect, test} from "vitest";
import {signedPercent} from "../../src/components/format.js";
import {farthestMiss, penaltyAt, ruinousMiss} from "../../src/components/miss-words.js";
import {defaults} from "../../src/components/question.js";
import {changeWords, choiceWords, otherChoice, valueWords} from "../../src/components/sensitivity-words.js";
import {limitSentence, requestParts} from "../../src/components/why-panel.js";
import type {Plan} from "../../engine/result.js";
import type {SensitivityOutcome} from "../../engine/sensitivity/sensitivity.js";

const latency = (limits: [string, number][]) =>
  ({limits: limits.map(([of, ms]) => ({of, ms, share: 0})), groups: [], limit: null, totalMs: 0}) as never;

test("a request is its first token and the rest of them, most of the time first", () => {
  const parts = requestParts({phases: [], ttft: latency([["compute", 100]]), tpot: latency([["bandwidth", 3]])}, 101);
  expect(parts).toEqual([
    {of: "bandwidth", ms: 300, share: 0.75},
    {of: "compute", ms: 100, share: 0.25}
  ]);
  expect(limitSentence(parts)).toMatch(/^Most of a request’s time \(75 %\) goes into .*; 25 % into computing\.$/);
  expect(limitSentence([])).toBe("Nothing takes time.");
});

test("a penalty of 1 leaves no score: at the violation that is said to be ruinous", () => {
  for (const question of [defaults, {...defaults, weight: 0.3}, {...defaults, weight: 5, steepness: 0.4}])
    expect(penaltyAt(ruinousMiss(question), question, "continuous")).toBeCloseTo(1, 9);
  expect(ruinousMiss({...defaults, penalty: "jump"})).toBe(0);
  expect(ruinousMiss({...defaults, penalty: "jump", weight: 0.5})).toBeCloseTo(0.1 * Math.log(2), 12);
});

test("a plan's farthest miss is of its soft targets alone", () => {
  const plan = {ttftMs: 330, tpotMs: 20, figures: {}} as Plan;
  expect(farthestMiss(plan, {...defaults, soft: "ttft"})).toEqual({by: expect.closeTo(0.1, 9), name: "TTFT"});
  expect(farthestMiss(plan, {...defaults, soft: "ttft,tpot"})).toEqual({by: 1, name: "TPOT"});
  expect(farthestMiss(plan, defaults).by).toBe(0);
});

const parallel = {tp: 4, pp: 1, dp: 1, moeTp: 1, moeEp: 1, cp: 1};
const choice = {mode: "agg", parallel, batch: 16, ctxTokens: 4000} as const;
const outcome = {
  answer: {choice},
  change: {tokensPerSecPerGpuCluster: -0.041},
  choiceChanged: true
} as SensitivityOutcome;

test("outcomes say the change, the other choice, and what the old one gives", () => {
  expect(changeWords(outcome)).toBe("−4.1 %");
  expect(changeWords({...outcome, change: null, answer: null})).toBe("no plan");
  expect(choiceWords(choice)).toBe("TP4, batch 16");
  const kept = {figures: null, change: null, ofBest: 0.98, obstacle: null, misses: []};
  expect(otherChoice({...outcome, kept})).toBe("TP4, batch 16; the old one gives 98 % of it");
  expect(otherChoice({...outcome, choiceChanged: false, kept})).toBe("");
});

test("inputs are shown in the units that people say", () => {
  expect(valueWords(4.8e12, "bytes/s")).toBe("4,800 GB/s");
  expect(valueWords(141 * 2 ** 30, "bytes")).toBe("141 GiB");
  expect(valueWords(0.85, "share")).toBe("85 %");
  expect([signedPercent(0.0004), signedPercent(0.031), signedPercent(-0.12)]).toEqual(["0 %", "+3.1 %", "−12 %"]);
});
