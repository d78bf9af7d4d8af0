/** One serving mode of a task that asks for both, and one backend of a task that asks for all. */
import type {Platform} from "../engine/index.js";
import type {Backend} from "../engine/schema.js";
import {allKeys, flatOf, type Key} from "../task/index.js";
import {resolveTask, taskOf} from "../task/index.js";
import type {FlatValues, Task, TaskServingMode} from "../task/index.js";

/** The task itself where it asks for nothing else. What the mode does not have is left out. */
export function narrowed(task: Task, mode: TaskServingMode, backend: Backend): Task {
  const {servingMode, platform, decodePlatform} = task.config;
  if (servingMode === mode && platform.backend === backend && decodePlatform?.backend !== "auto") return task;
  const values = {...backendValues(flatOf(task.config), backend), serving_mode: mode};
  const isApart = mode !== servingMode;
  const own = !isApart ? values : mode === "agg" ? aggValues(values) : disaggValues(values);
  return taskOf(resolveTask(withPrices(own), {name: task.name}));
}

/** A price of a system that no worker is on has no effect. */
function withPrices({gpu_hour_prices: prices, ...values}: FlatValues): FlatValues {
  if (prices === undefined) return values;
  const systems = ["system_name", "prefill_system_name", "decode_system_name"].map((name) => values[name]);
  const used = Object.entries(prices as Record<string, number>).filter(([system]) => systems.includes(system));
  return used.length > 0 ? {...values, gpu_hour_prices: Object.fromEntries(used)} : values;
}

/**
 * The task with the tables that answer it named, so that it has the same answer when newer ones are imported. Of a GPU
 * that another answers for nothing is named: which one that is depends on what there is.
 */
export function withVersions(task: Task, own: Platform, other: Platform | undefined): Task {
  if (own.donor || other?.donor) return task;
  const {servingMode} = task.config;
  const versionOf = ({database, version}: Platform) => (isMeasured(database) ? version : undefined);
  const versions =
    servingMode === "disagg"
      ? {prefill_backend_version: versionOf(own), decode_backend_version: versionOf(other ?? own)}
      : {backend_version: versionOf(own), ...(other && {decode_backend_version: versionOf(other)})};
  const named = Object.entries(versions).filter(([, version]) => version !== undefined);
  const values = {...flatOf(task.config), ...Object.fromEntries(named), database_mode: own.database};
  return taskOf(resolveTask(values, {name: task.name}));
}

const isMeasured = (database: Platform["database"]) => database !== "calibrated" && database !== "sol";

/** `auto` in any role becomes the backend. */
function backendValues(values: FlatValues, backend: Backend): FlatValues {
  const roles = ["backend_name", "prefill_backend_name", "decode_backend_name"];
  const given = roles.filter((name) => values[name] !== undefined);
  return {
    ...values,
    ...Object.fromEntries(given.map((name) => [name, values[name] === "auto" ? backend : values[name]]))
  };
}

const isOfWorkers = ({scope}: Key) => scope === "worker" || scope === "expert";

function aggValues(values: FlatValues): FlatValues {
  const kept = allKeys.filter(({scope, role}) => scope !== "disagg" && role === undefined);
  return picked(values, kept, ({name}) => values[name]);
}

/** Keys of all workers become keys of both roles. */
function disaggValues(values: FlatValues): FlatValues {
  const kept = allKeys.filter(
    (key) => key.scope === "task" || key.scope === "disagg" || (isOfWorkers(key) && key.role !== undefined)
  );
  // A version is of one backend.
  const isMixed = values.decode_backend_name !== undefined && values.decode_backend_name !== values.backend_name;
  return picked(values, kept, ({name, base, role}) => {
    if (base === "corrected_mla") return undefined;
    if (isMixed && name === "decode_backend_version") return values[name];
    return values[name] ?? (role && values[base]);
  });
}

function picked(values: FlatValues, keys: readonly Key[], of: (key: Key) => unknown): FlatValues {
  const found = keys.map((key) => [key.name, of(key)] as const).filter(([, value]) => value !== undefined);
  return Object.fromEntries(found);
}
