/** Where figures come from, in words: which tables of which device, how many rows of them borrowed, or none at all. */
import type {ModelConfig, Platform} from "../engine/index.js";
import type {Source, Tier} from "../engine/result.js";
import {donorAssumptions} from "../engine/index.js";
import type {Catalogue} from "../engine/schema.js";
import {gradeIndex} from "../engine/trace.js";
import {donorErrorWords} from "../perf/donor-words.js";
import {originWords, sourceWords} from "../words.js";
import {countOf, formatNumber} from "./tables.js";

export interface Provenance {
  warnings: string[];
  lines: string[];
}

interface Figure {
  source: Source;
  tier: Tier;
  weakestOp?: string;
}

export function provenanceOf(
  catalogue: Catalogue,
  platforms: readonly Platform[],
  figures: readonly Figure[],
  doubts: readonly string[]
): Provenance {
  const lines = [
    ...platforms.map((platform) => platformLine(catalogue, platform)),
    ...platforms.flatMap(assumedLine),
    ...weakestLine(figures)
  ];
  const clamped = platforms.some(({clampToLight}) => clampToLight);
  const remedy = clamped ? "raised to the speed of light here" : "--clamp raises them to the speed of light";
  const doubtful = doubts.map((doubt) => `DOUBTFUL: ${doubt}${ofRows(doubt) ? ` (${remedy})` : ""}`);
  const warnings = [...platforms.flatMap((platform) => warningOf(catalogue, platform)), ...new Set(doubtful)];
  return {warnings, lines};
}

/** Whether a doubt is about measurements, not about what a model's op list leaves out. */
function ofRows(doubt: string): boolean {
  return doubt.includes("faster than the GPU can be");
}

function warningOf(
  {systems}: Catalogue,
  {system, backend, database, perf, embedded, donor, donorWhy}: Platform
): string[] {
  if (donor) {
    const carried = `NOT MEASURED: ${system.id}/${backend} is carried over from ${donor.id}`;
    return [`${carried} (${donorWhy}); ${donorErrorWords(system, donor)}`];
  }
  if (database !== "sol" && !(database === "calibrated" && perf.empty)) return [];
  const what = `NOT MEASURED: ${system.id}/${backend} is answered by`;
  if (database === "sol") return [`${what} the speed of light, a bound that no kernel reaches`];
  const others = (embedded?.() ?? []).map((other) => other.backend);
  const first = others.length > 0 ? `surfaces of ${others.join(" and ")} and by ` : "";
  const have = systems[system.id]?.[backend]
    ? "its tables are imported but were not asked for"
    : "no tables of it are imported";
  return [`${what} ${first}speed of light times coefficients (${have}, none are fitted); see kneepoint import --help`];
}

function platformLine({systems}: Catalogue, {system, backend, version, database, perf, donor}: Platform): string {
  const measured = donor ?? system;
  if (database === "calibrated" && !perf.empty) {
    const rows = perf.allEntries().reduce((sum, entry) => sum + entry.rows, 0);
    const what = `surfaces fitted to measured tables ${measured.id}/${backend} ${version}, ${countOf(rows, "row")}`;
    return `Source: ${donor ? `${system.id}, carried over from ` : ""}${what}`;
  }
  const entry = systems[measured.id]?.[backend]?.[version];
  if (!entry || database === "calibrated" || database === "sol")
    return `Source: ${system.label}, ${database}, no measured tables used`;
  // The empirical database leaves out what a version only borrowed.
  const slices = entry.slices.filter(({rows, borrowedRows}) => database !== "empirical" || borrowedRows < rows);
  const rows = slices.reduce((sum, slice) => sum + slice.rows, 0);
  const borrowed = slices.reduce((sum, slice) => sum + slice.borrowedRows, 0);
  const lenders = [...new Set(slices.flatMap((slice) => slice.borrowedFrom))];
  const borrow = borrowed
    ? `, ${formatNumber(borrowed)} of them borrowed from ${lenders.slice(0, 3).join(", ")}${lenders.length > 3 ? " …" : ""}`
    : "";
  const device = entry.device ? ` on ${entry.device}` : "";
  const mode = database === "silicon" ? "" : ` (${database})`;
  const origin = donor ? `${system.id}, carried over from measured tables` : "measured tables";
  return `Source: ${origin} ${measured.id}/${backend} ${version}${device}${mode}, ${countOf(rows, "row")}${borrow}`;
}

function assumedLine({system, donor}: Platform): string[] {
  const assumed = donor ? donorAssumptions(system) : (system.assumptions ?? []);
  return assumed.length > 0 ? [`Assumed of ${system.id}: ${assumed.join("; ")}`] : [];
}

function weakestLine(figures: readonly Figure[]): string[] {
  if (figures.length === 0) return [];
  const weakest = [...figures].sort((a, b) => gradeIndex(b) - gradeIndex(a))[0];
  const words = weakest.tier === "xsystem" ? "carried over from another GPU's" : sourceWords[weakest.source];
  const op = weakest.weakestOp && `weakest: ${weakest.weakestOp}, ${originWords(weakest)}`;
  return [`Figures: ${words}${op ? ` (${op})` : ""}`];
}

/** What is assumed of the model starts the report too. */
export function withAssumptions(provenance: Provenance, {assumptions}: ModelConfig): Provenance {
  return {...provenance, warnings: [...provenance.warnings, ...assumptions.map((sentence) => `Assumed: ${sentence}.`)]};
}
