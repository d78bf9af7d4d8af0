/** Flat values that make a configuration again. */
import {goalMetrics} from "../engine/search/goals.js";
import {upTo} from "./config.js";
import {allKeys} from "./key.js";
import {sloMetrics, type SloGoal, type SloMetric} from "./kinds.js";
import {paths, quantNames, servingNames, valueAt} from "./paths.js";
import type {FlatValues, PlatformRequest, TaskConfig} from "./types.js";

/** The effective configuration by flat key, in the order of the keys. */
export function flatOf(config: TaskConfig): FlatValues {
  const direct = Object.entries(paths).map(([name, path]) => [name, valueAt(config, path)] as const);
  const all: FlatValues = {
    ...Object.fromEntries(direct),
    serving_mode: config.servingMode,
    ...ratesOf(config),
    ...modeValues(config),
    ...imageValues(config),
    slo: sloOf(config),
    ...workerValues(config)
  };
  const written = allKeys.flatMap(({name}) => (all[name] === undefined ? [] : [[name, all[name]] as const]));
  return Object.fromEntries(written);
}

/** Accept rates mean nothing without draft tokens. */
function ratesOf({nextn, acceptRates}: TaskConfig): FlatValues {
  return {nextn_accept_rates: nextn === 0 ? undefined : acceptRates};
}

/** What one serving mode has no keys for. */
function modeValues(config: TaskConfig): FlatValues {
  const tuning = Object.entries(paths).filter(([, path]) => path.startsWith("tuning."));
  if (config.servingMode === "agg") return Object.fromEntries(tuning.map(([name]) => [name, undefined]));
  return {...countsOf("prefill", config.space.prefillWorkers), ...countsOf("decode", config.space.decodeWorkers)};
}

function countsOf(role: string, list: readonly number[] | undefined): FlatValues {
  if (!list || String(list) !== String(upTo(list.length))) return {};
  return {[`${role}_workers`]: undefined, [`max_${role}_workers`]: list.length};
}

function imageValues({workload: {images}}: TaskConfig): FlatValues {
  if (!images) return {};
  return {
    image_height: images.heightPixels,
    image_width: images.widthPixels,
    num_images_per_request: images.count
  };
}

function sloOf({preferences: {goals}}: TaskConfig): Partial<Record<SloMetric, SloGoal>> | undefined {
  const names = Object.entries(sloMetrics) as [SloMetric, keyof typeof goalMetrics][];
  const blocks = goals.map(({metric, threshold, hard, weight}) => {
    const [name] = names.find(([, each]) => each === metric)!;
    return [name, {threshold, ...(hard ? {} : {weight}), hard_fail: hard}];
  });
  return blocks.length > 0 ? Object.fromEntries(blocks) : undefined;
}

function workerValues(config: TaskConfig): FlatValues {
  const {servingMode, model, platform, quant, serving} = config;
  const {decodePlatform = platform, decodeQuant, decodeServing = serving} = config;
  const worker = (prefix: string, on: PlatformRequest, types: object, choices: object): FlatValues => ({
    [`${prefix}model_path`]: model,
    [`${prefix}system_name`]: on.system,
    [`${prefix}backend_name`]: on.backend,
    [`${prefix}backend_version`]: on.version,
    ...renamed(prefix, quantNames, types),
    ...renamed(prefix, servingNames, choices)
  });
  const decode = worker("decode_", decodePlatform, decodeQuant, decodeServing);
  if (servingMode === "disagg") return {...worker("prefill_", platform, quant, serving), ...decode};
  const own = worker("", platform, quant, serving);
  return servingMode === "agg" ? own : {...own, ...differing(decode, own)};
}

function renamed(prefix: string, names: Readonly<Record<string, string>>, values: object): FlatValues {
  return Object.fromEntries(Object.entries(names).map(([flat, name]) => [prefix + flat, valueAt(values, name)]));
}

/** What decode workers of `auto` have otherwise; what they have not is off. */
function differing(decode: FlatValues, own: FlatValues): FlatValues {
  const other = Object.entries(decode).filter(([name, value]) => value !== own[name.replace("decode_", "")]);
  return Object.fromEntries(other.map(([name, value]) => [name, value ?? offOf(own[name.replace("decode_", "")])]));
}

const offOf = (value: unknown) => (value === true ? false : undefined);
