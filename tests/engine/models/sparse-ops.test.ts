/** What models with sparse attention and deployments with wide experts run per iteration: method.md §7.4, for the eye. */
import {describe, expect, it} from "vitest";
import {findModel} from "../../../engine/models/catalogue.js";
import {modelOps} from "../../../engine/models/ops.js";
import {inferQuant} from "../../../engine/models/quant.js";
import type {ServingChoices} from "../../../engine/models/serving.js";
import type {WorkerSpec} from "../../../engine/models/worker.js";
import type {Op} from "../../../engine/ops/op.js";
import type {Backend, Parallel} from "../../../engine/index.js";

function spec(id: string, parallel: Partial<Parallel>, backend: Backend, choices: ServingChoices = {}): WorkerSpec {
  const model = findModel(id);
  const sizes = {tp: 1, pp: 1, dp: 1, moeTp: 1, moeEp: 1, cp: 1, ...parallel};
  const quant = inferQuant(model, {role: "decode", backend, megaMoe: choices.moeBackend === "megamoe"});
  return {model, parallel: sizes, quant, backend, mtpScale: 1, ...choices};
}

function line(op: Op): string {
  const size = (): string => {
    switch (op.kind) {
      case "gemm":
        return `${op.n}·${op.k}${op.quant === "bfloat16" ? " bf16" : ""}${op.tokensDivisor ? ` /${op.tokensDivisor}` : ""}`;
      case "elementwise":
        return `${op.dimIn}→${op.dimOut}${op.tokensDivisor ? ` /${op.tokensDivisor}` : ""}`;
      case "embedding":
        return `${op.rows}·${op.cols}`;
      case "dsa_prefill_module":
      case "dsa_decode_module":
        return `${op.kind} ${op.shape.heads} heads ${op.architecture.slice(0, 11)} ${op.gemm}${op.contextShards ? ` cp${op.contextShards}` : ""}`;
      case "dsv4_prefill_module":
      case "dsv4_decode_module":
        return `${op.shape.heads} heads of ${op.shape.headDim}, ratio ${op.shape.compressRatio}, ${op.shape.outputGroups} groups`;
      case "msa_prefill_module":
      case "msa_decode_module":
        return `${op.shape.heads}/${op.shape.kvHeads} of ${op.shape.headDim}, top ${op.shape.indexTopK}`;
      case "mhc":
        return `${op.side} ${op.streams}·${op.hidden}`;
      case "moe":
      case "wideep_moe":
      case "deepep_moe":
        return `${op.kind} ${op.topK} of ${op.experts}, ${op.hidden}·${op.inter} ${op.distribution}${"slots" in op ? ` ${op.slots} slots` : ""}${op.tokensShare ? ` ${op.tokensShare} of tokens` : ""}`;
      case "megamoe":
        return `megamoe ${op.topK} of ${op.experts} over ${op.moeEp} ${op.distribution}`;
      case "deepep":
        return `${op.phase} over ${op.gpus}${op.tokensDivisor ? ` /${op.tokensDivisor}` : ""}`;
      case "alltoall":
        return `${op.side} over ${op.moeEp}${op.lowPrecision ? " low" : ""}`;
      case "wideep_prefill_mla":
      case "wideep_decode_mla":
        return `${op.kernel} ${op.heads}`;
      case "nccl":
        return `${op.elementsPerToken} over ${op.gpus}`;
      case "overlap":
        return `[${op.left.map(line).join(", ")}] beside [${op.right.map(line).join(", ")}]`;
      default:
        return "";
    }
  };
  return `${op.name} ${op.count} × ${size()}`.trim();
}

const lines = (worker: WorkerSpec) => {
  const {prefill, decode} = modelOps(worker);
  return {prefill: prefill.map(line), decode: decode.map(line)};
};

const names = (ops: Op[]) => ops.map(({name}) => name);

