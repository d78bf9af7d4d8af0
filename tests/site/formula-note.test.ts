import {describe, expect, test} from "vitest";
import {errorWords} from "../../src/components/formula-note.js";
import {formulaErrors} from "../../src/measured/formula-error.js";
import {backends} from "../../engine/schema.js";

describe("the error of the formula", () => {
  test("is known of every engine, of a fair number of deployments", () => {
    expect(new Set(formulaErrors.map(({backend}) => backend))).toEqual(new Set(backends));
    for (const {rows, ttft, tpot} of formulaErrors) {
      expect(rows).toBeGreaterThanOrEqual(30);
      for (const {p50, p90} of [ttft, tpot]) expect(0 < p50 && p50 < p90).toBe(true);
    }
  });

  test("is told in a sentence", () => {
    expect(
      errorWords({
        backend: "vllm",
        mode: "agg",
        rows: 1200,
        ttft: {p50: 0.4, p90: 0.8},
        tpot: {p50: 0.1, p90: 0.5}
      })
    ).toBe("Of 1,200 measured aggregated deployments of vLLM, half came within 40 % of the TTFT and 10 % of the TPOT.");
  });
});
