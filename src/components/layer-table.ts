/** Where each setting comes from, built when it is opened, with the configuration as YAML to take away. */
import {customId} from "./custom-gpu.js";
import {h} from "./dom.js";
import type {LayerList, LayerRow} from "./layer-list.js";
import {shortModel} from "./format.js";
import {copyText, saveText} from "./save.js";
import {customFiles} from "./task-values.js";
import type {Question} from "./question.js";

export interface LayerTable extends HTMLDetailsElement {
  update(question: Question): void;
}

export function layerTable(): LayerTable {
  const body = h("div", {class: "kp-layers-body"});
  const element = h("details", {class: "kp-layers"}, h("summary", {}, "Where each setting comes from"), body);
  let question: Question | undefined;
  let shown = "";
  const fill = async () => {
    const asked = question;
    if (!element.open || !asked) return;
    // The schema and the YAML writer come with the first opening.
    const {layerList} = await import("./layer-list.js");
    if (asked !== question) return;
    const parts = partsOf(asked, layerList);
    const text = parts.map((part) => part.outerHTML).join();
    if (text !== shown) body.replaceChildren(...parts);
    shown = text;
  };
  element.addEventListener("toggle", () => void fill());
  const update = (next: Question) => ((question = next), void fill());
  return Object.assign(element, {update});
}

function partsOf(question: Question, layerList: (question: Question) => LayerList): HTMLElement[] {
  try {
    const list = layerList(question);
    return [layerLine(list.layers), ...actions(question, list.yaml), table(list.rows)];
  } catch (error) {
    return [h("p", {class: "kp-empty", role: "alert"}, (error as Error).message)];
  }
}

/** `base (9) → agg (2) → … → this page (7)`: lowest first. */
function layerLine(layers: LayerList["layers"]): HTMLElement {
  const names = layers.map(({name, kind, count}) =>
    h("span", {class: "kp-layer", title: kind}, h("b", {}, name), ` ${kind === name ? "" : `${kind}, `}${count}`)
  );
  return h("p", {class: "kp-layer-line"}, ...names.flatMap((name, i) => [i > 0 && " → ", name]));
}

function actions(question: Question, yaml: string): HTMLElement[] {
  const name = `kneepoint-${shortModel(question.model)}.yaml`.replace(/[^\w.-]+/g, "-");
  const copy = h(
    "button",
    {type: "button", class: "kp-button", onclick: () => void copyText(copy, yaml, "copy as YAML")},
    "copy as YAML"
  );
  const save = h(
    "button",
    {type: "button", class: "kp-button", onclick: () => saveText(name, yaml, "text/yaml")},
    "yaml"
  );
  const files = [
    question.config && `${customFiles.model(question.model)}, your config.json`,
    (question.system === customId || question.decodeSystem === customId) &&
      `${customFiles.gpu}, your GPU as the sliders above save it`
  ].filter(Boolean);
  const needs = files.length > 0 ? ` It needs beside it ${files.join(" and ")}.` : "";
  return [
    h("div", {class: "kp-downloads"}, copy, save),
    h(
      "p",
      {class: "kp-hint"},
      "The same search on the command line: ",
      h("code", {}, `kneepoint exp --yaml ${name}`),
      `.${needs}`
    )
  ];
}

function table(rows: readonly LayerRow[]): HTMLElement {
  const heads = ["setting", "value", "unit", "from", "in place of"];
  return h(
    "div",
    {class: "kp-table kp-listing"},
    h(
      "table",
      {},
      h("thead", {}, h("tr", {}, ...heads.map((name) => h("th", {scope: "col"}, name)))),
      h("tbody", {}, ...rows.map(row))
    )
  );
}

function row({key, value, unit, help, layer, instead}: LayerRow): HTMLElement {
  return h(
    "tr",
    {class: layer === "this page" ? "kp-own" : null},
    h("th", {scope: "row"}, h("code", {class: "kp-explained", title: help}, key)),
    h("td", {class: "kp-value"}, value),
    h("td", {}, unit),
    h("td", {}, layer),
    h("td", {}, instead)
  );
}
