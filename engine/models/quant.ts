/**
 * Which types a deployment computes in when the user does not say, and what speculative decoding does to a step.
 * Source: method.md §7.2 and §7.3.
 */

import {InputError, unknownName} from "../errors.js";
import {commQuants, fmhaQuants, gemmQuants, kvCacheQuants, moeQuants} from "../quant.js";
import type {Quant} from "../quant.js";
import type {Backend} from "../schema.js";
import {isV4Pro} from "./serving.js";
import type {Family, ModelConfig, Role} from "./types.js";

export interface QuantContext {
  role: Role;
  backend: Backend;
  system?: {smVersion: number};
  /** The fused kernel for experts that sglang has for DeepSeek-V4-Pro. */
  megaMoe?: boolean;
}

/** smVersion of the first Blackwell. */
const blackwellSmVersion = 100;
const hopperSmVersion = 90;

/** What GEMMs and experts of a checkpoint compute in, by its algorithm. mixed_precision and compressed-tensors differ. */
const gemmAndMoe: Record<string, Pick<Quant, "gemm" | "moe">> = {
  fp8: {gemm: "fp8_static", moe: "fp8"},
  fp8_block: {gemm: "fp8_block", moe: "fp8_block"},
  nvfp4: {gemm: "nvfp4", moe: "nvfp4"},
  mxfp4: {gemm: "bfloat16", moe: "w4a16_mxfp4"}
};

const kinds = {gemm: gemmQuants, moe: moeQuants, kvCache: kvCacheQuants, fmha: fmhaQuants, comm: commQuants};

/**
 * The types a worker computes in: what `overrides` says, else what the checkpoint implies on this backend and GPU.
 *
 * Throws InputError for a name that does not exist, a checkpoint of unknown quantisation where it matters, and FP8
 * prefill attention of DeepSeek and Kimi, for which no backend has a kernel.
 */
export function inferQuant(model: ModelConfig, context: QuantContext, overrides: Partial<Quant> = {}): Quant {
  checkNames(overrides);
  const {algo, kvCacheAlgo, gemm} = model.checkpoint;
  const fp8Attention =
    ["fp8", "fp8_block", "nvfp4"].includes(algo ?? "") ||
    gemm === "fp8_block" ||
    (algo !== null && kvCacheAlgo === "fp8");
  const mlaPrefill = ["DEEPSEEK", "KIMIK25", "KIMILINEAR"].includes(model.family) && context.role !== "decode";
  if (mlaPrefill && overrides.fmha !== undefined && overrides.fmha !== "bfloat16") {
    throw new InputError(`invalid fmha: ${overrides.fmha}; ${model.id} prefills in bfloat16 only`);
  }
  const noFp8Prefill = mlaPrefill || context.backend === "vllm" || model.dsa !== undefined || model.dsv4 !== undefined;
  return {
    gemm: overrides.gemm ?? inferGemm(model),
    moe: overrides.moe ?? inferMoe(model, context),
    kvCache: overrides.kvCache ?? (fp8Attention ? "fp8" : (kvCacheAlgo ?? "bfloat16")),
    fmha: overrides.fmha ?? (fp8Attention && !noFp8Prefill ? "fp8" : "bfloat16"),
    comm: overrides.comm ?? "half"
  };
}

function inferGemm(model: ModelConfig): Quant["gemm"] {
  const {algo, dynamic, gemm} = model.checkpoint;
  if (algo === null) return "bfloat16";
  if (algo === "fp8" && dynamic) return "fp8";
  return gemm ?? gemmAndMoe[algo]?.gemm ?? unknownAlgo(model, "gemm");
}

