import {describe, expect, it} from "vitest";
import {parseConfiguration} from "../../src/components/configuration.js";
import {configurationLink} from "../../src/components/accuracy-link.js";
import {facetChoices, formatView, isShown, parseView} from "../../src/components/accuracy-view.js";
import {
  answeredWords,
  assumedOf,
  besideWords,
  biasWords,
  deploymentWords,
  loadWords,
  missSentence
} from "../../src/components/accuracy-words.js";
import {classed, concurrencyClass, concurrencyOrder, lengthClass, summarise} from "../../src/measured/accuracy.js";
import type {Answered, Scored} from "../../src/measured/accuracy.js";
import type {Predicted} from "../../src/measured/prediction.js";
import type {MeasuredRow} from "../../src/measured/read.js";

/** Made up. */
const row = (part: Partial<MeasuredRow> = {}): MeasuredRow => ({
  line: 2,
  id: "a",
  source: "",
  backend: "vllm",
  version: "0.18.0",
  model: "Qwen/Qwen3-32B",
  system: "h200_sxm",
  precision: "fp8",
  gemmQuant: "",
  moeQuant: "",
  mode: "agg",
  isl: 1000,
  osl: 100,
  agg: {parallel: {tp: 4}, batchPerRank: 4},
  measured: {ttftMs: 100, tpotMs: 10},
  ...part
});

const answered = (part: Partial<MeasuredRow> = {}, predicted: Partial<Predicted> = {}): Answered => ({
  row: row(part),
  prediction: {
    predicted: {
      ttftMs: 50,
      tpotMs: 12,
      model: "Qwen/Qwen3-32B",
      configuration: "agg:tp4pp1dp1etp1ep1@4c1000",
      quant: {gemm: "fp8", moe: "fp8"},
      gpus: 4,
      fits: true,
      version: "0.19.0",
      database: "silicon",
      source: "interpolated",
      tier: "own",
      notes: ["no tables of vllm 0.18.0"],
      ...predicted
    }
  }
});

describe("what the page shows, as an address", () => {
  it("survives a round trip, and is short where all is as by default", () => {
    const query = "?model=Qwen/Qwen3-32B&backend=vllm&by=formula&labels=given&gaps=1&worst=tpot&sort=ttft-bias&up=1";
    expect(formatView(parseView(query))).toBe(query);
    expect(formatView(parseView(""))).toBe("?");
    expect(parseView("?worst=nonsense&gaps=yes&by=luck&labels=1")).toMatchObject({
      worst: "ttft",
      gaps: false,
      by: "simulation",
      labels: "corrected"
    });
  });

  it("narrows rows by every facet, a row without a version too", () => {
    const rows: Scored[] = [row(), row({version: ""}), row({mode: "disagg"}), row({model: "m"})].map((row) => ({row}));
    const shown = (query: string) => rows.filter((each) => isShown(each, parseView(query))).length;
    expect([shown(""), shown("?version=none"), shown("?mode=disagg"), shown("?model=m&mode=disagg")]).toEqual([
      ...[4, 1, 1, 0]
    ]);
  });

  it("offers what there is of a facet, with the rows that choosing it leaves", () => {
    const rows = [row(), row(), row({system: "b200_sxm"})].map((row) => ({row}));
    expect(facetChoices(rows, parseView(""), "system")).toEqual([
      {value: "h200_sxm", rows: 2},
      {value: "b200_sxm", rows: 1}
    ]);
  });
});

