import {describe, expect, test} from "vitest";
import {resolveTask, taskOf} from "../../src/task/index.js";
import {agg, disagg, faultsOf, taskIn} from "./helpers.js";

const fields = {model_path: "Qwen/Qwen3-32B-FP8", system_name: "h200_sxm", total_gpus: 16};
const fp8 = {gemm: "fp8", moe: "fp8", kvCache: "fp8", fmha: "fp8"};

describe("layers", () => {
  test("are listed lowest first, with what each set and what was replaced", () => {
    const {layers} = taskIn(agg + "profiles: [fp8_default]\ngemm_quant_mode: fp8_block\n", {flags: {isl: 8000}});
    expect(layers.map(({kind, name}) => `${kind}: ${name}`)).toEqual([
      "base: base",
      "serving mode: agg",
      "backend: trtllm",
      "profile: fp8_default",
      "yaml: YAML",
      "command line: command line"
    ]);
    expect(layers[0].values).toEqual({
      serving_mode: "agg",
      isl: 4000,
      osl: 1000,
      prefix: 0,
      ttft: 1000,
      tpot: 50,
      top_n: 5,
      interpolation: "shared",
      nextn_accept_rates: [0.85, 0.8, 0.6, 0, 0],
      predictor: "simulation",
      sampling: "target",
      objective: "throughput"
    });
    expect(layers[0].overridden).toEqual(["isl"]);
    expect(layers[1].values).toEqual({agg_max_batch_size: 512});
    expect(layers[2].values).toEqual({free_gpu_memory_fraction: 1});
    expect(layers[3]).toMatchObject({file: "t.yaml", line: 4, column: 12, overridden: ["gemm_quant_mode"]});
    expect(layers[5].values).toEqual({isl: 8000});
  });

  test("the higher one wins: base, profile, file, command line", () => {
    const yaml = agg + "profiles: [low, high]\nisl: 3\n";
    const profiles = {low: {isl: 1, osl: 11, prefix: 0, top_n: 1}, high: {isl: 2, osl: 22}};
    const {config} = taskIn(yaml, {profiles, flags: {osl: 44}});
    expect(config.workload).toEqual({isl: 3, osl: 44, prefix: 0});
    expect(config.topN).toBe(1);
    expect(taskIn(agg + "profiles: [low, high]\n", {profiles}).config.workload).toEqual({isl: 2, osl: 22, prefix: 0});
    expect(taskIn(agg + "profiles: [high, low]\n", {profiles}).config.workload).toEqual({isl: 1, osl: 11, prefix: 0});
  });

  test("a verb's own defaults stand in place of the base's", () => {
    const base = {ttft: 2000, tpot: 30, serving_mode: "auto"};
    const {config, origin} = taskIn(agg + "tpot: 9\n", {base});
    expect(config).toMatchObject({servingMode: "auto", targets: {ttftMs: 2000, tpotMs: 9}});
    expect(origin("ttft")).toEqual({layer: "base"});
  });

  test("a null puts back the default", () => {
    const {config, origin} = taskIn(agg + "profiles: [fp8]\ngemm_quant_mode: null\nttft: ~\n", {
      flags: {moe_quant_mode: null}
    });
    expect(config.quant).toEqual({kvCache: "fp8", fmha: "fp8"});
    expect(config.targets.ttftMs).toBe(1000);
    expect(origin("gemm_quant_mode")).toBeUndefined();
  });

  test("replace drops what profiles set under config, and keeps what they set beside it", () => {
    const profiles = {mine: {gemm_quant_mode: "fp8", agg_tp_candidates: [2], nextn: 1, isl: 100}};
    const yaml = (mode: string) =>
      `${agg}mode: ${mode}\nprofiles: [mine]\nconfig: {worker_config: {kvcache_quant_mode: fp8}}\n`;
    expect(taskIn(yaml("patch"), {profiles}).config).toMatchObject({
      quant: {gemm: "fp8", kvCache: "fp8"},
      space: {agg: {tp: [2]}, aggMaxBatch: 512},
      nextn: 1,
      workload: {isl: 100}
    });
    const {config} = taskIn(yaml("replace"), {profiles});
    expect(config.quant).toEqual({kvCache: "fp8"});
    expect(config.space).toEqual({aggMaxBatch: 512});
    expect(config.nextn).toBeUndefined();
    expect(config.workload.isl).toBe(100);
  });

  test("a layer may be a function of the context, and have a condition", () => {
    const profiles = {
      long: {values: ({given}: {given: Record<string, unknown>}) => ({osl: (given.isl as number) * 2})},
      onVllm: {values: {top_n: 9}, when: ({backend}: {backend: string}) => backend === "vllm"}
    };
    const given = {...fields, isl: 300, profiles: ["long", "onVllm"]};
    const trtllm = taskOf(resolveTask(given, {profiles}));
    expect(trtllm.config).toMatchObject({workload: {osl: 600}, topN: 5});
    expect(trtllm.layers.map(({name}) => name)).not.toContain("onVllm");
    expect(taskOf(resolveTask({...given, backend_name: "vllm"}, {profiles})).config.topN).toBe(9);
  });

  test("the backend's layer depends on the engine: KV cache on trtllm, DeepEP on sglang with wide EP", () => {
    const wide = {...fields, model_path: "deepseek-ai/DeepSeek-V3", enable_wideep: true};
    const {config} = taskOf(resolveTask({...wide, backend_name: "sglang"}));
    expect(config.serving).toEqual({wideEp: true, moeBackend: "deepep_moe"});
    expect(config.freeMemoryFraction).toBeUndefined();
    expect(taskOf(resolveTask(wide)).config).toMatchObject({serving: {wideEp: true}, freeMemoryFraction: 1});
  });

  test("what is off is as what is not said, but for experts that are not to be balanced", () => {
    const moe = {...fields, model_path: "deepseek-ai/DeepSeek-V3", backend_name: "sglang"};
    const serving = (more: object) => taskOf(resolveTask({...moe, ...more})).config.serving;
    expect(serving({enable_wideep: false})).toEqual({});
    expect(serving({enable_eplb: false})).toEqual({eplb: false});
    expect(serving({enable_eplb: true})).toEqual({eplb: true});
  });

  test("defaults give way to the list that takes their place", () => {
    const {config} = taskIn(disagg + "prefill_workers: [1, 4]\ndecode_batch_sizes: [64]\nnum_gpu_per_replica: [16]\n");
    expect(config.space).toEqual({
      prefillWorkers: [1, 4],
      decodeBatches: [64],
      replicaGpus: [16],
      prefillMaxBatch: 1,
      decodeWorkers: Array.from({length: 32}, (_, i) => i + 1)
    });
  });

  test("wide EP widens the largest replica to 512 GPUs", () => {
    expect(taskIn(disagg).config.space.maxReplicaGpus).toBe(128);
    const wide = disagg.replaceAll("Qwen/Qwen3-32B-FP8", "deepseek-ai/DeepSeek-V3") + "decode_enable_wideep: true\n";
    expect(taskIn(wide).config.space.maxReplicaGpus).toBe(512);
  });
});

