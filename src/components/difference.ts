/** What searches have otherwise than each other, in words. */
import type {SystemSpec} from "../engine/system.js";
import {variantQuestion} from "./comparison.js";
import type {Comparison, Settings, Variant} from "./comparison.js";
import {knownGpus} from "./custom-gpu.js";
import {backendWords, duration, figure, shortModel, shortSystem} from "./format.js";
import type {Question} from "./question.js";

/** One thing that a search has otherwise; `setting` where a question cannot say it. */
export interface Difference {
  key: keyof Question | string;
  setting: boolean;
  words: string;
}

/** What differs of a search, in the order that names list it. */
export function differencesOf(base: Question, variant: Variant, systems: readonly SystemSpec[]): Difference[] {
  const question = variantQuestion(base, variant);
  const fields = nameOrder.filter((field) => variant.part[field] !== undefined && !silent.includes(field));
  return [
    ...fields.map((key) => ({key, setting: false, words: fieldWords(key, question, systems)})),
    ...Object.entries(variant.settings).map(([key, value]) => ({key, setting: true, words: settingWords(key, value)}))
  ];
}

/**
 * Names of all searches: the reader's, else the first thing that varies among those without one, and what else a search
 * has otherwise than the base. No two are the same.
 */
export function variantNames({base, variants}: Comparison, systems: readonly SystemSpec[]): string[] {
  const questions = variants.map((variant) => variantQuestion(base, variant));
  const unnamed = questions.filter((_, i) => variants[i].name === "");
  const told = nameOrder.filter((field) => !silent.includes(field));
  const first = told.find((field) => new Set(unnamed.map((question) => question[field])).size > 1);
  const given = variants.map(({name, settings}, i) => {
    if (name) return name;
    const own = told.filter((field) => field === first || questions[i][field] !== base[field]);
    const words = own.map((field) => fieldWords(field, questions[i], systems));
    return [...words, ...settingsWords(settings)].join(", ") || "as asked";
  });
  return given.map((name, i) => {
    const before = given.slice(0, i).filter((other) => other === name).length;
    return before > 0 ? `${name} (${before + 1})` : name;
  });
}

/** Settings that are told apart by name; a whole experiment's are too many for one. */
const mostNamed = 3;

function settingsWords(settings: Settings): string[] {
  const entries = Object.entries(settings);
  if (entries.length > mostNamed) return [`${entries.length} settings`];
  return entries.map(([key, value]) => settingWords(key, value));
}

/** What comes first in a name; every field of a question that a search can have otherwise. */
const nameOrder: readonly (keyof Question)[] = [
  ...(["model", "system", "decodeSystem", "gpus", "backend", "version", "donor"] as const),
  ...(["database", "transfer", "interpolation", "experts", "balanced", "expertSlots"] as const),
  ...(["isl", "osl", "prefix", "images", "imageSize", "ttftMs", "tpotMs", "requestLatencyMs", "besides"] as const),
  ...(["powerKw", "costPerMillion", "gpuHourPrice", "decodeGpuHourPrice", "requestsPerSec", "objective"] as const),
  ...(["soft", "weight", "steepness", "penalty", "strict", "gpu", "config", "hfQuantConfig"] as const)
];

/** What goes with another field that is named. */
const silent: readonly (keyof Question)[] = ["config", "hfQuantConfig", "gpu", "imageSize", "besides"];

const figureWords: Record<Question["database"], string> = {
  "": "measurements, else fitted",
  hybrid: "gaps estimated",
  calibrated: "fitted surfaces",
  empirical: "by utilisation",
  sol: "speed of light"
};

const expertWords: Record<Question["experts"], string> = {
  "": "experts as usual",
  wide: "wide EP",
  deepep: "DeepEP",
  megamoe: "MegaMoE"
};

