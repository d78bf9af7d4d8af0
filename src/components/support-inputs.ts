/** What the support page asks: one model on every system, or every model on one system. */
import type {SystemSpec} from "../engine/system.js";
import {combobox} from "./combobox.js";
import {announce, h} from "./dom.js";
import {modelChoice} from "./model.js";
import {shortSystem} from "./format.js";
import {clamped, defaults} from "./question.js";
import {choice} from "./select.js";
import {slider} from "./slider.js";

export interface SupportQuery {
  /** Which way round the matrix is read. */
  by: "model" | "system";
  model: string;
  system: string;
  gpus: number;
}

export interface SupportInputs extends HTMLFormElement {
  value: SupportQuery;
}

export function parseSupportQuery(search: string): SupportQuery {
  const query = new URLSearchParams(search);
  return {
    by: query.get("by") === "system" ? "system" : "model",
    model: query.get("model") || defaults.model,
    system: query.get("system") || defaults.system,
    gpus: clamped("gpus", Number(query.get("gpus") || defaults.gpus))
  };
}

export function formatSupportQuery({by, model, system, gpus}: SupportQuery): string {
  const what: Record<string, string> = by === "model" ? {model} : {by, system};
  return `?${new URLSearchParams({...what, gpus: String(gpus)}).toString().replaceAll("%2F", "/")}`;
}

export function supportInputs(models: readonly string[], systems: readonly SystemSpec[]): SupportInputs {
  let query = parseSupportQuery(location.search);
  const set = (part: Partial<SupportQuery>) => ((query = {...query, ...part}), refresh(), announce(form));
  const by = choice("Ask for", (value) => set({by: value as SupportQuery["by"]}));
  const model = combobox("Model", models.map(modelChoice), query.model, (id) => set({model: id}));
  const system = choice("GPU", (id) => set({system: id}));
  const title = "GPUs that a deployment may take";
  const gpus = slider({
    label: "GPUs",
    min: 1,
    max: 512,
    value: query.gpus,
    log: true,
    title,
    onchange: (v) => set({gpus: v})
  });
  const refresh = () => {
    by.set(
      [
        {value: "model", label: "one model, every GPU"},
        {value: "system", label: "one GPU, every model"}
      ],
      query.by
    );
    model.set(query.model);
    system.set(
      systems.map(({id, label}) => ({value: id, label: shortSystem(label)})),
      query.system
    );
    model.hidden = query.by !== "model";
    system.hidden = query.by !== "system";
    gpus.set(query.gpus);
  };
  const onsubmit = (event: Event) => event.preventDefault();
  const form = h("form", {class: "kp-asked", "aria-label": "The question", onsubmit}, by, model, system, gpus);
  refresh();
  return Object.defineProperty(form, "value", {get: () => query}) as SupportInputs;
}
