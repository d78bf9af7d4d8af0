/** The form of the home page: one element whose `value` is a Question. */
import {backends} from "../engine/schema.js";
import type {CatalogueIndex} from "../perf/catalogue-index.js";
import type {SystemSpec} from "../engine/system.js";
import {customId, describe, knownGpus} from "./custom-gpu.js";
import {gpuPanel} from "./gpu-panel.js";
import {combobox} from "./combobox.js";
import type {Choice} from "./combobox.js";
import {configDialog} from "./config-dialog.js";
import {announce, h} from "./dom.js";
import {backendWords, shortSystem} from "./format.js";
import {modelChoice, modelOf} from "./model.js";
import {applicable, canBalance, slotChoices, spreadChoices} from "./model-options.js";
import {imageSizes, limits} from "./question.js";
import type {Question} from "./question.js";
import {choice} from "./select.js";
import {agreedTargets} from "./preference.js";
import {slider} from "./slider.js";
import {targetPanel} from "./target-panel.js";
import {measuredVersions} from "./version.js";

export interface ProblemOptions {
  models: string[];
  systems: SystemSpec[];
  catalogue: CatalogueIndex;
  /** Systems with embedded surfaces, whose timings can be carried over where no tables are imported. */
  fitted?: readonly string[];
  value: Question;
}

export interface ProblemInputs extends HTMLFormElement {
  value: Question;
}

