/** The effective configuration of a question, layer by layer; comes with the schema and YAML, so only when asked for. */
import {InputError} from "../engine/errors.js";
import {formatTask} from "../task/format.js";
import {maybeKey} from "../task/key.js";
import {faultText, resolveWritten} from "../task/resolve.js";
import type {AppliedLayer, Task} from "../task/types.js";
import {taskValues} from "./task-values.js";
import type {Question} from "./question.js";

export interface LayerRow {
  key: string;
  value: string;
  unit: string;
  /** What the key means. */
  help: string;
  layer: string;
  /** Lower layers that said something else: `base 1000`. */
  instead: string;
}

export interface LayerList {
  /** Lowest first, with how many of the values are theirs. */
  layers: {name: string; kind: string; count: number}[];
  rows: LayerRow[];
  yaml: string;
}

export const pageLayer = "this page";

/** The task that a question makes: what the page says lies above everything else. Throws InputError. */
export function questionTask(question: Question): Task {
  const written = {
    name: "task",
    entries: new Map(),
    profiles: [],
    mode: "patch",
    nested: false,
    at: {},
    faults: []
  } as const;
  const experiment = resolveWritten(written, {}, [{name: pageLayer, values: taskValues(question)}]);
  if (!experiment.ok) throw new InputError(experiment.errors.map(faultText).join("\n"));
  return experiment.task;
}

export function layerList(question: Question): LayerList {
  const task = questionTask(question);
  const rows = Object.entries(task.values).map(([key, value]): LayerRow => {
    const {layer} = task.origin(key)!;
    const {unit = "", help = ""} = maybeKey(key) ?? {};
    return {key, value: shown(value), unit, help, layer, instead: instead(task.layers, key, layer)};
  });
  const layers = task.layers.map(({name, kind}) => ({
    name,
    kind: kind === "command line" ? "your choices" : kind,
    count: rows.filter(({layer}) => layer === name).length
  }));
  return {layers, rows, yaml: formatTask(task.config, task.layers.map(named))};
}

/** The page's own layer by its name alone. */
function named(layer: AppliedLayer): AppliedLayer {
  return layer.name === pageLayer ? {...layer, kind: "yaml"} : layer;
}

function instead(layers: readonly AppliedLayer[], key: string, winner: string): string {
  const lower = layers.filter(({name, values}) => name !== winner && Object.hasOwn(values, key));
  return lower.map(({name, values}) => `${name} ${shown(values[key])}`).join(", ");
}

/** As YAML writes it, on one line. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return value.map(shown).join(", ");
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value)
    .map(([name, inner]) => `${name} ${typeof inner === "object" ? `(${shown(inner)})` : shown(inner)}`)
    .join(", ");
}
