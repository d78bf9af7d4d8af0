/** Which widths a worker can have, and how the times of its operators add up. */
import {describe, expect, it} from "vitest";
import {findModel, InputError} from "../../../engine/index.js";
import type {Backend, Parallel, Quant} from "../../../engine/index.js";
import {bindOps} from "../../../engine/ops/kernel.js";
import type {Op} from "../../../engine/ops/op.js";
import {requestLatencyMs, requestsPerSec, tokensPerSecPerUser} from "../../../engine/session/metrics.js";
import {
  gpusOf,
  makeWorker,
  mergeSource,
  newTally,
  opTimes,
  parallelLabel,
  provenanceOf,
  tallyOp
} from "../../../engine/session/worker.js";
import {literalPlatform} from "../literal-tables.js";

const sizes = (given: Partial<Parallel> = {}): Parallel => ({tp: 1, pp: 1, dp: 1, moeTp: 1, moeEp: 1, cp: 1, ...given});
const make = (id: string, backend: Backend, parallel: Partial<Parallel>, quant?: Partial<Quant>) =>
  makeWorker(findModel(id), literalPlatform([], {backend, database: "sol"}), sizes(parallel), {role: "agg", quant});

const [dense, moe] = ["Qwen/Qwen3-8B", "Qwen/Qwen3-30B-A3B"];
const fp8 = "Qwen/Qwen3-235B-A22B-FP8";

describe("a worker", () => {
  it("is named by its widths, context parallelism only when there is some", () => {
    expect(parallelLabel(sizes({tp: 4, pp: 2}))).toBe("tp4pp2dp1etp1ep1");
    expect(parallelLabel(sizes({dp: 8, moeTp: 2, moeEp: 4}))).toBe("tp1pp1dp8etp2ep4");
    expect(parallelLabel(sizes({cp: 2, moeEp: 2}))).toBe("tp1pp1dp1etp1ep2cp2");
  });

  it("takes a GPU for each rank of attention, stage and context, not for each of the experts", () => {
    expect(gpusOf(sizes({tp: 2, pp: 3, dp: 4, moeTp: 2, moeEp: 4}))).toBe(24);
    expect(gpusOf(sizes({cp: 8, moeEp: 8}))).toBe(8);
  });

  it.each([
    [dense, "trtllm", {tp: 8, pp: 2}],
    [dense, "trtllm", {tp: 16}],
    [dense, "sglang", {cp: 4}],
    [moe, "trtllm", {dp: 4, moeTp: 2, moeEp: 2}],
    [moe, "sglang", {tp: 2, dp: 2, moeTp: 2, moeEp: 2}],
    [moe, "vllm", {tp: 2, dp: 2, moeEp: 4}],
    [moe, "sglang", {cp: 4, moeTp: 4}],
    [fp8, "trtllm", {tp: 4, moeTp: 4}]
  ] as [string, Backend, Partial<Parallel>][])("%s on %s can be %j", (id, backend, parallel) => {
    expect(make(id, backend, parallel).gpus).toBe(gpusOf(sizes(parallel)));
  });

  it.each([
    [dense, "trtllm", {tp: 0}, "invalid tp: 0; must be a whole number ≥ 1"],
    [dense, "trtllm", {pp: 1.5}, "invalid pp: 1.5; must be a whole number ≥ 1"],
    [dense, "trtllm", {tp: 6}, "invalid tp: 6; memory is modelled for 1, 2, 4, 8 and more"],
    [dense, "trtllm", {tp: 64}, "invalid tp: 64; Qwen/Qwen3-8B has 32 heads"],
    [dense, "trtllm", {pp: 64}, "invalid pp: 64; Qwen/Qwen3-8B has 36 layers"],
    [dense, "vllm", {cp: 2}, "invalid cp: 2; context parallelism needs sglang with tp 1 and dp 1"],
    [dense, "sglang", {cp: 2, tp: 2}, "invalid cp: 2; context parallelism needs sglang with tp 1 and dp 1"],
    [dense, "trtllm", {moeEp: 2}, "invalid moeTp 1, moeEp 2; Qwen/Qwen3-8B has no experts, use 1"],
    [dense, "sglang", {dp: 2}, "invalid dp: 2; attention data parallelism needs experts, run more replicas instead"],
    [moe, "trtllm", {tp: 4, moeEp: 2}, "invalid widths: tp 4 · dp 1 · cp 1 = 4; must equal moeTp 1 · moeEp 2"],
    [moe, "sglang", {dp: 256, moeEp: 256}, "invalid moeEp: 256; Qwen/Qwen3-30B-A3B has 128 experts"],
    [moe, "trtllm", {tp: 2, dp: 2, moeEp: 4}, "invalid tp 2, dp 2; trtllm shards attention by one of them"],
    [moe, "vllm", {tp: 4, moeTp: 2, moeEp: 2}, "invalid moeTp 2, moeEp 2; vllm shards experts by one of them"],
    [fp8, "trtllm", {tp: 8, moeTp: 8}, "invalid moeTp: 8; 1536 expert columns do not split into fp8 blocks"]
  ] as [string, Backend, Partial<Parallel>, string][])("%s on %s cannot be %j", (id, backend, parallel, message) => {
    expect(() => make(id, backend, parallel)).toThrow(new InputError(message));
  });

  it("of fp8 blocks that do not split can still split bf16 experts", () => {
    expect(make(fp8, "trtllm", {tp: 8, moeTp: 8}, {moe: "bfloat16"}).gpus).toBe(8);
  });
});

