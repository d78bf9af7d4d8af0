import {existsSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {beforeAll, describe, expect, it} from "vitest";
import {openTables} from "../../src/library/index.js";
import {estimate} from "../../src/library/estimate.js";
import {openFolder} from "../../src/library/node.js";
import {measuredModel} from "../../src/measured/model.js";
import {newPredictor} from "../../src/measured/predict.js";
import type {Predictor} from "../../src/measured/predict.js";
import {readMeasured} from "../../src/measured/read.js";
import type {MeasuredRow} from "../../src/measured/read.js";
import type {Tables} from "../../src/perf/tables.js";

/** Made up; `with` changes a part. */
const agg: MeasuredRow = {
  line: 2,
  id: "a1",
  source: "",
  backend: "trtllm",
  version: "1.2.3",
  model: "Qwen/Qwen3-32B",
  system: "h200_sxm",
  precision: "fp8",
  gemmQuant: "",
  moeQuant: "",
  mode: "agg",
  isl: 2000,
  osl: 200,
  agg: {parallel: {tp: 4, pp: 1, moeTp: 4, moeEp: 1}, batchPerRank: 12},
  measured: {ttftMs: 300, tpotMs: 10}
};
const moe: Partial<MeasuredRow> = {model: "Qwen/Qwen3-235B-A22B-FP8", precision: "fp8"};

let tables: Tables;
let predictor: Predictor;
beforeAll(async () => {
  tables = await openTables();
  predictor = newPredictor(tables);
});

const predicted = async (part: Partial<MeasuredRow>) => (await predictor.predict({...agg, ...part})).predicted;
const miss = async (part: Partial<MeasuredRow>) => (await predictor.predict({...agg, ...part})).miss;

describe("a prediction", () => {
  it("is the library's estimate of the configuration that was run, without drafts", async () => {
    const quant = {gemm: "fp8", moe: "fp8"} as const;
    const request = {
      platform: {system: "h200_sxm"},
      quant,
      workload: {isl: 2000, osl: 200},
      nextn: 0,
      predictor: "formula" as const
    };
    const {result} = await estimate(
      {...request, mode: "agg", model: agg.model, parallel: {tp: 4}, batch: 12},
      {tables}
    );
    const {ttftMs, tpotMs, gpus, fits} = result;
    expect(await predicted({})).toMatchObject({ttftMs, tpotMs, gpus, fits, database: "calibrated"});
    expect([gpus, fits]).toEqual([4, true]);
    expect(await predicted({})).toMatchObject({
      model: "Qwen/Qwen3-32B",
      configuration: "agg:tp4pp1dp1etp1ep1@12c2000",
      quant: {gemm: "fp8", moe: "fp8"}
    });
  });

  it("is of both pools when disaggregated, with draft layers left out", async () => {
    const [p, d] = [
      {tp: 2, dp: 1, moeEp: 2},
      {tp: 1, dp: 8, moeEp: 8}
    ];
    const pools = {
      prefill: {parallel: {tp: 2, pp: 1}, batch: 1, workers: 3},
      decode: {parallel: {tp: 4, pp: 1}, batch: 16, workers: 2}
    };
    const quant = {gemm: "fp8", moe: "fp8"} as const;
    const request = {
      platform: {system: "h200_sxm"},
      quant,
      workload: {isl: 2000, osl: 200},
      nextn: 0,
      predictor: "formula" as const
    };
    const {result} = await estimate({...request, mode: "disagg", model: agg.model, ...pools}, {tables});
    const workers = ({parallel, batch, workers: n}: typeof pools.prefill) => ({
      parallel,
      batchPerRank: batch,
      workers: n
    });
    const row = {
      mode: "disagg",
      agg: undefined,
      prefill: workers(pools.prefill),
      decode: workers(pools.decode)
    } as const;
    expect(await predicted(row)).toMatchObject({ttftMs: result.ttftMs, tpotMs: result.tpotMs, gpus: 3 * 2 + 2 * 4});
    expect((await predicted(row))!.configuration).toBe("disagg:3xtp2pp1dp1etp1ep1@1,2xtp4pp1dp1etp1ep1@16");
    const deepseek = {model: "deepseek-ai/DeepSeek-R1", precision: ""};
    const wide = {
      prefill: {parallel: p, batchPerRank: 1, workers: 1},
      decode: {parallel: d, batchPerRank: 4, workers: 1}
    };
    const opened = await predictor.open({...agg, ...row, ...deepseek, ...wide});
    expect(opened.problem).toMatchObject({nextn: 0, quant: {}});
  });

  it("takes the types of the row before those that its precision implies", async () => {
    const types = async (part: Partial<MeasuredRow>) => (await predictor.open({...agg, ...part})).problem.quant;
    expect(await types({precision: "fp8"})).toEqual({gemm: "fp8", moe: "fp8"});
    expect(await types({precision: "fp8", gemmQuant: "fp8_block"})).toEqual({gemm: "fp8_block", moe: "fp8"});
    expect(await types({...moe, agg: {parallel: {tp: 4, moeEp: 4}, batchPerRank: 1}})).toEqual({
      gemm: "fp8_block",
      moe: "fp8_block"
    });
    expect(await types({precision: "bf16"})).toEqual({gemm: "bfloat16", moe: "bfloat16"});
    expect(await types({precision: ""})).toEqual({});
  });

  it("says what it assumed of version and model", async () => {
    expect((await predicted({}))!.notes[0]).toMatch(
      /^no tables of trtllm 1.2.3: answered by surfaces fitted to tables of trtllm \S+ on h200_sxm$/
    );
    expect((await predicted({version: ""}))!.notes[0]).toMatch(/^the row names no version: /);
    const copy = await predicted({model: "someone/Qwen3-32B-NVFP4", precision: "fp4", system: "b200_sxm"});
    expect(copy!.notes[0]).toBe("someone/Qwen3-32B-NVFP4 is taken as Qwen/Qwen3-32B");
  });
});

describe("a row without a prediction", () => {
  it.each<[string, Partial<MeasuredRow>, string, RegExp]>([
    ["an unknown model", {model: "no/such-model"}, "model", /unknown model: no\/such-model; .*config.json/],
    ["an unknown GPU", {system: "h900"}, "system", /unknown system: h900; have .*h200_sxm/],
    ["workers left blank", {agg: {parallel: {}}}, "workers", /^tp_size, batch_size: blank; /],
    ["an unknown precision", {precision: "int3"}, "types", /unknown precision: int3; have bf16/],
    ["an unknown type", {gemmQuant: "fp7"}, "types", /unknown gemm quantisation: fp7; have/],
    ["sizes that cannot be", {agg: {parallel: {tp: 3}, batchPerRank: 1}}, "sizes", /invalid tp: 3/],
    [
      "widths of experts that do not add up",
      {...moe, agg: {parallel: {tp: 4, moeTp: 8, moeEp: 1}, batchPerRank: 1}},
      "sizes",
      /must equal tp · dp · cp = 4/
    ]
  ])("is told apart: %s", async (_, part, reason, message) => {
    const told = await miss(part);
    expect(told?.reason).toBe(reason);
    expect(told?.message).toMatch(message);
  });
});

describe("measuredModel", () => {
  it("finds models by id, by another maker, and by the name of their original", () => {
    const ids = ["meta-llama/Llama-3.1-8B-Instruct", "zhipuai/GLM-5", "nvidia/Llama-3.1-8B-Instruct-FP8"];
    expect(ids.map((id) => measuredModel(id).model.id)).toEqual([
      "meta-llama/Meta-Llama-3.1-8B-Instruct",
      "zai-org/GLM-5",
      "meta-llama/Meta-Llama-3.1-8B-Instruct"
    ]);
    expect(measuredModel(ids[0]).note).toBeUndefined();
    expect(measuredModel(ids[1]).note).toBe("zhipuai/GLM-5 is taken as zai-org/GLM-5");
    // One that is known itself is not taken for its original.
    expect(measuredModel("nvidia/DeepSeek-V3.1-NVFP4").model.checkpoint.algo).toBe("nvfp4");
  });
});

/** Rows that the released table of deployments has, and data to predict them with. */
const released = join(import.meta.dirname, "../../../shared/measured/serving.csv");
const imported = join(import.meta.dirname, "../..", process.env.KNEEPOINT_DATA || "data");
const hasBoth = existsSync(released) && existsSync(join(imported, "catalogue.json"));
if (!hasBoth)
  console.warn("\n!!! 2 tests of predictions beside the reference's NOT RUN: no ../shared/measured or no tables !!!\n");

describe.runIf(hasBoth)("on the released deployments", () => {
  it("reads every row and predicts what the reference does where it does, to 1 % in the middle", async () => {
    const {rows, problems} = readMeasured(readFileSync(released, "utf8"));
    expect([rows.length, problems]).toEqual([2939, []]);
    const own = newPredictor(await openFolder(imported), {interpolation: "reference"});
    const sample = rows.filter(({reference}) => reference).filter((_, at) => at % 10 === 0);
    const ratios: number[] = [];
    for (const row of sample) {
      const {predicted: ours} = await own.predict(row);
      if (ours) ratios.push(ours.ttftMs / row.reference!.ttftMs, ours.tpotMs / row.reference!.tpotMs);
    }
    const off = ratios.map((ratio) => Math.abs(ratio - 1)).sort((a, b) => a - b);
    expect(off.length).toBeGreaterThan(2 * 0.95 * sample.length);
    expect(off[Math.floor(0.75 * off.length)]).toBeLessThan(0.01);
    expect(off[Math.floor(0.95 * off.length)]).toBeLessThan(0.15);
  }, 60_000);

  it("says of every other row why it has no answer", async () => {
    const {rows} = readMeasured(readFileSync(released, "utf8"));
    const own = newPredictor(await openFolder(imported));
    const blank = rows.filter(({mode, prefill}) => mode === "disagg" && prefill!.workers === undefined);
    expect(blank.length).toBe(771);
    for (const row of blank.slice(0, 20)) expect((await own.predict(row)).miss?.reason).toBe("workers");
  }, 60_000);
});
