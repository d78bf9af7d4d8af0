/** Sparse latent attention from literal tables: kernels, context parallelism, and what stands in. Method.md §6.9. */
import {describe, expect, it} from "vitest";
import {fmhaQuants, gemmQuants} from "../../../engine/quant.js";
import {dsaArchitectures, dsaKernel, dsaLatency} from "../../../engine/ops/dsa.js";
import {msaKernel} from "../../../engine/ops/msa.js";
import type {DsaModule, MsaModule} from "../../../engine/ops/op.js";
import {measuredHeads} from "../../../engine/ops/sparse-table.js";
import {decodeDsaRoofline, msaRoofline, prefillDsaRoofline} from "../../../engine/roofline-sparse.js";
import {rank, resetTrace, trace} from "../../../engine/trace.js";
import {literalPlatform, literalSystem} from "../literal-tables.js";
import type {LiteralSlice} from "../literal-tables.js";

const v32 = "DeepseekV32ForCausalLM";
const shape = {...dsaArchitectures[v32], heads: 16};
const types = {fmha: "bfloat16", kvCache: "fp8", gemm: "fp8_block"} as const;
const modes = {fmha: fmhaQuants.bfloat16, kvCache: "fp8", gemm: gemmQuants.fp8_block} as const;
const prefill: DsaModule = {kind: "dsa_prefill_module", name: "attention", count: 1, architecture: v32, shape, ...types}; // prettier-ignore
const decode: DsaModule = {...prefill, kind: "dsa_decode_module"};

/** Rows: heads, prefix, new tokens, batch, ms. */
const prefillRows = (kernel: string, rows: number[][], architecture = v32): LiteralSlice => ({
  table: "dsa_prefill_module",
  part: ["bfloat16", "fp8", "fp8_block", architecture, kernel],
  rows
});

describe("sparse latent attention", () => {
  it("takes TensorRT-LLM's kernel, else flashmla_kv, else what there is", () => {
    const of = (...kernels: string[]) =>
      dsaLatency(literalPlatform(kernels.map((kernel, i) => prefillRows(kernel, [[16, 0, 100, 2, i + 1]]))), prefill)(
        2,
        100,
        0,
        0
      );
    expect(of("flashmla_kv", "trtllm")).toBe(2);
    expect(of("other", "flashmla_kv")).toBe(2);
    expect(of("other")).toBe(1);
  });

  it("interpolates over the prefix, and reads decode at its full length", () => {
    const platform = literalPlatform([
      prefillRows("trtllm", [
        [16, 0, 100, 2, 1],
        [16, 200, 100, 2, 3]
      ]),
      {table: "dsa_decode_module", part: ["fp8", "fp8_block", v32, "trtllm"], rows: [[16, 4, 500, 0.25]]}
    ]);
    expect(dsaKernel(platform, prefill)(0, 2, 100, 50)).toBeCloseTo(1.5, 12);
    expect(dsaKernel(platform, decode)(0, 4, 500, 0)).toBe(0.25);
  });

  it("holds its utilisation beyond the longest prompt, own prefix and all", () => {
    const platform = literalPlatform([prefillRows("trtllm", [[16, 0, 100, 2, 1]])]);
    const light = (seq: number) => prefillDsaRoofline(literalSystem, {batch: 2, seq, prefix: 0}, shape, modes);
    expect(dsaKernel(platform, prefill)(0, 2, 9000, 0)).toBeCloseTo(light(9000) / light(100), 9);
  });

  it("says what is missing in silicon", () => {
    expect(dsaKernel(literalPlatform([]), prefill)(0, 1, 100, 0)).toBeNaN();
    expect(trace.miss).toMatch(/^no dsa_prefill_module table: literal\/trtllm 1\.0 bfloat16\/fp8\/fp8_block\/Deepseek/);
  });

  it("takes over the other architecture's utilisation in hybrid, at its own sizes", () => {
    const glm = "GlmMoeDsaForCausalLM";
    const slices = [prefillRows("trtllm", [[16, 0, 100, 2, 1]], glm)];
    const at = {batch: 2, seq: 100, prefix: 0};
    const glmLight = prefillDsaRoofline(literalSystem, at, {...dsaArchitectures[glm], heads: 16}, modes);
    const light = prefillDsaRoofline(literalSystem, at, shape, modes);
    resetTrace();
    const ms = dsaKernel(literalPlatform(slices, {database: "hybrid"}), prefill)(0, 2, 100, 0);
    expect(ms).toBeCloseTo(light / glmLight, 9);
    expect(trace.rank).toBe(rank.xshape);
  });

  it("takes over another type's utilisation last", () => {
    const bf16: LiteralSlice = {
      table: "dsa_decode_module",
      part: ["fp8", "bfloat16", v32, "trtllm"],
      rows: [[16, 4, 500, 2]]
    };
    const step = {batch: 4, seq: 500, prefix: 0};
    const ratio =
      decodeDsaRoofline(literalSystem, step, shape, modes) /
      decodeDsaRoofline(literalSystem, step, shape, {...modes, gemm: gemmQuants.bfloat16});
    resetTrace();
    const ms = dsaKernel(literalPlatform([bf16], {database: "hybrid"}), decode)(0, 4, 500, 0);
    expect(ms).toBeCloseTo(2 * ratio, 9);
    expect(trace.rank).toBe(rank.xprofile);
  });
});

