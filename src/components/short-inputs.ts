/** The question in few controls, for notebooks that ask it many times over; the home page has the rest of it. */
import {backends} from "../engine/schema.js";
import type {SiteData} from "../search/site.js";
import {combobox} from "./combobox.js";
import type {Choice} from "./combobox.js";
import {customId, knownGpus} from "./custom-gpu.js";
import {announce, h} from "./dom.js";
import {backendWords, shortSystem} from "./format.js";
import {homeLink} from "./further.js";
import {modelChoice, modelIds, modelOf} from "./model.js";
import {applicable} from "./model-options.js";
import {agreedTargets} from "./preference.js";
import {limits} from "./question.js";
import type {Question} from "./question.js";
import {choice} from "./select.js";
import {slider} from "./slider.js";
import {measuredVersions} from "./version.js";

export interface ShortInputs extends HTMLFormElement {
  value: Question;
}

export interface ShortOptions {
  site: SiteData;
  value: Question;
  /** Controls that the page has no use for, as it varies what they set. */
  without?: readonly ("isl" | "osl" | "prefix" | "tpotMs")[];
}

type NumberField = "gpus" | "isl" | "osl" | "prefix" | "ttftMs" | "tpotMs" | "requestLatencyMs";

const numbers: Record<NumberField, {label: string; unit: string; max: number; title: string}> = {
  gpus: {label: "GPUs", unit: "", max: 512, title: "All GPUs of the deployment, over all replicas"},
  isl: {label: "Input", unit: "tokens", max: 131072, title: "ISL: tokens of a prompt"},
  osl: {label: "Output", unit: "tokens", max: 16384, title: "OSL: tokens generated per request"},
  prefix: {label: "Cached prefix", unit: "tokens", max: 131072, title: "Tokens of the prompt that are in the KV cache"},
  ttftMs: {label: "TTFT ≤", unit: "ms", max: 10000, title: "Time to first token: from arrival of a request to its first token"},
  tpotMs: {label: "TPOT ≤", unit: "ms", max: 200, title: "Time per output token after the first"},
  requestLatencyMs: {label: "Request latency ≤", unit: "ms", max: 600000, title: "TTFT + TPOT · (OSL − 1)"}
}; // prettier-ignore

export function shortInputs({site, value, without = []}: ShortOptions): ShortInputs {
  const {systems, catalogue} = site;
  const settled = (asked: Question): Question => {
    const question = agreedTargets({...asked, prefix: Math.min(asked.prefix, asked.isl - 1)});
    const known = knownGpus(systems, question.gpu);
    const gpus = known.filter(({id}) => id === question.system || id === question.decodeSystem);
    const versions = measuredVersions(catalogue, question.system, question.backend);
    return applicable(
      {
        ...question,
        version: versions.includes(question.version) ? question.version : "",
        decodeSystem: question.decodeSystem === question.system ? "" : question.decodeSystem
      },
      modelOf(question),
      gpus
    );
  };
  let question = settled(value);
  const set = (part: Partial<Question>) => {
    question = settled({...question, pick: "", ...part});
    refresh();
    announce(form);
  };
  const model = combobox("Model", modelIds().map(modelChoice), question.model, (id) =>
    set({model: id, config: "", hfQuantConfig: ""})
  );
  const system = choice("GPU", (id) => set({system: id, version: ""}));
  const decode = choice("Decode on", (id) => set({decodeSystem: id}));
  const backend = choice("Backend", (id) => set({backend: id as Question["backend"], version: ""}));
  const version = choice("Version", (id) => set({version: id}));
  const number = (field: NumberField) => {
    const {label, unit, max, title} = numbers[field];
    const [least] = limits[field];
    const min = field === "requestLatencyMs" ? 10 : least;
    const log = field !== "prefix";
    const value = Math.max(min, question[field]);
    return slider({label, unit, max, min, title, log, value, onchange: (next) => set({[field]: next})});
  };
  const fields = (Object.keys(numbers) as NumberField[]).filter((field) => !without.includes(field as "isl"));
  const sliders = new Map(fields.map((field) => [field, number(field)]));
  const custom = h("p", {class: "kp-hint"});
  const more = h("p", {class: "kp-hint"});
  const refresh = () => {
    const gpus = knownGpus(systems, question.gpu).map(({id, label}): Choice => ({
      value: id,
      label: id === customId ? "your GPU" : shortSystem(label)
    }));
    model.set(question.model);
    system.set(gpus, question.system);
    decode.set(
      [{value: "", label: "same GPU"}, ...gpus.filter(({value}) => value !== question.system)],
      question.decodeSystem
    );
    backend.set(
      backends.map((id) => ({value: id, label: backendWords[id]})),
      question.backend
    );
    version.set(versionChoices(site, question), question.version);
    for (const [field, control] of sliders) control.set(question[field]);
    const byRequest = question.requestLatencyMs > 0;
    for (const field of ["ttftMs", "tpotMs"] as const) hide(sliders.get(field), byRequest && !question.besides);
    hide(sliders.get("requestLatencyMs"), !byRequest);
    hide(sliders.get("prefix"), question.prefix === 0);
    custom.textContent = question.config ? "from your config.json" : "";
    more.replaceChildren(homeLink(question, "More of it on the home page"));
  };
  const of = (...asked: NumberField[]) => asked.flatMap((field) => sliders.get(field) ?? []);
  const workload = of("isl", "osl", "prefix");
  const form: HTMLFormElement = h(
    "form",
    {
      class: "kp-problem kp-short",
      "aria-label": "What is asked of all",
      onsubmit: (event: Event) => event.preventDefault()
    },
    group("Model", model, custom, more),
    group(
      "Hardware",
      h("div", {class: "kp-pair"}, system, decode),
      ...of("gpus"),
      h("div", {class: "kp-pair"}, backend, version)
    ),
    ...(workload.length > 0 ? [group("Workload", ...workload)] : []),
    group("Targets", ...of("ttftMs", "tpotMs", "requestLatencyMs"))
  );
  refresh();
  return Object.defineProperty(form, "value", {
    get: () => question,
    set: (next: Question) => ((question = settled(next)), refresh())
  }) as ShortInputs;
}

function versionChoices({catalogue}: SiteData, {system, backend}: Question): Choice[] {
  const versions = measuredVersions(catalogue, system, backend);
  if (versions.length === 0) return [{value: "", label: "fitted, or another's"}];
  return [{value: "", label: `${versions[0]} (newest)`}, ...versions.slice(1).map((value) => ({value, label: value}))];
}

function hide(control: HTMLElement | undefined, isHidden: boolean): void {
  if (control) control.hidden = isHidden;
}

function group(title: string, ...children: Node[]): HTMLElement {
  return h("fieldset", {}, h("legend", {}, title), ...children);
}
