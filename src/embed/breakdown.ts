/** Where the time of a plan's steps goes: `import {breakdown} from "…/embed/breakdown.js"`, and `<kneepoint-breakdown>`. */
import {chartElement, defineChart} from "./element.js";
import type {KneepointChart} from "./element.js";
import type {Options} from "./option.js";

defineChart("breakdown");

/** Rejects with what was wrong with the options. */
export function breakdown(options: Options = {}): Promise<KneepointChart> {
  return chartElement("breakdown", options);
}
