/** Sessions of models whose layers keep a state: method.md §9 and §10. */
import {describe, expect, it} from "vitest";
import {estimate, findModel} from "../../../engine/index.js";
import {AggregatedSession} from "../../../engine/session/aggregated.js";
import {makeWorker} from "../../../engine/session/worker.js";
import {defaultCandidates} from "../../../engine/search/enumerate.js";
import {literalPlatform} from "../literal-tables.js";

const model = findModel("Qwen/Qwen3.5-27B");
const platform = literalPlatform([], {database: "sol"});
const parallel = {tp: 1, pp: 1, dp: 1, moeTp: 1, moeEp: 1, cp: 1};

describe("a mixed step", () => {
  it("runs prefill's linear attention over all its tokens as one sequence, and none for decoding requests", () => {
    const worker = makeWorker(model, platform, parallel, {role: "agg"});
    const session = new AggregatedSession(worker, {isl: 1000, osl: 100, prefix: 0});
    const cost = (kind: string, batch: number, seq: number) =>
      worker.prefill
        .filter(({op}) => op.kind === kind)
        .reduce((sum, bound) => sum + bound.latency(batch * seq, batch, seq, 0), 0);
    const rest = (seq: number) =>
      worker.prefill
        .filter(({op}) => op.kind !== "prefill_attention")
        .reduce((sum, bound) => sum + bound.latency(seq, 1, seq, 0), 0);
    const decode = worker.decode.filter(({op}) => op.kind === "decode_attention");
    const decodeMs = decode.reduce((sum, bound) => sum + bound.latency(7, 7, 1000 + 50 + 1, 0), 0);
    // 2000 prompt tokens are two prompts; seven requests decode beside them.
    const expected = rest(2007) + cost("prefill_attention", 2, 1000) + decodeMs;
    expect(session.mixedStep(2000, 7).ms).toBeCloseTo(expected, 9);
    expect(cost("gdn", 1, 2007)).toBeGreaterThan(0);
  });
});

describe("a decode step of linear attention", () => {
  it("takes as long at any length", () => {
    const {decode} = makeWorker(model, platform, parallel, {role: "decode"});
    const gdn = decode.filter(({op}) => op.kind === "gdn");
    expect(gdn).toHaveLength(2);
    for (const bound of gdn) {
      expect(bound.growsWithSeq).toBe(false);
      expect(bound.latency(8, 8, 100, 0)).toBe(bound.latency(8, 8, 100_000, 0));
    }
  });
});

describe("parallelism", () => {
  it("splits no prompt whose layers keep a state over GPUs", () => {
    const sglang = {...platform, backend: "sglang"} as const;
    expect(defaultCandidates(model, sglang, "prefill").cp).toEqual([1]);
    expect(defaultCandidates(findModel("google/gemma-4-26B-A4B"), sglang, "prefill").cp).toEqual([1, 2, 4, 8]);
    const problem = {
      mode: "static",
      model,
      platform: sglang,
      batch: 1,
      workload: {isl: 100, osl: 2, prefix: 0}
    } as const;
    expect(() => estimate({...problem, parallel: {...parallel, cp: 2}})).toThrow(
      "invalid cp: 2; Qwen/Qwen3.5-27B cannot split a prompt over GPUs, use 1"
    );
  });
});
