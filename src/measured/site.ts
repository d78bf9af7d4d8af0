/** Measured deployments that a site is built with: read and predicted once, when it is built. */
import {existsSync, readdirSync, readFileSync, statSync} from "node:fs";
import {basename, join} from "node:path";
import {catalogueFile, dataFolder} from "../../data-loaders/data-folder.js";
import {InputError} from "../../engine/errors.js";
import {openFolder, openTables} from "../library/node.js";
import {newRowPredictor, readFiles} from "../search/predicting.js";
import type {NamedFile, NamedText} from "../search/predicting.js";
import type {Predictions} from "./prediction.js";

export interface BuiltMeasurements {
  files: NamedFile[];
  /** Of every row of every file, in order. */
  predictions: Predictions[];
}

/**
 * The file or the folder of CSV files that `KNEEPOINT_MEASURED` names, else the CSV files of `measured` in the data
 * folder; none is shipped. Throws InputError where the variable names what is not there.
 */
export function readMeasuredFiles(named = process.env.KNEEPOINT_MEASURED, dataDir = dataFolder()): NamedText[] {
  if (named && !existsSync(named))
    throw new InputError(`no such file: ${named}; KNEEPOINT_MEASURED is a CSV of measured deployments, or a folder`);
  const place = named || join(dataDir, "measured");
  if (!existsSync(place)) return [];
  const paths = statSync(place).isDirectory() ? csvFilesIn(place) : [place];
  return paths.map((path) => ({name: basename(path), text: readFileSync(path, "utf8")}));
}

function csvFilesIn(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => /\.csv$/i.test(name));
  return names.sort().map((name) => join(folder, name));
}

/** Predicts every row on the tables of the data folder, or on the surfaces that are shipped. */
export async function predictFiles(texts: NamedText[], dataDir = dataFolder()): Promise<BuiltMeasurements> {
  const files = readFiles(texts);
  const rows = files.flatMap((file) => file.rows);
  if (rows.length === 0) return {files, predictions: []};
  const isImported = existsSync(catalogueFile(dataDir));
  const tables = await (isImported ? openFolder(dataDir) : openTables());
  const predictor = newRowPredictor(tables, rows, {gaps: false, labels: "corrected"});
  const predictions: Predictions[] = [];
  for (const row of rows) predictions.push(await predictor.predict(row));
  return {files, predictions};
}
