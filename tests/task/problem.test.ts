import {describe, expect, test} from "vitest";
import {defaultPredictor} from "../../engine/search/predictor.js";
import {evaluateSearch, findModel, PerfDatabase, type Platform} from "../../src/engine/index.js";
import {taskAnswerOptions, taskProblem, taskTargets} from "../../src/task/index.js";
import {readAllSystems} from "../../data-loaders/read-systems.js";
import {systemFolders} from "../../data-loaders/data-folder.js";
import {agg, both, disagg, taskIn} from "./helpers.js";

const systems = readAllSystems(systemFolders());

/** Answers by speed of light, which needs no tables. */
function platform(id: string): Platform {
  const system = systems.find((each) => each.id === id)!;
  return {system, backend: "trtllm", version: "none", perf: new PerfDatabase(id, "trtllm", "none"), database: "sol"};
}

const model = findModel("Qwen/Qwen3-32B-FP8");
const opened = {model, platform: platform("h200_sxm")};

describe("taskProblem", () => {
  test("takes everything over that a search can be told", () => {
    const yaml = `${agg.replace("Qwen/Qwen3-32B-FP8", "Qwen/Qwen3-VL-8B-Instruct")}isl: 3000
osl: 500
prefix: 100
image_height: 512
image_width: 256
num_images_per_request: 2
nextn: 2
nextn_accept_rates: [0.9, 0.4]
free_gpu_memory_fraction: 0.9
max_seq_len: 8000
exact_kv_cache: true
interpolation: reference
database_mode: hybrid
transfer_policy: balanced
transfer_rule: utilisation
clamp: true
gemm_quant_mode: fp8
agg_num_gpu_candidates: [2, 4]
agg_tp_candidates: [2]
agg_pp_candidates: [1, 2]
agg_batch_sizes: [8, 16]
ctx_tokens: [3000]
`;
    const {config} = taskIn(yaml);
    const vision = findModel("Qwen/Qwen3-VL-8B-Instruct");
    expect(config.lookUps.database).toBe("hybrid");
    expect(taskProblem(config, {...opened, model: vision})).toEqual({
      model: vision,
      platform: {
        ...opened.platform,
        interpolation: "reference",
        transfer: ["xshape", "xquant"],
        transferRule: "utilisation",
        clampToLight: true
      },
      totalGpus: 16,
      workload: {isl: 3000, osl: 500, prefix: 100, images: {count: 2, heightPixels: 512, widthPixels: 256}},
      quant: {gemm: "fp8"},
      nextn: 2,
      acceptRates: [0.9, 0.4],
      freeMemoryFraction: 0.9,
      exactKvCache: true,
      space: {
        modes: ["agg"],
        agg: {gpus: [2, 4], tp: [2], pp: [1, 2]},
        aggBatches: [8, 16],
        ctxTokens: [3000],
        maxSeqTokens: 8000
      },
      tuning: {
        prefillLatencyScale: 1.1,
        decodeLatencyScale: 1.08,
        prefillRateShare: 0.9,
        decodeRateShare: 0.92,
        ttftScale: 1.8
      }
    });
  });

  test("names every decode type where prefill's is set and decode's is to be inferred", () => {
    const {config} = taskIn(disagg + "prefill_gemm_quant_mode: bfloat16\ndecode_kvcache_quant_mode: bfloat16\n");
    const problem = taskProblem(config, opened);
    expect(problem.quant).toEqual({gemm: "bfloat16"});
    expect(problem.decodeQuant).toEqual({
      gemm: "fp8_block",
      moe: "fp8_block",
      kvCache: "bfloat16",
      fmha: "fp8",
      comm: "half"
    });
  });

  test("leaves types that no layer sets to be inferred", () => {
    const problem = taskProblem(taskIn(disagg).config, opened);
    expect(problem).not.toHaveProperty("quant");
    expect(problem).not.toHaveProperty("decodeQuant");
  });

  test("gives decode workers a platform and expert choices of their own", () => {
    const yaml = disagg
      .replaceAll("Qwen/Qwen3-32B-FP8", "deepseek-ai/DeepSeek-V3")
      .replace("decode_system_name: h200", "decode_system_name: b200");
    const {config} = taskIn(yaml + "decode_enable_wideep: true\n");
    expect(config.decodePlatform).toEqual({system: "b200_sxm", backend: "trtllm"});
    const problem = taskProblem(config, {
      ...opened,
      model: findModel("deepseek-ai/DeepSeek-V3"),
      decodePlatform: platform("b200_sxm")
    });
    expect(problem.decodePlatform?.system.id).toBe("b200_sxm");
    expect(problem).not.toHaveProperty("wideEp");
    expect(problem.decodeServing).toEqual({wideEp: true});
  });

  test("makes problems that the search evaluates, in the modes asked for", () => {
    const sizes = ["agg", "prefill", "decode"].map((role) => `${role}_tp_candidates: [2]\n`).join("");
    const evaluate = (yaml: string) => evaluateSearch(taskProblem(taskIn(yaml).config, opened));
    const all = evaluate(both + sizes + "agg_batch_sizes: [4]\ndecode_batch_sizes: [16]\n");
    expect(all.aggregated.map(({points}) => new Set(points.map(({batch}) => batch)))).toEqual([new Set([4])]);
    expect(all.disaggregated?.decode.map(({concurrency}) => concurrency)).toEqual([16]);
    expect(evaluate(agg + "agg_tp_candidates: [2]\n").disaggregated).toBeNull();
    expect(evaluate(disagg + "prefill_tp_candidates: [2]\ndecode_tp_candidates: [4]\n").aggregated).toEqual([]);
  });
});

