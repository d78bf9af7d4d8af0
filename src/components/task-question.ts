/** A task as a question, with the settings that a question cannot say: together they make the same task again. */
import {findModel} from "../engine/models/catalogue.js";
import {transferPresets} from "../engine/transfer.js";
import {flatOf, resolveTask} from "../task/index.js";
import type {FlatValues, Task, TaskConfig} from "../task/index.js";
import type {Settings} from "./comparison.js";
import {clamped, defaults, gapsFrom, imageSizes, limits} from "./question.js";
import type {Question} from "./question.js";
import {taskValues} from "./task-values.js";

export interface TaskQuestion {
  question: Question;
  settings: Settings;
}

/** Undefined for a task that no question and settings make again. Its backend is one, not `auto`. */
export function taskQuestion(task: Task): TaskQuestion | undefined {
  const question = questionOf(task.config);
  const mode = {serving_mode: task.config.servingMode};
  const wanted = flatOf(task.config);
  const plain = resolved({...taskValues(question), ...mode});
  const tries = [
    ...(plain ? [{...(mode.serving_mode === "auto" ? {} : mode), ...otherwise(flatOf(plain), wanted)}] : []),
    {...nulls(taskValues(question), wanted), ...wanted}
  ];
  const made = (settings: Settings) => resolved({...taskValues(question), ...settings});
  const settings = tries.find((settings) => canonical(made(settings)) === canonical(task.config));
  return settings && {question, settings};
}

/** What a question can say of it. */
function questionOf(config: TaskConfig): Question {
  const {platform, decodePlatform, lookUps, workload, targets, totalGpus, model} = config;
  const {ttftMs, tpotMs, requestLatencyMs} = targets;
  const most = (field: "ttftMs" | "tpotMs") => limits[field][1];
  return {
    ...defaults,
    model,
    system: platform.system,
    decodeSystem: decodePlatform && decodePlatform.system !== platform.system ? decodePlatform.system : "",
    backend: platform.backend === "auto" ? defaults.backend : platform.backend,
    version: platform.version ?? "",
    donor: lookUps.donor ?? "",
    database: lookUps.database === undefined || lookUps.database === "silicon" ? "" : lookUps.database,
    transfer: gapsFrom.find((name) => name && String(transferPresets[name]) === String(lookUps.transfer)) ?? "",
    interpolation: lookUps.interpolation === "reference" ? "reference" : "",
    gpus: clamped("gpus", totalGpus),
    isl: clamped("isl", workload.isl),
    osl: clamped("osl", workload.osl),
    prefix: clamped("prefix", workload.prefix),
    ...imagesOf(workload.images),
    ttftMs: clamped("ttftMs", ttftMs ?? most("ttftMs")),
    tpotMs: clamped("tpotMs", tpotMs ?? most("tpotMs")),
    requestLatencyMs: requestLatencyMs === undefined ? 0 : clamped("requestLatencyMs", requestLatencyMs)
  };
}

function imagesOf(images: TaskConfig["workload"]["images"]): Pick<Question, "images" | "imageSize"> {
  const size = imageSizes.find((name) => name === `${images?.heightPixels}x${images?.widthPixels}`);
  return images && size
    ? {images: clamped("images", images.count), imageSize: size}
    : {images: 0, imageSize: imageSizes[0]};
}

function resolved(values: FlatValues): TaskConfig | undefined {
  const experiment = resolveTask(values, {model: findModel});
  return experiment.ok ? experiment.task.config : undefined;
}

/** Values that differ from those there are; `null` puts back the default of one that is not wanted. */
function otherwise(there: FlatValues, wanted: FlatValues): FlatValues {
  const other = Object.entries(wanted).filter(([key, value]) => canonical(value) !== canonical(there[key]));
  return {...nulls(there, wanted), ...Object.fromEntries(other)};
}

function nulls(there: FlatValues, wanted: FlatValues): FlatValues {
  const surplus = Object.keys(there).filter((key) => !Object.hasOwn(wanted, key));
  return Object.fromEntries(surplus.map((key) => [key, null]));
}

/** The same text for the same values, in whatever order they were put in. */
function canonical(value: unknown): string {
  const sorted = (_: string, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner;
  return JSON.stringify(value, sorted) ?? "";
}
