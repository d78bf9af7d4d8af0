/** Which constants a worker takes of a calibration table. */
import {describe, expect, it} from "vitest";
import {findModel} from "../../../engine/models/catalogue.js";
import {calibratedFor, plainConstants, plainFactors, shapeOf} from "../../../engine/simulate/calibration.js";
import type {
  CalibratedWorker,
  CalibrationKind,
  CalibrationTable,
  ServingConstants
} from "../../../engine/simulate/calibration.js";
import {calibrationTable} from "../../../engine/simulate/constants.js";
import {prefillSpread} from "../../../engine/simulate/serve-disaggregated.js";

const model = findModel("Qwen/Qwen3-32B");
const error = {ttft: {p50: 0.1, p90: 0.3}, tpot: {p50: 0.05, p90: 0.2}};
const counts = {rows: 20, deployments: 4, error};
const factor = (prefillScale: number): ServingConstants => ({...plainFactors, prefillScale});

const table: CalibrationTable = {
  format: 1,
  source: {name: "made up", rows: 20, from: "2026-01-01", to: "2026-01-02"},
  seed: 1,
  folds: 5,
  classes: [
    {
      ...{backend: "vllm", architecture: "dense", constants: factor(1.1), ...counts},
      systems: {h200_sxm: {prefillScale: 2}},
      types: {fp8: {prefillScale: 3}}
    }
  ],
  shapes: [{backend: "vllm", shape: shapeOf(model), factors: factor(5), ...counts}],
  families: [
    {
      ...{backend: "vllm", shape: shapeOf(model), system: "h200_sxm", gemm: "fp8", moe: ""},
      ...{drafts: false, attentionDp: false, factors: factor(7), ...counts}
    }
  ],
  uncalibrated: error
};

function scaleOf(system: string, gemm: string, id = "Qwen/Qwen3-32B"): [string, number] {
  const quant = {gemm, moe: gemm, kvCache: "fp8", fmha: "fp8", comm: "half"};
  const worker = {
    spec: {model: findModel(id), backend: "vllm", quant, parallel: {tp: 1, pp: 1, dp: 1, moeTp: 1, moeEp: 1, cp: 1}},
    platform: {system: {id: system}},
    nextn: 0
  } as unknown as CalibratedWorker;
  const {kind, constants} = calibratedFor(worker, table);
  return [kind, Number(constants.prefillScale.toPrecision(6))];
}

describe("constants of a worker", () => {
  it("are those of its class, times those of its GPU, its type, its shape and its family", () => {
    expect(scaleOf("h200_sxm", "fp8")).toEqual(["calibrated", 1.1 * 2 * 3 * 5 * 7]);
  });

  it("have of a model elsewhere what its class has on the GPU and in the type", () => {
    expect(scaleOf("h200_sxm", "bfloat16")).toEqual(["model", 11]);
    expect(scaleOf("h100_sxm", "fp8")).toEqual(["model", 16.5]);
    expect(scaleOf("h100_sxm", "bfloat16")).toEqual(["model", 5.5]);
  });

  it("have of another model of the class the GPU and the type alone", () => {
    expect(scaleOf("h200_sxm", "fp8", "meta-llama/Meta-Llama-3.1-70B")).toEqual(["architecture", 6.6]);
  });

  it("are neutral where no class is", () => {
    expect(scaleOf("h200_sxm", "fp8", "Qwen/Qwen3-235B-A22B")).toEqual(["none", plainConstants.prefillScale]);
  });

  it("are read of tables from before GPUs and types had factors", () => {
    const older = {...table, classes: table.classes.map(({systems: _, types: __, ...rest}) => rest)};
    const worker = {spec: {model, backend: "vllm", quant: {gemm: "fp8"}, parallel: {dp: 1}}, platform: {system: {id: "h200_sxm"}}, nextn: 0}; // prettier-ignore
    expect(calibratedFor(worker as unknown as CalibratedWorker, older).constants.prefillScale).toBeCloseTo(38.5, 9);
  });

  it.each(calibrationTable.disaggregated!.filter(({kind}) => !kind))(
    "have in pools of $backend the spread of their kind",
    (fit) => {
      const {backend, prefillSpreads} = fit;
      const parallel = {tp: 1, pp: 1, dp: 1, moeTp: 1, moeEp: 1, cp: 1};
      const spec = {model, backend, quant: {gemm: "fp8"}, parallel};
      const worker = {spec, platform: {system: {id: "h200_sxm"}}, nextn: 0} as unknown as CalibratedWorker;
      const spreadAt = (kind: CalibrationKind) => prefillSpread(worker, kind);
      expect(spreadAt("calibrated")).toBe(prefillSpreads!.calibrated);
      for (const kind of ["model", "architecture", "none"] as const)
        expect(spreadAt(kind)).toBe(prefillSpreads!.elsewhere);
    }
  );
});
