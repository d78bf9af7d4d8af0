/** From a command line to a task. */
import {InputError} from "../engine/errors.js";
import type {Experiment, Fault, FlatValues, Task, TaskOptions} from "../task/index.js";
import {faultText, resolveTask} from "../task/resolve.js";
import {maybeKey} from "../task/key.js";
import type {Parsed, Flags} from "./args.js";
import {flagName, flatValues} from "./task-flags.js";
import type {Opener} from "./opener.js";

/** Flags of every verb that searches, besides those of tasks. */
export const runFlags = {
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

/** The task that flags alone describe. Throws InputError with everything that is wrong, a line each. */
export function taskOfFlags(opener: Opener, parsed: Parsed<Flags>, base: FlatValues = commandDefaults): Task {
  const flags = flatValues(parsed.values, parsed.given);
  return taskOrFaults(resolveTask({}, {...taskOptions(opener, flags), base, name: "task"}));
}

export function taskOrFaults(experiment: Experiment): Task {
  if (experiment.ok) return experiment.task;
  throw new InputError(experiment.errors.map(flagFaultText).join("\n"));
}

/** A fault of the command line names the flag, not the key. */
function flagFaultText(fault: Fault): string {
  const key = fault.key === undefined ? undefined : maybeKey(fault.key);
  if (!key || fault.line !== undefined) return faultText(fault);
  const name = `--${flagName({...key, role: undefined, name: key.base})}`;
  return faultText({...fault, message: fault.message.replace(key.name, `--${flagName(key)}`).replace(key.base, name)});
}
