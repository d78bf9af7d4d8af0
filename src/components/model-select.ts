/** A model of the catalogue as a form of its own. */
import {combobox} from "./combobox.js";
import {announce, h} from "./dom.js";
import {modelChoice, modelIds} from "./model.js";

export interface ModelSelect extends HTMLElement {
  value: string;
}

export function modelSelect(initial: string): ModelSelect {
  let value = initial;
  const model = combobox("Model", modelIds().map(modelChoice), value, (id) => ((value = id), announce(element)));
  const element = h("div", {class: "kp-asked"}, model);
  return Object.defineProperty(element, "value", {get: () => value}) as unknown as ModelSelect;
}
