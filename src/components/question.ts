/** What the home page asks, and its one spelling as a URL query: reload, share and back all go through here. */
import {backends} from "../engine/schema.js";
import type {Backend} from "../engine/schema.js";
import {defaultSteepness, objectives, penaltyShapes} from "../engine/search/goals.js";
import type {Objective, PenaltyShape} from "../engine/search/goals.js";
import {defaultPredictor, predictors} from "../engine/search/predictor.js";
import type {Predictor} from "../engine/search/predictor.js";

export const axes = ["user", "ttft", "latency"] as const;
/** Where figures come from: measured tables alone, with gaps estimated, fitted surfaces, utilisation, or light alone. */
export const figuresFrom = ["", "hybrid", "calibrated", "empirical", "sol"] as const;
/** What gaps may be estimated from: anything, nothing, another shape, or a type of the same rates too. */
export const gapsFrom = ["", "off", "conservative", "balanced"] as const;
/** Between and beyond measured points: neighbouring curves share what they know, or as the reference does. */
export const pointsRead = ["", "reference"] as const;

/** Height by width of an image, in pixels; the first by default. */
export const imageSizes = ["1024x1024", "448x448", "1080x1920"] as const;
/** How experts lie on GPUs: as the backend has them, wide, by DeepEP at usual widths, or in the fused kernel. */
export const expertSpreads = ["", "wide", "deepep", "megamoe"] as const;

/** What may be limited; those of `soft` may be missed, which costs score. */
export const targetNames = ["ttft", "tpot", "latency", "power", "cost"] as const;

export type TargetName = (typeof targetNames)[number];
export type ExpertSpread = (typeof expertSpreads)[number];
export type Axis = (typeof axes)[number];

export interface Question {
  model: string;
  /** A pasted config.json, shortened to what the engine reads; empty for a model of the catalogue. */
  config: string;
  /** A hf_quant_config.json that came with it, shortened too; mostly empty. */
  hfQuantConfig: string;
  system: string;
  /** The reader's own GPU as JSON in the layout of a systems file; empty: none. */
  gpu: string;
  /** The measured GPU that answers for one without tables; empty: the nearest. */
  donor: string;
  /** Empty: decode runs on the same system as prefill. */
  decodeSystem: string;
  backend: Backend;
  /** Empty: the newest with measured tables. */
  version: string;
  database: (typeof figuresFrom)[number];
  transfer: (typeof gapsFrom)[number];
  interpolation: (typeof pointsRead)[number];
  gpus: number;
  isl: number;
  osl: number;
  prefix: number;
  /** Of a prompt, besides its tokens of text. */
  images: number;
  imageSize: (typeof imageSizes)[number];
  experts: ExpertSpread;
  /** Popular experts lie on several GPUs (EPLB). */
  balanced: boolean;
  /** Places for them; 0: one an expert. */
  expertSlots: number;
  ttftMs: number;
  tpotMs: number;
  /** 0: the TTFT and TPOT targets hold; else this one instead of them, or besides. */
  requestLatencyMs: number;
  besides: boolean;
  /** Of all GPUs in use; 0: no limit. */
  powerKw: number;
  /** Per million output tokens, in the currency of the prices; 0: no limit. */
  costPerMillion: number;
  /** What a GPU costs for an hour, in any currency, and one of decode's where it is another; 0: not known. */
  gpuHourPrice: number;
  decodeGpuHourPrice: number;
  /** A load whose GPUs are counted; 0: none. */
  requestsPerSec: number;
  /** What the best plan is the best in; `score` where targets are soft. */
  objective: Objective;
  /** Names of targets that may be missed, in the order of `targetNames`: `ttft,tpot`. */
  soft: string;
  /** Scale of a soft target's penalty, the violation at which it has grown e-fold, and how it starts. */
  weight: number;
  steepness: number;
  penalty: PenaltyShape;
  /** Nothing is shown that misses a hard target, not even the nearest plan. */
  strict: boolean;
  /** Identity of the plan that the reader picked; empty: the best. */
  pick: string;
  axis: Axis;
  log: boolean;
  /** Target whose deployment files are open: `kubernetes`; empty: none. */
  deploy: string;
  /** The file that is shown of them; empty, or none of them: the first. */
  file: string;
  /** Releases that files are written for; empty: one goes with the other, or both are the newest. */
  dynamo: string;
  engine: string;
  /** Lines are marked that differ from the point chosen before. */
  changes: boolean;
  /** Which way figures are found: requests are simulated once formulas have answered, or they are not. */
  predictor: Predictor;
}

