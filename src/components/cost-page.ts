/** Parts of the cost page that are put together from words. */
import {nextBreak} from "../cost/fleet.js";
import type {Prices} from "../cost/fleet.js";
import type {Backend} from "../engine/schema.js";
import type {SystemSpec} from "../engine/system.js";
import type {SiteData} from "../search/site.js";
import {bestRow} from "./cost-rows.js";
import type {CostRow} from "./cost-rows.js";
import type {CostProgress, CostRuns} from "./cost-runs.js";
import type {CostView} from "./cost-view.js";
import {besidesWords, breakWords, costSentence, loadWords, remedyOf} from "./cost-words.js";
import {dataNote} from "./data-badge.js";
import {formulaNote} from "./formula-note.js";
import {h} from "./dom.js";
import {figure, shortModel, shortSystem} from "./format.js";
import type {Question} from "./question.js";
import {runWords, targetsWords} from "./question-words.js";
import {measuredVersions} from "./version.js";

/** GPU types with tables of a serving engine; where none are imported, those with fitted surfaces. */
export function ableSystems({systems, catalogue, calibrations}: SiteData, backend: Backend): string[] {
  const ids = systems.map(({id}) => id);
  const measured = ids.filter((id) => measuredVersions(catalogue, id, backend).length > 0);
  if (measured.length > 0) return measured;
  return ids.filter((id) => calibrations.some((entry) => entry.system === id && entry.backend === backend));
}

/** What the closed inputs say on a narrow page. */
export function describeView({question, load, byUsers}: CostView): string {
  const {model, isl, osl} = question;
  return `${loadWords(load, byUsers)} of ${shortModel(model)}, ${figure(isl)} in, ${figure(osl)} out`;
}

/** For paper, which has no inputs; what a GPU costs stands in the table. */
export function viewOnPaper({question, load, byUsers}: CostView, systems: readonly SystemSpec[]): string {
  return [`${loadWords(load, byUsers)} of ${runWords(question, systems)}`, ...targetsWords(question)].join(", ");
}

export interface LedeOptions {
  view: CostView;
  rows: readonly CostRow[];
  systems: readonly SystemSpec[];
  prices: Prices;
  /** Takes other targets. */
  onallow: (targets: Partial<Question>) => void;
}

export function costLede({view, rows, systems, prices, onallow}: LedeOptions): HTMLElement {
  const decode = systems.find(({id}) => id === view.question.decodeSystem);
  const parts = costSentence({view, rows, decodeLabel: decode ? shortSystem(decode.label) : ""});
  const words = parts.flatMap(({bold, text}) => [bold && h("b", {}, bold), text]);
  const best = bestRow(rows);
  const next =
    best &&
    nextBreak(
      best.outcome!.sizes!.offers,
      best.fleet!,
      view.byUsers ? "users" : "requestsPerSec",
      best.setting,
      prices
    );
  return h(
    "div",
    {class: "kp-cost-lede"},
    h("p", {class: "kp-lede", role: "status"}, ...words),
    h("p", {}, next ? breakWords(best!.fleet!, next, view) : remedy(rows, view, onallow))
  );
}

function remedy(rows: readonly CostRow[], view: CostView, onallow: LedeOptions["onallow"]): Node | string {
  const found = remedyOf(rows, view);
  if (!found) return "";
  return h("button", {type: "button", class: "kp-link", onclick: () => onallow(found.targets)}, found.words);
}

/** What the load comes to besides, and where the figures of the best are from. */
export function costNote({view, rows}: Pick<LedeOptions, "view" | "rows">): HTMLElement {
  const sizes = bestRow(rows)?.outcome?.sizes;
  return h(
    "div",
    {class: "kp-cost-note"},
    h("p", {class: "kp-note"}, besidesWords({view, rows})),
    sizes && dataNote(sizes.data, sizes.doubts),
    sizes && formulaNote(view.question, sizes.data)
  );
}

export function costProgress({done, total, words, isStopped}: CostProgress, runs: CostRuns): HTMLElement {
  const button = (label: string, onclick: () => void) =>
    h("button", {type: "button", class: "kp-button", onclick}, label);
  const isIdle = words === "" && !isStopped;
  return h(
    "div",
    {class: "kp-run kp-cost-run", role: "status", "aria-busy": String(words !== "")},
    !isIdle && h("progress", {max: total, value: done}),
    !isIdle && h("span", {class: "kp-note"}, isStopped ? `${Math.floor(done)} of ${total} GPU types searched` : words),
    words !== "" && button("Cancel", () => runs.stop()),
    isStopped && button("Go on", () => runs.resume())
  );
}
