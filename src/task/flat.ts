/** Flat values that make a configuration again. */
import {goalMetrics} from "../engine/search/goals.js";
import type {Goal} from "../engine/index.js";
import {upTo} from "./config.js";
import {otherShare} from "./defaults.js";
import {allKeys} from "./key.js";
import {sloMetrics, sloShares, type SloBlock, type SloGoal, type SloMetric, type SloShare} from "./kinds.js";
import {paths, quantNames, servingNames, valueAt} from "./paths.js";
import type {FlatValues, PlatformRequest, TaskConfig} from "./types.js";

/** The effective configuration by flat key, in the order of the keys. */
export function flatOf(config: TaskConfig): FlatValues {
  const direct = Object.entries(paths).map(([name, path]) => [name, valueAt(config, path)] as const);
  const all: FlatValues = {
    ...Object.fromEntries(direct),
    serving_mode: config.servingMode,
    ...ratesOf(config),
    ...lightValues(config),
    ...modeValues(config),
    ...imageValues(config),
    slo: sloOf(config),
    ...workerValues(config)
  };
  const written = allKeys.flatMap(({name}) => (all[name] === undefined ? [] : [[name, all[name]] as const]));
  return Object.fromEntries(written);
}

/** The speed of light looks nothing up. */
function lightValues({lookUps}: TaskConfig): FlatValues {
  return lookUps.database === "sol" ? {interpolation: undefined, clamp: undefined, donor: undefined} : {};
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

function sloOf({preferences: {goals}}: TaskConfig): Partial<Record<SloMetric, SloBlock>> | undefined {
  const names = Object.entries(sloMetrics) as [SloMetric, keyof typeof goalMetrics][];
  const blocks: Partial<Record<SloMetric, SloBlock>> = {};
  for (const [name, metric] of names) {
    const own = goals.filter((goal) => goal.metric === metric);
    if (own.length > 0) blocks[name] = sloBlock(own);
  }
  return Object.keys(blocks).length > 0 ? blocks : undefined;
}

/** The goals of one metric: the mean's, those of shares that have a name, the others in names that are left. */
function sloBlock(goals: readonly Goal[]): SloBlock {
  const block: SloBlock = {};
  const nameOf = (share: number | undefined) => shareNames.find((name) => sloShares[name] === share);
  const others = goals.filter(({share}) => share !== undefined && nameOf(share) === undefined);
  for (const goal of goals) {
    const name = nameOf(goal.share);
    if (name) block[name] = writtenGoal(goal);
    else if (goal.share === undefined) Object.assign(block, writtenGoal(goal));
  }
  for (const goal of others) {
    const shared = {...writtenGoal(goal), fail_ratio: otherShare(goal.share!)};
    const free = shareNames.find((name) => block[name] === undefined);
    if (free) block[free] = shared;
    else Object.assign(block, shared);
  }
  return block;
}

const shareNames = Object.keys(sloShares) as SloShare[];

function writtenGoal({threshold, hard, weight}: Goal): SloGoal {
  return {threshold, ...(hard ? {} : {weight}), hard_fail: hard};
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
