/** The first of the values for which `of` is least; null when there is none. */
export function least<T>(values: readonly T[], of: (value: T) => number): T | null {
  let [found, lowest] = [null as T | null, Infinity];
  for (const value of values) {
    const each = of(value);
    if (each < lowest) [found, lowest] = [value, each];
  }
  return found;
}
