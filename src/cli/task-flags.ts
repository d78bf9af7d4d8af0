/** Every key of a task as a flag: one table for default, exp, recommend, explain and sensitivity. */
import {InputError, unknownName} from "../engine/errors.js";
import {transferPresets} from "../engine/index.js";
import {allKeys, type Key} from "../task/index.js";
import {sloMetrics, sloShares, type SloGoal, type SloMetric} from "../task/kinds.js";
import type {FlatValues} from "../task/index.js";
import type {Flag, Flags} from "./args.js";
import {flagOfKey} from "./key-flag.js";

/** Flags whose name is shorter than their key's. */
const shortNames: Record<string, string> = {
  model_path: "model",
  system_name: "system",
  backend_name: "backend",
  database_mode: "database",
  free_gpu_memory_fraction: "free-memory",
  gemm_quant_mode: "gemm-quant",
  moe_quant_mode: "moe-quant",
  kvcache_quant_mode: "kvcache-quant",
  fmha_quant_mode: "fmha-quant",
  comm_quant_mode: "comm-quant",
  wideep_num_slots: "wideep-slots",
  num_images_per_request: "images",
  max_total_gpus: "max-gpus"
};

/** Other spellings of a flag, by its key: those of the reference's releases. */
const otherNames: Record<string, readonly string[]> = {
  model_path: ["hf-id", "model-name"],
  backend_version: ["perf-db-version"],
  num_images_per_request: ["num-images"],
  enable_wideep: ["wide-ep"],
  enable_eplb: ["eplb"]
};

const completions: Record<string, Flag["complete"]> = {model_path: "model", system_name: "system", donor: "system"};

/** Keys that a command line writes another way. */
const written = new Set(["slo", "gpu_hour_prices", "image_height", "image_width", "transfer_policy"]);

const groupsByKey: Record<string, readonly string[]> = {
  "what to serve, and on what": [
    ...["model_path", "total_gpus", "system_name", "backend_name", "backend_version", "serving_mode"]
  ],
  requests: ["isl", "osl", "prefix", "num_images_per_request", "nextn", "nextn_accept_rates", "exact_kv_cache"],
  "targets, and how plans compare": [
    ...["ttft", "tpot", "inclusive_tpot", "request_latency", "strict_sla", "objective", "penalty", "steepness"],
    ...["target_request_rate", "target_concurrency", "max_total_gpus", "top_n", "sampling", "pareto_sweep"]
  ]
};
const groupsByScope: Record<Key["scope"], string> = {
  task: "where latencies come from",
  worker: "workers",
  expert: "workers",
  agg: "aggregated search",
  disagg: "disaggregated search"
};
const groupNames = [
  ...Object.keys(groupsByKey),
  ...["workers", "aggregated search", "disaggregated search", "where latencies come from"],
  "prefill and decode workers apart"
];

function groupOf({name, role, scope}: Key): string {
  const group = Object.keys(groupsByKey).find((each) => groupsByKey[each].includes(name));
  return group ?? (role ? groupNames.at(-1)! : groupsByScope[scope]);
}

const metrics = Object.keys(sloMetrics);
const shareNames = Object.keys(sloShares);
/** Latencies, of which a share of requests may be limited in place of the mean. */
const sharedMetrics: readonly string[] = ["ttft", "tpot", "request_latency"] satisfies readonly SloMetric[];
const goalHelp = `out of ${metrics.join(", ")}; ttft.p99=300 is of 99 of 100 requests, also p50, p90, p95`;

/** Flags for keys that a command line writes another way. */
const writtenFlags = {
  soft: {
    type: "texts",
    unit: "METRIC=VALUE[:WEIGHT]",
    help: `goals that cost score where they are missed, ${goalHelp}`,
    group: "targets, and how plans compare"
  },
  hard: {
    type: "texts",
    unit: "METRIC=VALUE",
    help: "goals that drop a plan that misses them, of the same metrics and shares of requests",
    group: "targets, and how plans compare"
  },
  "gpu-hour-price": {
    type: "texts",
    unit: "SYSTEM=PRICE",
    help: "price of a GPU for an hour, in any currency; none is built in",
    aliases: ["gpu-hour-prices"],
    group: "targets, and how plans compare"
  },
  "image-size": {type: "string", unit: "HxW", help: "height and width of every image, in pixels", group: "requests"},
  "transfer-policy": {
    type: "texts",
    unit: "POLICY",
    help: `hybrid, empirical: what gaps may be estimated from: ${Object.keys(transferPresets).join(", ")}, or tiers with commas`,
    group: "where latencies come from"
  }
} as const satisfies Flags;

/** Name of the flag of a key. */
export function flagName({name, base, role}: Pick<Key, "name" | "base" | "role">): string {
  if (role) return `${role}-${shortNames[base] ?? kebab(base)}`;
  return shortNames[name] ?? kebab(name);
}

const kebab = (key: string) => key.replaceAll("_", "-");

/** Keys that have a flag of their own; both roles have one model. */
const flagKeys = allKeys.filter(({name, base, role}) => !written.has(name) && !(role && base === "model_path"));

/** Every flag of a task. `presets`: defaults of a verb in place of the base's. */
export function taskFlags(presets: FlatValues = {}): Flags {
  const own = flagKeys.map((key): [string, Flag] => [flagName(key), taskFlag(key, presets[key.name])]);
  const all = [...own, ...Object.entries<Flag>(writtenFlags)];
  return Object.fromEntries(groupNames.flatMap((name) => all.filter(([, {group}]) => group === name)));
}

