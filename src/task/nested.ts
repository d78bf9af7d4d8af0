/**
 * The nested form of experiments, as the reference's releases up to 0.10 have it, put into flat keys. Source:
 * method.md §13.1 and the conversion of §13.2.
 */
import {gemmQuants} from "../engine/quant.js";
import type {Field} from "./spot.js";
import {addEntry, experimentNames, positionOf, type Entries} from "./entries.js";
import {maybeKey, unknownKey, workerRoles} from "./key.js";
import {nearest} from "../engine/errors.js";
import type {Fault, TaskServingMode} from "./types.js";

const blocks = [
  "worker_config",
  "prefill_worker_config",
  "decode_worker_config",
  "replica_config",
  "advanced_tuning_config"
] as const;
type Block = (typeof blocks)[number];

/** Names that only the nested form has; the last two are of release 0.4. */
const nestedNames: readonly string[] = ["config", ...blocks, "model_name", "use_specific_quant_mode"];

/**
 * Whether an experiment has the nested form. `mode` and `profiles` make it so, as in the reference, unless a key that
 * only the flat form has stands beside them.
 */
export function isNested(fields: readonly Field[]): boolean {
  if (fields.some(({name}) => nestedNames.includes(name))) return true;
  const flatOnly = ({name}: Field) => homes.has(name) || (maybeKey(name)?.role && !topNames.includes(name));
  return fields.some(({name}) => (experimentNames as readonly string[]).includes(name)) && !fields.some(flatOnly);
}

/** Keys right under `config:`. */
const configNames = ["nextn", "nextn_accept_rates", "moe_backend", "attention_backend", "wideep_num_slots"];

const quantNames = ["gemm", "moe", "kvcache", "fmha", "comm"].map((kind) => `${kind}_quant_mode`);
const workerNames = ["system_name", "backend_name", "backend_version", ...quantNames];

/** Lists of a worker's sizes, and the flat key's name behind the role. */
const listNames: Readonly<Record<string, string>> = {
  num_gpu_per_worker: "num_gpu_candidates",
  ...Object.fromEntries(
    ["tp", "pp", "dp", "moe_tp", "moe_ep", "cp"].map((size) => [`${size}_list`, `${size}_candidates`])
  )
};

const replicaNames: Readonly<Record<string, string>> = {
  num_gpu_per_replica: "num_gpu_per_replica",
  max_gpu_per_replica: "max_gpu_per_replica",
  max_prefill_worker: "max_prefill_workers",
  max_decode_worker: "max_decode_workers"
};

const tuningNames: Readonly<Record<string, string>> = {
  prefill_latency_correction_scale: "prefill_latency_correction",
  decode_latency_correction_scale: "decode_latency_correction",
  prefill_max_batch_size: "prefill_max_batch_size",
  decode_max_batch_size: "decode_max_batch_size",
  rate_match_prefill_degradation: "rate_match_prefill_degradation",
  rate_match_decode_degradation: "rate_match_decode_degradation",
  autoscale_ttft_correction_factor: "autoscale_ttft_correction_factor"
};

/** Flat key by the name that a block has for it. */
function blockNames(block: Block): Record<string, string> {
  if (block === "replica_config") return {...replicaNames};
  if (block === "advanced_tuning_config") return {...tuningNames};
  const role = workerRoles.find((each) => block.startsWith(each));
  const own = Object.fromEntries(workerNames.map((name) => [name, role ? `${role}_${name}` : name]));
  const lists = Object.entries(listNames).map(([name, flat]) => [name, `${role ?? "agg"}_${flat}`]);
  return {...own, ...Object.fromEntries(lists)};
}

/** Where the nested form has what the flat form calls otherwise: `config.worker_config.tp_list` of `agg_tp_candidates`. */
const homes = new Map<string, string>([
  ...configNames.map((name) => [name, `config.${name}`] as const),
  ...blocks.flatMap((block) =>
    Object.entries(blockNames(block)).map(([name, flat]) => [flat, `config.${block}.${name}`] as const)
  )
]);
const topNames = ["system_name", "backend_name", "backend_version", "decode_system_name"];
for (const name of topNames) homes.delete(name);

