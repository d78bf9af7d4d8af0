import {describe, expect, it} from "vitest";
import {answerSentence, rejections, reportText} from "../../src/cli/report.js";
import {deploymentWords, parallelWords} from "../../src/words.js";
import {aggPlan, disaggPlan, modeResult, plan, sizes, worker} from "./helpers.js";

const targets = {ttftMs: 300, tpotMs: 10};

describe("parallelWords", () => {
  it.each([
    [{}, "TP1"],
    [{tp: 4}, "TP4"],
    [{tp: 2, pp: 2}, "TP2 PP2"],
    [{dp: 8, moeEp: 8}, "DP8 EP8"],
    [{tp: 4, moeTp: 2, moeEp: 2}, "TP4 MoE-TP2 EP2"],
    [{tp: 2, cp: 4}, "TP2 CP4"]
  ])("%j is %s", (given, words) => {
    expect(parallelWords(sizes(given))).toBe(words);
  });
});

describe("deploymentWords", () => {
  it("counts replicas of an aggregated worker", () => {
    expect(deploymentWords(aggPlan, 32)).toBe("32 GPUs = 8 replicas of TP4");
  });
  it("counts the workers of a disaggregated replica", () => {
    expect(deploymentWords(disaggPlan, 32)).toBe("32 GPUs = 1 replica of 5 prefill (TP4) + 3 decode (TP4)");
  });
  it("says how many GPUs are used when some stay idle", () => {
    expect(deploymentWords({...disaggPlan, gpusUsed: 32}, 36)).toMatch(/^32 of 36 GPUs = 1 replica of /);
  });
});

describe("answerSentence", () => {
  const agg = modeResult("agg", [aggPlan]);
  const disagg = modeResult("disagg", [disaggPlan]);

  it("names the better mode and what the other gives", () => {
    expect(
      answerSentence({result: {agg, disagg, doubts: [], chosen: "disagg"}, targets, totalGpus: 32})
    ).toMatchInlineSnapshot(
      `"Serve disaggregated: 586.8 tokens/s/GPU at TTFT 215.7 ms and TPOT 9.16 ms (32 GPUs = 1 replica of 5 prefill (TP4) + 3 decode (TP4)); aggregated gives 70 % of that."`
    );
  });
  it("says so when nothing meets the targets, and what is nearest", () => {
    const nearest = plan({agg: worker({tp: 8}, 1, 4000), gpus: 8, replicas: 4});
    const near = modeResult("agg", [], {meetsTargets: false, nearest});
    expect(
      answerSentence({result: {agg: near, disagg: null, doubts: [], chosen: null}, targets, totalGpus: 32})
    ).toMatchInlineSnapshot(
      `"Nothing meets TTFT ≤ 300 ms and TPOT ≤ 10 ms; the nearest is aggregated with TTFT 292.5 ms, TPOT 9.04 ms and request latency 4,805 ms (32 GPUs = 4 replicas of TP8)."`
    );
  });
  it("says so when nothing runs at all", () => {
    expect(
      answerSentence({
        result: {agg: modeResult("agg", []), disagg: null, doubts: [], chosen: null},
        targets,
        totalGpus: 1
      })
    ).toMatch(/^Nothing serves/);
  });
});

it("rejections are counted per reason, largest first, with an example where nothing is left", () => {
  const none = modeResult("agg", [], {
    rejected: {ttft: 12, memory: 400, data: 3},
    messages: {data: "no gemm table: h200_sxm/trtllm 1.3.0rc10 nvfp4; have bfloat16"}
  });
  expect(rejections(none)).toMatchInlineSnapshot(`
    "aggregated: of 640 candidates
      400 exceed the GPU's memory
      12 miss the TTFT target
      3 have no perf data (no gemm table: h200_sxm/trtllm 1.3.0rc10 nvfp4; have bfloat16)"
  `);
});

it("a whole report without colours holds no escape sequence", () => {
  const band = (p50: number, p90: number) => ({p50, p90});
  const error = {ttft: band(0.05, 0.16), tpot: band(0.02, 0.06), tokensPerSec: band(0.031, 0.092)};
  const agg = modeResult("agg", [{...aggPlan, error}]);
  const provenance = {warnings: ["NOT MEASURED: x"], lines: ["Source: y"]};
  const result = {agg, disagg: modeResult("disagg", [disaggPlan]), doubts: [], chosen: "disagg" as const};
  const text = reportText({question: "q", totalGpus: 32, targets, result, provenance});
  expect(text).toMatchSnapshot();
  expect(text).not.toContain("\u001b");
});
