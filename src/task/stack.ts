/** Layers in order, and what wins for each key. */
import type {Entries, Entry} from "./entries.js";
import {positionOf} from "./entries.js";
import {allKeys, type Key} from "./key.js";
import type {AppliedLayer, FlatValues, LayerKind, Origin, Position} from "./types.js";

/** One layer's entries. */
export interface StackLayer extends Position {
  kind: LayerKind;
  name: string;
  entries: Entries;
  /** Of the YAML layer: `mode: replace`. */
  replaces?: boolean;
}

/** What the effective configuration says of one key, and who said so. */
export interface Effective {
  entry: Entry;
  layer: StackLayer;
}

export type EffectiveValues = ReadonlyMap<string, Effective>;

const isDefault = ({kind}: StackLayer) => kind === "base" || kind === "serving mode" || kind === "backend";

/** The topmost value of every key, in the order of the keys. `layers` are lowest first. */
export function effectiveValues(layers: readonly StackLayer[]): Map<string, Effective> {
  const highestFirst = [...layers].reverse();
  const found = allKeys.flatMap((key) => {
    const winner = winnerOf(key, highestFirst);
    return winner ? [[key.name, winner] as const] : [];
  });
  return new Map(found);
}

/** A null puts back the default; a file that replaces hides what profiles set under `config:`. */
function winnerOf(key: Key, highestFirst: readonly StackLayer[]): Effective | undefined {
  let [defaultsOnly, replaced] = [false, false];
  for (const layer of highestFirst) {
    if (defaultsOnly && !isDefault(layer)) continue;
    if (replaced && layer.kind === "profile" && key.inConfig) continue;
    if (layer.replaces) replaced = true;
    const entry = layer.entries.get(key.name);
    if (entry?.value === null) defaultsOnly = true;
    else if (entry) return {entry, layer};
  }
  return undefined;
}

export function plainValues(values: EffectiveValues): FlatValues {
  return Object.fromEntries([...values].map(([name, {entry}]) => [name, entry.value]));
}

/** What people and functions said, without the defaults. */
export function givenValues(layers: readonly StackLayer[]): FlatValues {
  return plainValues(effectiveValues(layers.filter((layer) => !isDefault(layer))));
}

/** Layers that set something, with what higher ones replaced. */
export function appliedLayers(layers: readonly StackLayer[], values: EffectiveValues): AppliedLayer[] {
  return layers
    .filter(({entries}) => entries.size > 0)
    .map((layer) => ({
      kind: layer.kind,
      name: layer.name,
      ...defined(positionOf(layer)),
      values: Object.fromEntries([...layer.entries].map(([name, {value}]) => [name, value])),
      overridden: [...layer.entries.keys()].filter((name) => values.get(name)?.layer !== layer)
    }));
}

export function originsOf(values: EffectiveValues): Record<string, Origin> {
  const origin = ({layer, entry}: Effective): Origin => ({layer: layer.name, ...defined(positionOf(entry))});
  return Object.fromEntries([...values].map(([name, each]) => [name, origin(each)]));
}

function defined<T extends object>(record: T): T {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;
}
