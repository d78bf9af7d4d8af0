import {Grid} from "./grid.js";
import type {GridRoofline} from "./grid.js";
import {Sites} from "./sites.js";
import type {Curves} from "./interpolation/curves.js";
import type {GemmRoofline} from "./sites.js";
import {tables, valueColumn} from "./schema.js";
import type {ErrorBand} from "./result.js";
import type {Backend, Columns, SliceEntry, TableName} from "./schema.js";

/** A curve or grid selected by a slice's key columns. */
export interface KeyedGrid {
  key: (string | number)[];
  grid: Grid;
}

interface Slice {
  columns: Columns;
  /** Rows of every key, in file order. */
  rows: Map<string, number[]>;
  grids: Map<string, Grid>;
  sites?: Sites;
  curves: Map<string, Curves>;
}

/** A slice that was fitted to measurements (see calibration.ts): tabulated when it is first looked into. */
export interface FittedSlice {
  table: TableName;
  part: readonly string[];
  /** Measured rows that it stands for. */
  rows: number;
  /** How far off the fit is on them. */
  error: ErrorBand;
  columns: () => Columns;
}

/** Which slices a question needs: a table, with the values of its first `part` columns (none: all of them). */
export interface SliceRef {
  table: TableName;
  part: readonly string[];
}

/**
 * The measured tables of one system, backend and version, with the collectives of the system. It knows from the
 * catalogue what exists, and holds what has been loaded; asking for a slice that exists but was not loaded is a bug.
 */
export class PerfDatabase {
  /** Rows that cannot be right, of how many, by grid that an evaluation looks into; it clears them when it begins. */
  readonly impossible = new Map<Grid, {rows: number; of: number}>();
  private readonly slices = new Map<string, Slice>();
  private readonly entries = new Map<string, SliceEntry>();
  private readonly fitted = new Map<string, FittedSlice>();

  constructor(
    readonly systemId: string,
    readonly backend: Backend,
    readonly version: string,
    entries: readonly SliceEntry[] = [],
    fitted: readonly FittedSlice[] = []
  ) {
    for (const entry of entries) this.entries.set(sliceName(entry.table, entry.part), entry);
    for (const slice of fitted) {
      const {table, part, rows} = slice;
      const name = sliceName(table, part);
      this.fitted.set(name, slice);
      this.entries.set(name, {table, part: [...part], path: "", rows, bytes: 0, borrowedRows: 0, borrowedFrom: []});
    }
  }

  get empty(): boolean {
    return this.entries.size === 0;
  }

  /** Adds the decoded rows of one slice. */
  add(table: TableName, part: readonly string[], columns: Columns): void {
    const name = sliceName(table, part);
    const rows = new Map<string, number[]>();
    const keyColumns = tables[table].key.map((column) => columns[column]);
    for (let i = 0; i < columns[valueColumn].length; ++i) {
      const key = keyColumns.map((column) => column[i]).join("|");
      const group = rows.get(key);
      if (group) group.push(i);
      else rows.set(key, [i]);
    }
    this.slices.set(name, {columns, rows, grids: new Map(), curves: new Map()});
    if (!this.entries.has(name)) {
      const count = columns[valueColumn].length;
      this.entries.set(name, {
        table,
        part: [...part],
        path: "",
        rows: count,
        bytes: 0,
        borrowedRows: 0,
        borrowedFrom: []
      });
    }
  }

  /** Entries of the catalogue that `refs` name and that are not loaded yet. */
  unloaded(refs: readonly SliceRef[]): SliceEntry[] {
    const wanted = new Set<SliceEntry>();
    for (const {table, part} of refs)
      for (const entry of this.entriesOf(table))
        if (part.every((value, i) => entry.part[i] === value) && !this.isLoaded(sliceName(table, entry.part)))
          wanted.add(entry);
    return [...wanted];
  }

  private isLoaded(name: string): boolean {
    return this.slices.has(name) || this.fitted.has(name);
  }

  /** How far off the fit is, where a slice was fitted and not measured. */
  fitError(table: TableName, part: readonly string[]): ErrorBand | undefined {
    return this.fitted.get(sliceName(table, part))?.error;
  }

  /** Every slice of a table that exists. */
  entriesOf(table: TableName): SliceEntry[] {
    return [...this.entries.values()].filter((entry) => entry.table === table);
  }

  /** All entries, loaded or not. */
  allEntries(): SliceEntry[] {
    return [...this.entries.values()];
  }

  has(table: TableName, part: readonly string[]): boolean {
    return this.entries.has(sliceName(table, part));
  }

