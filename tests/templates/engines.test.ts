import {describe, expect, test} from "vitest";
import {findModel} from "../../engine/models/catalogue.js";
import type {ServingChoices} from "../../engine/models/serving.js";
import {InputError} from "../../engine/errors.js";
import type {Backend} from "../../engine/schema.js";
import {makePlan} from "../../templates/make-plan.js";
import type {PlanOptions} from "../../templates/options.js";
import {roleOf, type DeploymentPlan, type RoleName} from "../../templates/plan.js";
import {engineRows} from "../../templates/versions.js";
import {deepseek, pointOf, valueOf, type PointSpec} from "./points.js";

const planOf = (spec: PointSpec, options: PlanOptions = {}) => makePlan(pointOf(spec), options);

function flag(
  plan: DeploymentPlan,
  role: RoleName,
  name: string,
  launch: "plain" | "dynamo" = "dynamo"
): string | undefined {
  return valueOf(roleOf(plan, role).launch[launch].args, name);
}

const agg = (sizes: object) => ({roles: {agg: sizes}});
const split = {roles: {prefill: {tp: 1, workers: 4}, decode: {tp: 4, batchPerRank: 128}}};
const attentionDp = {tp: 1, dp: 8, moeTp: 1, moeEp: 8, batchPerRank: 64};

