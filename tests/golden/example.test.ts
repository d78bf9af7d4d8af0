/** The worked example of method.md §16 and the further static models of §16.2, under the section-5 scheme. */
import {describe, expect, it} from "vitest";
import {estimate, findModel} from "../../engine/index.js";
import type {Backend, EstimateProblem, OpTime, Quant} from "../../engine/index.js";
import {goldenTables, openAsReference, openPlatform} from "./open.js";

const versions: Record<Backend, string> = {trtllm: "1.3.0rc10", sglang: "0.5.10", vllm: "0.19.0"};

/** §16: op totals of Qwen3-32B at tp 2, batch 8, in ms: prefill, and the first decode step. */
const workedExample: {gemm: Quant["gemm"]; prefill: Record<string, number>; step: Record<string, number>; ttftMs: number; decodeMs: number; tpotMs: number; tokensPerSecPerGpu: number; requestLatencyMs: number}[] = [
  {
    gemm: "fp8",
    prefill: {embedding: 0.088333, add_norm_1: 22.037333, add_norm_2: 22.037333, qkv_gemm: 94.016916, attention: 124.686083, proj_gemm: 75.290223, gate_ffn1_gemm: 395.88433, act_gate: 41.152, ffn2_gemm: 226.778829, logits_gemm: 0.194117, embedding_ar: 1.068525, ar_1: 68.38558, ar_2: 68.38558, p2p: 0},
    step: {embedding: 0.003021, add_norm_1: 0.197461, add_norm_2: 0.197461, qkv_gemm: 1.236992, attention: 1.241343, proj_gemm: 1.140508, gate_ffn1_gemm: 3.302601, act_gate: 0.20224, ffn2_gemm: 2.114071, logits_gemm: 0.194117, embedding_ar: 0.003026, ar_1: 0.19369, ar_2: 0.19369, p2p: 0},
    ttftMs: 1140.005, decodeMs: 5116.57, tpotMs: 10.253647, tokensPerSecPerGpu: 319.664, requestLatencyMs: 6256.575
  },
  {
    gemm: "fp8_block",
    prefill: {qkv_gemm: 103.052667, proj_gemm: 86.576257, gate_ffn1_gemm: 471.432468, ffn2_gemm: 262.27361, attention: 124.686083},
    step: {qkv_gemm: 0.823068, proj_gemm: 0.722375, gate_ffn1_gemm: 2.6764, ffn2_gemm: 1.64532},
    ttftMs: 1271.37, decodeMs: 4154.992, tpotMs: 8.326638, tokensPerSecPerGpu: 368.571, requestLatencyMs: 5426.362
  }
]; // prettier-ignore

interface StaticRow {
  name: string;
  model: string;
  backend: Backend;
  parallel: [tp: number, dp: number, moeTp: number, moeEp: number];
  prefill: Record<string, number>;
  step: Record<string, number>;
  ttftMs: number;
  tpotMs: number;
  tokensPerSecPerGpu: number;
  memory: [total: number, weights: number, activations: number, kvCache: number, nccl: number, other: number];
}

const norms = {embedding: 0.071267, add_norm_1: 25.9503, add_norm_2: 25.9503};
const stepNorms = {embedding: 0.003017, add_norm_1: 0.288417, add_norm_2: 0.288417};
const deepseekNorms = {embedding: 0.122467, add_norm_1: 29.3329, add_norm_2: 29.3329};
const deepseekStepNorms = {embedding: 0.00303, add_norm_1: 0.190287, add_norm_2: 0.190287};

