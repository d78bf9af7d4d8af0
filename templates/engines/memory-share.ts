/** Which share of GPU memory an engine is given. */
import {bytesToGiB} from "../../engine/units.js";
import type {RoleContext} from "./role.js";

/** Beyond this share engines have no room for what they do not count. */
const largest = 0.95;

/** vLLM's own share up to 0.19; later releases take 0.92, so that it is always written. */
const vllmShare = 0.9;

/** What the reference leaves to KV of the memory that is free after weights. */
const trtllmFreeShare = 0.8;

/** Share of all memory: the default, or more where the plan needs it. */
export function totalShare(context: RoleContext): number {
  const {memoryGiB, system} = context;
  if (!memoryGiB?.total) return vllmShare;
  return atLeast(context, vllmShare, memoryGiB.total / bytesToGiB(system.memoryCapacityBytes));
}

/** Share of what is free after weights and activations for KV. */
export function freeShare(context: RoleContext): number {
  const {memoryGiB, system, freeMemoryFraction} = context;
  if (freeMemoryFraction !== undefined && freeMemoryFraction < 1) return freeMemoryFraction;
  if (!memoryGiB?.total) return trtllmFreeShare;
  const free = bytesToGiB(system.memoryCapacityBytes) - (memoryGiB.total - memoryGiB.kvCache);
  return atLeast(context, trtllmFreeShare, memoryGiB.kvCache / free);
}

function atLeast({role, notes}: RoleContext, usual: number, needed: number): number {
  if (needed <= usual) return usual;
  if (needed > largest)
    notes.warn(
      `${role} workers need ${Math.ceil(needed * 100)} % of their memory at the modelled batch, engines are given at most ${largest * 100} %: fewer requests will run at once`
    );
  return Math.min(largest, Math.ceil(needed * 100) / 100);
}
