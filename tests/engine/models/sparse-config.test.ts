/** What configs of sparse models must say, what they compute in, and the KV cache they keep. Method.md §7.1, §7.2, §8. */
import {describe, expect, it} from "vitest";
import {InputError} from "../../../engine/errors.js";
import {kvCacheBytes} from "../../../engine/memory.js";
import {modelDoubts} from "../../../engine/model-doubts.js";
import {findModel} from "../../../engine/models/catalogue.js";
import {normalizeModel} from "../../../engine/models/config.js";
import {inferNextn, inferQuant} from "../../../engine/models/quant.js";
import type {Backend} from "../../../engine/index.js";

const sizes = {num_hidden_layers: 3, hidden_size: 64, num_attention_heads: 8, num_key_value_heads: 8, head_dim: 8, intermediate_size: 64, moe_intermediate_size: 32, n_routed_experts: 4, num_experts_per_tok: 2, vocab_size: 100, max_position_embeddings: 100}; // prettier-ignore
const dsa = {q_lora_rank: 4, kv_lora_rank: 4, qk_nope_head_dim: 4, qk_rope_head_dim: 4, v_head_dim: 4, index_topk: 16, index_head_dim: 4, index_n_heads: 2}; // prettier-ignore
const dsv4 = {q_lora_rank: 4, o_lora_rank: 4, o_groups: 2, qk_rope_head_dim: 4, sliding_window: 8, index_topk: 16, index_head_dim: 4, index_n_heads: 2, hc_mult: 2, hc_sinkhorn_iters: 3, compress_ratios: [0, 4, 128, 0]}; // prettier-ignore
const msa = {sparse_attention_config: {sparse_index_dim: 4, sparse_num_index_heads: 2, sparse_topk_blocks: 3, sparse_block_size: 5}}; // prettier-ignore
const read = (architecture: string, more: object, without: string[] = []) => {
  const config = {architectures: [architecture], ...sizes, ...more};
  return normalizeModel("m", Object.fromEntries(Object.entries(config).filter(([key]) => !without.includes(key))));
};

