import {describe, expect, it} from "vitest";
import {schedulerPolicies} from "../../../engine/simulate/policy.js";
import {simulate} from "../../../engine/simulate/simulate.js";
import {simulateLogged} from "../../../engine/simulate/step-log.js";
import {backends} from "../../../engine/schema.js";
import {engine, problem} from "./made-up-engine.js";

/** Six prompts at uneven times on a worker with four seats and little memory. */
const requests = [
  {arrivalMs: 0, inputTokens: 900, outputTokens: 9},
  {arrivalMs: 4, inputTokens: 1500, outputTokens: 6},
  {arrivalMs: 60, inputTokens: 400, outputTokens: 12},
  {arrivalMs: 70, inputTokens: 700, outputTokens: 7},
  {arrivalMs: 75, inputTokens: 1100, outputTokens: 5},
  {arrivalMs: 200, inputTokens: 300, outputTokens: 8}
];

describe.each(backends)("steps of %s, one by one", (backend) => {
  const asked = problem({
    client: {kind: "trace", requests},
    engine: engine(schedulerPolicies[backend], {maxBatchedTokens: 1024, maxSequences: 4, kvTokens: 3200})
  });
  const {simulation, steps, requests: logged} = simulateLogged(asked);

  it("are those of a simulation without a log, made one by one", () => {
    const plain = simulate(asked, {jumps: false});
    expect(simulation.times).toEqual(plain.times);
    expect([steps.length, steps.filter(({chunks}) => chunks.length > 0).length]).toEqual([
      plain.steps,
      plain.prefillSteps
    ]);
  });

  it("follow each other in time and keep to the engine's limits", () => {
    steps.forEach(({startMs, endMs, chunks, decodes, idle, kvTokens}, i) => {
      expect(endMs).toBeGreaterThan(startMs);
      if (i > 0) expect(startMs).toBeGreaterThanOrEqual(steps[i - 1].endMs - 1e-6);
      const tokens = chunks.reduce((sum, {from, to}) => sum + to - from, 0);
      expect(tokens + (backend === "sglang" ? 0 : decodes.length)).toBeLessThanOrEqual(
        Math.max(1024, ...chunks.map(({from, to}) => (schedulerPolicies[backend].chunks ? 0 : to - from)))
      );
      expect(new Set([...chunks.map(({request}) => request), ...decodes, ...idle]).size).toBeLessThanOrEqual(4);
      expect(kvTokens).toBeLessThanOrEqual(3200 + 1e-6);
    });
  });

  it("compute every prompt and give every token once", () => {
    logged.forEach(({inputTokens, outputTokens, sentMs, firstMs, finishedMs}, request) => {
      const computed = steps.flatMap(({chunks}) => chunks.filter((chunk) => chunk.request === request));
      const decoded = steps.filter(({decodes}) => decodes.includes(request)).length;
      // What was put back is computed again.
      if (simulation.preemptions === 0) {
        expect(computed.reduce((sum, {from, to}) => sum + to - from, 0)).toBe(inputTokens);
        expect(decoded).toBe(outputTokens - 1);
      } else expect(decoded).toBeLessThanOrEqual(outputTokens - 1);
      expect(sentMs).toBeLessThan(firstMs);
      expect(firstMs).toBeLessThan(finishedMs);
      expect(steps.some(({endMs}) => Math.abs(endMs - finishedMs) < 1e-6)).toBe(true);
    });
  });

  it("let decodes stand still beside prompts on SGLang alone", () => {
    const still = steps.some(({chunks, idle, decodes}) => chunks.length > 0 && idle.length > 0 && decodes.length === 0);
    const together = steps.some(({chunks, decodes}) => chunks.length > 0 && decodes.length > 0);
    expect({still, together}).toEqual(
      backend === "sglang" ? {still: true, together: false} : {still: false, together: true}
    );
  });
});
