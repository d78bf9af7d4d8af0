/** What the model page asks: a model, how it is served, and the phase whose operators are listed. */
import {findModel} from "../engine/models/catalogue.js";
import {normalizeModel, parseConfigJson} from "../engine/models/config.js";
import type {ModelConfig, Parallel} from "../engine/index.js";
import {backends} from "../engine/schema.js";
import type {Backend} from "../engine/schema.js";
import {combobox} from "./combobox.js";
import {configDialog} from "./config-dialog.js";
import {announce, h} from "./dom.js";
import {backendWords} from "./format.js";
import {modelChoice} from "./model.js";
import {powerSlider} from "./power-slider.js";
import {defaults} from "./question.js";
import {choice} from "./select.js";

export interface CardQuery {
  model: string;
  config: string;
  hfQuantConfig: string;
  backend: Backend;
  phase: "prefill" | "decode";
  tp: number;
  pp: number;
  /** Attention data parallel and expert parallel; experts only. */
  dp: number;
  ep: number;
}

export interface CardInputs extends HTMLFormElement {
  value: CardQuery;
}

const sizes = ["tp", "pp", "dp", "ep"] as const;
const most = 64;

export function parseCardQuery(search: string): CardQuery {
  const query = new URLSearchParams(search);
  const text = (key: string) => query.get(key) ?? "";
  const size = (key: string) => {
    const value = Number(text(key));
    return Number.isInteger(Math.log2(value)) && value >= 1 && value <= most ? value : 1;
  };
  return {
    model: text("model") || defaults.model,
    config: text("config"),
    hfQuantConfig: text("quant"),
    backend: backends.find((id) => id === text("backend")) ?? "trtllm",
    phase: text("phase") === "prefill" ? "prefill" : "decode",
    tp: size("tp"),
    pp: size("pp"),
    dp: size("dp"),
    ep: size("ep")
  };
}

export function formatCardQuery({hfQuantConfig, ...query}: CardQuery): string {
  const all: [string, string | number][] = [...Object.entries(query), ["quant", hfQuantConfig]];
  const said = all.filter(([, value]) => value !== "" && value !== 1).map(([key, value]) => [key, String(value)]);
  return `?${new URLSearchParams(said).toString().replaceAll("%2F", "/")}`;
}

/** Throws InputError for a model that cannot be read. */
export function queriedModel({model, config, hfQuantConfig}: CardQuery): ModelConfig {
  if (!config) return findModel(model);
  return normalizeModel(model, parseConfigJson(config), hfQuantConfig ? parseConfigJson(hfQuantConfig) : undefined);
}

/** Experts are split over what attention leaves: all ranks of a stage, `ep` groups of them. */
export function queriedParallel({tp, pp, dp, ep}: CardQuery, isMoe: boolean): Parallel {
  if (!isMoe) return {tp, pp, dp: 1, cp: 1, moeTp: 1, moeEp: 1};
  const moeEp = Math.min(ep, tp * dp);
  return {tp, pp, dp, cp: 1, moeTp: (tp * dp) / moeEp, moeEp};
}

export function cardInputs(models: readonly string[]): CardInputs {
  let query = parseCardQuery(location.search);
  const set = (part: Partial<CardQuery>) => ((query = {...query, ...part}), refresh(), announce(form));
  const dialog = configDialog((model, config, hfQuantConfig) => set({model, config, hfQuantConfig}));
  const model = combobox("Model", models.map(modelChoice), query.model, (id) =>
    set({model: id, config: "", hfQuantConfig: ""})
  );
  const backend = choice("Backend", (value) => set({backend: value as Backend}));
  const phase = choice("Operators of", (value) => set({phase: value as CardQuery["phase"]}));
  const titles = {
    tp: "Tensor parallel: heads and columns split over GPUs",
    pp: "Pipeline parallel: layers split over stages",
    dp: "Attention data parallel: requests split over ranks, experts shared",
    ep: "Expert parallel: whole experts on different GPUs; what is left splits each expert"
  };
  const slider = (size: (typeof sizes)[number]) =>
    powerSlider(size.toUpperCase(), most, titles[size], (value) => set({[size]: value}));
  const [tp, pp, dp, ep] = sizes.map(slider);
  const paste = h(
    "button",
    {type: "button", class: "kp-link", onclick: () => dialog.open()},
    "paste or drop a config.json"
  );
  const refresh = () => {
    const isMoe = hasExperts(query);
    model.set(query.model);
    backend.set(
      backends.map((id) => ({value: id, label: backendWords[id]})),
      query.backend
    );
    phase.set(
      [
        {value: "decode", label: "a decode step"},
        {value: "prefill", label: "a prefill step"}
      ],
      query.phase
    );
    tp.set(query.tp);
    pp.set(query.pp);
    dp.set(query.dp);
    ep.set(Math.min(query.ep, query.tp * query.dp), query.tp * query.dp);
    dp.hidden = ep.hidden = !isMoe;
  };
  const onsubmit = (event: Event) => event.preventDefault();
  const form: HTMLFormElement = h(
    "form",
    {class: "kp-field kp-card-inputs", "aria-label": "The model", onsubmit},
    h("div", {}, model, h("p", {class: "kp-hint"}, paste)),
    backend,
    phase,
    tp,
    pp,
    dp,
    ep,
    dialog.place
  );
  dialog.acceptDrops(document.body);
  refresh();
  return Object.defineProperty(form, "value", {get: () => query}) as CardInputs;
}

function hasExperts(query: CardQuery): boolean {
  try {
    return queriedModel(query).experts > 0;
  } catch {
    return true;
  }
}
