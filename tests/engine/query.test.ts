import {describe, expect, it} from "vitest";
import {InputError, PerfDataError, queryOp, queryOps} from "../../engine/index.js";
import {literalPlatform} from "./literal-tables.js";

const everything = {
  m: 8, n: 256, k: 512, b: 2, s: 500, heads: 16, kvHeads: 4, headDim: 128, tokens: 8, hidden: 512, inter: 256,
  topK: 2, experts: 8, distribution: "balanced", elements: 1e6, tp: 4, gpus: 4, operation: "all_gather", bytes: 1e6,
  kvCacheQuant: "fp8", fmhaQuant: "bfloat16", gemmQuant: "fp8"
}; // prettier-ignore
const quantOf = (op: string) => (op === "nccl" ? "half" : "fp8");

describe("one operator", () => {
  it.each(queryOps)("%s answers, and says from what", (op) => {
    const question = {op, ...everything, quant: quantOf(op)};
    const light = queryOp(literalPlatform([], {database: "sol"}), question).latencyMs;
    expect(light).toBeGreaterThan(0);
    const {latencyMs, source} = queryOp(literalPlatform([], {database: "calibrated"}), question);
    expect(latencyMs).toBeGreaterThan(light);
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
    [{op: "moe", ...everything, quant: "fp8", distribution: 1}, /^invalid distribution: 1; must be text$/]
  ] as [Record<string, unknown>, RegExp][])("refuses %j", (question, message) => {
    const ask = () => queryOp(literalPlatform([]), question);
    expect(ask).toThrow(InputError);
    expect(ask).toThrow(message);
  });
});
