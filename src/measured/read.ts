/**
 * Reads a table of measured deployments: one row, one server that somebody ran, with the mean TTFT and TPOT that were
 * seen and, where the file has them, what another predictor says. Nothing is dropped in silence: a row is either read or
 * named among the problems, with its line, its column and what would do.
 */
import {InputError} from "../engine/errors.js";
import {backends} from "../engine/schema.js";
import type {Backend} from "../engine/schema.js";
import {parseCsv} from "./csv.js";
import type {CsvRecord} from "./csv.js";

/** Sizes of a worker as the file gives them; blank and 0 both mean that it does not. */
export interface GivenParallel {
  tp?: number;
  pp?: number;
  dp?: number;
  moeTp?: number;
  moeEp?: number;
}

/** Workers of one kind. */
export interface MeasuredWorkers {
  parallel: GivenParallel;
  /** Requests in flight per attention-DP rank; undefined where the file does not say. */
  batchPerRank?: number;
  /** Workers of this kind that served; undefined where the file does not say. */
  workers?: number;
}

/** Means over the run, in ms: of the time to the first token, and per token after it. */
export interface MeasuredLatency {
  ttftMs: number;
  tpotMs: number;
}

export interface MeasuredRow {
  /** Of the file; the header is 1. */
  line: number;
  id: string;
  /** Where the figures are from, in the file's own words. */
  source: string;
  backend: Backend;
  /** Release or image of the serving engine; empty where the file does not say. */
  version: string;
  model: string;
  system: string;
  /** Of the weights in a word (`fp8`, `fp4`, `bf16`, `int4`); empty where the file does not say. */
  precision: string;
  /** Types of GEMMs and experts, in the engine's names; empty where the file does not say. */
  gemmQuant: string;
  moeQuant: string;
  mode: "agg" | "disagg";
  isl: number;
  osl: number;
  /** Of an aggregated deployment: one worker. */
  agg?: MeasuredWorkers;
  /** Of a disaggregated one. */
  prefill?: MeasuredWorkers;
  decode?: MeasuredWorkers;
  /** Requests in flight that the client kept up, from `silicon_concurrency` of the source. */
  clientConcurrency?: number;
  measured: MeasuredLatency;
  /** Of the file's other predictor; undefined where it has no answer. */
  reference?: MeasuredLatency;
}

/** Why a row could not be read. */
export interface RowProblem {
  line: number;
  id: string;
  /** Empty when it is about the whole row. */
  column: string;
  /** `what: got; what would do`. */
  message: string;
}

export interface MeasuredFile {
  rows: MeasuredRow[];
  problems: RowProblem[];
}

/** What every file has. */
export const neededColumns = [
  "backend",
  "model_path",
  "system",
  "mode",
  "isl",
  "osl",
  "measured_ttft_ms",
  "measured_tpot_ms"
] as const;

const sizeColumns = ["batch_size", "tp_size", "pp_size", "attention_dp_size", "moe_tp_size", "moe_ep_size"] as const;
const poolColumns = [...sizeColumns, "num_workers"] as const;

/** What a file may have besides, in the order of the format. */
export const optionalColumns: readonly string[] = [
  ...["id", "source", "backend_version", "precision", "gemm_quant_mode", "moe_quant_mode"],
  ...sizeColumns,
  ...poolColumns.map((column) => `prefill_${column}`),
  ...poolColumns.map((column) => `decode_${column}`),
  ...["reference_ttft_ms", "reference_tpot_ms"]
];

const needed: readonly string[] = neededColumns;

/**
 * Rows of a file, and what is wrong with the others. Columns that the format does not have are ignored.
 *
 * Throws InputError for a text that is no such table: empty, without one of the needed columns, or with one twice.
 */
export function readMeasured(text: string): MeasuredFile {
  const [header, ...records] = parseCsv(text);
  if (!header) throw new InputError(`no rows: the file is empty; needs a header with ${needed.join(", ")}`);
  const columns = header.fields.map((name) => name.trim());
  checkHeader(columns);
  const file: MeasuredFile = {rows: [], problems: []};
  for (const record of records) {
    const read = readRow(columns, record);
    if (Array.isArray(read)) file.problems.push(...read);
    else file.rows.push(read);
  }
  return file;
}

function checkHeader(columns: readonly string[]): void {
  const missing = needed.filter((name) => !columns.includes(name));
  if (missing.length > 0)
    throw new InputError(
      `not a table of measured deployments: the first line has no column ${missing.join(", ")}; needs ${needed.join(", ")}`
    );
  const twice = columns.find((name, at) => columns.indexOf(name) !== at && (needed.includes(name) || isOptional(name)));
  if (twice) throw new InputError(`column given twice: ${twice}; each must be there once`);
}

function isOptional(name: string): boolean {
  return optionalColumns.includes(name);
}

