/** Predictions of measured rows by fits that leave out as much as asked, one beside the other. */
import {readFileSync} from "node:fs";
import {join} from "node:path";
import {InputError, PerfDataError} from "../../../engine/errors.js";
import {calibratedFor, plainFactors, product} from "../../../engine/simulate/calibration.js";
import {calibrationTable} from "../../../engine/simulate/constants.js";
import {disaggregatedFactors, prefillSpread} from "../../../engine/simulate/serve-disaggregated.js";
import {readFoldsFile} from "../../../src/calibrate/folds-file.js";
import {constantsWithout} from "../../../src/calibrate/held-out.js";
import type {HeldOut, HeldOutFits} from "../../../src/calibrate/held-out.js";
import {observe, predictObserved} from "../../../src/calibrate/observation.js";
import type {Observation} from "../../../src/calibrate/observation.js";
import {newDeployments} from "../../../src/measured/deployment.js";
import {RowMiss} from "../../../src/measured/predict.js";
import type {MeasuredLatency, MeasuredRow} from "../../../src/measured/read.js";
import type {Tables} from "../../../src/perf/tables.js";

/**
 * How a row is predicted. Both of its label as it is and of its label corrected, a fit that never saw its deployment;
 * `asFitted`: of pools by prefill times as they are fitted, which is how searches take them.
 */
export const ways = ["labelled", "corrected", "asFitted", "unseen", "shipped"] as const;
export type Way = (typeof ways)[number];

export interface ScoredRow {
  row: MeasuredRow;
  rules: string[];
  coldStart: boolean;
  predicted: Partial<Record<Way, MeasuredLatency>>;
  /** Why a way has no answer. */
  misses: Partial<Record<Way, string>>;
}

const foldsFile = join(import.meta.dirname, "../serving-folds.json");

export function readFolds(): HeldOutFits & {seed: number} {
  return readFoldsFile(readFileSync(foldsFile, "utf8"));
}

/** Every row, answered or not. */
export async function scoreRows(tables: Tables, rows: readonly MeasuredRow[]): Promise<ScoredRow[]> {
  const heldOut = readFolds();
  const corrected = newDeployments(tables, rows);
  const labelled = newDeployments(tables, rows, "protocol");
  const cache: Parameters<typeof observe>[1] = new Map();
  const scored: ScoredRow[] = [];
  for (const row of rows) {
    const one: ScoredRow = {row, rules: [], coldStart: false, predicted: {}, misses: {}};
    scored.push(one);
    const attempt = async (of: readonly Way[], make: () => Promise<void>) => {
      try {
        await make();
      } catch (error) {
        if (!(error instanceof RowMiss || error instanceof InputError || error instanceof PerfDataError)) throw error;
        for (const way of of) one.misses[way] ??= error.message;
      }
    };
    let fold: string | undefined;
    await attempt(["corrected", "asFitted", "unseen", "shipped"], async () => {
      const deployment = await corrected.open(row);
      one.rules = deployment.rules;
      one.coldStart = deployment.correction.coldStart ?? false;
      const observation = observe(deployment, cache);
      fold = deployment.group;
      one.predicted.corrected = predictedWithout(observation, "deployment", heldOut);
      if (row.mode === "disagg") one.predicted.asFitted = predictedWithout(observation, "deployment", heldOut, 0);
      one.predicted.unseen = predictedWithout(observation, "unseen", heldOut);
      const {prepared} = observation;
      // These take the longest to simulate, and no line of the report is of them as fitted to all.
      if (row.mode === "disagg") return;
      const {worker} = "decode" in prepared ? prepared.decode : prepared;
      const {constants, kind} = calibratedFor(worker, calibrationTable);
      const besides = "decode" in prepared ? disaggregatedFactors(worker) : plainFactors;
      const spread = "decode" in prepared ? prefillSpread(worker, kind) : 0;
      one.predicted.shipped = predictObserved(prepared, {...product(constants, besides), prefillSpread: spread});
    });
    await attempt(["labelled"], async () => {
      const deployment = await labelled.open(row);
      // The fit must not have seen the row under its other name either.
      const group = fold ?? deployment.group;
      const same = one.rules.length === deployment.rules.length && one.predicted.corrected;
      one.predicted.labelled = same || predictedWithout(observe({...deployment, group}, cache), "deployment", heldOut);
    });
  }
  return scored;
}

function predictedWithout(
  observation: Observation,
  held: HeldOut,
  heldOut: HeldOutFits & {seed: number},
  prefillSpread?: number
): MeasuredLatency {
  const {seed, folds} = heldOut;
  const constants = constantsWithout(observation, held, {classes: [], heldOut}, {seed, folds: folds.length});
  return predictObserved(observation.prepared, {...constants, ...(prefillSpread === undefined ? {} : {prefillSpread})});
}
