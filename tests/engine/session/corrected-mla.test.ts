/** Latent attention in mixed steps: as the reference has it, and per request. Method.md §10, quirk 4. */
import {describe, expect, it} from "vitest";
import {findModel} from "../../../engine/index.js";
import type {BoundOp} from "../../../engine/ops/kernel.js";
import {AggregatedSession} from "../../../engine/session/aggregated.js";
import {aggregatedPhases} from "../../../engine/session/detail.js";
import {makeWorker} from "../../../engine/session/worker.js";
import {literalPlatform} from "../literal-tables.js";

const workload = {isl: 1000, osl: 100, prefix: 0};
const parallel = {tp: 8, pp: 1, dp: 1, moeTp: 1, moeEp: 8, cp: 1};
const [ctxTokens, decodes] = [2000, 6];

function session(id: string, correctedMla = false) {
  const platform = literalPlatform([], {backend: "trtllm", database: "sol"});
  return new AggregatedSession(makeWorker(findModel(id), platform, parallel, {role: "agg", correctedMla}), workload);
}
const sum = (ops: BoundOp[], ...at: [number, number, number, number]) =>
  ops.reduce((ms, {latency}) => ms + latency(...at), 0);

describe("mixed steps of DeepSeek-V3", () => {
  const of = session("deepseek-ai/DeepSeek-V3");
  const corrected = session("deepseek-ai/DeepSeek-V3", true);
  const isBlock = ({op}: BoundOp) => op.name === "mla_block";
  const seq = ctxTokens + decodes;

  it("count the block once over all tokens, and no decode attention, as the reference does", () => {
    expect(of.mixedStep(ctxTokens, decodes).ms).toBeCloseTo(sum(of.worker.prefill, seq, 1, seq, 0), 12);
  });

  it("count it per prompt and per decoding request when corrected", () => {
    const {prefill, decode} = corrected.worker;
    const others = prefill.filter((op) => !isBlock(op));
    const ms =
      sum(others, seq, 1, seq, 0) +
      sum(prefill.filter(isBlock), 2000, 2, 1000, 0) +
      sum(decode.filter(isBlock), decodes, decodes, 1051, 0);
    expect(corrected.mixedStep(ctxTokens, decodes).ms).toBeCloseTo(ms, 12);
    expect(corrected.decodeStep(8).ms).toBe(of.decodeStep(8).ms);
  });

  it("show what they count", () => {
    const names = (of: AggregatedSession) => aggregatedPhases(of, 8, ctxTokens)[0].ops.map(({name}) => name);
    expect(names(of)).toContain("mla_block");
    expect(names(corrected)).toEqual(expect.arrayContaining(["mla_block (prefill)", "mla_block (decode)"]));
    expect(names(corrected)).not.toContain("mla_block");
  });
});

describe("mixed steps of sparse attention", () => {
  it.each(["deepseek-ai/DeepSeek-V3.2", "MiniMaxAI/MiniMax-M3", "sgl-project/DeepSeek-V4-Flash-FP8"])(
    "of %s count it per request, corrected or not",
    (id) => {
      const of = session(id);
      const {prefill, decode} = of.worker;
      const isAttention = ({op}: BoundOp) => op.name === "attention";
      const seq = ctxTokens + decodes;
      const ms =
        sum(
          prefill.filter((op) => !isAttention(op)),
          seq,
          1,
          seq,
          0
        ) +
        sum(prefill.filter(isAttention), 2000, 2, 1000, 0) +
        sum(decode.filter(isAttention), decodes, decodes, 1051, 0);
      expect(of.mixedStep(ctxTokens, decodes).ms).toBeCloseTo(ms, 12);
      expect(session(id, true).mixedStep(ctxTokens, decodes).ms).toBe(of.mixedStep(ctxTokens, decodes).ms);
    }
  );
});
