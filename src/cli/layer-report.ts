/** Where each value of a task comes from: the layers that took part, and who set what. */
import {maybeKey} from "../task/index.js";
import type {AppliedLayer, Origin, Position, Task} from "../task/index.js";
import {noInk, type Ink} from "./ink.js";
import {countOf, textTable, type Column} from "./tables.js";

/** One value with its origin, and what it replaced, highest first. */
export interface ValueOrigin {
  key: string;
  value: unknown;
  unit?: string;
  origin: Origin;
  replaced: {layer: string; value: unknown}[];
}

export function valueOrigins({values, origins, layers}: Task): ValueOrigin[] {
  return Object.entries(values).map(([key, value]) => {
    const {unit} = maybeKey(key) ?? {};
    const origin = origins[key];
    const replaced = [...layers]
      .reverse()
      .filter((layer) => layer.overridden.includes(key))
      .map((layer) => ({layer: layerName(layer), value: layer.values[key]}));
    return {key, value, ...(unit && {unit}), origin, replaced};
  });
}

export function layersText(task: Task, ink: Ink = noInk): string {
  return [
    ink.bold("Layers, lowest first"),
    textTable(layerColumns, task.layers, "  "),
    "",
    ink.bold("Values"),
    textTable(valueColumns, valueOrigins(task), "  ")
  ].join("\n");
}

const layerColumns: Column<AppliedLayer>[] = [
  {title: "#", value: (_, i) => i + 1},
  {title: "layer", value: layerName, align: "left"},
  {title: "where", value: placeWords, align: "left"},
  {title: "sets", value: ({values}) => countOf(Object.keys(values).length, "key"), align: "left"},
  {title: "replaced above", value: ({overridden}) => overridden.join(", "), align: "left"}
];

const valueColumns: Column<ValueOrigin>[] = [
  {title: "key", value: ({key}) => key, align: "left"},
  {title: "value", value: ({value}) => shown(value), align: "right"},
  {title: "unit", value: ({unit}) => unit ?? "", align: "left"},
  {title: "set by", value: ({origin}) => originWords(origin), align: "left"},
  {
    title: "instead of",
    value: ({replaced}) => replaced.map(({layer, value}) => `${shown(value)} (${layer})`).join(", "),
    align: "left"
  }
];

/** `ttft = 300 ms, set by YAML (exps.yaml:12:3), instead of 1000 (base)`. */
export function valueSentence({key, value, unit, origin, replaced}: ValueOrigin): string {
  const before = replaced.map(({layer, value: old}) => `${shown(old)} (${layer})`);
  const instead = before.length > 0 ? `, instead of ${before.join(", ")}` : "";
  return `${key} = ${shown(value)}${unit ? ` ${unit}` : ""}, set by ${originWords(origin)}${instead}`;
}

function layerName({kind, name}: AppliedLayer): string {
  return kind === name || kind === "yaml" || kind === "base" ? name : `${kind} ${name}`;
}

function originWords({layer, ...place}: Origin): string {
  const where = placeWords(place);
  return where ? `${layer} (${where})` : layer;
}

/** `exps.yaml:12:3`. */
function placeWords({file, line, column}: Position): string {
  return [file, line, column].filter((part) => part !== undefined).join(":");
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.join(",");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