const staticRows: StaticRow[] = [
  {name: "qwen235 tp4 ep4", model: "Qwen/Qwen3-235B-A22B-FP8", backend: "trtllm", parallel: [4, 1, 1, 4],
   prefill: {...norms, qkv_gemm: 67.5162, attention: 99.1976, proj_gemm: 57.2718, router_gemm: 6.73285, moe_pre_dispatch: 108.739, moe: 704.207, moe_post_dispatch: 108.739, embedding_ar: 1.1568},
   step: {...stepNorms, qkv_gemm: 0.927964, attention: 1.26097, proj_gemm: 0.70307, router_gemm: 0.520986, moe_pre_dispatch: 0.336174, moe: 10.6387, moe_post_dispatch: 0.336174, logits_gemm: 0.081062, embedding_ar: 0.003576},
   ttftMs: 1205.532, tpotMs: 15.389, tokensPerSecPerGpu: 112.557, memory: [64.3896, 54.8171, 4.8828, 0.8068, 0.3828, 3.5]},
  {name: "qwen235 dp8 ep8", model: "Qwen/Qwen3-235B-A22B-FP8", backend: "trtllm", parallel: [1, 8, 1, 8],
   prefill: {...norms, qkv_gemm: 211.834, attention: 357.554, proj_gemm: 200.548, router_gemm: 6.73285, moe_pre_dispatch: 511.213, moe: 3688.95, moe_post_dispatch: 511.918},
   step: {...stepNorms, qkv_gemm: 1.48867, attention: 2.27363, proj_gemm: 1.58421, router_gemm: 0.520986, moe_pre_dispatch: 1.2596, moe: 9.44211, moe_post_dispatch: 1.14586, logits_gemm: 0.313884},
   ttftMs: 5540.718, tpotMs: 18.609, tokensPerSecPerGpu: 269.787, memory: [51.4001, 33.9307, 10.7422, 3.2272, 0, 3.5]},
  {name: "qwen235 tp4 ep4", model: "Qwen/Qwen3-235B-A22B-FP8", backend: "sglang", parallel: [4, 1, 1, 4],
   prefill: {...norms, qkv_gemm: 72.5747, attention: 89.6725, proj_gemm: 53.2805, router_gemm: 7.61387, moe_pre_dispatch: 108.659, moe: 1378.07, moe_post_dispatch: 108.659, embedding_ar: 1.15595},
   step: {...stepNorms, qkv_gemm: 1.26846, attention: 1.48935, proj_gemm: 0.861207, router_gemm: 0.555979, moe_pre_dispatch: 0.499629, moe: 9.66206, moe_post_dispatch: 0.499629, logits_gemm: 0.080372, embedding_ar: 0.005315},
   ttftMs: 1871.655, tpotMs: 15.502, tokensPerSecPerGpu: 104.09, memory: [68.3134, 54.8171, 7.2998, 1.6136, 0.3828, 4.2]},
  {name: "qwen235 tp4 ep4", model: "Qwen/Qwen3-235B-A22B-FP8", backend: "vllm", parallel: [4, 1, 1, 4],
   prefill: {...norms, qkv_gemm: 67.9598, attention: 7.44721, proj_gemm: 54.5614, router_gemm: 6.69503, moe_pre_dispatch: 108.573, moe: 891.319, moe_post_dispatch: 108.573, embedding_ar: 1.15503},
   step: {...stepNorms, qkv_gemm: 1.91075, attention: 2.58812, proj_gemm: 1.41259, router_gemm: 0.571019, moe_pre_dispatch: 0.497132, moe: 9.11845, moe_post_dispatch: 0.497132, logits_gemm: 0.08169, embedding_ar: 0.005289},
   ttftMs: 1298.254, tpotMs: 17.262, tokensPerSecPerGpu: 100.888, memory: [65.1964, 54.8171, 4.8828, 1.6136, 0.3828, 3.5]},
  {name: "deepseek dp8 ep8", model: "deepseek-ai/DeepSeek-V3", backend: "trtllm", parallel: [1, 8, 1, 8],
   prefill: {...deepseekNorms, mla_block: 1335.5, shared_gate_up_gemm: 122.422, shared_act_gate: 6.4294, shared_ffn2_gemm: 63.872, router_gemm: 9.72638, moe_pre_dispatch: 580.553, moe: 3704.67, moe_post_dispatch: 581.354, logits_gemm: 0.457785},
   step: {...deepseekStepNorms, mla_block: 10.806, moe_overlap: 21.6394, logits_gemm: 0.457785},
   ttftMs: 6463.777, tpotMs: 33.287, tokensPerSecPerGpu: 173.356, memory: [124.604, 96.8547, 23.0713, 1.178, 0, 3.5]},
  {name: "deepseek tp8 ep8", model: "deepseek-ai/DeepSeek-V3", backend: "trtllm", parallel: [8, 1, 1, 8],
   prefill: {...deepseekNorms, mla_block: 292.415, shared_gate_up_gemm: 35.107, shared_act_gate: 0.9638, shared_ffn2_gemm: 21.1339, router_gemm: 9.72638, moe_pre_dispatch: 107.058, moe: 463.084, moe_post_dispatch: 107.058, logits_gemm: 0.05726},
   step: {...deepseekStepNorms, mla_block: 8.07194, moe_overlap: 19.6904, logits_gemm: 0.05726},
   ttftMs: 1095.391, tpotMs: 28.203, tokensPerSecPerGpu: 32.962, memory: [95.6491, 84.6068, 5.9814, 1.178, 0.3828, 3.5]},
  {name: "deepseek tp8 ep8", model: "deepseek-ai/DeepSeek-V3", backend: "sglang", parallel: [8, 1, 1, 8],
   prefill: {...deepseekNorms, mla_block: 398.818, shared_gate_up_gemm: 45.5933, shared_act_gate: 0.9638, shared_ffn2_gemm: 11.1494, router_gemm: 10.5537, moe_pre_dispatch: 106.672, moe: 1716.02, moe_post_dispatch: 106.672, logits_gemm: 0.055986},
   step: {...deepseekStepNorms, mla_block: 4.45533, moe_overlap: 12.4042, logits_gemm: 0.055986},
   ttftMs: 2455.286, tpotMs: 17.299, tokensPerSecPerGpu: 45.096, memory: [99.8983, 84.6068, 8.3527, 2.3561, 0.3828, 4.2]},
  {name: "deepseek tp8 ep8", model: "deepseek-ai/DeepSeek-V3", backend: "vllm", parallel: [8, 1, 1, 8],
   prefill: {...deepseekNorms, mla_block: 290.961, shared_gate_up_gemm: 40.5036, shared_act_gate: 0.9638, shared_ffn2_gemm: 15.0105, router_gemm: 10.4086, moe_pre_dispatch: 106.818, moe: 730.662, moe_post_dispatch: 106.818, logits_gemm: 0.056007, tp_allreduce: 213.636},
   step: {...deepseekStepNorms, mla_block: 4.51018, moe_overlap: 11.1297, logits_gemm: 0.056007, tp_allreduce: 0.932383},
   ttftMs: 1574.626, tpotMs: 17.012, tokensPerSecPerGpu: 49.684, memory: [96.8271, 84.6068, 5.9814, 2.3561, 0.3828, 3.5]}
]; // prettier-ignore

