/** Parts of the aggregated model that hold whatever the operators cost. The whole point is in session.test.ts. */
import {describe, expect, it} from "vitest";
import {findModel} from "../../../engine/index.js";
import type {Backend, Parallel} from "../../../engine/index.js";
import {AggregatedSession, stepCounts} from "../../../engine/session/aggregated.js";
import {aggregatedPhases} from "../../../engine/session/detail.js";
import {makeWorker} from "../../../engine/session/worker.js";
import {literalPlatform, literalSystem} from "../literal-tables.js";

const sizes = (given: Partial<Parallel> = {}): Parallel => ({tp: 1, pp: 1, dp: 1, moeTp: 1, moeEp: 1, cp: 1, ...given});
const workload = {isl: 1000, osl: 100, prefix: 0};

function session(backend: Backend, id = "Qwen/Qwen3-8B", parallel = sizes(), nextn = 0, capacityGiB = 80) {
  const system = {...literalSystem, memoryCapacityBytes: capacityGiB * 2 ** 30};
  const platform = literalPlatform([], {backend, database: "sol", system});
  return new AggregatedSession(makeWorker(findModel(id), platform, parallel, {role: "agg", nextn}), workload);
}
const point = (of: AggregatedSession, batch: number, ctxTokens: number) =>
  of.point(batch, ctxTokens, of.memory(batch, ctxTokens));

describe("steps", () => {
  const counts = (backend: Backend, batch: number, ctxTokens: number) =>
    Object.values(stepCounts(session(backend).worker, workload, batch, ctxTokens));

  // Mixed steps, those that TPOT sees, decode steps, their batch, requests decoding in a mixed step.
  it.each([
    ["trtllm", 1, 1000, [1, 0, 99, 1, 0]],
    ["vllm", 1, 1000, [1, 0, 99, 1, 0]],
    ["trtllm", 2, 1000, [2, 1, 98, 2, 1]],
    ["trtllm", 16, 1000, [16, 13, 84, 16, 15]],
    ["sglang", 16, 1000, [16, 13, 84, 16, 15]],
    ["vllm", 16, 1000, [16, 16, 84, 16, 15]],
    ["trtllm", 16, 4000, [4, 1, 96, 16, 12]],
    ["vllm", 16, 500, [32, 32, 68, 16, 15]],
    ["trtllm", 99, 1000, [99, 96, 1, 99, 98]],
    // Prompts never run out from here on.
    ["trtllm", 100, 1000, [100, 100, 0, 0, 100]],
    ["sglang", 250, 1000, [250, 250, 0, 0, 100]],
    ["trtllm", 64, 500, [128, 128, 0, 0, 50]],
    ["vllm", 250, 1000, [250, 250, 0, 0, 249]]
  ] as [Backend, number, number, number[]][])("on %s, batch %d, %d tokens a step", (backend, batch, ctx, expected) => {
    expect(counts(backend, batch, ctx)).toEqual(expected);
  });
});

describe("memory", () => {
  it("tells what does not fit: all of it, or on TensorRT-LLM the KV cache in its share", () => {
    const misfit = (backend: Backend, capacityGiB: number, freeFraction: number) => {
      const own = session(backend, "Qwen/Qwen3-8B", sizes(), 0, capacityGiB);
      return own.misfit(own.memory(64, 1000), freeFraction);
    };
    expect(misfit("trtllm", 80, 0.9)).toBeUndefined();
    expect(misfit("trtllm", 80, 0.1)).toBe("kvCache");
    expect(misfit("trtllm", 20, 0.9)).toBe("memory");
    expect(misfit("vllm", 80, 0.1)).toBeUndefined();
    expect(misfit("sglang", 20, 1)).toBe("memory");
  });
});

describe("a point", () => {
  it("on vllm serves no more than its batch in a request's time", () => {
    const served = (["vllm", "sglang"] as const).map((backend) => {
      const {requestsPerSec, requestLatencyMs, batch} = point(session(backend), 32, 1000);
      return (requestsPerSec * requestLatencyMs) / 1000 / batch;
    });
    expect(served[0]).toBeLessThanOrEqual(1 + 1e-12);
    expect(served[1]).toBeGreaterThan(0);
  });

  it("waits longer for its first token the fuller the batch, up to four times a prefill", () => {
    const own = session("trtllm");
    const waits = [1, 4, 16, 64].map((batch) => {
      const {ttftMs, mixedStepMs} = point(own, batch, 1000);
      return ttftMs / mixedStepMs;
    });
    expect(waits).toEqual([2 - 2 / 20, 2 + 1 / 20, 2 + 13 / 20, 4].map((wait) => expect.closeTo(wait, 9) as number));
  });

  it("prefills in pieces when a step holds less than a prompt", () => {
    const {ttftMs, mixedStepMs} = point(session("trtllm"), 4, 300);
    // 4 pieces each; ⌈4000 / 300⌉ = 14 mixed steps.
    expect(ttftMs).toBeCloseTo(mixedStepMs * 4 * (2 + 11 / 20), 9);
  });

  it("is the same whatever was asked before it", () => {
    const warm = session("trtllm");
    for (const batch of [1, 8, 64]) point(warm, batch, 2000);
    expect(point(warm, 8, 1000)).toEqual(point(session("trtllm"), 8, 1000));
  });

  it.each(["trtllm", "vllm", "sglang"] as const)("on %s has phases that add up, drafts and latent blocks too", (on) => {
    const own = session(on, "deepseek-ai/DeepSeek-V3", sizes({tp: 8, moeEp: 8}), 1);
    const {mixedStepMs, decodeStepMs} = point(own, 8, 1000);
    const [mixed, step] = aggregatedPhases(own, 8, 1000);
    expect(mixed.totalMs).toBeCloseTo(mixedStepMs, 9);
    expect(step.totalMs).toBeCloseTo(decodeStepMs, 9);
  });
});
