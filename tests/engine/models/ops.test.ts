/** What each family runs per iteration: method.md §7.4, for the eye. */
import {describe, expect, it} from "vitest";
import {findModel} from "../../../engine/models/catalogue.js";
import {modelOps} from "../../../engine/models/ops.js";
import {inferQuant} from "../../../engine/models/quant.js";
import type {WorkerSpec} from "../../../engine/models/worker.js";
import {sumWeights} from "../../../engine/ops/kernel.js";
import type {Fallback, Op} from "../../../engine/ops/op.js";
import type {Backend, Parallel} from "../../../engine/index.js";

function spec(id: string, parallel: Partial<Parallel> = {}, backend: Backend = "trtllm", mtpScale = 1): WorkerSpec {
  const model = findModel(id);
  const sizes = {tp: 1, pp: 1, dp: 1, moeTp: 1, moeEp: 1, cp: 1, ...parallel};
  return {model, parallel: sizes, quant: inferQuant(model, {role: "static", backend}), backend, mtpScale};
}

/** `qkv_gemm 64 × 5120·5120`: name, count and what size there is. */
function line(op: Op): string {
  const size = () => {
    switch (op.kind) {
      case "gemm":
        return `${op.n}·${op.k} ${op.quant}${op.lowPrecisionInput ? " low" : ""}${op.perSequence ? " per sequence" : ""}`;
      case "embedding":
        return `${op.rows}·${op.cols}`;
      case "elementwise":
        return `${op.dimIn}→${op.dimOut}`;
      case "prefill_attention":
      case "decode_attention":
        return `${op.heads}/${op.kvHeads} of ${op.headDim}${op.window ? ` window ${op.window}` : ""}`;
      case "allreduce":
        return `${op.hidden} over ${op.tp}`;
      case "moe":
        return `${op.topK} of ${op.experts}, ${op.hidden}·${op.inter} over ${op.moeTp}·${op.moeEp} ${op.distribution}`;
      case "moe_dispatch":
        return `${op.side}`;
      case "prefill_mla":
      case "decode_mla":
      case "prefill_mla_module":
      case "decode_mla_module":
        return `${op.kind} ${op.heads}`;
      case "mla_bmm":
        return `${op.side} ${op.heads} ${op.quant}`;
      case "fallback":
        return `[${op.primary.map(line)}] else [${op.fallback.map(line).join(", ")}]`;
      case "overlap":
        return `[${op.left.map(line).join(", ")}] beside [${op.right.map(line).join(", ")}]`;
      case "nccl":
        return `${op.operation} ${op.elementsPerToken} over ${op.gpus}`;
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

describe("Llama-like", () => {
  it("is sharded by tp", () => {
    const {prefill, decode} = lines(spec("Qwen/Qwen3-32B", {tp: 2, pp: 2}));
    expect(prefill).toEqual([
      "embedding 1 × 75968·5120",
      "add_norm_1 64 × 10240→10240",
      "qkv_gemm 64 × 5120·5120 bfloat16",
      "attention 64 × 32/4 of 128",
      "proj_gemm 64 × 5120·4096 bfloat16 low",
      "add_norm_2 64 × 10240→10240",
      "gate_ffn1_gemm 64 × 25600·5120 bfloat16",
      "act_gate 64 × 25600→12800",
      "ffn2_gemm 64 × 5120·12800 bfloat16 low",
      "logits_gemm 1 × 75968·5120 bfloat16 per sequence",
      "embedding_ar 1 × 5120 over 2",
      "ar_1 64 × 5120 over 2",
      "ar_2 64 × 5120 over 2",
      "p2p 1 ×"
    ]);
    expect(decode).toEqual(prefill);
  });

  it("never has less than one KV head a rank", () => {
    expect(lines(spec("Qwen/Qwen3-32B", {tp: 16})).decode[3]).toBe("attention 64 × 4/1 of 128");
  });

  it("splits prefill over context shards and gathers KV", () => {
    const {prefill, decode} = modelOps(spec("Qwen/Qwen3-32B", {cp: 4}, "sglang"));
    const sharded = prefill.filter((op) => "contextShards" in op && op.contextShards === 4);
    expect(sharded).toHaveLength(prefill.length - 1);
    expect(prefill.map(line)).toContain("cp_all_gather 64 × all_gather 2048 over 4");
    expect(decode.some((op) => "contextShards" in op)).toBe(false);
  });

  it("decodes scaled by what drafts save", () => {
    const {prefill, decode} = modelOps(spec("Qwen/Qwen3-32B", {}, "trtllm", 0.5));
    expect(prefill[1].count).toBe(64);
    expect(decode[1].count).toBe(32);
  });

  it("weighs what its parameters say", () => {
    expect(sumWeights(modelOps(spec("Qwen/Qwen3-32B")).prefill) / 2).toBeCloseTo(32.76e9, -8);
    expect(sumWeights(modelOps(spec("Qwen/Qwen3-32B-FP8")).prefill) / 2 ** 30).toBeLessThan(33);
  });
});

describe("mixture of experts", () => {
  it("dispatches around the experts, without LM head in prefill", () => {
    const {prefill, decode} = lines(spec("Qwen/Qwen3-235B-A22B", {dp: 8, moeEp: 8}));
    const experts = [
      "router_gemm 94 × 128·4096 bfloat16",
      "moe_pre_dispatch 94 × pre",
      "moe 94 × 8 of 128, 4096·1536 over 1·8 power_law_1.2",
      "moe_post_dispatch 94 × post"
    ];
    expect(prefill.slice(6)).toEqual([...experts, "embedding_ar 1 × 4096 over 1", "p2p 0 ×"]);
    expect(decode.slice(6, 11)).toEqual([...experts, "logits_gemm 1 × 151936·4096 bfloat16 per sequence"]);
  });

  it("of gpt-oss attends to a window in half of its layers", () => {
    const attention = lines(spec("openai/gpt-oss-120b", {tp: 2, moeEp: 2})).decode.filter((op) =>
      op.startsWith("attention")
    );
    expect(attention).toEqual(["attention 18 × 32/4 of 64 window 128", "attention 18 × 32/4 of 64"]);
  });
});

describe("DeepSeek", () => {
  it("has one block of latent attention or its parts, experts in every layer", () => {
    const {prefill, decode} = lines(spec("deepseek-ai/DeepSeek-V3", {tp: 8, moeEp: 8}));
    expect(prefill[2]).toBe(
      "mla_block 1 × [mla_block 61 × prefill_mla_module 16] else [downscale_gemm 61 × 2112·7168 fp8_block, " +
        "q_b_proj_gemm 61 × 3072·1536 fp8_block, kv_b_proj_gemm 61 × 4096·512 fp8_block, attention 61 × prefill_mla 16, " +
        "proj_gemm 61 × 7168·2048 fp8_block]"
    );
    expect(decode[2]).toBe(
      "mla_block 1 × [mla_block 61 × decode_mla_module 16] else [downscale_gemm 61 × 2112·7168 fp8_block, " +
        "q_b_proj_gemm 61 × 3072·1536 fp8_block, bmm_pre 61 × pre 16 fp8, attention 61 × decode_mla 16, " +
        "bmm_post 61 × post 16 fp8, proj_gemm 61 × 7168·896 fp8_block]"
    );
    expect(decode[4]).toBe(
      "moe_overlap 1 × [router_gemm 61 × 256·7168 bfloat16, moe_pre_dispatch 61 × pre, " +
        "moe 61 × 8 of 256, 7168·2048 over 1·8 power_law_1.01, moe_post_dispatch 61 × post] beside " +
        "[shared_gate_up_gemm 61 × 512·7168 fp8_block, shared_act_gate 61 × 512→256, shared_ffn2_gemm 61 × 7168·256 fp8_block]"
    );
    expect(prefill.some((op) => op.startsWith("logits_gemm"))).toBe(true);
  });

  it("on vllm attends plainly and reduces twice a layer", () => {
    const {prefill, decode} = lines(spec("deepseek-ai/DeepSeek-V3", {tp: 8, moeEp: 8}, "vllm"));
    expect(prefill[2]).toContain("attention 61 × 16/16 of 128");
    expect(decode[2]).not.toContain("bmm");
    expect(prefill).toContain("tp_allreduce 122 × 7168 over 8");
    expect(decode).toContain("tp_allreduce 122 × 7168 over 8");
  });
});

describe("Nemotron-NAS", () => {
  const nas = spec("nvidia/Llama-3_3-Nemotron-Super-49B-v1", {tp: 2});

  it("runs attention and FFN only in the blocks that keep them", () => {
    const {prefill} = modelOps(nas);
    const blocks = nas.model.blocks!;
    const layers = (name: string) => prefill.filter((op) => op.name === name).reduce((sum, op) => sum + op.count, 0);
    const keep = (field: "headsPerKvHead" | "ffnMult") =>
      blocks.reduce((sum, block) => sum + (block[field] === null ? 0 : block.count), 0);
    expect(blocks.reduce((sum, {count}) => sum + count, 0)).toBe(80);
    expect(layers("attention")).toBe(keep("headsPerKvHead"));
    expect(layers("ffn2_gemm")).toBe(keep("ffnMult"));
    expect(keep("headsPerKvHead")).toBeLessThan(80);
  });

  it("rounds FFN widths up to 256", () => {
    const {prefill} = modelOps(nas);
    for (const op of prefill) if (op.kind === "gemm" && op.name === "ffn2_gemm") expect((op.k * 2) % 256).toBe(0);
  });
});

describe("widths", () => {
  const ops = (tp: number) => lines(spec("Qwen/Qwen3-32B", {tp})).decode;

  it.each([
    [1, ["qkv_gemm 64 × 10240·5120", "gate_ffn1_gemm 64 × 51200·5120", "ffn2_gemm 64 × 5120·25600", "64/8 of 128"]],
    [2, ["qkv_gemm 64 × 5120·5120", "gate_ffn1_gemm 64 × 25600·5120", "ffn2_gemm 64 × 5120·12800", "32/4 of 128"]],
    [8, ["qkv_gemm 64 × 1280·5120", "gate_ffn1_gemm 64 × 6400·5120", "ffn2_gemm 64 × 5120·3200", "8/1 of 128"]]
  ])("of a dense layer are divided by tp %d", (tp, expected) => {
    for (const size of expected) expect(ops(tp).some((op) => op.includes(size))).toBe(true);
    expect(ops(tp)).toContain(`ar_1 64 × 5120 over ${tp}`);
  });

  it.each([1, 2, 4, 8])("shard every weight: 1 / %d of the whole", (tp) => {
    const whole = sumWeights(modelOps(spec("Qwen/Qwen3-32B")).prefill);
    expect(sumWeights(modelOps(spec("Qwen/Qwen3-32B", {tp})).prefill) * tp).toBe(whole);
  });

  it.each([
    [{tp: 8, moeTp: 8}, "1536 over 8·1"],
    [{tp: 8, moeEp: 8}, "1536 over 1·8"],
    [{tp: 8, moeTp: 2, moeEp: 4}, "1536 over 2·4"]
  ])("of experts are the same weights however they are split: %j", (parallel, split) => {
    const moe = modelOps(spec("Qwen/Qwen3-235B-A22B", parallel)).prefill.filter(({kind}) => kind === "moe");
    expect(line(moe[0])).toContain(split);
    expect(sumWeights(moe)).toBe((94 * 3 * 4096 * 1536 * 128 * 2) / 8);
  });
});

describe("GPT", () => {
  // No architecture is read as GPT yet; its operators are for models given as they are.
  const {model, ...worker} = spec("Qwen/Qwen3-8B", {tp: 2}, "trtllm", 0.5);
  const gpt = {...worker, model: {...model, family: "GPT" as const}};

  it("has an ungated FFN, a whole embedding without all-reduce, and no drafts", () => {
    const {prefill, decode} = lines(gpt);
    expect(prefill).toEqual([
      "embedding 1 × 151936·4096",
      "add_norm_1 36 × 8192→8192",
      "qkv_gemm 36 × 3072·4096 bfloat16",
      "attention 36 × 16/4 of 128",
      "proj_gemm 36 × 4096·2048 bfloat16 low",
      "add_norm_2 36 × 8192→8192",
      "ffn1_gemm 36 × 6144·4096 bfloat16",
      "act 36 × 6144→6144",
      "ffn2_gemm 36 × 4096·6144 bfloat16 low",
      "logits_gemm 1 × 75968·4096 bfloat16 per sequence",
      "ar_1 36 × 4096 over 2",
      "ar_2 36 × 4096 over 2",
      "p2p 0 ×"
    ]);
    expect(decode).toEqual(prefill);
  });
});

describe("context parallelism on sglang", () => {
  it("of DeepSeek shares the block's layers, gathers latents, and leaves decode alone", () => {
    const whole = modelOps(spec("deepseek-ai/DeepSeek-V3", {}, "sglang"));
    const shared = modelOps(spec("deepseek-ai/DeepSeek-V3", {cp: 4, moeEp: 4}, "sglang"));
    const block = shared.prefill.find(({kind}) => kind === "fallback") as Fallback;
    expect(block.primary[0].count).toBe(61 / 4);
    expect(block.fallback.every((op) => "contextShards" in op && op.contextShards === 4)).toBe(true);
    // 576 elements a token; fp8 or bf16, in elements of 2 bytes.
    const kvBytes = shared.prefill.map(line).find((op) => op.startsWith("cp_all_gather"));
    expect(kvBytes).toBe(`cp_all_gather 61 × all_gather ${(576 * 1) / 2} over 4`);
    expect(shared.decode[2]).toEqual(whole.decode[2]);
  });
});
