/** What sequences keep in memory, counted as the reference does and as it is. */
import {describe, expect, it} from "vitest";
import {estimate, findModel} from "../../engine/index.js";
import {kvCacheBytes} from "../../engine/memory.js";
import {modelDoubts} from "../../engine/model-doubts.js";
import {literalPlatform} from "./literal-tables.js";
import {specOf} from "./models/op-line.js";

const held = (id: string, tokens: number, tp = 1) =>
  kvCacheBytes({...specOf(id, {tp, moeEp: tp}), exactKvCache: true}, tokens);
const counted = (id: string, tokens: number, tp = 1) => kvCacheBytes(specOf(id, {tp, moeEp: tp}), tokens);

describe("kvCacheBytes", () => {
  it("counts every layer of Qwen3.5 by default, as the reference does", () => {
    expect(counted("Qwen/Qwen3.5-27B", 1000)).toBe(1000 * 2 * 2 * 4 * 256 * 64);
  });

  it("holds 16 of 64 layers and the states of 48 for Qwen3.5-27B", () => {
    // State: 48 value heads · 128 · 128 floats; convolution: 3 tokens of 2·2048 + 6144 bf16.
    const states = 48 * (48 * 128 * 128 * 4 + 3 * 10240 * 2);
    expect(held("Qwen/Qwen3.5-27B", 1000)).toBe(1000 * 2 * 2 * 4 * 256 * 16 + states);
    expect(held("Qwen/Qwen3.5-27B", 1000, 4)).toBe(1000 * 2 * 2 * 1 * 256 * 16 + states / 4);
  });

  it("holds 8 of 88 layers and the states of 40 for Nemotron-3 Super, in fp8 but for the states", () => {
    const states = 40 * (128 * 64 * 128 * 4 + 3 * (128 * 64 + 2 * 8 * 128) * 2);
    expect(held("nvidia/NVIDIA-Nemotron-3-Super-120B-A12B-NVFP4", 1000)).toBe(1000 * 2 * 2 * 128 * 8 + states);
  });

  it("keeps no more of a window than it spans", () => {
    // Gemma-4, by default too: 25 layers of 8 heads of 256 over 1024 tokens, 5 of 2 heads of 512 over all.
    const gemma = 2 * 2 * (25 * 8 * 256 * 1024 + 5 * 2 * 512 * 5000);
    expect(counted("google/gemma-4-26B-A4B", 5000)).toBe(gemma);
    expect(held("google/gemma-4-26B-A4B", 5000)).toBe(gemma);
    // gpt-oss-20b: 12 of 24 layers keep 128 tokens.
    expect(held("openai/gpt-oss-20b", 5000)).toBe(2 * 2 * 8 * 64 * 12 * (5000 + 128));
    expect(counted("openai/gpt-oss-20b", 5000)).toBe(2 * 2 * 8 * 64 * 24 * 5000);
  });

  it("keeps narrower values, and few tokens in most layers of MiMo-V2-Flash", () => {
    const fp8 = 9 * 4 * (192 + 128) * 5000 + 39 * 8 * (192 + 128) * 128;
    expect(held("XiaomiMiMo/MiMo-V2-Flash", 5000)).toBe(fp8);
    expect(counted("XiaomiMiMo/MiMo-V2-Flash", 5000)).toBe(5000 * 2 * 4 * 192 * 48);
  });

  it("is the same for models whose layers are alike", () => {
    for (const id of ["Qwen/Qwen3-32B", "Qwen/Qwen3-235B-A22B", "deepseek-ai/DeepSeek-V3"])
      expect(held(id, 5000)).toBe(counted(id, 5000));
  });
});

describe("an estimate", () => {
  const model = findModel("Qwen/Qwen3.5-27B");
  const problem = {
    mode: "static",
    model,
    platform: literalPlatform([], {database: "sol"}),
    parallel: {tp: 1, pp: 1, dp: 1, moeTp: 1, moeEp: 1, cp: 1},
    batch: 4,
    workload: {isl: 4000, osl: 500, prefix: 0}
  } as const;

  it("says how far off its KV cache is, and counts what is held when asked", () => {
    // All layers: 4500·2·2·4·256·64 B = 1,179,648,000; held: a quarter of that and 153,944,064 of states.
    const [usual, exact] = [estimate(problem), estimate({...problem, exactKvCache: true})];
    expect(usual.doubts).toEqual([
      "KV cache of Qwen/Qwen3.5-27B is counted for all 64 layers at full length: 2.6 times what it keeps at 4500 tokens; see exactKvCache"
    ]);
    expect(exact.doubts).toEqual([]);
    expect(usual.memoryGiB.kvCache).toBeCloseTo((4 * 1_179_648_000) / 2 ** 30, 9);
    expect(exact.memoryGiB.kvCache).toBeCloseTo((4 * (294_912_000 + 153_944_064)) / 2 ** 30, 9);
    expect(exact.ttftMs).toBe(usual.ttftMs);
  });
});

describe("modelDoubts", () => {
  it("has none for models that the method has whole", () => {
    for (const id of ["Qwen/Qwen3-32B", "Qwen/Qwen3-235B-A22B", "deepseek-ai/DeepSeek-V3"])
      expect(modelDoubts(specOf(id, {tp: 8, moeEp: 8}), 4500)).toEqual([]);
  });

  it("names what the method leaves out", () => {
    const llama = modelDoubts(specOf("meta-llama/Llama-4-Scout-17B-16E-Instruct", {tp: 8, moeEp: 8}), 4500);
    // 3 · 5120 · 8192 in each of 48 layers.
    expect(llama[0]).toMatch(/without its shared expert: 6\.0 billion parameters/);
    expect(llama[1]).toMatch(/without all-reduces/);
    expect(modelDoubts(specOf("google/gemma-4-26B-A4B"), 4500)).toEqual([]);
    const sharded = modelDoubts({...specOf("Qwen/Qwen3.5-27B", {tp: 2}), exactKvCache: true}, 4500);
    expect(sharded).toEqual([expect.stringMatching(/linear attention .* counted unsharded/)]);
    const mamba = modelDoubts({...specOf("nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16"), exactKvCache: true}, 4500);
    // 23 blocks · 64 heads · 64 · 128 floats, twice: 96,468,992 bytes.
    expect(mamba).toEqual([expect.stringMatching(/without its state, 96 MB a request in every decode step/)]);
  });
});
