/**
 * A fitted surface as it lies in a file: integers and their units. Reading and writing are one description.
 *
 * ln(latency in ms) of site s at cell c is mean[c] + Σ_j coefficients[s, j] · basis[c, j]: a mean curve plus what a few
 * curves, shared by all sites, explain of the way they differ.
 */

import type {TableName} from "../schema.js";
import type {ErrorBand} from "../result.js";
import {layoutOf} from "./layout.js";
import type {IntCoder} from "./range-coder.js";

/** What a part (types, head size, distribution) was fitted to, and how far off the fit is there. */
export interface PartFit {
  rows: number;
  error: ErrorBand;
}

export interface SurfaceData {
  table: TableName;
  /** Values that each site column takes, text or whole numbers, ascending. */
  columns: (string | number)[][];
  /** sites × columns: which value. Sorted, by part first. */
  sites: Int32Array;
  /** Whole numbers along each cell axis, ascending. */
  axes: number[][];
  /** Points of the axes' full grid (last axis fastest) that were measured at any site, ascending. */
  cells: Int32Array;
  /** sites × cells: 1 where that site was measured. Elsewhere the fit says nothing. */
  covered: Uint8Array;
  rank: number;
  /** cells, in `meanUnit`. */
  mean: Int32Array;
  /** cells × rank, in thousandths of `basisUnits`. */
  basis: Int32Array;
  basisUnits: number[];
  /** sites × rank, in `coefficientUnit`. */
  coefficients: Int32Array;
  /** In thousandths of an ln unit. */
  coefficientUnit: number;
  /** By part, in the order in which they come among the sites. */
  parts: PartFit[];
}

/** ln units of the mean curve: its rounding costs 0.25 %. */
export const meanUnit = 0.01;
/** What basis and coefficient units and errors are counted in. */
export const milli = 0.001;

/** Writes `data`, or reads it when undefined. `strings` holds all text values of the file. */
export function codeSurface(coder: IntCoder, strings: readonly string[], data?: SurfaceData): SurfaceData {
  const count = (value: number | undefined) => coder.int("count", value ?? NaN);
  const table = strings[count(data && strings.indexOf(data.table))] as TableName;
  const {text, cellAxes} = layoutOf(table);
  const columns = text.map((isText, column) => codeValues(coder, strings, isText, data?.columns[column]));
  const sites = codeSites(coder, columns, data?.sites);
  const axes = cellAxes.map((_, axis) => codeValues(coder, strings, false, data?.axes[axis]) as number[]);
  const cells = codeCells(coder, axes, data?.cells);
  const siteCount = sites.length / columns.length;
  const covered = codeCovered(coder, siteCount, cells.length, data?.covered);
  const rank = count(data?.rank);
  const coefficientUnit = count(data?.coefficientUnit);
  const basisUnits = Array.from({length: rank}, (_, j) => count(data?.basisUnits[j]));
  const mean = codeMatrix(coder, "mean", cells.length, 1, data?.mean);
  const basis = codeMatrix(coder, "basis", cells.length, rank, data?.basis);
  const coefficients = codeMatrix(coder, "coefficient", siteCount, rank, data?.coefficients);
  const parts = partStarts({columns, sites, table}).map((_, i) => ({
    rows: coder.int("rows", data?.parts[i].rows ?? NaN),
    error: {p50: codeShare(coder, data?.parts[i].error.p50), p90: codeShare(coder, data?.parts[i].error.p90)}
  }));
  return {
    table,
    columns,
    sites,
    axes,
    cells,
    covered,
    rank,
    mean,
    basis,
    basisUnits,
    coefficients,
    coefficientUnit,
    parts
  };
}

/** All text that a file with these surfaces refers to. */
export function stringsOf(surfaces: readonly SurfaceData[]): string[] {
  const strings = new Set<string>();
  for (const {table, columns} of surfaces) {
    strings.add(table);
    const {text} = layoutOf(table);
    columns.forEach((values, column) => text[column] && values.forEach((value) => strings.add(value as string)));
  }
  return [...strings].sort();
}

