/** What a page of a deployment under load asks, and its one spelling as a URL query. */
import type {DeployedSizes} from "../engine/simulate/deployed.js";
import type {ServiceLevel} from "../engine/simulate/types.js";
import type {ClientAsk, SpreadAsk} from "../search/load-traffic.js";
import type {LoadAsk} from "../search/loading.js";
import {askOf} from "../search/live.js";
import type {SystemSpec} from "../engine/system.js";
import {formatSizes, parseSizes} from "./configuration.js";
import type {Sizes} from "./configuration.js";
import {questionTargets} from "./preference.js";
import {formatQuestion, parseQuestion} from "./question.js";
import type {Question} from "./question.js";

export const clients = ["poisson", "gamma", "warmed", "burst", "trace"] as const;
export const spreads = ["uniform", "fixed", "log-normal"] as const;
/** Of requests, how many must keep the limits for a rate to count as served. */
export const keptShares = [0.9, 0.95, 0.99] as const;

export type ClientKind = (typeof clients)[number];
export type SpreadKind = (typeof spreads)[number];

/** Who sends what. */
export interface Traffic {
  client: ClientKind;
  /** Of all replicas; 0: as fits the deployment. */
  requestsPerSec: number;
  users: number;
  promptsPerUser: number;
  /** Coefficient of variation of the time between arrivals. */
  burstiness: number;
  /** How many times as fast a trace is played. */
  speed: number;
  spread: SpreadKind;
  /** Shortest by longest length, alike between. */
  ratio: number;
  /** Coefficient of variation of lengths. */
  variation: number;
  seed: number;
  keptShare: number;
}

export interface UnderLoad {
  question: Question;
  /** Null: the best plan of the question. */
  sizes: Sizes | null;
  traffic: Traffic;
}

export const plainTraffic: Traffic = {
  client: "poisson",
  requestsPerSec: 0,
  users: 0,
  promptsPerUser: 10,
  burstiness: 2,
  speed: 1,
  spread: "uniform",
  ratio: 0.8,
  variation: 0.5,
  seed: 1,
  keptShare: 0.9
};

type Amount = Exclude<keyof Traffic, "client" | "spread" | "keptShare">;

/** Query key of each amount, and its least and most. */
export const amounts: Record<Amount, {key: string; least: number; most: number; whole?: true}> = {
  requestsPerSec: {key: "arrivals", least: 0, most: 100_000},
  users: {key: "users", least: 0, most: 100_000, whole: true},
  promptsPerUser: {key: "prompts", least: 2, most: 100, whole: true},
  burstiness: {key: "burstiness", least: 0.1, most: 10},
  speed: {key: "speed", least: 0.01, most: 1000},
  ratio: {key: "ratio", least: 0.05, most: 1},
  variation: {key: "variation", least: 0.05, most: 3},
  seed: {key: "seed", least: 1, most: 999_999, whole: true}
};

export function parseUnderLoad(search: string): UnderLoad {
  const query = new URLSearchParams(search);
  const question = parseQuestion(search);
  const sizes = parseSizes(question.pick, question.isl);
  const amount = (field: Amount) =>
    clampedAmount(field, query.has(amounts[field].key) ? Number(query.get(amounts[field].key)) : NaN);
  const kept = Number(query.get("kept"));
  return {
    question: {...question, pick: ""},
    sizes: sizes && (sizes.mode === "agg" || sizes.mode === "disagg") ? sizes : null,
    traffic: {
      client: clients.find((each) => each === query.get("client")) ?? plainTraffic.client,
      spread: spreads.find((each) => each === query.get("lengths")) ?? plainTraffic.spread,
      keptShare: keptShares.find((each) => each === kept) ?? plainTraffic.keptShare,
      requestsPerSec: amount("requestsPerSec"),
      users: amount("users"),
      promptsPerUser: amount("promptsPerUser"),
      burstiness: amount("burstiness"),
      speed: amount("speed"),
      ratio: amount("ratio"),
      variation: amount("variation"),
      seed: amount("seed")
    }
  };
}

