/** What was run behind a measured row, as a simulation takes it: the label, corrected or not, and the benchmark's protocol. */
import {InputError} from "../engine/errors.js";
import {shapeOf} from "../engine/simulate/calibration.js";
import {servingQuant} from "../engine/simulate/serve.js";
import type {ServingProblem} from "../engine/simulate/serve.js";
import type {Tables} from "../perf/tables.js";
import {newPredictor} from "./predict.js";
import type {Predictor} from "./predict.js";
import {concurrencyOf} from "./read.js";
import type {MeasuredRow} from "./read.js";
import {correctionOf, labelRules} from "./rules.js";
import type {Corrected, Correction} from "./rules.js";

export interface MeasuredDeployment {
  row: MeasuredRow;
  asked: ServingProblem;
  correction: Correction;
  /** Rules that apply, by name. */
  rules: string[];
  /** Model shape, GPU, backend, precision and sizes: rows of one group are held out together. */
  group: string;
}

/** Prompts that each user of the InferenceX benchmark sends. */
const promptsPerUser = 10;

/** Which corrections are made: of labels and protocol, or of the protocol alone. */
export type Correcting = "all" | "protocol";

/** Opens aggregated rows of a file, whose other rows tell cold starts. */
export function newDeployments(tables: Tables, others: readonly MeasuredRow[], correcting: Correcting = "all") {
  const predictor = newPredictor(tables);
  const rules = correcting === "all" ? labelRules : labelRules.filter(({about}) => about === "protocol");
  const opened = async (row: MeasuredRow, {correction, rules: applied}: Corrected): Promise<MeasuredDeployment> => {
    if (!row.agg) throw new InputError(`not aggregated: ${row.id}; its pools are asked one by one`);
    const asked = await askedOf(tables, predictor, row, correction);
    return {row, asked, correction, rules: applied, group: groupOf(row, asked)};
  };
  return {
    /** Throws RowMiss where the row is no configuration, InputError where it is not aggregated. */
    open: (row: MeasuredRow) => opened(row, correctionOf(row, others, rules)),

    /** The same, but in the types that the label has. */
    openAsTyped(row: MeasuredRow): Promise<MeasuredDeployment> {
      const {correction, rules: applied} = correctionOf(row, others, rules);
      const {quant: _, ...rest} = correction;
      return opened(row, {correction: rest, rules: applied});
    }
  };
}

async function askedOf(
  tables: Tables,
  predictor: Predictor,
  row: MeasuredRow,
  correction: Correction
): Promise<ServingProblem> {
  const users = concurrencyOf(row) ?? 1;
  const {problem} = await predictor.open(correctedRow(row, correction));
  const {model, platform, parallel, quant} = problem;
  const asked: ServingProblem = {
    model,
    platform,
    parallel,
    quant,
    isl: row.isl,
    osl: row.osl,
    concurrency: users,
    engineVersion: correction.engineVersion ?? row.version,
    nextn: correction.nextn ?? 0,
    client: {
      kind: "closed-loop",
      users,
      promptsPerUser: correction.promptsPerUser ?? promptsPerUser,
      start: "burst"
    },
    ...(correction.lengthRatio === undefined ? {} : {lengthRatio: correction.lengthRatio}),
    ...(correction.replicas === undefined ? {} : {replicas: correction.replicas})
  };
  await loadServing(tables, asked);
  return asked;
}

/** Loads what a simulation looks into, and the nearest of what tables do not have. */
export async function loadServing(tables: Tables, asked: ServingProblem): Promise<void> {
  const {model, platform} = asked;
  const database = platform.database === "silicon" ? "hybrid" : platform.database;
  await tables.load([{model, platform: {...platform, database}, quant: servingQuant(asked)}]);
}

function correctedRow(row: MeasuredRow, {parallel, quant}: Correction): MeasuredRow {
  const agg = {batchPerRank: 1, ...row.agg!, ...(parallel ? {parallel} : {})};
  const types = quant ? {gemmQuant: quant.gemm ?? "", moeQuant: quant.moe ?? "", precision: ""} : {};
  return {...row, ...types, agg};
}

function groupOf({backend, system, precision}: MeasuredRow, {model, parallel}: ServingProblem): string {
  const {tp, pp, dp, moeTp, moeEp} = parallel;
  return [shapeOf(model), system, backend, precision, `tp${tp}pp${pp}dp${dp}etp${moeTp}ep${moeEp}`].join(" · ");
}
