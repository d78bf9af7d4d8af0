/** Every input changed, what comes of it, and which choice is the best then. */
import type {SensitivityOutcome} from "../engine/sensitivity/sensitivity.js";
import {h} from "./dom.js";
import {percent} from "./format.js";
import type {SensitivityState, ShownRow} from "./sensitivity-runs.js";
import {changeWords, choiceWords, inputWords, otherChoice, valueWords} from "./sensitivity-words.js";

export function sensitivityTable({rows, sensed}: SensitivityState): HTMLElement {
  if (rows.length === 0) return h("div");
  const size = percent(sensed?.share ?? 0.1);
  const heads = ["input", "as it is", `${size} less`, "best then", `${size} more`, "best then"];
  const noPlan = sensed ? "No plan meets the targets as they are" : "Searching as it is";
  const chosen = sensed?.base ? `Chosen as it is: ${choiceWords(sensed.base.choice)}` : noPlan;
  return h(
    "div",
    {class: "kp-table kp-listing"},
    // Beside the table, which may be wider than the page, so that it wraps.
    h("p", {class: "kp-caption"}, chosen),
    h(
      "table",
      {"aria-label": chosen},
      h("thead", {}, h("tr", {}, ...heads.map((name) => h("th", {scope: "col"}, name)))),
      h("tbody", {}, ...rows.map(row))
    )
  );
}

function row(of: ShownRow): HTMLElement {
  const cells = (way: SensitivityOutcome | null | undefined) =>
    way === undefined
      ? [h("td", {class: "kp-number kp-same"}, "…"), h("td", {class: "kp-choice"}, h("span", {class: "kp-same"}, "…"))]
      : [
          h("td", {class: "kp-number"}, changeWords(way)),
          h(
            "td",
            {class: "kp-choice"},
            otherChoice(way) || h("span", {class: "kp-same"}, way?.answer ? "the same" : "–")
          )
        ];
  return h(
    "tr",
    {},
    h("th", {scope: "row"}, inputWords(of)),
    h("td", {class: "kp-number"}, valueWords(of.value, of.unit)),
    ...cells(of.down),
    ...cells(of.up)
  );
}
