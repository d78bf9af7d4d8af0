/** Framework's client of DuckDB, which has no types of its own. */
declare module "npm:@observablehq/duckdb" {
  export const DuckDBClient: {of(): Promise<unknown>};
}
