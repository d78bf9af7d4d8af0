import {join} from "node:path";
import {describe, expect, it} from "vitest";
import {readSystems} from "../../data-loaders/read-systems.js";
import {fitsKvCache, fitsMemory, kvCacheBytes, workerMemory} from "../../engine/memory.js";
import {findModel} from "../../engine/models/catalogue.js";
import {modelOps} from "../../engine/models/ops.js";
import {inferQuant} from "../../engine/models/quant.js";
import type {WorkerSpec} from "../../engine/models/worker.js";
import {sumWeights} from "../../engine/ops/kernel.js";
import type {Backend, MemoryGiB, Parallel} from "../../engine/index.js";
import {literalSystem} from "./literal-tables.js";

const GiB = 2 ** 30;

function spec(id: string, parallel: Partial<Parallel> = {}, backend: Backend = "trtllm"): WorkerSpec {
  const model = findModel(id);
  const sizes = {tp: 1, pp: 1, dp: 1, moeTp: 1, moeEp: 1, cp: 1, ...parallel};
  return {model, parallel: sizes, quant: inferQuant(model, {role: "static", backend}), backend, mtpScale: 1};
}

const load = {batch: 1, tokens: 10_000, seqTokens: 0, nextn: 0};
const activations = (worker: WorkerSpec, more = {}) =>
  workerMemory(worker, literalSystem, 0, {...load, ...more}).activations * GiB;

describe("activations", () => {
  // 64 heads of 128, 10,000 tokens, 2 bytes.
  const unit = 2 * 10_000 * 8192;
  it.each([
    ["trtllm", [11, 6.5, 5, 5, 5]],
    ["vllm", [11, 6.5, 5, 5, 5]],
    ["sglang", [14 * 1.15, 8.5 * 1.15, 6.5 * 1.15, 6.5 * 1.15, 6.5 * 1.15]]
  ] as const)("of Llama-like models on %s shrink with tp", (backend, widths) => {
    const got = [1, 2, 4, 8, 16].map((tp) => activations(spec("Qwen/Qwen3-32B", {tp}, backend)) / unit);
    got.forEach((width, i) => expect(width).toBeCloseTo(widths[i], 9));
  });

  it.each([
    ["Qwen/Qwen3-235B-A22B", "trtllm", [22, 13, 10, 10], 1],
    ["Qwen/Qwen3-235B-A22B", "vllm", [22, 13, 10, 10], 1],
    ["Qwen/Qwen3-235B-A22B", "sglang", [28, 17, 13, 13], 1.15],
    ["nvidia/Llama-3_3-Nemotron-Super-49B-v1", "trtllm", [10, 6, 5, 5], 1],
    ["nvidia/Llama-3_3-Nemotron-Super-49B-v1", "sglang", [13, 8, 6.5, 6.5], 1.15]
  ] as const)("of %s on %s have widths of their own", (id, backend, widths, overhead) => {
    // Both have 64 heads of 128, too.
    const got = [1, 2, 4, 8].map((tp) => activations(spec(id, {tp}, backend)) / unit);
    got.forEach((width, i) => expect(width).toBeCloseTo(widths[i] * overhead, 9));
  });

  it("never fall below what an engine takes, and grow with drafts", () => {
    expect(activations(spec("Qwen/Qwen3-32B"), {tokens: 1})).toBe(70 * 2 ** 20);
    expect(activations(spec("Qwen/Qwen3-32B", {}, "sglang"), {tokens: 1})).toBeCloseTo(90 * 2 ** 20 * 1.15, 3);
    expect(activations(spec("Qwen/Qwen3-32B"), {tokens: 1, nextn: 2})).toBe(3 * 70 * 2 ** 20);
  });

  it("of DeepSeek hold the experts' workspace: 8 of 256 over 8 ranks, as wide as the heads or, on sglang, the state", () => {
    const parallel = {dp: 8, moeEp: 8};
    const workspace = (width: number) => ((10_000 * width * 8 * 256 * 8) / 8 / 128) * 4;
    const trtllm = activations(spec("deepseek-ai/DeepSeek-V3", parallel));
    expect(trtllm).toBeCloseTo(2 * 10_000 * 7168 * 22 + workspace(128 * 56), 0);
    const sglang = activations(spec("deepseek-ai/DeepSeek-V3", parallel, "sglang"));
    expect(sglang).toBeCloseTo((2 * 10_000 * 7168 * 28 + workspace(7168)) * 1.15, 0);
  });

  it("of DeepSeek-V3 with one draft are the recorded figures", () => {
    const worker = spec("deepseek-ai/DeepSeek-V3", {dp: 8, moeEp: 8});
    const memory = workerMemory(worker, literalSystem, 0, {batch: 8, tokens: 32_000, seqTokens: 4500, nextn: 1});
    expect(memory.activations).toBeCloseTo(46.1426, 3);
    expect(memory.kvCache).toBeCloseTo(1.178, 3);
  });

  it("of DeepSeek-V3 with one draft leave no room on an H200: 147.675 GiB in all", () => {
    const worker = spec("deepseek-ai/DeepSeek-V3", {dp: 8, moeEp: 8});
    const h200 = readSystems(join(import.meta.dirname, "../../systems")).find(({id}) => id === "h200_sxm")!;
    const weights = sumWeights(modelOps(worker).prefill);
    const memory = workerMemory(worker, h200, weights, {batch: 8, tokens: 32_000, seqTokens: 4500, nextn: 1});
    expect(memory.weights).toBeCloseTo(96.8547, 3);
    expect(memory.total).toBeCloseTo(147.675, 2);
    expect(fitsMemory(memory, h200)).toBe(false);
  });
});

