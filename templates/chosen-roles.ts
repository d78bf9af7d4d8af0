/** The roles of a chosen point, and what of it makes no sense whatever the engine. */
import {InputError} from "../engine/errors.js";
import type {ServingChoices} from "../engine/models/serving.js";
import type {WorkerPoint} from "../engine/result.js";
import type {ChosenPoint} from "./options.js";
import type {RoleName, RolePlan} from "./plan.js";

/** A role as it was chosen. */
export interface ChosenRole {
  role: RoleName;
  point: WorkerPoint;
  workers: number;
  serving: ServingChoices;
}

/** Roles of the point; prefill and decode must run the same engine on the same GPUs. */
export function chosenRoles({plan, serving = {}, decodeServing}: ChosenPoint): ChosenRole[] {
  if (plan.mode === "agg") {
    if (!plan.agg) throw new InputError("invalid plan: aggregated without a worker; choose another point");
    return [{role: "agg", point: plan.agg, workers: checkCount("replicas", plan.replicas), serving}];
  }
  const {prefill, decode} = plan;
  if (!prefill || !decode)
    throw new InputError("invalid plan: disaggregated without prefill and decode; choose another point");
  if (prefill.system !== decode.system)
    throw new InputError(
      `invalid plan: prefill on ${prefill.system}, decode on ${decode.system}; files need one system for both`
    );
  if (prefill.backend !== decode.backend)
    throw new InputError(
      `invalid plan: prefill on ${prefill.backend}, decode on ${decode.backend}; KV passes only between the same engine`
    );
  const count = (workers: number) => checkCount("workers", workers) * checkCount("replicas", plan.replicas);
  return [
    {role: "prefill", point: prefill, workers: count(prefill.workers), serving: prefill.serving ?? serving},
    {
      role: "decode",
      point: decode,
      workers: count(decode.workers),
      serving: decode.serving ?? decodeServing ?? serving
    }
  ];
}

export function checkCount(what: string, value: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= 4096) return value;
  throw new InputError(`invalid ${what}: ${value}; must be 1 to 4096`);
}

export function checkGpusPerNode(value: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= 128) return value;
  throw new InputError(`invalid GPUs per node: ${value}; must be 1 to 128`);
}

export function checkWorkload(workload: {isl: number; osl: number; prefix: number}): void {
  for (const [name, value] of Object.entries(workload)) {
    const least = name === "prefix" ? 0 : 1;
    if (!Number.isInteger(value) || value < least)
      throw new InputError(`invalid ${name}: ${value}; must be a whole number of at least ${least}`);
  }
  if (workload.prefix >= workload.isl)
    throw new InputError(`invalid prefix: ${workload.prefix}; must be below isl ${workload.isl}`);
}

/** Throws InputError where prefill and decode differ in what both ends of a transfer must share. */
export function agree(roles: readonly RolePlan[]): void {
  const [first, second] = roles;
  if (!second) return;
  const shared: [string, (role: RolePlan) => unknown][] = [
    ["kv_cache_dtype", ({kvCache}) => kvCache.engine],
    ["block_tokens", ({kvCache}) => kvCache.blockTokens],
    ["transfer_buffer_tokens", ({limits}) => limits.transferBufferTokens]
  ];
  for (const [key, value] of shared)
    if (value(first) !== value(second))
      throw new InputError(
        `invalid ${key}: ${value(first)} on prefill, ${value(second)} on decode; must be the same for KV to pass`
      );
}
