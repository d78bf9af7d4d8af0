/** A map of where disaggregation pays as CSV: every cell at every TPOT target. */
import type {PayoffCell} from "../search/paying.js";
import {verdictOf} from "./payoff.js";
import {planWords} from "./payoff-sentence.js";

const columns = [
  ...["isl", "osl", "ttft_target_ms", "tpot_target_ms", "meets_targets", "disagg_by_agg"],
  ...["agg_tokens_per_s_per_gpu", "agg_ttft_ms", "agg_tpot_ms", "agg_deployment"],
  ...["disagg_tokens_per_s_per_gpu", "disagg_ttft_ms", "disagg_tpot_ms", "disagg_deployment", "error"]
];

export function payoffCsv(cells: readonly PayoffCell[], ttftMs: number, tpotsMs: readonly number[]): string {
  const sorted = [...cells].sort((a, b) => a.isl - b.isl || a.osl - b.osl);
  const rows = sorted.flatMap((cell) => tpotsMs.map((tpotMs, slice) => rowOf(cell, slice, ttftMs, tpotMs)));
  return [columns, ...rows].map((row) => row.map(csvCell).join(",")).join("\n") + "\n";
}

function rowOf(cell: PayoffCell, slice: number, ttftMs: number, tpotMs: number): (string | number | undefined)[] {
  const verdict = verdictOf(cell, slice);
  const {agg, disagg} = cell.best[slice];
  const side = (rate: typeof agg) =>
    rate
      ? [rate.tokensPerSecPerGpu, rate.ttftMs, rate.tpotMs, planWords(rate.plan)]
      : [undefined, undefined, undefined, undefined];
  return [
    ...[cell.isl, cell.osl, ttftMs, tpotMs, verdict.kind, verdict.kind === "both" ? verdict.ratio : undefined],
    ...side(agg),
    ...side(disagg),
    cell.error
  ];
}

function csvCell(value: string | number | undefined): string {
  const text = value === undefined ? "" : String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