describe("KV cache of a token", () => {
  it.each([
    ["Qwen/Qwen3-32B", {tp: 1}, 2 * 2 * 8 * 128 * 64],
    ["Qwen/Qwen3-32B", {tp: 4}, 2 * 2 * 2 * 128 * 64],
    ["Qwen/Qwen3-32B", {tp: 16}, 2 * 2 * 1 * 128 * 64],
    ["Qwen/Qwen3-32B-FP8", {tp: 4}, 2 * 2 * 128 * 64],
    ["deepseek-ai/DeepSeek-V3", {tp: 8, moeEp: 8}, 576 * 61],
    ["openai/gpt-oss-20b", {}, 2 * 2 * 8 * 64 * 24]
  ] as [string, Partial<Parallel>, number][])("%s %j", (id, parallel, bytes) => {
    expect(kvCacheBytes(spec(id, parallel), 1)).toBe(bytes);
    expect(kvCacheBytes(spec(id, parallel), 1000)).toBe(1000 * bytes);
    expect(kvCacheBytes(spec(id, parallel), -5)).toBe(0);
  });

  it("of Nemotron-NAS counts the blocks that attend", () => {
    const worker = spec("nvidia/Llama-3_3-Nemotron-Super-49B-v1", {tp: 2});
    const attending = worker.model.blocks!.filter(({headsPerKvHead}) => headsPerKvHead !== null);
    const heads = attending.reduce((sum, {count, headsPerKvHead}) => sum + (count * 64) / headsPerKvHead! / 2, 0);
    expect(heads).toBeGreaterThan(0);
    expect(kvCacheBytes(worker, 1)).toBe(2 * 2 * heads * 128);
  });
});

describe("what fits", () => {
  const memory = (total: number, kvCache: number): MemoryGiB => ({total, kvCache, weights: 0, activations: 0, nccl: 0, other: 0}); // prettier-ignore

  it("is less than the capacity", () => {
    expect(fitsMemory(memory(79.99, 0), literalSystem)).toBe(true);
    expect(fitsMemory(memory(80, 0), literalSystem)).toBe(false);
  });

  it("leaves TensorRT-LLM's KV cache its share of free memory, and does not check the others'", () => {
    const limit = (80 - 30) * 0.9 * 0.985 * 0.98;
    expect(fitsKvCache(memory(30 + limit - 0.01, limit - 0.01), literalSystem, "trtllm", 0.9)).toBe(true);
    expect(fitsKvCache(memory(30 + limit + 0.01, limit + 0.01), literalSystem, "trtllm", 0.9)).toBe(false);
    expect(fitsKvCache(memory(79, 49), literalSystem, "vllm", 0.9)).toBe(true);
  });

  it("adds up, weights shared by pipeline stages and other memory larger on sglang", () => {
    const got = workerMemory(spec("Qwen/Qwen3-32B", {tp: 2, pp: 2}), literalSystem, 8 * GiB, {
      ...load,
      seqTokens: 1000
    });
    const {total, weights, activations, kvCache, nccl, other} = got;
    expect(total).toBeCloseTo(weights + activations + kvCache + nccl + other, 12);
    expect(weights).toBe(4);
    expect(nccl).toBe(1e8 / GiB);
    expect(other).toBe(3e9 / GiB);
    const sglang = workerMemory(spec("Qwen/Qwen3-32B", {}, "sglang"), literalSystem, 0, load);
    expect(sglang.other).toBeCloseTo((3e9 * 1.2) / GiB, 12);
  });

  it("refuses a tp that activations are not modelled for", () => {
    expect(() => workerMemory(spec("Qwen/Qwen3-32B", {tp: 3}), literalSystem, 0, load)).toThrow(/^invalid tp: 3; /);
  });
});
