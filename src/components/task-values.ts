/** A question as flat values of a task configuration: what the page says, and nothing that it leaves to defaults. */
import {defaultPredictor} from "../engine/search/predictor.js";
import {customId} from "./custom-gpu.js";
import {imagesOf, servingOf} from "./model-options.js";
import {askedTargets, pricesOf, questionPreferences, questionTargets} from "./preference.js";
import type {AskedTarget} from "./preference.js";
import {shortModel} from "./format.js";
import type {Question, TargetName} from "./question.js";

/** What files the values name, which the reader must put beside them. */
export const customFiles = {gpu: `${customId}.yaml`, model: (model: string) => `${shortModel(model)}.json`};

export function taskValues(question: Question): Record<string, unknown> {
  return defined({
    serving_mode: "auto",
    model_path: question.config ? customFiles.model(question.model) : question.model,
    system_name: systemName(question.system),
    decode_system_name: question.decodeSystem ? systemName(question.decodeSystem) : undefined,
    backend_name: question.backend,
    backend_version: question.version || undefined,
    total_gpus: question.gpus,
    isl: question.isl,
    osl: question.osl,
    prefix: question.prefix || undefined,
    ...imageValues(question),
    ...servingValues(question),
    ...lookUpValues(question),
    ...targetValues(question),
    ...preferenceValues(question),
    predictor: question.predictor === defaultPredictor ? undefined : question.predictor
  });
}

function systemName(id: string): string {
  return id === customId ? customFiles.gpu : id;
}

function imageValues(question: Question): Record<string, unknown> {
  const images = imagesOf(question);
  if (!images) return {};
  const {heightPixels, widthPixels, count} = images;
  return {image_height: heightPixels, image_width: widthPixels, num_images_per_request: count};
}

function servingValues(question: Question): Record<string, unknown> {
  const {wideEp, eplb, moeBackend, wideEpSlots} = servingOf(question) ?? {};
  return {enable_wideep: wideEp, enable_eplb: eplb, moe_backend: moeBackend, wideep_num_slots: wideEpSlots};
}

function lookUpValues({database, transfer, interpolation, donor}: Question): Record<string, unknown> {
  return {
    database_mode: database || undefined,
    transfer_policy: transfer || undefined,
    interpolation: interpolation || undefined,
    donor: donor || undefined
  };
}

const sloNames: Record<TargetName, string> = {
  ttft: "ttft",
  tpot: "tpot",
  latency: "request_latency",
  power: "power_w",
  cost: "cost_per_million_tokens"
};

/** Hard latencies have keys of their own, but beside a request latency; the rest are goals. */
function targetValues(question: Question): Record<string, unknown> {
  const {ttftMs, tpotMs, requestLatencyMs} = questionTargets(question);
  const asked = askedTargets(question);
  const isHard = (name: TargetName) => asked.some((target) => target.name === name && !target.soft);
  const allGoals = isHard("latency") && question.besides;
  const plain =
    requestLatencyMs !== undefined
      ? {request_latency: requestLatencyMs}
      : allGoals
        ? {}
        : {ttft: latency(asked, "ttft", ttftMs), tpot: latency(asked, "tpot", tpotMs)};
  const isPlain = ({name, soft}: AskedTarget) =>
    !soft && !allGoals && (name === "ttft" || name === "tpot" || name === "latency");
  const goals = asked.filter((target) => !isPlain(target)).map((target) => goalEntry(target, question.weight));
  return {...plain, slo: goals.length > 0 ? Object.fromEntries(goals) : undefined};
}

function goalEntry({name, threshold, soft}: AskedTarget, weight: number) {
  return [sloNames[name], soft ? {threshold, weight, hard_fail: false} : {threshold, hard_fail: true}] as const;
}

function preferenceValues(question: Question): Record<string, unknown> {
  const {objective, steepness, penaltyShape, load, strict} = questionPreferences(question);
  const prices = Object.entries(pricesOf(question) ?? {}).map(([id, price]) => [systemName(id), price]);
  return {
    objective: objective ?? (load ? "throughput" : undefined),
    steepness,
    penalty: penaltyShape,
    strict_sla: strict,
    gpu_hour_prices: prices.length > 0 ? Object.fromEntries(prices) : undefined,
    target_request_rate: load?.requestsPerSec,
    max_total_gpus: load?.maxGpus
  };
}

/** Keeps nothing out: a task has limits of its own where it is told none. */
const hourMs = 3_600_000;

/** A hard target; nothing where it is a goal instead. */
function latency(asked: readonly AskedTarget[], name: TargetName, ms: number): number | undefined {
  if (Number.isFinite(ms)) return ms;
  return asked.some((target) => target.name === name) ? undefined : hourMs;
}

function defined(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
