/** Where disaggregation pays, as data: the grid of lengths, the order to answer it in, and what the answers say. */
import type {BestRate, PayoffCell} from "../search/paying.js";

/** Tokens in, and out, of a request: whole steps first, then steps between them. Each is about √2 of the one before. */
export const islSteps = [125, 180, 250, 350, 500, 700, 1000, 1400, 2000, 2800, 4000, 5600, 8000, 11000, 16000, 23000, 32000]; // prettier-ignore
export const oslSteps = [60, 90, 125, 180, 250, 350, 500, 700, 1000, 1400, 2000, 2800, 4000];

/** TPOT targets whose maps are drawn, ms. */
export const tpotSteps = [5, 7.5, 10, 15, 20, 30, 50, 100];

/** Place of a cell in the grid. */
export interface Place {
  column: number;
  row: number;
}

/** Steps of the grid between cells that are answered together: the coarse ones first. */
const strides = [4, 2, 1];

/**
 * Every cell once, coarse to fine, and within a step from all over the map: wherever the sweep is stopped, what is known
 * speaks for the whole.
 */
export function sweepOrder(columns = islSteps.length, rows = oslSteps.length): Place[] {
  return strides.flatMap((stride, level) => {
    const coarser = strides[level - 1];
    const known = ({column, row}: Place) => coarser !== undefined && column % coarser === 0 && row % coarser === 0;
    const places = steps(rows, stride).flatMap((row) => steps(columns, stride).map((column) => ({column, row})));
    return scattered(places.filter((place) => !known(place)));
  });
}

/**
 * In an order in which neighbours lie far apart: a plane lattice with the plastic number's powers as steps. Source:
 * M. Roberts, "The unreasonable effectiveness of quasirandom sequences", 2018.
 */
function scattered(places: readonly Place[]): Place[] {
  const plastic = 1.324717957244746;
  const key = ({column, row}: Place) => (column / plastic + row / plastic ** 2) % 1;
  return [...places].sort((a, b) => key(a) - key(b));
}

function steps(count: number, stride: number): number[] {
  return Array.from({length: Math.ceil(count / stride)}, (_, i) => i * stride);
}

/** The nearest cell that is answered before this one: what stands for it meanwhile, from fine to coarse. */
export function standIns({column, row}: Place, columns = islSteps.length, rows = oslSteps.length): Place[] {
  const snapped = (at: number, stride: number, count: number) => {
    const rounded = Math.round(at / stride) * stride;
    return rounded < count ? rounded : rounded - stride;
  };
  return [...strides]
    .reverse()
    .map((stride) => ({column: snapped(column, stride, columns), row: snapped(row, stride, rows)}));
}

/** What one cell says for one TPOT target. */
export type Verdict =
  | {kind: "both"; ratio: number; agg: BestRate; disagg: BestRate}
  | {kind: "disagg"; disagg: BestRate}
  | {kind: "agg"; agg: BestRate}
  | {kind: "neither"; error?: string};

/** `slice` is the place of the TPOT target. */
export function verdictOf({best, error}: PayoffCell, slice: number): Verdict {
  const {agg, disagg} = best[slice] ?? {agg: null, disagg: null};
  if (agg && disagg) return {kind: "both", ratio: disagg.tokensPerSecPerGpu / agg.tokensPerSecPerGpu, agg, disagg};
  if (disagg) return {kind: "disagg", disagg};
  return agg ? {kind: "agg", agg} : {kind: "neither", error};
}

/** More than this share of throughput is a gain worth the name; the model is no more exact. */
export const least = 0.01;

export function pays(verdict: Verdict): boolean {
  return verdict.kind === "disagg" || (verdict.kind === "both" && verdict.ratio > 1 + least);
}

/** What a map says as a whole. */
export interface Finding {
  /** Cells that are answered, and how many of them any mode serves within the targets. */
  answered: number;
  served: number;
  /** Of those served: where disaggregation pays, where it alone does, and where aggregation alone does. */
  paying: number;
  onlyDisagg: number;
  onlyAgg: number;
  /** Where it pays most, and least, of cells that both serve. */
  most: {isl: number; osl: number; ratio: number} | null;
  worst: {isl: number; osl: number; ratio: number} | null;
  /** Lengths beyond which it pays nowhere, though something is served there: not below, not above. */
  islFrom: number | null;
  islTo: number | null;
  oslFrom: number | null;
  oslTo: number | null;
}

export function findingOf(cells: readonly PayoffCell[], slice: number): Finding {
  const all = cells.map((cell) => ({...cell, verdict: verdictOf(cell, slice)}));
  const served = all.filter(({verdict}) => verdict.kind !== "neither");
  const paying = served.filter(({verdict}) => pays(verdict));
  const compared = served.flatMap(({isl, osl, verdict}) =>
    verdict.kind === "both" ? [{isl, osl, ratio: verdict.ratio}] : []
  );
  const byRatio = [...compared].sort((a, b) => b.ratio - a.ratio);
  const edge = (of: (cell: PayoffCell) => number, way: 1 | -1): number | null => {
    const sorted = paying.map(of).sort((a, b) => way * (a - b));
    const isBeyond = (cell: PayoffCell) => way * of(cell) < way * sorted[0];
    return sorted.length > 0 && served.some(isBeyond) ? sorted[0] : null;
  };
  return {
    answered: all.length,
    served: served.length,
    paying: paying.length,
    onlyDisagg: served.filter(({verdict}) => verdict.kind === "disagg").length,
    onlyAgg: served.filter(({verdict}) => verdict.kind === "agg").length,
    most: byRatio[0] ?? null,
    worst: byRatio.at(-1) ?? null,
    islFrom: edge(({isl}) => isl, 1),
    islTo: edge(({isl}) => isl, -1),
    oslFrom: edge(({osl}) => osl, 1),
    oslTo: edge(({osl}) => osl, -1)
  };
}
