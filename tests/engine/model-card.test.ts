import {describe, expect, it} from "vitest";
import {kvCacheBytes} from "../../engine/memory.js";
import {modelCard} from "../../engine/model-card.js";
import {catalogueModels, findModel} from "../../engine/models/catalogue.js";
import {modelOps} from "../../engine/models/ops.js";
import {sumWeights} from "../../engine/ops/kernel.js";
import type {Parallel} from "../../engine/result.js";

const sizes = (given: Partial<Parallel> = {}): Parallel => ({tp: 1, pp: 1, dp: 1, moeTp: 1, moeEp: 1, cp: 1, ...given});

/** What a formula comes to, its words left out: `64 layers × 2 × ⌈8 / 4⌉ KV heads × 128 × 1 B`. */
function arithmetic(formula: string): number {
  const sum = formula
    .replace(/[,;].*$/, "")
    .replace(/⌈/g, "Math.ceil(")
    .replace(/⌉/g, ")")
    .replaceAll("×", "*")
    .replace(/\b(layers|KV|heads?|latent|of|all|blocks|B)\b/g, "");
  return Number(new Function(`return ${sum}`)());
}

describe("modelCard", () => {
  it("lists a dense model's operators with the weights of one GPU", () => {
    const {ops, gpuWeightBytes, modelWeightBytes} = modelCard(findModel("Qwen/Qwen3-32B-FP8"), {
      backend: "trtllm",
      parallel: sizes({tp: 4})
    });
    const [embedding, , qkv] = ops.prefill;
    expect(embedding).toMatchObject({shape: "rows of [37984, 5120]", dtype: "bfloat16", weightBytes: 37984 * 5120 * 2});
    // 64 / 4 query heads and 8 / 4 heads of keys and of values, 128 wide
    expect(qkv).toMatchObject({count: 64, shape: "[m, 5120] × [5120, 2560]", weightBytes: 64 * 5120 * (16 + 4) * 128});
    expect(gpuWeightBytes).toBe(ops.prefill.reduce((sum, row) => sum + row.weightBytes, 0));
    // All of it in one byte, but for the embedding and the LM head in two.
    const tables = 2 * 151936 * 5120;
    const layers = 64 * 5120 * ((64 + 16 + 64) * 128 + 3 * 25600);
    expect(modelWeightBytes).toBe(layers + 2 * tables);
  });

  it.each(catalogueModels())("adds up to the weights and KV cache of the memory model: %s", (id) => {
    const model = findModel(id);
    const parallel = sizes(model.experts > 0 ? {tp: 8, moeEp: 8} : {tp: 8});
    if (model.heads < 8) return expect(() => modelCard(model, {backend: "sglang", parallel})).toThrow(/invalid tp: 8/);
    const card = modelCard(model, {backend: "sglang", parallel});
    const worker = {model, parallel, quant: card.quant, backend: "sglang", mtpScale: 1} as const;
    const {prefill, decode} = modelOps(worker);
    const total = (rows: typeof card.ops.prefill) => rows.reduce((sum, row) => sum + row.weightBytes, 0);
    expect(total(card.ops.prefill)).toBeCloseTo(sumWeights(prefill), 0);
    expect(total(card.ops.decode)).toBeCloseTo(sumWeights(decode), 0);
    const tokens = 1 << 23;
    expect(arithmetic(card.kv.formula), card.kv.formula).toBeCloseTo(card.kv.bytesPerToken, 6);
    expect(card.kv.bytesPerToken * tokens + card.kv.bytesPerSequence).toBeCloseTo(kvCacheBytes(worker, tokens), 0);
  });

  it.each([
    ["deepseek-ai/DeepSeek-V3", {tp: 8, moeEp: 8}, 61 * 576, "61 layers × 576 latent × 1 B, on every GPU"],
    ["Qwen/Qwen3-8B", {tp: 2}, 36 * 2 * 4 * 128 * 2, "36 layers × 2 × ⌈8 / 2⌉ KV heads × 128 × 2 B"],
    ["openai/gpt-oss-20b", {}, 24 * 2 * 8 * 64 * 2, "24 layers × 2 × 8 KV heads × 64 × 2 B"]
  ])("says how a token's KV cache is made up: %s", (id, parallel, bytesPerToken, formula) => {
    const {kv} = modelCard(findModel(id), {backend: "trtllm", parallel: sizes(parallel)});
    expect(kv).toMatchObject({bytesPerToken, bytesPerSequence: 0, formula});
  });

  it("says what a window really keeps", () => {
    const {kv} = modelCard(findModel("openai/gpt-oss-20b"), {backend: "trtllm", parallel: sizes()});
    const token = 2 * 8 * 64 * 2;
    expect(kv.kept).toEqual({bytesPerToken: 12 * token, bytesPerSequence: 12 * token * 128});
  });

  it("refuses sizes that the model cannot have", () => {
    const wide = {backend: "trtllm", parallel: sizes({tp: 2})} as const;
    expect(() => modelCard(findModel("Qwen/Qwen3-30B-A3B"), wide)).toThrow(/invalid widths: tp 2/);
  });
});
