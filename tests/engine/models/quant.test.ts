import {describe, expect, it} from "vitest";
import {InputError} from "../../../engine/errors.js";
import {findModel} from "../../../engine/models/catalogue.js";
import {inferNextn, inferQuant, moeBlockSizeOk, mtpScale} from "../../../engine/models/quant.js";
import type {ModelConfig, Role} from "../../../engine/models/types.js";
import type {Quant} from "../../../engine/quant.js";
import type {Backend} from "../../../engine/schema.js";

const infer = (id: string, backend: Backend, smVersion: number, role: Role = "agg", overrides: Partial<Quant> = {}) => {
  const {gemm, moe, kvCache, fmha} = inferQuant(findModel(id), {role, backend, system: {smVersion}}, overrides);
  return [gemm, moe, kvCache, fmha].join(" ");
};

describe("inferQuant", () => {
  it.each<[string, Backend, number, Role, string]>([
    ["Qwen/Qwen3-32B", "trtllm", 90, "agg", "bfloat16 bfloat16 bfloat16 bfloat16"],
    ["Qwen/Qwen3-32B-FP8", "trtllm", 90, "agg", "fp8_block fp8_block fp8 fp8"],
    ["Qwen/Qwen3-32B-FP8", "vllm", 90, "agg", "fp8_block fp8_block fp8 bfloat16"],
    ["Qwen/Qwen3-32B-FP8-Static-PerTensor", "trtllm", 90, "agg", "fp8_static fp8 fp8 fp8"],
    ["nvidia/Llama-3.1-70B-Instruct-FP8", "sglang", 90, "agg", "fp8_static fp8 fp8 fp8"],
    ["nvidia/Qwen3-235B-A22B-NVFP4", "trtllm", 100, "agg", "nvfp4 nvfp4 fp8 fp8"],
    ["deepseek-ai/DeepSeek-V3", "trtllm", 90, "agg", "fp8_block fp8_block fp8 bfloat16"],
    ["deepseek-ai/DeepSeek-V3", "trtllm", 90, "prefill", "fp8_block fp8_block fp8 bfloat16"],
    ["deepseek-ai/DeepSeek-V3", "trtllm", 90, "decode", "fp8_block fp8_block fp8 fp8"],
    ["moonshotai/Kimi-K2.5", "trtllm", 90, "agg", "bfloat16 int4_wo bfloat16 bfloat16"],
    ["openai/gpt-oss-120b", "trtllm", 90, "agg", "bfloat16 w4a16_mxfp4 bfloat16 bfloat16"],
    ["openai/gpt-oss-120b", "trtllm", 100, "agg", "bfloat16 w4a8_mxfp4_mxfp8 bfloat16 bfloat16"],
    ["openai/gpt-oss-120b", "trtllm", 100, "static", "bfloat16 w4a16_mxfp4 bfloat16 bfloat16"],
    ["openai/gpt-oss-120b", "sglang", 100, "agg", "bfloat16 w4a16_mxfp4 bfloat16 bfloat16"]
  ])("of %s on %s, sm %i, %s: %s", (id, backend, smVersion, role, expected) => {
    expect(infer(id, backend, smVersion, role)).toBe(expected);
  });

  it("infers only what is unset", () => {
    const overrides = {gemm: "fp8", kvCache: "fp8"} as const;
    expect(infer("Qwen/Qwen3-32B", "trtllm", 90, "agg", overrides)).toBe("fp8 bfloat16 fp8 bfloat16");
  });

  it("refuses fp8 prefill attention of DeepSeek, but not in decode workers", () => {
    const fp8 = {fmha: "fp8"} as const;
    expect(() => infer("deepseek-ai/DeepSeek-R1", "trtllm", 90, "agg", fp8)).toThrow(/invalid fmha: fp8/);
    expect(infer("deepseek-ai/DeepSeek-R1", "trtllm", 90, "decode", fp8)).toBe("fp8_block fp8_block fp8 fp8");
  });

  it("refuses names that do not exist", () => {
    const wrong = {gemm: "fp8blok"} as unknown as Partial<Quant>;
    expect(() => infer("Qwen/Qwen3-32B", "vllm", 90, "agg", wrong)).toThrow(
      /gemm quantisation: fp8blok; .*did you mean fp8_block/
    );
    const unknown = {attention: "fp8"} as unknown as Partial<Quant>;
    expect(() => infer("Qwen/Qwen3-32B", "vllm", 90, "agg", unknown)).toThrow(InputError);
  });

  it("asks for types when it does not know the checkpoint's", () => {
    const awq: ModelConfig = {...findModel("Qwen/Qwen3-30B-A3B"), checkpoint: {algo: "awq", kvCacheAlgo: null}};
    const context = {role: "agg", backend: "vllm"} as const;
    expect(() => inferQuant(awq, context)).toThrow(/cannot infer gemm quantisation .*: checkpoint is awq/);
    expect(() => inferQuant(awq, context, {gemm: "int4_wo"})).toThrow(/cannot infer moe/);
    expect(inferQuant(awq, context, {gemm: "int4_wo", moe: "int4_wo"})).toMatchObject({
      gemm: "int4_wo",
      fmha: "bfloat16"
    });
  });
});

describe("moeBlockSizeOk", () => {
  it("needs whole weight blocks per rank", () => {
    const model = findModel("Qwen/Qwen3-235B-A22B-FP8");
    expect([1, 2, 4, 8].map((moeTp) => moeBlockSizeOk(model, {moe: "fp8_block"}, moeTp))).toEqual([
      true,
      true,
      true,
      false
    ]);
    expect(moeBlockSizeOk(model, {moe: "fp8"}, 8)).toBe(true);
    expect(moeBlockSizeOk(findModel("Qwen/Qwen3-32B-FP8"), {moe: "fp8_block"}, 8)).toBe(true);
  });
});

describe("inferNextn", () => {
  it.each([
    ["deepseek-ai/DeepSeek-V3", 1],
    ["moonshotai/Kimi-K2-Instruct", 0],
    ["XiaomiMiMo/MiMo-7B-Base", 1],
    ["Qwen/Qwen3-32B", 0],
    ["nvidia/Llama-3_3-Nemotron-Super-49B-v1", 0]
  ])("of %s is %i", (id, nextn) => {
    expect(inferNextn(findModel(id))).toBe(nextn);
  });

  it("is 1 for a DeepSeek whose config does not say", () => {
    expect(inferNextn({...findModel("deepseek-ai/DeepSeek-V3"), nextnLayers: undefined})).toBe(1);
  });
});

describe("mtpScale", () => {
  it("is more layers over more tokens", () => {
    expect(mtpScale(0, [], 61)).toBe(1);
    expect(mtpScale(1, [0.85], 61)).toBeCloseTo(62 / 61 / 1.85, 12);
    expect(mtpScale(2, [0.85, 0.8], 61)).toBeCloseTo(63 / 61 / (1 + 0.85 + 0.85 * 0.8), 12);
  });

  it("accepts nothing beyond the rates given", () => {
    expect(mtpScale(2, [0.5], 10)).toBeCloseTo(12 / 10 / 1.5, 12);
  });
});
