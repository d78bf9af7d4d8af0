/** A front out of a saved CSV: `pareto.csv` of `kneepoint exp --save-dir`, the page's own, or the reference's. */
import {speedFront} from "../engine/search/front-compare.js";
import {parseCsv} from "../measured/csv.js";
import type {CsvRecord} from "../measured/csv.js";
import {duration, figure} from "./format.js";

/** A way to serve that a file tells of. */
export interface SavedPoint {
  mode: "agg" | "disagg";
  tokensPerSecPerUser: number;
  /** Over all GPUs of the cluster where the file says so, else of those in use. */
  tokensPerSecPerGpu: number;
  /** Undefined where the file does not say. */
  ttftMs?: number;
  tpotMs?: number;
  requestLatencyMs?: number;
  /** What serves, as far as the file says. */
  words: string;
}

export interface SavedFront {
  name: string;
  points: SavedPoint[];
  /** `Qwen/Qwen3-32B-FP8 on h200_sxm, 4000 in, 500 out`; empty where the file does not say. */
  about: string;
}

/** Names of a figure in the files that are read, the best first. */
const names = {
  user: ["tokens/s/user", "tokens_per_s_per_user"],
  gpu: ["tokens/s/gpu_cluster", "tokens_per_s_per_gpu", "tokens/s/gpu"],
  ttft: ["ttft", "ttft_ms"],
  tpot: ["tpot", "tpot_ms"],
  request: ["request_latency", "request_latency_ms"]
} as const;

/**
 * Throws an Error that names file, line and column for what is no such table. Rows are read as they come; their front is
 * the caller's to take.
 */
export function readSavedCsv(text: string, file: string): SavedFront {
  const [head, ...rows] = parseCsv(text);
  if (!head) throw new Error(`${file}: empty; drop a pareto.csv with a line of column names`);
  const columns = head.fields.map((name) => name.trim());
  const missing = (["user", "gpu"] as const).filter((figure) => columnOf(columns, names[figure]) === undefined);
  if (missing.length > 0)
    throw new Error(
      `${file}:${head.line}: no column ${missing.map((figure) => names[figure][0]).join(", ")}; has ${shortList(columns)}`
    );
  if (rows.length === 0) throw new Error(`${file}:${head.line + 1}: no rows below the column names; nothing to draw`);
  const cells = rows.map((row) => cellsOf(row, columns, file));
  const points = cells.map(({text, number}): SavedPoint => ({
    mode: modeOf(text, columns),
    tokensPerSecPerUser: number(names.user, true)!,
    tokensPerSecPerGpu: number(names.gpu, true)!,
    ttftMs: number(names.ttft, false),
    tpotMs: number(names.tpot, false),
    requestLatencyMs: number(names.request, false),
    words: deploymentOf(text)
  }));
  return {name: file.replace(/\.csv$/i, ""), points, about: aboutOf(cells[0].text)};
}

/** The first of several names that there is a column of. */
function columnOf(columns: readonly string[], wanted: readonly string[]): string | undefined {
  return wanted.find((name) => columns.includes(name));
}

/** Cells of a row by the names of their columns. */
function cellsOf({line, fields}: CsvRecord, columns: readonly string[], file: string) {
  if (fields.length !== columns.length)
    throw new Error(
      `${file}:${line}: ${fields.length} cells; must be ${columns.length}, as many as there are column names`
    );
  const text: Cell = (name) => fields[columns.indexOf(name)]?.trim() ?? "";
  const number = (wanted: readonly string[], isNeeded: boolean): number | undefined => {
    const name = columnOf(columns, wanted);
    const cell = name === undefined ? "" : text(name);
    if (cell === "" && !isNeeded) return undefined;
    const value = Number(cell);
    if (cell !== "" && Number.isFinite(value) && value >= 0) return value;
    const column = columns.indexOf(name!) + 1;
    throw new Error(
      `${file}:${line}: ${name}, column ${column}, is ${cell.slice(0, 30) || "empty"}; must be a number ≥ 0`
    );
  };
  return {text, number};
}

/** The front of one mode, or of both. */
export function savedFront({points}: SavedFront, mode?: "agg" | "disagg"): SavedPoint[] {
  return speedFront(points.filter((point) => mode === undefined || point.mode === mode));
}

/** `TP4, batch 16: 414 tokens/s/GPU, 111 tokens/s/user, TTFT 293 ms`. */
export function savedSentence({words, tokensPerSecPerGpu, tokensPerSecPerUser, ttftMs}: SavedPoint): string {
  const speed = `${figure(tokensPerSecPerGpu)} tokens/s/GPU, ${figure(tokensPerSecPerUser)} tokens/s/user`;
  return `${words ? `${words}: ` : ""}${speed}${ttftMs === undefined ? "" : `, TTFT ${duration(ttftMs)}`}`;
}

type Cell = (column: string) => string;

function modeOf(cell: Cell, columns: readonly string[]): SavedPoint["mode"] {
  const said = cell("mode");
  if (said === "agg" || said === "disagg") return said;
  return columns.includes("(p)workers") ? "disagg" : "agg";
}

function deploymentOf(cell: Cell): string {
  const pool = (side: "p" | "d", name: string) => {
    const [workers, parallel] = [cell(`(${side})workers`), cell(`(${side})parallel`)];
    return workers ? `${workers} ${name}${parallel ? ` (${parallel})` : ""}` : "";
  };
  const pools = [pool("p", "prefill"), pool("d", "decode")].filter(Boolean).join(" + ");
  const batch = cell("bs") || cell("(d)bs") || cell("agg_batch_per_rank") || cell("decode_batch_per_rank");
  const sizes = pools || cell("parallel") || cell("agg_parallel") || cell("decode_parallel");
  return [sizes, batch && `batch ${batch}`].filter(Boolean).join(", ");
}

function aboutOf(cell: Cell): string {
  const system = cell("system") || cell("(p)system");
  const [model, isl, osl] = ["model", "isl", "osl"].map(cell);
  return [[model, system].filter(Boolean).join(" on "), isl && `${isl} in`, osl && `${osl} out`]
    .filter(Boolean)
    .join(", ");
}

function shortList(columns: readonly string[]): string {
  const shown = columns.slice(0, 6).map((name) => name.slice(0, 30) || "an empty name");
  return columns.length > shown.length
    ? `${shown.join(", ")} and ${columns.length - shown.length} more`
    : shown.join(", ");
}
