/** How far the closed formula was from measured deployments, beside figures that it gives. */
import type {Plan} from "../engine/result.js";
import {formulaErrors} from "../measured/formula-error.js";
import type {FormulaError} from "../measured/formula-error.js";
import type {DataNote} from "../search/protocol.js";
import {modeWords} from "../words.js";
import {h} from "./dom.js";
import {backendWords, figure, percent} from "./format.js";
import {formatQuestion} from "./question.js";
import type {Question} from "./question.js";

/** Empty where no tables answered: the note on those says how far off its surfaces are. For pages in `notebooks`. */
export function formulaNote(
  question: Question,
  data: readonly DataNote[],
  modes: readonly Plan["mode"][] = ["agg", "disagg"]
): HTMLElement | "" {
  if (data.every(({database}) => database === "calibrated" || database === "sol")) return "";
  const errors = formulaErrors.filter(({backend, mode}) => backend === question.backend && modes.includes(mode));
  return h(
    "p",
    {class: "kp-note kp-formula-note"},
    "Figures are by the closed formula, which sees no queue. ",
    ...errors.map((error) => `${errorWords(error)} `),
    h("a", {href: `./under-load.html${formatQuestion(question)}`}, "Simulated requests"),
    " come nearer."
  );
}

/** `Of 752 measured aggregated deployments of TensorRT-LLM, half came within 48 % of the TTFT and 17 % of the TPOT.` */
export function errorWords({backend, mode, rows, ttft, tpot}: FormulaError): string {
  return (
    `Of ${figure(rows)} measured ${modeWords[mode]} deployments of ${backendWords[backend]}, half came within ` +
    `${percent(ttft.p50)} of the TTFT and ${percent(tpot.p50)} of the TPOT.`
  );
}
