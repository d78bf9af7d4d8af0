/** A slice in DuckDB: the same Parquet file that the search reads. */
import {valueColumn, tables} from "../engine/schema.js";
import type {TableSpec} from "../engine/schema.js";
import {dataUrl} from "../search/data-url.js";
import type {CoverageRow} from "./coverage.js";

/** What we use of Framework’s DuckDBClient. */
export interface Database {
  query(
    sql: string,
    params?: unknown[]
  ): Promise<Iterable<Record<string, unknown>> & {schema: {fields: {name: string}[]}; numRows: number}>;
  _db: {registerFileBuffer(name: string, bytes: Uint8Array): Promise<void>};
}

export type Cell = number | string;
export type Record_ = Record<string, Cell>;

const opened = new WeakMap<Database, Set<string>>();

/** Makes the table `slice`. Columns: key and axes of the table, and latency_ms. */
export async function openSlice(db: Database, {path}: CoverageRow): Promise<void> {
  const names = opened.get(db) ?? new Set<string>();
  opened.set(db, names);
  if (!names.has(path)) {
    const response = await fetch(new URL(path, dataUrl));
    if (!response.ok) throw new Error(`no slice ${path}: ${response.status}; run npm run build again after an import`);
    await db._db.registerFileBuffer(path, new Uint8Array(await response.arrayBuffer()));
    names.add(path);
  }
  await db.query(`CREATE OR REPLACE TABLE slice AS FROM read_parquet('${path}')`);
}

/** Columns of a slice that are not the latency: keys, then axes from outer to inner. */
export function sliceColumns({table}: CoverageRow): string[] {
  const {key, axes}: TableSpec = tables[table];
  return [...key, ...axes];
}

/** Distinct values of each column, sorted, and one row from the middle, which is sure to exist. */
export async function sliceValues(
  db: Database,
  row: CoverageRow
): Promise<{values: Record<string, Cell[]>; middle: Record_}> {
  const columns = sliceColumns(row);
  const values = await Promise.all(
    columns.map(async (column) => [
      column,
      pluck(await db.query(`SELECT DISTINCT ${quoted(column)} AS v FROM slice ORDER BY v`), "v")
    ])
  );
  const [middle] = records(
    await db.query(`FROM slice ORDER BY ${columns.map(quoted).join(", ")} LIMIT 1 OFFSET ${Math.floor(row.rows / 2)}`)
  );
  return {values: Object.fromEntries(values), middle};
}

export interface SliceFilter {
  x: string;
  /** Column that colours the curves; empty for none. */
  color: string;
  /** Values of all other columns. */
  fixed: Record_;
}

/** Rows of the curves that a filter asks for. */
export async function sliceCurves(db: Database, {x, fixed}: SliceFilter): Promise<Record_[]> {
  const columns = Object.keys(fixed);
  const where = columns.map((column) => `${quoted(column)} = ?`).join(" AND ") || "true";
  return records(await db.query(`FROM slice WHERE ${where} ORDER BY ${quoted(x)}`, Object.values(fixed)));
}

/** Rows as plain records; DuckDB’s 64-bit integers as numbers. */
export function records(rows: Iterable<Record<string, unknown>>): Record_[] {
  return Array.from(rows, (row) =>
    Object.fromEntries(
      Object.entries({...row}).map(([name, value]) => [
        name,
        typeof value === "bigint" ? Number(value) : (value as Cell)
      ])
    )
  );
}

function pluck(rows: Iterable<Record<string, unknown>>, column: string): Cell[] {
  return records(rows).map((row) => row[column]);
}

function quoted(column: string): string {
  return `"${column.replaceAll('"', '""')}"`;
}

export {valueColumn};
