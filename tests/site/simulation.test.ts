import {describe, expect, it} from "vitest";
import {backends} from "../../engine/schema.js";
import {schedulerPolicies, vllmSynchronous} from "../../engine/simulate/policy.js";
import {defaults} from "../../src/components/question.js";
import {evaluated} from "../../src/components/formula.js";
import {
  exampleRequests,
  formatExample,
  parseExample,
  plainExample,
  runExample,
  tokensBefore
} from "../../src/components/simulation-example.js";
import {stepFormula} from "../../src/components/simulation-step.js";
import {
  exampleFigures,
  exampleSentence,
  listed,
  ruleWords,
  stepSentence
} from "../../src/components/simulation-words.js";
import {constants, curves} from "../engine/simulate/made-up-engine.js";

const costs = {curves, constants: {...constants, decodeScale: 0.9, decodeAttentionScale: 1.3, prefillScale: 1.2}};
const runs = backends.map((rules) => ({rules, run: runExample({...plainExample, rules}, costs)}));

describe("the example of a simulation", () => {
  it.each(runs)("by the rules of $rules: every formula comes to what the step took", ({run}) => {
    run.steps.forEach(({startMs, endMs}, at) => {
      const formula = stepFormula(run, at, costs);
      expect(evaluated(formula), `step ${at + 1}`).toBeCloseTo(endMs - startMs, 6);
      expect(formula.value).toBe(endMs - startMs);
    });
  });

  it("differs by rules: SGLang keeps others waiting, TensorRT-LLM never puts back", () => {
    const [vllm, sglang, trtllm] = (["vllm", "sglang", "trtllm"] as const).map((rules) =>
      exampleFigures(runs.find((each) => each.rules === rules)!.run)
    );
    expect(sglang.longestGapMs).toBeGreaterThan(vllm.longestGapMs);
    expect(trtllm.putBack).toBe(0);
    expect(
      new Set([vllm, sglang, trtllm].map(({spanMs, meanTtftMs}) => `${Math.round(spanMs)} ${Math.round(meanTtftMs)}`))
        .size
    ).toBe(3);
  });

  it("is told in a sentence with its figures", () => {
    const {run} = runs[0];
    const words = exampleSentence("TensorRT-LLM", exampleFigures(run));
    expect(words).toMatch(
      /^By the rules of TensorRT-LLM, six requests take [\d,]+ ms in \d+ steps\. The first token comes after/
    );
    expect(stepSentence(run, 0, 5000)).toMatch(
      /^Step 1 of \d+, [\d.]+ ms from [\d.]+ ms on: it computes .* of A\..*KV cache: [\d,]+ of 5,000 tokens\.$/
    );
  });

  it("names requests", () => {
    expect([listed([0]), listed([0, 2]), listed([1, 3, 5])]).toEqual(["A", "A and C", "B, D and F"]);
  });

  it("has one spelling in the address", () => {
    const example = {question: defaults, ...plainExample, rules: "sglang" as const, seats: 3, kvTokens: 16000, step: 7};
    expect(parseExample(formatExample(example))).toEqual(example);
    expect(parseExample("?rules=tgi&seats=99&step=-2")).toMatchObject(plainExample);
  });

  it("fits: no request is larger than the least KV cache on offer", () => {
    for (const {inputTokens, outputTokens} of exampleRequests)
      expect(inputTokens + outputTokens + 32).toBeLessThan(3000);
  });
});

describe("an example with hardly any memory", () => {
  const run = runExample({...plainExample, rules: "vllm", kvTokens: 3830}, costs);

  it("puts requests back, and its formulas still come to what steps took", () => {
    expect(exampleFigures(run).putBack).toBeGreaterThan(0);
    run.steps.forEach(({startMs, endMs}, at) =>
      expect(evaluated(stepFormula(run, at, costs)), `step ${at + 1}`).toBeCloseTo(endMs - startMs, 6)
    );
  });

  it("still gives every request all its tokens", () => {
    exampleRequests.forEach(({outputTokens}, request) =>
      expect(tokensBefore(run, run.steps.length, request)).toBe(outputTokens)
    );
  });
});

describe("rules in words", () => {
  it.each([...Object.values(schedulerPolicies), vllmSynchronous])(
    "say something of every rule of $describes",
    (policy) => {
      for (const {name, of} of ruleWords) expect(of(policy), name).toMatch(/^[a-z\d].{1,}$/);
    }
  );

  it("tell engines apart where their records do", () => {
    const {vllm, sglang, trtllm} = schedulerPolicies;
    const words = (policy: typeof vllm) => ruleWords.map(({of}) => of(policy));
    expect(words(vllm)).not.toEqual(words(vllmSynchronous));
    expect(words(sglang)[0]).toBe("prompts alone while any can start; decodes stand still");
    expect(words(trtllm)[2]).toBe("its prompt and its whole answer fit");
    expect(words(trtllm)[3]).toBe("it cannot: whole answers are reserved");
  });
});
