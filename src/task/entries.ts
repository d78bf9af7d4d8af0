/** What one layer says, key by key, checked, with the place of every value. */
import {checkValue} from "./check.js";
import {placeOf, type Field, type Spot} from "./spot.js";
import {maybeKey, unknownKey, type Key} from "./key.js";
import {text} from "./kinds.js";
import type {Fault, Position} from "./types.js";

export interface Entry extends Position {
  /** As the engine calls it; null puts back the default. */
  value: unknown;
  /** The name as it was written. */
  shown: string;
  /** With the places of its parts, where it has some. */
  spot?: Spot;
}

export type Entries = Map<string, Entry>;

/** Names that are of the experiment and no keys. */
export const experimentNames = ["mode", "profiles"] as const;

/** Takes fields that are named like keys. `prefix` is where they stand in a nested file. */
export function flatEntries(fields: readonly Field[], faults: Fault[], entries: Entries = new Map()): Entries {
  for (const field of fields) {
    const key = maybeKey(field.name);
    if (key) addEntry(entries, key, field, field.name, faults);
    else faults.push({message: unknownKey(field.name), key: field.name, ...positionOf(field)});
  }
  return entries;
}

/** Adds one key, or says what is wrong with it. */
export function addEntry(entries: Entries, key: Key, field: Field, shown: string, faults: Fault[]): void {
  const at = positionOf(field);
  const before = entries.get(key.name);
  if (before) {
    const where = before.line === undefined ? "" : ` (line ${before.line})`;
    faults.push({
      message: `${key.name} is given twice: ${before.shown}${where} and ${shown}; drop one`,
      key: key.name,
      ...at
    });
    return;
  }
  const given = writtenValue(key, field);
  const checked = given === null ? {value: null} : checkValue(key, given, shown);
  if ("value" in checked) entries.set(key.name, {value: checked.value, shown, spot: field.spot, ...at});
  else
    for (const {path, message} of checked.faults)
      faults.push({message, key: [key.name, ...path].join("."), ...partPlace(field, path)});
}

/** Of a wrong name inside of a block, the name; else the value. */
function partPlace(field: Field, path: readonly (string | number)[]): Position {
  const inside = path.slice(0, -1).reduce((at: Field["spot"] | undefined, name) => {
    return typeof name === "number" ? at?.items?.[name] : at?.fields?.find((each) => each.name === name)?.spot;
  }, field.spot);
  const named = inside?.fields?.find(({name}) => name === path.at(-1));
  return named ? positionOf(named) : placeOf(field.spot, path);
}

/** Versions look like numbers; text is taken as it stands. */
function writtenValue({schema}: Key, {spot}: Field): unknown {
  return schema === text && typeof spot.value === "number" ? (spot.text ?? String(spot.value)) : spot.value;
}

export function positionOf({file, line, column}: Position): Position {
  return {file, line, column};
}
