/** The command that writes a notebook about the reader's model, and what it will hold. */
import {parameterSummary} from "../card-words.js";
import {nearestModels} from "../engine/models/alike.js";
import type {ModelConfig} from "../engine/models/types.js";
import type {SystemSpec} from "../engine/system.js";
import {combobox} from "./combobox.js";
import {configDialog} from "./config-dialog.js";
import {announce, h} from "./dom.js";
import {shortModel, shortSystem} from "./format.js";
import {modelChoice, modelOf} from "./model.js";
import {defaults} from "./question.js";
import {copyText} from "./save.js";
import {choice} from "./select.js";

export interface ForkQuery {
  model: string;
  config: string;
  hfQuantConfig: string;
  system: string;
}

export interface ForkInputs extends HTMLFormElement {
  value: ForkQuery;
}

export function parseForkQuery(search: string): ForkQuery {
  const query = new URLSearchParams(search);
  const text = (key: string) => query.get(key) ?? "";
  return {
    model: text("model") || defaults.model,
    config: text("config"),
    hfQuantConfig: text("quant"),
    system: text("system") || defaults.system
  };
}

export function formatForkQuery({model, config, hfQuantConfig, system}: ForkQuery): string {
  const said = Object.entries({model, system, config, quant: hfQuantConfig}).filter(([, value]) => value !== "");
  return `?${new URLSearchParams(said).toString().replaceAll("%2F", "/")}`;
}

export function forkInputs(models: readonly string[], systems: readonly SystemSpec[]): ForkInputs {
  let query = parseForkQuery(location.search);
  const set = (part: Partial<ForkQuery>) => {
    query = {...query, ...part};
    history.replaceState(null, "", formatForkQuery(query));
    refresh();
    announce(form);
  };
  const dialog = configDialog((model, config, hfQuantConfig) => set({model, config, hfQuantConfig}));
  const model = combobox("Model", models.map(modelChoice), query.model, (id) =>
    set({model: id, config: "", hfQuantConfig: ""})
  );
  const system = choice("GPU", (value) => set({system: value}));
  const refresh = () => {
    model.set(query.model);
    system.set(
      systems.map(({id, label}) => ({value: id, label: shortSystem(label)})),
      query.system
    );
  };
  const paste = h(
    "button",
    {type: "button", class: "kp-link", onclick: () => dialog.open()},
    "paste or drop a config.json"
  );
  const form: HTMLFormElement = h(
    "form",
    {
      class: "kp-field kp-card-inputs",
      "aria-label": "The model",
      onsubmit: (event: Event) => event.preventDefault()
    },
    h("div", {}, model, h("p", {class: "kp-hint"}, paste)),
    system,
    dialog.place
  );
  dialog.acceptDrops(document.body);
  refresh();
  return Object.defineProperty(form, "value", {get: () => query}) as ForkInputs;
}

export function forkSentence(query: ForkQuery): HTMLElement {
  const model = readModel(query);
  if (!model)
    return h("p", {class: "kp-lede"}, `${query.model} cannot be read as a model; drop its config.json, or choose one.`);
  const [near] = nearestModels(model);
  return h(
    "p",
    {class: "kp-lede"},
    "One command writes a notebook about ",
    h("b", {}, shortModel(query.model)),
    `: ${parameterSummary(model)}, ${model.layers} layers, set beside `,
    h("b", {}, shortModel(near.model.id)),
    ", the nearest model that is known."
  );
}

/** The command, with a button that copies it. */
export function forkSteps(query: ForkQuery): HTMLElement {
  const command = forkCommand(query);
  const copy: HTMLButtonElement = h(
    "button",
    {type: "button", class: "kp-button", onclick: () => void copyText(copy, command, "copy")},
    "copy"
  );
  return h("div", {class: "kp-command"}, h("pre", {}, h("code", {}, command)), copy);
}

export function forkCommand({model, config, system}: ForkQuery): string {
  const source = config ? "--config path/to/config.json" : `--model ${model}`;
  return `npx kneepoint new notebook ${stemOf(model)} ${source} --system ${system}`;
}

/** `Qwen/Qwen3-32B-FP8` → `qwen3-32b-fp8`. */
function stemOf(model: string): string {
  const stem = shortModel(model)
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, "-");
  return stem.replace(/^[.-]+|[.-]+$/g, "") || "my-model";
}

function readModel(query: ForkQuery): ModelConfig | undefined {
  return modelOf({...defaults, ...query});
}
