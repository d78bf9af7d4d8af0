/** Pauses in long work, in which a worker hears that it was cancelled. */
import {turn} from "../library/call.js";

/** Pauses now and then; false once it was cancelled. */
export type Pace = (waitMs?: number) => Promise<boolean>;

export function pacing(isCancelled: () => boolean): Pace {
  let from = performance.now();
  return async (waitMs) => {
    if (waitMs === undefined && performance.now() - from < stretchMs) return true;
    await (waitMs === undefined ? turn() : new Promise((later) => setTimeout(later, waitMs)));
    from = performance.now();
    return !isCancelled();
  };
}

/** Between pauses; what is cancelled ends within one, and what was asked instead waits for no longer. */
const stretchMs = 8;
