/** Single queries of method.md §16, under the section-5 scheme, on the tables as released. */
import {describe, expect, it} from "vitest";
import {prefillAttentionLatency, decodeAttentionLatency, decodeAttentionKernel} from "../../engine/ops/attention.js";
import {allReduceLatency, ncclLatency} from "../../engine/ops/collective.js";
import {computeScaleLatency, gemmKernel, gemmLatency, scaleMatrixLatency} from "../../engine/ops/gemm.js";
import {mlaBmmLatency, mlaLatency} from "../../engine/ops/mla.js";
import {moeLatency} from "../../engine/ops/moe.js";
import {p2pKernel} from "../../engine/ops/memory.js";
import {deepEpLowLatency, deepEpNormalLatency, wideEpMoeLatency} from "../../engine/ops/wideep.js";
import {lastBound} from "../../engine/roofline.js";
import type {Database, Platform} from "../../engine/index.js";
import type {CollectiveOperation} from "../../engine/roofline.js";
import type {GemmQuant} from "../../engine/quant.js";
import {goldenTables, openPlatform} from "./open.js";

const prefillShape = {
  heads: 32,
  kvHeads: 4,
  headDim: 128,
  window: 0,
  fmha: "fp8",
  kvCache: "fp8",
  qkNorm: true
} as const;
const decodeShape = {kind: "decode_attention", name: "attention", count: 1, ...prefillShape} as const;
const qwenMoe = {hidden: 4096, inter: 1536, topK: 8, experts: 128, moeTp: 1, moeEp: 8, gated: true} as const;
const deepseekMoe = {hidden: 7168, inter: 2048, topK: 8, experts: 256, moeTp: 1, moeEp: 8, gated: true} as const;

type Row = [name: string, ask: (platform: Platform) => number, expectedMs: number, database?: Database];

const gemm = (quant: GemmQuant, m: number, n: number, k: number) => (p: Platform) =>
  gemmLatency(p, {n, k, quant})(m, 0, 0, 0);
const prefill =
  (batch: number, seq: number, prefix = 0, heads = 32) =>
  (p: Platform) =>
    prefillAttentionLatency(p, {...prefillShape, heads})(batch, seq, prefix, 0);
const decode = (batch: number, seq: number) => (p: Platform) =>
  decodeAttentionLatency(p, decodeShape)(batch, seq, 0, 0);
const allReduce = (tp: number, elements: number) => (p: Platform) => allReduceLatency(p, tp)(elements, 0, 0, 0);
const nccl = (operation: CollectiveOperation, gpus: number, elements: number) => (p: Platform) =>
  ncclLatency(p, operation, gpus, "half")(elements, 0, 0, 0);
const mla =
  (kind: "prefill_mla" | "decode_mla" | "prefill_mla_module" | "decode_mla_module") =>
  (heads: number, seq: number, batch: number) =>
  (p: Platform) => {
    const types = {name: kind, count: 1, heads, fmha: "bfloat16", kvCache: "fp8", gemm: "fp8_block"} as const;
    return mlaLatency(p, {kind, ...types} as Parameters<typeof mlaLatency>[1])(batch, seq, 0, 0);
  };
const bmm = (tokens: number) => (p: Platform) =>
  mlaBmmLatency(p, {heads: 64, quant: "fp8", side: "pre"})(tokens, 0, 0, 0);
const moe = (tokens: number, shape: object) => (p: Platform) =>
  moeLatency(p, shape as Parameters<typeof moeLatency>[1])(tokens, 0, 0, 0);
