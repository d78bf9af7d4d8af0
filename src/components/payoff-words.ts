/** The page of where disaggregation pays: its sentence, how far the sweep is, what colours mean, and the map as a table. */
import type {PayoffCell} from "../search/paying.js";
import {h} from "./dom.js";
import {duration, figure} from "./format.js";
import type {Finding} from "./payoff.js";
import {islSteps, oslSteps, verdictOf} from "./payoff.js";
import {payoffCsv} from "./payoff-csv.js";
import type {PayoffState} from "./payoff-runs.js";
import {findingParts, timeLeft} from "./payoff-sentence.js";
import {saveText} from "./save.js";

/** The notebook's answer, and, where nothing is served, the target that would do. */
export function payoffSentence(finding: Finding, {question, total, error}: PayoffState): (string | Node)[] {
  if (error) return [`That could not be evaluated: ${error}.`];
  const {ttftMs, tpotMs} = question;
  return findingParts(finding, {ttftMs, tpotMs}, total).map((part) =>
    typeof part === "string" ? part : h("b", {}, part.bold)
  );
}

export function sweepLine(
  {cells, total, elapsedMs, isRunning, error}: PayoffState,
  {stop, resume}: {stop: () => void; resume: () => void}
): HTMLElement {
  const done = cells.length;
  const button = (label: string, onclick: () => void) =>
    h("button", {type: "button", class: "kp-button", onclick}, label);
  const bar = h("progress", {max: total, value: done, "aria-label": "Pairs of lengths that are searched"});
  if (error) return h("p", {class: "kp-status kp-run"}, button("Try again", resume));
  if (done >= total) return h("p", {class: "kp-status kp-run"}, `${total} pairs of lengths in ${duration(elapsedMs)}.`);
  if (!isRunning)
    return h(
      "p",
      {class: "kp-status kp-run", role: "status"},
      `Stopped at ${done} of ${total} pairs of lengths.`,
      bar,
      button("Resume", resume)
    );
  const left = timeLeft(done, total, elapsedMs);
  return h(
    "p",
    {class: "kp-status kp-run"},
    h("span", {class: "kp-run-words"}, `${done} of ${total} pairs of lengths${left ? `, ${left}` : ""}`),
    bar,
    button("Cancel", stop)
  );
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

/** The large map in figures, and all of them as a file. */
export function payoffTable({cells, tpotsMs, question}: PayoffState, slice: number): HTMLElement {
  const known = new Map(cells.map((cell) => [`${cell.isl} ${cell.osl}`, cell]));
  const csv = h(
    "button",
    {
      type: "button",
      class: "kp-button",
      title: "Every pair of lengths at every TPOT target",
      disabled: cells.length === 0,
      onclick: () => saveText("kneepoint-payoff.csv", payoffCsv(cells, question.ttftMs, tpotsMs), "text/csv")
    },
    "csv"
  );
  const head = h("tr", {}, h("th", {scope: "col"}, "out \\ in"), ...islSteps.map((isl) => h("th", {scope: "col"}, figure(isl)))); // prettier-ignore
  const body = [...oslSteps]
    .reverse()
    .map((osl) =>
      h(
        "tr",
        {},
        h("th", {scope: "row"}, figure(osl)),
        ...islSteps.map((isl) => h("td", {class: "kp-number"}, tableWords(known.get(`${isl} ${osl}`), slice)))
      )
    );
  return h(
    "details",
    {class: "kp-front-table"},
    h("summary", {}, "The same as a table"),
    h(
      "div",
      {class: "kp-table"},
      h(
        "p",
        {class: "kp-caption"},
        `Disaggregated ∕ aggregated tokens/s/GPU, TPOT ≤ ${duration(tpotsMs[slice])} `,
        csv
      ),
      h(
        "table",
        {"aria-label": "Disaggregated by aggregated throughput"},
        h("thead", {}, head),
        h("tbody", {}, ...body)
      )
    )
  );
}

function tableWords(cell: PayoffCell | undefined, slice: number): string {
  if (!cell) return "…";
  const verdict = verdictOf(cell, slice);
  if (verdict.kind === "both") return verdict.ratio.toFixed(2);
  return {disagg: "only D", agg: "only A", neither: "–"}[verdict.kind];
}