/** Reads a nested experiment. Every fault is added to `faults`. */
export function nestedEntries(fields: readonly Field[], servingMode: TaskServingMode, faults: Fault[]): Entries {
  const entries: Entries = new Map();
  const refuse = (message: string, field: Field) => faults.push({message, key: field.name, ...positionOf(field)});
  const put = (flat: string, field: Field, shown: string) => addEntry(entries, maybeKey(flat)!, field, shown, faults);
  const everyWorker = (name: string, field: Field, shown = field.name) => {
    if (servingMode !== "disagg") return put(name, field, shown);
    for (const role of workerRoles) if (!entries.has(`${role}_${name}`)) put(`${role}_${name}`, field, shown);
  };

  const block = (name: Block, {spot}: Field, path: string) => {
    const names = blockNames(name);
    for (const inner of spot.fields ?? []) {
      const shown = `${path}.${inner.name}`;
      if (Object.hasOwn(names, inner.name)) put(names[inner.name], inner, shown);
      else refuse(unknownIn(shown, inner.name, Object.keys(names)), inner);
    }
  };
  const config = (field: Field) => {
    if (field.spot.value !== null && !field.spot.fields)
      refuse(`invalid config: no mapping; must hold ${[...configNames, ...blocks].join(", ")}`, field);
    for (const inner of field.spot.fields ?? []) {
      const shown = `config.${inner.name}`;
      if (isBlock(inner.name)) openBlock(inner.name, inner, shown);
      else if (configNames.includes(inner.name)) put(inner.name, inner, shown);
      else refuse(unknownIn(shown, inner.name, [...configNames, ...blocks]), inner);
    }
  };
  const openBlock = (name: Block, field: Field, path: string) => {
    const wrong = wrongMode(name, servingMode);
    if (field.spot.value === null) return;
    if (wrong) refuse(`no effect: ${path}; ${wrong}`, field);
    else if (!field.spot.fields)
      refuse(`invalid ${path}: no mapping; must hold ${Object.keys(blockNames(name)).join(", ")}`, field);
    else block(name, field, path);
  };

  const rank = ({name}: Field) => (name === "config" || isBlock(name) ? 0 : name.startsWith("decode_") ? 1 : 2);
  for (const field of [...fields].sort((a, b) => rank(a) - rank(b))) {
    const {name} = field;
    if ((experimentNames as readonly string[]).includes(name)) continue;
    if (name === "config") config(field);
    else if (isBlock(name)) openBlock(name, field, name);
    else if (name === "model_path" || name === "model_name") everyWorker("model_path", field);
    else if (name === "use_specific_quant_mode") specificQuant(field, everyWorker);
    else if (homes.has(name)) refuse(`not in the nested form: ${name}; write ${homes.get(name)}`, field);
    else if (maybeKey(name)?.scope === "worker" && !maybeKey(name)!.role) everyWorker(name, field);
    else if (maybeKey(name)) put(name, field, name);
    else refuse(unknownKey(name), field);
  }
  return new Map([...entries].sort(([, a], [, b]) => (a.line ?? 0) - (b.line ?? 0)));
}

function isBlock(name: string): name is Block {
  return (blocks as readonly string[]).includes(name);
}

function wrongMode(name: Block, servingMode: TaskServingMode): string | undefined {
  if (servingMode === "auto") return "serving_mode auto has the flat form only";
  if (name === "worker_config")
    return servingMode === "agg" ? undefined : "disagg has prefill_worker_config and decode_worker_config";
  return servingMode === "disagg" ? undefined : `${name} is of serving_mode disagg`;
}

/** Release 0.4: one type for GEMMs and experts; w4afp8 is of experts alone. */
function specificQuant(field: Field, everyWorker: (name: string, field: Field, shown?: string) => void): void {
  everyWorker("moe_quant_mode", field);
  const value = field.spot.value;
  if (value === "float16" || (typeof value === "string" && Object.hasOwn(gemmQuants, value)))
    everyWorker("gemm_quant_mode", field);
}

function unknownIn(shown: string, name: string, names: readonly string[]): string {
  const closest = nearest(name, names);
  return `unknown key: ${shown}; have ${names.join(", ")}${closest ? `; did you mean ${closest}?` : ""}`;
}
