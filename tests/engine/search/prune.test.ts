/** Pruned searches against exhaustive ones: no front point is lost, and something is left out. */
import {describe, expect, it} from "vitest";
import {answerSearch, evaluateSearch, findModel, modesOf} from "../../../engine/index.js";
import type {Backend, SearchProblem, SearchResult} from "../../../engine/index.js";
import {pruneFor, Staircase} from "../../../engine/search/prune.js";
import {literalPlatform} from "../literal-tables.js";

const problem = (backend: Backend, model: string, more: Partial<SearchProblem> = {}): SearchProblem => ({
  model: findModel(model),
  platform: literalPlatform([], {backend, database: "sol"}),
  totalGpus: 16,
  workload: {isl: 2000, osl: 300, prefix: 0},
  ...more
});
const fronts = (result: SearchResult) =>
  modesOf(result).map(({front}) => front.map((plan) => [plan.tokensPerSecPerUser, plan.tokensPerSecPerGpuCluster]));

describe("a staircase", () => {
  it("dominates what a brute-force comparison says it does", () => {
    let state = 7;
    const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
    const added: [number, number][] = [];
    const stairs = new Staircase();
    for (let i = 0; i < 400; ++i) {
      const [x, y] = [Math.round(20 * random()), Math.round(20 * random())];
      expect(stairs.dominates(x, y), `${x} ${y}`).toBe(added.some(([a, b]) => a >= x && b >= y));
      if (i % 3 === 0) {
        stairs.add(x, y);
        added.push([x, y]);
      }
    }
  });
});

describe.each([
  ["trtllm", "Qwen/Qwen3-8B"],
  ["sglang", "Qwen/Qwen3-30B-A3B"],
  ["vllm", "Qwen/Qwen3-30B-A3B"]
] as const)("on %s, %s", (backend, model) => {
  const whole = evaluateSearch(problem(backend, model));

  it.each([
    {ttftMs: 60, tpotMs: 15},
    {ttftMs: 300, tpotMs: 15},
    {ttftMs: 2000, tpotMs: 30}
  ])("the front for %j is that of the exhaustive search, of fewer candidates", (targets) => {
    const pruned = evaluateSearch(problem(backend, model), {prune: pruneFor(targets)});
    const [exhaustive, shorter] = [answerSearch(whole, targets), answerSearch(pruned, targets)];
    expect(fronts(shorter)).toEqual(fronts(exhaustive));
    expect(shorter.chosen).toBe(exhaustive.chosen);
    const {evaluated, ttft, dominated} = pruned.pruned!.counts;
    const all = whole.aggregated.flatMap(({points}) => points).length + whole.disaggregated!.decode.length;
    expect(evaluated + ttft + dominated).toBe(all);
    expect(evaluated).toBeLessThan(all);
  });
});

describe("a pruned evaluation", () => {
  const pruned = evaluateSearch(problem("trtllm", "Qwen/Qwen3-8B"), {prune: pruneFor({ttftMs: 300, tpotMs: 15})});

  it("answers any TPOT, and no other TTFT", () => {
    expect(answerSearch(pruned, {ttftMs: 300, tpotMs: 9}).chosen).not.toBeNull();
    expect(() => answerSearch(pruned, {ttftMs: 301, tpotMs: 15})).toThrow(
      /^invalid targets: evaluated for TTFT ≤ 300 ms/
    );
    expect(() => answerSearch(pruned, {ttftMs: 300, tpotMs: 15}, {objective: "latency"})).toThrow(
      "invalid preferences: candidates off the front were left out; evaluate without pruning"
    );
  });

  it("counts what was left out among what was dropped", () => {
    const targets = {ttftMs: 2000, tpotMs: 30};
    const experts = evaluateSearch(problem("sglang", "Qwen/Qwen3-30B-A3B"), {prune: pruneFor(targets)});
    const modes = modesOf(answerSearch(experts, targets));
    const dominated = modes.reduce((sum, {rejected}) => sum + (rejected.dominated ?? 0), 0);
    expect(dominated).toBe(experts.pruned!.counts.dominated);
    expect(dominated).toBeGreaterThan(0);
  });

  it("is not made for request latencies", () => {
    expect(() => pruneFor({ttftMs: 1, tpotMs: 1, requestLatencyMs: 4000})).toThrow(/^invalid pruning: /);
  });
});
