/** How a deployment spreads and feeds experts, and what of that an engine, a model and a GPU can do. Source: method.md §7.4, §13. */
import {InputError} from "../errors.js";
import type {Backend} from "../schema.js";
import type {Parallel} from "../result.js";
import type {ModelConfig} from "./types.js";

export const moeBackends = ["deepep_moe", "megamoe", "CUTLASS", "TRTLLM", "WIDEEP", "DEEPGEMM", "CUTE_DSL"] as const;
export type MoeBackend = (typeof moeBackends)[number];

export const attentionBackends = ["flashinfer", "fa3"] as const;

/** What a deployment chooses beyond sizes and types. */
export interface ServingChoices {
  /** Experts over many GPUs, with transport of their own: TensorRT-LLM's wide EP; on sglang DeepEP. */
  wideEp?: boolean;
  /** What runs and feeds the experts; the backend's own by default. */
  moeBackend?: MoeBackend;
  /** Popular experts take several slots, so that ranks are loaded alike. */
  eplb?: boolean;
  /** Slots for experts with eplb in TensorRT-LLM's wide EP; as many as experts by default. */
  wideEpSlots?: number;
  /** Kernel of DeepSeek's attention under sglang's wide EP; flashinfer by default. */
  attentionBackend?: (typeof attentionBackends)[number];
  /**
   * Counts latent attention that is part of a block as attention in mixed steps: prompts one by one, and decoding
   * requests at all. By default it is not, as in the reference (method.md §15.4).
   */
  correctedMla?: boolean;
}

const servingKeys: readonly string[] = [
  "wideEp",
  "moeBackend",
  "eplb",
  "wideEpSlots",
  "attentionBackend",
  "correctedMla"
] satisfies (keyof ServingChoices)[];

/** Only the choices out of a larger record, those that were made. */
export function servingChoices(choices: ServingChoices): ServingChoices {
  const made = Object.entries(choices).filter(([key, value]) => servingKeys.includes(key) && value !== undefined);
  return Object.fromEntries(made) as ServingChoices;
}

/** The rest of such a record. */
export function withoutServing<T extends ServingChoices>(choices: T): Omit<T, keyof ServingChoices> {
  const others = Object.entries(choices).filter(([key]) => !servingKeys.includes(key));
  return Object.fromEntries(others) as Omit<T, keyof ServingChoices>;
}

/** How a worker runs its experts. */
export type ExpertMode = "standard" | "trtllm_wide" | "deepep" | "megamoe";

/** Wide EP on sglang means DeepEP unless another transport is named. */
export function expertMode({backend, wideEp, moeBackend}: ServingChoices & {backend: Backend}): ExpertMode {
  if (backend === "trtllm") return wideEp ? "trtllm_wide" : "standard";
  if (backend !== "sglang") return "standard";
  if (moeBackend === "megamoe") return "megamoe";
  return wideEp || moeBackend === "deepep_moe" ? "deepep" : "standard";
}

/** GPUs beyond which sglang's DeepEP list for grouped-query models does not go. Source: method.md §7.4. */
const mostDeepEpGpus = 256;

const blackwellSmVersion = 100;

/** Throws InputError for choices that the engine, the model or the GPU does not have, whatever the sizes. */
export function checkServing(
  model: ModelConfig,
  {backend, system}: {backend: Backend; system: {smVersion: number}},
  choices: ServingChoices
): void {
  const {wideEp, moeBackend, wideEpSlots, eplb} = choices;
  const mode = expertMode({backend, ...choices});
  if (wideEp && backend === "vllm") throw new InputError("invalid wide EP: vllm; needs trtllm or sglang");
  if ((moeBackend === "deepep_moe" || moeBackend === "megamoe") && backend !== "sglang")
    throw new InputError(`invalid MoE backend: ${moeBackend}; needs sglang`);
  if (wideEpSlots !== undefined && (mode !== "trtllm_wide" || !eplb))
    throw new InputError(`invalid wide-EP slots: ${wideEpSlots}; need wide EP on trtllm with EPLB`);
  if (wideEpSlots !== undefined && wideEpSlots < model.experts)
    throw new InputError(`invalid wide-EP slots: ${wideEpSlots}; must be at least ${model.experts}, one an expert`);
  const latent = model.family === "DEEPSEEK" || model.family === "DEEPSEEKV32";
  if (mode === "trtllm_wide" && !latent)
    throw new InputError(`invalid wide EP: ${model.id}; trtllm has it for DeepSeek-V3 and V3.2 and their like`);
  if (mode === "deepep" && !latent && model.family !== "MOE")
    throw new InputError(`invalid MoE backend: deepep_moe; ${model.id} has no operator list for it`);
  if (mode !== "megamoe") return;
  if (!isV4Pro(model)) throw new InputError(`invalid MoE backend: megamoe; ${model.id} is not DeepSeek-V4-Pro`);
  if (system.smVersion < blackwellSmVersion) throw new InputError("invalid MoE backend: megamoe; needs Blackwell");
}

/** Throws InputError for sizes that the choices do not allow. */
export function checkServingSizes(
  model: ModelConfig,
  backend: Backend,
  {tp, dp, moeTp, moeEp, cp}: Parallel,
  choices: ServingChoices
): void {
  const mode = expertMode({backend, ...choices});
  if (mode === "standard") return;
  if (moeTp !== 1) throw new InputError(`invalid moeTp: ${moeTp}; wide expert parallelism shards experts by ep alone`);
  if (mode === "trtllm_wide" && (dp === 1 || moeEp === 1))
    throw new InputError(`invalid dp ${dp}, moeEp ${moeEp}; trtllm's wide EP needs both above 1`);
  if (mode === "megamoe" && moeEp === 1) throw new InputError("invalid moeEp: 1; megamoe needs at least 2");
  if (mode === "deepep" && cp > 1) throw new InputError(`invalid cp: ${cp}; not with deepep_moe`);
  if (mode === "deepep" && model.family === "MOE" && tp * dp > mostDeepEpGpus)
    throw new InputError(`invalid tp ${tp}, dp ${dp}; deepep_moe goes up to ${mostDeepEpGpus} GPUs`);
}

/** The larger of the two V4 models, for which alone the fused kernel was written. */
export function isV4Pro({dsv4, hiddenSize}: ModelConfig): boolean {
  return dsv4 !== undefined && hiddenSize === 7168;
}
