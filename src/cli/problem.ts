/** Flags of `estimate` and `model`, and from flags to what the engine is asked. */
import {InputError} from "../engine/errors.js";
import {
  databases,
  interpolations,
  parseTransferPolicy,
  transferPresets,
  transferRules,
  transferTiers
} from "../engine/index.js";
import type {Platform, Quant, Workload} from "../engine/index.js";
import {fmhaQuants, gemmQuants, kvCacheQuants, moeQuants} from "../engine/quant.js";
import type {Flags, Values} from "./args.js";
import {servingFlags} from "./serving.js";

const keys = <T extends object>(record: T) => Object.keys(record) as (keyof T & string)[];

export const workloadFlags = {
  model: {
    type: "string",
    unit: "ID|PATH",
    help: "model, or path of a config.json",
    aliases: ["model-path", "hf-id"],
    complete: "model"
  },
  system: {
    type: "string",
    unit: "NAME",
    help: "GPU system, for example h200_sxm, or the path of a YAML file (kneepoint systems --yaml)",
    aliases: ["system-name"],
    complete: "system"
  },
  donor: {
    type: "string",
    unit: "NAME",
    help: "measured system that answers for one without tables (default the nearest)"
  },
  "backend-version": {
    type: "string",
    unit: "VERSION",
    help: "version of the tables (default the latest)",
    aliases: ["perf-db-version"]
  },
  database: {
    type: "string",
    choices: databases,
    help: "where latencies come from (default silicon; calibrated where nothing is imported)",
    aliases: ["database-mode"]
  },
  interpolation: {
    type: "string",
    choices: interpolations,
    default: "shared",
    help: "between and beyond measured points: shared lets neighbouring curves speak, reference does as the reference"
  },
  "transfer-policy": {
    type: "string",
    unit: "POLICY",
    help: `hybrid, empirical: what gaps may be estimated from: ${keys(transferPresets).join(", ")}, or tiers out of ${transferTiers.join(",")} (default aggressive)`
  },
  "transfer-rule": {
    type: "string",
    choices: transferRules,
    help: "hybrid, empirical: what carries over from there (default waiting, the time beyond the speed of light)"
  },
  clamp: {type: "boolean", help: "raise measurements that are faster than the GPU can be to the speed of light"},
  isl: {type: "integer", unit: "TOKENS", min: 1, default: 4000, help: "input tokens of a request"},
  osl: {type: "integer", unit: "TOKENS", min: 1, default: 1000, help: "output tokens of a request"},
  prefix: {type: "integer", unit: "TOKENS", default: 0, help: "input tokens that are already cached"},
  images: {
    type: "integer",
    unit: "N",
    default: 0,
    help: "images of a request, besides its --isl tokens of text",
    aliases: ["num-images-per-request", "num-images"]
  },
  "image-size": {type: "string", unit: "HxW", default: "1024x1024", help: "height and width of every image, in pixels"},
  "exact-kv-cache": {
    type: "boolean",
    help: "count the KV cache that windows and linear attention keep, not every layer's in full"
  },
  nextn: {type: "integer", unit: "LAYERS", help: "multi-token-prediction layers"},
  "nextn-accept-rates": {type: "string", unit: "RATES", help: "their acceptance rates, for example 0.85,0.3"},
  "gemm-quant": {type: "string", choices: keys(gemmQuants), help: "GEMM type", aliases: ["gemm-quant-mode"]},
  "moe-quant": {type: "string", choices: keys(moeQuants), help: "experts' type", aliases: ["moe-quant-mode"]},
  "kvcache-quant": {
    type: "string",
    choices: keys(kvCacheQuants),
    help: "KV-cache type",
    aliases: ["kvcache-quant-mode"]
  },
  "fmha-quant": {type: "string", choices: keys(fmhaQuants), help: "attention type", aliases: ["fmha-quant-mode"]},
  ...servingFlags,
  json: {type: "boolean", help: "print the whole result as JSON"}
} as const satisfies Flags;

export type WorkloadValues = Values<typeof workloadFlags>;
/** How tables are looked into, beyond the database. */
export function lookUpsOf({
  clamp,
  interpolation,
  "transfer-policy": policy,
  "transfer-rule": transferRule
}: WorkloadValues): Pick<Platform, "clampToLight" | "interpolation" | "transfer" | "transferRule"> {
  return {
    clampToLight: clamp,
    interpolation,
    transfer: policy === undefined ? undefined : parseTransferPolicy(policy),
    transferRule
  };
}

export function workloadOf({isl, osl, prefix, images, "image-size": size}: WorkloadValues): Workload {
  if (prefix >= isl) throw new InputError(`invalid --prefix: ${prefix}; must be below --isl ${isl}`);
  const text = {isl, osl, prefix};
  return images === 0 ? text : {...text, images: {count: images, ...parseSize(size)}};
}

function parseSize(size: string): {heightPixels: number; widthPixels: number} {
  const [, height, width] = /^(\d+)x(\d+)$/i.exec(size) ?? [];
  if (width === undefined) throw new InputError(`invalid --image-size: ${size}; must be HxW, for example 1024x768`);
  return {heightPixels: Number(height), widthPixels: Number(width)};
}

/** Only what was given; the rest is inferred from the checkpoint. */
export function quantOf(values: WorkloadValues): Partial<Quant> | undefined {
  const quant = {
    gemm: values["gemm-quant"],
    moe: values["moe-quant"],
    kvCache: values["kvcache-quant"],
    fmha: values["fmha-quant"]
  };
  const given = Object.entries(quant).filter(([, value]) => value !== undefined);
  return given.length > 0 ? (Object.fromEntries(given) as Partial<Quant>) : undefined;
}

export function nextnOf({nextn, "nextn-accept-rates": rates}: WorkloadValues) {
  return {
    ...(nextn === undefined ? {} : {nextn}),
    ...(rates === undefined ? {} : {acceptRates: parseRates(rates)})
  };
}

function parseRates(text: string): number[] {
  const rates = text.split(",").map(Number);
  if (rates.some((rate) => !(rate >= 0 && rate <= 1)))
    throw new InputError(
      `invalid --nextn-accept-rates: ${text}; must be fractions between 0 and 1, for example 0.85,0.3`
    );
  return rates;
}

export function required<T>(value: T | undefined, flag: string): T {
  if (value === undefined)
    throw new InputError(`missing --${flag}: not given; ${requiredHelp[flag] ?? "must be given"}`);
  return value;
}

const requiredHelp: Record<string, string> = {
  model: "a model id such as Qwen/Qwen3-32B-FP8, or the path of a config.json",
  "total-gpus": "how many GPUs to plan for, for example 32",
  system: "a GPU system such as h200_sxm"
};