describe("times", () => {
  const gemm = (name: string, count: number): Op => ({kind: "gemm", name, count, n: 4096, k: 4096, quant: "bfloat16"});
  const norm = (count: number): Op => ({kind: "elementwise", name: "norm", count, dimIn: 4096, dimOut: 4096});
  const bind = (database: "sol" | "silicon", ...ops: Op[]) => bindOps(literalPlatform([], {database}), ops);

  it("double with the count, and are none for none", () => {
    const [one, two, none] = bind("sol", gemm("a", 8), gemm("b", 16), gemm("c", 0));
    expect(two.latency(64, 1, 64, 0)).toBe(2 * one.latency(64, 1, 64, 0));
    expect(none.latency(64, 1, 64, 0)).toBe(0);
    const [missing] = bind("silicon", gemm("c", 0));
    expect(missing.latency(64, 1, 64, 0)).toBe(0);
  });

  it("of one name add up, with their counts", () => {
    const [a, b] = opTimes(bind("sol", gemm("a", 2), gemm("b", 1), gemm("a", 3)), 64, 1, 64, 0, 2);
    expect(a).toMatchObject({name: "a", count: 5, source: "roofline"});
    expect(a.latencyMs).toBeCloseTo(5 * b.latencyMs, 12);
  });

  it("take the weakest source of what a table could measure: kernels with a formula say nothing", () => {
    const tally = newTally();
    const [formula, light, none] = bind("sol", norm(4), gemm("qkv", 4), gemm("none", 0));
    tallyOp(tally, none, 64, 1, 64, 0);
    tallyOp(tally, formula, 64, 1, 64, 0);
    expect(provenanceOf(tally)).toEqual({source: "measured", tier: "own"});
    tallyOp(tally, light, 64, 1, 64, 0, 3);
    expect(provenanceOf(tally)).toEqual({source: "roofline", tier: "own", weakestOp: "qkv"});
    expect(tally.ms).toBeCloseTo(formula.latency(64, 1, 64, 0) + 3 * light.latency(64, 1, 64, 0), 12);
  });

  it("in a sum of tiers keep the weakest and say which operator it was, each with the database that was asked", () => {
    const rows = [[4096, 4096, 64, 1]];
    const tables = [
      {table: "gemm", part: ["bfloat16"], rows},
      {table: "gemm", part: ["fp8_block"], rows}
    ] as const;
    const platform = literalPlatform(tables.map((slice) => ({...slice, part: [...slice.part]})), {database: "hybrid"}); // prettier-ignore
    const as = (name: string, quant: "bfloat16" | "fp8" | "nvfp4"): Op => ({...gemm(name, 1), quant}) as Op;
    const ops = bindOps(platform, [as("own", "bfloat16"), as("twin", "fp8"), as("other", "nvfp4"), as("last", "fp8")]);
    expect(opTimes(ops, 64, 1, 64, 0).map(({mode, source, tier}) => `${mode} ${source} ${tier}`)).toEqual([
      "hybrid measured own",
      "hybrid empirical xquant",
      "hybrid empirical xprofile",
      "hybrid empirical xquant"
    ]);
    const tally = newTally();
    for (const op of ops) tallyOp(tally, op, 64, 1, 64, 0);
    expect(provenanceOf(tally)).toEqual({source: "empirical", tier: "xprofile", weakestOp: "other"});
  });

  it("of two phases keep the weaker source, and of equals the first", () => {
    const [strong, weak, other] = [newTally(), {...newTally(), rank: 2, weakestOp: "a"}, {...newTally(), rank: 2, weakestOp: "b"}]; // prettier-ignore
    mergeSource(strong, weak);
    mergeSource(strong, other);
    expect([provenanceOf(strong).source, strong.weakestOp, strong.ms]).toEqual(["extrapolated", "a", 0]);
  });
});

describe("metrics", () => {
  it("are what they are called", () => {
    expect(requestLatencyMs(200, 10, 101)).toBe(1200);
    expect(requestLatencyMs(200, 10, 1)).toBe(200);
    expect(tokensPerSecPerUser(20)).toBe(50);
    expect(tokensPerSecPerUser(0)).toBe(0);
    expect(requestsPerSec(8, 2000, 2)).toBe(8);
    expect(requestsPerSec(8, 0, 2)).toBe(0);
  });
});

it("a block counts as what it is made of, overlapped streams as what holds most weights", () => {
  const {decode} = make("deepseek-ai/DeepSeek-V3", "sglang", {tp: 8, moeEp: 8});
  const kinds = Object.fromEntries(opTimes(decode, 8, 8, 4000, 0).map(({name, kind}) => [name, kind]));
  expect(kinds).toMatchObject({mla_block: "decode_mla_module", moe_overlap: "moe", logits_gemm: "gemm"});
});
