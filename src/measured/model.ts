/** Models as files of measurements name them. */
import {catalogueModels, findModel} from "../engine/models/catalogue.js";
import {InputError} from "../engine/errors.js";
import type {ModelConfig} from "../engine/models/types.js";

export interface NamedModel {
  model: ModelConfig;
  /** What was taken for what, when the name itself is not known. */
  note?: string;
}

/** What makers append for a checkpoint of other types. */
const typeSuffix = /[-_](fp8|fp8-dynamic|nvfp4|nvfp4-v2|fp4|mxfp4|int4|awq|gptq|w4a16|bf16)$/i;

/**
 * The model of that id; else a known one of the same name by another maker; else the one that it is a quantised copy
 * of, which computes in the types that the row gives. Throws InputError for a name like no other.
 */
export function measuredModel(id: string): NamedModel {
  const name = id.split("/").at(-1)!;
  for (const candidate of [id, name, name.replace(typeSuffix, "")]) {
    const model = maybeModel(candidate);
    if (model) return candidate === id ? {model} : {model, note: `${id} is taken as ${model.id}`};
  }
  return {model: findModel(id)};
}

/** By id, or by the name without its maker. */
function maybeModel(candidate: string): ModelConfig | undefined {
  const ids = candidate.includes("/") ? [candidate] : idsNamed(candidate);
  for (const id of ids) {
    try {
      return findModel(id);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
    }
  }
  return undefined;
}

/** Llama 3.1 goes by two names: `Meta-Llama-3.1-8B` and `Llama-3.1-8B`. */
function idsNamed(name: string): string[] {
  const wanted = name.toLowerCase();
  const named = (id: string) =>
    id
      .split("/")[1]
      .toLowerCase()
      .replace(/^meta-/, "") === wanted.replace(/^meta-/, "");
  return catalogueModels().filter(named);
}
