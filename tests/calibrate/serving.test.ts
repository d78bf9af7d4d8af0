/** The shipped constants on measured runs. Needs ../shared and imported tables; says so where they are not. */
import {existsSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {beforeAll, describe, expect, it} from "vitest";
import {calibratedFor} from "../../engine/simulate/calibration.js";
import type {FamilyFit} from "../../engine/simulate/calibration.js";
import {calibrationTable} from "../../engine/simulate/constants.js";
import {catalogueFile, dataFolder} from "../../data-loaders/data-folder.js";
import {constantsWithout, foldOf} from "../../src/calibrate/held-out.js";
import {observe, predictObserved} from "../../src/calibrate/observation.js";
import type {Observation} from "../../src/calibrate/observation.js";
import {answerer} from "../../src/cli/batch-answer.js";
import {openData} from "../../src/cli/data.js";
import {openFolder} from "../../src/library/node.js";
import {newDeployments} from "../../src/measured/deployment.js";
import {concurrencyOf, readMeasured} from "../../src/measured/read.js";
import type {MeasuredRow} from "../../src/measured/read.js";
import {readFolds} from "../accuracy/serving/score.js";

const file = join(import.meta.dirname, "../../../shared/measured/serving.csv");
const isThere = existsSync(file) && existsSync(catalogueFile());
if (!isThere)
  console.warn("NOT RUN: 4 tests of shipped constants need ../shared/measured/serving.csv and npm run import");

/** One family of three classes: what is asked of a user's GPU. */
const sampled: {backend: FamilyFit["backend"]; model: string; system: string; precision: string}[] = [
  {backend: "vllm", model: "meta-llama/Llama-3.1-70B", system: "h200_sxm", precision: "fp8"},
  {backend: "vllm", model: "MiniMaxAI/MiniMax-M2.5", system: "b300_sxm", precision: "fp4"},
  {backend: "trtllm", model: "openai/gpt-oss-120b", system: "h200_sxm", precision: "fp4"}
];

describe.skipIf(!isThere)("shipped constants", () => {
  let rows: readonly MeasuredRow[];
  let deployments: ReturnType<typeof newDeployments>;
  const cache: Parameters<typeof observe>[1] = new Map();
  beforeAll(async () => {
    ({rows} = readMeasured(readFileSync(file, "utf8")));
    deployments = newDeployments(await openFolder(dataFolder()), rows);
  });
  const observationsOf = async (of: (typeof sampled)[number]): Promise<Observation[]> => {
    const same = (row: MeasuredRow) =>
      row.mode === "agg" &&
      row.backend === of.backend &&
      row.model === of.model &&
      row.system === of.system &&
      row.precision === of.precision;
    return Promise.all(rows.filter(same).map(async (row) => observe(await deployments.open(row), cache)));
  };

  it.each(sampled)("err on $backend $model $system $precision as they say", async (of) => {
    const observations = (await observationsOf(of)).filter(({drafts, attentionDp}) => !drafts && !attentionDp);
    const [{prepared, backend, shape, system, gemm, moe}] = observations;
    const {worker} = prepared as Extract<typeof prepared, {worker: unknown}>;
    const found = calibratedFor(worker, calibrationTable);
    expect(found.kind).toBe("calibrated");
    const family = calibrationTable.families.find(
      (fit) =>
        fit.backend === backend &&
        fit.shape === shape &&
        fit.system === system &&
        fit.gemm === gemm &&
        fit.moe === moe &&
        !fit.drafts &&
        !fit.attentionDp
    )!;
    expect(family.rows).toBe(observations.length);
    const heldOut = readFolds();
    const options = {seed: heldOut.seed, folds: heldOut.folds.length};
    const errors = observations.map((each) => {
      const constants = constantsWithout(each, "deployment", {classes: [], heldOut}, options);
      const predicted = predictObserved(each.prepared, constants);
      const {measured} = each.deployment.row;
      return [predicted.ttftMs / measured.ttftMs, predicted.tpotMs / measured.tpotMs].map((ratio) =>
        Math.abs(ratio - 1)
      );
    });
    const median = (metric: 0 | 1) => errors.map((error) => error[metric]).sort((a, b) => a - b)[errors.length >> 1];
    expect(median(0)).toBeCloseTo(family.error.ttft.p50, 2);
    expect(median(1)).toBeCloseTo(family.error.tpot.p50, 2);
  });

  it("answer a row and the batch line that says the same alike", async () => {
    const [row] = rows.filter(
      ({backend, model, mode}) => mode === "agg" && backend === "vllm" && /Llama-3.1-70B/.test(model)
    );
    const {prepared} = observe(await deployments.open(row), cache);
    const {worker} = prepared as Extract<typeof prepared, {worker: unknown}>;
    const predicted = predictObserved(prepared, calibratedFor(worker, calibrationTable).constants);
    const {tp, moeTp, moeEp} = row.agg!.parallel;
    const line = {
      ...{kind: "estimate", mode: "agg", predictor: "simulation", model: row.model, system: row.system},
      ...{backend: row.backend, tp, moeTp, moeEp, isl: row.isl, osl: row.osl, concurrency: concurrencyOf(row)},
      client: {kind: "closed-loop", promptsPerUser: 10, lengthRatio: 0.8},
      quant: {gemm: row.gemmQuant, moe: row.moeQuant}
    };
    const {ttftMs, tpotMs} = (await answerer(openData())(line)) as typeof predicted;
    expect(ttftMs).toBeCloseTo(predicted.ttftMs, 6);
    expect(tpotMs).toBeCloseTo(predicted.tpotMs, 6);
  });
});

it("folds are the same whatever else is in the file", () => {
  const names = Array.from({length: 200}, (_, i) => `deployment ${i}`);
  const folds = names.map((name) => foldOf(name, 1, 5));
  for (const fold of [0, 1, 2, 3, 4]) expect(folds.filter((each) => each === fold).length).toBeGreaterThan(20);
  expect(folds).toEqual(names.map((name) => foldOf(name, 1, 5)));
});
