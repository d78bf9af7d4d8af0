/** The throughput–latency frontier of both serving modes: `import {frontier} from "…/embed/frontier.js"`, and `<kneepoint-frontier>`. */
import {chartElement, defineChart} from "./element.js";
import type {KneepointChart} from "./element.js";
import type {Options} from "./option.js";

defineChart("frontier");

/** Rejects with what was wrong with the options. */
export function frontier(options: Options = {}): Promise<KneepointChart> {
  return chartElement("frontier", options);
}
