/** Reads and predicts measured deployments in the worker, with pauses in which messages are heard. */
import {newPredictor} from "../measured/predict.js";
import type {Predictor} from "../measured/predict.js";
import type {Prediction} from "../measured/prediction.js";
import {readMeasured} from "../measured/read.js";
import type {MeasuredFile, MeasuredRow} from "../measured/read.js";
import type {Searcher} from "./searcher.js";

export interface NamedText {
  name: string;
  text: string;
}

export type NamedFile = MeasuredFile & {name: string};

export interface PredictAsked {
  rows: MeasuredRow[];
  /** Whether gaps of measured tables are estimated. */
  gaps: boolean;
}

/** Of the rows from `from` on. */
export interface PredictPart {
  progress: {done: number; total: number};
  from: number;
  predictions: Prediction[];
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

/** Row by row, in order. */
export async function predictRows(
  predictor: Pick<Predictor, "predict">,
  rows: readonly MeasuredRow[],
  onpart: (part: PredictPart) => void,
  isCancelled: () => boolean
): Promise<void> {
  let [from, predictions]: [number, Prediction[]] = [0, []];
  const send = () => {
    const done = from + predictions.length;
    onpart({progress: {done, total: rows.length}, from, predictions});
    [from, predictions] = [done, []];
  };
  let paused = performance.now();
  for (const row of rows) {
    predictions.push(await predictor.predict(row));
    if (performance.now() - paused < stretchMs) continue;
    await new Promise((later) => setTimeout(later));
    if (isCancelled()) return;
    if (from + predictions.length < rows.length) send();
    paused = performance.now();
  }
  send();
}

const predictors = new WeakMap<Searcher, Map<boolean, Predictor>>();

/** One per worker and way of predicting, as each keeps the models and platforms that it has opened. */
export function predictorOf(searcher: Searcher, gaps: boolean): Predictor {
  const kept = predictors.get(searcher) ?? new Map<boolean, Predictor>();
  predictors.set(searcher, kept);
  const predictor = kept.get(gaps) ?? newPredictor(searcher.tables, gaps ? {database: "hybrid"} : {});
  kept.set(gaps, predictor);
  return predictor;
}
