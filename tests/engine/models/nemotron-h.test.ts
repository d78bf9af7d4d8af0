/** Op lists of Nemotron-H and Nemotron-3: method.md §7.4 NEMOTRONH, by hand. */
import {describe, expect, it} from "vitest";
import {modelOps} from "../../../engine/models/ops.js";
import {sumWeights} from "../../../engine/ops/kernel.js";
import {linesOf, specOf} from "./op-line.js";

describe("Nemotron-3 Super", () => {
  // 40 Mamba-2, 8 attention, 40 expert blocks. h 4096; 128 Mamba heads of 64 in 8 groups of state 128; latent 1024.
  it("has blocks of three kinds, experts without gates in a narrower space", () => {
    const {prefill, decode} = linesOf(specOf("nvidia/NVIDIA-Nemotron-3-Super-120B-A12B-NVFP4", {tp: 4, moeEp: 4}));
    expect(prefill).toEqual([
      "embedding 1 × 131072·4096",
      "mamba_norm 40 × 8192→8192",
      "mamba_in_proj_gemm 40 × 4640·4096", // 32 heads: 2·2048 + 2·2·128 + 32
      "mamba_conv1d 40 × conv 4096: 128·64, 8 groups of 128, chunk 128",
      "mamba_scan 40 × scan 4096: 128·64, 8 groups of 128, chunk 128",
      "mamba_out_proj_gemm 40 × 4096·2048",
      "mamba_ar 40 × 4096 over 4",
      "attn_norm 8 × 8192→8192",
      "qkv_gemm 8 × 1280·4096", // 32·128/4 + 2·1·128
      "attention 8 × 8/1 of 128 window 0",
      "proj_gemm 8 × 4096·1024 low",
      "attn_ar 8 × 4096 over 4",
      "moe_norm 40 × 8192→8192",
      "shared_ffn1_gemm 40 × 1344·4096",
      "shared_act 40 × 1344→1344",
      "shared_ffn2_gemm 40 × 4096·1344 low",
      "router_gemm 40 × 512·4096 bf16",
      "latent_in_gemm 40 × 256·4096",
      "moe_pre_dispatch 40 × 1024",
      "moe 40 × 22 of 512, 1024·2688 power_law_1.01 ungated",
      "moe_post_dispatch 40 × 1024",
      "latent_out_gemm 40 × 4096·256 low",
      "moe_ar 40 × 4096 over 4",
      "logits_gemm 1 × 32768·4096 bf16",
      "p2p 0 × 4096 over 1"
    ]);
    expect(decode).toEqual(prefill);
  });

  it("holds two matrices per expert", () => {
    const {prefill} = modelOps(specOf("nvidia/NVIDIA-Nemotron-3-Ultra-550B-A55B-BF16"));
    const moe = prefill.filter(({kind}) => kind === "moe");
    expect(sumWeights(moe)).toBe(48 * 512 * 2 * 2048 * 5120 * 2);
  });
});

describe("Nemotron-3 Nano", () => {
  it("gives its experts whole tokens", () => {
    const {prefill} = linesOf(specOf("nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16"));
    expect(prefill).toContain("moe 23 × 6 of 128, 2688·1856 power_law_1.01 ungated");
    expect(prefill.join()).not.toContain("latent");
  });
});

describe("Nemotron-H 56B", () => {
  it("has a dense FFN without gate in place of experts", () => {
    const {prefill} = linesOf(specOf("nvidia/Nemotron-H-56B-Base-8K", {tp: 8}));
    const from = prefill.indexOf("ffn_norm 54 × 16384→16384");
    expect(prefill.slice(from, from + 5)).toEqual([
      "ffn_norm 54 × 16384→16384",
      "ffn1_gemm 54 × 4096·8192 bf16",
      "act 54 × 4096→4096",
      "ffn2_gemm 54 × 8192·4096 bf16",
      "ffn_ar 54 × 8192 over 8"
    ]);
    expect(prefill).toContain("mamba_in_proj_gemm 54 × 4640·8192 bf16"); // 32 heads: 2·2048 + 2·1·256 + 32
    expect(prefill.join()).not.toContain("moe");
  });
});
