/**
 * How far the closed formula is from measured deployments: `npm run accuracy:formula -- FILE.csv`, after `npm run
 * import`; the file is ../shared/measured/serving.csv unless given. Writes src/measured/formula-error.ts. Nothing is
 * fitted, so that every row is held out. Labels are corrected by their rules; gaps of tables are left open.
 */
import {existsSync, readFileSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {format, resolveConfig} from "prettier";
import {dataFolder} from "../../data-loaders/data-folder.js";
import {InputError, PerfDataError} from "../../engine/errors.js";
import {estimate} from "../../src/engine/session/estimate.js";
import type {PoolSpec} from "../../src/engine/session/estimate.js";
import type {PoolOfWorkers} from "../../engine/simulate/serve-disaggregated.js";
import {openFolder} from "../../src/library/node.js";
import {newDeployments} from "../../src/measured/deployment.js";
import type {MeasuredDeployment} from "../../src/measured/deployment.js";
import {RowMiss} from "../../src/measured/predict.js";
import {readMeasured} from "../../src/measured/read.js";
import type {MeasuredLatency} from "../../src/measured/read.js";

const root = join(import.meta.dirname, "../..");
const file = process.argv[2] ?? join(root, "../shared/measured/serving.csv");
if (!existsSync(file)) throw new InputError(`no such file: ${file}; give a CSV of measured deployments`);

/** Rows of fewer tell nothing of their class. */
const leastRows = 30;

function byFormula({asked, pools}: MeasuredDeployment): MeasuredLatency {
  const {model, platform, quant, isl, osl, concurrency, replicas = 1, parallel} = asked;
  const of = {model, platform, ...(quant ? {quant} : {}), nextn: 0, workload: {isl, osl, prefix: 0}};
  const share = (users: number, ranks: number) => Math.max(1, Math.round(users / ranks));
  const pool = ({parallel: sizes, workers}: PoolOfWorkers, batch: number): PoolSpec => ({
    parallel: sizes,
    workers,
    batch
  });
  if (!pools) return estimate({...of, mode: "agg", parallel, batch: share(concurrency, replicas * parallel.dp)});
  const {decode} = pools;
  const batch = share(concurrency, decode.workers * decode.parallel.dp);
  const workers = {prefill: pool(pools.prefill, 1), decode: pool(decode, batch)};
  return estimate({...of, mode: "disagg", parallel: decode.parallel, batch, ...workers});
}

const {rows} = readMeasured(readFileSync(file, "utf8"));
const deployments = newDeployments(await openFolder(dataFolder()), rows);
const errors = new Map<string, {ttft: number[]; tpot: number[]}>();
let unanswered = 0;
for (const row of rows) {
  try {
    const deployment = await deployments.open(row);
    if (deployment.correction.coldStart) continue;
    const {ttftMs, tpotMs} = byFormula(deployment);
    const key = `${row.backend} ${deployment.pools ? "disagg" : "agg"}`;
    const {ttft, tpot} = errors.get(key) ?? {ttft: [], tpot: []};
    ttft.push(Math.abs(ttftMs / row.measured.ttftMs - 1));
    tpot.push(Math.abs(tpotMs / row.measured.tpotMs - 1));
    errors.set(key, {ttft, tpot});
  } catch (error) {
    if (!(error instanceof RowMiss || error instanceof InputError || error instanceof PerfDataError)) throw error;
    unanswered += 1;
  }
}

function within(all: readonly number[]): {p50: number; p90: number} {
  const sorted = [...all].sort((a, b) => a - b);
  const at = (share: number) => Number(sorted[Math.floor(share * (sorted.length - 1))].toPrecision(3));
  return {p50: at(0.5), p90: at(0.9)};
}

const table = [...errors]
  .filter(([, {ttft}]) => ttft.length >= leastRows)
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([key, {ttft, tpot}]) => {
    const [backend, mode] = key.split(" ");
    return {backend, mode, rows: ttft.length, ttft: within(ttft), tpot: within(tpot)};
  });
console.table(
  table.map(({ttft, tpot, ...of}) => ({...of, ttft: ttft.p50, ttft90: ttft.p90, tpot: tpot.p50, tpot90: tpot.p90}))
);
console.log(`${rows.length} rows, ${unanswered} without an answer`);
const path = join(root, "src/measured/formula-error.ts");
const text = `/** Written by \`npm run accuracy:formula\`: do not edit. */
import type {ErrorBand, Plan} from "../engine/result.js";
import type {Backend} from "../engine/schema.js";

export interface FormulaError {
  backend: Backend;
  mode: Plan["mode"];
  /** Measured deployments, none of which anything was fitted to. */
  rows: number;
  /** |predicted ∕ measured − 1|: half and nine tenths of them within, as shares. */
  ttft: ErrorBand;
  tpot: ErrorBand;
}

export const formulaErrors: readonly FormulaError[] = ${JSON.stringify(table)};
`;
writeFileSync(path, await format(text, {...(await resolveConfig(path)), filepath: path}));
