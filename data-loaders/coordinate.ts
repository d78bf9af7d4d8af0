import type {Column} from "./row-reader.js";
import {compareText} from "../engine/version.js";

/** The rows of one table in one source file, in file order; `columns` stand in the order part, key, axes. */
export interface SourceRows {
  columns: Column[];
  latencyMs: Float64Array;
  /** Which kernel produced each row. */
  kernel: Extract<Column, {codes: Int32Array}>;
}

/**
 * All coordinates that occur in some files of one table, numbered in the order of their columns, left to right.
 *
 * Numbers make the rest cheap: one row wins over another, a slice is sorted and a part begins by comparing integers.
 */
export interface Coordinates {
  count: number;
  /** Number of the coordinate of every row, per file. */
  idsOf: Int32Array[];
  /** Value of every column at every coordinate. */
  values: (Float64Array | string[])[];
}

export function numberCoordinates(files: readonly SourceRows[], columnCount: number): Coordinates {
  const keys = files.map((file) => new Float64Array(file.latencyMs.length));
  let capacity = 1;
  for (let c = 0; c < columnCount; ++c) {
    const {ranks, size} = rankColumn(files.map((file) => file.columns[c]));
    if (capacity * size > Number.MAX_SAFE_INTEGER) capacity = renumber(keys).length;
    capacity *= size;
    keys.forEach((key, f) => {
      for (let row = 0; row < key.length; ++row) key[row] = key[row] * size + ranks[f](row);
    });
  }
  const count = renumber(keys).length;
  const idsOf = keys.map((key) => Int32Array.from(key));
  const values = Array.from({length: columnCount}, (_, c) => columnValues(files, idsOf, count, c));
  return {count, idsOf, values};
}

/** Replaces each key by its place among the distinct keys, which are returned in order. */
function renumber(keys: Float64Array[]): Float64Array {
  const sorted = new Float64Array(keys.reduce((sum, key) => sum + key.length, 0));
  let end = 0;
  for (const key of keys) {
    sorted.set(key, end);
    end += key.length;
  }
  sorted.sort();
  let count = 0;
  for (let i = 0; i < sorted.length; ++i) if (i === 0 || sorted[i] !== sorted[i - 1]) sorted[count++] = sorted[i];
  const distinct = sorted.subarray(0, count);
  for (const key of keys) {
    for (let row = 0; row < key.length; ++row) key[row] = place(distinct, key[row]);
  }
  return distinct;
}

function place(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The place of every value among the column's distinct values, per file, and how many there are. */
function rankColumn(columns: Column[]): {ranks: ((row: number) => number)[]; size: number} {
  if (columns.every((column) => column instanceof Float64Array)) {
    const distinct = new Set<number>();
    for (const column of columns) column.forEach((value) => void distinct.add(value));
    const rankOf = new Map([...distinct].sort((a, b) => a - b).map((value, rank) => [value, rank]));
    return {ranks: columns.map((column) => (row) => rankOf.get(column[row])!), size: rankOf.size};
  }
  const texts = columns as Exclude<Column, Float64Array>[];
  const names = [...new Set(texts.flatMap((column) => column.names))].sort(compareText);
  const ranks = texts.map(({codes, names: own}) => {
    const rankOf = own.map((name) => names.indexOf(name));
    return (row: number) => rankOf[codes[row]];
  });
  return {ranks, size: names.length};
}

function columnValues(files: readonly SourceRows[], idsOf: Int32Array[], count: number, c: number) {
  const numeric = files.every((file) => file.columns[c] instanceof Float64Array);
  const values = numeric ? new Float64Array(count) : new Array<string>(count);
  files.forEach((file, f) => {
    const column = file.columns[c];
    for (let row = 0; row < idsOf[f].length; ++row) {
      values[idsOf[f][row]] = column instanceof Float64Array ? column[row] : column.names[column.codes[row]];
    }
  });
  return values;
}
