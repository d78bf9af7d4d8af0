import {describe, expect, it} from "vitest";
import {evaluateSearch, findModel} from "../../../engine/index.js";
import {bestPair} from "../../../engine/search/pairs.js";
import {servedPairs} from "../../../engine/search/served-pairs.js";
import type {BusyOf} from "../../../engine/search/served-pairs.js";
import {literalPlatform} from "../literal-tables.js";

const evaluation = evaluateSearch({
  model: findModel("Qwen/Qwen3-8B"),
  platform: literalPlatform([], {backend: "vllm", database: "sol"}),
  totalGpus: 16,
  workload: {isl: 1000, osl: 600, prefix: 0},
  space: {modes: ["disagg"]},
  maxBatch: 48
});
const pools = evaluation.disaggregated!;
const targets = {ttftMs: 1000, tpotMs: 6};
/** As formulas have it, but for decode workers of two GPUs, which are served twice as fast. */
const busy: BusyOf = ({latencyMs, requestsPerSec, worker}, role) => {
  const faster = role === "decode" && worker.gpus === 2 ? 2 : 1;
  return {latencyMs: latencyMs / faster, requestsPerSec: requestsPerSec * faster};
};
const pairs = [...servedPairs(evaluation, targets, {}, busy)];
/** What prefill workers compute of what decode workers take, as formulas have it. */
const feeds = ({prefill, decode, match}: (typeof pairs)[number]) =>
  (prefill.requestsPerSec * match.prefillWorkers) / (decode.requestsPerSec * match.decodeWorkers);

describe("pairs for a simulation", () => {
  it("have the one of formulas first, with its own rate", () => {
    for (const decode of pools.decode) {
      const [first] = pairs.filter((pair) => pair.decode === decode);
      expect(first).toEqual(bestPair(pools, decode, Infinity));
    }
  });

  it("have others with more prefill workers, each once", () => {
    // Larger ones leave few GPUs to spare.
    const small = pools.decode.filter(({worker}) => worker.gpus <= 2);
    const more = small.filter((decode) => {
      const [first, ...rest] = pairs.filter((pair) => pair.decode === decode);
      const keys = rest.map(({prefill, match}) => [
        pools.prefill.indexOf(prefill),
        match.prefillWorkers,
        match.decodeWorkers
      ]);
      expect(new Set(keys.map(String)).size).toBe(keys.length);
      return rest.some((pair) => feeds(pair) > 1.2 * feeds(first));
    });
    expect(more.length).toBeGreaterThan(small.length / 2);
  });

  it("have prefill workers for what decode workers do as they are served", () => {
    const faster = pools.decode.filter(({worker}) => worker.gpus === 2);
    const fed = faster.filter((decode) => {
      const [first, second] = pairs.filter((pair) => pair.decode === decode);
      return second && feeds(second) > 1.2 * feeds(first);
    });
    expect(faster.length).toBeGreaterThan(10);
    expect(fed.length).toBeGreaterThan(faster.length / 2);
  });

  it("are those of formulas where tables lack what a simulation asks", () => {
    const known = [...servedPairs(evaluation, targets, {}, () => null)];
    expect(known).toEqual(pools.decode.map((decode) => bestPair(pools, decode, Infinity)).filter(Boolean));
  });

  it("fit the GPUs", () => {
    for (const {match} of pairs) expect(match.gpus).toBeLessThanOrEqual(16);
  });
});
