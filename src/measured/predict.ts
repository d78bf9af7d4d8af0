/**
 * What the formula predictor says of measured deployments: each row becomes the one configuration that was run, is
 * estimated on the tables that stand for its engine, or is told apart by why it has no answer.
 */
import {InputError, PerfDataError} from "../engine/errors.js";
import {inferQuant} from "../engine/models/quant.js";
import type {ModelConfig} from "../engine/models/types.js";
import type {Database, Platform} from "../engine/ops/table.js";
import type {Quant} from "../engine/quant.js";
import type {Interpolation} from "../engine/interpolation/rules.js";
import {estimate} from "../engine/session/estimate.js";
import type {EstimateProblem, PoolSpec} from "../engine/session/estimate.js";
import {parallelLabel} from "../engine/session/worker.js";
import type {SystemSpec} from "../engine/system.js";
import {parallelOf} from "../perf/parallel.js";
import type {Tables} from "../perf/tables.js";
import {measuredModel} from "./model.js";
import type {Miss, MissReason, Predicted, Prediction} from "./prediction.js";
import type {MeasuredRow, MeasuredWorkers} from "./read.js";

export interface PredictOptions {
  /** Undefined: measured tables where there are any, else embedded surfaces; `hybrid` estimates gaps of tables too. */
  database?: Database;
  /** Between and beyond measured points; undefined: neighbouring curves share what they know. */
  interpolation?: Interpolation;
}

/** The configuration that a row describes, with everything loaded that its estimate looks into. */
export interface OpenedRow {
  problem: EstimateProblem;
  notes: string[];
}

export interface Predictor {
  /** Throws RowMiss where the row is no configuration. */
  open(row: MeasuredRow): Promise<OpenedRow>;
  predict(row: MeasuredRow): Promise<Prediction>;
}

/** A row that cannot be predicted, told apart by why. */
export class RowMiss extends Error {
  override name = "RowMiss";
  constructor(readonly miss: Miss) {
    super(miss.message);
  }
}

/** Opens each model and each platform once, however many rows are of it. */
export function newPredictor(tables: Tables, options: PredictOptions = {}): Predictor {
  const opened = new Map<string, Promise<Deployment>>();
  const deployment = (row: MeasuredRow): Promise<Deployment> => {
    const {model, system, backend, version, precision, gemmQuant, moeQuant} = row;
    const key = JSON.stringify([model, system, backend, version, precision, gemmQuant, moeQuant]);
    const known = opened.get(key);
    if (known) return known;
    const opening = openDeployment(tables, row, options);
    opened.set(key, opening);
    // What is no fault of the row, such as a file that could not be fetched, is tried again.
    opening.catch((error: unknown) => isOfRow(error) || opened.delete(key));
    return opening;
  };
  const open = async (row: MeasuredRow): Promise<OpenedRow> => {
    const {notes, ...on} = await deployment(row);
    return {problem: {...on, ...sizesOf(row, on.model)}, notes};
  };
  return {
    open,
    async predict(row) {
      try {
        const {problem, notes} = await open(row);
        return {predicted: predictedBy(problem, notes)};
      } catch (error) {
        return {miss: missOf(error)};
      }
    }
  };
}

/** Estimates an opened row. Throws what an estimate throws. */
function predictedBy(problem: EstimateProblem, notes: string[]): Predicted {
  const {ttftMs, tpotMs, gpus, fits, source, tier} = estimate(problem);
  const {model, quant = {}} = problem;
  const {version, database} = problem.platform;
  const run = {model: model.id, configuration: configurationOf(problem), quant};
  return {ttftMs, tpotMs, ...run, gpus, fits, version, database, source, tier, notes};
}

function configurationOf({mode, parallel, batch, workload, prefill, decode}: EstimateProblem): string {
  const pool = ({parallel, batch, workers}: PoolSpec) => `${workers}x${parallelLabel(parallel)}@${batch}`;
  if (mode === "disagg") return `disagg:${pool(prefill!)},${pool(decode!)}`;
  return `${mode}:${parallelLabel(parallel)}@${batch}c${workload.isl}`;
}

function isOfRow(error: unknown): boolean {
  return error instanceof RowMiss || error instanceof PerfDataError || error instanceof InputError;
}

/** Why a row has no prediction. Throws on what is no fault of the row. */
export function missOf(error: unknown): Miss {
  if (error instanceof RowMiss) return error.miss;
  if (error instanceof PerfDataError) return {reason: "data", message: error.message};
  if (error instanceof InputError) return {reason: "sizes", message: error.message};
  throw error;
}

/** What rows of the same model on the same engine share. */
interface Deployment extends Pick<EstimateProblem, "model" | "platform" | "quant" | "nextn"> {
  notes: string[];
}

async function openDeployment(tables: Tables, row: MeasuredRow, options: PredictOptions): Promise<Deployment> {
  const {backend} = row;
  const {model, note} = missing("model", () => measuredModel(row.model));
  const system = missing("system", () => findSystem(tables, row.system));
  const quant = quantOf(row, model);
  missing("types", () => inferQuant(model, {role: "agg", backend, system}, quant));
  const need = {model, quant};
  const platform = await openPlatform(tables, row, system, need, options);
  await tables.load([{...need, platform}]);
  // A file does not say whether drafts were used, which would show as a TPOT far below the prediction.
  return {model, platform, quant, nextn: 0, notes: [...(note ? [note] : []), ...versionNotes(row, platform)]};
}

