/** How far predictions are from what was measured: pure arithmetic over rows, shared by page and command line. */
import {missReasons} from "./prediction.js";
import type {Miss, MissReason, Predicted, Prediction} from "./prediction.js";
import {concurrencyOf} from "./read.js";
import type {MeasuredLatency, MeasuredRow} from "./read.js";

/** A row and what is predicted of it; undefined while it is not known yet. */
export interface Scored {
  row: MeasuredRow;
  prediction?: Prediction;
  /** What the other predictor makes of it. */
  other?: Prediction;
}

export const metrics = ["ttft", "tpot"] as const;
export type Metric = (typeof metrics)[number];

/** Of predicted against measured. An error is |predicted ∕ measured − 1|, a share. */
export interface ErrorStats {
  count: number;
  meanError: number;
  medianError: number;
  /** Half of the errors lie between these. */
  quarterError: number;
  threeQuarterError: number;
  /** Median of predicted ∕ measured: below 1 is too fast. */
  bias: number;
  /** Share of rows with an error of at most `closeError`. */
  close: number;
}

/** What counts as close on the page: the band around the diagonal. */
export const closeError = 0.25;

export type ByMetric<T> = Record<Metric, T>;

export interface MissCount {
  reason: MissReason;
  count: number;
  /** Messages with how many rows each, most first. */
  messages: {message: string; count: number}[];
}

export interface Summary {
  rows: number;
  answered: number;
  /** Not predicted yet. */
  pending: number;
  misses: MissCount[];
  /** Undefined when no row is answered. */
  errors?: ByMetric<ErrorStats>;
  /** Answered rows that exceed the GPU's memory by the engine's reckoning. */
  overMemory: number;
  /** The other of our predictors; undefined where no row has been given to it. */
  other?: Versus;
  /** The file's own predictor; undefined where no row has one. */
  reference?: Versus;
}

/** Another predictor beside the one that is shown. */
export interface Versus {
  /** Rows that it answers, and those that both answer. */
  answered: number;
  both: number;
  /** Over the rows that both answer; undefined when there are none. */
  errors?: ByMetric<{ours: ErrorStats; theirs: ErrorStats}>;
}

export function summarise(scored: readonly Scored[]): Summary {
  const answered = scored.filter(isAnswered);
  return {
    rows: scored.length,
    answered: answered.length,
    pending: scored.filter(({prediction}) => !prediction).length,
    misses: countMisses(scored.flatMap(({prediction}) => prediction?.miss ?? [])),
    errors: errorsOf(answered),
    overMemory: answered.filter(({prediction}) => !prediction.predicted.fits).length,
    other: versus(scored, otherOf),
    reference: versus(scored, ({row}) => row.reference)
  };
}

export type Answered = Scored & {prediction: {predicted: Predicted}};

export function isAnswered(scored: Scored): scored is Answered {
  return scored.prediction?.predicted !== undefined;
}

/** Undefined when there are none. */
export function errorsOf(answered: readonly Answered[]): ByMetric<ErrorStats> | undefined {
  if (answered.length === 0) return undefined;
  const of = (metric: Metric) => errorStats(answered.map((each) => ratioOf(each, metric)));
  return {ttft: of("ttft"), tpot: of("tpot")};
}

function otherOf({other}: Scored): MeasuredLatency | undefined {
  return other?.predicted;
}

/** Undefined when it answers no row. */
function versus(
  scored: readonly Scored[],
  latencies: (scored: Scored) => MeasuredLatency | undefined
): Versus | undefined {
  const theirs = scored.filter(latencies);
  if (theirs.length === 0) return undefined;
  const both = theirs.filter(isAnswered);
  return {answered: theirs.length, both: both.length, errors: errorsBeside(both, latencies)};
}

function errorsBeside(both: readonly Answered[], latencies: (scored: Scored) => MeasuredLatency | undefined) {
  const ours = errorsOf(both);
  if (!ours) return undefined;
  const theirs = (metric: Metric) =>
    errorStats(both.map((each) => latencyOf(latencies(each)!, metric) / latencyOf(each.row.measured, metric)));
  return {ttft: {ours: ours.ttft, theirs: theirs("ttft")}, tpot: {ours: ours.tpot, theirs: theirs("tpot")}};
}

/** Predicted ∕ measured. */
export function ratioOf({row, prediction}: Answered, metric: Metric): number {
  return latencyOf(prediction.predicted, metric) / latencyOf(row.measured, metric);
}

