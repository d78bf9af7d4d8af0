/** A value, once the page has nothing more urgent to do. Safari has no requestIdleCallback. */
export function whenIdle<T>(value: T, latestMs = 250): Promise<T> {
  return new Promise((resolve) => {
    if (typeof requestIdleCallback === "function") requestIdleCallback(() => resolve(value), {timeout: latestMs});
    else setTimeout(() => resolve(value), 50);
  });
}

/** A value, once no newer one has come for a while: what takes seconds is not begun for every step of a drag. */
export function whenStill<T>(value: T, replaced: Promise<void>, afterMs = 250): Promise<T> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(value), afterMs);
    // Ends all the same: a cell computes its next value only after this one, and drops what is replaced.
    void replaced.then(() => (clearTimeout(timer), resolve(value)));
  });
}