async function openPlatform(
  tables: Tables,
  {backend, version}: MeasuredRow,
  system: SystemSpec,
  need: {model: ModelConfig; quant: Partial<Quant>},
  {database, interpolation = "shared"}: PredictOptions
): Promise<Platform> {
  const versions = tables.store.versions(system.id, backend);
  const own = versions.includes(version) ? version : undefined;
  // Systems without tables take their surfaces, whatever is asked of the others.
  const asked = versions.length > 0 || database === "sol" ? database : undefined;
  try {
    return {...(await tables.platform({...need, system, backend, version: own, database: asked})), interpolation};
  } catch (error) {
    if (error instanceof InputError || error instanceof PerfDataError)
      throw new RowMiss({reason: "tables", message: error.message});
    throw error;
  }
}

/** Tables of another version stand for those of the row's own, and surfaces for tables; both are said. */
function versionNotes({version, backend}: MeasuredRow, {version: own, database, donor, system}: Platform): string[] {
  const of = donor?.id ?? system.id;
  const from =
    database === "calibrated"
      ? `surfaces fitted to ${own ? `tables of ${backend} ${own}` : `tables of other engines`} on ${of}`
      : `tables of ${backend} ${own}, the newest of ${of}`;
  if (own === version && database !== "calibrated") return [];
  if (own === version) return [from];
  return [`${version ? `no tables of ${backend} ${version}` : "the row names no version"}: answered by ${from}`];
}

/** Types as the row gives them, else as its precision implies, else as the checkpoint has them. */
function quantOf({gemmQuant, moeQuant, precision}: MeasuredRow, model: ModelConfig): Partial<Quant> {
  const implied = precision === "" ? {} : impliedQuant(precision, model);
  const given = {...(gemmQuant ? {gemm: gemmQuant} : {}), ...(moeQuant ? {moe: moeQuant} : {})};
  // Checked where they are inferred.
  return {...implied, ...given} as Partial<Quant>;
}

function impliedQuant(precision: string, {checkpoint}: ModelConfig): Partial<Quant> {
  switch (precision) {
    case "bf16":
    case "fp16":
      return {gemm: "bfloat16", moe: "bfloat16"};
    case "fp8":
      return checkpoint.algo === "fp8_block" ? {gemm: "fp8_block", moe: "fp8_block"} : {gemm: "fp8", moe: "fp8"};
    case "fp4":
      return {gemm: "nvfp4", moe: "nvfp4"};
    case "int4":
      return {gemm: "int4_wo", moe: "int4_wo"};
    default:
      throw new RowMiss({
        reason: "types",
        message: `unknown precision: ${precision}; have bf16, fp16, fp8, fp4, int4, or give gemm_quant_mode`
      });
  }
}

type Sizes = Pick<EstimateProblem, "mode" | "parallel" | "batch" | "workload" | "prefill" | "decode">;

function sizesOf({mode, isl, osl, agg, prefill, decode}: MeasuredRow, model: ModelConfig): Sizes {
  const workload = {isl, osl, prefix: 0};
  if (mode === "agg") {
    const {parallel, batch} = poolOf("", {workers: 1, ...agg!}, model);
    return {mode, parallel, batch, workload};
  }
  const [p, d] = [poolOf("prefill_", prefill!, model), poolOf("decode_", decode!, model)];
  return {mode, parallel: d.parallel, batch: d.batch, workload, prefill: p, decode: d};
}

function poolOf(prefix: string, {parallel, batchPerRank, workers}: MeasuredWorkers, model: ModelConfig): PoolSpec {
  const blank = [
    ...(parallel.tp === undefined ? [`${prefix}tp_size`] : []),
    ...(batchPerRank === undefined ? [`${prefix}batch_size`] : []),
    ...(workers === undefined ? [`${prefix}num_workers`] : [])
  ];
  if (blank.length > 0)
    throw new RowMiss({reason: "workers", message: `${blank.join(", ")}: blank; needed to know what was run`});
  // Files give dense models the widths of experts too.
  const {tp, pp, dp} = parallel;
  const isMoe = model.experts > 0;
  const sizes = isMoe ? {...parallel, cp: 1} : {tp, pp, dp};
  return {parallel: missing("sizes", () => parallelOf(sizes, isMoe)), batch: batchPerRank!, workers: workers!};
}

function findSystem({systems}: Tables, id: string): SystemSpec {
  const found = systems.find((system) => system.id === id);
  if (!found) throw new InputError(`unknown system: ${id}; have ${systems.map((system) => system.id).join(", ")}`);
  return found;
}

function missing<T>(reason: MissReason, find: () => T): T {
  try {
    return find();
  } catch (error) {
    if (error instanceof InputError) throw new RowMiss({reason, message: error.message});
    throw error;
  }
}
