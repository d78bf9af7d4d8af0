/** The configuration that effective values make. They are trusted: checked against the keys and with each other. */
import {defaultTuning} from "../engine/session/tuning.js";
import {goalMetrics} from "../engine/search/goals.js";
import {parseTransferPolicy} from "../engine/transfer.js";
import type {Backend, Goal, Quant} from "../engine/index.js";
import {defaultAcceptRates} from "../engine/models/quant.js";
import type {ServingChoices} from "../engine/models/serving.js";
import {byRequestLatency, goalsOf} from "./defaults.js";
import {sloMetrics} from "./kinds.js";
import {paths, putAt, quantNames, servingNames, type Tree} from "./paths.js";
import type {FlatValues, PlatformRequest, TaskConfig, TaskServingMode} from "./types.js";

type Values = Readonly<FlatValues>;

/** The configuration of effective flat values. */
export function configOf(values: Values, servingMode: TaskServingMode): TaskConfig {
  const tree: Tree = {};
  for (const [name, path] of Object.entries(paths)) if (values[name] !== undefined) putAt(tree, path, values[name]);
  const {lookUps, workload, space, tuning, preferences, ...rest} = tree as unknown as TaskConfig;
  const disagg = servingMode === "disagg";
  const [first, second] = disagg ? ["prefill_", "decode_"] : ["", "decode_"];
  const serving = servingOf(values, first);
  const decodeServing = disagg ? servingOf(values, second) : {...serving, ...decodeChoices(values)};
  const platform = platformOf(values, first);
  const decodePlatform = disagg ? platformOf(values, second) : decodeBeside(values, platform);
  const quant = quantOf(values, first);
  const others = servingMode !== "agg";
  return {
    ...rest,
    servingMode,
    model: values[`${first}model_path`] as string,
    platform,
    ...(others && !same(platform, decodePlatform) && {decodePlatform}),
    lookUps: {...lookUps, clampToLight: lookUps.clampToLight ?? false, ...transferOf(values)},
    workload: {...workload, ...imagesOf(values)},
    quant,
    decodeQuant: disagg ? quantOf(values, second) : {...quant, ...(others && quantOf(values, second))},
    serving,
    ...(others && !same(serving, onlyOn(decodeServing)) && {decodeServing: onlyOn(decodeServing)}),
    acceptRates: rest.nextn === 0 ? defaultAcceptRates : rest.acceptRates,
    exactKvCache: rest.exactKvCache ?? false,
    space: {...withoutOff(space ?? {}, "chunkedPrefill"), ...workersOf(values)},
    tuning: {...defaultTuning, ...tuning},
    targets: targetsOf(values),
    preferences: {...preferences, strict: preferences?.strict ?? false, goals: goalList(values)},
    sampling: samplingOf(values)
  };
}

function samplingOf({sampling, pareto_sweep}: Values): TaskConfig["sampling"] {
  if (pareto_sweep === undefined) return sampling as TaskConfig["sampling"];
  return pareto_sweep ? "grid" : "target";
}

function transferOf({transfer_policy: policy}: Values): Pick<TaskConfig["lookUps"], "transfer"> {
  if (policy === undefined) return {};
  return {transfer: parseTransferPolicy(Array.isArray(policy) ? policy.join(",") || "off" : (policy as string))};
}

function imagesOf({image_height, image_width, num_images_per_request}: Values): Pick<TaskConfig["workload"], "images"> {
  if (!image_height || !image_width) return {};
  const count = (num_images_per_request ?? 1) as number;
  return {images: {count, heightPixels: image_height as number, widthPixels: image_width as number}};
}

function platformOf(values: Values, prefix: string): PlatformRequest {
  const version = values[`${prefix}backend_version`] as string | undefined;
  const backend = (values[`${prefix}backend_name`] ?? "trtllm") as Backend | "auto";
  return {system: values[`${prefix}system_name`] as string, backend, ...(version !== undefined && {version})};
}