describe("configs of sparse attention", () => {
  it("are read with the indexer's sizes", () => {
    expect(read("DeepseekV32ForCausalLM", dsa)).toMatchObject({
      family: "DEEPSEEKV32",
      dsa: {queryRank: 4, indexTopK: 16, indexHeads: 2, keepsBf16: false}
    });
    expect(read("MiniMaxM3SparseForConditionalGeneration", msa)).toMatchObject({
      family: "MINIMAXM3",
      msa: {indexTopK: 15, blockTokens: 5, indexHeadDim: 4}
    });
  });

  it("leave the draft layer's ratio out, and dense FFNs unsaid", () => {
    const model = read("DeepseekV4ForCausalLM", dsv4, ["intermediate_size"]);
    expect(model).toMatchObject({family: "DEEPSEEKV4", interSize: 0, dsv4: {compressRatios: [0, 4, 128]}});
  });

  it.each([
    ["DeepseekV32ForCausalLM", dsa, ["index_topk", "q_lora_rank"], /config is missing .*q_lora_rank, .*index_topk/],
    ["DeepseekV4ForCausalLM", dsv4, ["o_groups", "hc_mult"], /config is missing .*o_groups, .*hc_mult/],
    ["DeepseekV4ForCausalLM", dsv4, ["compress_ratios"], /config is missing compress_ratios/],
    ["MiniMaxM3ForCausalLM", msa, ["sparse_attention_config"], /config is missing sparse_attention_config/],
    ["KimiLinearForCausalLM", dsa, [], /config is missing linear_attn_config/],
    [
      "KimiLinearForCausalLM",
      {...dsa, linear_attn_config: {num_heads: 8, full_attn_layers: [3]}},
      [],
      /linear_attn_config: config is missing .*head_dim.*short_conv_kernel_size/
    ]
  ])("%s names the fields that are missing: %#", (architecture, more, without, message) => {
    expect(() => read(architecture, more, without)).toThrow(InputError);
    expect(() => read(architecture, more, without)).toThrow(message);
  });

  it.each([
    [[0, 8, 128], /invalid compress_ratios in m: 8; must be 0, 4 or 128/],
    [[0, 4], /invalid compress_ratios in m: 2 of them; must be one for 3 layers/]
  ])("refuse compress ratios %o", (compress_ratios, message) => {
    expect(() => read("DeepseekV4ForCausalLM", {...dsv4, compress_ratios})).toThrow(message);
  });

  it("say which layers are timed with an indexer that they do not have", () => {
    const indexer_types = ["full", "shared", "shared"];
    expect(read("GlmMoeDsaForCausalLM", {...dsa, indexer_types}).assumptions).toContainEqual(
      expect.stringMatching(/^2 layers take over another's selection/)
    );
  });
});

describe("what sparse models compute in", () => {
  const quant = (id: string, backend: Backend, smVersion: number, more: {megaMoe?: boolean} = {}) =>
    inferQuant(findModel(id), {role: "decode", backend, system: {smVersion}, ...more});

  it.each(["trtllm", "sglang", "vllm"] as const)("attends in bf16 over an fp8 cache on %s", (backend) => {
    expect(quant("deepseek-ai/DeepSeek-V3.2", backend, 90)).toMatchObject({gemm: "fp8_block", fmha: "bfloat16", kvCache: "fp8"}); // prettier-ignore
    expect(quant("nvidia/GLM-5-NVFP4", backend, 100)).toMatchObject({gemm: "nvfp4", fmha: "bfloat16", kvCache: "fp8"});
  });

  it("runs FP4 experts as the engine does, on Blackwell alone", () => {
    const flash = "deepseek-ai/DeepSeek-V4-Flash";
    const pro = "deepseek-ai/DeepSeek-V4-Pro";
    expect(quant(flash, "sglang", 100).moe).toBe("w4a8_mxfp4_mxfp8");
    expect(quant(pro, "sglang", 100).moe).toBe("w4a8_mxfp4_mxfp8_trtllm");
    expect(quant(pro, "sglang", 100, {megaMoe: true}).moe).toBe("w4a8_mxfp4_mxfp8");
    expect(quant(pro, "trtllm", 103).moe).toBe("w4a8_mxfp4_mxfp8");
    expect(() => quant(flash, "sglang", 90)).toThrow(
      /its experts are FP4, which Hopper cannot compute in; take the FP8/
    );
    expect(quant("sgl-project/DeepSeek-V4-Flash-FP8", "sglang", 90).moe).toBe("fp8_block");
    const given = {moe: "w4a16_mxfp4_cutlass"} as const;
    expect(inferQuant(findModel(pro), {role: "agg", backend: "sglang", system: {smVersion: 90}}, given).moe).toBe(
      given.moe
    );
  });

  it("runs experts in microscaling FP4, and nothing else", () => {
    expect(quant("moonshotai/Kimi-K3", "sglang", 100)).toMatchObject({gemm: "bfloat16", moe: "w4a16_mxfp4", kvCache: "bfloat16"}); // prettier-ignore
  });

  it("keeps FP8 blocks where only experts were quantised again", () => {
    expect(quant("nvidia/DeepSeek-V4-Pro-NVFP4", "sglang", 100)).toMatchObject({gemm: "fp8_block", moe: "nvfp4", kvCache: "fp8"}); // prettier-ignore
  });

  it("drafts one token ahead", () => {
    expect(inferNextn(findModel("deepseek-ai/DeepSeek-V3.2"))).toBe(1);
    expect(inferNextn({...findModel("zai-org/GLM-5"), nextnLayers: undefined})).toBe(1);
    expect(inferNextn(findModel("MiniMaxAI/MiniMax-M3"))).toBe(0);
  });
});

describe("what the reference leaves out", () => {
  const doubts = (id: string, tp: number) => {
    const model = findModel(id);
    const quant = inferQuant(model, {role: "decode", backend: "sglang", system: {smVersion: 100}});
    const parallel = {tp, pp: 1, dp: 1, moeTp: 1, moeEp: tp, cp: 1};
    return modelDoubts({model, parallel, quant, backend: "sglang", mtpScale: 1}, 4500);
  };

  it("is said: attention weights of blocks measured as a whole, 201 M a layer of V3.2", () => {
    // 187,105,280 of attention and 13,959,168 of its indexer, 61 layers, in fp8: 11.4 GiB
    expect(doubts("deepseek-ai/DeepSeek-V3.2", 1)).toEqual([
      "memory is counted without the attention weights of deepseek-ai/DeepSeek-V3.2: 11.4 GiB more on every GPU"
    ]);
    expect(doubts("deepseek-ai/DeepSeek-V3.2", 8)[0]).toContain("1.4 GiB");
    expect(doubts("sgl-project/DeepSeek-V4-Pro-FP8", 8)).toEqual([]);
    expect(doubts("moonshotai/Kimi-K3", 8)).toEqual([]);
  });
});

describe("KV cache", () => {
  const bytes = (id: string, tokens: number) => {
    const model = findModel(id);
    const quant = inferQuant(model, {role: "decode", backend: "sglang", system: {smVersion: 100}});
    const parallel = {tp: 8, pp: 1, dp: 1, moeTp: 1, moeEp: 8, cp: 1};
    return kvCacheBytes({model, parallel, quant, backend: "sglang", mtpScale: 1}, tokens);
  };

  it("of sparse latent attention holds compressed keys, rotated parts in bf16, and the indexer's keys", () => {
    // 512 in fp8, 64 in bf16, 128 in fp8 with a scale of 4 bytes; whatever tp is
    expect(bytes("deepseek-ai/DeepSeek-V3.2", 1000)).toBe(61 * 1000 * (512 + 128 + 132));
    expect(bytes("zai-org/GLM-5", 10)).toBe(78 * 10 * (1024 + 128 + 132));
  });

  it("of Kimi-K3 holds compressed keys in a quarter of the layers, and states in the others", () => {
    const states = (69 * (96 * 128 * 128 * 4 + 3 * 96 * 128 * 3 * 2)) / 8;
    expect(bytes("moonshotai/Kimi-K3", 1000)).toBe(24 * 1000 * 576 * 2 + states);
  });

  it("of DeepSeek-V4 holds a window, compressed keys, and running states", () => {
    const window = 43 * 128 * 512;
    const ratio4 = 21 * (250 * 512 + 2 * 4 * 2 * 512 * 4 + 250 * 128 * 0.5 + 2 * 4 * 2 * 128 * 4);
    const ratio128 = 20 * (7 * 512 + 2 * 128 * 512 * 4);
    expect(bytes("sgl-project/DeepSeek-V4-Flash-FP8", 1000)).toBe(window + ratio4 + ratio128);
  });
});
