import {beforeAll, describe, expect, it} from "vitest";
import {openTables} from "../../src/library/index.js";
import {newPredictor} from "../../src/measured/predict.js";
import {newSimulatedPredictor} from "../../src/measured/predict-simulated.js";
import type {MeasuredRow} from "../../src/measured/read.js";
import type {Tables} from "../../src/perf/tables.js";

/** Made up. */
const dense: MeasuredRow = {
  line: 2,
  id: "a",
  source: "",
  backend: "vllm",
  version: "0.19.0",
  model: "Qwen/Qwen3-32B",
  system: "h200_sxm",
  precision: "fp8",
  gemmQuant: "",
  moeQuant: "",
  mode: "agg",
  isl: 2000,
  osl: 100,
  agg: {parallel: {tp: 4}, batchPerRank: 32},
  measured: {ttftMs: 300, tpotMs: 10}
};
/** Experts over GPUs that the label takes for attention ranks too. */
const labelled: MeasuredRow = {
  ...dense,
  model: "MiniMaxAI/MiniMax-M2.5",
  agg: {parallel: {tp: 4, pp: 1, dp: 4, moeTp: 1, moeEp: 16}, batchPerRank: 4},
  clientConcurrency: 16
};

let tables: Tables;
beforeAll(async () => void (tables = await openTables()));

describe("a simulated prediction", () => {
  it("is of the same configuration as the formula's, and sees the queue of a burst", async () => {
    const {predicted: formula} = await newPredictor(tables).predict(dense);
    const {predicted: simulated} = await newSimulatedPredictor(tables, [dense]).predict(dense);
    expect(simulated).toMatchObject({
      configuration: formula!.configuration,
      model: formula!.model,
      quant: formula!.quant,
      gpus: 4,
      fits: true,
      database: "calibrated"
    });
    expect(simulated!.ttftMs).toBeGreaterThan(formula!.ttftMs * 0.2);
    expect(simulated!.ttftMs).not.toBe(formula!.ttftMs);
    expect(simulated!.notes.at(-1)).toMatch(/^constants fitted to runs/);
    const one = await newSimulatedPredictor(tables, []).predict({
      ...dense,
      agg: {parallel: {tp: 4}, batchPerRank: 1}
    });
    expect(one.predicted!.ttftMs).toBeLessThan(simulated!.ttftMs);
  });

  it("takes labels as corrected, with the reason, or as given", async () => {
    const corrected = await newSimulatedPredictor(tables, [labelled]).predict(labelled);
    expect(corrected.predicted).toMatchObject({gpus: 4, configuration: "agg:tp4pp1dp1etp1ep4@16c2000"});
    const given = await newSimulatedPredictor(tables, [labelled], "given").predict(labelled);
    expect(given.predicted).toMatchObject({gpus: 16, configuration: "agg:tp4pp1dp4etp1ep16@4c2000"});
    expect(corrected.predicted!.notes.length).toBe(given.predicted!.notes.length + 1);
  });

  it("says why there is none, as the formula does", async () => {
    const strange = {...dense, model: "no/such-model"};
    expect(await newSimulatedPredictor(tables, []).predict(strange)).toEqual(
      await newPredictor(tables).predict(strange)
    );
  });
});
