/** Where the best plan may lie off the front: as good as simulating everything, with less. */
import {describe, expect, it} from "vitest";
import {evaluateSearch, findModel} from "../../../engine/index.js";
import type {AnswerOptions, SearchResult} from "../../../engine/index.js";
import {simulatedAnswer, simulatedAnswerSteps} from "../../../engine/search/simulated.js";
import {literalPlatform} from "../literal-tables.js";

const evaluation = evaluateSearch({
  model: findModel("Qwen/Qwen3-8B"),
  platform: literalPlatform([], {backend: "vllm", database: "sol"}),
  totalGpus: 4,
  workload: {isl: 1000, osl: 60, prefix: 0},
  maxBatch: 48
});
const targets = {ttftMs: 90, tpotMs: 6};

function counted(options: AnswerOptions): {result: SearchResult; done: number} {
  const steps = simulatedAnswerSteps(evaluation, targets, options);
  for (let done = 0; ;) {
    const step = steps.next();
    if (step.done) return {result: step.value, done};
    ({done} = step.value);
  }
}

const cases: [string, AnswerOptions][] = [
  ["the fewest GPUs for a small load", {objective: "gpus", load: {requestsPerSec: 3}}],
  ["the fewest GPUs for a large load", {objective: "gpus", load: {requestsPerSec: 900}}],
  ["the lowest latency", {objective: "latency"}],
  ["a hard goal off the front", {goals: [{metric: "concurrency", threshold: 100, hard: true}]}],
  ["a share of requests", {goals: [{metric: "ttftMs", threshold: 20, hard: true, share: 0.99}]}],
  ["the best score", {objective: "score", goals: [{metric: "requestLatencyMs", threshold: 150, hard: false}]}]
];

describe("a simulated search beside the front", {timeout: 60_000}, () => {
  it.each(cases)("finds what simulating everything finds: %s", (_, options) => {
    const all = simulatedAnswer(evaluation, targets, {...options, exhaustive: true});
    const {result, done} = counted(options);
    expect(result.chosen).toBe(all.chosen);
    expect(result.chosen && result[result.chosen]!.best[0]).toEqual(all.chosen && all[all.chosen]!.best[0]);
    const able = [...all.agg!.cloud.ttftMs, ...all.disagg!.cloud.ttftMs].length;
    expect(done).toBeLessThan(able);
  });
});
