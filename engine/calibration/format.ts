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

/** A part of a table (types, head size, distribution): how many of the sites are its, and how far off the fit is there. */
export interface FittedPart {
  part: string[];
  sites: number;
  /** Measured rows that it was fitted to. */
  rows: number;
  error: ErrorBand;
}

/** What there is, read without the rest. */
export interface SurfaceHead {
  table: TableName;
  /** In the order in which their sites come. */
  parts: FittedPart[];
}

export interface SurfaceBody {
  /** Values that each key column and site axis takes, text or whole numbers, ascending. */
  columns: (string | number)[][];
  /** sites × columns: which value. */
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
}

export type SurfaceData = SurfaceHead & SurfaceBody;

/** ln units of the mean curve: its rounding costs 0.25 %. */
export const meanUnit = 0.01;
/** What basis and coefficient units and errors are counted in. */
export const milli = 0.001;

/** Writes the head of a surface, or reads it when none is given. `strings` holds all text values of the file. */
export function codeHead(coder: IntCoder, strings: readonly string[], head?: SurfaceHead): SurfaceHead {
  const table = codeText(coder, strings, head?.table) as TableName;
  const width = layoutOf(table).part.length;
  const parts = Array.from({length: coder.int("count", head?.parts.length ?? NaN)}, (_, i): FittedPart => {
    const given = head?.parts[i];
    return {
      part: Array.from({length: width}, (_, column) => codeText(coder, strings, given?.part[column])),
      sites: coder.int("count", given?.sites ?? NaN),
      rows: coder.int("rows", given?.rows ?? NaN),
      error: {p50: codeShare(coder, given?.error.p50), p90: codeShare(coder, given?.error.p90)}
    };
  });
  return {table, parts};
}

/** Writes what follows a head, or reads it. */
export function codeBody(
  coder: IntCoder,
  strings: readonly string[],
  head: SurfaceHead,
  body?: SurfaceBody
): SurfaceBody {
  const {text, cellAxes} = layoutOf(head.table);
  const siteCount = head.parts.reduce((sum, {sites}) => sum + sites, 0);
  const columns = text.map((isText, column) => codeValues(coder, strings, isText, body?.columns[column]));
  const sites = codeSites(coder, siteCount, columns.length, body?.sites);
  const axes = cellAxes.map((_, axis) => codeValues(coder, strings, false, body?.axes[axis]) as number[]);
  const cells = codeCells(coder, axes, body?.cells);
  const covered = codeCovered(coder, siteCount, cells.length, body?.covered);
  const rank = coder.int("count", body?.rank ?? NaN);
  const coefficientUnit = coder.int("count", body?.coefficientUnit ?? NaN);
  const basisUnits = Array.from({length: rank}, (_, j) => coder.int("unit", body?.basisUnits[j] ?? NaN));
  const mean = codeMatrix(coder, "mean", cells.length, 1, body?.mean);
  const basis = codeMatrix(coder, "basis", cells.length, rank, body?.basis);
  const coefficients = codeMatrix(coder, "coefficient", siteCount, rank, body?.coefficients);
  return {columns, sites, axes, cells, covered, rank, mean, basis, basisUnits, coefficients, coefficientUnit};
}

/** All text that a file with these surfaces refers to. */
export function stringsOf(surfaces: readonly SurfaceData[]): string[] {
  const strings = new Set<string>();
  for (const {table, parts, columns} of surfaces) {
    const {text} = layoutOf(table);
    strings.add(table);
    for (const {part} of parts) for (const value of part) strings.add(value);
    columns.forEach((values, column) => text[column] && values.forEach((value) => strings.add(value as string)));
  }
  return [...strings].sort();
}

function codeText(coder: IntCoder, strings: readonly string[], value?: string): string {
  return strings[coder.int("text", value === undefined ? NaN : strings.indexOf(value))];
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
    if (isText) out.push(codeText(coder, strings, values?.[i] as string | undefined));
    else out.push((last += coder.int("value", ((values?.[i] as number | undefined) ?? NaN) - last)));
  }
  return out;
}

function codeSites(coder: IntCoder, count: number, width: number, sites?: Int32Array): Int32Array {
  const out = new Int32Array(count * width);
  for (let column = 0; column < width; ++column)
    for (let site = 0, before = 0; site < count; ++site) {
      const at = site * width + column;
      before += coder.int(`site${column},${before}`, (sites?.[at] ?? NaN) - before);
      out[at] = before;
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

/** Neighbouring sites are mostly measured at the same cells: most rows only say that they are as the one before. */
function codeCovered(coder: IntCoder, sites: number, cells: number, covered?: Uint8Array): Uint8Array {
  const out = new Uint8Array(sites * cells);
  for (let site = 0; site < sites; ++site) {
    const from = site * cells;
    const row = covered?.subarray(from, from + cells);
    const above = site > 0 ? out.subarray(from - cells, from) : new Uint8Array(cells).fill(1);
    if (coder.int("asBefore", row ? Number(row.every((value, cell) => value === above[cell])) : NaN)) {
      out.set(above, from);
      continue;
    }
    for (let cell = 0, left = 1; cell < cells; ++cell)
      out[from + cell] = left = coder.int(`covered${above[cell]}${left}`, row ? row[cell] : NaN);
  }
  return out;
}

/** A rows × width matrix, column by column, each as steps from row to row where those are smaller. */
function codeMatrix(coder: IntCoder, name: string, rows: number, width: number, matrix?: Int32Array): Int32Array {
  const out = new Int32Array(rows * width);
  for (let j = 0; j < width; ++j) {
    const steps = coder.int("steps", matrix ? Number(stepsAreSmaller(matrix, rows, width, j)) : NaN);
    // By how large the values before were.
    const contexts = [0, 1, 2, 3].map((size) => `${name}${Math.min(j, 15)},${size}`);
    for (let i = 0, last = 0, near = 0; i < rows; ++i) {
      const from = steps ? last : 0;
      const coded = coder.int(contexts[Math.min(3, near)], (matrix?.[i * width + j] ?? NaN) - from);
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
