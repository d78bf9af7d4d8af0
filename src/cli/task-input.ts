/** From a command line to a task. */
import {existsSync, readFileSync} from "node:fs";
import {InputError, unknownName} from "../engine/errors.js";
import type {Experiment, Fault, FlatValues, Task, TaskOptions} from "../task/index.js";
import {readTasks} from "../task/index.js";
import {faultText, resolveTask} from "../task/index.js";
import {maybeKey} from "../task/index.js";
import type {Parsed, Flags} from "./args.js";
import {flagName, flatValues} from "./task-flags.js";
import type {CalibrationTable} from "../engine/simulate/calibration.js";
import type {Opener} from "./opener.js";
import {ownCalibration} from "./own-calibration.js";

/** Of every verb that simulates. */
export const calibrationFlag = {
  calibration: {
    type: "string",
    unit: "FILE",
    help: "constants that kneepoint calibrate wrote, for simulations; KNEEPOINT_CALIBRATION unless given",
    complete: "file"
  }
} as const satisfies Flags;

/** A user's own constants, as a runner takes them; refused beside `--predictor formula`, which has none. */
export function calibrationOf({values, given}: Parsed<Flags>): {calibration?: CalibrationTable} {
  const {calibration: file, predictor} = values as unknown as {calibration?: string; predictor?: string};
  if (given.has("calibration") && predictor === "formula")
    throw new InputError("no effect: --calibration; predictor formula has no constants, drop one");
  return {calibration: ownCalibration(file)};
}

/** For verbs that answer by formula where nobody says: of flags, not of files, which have a predictor of their own. */
export function byFormulaUnlessAsked(parsed: Parsed<Flags>): Parsed<Flags> {
  const {values, given} = parsed;
  if (["predictor", "calibration", "yaml"].some((flag) => given.has(flag))) return parsed;
  const formula: Record<string, unknown> = {...values, predictor: "formula"};
  return {...parsed, values: formula as typeof values, given: new Set([...given, "predictor"])};
}

/** The same flags, which say so in their help. */
export function flagsByFormula(flags: Flags): Flags {
  return {...flags, predictor: {...flags.predictor, shown: "formula"}};
}

/** Flags of every verb that searches, besides those of tasks. */
export const runFlags = {
  ...calibrationFlag,
  "save-dir": {
    type: "string",
    unit: "DIR",
    help: "write configurations, tables and pictures of the run below it",
    complete: "folder"
  },
  force: {type: "boolean", help: "overwrite what --save-dir finds there of the same run"},
  json: {type: "boolean", help: "print the whole result as JSON"}
} as const satisfies Flags;

export interface RunValues {
  "save-dir"?: string;
  force: boolean;
  json: boolean;
}

/** Defaults of the question: the reference's command line has others than its files. Source: reference-features.md §10.2. */
export const commandDefaults = {serving_mode: "auto", ttft: 2000, tpot: 30} as const;

/** What tasks are resolved with: names that exist, and the command line above all. */
export function taskOptions({data, model}: Opener, flags: FlatValues): TaskOptions {
  return {flags, model, systems: data.systems.map(({id}) => id)};
}

/** Flags of verbs that ask one task, of flags or out of a file. */
export const yamlFlags = {
  yaml: {
    type: "string",
    unit: "FILE",
    help: "take the question from a file of experiments; flags stand above it",
    aliases: ["yaml-path"],
    complete: "file"
  },
  experiment: {type: "string", unit: "NAME", help: "which of them (default the first)"}
} as const satisfies Flags;

/** The task of an experiment where a file is given, else of flags. */
export function askedTask(opener: Opener, parsed: Parsed<Flags>): Task {
  const {yaml: file, experiment} = parsed.values as unknown as {yaml?: string; experiment?: string};
  if (file === undefined) {
    if (experiment !== undefined) throw new InputError("no effect: --experiment; it needs --yaml");
    return taskOfFlags(opener, parsed);
  }
  const experiments = readExperiments(file, taskOptions(opener, flatValues(parsed.values, parsed.given)));
  const [found] = experiment === undefined ? experiments : chosenExperiments(experiments, [experiment]);
  if (!found) throw new InputError(`no experiment: ${file}; add one`);
  return taskOrFaults(found);
}

/** Every experiment of a file, faulty ones too. Throws InputError for a file that cannot be read at all. */
export function readExperiments(file: string | undefined, options: TaskOptions): readonly Experiment[] {
  if (file === undefined) throw new InputError("missing --yaml: not given; name a file of experiments");
  if (!existsSync(file)) throw new InputError(`no such file: ${file}; name a file of experiments`);
  const {experiments, errors} = readTasks(readFileSync(file, "utf8"), {...options, file});
  if (errors.length > 0) throw new InputError(errors.map(faultText).join("\n"));
  return experiments;
}

/** Those named, in the file's order; all where none is named. */
export function chosenExperiments(
  experiments: readonly Experiment[],
  only: readonly string[] | undefined
): readonly Experiment[] {
  if (only === undefined) return experiments;
  const names = experiments.map(({name}) => name);
  const missing = only.find((name) => !names.includes(name));
  if (missing !== undefined) throw new InputError(unknownName("experiment", missing, names));
  return experiments.filter(({name}) => only.includes(name));
}

/** The task that flags alone describe. Throws InputError with everything that is wrong, a line each. */
export function taskOfFlags(opener: Opener, parsed: Parsed<Flags>, base: FlatValues = commandDefaults): Task {
  const flags = flatValues(parsed.values, parsed.given);
  return taskOrFaults(resolveTask({}, {...taskOptions(opener, flags), base, name: "task"}));
}

export function taskOrFaults(experiment: Experiment): Task {
  if (experiment.ok) return experiment.task;
  throw new InputError(experiment.errors.map(flagFaultText).join("\n"));
}

/** A fault of the command line names the flag, not the key; one of a file names the key. */
function flagFaultText(fault: Fault): string {
  if (fault.line !== undefined) return faultText(fault);
  const message = fault.message.replace(/^(invalid|missing|no effect:) (\w+)/, (whole, what: string, name: string) => {
    const key = maybeKey(name);
    return key ? `${what} --${flagName(key)}` : whole;
  });
  return faultText({...fault, message});
}
