/** What pages, workers, the command line and tests use of the engine. */

export {InputError, PerfDataError, nearest, unknownName} from "./errors.js";
export * from "./units.js";
export {commQuants, fmhaQuants, gemmQuants, kvCacheQuants, moeQuants} from "./quant.js";
export type {Quant} from "./quant.js";
export {backends, collectiveLibraries, tables, valueColumn} from "./schema.js";
export type {Backend, Catalogue, Columns, SliceEntry, TableName, TableSpec, VersionEntry} from "./schema.js";

export {bandwidthBytesPerSec, flopsPerSec, normalizeSystem, reviveSystems} from "./system.js";
export type {SystemSpec} from "./system.js";
export {customSystem, systemFile} from "./custom-system.js";
export {donorAssumptions, rankDonors, relationOf} from "./donor.js";
export type {Relation} from "./donor.js";
export {catalogueModels, findModel, readCatalogue} from "./models/catalogue.js";
export {normalizeModel, parseConfigJson, readModel} from "./models/config.js";
export type {ModelReading} from "./models/config.js";
export {modelCard} from "./model-card.js";
export type {ModelCard, OpRow} from "./model-card.js";
export {inferNextn, inferQuant} from "./models/quant.js";
export {modelSummary} from "./models/summary.js";
export type {ModelConfig, Role} from "./models/types.js";

export {PerfDatabase} from "./perf.js";
export type {SliceRef} from "./perf.js";
export {requiredSlices} from "./required.js";
export {calibratedPerf} from "./calibration.js";
export {embeddedDefault} from "./embedded.js";
export type {CalibrationEntry} from "./calibration.js";
export {databases} from "./database.js";
export {parseTransferPolicy, transferPresets, transferRules, transferTiers} from "./transfer.js";
export type {TransferPolicy, TransferRule} from "./transfer.js";
export type {Database, Platform} from "./ops/table.js";
export {interpolations} from "./interpolation/rules.js";
export type {Interpolation} from "./interpolation/rules.js";
export {queryOp, queryOps} from "./query.js";
export {speedOfLightMs} from "./speed-of-light.js";

export {estimate, estimateModes} from "./session/estimate.js";
export type {Estimate, EstimateMode, EstimateProblem, PoolSpec} from "./session/estimate.js";
export {withImages} from "./session/encoder.js";
export type {Images} from "./models/vision.js";
export type {Workload} from "./session/worker.js";
export {evaluateSearch, evaluateSearchSteps} from "./search/evaluate.js";
export type {Evaluation, SearchProblem} from "./search/evaluate.js";
export {servingModes} from "./search/space.js";
export type {SearchRole, SearchSpace, ServingMode} from "./search/space.js";
export {defaultTuning} from "./session/tuning.js";
export type {Tuning} from "./session/tuning.js";
export {goalMetrics, objectives, penaltyOf, penaltyShapes} from "./search/goals.js";
export type {
  Goal,
  GoalMetric,
  LoadTarget,
  Objective,
  PenaltyShape,
  PlanFigures,
  Preferences,
  Sizing
} from "./search/goals.js";
export type {CandidateLists} from "./search/enumerate.js";
export {answerSearch} from "./search/answer.js";
export type {AnswerOptions} from "./search/answer.js";
export {simulatedAnswer, simulatedAnswerSteps, simulatedCandidates} from "./search/simulated.js";
export type {SimulatedOptions, SimulatedProgress} from "./search/simulated.js";
export {byFormula, defaultPredictor, mayLeaveFront, predictors} from "./search/predictor.js";
export type {Predictor} from "./search/predictor.js";
export {candidatesOf} from "./search/candidates.js";
export {pruneFor} from "./search/prune.js";
export type {Candidate} from "./search/candidates.js";
export {mergeResults, nearestOf} from "./search/merge.js";
export {samplings} from "./search/mode-answer.js";
export type {Sampling} from "./search/mode-answer.js";
export {planDetail} from "./search/detail.js";
export {kneeIndex, paretoFront} from "./search/pareto.js";
export {explainPlan} from "./explain/plan.js";
export {computeRoofs, estimateWork} from "./explain/work.js";
export type {ComputeRoof, OpWork, StepWork} from "./explain/work.js";
export {memoryRooms} from "./explain/room.js";
export type {MemoryRoom} from "./explain/room.js";
export {whatIfs} from "./explain/what-if.js";
export type {WhatIf, WhatIfFigures} from "./explain/what-if.js";
export type {Judged, PaceWhy, PlanWhy} from "./explain/plan.js";
export {explainMisses} from "./explain/misses.js";
export type {Admission, Dropped, JointRelaxation, LimitWhy, MissesWhy, Relaxation} from "./explain/misses.js";
export {explainResources} from "./explain/resources.js";
export type {Resource, ResourceRelaxation} from "./explain/resources.js";
export type {Choice} from "./explain/choice.js";
export type {HardLimit, Miss} from "./explain/limits.js";
export type {MemoryWhy} from "./explain/memory.js";
export type {Dimension, Neighbour, NeighbourFigures, Step} from "./explain/neighbours.js";
export {opGroup, opGroups} from "./explain/op-group.js";
export type {OpGroup} from "./explain/op-group.js";
export type {LatencyWhy, OpWhy, PhaseWhy, TimePart, TimeWhy} from "./explain/time.js";
export {sensitiveInputs} from "./sensitivity/inputs.js";
export type {SensitiveInput, Side} from "./sensitivity/inputs.js";
export {sensitivity, sensitivitySteps} from "./sensitivity/sensitivity.js";
export type {
  AnswerFigures,
  KeptChoice,
  Sensitivity,
  SensitivityAnswer,
  SensitivityOptions,
  SensitivityOutcome,
  SensitivityProgress,
  SensitivityRow
} from "./sensitivity/sensitivity.js";
export {stepCurves} from "./simulate/curves.js";
export {schedulerPolicies, schedulerPolicyOf} from "./simulate/policy.js";
export {
  goodputOf,
  simulate,
  simulateDisaggregated,
  simulateDisaggregatedQuick,
  simulateQuick,
  simulateSteps
} from "./simulate/simulate.js";
export {parseTrace, parseTraceSteps} from "./simulate/trace.js";
export type {ParsedTrace, TraceError, TraceFormat, TraceOptions} from "./simulate/trace.js";
export type {
  Client,
  DisaggregatedProblem,
  Distribution,
  EngineLimits,
  Goodput,
  Lengths,
  PoolProblem,
  RequestTimes,
  SchedulerPolicy,
  ServiceLevel,
  Simulation,
  SimulationProblem,
  StepConstants,
  StepCurves,
  Timeline,
  TraceRequest,
  Verdict
} from "./simulate/types.js";
export * from "./result.js";
