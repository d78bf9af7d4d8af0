/** Reads the experiments of a YAML file, in both forms that the reference's users have. Source: method.md §13. */
import {InputError, unknownName} from "../engine/errors.js";
import {checkValue, shownValue} from "./check.js";
import {readDocument} from "./document.js";
import type {Field, Spot} from "./spot.js";
import {experimentNames, flatEntries, positionOf} from "./entries.js";
import {maybeKey} from "./key.js";
import {isNested, nestedEntries} from "./nested.js";
import type {ProfileName} from "./profiles.js";
import {resolveWritten, type Written} from "./resolve.js";
import type {Experiment, Fault, FlatValues, TaskFile, TaskOptions, TaskServingMode} from "./types.js";

/**
 * Every experiment of a file: a mapping from name to experiment, with `exps` for order or a subset, or one experiment
 * by itself. `profiles` or `profile_definitions` beside experiments define profiles. A faulty experiment hides no other.
 */
export function readTasks(text: string, options: TaskOptions & {file?: string} = {}): TaskFile {
  const {file, ...others} = options;
  const {spot, faults} = readable(text, file);
  if (!spot) return {experiments: [], errors: faults};
  if (!spot.fields) {
    const message = `invalid file: ${shownValue(spot.value)}; must map names to experiments, or be one experiment`;
    return {experiments: [], errors: [...faults, {message, ...positionOf(spot)}]};
  }
  const single = isExperiment(spot.fields);
  const errors: Fault[] = [];
  const all: Experiments = single ? [{name: "task", ...at(file, 1), spot}] : experimentFields(spot.fields, errors);
  const profiles = {...others.profiles, ...(single ? {} : definedProfiles(spot.fields, errors))};
  const listed = single ? all : inListedOrder(all, spot.fields, errors);
  const inside = (fault: Fault) => all.findLast(({line = 0}) => line <= (fault.line ?? 0));
  errors.push(...faults.filter((fault) => !inside(fault)));
  const experiments = listed.map((field): Experiment => {
    const own = faults.filter((fault) => inside(fault) === field);
    return resolveWritten(writtenOf(field, own), {...others, profiles});
  });
  return {experiments, errors};
}

type Experiments = readonly Field[];

const at = (file: string | undefined, line: number) => ({file, line, column: 1});

function readable(text: string, file: string | undefined): {spot?: Spot; faults: Fault[]} {
  try {
    return readDocument(text, file);
  } catch (error) {
    if (error instanceof InputError) return {faults: [{message: error.message, file}]};
    throw error;
  }
}

/** Whether the fields are those of one experiment: keys, or blocks of the nested form. */
function isExperiment(fields: readonly Field[]): boolean {
  return fields.some((field) => maybeKey(field.name) || (!definitionNames.includes(field.name) && isNested([field])));
}

const definitionNames = ["profiles", "profile_definitions"];

/** Every entry of the file that is an experiment. */
function experimentFields(fields: readonly Field[], errors: Fault[]): Experiments {
  return fields.filter((field) => {
    if (field.name === "exps" || definitionNames.includes(field.name)) return false;
    if (field.spot.fields) return true;
    const message = `invalid experiment ${field.name}: ${shownValue(field.spot.value)}; must be a mapping with serving_mode, model_path and more`;
    errors.push({message, key: field.name, ...positionOf(field)});
    return false;
  });
}

function inListedOrder(all: Experiments, fields: readonly Field[], errors: Fault[]): Experiments {
  const exps = fields.find(({name}) => name === "exps");
  if (!exps || exps.spot.value === null) return all;
  const names = exps.spot.items;
  if (!names) {
    errors.push({
      message: `invalid exps: ${shownValue(exps.spot.value)}; must be a list of names`,
      key: "exps",
      ...positionOf(exps)
    });
    return all;
  }
  return names.flatMap((item, index) => {
    const name = String(item.value);
    const found = all.find((field) => field.name === name);
    const known = all.map((field) => field.name);
    const again = names.slice(0, index).some(({value}) => String(value) === name);
    const fault = (message: string) => errors.push({message, key: "exps", ...positionOf(item)});
    if (again) fault(`exps names ${name} twice: once is enough; drop one`);
    else if (!found) fault(unknownName("experiment", name, known));
    return found && !again ? [found] : [];
  });
}

/** Profiles that the file defines; `when` names serving mode and backend for which one applies. */
function definedProfiles(fields: readonly Field[], errors: Fault[]): NonNullable<TaskOptions["profiles"]> {
  const definitions = fields.filter(({name}) => definitionNames.includes(name)).flatMap(({spot}) => spot.fields ?? []);
  const profiles: Record<string, NonNullable<TaskOptions["profiles"]>[string]> = {};
  for (const {name, spot, ...place} of definitions) {
    const {when, ...values} = (spot.value ?? {}) as FlatValues & {
      when?: {serving_mode?: string; backend_name?: string};
    };
    flatEntries(
      (spot.fields ?? []).filter((field) => field.name !== "when"),
      errors
    );
    if (!spot.fields)
      errors.push({message: `invalid profile ${name}: ${shownValue(spot.value)}; must be a mapping`, ...place});
    profiles[name] = {
      values,
      when: ({servingMode, backend}) =>
        (when?.serving_mode ?? servingMode) === servingMode && (when?.backend_name ?? backend) === backend
    };
  }
  return profiles;
}

function writtenOf({name, spot, ...place}: Field, own: readonly Fault[]): Written {
  const faults = [...own];
  const fields = spot.fields ?? [];
  const nested = isNested(fields);
  const servingMode = servingModeOf(fields);
  const flat = fields.filter((field) => !(experimentNames as readonly string[]).includes(field.name));
  const entries = nested ? nestedEntries(fields, servingMode, faults) : flatEntries(flat, faults);
  return {
    name,
    entries,
    profiles: profileNames(fields, faults),
    mode: modeOf(fields, faults),
    nested,
    at: positionOf(place),
    faults
  };
}

/** As far as it is one; a wrong one is reported with the other keys. */
function servingModeOf(fields: readonly Field[]): TaskServingMode {
  const value = fields.find(({name}) => name === "serving_mode")?.spot.value;
  const checked = value == null ? undefined : checkValue(maybeKey("serving_mode")!, value);
  return checked && "value" in checked ? (checked.value as TaskServingMode) : "agg";
}

function modeOf(fields: readonly Field[], faults: Fault[]): "patch" | "replace" {
  const field = fields.find(({name}) => name === "mode");
  const value = field?.spot.value ?? "patch";
  if (value === "patch" || value === "replace") return value;
  faults.push({
    message: `invalid mode: ${shownValue(value)}; must be one of patch, replace`,
    key: "mode",
    ...positionOf(field!)
  });
  return "patch";
}

function profileNames(fields: readonly Field[], faults: Fault[]): ProfileName[] {
  const field = fields.find(({name}) => name === "profiles");
  if (!field || field.spot.value === null) return [];
  const items = field.spot.items ?? [field.spot];
  return items.flatMap((item) => {
    if (typeof item.value === "string") return [{name: item.value, ...positionOf(item)}];
    faults.push({
      message: `invalid profiles: ${shownValue(item.value)}; must be a list of names`,
      key: "profiles",
      ...positionOf(field)
    });
    return [];
  });
}