/** Decode workers of `auto`: as the others, except for what is said of them. A version is of one backend. */
function decodeBeside(values: Values, platform: PlatformRequest): PlatformRequest {
  const backend = (values.decode_backend_name ?? platform.backend) as Backend | "auto";
  const system = (values.decode_system_name ?? platform.system) as string;
  const inherited = backend === platform.backend ? platform.version : undefined;
  const version = (values.decode_backend_version ?? inherited) as string | undefined;
  return {system, backend, ...(version !== undefined && {version})};
}

function quantOf(values: Values, prefix: string): Partial<Quant> {
  return named(values, prefix, quantNames) as Partial<Quant>;
}

function servingOf(values: Values, prefix: string): ServingChoices {
  return onlyOn(named(values, prefix, servingNames) as ServingChoices);
}

/** What is said of decode workers alone, `false` included. */
function decodeChoices(values: Values): ServingChoices {
  return named(values, "decode_", servingNames) as ServingChoices;
}

function named(values: Values, prefix: string, names: Readonly<Record<string, string>>): Record<string, unknown> {
  const given = Object.entries(names).map(([flat, name]) => [name, values[prefix + flat]] as const);
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

/** What is off is left out, as what is not said; but not experts that are to be plain where pools have balanced ones. */
function onlyOn(choices: ServingChoices): ServingChoices {
  const said = Object.entries(choices).filter(([name, value]) => value !== false || name === "eplb");
  return Object.fromEntries(said) as ServingChoices;
}

function withoutOff<T extends object>(record: T, name: keyof T): T {
  const {[name]: value, ...rest} = record;
  return value === false ? (rest as T) : record;
}

/** `max_prefill_workers: 3` is the list 1, 2, 3. */
function workersOf(values: Values): Pick<TaskConfig["space"], "prefillWorkers" | "decodeWorkers"> {
  const list = (role: string) => {
    const most = values[`max_${role}_workers`] as number | undefined;
    return (values[`${role}_workers`] as number[] | undefined) ?? (most === undefined ? undefined : upTo(most));
  };
  const [prefillWorkers, decodeWorkers] = ["prefill", "decode"].map(list);
  return {...(prefillWorkers && {prefillWorkers}), ...(decodeWorkers && {decodeWorkers})};
}

export function upTo(most: number): number[] {
  return Array.from({length: most}, (_, i) => i + 1);
}

/** Hard limits on TTFT, TPOT or a whole request. */
function targetsOf(values: Values): TaskConfig["targets"] {
  const hard = Object.fromEntries(
    goalsOf(values).flatMap(({name, goal, share}) =>
      goal.hard_fail && share === undefined ? [[name, goal.threshold]] : []
    )
  );
  if (byRequestLatency(values)) return {requestLatencyMs: (values.request_latency ?? hard.request_latency) as number};
  const ttftMs = (values.ttft ?? hard.ttft) as number | undefined;
  const tpotMs = (values.inclusive_tpot ? undefined : (values.tpot ?? hard.tpot)) as number | undefined;
  return {...(ttftMs !== undefined && {ttftMs}), ...(tpotMs !== undefined && {tpotMs})};
}

/** Every other limit, in the order of the metrics. */
function goalList(values: Values): Goal[] {
  const byRequest = byRequestLatency(values);
  const target = (name: string) => (byRequest ? name === "request_latency" : name === "ttft" || name === "tpot");
  const goals = goalsOf(values)
    .filter(({name, goal, share}) => !(goal.hard_fail && share === undefined && target(name)))
    .map(({name, goal: {threshold, hard_fail = false, weight = 1}, share}): Goal => ({
      metric: sloMetrics[name],
      threshold,
      hard: hard_fail,
      ...(share !== undefined && {share}),
      ...(!hard_fail && {weight})
    }));
  if (values.inclusive_tpot) goals.push({metric: "inclusiveTpotMs", threshold: values.tpot as number, hard: true});
  const order = Object.keys(goalMetrics);
  const at = ({metric, share = 0}: Goal) => order.indexOf(metric) + share / 2;
  return goals.sort((a, b) => at(a) - at(b));
}

/** Whether two records of plain values are alike, whatever the order of their names. */
function same(a: object, b: object): boolean {
  const [x, y] = [a, b].map((each) =>
    JSON.stringify(Object.entries(each).sort(([one], [other]) => (one < other ? -1 : 1)))
  );
  return x === y;
}
