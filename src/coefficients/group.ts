/** Every record of coefficients in the engine, as the code object that the engine itself computes with. */
import {donorStudy, wholeWorkers} from "../engine/accuracy/donor-study.js";
import {usual} from "../engine/accuracy/expected.js";
import {tableStudy} from "../engine/accuracy/table-study.js";
import {transferErrors, transferErrorsByKind} from "../engine/accuracy/transfer-study.js";
import {backendTraits} from "../engine/backend.js";
import {coefficients} from "../engine/coefficients.js";
import {defaultAcceptRates} from "../engine/models/quant.js";
import {commQuants, fmhaQuants, gemmQuants, kvCacheQuants, moeQuants} from "../engine/quant.js";
import {replicaLimits} from "../engine/session/disaggregated.js";
import {defaultTuning} from "../engine/session/tuning.js";
import {plainConstants} from "../engine/simulate/calibration.js";
import {defaultClientShape} from "../engine/simulate/client-shape.js";
import {calibrationTable} from "../engine/simulate/constants.js";
import {memoryTerms} from "../engine/simulate/kv-room.js";
import {schedulerPolicies, vllmSynchronous} from "../engine/simulate/policy.js";
import {recipeEntries} from "../engine/simulate/recipe.js";
import {gemmLevels, moeLevels, prefillByHeadDim} from "../engine/transfer.js";

/** Records of one module that serve the same end. */
export interface CoefficientGroup {
  id: string;
  title: string;
  /** What changes with them. */
  affects: string;
  /** How they came about. */
  source: string;
  /** Below `engine/`. */
  file: string;
  /** Of the fields that name none in their suffix. */
  unit: string;
  /** The code objects, by their names there. */
  records: Record<string, unknown>;
}

export const coefficientGroups: readonly CoefficientGroup[] = [
  {
    id: "efficiency",
    title: "Share of the speed of light that kernels reach",
    affects: "Operator times where no table and no fitted surface answers: the last resort",
    source: "Fitted to measured tables by Huber regression on the log error; rows and error beside each",
    file: "coefficients.ts",
    unit: "share",
    records: {coefficients}
  },
  {
    id: "engines",
    title: "What distinguishes serving engines",
    affects: "Activation memory, TTFT by queueing, TPOT of mixed steps, and which plans fit",
    source: "method.md §8 and §10",
    file: "backend.ts",
    unit: "as named",
    records: {backendTraits}
  },
  {
    id: "pools",
    title: "Two pools",
    affects: "TTFT, TPOT and rates of disaggregated plans",
    source: "method.md §11; a deployment may set its own",
    file: "session/tuning.ts",
    unit: "factor",
    records: {defaultTuning}
  },
  {
    id: "replicas",
    title: "Sizes of replicas",
    affects: "Which numbers of prefill and decode workers a search tries",
    source: "method.md §11",
    file: "session/disaggregated.ts",
    unit: "workers or GPUs",
    records: {replicaLimits}
  },
  {
    id: "drafts",
    title: "Drafts that are accepted",
    affects: "TPOT of models with draft layers",
    source: "method.md §7.3",
    file: "models/quant.ts",
    unit: "probability",
    records: {defaultAcceptRates}
  },
  {
    id: "types",
    title: "Bytes and rates of number formats",
    affects: "Weight and KV memory, and the speed of light of every operator",
    source: "method.md §1.1: bytes of a weight with its scales, rate as a multiple of bf16",
    file: "quant.ts",
    unit: "bytes, multiples of bf16",
    records: {gemmQuants, moeQuants, fmhaQuants, kvCacheQuants, commQuants}
  },
  {
    id: "transfer",
    title: "Utilisation carried between shapes and types",
    affects: "Estimates for gaps of tables: what was measured of another shape or type",
    source: "method.md §4.2",
    file: "transfer.ts",
    unit: "utilisation",
    records: {prefillByHeadDim, moeLevels, gemmLevels}
  },
  {
    id: "calibration",
    title: "Step times of a simulated scheduler, calibrated",
    affects: "TTFT and TPOT of simulated plans, by engine and architecture, GPU, type and model shape",
    source: "Fitted to measured deployments by npm run calibrate; rows and held-out error beside each",
    file: "simulate/constants.ts",
    unit: "factor",
    records: {calibrationTable}
  },
  {
    id: "plain",
    title: "Step times without calibration",
    affects: "Simulated plans on an engine or an architecture that no fit knows",
    source: "Neutral: operator times as they stand",
    file: "simulate/calibration.ts",
    unit: "factor",
    records: {plainConstants}
  },
  {
    id: "room",
    title: "Memory that an engine takes before the KV cache",
    affects: "How many requests a simulated engine holds, and when they queue",
    source: "Named beside each",
    file: "simulate/kv-room.ts",
    unit: "GiB",
    records: {memoryTerms}
  },
  {
    id: "schedulers",
    title: "Scheduler policies",
    affects: "The order in which a simulated engine runs prompts and answers",
    source: "The engines' documentation, of the releases that each names",
    file: "simulate/policy.ts",
    unit: "as named",
    records: {schedulerPolicies, vllmSynchronous}
  },
  {
    id: "recipes",
    title: "How engines are launched",
    affects: "Limits that a simulated scheduler works within when nobody says otherwise",
    source: "Named beside each",
    file: "simulate/recipe.ts",
    unit: "as named",
    records: {recipeEntries}
  },
  {
    id: "clients",
    title: "Clients of a simulation",
    affects: "Bursts and lengths of requests, and so simulated TTFT",
    source: "As published benchmarks run",
    file: "simulate/client-shape.ts",
    unit: "as named",
    records: {defaultClientShape}
  },
  {
    id: "table-errors",
    title: "Error of interpolated and extrapolated points",
    affects: "The error bands of answers from tables",
    source: "Measured points held out, npm run accuracy:tables",
    file: "accuracy/table-study.ts",
    unit: "share",
    records: {tableStudy}
  },
  {
    id: "usual-errors",
    title: "Error where a kind has none of its own",
    affects: "Error bands of operators that no study covers",
    source: "The studies' usual figures",
    file: "accuracy/expected.ts",
    unit: "share",
    records: {usual}
  },
  {
    id: "transfer-errors",
    title: "Error of estimates from what is alike",
    affects: "The error bands of estimated gaps",
    source: "Measured points held out, npm run accuracy:transfer",
    file: "accuracy/transfer-study.ts",
    unit: "share",
    records: {transferErrors, transferErrorsByKind}
  },
  {
    id: "donor-errors",
    title: "Error and waiting of another GPU's timings",
    affects: "Answers for a GPU without tables, and their error bands",
    source: "Measured GPUs held out, npm run accuracy:systems",
    file: "accuracy/donor-study.ts",
    unit: "share",
    records: {donorStudy, wholeWorkers}
  }
];
