/** The layers that stand below what anyone says: base, serving mode and backend. Source: method.md §13. */
import {defaultTuning} from "../engine/session/tuning.js";
import {taskKeys} from "./keys.js";
import {defaultPredictor} from "../engine/search/predictor.js";
import type {Predictor} from "../engine/search/predictor.js";
import {sloShares, type SloBlock, type SloGoal, type SloMetric, type SloShare} from "./kinds.js";
import type {FlatValues, Layer, LayerContext, LayerKind} from "./types.js";

/** GPUs of the largest replica, without and with experts over many GPUs. */
const largestReplica = {standard: 128, wide: 512};

/** One goal of the slo block, where it stands in it, and of which share of requests it is; of the mean without. */
export interface WrittenGoal {
  name: SloMetric;
  path: readonly string[];
  goal: SloGoal;
  share?: number;
}

/** Goals of the slo block, in its order. */
export function goalsOf({slo}: Readonly<FlatValues>): WrittenGoal[] {
  const blocks = Object.entries((slo ?? {}) as Record<SloMetric | "latency", SloBlock>);
  return blocks.flatMap(([key, {p50, p90, p95, p99, ...mean}]) => {
    const name = (key === "latency" ? "request_latency" : key) as SloMetric;
    const own = mean.threshold === undefined ? [] : [written(name, [key], mean as SloGoal)];
    const shares = Object.entries({p50, p90, p95, p99}) as [SloShare, SloGoal | undefined][];
    return [...own, ...shares.flatMap(([at, goal]) => (goal ? [written(name, [key, at], goal, sloShares[at])] : []))];
  });
}

/** `fail_ratio` says itself which share it is. */
function written(name: SloMetric, path: readonly string[], goal: SloGoal, named?: number): WrittenGoal {
  const share = goal.fail_ratio === undefined ? named : otherShare(goal.fail_ratio);
  return {name, path, goal, ...(share !== undefined && {share})};
}

/** What is left of 1, in as many digits as people write. */
export function otherShare(share: number): number {
  return Number((1 - share).toFixed(9));
}

export const hasSoftGoal = (values: Readonly<FlatValues>) => goalsOf(values).some(({goal}) => !goal.hard_fail);

/** Speed of light has no constants, and images no steps, that a simulation could take. */
export function canSimulate({database_mode, image_height, image_width}: Readonly<FlatValues>): boolean {
  return database_mode !== "sol" && !(image_height && image_width);
}

const predictorOf = (given: Readonly<FlatValues>): Predictor => (canSimulate(given) ? defaultPredictor : "formula");

export function hasLoad(values: Readonly<FlatValues>): boolean {
  return values.target_request_rate !== undefined || values.target_concurrency !== undefined;
}

/** Whether one target for a whole request stands in place of TTFT and TPOT. */
export function byRequestLatency(values: Readonly<FlatValues>): boolean {
  return values.request_latency !== undefined || goalsOf(values).some(isHardRequest);
}

const isHardRequest = ({name, goal, share}: WrittenGoal) =>
  name === "request_latency" && goal.hard_fail === true && share === undefined;

/** Whether experts are spread over many GPUs by any worker. */
function spreadsExperts(given: Readonly<FlatValues>): boolean {
  const roles = ["", "prefill_", "decode_"];
  return roles.some((role) => given[`${role}enable_wideep`] === true || given[`${role}moe_backend`] === "deepep_moe");
}

/** Kind and layer, lowest first. `base` are a verb's own defaults. */
export function defaultLayers(base: FlatValues, {servingMode, backend}: LayerContext): [LayerKind, Layer][] {
  const modes = servingMode === "auto" ? (["agg", "disagg"] as const) : [servingMode];
  return [
    ["base", {name: "base", values: (context) => baseValues(base, context)}],
    ...modes.map((mode): [LayerKind, Layer] => [
      "serving mode",
      {name: mode, values: mode === "agg" ? aggValues : disaggValues}
    ]),
    ["backend", {name: backend, values: backendValues}]
  ];
}

const plainDefaults = (
  ["serving_mode", "isl", "osl", "prefix", "ttft", "tpot", "top_n", "interpolation", "nextn_accept_rates"] as const
).map((name) => [name, taskKeys[name].default] as const);

function baseValues(base: FlatValues, {given}: LayerContext): FlatValues {
  const goals = goalsOf(given).map(({name}) => name);
  // A hard goal of whole requests, of their mean or of a share, stands in place of the usual targets.
  const hardRequest = goalsOf(given).some(({name, goal}) => name === "request_latency" && goal.hard_fail);
  const byRequest = byRequestLatency(given) || hardRequest;
  const soft = hasSoftGoal(given);
  const load = hasLoad(given);
  const most = largestReplica[spreadsExperts(given) ? "wide" : "standard"];
  const unsampled = given.pareto_sweep === undefined;
  return defined({
    ...Object.fromEntries(plainDefaults),
    predictor: predictorOf(given),
    ...(unsampled && {sampling: "target"}),
    ...(load && {total_gpus: given.max_total_gpus ?? most}),
    objective: soft ? "score" : load ? "gpus" : "throughput",
    ...(soft && {penalty: taskKeys.penalty.default, steepness: taskKeys.steepness.default}),
    ...base,
    ...((byRequest || goals.includes("ttft")) && {ttft: undefined}),
    ...((byRequest || goals.includes("tpot") || goals.includes("tpot_inclusive")) && {tpot: undefined}),
    ...(given.nextn === 0 && {nextn_accept_rates: undefined})
  });
}

function aggValues({given}: LayerContext): FlatValues {
  return given.agg_batch_sizes === undefined ? {agg_max_batch_size: 512} : {};
}

function disaggValues({given}: LayerContext): FlatValues {
  const unless = (list: string, name: string, value: unknown) => (given[list] === undefined ? {[name]: value} : {});
  return {
    ...unless(
      "num_gpu_per_replica",
      "max_gpu_per_replica",
      largestReplica[spreadsExperts(given) ? "wide" : "standard"]
    ),
    ...unless("prefill_workers", "max_prefill_workers", 32),
    ...unless("decode_workers", "max_decode_workers", 32),
    ...unless("prefill_batch_sizes", "prefill_max_batch_size", 1),
    ...unless("decode_batch_sizes", "decode_max_batch_size", 512),
    prefill_latency_correction: defaultTuning.prefillLatencyScale,
    decode_latency_correction: defaultTuning.decodeLatencyScale,
    rate_match_prefill_degradation: defaultTuning.prefillRateShare,
    rate_match_decode_degradation: defaultTuning.decodeRateShare,
    autoscale_ttft_correction_factor: defaultTuning.ttftScale
  };
}

/** TensorRT-LLM reserves KV cache; wide EP on sglang is DeepEP. */
function backendValues({servingMode, given}: LayerContext): FlatValues {
  const values: FlatValues = {};
  if (servingMode !== "disagg" && (given.backend_name ?? "trtllm") === "trtllm") values.free_gpu_memory_fraction = 1;
  if (servingMode === "auto") return values;
  for (const role of servingMode === "disagg" ? ["prefill_", "decode_"] : [""]) {
    const deepEp = given[`${role}backend_name`] === "sglang" && given[`${role}enable_wideep`] === true;
    if (deepEp && given[`${role}moe_backend`] === undefined) values[`${role}moe_backend`] = "deepep_moe";
  }
  return values;
}

function defined(values: FlatValues): FlatValues {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