describe("DeepSeek-V3.2 and GLM-5", () => {
  it("shard the shared expert like the routed ones, and attention by tp", () => {
    const {prefill, decode} = lines(spec("deepseek-ai/DeepSeek-V3.2", {tp: 8, moeTp: 2, moeEp: 4}, "trtllm"));
    const shared = ["shared_gate_up_gemm 61 × 2048·7168", "shared_act_gate 61 × 2048→1024", "shared_ffn2_gemm 61 × 7168·1024"]; // prettier-ignore
    const experts = ["router_gemm 61 × 256·7168 bf16", "moe_pre_dispatch 61 ×", "moe 61 × moe 8 of 256, 7168·2048 power_law_1.01", "moe_post_dispatch 61 ×"]; // prettier-ignore
    const attention = (phase: string) => `attention 61 × dsa_${phase}_module 16 heads DeepseekV32 fp8_block`;
    expect(prefill).toEqual([
      "embedding 1 × 129280·7168",
      "add_norm_1 61 × 14336→14336",
      attention("prefill"),
      "add_norm_2 61 × 14336→14336",
      ...shared,
      ...experts,
      "logits_gemm 1 × 16160·7168 bf16",
      "p2p 0 ×"
    ]);
    expect(decode).toEqual([
      "embedding 1 × 129280·7168",
      "add_norm_1 61 × 14336→14336",
      attention("decode"),
      "add_norm_2 61 × 14336→14336",
      `moe_overlap 1 × [${experts.join(", ")}] beside [${shared.join(", ")}]`,
      "logits_gemm 1 × 16160·7168 bf16",
      "p2p 0 ×"
    ]);
  });

  it("keep GLM-5's projections in bf16 where its checkpoint leaves attention unquantised", () => {
    const gemm = (id: string) => lines(spec(id, {}, "trtllm")).prefill[2];
    expect(gemm("zai-org/GLM-5-FP8")).toBe("attention 78 × dsa_prefill_module 64 heads GlmMoeDsaFo bfloat16");
    expect(gemm("nvidia/GLM-5-NVFP4")).toMatch(/bfloat16$/);
    expect(gemm("nvidia/DeepSeek-V3.2-NVFP4")).toMatch(/nvfp4$/);
  });

  it("split a prompt over ranks, norms by whole tokens", () => {
    const {prefill, decode} = lines(spec("deepseek-ai/DeepSeek-V3.2", {cp: 4, moeEp: 4}, "sglang"));
    expect(prefill.slice(1, 3)).toEqual([
      "add_norm_1 61 × 14336→14336 /4",
      "attention 61 × dsa_prefill_module 128 heads DeepseekV32 fp8_block cp4"
    ]);
    expect(decode[1]).toBe("add_norm_1 61 × 14336→14336");
  });

  it("are not taken for a measured architecture at other sizes", () => {
    const worker = spec("deepseek-ai/DeepSeek-V3.2", {}, "trtllm");
    const other = {...worker, model: {...worker.model, dsa: {...worker.model.dsa!, queryRank: 1024}}};
    const [, , attention] = modelOps(other).prefill;
    expect(attention).toMatchObject({architecture: "DeepseekV32ForCausalLM of other sizes"});
  });
});

describe("MiniMax-M3", () => {
  it("is the same around its own block, the shared expert over tp", () => {
    const {prefill} = lines(spec("MiniMaxAI/MiniMax-M3", {tp: 8, moeTp: 2, moeEp: 4}, "trtllm"));
    expect(prefill.slice(2, 5)).toEqual([
      "attention 60 × 8/1 of 128, top 2048",
      "add_norm_2 60 × 12288→12288",
      "shared_gate_up_gemm 60 × 768·6144 bf16"
    ]);
    expect(prefill).toContain("moe 60 × moe 4 of 128, 6144·3072 power_law_1.01");
  });
});

