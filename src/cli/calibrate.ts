/** `kneepoint calibrate`: fits the constants of simulations to a user's own runs, in a file kept apart from the shipped ones. */
import {existsSync, readFileSync, writeFileSync} from "node:fs";
import {basename} from "node:path";
import {dataFolder} from "../data-loaders/data-folder.js";
import {observe} from "../calibrate/observation.js";
import type {Observation} from "../calibrate/observation.js";
import {fitOwn} from "../calibrate/own.js";
import {InputError, PerfDataError} from "../engine/errors.js";
import {calibrationTable} from "../engine/simulate/constants.js";
import type {CalibrationTable, FamilyFit} from "../engine/simulate/calibration.js";
import {openFolder, openTables} from "../library/node.js";
import {newDeployments} from "../measured/deployment.js";
import {RowMiss} from "../measured/predict.js";
import {readMeasured} from "../measured/read.js";
import type {Flags} from "./args.js";
import {catalogueFile} from "../data-loaders/data-folder.js";
import {command, print, toJson} from "./command.js";
import {textTable} from "./tables.js";
import {summaries} from "./verbs.js";

const flags = {
  measured: {
    type: "string",
    unit: "FILE",
    help: "CSV of own runs: a row each, with backend, model_path, system, mode, isl, osl, sizes, measured_ttft_ms, measured_tpot_ms",
    complete: "file"
  },
  out: {
    type: "string",
    unit: "FILE",
    help: "where to write the constants; my-calibration.json unless given",
    complete: "file"
  },
  json: {type: "boolean", help: "print as JSON what was fitted"}
} as const satisfies Flags;

const notes = `Runs are taken as closed loops of batch_size requests per attention-DP rank, or of silicon_concurrency=N in source:
ten prompts for each user, all at once at the start, lengths from 0.8 of the given ones up to them. About ten runs of
a model on a GPU are enough; with fewer it stays near what is shipped. batch --calibration FILE applies them, and so
does KNEEPOINT_CALIBRATION=FILE.`;

const examples = [{line: "calibrate --measured runs.csv --out mine.json", what: "constants of one's own servers"}];

export const run = command(
  {name: "calibrate", summary: summaries.calibrate, flags, notes, examples},
  async ({values}) => {
    const {measured, out = "my-calibration.json"} = values;
    if (measured === undefined) throw new InputError("no runs: --measured not given; name a CSV of own runs");
    if (!existsSync(measured)) throw new InputError(`no such file: ${measured}; name a CSV of own runs`);
    const table = await calibrateOn(readFileSync(measured, "utf8"), basename(measured));
    writeFileSync(out, `${JSON.stringify(table)}\n`);
    print(values.json ? toJson(table.families) : report(table.families, out));
    return 0;
  }
);

async function calibrateOn(text: string, name: string): Promise<CalibrationTable> {
  const {rows, problems} = readMeasured(text);
  for (const {message} of problems) process.stderr.write(`${message}\n`);
  const tables = await (existsSync(catalogueFile()) ? openFolder(dataFolder()) : openTables());
  const deployments = newDeployments(tables, rows);
  const cache: Parameters<typeof observe>[1] = new Map();
  const observations: Observation[] = [];
  for (const row of rows)
    try {
      observations.push(observe(await deployments.open(row), cache));
    } catch (error) {
      if (!(error instanceof RowMiss || error instanceof InputError || error instanceof PerfDataError)) throw error;
      process.stderr.write(`line ${row.line}: ${error.message}\n`);
    }
  if (observations.length === 0) throw new InputError(`no runs: ${name} has none that can be predicted; see above`);
  return fitOwn(observations, calibrationTable, name);
}

function report(families: readonly FamilyFit[], out: string): string {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const table = textTable<FamilyFit>(
    [
      {title: "backend", value: ({backend}) => backend},
      {title: "model", value: ({shape}) => shape},
      {title: "system", value: ({system}) => system},
      {title: "types", value: ({gemm, moe}) => (moe === "" ? gemm : `${gemm}/${moe}`)},
      {title: "runs", value: ({rows}) => rows},
      {title: "TTFT off by", value: ({error}) => percent(error.ttft.p50), align: "right"},
      {title: "TPOT off by", value: ({error}) => percent(error.tpot.p50), align: "right"}
    ],
    families
  );
  return `${table}\n\nMedian errors of each run predicted from the others. Written: ${out}`;
}
