/** Which keys a serving mode has, and keys without role put on its workers. */
import type {Entries, Entry} from "./entries.js";
import {positionOf} from "./entries.js";
import {maybeKey, workerRoles, type Key} from "./key.js";
import type {Fault, TaskServingMode} from "./types.js";

/** Keys without role mean every worker: in disagg the forms of both roles, except where the layer has them itself. */
export function onWorkers(entries: Entries, servingMode: TaskServingMode): Entries {
  if (servingMode !== "disagg") return entries;
  const spread: Entries = new Map();
  for (const [name, entry] of entries) if (!spreads(maybeKey(name)!)) spread.set(name, entry);
  for (const [name, entry] of entries)
    if (spreads(maybeKey(name)!))
      for (const role of workerRoles) if (!entries.has(`${role}_${name}`)) spread.set(`${role}_${name}`, entry);
  return spread;
}

const spreads = ({scope, role}: Key) => (scope === "worker" || scope === "expert") && role === undefined;

/** Only what the mode has; profiles are shared by experiments of all modes. */
export function inMode(entries: Entries, servingMode: TaskServingMode): Entries {
  return new Map([...entries].filter(([name]) => foreign(maybeKey(name)!, servingMode) === undefined));
}

/** Adds a fault for every key that the mode does not have. */
export function checkMode(entries: Entries, servingMode: TaskServingMode, faults: Fault[]): void {
  for (const [name, entry] of entries) {
    const advice = stated(entry) ? foreign(maybeKey(name)!, servingMode) : undefined;
    if (advice) faults.push({message: `no effect: ${entry.shown}; ${advice}`, key: name, ...positionOf(entry)});
  }
}

/** What is off states only what is so. */
const stated = ({value}: Entry) => value !== null && value !== false;

/** Why the mode does not have a key, with what to do; undefined when it does. */
function foreign({name, base, scope, role}: Key, servingMode: TaskServingMode): string | undefined {
  const agg = "serving_mode agg has no prefill and decode workers, drop it or set serving_mode: disagg";
  switch (servingMode) {
    case "agg":
      return role && maybeAggregated(base)
        ? `serving_mode agg takes ${base}`
        : role || scope === "disagg"
          ? agg
          : undefined;
    case "disagg":
      if (scope === "worker" && !role) return `serving_mode disagg takes prefill_${name} and decode_${name}`;
      return scope === "agg" || base === "corrected_mla"
        ? "it is of aggregated serving, drop it or set serving_mode: agg"
        : undefined;
    case "auto":
      if (role === "prefill") return `serving_mode auto gives prefill and aggregated workers the same, write ${base}`;
      return name === "decode_model_path" ? "serving_mode auto serves one model, write model_path" : undefined;
  }
}

/** Keys that a decode worker alone can have beside aggregated ones have no meaning there. */
function maybeAggregated(base: string): boolean {
  return base === "model_path" || base === "system_name" || base === "backend_name";
}