function readRow(columns: readonly string[], {line, fields}: CsvRecord): MeasuredRow | RowProblem[] {
  const cells = new Map(columns.map((name, at) => [name, (fields[at] ?? "").trim()]));
  const text = (column: string) => cells.get(column) ?? "";
  const id = text("id") || `line ${line}`;
  const problems: RowProblem[] = [];
  const wrong = (column: string, message: string) => void problems.push({line, id, column, message});
  if (fields.length > columns.length || (fields.length < columns.length && !text("measured_tpot_ms"))) {
    wrong("", `line ${line} has ${fields.length} cells; the header has ${columns.length}`);
    return problems;
  }

  const some = (column: string): string => {
    if (!text(column)) wrong(column, `line ${line} ${column}: blank; must be given`);
    return text(column);
  };
  const oneOf = <T extends string>(column: string, values: readonly T[]): T => {
    const found = values.find((value) => value === text(column));
    if (!found) wrong(column, `line ${line} ${column}: ${shown(text(column))}; must be one of ${values.join(", ")}`);
    return found ?? values[0];
  };
  const whole = (column: string): number => {
    const value = numberOf(text(column));
    const isWhole = Number.isInteger(value) && value >= 1;
    if (!isWhole) wrong(column, `line ${line} ${column}: ${shown(text(column))}; must be a whole number of at least 1`);
    return value;
  };
  const maybeWhole = (column: string): number | undefined => {
    const value = text(column);
    return value === "" || numberOf(value) === 0 ? undefined : whole(column);
  };
  const ms = (column: string): number => {
    const value = numberOf(text(column));
    const isTime = Number.isFinite(value) && value > 0;
    if (!isTime) wrong(column, `line ${line} ${column}: ${shown(text(column))}; must be milliseconds above 0`);
    return value;
  };
  const workers = (prefix: string): MeasuredWorkers => ({
    parallel: withoutUndefined({
      tp: maybeWhole(`${prefix}tp_size`),
      pp: maybeWhole(`${prefix}pp_size`),
      dp: maybeWhole(`${prefix}attention_dp_size`),
      moeTp: maybeWhole(`${prefix}moe_tp_size`),
      moeEp: maybeWhole(`${prefix}moe_ep_size`)
    }),
    ...withoutUndefined({
      batchPerRank: maybeWhole(`${prefix}batch_size`),
      workers: prefix ? maybeWhole(`${prefix}num_workers`) : undefined
    })
  });
  const reference = (): MeasuredLatency | undefined => {
    const [ttft, tpot] = ["reference_ttft_ms", "reference_tpot_ms"];
    return text(ttft) || text(tpot) ? {ttftMs: ms(ttft), tpotMs: ms(tpot)} : undefined;
  };

  const mode = oneOf("mode", ["agg", "disagg"]);
  const row: MeasuredRow = {
    line,
    id,
    source: text("source"),
    backend: oneOf("backend", backends),
    version: text("backend_version"),
    model: some("model_path"),
    system: some("system"),
    precision: text("precision"),
    gemmQuant: text("gemm_quant_mode"),
    moeQuant: text("moe_quant_mode"),
    mode,
    isl: whole("isl"),
    osl: whole("osl"),
    ...(mode === "agg" ? {agg: workers("")} : {prefill: workers("prefill_"), decode: workers("decode_")}),
    ...withoutUndefined({clientConcurrency: clientConcurrencyOf(text("source"))}),
    measured: {ttftMs: ms("measured_ttft_ms"), tpotMs: ms("measured_tpot_ms")},
    ...withoutUndefined({reference: reference()})
  };
  return problems.length > 0 ? problems : row;
}

/** `…; silicon_concurrency=128; …` → 128. */
function clientConcurrencyOf(source: string): number | undefined {
  const found = /(?:^|[;\s])silicon_concurrency=(\d+)(?=$|[;\s])/.exec(source);
  return found && Number(found[1]) > 0 ? Number(found[1]) : undefined;
}

/** Day of the measurement, as the source gives it; "" where it does not. */
export function dayOf({source}: MeasuredRow): string {
  return /(?:^|;\s*)measured=(\d{4}-\d{2}-\d{2})/.exec(source)?.[1] ?? "";
}

/** Requests in flight in all: as the client kept them up, else what the decoding workers hold; undefined if unknown. */
export function concurrencyOf({clientConcurrency, agg, decode}: MeasuredRow): number | undefined {
  if (clientConcurrency !== undefined) return clientConcurrency;
  const held = agg ?? decode;
  if (held?.batchPerRank === undefined) return undefined;
  return held.batchPerRank * (held.parallel.dp ?? 1) * (held.workers ?? 1);
}

/** Of the text alone: `1e3` and `16.0` are numbers, `` and `0x10` are not. */
function numberOf(text: string): number {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;
}

function shown(text: string): string {
  return text === "" ? "blank" : JSON.stringify(text);
}

function withoutUndefined<T extends object>(record: T): T {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;
}
