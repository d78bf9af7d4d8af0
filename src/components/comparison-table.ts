/** The differences between searches as a table, and as files. */
import {comparisonCsv, comparisonJson} from "./comparison-csv.js";
import type {ComparedRow, ComparedTable, Held} from "./comparison-figures.js";
import type {Comparison} from "./comparison.js";
import type {Entry} from "./comparison-entry.js";
import {sourceBadge} from "./data-badge.js";
import {h} from "./dom.js";
import {backendWords, duration, figure, signedPercent} from "./format.js";
import {saveText} from "./save.js";
import {seriesSwatch} from "./series-mark.js";

export function comparisonTable(table: ComparedTable): HTMLElement {
  const {speeds, rows, baseline, target, upTo} = table;
  if (!baseline) return h("div");
  const speedHead = (speed: number) =>
    h("th", {scope: "col", title: speed === target ? "Your TPOT target" : null}, speed === target ? `${figure(speed)}, target` : figure(speed)); // prettier-ignore
  return h(
    "div",
    {class: "kp-table kp-compared"},
    h("p", {class: "kp-caption"}, `Against ${baseline.entry.name}`),
    h(
      "table",
      {"aria-label": `Searches against ${baseline.entry.name}`},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("th", {scope: "col", rowspan: 2}, "search"),
          h("th", {scope: "colgroup", colspan: speeds.length}, "tokens/s/GPU at … tokens/s/user"),
          h("th", {scope: "col", rowspan: 2, title: meanMeaning(upTo)}, h("span", {class: "kp-explained"}, "over all speeds")),
          h("th", {scope: "colgroup", colspan: 4}, "best within the targets")
        ),
        h(
          "tr",
          {},
          ...speeds.map(speedHead),
          ...["tokens/s/GPU", "tokens/s/user", "TTFT", "deployment"].map((name) => h("th", {scope: "col"}, name))
        )
      ),
      h("tbody", {}, ...rows.map(rowOf))
    )
  );
} // prettier-ignore

/** What the mean is, in words. */
export function meanMeaning(upTo: number): string {
  return `Tokens/s/GPU averaged over all speeds from 0 to ${figure(upTo)} tokens/s/user, the fastest that any of these searches serves a user: the area under the front, divided by its width. Speeds that a search does not reach count as 0.`;
}

function rowOf({entry, isBaseline, at, mean, best, fastest}: ComparedRow): HTMLElement {
  const plan = entry.best;
  const none = (value: Node | string) => (plan ? value : "–");
  return h(
    "tr",
    {},
    h(
      "th",
      {scope: "row"},
      h("span", {class: "kp-compared-name"}, seriesSwatch(entry.slot), entry.name),
      h("small", {}, sourceOf(entry))
    ),
    ...at.map((held) => cell(held, isBaseline, `reaches ${figure(fastest ?? 0)} tokens/s/user at most`)),
    cell(mean, isBaseline, ""),
    cell(best, isBaseline, "nothing within the targets"),
    h("td", {class: "kp-number"}, none(plan ? figure(plan.tokensPerSecPerUser) : "")),
    h("td", {class: "kp-number"}, none(plan?.ttftMs === undefined ? "–" : duration(plan.ttftMs))),
    h("td", {}, none(plan?.deployment ?? ""))
  );
}

function cell({value, change}: Held, isBaseline: boolean, whyNone: string): HTMLElement {
  if (value === null) return h("td", {class: "kp-number", title: whyNone}, "–");
  const words = isBaseline || change === null ? "" : signedPercent(change);
  const way =
    change === null || isBaseline ? "" : change > 0.005 ? " kp-more-of" : change < -0.005 ? " kp-less-of" : "";
  return h("td", {class: `kp-number${way}`}, figure(value), h("small", {}, words));
}

/** Where a search's figures come from: `TensorRT-LLM 1.3.0rc10`, with how sure they are. */
function sourceOf({found, best, front}: Entry): (Node | string)[] {
  if (!found) return ["from a file"];
  const [note] = found.data;
  const version = note && note.version ? `${backendWords[note.backend]} ${note.version} ` : "";
  const plan = found.chosen ?? found.modes.find((mode) => mode.front.length > 0)?.front[0];
  return [version, plan && (best || front.length > 0) ? sourceBadge(plan.source, "", plan.tier) : ""];
}

/** CSV and JSON of the table. */
export function comparisonDownloads(comparison: Comparison, table: ComparedTable): HTMLElement {
  const button = (label: string, title: string, onclick: () => void) =>
    h("button", {type: "button", class: "kp-button", title, disabled: table.rows.length === 0, onclick}, label);
  return h(
    "div",
    {class: "kp-downloads"},
    button("csv", "The table, one row a search", () => saveText("kneepoint-comparison.csv", comparisonCsv(table), "text/csv")),
    button("json", "Questions, fronts and differences, full precision", () =>
      saveText("kneepoint-comparison.json", comparisonJson(comparison, table), "application/json")
    )
  );
} // prettier-ignore
