/** Every row with its prediction or why there is none, as a file; units are in the names. */
import {csvFormat} from "npm:d3";
import type {Scored} from "../measured/accuracy.js";
import {concurrencyOf} from "../measured/read.js";
import {h} from "./dom.js";
import {saveText} from "./save.js";

export function accuracyCsv(scored: readonly Scored[]): string {
  return csvFormat(scored.map(record));
}

function record({row, prediction}: Scored): Record<string, string | number> {
  const {predicted, miss} = prediction ?? {};
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
    predicted_ttft_ms: predicted?.ttftMs ?? "",
    predicted_tpot_ms: predicted?.tpotMs ?? "",
    reference_ttft_ms: row.reference?.ttftMs ?? "",
    reference_tpot_ms: row.reference?.tpotMs ?? "",
    tables_version: predicted?.version ?? "",
    source: predicted?.source ?? "",
    fits_memory: predicted ? String(predicted.fits) : "",
    why_not: miss ? `${miss.reason}: ${miss.message}` : "",
    notes: predicted?.notes.join("; ") ?? ""
  };
}

export function accuracyDownload(scored: readonly Scored[]): HTMLElement {
  const onclick = () => saveText("kneepoint-accuracy.csv", accuracyCsv(scored), "text/csv");
  const title = "Every row shown, with its prediction or why there is none";
  return h("button", {type: "button", class: "kp-button", title, onclick}, "csv");
}
