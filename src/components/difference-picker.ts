/** Chooses one thing that a search has otherwise: what, and which value. */
import {fmhaQuants, gemmQuants, kvCacheQuants, moeQuants} from "../engine/quant.js";
import {backends} from "../engine/schema.js";
import type {SiteData} from "../search/site.js";
import {combobox} from "./combobox.js";
import type {Choice} from "./combobox.js";
import {plainVariant} from "./comparison.js";
import type {Variant} from "./comparison.js";
import {customId, knownGpus} from "./custom-gpu.js";
import {fieldWords, settingWords} from "./difference.js";
import {h, uniqueId} from "./dom.js";
import {backendWords, shortSystem} from "./format.js";
import {modelChoice, modelIds, modelOf} from "./model.js";
import {spreadChoices} from "./model-options.js";
import {clamped, figuresFrom, limits} from "./question.js";
import type {Question} from "./question.js";
import {choice} from "./select.js";
import {measuredVersions} from "./version.js";

export type Change = Pick<Variant, "part" | "settings">;

export interface DifferencePicker extends HTMLElement {
  /** What the search asks now: its values are what others differ from. */
  show(question: Question): void;
}

interface Aspect {
  name: string;
  label: string;
  /** Values to choose from; a number is typed where there are none. */
  choices?: (question: Question, site: SiteData) => Choice[];
  /** Long lists are searched. */
  isLong?: boolean;
  /** Least and most of a setting that is a number. */
  between?: readonly [number, number];
}

const quantChoices = (key: string, quants: object) => (): Choice[] =>
  Object.keys(quants).map((value) => ({value, label: settingWords(key, value)}));

function gpuChoices({gpu}: Question, {systems, catalogue}: SiteData): Choice[] {
  const isImported = Object.keys(catalogue.systems).length > 0;
  return knownGpus(systems, gpu).map(({id, label}) => {
    const name = id === customId ? "your GPU" : shortSystem(label);
    return {value: id, label: name + (isImported && !catalogue.systems[id] ? " – estimate" : "")};
  });
}

const inWords =
  (field: keyof Question, values: readonly string[]) =>
  (question: Question, {systems}: SiteData) =>
    values.map((value): Choice => ({value, label: fieldWords(field, {...question, [field]: value}, systems)}));

/** What searches are usually told apart by comes first. */
const aspects: readonly Aspect[] = [
  {name: "system", label: "GPU", choices: gpuChoices},
  {name: "backend", label: "backend", choices: () => backends.map((id) => ({value: id, label: backendWords[id]}))},
  {name: "version", label: "backend version", choices: ({system, backend}, {catalogue}) => [{value: "", label: "newest"}, ...measuredVersions(catalogue, system, backend).map((value) => ({value, label: value}))]},
  {name: "model", label: "model", choices: () => modelIds().map(modelChoice), isLong: true},
  {name: "decodeSystem", label: "decode GPU", choices: (question, site) => [{value: "", label: "same GPU"}, ...gpuChoices(question, site)]},
  {name: "gpus", label: "number of GPUs"},
  {name: "gemm_quant_mode", label: "GEMM type", choices: quantChoices("gemm_quant_mode", gemmQuants)},
  {name: "kvcache_quant_mode", label: "KV-cache type", choices: quantChoices("kvcache_quant_mode", kvCacheQuants)},
  {name: "moe_quant_mode", label: "type of experts", choices: quantChoices("moe_quant_mode", moeQuants)},
  {name: "fmha_quant_mode", label: "attention type", choices: quantChoices("fmha_quant_mode", fmhaQuants)},
  {name: "serving_mode", label: "serving mode", choices: () => ["agg", "disagg"].map((value) => ({value, label: settingWords("serving_mode", value)}))},
  {name: "nextn", label: "draft tokens (MTP)", between: [0, 5]},
  {name: "experts", label: "expert parallelism", choices: (question, {systems}) => spreadChoices(modelOf(question), question, systems.filter(({id}) => id === question.system || id === question.decodeSystem))},
  {name: "isl", label: "input length"},
  {name: "osl", label: "output length"},
  {name: "prefix", label: "cached prefix"},
  {name: "ttftMs", label: "TTFT target (ms)"},
  {name: "tpotMs", label: "TPOT target (ms)"},
  {name: "database", label: "where figures come from", choices: inWords("database", figuresFrom)},
  {name: "interpolation", label: "reading between points", choices: inWords("interpolation", ["", "reference"])}
]; // prettier-ignore

const isField = (name: string, question: Question): name is keyof Question => Object.hasOwn(question, name);

export function differencePicker(
  site: SiteData,
  {label, action, key}: {label: string; action: string; key: string},
  onpick: (change: Change) => void
): DifferencePicker {
  let question: Question;
  let name = aspects[0].name;
  let value = "";
  const what = choice(label, (next) => ((name = next), fill()));
  const place = h("div", {class: "kp-picked-value"});
  const add = h(
    "button",
    {
      type: "button",
      class: "kp-button",
      "data-key": `${key}-add`,
      onclick: () => onpick(changeOf(name, value, question))
    },
    action
  );
  const fill = () => {
    const aspect = aspects.find((each) => each.name === name)!;
    const choices = (aspect.choices?.(question, site) ?? []).filter((each) => each.value !== nowOf(name, question));
    add.disabled = aspect.choices !== undefined && choices.length === 0;
    if (!aspect.choices) return place.replaceChildren(numberField(aspect));
    value = choices[0]?.value ?? "";
    if (aspect.isLong) return place.replaceChildren(combobox(aspect.label, choices, value, (next) => (value = next)));
    const control = choice(aspect.label, (next) => (value = next));
    control.set(choices.length > 0 ? choices : [{value: "", label: "nothing else here"}], value);
    place.replaceChildren(control);
  };
  const numberField = ({label, between}: Aspect): HTMLElement => {
    const id = uniqueId("number");
    const [min, max] = between ?? limits[name as keyof typeof limits];
    const start = isField(name, question) ? Number(question[name]) * 2 || min : 1;
    value = String(Math.min(max, Math.max(min, start)));
    const input: HTMLInputElement = h("input", {
      id,
      type: "number",
      min,
      max,
      value,
      oninput: (event: Event) => (event.stopPropagation(), (value = input.value)),
      onkeydown: (event: KeyboardEvent) => event.key === "Enter" && (event.preventDefault(), add.click())
    });
    return h("div", {class: "kp-select"}, h("label", {for: id}, label), input);
  };
  const show = (next: Question) => {
    // What is being chosen stays while the question moves beneath it.
    const isSame = question && nowOf(name, question) === nowOf(name, next) && question.model === next.model;
    question = next;
    what.set(
      aspects.map(({name, label}) => ({value: name, label})),
      name
    );
    if (!isSame) fill();
  };
  return Object.assign(h("div", {class: "kp-picker-row kp-field"}, what, place, add), {show});
}

function nowOf(name: string, question: Question): string | undefined {
  return isField(name, question) ? String(question[name]) : undefined;
}

function changeOf(name: string, value: string, question: Question): Change {
  if (!isField(name, question)) {
    const number = name === "nextn" ? Math.min(5, Math.max(0, Math.round(Number(value) || 0))) : undefined;
    return {...plainVariant, settings: {[name]: number ?? value}};
  }
  const isNumber = typeof question[name] === "number";
  return {settings: {}, part: {[name]: isNumber ? clamped(name as keyof typeof limits, Number(value)) : value}};
}
