import {describe, expect, it} from "vitest";
import {readCatalogue} from "../../../engine/models/catalogue.js";
import {recipeEntries, recipeOf} from "../../../engine/simulate/recipe.js";
import type {RecipeFacts} from "../../../engine/simulate/recipe.js";

const gib = 2 ** 30;
const system = (id: string, smVersion: number, memoryGiB: number) => ({
  id,
  smVersion,
  memoryCapacityBytes: memoryGiB * gib
});
const facts = (model: string, part: Partial<RecipeFacts> = {}): RecipeFacts => ({
  backend: "vllm",
  version: "",
  model: readCatalogue(model).model,
  system: system("h100_sxm", 90, 80),
  quant: {gemm: "fp8"},
  parallel: {tp: 8, pp: 1, dp: 1, moeTp: 1, moeEp: 8, cp: 1},
  isl: 1024,
  osl: 1024,
  concurrency: 64,
  nextn: 0,
  ...part
});

describe("recipes", () => {
  it("are the engines' defaults for a model that nobody published one for", () => {
    const {maxBatchedTokens, maxSequences, kvCache, memoryFraction} = recipeOf(facts("mistralai/Mixtral-8x7B-v0.1"));
    expect([maxBatchedTokens, maxSequences, kvCache, memoryFraction]).toEqual([8192, 1024, "checkpoint", 0.9]);
    const small = recipeOf(facts("mistralai/Mixtral-8x7B-v0.1", {system: system("l40s", 89, 48)}));
    expect([small.maxBatchedTokens, small.maxSequences]).toEqual([2048, 256]);
  });

  it("size DeepSeek's steps on TensorRT-LLM by prompt and users, and drafts", () => {
    const on = {backend: "trtllm", system: system("h200_sxm", 90, 141)} as const;
    expect(recipeOf(facts("deepseek-ai/DeepSeek-R1", on)).maxBatchedTokens).toBe(8192);
    expect(recipeOf(facts("deepseek-ai/DeepSeek-R1", {...on, version: "1.1.0rc2"})).maxBatchedTokens).toBe(
      1024 + 64 + 64
    );
    expect(recipeOf(facts("deepseek-ai/DeepSeek-R1", {...on, nextn: 3})).maxBatchedTokens).toBe(1024 + 4 * 64 + 64);
  });

  it("look at SGLang's socket rarely where recipes do", () => {
    const on = {backend: "sglang", system: system("b200_sxm", 100, 180)} as const;
    expect(recipeOf(facts("deepseek-ai/DeepSeek-R1", on)).policy.receiveInterval).toBe(30);
    expect(recipeOf(facts("deepseek-ai/DeepSeek-R1", {...on, concurrency: 8})).policy.receiveInterval).toBe(10);
    expect(
      recipeOf(facts("deepseek-ai/DeepSeek-R1", {...on, system: system("h200_sxm", 90, 141)})).policy.receiveInterval
    ).toBe(1);
  });

  it("take an image of a day for the newest release", () => {
    const on = {system: system("b200_sxm", 100, 180), isl: 8192};
    const budget = (version: string) => recipeOf(facts("MiniMaxAI/MiniMax-M2.5", {...on, version})).maxBatchedTokens;
    expect([budget(""), budget("nightly-5b8c"), budget("0.19.0"), budget("0.17.0")]).toEqual([
      16384, 16384, 16384, 8192
    ]);
  });

  it("say where each setting is from", () => {
    for (const {source} of recipeEntries) expect(source).toMatch(/\w{4}/);
  });
});
