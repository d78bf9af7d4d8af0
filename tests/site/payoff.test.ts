/** The map of where disaggregation pays: its grid, what it finds, its words and its file. */
import {csvParse} from "d3";
import {describe, expect, it} from "vitest";
import {
  findingOf,
  islSteps,
  oslSteps,
  pays,
  standIns,
  sweepOrder,
  tpotSteps,
  verdictOf
} from "../../src/components/payoff.js";
import {payoffCsv} from "../../src/components/payoff-csv.js";
import {cellSentence, findingParts, timeLeft} from "../../src/components/payoff-sentence.js";
import type {BestRate, PayoffCell} from "../../src/search/paying.js";

const parallel = {tp: 4, pp: 1, dp: 1, moeTp: 1, moeEp: 1, cp: 1};
const rate = (tokensPerSecPerGpu: number, mode: "agg" | "disagg" = "agg"): BestRate => ({
  tokensPerSecPerGpu,
  ttftMs: 200,
  tpotMs: 9,
  plan: {
    mode,
    replicas: 2,
    ...(mode === "agg" ? {agg: {parallel}} : {prefill: {workers: 5, parallel}, decode: {workers: 3, parallel}})
  } as BestRate["plan"]
});
const cell = (isl: number, osl: number, agg: number | null, disagg: number | null, error?: string): PayoffCell => ({
  isl,
  osl,
  best: [{agg: agg === null ? null : rate(agg), disagg: disagg === null ? null : rate(disagg, "disagg")}],
  error
});
const said = (cells: PayoffCell[], total = cells.length) =>
  findingParts(findingOf(cells, 0), {ttftMs: 2000, tpotMs: 10}, total)
    .map((part) => (typeof part === "string" ? part : part.bold))
    .join("");

describe("the grid", () => {
  const order = sweepOrder();
  const key = ({column, row}: {column: number; row: number}) => `${column} ${row}`;

  it("is answered once, coarse to fine", () => {
    expect(new Set(order.map(key)).size).toBe(islSteps.length * oslSteps.length);
    expect(order).toHaveLength(islSteps.length * oslSteps.length);
    const coarse = order.slice(0, 20);
    expect(coarse.every(({column, row}) => column % 4 === 0 && row % 4 === 0)).toBe(true);
    expect(order.slice(0, 63).every(({column, row}) => column % 2 === 0 && row % 2 === 0)).toBe(true);
  });

  it("is known all over wherever the sweep stops", () => {
    for (const done of [30, 90, 150]) {
      const known = order.slice(0, done);
      const half = (of: (place: {column: number; row: number}) => boolean) => known.filter(of).length / done;
      expect(half(({column}) => column < islSteps.length / 2)).toBeGreaterThan(0.35);
      expect(half(({column}) => column < islSteps.length / 2)).toBeLessThan(0.65);
      expect(half(({row}) => row < oslSteps.length / 2)).toBeGreaterThan(0.35);
      expect(half(({row}) => row < oslSteps.length / 2)).toBeLessThan(0.65);
    }
  });

  it("has a known cell to stand for each that is not, once the coarse ones are", () => {
    const coarse = new Set(order.slice(0, 20).map(key));
    for (const place of order) {
      expect(key(standIns(place)[0])).toBe(key(place));
      expect(
        standIns(place).some((other) => coarse.has(key(other))),
        key(place)
      ).toBe(true);
    }
  });

  it("has steps of about √2, ascending", () => {
    for (const steps of [islSteps, oslSteps])
      steps.slice(1).forEach((step, i) => {
        expect(step / steps[i]).toBeGreaterThan(1.3);
        expect(step / steps[i]).toBeLessThan(1.52);
      });
    expect([...tpotSteps].sort((a, b) => a - b)).toEqual(tpotSteps);
  });
});

