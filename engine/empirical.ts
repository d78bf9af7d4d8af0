/**
 * Estimates from utilisation alone: the speed of light at the query divided by the utilisation that was reached at
 * the two nearest measured points. Used where interpolation has nothing to hold on to. Source: method.md §4.2.
 */

/** Measured points as logarithmic coordinates scaled to [0, 1] per axis, each with its utilisation. */
export class UtilCloud {
  private readonly low: number[] = [];
  private readonly span: number[] = [];
  private readonly at: Float64Array[];
  private readonly utils: Float64Array;

  /** `points`: coordinates and utilisation of every point with a positive latency and speed of light. */
  constructor(points: readonly {at: readonly number[]; util: number}[]) {
    const axes = points[0]?.at.length ?? 0;
    this.utils = Float64Array.from(points, (point) => point.util);
    this.at = Array.from({length: axes}, (_, axis) => Float64Array.from(points, (point) => ln(point.at[axis])));
    for (const column of this.at) {
      const low = column.reduce((a, b) => Math.min(a, b), Infinity);
      const span = column.reduce((a, b) => Math.max(a, b), -Infinity) - low || 1;
      for (let i = 0; i < column.length; ++i) column[i] = (column[i] - low) / span;
      this.low.push(low);
      this.span.push(span);
    }
  }

  /** Inverse-distance mean of the two nearest points; NaN when there are none. */
  util(query: readonly number[]): number {
    const at = this.at.map((_, axis) => clamp((ln(query[axis]) - this.low[axis]) / this.span[axis]));
    const nearest = [-1, -1];
    const distance = [Infinity, Infinity];
    for (let i = 0; i < this.utils.length; ++i) {
      let d = 0;
      for (let axis = 0; axis < at.length; ++axis) d += (this.at[axis][i] - at[axis]) ** 2;
      d = Math.sqrt(d);
      if (d === 0) return this.utils[i];
      if (d < distance[0]) {
        [nearest[1], distance[1]] = [nearest[0], distance[0]];
        [nearest[0], distance[0]] = [i, d];
      } else if (d < distance[1]) [nearest[1], distance[1]] = [i, d];
    }
    if (nearest[0] < 0) return NaN;
    if (nearest[1] < 0) return this.utils[nearest[0]];
    const [a, b] = [1 / distance[0], 1 / distance[1]];
    return (this.utils[nearest[0]] * a + this.utils[nearest[1]] * b) / (a + b);
  }
}

function ln(value: number): number {
  return Math.log(Math.max(value, 1e-9));
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
