/** Models to choose from, and what the page has to know of the one that was chosen. */
import {findModel} from "../engine/models/catalogue.js";
import {normalizeModel, parseConfigJson} from "../engine/models/config.js";
import type {ModelConfig} from "../engine/models/types.js";
import type {Choice} from "./combobox.js";
import {shortModel} from "./format.js";
import type {Question} from "./question.js";
export {catalogueModels as modelIds} from "../engine/models/catalogue.js";

/** The name, with the maker beside it. */
export function modelChoice(id: string): Choice {
  return {value: id, label: shortModel(id), note: id.includes("/") ? id.slice(0, id.lastIndexOf("/")) : undefined};
}

/** Of the catalogue or pasted; undefined where the search will say what is wrong with it. */
export function modelOf({model, config, hfQuantConfig}: Question): ModelConfig | undefined {
  try {
    if (!config) return findModel(model);
    return normalizeModel(model, parseConfigJson(config), hfQuantConfig ? parseConfigJson(hfQuantConfig) : undefined);
  } catch {
    return undefined;
  }
}
