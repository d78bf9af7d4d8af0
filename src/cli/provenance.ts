/** Where figures come from, in words: which tables of which device, how many rows of them borrowed, or none at all. */
import type {Platform} from "../engine/index.js";
import type {Plan, SearchResult, Source} from "../engine/result.js";
import {sources} from "../engine/result.js";
import type {Catalogue} from "../engine/schema.js";
import {sourceWords} from "../words.js";
import {plansToShow} from "./answer.js";
import {countOf, formatNumber} from "./tables.js";

export interface Provenance {
  warnings: string[];
  lines: string[];
}

export function provenanceOf(
  catalogue: Catalogue,
  platforms: readonly Platform[],
  figures: readonly {source: Source; weakestOp?: string}[],
  doubts: readonly string[]
): Provenance {
  const lines = [...platforms.map((platform) => platformLine(catalogue, platform)), ...weakestLine(figures)];
  const clamped = platforms.some(({clampToLight}) => clampToLight);
  const remedy = clamped ? "raised to the speed of light here" : "--clamp raises them to the speed of light";
  const doubtful = doubts.map((doubt) => `DOUBTFUL: ${doubt} (${remedy})`);
  const warnings = [...platforms.flatMap((platform) => warningOf(catalogue, platform)), ...new Set(doubtful)];
  return {warnings, lines};
}

function warningOf({systems}: Catalogue, {system, backend, database}: Platform): string[] {
  if (database !== "roofline" && database !== "sol") return [];
  const what = `NOT MEASURED: ${system.id}/${backend} is answered by`;
  if (database === "sol") return [`${what} the speed of light, a bound that no kernel reaches`];
  const have = systems[system.id]?.[backend]
    ? "its tables are imported but were not asked for"
    : "no tables of it are imported";
  return [`${what} the embedded roofline (${have}); see kneepoint import --help`];
}

function platformLine({systems}: Catalogue, {system, backend, version, database}: Platform): string {
  const entry = systems[system.id]?.[backend]?.[version];
  if (!entry || database === "roofline" || database === "sol")
    return `Source: ${system.label}, ${database}, no measured tables used`;
  const rows = entry.slices.reduce((sum, slice) => sum + slice.rows, 0);
  const borrowed = entry.slices.reduce((sum, slice) => sum + slice.borrowedRows, 0);
  const lenders = [...new Set(entry.slices.flatMap((slice) => slice.borrowedFrom))];
  const borrow = borrowed
    ? `, ${formatNumber(borrowed)} of them borrowed from ${lenders.slice(0, 3).join(", ")}${lenders.length > 3 ? " …" : ""}`
    : "";
  const device = entry.device ? ` on ${entry.device}` : "";
  const mode = database === "silicon" ? "" : ` (${database})`;
  return `Source: measured tables ${system.id}/${backend} ${version}${device}${mode}, ${countOf(rows, "row")}${borrow}`;
}

function weakestLine(figures: readonly {source: Source; weakestOp?: string}[]): string[] {
  if (figures.length === 0) return [];
  const weakest = [...figures].sort((a, b) => sources.indexOf(b.source) - sources.indexOf(a.source))[0];
  return [`Figures: ${sourceWords[weakest.source]}${weakest.weakestOp ? ` (weakest: ${weakest.weakestOp})` : ""}`];
}

/** Every plan that is shown. */
export function plansOf({agg, disagg}: SearchResult): Plan[] {
  return [agg, disagg].flatMap((mode) => (mode ? plansToShow(mode) : []));
}