export function latencyOf({ttftMs, tpotMs}: MeasuredLatency, metric: Metric): number {
  return metric === "ttft" ? ttftMs : tpotMs;
}

/** Of ratios of predicted to measured; there must be one. */
export function errorStats(ratios: readonly number[]): ErrorStats {
  const errors = ratios.map((ratio) => Math.abs(ratio - 1)).sort(ascending);
  return {
    count: errors.length,
    meanError: errors.reduce((sum, error) => sum + error, 0) / errors.length,
    medianError: quantile(errors, 0.5),
    quarterError: quantile(errors, 0.25),
    threeQuarterError: quantile(errors, 0.75),
    bias: quantile([...ratios].sort(ascending), 0.5),
    close: errors.filter((error) => error <= closeError).length / errors.length
  };
}

/** Of sorted values, linear between them. */
function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const next = sorted[Math.min(below + 1, sorted.length - 1)];
  return sorted[below] + (at - below) * (next - sorted[below]);
}

const ascending = (a: number, b: number) => a - b;

function countMisses(misses: readonly Miss[]): MissCount[] {
  return missReasons
    .map((reason) => {
      const messages = misses.filter((miss) => miss.reason === reason).map(({message}) => message);
      return {reason, count: messages.length, messages: counted(messages)};
    })
    .filter(({count}) => count > 0)
    .sort((a, b) => b.count - a.count);
}

function counted(messages: readonly string[]): MissCount["messages"] {
  const counts = new Map<string, number>();
  for (const message of messages) counts.set(message, (counts.get(message) ?? 0) + 1);
  return [...counts].map(([message, count]) => ({message, count})).sort((a, b) => b.count - a.count);
}

/** Rows of the same key, most rows first. */
export function grouped(
  scored: readonly Scored[],
  keyOf: (row: MeasuredRow) => string
): {key: string; scored: Scored[]}[] {
  const groups = new Map<string, Scored[]>();
  for (const each of scored) {
    const key = keyOf(each.row);
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups].map(([key, of]) => ({key, scored: of})).sort((a, b) => b.scored.length - a.scored.length);
}

/** Least requests in flight of each class. */
export const concurrencyClasses = [1, 5, 17, 65, 257] as const;

/** `≤ 4`, `5–16`, …, `> 256`; `unknown`. */
export function concurrencyClass(row: MeasuredRow): string {
  const concurrency = concurrencyOf(row);
  if (concurrency === undefined) return "unknown";
  const at = concurrencyClasses.findLastIndex((least) => concurrency >= least);
  const next = concurrencyClasses[at + 1];
  if (next === undefined) return `> ${concurrencyClasses[at] - 1}`;
  return at === 0 ? `≤ ${next - 1}` : `${concurrencyClasses[at]}–${next - 1}`;
}

/** Names of the classes, from few to many. */
export const concurrencyOrder: readonly string[] = ["≤ 4", "5–16", "17–64", "65–256", "> 256", "unknown"];

/** Groups in the order given, else by name as people count. */
export function classed(
  scored: readonly Scored[],
  classOf: (row: MeasuredRow) => string,
  order?: readonly string[]
): {key: string; scored: Scored[]}[] {
  const groups = grouped(scored, classOf);
  const place = (key: string) => order!.indexOf(key);
  const byLengths = (a: string, b: string) => {
    const [x, y] = [a, b].map((key) => key.split(" ∕ ").map((size) => parseFloat(size) * (/k$/.test(size) ? 1024 : 1)));
    return x[0] - y[0] || x[1] - y[1];
  };
  return groups.sort((a, b) => (order ? place(a.key) - place(b.key) : byLengths(a.key, b.key)));
}

/** `1k ∕ 8k`: lengths of prompt and answer, to the nearest power of two where that is within a quarter. */
export function lengthClass({isl, osl}: MeasuredRow): string {
  return `${roundLength(isl)} ∕ ${roundLength(osl)}`;
}

function roundLength(tokens: number): string {
  const nearest = 2 ** Math.round(Math.log2(tokens));
  if (Math.abs(nearest / tokens - 1) > 0.25) return String(tokens);
  return nearest >= 1024 ? `${nearest / 1024}k` : String(nearest);
}

/** Answered rows farthest off, by factor: half as long is as bad as twice as long. */
export function worstOf(scored: readonly Scored[], metric: Metric, count: number): Answered[] {
  const off = (each: Answered) => Math.abs(Math.log(ratioOf(each, metric)));
  return scored
    .filter(isAnswered)
    .sort((a, b) => off(b) - off(a))
    .slice(0, count);
}