const qwen = {...qwenMoe, quant: "fp8_block", distribution: "power_law_1.2"};
const deepseek = {...deepseekMoe, quant: "fp8_block", distribution: "power_law_1.01"};
const bf16Moe = {hidden: 2048, inter: 768, topK: 8, experts: 128, moeTp: 1, moeEp: 4, gated: true, quant: "bfloat16", distribution: "power_law_1.2"}; // prettier-ignore
const absentMoe = {...bf16Moe, hidden: 2880, inter: 2880, topK: 4};
const staticFp8 = (tokens: number, lowPrecisionInput: boolean) => (p: Platform) =>
  gemmKernel(p, {kind: "gemm", name: "g", count: 1, n: 5120, k: 4096, quant: "fp8_static", lowPrecisionInput})(
    tokens,
    1,
    1,
    0
  );

const rows: Row[] = [
  ["gemm on a measured point", gemm("fp8", 4096, 5120, 4096), 0.167847],
  ["gemm along a measured site", gemm("fp8", 3000, 5120, 4096), 0.125294],
  ["gemm beyond a site's sweep", gemm("fp8", 65536, 5120, 4096), 2.459748],
  ["gemm between sites", gemm("fp8", 64, 4608, 5632), 0.019995],
  ["bf16 gemm between sites", gemm("bfloat16", 8, 151936, 5120), 0.387708],
  ["gemm wider than all sites", gemm("fp8", 8, 300000, 5120), 0.433227],
  ["prefill attention b1 s4000", prefill(1, 4000), 0.315746],
  ["prefill attention measured", prefill(8, 4096), 1.985365],
  ["prefill attention b3 s3000", prefill(3, 3000), 0.51719],
  ["prefill attention, 28 heads", prefill(8, 4096, 0, 28), 1.888843],
  ["prefill attention held along length", prefill(1, 32768), 12.921417],
  ["prefill attention held in the corner", prefill(64, 16384), 234.207763],
  ["prefill attention after a prefix", prefill(8, 1000, 3000), 0.835014],
  ["decode attention", decode(8, 4001), 0.01959],
  ["decode attention b100", decode(100, 4001), 0.086814],
  ["decode attention held along length", decode(8, 200000), 0.341359],
  ["decode attention held in the corner", decode(2048, 100000), 43.69722],
  ["decode attention, mean of five lengths", (p) => decodeAttentionKernel(p, decodeShape)(8, 8, 4001, 0), 0.019396],
  ["allreduce", allReduce(2, 40960), 0.003026],
  ["allreduce below the table", allReduce(2, 100), 0.002181],
  ["allreduce above the table", allReduce(2, 1e9), 5.998294],
  ["allreduce tp8", allReduce(8, 163_840_000), 1.272691],
  ["allreduce beyond the node", allReduce(16, 163_840_000), 12.272381],
  ["context mla (64, 4000, 1)", mla("prefill_mla")(64, 4000, 1), 0.653651],
  ["context mla (64, 4096, 1)", mla("prefill_mla")(64, 4096, 1), 0.679403],
  ["context mla (16, 4000, 4)", mla("prefill_mla")(16, 4000, 4), 0.664972],
  ["context mla (128, 3000, 3)", mla("prefill_mla")(128, 3000, 3), 2.25252],
  ["context mla held", mla("prefill_mla")(64, 65536, 1), 127.503711],
  ["decode mla (64, 8, 4001)", mla("decode_mla")(64, 4001, 8), 0.024722],
  ["decode mla (16, 100, 4001)", mla("decode_mla")(16, 4001, 100), 0.092932],
  ["decode mla (128, 32, 5000)", mla("decode_mla")(128, 5000, 32), 0.08795],
  ["mla bmm of 8 tokens", bmm(8), 0.011181],
  ["mla bmm of 100 tokens", bmm(100), 0.015606],
  ["mla bmm held", bmm(100000), 7.345825],
  ["mla prefill module (64, 4000, 1)", mla("prefill_mla_module")(64, 4000, 1), 1.59228],
  ["mla prefill module (16, 4096, 4)", mla("prefill_mla_module")(16, 4096, 4), 2.289],
  ["mla decode module (64, 8, 4001)", mla("decode_mla_module")(64, 4001, 8), 0.093145],
  ["mla decode module (16, 64, 4001)", mla("decode_mla_module")(16, 4001, 64), 0.113594],
  ["moe 1 token", moe(1, qwen), 0.064928],
  ["moe 100 tokens", moe(100, qwen), 0.114701],
  ["moe 3000 tokens", moe(3000, qwen), 0.55912],
  ["moe 4000 tokens", moe(4000, qwen), 0.652307],
  ["moe 16384 tokens", moe(16384, qwen), 2.511622],
  ["moe held", moe(65536, qwen), 10.04649],
  ["deepseek moe 8 tokens", moe(8, deepseek), 0.304787],
  ["deepseek moe 4000 tokens", moe(4000, deepseek), 1.28203],
  ["deepseek moe held", moe(40000, deepseek), 9.489422],
  ["bf16 moe 8 tokens", moe(8, bf16Moe), 0.056435],
  ["bf16 moe 4000 tokens", moe(4000, bf16Moe), 0.308735],
  ["bf16 moe 40000 tokens", moe(40000, bf16Moe), 2.283875],
  ...([["all_gather", 8, [0.004039, 0.014887, 0.048932, 5.186498]],
       ["reduce_scatter", 4, [0.002785, 0.008115, 0.042798, 4.81531]],
       ["all_reduce", 8, [0.006266, 0.019833, 0.086753, 7.621311]]] as const).flatMap(([op, gpus, ms]) =>
    [100, 40960, 5e6, 1e9].map((elements, i): Row => [`nccl ${op} ${elements}`, nccl(op, gpus, elements), ms[i]])
  ), // prettier-ignore
  ["nccl over more GPUs than measured", nccl("all_gather", 32, 5e6), 0.487571],
  ...([[8, 5120, 0.006256], [3000, 5120, 0.021665], [32000, 12800, 0.598596], [65536, 5120, 0.249997]] as const).map(
    ([m, k, ms]): Row => [`compute scale (${m}, ${k})`, (p) => computeScaleLatency(p, k)(m, 0, 0, 0), ms]
  ), // prettier-ignore
  ...([[8, 5120, 0.002551], [3000, 5120, 0.012147], [32000, 12800, 0.281386], [65536, 5120, 0.240702]] as const).map(
    ([m, k, ms]): Row => [`scale matrix (${m}, ${k})`, (p) => scaleMatrixLatency(p, k)(m, 0, 0, 0), ms]
  ), // prettier-ignore
  ...([[8, 0.011493, 0.008962], [3000, 0.109187, 0.099353], [32000, 0.979233, 0.883166]] as const).flatMap(
    ([tokens, plain, low]): Row[] => [
      [`static fp8 gemm of ${tokens}`, staticFp8(tokens, false), plain],
      [`static fp8 gemm of ${tokens}, fp8 input`, staticFp8(tokens, true), low]
    ]
  ), // prettier-ignore
  ["p2p", (p) => p2pKernel(p, {kind: "p2p", name: "p2p", count: 1, hidden: 5120, pp: 2})(3000, 1, 1, 0), 0.6244],
  [
    "wide-EP moe",
    (p) => {
      const shape = {
        ...deepseekMoe,
        moeEp: 16,
        slots: 256,
        quant: "fp8_block",
        distribution: "power_law_1.01"
      } as const;
      return wideEpMoeLatency(p, shape)(4000, 0, 0, 0);
    },
    0.798395
  ],
  ["gemm", gemm("fp8", 4096, 5120, 4096), 0.167847, "empirical"],
  ["gemm along a site", gemm("fp8", 3000, 5120, 4096), 0.124191, "empirical"],
  ["gemm between sites", gemm("fp8", 64, 4608, 5632), 0.017736, "empirical"],
  ["gemm wider than all sites", gemm("fp8", 8, 300000, 5120), 0.437995, "empirical"],
  ["gemm that no site is near", gemm("fp8", 8, 400000, 50000), 4.935024, "hybrid"],
  ["prefill attention", prefill(8, 4000), 1.909561, "empirical"],
  ["prefill attention of a long prompt", prefill(1, 32768), 12.997035, "empirical"],
  ["prefill attention after a prefix", prefill(8, 1000, 3000), 0.835433, "empirical"],
  ["decode attention", (p) => decodeAttentionKernel(p, decodeShape)(8, 8, 4001, 0), 0.019606, "empirical"],
  ["moe", moe(3000, qwen), 0.56879, "empirical"],
  ["allreduce", allReduce(2, 40960), 0.002889, "empirical"],
  ["nccl", nccl("all_gather", 8, 1e9), 5.186498, "empirical"],
  ["moe of an unmeasured shape", moe(3000, absentMoe), 0.663633, "hybrid"],
  ["moe of an unmeasured shape", moe(3000, absentMoe), 0.663633, "empirical"],
  ["gemm", gemm("fp8", 4096, 5120, 4096), 0.086855, "sol"],
  ["prefill attention", prefill(8, 4000), 0.530119, "sol"],
  ["prefill attention after a prefix", prefill(8, 1000, 3000), 0.231927, "sol"],
  ["decode attention", decode(8, 4001), 0.006854, "sol"],
  ["moe", moe(3000, qwen), 0.070915, "sol"],
  ["allreduce", allReduce(2, 40960), 0.000182, "sol"],
  ["nccl", nccl("all_gather", 8, 1e9), 3.888889, "sol"]
];

