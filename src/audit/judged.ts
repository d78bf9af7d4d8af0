/** What was judged of every table when the site was built, without the rows that are worst: a few numbers each. */
import type {SliceQuality} from "../engine/quality.js";
import type {TableRef} from "./protocol.js";

export type Judged = Omit<SliceQuality, "worstImpossible" | "worstSlower">;

const fields = [
  "rows",
  "bounded",
  "remarkable",
  "tested",
  "impossible",
  "leastOfLight",
  "paired",
  "slower",
  "muchSlower"
] as const satisfies (keyof Judged)[];

/** By table, numbers in the order of `fields`; null stands for Infinity. */
export type JudgedTables = Record<string, (number | null)[]>;

export function packJudged(tables: readonly (TableRef & Judged)[]): JudgedTables {
  return Object.fromEntries(tables.map((table) => [keyOf(table), fields.map((field) => finite(table[field]))]));
}

/** Undefined where nothing was judged beforehand, as in a preview. */
export function judgedOf(tables: JudgedTables, ref: TableRef): Judged | undefined {
  const numbers = tables[keyOf(ref)];
  return (
    numbers && (Object.fromEntries(fields.map((field, i) => [field, numbers[i] ?? Infinity])) as unknown as Judged)
  );
}

function keyOf({system, backend, version, table}: TableRef): string {
  return [system, backend, version, table].join("/");
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
