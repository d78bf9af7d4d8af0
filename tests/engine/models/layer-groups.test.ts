/** Op lists of Gemma-4, Llama-4 and MiMo-V2: method.md §7.4 GEMMA4MIX and HYBRIDMOE, by hand. */
import {describe, expect, it} from "vitest";
import {findModel} from "../../../engine/models/catalogue.js";
import {linesOf, specOf} from "./op-line.js";

describe("Gemma-4 26B-A4B", () => {
  // 25 layers of window 1024 with 8 KV heads of 256, 5 full ones with 2 of 512, whose keys are values too. h 2816.
  it("has windowed and full attention, a shared FFN beside experts, and no reductions of its own", () => {
    const {prefill, decode} = linesOf(specOf("google/gemma-4-26B-A4B", {tp: 2, moeEp: 2}));
    expect(prefill).toEqual([
      "embedding 1 × 262144·2816",
      "attn_norm 25 × 5632→5632",
      "qkv_gemm 25 × 4096·2816 bf16", // 16·256/2 + 2·4·256
      "attention 25 × 8/4 of 256 window 1024",
      "proj_gemm 25 × 2816·2048 bf16 low",
      "attn_norm 5 × 5632→5632",
      "qkv_gemm 5 × 4608·2816 bf16", // 16·512/2 + 1·512
      "attention 5 × 8/1 of 512 window 0",
      "proj_gemm 5 × 2816·4096 bf16 low",
      "ffn_norm 30 × 5632→5632",
      "shared_gate_ffn1_gemm 30 × 2112·2816 bf16",
      "shared_act_gate 30 × 2112→1056",
      "shared_ffn2_gemm 30 × 2816·1056 bf16 low",
      "router_gemm 30 × 128·2816 bf16",
      "moe_pre_dispatch 30 × 2816",
      "moe 30 × 8 of 128, 2816·704 power_law_1.01",
      "moe_post_dispatch 30 × 2816",
      "logits_gemm 1 × 131072·2816 bf16",
      "p2p 0 × 2816 over 1"
    ]);
    expect(decode).toEqual(prefill);
  });

  it("gathers each kind of layer's keys and values over context-parallel ranks", () => {
    const {prefill} = linesOf(specOf("google/gemma-4-26B-A4B", {cp: 2, moeEp: 2}, "sglang"));
    const gathers = prefill.filter((line) => line.startsWith("cp_all_gather"));
    // 2·8·256 and 2·2·512 elements of 2 bytes, in elements of 2 bytes.
    expect(gathers).toEqual(["cp_all_gather 25 × all_gather 4096 over 2", "cp_all_gather 5 × all_gather 2048 over 2"]);
  });
});

describe("Gemma-4 31B", () => {
  it("is dense", () => {
    const {prefill} = linesOf(specOf("nvidia/Gemma-4-31B-IT-NVFP4"));
    expect(prefill).toContain("shared_gate_ffn1_gemm 60 × 43008·5376");
    expect(prefill.join()).not.toContain("moe");
  });
});

describe("Llama-4", () => {
  it("has experts in every second layer of Maverick, those that attend to all", () => {
    const {prefill} = linesOf(specOf("meta-llama/Llama-4-Maverick-17B-128E-Instruct", {tp: 8, moeEp: 8}));
    expect(prefill).toEqual([
      "embedding 1 × 202048·5120",
      "attn_norm 24 × 10240→10240",
      "qkv_gemm 24 × 896·5120 bf16", // 40·128/8 + 1·(128 + 128)
      "attention 24 × 5/1 of 128 window 0",
      "proj_gemm 24 × 5120·640 bf16 low",
      "attn_norm 24 × 10240→10240",
      "qkv_gemm 24 × 896·5120 bf16",
      "attention 24 × 5/1 of 128 window 8192",
      "proj_gemm 24 × 5120·640 bf16 low",
      "ffn_norm 48 × 10240→10240",
      "router_gemm 24 × 128·5120 bf16",
      "moe_pre_dispatch 24 × 5120",
      "moe 24 × 1 of 128, 5120·8192 power_law_1.2",
      "moe_post_dispatch 24 × 5120",
      "gate_ffn1_gemm 24 × 4096·5120 bf16",
      "act_gate 24 × 4096→2048",
      "ffn2_gemm 24 × 5120·2048 bf16 low",
      "logits_gemm 1 × 25256·5120 bf16",
      "p2p 0 × 5120 over 1"
    ]);
  });

  it("has experts in all layers of Scout", () => {
    const {layerGroups} = findModel("meta-llama/Llama-4-Scout-17B-16E-Instruct");
    expect(layerGroups!.map(({count, windowTokens, moe}) => [count, windowTokens, moe])).toEqual([
      [24, 0, true],
      [24, 8192, true]
    ]);
  });
});

describe("MiMo-V2-Flash", () => {
  // Layer 0 is dense and full; then every sixth is full, with 4 KV heads in place of 8. Keys of 192, values of 128.
  it("has three kinds of layers", () => {
    const {prefill} = linesOf(specOf("XiaomiMiMo/MiMo-V2-Flash", {tp: 4, moeEp: 4}));
    expect(prefill.filter((line) => /^(qkv|attention|proj|moe |gate)/.test(line))).toEqual([
      "qkv_gemm 8 × 3392·4096", // 64·192/4 + 1·(192 + 128)
      "attention 8 × 16/1 of 192 window 0",
      "proj_gemm 8 × 4096·2048 low", // 64·128/4
      "qkv_gemm 1 × 3392·4096",
      "attention 1 × 16/1 of 192 window 0",
      "proj_gemm 1 × 4096·2048 low",
      "qkv_gemm 39 × 3712·4096", // 3072 + 2·320
      "attention 39 × 16/2 of 192 window 128",
      "proj_gemm 39 × 4096·2048 low",
      "moe 47 × 8 of 256, 4096·2048 power_law_1.2",
      "gate_ffn1_gemm 1 × 8192·4096"
    ]);
  });
});
