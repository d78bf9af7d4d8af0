import fc from "fast-check";
import {describe, expect, test} from "vitest";
import {findModel} from "../../src/engine/index.js";
import {
  faultText,
  formatTask,
  readTasks,
  resolveTask,
  taskOf,
  type FlatValues,
  type TaskConfig
} from "../../src/task/index.js";
import {agg, disagg, taskIn} from "./helpers.js";

const counts = fc.uniqueArray(fc.integer({min: 1, max: 8}), {minLength: 1, maxLength: 4});
const positive = fc.double({min: 1e-3, max: 1e5, noNaN: true});
const share = fc.double({min: 0.01, max: 1, noNaN: true});
const someRole = (names: Record<string, fc.Arbitrary<unknown>>, role: string) =>
  Object.fromEntries(Object.entries(names).map(([name, values]) => [role + name, values]));
const maybe = (names: Record<string, fc.Arbitrary<unknown>>) => fc.record(names, {requiredKeys: []});

const quant = {
  gemm_quant_mode: fc.constantFrom("bfloat16", "fp8", "fp8_block", "nvfp4"),
  moe_quant_mode: fc.constantFrom("bfloat16", "w4afp8"),
  kvcache_quant_mode: fc.constantFrom("bfloat16", "fp8", "int8"),
  fmha_quant_mode: fc.constantFrom("bfloat16"),
  comm_quant_mode: fc.constantFrom("half", "fp8")
};
const experts = {enable_wideep: fc.boolean(), moe_backend: fc.constantFrom("CUTLASS", "WIDEEP")};
const sizes = {num_gpu_candidates: counts, tp_candidates: counts, pp_candidates: counts, dp_candidates: counts};
const version = {backend_version: fc.stringMatching(/^[0-9]{1,2}(\.[0-9]{1,2}){1,2}(rc[0-9])?$/)};

const task = maybe({
  isl: fc.integer({min: 600, max: 10_000}),
  osl: fc.integer({min: 2, max: 3000}),
  prefix: fc.integer({min: 0, max: 500}),
  ttft: positive,
  tpot: positive,
  inclusive_tpot: fc.boolean(),
  strict_sla: fc.boolean(),
  top_n: fc.integer({min: 1, max: 20}),
  nextn: fc.integer({min: 0, max: 3}),
  clamp: fc.boolean(),
  exact_kv_cache: fc.boolean(),
  corrected_mla: fc.constant(false),
  interpolation: fc.constantFrom("shared", "reference"),
  donor: fc.constantFrom("h100_sxm", "b200_sxm"),
  gpu_hour_prices: fc.record({h200_sxm: positive})
});
const goals = fc.oneof(
  fc.constant({}),
  maybe({
    request_latency: fc.oneof(
      fc.record({threshold: positive, weight: positive}),
      fc.record({threshold: positive, hard_fail: fc.constant(true)})
    ),
    latency: maybe({p99: fc.record({threshold: positive, hard_fail: fc.boolean()})}),
    power_w: fc.record({threshold: positive, hard_fail: fc.boolean()}),
    concurrency: fc.record({threshold: positive}),
    cost_per_million_tokens: fc.record({threshold: positive})
  })
);
const load = fc.oneof(
  fc.constant({}),
  fc.record({target_request_rate: positive}),
  fc.record({target_concurrency: positive, max_total_gpus: fc.integer({min: 8, max: 99})})
);
const estimates = fc.oneof(
  fc.constant({}),
  fc.record({
    database_mode: fc.constantFrom("hybrid", "empirical"),
    transfer_policy: fc.constantFrom("off", "balanced", ["xop", "xshape"]),
    transfer_rule: fc.constantFrom("waiting", "utilisation")
  })
);
const aggKeys = fc.oneof(
  maybe({
    agg_max_batch_size: counts.map(([first]) => first),
    enable_chunked_prefill: fc.boolean(),
    free_gpu_memory_fraction: share
  }),
  maybe({agg_batch_sizes: counts, ctx_tokens: counts, max_seq_len: fc.integer({min: 20_000, max: 90_000})})
);
const disaggKeys = fc.oneof(
  maybe({
    max_prefill_workers: fc.integer({min: 1, max: 40}),
    prefill_max_batch_size: fc.integer({min: 1, max: 9}),
    max_gpu_per_replica: fc.integer({min: 2, max: 600}),
    prefill_latency_correction: positive
  }),
  maybe({
    prefill_workers: counts,
    decode_workers: counts,
    prefill_batch_sizes: counts,
    decode_batch_sizes: counts,
    num_gpu_per_replica: counts,
    rate_match_decode_degradation: share,
    autoscale_ttft_correction_factor: positive
  })
);
const allSizes = ["agg_", "prefill_", "decode_"].map((role) => maybe(someRole(sizes, role)));
const workers = (role: string) =>
  maybe({...someRole(quant, role), ...someRole(version, role), ...someRole(experts, role)});

const model = "deepseek-ai/DeepSeek-V3";
const shared = [task, goals.map((slo) => (Object.keys(slo).length > 0 ? {slo} : {})), load, estimates] as const;
const merged = (...parts: fc.Arbitrary<object>[]) =>
  fc.tuple(...parts).map((values): FlatValues => Object.assign({total_gpus: 64}, ...values));