describe("profiles", () => {
  test.each([
    ["fp8_default", {...fp8, comm: "half"}],
    ["float16_default", {gemm: "bfloat16", moe: "bfloat16", kvCache: "bfloat16", fmha: "bfloat16", comm: "half"}],
    ["nvfp4_default", {gemm: "nvfp4", moe: "nvfp4", kvCache: "fp8", fmha: "fp8", comm: "half"}],
    ["fp8", fp8],
    ["fp8_static", {...fp8, gemm: "fp8_static"}],
    ["bfloat16", {gemm: "bfloat16", moe: "bfloat16", kvCache: "bfloat16", fmha: "bfloat16"}],
    ["nvfp4", {gemm: "nvfp4", moe: "nvfp4", kvCache: "fp8", fmha: "fp8"}],
    ["mxfp4", {gemm: "bfloat16", moe: "w4a16_mxfp4", kvCache: "bfloat16", fmha: "bfloat16"}]
  ])("%s sets the types of every worker", (name, quant) => {
    expect(taskIn(`${agg}profiles: [${name}]\n`).config.quant).toEqual(quant);
    const both = taskIn(
      `${disagg}profiles: [${name}]\nmode: patch\n`.replace(/prefill_/g, "").replace(/decode_.*\n/g, "")
    );
    expect(both.config).toMatchObject({quant, decodeQuant: quant});
  });

  test("a profile leaves out keys of the other serving mode", () => {
    const profiles = {mine: {decode_max_batch_size: 64, agg_max_batch_size: 32}};
    expect(taskIn(agg + "profiles: [mine]\n", {profiles}).config.space).toEqual({aggMaxBatch: 32});
    const flat = taskOf(resolveTask({...fields, serving_mode: "disagg", profiles: ["mine"]}, {profiles}));
    expect(flat.config.space).toMatchObject({decodeMaxBatch: 64});
    expect(flat.config.space.aggMaxBatch).toBeUndefined();
  });

  test("a file defines its own, also for one mode or engine alone", () => {
    const yaml = `profiles:
  short: {osl: 10}
  trt: {when: {backend_name: trtllm}, isl: 7}
a:
  ${agg.trim().replaceAll("\n", "\n  ")}
  profiles: [short, trt]
`;
    expect(taskIn(yaml).config.workload).toEqual({isl: 7, osl: 10, prefix: 0});
    expect(
      taskIn(yaml.replace("profiles:\n  short", "profile_definitions:\n  short"), {flags: {backend_name: "vllm"}})
        .config.workload
    ).toEqual({
      isl: 4000,
      osl: 10,
      prefix: 0
    });
    expect(faultsOf(yaml.replace("{osl: 10}", "{oslo: 10}"))).toContain(
      "t.yaml:2:11: unknown key: oslo; did you mean osl?"
    );
  });

  test("types that no layer sets are left to be inferred", () => {
    expect(taskIn(agg).config.quant).toEqual({});
    expect(taskIn(agg, {flags: {system_name: "b200_sxm"}}).config.quant).toEqual({});
  });
});

