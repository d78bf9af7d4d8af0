import {describe, expect, it} from "vitest";
import {
  concurrencyClass,
  errorStats,
  grouped,
  isAnswered,
  lengthClass,
  summarise,
  worstOf
} from "../../src/measured/accuracy.js";
import type {Scored} from "../../src/measured/accuracy.js";
import type {Predicted} from "../../src/measured/prediction.js";
import type {MeasuredRow} from "../../src/measured/read.js";

const row = (part: Partial<MeasuredRow> = {}): MeasuredRow => ({
  line: 2,
  id: "a",
  source: "",
  backend: "vllm",
  version: "",
  model: "m",
  system: "s",
  precision: "",
  gemmQuant: "",
  moeQuant: "",
  mode: "agg",
  isl: 1000,
  osl: 100,
  agg: {parallel: {tp: 1}, batchPerRank: 4},
  measured: {ttftMs: 100, tpotMs: 10},
  ...part
});

const scored = (ttftMs: number, tpotMs: number, part: Partial<MeasuredRow> = {}, fits = true): Scored => ({
  row: row(part),
  prediction: {predicted: {ttftMs, tpotMs, fits} as Predicted}
});

const missed = (reason: "data" | "workers", message: string): Scored => ({
  row: row(),
  prediction: {miss: {reason, message}}
});

describe("errorStats", () => {
  it("takes shares of what was measured, and the middle ratio as bias", () => {
    expect(errorStats([0.5, 1, 1.2, 2])).toEqual({
      count: 4,
      meanError: (0.5 + 0 + 0.2 + 1) / 4,
      medianError: (0.2 + 0.5) / 2,
      quarterError: expect.closeTo(0.15, 12) as number,
      threeQuarterError: expect.closeTo(0.625, 12) as number,
      bias: 1.1,
      close: 0.5
    });
  });

  it("is of one row that row's", () => {
    expect(errorStats([0.75])).toMatchObject({meanError: 0.25, medianError: 0.25, bias: 0.75, close: 1});
  });
});

describe("summarise", () => {
  it("counts every row: answered, not answered by reason, not known yet", () => {
    const rows = [scored(50, 12), scored(90, 8, {}, false), missed("data", "no rows"), missed("data", "no rows")];
    const summary = summarise([...rows, missed("workers", "blank"), {row: row()}]);
    expect(summary).toMatchObject({rows: 6, answered: 2, pending: 1, overMemory: 1});
    expect(summary.misses).toEqual([
      {reason: "data", count: 2, messages: [{message: "no rows", count: 2}]},
      {reason: "workers", count: 1, messages: [{message: "blank", count: 1}]}
    ]);
    const missedRows = summary.misses.reduce((sum, {count}) => sum + count, 0);
    expect(summary.answered + missedRows + summary.pending).toBe(summary.rows);
    expect(summary.errors!.ttft.meanError).toBeCloseTo((0.5 + 0.1) / 2, 12);
    expect(summary.errors!.tpot.bias).toBeCloseTo(1, 12);
    expect(summary.reference).toBeUndefined();
  });

  it("sets the other predictor beside ours on the rows that both answer", () => {
    const reference = {ttftMs: 200, tpotMs: 5};
    const rows = [scored(110, 11, {reference}), scored(1, 1), {...missed("data", ""), row: row({reference})}];
    const {reference: beside} = summarise(rows);
    expect(beside).toMatchObject({answered: 2, both: 1});
    expect(beside!.errors!.ttft.ours.meanError).toBeCloseTo(0.1, 12);
    expect(beside!.errors!.ttft.theirs).toMatchObject({meanError: 1, bias: 2});
    expect(beside!.errors!.tpot.theirs).toMatchObject({meanError: 0.5, bias: 0.5});
  });

  it("has no errors where nothing is answered", () => {
    expect(summarise([missed("data", "")]).errors).toBeUndefined();
    expect(summarise([]).rows).toBe(0);
  });
});

describe("classes", () => {
  it("are of concurrency by powers of four", () => {
    const at = (clientConcurrency: number) => concurrencyClass(row({clientConcurrency}));
    expect([1, 4, 5, 16, 17, 64, 65, 256, 257, 4096].map(at)).toEqual([
      ...["≤ 4", "≤ 4", "5–16", "5–16", "17–64", "17–64", "65–256", "65–256", "> 256", "> 256"]
    ]);
    expect(concurrencyClass(row({agg: {parallel: {}}}))).toBe("unknown");
  });

  it("are of lengths in round numbers", () => {
    const of = (isl: number, osl: number) => lengthClass(row({isl, osl}));
    expect([of(1024, 1024), of(1000, 8192), of(128, 100), of(15000, 1500)]).toEqual([
      ...["1k ∕ 1k", "1k ∕ 8k", "128 ∕ 100", "16k ∕ 1500"]
    ]);
  });

  it("of any key hold every row, most rows first", () => {
    const groups = grouped([scored(1, 1, {system: "a"}), scored(1, 1), scored(1, 1)], ({system}) => system);
    expect(groups.map(({key, scored}) => [key, scored.length])).toEqual([
      ["s", 2],
      ["a", 1]
    ]);
  });
});

describe("worstOf", () => {
  it("orders by factor, whichever way it is off, and leaves out what has no answer", () => {
    const rows = [scored(90, 1), missed("data", ""), scored(10, 10), scored(500, 10), scored(100, 10)];
    expect(worstOf(rows, "ttft", 2).map(({prediction}) => prediction.predicted.ttftMs)).toEqual([10, 500]);
    expect(worstOf(rows, "tpot", 1).map(({prediction}) => prediction.predicted.tpotMs)).toEqual([1]);
    expect(rows.filter(isAnswered)).toHaveLength(4);
  });
});