/** Index of the first site of every part. */
export function partStarts({columns, sites, table}: Pick<SurfaceData, "columns" | "sites" | "table">): number[] {
  const width = columns.length;
  const partWidth = layoutOf(table).part.length;
  const starts: number[] = [];
  for (let site = 0; site * width < sites.length; ++site) {
    let same = site > 0;
    for (let i = 0; i < partWidth && same; ++i) same = sites[site * width + i] === sites[(site - 1) * width + i];
    if (!same) starts.push(site);
  }
  return starts;
}

function codeValues(
  coder: IntCoder,
  strings: readonly string[],
  isText: boolean,
  values?: readonly (string | number)[]
): (string | number)[] {
  const length = coder.int("count", values?.length ?? NaN);
  const out: (string | number)[] = [];
  for (let i = 0, last = 0; i < length; ++i) {
    const value = values && (isText ? strings.indexOf(values[i] as string) : (values[i] as number));
    last += coder.int(isText ? "text" : "value", (value ?? NaN) - last);
    out.push(isText ? strings[last] : last);
  }
  return out;
}

function codeSites(coder: IntCoder, columns: readonly unknown[][], sites?: Int32Array): Int32Array {
  const width = columns.length;
  const length = coder.int("count", sites ? sites.length / width : NaN);
  const out = new Int32Array(length * width);
  for (let at = 0; at < out.length; ++at) {
    const before = at >= width ? out[at - width] : 0;
    out[at] = before + coder.int(`site${at % width},${before}`, (sites?.[at] ?? NaN) - before);
  }
  return out;
}

function codeCells(coder: IntCoder, axes: readonly number[][], cells?: Int32Array): Int32Array {
  const size = axes.reduce((product, {length}) => product * length, 1);
  const measured = cells && new Set(cells);
  const out: number[] = [];
  for (let cell = 0, before = 1; cell < size; ++cell) {
    before = coder.int(`cell${before}`, measured ? Number(measured.has(cell)) : NaN);
    if (before) out.push(cell);
  }
  return Int32Array.from(out);
}

/** Neighbouring sites are mostly measured at the same cells. */
function codeCovered(coder: IntCoder, sites: number, cells: number, covered?: Uint8Array): Uint8Array {
  const out = new Uint8Array(sites * cells);
  for (let at = 0; at < out.length; ++at) {
    const above = at >= cells ? out[at - cells] : 2;
    const left = at % cells > 0 ? out[at - 1] : 2;
    const aboveLeft = at % cells > 0 && at >= cells ? out[at - cells - 1] : 2;
    out[at] = coder.int(`covered${9 * above + 3 * left + aboveLeft}`, covered?.[at] ?? NaN);
  }
  return out;
}

/** A rows × width matrix, column by column, each as steps from row to row where those are smaller. */
function codeMatrix(coder: IntCoder, name: string, rows: number, width: number, matrix?: Int32Array): Int32Array {
  const out = new Int32Array(rows * width);
  for (let j = 0; j < width; ++j) {
    const steps = coder.int("steps", matrix ? Number(stepsAreSmaller(matrix, rows, width, j)) : NaN);
    for (let i = 0, last = 0, near = 0; i < rows; ++i) {
      const from = steps ? last : 0;
      const value = matrix?.[i * width + j] ?? NaN;
      const coded = coder.int(`${name}${Math.min(j, 15)},${Math.min(3, near)}`, value - from);
      near = (near + Math.abs(coded) + 1) >> 1;
      out[i * width + j] = last = from + coded;
    }
  }
  return out;
}

function stepsAreSmaller(matrix: Int32Array, rows: number, width: number, j: number): boolean {
  let plain = 0;
  let steps = 0;
  for (let i = 0, last = 0; i < rows; ++i) {
    const value = matrix[i * width + j];
    plain += Math.log2(1 + Math.abs(value));
    steps += Math.log2(1 + Math.abs(value - last));
    last = value;
  }
  return steps < plain;
}

function codeShare(coder: IntCoder, share?: number): number {
  return coder.int("share", share === undefined ? NaN : Math.round(share / milli)) * milli;
}
