/** An operator line as a person gives it: the tables that it needs are found, read and answered from. */
import {describe, expect, it} from "vitest";
import {queryOps} from "../../engine/query.js";
import {slicesOfOp} from "../../src/cli/op-slices.js";
import {data, kneepoint, noData} from "./helpers.js";

const mixing = {kind: "op", op: "mhc", side: "pre", hidden: 4096, tokens: 1024};
const sparse = {kind: "op", op: "generationDsaModule", architecture: "DeepseekV32ForCausalLM", heads: 1};
const sizes = {b: 4, s: 131073, kvCacheQuant: "bfloat16", gemmQuant: "fp8_block"};
const where = {system: "h200_sxm", backend: "trtllm", version: "1.3.0rc10", database: "silicon"};
const answered = (line: object, env: NodeJS.ProcessEnv = {}) =>
  JSON.parse(kneepoint(["batch"], {input: JSON.stringify(line), env}).stdout) as Record<string, unknown>;

describe("operator lines", () => {
  it.each(queryOps)("%s names the tables to load", (op) => {
    const {refs} = slicesOfOp({op});
    expect(refs.length > 0).toBe(op !== "memory" && op !== "p2p");
  });

  it("of a block without data is an estimate, and a wrong field is named", () => {
    const line = {...mixing, system: "b200_sxm", backend: "sglang", database: "calibrated"};
    expect(answered(line, noData)).toMatchObject({mode: "calibrated", latencyMs: expect.any(Number)});
    expect(answered({...line, side: "mid"}, noData)).toMatchObject({
      error: "invalid",
      message: expect.stringMatching(/unknown side: mid/)
    });
  });

  if (!data) console.warn("1 case not run: no measured tables are imported");
  it.runIf(data)("of a block are answered from the imported table", () => {
    expect(answered({...sparse, ...sizes, ...where})).toMatchObject({
      latencyMs: 0.4958,
      mode: "silicon",
      source: "measured",
      tier: "own"
    });
  });
});
