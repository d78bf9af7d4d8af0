/** Fits one table's surface: as few curves as make it good enough. */
import {layoutOf} from "../engine/calibration/layout.js";
import {meanUnit, milli} from "../engine/calibration/format.js";
import type {FittedPart, SurfaceData} from "../engine/calibration/format.js";
import type {ErrorBand} from "../engine/result.js";
import {Factorisation} from "./factorise.js";
import type {Entries, Factors} from "./factorise.js";
import type {TableRows} from "./rows.js";

/** Ranks tried, least first, until the fit is as good as `goal`; a surface has at most half as many as sites or cells. */
const ranks = [1, 2, 3, 4, 6, 8, 10, 12, 16];
const goal: ErrorBand = {p50: 0.02, p90: 0.07};
/** Steps of the coefficients in thousandths of an ln unit: their rounding alone costs about 1 % at rank 8. */
const coefficientUnit = 18;
/** Values of an axis with fewer rows than this share of the usual number are left to interpolation. */
const rareShare = 0.05;

type Shape = Pick<SurfaceData, "table" | "parts" | "columns" | "sites" | "axes" | "cells" | "covered">;

interface Indexed {
  shape: Shape;
  entries: Entries;
  /** Of each entry: 0 where its value stands in for a row that cannot be right. */
  measured: Uint8Array;
}

/** Undefined when the table has no row to fit. */
export function fitTable(rows: TableRows): SurfaceData | undefined {
  const indexed = index(rows);
  if (!indexed) return undefined;
  const {shape, entries, measured} = indexed;
  const most = Math.max(1, Math.floor(Math.min(entries.sites, entries.cells) / 2));
  const factorisation = new Factorisation(entries);
  let best: SurfaceData | undefined;
  let errors: Float64Array = new Float64Array(0);
  for (const rank of ranks) {
    if (rank > most) break;
    best = quantise(shape, entries, factorisation, factorisation.factorise(rank));
    errors = entryErrors(best, entries);
    const {p50, p90} = errorOf(errors);
    if (p50 <= goal.p50 && p90 <= goal.p90) break;
  }
  let end = 0;
  for (const part of best!.parts) {
    const start = end;
    end += part.sites;
    const own = errors.filter((_, i) => measured[i] === 1 && start <= entries.site[i] && entries.site[i] < end);
    part.rows = own.length;
    part.error = errorOf(own);
  }
  return best;
}

/** Sites and cells of the rows, in the file's order, and the entries to fit. */
function index({table, part, key, axes, soundMs, excluded}: TableRows): Indexed | undefined {
  const layout = layoutOf(table);
  const {siteAxes, cellAxes, text} = layout;
  const rare = cellAxes.map((axis) => rareValues(axes[axis], excluded));
  const rows: number[] = [];
  for (let i = 0; i < soundMs.length; ++i)
    if (soundMs[i] > 0 && !cellAxes.some((axis, j) => rare[j].has(axes[axis][i]))) rows.push(i);
  if (rows.length === 0) return undefined;
  const siteColumns = [
    ...key.map((column) => (i: number) => column[i]),
    ...siteAxes.map((axis) => (i: number) => axes[axis][i])
  ];
  const columns = siteColumns.map((value, column) => ascending(rows.map(value), text[column]));
  const ranksOf = columns.map(positions);
  const gridAxes = cellAxes.map(
    (axis) =>
      ascending(
        Array.from(rows, (i) => axes[axis][i]),
        false
      ) as number[]
  );
  const gridRanks = gridAxes.map(positions);

  const partNames = ascending(
    rows.map((i) => part[i].join("|")),
    true
  ) as string[];
  const partRanks = positions(partNames);
  const named = new Map<string, {at: number[]; part: readonly string[]}>();
  const siteNames = rows.map((i) => {
    const at = [
      partRanks.get(part[i].join("|"))!,
      ...siteColumns.map((value, column) => ranksOf[column].get(value(i))!)
    ];
    const name = at.join();
    if (!named.has(name)) named.set(name, {at, part: part[i]});
    return name;
  });
  const sites = [...named].sort(([, a], [, b]) => compare(a.at, b.at));
  const siteIndex = positions(sites.map(([name]) => name));
  const points = rows.map((i) =>
    cellAxes.reduce((at, axis, j) => at * gridAxes[j].length + gridRanks[j].get(axes[axis][i])!, 0)
  );
  const cells = ascending(points, false) as number[];
  const cellIndex = positions(cells);
  const site = Int32Array.from(siteNames, (name) => siteIndex.get(name)!);
  const cell = Int32Array.from(points, (point) => cellIndex.get(point)!);
  const covered = new Uint8Array(sites.length * cells.length);
  site.forEach((each, at) => (covered[each * cells.length + cell[at]] = 1));
  return {
    shape: {
      table,
      columns,
      parts: partsOf(sites.map(([, {part}]) => part)),
      sites: Int32Array.from(sites.flatMap(([, {at}]) => at.slice(1))),
      axes: gridAxes,
      cells: Int32Array.from(cells),
      covered
    },
    entries: {
      sites: sites.length,
      cells: cells.length,
      site,
      cell,
      value: Float64Array.from(rows, (i) => Math.log(soundMs[i]))
    },
    measured: Uint8Array.from(rows, (i) => 1 - excluded[i])
  };
}

