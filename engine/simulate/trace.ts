/** Recorded traces as text: CSV with a header, and JSON lines as Mooncake publishes them. */
import {msPerSecond} from "../units.js";
import type {TraceRequest} from "./types.js";

/** A row that is no request, and why: `row` counts lines of the text from 1. */
export interface TraceError {
  row: number;
  message: string;
}

export interface ParsedTrace {
  format: TraceFormat;
  /** In the order of the text; arrivals count from the earliest one. */
  requests: TraceRequest[];
  /** Every row that was left out: rows are requests or errors, none is lost. */
  errors: TraceError[];
  /** Rows that hold something, a header apart. */
  rows: number;
}

export type TraceFormat = "csv" | "jsonl";

export interface TraceOptions {
  /** Told by the first character unless given. */
  format?: TraceFormat;
  /**
   * Blocks of `hash_ids` that a prefix cache holds, the least recently used going first; 0, by default: no request finds
   * any of its prompt cached. Infinity: all that came before.
   */
  cacheBlocks?: number;
  /** Tokens of a block of `hash_ids`; 512 in the published traces. */
  blockTokens?: number;
  /** Share of the text that is read. */
  onProgress?: (share: number) => void;
}

const rowsBetweenNews = 5000;

/** Requests of a trace, and what is wrong with rows that are none. A text without any header or row gives no requests. */
export function parseTrace(text: string, options: TraceOptions = {}): ParsedTrace {
  const parsing = parseTraceSteps(text, options);
  for (;;) {
    const {value, done} = parsing.next();
    if (done) return value;
    options.onProgress?.(value);
  }
}

/** As `parseTrace`, giving the share that is read from time to time. */
export function* parseTraceSteps(text: string, options: TraceOptions = {}): Generator<number, ParsedTrace> {
  const format = options.format ?? (/^\s*[{[]/.test(text) ? "jsonl" : "csv");
  const read = format === "csv" ? csvReader() : jsonReader(options);
  const requests: TraceRequest[] = [];
  const errors: TraceError[] = [];
  let [from, row, rows] = [0, 0, 0];
  while (from < text.length) {
    const end = text.indexOf("\n", from);
    const to = end < 0 ? text.length : end;
    const line = text
      .slice(from, to)
      .replace(/\r$/, "")
      .replace(/^\uFEFF/, "");
    from = to + 1;
    ++row;
    if (line.trim() === "") continue;
    const found = read(line);
    if (found === "header") continue;
    ++rows;
    if (typeof found === "string") errors.push({row, message: found});
    else requests.push(found);
    if (rows % rowsBetweenNews === 0) yield from / text.length;
  }
  const firstMs = requests.reduce((least, {arrivalMs}) => Math.min(least, arrivalMs), Infinity);
  for (const request of requests) request.arrivalMs -= firstMs;
  yield 1;
  return {format, requests, errors, rows};
}

/** A row's request, what is wrong with it, or that it is the header. */
type RowReader = (line: string) => TraceRequest | string;

/** Names that columns go by, without case, spaces and underscores; arrivals with the unit of bare numbers. */
const columnNames = {
  input: ["inputtokens", "inputlength", "isl", "prompttokens", "contexttokens", "requesttokens"],
  output: ["outputtokens", "outputlength", "osl", "completiontokens", "generatedtokens", "responsetokens"],
  cached: ["cachedtokens", "prefixtokens", "cachedinputtokens"]
};
const arrivalUnits: Record<string, number> = {
  arrivalms: 1,
  timestampms: 1,
  timems: 1,
  arrivals: msPerSecond,
  arrivaltime: msPerSecond,
  timestamp: msPerSecond,
  timestamps: msPerSecond,
  time: msPerSecond
};

interface Columns {
  arrival: number;
  unitMs: number;
  input: number;
  output: number;
  cached: number;
}

function csvReader(): RowReader {
  let columns: Columns | string | undefined;
  return (line) => {
    const cells = csvCells(line);
    if (columns === undefined) {
      columns = csvColumns(cells);
      return typeof columns === "string" ? columns : "header";
    }
    // Without a header that names them no column can be told.
    if (typeof columns === "string") return "no header names this row's columns";
    const {arrival, unitMs, input, output, cached} = columns;
    if (typeof cells === "string") return cells;
    const arrivalMs = arrivalOf(cells[arrival], unitMs);
    const given = cached >= 0 && cells[cached]?.trim() ? Number(cells[cached]) : undefined;
    return requestOf(arrivalMs, Number(cells[input] || NaN), Number(cells[output] || NaN), given, {
      arrival: cells[arrival],
      input: cells[input],
      output: cells[output],
      cached: cells[cached]
    });
  };
}

function csvColumns(cells: string[] | string): Columns | string {
  if (typeof cells === "string") return cells;
  const names = cells.map((cell) => cell.toLowerCase().replace(/[\s_-]/g, ""));
  const find = (known: readonly string[]) => names.findIndex((name) => known.includes(name));
  const arrival = find(Object.keys(arrivalUnits));
  const [input, output] = [find(columnNames.input), find(columnNames.output)];
  if (arrival < 0 || input < 0 || output < 0) {
    const missing = [
      ...(arrival < 0 ? ["an arrival (arrival_ms or timestamp)"] : []),
      ...(input < 0 ? ["input_tokens"] : []),
      ...(output < 0 ? ["output_tokens"] : [])
    ];
    return `no column for ${missing.join(", ")}; have ${cells.join(", ")}`;
  }
  return {arrival, unitMs: arrivalUnits[names[arrival]], input, output, cached: find(columnNames.cached)};
}

/** Cells of a line; a quoted cell may hold commas and doubled quotes, but no line end. */
function csvCells(line: string): string[] | string {
  if (!line.includes('"')) return line.split(",");
  const cells: string[] = [];
  const cell = /\s*"((?:[^"]|"")*)"\s*(,|$)|([^,"]*)(,|$)/y;
  while (cell.lastIndex <= line.length) {
    const match = cell.exec(line);
    if (!match) return "quotes do not close";
    cells.push(match[1] === undefined ? match[3] : match[1].replaceAll('""', '"'));
    if ((match[2] ?? match[4]) === "") break;
  }
  return cells;
}

