/** Rules that depend on the model: keys that have no effect on it, and what it cannot do. */
import {InputError} from "../engine/errors.js";
import {inferNextn, inferQuant} from "../engine/models/quant.js";
import {splitsContext} from "../engine/models/types.js";
import type {ModelConfig} from "../engine/models/types.js";
import type {Backend, Quant} from "../engine/index.js";
import {quantNames} from "./paths.js";
import {systemFaults} from "./missing.js";
import type {Fault, TaskOptions} from "./types.js";
import {backendOf, faultAt, noEffect, ofRole, ratesSaid, rolesOf, said, shownOf, valueOf, type View} from "./view.js";

/** What the options know of models and systems, held against the task. */
export function modelFaults(view: View, {model: modelOf, systems}: TaskOptions): Fault[] {
  const faults = systemFaults(view, systems);
  const [role] = rolesOf(view);
  const path = valueOf(view, `${role}model_path`) as string;
  if (!modelOf || path === undefined) return faults;
  try {
    const model = modelOf(path);
    const checks = [denseFaults, latentFaults, draftFaults, imageFaults, contextFaults, widthFaults, typeFaults];
    return [...faults, ...checks.flatMap((check) => check(view, model))];
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return [...faults, faultAt(view, `${role}model_path`, error.message)];
  }
}

/** The key's forms in this mode that someone gave. */
function given(view: View, base: string): string[] {
  const forms = view.servingMode === "disagg" ? rolesOf(view) : ["", ...rolesOf(view)];
  return [...new Set(forms.map((role) => role + base))].filter((key) => {
    const entry = said(view, key);
    return entry !== undefined && entry.value !== false;
  });
}

const sizeRoles = ["agg", "prefill", "decode"] as const;

function sizes(view: View, role: string, size: string): readonly number[] | undefined {
  return valueOf(view, `${role}_${size}_candidates`) as number[] | undefined;
}

/** A dense model has no experts to spread, and no attention ranks to feed them. Sizes of 1 only state that. */
function denseFaults(view: View, model: ModelConfig): Fault[] {
  if (model.experts > 0) return [];
  const keys = ["enable_wideep", "enable_eplb", "moe_backend", "wideep_num_slots"].flatMap((base) => given(view, base));
  const lists = sizeRoles.flatMap((role) =>
    ["dp", "moe_tp", "moe_ep"]
      .filter((size) => sizes(view, role, size)?.some((each) => each > 1))
      .map((size) => `${role}_${size}_candidates`)
  );
  return [...keys, ...lists].map((key) => noEffect(view, key, `${model.id} is dense, drop it`));
}

function latentFaults(view: View, model: ModelConfig): Fault[] {
  const sparse = model.dsa !== undefined || model.dsv4 !== undefined || model.msa !== undefined;
  const latent = model.kvLoraRank !== undefined || model.family === "DEEPSEEK" || model.family === "KIMIK25";
  const stated = (key: string) => view.nested && valueOf(view, key) === "flashinfer";
  const kernel = latent || sparse ? [] : given(view, "attention_backend").filter((key) => !stated(key));
  const mixed = latent || sparse ? [] : given(view, "corrected_mla");
  return [...kernel, ...mixed].map((key) => noEffect(view, key, `${model.id} has no latent attention, drop it`));
}

function draftFaults(view: View, model: ModelConfig): Fault[] {
  const nextn = valueOf(view, "nextn") as number | undefined;
  const never = model.family === "GPT" || model.family === "NEMOTRONNAS";
  if (never && (nextn ?? 0) > 0)
    return [faultAt(view, "nextn", `invalid nextn: ${nextn}; ${model.id} drafts no tokens, must be 0`)];
  if (ratesSaid(view) && nextn === undefined && inferNextn(model) === 0)
    return [noEffect(view, "nextn_accept_rates", `${model.id} drafts no tokens of itself, give nextn or drop it`)];
  return [];
}

function imageFaults(view: View, model: ModelConfig): Fault[] {
  if (model.vision || !valueOf(view, "image_height") || !valueOf(view, "image_width")) return [];
  return [noEffect(view, "image_height", `${model.id} has no vision encoder that is modelled, drop the images`)];
}

function contextFaults(view: View, model: ModelConfig): Fault[] {
  if (splitsContext(model.family)) return [];
  return sizeRoles.flatMap((role) => {
    const key = `${role}_cp_candidates`;
    const list = sizes(view, role, "cp");
    if (!list?.some((each) => each > 1)) return [];
    return [
      faultAt(view, key, `invalid ${shownOf(view, key)}: ${list.join(", ")}; ${model.id} splits no prompts, must be 1`)
    ];
  });
}

/** With experts tp · dp · cp = moe_tp · moe_ep; lists for which that never holds leave no worker. */
function widthFaults(view: View, model: ModelConfig): Fault[] {
  if (model.experts === 0) return [];
  return sizeRoles.flatMap((role) => {
    const [tp, dp, moeTp, moeEp] = ["tp", "dp", "moe_tp", "moe_ep"].map((size) => sizes(view, role, size));
    if (!tp || !dp || !moeTp || !moeEp) return [];
    const products = (a: readonly number[], b: readonly number[]) => a.flatMap((x) => b.map((y) => x * y));
    const widths = products(products(tp, dp), sizes(view, role, "cp") ?? [1]);
    if (products(moeTp, moeEp).some((width) => widths.includes(width))) return [];
    const key = `${role}_moe_ep_candidates`;
    return [
      faultAt(view, key, `invalid ${shownOf(view, key)}: ${moeEp.join(", ")}; moe_tp · moe_ep is never tp · dp · cp`)
    ];
  });
}

/** Types that cannot be inferred, or that no engine runs. What depends on the GPU too is left to the search. */
function typeFaults(view: View, model: ModelConfig): Fault[] {
  return rolesOf(view).flatMap((role) => {
    const backend = backendOf(view, role);
    const quant = Object.fromEntries(
      Object.entries(quantNames).map(([base, name]) => [name, ofRole(view, role, base)])
    );
    const context = {role: role === "" ? "agg" : role === "decode_" ? "decode" : "prefill"} as const;
    try {
      inferQuant(
        model,
        {...context, backend: (backend === "auto" ? "trtllm" : backend) as Backend},
        quant as Partial<Quant>
      );
      return [];
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const kind = /^invalid fmha/.test(error.message) ? "fmha_quant_mode" : "model_path";
      return [faultAt(view, role + kind, error.message)];
    }
  });
}