export function problemInputs({
  models,
  systems,
  catalogue,
  fitted = [],
  value: initial
}: ProblemOptions): ProblemInputs {
  const gpusAsked = ({system, decodeSystem, gpu}: Question) =>
    knownGpus(systems, gpu).filter(({id}) => id === system || id === decodeSystem);
  const settled = (asked: Question) => {
    const agreed = agreedTargets(consistent(asked, catalogue));
    return applicable(agreed, modelOf(agreed), gpusAsked(agreed));
  };
  let question = settled(initial);
  const set = (part: Partial<Question>) => {
    question = settled({...question, pick: "", ...part});
    refresh();
    announce(form);
  };
  const number = (field: keyof typeof limits, label: string, unit: string, max: number, title: string, log = true) =>
    slider({
      label,
      unit,
      min: limits[field][0],
      max,
      value: question[field],
      log,
      title,
      onchange: (v) => set({[field]: v})
    });

  const dialog = configDialog((model, config, hfQuantConfig) => set({model, config, hfQuantConfig}));
  const model = combobox("Model", models.map(modelChoice), question.model, (id) =>
    set({model: id, config: "", hfQuantConfig: ""})
  );
  const system = choice("GPU", (v) => set({system: v, version: "", ...newGpu(v)}));
  const decode = choice("Decode on", (v) => set({decodeSystem: v, ...newGpu(v)}));
  const donor = choice("Timings of", (v) => set({donor: v}));
  const panel = gpuPanel(systems, (gpu) => set({gpu}));
  const targets = targetPanel(set);
  /** The reader's own GPU starts as the one that was chosen before. */
  const newGpu = (id: string): Partial<Question> => {
    if (id !== customId || question.gpu) return {};
    const base = systems.find((each) => each.id === question.system) ?? systems[0];
    return {gpu: JSON.stringify(describe(base, `my ${shortSystem(base.label)}`))};
  };
  const backend = choice("Backend", (v) => set({backend: v as Question["backend"], version: "", engine: ""}));
  const version = choice("Version", (v) => set({version: v}));
  const kind = choice("Target", (v) =>
    set({
      requestLatencyMs: v === "token" ? 0 : question.requestLatencyMs || suggestedLatency(question),
      besides: v === "all"
    })
  );
  const gpus = number("gpus", "GPUs", "", 512, "All GPUs of the deployment, over all replicas");
  const isl = number("isl", "Input", "tokens", 131072, "ISL: tokens of a prompt");
  const osl = number("osl", "Output", "tokens", 16384, "OSL: tokens generated per request");
  const prefix = number(
    "prefix",
    "Cached prefix",
    "tokens",
    131072,
    "Tokens of the prompt that are already in the KV cache",
    false
  );
  const ttft = number(
    "ttftMs",
    "TTFT ≤",
    "ms",
    10000,
    "Time to first token: from arrival of a request to its first token"
  );
  const tpot = number("tpotMs", "TPOT ≤", "ms", 200, "Time per output token after the first");
  const latency = slider({
    label: "Request latency ≤",
    unit: "ms",
    min: 10,
    max: 600000,
    value: question.requestLatencyMs || 10,
    log: true,
    title: "TTFT + TPOT · (OSL − 1)",
    onchange: (v) => set({requestLatencyMs: v})
  });
  const images = number(
    "images",
    "Images per prompt",
    "",
    16,
    "Besides the text of the input; every image adds tokens of its own",
    false
  );
  const imageSize = choice("Image size", (v) => set({imageSize: v as Question["imageSize"]}));
  const experts = choice("Expert parallelism", (v) => set({experts: v as Question["experts"]}));
  const balance = choice("Expert load", (v) => set({balanced: v === "balanced"}));
  const slots = choice("Expert slots", (v) => set({expertSlots: Number(v)}));
  const spread = h("div", {class: "kp-pair"}, experts, balance);
  const figures = choice("Figures from", (v) => set({database: v as Question["database"]}));
  const gaps = choice("Gaps from", (v) => set({transfer: v as Question["transfer"]}));
  const between = choice("Between points", (v) => set({interpolation: v as Question["interpolation"]}));
  const method = h("details", {class: "kp-more"}, h("summary", {}, "how it is computed"), figures, gaps, between);
  method.open = Boolean(question.database || question.transfer || question.interpolation);
  const precision = h("p", {class: "kp-hint"});

  const refresh = () => {
    const {requestLatencyMs} = question;
    model.set(question.model);
    const known = systems.map(systemChoice(catalogue));
    const own = {value: customId, label: "Custom GPU…"};
    system.set([...known, own], question.system);
    const isCustom = question.system === customId || question.decodeSystem === customId;
    panel.set(isCustom ? question.gpu : "");
    donor.set(donorChoices(systems, catalogue, fitted, question), question.donor);
    donor.hidden = !isCustom && Object.hasOwn(catalogue.systems, question.system);
    const same = {value: "", label: "same GPU"};
    decode.set([same, ...[...known, own].filter(({value}) => value !== question.system)], question.decodeSystem);
    backend.set(
      backends.map((id) => ({value: id, label: backendWords[id]})),
      question.backend
    );
    version.set(versionChoices(catalogue, question), question.version);
    kind.set(
      [
        {value: "token", label: "first token and each token"},
        {value: "request", label: "whole request"},
        {value: "all", label: "all three"}
      ],
      !requestLatencyMs ? "token" : question.besides ? "all" : "request"
    );
    for (const [control, field] of [
      [gpus, "gpus"],
      [isl, "isl"],
      [osl, "osl"],
      [prefix, "prefix"],
      [images, "images"],
      [ttft, "ttftMs"],
      [tpot, "tpotMs"]
    ] as const) {
      control.set(question[field]);
    }
    const facts = modelOf(question);
    images.hidden = !facts?.vision;
    imageSize.hidden = question.images === 0;
    imageSize.set(sizeChoices, question.imageSize);
    const spreads = spreadChoices(facts, question, gpusAsked(question));
    const places = slotChoices(facts, question);
    experts.set(spreads, question.experts);
    balance.set(balanceChoices, question.balanced ? "balanced" : "");
    slots.set(places, String(question.expertSlots));
    experts.hidden = spreads.length === 1;
    balance.hidden = !canBalance(facts, question);
    slots.hidden = places.length === 0;
    spread.hidden = experts.hidden && balance.hidden;
    figures.set(figureChoices, question.database);
    gaps.set(gapChoices, question.transfer);
    between.set(betweenChoices, question.interpolation);
    gaps.hidden = question.database !== "hybrid" && question.database !== "empirical";
    between.hidden = question.database !== "" && question.database !== "hybrid";
    figures.hidden = measuredVersions(catalogue, question.system, question.backend).length === 0;
    method.hidden = figures.hidden && gaps.hidden && between.hidden;
    latency.set(requestLatencyMs || 10);
    ttft.hidden = tpot.hidden = requestLatencyMs > 0 && !question.besides;
    latency.hidden = requestLatencyMs === 0;
    targets.show(question);
    precision.textContent = !question.config
      ? ""
      : `from your config.json${question.hfQuantConfig ? " and hf_quant_config.json" : ""}`;
  };

  const paste = h(
    "button",
    {type: "button", class: "kp-link", onclick: () => dialog.open()},
    "paste or drop a config.json"
  );
  const targetGroup = group("Targets", kind, ttft, tpot, latency);
  // What a page of one configuration does not ask.
  for (const control of [targetGroup, targets, gpus]) control.classList.add("kp-of-search");
  decode.classList.add("kp-decode-on");
  const form = h(
    "form",
    {class: "kp-problem", "aria-label": "The question", onsubmit: (event: Event) => event.preventDefault()},
    group("Model", model, h("p", {class: "kp-hint"}, paste), precision, spread, slots, method),
    group(
      "Hardware",
      h("div", {class: "kp-pair"}, system, decode),
      donor,
      gpus,
      h("div", {class: "kp-pair"}, backend, version)
    ),
    group("Workload", isl, osl, prefix, images, imageSize),
    targetGroup,
    panel,
    targets,
    dialog.place
  );
  dialog.acceptDrops(document.body);
  refresh();
  return Object.defineProperty(form, "value", {
    get: () => question,
    set: (v: Question) => ((question = settled(v)), refresh())
  }) as ProblemInputs;
}

