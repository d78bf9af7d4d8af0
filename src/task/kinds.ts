/** Kinds of values that keys take: each a valibot schema that says in words what it allows. */
import * as v from "valibot";

/** What there is to say of a key. */
export interface KeySpec {
  schema: v.GenericSchema;
  unit?: string;
  /** What holds when no layer says anything: a value, or in words. */
  default?: unknown;
  help: string;
  /** Where it has an effect, when not everywhere. */
  effect?: string;
  /** Names that the reference's releases have for values. */
  renamed?: Readonly<Record<string, string>>;
}

export type Keys = Readonly<Record<string, KeySpec>>;

/** What a value must be, in words: `a whole number ≥ 1`. */
export function wordsOf(schema: v.GenericSchema): string {
  return v.getDescription(schema) ?? schema.expects;
}

/** A whole number of something. */
export function count<const Least extends number>(least: Least) {
  return v.pipe(v.number(), v.integer(), v.minValue<number, Least>(least), v.description(`a whole number ≥ ${least}`));
}

export const positive = v.pipe(v.number(), v.finite(), v.gtValue(0), v.description("a number above 0"));
export const notNegative = v.pipe(v.number(), v.finite(), v.minValue(0), v.description("a number ≥ 0"));
export const share = v.pipe(v.number(), v.gtValue(0), v.maxValue(1), v.description("a number above 0 and at most 1"));
export const flag = v.pipe(v.boolean(), v.description("true or false"));
export const text = v.pipe(v.string(), v.minLength(1), v.description("text"));

export const rates = v.pipe(
  v.array(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
  v.minLength(1),
  v.description("a list of numbers from 0 to 1")
);

/** Sizes or batches to try. */
export const counts = v.pipe(
  v.array(v.pipe(v.number(), v.integer(), v.minValue(1))),
  v.minLength(1),
  v.description("a list of whole numbers ≥ 1")
);

export function oneOf<const Choices extends readonly string[]>(choices: Choices) {
  return v.pipe(v.picklist(choices), v.description(`one of ${choices.join(", ")}`));
}

/** Some of several, each once. */
export function someOf<const Choices extends readonly string[]>(choices: Choices) {
  return v.pipe(v.array(v.picklist(choices)), v.description(`a list out of ${choices.join(", ")}`));
}

export const prices = v.pipe(
  v.record(v.string(), v.pipe(v.number(), v.finite(), v.gtValue(0))),
  v.description("a mapping from system to a number above 0")
);

const limit = {
  threshold: positive,
  weight: v.optional(notNegative),
  hard_fail: v.optional(flag)
};

/** One limit of the slo block. */
const goal = v.strictObject(limit);

/** Some requests, none and all of them excluded. */
const failRatio = v.pipe(v.number(), v.gtValue(0), v.ltValue(1), v.description("a number above 0 and below 1"));
const percentile = v.strictObject({...limit, fail_ratio: v.optional(failRatio)});

/** Shares of requests that have a name in the slo block. */
export const sloShares = {p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99} as const;
export type SloShare = keyof typeof sloShares;

const percentiles = {
  p50: v.optional(percentile),
  p90: v.optional(percentile),
  p95: v.optional(percentile),
  p99: v.optional(percentile)
} satisfies Record<SloShare, unknown>;

/** A latency: its mean, or what a share of requests must keep, or both. */
const latency = v.pipe(
  v.strictObject({
    ...limit,
    threshold: v.optional(positive),
    fail_ratio: v.optional(failRatio),
    ...percentiles
  }),
  v.rawCheck(({dataset: {value}, addIssue}) => {
    if (typeof value !== "object" || value === null) return;
    const names = Object.keys(value);
    if (names.includes("threshold") || (names.length > 0 && names.every((name) => name in percentiles))) return;
    const input = value as Record<string, unknown>;
    const at = {type: "object", origin: "value", input, key: "threshold", value: undefined} as const;
    addIssue({expected: "threshold", received: "undefined", path: [at]});
  })
);

/** Figures that a goal may limit, as the slo block calls them. */
export const sloMetrics = {
  ttft: "ttftMs",
  tpot: "tpotMs",
  tpot_inclusive: "inclusiveTpotMs",
  request_latency: "requestLatencyMs",
  tokens_per_s_per_gpu: "tokensPerSecPerGpu",
  tokens_per_s_per_user: "tokensPerSecPerUser",
  concurrency: "concurrency",
  power_w: "powerWatts",
  cost_per_hour: "costPerHour",
  cost_per_million_tokens: "costPerMillionTokens"
} as const;
export type SloMetric = keyof typeof sloMetrics;

/** A limit with the share of requests that may miss it; of a mean without. */
export type SloGoal = v.InferOutput<typeof percentile>;

/** A figure's part of the block: its limit, and those of shares of requests. */
export type SloBlock = Partial<SloGoal> & Partial<Record<SloShare, SloGoal>>;

const maybeGoal = v.optional(goal);
const maybeLatency = v.optional(latency);

export const slo = v.pipe(
  v.strictObject({
    ttft: maybeLatency,
    tpot: maybeLatency,
    tpot_inclusive: maybeGoal,
    request_latency: maybeLatency,
    tokens_per_s_per_gpu: maybeGoal,
    tokens_per_s_per_user: maybeGoal,
    concurrency: maybeGoal,
    power_w: maybeGoal,
    cost_per_hour: maybeGoal,
    cost_per_million_tokens: maybeGoal,
    latency: v.optional(v.strictObject(percentiles))
  }),
  v.description("a mapping from metric to {threshold, weight, hard_fail}")
);
