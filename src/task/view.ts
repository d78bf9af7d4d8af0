/** A task's values as the checks see them, and faults at the place where a value was written. */
import {defaultAcceptRates} from "../engine/models/quant.js";
import {placeOf} from "./spot.js";
import {positionOf, type Entry} from "./entries.js";
import type {EffectiveValues} from "./stack.js";
import type {Fault, FlatValues, TaskServingMode} from "./types.js";
import {plainValues} from "./stack.js";

export interface View {
  values: EffectiveValues;
  servingMode: TaskServingMode;
  /** The nested form spells out what is off, too. */
  nested: boolean;
}

/** What a file, a profile or the command line says of a key. */
export function said({values}: View, key: string): Entry | undefined {
  const found = values.get(key);
  const kind = found?.layer.kind;
  return kind === "yaml" || kind === "command line" || kind === "profile" ? found!.entry : undefined;
}

/** Accept rates besides the usual ones. The nested form states them even where nothing is drafted. */
export function ratesSaid(view: View): boolean {
  const entry = said(view, "nextn_accept_rates");
  return entry !== undefined && !view.nested && String(entry.value) !== String(defaultAcceptRates);
}

export function valueOf({values}: View, key: string): unknown {
  return values.get(key)?.entry.value;
}

export function plain({values}: View): FlatValues {
  return plainValues(values);
}

/** The key as it was written. */
export function shownOf({values}: View, key: string): string {
  return values.get(key)?.entry.shown ?? key;
}

/** A fault of a key, or of a part of its value, at its place. */
export function faultAt({values}: View, key: string, message: string, path: readonly string[] = []): Fault {
  const entry = values.get(key)?.entry;
  const place = entry && (path.length > 0 && entry.spot ? placeOf(entry.spot, path) : positionOf(entry));
  return {message, key: [key, ...path].join("."), ...place};
}

export function noEffect(view: View, key: string, advice: string): Fault {
  return faultAt(view, key, `no effect: ${shownOf(view, key)}; ${advice}`);
}

/** Prefixes of the worker keys of a mode: aggregated ones have none. */
export function rolesOf({servingMode}: View): readonly string[] {
  if (servingMode === "disagg") return ["prefill_", "decode_"];
  return servingMode === "auto" ? ["", "decode_"] : [""];
}

/** What workers of a role have; in `auto` decode workers have what is said without role. */
export function ofRole(view: View, role: string, base: string): unknown {
  const own = valueOf(view, role + base);
  return own === undefined && view.servingMode === "auto" ? valueOf(view, base) : own;
}

export function backendOf(view: View, role: string): string {
  return (ofRole(view, role, "backend_name") ?? "trtllm") as string;
}
