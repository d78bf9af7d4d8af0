/** A value, once the page has nothing more urgent to do. Safari has no requestIdleCallback. */
export function whenIdle<T>(value: T, latestMs = 250): Promise<T> {
  return new Promise((resolve) => {
    if (typeof requestIdleCallback === "function") requestIdleCallback(() => resolve(value), {timeout: latestMs});
    else setTimeout(() => resolve(value), 50);
  });
}
