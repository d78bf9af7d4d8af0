import {describe, expect, it} from "vitest";
import {InputError, PerfDataError, queryOp, queryOps} from "../../engine/index.js";
import {literalPlatform} from "./literal-tables.js";

const everything = {
  m: 8, n: 256, k: 512, b: 2, s: 500, heads: 16, kvHeads: 4, headDim: 128, tokens: 8, hidden: 512, inter: 256,
  topK: 2, experts: 8, distribution: "balanced", elements: 1e6, tp: 4, gpus: 4, operation: "all_gather", bytes: 1e6,
  kvCacheQuant: "fp8", fmhaQuant: "bfloat16", gemmQuant: "fp8",
  phase: "prefill", part: "scan", side: "post", stateSize: 16, convTokens: 4, groups: 2, chunkTokens: 128, keyHeads: 2,
  keyHeadDim: 64, valueHeads: 4, valueHeadDim: 32, architecture: "DeepseekV32ForCausalLM", variant: "flash",
  compressRatio: 4, kernel: "fa3", moeEp: 2, nodes: 1, sms: 20
}; // prettier-ignore
const quantOf = (op: string) => (op === "nccl" ? "half" : "fp8");

describe("one operator", () => {
  it.each(queryOps)("%s answers, and says from what", (op) => {
    const question = {op, ...everything, quant: quantOf(op)};
    const light = queryOp(literalPlatform([], {database: "sol"}), question).latencyMs;
    expect(light).toBeGreaterThan(0);
    const {latencyMs, source} = queryOp(literalPlatform([], {database: "calibrated"}), question);
    // DeepEP is estimated by its links alone.
    if (op === "deepEp") expect(latencyMs).toBe(light);
    else expect(latencyMs).toBeGreaterThan(light);
    const formula = ["memory", "p2p", "computeScale", "scaleMatrix"].includes(op);
    expect(source).toBe(formula ? "empirical" : "roofline");
  });

  it("is read from its table", () => {
    const platform = literalPlatform([{table: "custom_allreduce", rows: [[4, 1000, 2], [4, 3000, 4]]}]); // prettier-ignore
    const ask = (elements: number) => queryOp(platform, {op: "customAllReduce", tp: 4, elements});
    expect(ask(1000)).toMatchObject({latencyMs: 2, mode: "silicon", source: "measured", tier: "own"});
    expect(ask(2000)).toMatchObject({latencyMs: 3, mode: "silicon", source: "interpolated", tier: "own"});
    expect(ask(6000)).toMatchObject({latencyMs: 8, mode: "silicon", source: "extrapolated", tier: "own"});
  });

  it("of DeepEP in decode takes no multiprocessors", () => {
    const platform = literalPlatform([{table: "deepep_low_latency", rows: [[2, 512, 2, 8, 64, 0.5]]}]);
    const sizes = {nodes: 2, hidden: 512, topK: 2, experts: 8, tokens: 64};
    expect(queryOp(platform, {op: "deepEp", phase: "decode", ...sizes})).toMatchObject({latencyMs: 0.5, source: "measured"}); // prettier-ignore
  });

  it("before experts counts what ranks agree on and what they send", () => {
    const row = (operation: string, ms: number) => [operation, 1, 512, 2, 8, 4, 64, ms];
    const rows = [row("alltoall_prepare", 0.25), row("alltoall_dispatch", 1), row("alltoall_combine", 2), row("alltoall_combine_low_precision", 1.5)]; // prettier-ignore
    const platform = literalPlatform([{table: "trtllm_alltoall", part: ["DeepEPLowLatency", "fp8"], rows}]);
    const ask = (more: object) =>
      queryOp(platform, {
        op: "alltoall",
        hidden: 512,
        topK: 2,
        experts: 8,
        moeEp: 4,
        quant: "fp8",
        tokens: 64,
        ...more
      });
    expect(ask({side: "pre"}).latencyMs).toBe(1.25);
    expect(ask({side: "post"}).latencyMs).toBe(2);
    expect(ask({side: "post", lowPrecision: true}).latencyMs).toBe(1.5);
  });

  it("is carried over from a donor, blocks too", () => {
    const platform = literalPlatform([{table: "mhc", part: ["pre"], rows: [[4, 4096, 64, 2]]}]);
    const twice = {...platform.system, id: "other", memoryBandwidthBytesPerSec: 2e12, bf16FlopsPerSec: 2e14};
    const ask = {op: "mhc", side: "pre", hidden: 4096, tokens: 64};
    const answer = queryOp({...platform, system: twice, donor: platform.system}, ask);
    expect(answer.tier).toBe("xsystem");
    expect(answer.latencyMs).toBeLessThan(2);
    expect(answer.latencyMs).toBeGreaterThanOrEqual(1);
  });

  it("without a table says which and what there is", () => {
    const platform = literalPlatform([{table: "gemm", part: ["fp8"], rows: [[256, 512, 8, 1]]}]);
    const ask = () => queryOp(platform, {op: "gemm", ...everything, quant: "nvfp4"});
    expect(ask).toThrow(PerfDataError);
    expect(ask).toThrow("no gemm table: literal/trtllm 1.0 nvfp4; have fp8");
  });

  it.each([
    [{op: "gem"}, /^unknown op: gem; have .*did you mean gemm\?$/],
    [{op: "gemm", quant: "fp8"}, /^invalid n: undefined; must be a number ≥ 0$/],
    [{op: "gemm", ...everything, quant: "fp9"}, /^unknown quant: fp9; have .*did you mean fp8\?$/],
    [{op: "gemm", ...everything, n: -1, quant: "fp8"}, /^invalid n: -1; /],
    [{op: "nccl", ...everything, quant: "half", operation: "scatter"}, /^unknown operation: scatter; /],
    [{op: "moe", ...everything, quant: "fp8", distribution: 1}, /^invalid distribution: 1; must be text$/],
    [{op: "mamba2", ...everything, phase: "both"}, /^unknown phase: both; have prefill, decode/],
    [{op: "kda", ...everything, part: "gate"}, /^unknown part: gate; have conv, scan/],
    [{op: "gdn", ...everything, keyHeads: 0}, /^invalid keyHeads: 0; must be a whole number ≥ 1$/],
    [{op: "contextDsaModule", ...everything, architecture: "V3"}, /^unknown architecture: V3; have Deepseek/],
    [{op: "generationDsv4Module", ...everything, variant: "max"}, /^unknown variant: max; have flash, pro/],
    [{op: "contextDsv4Module", ...everything, compressRatio: 8}, /^invalid compressRatio: 8; must be 0, 4 or 128$/],
    [{op: "contextMsaModule", ...everything, heads: 1.5}, /^invalid heads: 1.5; must be a whole number ≥ 1$/],
    [{op: "mhc", ...everything, side: "mid"}, /^unknown side: mid; have pre, post/],
    [{op: "contextWideEpMla", ...everything, kernel: "fa4"}, /^unknown kernel: fa4; have flashinfer, fa3/],
    [{op: "wideEpMoe", ...everything, quant: "fp8", slots: -8}, /^invalid slots: -8; /],
    [{op: "deepEp", ...everything, nodes: 0.5}, /^invalid nodes: 0.5; /],
    [{op: "deepEp", ...everything, sms: undefined}, /^invalid sms: undefined; /],
    [
      {op: "alltoall", ...everything, quant: "fp8", moeEp: 1},
      /^invalid moeEp: 1; must be at least 2 for tokens to travel$/
    ],
    [
      {op: "alltoall", ...everything, quant: "fp8", topK: 9},
      /^invalid topK: 9; must be at most 8 on GPUs before Blackwell$/
    ]
  ] as [Record<string, unknown>, RegExp][])("refuses %j", (question, message) => {
    const ask = () => queryOp(literalPlatform([]), question);
    expect(ask).toThrow(InputError);
    expect(ask).toThrow(message);
  });
});
