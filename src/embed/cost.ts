/** What a million output tokens cost against speed per user: `import {cost} from "…/embed/cost.js"`, and `<kneepoint-cost>`. */
import {chartElement, defineChart} from "./element.js";
import type {KneepointChart} from "./element.js";
import type {Options} from "./option.js";

defineChart("cost");

/** Rejects with what was wrong with the options. */
export function cost(options: Options = {}): Promise<KneepointChart> {
  return chartElement("cost", options);
}
