/** Keys of a task as a whole, and the type of every flat key. */
import * as v from "valibot";
import {databases} from "../engine/database.js";
import {interpolations} from "../engine/interpolation/rules.js";
import {objectives, penaltyShapes} from "../engine/search/goals.js";
import {defaultPredictor, predictors} from "../engine/search/predictor.js";
import {transferPresets, transferRules, transferTiers} from "../engine/transfer.js";
import {defaultAcceptRates} from "../engine/models/quant.js";
import {defaultSteepness} from "../engine/search/goals.js";
import {count, flag, oneOf, positive, prices, rates, slo, text, type Keys} from "./kinds.js";
import type {aggKeys, disaggKeys} from "./mode-keys.js";
import {taskServingModes} from "./types.js";
import type {expertKeys, sizeKeys, workerKeys} from "./worker-keys.js";

const names = <T extends object>(record: T) => Object.keys(record) as (keyof T & string)[];
const transferPolicy = v.pipe(
  v.union([v.picklist(names(transferPresets)), v.array(v.picklist(transferTiers))]),
  v.description(`one of ${names(transferPresets).join(", ")}, or a list out of ${transferTiers.join(", ")}`)
);
const lowerCase = (choices: readonly string[]) => Object.fromEntries(choices.map((name) => [name.toUpperCase(), name]));

/** Keys of the question as a whole, the same for all workers. */
export const taskKeys = {
  serving_mode: {schema: oneOf(taskServingModes), default: "agg", help: "serving modes searched; auto is both"},
  total_gpus: {
    schema: count(1),
    unit: "GPUs",
    default: "none; with a load max_total_gpus, else 128",
    help: "GPUs to plan for; disagg needs 2"
  },
  isl: {schema: count(1), unit: "tokens", default: 4000, help: "input tokens of a request"},
  osl: {schema: count(2), unit: "tokens", default: 1000, help: "output tokens of a request"},
  prefix: {schema: count(0), unit: "tokens", default: 0, help: "input tokens that are cached already, part of isl"},
  image_height: {schema: count(0), unit: "pixels", default: 0, help: "of every image", effect: "vision models"},
  image_width: {schema: count(0), unit: "pixels", default: 0, help: "of every image", effect: "vision models"},
  num_images_per_request: {
    schema: count(1),
    unit: "images",
    default: 1,
    help: "besides the isl tokens of text",
    effect: "with image_height and image_width"
  },
  ttft: {schema: positive, unit: "ms", default: 1000, help: "hard target: time to first token"},
  tpot: {schema: positive, unit: "ms", default: 50, help: "hard target: time per output token after the first"},
  inclusive_tpot: {
    schema: flag,
    default: false,
    help: "tpot is meant as request latency over all output tokens",
    effect: "with tpot"
  },
  request_latency: {
    schema: positive,
    unit: "ms",
    help: "hard target for a whole request, in place of ttft and tpot"
  },
  slo: {schema: slo, help: "goals by metric: hard_fail drops a plan that misses, else it costs score by weight"},
  objective: {
    schema: oneOf(objectives),
    default: "throughput; score with soft goals, gpus with a load",
    help: "what the best plan is the best in"
  },
  penalty: {
    schema: oneOf(penaltyShapes),
    default: "continuous",
    help: "how a soft goal's penalty starts at the threshold: at 0, or with a jump of weight",
    effect: "with soft goals"
  },
  steepness: {
    schema: positive,
    unit: "share of the threshold",
    default: defaultSteepness,
    help: "violation at which the penalty has grown e-fold",
    effect: "with soft goals"
  },
  strict_sla: {schema: flag, default: false, help: "offers nothing that misses a target, not even the nearest plan"},
  gpu_hour_prices: {
    schema: prices,
    unit: "per GPU and hour",
    help: "price by system, in any currency; none is built in",
    effect: "shows cost; needed by the objective cost and by cost goals"
  },
  target_request_rate: {schema: positive, unit: "requests/s", help: "load to be served; not with target_concurrency"},
  target_concurrency: {
    schema: positive,
    unit: "requests",
    help: "requests in flight to be served; not with target_request_rate"
  },
  max_total_gpus: {
    schema: count(1),
    unit: "GPUs",
    default: "unlimited",
    help: "GPUs that serving the load may take",
    effect: "with target_request_rate or target_concurrency"
  },
  predictor: {
    schema: oneOf(predictors),
    default: `${defaultPredictor}; formula with images and database_mode sol`,
    help: "requests go through the engine's scheduler, with percentiles; or means by the reference's formulas"
  },
  top_n: {schema: count(1), unit: "plans", default: 5, help: "plans to list per serving mode"},
  sampling: {
    schema: oneOf(["target", "grid"]),
    default: "target",
    help: "batches between those of the grid where they come nearer to the targets, or the grid alone",
    effect: "predictor formula; simulations are of the grid"
  },
  pareto_sweep: {
    schema: flag,
    default: "as sampling",
    help: "the reference's name: true is sampling grid, false is target",
    effect: "without sampling"
  },
  database_mode: {
    schema: oneOf(databases),
    default: "silicon; calibrated where nothing is imported",
    help: "where latencies come from",
    renamed: lowerCase(databases)
  },
  interpolation: {schema: oneOf(interpolations), default: "shared", help: "between and beyond measured points"},
  transfer_policy: {
    schema: transferPolicy,
    default: "aggressive",
    help: "what gaps may be estimated from",
    effect: "database_mode hybrid and empirical"
  },
  transfer_rule: {
    schema: oneOf(transferRules),
    default: "waiting",
    help: "what carries over from there",
    effect: "database_mode hybrid and empirical"
  },
  donor: {schema: text, default: "the nearest", help: "measured system that answers for one without tables"},
  clamp: {schema: flag, default: false, help: "raises measurements that beat the speed of light to it"},
  exact_kv_cache: {schema: flag, default: false, help: "counts the KV cache that each layer really keeps"},
  nextn: {
    schema: count(0),
    unit: "tokens",
    default: "as many as the checkpoint has heads for",
    help: "draft tokens per step (multi-token prediction)"
  },
  nextn_accept_rates: {
    schema: rates,
    default: [...defaultAcceptRates],
    help: "chance that each draft token is accepted, given those before",
    effect: "nextn not 0"
  }
} as const satisfies Keys;

type Given<Value> = Value extends (infer Item)[] ? readonly Item[] : Value;
type Outputs<Spec extends Keys> = {[Key in keyof Spec]?: Given<v.InferOutput<Spec[Key]["schema"]>> | null};
type Prefixed<Prefix extends string, Values> = {[Key in keyof Values & string as `${Prefix}_${Key}`]?: Values[Key]};
type Shared = Outputs<typeof taskKeys> & Outputs<typeof workerKeys> & Outputs<typeof expertKeys>;
type Modes = Outputs<typeof aggKeys> & Outputs<typeof disaggKeys>;
type RoleForms = Prefixed<"prefill" | "decode", Outputs<typeof workerKeys> & Outputs<typeof expertKeys>>;

/** Every flat key with its type. */
export type FlatKeys = Shared & Modes & RoleForms & Prefixed<"agg" | "prefill" | "decode", Outputs<typeof sizeKeys>>;
