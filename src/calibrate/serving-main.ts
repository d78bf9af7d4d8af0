/**
 * `npm run calibrate -- FILE.csv`: fits the constants of serving simulations to measured deployments. Writes the
 * engine's table, engine/simulate/constants.ts, and the fits without each fold that `npm run accuracy` predicts with,
 * tests/accuracy/serving-folds.json. `--pools` fits disaggregated workers alone, beside what is there. Deterministic.
 */
import {readFileSync, writeFileSync} from "node:fs";
import {basename, join, resolve} from "node:path";
import {format, resolveConfig} from "prettier";
import {dataFolder} from "../../data-loaders/data-folder.js";
import {InputError, PerfDataError} from "../engine/errors.js";
import type {CurveCache} from "../engine/simulate/serve.js";
import {openFolder} from "../library/node.js";
import {newDeployments} from "../measured/deployment.js";
import {RowMiss} from "../measured/predict.js";
import {readMeasured} from "../measured/read.js";
import {calibrationTable} from "../engine/simulate/constants.js";
import {foldsFile, readFoldsFile} from "./folds-file.js";
import {observe} from "./observation.js";
import type {Observation} from "./observation.js";
import {fitServing, refitPools} from "./serving.js";

const root = resolve(import.meta.dirname, "../..");
const foldsPath = join(root, "tests/accuracy/serving-folds.json");
const defaultFile = join(root, "../shared/measured/serving.csv");

async function main(args: readonly string[]): Promise<void> {
  const [file = defaultFile] = args.filter((arg) => !arg.startsWith("-"));
  const poolsAlone = args.includes("--pools");
  const {rows} = readMeasured(readFileSync(file, "utf8"));
  const deployments = newDeployments(await openFolder(dataFolder()), rows);
  const cache: CurveCache = new Map();
  const unread = new Map<string, number>();
  const observations: Observation[] = [];
  const alternates: Observation[] = [];
  const pools: Observation[] = [];
  for (const row of rows) {
    if (poolsAlone && row.mode === "agg") continue;
    try {
      const deployment = await deployments.open(row);
      if (deployment.correction.coldStart) continue;
      if (row.mode === "disagg") {
        pools.push(observe(deployment, cache));
        continue;
      }
      observations.push(observe(deployment, cache));
      if (deployment.correction.quant) alternates.push(observe(await deployments.openAsTyped(row), cache));
    } catch (error) {
      if (!(error instanceof RowMiss || error instanceof InputError || error instanceof PerfDataError)) throw error;
      unread.set(error.message, (unread.get(error.message) ?? 0) + 1);
    }
  }
  for (const [message, count] of unread) console.log(`${count} rows: ${message}`);
  const started = performance.now();
  const options = {
    seed: 1,
    folds: 5,
    name: basename(file),
    onProgress: (what: string) => console.log(`${what}, ${((performance.now() - started) / 1000).toFixed(0)} s`)
  };
  const {table, heldOut} = poolsAlone
    ? refitPools(pools, calibrationTable, readFoldsFile(readFileSync(foldsPath, "utf8")), options)
    : fitServing({observations, alternates, pools}, options);
  const module = `/** Written by \`npm run calibrate\`: do not edit. */
import type {CalibrationTable} from "./calibration.js";

export const calibrationTable: CalibrationTable = ${JSON.stringify(table)};
`;
  await write("engine/simulate/constants.ts", module);
  writeFileSync(foldsPath, foldsFile(table, heldOut));
  const {rows: count, from, to} = table.source;
  console.log(`${count} rows of ${from} to ${to}: ${table.classes.length} classes, ${table.families.length} families`);
}

async function write(path: string, text: string): Promise<void> {
  const file = join(root, path);
  writeFileSync(file, await format(text, {...(await resolveConfig(file)), filepath: file}));
}

await main(process.argv.slice(2));
