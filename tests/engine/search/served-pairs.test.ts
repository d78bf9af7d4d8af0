import {describe, expect, it} from "vitest";
import {evaluateSearch, findModel} from "../../../engine/index.js";
import {bestPair} from "../../../engine/search/pairs.js";
import {servedPairs} from "../../../engine/search/served-pairs.js";
import {literalPlatform} from "../literal-tables.js";

const evaluation = evaluateSearch({
  model: findModel("Qwen/Qwen3-8B"),
  platform: literalPlatform([], {backend: "vllm", database: "sol"}),
  totalGpus: 8,
  workload: {isl: 1000, osl: 600, prefix: 0},
  space: {modes: ["disagg"]},
  maxBatch: 48
});
const pools = evaluation.disaggregated!;
const targets = {ttftMs: 1000, tpotMs: 6};
const pairs = [...servedPairs(evaluation, targets)];
const ratio = ({match}: (typeof pairs)[number]) => match.prefillWorkers / match.decodeWorkers;

describe("pairs for a simulation", () => {
  it("have the one of formulas first, with its own rate", () => {
    for (const decode of pools.decode) {
      const [first] = pairs.filter((pair) => pair.decode === decode);
      expect(first).toEqual(bestPair(pools, decode, Infinity));
    }
  });

  it("have others with more prefill workers, each once", () => {
    // Larger ones leave no GPU to spare.
    const small = pools.decode.filter(({worker}) => worker.gpus <= 2);
    const more = small.filter((decode) => {
      const [first, ...rest] = pairs.filter((pair) => pair.decode === decode);
      const keys = rest.map(({prefill, match}) => [
        pools.prefill.indexOf(prefill),
        match.prefillWorkers,
        match.decodeWorkers
      ]);
      expect(new Set(keys.map(String)).size).toBe(keys.length);
      return rest.some((pair) => pair.prefill === first.prefill && ratio(pair) > ratio(first));
    });
    expect(more.length).toBeGreaterThan(small.length / 2);
  });

  it("fit the GPUs", () => {
    for (const {match} of pairs) expect(match.gpus).toBeLessThanOrEqual(8);
  });
});
