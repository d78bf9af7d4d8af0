/** Every row with its prediction or why there is none, as a file; units are in the names. */
import {csvFormat} from "npm:d3";
import type {Predictor} from "../engine/search/predictor.js";
import type {Scored} from "../measured/accuracy.js";
import {concurrencyOf} from "../measured/read.js";
import {h} from "./dom.js";
import {saveText} from "./save.js";

/** `by` made `prediction`. */
export function accuracyCsv(scored: readonly Scored[], by: Predictor): string {
  return csvFormat(scored.map((each) => record(each, by)));
}

function record({row, prediction, other}: Scored, by: Predictor): Record<string, string | number> {
  const {predicted, miss} = prediction ?? {};
  const [simulation, formula] = by === "simulation" ? [prediction, other] : [other, prediction];
  return {
    id: row.id,
    model_path: row.model,
    system: row.system,
    backend: row.backend,
    backend_version: row.version,
    mode: row.mode,
    isl: row.isl,
    osl: row.osl,
    concurrency: concurrencyOf(row) ?? "",
    measured_ttft_ms: row.measured.ttftMs,
    measured_tpot_ms: row.measured.tpotMs,
    simulation_ttft_ms: simulation?.predicted?.ttftMs ?? "",
    simulation_tpot_ms: simulation?.predicted?.tpotMs ?? "",
    formula_ttft_ms: formula?.predicted?.ttftMs ?? "",
    formula_tpot_ms: formula?.predicted?.tpotMs ?? "",
    shown: by,
    reference_ttft_ms: row.reference?.ttftMs ?? "",
    reference_tpot_ms: row.reference?.tpotMs ?? "",
    tables_version: predicted?.version ?? "",
    source: predicted?.source ?? "",
    fits_memory: predicted ? String(predicted.fits) : "",
    why_not: miss ? `${miss.reason}: ${miss.message}` : "",
    notes: predicted?.notes.join("; ") ?? ""
  };
}

export function accuracyDownload(scored: readonly Scored[], by: Predictor): HTMLElement {
  const onclick = () => saveText("kneepoint-accuracy.csv", accuracyCsv(scored, by), "text/csv");
  const title = "Every row shown, with its prediction or why there is none";
  return h("button", {type: "button", class: "kp-button", title, onclick}, "csv");
}
