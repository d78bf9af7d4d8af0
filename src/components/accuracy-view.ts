/** Which measured rows the accuracy page shows and how, and its one spelling as a URL query. */
import {predictors} from "../engine/search/predictor.js";
import type {Predictor} from "../engine/search/predictor.js";
import {metrics} from "../measured/accuracy.js";
import type {Metric, Scored} from "../measured/accuracy.js";
import {labelings} from "../measured/labeling.js";
import type {Labeling} from "../measured/labeling.js";
import type {MeasuredRow} from "../measured/read.js";

/** What rows can be narrowed to, by the query's keys. */
export const facets = ["model", "system", "backend", "mode", "version"] as const;
export type Facet = (typeof facets)[number];

export interface AccuracyView {
  /** Empty: all. */
  narrowed: Record<Facet, string>;
  /** Whose predictions are held against what was measured; those of the other stand beside them. */
  by: Predictor;
  /** What the simulation takes labels as. */
  labels: Labeling;
  /** Whether the formula estimates gaps of measured tables. */
  gaps: boolean;
  /** What the worst cases are the worst in. */
  worst: Metric;
  /** Column of the table of errors, and which way. */
  sort: string;
  ascending: boolean;
}

/** Of rows that name no version; no release is called so. */
export const noVersion = "none";

export function parseView(search: string): AccuracyView {
  const query = new URLSearchParams(search);
  const get = (key: string) => query.get(key) ?? "";
  return {
    narrowed: Object.fromEntries(facets.map((facet) => [facet, get(facet)])) as Record<Facet, string>,
    by: predictors.find((each) => each === get("by")) ?? predictors[0],
    labels: labelings.find((each) => each === get("labels")) ?? labelings[0],
    gaps: get("gaps") === "1",
    worst: metrics.find((metric) => metric === get("worst")) ?? "ttft",
    sort: get("sort"),
    ascending: get("up") === "1"
  };
}

/** `?model=…`; what is as by default is left out. */
export function formatView({narrowed, by, labels, gaps, worst, sort, ascending}: AccuracyView): string {
  const query = new URLSearchParams();
  for (const facet of facets) if (narrowed[facet]) query.set(facet, narrowed[facet]);
  if (by !== predictors[0]) query.set("by", by);
  if (labels !== labelings[0]) query.set("labels", labels);
  if (gaps) query.set("gaps", "1");
  if (worst !== "ttft") query.set("worst", worst);
  if (sort) query.set("sort", sort);
  if (sort && ascending) query.set("up", "1");
  return `?${query.toString().replaceAll("%2F", "/")}`;
}

export function facetOf(row: MeasuredRow, facet: Facet): string {
  return facet === "version" ? row.version || noVersion : row[facet];
}

export function isShown({row}: Scored, {narrowed}: Pick<AccuracyView, "narrowed">, except?: Facet): boolean {
  return facets.every((facet) => facet === except || !narrowed[facet] || narrowed[facet] === facetOf(row, facet));
}

export interface FacetChoice {
  value: string;
  /** Rows that choosing it would show. */
  rows: number;
}

/** Values of a facet among the rows that the other facets leave, most rows first. */
export function facetChoices(scored: readonly Scored[], view: AccuracyView, facet: Facet): FacetChoice[] {
  const counts = new Map<string, number>();
  for (const each of scored) {
    if (!isShown(each, view, facet)) continue;
    const value = facetOf(each.row, facet);
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts].map(([value, rows]) => ({value, rows})).sort((a, b) => b.rows - a.rows);
}
