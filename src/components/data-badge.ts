/** Where the figures come from, so that nobody takes an estimate for a measurement. */
import type {DataNote} from "../search/protocol.js";
import type {Source} from "../engine/result.js";
import {sourceWords} from "../words.js";
import {h} from "./dom.js";
import {backendWords, counted, figure, percent} from "./format.js";
import {markStyle} from "./plan.js";

/** A mark as in the chart, and the source’s name. */
export function sourceBadge(source: Source, detail = ""): HTMLElement {
  const title = `Figures are ${sourceWords[source]}${detail}`;
  return h(
    "span",
    {class: "kp-source", title},
    h("i", {class: `kp-mark kp-${markStyle(source)}`, "aria-hidden": "true"}),
    source
  );
}

/** One line per system under the sentence; a banner when nothing is measured, or what is measured cannot be right. */
export function dataNote(notes: DataNote[], doubts: readonly string[]): HTMLElement {
  if (notes.every(({database}) => database === "roofline")) return rooflineBanner(notes);
  const note = h("p", {class: "kp-note"}, ...notes.flatMap((note, i) => [i > 0 ? " · " : "", ...noteWords(note)]));
  if (doubts.length === 0) return note;
  const doubtful = doubts.map((doubt) => h("p", {}, h("b", {}, "Doubtful measurements. "), `${doubt}.`));
  return h("div", {}, note, h("div", {class: "kp-banner", role: "note"}, ...doubtful));
}

function noteWords({
  system,
  backend,
  version,
  database,
  device,
  slices,
  rows,
  borrowedRows,
  borrowedFrom
}: DataNote): (string | Node)[] {
  const name = backendWords[backend];
  if (database === "roofline")
    return [h("i", {class: "kp-mark kp-hatched"}), ` ${system}: roofline estimate, no ${name} tables`];
  const borrowed =
    borrowedRows > 0
      ? `, ${percent(borrowedRows / rows)} of rows borrowed from ${borrowedFrom.slice(0, 2).join(", ")}`
      : "";
  return [
    h("i", {class: "kp-mark kp-filled"}),
    `${database === "hybrid" ? " gaps estimated;" : ""} ${name} ${version}, measured on ${device || system}: ${figure(rows)} rows in ${counted(slices, "table")}${borrowed}`
  ];
}

function rooflineBanner([{system, backend, version}]: DataNote[]): HTMLElement {
  const why = version
    ? "You asked for figures without measurements"
    : `No ${backendWords[backend]} measurements of ${system} are imported`;
  return h(
    "div",
    {class: "kp-banner", role: "note"},
    h("b", {}, "Roofline estimate."),
    ` ${why}: every figure is speed of light times an efficiency coefficient, good for orientation, not for sizing. Import tables with `,
    h("code", {}, "npm run import -- DIR"),
    "."
  );
}
