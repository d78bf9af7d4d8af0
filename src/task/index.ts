/** Task configuration: what pages, the command line and the library use of it. */
export {defineTask} from "./define.js";
export type {TaskFields} from "./define.js";
export {flatOf} from "./flat.js";
export {formatTask} from "./format.js";
export {allKeys, maybeKey} from "./key.js";
export type {Key} from "./key.js";
export type {FlatKeys} from "./keys.js";
export {wordsOf} from "./kinds.js";
export {taskAnswerOptions, taskProblem, taskTargets} from "./problem.js";
export type {Opened} from "./problem.js";
export {builtinProfiles} from "./profiles.js";
export {readTasks} from "./read.js";
export {faultText, resolveTask, taskOf} from "./resolve.js";
export {layerKinds, taskServingModes} from "./types.js";
export type * from "./types.js";