describe("a cell", () => {
  it("divides what both serve, and says who serves alone", () => {
    expect(verdictOf(cell(1, 2, 400, 600), 0)).toMatchObject({kind: "both", ratio: 1.5});
    expect(verdictOf(cell(1, 2, null, 600), 0).kind).toBe("disagg");
    expect(verdictOf(cell(1, 2, 400, null), 0).kind).toBe("agg");
    expect(verdictOf(cell(1, 2, null, null, "too long"), 0)).toEqual({kind: "neither", error: "too long"});
    expect(verdictOf(cell(1, 2, 400, 600), 3).kind).toBe("neither");
  });

  it("pays above one percent, or where it alone serves", () => {
    const ratios = [1.02, 1.009, 1, 0.7].map((ratio) => pays(verdictOf(cell(1, 2, 100, 100 * ratio), 0)));
    expect(ratios).toEqual([true, false, false, false]);
    expect(pays(verdictOf(cell(1, 2, null, 1), 0))).toBe(true);
    expect(pays(verdictOf(cell(1, 2, 1, null), 0))).toBe(false);
    expect(pays(verdictOf(cell(1, 2, null, null), 0))).toBe(false);
  });

  it("is told in a sentence", () => {
    expect(cellSentence(cell(4000, 500, 414, 587), 0, 10)).toBe(
      "4,000 in, 500 out, TPOT ≤ 10 ms: disaggregated serves 587 tokens/s/GPU, 1.42 × aggregated’s 414; " +
        "2 × [5 prefill (TP4) + 3 decode (TP4)] against 2 × TP4."
    );
    expect(cellSentence(cell(4000, 500, null, 587), 0, 10)).toMatch(
      /only disaggregated serving meets the targets, with 587/
    );
    expect(cellSentence(cell(4000, 500, 414, null), 0, 10)).toMatch(
      /only aggregated serving meets the targets, with 414/
    );
    expect(cellSentence(cell(4000, 500, null, null), 0, 10)).toMatch(/neither way of serving meets the targets\.$/);
    expect(cellSentence(cell(4000, 500, null, null, "too long"), 0, 10)).toMatch(/: too long\.$/);
  });
});

describe("the finding", () => {
  const map = [
    cell(250, 125, 100, 60),
    cell(250, 1000, 100, 50),
    cell(4000, 125, 100, 190),
    cell(4000, 1000, 100, 120),
    cell(32000, 125, null, 80),
    cell(32000, 1000, null, null)
  ];

  it("counts where it pays, and where it stops to", () => {
    expect(findingOf(map, 0)).toEqual({
      answered: 6,
      served: 5,
      paying: 3,
      onlyDisagg: 1,
      onlyAgg: 0,
      most: {isl: 4000, osl: 125, ratio: 1.9},
      worst: {isl: 250, osl: 1000, ratio: 0.5},
      islFrom: 4000,
      islTo: null,
      oslFrom: null,
      oslTo: null
    });
  });

  it("is told in a sentence, with what is not known yet", () => {
    const whole =
      "ithin TTFT ≤ 2,000 ms and TPOT ≤ 10 ms, disaggregation pays in 60 % of cells, most (1.9 ×) at 4,000 in and 125 out; " +
      "not below 4,000 in. Least is 0.5 ×, at 250 in and 1,000 out. In 1 it alone meets the targets and in 1 neither does.";
    expect(said(map)).toBe(`W${whole}`);
    expect(said(map, 221)).toBe(`So far, of 6 cells: w${whole}`);
  });

  it("says so where it always, never or nowhere pays", () => {
    expect(said([cell(250, 125, 100, 190)])).toBe(
      "Within TTFT ≤ 2,000 ms and TPOT ≤ 10 ms, disaggregation always pays, most (1.9 ×) at 250 in and 125 out."
    );
    expect(said([cell(250, 125, 100, 90)])).toBe(
      "Within TTFT ≤ 2,000 ms and TPOT ≤ 10 ms, disaggregation never pays at these lengths, at best it comes to 0.9 × at 250 in and 125 out."
    );
    expect(said([cell(250, 125, null, null)])).toMatch(
      /neither way of serving meets the targets at any of these lengths\.$/
    );
    expect(said([], 221)).toMatch(/^Searching the first lengths/);
    expect(said([cell(250, 125, null, 90), cell(500, 125, 90, null)])).toMatch(
      /pays in 50 % of cells, not above 250 in\. In 1 it alone meets the targets and in 1 only aggregated serving does\.$/
    );
  });
});

describe("the rest", () => {
  it("is timed by the pace so far", () => {
    expect(timeLeft(2, 200, 1000)).toBe("");
    expect(timeLeft(100, 200, 20_000)).toBe("about 20 s left");
    expect(timeLeft(10, 200, 20_000)).toBe("about 6 min left");
    expect(timeLeft(200, 200, 20_000)).toBe("");
  });

  it("is a file with a row for each cell and target, in order", () => {
    const rows = csvParse(payoffCsv([cell(4000, 500, 400, 600), cell(250, 60, null, null, "a, b")], 2000, [10]));
    expect(rows.map(({isl, osl, meets_targets, disagg_by_agg}) => [isl, osl, meets_targets, disagg_by_agg])).toEqual([
      ["250", "60", "neither", ""],
      ["4000", "500", "both", "1.5"]
    ]);
    expect(rows[0].error).toBe("a, b");
    expect(rows[1]).toMatchObject({
      agg_deployment: "2 × TP4",
      disagg_deployment: "2 × [5 prefill (TP4) + 3 decode (TP4)]",
      ttft_target_ms: "2000",
      tpot_target_ms: "10"
    });
  });
});