/** A bare number in the column's unit, else a date. */
function arrivalOf(cell: string | undefined, unitMs: number): number {
  if (cell === undefined || cell.trim() === "") return NaN;
  const number = Number(cell);
  return Number.isNaN(number)
    ? Date.parse(/[zZ]|[+-]\d\d:?\d\d$/.test(cell) ? cell : `${cell.trim()}Z`)
    : number * unitMs;
}

interface Cells {
  arrival: unknown;
  input: unknown;
  output: unknown;
  cached: unknown;
}

function requestOf(arrivalMs: number, input: number, output: number, cached: number | undefined, cells: Cells) {
  if (!Number.isFinite(arrivalMs)) return `invalid arrival: ${shown(cells.arrival)}; must be a number or a date`;
  if (!Number.isInteger(input) || input < 1)
    return `invalid input tokens: ${shown(cells.input)}; must be a whole number ≥ 1`;
  if (!Number.isInteger(output) || output < 1)
    return `invalid output tokens: ${shown(cells.output)}; must be a whole number ≥ 1`;
  if (cached === undefined) return {arrivalMs, inputTokens: input, outputTokens: output};
  if (!Number.isInteger(cached) || cached < 0 || cached > input)
    return `invalid cached tokens: ${shown(cells.cached)}; must be a whole number from 0 to the input's ${input}`;
  return {arrivalMs, inputTokens: input, outputTokens: output, cachedTokens: cached};
}

function shown(cell: unknown): string {
  return cell === undefined || cell === "" ? "nothing" : typeof cell === "string" ? cell : JSON.stringify(cell);
}

/** Mooncake: `timestamp` in ms, `input_length`, `output_length`, `hash_ids` of the prompt's blocks from its start. */
function jsonReader({cacheBlocks = 0, blockTokens = 512}: TraceOptions): RowReader {
  const cache = new BlockCache(cacheBlocks);
  return (line) => {
    let row: unknown;
    try {
      row = JSON.parse(line);
    } catch {
      return "not JSON";
    }
    if (typeof row !== "object" || row === null || Array.isArray(row)) return "not a JSON object";
    const {timestamp, input_length: input, output_length: output, hash_ids: hashes} = row as Record<string, unknown>;
    if (hashes !== undefined && !isHashes(hashes)) return "invalid hash_ids: must be a list of numbers or strings";
    const request = requestOf(numberOf(timestamp), numberOf(input), numberOf(output), undefined, {
      arrival: timestamp,
      input,
      output,
      cached: undefined
    });
    if (typeof request === "string" || hashes === undefined || cacheBlocks === 0) return request;
    const cachedTokens = Math.min(cache.found(hashes) * blockTokens, request.inputTokens);
    return cachedTokens > 0 ? {...request, cachedTokens} : request;
  };
}

function numberOf(value: unknown): number {
  return typeof value === "number" ? value : NaN;
}

function isHashes(value: unknown): value is (number | string)[] {
  return Array.isArray(value) && value.every((hash) => typeof hash === "number" || typeof hash === "string");
}

/** Blocks of prompts that were seen, the least recently used first. */
class BlockCache {
  private readonly blocks = new Set<number | string>();

  constructor(private readonly most: number) {}

  /** How many blocks at a prompt's start were there; all of them are afterwards. */
  found(hashes: readonly (number | string)[]): number {
    let count = 0;
    while (count < hashes.length && this.blocks.has(hashes[count])) ++count;
    // The end first: when room is scarce a prompt's start is worth most.
    for (let i = hashes.length - 1; i >= 0; --i) {
      this.blocks.delete(hashes[i]);
      this.blocks.add(hashes[i]);
    }
    for (const oldest of this.blocks) {
      if (this.blocks.size <= this.most) break;
      this.blocks.delete(oldest);
    }
    return count;
  }
}
