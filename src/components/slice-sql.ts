/** A slice in DuckDB, which comes when the first query is run: it is ten times the size of the page. */
import type {Columns} from "../engine/schema.js";
import type {Cell, Record_} from "./slice-table.js";

/** What we use of Framework’s DuckDBClient. */
interface Database {
  query(sql: string): Promise<Iterable<Record<string, unknown>> & {schema: {fields: {name: string}[]}}>;
  /** Made by src/build/duckdb-wasm.ts. */
  _db: {insertColumns(name: string, columns: Columns): Promise<void>};
}

export interface SqlResult {
  columns: string[];
  rows: Record_[];
}

/** Runs SQL over the table `slice`. Rejects with DuckDB’s message for a query that does not run. */
export type AskSlice = (sql: string) => Promise<SqlResult>;

let database: Promise<Database> | undefined;
let held: Columns | undefined;

export function sliceSql(columns: Columns): AskSlice {
  return async (sql) => {
    database ??= openDatabase();
    const db = await database;
    if (held !== columns) {
      await db.query("DROP TABLE IF EXISTS slice");
      await db._db.insertColumns("slice", columns);
      held = columns;
    }
    const result = await db.query(sql);
    return {columns: result.schema.fields.map(({name}) => name), rows: Array.from(result, plain)};
  };
}

async function openDatabase(): Promise<Database> {
  const {DuckDBClient} = await import("npm:@observablehq/duckdb");
  return DuckDBClient.of() as Promise<Database>;
}

/** DuckDB’s 64-bit integers as numbers. */
function plain(row: Record<string, unknown>): Record_ {
  const cells = Object.entries({...row});
  return Object.fromEntries(
    cells.map(([name, value]) => [name, typeof value === "bigint" ? Number(value) : (value as Cell)])
  );
}
