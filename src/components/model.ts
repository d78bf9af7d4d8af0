/** Models to choose from. */
import type {Choice} from "./combobox.js";
import {shortModel} from "./format.js";
export {catalogueModels as modelIds} from "../engine/models/catalogue.js";

/** The name, with the maker beside it. */
export function modelChoice(id: string): Choice {
  return {value: id, label: shortModel(id), note: id.includes("/") ? id.slice(0, id.lastIndexOf("/")) : undefined};
}