export function clampedAmount(field: Amount, value: number): number {
  if (!Number.isFinite(value)) return plainTraffic[field];
  const {least, most, whole} = amounts[field];
  return Math.min(most, Math.max(least, whole ? Math.round(value) : value));
}

/** As the home page writes the question, with a deployment that was chosen as its pick; the rest where it is not as usual. */
export function formatUnderLoad({question, sizes, traffic}: UnderLoad): string {
  const own = new URLSearchParams();
  if (traffic.client !== plainTraffic.client) own.set("client", traffic.client);
  if (traffic.spread !== plainTraffic.spread) own.set("lengths", traffic.spread);
  for (const field of Object.keys(amounts) as Amount[])
    if (traffic[field] !== plainTraffic[field]) own.set(amounts[field].key, String(traffic[field]));
  if (traffic.keptShare !== plainTraffic.keptShare) own.set("kept", String(traffic.keptShare));
  const shared = formatQuestion({...question, pick: sizes ? formatSizes(sizes) : ""}).replaceAll("%40", "@");
  const rest = own.toString();
  return rest ? `${shared}&${rest}` : shared;
}

/** Limits that a request must keep. */
export function levelOf(question: Question): ServiceLevel {
  const {requestLatencyMs, besides, ttftMs, tpotMs} = question;
  const targets = questionTargets(question);
  const latencyMs = requestLatencyMs > 0 ? requestLatencyMs : undefined;
  if (latencyMs !== undefined && !besides) return {latencyMs};
  const limit = (value: number, typed: number) => (Number.isFinite(value) ? value : typed);
  return {
    ttftMs: limit(targets.ttftMs, ttftMs),
    tpotMs: limit(targets.tpotMs, tpotMs),
    ...(latencyMs === undefined ? {} : {latencyMs})
  };
}

/** What is sent to the worker. Throws InputError for a GPU that makes no sense. */
export function loadAskOf(
  {question, sizes, traffic}: UnderLoad,
  systems: SystemSpec[],
  traceId: number
): Omit<LoadAsk, "plan"> {
  return {
    ask: askOf(question, systems),
    sizes: sizes && deployedSizes(sizes),
    predictor: question.predictor,
    client: clientAskOf(traffic, traceId),
    spread: spreadAskOf(traffic),
    seed: traffic.seed,
    level: levelOf(question)
  };
}

function clientAskOf(traffic: Traffic, id: number): ClientAsk {
  const {client, requestsPerSec, users, promptsPerUser, burstiness, speed} = traffic;
  switch (client) {
    case "poisson":
      return {kind: client, requestsPerSec};
    case "gamma":
      return {kind: client, requestsPerSec, coefficientOfVariation: burstiness};
    case "trace":
      return {kind: client, speed, id};
    default:
      return {kind: client, users, promptsPerUser};
  }
}

function spreadAskOf({spread, ratio, variation}: Traffic): SpreadAsk {
  if (spread === "uniform") return {kind: spread, ratio};
  return spread === "fixed" ? {kind: spread} : {kind: spread, coefficientOfVariation: variation};
}

export function deployedSizes({mode, parallel, batch, ctxTokens, prefill, decode}: Sizes): DeployedSizes {
  return mode === "disagg" ? {mode, prefill, decode} : {mode: "agg", parallel, batch, ctxTokens};
}

/** As a form has them: what one mode lacks is guessed from what the other has. */
export function formSizes(sizes: DeployedSizes, isl: number): Sizes {
  if (sizes.mode === "agg") {
    const {parallel, batch} = sizes;
    return {...sizes, prefill: {parallel, batch: 1, workers: 1}, decode: {parallel, batch, workers: 1}};
  }
  const {parallel, batch} = sizes.decode;
  return {...sizes, parallel, batch, ctxTokens: isl};
}
