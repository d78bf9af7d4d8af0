/** How far a KV cache may grow, against the estimate's own word on what fits. */
import {describe, expect, it} from "vitest";
import {estimate, findModel} from "../../../engine/index.js";
import type {Backend, EstimateMode, EstimateProblem, Parallel} from "../../../engine/index.js";
import {memoryRooms} from "../../../engine/explain/room.js";
import {literalPlatform} from "../literal-tables.js";

const sizes = (given: Partial<Parallel> = {}): Parallel => ({tp: 1, pp: 1, dp: 1, moeTp: 1, moeEp: 1, cp: 1, ...given});
const problem = (mode: EstimateMode, more: Partial<EstimateProblem> = {}, backend: Backend = "trtllm") => ({
  mode,
  model: findModel("Qwen/Qwen3-32B-FP8"),
  platform: literalPlatform([], {backend, database: "sol"}),
  parallel: sizes(),
  batch: 8,
  workload: {isl: 2000, osl: 200, prefix: 0},
  ...more
});

describe("room", () => {
  it.each(["static", "static_ctx", "static_gen", "agg"] as const)(
    "of %s ends where the estimate says it does",
    (mode) => {
      for (const backend of ["trtllm", "sglang", "vllm"] as const) {
        const asked = problem(mode, {freeMemoryFraction: 0.9}, backend);
        const [{largestBatch, memoryGiB, fits}] = memoryRooms(asked);
        expect(estimate({...asked, batch: largestBatch}).fits).toBe(true);
        expect(estimate({...asked, batch: largestBatch + 1}).fits).toBe(false);
        expect(memoryGiB).toEqual(estimate(asked).memoryGiB);
        expect(fits).toBe(true);
      }
    }
  );

  it("is the same seen from a batch that does not fit", () => {
    const [within] = memoryRooms(problem("agg"));
    const [beyond] = memoryRooms(problem("agg", {batch: 4 * within.largestBatch}));
    expect(beyond).toMatchObject({fits: false, largestBatch: within.largestBatch});
  });

  it("is none where the weights do not fit", () => {
    const asked = problem("static", {model: findModel("deepseek-ai/DeepSeek-V3")});
    expect(memoryRooms(asked)).toMatchObject([{fits: false, largestBatch: 0, kvLimitGiB: 0, limit: "memory"}]);
  });

  it("is a share of what is free on TensorRT-LLM's aggregated workers alone", () => {
    const [{capacityGiB, memoryGiB, kvLimitGiB, limit}] = memoryRooms(problem("agg", {freeMemoryFraction: 0.9}));
    const free = capacityGiB - memoryGiB.total + memoryGiB.kvCache;
    expect(kvLimitGiB).toBeCloseTo(free * 0.9 * 0.985 * 0.98, 9);
    expect(limit).toBe("kvCache");
    const [others] = memoryRooms(problem("agg", {freeMemoryFraction: 0.9}, "vllm"));
    expect(others.kvLimitGiB + others.memoryGiB.total - others.memoryGiB.kvCache).toBeCloseTo(others.capacityGiB, 9);
    expect(others.limit).toBe("memory");
  });

  it("is told of both pools, which keep sequences of other lengths", () => {
    const pool = {parallel: sizes({tp: 2}), batch: 4, workers: 1};
    const rooms = memoryRooms(problem("disagg", {prefill: pool, decode: pool}));
    expect(rooms.map(({role, seqTokens}) => [role, seqTokens])).toEqual([
      ["prefill", 2001],
      ["decode", 2200]
    ]);
    for (const {role, largestBatch} of rooms) {
      const at = (batch: number) =>
        estimate(problem("disagg", {prefill: pool, decode: pool, [role]: {...pool, batch}}));
      expect([at(largestBatch).fits, at(largestBatch + 1).fits]).toEqual([true, false]);
    }
  });
});