export const defaults: Question = {
  model: "Qwen/Qwen3-32B-FP8",
  config: "",
  hfQuantConfig: "",
  system: "h200_sxm",
  gpu: "",
  donor: "",
  decodeSystem: "",
  backend: "trtllm",
  version: "",
  database: "",
  transfer: "",
  interpolation: "",
  gpus: 32,
  isl: 4000,
  osl: 500,
  prefix: 0,
  images: 0,
  imageSize: imageSizes[0],
  experts: "",
  balanced: false,
  expertSlots: 0,
  ttftMs: 300,
  tpotMs: 10,
  requestLatencyMs: 0,
  besides: false,
  powerKw: 0,
  costPerMillion: 0,
  gpuHourPrice: 0,
  decodeGpuHourPrice: 0,
  requestsPerSec: 0,
  objective: "throughput",
  soft: "",
  weight: 1,
  steepness: defaultSteepness,
  penalty: "continuous",
  strict: false,
  pick: "",
  axis: "user",
  log: false,
  deploy: "",
  file: "",
  dynamo: "",
  engine: "",
  changes: true,
  predictor: defaultPredictor
};

/** Query key of each field, least and most of numbers. */
const keys: Record<keyof Question, string> = {
  model: "model",
  config: "config",
  hfQuantConfig: "quant",
  system: "system",
  gpu: "gpu",
  donor: "donor",
  decodeSystem: "decode",
  backend: "backend",
  version: "version",
  database: "figures",
  transfer: "gaps",
  interpolation: "between",
  gpus: "gpus",
  isl: "isl",
  osl: "osl",
  prefix: "prefix",
  images: "images",
  imageSize: "size",
  experts: "experts",
  balanced: "eplb",
  expertSlots: "slots",
  ttftMs: "ttft",
  tpotMs: "tpot",
  requestLatencyMs: "latency",
  besides: "besides",
  powerKw: "kw",
  costPerMillion: "cost",
  gpuHourPrice: "price",
  decodeGpuHourPrice: "decodeprice",
  requestsPerSec: "rate",
  objective: "best",
  soft: "soft",
  weight: "weight",
  steepness: "steepness",
  penalty: "penalty",
  strict: "strict",
  pick: "pick",
  axis: "x",
  log: "log",
  deploy: "deploy",
  file: "file",
  dynamo: "dynamo",
  engine: "engine",
  changes: "changes",
  predictor: "predictor"
};

export const limits = {
  gpus: [1, 1024],
  isl: [1, 262144],
  osl: [1, 65536],
  prefix: [0, 262143],
  images: [0, 16],
  expertSlots: [0, 4096],
  ttftMs: [1, 60000],
  tpotMs: [1, 1000],
  requestLatencyMs: [0, 3600000],
  powerKw: [0, 100000],
  costPerMillion: [0, 100000],
  gpuHourPrice: [0, 10000],
  decodeGpuHourPrice: [0, 10000],
  requestsPerSec: [0, 1000000],
  weight: [0.01, 100],
  steepness: [0.01, 10]
} as const satisfies Partial<Record<keyof Question, readonly [number, number]>>;

const whole: readonly string[] = ["gpus", "isl", "osl", "prefix", "images", "expertSlots"];

const always: (keyof Question)[] = ["model", "system", "backend", "gpus", "isl", "osl", "ttftMs", "tpotMs"];

/**
 * `?model=…&system=…`: what differs from the page's own defaults, and always the essentials, so that a shared link ages
 * well.
 */
export function formatQuestion(question: Question, base: Question = defaults): string {
  const query = new URLSearchParams();
  for (const field of Object.keys(keys) as (keyof Question)[]) {
    if (always.includes(field) || question[field] !== base[field]) query.set(keys[field], text(question[field]));
  }
  return `?${query.toString().replaceAll("%2F", "/").replaceAll("%3A", ":").replaceAll("%2C", ",")}`;
}

