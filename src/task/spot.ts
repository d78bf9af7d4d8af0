/** Values that know where they were written. */
import type {Position} from "./types.js";

/** A value with its place. */
export interface Spot extends Position {
  value: unknown;
  /** A scalar as it was written: `1.20`, which is the number 1.2. */
  text?: string;
  /** Of a mapping. */
  fields?: readonly Field[];
  /** Of a list. */
  items?: readonly Spot[];
}

/** One line of a mapping; the position is its name's. */
export interface Field extends Position {
  name: string;
  spot: Spot;
}

/** Plain data as such a value, without places. */
export function spotOf(value: unknown): Spot {
  if (Array.isArray(value)) return {value, items: value.map(spotOf)};
  if (typeof value !== "object" || value === null) return {value};
  const given = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return {value, fields: given.map(([name, inner]) => ({name, spot: spotOf(inner)}))};
}

/** The place of a part of a value, or of what holds it. */
export function placeOf(spot: Spot, path: readonly (string | number)[]): Position {
  const [first, ...rest] = path;
  const inner = typeof first === "number" ? spot.items?.[first] : spot.fields?.find(({name}) => name === first)?.spot;
  if (inner) return placeOf(inner, rest);
  const {file, line, column} = spot;
  return {file, line, column};
}
