/** The rows of a slice, as the search reads them: drawn by the page, and asked in SQL where somebody asks. */
import {valueColumn, tables} from "../engine/schema.js";
import type {Columns, TableSpec} from "../engine/schema.js";
import type {SliceAsk, SliceReply} from "../perf/slice-worker.js";
import {dataUrl} from "../search/data-url.js";
import type {CoverageRow} from "./coverage.js";

export type Cell = number | string;
export type Record_ = Record<string, Cell>;

const opened = new Map<string, Promise<Columns>>();
const waiting = new Map<number, {resolve: (columns: Columns) => void; reject: (error: Error) => void}>();
let worker: Worker | undefined;
let nextId = 0;

/** Columns: key and axes of the table, and latency_ms. Rejects when the slice cannot be read. */
export function openSlice({path, table}: CoverageRow): Promise<Columns> {
  const reading = opened.get(path) ?? askWorker({id: nextId++, base: dataUrl, path, table});
  opened.set(path, reading);
  reading.catch(() => opened.delete(path));
  return reading;
}

function askWorker(ask: SliceAsk): Promise<Columns> {
  worker ??= startWorker();
  worker.postMessage(ask);
  return new Promise((resolve, reject) => waiting.set(ask.id, {resolve, reject}));
}

function startWorker(): Worker {
  const started = new Worker(import.meta.resolve("../perf/slice-worker.js"), {type: "module"});
  started.onmessage = ({data}: MessageEvent<SliceReply>) => {
    const asked = waiting.get(data.id);
    waiting.delete(data.id);
    if ("columns" in data) asked?.resolve(data.columns);
    else asked?.reject(new Error(data.error));
  };
  return started;
}

/** Columns of a slice that are not the latency: keys, then axes from outer to inner. */
export function sliceColumns({table}: CoverageRow): string[] {
  const {key, axes}: TableSpec = tables[table];
  return [...key, ...axes];
}

/** Distinct values of each column, sorted, and one row from the middle of the file, which is sure to exist. */
export function sliceValues(columns: Columns): {values: Record<string, Cell[]>; middle: Record_} {
  const names = Object.keys(columns).filter((name) => name !== valueColumn);
  const values = names.map((name) => [name, [...new Set(cells(columns[name]))].sort(compare)] as const);
  const middle = recordAt(columns, Math.floor(columns[valueColumn].length / 2));
  return {values: Object.fromEntries(values), middle};
}

function cells(column: Columns[string]): Cell[] {
  return Array.from(column as ArrayLike<Cell>);
}

function compare(a: Cell, b: Cell): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function recordAt(columns: Columns, row: number): Record_ {
  return Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values[row]]));
}

export interface SliceFilter {
  x: string;
  /** Column that colours the curves; empty for none. */
  color: string;
  /** Values of all other columns. */
  fixed: Record_;
}

/** Rows of the curves that a filter asks for, along the axis across. */
export function sliceCurves(columns: Columns, {x, fixed}: SliceFilter): Record_[] {
  const wanted = Object.entries(fixed);
  const rows: Record_[] = [];
  for (let row = 0; row < columns[valueColumn].length; ++row)
    if (wanted.every(([name, value]) => columns[name][row] === value)) rows.push(recordAt(columns, row));
  return rows.sort((a, b) => compare(a[x], b[x]));
}