const named = {model_path: model, system_name: "h200_sxm"};
const pair = {
  prefill_model_path: model,
  prefill_system_name: "h200_sxm",
  decode_model_path: model,
  decode_system_name: "b200_sxm"
};
const aggTask = merged(fc.constant(named), ...shared, aggKeys, workers(""), allSizes[0]);
const disaggTask = merged(
  fc.constant({...pair, serving_mode: "disagg"}),
  ...shared,
  disaggKeys,
  workers("prefill_"),
  workers("decode_"),
  ...allSizes.slice(1)
);
const autoTask = merged(
  fc.constant({...named, serving_mode: "auto"}),
  ...shared,
  aggKeys,
  disaggKeys,
  workers(""),
  maybe({
    ...someRole(quant, "decode_"),
    ...someRole(experts, "decode_"),
    decode_system_name: fc.constantFrom("b200_sxm", "h200_sxm")
  }),
  ...allSizes
);

function readBack(config: TaskConfig, text: string): TaskConfig {
  const {experiments, errors} = readTasks(text, {file: "back.yaml", model: findModel});
  expect(errors.map(faultText)).toEqual([]);
  expect(experiments.flatMap((each) => (each.ok ? [] : each.errors.map(faultText)))).toEqual([]);
  return taskOf(experiments[0]).config;
}

describe("a formatted task", () => {
  test.each([
    ["agg", aggTask],
    ["disagg", disaggTask],
    ["auto", autoTask]
  ] as const)("of serving mode %s reads back equal, whatever it holds", (_, values) => {
    let kept = 0;
    const property = fc.property(values, (flat) => {
      const experiment = resolveTask(flat, {model: findModel});
      if (!experiment.ok) return;
      kept += 1;
      const {config, layers} = experiment.task;
      expect(JSON.parse(JSON.stringify(config))).toEqual(config);
      expect(readBack(config, formatTask(config, layers))).toEqual(config);
    });
    fc.assert(property, {numRuns: 120, seed: 4});
    expect(kept).toBeGreaterThan(60);
  });

  test("lists the layers above the keys", () => {
    const {config, layers} = taskIn(agg + "profiles: [fp8]\n", {flags: {isl: 3000}});
    expect(formatTask(config, layers)).toBe(`# The effective configuration: reading it back gives the same search.
# Layers, lowest first:
#   base: serving_mode, isl, osl, prefix, ttft, tpot, top_n, interpolation, nextn_accept_rates, predictor, sampling, objective
#   serving mode agg: agg_max_batch_size
#   backend trtllm: free_gpu_memory_fraction
#   profile fp8 (t.yaml:4): gemm_quant_mode, moe_quant_mode, kvcache_quant_mode, fmha_quant_mode
#   YAML (t.yaml:1): model_path, system_name, total_gpus
#   command line: isl
serving_mode: agg
total_gpus: 16
isl: 3000
osl: 1000
prefix: 0
ttft: 1000
tpot: 50
objective: throughput
strict_sla: false
predictor: simulation
top_n: 5
sampling: target
interpolation: shared
clamp: false
exact_kv_cache: false
nextn_accept_rates: [0.85, 0.8, 0.6, 0, 0]
model_path: Qwen/Qwen3-32B-FP8
system_name: h200_sxm
backend_name: trtllm
gemm_quant_mode: fp8
moe_quant_mode: fp8
kvcache_quant_mode: fp8
fmha_quant_mode: fp8
free_gpu_memory_fraction: 1
agg_max_batch_size: 512
`);
  });

  test("keeps goals, prices and versions that look like numbers", () => {
    const slo = "slo: {ttft: {threshold: 300, hard_fail: true}, tpot: {threshold: 10, weight: 2}}\n";
    const {config} = taskIn(disagg + slo + "prefill_backend_version: 1.20\ngpu_hour_prices: {h200_sxm: 3.5}\n");
    const text = formatTask(config);
    expect(text).toContain('prefill_backend_version: "1.20"\n');
    expect(text).toContain("slo:\n  tpot: {threshold: 10, weight: 2, hard_fail: false}\n");
    expect(readBack(config, text)).toEqual(config);
  });

  test("of the speed of light leaves out what is not looked up", () => {
    const {config} = taskIn(agg + "database_mode: sol\n");
    const text = formatTask(config);
    expect(text).not.toContain("interpolation");
    expect(readBack(config, text)).toEqual(config);
  });

  test("keeps goals of shares of requests, those without a name of their own too", () => {
    const slo = `slo:
  ttft: {threshold: 300, hard_fail: true, p99: {threshold: 900, hard_fail: true}, p50: {threshold: 200, fail_ratio: 0.03}}
  tpot: {threshold: 20, fail_ratio: 0.2}
  latency: {p95: {threshold: 9000, hard_fail: true}}
`;
    const {config} = taskIn(agg + slo);
    const text = formatTask(config);
    expect(text).toContain("p99: {threshold: 900, hard_fail: true}");
    expect(text).toContain("fail_ratio: 0.03");
    expect(readBack(config, text)).toEqual(config);
  });
});
