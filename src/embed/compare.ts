/** Fronts of several systems, serving engines or models: `import {compare} from "…/embed/compare.js"`, and `<kneepoint-compare>`. */
import {chartElement, defineChart} from "./element.js";
import type {KneepointChart} from "./element.js";
import type {Options} from "./option.js";

defineChart("compare");

/** Rejects with what was wrong with the options. */
export function compare(options: Options = {}): Promise<KneepointChart> {
  return chartElement("compare", options);
}