/** `B200 SXM`, `64 GPUs`, `TTFT ≤ 300 ms`. */
export function fieldWords(field: keyof Question, question: Question, systems: readonly SystemSpec[]): string {
  const gpu = (id: string) => shortSystem(knownGpus(systems, question.gpu).find((spec) => spec.id === id)?.label ?? id);
  switch (field) {
    case "model":
      return shortModel(question.model);
    case "system":
      return gpu(question.system);
    case "decodeSystem":
      return question.decodeSystem ? `decode on ${gpu(question.decodeSystem)}` : "decode on the same GPU";
    case "gpus":
      return `${question.gpus} GPU${question.gpus === 1 ? "" : "s"}`;
    case "backend":
      return backendWords[question.backend];
    case "version":
      return question.version || "newest version";
    case "donor":
      return question.donor ? `timings of ${question.donor}` : "timings of the nearest GPU";
    case "database":
      return figureWords[question.database];
    case "transfer":
      return `gaps from ${question.transfer || "anything alike"}`;
    case "interpolation":
      return question.interpolation ? "between points as the reference" : "curves share between points";
    case "experts":
      return expertWords[question.experts];
    case "balanced":
      return question.balanced ? "EPLB" : "no EPLB";
    case "expertSlots":
      return question.expertSlots ? `${question.expertSlots} expert slots` : "a slot an expert";
    case "isl":
      return `${figure(question.isl)} in`;
    case "osl":
      return `${figure(question.osl)} out`;
    case "prefix":
      return question.prefix ? `${figure(question.prefix)} cached` : "nothing cached";
    case "images":
      return question.images ? `${question.images} image${question.images === 1 ? "" : "s"}` : "no images";
    case "ttftMs":
      return `TTFT ≤ ${duration(question.ttftMs)}`;
    case "tpotMs":
      return `TPOT ≤ ${duration(question.tpotMs)}`;
    case "requestLatencyMs":
      return question.requestLatencyMs ? `request ≤ ${duration(question.requestLatencyMs)}` : "no limit on requests";
    case "powerKw":
      return question.powerKw ? `power ≤ ${figure(question.powerKw)} kW` : "any power";
    case "costPerMillion":
      return question.costPerMillion ? `cost ≤ ${figure(question.costPerMillion)} / M tokens` : "any cost";
    case "gpuHourPrice":
    case "decodeGpuHourPrice":
      return question[field] ? `${figure(question[field])} / GPU hour` : "no price";
    case "requestsPerSec":
      return question.requestsPerSec ? `${figure(question.requestsPerSec)} requests/s` : "no load";
    case "objective":
      return `best is ${question.objective}`;
    case "soft":
      return question.soft ? `soft ${question.soft.replaceAll(",", ", ")}` : "hard targets";
    case "strict":
      return question.strict ? "nothing outside the targets" : "nearest plan too";
    case "weight":
    case "steepness":
    case "penalty":
      return `${field} ${question[field]}`;
    default:
      return "";
  }
}

const settingNames: Record<string, string> = {
  gemm_quant_mode: "GEMM",
  moe_quant_mode: "experts",
  kvcache_quant_mode: "KV cache",
  fmha_quant_mode: "attention"
};

/** `GEMM nvfp4`, `aggregated only`, `agg tp candidates 4, 8`. */
export function settingWords(key: string, value: unknown): string {
  if (key === "serving_mode")
    return value === "agg" ? "aggregated only" : value === "disagg" ? "disaggregated only" : "both modes";
  if (key === "nextn") return `${String(value)} draft token${value === 1 ? "" : "s"}`;
  const role = /^(prefill|decode)_/.exec(key)?.[1];
  const name = role ? settingNames[key.slice(role.length + 1)] : settingNames[key];
  const said = name ? `${role ? `${role} ` : ""}${name}` : key.replaceAll("_", " ");
  return `${said} ${valueWords(value)}`;
}

function valueWords(value: unknown): string {
  if (value === null) return "as by default";
  if (Array.isArray(value)) return value.map(valueWords).join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
