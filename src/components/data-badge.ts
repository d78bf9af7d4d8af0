/** Where the figures come from, so that nobody takes an estimate for a measurement. */
import type {DataNote, DonorNote} from "../search/protocol.js";
import type {Source, Tier} from "../engine/result.js";
import {errorBandWords, sourceWords} from "../words.js";
import {customId} from "./custom-gpu.js";
import {h} from "./dom.js";
import {backendWords, counted, figure, percent, shortSystem} from "./format.js";
import {markStyle} from "./plan.js";

/** A mark as in the chart, and the source’s name. */
export function sourceBadge(source: Source, detail = "", tier?: Tier): HTMLElement {
  const isCarried = tier === "xsystem";
  const title = `Figures are ${isCarried ? "carried over from another GPU's" : sourceWords[source]}${detail}`;
  return h(
    "span",
    {class: "kp-source", title},
    h("i", {class: `kp-mark kp-${markStyle(source)}`, "aria-hidden": "true"}),
    isCarried ? "another GPU" : source
  );
}

/** One line per system under the sentence; a banner when nothing answers, or what is measured cannot be right. */
export function dataNote(notes: DataNote[], doubts: readonly string[]): HTMLElement {
  if (notes.every(({database, version}) => database === "calibrated" && !version)) return coefficientBanner(notes);
  const note = h("p", {class: "kp-note"}, ...notes.flatMap((note, i) => [i > 0 ? " · " : "", ...noteWords(note)]));
  const carried = notes.flatMap(({system, donor}) => (donor ? [donorBanner(system, donor)] : []));
  if (doubts.length === 0) return h("div", {}, note, ...carried);
  const doubtful = doubts.map((doubt) => h("p", {}, h("b", {}, "Doubtful. "), `${doubt}.`));
  return h("div", {}, note, ...carried, h("div", {class: "kp-banner", role: "note"}, ...doubtful));
}

/** Figures of a GPU that nobody measured: whose timings they are, why theirs, and how far off such figures were. */
function donorBanner(system: string, {label, why, error, assumptions}: DonorNote): HTMLElement {
  const {ttft, tpot} = error;
  return h(
    "div",
    {class: "kp-banner kp-carried", role: "note"},
    h("b", {}, `Carried over from ${shortSystem(label)}.`),
    ` Nobody measured ${system === customId ? "this GPU" : system}: its operators take the utilisation that the nearest measured GPU reached (${why}). ` +
      `Predicting measured GPUs like this, half of the TTFT came within ${percent(ttft.p50)} and nine tenths within ${percent(ttft.p90)}, of the TPOT ${percent(tpot.p50)} and ${percent(tpot.p90)}.`,
    assumptions.length > 0 && h("details", {}, h("summary", {}, "Assumed"), ` ${assumptions.join("; ")}.`)
  );
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
  fitError,
  donor
}: DataNote): (string | Node)[] {
  const name = backendWords[backend];
  if (database === "sol")
    return [h("i", {class: "kp-mark kp-hatched"}), ` ${system}: the speed of light, which no kernel reaches`];
  if (database === "calibrated")
    return [
      h("i", {class: "kp-mark kp-hatched"}),
      version
        ? ` Fitted to measurements of ${donor?.system ?? system}/${backend} ${version}${device ? ` on ${device}` : ""}; operator error ${errorBandWords(fitError!)} on its ${figure(rows)} rows in ${counted(slices, "surface")}`
        : ` ${system}: roofline estimate, neither measured nor fitted`
    ];
  const borrowed =
    borrowedRows > 0
      ? `, ${percent(borrowedRows / rows)} of rows borrowed from ${borrowedFrom.slice(0, 2).join(", ")}`
      : "";
  return [
    h("i", {class: `kp-mark ${donor ? "kp-hatched" : "kp-filled"}`}),
    `${donor ? " carried over from" : ""}${modePrefix[database] ?? ""} ${name} ${version}, measured on ${device || system}: ${figure(rows)} rows in ${counted(slices, "table")}${borrowed}`
  ];
}

const modePrefix: Partial<Record<DataNote["database"], string>> = {
  hybrid: " gaps estimated;",
  empirical: " by utilisation alone;"
};

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
