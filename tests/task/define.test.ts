import {expect, test} from "vitest";
import {InputError} from "../../src/engine/index.js";
import {defineTask} from "../../src/task/index.js";

const fields = {modelPath: "Qwen/Qwen3-32B-FP8", systemName: "h200_sxm", totalGpus: 16} as const;

test("defineTask takes camelCase and the flat spelling alike", () => {
  const camel = defineTask({
    ...fields,
    decodeTpCandidates: [4],
    servingMode: "disagg",
    slo: {powerW: {threshold: 9000, hardFail: true}}
  });
  const snake = defineTask({
    model_path: "Qwen/Qwen3-32B-FP8",
    system_name: "h200_sxm",
    total_gpus: 16,
    decode_tp_candidates: [4],
    serving_mode: "disagg",
    slo: {power_w: {threshold: 9000, hard_fail: true}}
  });
  expect(camel.config).toEqual(snake.config);
  expect(camel.config.space.decode).toEqual({tp: [4]});
  expect(camel.config.preferences.goals).toEqual([{metric: "powerWatts", threshold: 9000, hard: true}]);
});

test("defineTask takes names and profiles, built in and given", () => {
  const task = defineTask({...fields, name: "mine", profiles: ["fp8", "short"]}, {profiles: {short: {osl: 10}}});
  expect(task.name).toBe("mine");
  expect(task.config).toMatchObject({quant: {gemm: "fp8"}, workload: {osl: 10}});
  expect(task.layers.filter(({kind}) => kind === "profile").map(({name}) => name)).toEqual(["fp8", "short"]);
});

test("defineTask means every worker by fields without role, in disagg too", () => {
  const {config} = defineTask({...fields, servingMode: "disagg", gemmQuantMode: "fp8", decodeGemmQuantMode: "nvfp4"});
  expect(config).toMatchObject({quant: {gemm: "fp8"}, decodeQuant: {gemm: "nvfp4"}, platform: {system: "h200_sxm"}});
  expect(config.decodePlatform).toBeUndefined();
});

test("defineTask keeps system ids of prices as they are", () => {
  const {config} = defineTask({...fields, gpuHourPrices: {h200_sxm: 3}, objective: "cost"});
  expect(config.preferences.gpuHourPrices).toEqual({h200_sxm: 3});
});

test("defineTask throws an InputError with every fault on a line", () => {
  const wrong = {...fields, isl: 0, tpCandidates: [1], totalGpus: undefined};
  expect(() => defineTask(wrong as never)).toThrow(InputError);
  expect(() => defineTask(wrong as never)).toThrow(
    [
      "invalid isl: 0; must be a whole number ≥ 1 (tokens)",
      "unknown key: tpCandidates; did you mean agg_tp_candidates?",
      "missing total_gpus: not given; give how many GPUs to plan for, for example 32"
    ].join("\n")
  );
  expect(() => defineTask({...fields, total_gpus: 3})).toThrow(
    "total_gpus is given twice: in both spellings; drop one"
  );
});
