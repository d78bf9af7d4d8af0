/**
 * Indices of the points that no other point equals or betters in both coordinates, sorted by x. Larger y is better;
 * larger x too, unless `minimiseX`. Points with a coordinate that is not finite are dropped; of equal points the
 * first stays. Source: method.md §12.2.
 */
export function paretoFront(xs: ArrayLike<number>, ys: ArrayLike<number>, minimiseX = false): number[] {
  const sign = minimiseX ? -1 : 1;
  const order = Array.from({length: xs.length}, (_, i) => i)
    .filter((i) => Number.isFinite(xs[i]) && Number.isFinite(ys[i]))
    .sort((i, j) => sign * (xs[j] - xs[i]) || ys[j] - ys[i] || i - j);
  const front: number[] = [];
  let best = -Infinity;
  for (const i of order) {
    if (ys[i] <= best) continue;
    best = ys[i];
    front.push(i);
  }
  return minimiseX ? front : front.reverse();
}

/**
 * Index into a front (sorted by x) of its knee: the point farthest above the chord between its ends, both axes scaled
 * to [0, 1]; −1 when there are fewer than three points or none lies above the chord.
 */
export function kneeIndex(xs: readonly number[], ys: readonly number[]): number {
  const last = xs.length - 1;
  if (last < 2) return -1;
  const [spanX, spanY] = [xs[last] - xs[0], ys[last] - ys[0]];
  let [knee, most] = [-1, 1e-9];
  for (let i = 1; i < last; ++i) {
    const along = (xs[i] - xs[0]) / spanX - (ys[i] - ys[0]) / spanY;
    const above = spanY < 0 ? along : -along;
    if (above > most) [knee, most] = [i, above];
  }
  return knee;
}