const bounds: [string, (p: Platform) => number, computeMs: number, memoryMs: number][] = [
  ["gemm", gemm("fp8", 64, 4608, 5632), 0.001679, 0.005543],
  ["decode attention", decode(8, 4001), 0.000265, 0.006854],
  ["moe", moe(3000, qwen), 0.057253, 0.070915]
];

const there = goldenTables(rows.length + bounds.length + 7, "queries");

describe.runIf(there)("golden queries on h200_sxm/trtllm 1.3.0rc10", () => {
  it.each(rows)("%s", async (_, ask, expectedMs, database) => {
    const platform = await openPlatform("trtllm", "1.3.0rc10", database);
    expect(Math.abs(ask(platform) / expectedMs - 1)).toBeLessThan(expectedMs < 0.01 ? 3e-3 : 1e-3);
  });

  it.each(bounds)("compute and memory time of %s", async (_, ask, computeMs, memoryMs) => {
    ask(await openPlatform("trtllm", "1.3.0rc10", "sol"));
    expect(lastBound.computeMs).toBeCloseTo(computeMs, 6);
    expect(lastBound.memoryMs).toBeCloseTo(memoryMs, 6);
  });

  it("misses a gemm that no site is near", async () => {
    const platform = await openPlatform("trtllm", "1.3.0rc10");
    expect(gemm("fp8", 8, 400000, 50000)(platform)).toBeNaN();
  });
});

describe.runIf(there)("golden DeepEP queries on h200_sxm/sglang 0.5.6.post2", () => {
  const shape = {nodes: 2, hidden: 7168, topK: 8, experts: 256};
  it.each([
    [20, 4000, 2.979106],
    [20, 4096, 3.04276],
    [18, 1000, 1.019893]
  ])("normal, %d SMs, %d tokens", async (sms, tokens, expectedMs) => {
    const platform = await openPlatform("sglang", "0.5.6.post2");
    expect(deepEpNormalLatency(platform, shape, sms)(tokens, 0, 0, 0)).toBeCloseTo(expectedMs, 5);
  });
  it.each([
    [8, 0.05983],
    [100, 0.234685],
    [300, 0.609961]
  ])("low latency, %d tokens", async (tokens, expectedMs) => {
    const platform = await openPlatform("sglang", "0.5.6.post2");
    expect(deepEpLowLatency(platform, shape)(tokens, 0, 0, 0)).toBeCloseTo(expectedMs, 5);
  });
});