describe("targets and options", () => {
  const asked = (yaml: string) => {
    const {config} = taskIn(agg + yaml);
    return {targets: taskTargets(config), options: taskAnswerOptions(config)};
  };

  test("are those of the base unless something is said", () => {
    expect(asked("")).toEqual({
      targets: {ttftMs: 1000, tpotMs: 50},
      options: {objective: "throughput", strict: false, goals: [], topN: 5, sampling: "target"}
    });
  });

  test("a hard goal of slo is a target, a soft one a goal in its place", () => {
    const {targets, options} = asked(
      "slo: {ttft: {threshold: 300, hard_fail: true}, tpot: {threshold: 10, weight: 2}}\n"
    );
    expect(targets).toEqual({ttftMs: 300, tpotMs: Infinity});
    expect(options).toMatchObject({
      objective: "score",
      penaltyShape: "continuous",
      steepness: 0.1,
      goals: [{metric: "tpotMs", threshold: 10, hard: false, weight: 2}]
    });
  });

  test("a soft goal has weight 1 unless it says another, and slo is soft unless it says hard_fail", () => {
    expect(asked("slo: {power_w: {threshold: 9000}}\n").options.goals).toEqual([
      {metric: "powerWatts", threshold: 9000, hard: false, weight: 1}
    ]);
  });

  test("every metric of slo has a goal", () => {
    const names = ["tokens_per_s_per_gpu", "tokens_per_s_per_user", "concurrency", "power_w", "tpot_inclusive"];
    const slo = names.map((name) => `${name}: {threshold: 7, hard_fail: true}`).join(", ");
    const {targets, options} = asked(`slo: {${slo}, request_latency: {threshold: 7}}\n`);
    expect(options.goals?.map(({metric}) => metric)).toEqual([
      "inclusiveTpotMs",
      "requestLatencyMs",
      "tokensPerSecPerGpu",
      "tokensPerSecPerUser",
      "concurrency",
      "powerWatts"
    ]);
    expect(targets).toEqual({ttftMs: 1000, tpotMs: Infinity});
    const cost = asked(
      "gpu_hour_prices: {h200_sxm: 3}\nslo: {cost_per_hour: {threshold: 9}, cost_per_million_tokens: {threshold: 1}}\n"
    );
    expect(cost.options.goals?.map(({metric}) => metric)).toEqual(["costPerHour", "costPerMillionTokens"]);
  });

  test("inclusive_tpot limits request latency over all output tokens", () => {
    const {targets, options} = asked("tpot: 12\ninclusive_tpot: true\n");
    expect(targets).toEqual({ttftMs: 1000, tpotMs: Infinity});
    expect(options.goals).toEqual([{metric: "inclusiveTpotMs", threshold: 12, hard: true}]);
  });

  test("a request latency stands in place of TTFT and TPOT, which may be goals beside it", () => {
    const {targets, options} = asked("request_latency: 6000\nslo: {ttft: {threshold: 300, hard_fail: true}}\n");
    expect(targets).toEqual({ttftMs: Infinity, tpotMs: Infinity, requestLatencyMs: 6000});
    expect(options.goals).toEqual([{metric: "ttftMs", threshold: 300, hard: true}]);
    expect(asked("slo: {request_latency: {threshold: 5000, hard_fail: true}}\n").targets.requestLatencyMs).toBe(5000);
  });

  test("goals of shares of requests stand beside means; hard ones of whole requests in place of the usual targets", () => {
    const both = asked(
      "slo: {ttft: {threshold: 300, hard_fail: true, p99: {threshold: 900, hard_fail: true}}, tpot: {threshold: 20, fail_ratio: 0.05, hard_fail: true}}\n"
    );
    expect(both.targets).toEqual({ttftMs: 300, tpotMs: Infinity});
    expect(both.options.goals).toEqual([
      {metric: "ttftMs", threshold: 900, hard: true, share: 0.99},
      {metric: "tpotMs", threshold: 20, hard: true, share: 0.95}
    ]);
    const whole = asked("slo: {latency: {p90: {threshold: 8000, hard_fail: true}}}\n");
    expect(whole.targets).toEqual({ttftMs: Infinity, tpotMs: Infinity});
    expect(whole.options.goals).toEqual([{metric: "requestLatencyMs", threshold: 8000, hard: true, share: 0.9}]);
    expect(asked("ttft: 300\nslo: {latency: {p90: {threshold: 8000, hard_fail: true}}}\n").targets.ttftMs).toBe(300);
  });

  test("simulation predicts unless formulas are asked for, or nothing else can", () => {
    const predictor = (yaml: string) => taskIn(agg + yaml).config.predictor;
    expect(predictor("")).toBe(defaultPredictor);
    expect(predictor("predictor: formula\n")).toBe("formula");
    expect(predictor("database_mode: sol\n")).toBe("formula");
  });

  test("a load asks for the fewest GPUs, out of all there may be", () => {
    const load = (yaml: string) => taskIn(agg.replace(/total_gpus.*\n/, "") + yaml).config;
    expect(load("target_request_rate: 20\n")).toMatchObject({
      totalGpus: 128,
      preferences: {objective: "gpus", load: {requestsPerSec: 20}}
    });
    expect(load("target_concurrency: 500\nmax_total_gpus: 64\nobjective: throughput\n")).toMatchObject({
      totalGpus: 64,
      preferences: {objective: "throughput", load: {concurrency: 500, maxGpus: 64}}
    });
  });

  test("strict_sla, objective, penalty, top_n and sampling reach the answer", () => {
    const yaml =
      "strict_sla: true\npenalty: jump\nsteepness: 0.5\ntop_n: 9\npareto_sweep: true\nslo: {power_w: {threshold: 1}}\n";
    expect(asked(yaml).options).toMatchObject({
      strict: true,
      penaltyShape: "jump",
      steepness: 0.5,
      topN: 9,
      sampling: "grid"
    });
    expect(asked("pareto_sweep: false\nobjective: knee\n").options).toMatchObject({
      sampling: "target",
      objective: "knee"
    });
  });
});
