/**
 * Estimates from utilisation alone: the speed of light at the query divided by the utilisation that was reached at
 * the two nearest measured points. Used where interpolation has nothing to hold on to. Source: method.md §4.2.
 */

export interface UtilPoint {
  at: readonly number[];
  util: number;
}

/** Measured points as logarithmic coordinates scaled to [0, 1] per axis, each with its utilisation. */
export class UtilCloud {
  readonly size: number;
  private readonly low: number[] = [];
  private readonly span: number[] = [];
  private readonly at: Float64Array[];
  private readonly utils: Float64Array;
  /** The axis with the most different values, and the points in its order: a search walks outwards along it. */
  private readonly sweep: number = 0;
  private readonly order: Int32Array;

  /** `points`: coordinates and utilisation of every point with a positive latency and speed of light. */
  constructor(points: readonly UtilPoint[]) {
    const axes = points[0]?.at.length ?? 0;
    this.size = points.length;
    this.utils = Float64Array.from(points, (point) => point.util);
    this.at = Array.from({length: axes}, (_, axis) => Float64Array.from(points, (point) => ln(point.at[axis])));
    let most = 0;
    for (const [axis, column] of this.at.entries()) {
      const low = column.reduce((a, b) => Math.min(a, b), Infinity);
      const span = column.reduce((a, b) => Math.max(a, b), -Infinity) - low || 1;
      for (let i = 0; i < column.length; ++i) column[i] = (column[i] - low) / span;
      this.low.push(low);
      this.span.push(span);
      const different = new Set(column).size;
      if (different > most) [most, this.sweep] = [different, axis];
    }
    const column = this.at[this.sweep];
    this.order = Int32Array.from(points, (_, i) => i).sort((a, b) => column[a] - column[b] || a - b);
  }

  /** Inverse-distance mean of the two nearest points, of equally near ones the first; NaN when there are none. */
  util(query: readonly number[]): number {
    if (this.size === 0) return NaN;
    const at = this.at.map((_, axis) => clamp((ln(query[axis]) - this.low[axis]) / this.span[axis]));
    const column = this.at[this.sweep];
    const here = at[this.sweep];
    const nearest = [-1, -1];
    const distance = [Infinity, Infinity];
    let above = this.firstAtLeast(here);
    let below = above - 1;
    while (below >= 0 || above < this.size) {
      const down = below >= 0 ? here - column[this.order[below]] : Infinity;
      const up = above < this.size ? column[this.order[above]] - here : Infinity;
      if (Math.min(down, up) > (distance[0] === 0 ? 0 : distance[1])) break;
      const i = down < up ? this.order[below--] : this.order[above++];
      let squares = 0;
      for (let axis = 0; axis < at.length; ++axis) squares += (this.at[axis][i] - at[axis]) ** 2;
      const d = Math.sqrt(squares);
      if (d < distance[0] || (d === distance[0] && i < nearest[0])) {
        [nearest[1], distance[1]] = [nearest[0], distance[0]];
        [nearest[0], distance[0]] = [i, d];
      } else if (d < distance[1] || (d === distance[1] && i < nearest[1])) [nearest[1], distance[1]] = [i, d];
    }
    if (distance[0] === 0 || nearest[1] < 0) return this.utils[nearest[0]];
    const [a, b] = [1 / distance[0], 1 / distance[1]];
    return (this.utils[nearest[0]] * a + this.utils[nearest[1]] * b) / (a + b);
  }

  private firstAtLeast(value: number): number {
    const column = this.at[this.sweep];
    let [low, high] = [0, this.size];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (column[this.order[middle]] < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function ln(value: number): number {
  return Math.log(Math.max(value, 1e-9));
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