const workload = {isl: 4000, osl: 500, prefix: 0};
const there = goldenTables(workedExample.length + staticRows.length, "static results");

function near(got: number, expected: number, share = 1e-3): void {
  expect(Math.abs(got - expected), `${got} instead of ${expected}`).toBeLessThanOrEqual(share * expected + 5e-7);
}

function nearOps(ops: OpTime[], expected: Record<string, number>): void {
  const got = new Map(ops.map(({name, latencyMs}) => [name, latencyMs]));
  for (const [name, ms] of Object.entries(expected)) {
    expect(got.has(name), `operator ${name}`).toBe(true);
    near(got.get(name)!, ms);
  }
}

/** Mean over all decode steps. */
function meanStep(ops: OpTime[]): OpTime[] {
  return ops.map((op) => ({...op, latencyMs: op.latencyMs / (workload.osl - 1)}));
}

/** The first decode step alone: two output tokens are one step. */
function firstStep(problem: EstimateProblem): OpTime[] {
  return estimate({...problem, mode: "static_gen", workload: {...problem.workload, osl: 2}}).decodeOps;
}

describe.runIf(there)("worked example", () => {
  it.each(workedExample)("Qwen3-32B in $gemm", async (row) => {
    const problem: EstimateProblem = {
      mode: "static",
      model: findModel("Qwen/Qwen3-32B"),
      platform: await openPlatform("trtllm", versions.trtllm),
      quant: {gemm: row.gemm, kvCache: "fp8", fmha: "fp8"},
      parallel: {tp: 2, pp: 1, dp: 1, moeTp: 1, moeEp: 1, cp: 1},
      batch: 8,
      workload
    };
    const result = estimate(problem);
    nearOps(result.prefillOps, row.prefill);
    nearOps(firstStep(problem), row.step);
    near(result.ttftMs, row.ttftMs);
    near(result.decodeMs, row.decodeMs);
    near(result.tpotMs, row.tpotMs);
    near(result.requestLatencyMs, row.requestLatencyMs);
    near(result.tokensPerSecPerGpu, row.tokensPerSecPerGpu);
    expect(result.memoryGiB.total).toBeCloseTo(25.185, 3);
    expect(result.memoryGiB.weights * 2 ** 30).toBe(17_158_635_520);
    expect(result.memoryGiB.activations * 2 ** 30).toBe(3_407_872_000);
    expect(result.memoryGiB.kvCache * 2 ** 30).toBe(2_359_296_000);
  });
});

describe.runIf(there)("static results", () => {
  it.each(staticRows)("$backend $name", async (row) => {
    const [tp, dp, moeTp, moeEp] = row.parallel;
    const problem: EstimateProblem = {
      mode: "static",
      model: findModel(row.model),
      platform: await openAsReference(row.backend, versions[row.backend]),
      quant: quantOf(row),
      parallel: {tp, pp: 1, dp, moeTp, moeEp, cp: 1},
      batch: 8,
      workload,
      nextn: 0
    };
    const result = estimate(problem);
    nearOps(result.prefillOps, row.prefill);
    nearOps(meanStep(result.decodeOps), row.step);
    near(result.ttftMs, row.ttftMs);
    near(result.tpotMs, row.tpotMs);
    near(result.tokensPerSecPerGpu, row.tokensPerSecPerGpu);
    const {total, weights, activations, kvCache, nccl, other} = result.memoryGiB;
    [total, weights, activations, kvCache, nccl, other].forEach((gib, i) => expect(gib).toBeCloseTo(row.memory[i], 3));
  });
});

/** §16.2: fp8_block; KV fp8 on trtllm, FMHA fp8 on trtllm but for DeepSeek. */
function quantOf({backend, model}: StaticRow): Partial<Quant> {
  const kvCache = backend === "trtllm" ? "fp8" : "bfloat16";
  const fmha = backend === "trtllm" && !model.startsWith("deepseek") ? "fp8" : "bfloat16";
  return {gemm: "fp8_block", moe: "fp8_block", kvCache, fmha};
}