describe("vLLM", () => {
  test("hybrid tp 2 × dp 4 with all experts spread is eight GPUs", () => {
    const plan = planOf({model: deepseek, ...agg({tp: 2, dp: 4, moeTp: 1, moeEp: 8})});
    expect([flag(plan, "agg", "--tensor-parallel-size"), flag(plan, "agg", "--data-parallel-size")]).toEqual([
      "2",
      "4"
    ]);
    expect(flag(plan, "agg", "--enable-expert-parallel")).toBe("");
    expect(roleOf(plan, "agg")).toMatchObject({gpusPerWorker: 8, gpusPerPod: 8, nodesPerWorker: 1});
  });

  test("experts over no rank carry no flag, over some of the ranks they are refused", () => {
    const plan = planOf({model: deepseek, ...agg({tp: 8, moeTp: 8, moeEp: 1})});
    expect(flag(plan, "agg", "--enable-expert-parallel")).toBeUndefined();
    expect(() => planOf({model: deepseek, ...agg({tp: 8, moeTp: 4, moeEp: 2})})).toThrow(
      /vLLM spreads experts over all/
    );
  });

  test("drafts raise the token budget, and the method's name follows the release", () => {
    const point = {model: deepseek, nextn: 2, ...agg({...attentionDp, dp: 16, moeEp: 16})};
    const plan = planOf(point, {dynamoRelease: "1.2.0"});
    expect(roleOf(plan, "agg").limits.maxTokens).toBe(64 * 3 + 4000 + 1500);
    expect(JSON.parse(flag(plan, "agg", "--speculative-config")!)).toEqual({method: "mtp", num_speculative_tokens: 2});
    const old = planOf(point, {engineVersion: "0.10.2"});
    expect(JSON.parse(flag(old, "agg", "--speculative-config")!).method).toBe("deepseek_mtp");
  });

  test("a decode batch with drafts fits one step; a prefill step holds the modelled batch of prompts", () => {
    const roles = {
      prefill: {tp: 8, moeTp: 1, moeEp: 8, batchPerRank: 2},
      decode: {...attentionDp, dp: 16, moeEp: 16, batchPerRank: 256}
    };
    const plan = planOf({model: deepseek, nextn: 1, roles});
    expect(roleOf(plan, "prefill").limits.maxTokens).toBe(2 * 4000 + 1500);
    expect(roleOf(plan, "decode").limits.maxTokens).toBe(512);
    expect(makePlan(pointOf({model: deepseek, nextn: 3, roles})).roles[1].limits.maxTokens).toBe(1024);
  });

  test("graph sizes go by the name of the release, and only when asked for", () => {
    const set = {"agg.graph_sizes": "4,2,1"};
    const spec = agg({tp: 2, batchPerRank: 8});
    expect(flag(planOf(spec, {engineVersion: "0.11.0", set}), "agg", "--cuda-graph-sizes")).toBe("1 2 4");
    expect(flag(planOf(spec, {engineVersion: "0.12.0", set}), "agg", "--cudagraph-capture-sizes")).toBe("1 2 4");
    expect(roleOf(planOf(spec), "agg").graphSizes).toBeNull();
    expect(roleOf(planOf(spec, {rules: "benchmark"}), "agg").graphSizes).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test("before Dynamo 1.0 roles are switches and the connector is off, from 1.0 they are modes", () => {
    const old = planOf(split, {dynamoRelease: "0.9.0"});
    expect(flag(old, "prefill", "--is-prefill-worker")).toBe("");
    expect([flag(old, "decode", "--is-prefill-worker"), flag(old, "decode", "--connector")]).toEqual([
      undefined,
      "none"
    ]);
    expect(flag(old, "prefill", "--disaggregation-mode")).toBeUndefined();
    const now = planOf(split, {dynamoRelease: "1.0.0"});
    expect([flag(now, "decode", "--disaggregation-mode"), flag(now, "decode", "--connector")]).toEqual([
      "decode",
      undefined
    ]);
  });

  test("without Dynamo a worker has no role flag, and a side channel port of its own", () => {
    const {launch} = roleOf(planOf(split), "prefill");
    expect(launch.plain.command).toEqual(["vllm", "serve", "Qwen/Qwen3-32B-FP8"]);
    expect(valueOf(launch.plain.args, "--disaggregation-mode")).toBeUndefined();
    expect(launch.plain.portEnv).toEqual([{name: "VLLM_NIXL_SIDE_CHANNEL_PORT", port: "sideChannel"}]);
    expect(JSON.parse(valueOf(launch.plain.args, "--kv-transfer-config")!)).toEqual({
      kv_connector: "NixlConnector",
      kv_role: "kv_both"
    });
  });

  test("attention-DP ranks spread over nodes by their start rank; followers are headless without Dynamo", () => {
    const roles = {prefill: {tp: 8, moeTp: 1, moeEp: 8}, decode: {...attentionDp, dp: 16, moeEp: 16}};
    const {launch, ...decode} = roleOf(planOf({model: deepseek, roles}), "decode");
    expect([decode.nodesPerWorker, decode.gpusPerPod]).toEqual([2, 8]);
    expect(launch.plain.multiNode).toMatchObject({
      method: "flags",
      followers: [{flag: "--headless"}],
      followersServe: false
    });
    expect(launch.plain.multiNode!.everyNode.slice(0, 3)).toEqual([
      {flag: "--data-parallel-size-local", values: ["8"]},
      {flag: "--data-parallel-start-rank", values: [{late: "nodeRank", times: 8}]},
      {flag: "--data-parallel-address", values: [{late: "leaderAddress"}]}
    ]);
    expect(launch.dynamo.multiNode!.everyNode.at(-1)).toEqual({flag: "--data-parallel-hybrid-lb", values: []});
    expect(launch.dynamo.multiNode).toMatchObject({followers: [], followersServe: true});
  });

  test("tensor parallelism over nodes is flags from 0.12, Ray before", () => {
    const spec = agg({tp: 16, workers: 1});
    const now = planOf(spec).roles[0].launch.plain.multiNode!;
    expect(now.everyNode.map(({flag}) => flag)).toEqual(["--nnodes", "--node-rank", "--master-addr", "--master-port"]);
    const old = planOf(spec, {engineVersion: "0.11.0"});
    expect(old.roles[0].launch.plain.multiNode!.method).toBe("ray");
    expect(flag(old, "agg", "--distributed-executor-backend")).toBe("ray");
    expect(old.warnings.join("\n")).toMatch(/Ray cluster/);
  });

  test("an attention-DP rank that does not fit a node is an impossible split", () => {
    const sizes = {tp: 16, dp: 2, moeTp: 1, moeEp: 32};
    expect(() => planOf({model: deepseek, ...agg(sizes)})).toThrow(/impossible split: 2 attention-DP ranks of 16 GPUs/);
  });

  test("memory is written, as much as the default of 0.9 or as the plan needs", () => {
    expect(flag(planOf(agg({tp: 2})), "agg", "--gpu-memory-utilization")).toBe("0.9");
    const point = pointOf(agg({tp: 2}));
    const memoryGiB = {...point.plan.agg!.memoryGiB, total: 0.93 * 141};
    const plan = makePlan({...point, plan: {...point.plan, agg: {...point.plan.agg!, memoryGiB}}});
    expect(flag(plan, "agg", "--gpu-memory-utilization")).toBe("0.93");
  });

  test("switching chunked prefill off needs steps as long as a sequence", () => {
    expect(() => planOf(agg({tp: 2}), {set: {chunked_prefill: "false", max_num_tokens: "6000"}})).toThrow(
      /max_seq_len 6500/
    );
    const plan = planOf(agg({tp: 2}), {set: {chunked_prefill: "false", max_num_tokens: "6500"}});
    expect(flag(plan, "agg", "--no-enable-chunked-prefill")).toBe("");
  });

  test("KV types that a release lacks are refused, whoever typed them", () => {
    for (const dtype of ["int8", "float16"])
      expect(() => planOf(agg({tp: 2}), {engineVersion: "0.16.0", set: {kv_cache_dtype: dtype}})).toThrow(
        /--kv-cache-dtype/
      );
    expect(
      flag(planOf(agg({tp: 2}), {engineVersion: "0.19.0", set: {kv_cache_dtype: "float16"}}), "agg", "--kv-cache-dtype")
    ).toBe("float16");
  });

  test("FP8 on the fly is a flag for a checkpoint in 16 bit, and none for one that is quantised", () => {
    const fp8 = planOf({model: "Qwen/Qwen3-32B", quant: {gemm: "fp8", moe: "fp8"}, ...agg({tp: 2})});
    expect(flag(fp8, "agg", "--quantization")).toBe("fp8");
    expect(flag(planOf(agg({tp: 2})), "agg", "--quantization")).toBeUndefined();
    expect(flag(planOf({model: "Qwen/Qwen3-32B", ...agg({tp: 2})}), "agg", "--quantization")).toBeUndefined();
  });

  test("a prefix asks for the KV router, and prefill workers to publish what they hold", () => {
    const plan = planOf({prefix: 1000, ...split});
    expect(plan.frontend.router).toBe("kv");
    const [prefill, decode] = plan.roles.map(({launch}) => launch.dynamo.portJson);
    expect(JSON.parse(prefill[0].template)).toMatchObject({
      publisher: "zmq",
      topic: "kv-events",
      enable_kv_cache_events: true
    });
    expect(decode).toEqual([]);
  });
});

describe("SGLang", () => {
  const spec = {backend: "sglang", model: deepseek} as const;

  test("attention DP lies inside tensor parallelism, and no GPU is counted twice", () => {
    const plan = planOf({...spec, ...agg({tp: 2, dp: 4, moeTp: 1, moeEp: 8})});
    expect(
      ["--tensor-parallel-size", "--data-parallel-size", "--expert-parallel-size"].map((name) =>
        flag(plan, "agg", name)
      )
    ).toEqual(["8", "4", "8"]);
    expect(flag(plan, "agg", "--enable-dp-attention")).toBe("");
    expect(roleOf(plan, "agg")).toMatchObject({gpusPerWorker: 8, gpusPerPod: 8, nodesPerWorker: 1});
    expect(plan.hardware.computeDomain).toBe(false);
  });

  test("requests and chunks are of the whole worker: eight ranks of 128 are 1024", () => {
    const {limits} = roleOf(planOf({...spec, ...agg({...attentionDp, batchPerRank: 128})}), "agg");
    expect(limits.maxBatch).toBe(1024);
    expect(limits.chunkTokens! % (8 * 128)).toBe(0);
    expect(limits.chunkTokens! / 8).toBeGreaterThanOrEqual(4000);
    const compatible = planOf({...spec, ...agg({...attentionDp, batchPerRank: 128})}, {rules: "compatible"});
    expect(roleOf(compatible, "agg").limits.maxBatch).toBe(1024);
  });

  test("graph sizes are of one rank: ascending, unique, none above its batch", () => {
    for (const rules of ["default", "compatible"] as const) {
      const {graphSizes, limits} = roleOf(planOf({...spec, ...agg(attentionDp)}, {rules}), "agg");
      expect(graphSizes).toEqual([...new Set(graphSizes)].sort((a, b) => a - b));
      expect(graphSizes!.at(-1)).toBe(limits.maxBatch / 8);
      expect(graphSizes).toContain(57);
    }
  });

  test("graph sizes go by the name of the release", () => {
    expect(
      flag(planOf({...spec, ...agg(attentionDp)}, {engineVersion: "0.5.11"}), "agg", "--cuda-graph-bs")
    ).toBeDefined();
    const plan = planOf({...spec, ...agg(attentionDp)}, {engineVersion: "0.5.16"});
    expect([flag(plan, "agg", "--cuda-graph-bs"), flag(plan, "agg", "--cuda-graph-bs-decode")?.slice(0, 5)]).toEqual([
      undefined,
      "1 2 3"
    ]);
  });

  test("mixed steps and drafts exclude each other; prefill and decode workers mix nothing", () => {
    expect(flag(planOf({backend: "sglang", ...agg({tp: 2})}), "agg", "--enable-mixed-chunk")).toBe("");
    expect(flag(planOf({...spec, nextn: 1, ...agg(attentionDp)}), "agg", "--enable-mixed-chunk")).toBeUndefined();
    const plan = planOf({backend: "sglang", ...split});
    for (const role of ["prefill", "decode"] as const) expect(flag(plan, role, "--enable-mixed-chunk")).toBeUndefined();
  });

  test("every prefill worker on a host has a bootstrap port of its own", () => {
    const plan = planOf({backend: "sglang", ...split});
    expect(roleOf(plan, "prefill").launch.plain.portFlags.map(({port}) => port)).toEqual(["http", "bootstrap"]);
    const ports = plan.nodes[0].workers.map(({ports}) => ports.bootstrap);
    expect([ports[0], new Set(ports).size]).toEqual([8998, 5]);
  });

  test("workers over nodes find each other at the leader", () => {
    const {multiNode} = planOf({backend: "sglang", ...agg({tp: 16, workers: 1})}).roles[0].launch.plain;
    expect(multiNode!.everyNode).toEqual([
      {flag: "--nnodes", values: ["2"]},
      {flag: "--node-rank", values: [{late: "nodeRank", times: 1}]},
      {flag: "--dist-init-addr", values: [{late: "leaderAddress", suffix: ":29500"}]}
    ]);
  });

  test("wide EP is DeepEP over all GPUs, and is doubtful", () => {
    const point = {...pointOf({...spec, ...agg(attentionDp)}), serving: {wideEp: true, eplb: true}};
    const plan = makePlan(point);
    expect(["--moe-a2a-backend", "--deepep-mode", "--enable-eplb"].map((name) => flag(plan, "agg", name))).toEqual([
      "deepep",
      "auto",
      ""
    ]);
    expect(plan.warnings.join("\n")).toMatch(/not proved/);
    expect(() => planOf({...spec, ...agg({tp: 8, moeTp: 2, moeEp: 4})}, {set: {all_to_all: "deepep"}})).toThrow(
      /spreads experts over all 8/
    );
  });

  test("pools of a plan run their experts as they were simulated, with room for all that they decode", () => {
    const roles = {prefill: {...attentionDp, batchPerRank: 1}, decode: {...attentionDp, batchPerRank: 152}};
    const point = pointOf({...spec, nextn: 1, roles});
    const served = (serving?: ServingChoices) => {
      const {plan} = point;
      const own = {...plan, prefill: {...plan.prefill!, serving}, decode: {...plan.decode!, serving}};
      return makePlan({...point, plan: own});
    };
    const names = ["--moe-a2a-backend", "--deepep-mode", "--enable-eplb"];
    const flags = (plan: DeploymentPlan, role: RoleName) => names.map((name) => flag(plan, role, name));
    const room = (plan: DeploymentPlan, role: RoleName) =>
      roleOf(plan, role).env.SGLANG_DEEPEP_NUM_MAX_DISPATCH_TOKENS_PER_RANK;
    const plan = served({eplb: true});
    expect(flags(plan, "prefill")).toEqual(["deepep", "normal", ""]);
    expect(flags(plan, "decode")).toEqual(["deepep", "low_latency", ""]);
    expect([room(plan, "prefill"), room(plan, "decode")]).toEqual([undefined, "304"]);
    expect(plan.reasons["decode.expertParallel.allToAll"]).toMatch(/simulated so/);
    const plain = served();
    expect([flags(plain, "decode"), room(plain, "decode")]).toEqual([[undefined, undefined, undefined], undefined]);
  });

  test("dense models have no attention DP, and context parallelism is refused", () => {
    expect(() => planOf({backend: "sglang", ...agg({tp: 2, dp: 2})})).toThrow(InputError);
    expect(() => planOf({backend: "sglang", ...agg({tp: 1, cp: 2})})).toThrow(/context parallelism/);
  });
});

describe("TensorRT-LLM", () => {
  const spec = {backend: "trtllm", model: deepseek} as const;
  const config = (plan: DeploymentPlan, role: RoleName = "agg") => roleOf(plan, role).engineConfig!;

  test("attention DP spans all of tensor parallelism; a hybrid is refused", () => {
    const plan = planOf({...spec, ...agg(attentionDp)});
    expect(config(plan)).toMatchObject({
      tensor_parallel_size: 8,
      moe_expert_parallel_size: 8,
      moe_tensor_parallel_size: 1,
      enable_attention_dp: true,
      max_batch_size: 64
    });
    expect(() => planOf({...spec, ...agg({tp: 2, dp: 4, moeTp: 1, moeEp: 8})})).toThrow(
      /attention DP of TensorRT-LLM spans all/
    );
  });

  test("budgets count drafts, in whole blocks", () => {
    const {max_num_tokens} = config(planOf({...spec, nextn: 2, ...agg(attentionDp)}));
    expect(max_num_tokens).toBe(Math.ceil((64 * 3 + 4000 + 500) / 32) * 32);
    const compatible = config(planOf({...spec, nextn: 2, ...agg(attentionDp)}, {rules: "compatible"}));
    expect(compatible.max_num_tokens).toBe(4576);
  });

  test.each([
    ["1.3.0rc14", {decoding_type: "MTP", num_nextn_predict_layers: 2}],
    ["1.3.0rc23", {decoding_type: "MTP", max_draft_len: 2}]
  ])("drafts of %s", (engineVersion, speculative_config) => {
    expect(config(planOf({...spec, nextn: 2, ...agg(attentionDp)}, {engineVersion}))).toMatchObject({
      speculative_config
    });
  });

  test.each([
    ["1.0.0", {kv_cache_config: {dtype: "fp8"}, moe_config: {backend: "CUTLASS"}}],
    ["1.0.0rc3", {kv_cache_dtype: "fp8", cuda_graph_config: {padding_enabled: true}}],
    ["1.2.0", {kv_cache_config: {dtype: "fp8", tokens_per_block: 32}, moe_config: {backend: "AUTO"}}]
  ])("keys of %s", (engineVersion, keys) => {
    const yaml = config(planOf({...spec, quant: {kvCache: "fp8"}, ...agg(attentionDp)}, {engineVersion}));
    expect(yaml).toMatchObject(keys);
    expect(yaml).not.toHaveProperty("build_config");
  });

  test("tokens_per_block is written only where the engine knows it", () => {
    const yaml = config(planOf({...spec, ...agg(attentionDp)}, {engineVersion: "1.1.0rc5"}));
    expect(yaml.kv_cache_config).not.toHaveProperty("tokens_per_block");
    expect(() => planOf({...spec, ...agg(attentionDp)}, {engineVersion: "1.0.0", set: {block_tokens: "64"}})).toThrow(
      InputError
    );
  });

  test("before 1.2.0rc5 Dynamo gets limits as flags too", () => {
    const old = planOf({backend: "trtllm", ...agg({tp: 2})}, {dynamoRelease: "0.7.1"});
    expect(flag(old, "agg", "--max-num-tokens")).toBe(String(config(old).max_num_tokens));
    expect(flag(planOf({backend: "trtllm", ...agg({tp: 2})}), "agg", "--max-num-tokens")).toBeUndefined();
  });

  test("prefill runs without overlap and both ends share transceiver and buffer", () => {
    const plan = planOf({backend: "trtllm", ...split}, {dynamoRelease: "1.2.0"});
    const [prefill, decode] = [config(plan, "prefill"), config(plan, "decode")];
    expect([prefill.disable_overlap_scheduler, decode.disable_overlap_scheduler]).toEqual([true, false]);
    expect(prefill.cache_transceiver_config).toEqual(decode.cache_transceiver_config);
    expect(prefill.cache_transceiver_config).toEqual({backend: "DEFAULT", max_tokens_in_buffer: 6528 - (6528 % 32)});
    expect([prefill.cuda_graph_config, decode.max_num_tokens]).toEqual([undefined, 128]);
  });

  test("Blackwell racks: attention DP 16 is four nodes of four, with a compute domain and AUTO kernels", () => {
    const roles = {
      prefill: {...attentionDp, dp: 4, moeEp: 4, batchPerRank: 1},
      decode: {...attentionDp, dp: 16, moeEp: 16, batchPerRank: 32}
    };
    const plan = planOf({...spec, system: "gb200", isl: 8192, osl: 1024, nextn: 3, roles}, {dynamoRelease: "1.2.0"});
    expect(plan.roles.map(({nodesPerWorker, gpusPerPod}) => [nodesPerWorker, gpusPerPod])).toEqual([
      [1, 4],
      [4, 4]
    ]);
    expect(plan.hardware).toMatchObject({computeDomain: true, multiNodeNvlink: true, arch: "arm64"});
    expect(config(plan, "decode")).toMatchObject({
      max_num_tokens: 128,
      gpus_per_node: 4,
      moe_config: {backend: "AUTO"}
    });
    expect(roleOf(plan, "decode").launch.plain.multiNode).toMatchObject({method: "mpi", ranks: 16, ranksPerNode: 4});
    expect(plan.totals).toEqual({workers: 2, gpus: 20, nodes: 5});
  });

  test("TRTLLM kernels are refused below Blackwell, WIDEEP is taken on request and doubtful", () => {
    expect(() => planOf({...spec, ...agg(attentionDp)}, {set: {moe_backend: "TRTLLM"}})).toThrow(/need Blackwell/);
    const wide = makePlan({
      ...pointOf({...spec, ...agg(attentionDp)}),
      serving: {wideEp: true, eplb: true, wideEpSlots: 288}
    });
    expect(config(wide).moe_config).toEqual({
      backend: "WIDEEP",
      load_balancer: {num_slots: 288, layer_updates_per_iter: 1}
    });
    expect(wide.warnings.join("\n")).toMatch(/WIDEEP/);
  });

  test("a decode worker that was simulated with wide EP is launched with it, its prefill worker as asked", () => {
    const point = pointOf({...spec, roles: {prefill: attentionDp, decode: attentionDp}});
    const {plan} = point;
    const decode = {...plan.decode!, serving: {wideEp: true, eplb: true}};
    const made = makePlan({...point, plan: {...plan, decode}});
    const backends = (["prefill", "decode"] as const).map((role) => roleOf(made, role).engineConfig!.moe_config);
    expect(backends).toMatchObject([{backend: "AUTO"}, {backend: "WIDEEP", load_balancer: {num_slots: 256}}]);
  });

  test("a prefix turns block reuse on", () => {
    expect(config(planOf({backend: "trtllm", prefix: 100, ...agg({tp: 2})})).kv_cache_config).toMatchObject({
      enable_block_reuse: true
    });
  });

  test("the served name has a flag from 1.3.0rc20 on, before a doubt", () => {
    const named = {servedName: "mine"};
    const now = planOf({backend: "trtllm", ...agg({tp: 2})}, {...named, engineVersion: "1.3.0rc23"});
    expect(flag(now, "agg", "--served_model_name", "plain")).toBe("mine");
    const old = planOf({backend: "trtllm", ...agg({tp: 2})}, {...named, engineVersion: "1.2.0"});
    expect(flag(old, "agg", "--served_model_name", "plain")).toBeUndefined();
    expect(old.warnings.join("\n")).toMatch(/served name/);
  });
});

describe("every release in the table", () => {
  const versions = (Object.keys(engineRows) as Backend[]).flatMap((backend) =>
    engineRows[backend].map(({version}) => ({backend, version: version.replace(/dev$/, "")}))
  );
  const specs: Record<string, PointSpec> = {
    "a dense model": agg({tp: 2, batchPerRank: 64}),
    "a dense model, disaggregated": split,
    "a model of experts with drafts": {model: deepseek, nextn: 1, ...agg(attentionDp)},
    "a model of experts over nodes, disaggregated": {
      model: deepseek,
      nextn: 1,
      roles: {prefill: {tp: 8, moeTp: 1, moeEp: 8}, decode: {...attentionDp, dp: 16, moeEp: 16}}
    },
    "a checkpoint in MXFP4": {model: "openai/gpt-oss-120b", ...agg({tp: 4, moeTp: 1, moeEp: 4})},
    "a checkpoint in NVFP4 on Blackwell": {model: "nvidia/DeepSeek-V3.1-NVFP4", system: "b200_sxm", ...agg(attentionDp)}
  };

  test.each(versions)("$backend $version runs every kind of plan under all rules", ({backend, version}) => {
    for (const [name, spec] of Object.entries(specs))
      for (const rules of ["default", "benchmark", "compatible"] as const) {
        const make = () => planOf({...spec, backend}, {engineVersion: version, rules});
        expect(make, name).not.toThrow();
      }
  });

  test.each([
    "Qwen/Qwen3-0.6B",
    "meta-llama/Meta-Llama-3.1-405B",
    "openai/gpt-oss-20b",
    "moonshotai/Kimi-K2-Instruct",
    "deepseek-ai/DeepSeek-V3.2"
  ])("the smallest tp of %s holds its weights one and a half times", (model) => {
    for (const backend of ["vllm", "sglang", "trtllm"] as const) {
      const point = pointOf({model, backend, isl: 1000, osl: 200, ...agg({})});
      expect(makePlan(point).roles[0].parallel.tp).toBe(point.plan.agg!.parallel.tp);
      expect(findModel(model).heads % point.plan.agg!.parallel.tp).toBe(0);
    }
  });
});