function inferMoe(model: ModelConfig, {role, backend, system, megaMoe}: QuantContext): Quant["moe"] {
  const {algo, moe} = model.checkpoint;
  if (model.dsv4?.fp4Experts && moe === undefined) {
    // Hopper has no FP4 units; its engines run these experts from 16-bit activations, if at all.
    if (system && system.smVersion >= hopperSmVersion && system.smVersion < blackwellSmVersion)
      throw new InputError(
        `cannot infer moe quantisation of ${model.id}: its experts are FP4, which Hopper cannot compute in; take the FP8 checkpoint, or give moe, for example w4a16_mxfp4_cutlass`
      );
    return backend === "sglang" && isV4Pro(model) && !megaMoe ? "w4a8_mxfp4_mxfp8_trtllm" : "w4a8_mxfp4_mxfp8";
  }
  // The reference evaluates a single worker ("static") without this rule, so static figures keep the checkpoint's type.
  const mxfp8 = backend === "trtllm" && role !== "static" && (system?.smVersion ?? -1) >= blackwellSmVersion;
  if (model.architecture === "GptOssForCausalLM" && algo === "mxfp4" && mxfp8) return "w4a8_mxfp4_mxfp8";
  if (algo === null) return "bfloat16";
  // A dense model has no experts, so that any type is true of them; the reference names the one matching the GEMMs.
  return moe ?? gemmAndMoe[algo]?.moe ?? (model.experts === 0 ? "bfloat16" : unknownAlgo(model, "moe"));
}

function unknownAlgo(model: ModelConfig, kind: "gemm" | "moe"): never {
  const have = [...Object.keys(gemmAndMoe), "mixed_precision", "compressed-tensors"].join(", ");
  throw new InputError(
    `cannot infer ${kind} quantisation of ${model.id}: checkpoint is ${model.checkpoint.algo}, have ${have}; give ${kind}`
  );
}

function checkNames(overrides: Partial<Quant>): void {
  for (const [kind, name] of Object.entries(overrides)) {
    if (!Object.hasOwn(kinds, kind)) throw new InputError(unknownName("quantisation", kind, Object.keys(kinds)));
    const modes = kinds[kind as keyof Quant];
    if (name !== undefined && !Object.hasOwn(modes, name)) {
      throw new InputError(unknownName(`${kind} quantisation`, String(name), Object.keys(modes)));
    }
  }
}

/** Whether each rank's share of an expert is a whole number of weight blocks, without which fp8_block cannot run. */
export function moeBlockSizeOk(model: ModelConfig, quant: Pick<Quant, "moe">, moeTp: number): boolean {
  if (quant.moe !== "fp8_block" || (model.family !== "MOE" && model.family !== "HYBRIDMOE")) return true;
  return Math.floor(model.moeInterSize / moeTp) % (model.checkpoint.weightBlockSize ?? 128) === 0;
}

/** Families that are trained with a draft layer, said or not. */
const draftsByDefault: readonly Family[] = ["DEEPSEEK", "DEEPSEEKV32", "DEEPSEEKV4", "KIMIK25", "QWEN35"];

/**
 * Draft tokens per step when the user does not say: as many as the checkpoint has heads for, else 1 for DeepSeek and Kimi.
 * Sweeps use this; a single estimate, like the reference's, assumes 0 unless told.
 */
export function inferNextn(model: ModelConfig): number {
  if (model.family === "GPT" || model.family === "NEMOTRONNAS") return 0;
  return model.nextnLayers ?? (draftsByDefault.includes(model.family) ? 1 : 0);
}

/** Probability that draft token j is accepted given that those before it were. Source: method.md §7.3, Task. */
export const defaultAcceptRates: readonly number[] = [0.85, 0.8, 0.6, 0, 0];

/**
 * What one decode operator costs per accepted token, relative to plain decoding: `nextn` draft layers more work over
 * 1 + expected accepted drafts. A draft token beyond `acceptRates` is never accepted.
 */
export function mtpScale(nextn: number, acceptRates: readonly number[], layers: number): number {
  if (nextn === 0) return 1;
  let [reached, accepted] = [1, 0];
  for (let j = 0; j < nextn; ++j) {
    reached *= acceptRates[j] ?? 0;
    accepted += reached;
  }
  return (nextn + layers) / layers / (1 + accepted);
}
