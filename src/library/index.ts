/**
 * Predicts throughput and latency of LLM serving, and searches for the best deployment. Runs in Node, in browsers and in
 * workers: nothing here imports what one of them lacks.
 */
export {estimate, search, searchBackends} from "./calls.js";
export type {Judging, SearchAnswer, SensitivityCall} from "./search.js";
export type {EstimateAnswer, EstimateRequest, LoadRequest, Pool} from "./estimate.js";
export {defineTask} from "../task/define.js";
export type {TaskFields} from "../task/define.js";
export {readTasks} from "../task/read.js";
export {openTables} from "./open-tables.js";
export type {FileSource, TablesOptions, TablesSource} from "./open-tables.js";
export {openModel} from "./model.js";
export type {ModelFiles, ModelRequest} from "./model.js";
export {customGpu} from "./custom-gpu.js";
export type {SearchRequest, Side} from "./request.js";
export type {CallOptions, Progress} from "./call.js";
export type {Tables} from "../perf/tables.js";
export type {DataNote, DonorNote} from "../perf/data-note.js";
export {InputError, PerfDataError} from "../engine/errors.js";
export type {
  CandidateCloud,
  ErrorBand,
  MemoryGiB,
  ModeResult,
  OpTime,
  Parallel,
  Percentiles,
  PhaseDetail,
  Plan,
  PlanDetail,
  PlanError,
  Reason,
  SearchResult,
  SimulatedFigures,
  Source,
  Targets,
  Tier,
  WorkerPoint
} from "../engine/result.js";
export type {Estimate, EstimateMode} from "../engine/session/estimate.js";
export type {Evaluation} from "../engine/search/evaluate.js";
export type {
  Goal,
  GoalMetric,
  LoadTarget,
  Objective,
  PlanFigures,
  Preferences,
  Sizing
} from "../engine/search/goals.js";
export type {Predictor} from "../engine/search/predictor.js";
export type {SimulatedEstimate} from "../engine/simulate/estimate.js";
export type {CalibrationKind, CalibrationTable} from "../engine/simulate/calibration.js";
export type {Client, Goodput, ServiceLevel} from "../engine/simulate/types.js";
export type {SearchSpace} from "../engine/search/space.js";
export type {Tuning} from "../engine/session/tuning.js";
export type {CalibrationEntry} from "../engine/calibration.js";
export type {CatalogueIndex, Libraries, VersionMark} from "../perf/catalogue-index.js";
export type {Database} from "../engine/database.js";
export type {Backend, Catalogue, SliceEntry, VersionEntry} from "../engine/schema.js";
export type {ModelConfig} from "../engine/models/types.js";
export type {ServingChoices} from "../engine/models/serving.js";
export type {Quant} from "../engine/quant.js";
export type {SystemSpec} from "../engine/system.js";
export type {
  AppliedLayer,
  Layer,
  LookUps,
  Origin,
  PlatformRequest,
  Task,
  TaskConfig,
  TaskOptions
} from "../task/types.js";