describe("origins", () => {
  test("name the layer, and in a file line and column of the key", () => {
    const {origin} = taskIn(agg + "profiles: [fp8]\nslo: {power_w: {threshold: 9000}}\n", {flags: {osl: 7}});
    expect(origin("system_name")).toEqual({layer: "YAML", file: "t.yaml", line: 2, column: 1});
    expect(origin("slo")).toEqual({layer: "YAML", file: "t.yaml", line: 5, column: 1});
    expect(origin("gemm_quant_mode")).toEqual({layer: "fp8"});
    expect(origin("osl")).toEqual({layer: "command line"});
    expect(origin("isl")).toEqual({layer: "base"});
    expect(origin("agg_max_batch_size")).toEqual({layer: "agg"});
    expect(origin("free_gpu_memory_fraction")).toEqual({layer: "trtllm"});
    expect(origin("nextn")).toBeUndefined();
  });

  test("of the nested form point at the nested key", () => {
    const {origins} = taskIn(`serving_mode: disagg
model_path: Qwen/Qwen3-32B
system_name: h200_sxm
total_gpus: 8
config:
  decode_worker_config:
    tp_list: [2]
`);
    expect(origins.decode_tp_candidates).toEqual({layer: "YAML", file: "t.yaml", line: 7, column: 5});
    expect(origins.prefill_system_name).toEqual({layer: "YAML", file: "t.yaml", line: 3, column: 1});
    expect(origins.decode_system_name).toEqual(origins.prefill_system_name);
  });
});

describe("with", () => {
  test("lays values over a task and keeps the rest", () => {
    const task = taskIn(agg + "backend_name: auto\nprofiles: [fp8]\n");
    expect(task.config).toMatchObject({platform: {backend: "auto"}});
    expect(task.config.freeMemoryFraction).toBeUndefined();
    const one = task.with({backend_name: "trtllm"}, "each backend");
    expect(one.config).toMatchObject({platform: {backend: "trtllm"}, quant: fp8, freeMemoryFraction: 1});
    expect(one.origin("backend_name")).toEqual({layer: "each backend"});
    expect(() => task.with({backend_name: "tgi"})).toThrow(
      "invalid backend_name: tgi; must be one of trtllm, sglang, vllm, auto"
    );
  });
});

describe("the command line", () => {
  test("means every worker by keys without role, in disagg too", () => {
    const {config} = taskIn(disagg, {
      flags: {system_name: "b200_sxm", decode_system_name: "h100_sxm", gemm_quant_mode: "fp8"}
    });
    expect(config).toMatchObject({
      platform: {system: "b200_sxm"},
      decodePlatform: {system: "h100_sxm"},
      quant: {gemm: "fp8"},
      decodeQuant: {gemm: "fp8"}
    });
  });

  test("can change the serving mode of flat values", () => {
    expect(taskIn(agg, {flags: {serving_mode: "auto"}}).config.servingMode).toBe("auto");
  });
});
