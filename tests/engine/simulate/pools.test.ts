/** How pools spread their experts when nobody says so: recipes of racks and of Blackwell. */
import {join} from "node:path";
import {describe, expect, it} from "vitest";
import {readSystems} from "../../../data-loaders/read-systems.js";
import {PerfDataError} from "../../../engine/errors.js";
import {findModel, requiredSlices} from "../../../engine/index.js";
import type {Backend, Parallel, Platform} from "../../../engine/index.js";
import type {ServingChoices} from "../../../engine/models/serving.js";
import {PerfDatabase} from "../../../engine/perf.js";
import {asPool, poolServing, servedSlices} from "../../../engine/simulate/pool-serving.js";

const systems = readSystems(join(import.meta.dirname, "../../../systems"));
const model = findModel("deepseek-ai/DeepSeek-V3");

/** A GPU with tables of wide-EP experts in nvfp4 alone. */
function platformOf(backend: Backend, id: string): Platform {
  const table = "wideep_moe" as const;
  const part = ["wideep_compute_cutlass", "nvfp4", "power_law_1.01_eplb"];
  const entry = {table, part, path: "moe.parquet", rows: 1, bytes: 1, borrowedRows: 0, borrowedFrom: []};
  const system = systems.find((each) => each.id === id)!;
  return {system, backend, version: "1.0", perf: new PerfDatabase(id, backend, "1.0", [entry]), database: "silicon"};
}

function served(
  backend: Backend,
  id: string,
  parallel: Partial<Parallel>,
  role: "prefill" | "decode",
  more: ServingChoices & {quant?: object} = {}
) {
  const sizes = {tp: 1, pp: 1, dp: 1, moeTp: 1, moeEp: 1, cp: 1, ...parallel};
  const asked = {quant: {gemm: "nvfp4", moe: "nvfp4"} as const, ...more};
  return poolServing({model, platform: platformOf(backend, id), parallel: sizes, ...asked}, role);
}

const wide = {dp: 8, moeEp: 8};
const balancedWide = {wideEp: true, eplb: true};

describe("experts of a pool that nothing was said of", () => {
  it.each([
    ["SGLang in a rack", "sglang", "gb200", wide, "prefill", {eplb: true}],
    ["and its decode workers", "sglang", "gb300", wide, "decode", {eplb: true}],
    ["not outside of one", "sglang", "b200_sxm", wide, "decode", {}],
    ["nor where attention is split", "sglang", "gb200", {tp: 8, moeEp: 8}, "prefill", {}],
    ["TensorRT-LLM's that decode", "trtllm", "b200_sxm", wide, "decode", balancedWide],
    ["in a rack, too", "trtllm", "gb200", {dp: 32, moeEp: 32}, "decode", balancedWide],
    ["not those that prefill", "trtllm", "gb200", wide, "prefill", {}],
    ["nor with experts under TP", "trtllm", "gb200", {dp: 8, moeTp: 8}, "decode", {}],
    ["nor with some of it", "trtllm", "gb200", {dp: 8, moeTp: 2, moeEp: 4}, "decode", {}],
    ["as in SGLang's", "sglang", "gb200", {dp: 8, moeTp: 2, moeEp: 4}, "decode", {}],
    ["nor before Blackwell", "trtllm", "h200_sxm", wide, "decode", {}],
    ["nor vLLM's", "vllm", "gb200", wide, "decode", {}]
  ] as const)("%s", (_, backend, id, parallel, role, expected) => {
    expect(served(backend, id, parallel, role)).toEqual(expected);
  });

  it("are as their types were measured", () => {
    const quant = {gemm: "fp8", moe: "fp8"} as const;
    expect(served("trtllm", "gb200", wide, "decode", {quant})).toEqual({});
  });

  it("are as asked where something is said", () => {
    expect(served("trtllm", "gb200", wide, "decode", {wideEp: false})).toEqual({wideEp: false});
    expect(served("sglang", "gb200", wide, "decode", {moeBackend: "deepep_moe"})).toEqual({moeBackend: "deepep_moe"});
    expect(served("sglang", "gb200", wide, "decode", {eplb: false})).toEqual({eplb: false});
  });

  it("are not those of models without such an operator list", () => {
    const kimi = findModel("moonshotai/Kimi-K2.5");
    const platform = platformOf("trtllm", "gb200");
    const parallel = {tp: 1, pp: 1, dp: 16, moeTp: 1, moeEp: 16, cp: 1};
    expect(poolServing({model: kimi, platform, parallel, quant: {moe: "nvfp4"}}, "decode")).toEqual({});
  });
});

describe("a worker of a pool", () => {
  const rack = {model, platform: platformOf("sglang", "gb200"), parallel: {tp: 1, pp: 1, moeTp: 1, cp: 1, ...wide}};

  it("is made as it was asked for where tables lack what pools have", () => {
    const tried: ServingChoices[] = [];
    const made = asPool(rack, "decode", (serving) => {
      tried.push(serving);
      if (serving.eplb) throw new PerfDataError("no such table");
      return "plain";
    });
    expect([made, tried]).toEqual(["plain", [{eplb: true}, {}]]);
  });

  it("is made once where nothing differs, or where all is there", () => {
    const count = (asked: typeof rack & ServingChoices) => {
      let times = 0;
      asPool(asked, "decode", () => ++times);
      return times;
    };
    expect([count(rack), count({...rack, eplb: true})]).toEqual([1, 1]);
  });

  it("has no other way out of what is wrong", () => {
    const wrong = () =>
      asPool(rack, "decode", () => {
        throw new RangeError("wrong");
      });
    expect(wrong).toThrow(RangeError);
  });

  it("looks into tables of how it is served, and into no others", () => {
    const names = (platform: Platform, choices: ServingChoices = {}) =>
      servedSlices(model, platform, undefined, choices).map(({table}) => table);
    expect(names(rack.platform)).toContain("wideep_decode_moe");
    for (const other of [platformOf("sglang", "h200_sxm"), platformOf("vllm", "gb200")])
      expect(servedSlices(model, other)).toEqual(requiredSlices(model, other));
    expect(names(rack.platform, {moeBackend: "deepep_moe"})).toEqual(
      requiredSlices(model, rack.platform, undefined, undefined, {moeBackend: "deepep_moe"}).map(({table}) => table)
    );
    const nvfp4 = {gemm: "nvfp4", moe: "nvfp4"} as const;
    const blackwell = servedSlices(model, platformOf("trtllm", "gb200"), nvfp4).map(({table}) => table);
    expect(blackwell).toContain("wideep_moe");
    expect(blackwell).toContain("trtllm_alltoall");
  });
});
