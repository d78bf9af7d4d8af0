/** The page of where disaggregation pays: its sentence, how far the sweep is, what colours mean, and the map as a table. */
import type {PayoffCell} from "../search/paying.js";
import {h} from "./dom.js";
import {duration, figure} from "./format.js";
import type {Finding} from "./payoff.js";
import {islSteps, oslSteps, verdictOf} from "./payoff.js";
import {payoffCsv} from "./payoff-csv.js";
import type {PayoffState} from "./payoff-runs.js";
import {findingParts, timeLeft} from "./payoff-sentence.js";
import type {RunState} from "./run-line.js";
import {saveText} from "./save.js";

/** The notebook's answer, and, where nothing is served, the target that would do. */
export function payoffSentence(finding: Finding, {question, total, error}: PayoffState): (string | Node)[] {
  if (error) return [`That could not be evaluated: ${error}.`];
  const {ttftMs, tpotMs} = question;
  return findingParts(finding, {ttftMs, tpotMs}, total).map((part) =>
    typeof part === "string" ? part : h("b", {}, part.bold)
  );
}

/** How far the sweep is, with a button that ends it or goes on. */
export function sweepState(
  {cells, total, elapsedMs, isRunning, error}: PayoffState,
  {stop, resume}: {stop: () => void; resume: () => void}
): RunState {
  const progress = {done: cells.length, total};
  if (error) return {words: "", action: {label: "Try again", onclick: resume}};
  if (progress.done >= total) return {words: `${total} pairs of lengths in ${duration(elapsedMs)}.`};
  if (!isRunning)
    return {
      words: `Stopped at ${progress.done} of ${total} pairs of lengths.`,
      progress,
      isStopped: true,
      action: {label: "Resume", onclick: resume}
    };
  const left = timeLeft(progress.done, total, elapsedMs);
  return {
    words: `${progress.done} of ${total} pairs of lengths${left ? `, ${left}` : ""}`,
    progress,
    action: {label: "Cancel", onclick: stop}
  };
}

/** What the colours and patterns mean. */
export function payoffLegend(): HTMLElement {
  const key = (kind: string, words: string) => h("span", {}, h("i", {class: `kp-key kp-key-${kind}`}), words);
  return h(
    "p",
    {class: "kp-legend kp-payoff-legend"},
    h("span", {}, "aggregated 2 ×", h("i", {class: "kp-key-scale"}), "2 × disaggregated"),
    key("disagg", "only disaggregated (D) meets the targets"),
    key("agg", "only aggregated (A) does"),
    key("neither", "neither does")
  );
}

export interface PayoffTable extends HTMLDetailsElement {
  update(state: PayoffState, slice: number): void;
}

/** The large map in figures, filled while it is open, and all maps as a file. */
export function payoffTable(): PayoffTable {
  let shown: {state: PayoffState; slice: number} | undefined;
  const save = () => {
    const {cells, question, tpotsMs} = shown!.state;
    saveText("kneepoint-payoff.csv", payoffCsv(cells, question.ttftMs, tpotsMs), "text/csv");
  };
  const title = "Every pair of lengths at every TPOT target";
  const csv = h("button", {type: "button", class: "kp-button", title, onclick: save}, "csv");
  const caption = h("span");
  const body = h("tbody");
  const head = h("tr", {}, h("th", {scope: "col"}, "out \\ in"), ...islSteps.map((isl) => h("th", {scope: "col"}, figure(isl)))); // prettier-ignore
  const fill = () => {
    if (!shown || !element.open) return;
    const {state, slice} = shown;
    const known = new Map(state.cells.map((cell) => [`${cell.isl} ${cell.osl}`, cell]));
    caption.textContent = `Disaggregated ∕ aggregated tokens/s/GPU, TPOT ≤ ${duration(state.tpotsMs[slice])} `;
    body.replaceChildren(
      ...[...oslSteps].reverse().map((osl) => {
        const words = islSteps.map((isl) => tableWords(known.get(`${isl} ${osl}`), slice));
        return h("tr", {}, h("th", {scope: "row"}, figure(osl)), ...words.map((each) => h("td", {class: "kp-number"}, each)));
      })
    ); // prettier-ignore
  };
  const element = h(
    "details",
    {class: "kp-front-table", ontoggle: fill},
    h("summary", {}, "The same as a table"),
    h(
      "div",
      {class: "kp-table"},
      h("p", {class: "kp-caption"}, caption, csv),
      h("table", {"aria-label": "Disaggregated by aggregated throughput"}, h("thead", {}, head), body)
    )
  );
  const update = (state: PayoffState, slice: number) => ((shown = {state, slice}), fill());
  return Object.assign(element, {update});
}

function tableWords(cell: PayoffCell | undefined, slice: number): string {
  if (!cell) return "…";
  const verdict = verdictOf(cell, slice);
  if (verdict.kind === "both") return verdict.ratio.toFixed(2);
  return {disagg: "only D", agg: "only A", neither: "–"}[verdict.kind];
}
