/** What was run behind a measured row, as a simulation takes it: the label, corrected or not, and the benchmark's protocol. */
import {shapeOf} from "../engine/simulate/calibration.js";
import {servingChoices} from "../engine/models/serving.js";
import type {Parallel} from "../engine/result.js";
import type {EstimateProblem} from "../engine/session/estimate.js";
import {poolServing} from "../engine/simulate/pool-serving.js";
import type {DisaggregatedServingProblem} from "../engine/simulate/serve-disaggregated.js";
import {servingQuant} from "../engine/simulate/serve.js";
import type {ServingProblem} from "../engine/simulate/serve.js";
import type {Tables} from "../perf/tables.js";
import {newPredictor} from "./predict.js";
import {concurrencyOf} from "./read.js";
import type {MeasuredRow} from "./read.js";
import {correctionOf, labelRules} from "./rules.js";
import type {Corrected, Correction} from "./rules.js";

export interface MeasuredDeployment {
  row: MeasuredRow;
  /** Of the one kind of workers, or of decode workers. */
  asked: ServingProblem;
  /** Of a disaggregated deployment. */
  pools?: DisaggregatedServingProblem;
  correction: Correction;
  /** Rules that apply, by name. */
  rules: string[];
  /** What had to be assumed of the row, a sentence each. */
  notes: string[];
  /** Model shape, GPU, backend, precision and sizes: rows of one group are held out together. */
  group: string;
}

/** Prompts that each user of the InferenceX benchmark sends. */
const promptsPerUser = 10;

/** Which corrections are made: of labels and protocol, or of the protocol alone. */
export type Correcting = "all" | "protocol";

/** Opens rows of a file, whose other rows tell cold starts. */
export function newDeployments(tables: Tables, others: readonly MeasuredRow[], correcting: Correcting = "all") {
  const predictor = newPredictor(tables);
  const rules = correcting === "all" ? labelRules : labelRules.filter(({about}) => about === "protocol");
  const opened = async (row: MeasuredRow, {correction, rules: applied}: Corrected): Promise<MeasuredDeployment> => {
    const {problem, notes} = await predictor.open(correctedRow(row, correction));
    const asked = askedOf(problem, row, correction);
    const {prefill, decode} = problem;
    const {poolLimits} = correction;
    const pools =
      prefill && decode
        ? {
            ...asked,
            prefill: {...prefill, limits: poolLimits?.prefill},
            decode: {...decode, limits: poolLimits?.decode}
          }
        : undefined;
    if (!pools) await loadServing(tables, asked);
    else
      for (const role of ["prefill", "decode"] as const) {
        const each = {...asked, parallel: pools[role].parallel};
        await loadServing(tables, {...each, ...poolServing(each, role)});
      }
    const group = groupOf(row, asked.model, pools ? [prefill!, decode!] : [{parallel: asked.parallel, workers: 1}]);
    return {row, asked, ...(pools ? {pools} : {}), correction, rules: applied, notes, group};
  };
  return {
    /** Throws RowMiss where the row is no configuration. */
    open: (row: MeasuredRow) => opened(row, correctionOf(row, others, rules)),

    /** The same, but in the types that the label has. */
    openAsTyped(row: MeasuredRow): Promise<MeasuredDeployment> {
      const {correction, rules: applied} = correctionOf(row, others, rules);
      const {quant: _, ...rest} = correction;
      return opened(row, {correction: rest, rules: applied});
    }
  };
}

function askedOf(problem: EstimateProblem, row: MeasuredRow, correction: Correction): ServingProblem {
  const {model, platform, parallel, quant} = problem;
  const {seats, promptsAtOnce} = correction;
  const users = promptsAtOnce ?? concurrencyOf(row) ?? 1;
  const perUser = promptsAtOnce ? 1 : (correction.promptsPerUser ?? promptsPerUser);
  return {
    model,
    platform,
    parallel,
    quant,
    isl: row.isl,
    osl: row.osl,
    concurrency: users,
    engineVersion: correction.engineVersion ?? row.version,
    nextn: correction.nextn ?? 0,
    client: {kind: "closed-loop", users, promptsPerUser: perUser, start: "burst"},
    ...(seats ? {limits: {maxSequences: seats}} : {}),
    ...(correction.lengthRatio === undefined ? {} : {lengthRatio: correction.lengthRatio}),
    ...(correction.replicas === undefined ? {} : {replicas: correction.replicas})
  };
}

/** Loads what a simulation looks into, and the nearest of what tables do not have. */
export async function loadServing(tables: Tables, asked: ServingProblem): Promise<void> {
  const {model, platform} = asked;
  const database = platform.database === "silicon" ? "hybrid" : platform.database;
  const serving = servingChoices(asked);
  await tables.load([{model, platform: {...platform, database}, quant: servingQuant(asked), serving}]);
}

function correctedRow(row: MeasuredRow, {parallel, quant, pools, workers}: Correction): MeasuredRow {
  const types = quant ? {gemmQuant: quant.gemm ?? "", moeQuant: quant.moe ?? "", precision: ""} : {};
  if (pools) {
    const {prefill, prefillWorkers, decode, decodeWorkers} = pools;
    const each = {batchPerRank: 1};
    const sides = {
      prefill: {...each, parallel: prefill, workers: prefillWorkers},
      decode: {...each, parallel: decode, workers: decodeWorkers}
    };
    return {...row, ...types, mode: "disagg", agg: undefined, ...sides};
  }
  if (!row.agg) return {...row, ...types, ...workers};
  return {...row, ...types, agg: {batchPerRank: 1, ...row.agg, ...(parallel ? {parallel} : {})}};
}

function groupOf(
  {backend, system, precision}: MeasuredRow,
  model: ServingProblem["model"],
  workers: readonly {parallel: Parallel; workers: number}[]
): string {
  const sizes = workers.map(({parallel: {tp, pp, dp, moeTp, moeEp}, workers: count}) => {
    const one = `tp${tp}pp${pp}dp${dp}etp${moeTp}ep${moeEp}`;
    return count === 1 ? one : `${count}x ${one}`;
  });
  return [shapeOf(model), system, backend, precision, sizes.join(" + ")].join(" · ");
}