describe("words", () => {
  it("say what ran, aggregated or in pools", () => {
    expect(deploymentWords(row())).toBe("Qwen3-32B fp8 on h200_sxm, vLLM 0.18.0, aggregated TP4");
    const pools = {
      prefill: {parallel: {tp: 4}, workers: 3},
      decode: {parallel: {dp: 8, moeEp: 8}, workers: 1}
    };
    expect(deploymentWords(row({mode: "disagg", agg: undefined, version: "", precision: "", ...pools}))).toBe(
      "Qwen3-32B on h200_sxm, vLLM, disaggregated 3 × TP4 prefill + 1 × DP8 EP8 decode"
    );
    expect(loadWords(row())).toBe("1,000 in, 100 out, 4 in flight");
  });

  it("say which way predictions are off", () => {
    expect([biasWords(0.5), biasWords(2), biasWords(1.01)]).toEqual([
      ...["the middle one 2 × too fast", "the middle one 2 × too slow", "as often too fast as too slow"]
    ]);
  });

  it("count every row: predicted, not predicted and why", () => {
    const missed: Scored = {row: row(), prediction: {miss: {reason: "workers", message: "blank"}}};
    const summary = summarise([answered(), missed, missed]);
    expect(answeredWords(summary, false)).toBe("1 of 3 measured deployments is predicted");
    expect(answeredWords(summarise([answered(), answered()]), true)).toBe(
      "All 2 measured deployments that you chose are predicted"
    );
    expect(answeredWords(summarise([answered(), {row: row()}]), false)).toMatch(/ is predicted so far$/);
    expect(missSentence(summary)).toBe("2 have no prediction: 2 do not say which workers ran, or on which batch.");
    expect(assumedOf([answered(), answered(), missed])).toEqual([{note: "no tables of vllm 0.18.0", rows: 2}]);
  });

  it("set the reference beside ours on the same rows, and nothing where there is none", () => {
    expect(besideWords("The file", summarise([answered()]).reference)).toBe("");
    const words = besideWords(
      "The file",
      summarise([answered({reference: {ttftMs: 90, tpotMs: 11}}), answered()]).reference
    );
    expect(words).toContain("10 % and 10 % off in the middle, on the 1 row that both answer");
    expect(words).toContain("these predictions are 50 % and 20 % off");
  });
});

describe("classes", () => {
  it("stand in the order of their size, not of their rows", () => {
    const rows = [300, 2, 30, 30].map((clientConcurrency) => ({row: row({clientConcurrency})}));
    const keys = classed(rows, concurrencyClass, concurrencyOrder).map(({key}) => key);
    expect(keys).toEqual(["≤ 4", "17–64", "> 256"]);
    const lengths = [[8192, 1024], [1000, 8192], [1000, 100], [128, 100]].map(([isl, osl]) => ({row: row({isl, osl})})); // prettier-ignore
    expect(classed(lengths, lengthClass).map(({key}) => key)).toEqual([
      ...["128 ∕ 100", "1k ∕ 100", "1k ∕ 8k", "8k ∕ 1k"]
    ]);
  });
});

describe("the link to a configuration", () => {
  const asked = (each: Answered) => parseConfiguration(configurationLink(each).split("html")[1]);

  it("opens what ran, on the tables that answered, without drafts", () => {
    const {question, sizes, quant, nextn} = asked(answered());
    expect(question).toMatchObject({model: "Qwen/Qwen3-32B", system: "h200_sxm", backend: "vllm", version: "0.19.0"});
    expect(question).toMatchObject({isl: 1000, osl: 100});
    expect(sizes).toMatchObject({mode: "agg", parallel: {tp: 4, dp: 1}, batch: 4, ctxTokens: 1000});
    expect([quant, nextn]).toEqual([{gemm: "fp8", moe: "fp8"}, 0]);
  });

  it("opens pools, estimated gaps and fitted surfaces too", () => {
    const configuration = "disagg:3xtp4pp1dp1etp1ep1@1,2xtp1pp1dp8etp1ep8@16";
    const pools = asked(answered({mode: "disagg"}, {configuration, database: "hybrid", quant: {}}));
    expect(pools.sizes).toMatchObject({prefill: {workers: 3}, decode: {workers: 2, batch: 16, parallel: {dp: 8}}});
    expect([pools.question.database, pools.quant]).toEqual(["hybrid", {}]);
    expect(asked(answered({}, {database: "calibrated"})).question).toMatchObject({version: "", database: ""});
  });
});

describe("two predictors", () => {
  it("are held against each other on the rows that both answer", () => {
    const other = {prediction: answered({}, {ttftMs: 90, tpotMs: 10}).prediction};
    const both = {...answered(), other: other.prediction};
    const {other: versus} = summarise([both, answered(), {row: row(), other: other.prediction}]);
    expect([versus!.answered, versus!.both]).toEqual([2, 1]);
    expect(versus!.errors!.ttft.ours.medianError).toBeCloseTo(0.5);
    expect(versus!.errors!.ttft.theirs.medianError).toBeCloseTo(0.1);
    expect(summarise([answered()]).other).toBeUndefined();
  });
});
