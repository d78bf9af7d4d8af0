/** Where the figures come from, so that nobody takes an estimate for a measurement. */
import type {DataNote} from "../search/protocol.js";
import type {Source} from "../engine/result.js";
import {errorBandWords, sourceWords} from "../words.js";
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

/** One line per system under the sentence; a banner when nothing answers, or what is measured cannot be right. */
export function dataNote(notes: DataNote[], doubts: readonly string[]): HTMLElement {
  if (notes.every(({database, version}) => database === "calibrated" && !version)) return coefficientBanner(notes);
  const note = h("p", {class: "kp-note"}, ...notes.flatMap((note, i) => [i > 0 ? " · " : "", ...noteWords(note)]));
  if (doubts.length === 0) return note;
  const doubtful = doubts.map((doubt) => h("p", {}, h("b", {}, "Doubtful. "), `${doubt}.`));
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
  borrowedFrom,
  fitError
}: DataNote): (string | Node)[] {
  const name = backendWords[backend];
  if (database === "calibrated")
    return [
      h("i", {class: "kp-mark kp-hatched"}),
      version
        ? ` Fitted to measurements of ${system}/${backend} ${version}${device ? ` on ${device}` : ""}; operator error ${errorBandWords(fitError!)} on its ${figure(rows)} rows in ${counted(slices, "surface")}`
        : ` ${system}: roofline estimate, neither measured nor fitted`
    ];
  const borrowed =
    borrowedRows > 0
      ? `, ${percent(borrowedRows / rows)} of rows borrowed from ${borrowedFrom.slice(0, 2).join(", ")}`
      : "";
  return [
    h("i", {class: "kp-mark kp-filled"}),
    `${database === "hybrid" ? " gaps estimated;" : ""} ${name} ${version}, measured on ${device || system}: ${figure(rows)} rows in ${counted(slices, "table")}${borrowed}`
  ];
}

/** Nothing measured nor fitted: what is left, and what would help. */
function coefficientBanner([{system}]: DataNote[]): HTMLElement {
  return h(
    "div",
    {class: "kp-banner", role: "note"},
    h("b", {}, "Roofline estimate."),
    ` ${system} was neither measured nor fitted: every figure is speed of light times an efficiency coefficient, good for orientation, not for sizing. Import tables with `,
    h("code", {}, "npm run import -- DIR"),
    "."
  );
}