/** Of each site in turn: which part it is of. Sites of one part are together. */
function partsOf(sites: readonly (readonly string[])[]): FittedPart[] {
  const parts: FittedPart[] = [];
  for (const part of sites) {
    const last = parts.at(-1);
    if (last && last.part.join("|") === part.join("|")) ++last.sites;
    else parts.push({part: [...part], sites: 1, rows: 0, error: {p50: 0, p90: 0}});
  }
  return parts;
}

function rareValues(axis: Float64Array, excluded: Uint8Array): Set<number> {
  const counts = new Map<number, number>();
  axis.forEach((value, i) => excluded[i] || counts.set(value, (counts.get(value) ?? 0) + 1));
  const sorted = [...counts.values()].sort((a, b) => a - b);
  const usual = sorted[sorted.length >> 1] ?? 0;
  return new Set([...counts].filter(([, count]) => count < rareShare * usual).map(([value]) => value));
}

function ascending(values: (string | number)[], isText: boolean): (string | number)[] {
  const distinct = [...new Set(values)];
  return isText ? (distinct as string[]).sort() : (distinct as number[]).sort((a, b) => a - b);
}

function positions<T>(values: readonly T[]): Map<T, number> {
  return new Map(values.map((value, i) => [value, i]));
}

function compare(a: number[], b: number[]): number {
  for (let i = 0; i < a.length; ++i) if (a[i] !== b[i]) return a[i] - b[i];
  return 0;
}

/** Rounds mean and basis, then fits the coefficients to what they became. */
function quantise(shape: Shape, entries: Entries, factorisation: Factorisation, factors: Factors): SurfaceData {
  const rank = factors.basis.length / entries.cells;
  const basisUnits = Array.from({length: rank}, (_, j) => basisUnit(factors.coefficients, rank, j));
  const mean = Int32Array.from(factors.mean, (value) => Math.round(value / meanUnit));
  const basis = Int32Array.from(factors.basis, (value, at) => Math.round(value / milli / basisUnits[at % rank]));
  const coefficients = factors.coefficients.slice();
  factorisation.solveSites(
    coefficients,
    Float64Array.from(basis, (value, at) => value * basisUnits[at % rank] * milli),
    rank,
    Float64Array.from(mean, (value) => value * meanUnit)
  );
  return {
    ...shape,
    rank,
    mean,
    basis,
    basisUnits,
    coefficients: Int32Array.from(coefficients, (value) => Math.round(value / milli / coefficientUnit)),
    coefficientUnit
  };
}

/** Thousandths: rounding a basis column, times the usual coefficient, stays well under a coefficient's step. */
function basisUnit(coefficients: Float64Array, rank: number, j: number): number {
  let energy = 0;
  let count = 0;
  for (let at = j; at < coefficients.length; at += rank, ++count) energy += coefficients[at] ** 2;
  const usual = Math.sqrt(energy / count) || 1;
  return Math.round(Math.min(250, Math.max(5, (0.5 * coefficientUnit) / usual)));
}

function entryErrors({rank, mean, basis, basisUnits, coefficients}: SurfaceData, entries: Entries): Float64Array {
  const {site, cell, value} = entries;
  return Float64Array.from(value, (v, i) => {
    let fitted = mean[cell[i]] * meanUnit;
    for (let j = 0; j < rank; ++j) {
      const coefficient = coefficients[site[i] * rank + j] * coefficientUnit * milli;
      fitted += coefficient * basis[cell[i] * rank + j] * basisUnits[j] * milli;
    }
    return Math.abs(Math.exp(fitted - v) - 1);
  });
}

/** Median and nine-tenths point. */
export function errorOf(errors: Float64Array): ErrorBand {
  const sorted = errors.slice().sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return {p50: at(0.5), p90: at(0.9)};
}