const figureChoices: Choice[] = [
  {value: "", label: "measurements, else fitted"},
  {value: "hybrid", label: "measurements, gaps estimated"},
  {value: "calibrated", label: "fitted surfaces, no tables"},
  {value: "empirical", label: "utilisation of measurements"},
  {value: "sol", label: "the speed of light alone"}
];

/** Width first, as people say it. */
const sizeChoices: Choice[] = imageSizes.map((value) => ({
  value,
  label: `${value.split("x").reverse().join(" × ")} pixels`
}));

const balanceChoices: Choice[] = [
  {value: "", label: "as it falls"},
  {value: "balanced", label: "EPLB"}
];

const betweenChoices: Choice[] = [
  {value: "", label: "neighbouring curves share"},
  {value: "reference", label: "as the reference does"}
];

const gapChoices: Choice[] = [
  {value: "", label: "anything alike"},
  {value: "balanced", label: "other shapes, types of the same rate"},
  {value: "conservative", label: "other shapes only"},
  {value: "off", label: "nothing else"}
];

/** A question whose parts agree with each other. */
function consistent(question: Question, catalogue: CatalogueIndex): Question {
  const versions = measuredVersions(catalogue, question.system, question.backend);
  return {
    ...question,
    version: versions.includes(question.version) ? question.version : "",
    decodeSystem: question.decodeSystem === question.system ? "" : question.decodeSystem,
    prefix: Math.min(question.prefix, question.isl - 1)
  };
}

function suggestedLatency({ttftMs, tpotMs, osl}: Question): number {
  return Number((ttftMs + tpotMs * (osl - 1)).toPrecision(2));
}

function group(title: string, ...children: (Node | string)[]): HTMLElement {
  return h("fieldset", {}, h("legend", {}, title), ...children);
}

function systemChoice(catalogue: CatalogueIndex): (system: SystemSpec) => Choice {
  const imported = Object.keys(catalogue.systems).length > 0;
  return ({id, label}) => ({
    value: id,
    label: shortSystem(label) + (imported && !catalogue.systems[id] ? " – estimate" : "")
  });
}

/** GPUs whose timings can be carried over: those that tables are imported of, else that surfaces are embedded of. */
function donorChoices(
  systems: readonly SystemSpec[],
  catalogue: CatalogueIndex,
  fitted: readonly string[],
  {system, backend}: Question
): Choice[] {
  const imported = systems.filter(({id}) => measuredVersions(catalogue, id, backend).length > 0);
  const able = imported.length > 0 ? imported : systems.filter(({id}) => fitted.includes(id));
  const others = able.filter(({id}) => id !== system).map(({id, label}) => ({value: id, label: shortSystem(label)}));
  return [{value: "", label: "the nearest measured GPU"}, ...others];
}

function versionChoices(catalogue: CatalogueIndex, {system, backend}: Question): Choice[] {
  const versions = measuredVersions(catalogue, system, backend);
  if (versions.length === 0) {
    const imported = Object.values(catalogue.systems).some((libraries) => libraries[backend]);
    return [{value: "", label: imported ? "the other GPU's" : "fitted surfaces"}];
  }
  return [{value: "", label: `${versions[0]} (newest)`}, ...versions.slice(1).map((v) => ({value: v, label: v}))];
}
