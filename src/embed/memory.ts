/** What fills the memory of a plan's GPUs: `import {memory} from "…/embed/memory.js"`, and `<kneepoint-memory>`. */
import {chartElement, defineChart} from "./element.js";
import type {KneepointChart} from "./element.js";
import type {Options} from "./option.js";

defineChart("memory");

/** Rejects with what was wrong with the options. */
export function memory(options: Options = {}): Promise<KneepointChart> {
  return chartElement("memory", options);
}
