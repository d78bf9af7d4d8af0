/** The sentences, on results that need no table. */
import {describe, expect, it} from "vitest";
import {evaluateSearch, explainMisses, explainPlan, explainResources, sensitivity} from "../../../engine/index.js";
import {
  jointWords,
  latencyWords,
  memoryWords,
  missesWords,
  neighbourWords,
  outcomeWords,
  paceWords,
  phaseWords,
  relaxationWords,
  resourceWords,
  thresholdWords
} from "../../../src/why-words.js";
import {literalSystem} from "../literal-tables.js";
import {bestPlans, problemOn, targets} from "./problems.js";

/** Nothing that a person would not write. */
const written = (sentence: string) => expect(sentence).not.toMatch(/undefined|null|NaN|Infinity|\[object|\d{6}/);

describe("thresholds in words", () => {
  it("are rounded to the side that still admits", () => {
    expect(thresholdWords("ttftMs", 341.2001)).toBe("TTFT ≤ 341.3 ms");
    expect(thresholdWords("tokensPerSecPerGpu", 582.97)).toBe("throughput per GPU ≥ 582.9 tokens/s/GPU");
    expect(thresholdWords("tpotMs", 10)).toBe("TPOT ≤ 10 ms");
  });
});

describe("an empty result", () => {
  const evaluation = evaluateSearch(problemOn());

  it("says which single limit to relax, to what, and what that gives", () => {
    const why = explainMisses(evaluation, {ttftMs: 10, tpotMs: 30});
    const [none, relax, limit] = missesWords(why);
    expect(none).toBe("None of 1,898 candidates keeps every limit.");
    expect(relax).toBe(relaxationWords(why.relaxations[0]));
    expect(relax).toMatch(/^TTFT ≤ [\d.]+ ms would admit \d+ candidates?, up to [\d.]+ tokens\/s\/GPU \(.+\)/);
    expect(limit).toMatch(/^1,898 candidates miss TTFT ≤ 10 ms, [\d,]+ of them nothing else; the nearest of those by /);
  });

  it("says which limits together, where one does not suffice", () => {
    const {together} = explainMisses(evaluation, {ttftMs: 10, tpotMs: 0.3});
    expect(jointWords(together!)).toMatch(
      /^No single limit is to blame: TTFT ≤ .+ and TPOT ≤ .+ together would admit /
    );
  });

  it("says what more memory and more GPUs would admit, and that nothing fits now", () => {
    const system = {...literalSystem, memoryCapacityBytes: 14 * 2 ** 30};
    const small = evaluateSearch(problemOn({system}, {totalGpus: 1}));
    const loose = {ttftMs: 1e5, tpotMs: 1e3};
    expect(missesWords(explainMisses(small, loose))[0]).toBe("Nothing fits and has perf data.");
    const sentences = explainResources(small, loose).map(resourceWords);
    expect(sentences[0]).toMatch(/^[\d.]+ GiB more memory per GPU would admit \d+ more candidates?, up to /);
    expect(sentences.at(-1)).toMatch(/^4 GPUs instead of 1 would admit \d+ more candidates, up to /);
  });
});

describe("a plan", () => {
  it("tells of its time, memory, pace and neighbours in whole words", () => {
    const {evaluation, plans} = bestPlans(problemOn({database: "calibrated"}));
    for (const plan of plans) {
      const {time, memory, pace, neighbours} = explainPlan(evaluation, plan, {targets});
      const sentences = [
        latencyWords("TTFT", time.ttft),
        latencyWords("TPOT", time.tpot),
        ...time.phases.map(phaseWords),
        ...memory.map(memoryWords),
        ...(pace ? [paceWords(pace)] : []),
        ...neighbours.map(neighbourWords)
      ];
      sentences.forEach(written);
      expect(sentences[0]).toMatch(/^TTFT [\d,.]+ ms: (queueing|GEMM) \d+ %, /);
      expect(sentences.some((each) => / → /.test(each))).toBe(true);
    }
  });
});

describe("sensitivity", () => {
  it("says what changes, and what becomes of the plan before", () => {
    const {rows} = sensitivity(problemOn({}, {totalGpus: 8}), targets);
    const sentences = rows.flatMap((row) => [row.down!, row.up!].map((outcome) => outcomeWords(row, outcome)));
    sentences.forEach(written);
    expect(sentences).toContainEqual(expect.stringMatching(/^memory bandwidth, 10 % less: −[\d.]+ % tokens\/s\/GPU, /));
    expect(sentences).toContainEqual(expect.stringMatching(/: 0 % tokens\/s\/GPU, the same choice$/));
    expect(sentences).toContainEqual(expect.stringMatching(/another choice; the unchanged plan (gives|misses) /));
  });
});
