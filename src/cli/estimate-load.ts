/** What is sent to the configuration of an estimate, out of flags; all of it is for simulations alone. */
import {InputError} from "../engine/errors.js";
import {predictors, type EstimateMode, type Predictor} from "../engine/index.js";
import {defaultPredictor} from "../engine/search/predictor.js";
import type {EstimateLoad} from "../engine/simulate/estimate.js";
import type {Client, ServiceLevel} from "../engine/simulate/types.js";
import type {Flags, Values} from "./args.js";
import {ownCalibration} from "./own-calibration.js";
import {calibrationFlag} from "./task-input.js";

const clientKinds = ["closed-loop", "poisson", "gamma"] as const;
const clientStarts = ["burst", "warmed"] as const;
const group = "requests that are simulated";
const limit = (of: string) =>
  ({type: "number", unit: "MS", help: `${of} within which a request counts for the goodput`, group}) as const;

export const loadFlags = {
  predictor: {
    type: "string",
    choices: predictors,
    help: "simulation: requests go through the engine's scheduler, with percentiles; formula: means as the reference has them",
    shown: `${defaultPredictor} of agg and disagg, formula of static, with images and database sol`
  },
  concurrency: {
    type: "integer",
    unit: "REQUESTS",
    min: 1,
    help: "requests in flight (default what the batches hold)",
    group
  },
  client: {type: "string", choices: clientKinds, shown: "closed-loop", help: "when requests come", group},
  "prompts-per-user": {
    type: "integer",
    unit: "N",
    min: 1,
    shown: "10",
    help: "closed-loop: requests of each user",
    group
  },
  start: {type: "string", choices: clientStarts, shown: "burst", help: "closed-loop: how users begin", group},
  "request-rate": {type: "number", unit: "PER_S", help: "poisson, gamma: requests that come a second", group},
  requests: {type: "integer", unit: "N", min: 1, shown: "1000", help: "poisson, gamma: requests in all", group},
  variation: {
    type: "number",
    unit: "CV",
    shown: "1",
    help: "gamma: variation of the time between requests, 1 as poisson",
    group
  },
  "length-ratio": {
    type: "number",
    unit: "SHARE",
    max: 1,
    shown: "0.8",
    help: "shortest by longest length, alike between; 1 is all of --isl and --osl",
    group
  },
  seed: {type: "integer", unit: "N", shown: "1", help: "of lengths and arrivals", group},
  ttft: limit("TTFT"),
  tpot: limit("TPOT"),
  "request-latency": limit("latency"),
  ...calibrationFlag
} as const satisfies Flags;

type LoadValues = Values<typeof loadFlags>;
type LoadName = keyof typeof loadFlags;

/** Which way an estimate is made: as asked, else by simulation where there is a server to simulate. */
export function predictorOf(
  {predictor}: LoadValues,
  {mode, database, images}: {mode: EstimateMode; database: string | undefined; images: number}
): Predictor {
  if (predictor !== undefined) return predictor;
  const isServer = mode === "agg" || mode === "disagg";
  return isServer && database !== "sol" && images === 0 ? defaultPredictor : "formula";
}

/** Throws InputError for flags that formulas do not heed. */
export function checkFormula(given: ReadonlySet<string>): void {
  const own = Object.keys(loadFlags).filter((name) => name !== "predictor" && given.has(name));
  if (own.length === 0) return;
  throw new InputError(
    `no effect: --${own[0]}; formulas send no requests, drop it or ask for --mode agg or disagg with --predictor simulation`
  );
}

/** Flags of one kind of client, by kind. */
const flagsOf: Record<(typeof clientKinds)[number], readonly LoadName[]> = {
  "closed-loop": ["concurrency", "prompts-per-user", "start"],
  poisson: ["request-rate", "requests"],
  gamma: ["request-rate", "requests", "variation"]
};

export function loadOf(values: LoadValues, given: ReadonlySet<string>, held: number): EstimateLoad {
  const {client: kind = "closed-loop", concurrency = held, seed, "length-ratio": lengthRatio} = values;
  const foreign = Object.values(flagsOf)
    .flat()
    .find((name) => given.has(name) && !flagsOf[kind].includes(name));
  if (foreign)
    throw new InputError(`no effect: --${foreign}; --client ${kind} has none, drop it or name another client`);
  if (lengthRatio === 0) throw new InputError("invalid --length-ratio: 0; must be above 0, at most 1");
  const serviceLevel = serviceLevelOf(values);
  return {
    concurrency,
    client: clientOf(values, kind, concurrency),
    ...(lengthRatio !== undefined && {lengthRatio}),
    ...(seed !== undefined && {seed}),
    ...(serviceLevel && {serviceLevel}),
    calibration: ownCalibration(values.calibration)
  };
}

function clientOf(values: LoadValues, kind: (typeof clientKinds)[number], users: number): Client {
  const {"prompts-per-user": promptsPerUser = 10, start = "burst", requests = 1000, variation = 1} = values;
  if (kind === "closed-loop") return {kind, users, promptsPerUser, start};
  const requestsPerSec = values["request-rate"];
  if (requestsPerSec === undefined)
    throw new InputError(`missing --request-rate: not given; --client ${kind} needs requests a second, for example 5`);
  return kind === "poisson"
    ? {kind, requestsPerSec, requests}
    : {kind, requestsPerSec, requests, coefficientOfVariation: variation};
}

function serviceLevelOf({ttft, tpot, "request-latency": latencyMs}: LoadValues): ServiceLevel | undefined {
  const level = {
    ...(ttft !== undefined && {ttftMs: ttft}),
    ...(tpot !== undefined && {tpotMs: tpot}),
    ...(latencyMs !== undefined && {latencyMs})
  };
  return Object.keys(level).length > 0 ? level : undefined;
}