describe("DeepSeek-V4", () => {
  it("mixes streams, and counts its two kinds of layers", () => {
    const {prefill, decode} = lines(spec("sgl-project/DeepSeek-V4-Flash-FP8", {tp: 4, moeEp: 4}, "sglang"));
    expect(prefill).toEqual([
      "embedding 1 × 129280·4096",
      "mhc_pre 43 × pre 4·4096",
      "mhc_post 43 × post 4·4096",
      "attn_norm 43 × 4096→4096",
      "ffn_norm 43 × 4096→4096",
      "attention 21 × 16 heads of 512, ratio 4, 2 groups",
      "attention 22 × 16 heads of 512, ratio 128, 2 groups",
      "shared_gate_up_gemm 43 × 1024·4096",
      "shared_act_gate 43 × 1024→512",
      "shared_ffn2_gemm 43 × 4096·512",
      "router_gemm 43 × 256·4096 bf16",
      "moe_pre_dispatch 43 ×",
      "moe 43 × moe 6 of 256, 4096·2048 power_law_1.01",
      "moe_post_dispatch 43 ×",
      "logits_gemm 1 × 32320·4096 bf16",
      "p2p 0 ×"
    ]);
    expect(decode.slice(7, 8)[0]).toMatch(/^moe_overlap 1 × \[router_gemm .* beside \[shared_gate_up_gemm /);
  });

  it("fuses experts and their transport where asked", () => {
    const choices = {moeBackend: "megamoe"} as const;
    const {prefill} = lines(spec("deepseek-ai/DeepSeek-V4-Pro", {dp: 8, moeEp: 8}, "sglang", choices));
    expect(prefill.slice(10, 12)).toEqual([
      "router_gemm 61 × 384·7168 bf16",
      "moe 61 × megamoe 6 of 384 over 8 power_law_1.01"
    ]);
  });
});

describe("Kimi-K3", () => {
  it("runs delta attention in 69 layers, latent attention of 96 heads in 24, and experts on half the hidden state", () => {
    const {prefill, decode} = modelOps(spec("moonshotai/Kimi-K3", {tp: 8, moeEp: 8}, "sglang"));
    expect(names(prefill)).toEqual(["embedding", "add_norm_1", "kda_in_proj_gemm", "kda_decay_down_gemm", "kda_decay_up_gemm", "kda_conv", "kda_scan", "kda_out_proj_gemm", "downscale_gemm", "q_b_proj_gemm", "kv_b_proj_gemm", "attention", "proj_gemm", "add_norm_2", "shared_gate_up_gemm", "shared_act_gate", "shared_ffn2_gemm", "latent_down_gemm", "router_gemm", "moe_pre_dispatch", "moe", "moe_post_dispatch", "latent_up_gemm", "logits_gemm"]); // prettier-ignore
    const of = (ops: Op[], name: string) => ops.find((op) => op.name === name);
    expect(of(prefill, "kda_scan")).toMatchObject({count: 69, keyHeads: 12, valueHeadDim: 128});
    expect(line(of(prefill, "kda_in_proj_gemm")!)).toBe(`kda_in_proj_gemm 69 × ${(4 * 96 * 128 + 96) / 8}·7168 bf16`);
    expect(of(prefill, "attention")).toMatchObject({kind: "prefill_mla", count: 24, heads: 12});
    expect(line(of(prefill, "q_b_proj_gemm")!)).toBe(`q_b_proj_gemm 24 × ${(96 * 192) / 8}·1536 bf16`);
    expect(line(of(prefill, "kv_b_proj_gemm")!)).toBe(`kv_b_proj_gemm 24 × ${(96 * 256) / 8}·512 bf16`);
    for (const ops of [prefill, decode])
      expect(line(of(ops, "proj_gemm")!)).toBe(`proj_gemm 24 × 7168·${(96 * 128) / 8} bf16`);
    expect(line(of(prefill, "moe")!)).toBe("moe 93 × moe 16 of 896, 3584·3072 power_law_1.01");
    expect(line(of(prefill, "shared_gate_up_gemm")!)).toBe("shared_gate_up_gemm 93 × 1536·7168 bf16");
    expect(names(decode)).toContain("moe_overlap");
  });
});

describe("wide experts on TensorRT-LLM", () => {
  const wide = {wideEp: true, eplb: true, wideEpSlots: 288};

  it("list DeepSeek-V3's block in parts, the whole shared expert, all-to-all and a reduction", () => {
    const {prefill, decode} = modelOps(spec("nvidia/DeepSeek-V3.1-NVFP4", {dp: 16, moeEp: 16}, "trtllm", wide));
    expect(names(prefill)).toEqual(["embedding", "add_norm_1", "downscale_gemm", "q_a_layernorm", "q_b_proj_gemm", "kv_b_proj_gemm", "attention", "proj_gemm", "add_norm_2", "shared_gate_up_gemm", "shared_act_gate", "shared_ffn2_gemm", "router_gemm", "moe_pre_dispatch", "moe", "moe_post_dispatch", "moe_reduce_add", "logits_gemm", "p2p"]); // prettier-ignore
    expect(names(decode)).toEqual(["embedding", "add_norm_1", "downscale_gemm", "q_b_proj_gemm", "bmm_rope_overlap", "attention", "bmm_post", "proj_gemm", "add_norm_2", "moe_overlap", "moe_reduce_add", "logits_gemm", "p2p"]); // prettier-ignore
    const of = (ops: Op[], name: string) => line(ops.find((op) => op.name === name)!);
    expect(of(prefill, "q_a_layernorm")).toBe("q_a_layernorm 61 × 1536→1536");
    expect(of(prefill, "shared_gate_up_gemm")).toBe("shared_gate_up_gemm 61 × 4096·7168");
    expect(of(prefill, "moe")).toBe("moe 61 × wideep_moe 8 of 256, 7168·2048 power_law_1.01_eplb 288 slots");
    expect(of(prefill, "moe_post_dispatch")).toBe("moe_post_dispatch 61 × post over 16");
    expect(of(prefill, "moe_reduce_add")).toBe("moe_reduce_add 61 × 14336→7168");
  });

  it("launch decode layers ahead: nine tenths of each, combining in low precision with nvfp4", () => {
    const worker = spec("nvidia/DeepSeek-V3.1-NVFP4", {dp: 16, moeEp: 16}, "trtllm", wide);
    const decode = modelOps({...worker, mtpScale: 0.5}).decode;
    const scale = 61 * 0.9 * 0.5;
    expect(decode.map(({count}) => count)).toEqual([0.5, scale, scale, scale, 1, scale, scale, scale, scale, 1, scale, 0.5, 0]); // prettier-ignore
    const [rope, experts] = decode.filter((op) => op.kind === "overlap");
    expect(line(rope)).toBe(`bmm_rope_overlap 1 × [bmm_pre ${scale} ×] beside [rope ${scale} × 576→576]`);
    expect(line(experts)).toContain(`moe_post_dispatch ${scale} × post over 16 low`);
  });

  it("take experts as slots unless balanced, and no all-to-all with kernels that have none", () => {
    const plain = spec("nvidia/DeepSeek-V3.1-NVFP4", {dp: 16, moeEp: 16}, "trtllm", {wideEp: true});
    expect(lines(plain).prefill).toContain("moe 61 × wideep_moe 8 of 256, 7168·2048 power_law_1.01 256 slots");
    expect(names(modelOps({...plain, moeBackend: "CUTE_DSL"}).prefill)).not.toContain("moe_pre_dispatch");
  });

  it("put the sparse block in place of the parts for V3.2", () => {
    const worker = spec("nvidia/DeepSeek-V3.2-NVFP4", {dp: 16, moeEp: 16}, "trtllm", {wideEp: true});
    expect(names(modelOps(worker).prefill).slice(0, 5)).toEqual(["embedding", "add_norm_1", "attention", "add_norm_2", "shared_gate_up_gemm"]); // prettier-ignore
  });
});

describe("wide experts on sglang", () => {
  it("gather and scatter DeepSeek-V3's tokens around attention, and have no LM head", () => {
    const choices = {moeBackend: "deepep_moe", eplb: true} as const;
    const {prefill, decode} = lines(spec("deepseek-ai/DeepSeek-V3", {tp: 4, dp: 8, moeEp: 32}, "sglang", choices));
    expect(prefill).toEqual([
      "qkv_a_proj_gemm 61 × 2112·7168 /4",
      "all_gather 61 × 7168 over 4",
      "embedding 1 × 129280·7168",
      "add_norm_1 61 × 14336→14336",
      "downscale_gemm 61 × 2112·7168",
      "attention 61 × flashinfer 32",
      "reduce_scatter 61 × 7168 over 4",
      "gate_ffn1_gemm 61 × 4096·7168 /4",
      "act_gate 61 × 4096→2048 /4",
      "ffn2_gemm 61 × 7168·2048 /4",
      "moe_pre_dispatch 61 × prefill over 32 /4",
      "moe 61 × deepep_moe 8 of 256, 7168·2048 power_law_0.6 256 slots 0.8 of tokens"
    ]);
    expect(decode).toEqual([
      "qkv_a_proj_gemm 61 × 2112·7168",
      "embedding 1 × 129280·7168",
      "add_norm_1 61 × 14336→14336",
      "downscale_gemm 61 × 2112·7168",
      "attention 61 × flashinfer 32",
      "gate_ffn1_gemm 61 × 4096·7168",
      "act_gate 61 × 4096→2048",
      "ffn2_gemm 61 × 7168·2048",
      "moe_pre_dispatch 61 × decode over 32",
      "moe 61 × deepep_moe 8 of 256, 7168·2048 power_law_1.01 256 slots"
    ]);
  });

  it("send grouped-query models' tokens once, and route only many experts", () => {
    const choices = {wideEp: true} as const;
    const worker = spec("Qwen/Qwen3-235B-A22B-FP8", {tp: 2, dp: 8, moeEp: 16}, "sglang", choices);
    const {prefill, decode} = modelOps(worker);
    expect(names(prefill)).toEqual(["embedding", "add_norm_1", "qkv_gemm", "attention", "proj_gemm", "add_norm_2", "router_gemm", "moe_pre_dispatch", "moe"]); // prettier-ignore
    expect(names(decode)).toEqual([...names(prefill), "logits_gemm"]);
    expect(line(prefill[0])).toBe("embedding 1 × 151936·4096");
    expect(line(prefill[8])).toBe("moe 94 × deepep_moe 8 of 128, 4096·1536 power_law_1.2 128 slots");
    const few = {...worker, model: {...worker.model, experts: 64}};
    expect(names(modelOps(few).prefill)).not.toContain("router_gemm");
  });

  it("spare the busiest rank a fifth of its prefill tokens with EPLB, whatever the transport", () => {
    const worker = spec("Qwen/Qwen3-235B-A22B-FP8", {dp: 8, moeEp: 8}, "sglang", {eplb: true});
    const share = (ops: Op[]) => ops.flatMap((op) => (op.kind === "moe" ? [op.tokensShare] : []));
    expect(share(modelOps(worker).prefill)).toEqual([0.8]);
    expect(share(modelOps(worker).decode)).toEqual([undefined]);
    expect(share(modelOps({...worker, backend: "trtllm"}).prefill)).toEqual([undefined]);
  });
});