  /** The grid of one key; `floor`, the same at every call for a table, is applied when it is first built. Undefined when nothing was measured there. */
  grid(
    table: TableName,
    part: readonly string[],
    key: readonly (string | number)[] = [],
    floor?: GridRoofline
  ): Grid | undefined {
    const slice = this.slice(table, part);
    if (!slice) return undefined;
    const name = key.join("|");
    let grid = slice.grids.get(name);
    if (grid) return grid;
    const rows = slice.rows.get(name);
    if (!rows) return undefined;
    const columns = [...tables[table].axes, valueColumn].map((column) => pick(slice.columns[column], rows));
    grid = new Grid(columns);
    if (floor) grid.floorAt(floor);
    slice.grids.set(name, grid);
    return grid;
  }

  /** Keys of a slice, in file order. */
  keys(table: TableName, part: readonly string[]): (string | number)[][] {
    const slice = this.slice(table, part);
    if (!slice) return [];
    const columns = tables[table].key.map((column) => slice.columns[column]);
    return [...slice.rows.values()].map(([row]) => columns.map((column) => column[row]));
  }

  /** The measured GEMM sites of one dtype. */
  sites(dtype: string, roofline: GemmRoofline): Sites | undefined {
    const slice = this.slice("gemm", [dtype]);
    if (!slice) return undefined;
    const numbers = (column: string) => slice.columns[column] as ArrayLike<number>;
    return (slice.sites ??= new Sites(numbers("n"), numbers("k"), numbers("m"), numbers(valueColumn), roofline));
  }

  /**
   * The rows of several keys of a slice as curves, made once for each `name`: `make` gets the table's key columns, its
   * axes, which it leaves as they are, and latencies of its own. Undefined when nothing was measured there.
   */
  curves(
    table: TableName,
    part: readonly string[],
    {name, accepts}: {name: string; accepts: (key: (string | number)[]) => boolean},
    make: (columns: (ArrayLike<number> | readonly string[])[], latencyMs: Float64Array) => Curves
  ): Curves | undefined {
    const slice = this.slice(table, part);
    if (!slice) return undefined;
    let curves = slice.curves.get(name);
    if (curves) return curves;
    const {columns} = slice;
    const keys = tables[table].key.map((column) => columns[column]);
    const groups = [...slice.rows.values()].filter(([row]) => accepts(keys.map((column) => column[row])));
    const rows = groups.length === 1 ? groups[0] : groups.flat();
    const of = (column: ArrayLike<number> | readonly string[]) => {
      // One key alone: the columns as they are.
      if (slice.rows.size === 1) return column;
      return typeof column[0] === "string" ? rows.map((row) => column[row] as string) : pick(column, rows);
    };
    const named = [...tables[table].key, ...tables[table].axes].map((column) => of(columns[column]));
    curves = make(named, pick(columns[valueColumn], rows));
    slice.curves.set(name, curves);
    return curves;
  }

  /** `no gemm table: h200_sxm/trtllm 1.3.0rc10 nvfp4; have bfloat16, fp8`. */
  missingMessage(table: TableName, part: readonly string[]): string {
    const have = this.entriesOf(table).map((entry) => entry.part.join("/") || "one without parts");
    const what = part.length ? ` ${part.join("/")}` : "";
    const list = have.length > 12 ? [...have.slice(0, 12), `${have.length - 12} more`] : have;
    return `no ${table} table: ${this.systemId}/${this.backend} ${this.version}${what}; have ${list.join(", ") || "none"}`;
  }

  /** `712 of 1107 prefill-attention rows of h200_sxm/vllm 0.19.0 are faster than the GPU can be; …`, or nothing. */
  doubts(): string[] {
    let [rows, of] = [0, 0];
    for (const grid of this.impossible.values()) [rows, of] = [rows + grid.rows, of + grid.of];
    if (rows === 0) return [];
    const where = `${this.systemId}/${this.backend} ${this.version}`;
    return [
      `${rows} of ${of} prefill-attention rows of ${where} are faster than the GPU can be; TTFT comes out too low`
    ];
  }

  private slice(table: TableName, part: readonly string[]): Slice | undefined {
    const name = sliceName(table, part);
    const slice = this.slices.get(name);
    const fitted = slice ? undefined : this.fitted.get(name);
    if (fitted) {
      this.add(table, part, fitted.columns());
      return this.slices.get(name);
    }
    if (!slice && this.entries.has(name)) throw new Error(`slice not loaded: ${name}; ask for it before the query`);
    return slice;
  }
}

function sliceName(table: TableName, part: readonly string[]): string {
  return `${table}|${part.join("|")}`;
}

function pick(column: ArrayLike<number> | readonly string[], rows: number[]): Float64Array {
  const picked = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; ++i) picked[i] = column[rows[i]] as number;
  return picked;
}
