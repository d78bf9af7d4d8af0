import {existsSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {Ajv, type ValidateFunction} from "ajv";
import formats from "ajv-formats";
import fc from "fast-check";
import {describe, expect, test} from "vitest";
import {InputError} from "../../engine/errors.js";
import {makePlan} from "../../templates/make-plan.js";
import type {PlanOptions} from "../../templates/options.js";
import {portNames, roleOf, ruleSets, type DeploymentPlan, type Launch} from "../../templates/plan.js";
import {isKubernetesName} from "../../templates/quote.js";
import {compareReleases} from "../../templates/release-order.js";
import {dense, deepseek, pointOf, systemOf, valueOf, type PointSpec} from "./points.js";

const flagFolder = join(import.meta.dirname, "../../../shared/flags");
const there = existsSync(flagFolder);
if (!there)
  console.warn("random plans are NOT CHECKED against the engines' own flags and schema: ../shared/flags is not there");

const agg = (sizes: object): PointSpec => ({roles: {agg: sizes}});
const split: PointSpec = {roles: {prefill: {tp: 1, workers: 4}, decode: {tp: 4, batchPerRank: 128}}};
const planOf = (spec: PointSpec, options: PlanOptions = {}) => makePlan(pointOf(spec), options);

/** Releases on and between the rows of the tables. */
const releases = {
  vllm: [
    "0.10.2",
    "0.11.0",
    "0.11.2",
    "0.12.0",
    "0.13.0",
    "0.14.1",
    "0.15.1",
    "0.16.0",
    "0.18.0",
    "0.19.0",
    "0.20.1",
    "0.21.0",
    "0.22.0",
    "0.24.0"
  ],
  sglang: [
    "0.5.1.post1",
    "0.5.2",
    "0.5.3.post2",
    "0.5.4",
    "0.5.4.post3",
    "0.5.6.post2",
    "0.5.8",
    "0.5.9",
    "0.5.10.post1",
    "0.5.11",
    "0.5.14",
    "0.5.16"
  ],
  trtllm: [
    "0.20.0",
    "1.0.0rc3",
    "1.0.0rc5",
    "1.0.0",
    "1.1.0rc5",
    "1.2.0rc3",
    "1.2.0rc6.post1",
    "1.2.0",
    "1.3.0rc1",
    "1.3.0rc14",
    "1.3.0rc23"
  ]
} as const;

const power = (most: number) => fc.constantFrom(...[1, 2, 4, 8, 16, 32].filter((size) => size <= most));

/** Sizes of one worker: dense, or experts with and without attention DP. */
const denseSizes = fc.record({tp: power(16), pp: fc.constantFrom(1, 1, 2)});
const expertSizes = fc
  .record({tp: power(8), dp: power(16), ep: fc.constantFrom("none", "all", "half"), pp: fc.constantFrom(1, 1, 2)})
  .map(({tp, dp, ep, pp}) => {
    const width = tp * dp;
    const moeEp = ep === "none" ? 1 : ep === "half" && width > 1 ? width / 2 : width;
    return {tp, dp, pp, moeEp, moeTp: width / moeEp};
  });

const worker = (sizes: fc.Arbitrary<object>, mostBatch: number) =>
  fc
    .tuple(sizes, fc.integer({min: 1, max: mostBatch}), fc.integer({min: 1, max: 6}))
    .map(([size, batchPerRank, workers]) => ({
      ...size,
      batchPerRank,
      workers
    }));

/** Any plan that a search could choose, and some that it could not. */
const anyPlan = fc.constantFrom("vllm", "sglang", "trtllm").chain((backend) =>
  fc.constantFrom(dense, deepseek, "Qwen/Qwen3-235B-A22B-FP8").chain((model) => {
    const sizes = model === dense ? denseSizes : expertSizes;
    const roles = fc.oneof(
      fc.record({agg: worker(sizes, 600)}),
      fc.record({prefill: worker(sizes, 8), decode: worker(sizes, 600)})
    );
    return fc.record({
      spec: fc.record({
        backend: fc.constant(backend),
        model: fc.constant(model),
        system: fc.constantFrom("h100_sxm", "h200_sxm", "b200_sxm", "gb200", "l40s"),
        isl: fc.integer({min: 1, max: 20000}),
        osl: fc.integer({min: 1, max: 8000}),
        nextn: fc.constantFrom(0, 0, 1, 3).map((nextn) => (model === deepseek ? nextn : 0)),
        quant: fc.constantFrom({kvCache: "fp8" as const}, {kvCache: "bfloat16" as const}),
        roles
      }),
      options: fc.record({
        rules: fc.constantFrom(...ruleSets),
        engineVersion: fc.constantFrom(...releases[backend]),
        router: fc.constantFrom("kv" as const, "round-robin" as const)
      })
    });
  })
) as fc.Arbitrary<{spec: PointSpec; options: PlanOptions}>;

/** The plan, or undefined where the engine cannot have it, which must then be said in words. */
function tryPlan({spec, options}: {spec: PointSpec; options: PlanOptions}): DeploymentPlan | undefined {
  try {
    return planOf(spec, options);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    expect(error.message).toMatch(/^[^;]+[;:] .+/);
    return undefined;
  }
}

function everyPlan(runs: number, check: (plan: DeploymentPlan) => void): void {
  let made = 0;
  fc.assert(
    fc.property(anyPlan, (input) => {
      const plan = tryPlan(input);
      if (plan) ++made;
      if (plan) check(plan);
    }),
    {numRuns: runs, seed: 5}
  );
  // Enough of them are possible for the property to mean something.
  expect(made).toBeGreaterThan(runs / 4);
}

describe("random plans", () => {
  test("GPUs are counted once: workers × tp · pp · dp, per pod within a node, the same on every node", () => {
    everyPlan(400, (plan) => {
      let gpus = 0;
      for (const {
        parallel: {tp, pp, dp},
        gpusPerWorker,
        nodesPerWorker,
        gpusPerPod,
        workers
      } of plan.roles) {
        expect(gpusPerWorker).toBe(tp * pp * dp);
        expect(gpusPerPod * nodesPerWorker).toBe(gpusPerWorker);
        expect(gpusPerPod).toBeLessThanOrEqual(plan.hardware.gpusPerNode);
        expect(nodesPerWorker > 1).toBe(gpusPerWorker > plan.hardware.gpusPerNode);
        gpus += workers * gpusPerWorker;
      }
      expect(plan.totals.gpus).toBe(gpus);
      const placed = plan.nodes.flatMap(({workers}) => workers.flatMap(({devices}) => devices));
      expect(placed.length).toBe(gpus);
    });
  });

  test("the engine's own sizes make up the same GPUs", () => {
    everyPlan(300, (plan) => {
      for (const {launch, engineConfig, gpusPerWorker} of plan.roles) {
        const size = (flag: string) => Number(valueOf(launch.plain.args, flag) ?? 1);
        const yaml = (key: string) => Number(engineConfig?.[key] ?? 1);
        const byEngine = {
          vllm: size("--tensor-parallel-size") * size("--pipeline-parallel-size") * size("--data-parallel-size"),
          sglang: size("--tensor-parallel-size") * size("--pipeline-parallel-size"),
          trtllm: yaml("tensor_parallel_size") * yaml("pipeline_parallel_size")
        };
        expect(byEngine[plan.engine.backend]).toBe(gpusPerWorker);
      }
    });
  });

  test("on a node no device and no port belongs to two, and one frontend serves all", () => {
    everyPlan(300, (plan) => {
      for (const {workers} of plan.nodes) {
        const devices = workers.flatMap((worker) => worker.devices);
        expect(new Set(devices).size).toBe(devices.length);
        expect(Math.max(...devices)).toBeLessThan(plan.hardware.gpusPerNode);
        const ports = workers.flatMap(({ports, portSpans}) =>
          portNames.flatMap((name) => Array.from({length: portSpans[name]}, (_, i) => ports[name] + i))
        );
        ports.push(plan.frontend.port, 2379, 4222);
        expect(new Set(ports).size).toBe(ports.length);
        expect(Math.max(...ports)).toBeLessThan(32768);
      }
      expect(plan.nodes.filter(({frontend}) => frontend).map(({index}) => index)).toEqual([0]);
    });
  });

  test("every worker is whole: its parts are ranked from the leader over neighbouring nodes", () => {
    everyPlan(200, (plan) => {
      for (const {role, workers, nodesPerWorker} of plan.roles)
        for (let worker = 0; worker < workers; ++worker) {
          const parts = plan.nodes.flatMap(({index, workers: on}) =>
            on.filter((part) => part.role === role && part.worker === worker).map((part) => ({index, ...part}))
          );
          expect(parts.map(({rank}) => rank)).toEqual(Array.from({length: nodesPerWorker}, (_, i) => i));
          expect(
            parts.every(({leaderNode, index, rank}) => leaderNode === parts[0].index && index === leaderNode + rank)
          ).toBe(true);
        }
    });
  });

  test("prefill and decode agree on KV type, blocks, transport, drafts and model", () => {
    everyPlan(300, ({mode, roles, transfer}) => {
      if (mode === "agg") return expect(transfer).toBeNull();
      const [prefill, decode] = roles;
      const shared = (role: typeof prefill) => ({
        kv: role.kvCache,
        nextn: role.nextn,
        buffer: role.limits.transferBufferTokens,
        transceiver: role.engineConfig?.cache_transceiver_config,
        transfer: valueOf(role.launch.plain.args, "--kv-transfer-config"),
        nixl: valueOf(role.launch.plain.args, "--disaggregation-transfer-backend"),
        drafts:
          valueOf(role.launch.plain.args, "--speculative-config") ??
          valueOf(role.launch.plain.args, "--speculative-num-steps"),
        model: role.launch.dynamo.command.at(-1)
      });
      expect(shared(prefill)).toEqual(shared(decode));
    });
  });

  test("sequences hold prompt and answer, steps hold the batch, prompts fit a step or are chunked", () => {
    everyPlan(300, ({roles, workload: {isl, osl}, engine}) => {
      for (const {role, limits, chunkedPrefill} of roles) {
        expect(limits.maxSeqTokens).toBeGreaterThanOrEqual(isl + osl);
        if (engine.backend !== "sglang") expect(limits.maxTokens).toBeGreaterThanOrEqual(limits.maxBatch);
        if (role !== "decode") expect(limits.maxTokens >= isl || chunkedPrefill).toBe(true);
      }
    });
  });

  test("no quantisation flag where the checkpoint is quantised", () => {
    everyPlan(100, ({roles}) => {
      for (const {launch, quantization} of roles)
        expect([quantization, valueOf(launch.plain.args, "--quantization")]).toEqual([null, undefined]);
    });
  });

  test("names are valid, values have reasons, and the plan is plain data that survives JSON", () => {
    everyPlan(100, (plan) => {
      expect(isKubernetesName(`${plan.name}-frontend`)).toBe(true);
      for (const {role} of plan.roles) {
        const decided = [
          "limits.maxBatch",
          "limits.maxTokens",
          "limits.maxSeqTokens",
          "kvCache.engine",
          "memoryFraction",
          "gpusPerPod",
          "workers"
        ];
        for (const path of decided) expect(plan.reasons[`${role}.${path}`]?.length ?? 0).toBeGreaterThan(3);
      }
      expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
    });
  });

  test("the same input gives the same plan, and leaves the input as it was", () => {
    fc.assert(
      fc.property(anyPlan, (input) => {
        const before = JSON.stringify(input);
        const [first, second] = [tryPlan(input), tryPlan(structuredClone(input))];
        expect(JSON.stringify(first)).toBe(JSON.stringify(second));
        expect(JSON.stringify(input)).toBe(before);
      }),
      {numRuns: 60}
    );
  });
});

interface SourceFlag {
  aliases?: string[];
  arity: number | string;
  choices?: unknown;
  negation?: string;
}

const fileReleases = {
  vllm: ["0.10.2", "0.11.0", "0.12.0", "0.14.1", "0.16.0", "0.19.0", "0.20.1", "0.22dev"],
  sglang: ["0.5.1.post1", "0.5.3.post2", "0.5.4.post3", "0.5.6.post2", "0.5.9", "0.5.10", "0.5.11", "0.5.16dev"]
};

const loaded = new Map<string, Record<string, SourceFlag>>();

/** Flags of the highest release that was read and is not above the one asked for. */
function sourceFlags(backend: "vllm" | "sglang", version: string): Record<string, SourceFlag> {
  const file =
    fileReleases[backend].findLast((release) => compareReleases(release, version) <= 0) ?? fileReleases[backend][0];
  const key = `${backend}-${file}`;
  if (!loaded.has(key)) loaded.set(key, JSON.parse(readFileSync(join(flagFolder, `${key}.json`), "utf8")).flags);
  return loaded.get(key)!;
}

/** What the engine's own table says against a launch. */
function complaints(flags: Record<string, SourceFlag>, {args, multiNode, portFlags}: Launch): string[] {
  const late = [...(multiNode?.everyNode ?? []), ...(multiNode?.leader ?? []), ...(multiNode?.followers ?? [])];
  const ports = portFlags.map(({flag}) => ({flag, values: ["1"]}));
  return [...args, ...late, ...ports].flatMap(({flag, values}) => {
    const source =
      flags[flag] ?? Object.values(flags).find(({aliases, negation}) => negation === flag || aliases?.includes(flag));
    if (!source) return [`${flag}: not there`];
    const fits = source.arity === "1+" ? values.length > 0 : values.length === Number(source.arity);
    if (!fits) return [`${flag}: ${values.length} values for ${source.arity}`];
    const legal = Array.isArray(source.choices) ? source.choices.map(String) : undefined;
    return legal
      ? values.filter((value) => !legal.includes(String(value))).map((value) => `${flag}: ${String(value)}`)
      : [];
  });
}

describe.runIf(there)("random plans against the engines' own tables", () => {
  test("every flag exists in that release, with as many values and a legal one", () => {
    everyPlan(400, ({engine: {backend, version}, roles}) => {
      if (backend === "trtllm") return;
      for (const {launch} of roles) expect(complaints(sourceFlags(backend, version), launch.plain)).toEqual([]);
    });
  });

  test("every YAML for TensorRT-LLM 1.3 satisfies its schema", () => {
    const {schema} = JSON.parse(readFileSync(join(flagFolder, "trtllm-llmargs-1.3.json"), "utf8"));
    const ajv = new Ajv({strict: false, allErrors: true});
    formats.default(ajv);
    const validate: ValidateFunction = ajv.compile(schema);
    let checked = 0;
    everyPlan(500, ({engine, roles}) => {
      if (engine.backend !== "trtllm" || compareReleases(engine.version, "1.3.0rc0") < 0) return;
      for (const {engineConfig} of roles) {
        validate(engineConfig);
        expect(validate.errors).toBeNull();
        ++checked;
      }
    });
    expect(checked).toBeGreaterThan(10);
    expect(validate({...{backend: "pytorch"}, no_such_key: 1})).toBe(false);
  });
});

describe("splits", () => {
  test("twelve GPUs on nodes of eight are refused, and taken as six and six where nodes are said to give six", () => {
    const spec = {model: "Qwen/Qwen3-32B-FP8", ...agg({tp: 4, pp: 3, workers: 1})};
    expect(() => planOf(spec)).toThrow(/impossible split: agg workers of 12 GPUs over nodes of 8/);
    expect(() => planOf(spec)).toThrow(/nodes give 6/);
    const plan = planOf(spec, {gpusPerNode: 6});
    expect(plan.roles[0]).toMatchObject({nodesPerWorker: 2, gpusPerPod: 6});
    expect(plan.warnings.join("\n")).toMatch(/taken to give 6 GPUs/);
  });

  test("devices follow the order of roles: prefill first, then decode", () => {
    const {nodes} = planOf(split);
    expect(nodes.map(({workers}) => workers.map(({devices}) => devices.join()))).toEqual([
      ["0", "1", "2", "3", "4,5,6,7"]
    ]);
    expect(planOf(agg({tp: 2, workers: 4})).nodes[0].workers.map(({devices}) => devices.join())).toEqual([
      "0,1",
      "2,3",
      "4,5",
      "6,7"
    ]);
  });

  test("largest first is taken where it needs fewer nodes", () => {
    const roles = {prefill: {tp: 2, workers: 3}, decode: {tp: 4, workers: 3}};
    expect(planOf({roles}).totals).toMatchObject({gpus: 18, nodes: 3});
    const odd = planOf({roles: {prefill: {tp: 2, workers: 1}, decode: {tp: 8, workers: 1}}});
    expect(odd.totals.nodes).toBe(2);
  });

  test("two prefill workers and a decode worker of two nodes are four scripts", () => {
    const roles = {prefill: {tp: 8, moeTp: 1, moeEp: 8, workers: 2}, decode: {tp: 1, dp: 16, moeTp: 1, moeEp: 16}};
    const {nodes} = planOf({model: deepseek, roles});
    expect(nodes.map(({workers}) => workers.map(({role, rank, leaderNode}) => `${role}${rank}@${leaderNode}`))).toEqual(
      [["prefill0@0"], ["prefill0@1"], ["decode0@2"], ["decode1@2"]]
    );
  });

  test("sizes that do not divide heads, KV heads or experts are refused in words", () => {
    expect(() => planOf(agg({tp: 3}))).toThrow(/must divide the 64 attention heads/);
    expect(() => planOf({model: deepseek, ...agg({tp: 8, moeTp: 1, moeEp: 512})})).toThrow(
      /must divide the 256 experts/
    );
    expect(() => planOf(agg({tp: 2, moeEp: 2}))).toThrow(/has no experts/);
    expect(() => planOf(agg({tp: 1.5}))).toThrow(InputError);
    expect(() => planOf(agg({tp: 1, workers: 0}))).toThrow(InputError);
  });

  test("prefill and decode on different systems or engines are refused", () => {
    const point = pointOf(split);
    const {prefill, decode} = point.plan;
    const other = (change: object) =>
      makePlan({...point, plan: {...point.plan, prefill, decode: {...decode!, ...change}}});
    expect(() => other({system: "b200_sxm"})).toThrow(/files need one system/);
    expect(() => other({backend: "sglang"})).toThrow(/same engine/);
  });

  test("too many workers for the ports of a node are refused", () => {
    const system = {...systemOf("h200_sxm"), gpusPerNode: 128};
    const point = {...pointOf(agg({tp: 1, workers: 128})), system};
    expect(() => makePlan(point)).toThrow(/too many workers on one node/);
  });
});

describe("what the user sets", () => {
  test("wins over rules, limits and defaults, and says so", () => {
    for (const rules of ruleSets) {
      const plan = planOf(
        {backend: "trtllm", ...agg({tp: 2, batchPerRank: 64})},
        {rules, set: {"agg.max_num_tokens": "9999", max_batch_size: "48"}}
      );
      expect(plan.roles[0].engineConfig).toMatchObject({max_num_tokens: 9999, max_batch_size: 48});
      expect(plan.reasons["agg.limits.maxTokens"]).toBe("set by the user");
    }
  });

  test("for one role wins over the same for all, in any order", () => {
    for (const set of [
      {max_batch_size: "8", "decode.max_batch_size": "16"},
      {"decode.max_batch_size": "16", max_batch_size: "8"}
    ])
      expect(planOf(split, {set}).roles.map(({limits}) => limits.maxBatch)).toEqual([8, 16]);
  });

  test("overrides names, paths, images, secrets and the environment", () => {
    const set = {
      name: "my-team",
      namespace: "team-1",
      served_model_name: "chat",
      model_path: "/models/it's",
      image: "registry.local:5000/vllm:1",
      hf_token_secret: "none",
      model_cache: "models",
      frontend_port: "9000",
      node_selector: "gpu=h200",
      "decode.env.NCCL_DEBUG": "INFO $HOME",
      nextn: "0"
    };
    const plan = planOf(split, {name: "other", set});
    expect(plan).toMatchObject({
      name: "my-team-disagg",
      namespace: "team-1",
      model: {servedName: "chat", path: "/models/it's"},
      images: {engine: "registry.local:5000/vllm:1", dynamo: "registry.local:5000/vllm:1"},
      hfTokenSecret: null,
      modelCache: {claim: "models", mountPath: "/workspace/model_cache"},
      frontend: {port: 9000},
      hardware: {nodeSelector: {gpu: "h200"}},
      set
    });
    expect([roleOf(plan, "prefill").env.NCCL_DEBUG, roleOf(plan, "decode").env.NCCL_DEBUG]).toEqual([
      undefined,
      "INFO $HOME"
    ]);
  });

  test.each([
    [{max_batch_sise: "1"}, /unknown key: "max_batch_sise"; did you mean max_batch_size\?/],
    [{"decode.max_batch": "1"}, /did you mean decode\.max_batch_size\?/],
    [{"agg.max_batch_size": "1"}, /this deployment has prefill\. and decode\. only/],
    [{constructor: "1"}, /unknown key/],
    [{__proto__x: "1"}, /unknown key/],
    [{max_batch_size: "0"}, /whole number of at least 1/],
    [{max_batch_size: "1e9"}, /whole number/],
    [{memory_fraction: "1.5"}, /at most 1/],
    [{prefix_caching: "yes"}, /true or false/],
    [{graph_sizes: "1,x"}, /whole number/],
    [{"decode.graph_sizes": "1,999"}, /none may exceed max_batch_size/],
    [{"prefill.max_seq_len": "4000"}, /isl \+ osl = 5000/],
    [{"decode.max_num_tokens": "5"}, /at least max_batch_size 128/],
    [{"decode.kv_cache_dtype": "fp8_e5m2"}, /must be the same for KV to pass/],
    [{overlap_scheduler: "true"}, /not for vLLM/],
    [{transfer_buffer_tokens: "9"}, /only TensorRT-LLM/],
    [{"decode.env.A B": "1"}, /invalid variable name/],
    [{router: "fast"}, /round-robin or kv/],
    [{frontend_port: "8085"}, /uses it for system/],
    [{frontend_port: "70000"}, /1 to 65535/],
    [{namespace: "a b"}, /invalid namespace/],
    [{image: "$(id)"}, /invalid image/],
    [{model_path: "--help"}, /must not start with a dash/],
    [{served_model_name: "a\0b"}, /NUL/],
    [{config_folder: "../x"}, /must be absolute/],
    [{model_cache_path: "/m"}, /no claim to mount/],
    [{node_selector: "x"}, /label=value/],
    [{nextn: "99"}, /0 to 16/]
  ] as [Record<string, string>, RegExp][])("%j is refused with the reason", (set, reason) => {
    expect(() => planOf(split, {set})).toThrow(InputError);
    expect(() => planOf(split, {set})).toThrow(reason);
  });

  test("chunks are needed where a step is shorter than a prompt", () => {
    const spec = {backend: "trtllm" as const, ...agg({tp: 2, batchPerRank: 8})};
    expect(() => planOf(spec, {set: {max_num_tokens: "2048"}})).toThrow(/chunked_prefill=true/);
    expect(planOf(spec, {set: {max_num_tokens: "2048", chunked_prefill: "true"}}).roles[0].engineConfig).toMatchObject({
      max_num_tokens: 2048,
      enable_chunked_prefill: true
    });
  });

  test("a sequence beyond the model's context needs the user's word", () => {
    expect(() => planOf({isl: 40000, osl: 2000, ...agg({tp: 2})})).toThrow(/beyond the 40960 tokens/);
    const plan = planOf({isl: 40000, osl: 2000, ...agg({tp: 2})}, {set: {max_seq_len: "50000"}});
    expect(plan.warnings.join("\n")).toMatch(/beyond the 40960 tokens/);
    expect(planOf({isl: 40000, osl: 500, ...agg({tp: 2})}).roles[0].limits.maxSeqTokens).toBe(40960);
  });
});

describe("doubts are said", () => {
  test.each([
    [
      "a release between rows",
      agg({tp: 2}),
      {engineVersion: "0.13.0"},
      /no table row for vLLM 0\.13\.0: files are written for 0\.12\.0/
    ],
    [
      "weights that the checkpoint lacks",
      {quant: {gemm: "nvfp4" as const, moe: "nvfp4" as const}, ...agg({tp: 2})},
      {},
      /the checkpoint .* is fp8_block/
    ],
    ["tp that differs between roles", split, {}, /KV passes from tp 1 to tp 4/],
    [
      "tp that differs on as many GPUs",
      {model: deepseek, roles: {prefill: {tp: 8, moeTp: 1, moeEp: 8}, decode: {tp: 1, dp: 8, moeTp: 1, moeEp: 8}}},
      {},
      /KV passes from tp 8 to tp 1/
    ],
    ["workers over a plain network", agg({tp: 16, workers: 1}), {}, /network/],
    [
      "drafts that were not counted on",
      {model: deepseek, ...agg({tp: 8, moeTp: 8, moeEp: 1})},
      {set: {nextn: "1"}},
      /count on 0 draft tokens/
    ],
    [
      "an engine that Dynamo does not ship",
      agg({tp: 2}),
      {engineVersion: "0.12.0", dynamoRelease: "1.2.0"},
      /ships vLLM 0\.20\.1/
    ],
    [
      "kernels by name",
      {model: deepseek, ...agg({tp: 8, moeTp: 8, moeEp: 1})},
      {set: {moe_backend: "triton"}},
      /not proved/
    ]
  ] as [string, PointSpec, PlanOptions, RegExp][])("%s", (_, spec, options, doubt) => {
    expect(planOf(spec, options).warnings.join("\n")).toMatch(doubt);
  });

  test("measurements of another release than the files are for", () => {
    const point = pointOf(agg({tp: 2}));
    const figures = {
      ttftMs: 1,
      tpotMs: 1,
      requestLatencyMs: 1,
      requestsPerSec: 2,
      tokensPerSec: 3,
      tokensPerSecPerGpu: 1,
      tokensPerSecPerUser: 1,
      concurrency: 64
    };
    const plan = makePlan({
      ...point,
      plan: {...point.plan, replicas: 3, ...figures, source: "measured", agg: {...point.plan.agg!, version: "0.14.0"}}
    });
    expect(plan.engine.dataVersions).toEqual(["0.14.0"]);
    expect(plan.warnings.join("\n")).toMatch(/measurements of vLLM 0\.14\.0, the files are for 0\.24\.0/);
    expect(plan.predicted).toMatchObject({concurrency: 192, tokensPerSec: 9, ttftMs: 1});
  });

  test("none of weights that are the checkpoint's by another name", () => {
    const plan = planOf({model: "openai/gpt-oss-120b", ...agg({tp: 4, moeTp: 4, moeEp: 1})}, {dynamoRelease: "1.2.0"});
    expect(plan.model).toMatchObject({weights: "w4a16_mxfp4", checkpoint: "mxfp4"});
    expect(plan.warnings).toEqual([]);
  });

  test("a usual plan on a release of the table has none", () => {
    expect(planOf(agg({tp: 2, batchPerRank: 64}), {dynamoRelease: "1.2.0"}).warnings).toEqual([]);
  });
});

test("the benchmark goes around the load that fills every worker", () => {
  const {benchmark} = planOf({
    model: deepseek,
    ...agg({tp: 1, dp: 8, moeTp: 1, moeEp: 8, batchPerRank: 64, workers: 2})
  });
  expect(benchmark.concurrency).toBe(1024);
  expect(benchmark.concurrencies).toEqual([1, 2, 8, 16, 32, 64, 128, 972, 1024, 1076]);
  expect(benchmark.requests.at(-2)).toBe(51200);
});

test("hostile names end as valid Kubernetes names, and two models never share one", () => {
  const name = (id: string) => planOf(agg({tp: 2, workers: 1}), {name: id}).name;
  const ids = ["A/b", "a/b!", "模型", "x".repeat(300), "x".repeat(299), "../../etc", "$(id)", "a\nb", "🦙", "-"];
  const names = ids.map(name);
  expect(
    names.every((each) => isKubernetesName(`${each}-frontend-0`) && each.endsWith("-agg") && each.length <= 40)
  ).toBe(true);
  expect(new Set(names).size).toBe(ids.length);
});
