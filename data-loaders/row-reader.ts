import {UnreadableTable, type SourceTable} from "./source-table.js";

/** A text column as numbers into `names`. */
export interface TextColumn {
  codes: Int32Array;
  names: string[];
}

export type Column = Float64Array | TextColumn;

export interface RefusedRow {
  row: number;
  reason: string;
}

/** How a cell may look, and what stands for a missing one; without `missing` the cell is required. */
interface CellRule<T> {
  missing?: T;
}

/**
 * Typed columns of one source table, each cell checked.
 *
 * A bad cell makes its row refused, once, for its first bad cell; the other rows stand. `drop` leaves a row out
 * without complaint. Throws UnreadableTable if a whole column is missing.
 */
export class RowReader {
  readonly rows: number;
  readonly refused: RefusedRow[] = [];
  /** Rows that are neither dropped nor refused. */
  readonly kept: Uint8Array;

  constructor(private readonly source: SourceTable) {
    this.rows = source.rows;
    this.kept = new Uint8Array(source.rows).fill(1);
    for (const {row, reason} of source.broken) this.refused.push({row, reason});
  }

  has(name: string): boolean {
    return this.source.columns.has(name);
  }

  drop(row: number): void {
    this.kept[row] = 0;
  }

  refuse(row: number, reason: string): void {
    if (!this.kept[row]) return;
    this.kept[row] = 0;
    this.refused.push({row: this.source.rowNumber(row), reason});
  }

  /** Whole numbers ≥ `least`. */
  integer(name: string, {missing, least = 1}: CellRule<number> & {least?: number} = {}): Float64Array {
    const out = new Float64Array(this.rows);
    this.eachCell(name, missing, (row, cell) => {
      const value = toNumber(cell);
      if (!Number.isSafeInteger(value)) this.refuse(row, `${name} is not a whole number: ${shown(cell)}`);
      else if (value < least) this.refuse(row, `${name} is below ${least}: ${value}`);
      else out[row] = value;
    });
    return out;
  }

  /** Durations in the unit of the source: finite, and above zero unless `zero` is allowed. */
  duration(name: string, {zero = false} = {}): Float64Array {
    const out = new Float64Array(this.rows);
    this.eachCell<number>(name, undefined, (row, cell) => {
      const value = toNumber(cell);
      if (!Number.isFinite(value)) this.refuse(row, `${name} is not a number: ${shown(cell)}`);
      else if (value < 0) this.refuse(row, `${name} is negative: ${value}`);
      else if (value === 0 && !zero) this.refuse(row, `${name} is zero`);
      else out[row] = value;
    });
    return out;
  }

  /** Free text, or one of `allowed` after renaming by `alias`. */
  text(
    name: string,
    rule: CellRule<string> & {allowed?: readonly string[]; alias?: Record<string, string>} = {}
  ): TextColumn {
    const {missing, allowed, alias = {}} = rule;
    const codes = new Int32Array(this.rows);
    const names: string[] = [];
    const seen = new Map<unknown, number>();
    this.eachCell(name, missing, (row, cell) => {
      let code = seen.get(cell);
      if (code === undefined) {
        const value = alias[String(cell)] ?? String(cell);
        const known = !allowed || allowed.includes(value);
        code = known ? names.indexOf(value) : -1;
        if (known && code < 0) code = names.push(value) - 1;
        seen.set(cell, code);
      }
      if (code < 0) this.refuse(row, `${name} is unknown: ${shown(cell)}; have ${allowed!.join(", ")}`);
      else codes[row] = code;
    });
    return {codes, names};
  }

  private eachCell<T>(name: string, missing: T | undefined, use: (row: number, cell: unknown) => void): void {
    const cells = this.source.columns.get(name);
    if (!cells && missing === undefined) throw new UnreadableTable(`has no column ${name}`);
    for (let row = 0; row < this.rows; ++row) {
      if (!this.kept[row]) continue;
      const cell = cells?.[row] ?? "";
      if (cell !== "") use(row, cell);
      else if (missing !== undefined) use(row, missing);
      else this.refuse(row, `${name} is empty`);
    }
  }
}

function toNumber(cell: unknown): number {
  if (typeof cell === "number") return cell;
  if (typeof cell === "bigint") return Number(cell);
  return typeof cell === "string" && cell !== "" ? Number(cell) : NaN;
}

function shown(cell: unknown): string {
  return typeof cell === "string" ? JSON.stringify(cell) : String(cell);
}