describe("context parallelism of sparse latent attention", () => {
  const gathers: LiteralSlice = {
    table: "nccl",
    rows: [
      ["half", "all_gather", 2, 100, 0.1],
      ["half", "all_gather", 2, 1e6, 0.1]
    ]
  };
  const topK = (mode: string, whole: number, share: number): LiteralSlice => ({
    table: "dsv32_topk",
    part: [mode],
    rows: [
      [16, 0, 50, 1, share],
      [16, 0, 100, 1, whole]
    ]
  });
  const logits: LiteralSlice = {
    table: "dsv32_mqa_logits",
    rows: [
      [16, 0, 50, 1, 1],
      [16, 0, 100, 1, 8]
    ]
  };
  const base = [prefillRows("trtllm", [[16, 0, 50, 1, 99]]), prefillRows("flashmla_kv", [[16, 0, 50, 1, 10]])];
  const sharded = {...prefill, contextShards: 2};

  it("adds what the indexer takes longer for the whole prompt, and two gathers", () => {
    const platform = literalPlatform([...base, gathers, logits, topK("last", 6, 0), topK("flat", 0, 2)], {backend: "sglang"}); // prettier-ignore
    // 10 at half the prompt; 8/2 − 1 of logits; 6/2 − 2 of top-k; 0.1 each for 100·128 and 100·576 elements
    expect(dsaKernel(platform, sharded)(0, 1, 100, 0)).toBeCloseTo(10 + 3 + 1 + 0.2, 12);
  });

  it("misses without the indexer's tables, and beyond their longest prompt", () => {
    expect(dsaKernel(literalPlatform([...base, gathers], {backend: "sglang"}), sharded)(0, 1, 100, 0)).toBeNaN();
    expect(trace.miss).toMatch(/context parallelism of this model needs it$/);
    const all = [...base, gathers, logits, topK("last", 6, 0), topK("flat", 0, 2)];
    expect(dsaKernel(literalPlatform(all, {backend: "sglang"}), sharded)(0, 1, 101, 0)).toBeNaN();
    expect(trace.miss).toMatch(/no dsv32_.* rows for prompts of 101 tokens/);
  });
});

describe("MiniMax-M3's attention", () => {
  const msaShape = {hidden: 6144, heads: 8, kvHeads: 1, headDim: 128, valueHeadDim: 128, indexTopK: 2048, blockTokens: 128, indexHeadDim: 128, indexHeads: 4}; // prettier-ignore
  const op: MsaModule = {kind: "msa_prefill_module", name: "attention", count: 1, shape: msaShape, ...types};
  const glm = "GlmMoeDsaForCausalLM";
  const slices: LiteralSlice[] = [prefillRows("trtllm", [[8, 0, 100, 2, 1]], glm)];

  it("is a miss in silicon where no table of it exists", () => {
    expect(msaKernel(literalPlatform(slices), op)(0, 2, 100, 0)).toBeNaN();
    expect(trace.miss).toMatch(/^no msa_prefill_module table/);
  });

  it("reaches GLM-5's utilisation at the same sizes in hybrid", () => {
    const at = {batch: 2, seq: 100, prefix: 0};
    const glmLight = prefillDsaRoofline(literalSystem, at, {...dsaArchitectures[glm], heads: 8}, modes);
    const light = msaRoofline(literalSystem, "prefill", at, msaShape, modes);
    resetTrace();
    expect(msaKernel(literalPlatform(slices, {database: "hybrid"}), op)(0, 2, 100, 0)).toBeCloseTo(light / glmLight, 9);
    expect(trace.rank).toBe(rank.xop);
  });

  it("is looked up where it was measured", () => {
    const own: LiteralSlice = {table: "msa_prefill_module", part: ["bfloat16", "fp8", "fp8_block"], rows: [[8, 0, 100, 2, 7]]}; // prettier-ignore
    expect(msaKernel(literalPlatform([own]), op)(0, 2, 100, 0)).toBe(7);
  });
});

describe("measuredHeads", () => {
  it.each([
    [16, [8, 16, 32], 16],
    [64, [32], 32],
    [48, [16, 32, 64], 32],
    [4, [8, 16], 8],
    [4, [], undefined]
  ])("of %d heads among %o is %s", (heads, measured, found) => {
    expect(measuredHeads(heads, measured)).toBe(found);
  });
});