/** Reads a query; what is missing or makes no sense takes the page's default. */
export function parseQuestion(search: string, base: Question = defaults): Question {
  const query = new URLSearchParams(search);
  const get = (field: keyof Question) => query.get(keys[field]) ?? text(base[field]);
  const number = (field: keyof typeof limits) => clamped(field, Number(get(field) || NaN), base[field]);
  const isl = number("isl");
  return {
    model: get("model") || base.model,
    config: get("config"),
    hfQuantConfig: get("hfQuantConfig"),
    system: get("system") || base.system,
    gpu: get("gpu"),
    donor: get("donor"),
    decodeSystem: get("decodeSystem"),
    backend: oneOf(backends, get("backend")) ?? base.backend,
    version: get("version"),
    database: oneOf(figuresFrom, get("database")) ?? "",
    transfer: oneOf(gapsFrom, get("transfer")) ?? "",
    interpolation: oneOf(pointsRead, get("interpolation")) ?? "",
    gpus: number("gpus"),
    isl,
    osl: number("osl"),
    prefix: Math.min(number("prefix"), isl - 1),
    images: number("images"),
    imageSize: oneOf(imageSizes, get("imageSize")) ?? base.imageSize,
    experts: oneOf(expertSpreads, get("experts")) ?? "",
    balanced: get("balanced") === "1",
    expertSlots: number("expertSlots"),
    ttftMs: number("ttftMs"),
    tpotMs: number("tpotMs"),
    requestLatencyMs: number("requestLatencyMs"),
    besides: get("besides") === "1",
    powerKw: number("powerKw"),
    costPerMillion: number("costPerMillion"),
    gpuHourPrice: number("gpuHourPrice"),
    decodeGpuHourPrice: number("decodeGpuHourPrice"),
    requestsPerSec: number("requestsPerSec"),
    objective: oneOf(objectives, get("objective")) ?? base.objective,
    soft: targetNames.filter((name) => get("soft").split(",").includes(name)).join(),
    weight: number("weight"),
    steepness: number("steepness"),
    penalty: oneOf(penaltyShapes, get("penalty")) ?? base.penalty,
    strict: get("strict") === "1",
    pick: get("pick"),
    axis: oneOf(axes, get("axis")) ?? base.axis,
    log: get("log") === "1",
    deploy: get("deploy"),
    file: get("file"),
    dynamo: get("dynamo"),
    engine: get("engine"),
    changes: get("changes") !== "0",
    predictor: oneOf(predictors, get("predictor")) ?? base.predictor
  };
}

/** Query key and value of each field given, those at their default too. */
export function partEntries(part: Partial<Question>): [key: string, value: string][] {
  const fields = Object.keys(keys) as (keyof Question)[];
  return fields.flatMap((field) => {
    const value = part[field];
    return value === undefined ? [] : [[keys[field], text(value)] as [string, string]];
  });
}

/** The fields that such entries name, as a question reads them; `base` is what they stand in. Other keys are nothing. */
export function partOf(entries: readonly (readonly [string, string])[], base: Question): Partial<Question> {
  const whole = parseQuestion(new URLSearchParams(entries.map(([key, value]) => [key, value])).toString(), base);
  const fields = Object.keys(keys) as (keyof Question)[];
  const named = fields.filter((field) => entries.some(([key]) => key === keys[field]));
  return Object.fromEntries(named.map((field) => [field, whole[field]]));
}

/** A number within what the page accepts; counts are whole. */
export function clamped(field: keyof typeof limits, value: number, fallback: number = defaults[field]): number {
  const [least, most] = limits[field];
  if (!Number.isFinite(value)) return fallback;
  const rounded = whole.includes(field) ? Math.round(value) : value;
  return Math.min(most, Math.max(least, rounded));
}

function oneOf<T extends string>(values: readonly T[], value: string): T | undefined {
  return values.find((v) => v === value);
}

function text(value: string | number | boolean): string {
  return typeof value === "boolean" ? (value ? "1" : "0") : String(value);
}
