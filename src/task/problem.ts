/** What a configuration asks of the engine. */
import {inferQuant} from "../engine/models/quant.js";
import {expertMode} from "../engine/models/serving.js";
import type {ModelConfig, Platform, Preferences, Quant, SearchProblem} from "../engine/index.js";
import type {Targets} from "../engine/result.js";
import type {TaskConfig} from "./types.js";

/** What the names in a configuration stand for, opened by the caller. */
export interface Opened {
  model: ModelConfig;
  platform: Platform;
  /** Of `config.decodePlatform`, where there is one. */
  decodePlatform?: Platform;
}

type Judged = "targets" | "preferences" | "predictor" | "topN" | "sampling";

/** What of a configuration makes the problem: all but names, which are opened, and how its plans are judged. */
export type ProblemConfig = Omit<TaskConfig, keyof Opened | Judged>;

/** The problem to search. Platforms get the configuration's look-ups. */
export function taskProblem(config: ProblemConfig, opened: Opened): SearchProblem {
  const {model} = opened;
  const platform = withLookUps(opened.platform, config);
  const decodePlatform = opened.decodePlatform && withLookUps(opened.decodePlatform, config);
  const {totalGpus, workload, quant, serving, decodeServing, nextn, acceptRates, freeMemoryFraction} = config;
  const decodeQuant = decodeQuantOf(config, model, decodePlatform ?? platform);
  const modes = config.servingMode === "auto" ? (["agg", "disagg"] as const) : [config.servingMode];
  return {
    model,
    platform,
    ...(decodePlatform && {decodePlatform}),
    totalGpus,
    workload,
    ...(Object.keys(quant).length > 0 && {quant}),
    ...(decodeQuant && {decodeQuant}),
    ...(nextn !== undefined && {nextn}),
    acceptRates,
    ...(freeMemoryFraction !== undefined && {freeMemoryFraction}),
    exactKvCache: config.exactKvCache,
    ...serving,
    ...(decodeServing && {decodeServing}),
    space: {...config.space, modes},
    tuning: config.tuning
  };
}

function withLookUps(platform: Platform, {lookUps}: ProblemConfig): Platform {
  const {interpolation, transfer, transferRule, clampToLight} = lookUps;
  return {...platform, interpolation, transfer, transferRule, clampToLight};
}

/** The search lays decode types over the others, so that where one is to be inferred, all of them are named. */
function decodeQuantOf(
  {quant, decodeQuant, servingMode, serving, decodeServing = serving}: ProblemConfig,
  model: ModelConfig,
  platform: Platform
): Partial<Quant> | undefined {
  if (servingMode === "agg") return undefined;
  if (Object.keys(quant).every((kind) => kind in decodeQuant))
    return Object.keys(decodeQuant).length > 0 ? decodeQuant : undefined;
  const megaMoe = expertMode({backend: platform.backend, ...decodeServing}) === "megamoe";
  return inferQuant(model, {role: "decode", megaMoe, ...platform}, decodeQuant);
}

/** Hard targets as the search takes them: what is not limited is Infinity. */
export function taskTargets({targets: {ttftMs = Infinity, tpotMs = Infinity, requestLatencyMs}}: TaskConfig): Targets {
  return {ttftMs, tpotMs, ...(requestLatencyMs !== undefined && {requestLatencyMs})};
}

/** How the search's answer is judged. */
export function taskAnswerOptions({
  preferences,
  topN,
  sampling
}: TaskConfig): Preferences & {topN: number; sampling?: "grid" | "target"} {
  return {...preferences, topN, ...(sampling && {sampling})};
}
