/** How the flags that we emit are described, by release, and the check of a command line against it. */
import {InputError, unknownName} from "../../engine/errors.js";
import type {Arg} from "../plan.js";
import {oneLine, show} from "../quote.js";
import {compareReleases} from "../release-order.js";

/** `list`: whole numbers, at least one. `json`: one word of JSON. `text`: any word. */
export type FlagKind = "switch" | "int" | "number" | "text" | "json" | "list";

export interface FlagRow {
  kind: FlagKind;
  /** First release that has it, where that is not the first of the table; and first that has it no more. */
  from?: string;
  until?: string;
  /** Still accepted from here on, but not for long. */
  deprecated?: string;
  /** Words that we know, with the releases that take them: [first, first without]. Others are refused. */
  values?: Record<string, readonly [from?: string, until?: string]>;
  /** Switches that also come as `--no-…`. */
  negatable?: boolean;
  /** From here on the engine takes words that are not listed. */
  open?: string;
}

export type FlagTable = Record<string, FlagRow>;

/** Throws InputError, with the reason, for the first argument that `version` of `program` would refuse. */
export function checkTable(program: string, version: string, table: FlagTable, args: readonly Arg[]): void {
  const seen = new Set<string>();
  for (const {flag, values} of args) {
    const [name, row] = findRow(program, table, flag);
    const where = `${program} ${version}`;
    if (seen.has(name)) throw new InputError(`${name} twice for ${where}; give it once`);
    seen.add(name);
    if (!isWithin(version, row.from, row.until))
      throw new InputError(`${flag}: ${where} has no such flag; ${sinceWords(row)}`);
    checkArity(where, flag, row, values);
    for (const value of values) checkValue(where, version, flag, row, value);
  }
}

/** The row of a flag, or of the switch that `--no-…` turns off. */
function findRow(program: string, table: FlagTable, flag: string): [string, FlagRow] {
  if (Object.hasOwn(table, flag)) return [flag, table[flag]];
  const positive = flag.replace(/^--no-/, "--");
  if (positive !== flag && Object.hasOwn(table, positive) && table[positive].negatable)
    return [positive, table[positive]];
  throw new InputError(unknownName(`${program} flag`, oneLine(flag), Object.keys(table)));
}

/** Whether `version` lies in [from, until). */
export function isWithin(version: string, from?: string, until?: string): boolean {
  const started = from === undefined || compareReleases(from, version) <= 0;
  return started && (until === undefined || compareReleases(version, until) < 0);
}

function sinceWords({from, until}: FlagRow): string {
  return [from && `it came with ${from}`, until && `it went with ${until}`].filter(Boolean).join(", ");
}

function checkArity(where: string, flag: string, {kind}: FlagRow, values: readonly string[]): void {
  const wanted = kind === "switch" ? "no value" : kind === "list" ? "at least one value" : "one value";
  const fits = kind === "switch" ? values.length === 0 : kind === "list" ? values.length > 0 : values.length === 1;
  if (!fits) throw new InputError(`invalid ${flag} for ${where}: ${values.length} values; takes ${wanted}`);
}

function checkValue(where: string, version: string, flag: string, row: FlagRow, value: string): void {
  const refuse = (wish: string) => new InputError(`invalid ${flag} for ${where}: ${show(value)}; ${wish}`);
  if (!fitsKind(row.kind, value)) throw refuse(kindWords[row.kind]);
  if (!row.values || (row.open !== undefined && isWithin(version, row.open))) return;
  const legal = Object.keys(row.values).filter((name) => isWithin(version, ...row.values![name]));
  if (!legal.includes(value)) throw refuse(`must be one of ${legal.join(", ")}`);
}

const kindWords: Record<FlagKind, string> = {
  switch: "takes no value",
  int: "must be a whole number",
  number: "must be a number",
  text: "must be a word that does not start with a dash",
  json: "must be JSON",
  list: "must be whole numbers"
};

function fitsKind(kind: FlagKind, value: string): boolean {
  switch (kind) {
    case "switch":
      return false;
    case "int":
    case "list":
      return /^\d{1,15}$/.test(value);
    case "number":
      return /^\d+(\.\d+)?$/.test(value);
    case "text":
      return value !== "" && !value.startsWith("-") && !value.includes("\0");
    case "json":
      return isJson(value);
  }
}

function isJson(value: string): boolean {
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
}
