/** Op lists of Qwen3.5: method.md §7.4 QWEN35, by hand. */
import {describe, expect, it} from "vitest";
import {findModel} from "../../../engine/models/catalogue.js";
import {modelOps} from "../../../engine/models/ops.js";
import {inferNextn} from "../../../engine/models/quant.js";
import {sumWeights} from "../../../engine/ops/kernel.js";
import {linesOf, specOf} from "./op-line.js";

describe("Qwen3.5-27B", () => {
  // 64 layers of which every fourth attends to all: 48 linear, 16 full. h 5120, 24 heads of 256, 4 KV heads, I 17408;
  // keys 16·128 = 2048, values 48·128 = 6144.
  it("has linear attention, full attention and a dense FFN, each reduced over tp", () => {
    const {prefill, decode} = linesOf(specOf("Qwen/Qwen3.5-27B", {tp: 2}));
    expect(prefill).toEqual([
      "embedding 1 × 124160·5120",
      "embedding_ar 1 × 5120 over 2",
      "gdn_norm 48 × 10240→10240",
      "gdn_in_proj_gemm 48 × 9216·5120 bf16", // (3·2048 + 2·6144) / 2
      "gdn_conv1d 48 × conv 5120: 16·128, 48·128",
      "gdn_scan 48 × scan 5120: 16·128, 48·128",
      "gdn_out_proj_gemm 48 × 5120·3072 bf16 low",
      "gdn_ar 48 × 5120 over 2",
      "attn_norm 16 × 10240→10240",
      "qkv_gemm 16 × 4096·5120 bf16", // 24·256/2 + 2·2·256
      "attention 16 × 12/2 of 256 window 0",
      "proj_gemm 16 × 5120·3072 bf16 low",
      "attn_ar 16 × 5120 over 2",
      "ffn_norm 64 × 10240→10240",
      "gate_ffn1_gemm 64 × 17408·5120 bf16",
      "act_gate 64 × 17408→8704",
      "ffn2_gemm 64 × 5120·8704 bf16 low",
      "ffn_ar 64 × 5120 over 2",
      "logits_gemm 1 × 124160·5120 bf16",
      "p2p 0 × 5120 over 1"
    ]);
    expect(decode).toEqual(prefill);
  });

  it("runs kernels of the phase", () => {
    const {prefill, decode} = modelOps(specOf("Qwen/Qwen3.5-27B"));
    const phases = (ops: typeof prefill) => ops.flatMap((op) => (op.kind === "gdn" ? [op.phase] : []));
    expect(phases(prefill)).toEqual(["prefill", "prefill"]);
    expect(phases(decode)).toEqual(["decode", "decode"]);
  });

  it("holds its parameters, twice the embedding, without output gates", () => {
    const {prefill} = modelOps(specOf("Qwen/Qwen3.5-27B"));
    const linear = 5120 * (3 * 2048 + 2 * 6144) + 5120 * 6144;
    const full = 5120 * (24 * 256 + 2 * 4 * 256) + 5120 * 6144;
    const all = 2 * 248320 * 5120 + 48 * linear + 16 * full + 64 * 3 * 17408 * 5120;
    expect(sumWeights(prefill)).toBe(2 * all);
    expect(all).toBeGreaterThan(26.5e9);
    expect(all).toBeLessThan(27.4e9);
  });

  it("drafts one token unless told, also from a config that does not say", () => {
    expect(inferNextn(findModel("Qwen/Qwen3.5-27B"))).toBe(1);
    expect(inferNextn({...findModel("Qwen/Qwen3.5-27B"), nextnLayers: undefined})).toBe(1);
  });
});

describe("Qwen3.5-397B-A17B", () => {
  it("has experts and an ungated shared one in every layer", () => {
    const {prefill} = linesOf(specOf("Qwen/Qwen3.5-397B-A17B", {tp: 4, moeEp: 4}));
    expect(prefill.slice(prefill.indexOf("ffn_norm 60 × 8192→8192"))).toEqual([
      "ffn_norm 60 × 8192→8192",
      "router_gemm 60 × 512·4096 bf16",
      "moe_pre_dispatch 60 × 4096",
      "moe 60 × 10 of 512, 4096·1024 power_law_1.2",
      "moe_post_dispatch 60 × 4096",
      "shared_ffn1_gemm 60 × 256·4096 bf16",
      "shared_act 60 × 256→256",
      "shared_ffn2_gemm 60 × 4096·256 bf16 low",
      "logits_gemm 1 × 62080·4096 bf16",
      "p2p 0 × 4096 over 1"
    ]);
  });

  it("has no router below 128 experts", () => {
    const spec = specOf("Qwen/Qwen3.5-35B-A3B");
    const few = {...spec, model: {...spec.model, experts: 64}};
    expect(linesOf(spec).decode.join()).toContain("router_gemm");
    expect(linesOf(few).decode.join()).not.toContain("router_gemm");
  });
});
