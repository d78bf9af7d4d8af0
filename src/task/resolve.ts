/** From layers to a task, or to everything that is wrong with them. */
import {InputError} from "../engine/errors.js";
import type {Backend} from "../engine/schema.js";
import {configOf} from "./config.js";
import {defaultLayers} from "./defaults.js";
import {spotOf} from "./spot.js";
import {effectFaults} from "./effect.js";
import {flatEntries, type Entries} from "./entries.js";
import {missingFaults} from "./missing.js";
import {modelFaults} from "./model-effect.js";
import {profileLayers, type ProfileName} from "./profiles.js";
import {checkMode, inMode, onWorkers} from "./scope.js";
import {appliedLayers, effectiveValues, givenValues, originsOf, plainValues, type StackLayer} from "./stack.js";
import {contradictions} from "./target-effect.js";
import type {
  Experiment,
  Fault,
  FlatValues,
  LayerContext,
  Position,
  Task,
  TaskOptions,
  TaskServingMode
} from "./types.js";
import type {View} from "./view.js";

/** What one experiment of a file says. */
export interface Written {
  name: string;
  entries: Entries;
  profiles: readonly ProfileName[];
  mode: "patch" | "replace";
  nested: boolean;
  at: Position;
  /** What was wrong with it as it was read. */
  faults: readonly Fault[];
}

/** Layers above the command line, each by name. */
export type Above = readonly {name: string; values: FlatValues}[];

/** A task of flat values alone, as the command line has them. Keys without role mean every worker. */
export function resolveTask(values: FlatValues, options: TaskOptions & {name?: string} = {}): Experiment {
  const {name = "task", flags, ...others} = options;
  const {profiles = [], ...flat} = {...values, ...flags};
  const names = (Array.isArray(profiles) ? profiles : [profiles]).map((each) => ({name: String(each)}));
  const written = {
    name,
    entries: new Map(),
    profiles: names,
    mode: "patch",
    nested: false,
    at: {},
    faults: []
  } as const;
  return resolveWritten(written, {...others, flags: flat});
}

/** A task of what a file says, below the command line. */
export function resolveWritten(written: Written, options: TaskOptions, above: Above = []): Experiment {
  const {name} = written;
  const faults: Fault[] = [...written.faults];
  const layers = stackOf(written, options, above, faults);
  const values = effectiveValues(layers);
  const servingMode = modeOf(layers);
  faults.push(...apart(faults, () => checks({values, servingMode, nested: written.nested}, written.at, options)));
  if (faults.length > 0) return {name, ok: false, errors: inOrder(faults)};
  const origins = originsOf(values);
  const task: Task = {
    name,
    config: configOf(plainValues(values), servingMode),
    layers: appliedLayers(layers, values),
    origins,
    values: plainValues(values),
    origin: (key) => (Object.hasOwn(origins, key) ? origins[key] : undefined),
    with: (more, layer = "choice") => taskOf(resolveWritten(written, options, [...above, {name: layer, values: more}]))
  };
  return {name, ok: true, task};
}

/** What the values are held against, each rule for itself. */
function checks(view: View, at: Position, options: TaskOptions): Fault[] {
  const rules = [...effectFaults(view), ...contradictions(view)];
  return [...missingFaults(view, at), ...rules, ...modelFaults(view, options)];
}

/** Further faults that do not come of those there are: none that name a key which is wrong already, or was misspelt. */
function apart(faults: readonly Fault[], more: () => Fault[]): Fault[] {
  const wrong = new Set(
    faults.flatMap(({key, message}) => [...(key ? [key.split(".")[0]] : []), ...suggested(message)])
  );
  if (wrong.has("serving_mode")) return [];
  return more().filter(({message}) => !(message.match(/\w+/g) ?? []).some((word) => wrong.has(word)));
}

const suggested = (message: string) => [...message.matchAll(/did you mean (\w+)\?/g)].map(([, name]) => name);

/** The task, or an InputError with everything that is wrong, a line each. */
export function taskOf(experiment: Experiment): Task {
  if (experiment.ok) return experiment.task;
  throw new InputError(experiment.errors.map(faultText).join("\n"));
}

/** `exps.yaml:12:5: unknown key: tp_candidate; did you mean …` */
export function faultText({message, file, line, column}: Fault): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(":");
  return place ? `${place}: ${message}` : message;
}

function stackOf(written: Written, options: TaskOptions, above: Above, faults: Fault[]): StackLayer[] {
  const {entries, profiles, mode, at} = written;
  const commandLine = [{name: "command line", values: options.flags ?? {}}, ...above].map((layer) => ({
    kind: "command line" as const,
    name: layer.name,
    entries: flatEntries(spotOf(layer.values).fields ?? [], faults)
  }));
  const yaml = {kind: "yaml" as const, name: "YAML", entries, replaces: mode === "replace", ...at};
  const base = {
    kind: "base" as const,
    name: "base",
    entries: flatEntries(spotOf(options.base ?? {}).fields ?? [], faults)
  };
  const servingMode = modeOf([base, yaml, ...commandLine]);
  checkMode(entries, servingMode, faults);
  const higher = [yaml, ...commandLine].map((layer) => ({...layer, entries: onWorkers(layer.entries, servingMode)}));
  for (const layer of higher.slice(1)) checkMode(layer.entries, servingMode, faults);

  const context = (layers: readonly StackLayer[]): LayerContext => {
    const given = givenValues(layers);
    const backend = (given.backend_name ?? given.prefill_backend_name ?? "trtllm") as Backend | "auto";
    return {servingMode, backend, given};
  };
  const named: StackLayer[] = [];
  for (const {name, values, when, ...place} of profileLayers(profiles, options.profiles, faults)) {
    const now = context([...named, ...higher]);
    if (when && !when(now)) continue;
    const own = flatEntries(spotOf(typeof values === "function" ? values(now) : values).fields ?? [], faults);
    named.push({kind: "profile", name, ...place, entries: inMode(onWorkers(own, servingMode), servingMode)});
  }
  const all = context([...named, ...higher]);
  const below = defaultLayers(options.base ?? {}, all).map(([kind, {name, values}]): StackLayer => {
    const own = flatEntries(spotOf(typeof values === "function" ? values(all) : values).fields ?? [], faults);
    return {kind, name, entries: inMode(own, servingMode)};
  });
  return [...below, ...named, ...higher];
}

function modeOf(layers: readonly StackLayer[]): TaskServingMode {
  return (effectiveValues(layers).get("serving_mode")?.entry.value ?? "agg") as TaskServingMode;
}

function inOrder(faults: readonly Fault[]): Fault[] {
  const before = (a = 0, b = 0) => a - b;
  return [...faults].sort((a, b) => before(a.line, b.line) || before(a.column, b.column));
}