function taskFlag(key: Key, preset: unknown): Flag {
  const name = flagName(key);
  const role = key.role ? `${key.role}-` : "";
  const others = [
    kebab(key.name),
    ...(otherNames[key.base] ?? []).map((other) => role + other),
    ...(key.name.endsWith("_candidates") ? [kebab(key.name.slice(0, -"_candidates".length))] : [])
  ].filter((other) => other !== name);
  const complete = completions[key.base];
  return {
    ...flagOfKey(key, preset),
    ...(key.name === "num_images_per_request" && {
      help: "images of a request, besides its isl tokens of text",
      shown: "0"
    }),
    ...(others.length > 0 ? {aliases: others} : {}),
    ...(complete ? {complete} : {}),
    group: groupOf(key)
  };
}

/** Flat values of the flags that were given. */
export function flatValues(values: Record<string, unknown>, given: ReadonlySet<string>): FlatValues {
  const flat: FlatValues = {};
  for (const key of flagKeys) if (given.has(flagName(key))) flat[key.name] = values[flagName(key)];
  const texts = (name: keyof typeof writtenFlags) => (given.has(name) ? (values[name] as string[]) : []);
  const [soft, hard] = [goalsOf("soft", texts("soft")), goalsOf("hard", texts("hard"))];
  if (soft.length + hard.length > 0) flat.slo = sloOf(onceEach([...soft, ...hard]));
  if (given.has("gpu-hour-price")) flat.gpu_hour_prices = Object.fromEntries(pricesOf(texts("gpu-hour-price")));
  if (given.has("transfer-policy")) flat.transfer_policy = policyOf(texts("transfer-policy"));
  return {...flat, ...imagesOf(values, given)};
}

/** A goal with where it stands in the slo block: `["ttft"]`, `["ttft", "p99"]`. */
type FlagGoal = readonly [path: readonly string[], goal: SloGoal];

function goalsOf(flag: "soft" | "hard", texts: readonly string[]): FlagGoal[] {
  return texts.map((text) => {
    const [, metric, share, threshold, weight] =
      /^(\w+)(?:\.(\w+))?=([^:]+)(?::(.+))?$/.exec(text.replaceAll("-", "_")) ?? [];
    if (metric === undefined || (flag === "hard" && weight !== undefined)) throw new InputError(goalRemedy(flag, text));
    if (!metrics.includes(metric)) throw new InputError(unknownName(`metric of --${flag}`, metric, metrics));
    if (share !== undefined) checkShare(flag, metric, share);
    const numbers = {threshold: Number(threshold), ...(weight === undefined ? {} : {weight: Number(weight)})};
    if (Object.values(numbers).some((value) => !Number.isFinite(value))) throw new InputError(goalRemedy(flag, text));
    return [share === undefined ? [metric] : [metric, share], {...numbers, hard_fail: flag === "hard"}];
  });
}

function checkShare(flag: string, metric: string, share: string): void {
  if (!sharedMetrics.includes(metric))
    throw new InputError(
      `invalid --${flag}: ${metric}.${share}; only ${sharedMetrics.join(", ")} are of requests, drop .${share}`
    );
  if (!shareNames.includes(share)) throw new InputError(unknownName(`share of --${flag}`, share, shareNames));
}

function goalRemedy(flag: "soft" | "hard", text: string): string {
  const form =
    flag === "soft"
      ? "METRIC=VALUE or METRIC=VALUE:WEIGHT, for example ttft=300:2"
      : "METRIC=VALUE, for example power_w=20000";
  return `invalid --${flag}: ${text}; must be ${form}`;
}

function onceEach(goals: readonly FlagGoal[]): readonly FlagGoal[] {
  const names = goals.map(([path]) => path.join("."));
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice) throw new InputError(`invalid goals: ${twice} is given twice; give each metric once`);
  return goals;
}

function sloOf(goals: readonly FlagGoal[]): object {
  const slo: Record<string, Record<string, unknown>> = {};
  for (const [[metric, share], goal] of goals) {
    const block = (slo[metric] ??= {});
    if (share === undefined) Object.assign(block, goal);
    else block[share] = goal;
  }
  return slo;
}

function pricesOf(texts: readonly string[]): [string, number][] {
  return texts.map((text) => {
    const [, system, price] = /^([^=]+)=(.+)$/.exec(text) ?? [];
    if (system === undefined || !(Number(price) > 0))
      throw new InputError(`invalid --gpu-hour-price: ${text}; must be SYSTEM=PRICE, for example h200_sxm=3.5`);
    return [system, Number(price)];
  });
}

/** A preset by its name, or tiers. */
function policyOf(texts: readonly string[]): string | readonly string[] {
  return texts.length === 1 && Object.hasOwn(transferPresets, texts[0]) ? texts[0] : texts;
}

const usualImage = "1024x1024";

/** Images are of the usual size unless one is given. */
function imagesOf(values: Record<string, unknown>, given: ReadonlySet<string>): FlatValues {
  if (!given.has("images") && !given.has("image-size")) return {};
  const size = (values["image-size"] as string | undefined) ?? usualImage;
  const [, height, width] = /^(\d+)x(\d+)$/i.exec(size) ?? [];
  if (width === undefined) throw new InputError(`invalid --image-size: ${size}; must be HxW, for example 1024x768`);
  return {image_height: Number(height), image_width: Number(width)};
}
