/** What a simulation says of a plan beyond its means: percentiles of latencies, and what they rest on. */
import type {Percentiles, Plan} from "../engine/result.js";
import {isSimulated} from "../search/refining.js";
import type {Figures} from "../search/refining.js";
import {classWords} from "./band.js";
import {h} from "./dom.js";
import {duration, percent} from "./format.js";
import type {Question} from "./question.js";

const marks = ["p50", "p90", "p99"] as const;

/** Its places stand while requests are still simulated, so that nothing moves when they are filled. */
export function percentileTable({simulated}: Plan, figures: Figures): HTMLElement | false {
  if (!simulated && !figures.progress && !figures.error) return false;
  const row = (name: string, values?: Percentiles) =>
    h(
      "tr",
      {},
      h("th", {scope: "row"}, name),
      ...marks.map((mark) => h("td", {}, values ? duration(values[mark]) : "–"))
    );
  const heads = marks.map((mark) => h("th", {scope: "col"}, mark.toUpperCase()));
  return h(
    "div",
    {class: "kp-percentiles"},
    h(
      "table",
      {},
      h("thead", {}, h("tr", {}, h("td", {}), ...heads)),
      h("tbody", {}, row("TTFT", simulated?.ttft), row("TPOT", simulated?.tpot))
    ),
    h("p", {class: "kp-hint"}, percentileWords(simulated, figures))
  );
}

function percentileWords(simulated: Plan["simulated"], {progress, error}: Figures): string {
  if (error) return `By formula: requests could not be simulated, ${error}`;
  if (!simulated) return "By formula; deployments are being simulated.";
  const {calibration, verdict, kvShare} = simulated;
  const under = progress ? " More deployments are being simulated." : "";
  return `By simulation of requests, ${classWords(calibration)}: ${verdict}, KV cache ${percent(kvShare.mean)} full.${under}`;
}

/** Below the chart: which way its figures were found, how far that is, and the other way as a link that takes it. */
export function refiningLine(
  figures: Figures,
  question: Question,
  ask: (part: Partial<Question>) => void
): HTMLElement {
  const isFormula = question.predictor === "formula";
  const other = isFormula ? "simulation" : "formula";
  const link = isFormula ? "Simulate requests" : "By formula alone";
  return h(
    "p",
    {
      class: "kp-hint kp-refining",
      "aria-busy": String(figures.progress !== null),
      "data-figures": figures.by,
      "data-done": String(figures.progress === null)
    },
    `${refiningWords(figures)}. `,
    (isFormula || isSimulated(question)) &&
      h("button", {type: "button", class: "kp-link", onclick: () => ask({predictor: other})}, link)
  );
}

function refiningWords({by, progress, error}: Figures): string {
  if (error) return "Figures by formula";
  if (!progress) return by === "simulation" ? "Figures by simulation of requests" : "Figures by formula";
  const {done, total} = progress;
  if (done === 0) return "Simulating deployments";
  return `Simulating deployments: ${done} of ${total}`;
}
