/** Pauses in long work, in which a worker hears that it was cancelled. */

/** Pauses now and then; false once it was cancelled. */
export type Pace = (waitMs?: number) => Promise<boolean>;

export function pacing(isCancelled: () => boolean): Pace {
  let from = performance.now();
  return async (waitMs) => {
    if (waitMs === undefined && performance.now() - from < stretchMs) return true;
    await new Promise((later) => setTimeout(later, waitMs ?? 0));
    from = performance.now();
    return !isCancelled();
  };
}

/** Between pauses; what is cancelled ends within one. */
const stretchMs = 25;
