/** Reads and predicts measured deployments in the worker, with pauses in which messages are heard. */
import {newPredictor} from "../measured/predict.js";
import {newSimulatedPredictor} from "../measured/predict-simulated.js";
import type {Labeling} from "../measured/labeling.js";
import type {Predictions} from "../measured/prediction.js";
import {readMeasured} from "../measured/read.js";
import type {MeasuredFile, MeasuredRow} from "../measured/read.js";
import type {Tables} from "../perf/tables.js";
import type {Searcher} from "./searcher.js";

export interface NamedText {
  name: string;
  text: string;
}

export type NamedFile = MeasuredFile & {name: string};

export interface PredictAsked extends Ways {
  /** All that were measured, as rows tell of each other. */
  rows: MeasuredRow[];
  /** The first to be predicted. */
  from: number;
}

export interface Ways {
  /** Whether the formula estimates gaps of measured tables; the simulation always does. */
  gaps: boolean;
  /** What the simulation takes labels as. */
  labels: Labeling;
}

export interface RowPredictor {
  predict(row: MeasuredRow): Promise<Predictions>;
}

/** Of the rows from `from` on. */
export interface PredictPart {
  progress: {done: number; total: number};
  from: number;
  predictions: Predictions[];
}

/** Between parts; a cancelled run ends within one, or after the tables that it waits for. */
const stretchMs = 250;

/** Throws InputError, naming the file, for a text that is no table of measurements. */
export function readFiles(files: readonly NamedText[]): NamedFile[] {
  return files.map(({name, text}) => {
    try {
      return {name, ...readMeasured(text)};
    } catch (error) {
      if (error instanceof Error) error.message = `${name}: ${error.message}`;
      throw error;
    }
  });
}

/** Row by row, in order, from row `first` on. */
export async function predictRows(
  predictor: RowPredictor,
  rows: readonly MeasuredRow[],
  first: number,
  onpart: (part: PredictPart) => void,
  isCancelled: () => boolean
): Promise<void> {
  let [from, predictions]: [number, Predictions[]] = [first, []];
  const send = () => {
    const done = from + predictions.length;
    onpart({progress: {done, total: rows.length}, from, predictions});
    [from, predictions] = [done, []];
  };
  let paused = performance.now();
  for (const row of rows.slice(first)) {
    predictions.push(await predictor.predict(row));
    if (performance.now() - paused < stretchMs) continue;
    await new Promise((later) => setTimeout(later));
    if (isCancelled()) return;
    if (from + predictions.length < rows.length) send();
    paused = performance.now();
  }
  send();
}

/** By formula and by simulation. `others` are the rows that were measured too. */
export function newRowPredictor(tables: Tables, others: readonly MeasuredRow[], {gaps, labels}: Ways): RowPredictor {
  const formula = newPredictor(tables, gaps ? {database: "hybrid"} : {});
  const simulation = newSimulatedPredictor(tables, others, labels);
  return {
    predict: async (row) => ({formula: await formula.predict(row), simulation: await simulation.predict(row)})
  };
}

const kept = new WeakMap<Searcher, {key: string; predictor: RowPredictor}>();

/** The last of a worker, which keeps the models and platforms that it has opened, as long as the same is asked. */
export function predictorOf(searcher: Searcher, {rows, gaps, labels}: PredictAsked): RowPredictor {
  const key = JSON.stringify([gaps, labels, rows]);
  const known = kept.get(searcher);
  if (known?.key === key) return known.predictor;
  const predictor = newRowPredictor(searcher.tables, rows, {gaps, labels});
  kept.set(searcher, {key, predictor});
  return predictor;
}
