/** An operator line as a person gives it: the tables that it needs are found, read and answered from. */
import {describe, expect, it} from "vitest";
import {queryOps} from "../../engine/query.js";
import {slicesOfOp} from "../../src/cli/op-slices.js";
import {data, kneepoint, noData} from "./helpers.js";

const mixing = {kind: "op", op: "mhc", side: "pre", hidden: 4096, tokens: 1024};
const where = {system: "b200_sxm", backend: "sglang", version: "0.5.10"};
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
    expect(answered({...mixing, ...where, database: "silicon"})).toMatchObject({
      mode: "silicon",
      source: "measured",
      tier: "own"
    });
  });
});
