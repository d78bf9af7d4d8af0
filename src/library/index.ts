/**
 * Predicts throughput and latency of LLM serving, and searches for the best deployment. Runs in Node, in browsers and in
 * workers: nothing here imports what one of them lacks.
 */
export {estimate, search, searchBackends} from "./calls.js";
export type {Judging, SearchAnswer} from "./search.js";
export type {EstimateAnswer, EstimateRequest, Pool} from "./estimate.js";
export {defineTask} from "../task/define.js";
export type {TaskFields} from "../task/define.js";
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
