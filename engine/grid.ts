import {rank, weaken} from "./trace.js";

/** Speed of light in ms at the coordinates of a grid, outer axis first; unused axes are 0. */
export type GridRoofline = (a: number, b: number, c: number, d: number) => number;

/** Leaves blended in a hold over two or more axes; the next one sets the radius. Source: method.md §5.1. */
const holdNeighbours = 4;

/**
 * Measured latencies over one to four numeric axes, as a trie in typed arrays: every level's keys are sorted, and
 * `first[level][i]` is where the children of node i start. Axes may be ragged. Source: method.md §5.1.
 */
export class Grid {
  readonly axes: number;
  readonly latencyMs: Float64Array;
  readonly keys: Float64Array[];
  private readonly first: Int32Array[];
  private readonly log2Keys: Float64Array[];
  private readonly query = new Float64Array(4);
  private readonly point = new Float64Array(4);

  /** `columns`: one array per axis, then latency in ms. Rows in any order; of equal coordinates the first row wins. */
  constructor(columns: readonly ArrayLike<number>[]) {
    this.axes = columns.length - 1;
    const order = sortedRows(columns, this.axes);
    const keys: number[][] = Array.from({length: this.axes}, () => []);
    const first: number[][] = Array.from({length: this.axes}, () => []);
    const latencies: number[] = [];
    let previous = -1;
    for (const row of order) {
      let level = 0;
      if (previous >= 0) while (level < this.axes && columns[level][row] === columns[level][previous]) ++level;
      if (level === this.axes) continue;
      for (; level < this.axes; ++level) {
        first[level].push(level + 1 < this.axes ? keys[level + 1].length : 0);
        keys[level].push(columns[level][row]);
      }
      latencies.push(columns[this.axes][row]);
      previous = row;
    }
    this.latencyMs = Float64Array.from(latencies);
    this.keys = keys.map((k) => Float64Array.from(k));
    this.first = first.map((f, level) =>
      Int32Array.from([...f, level + 1 < this.axes ? keys[level + 1].length : latencies.length])
    );
    this.log2Keys = this.keys.map((k) => k.map((v) => log2(v)));
  }

  get size(): number {
    return this.latencyMs.length;
  }

  /** Raises every leaf to its speed of light. */
  floorAt(roofline: GridRoofline): this {
    this.forEach((a, b, c, d, leaf) => {
      this.latencyMs[leaf] = Math.max(this.latencyMs[leaf], roofline(a, b, c, d));
    });
    return this;
  }

  /** Visits every leaf with its coordinates. */
  forEach(visit: (a: number, b: number, c: number, d: number, leaf: number) => void): void {
    const walk = (level: number, start: number, end: number, at: number[]) => {
      for (let i = start; i < end; ++i) {
        at[level] = this.keys[level][i];
        if (level + 1 === this.axes) visit(at[0], at[1], at[2], at[3], i);
        else walk(level + 1, this.first[level][i], this.first[level][i + 1], at);
      }
    };
    walk(0, 0, this.keys[0].length, [0, 0, 0, 0]);
  }

  /**
   * Latency in ms at the given coordinates: the leaf itself, a blend of the leaves around, or, outside, the
   * utilisation of the boundary held. `sqrtAxis` is blended in the square root of latency (−1: none).
   */
  lookup(a: number, b: number, c: number, d: number, roofline: GridRoofline, sqrtAxis = -1): number {
    const inside = this.inside(a, b, c, d, roofline, sqrtAxis);
    if (inside === inside) {
      weaken(this.exact ? rank.measured : this.dropped ? rank.extrapolated : rank.interpolated);
      return inside;
    }
    weaken(rank.extrapolated);
    return this.axes === 1 ? this.holdCurve(roofline) : this.holdNearest(roofline);
  }

  /** The measured latency in ms at the given coordinates; NaN where there is none. */
  measured(a: number, b: number, c: number, d: number): number {
    let [start, end] = [0, this.keys[0].length];
    for (let level = 0; ; ++level) {
      const at = level === 0 ? a : level === 1 ? b : level === 2 ? c : d;
      const i = bisect(this.keys[level], at, start, end);
      if (i === end || this.keys[level][i] !== at) return NaN;
      if (level + 1 === this.axes) return this.latencyMs[i];
      start = this.first[level][i];
      end = this.first[level][i + 1];
    }
  }

  /** A blend of the leaves all around the given coordinates; NaN where they do not surround it. */
  blended(a: number, b: number, c: number, d: number, roofline: GridRoofline, sqrtAxis = -1): number {
    const inside = this.inside(a, b, c, d, roofline, sqrtAxis);
    return this.dropped ? NaN : inside;
  }

  /** The leaf or the blend around the given coordinates; says whether it is exact, and whether a branch was dropped. */
  private inside(a: number, b: number, c: number, d: number, roofline: GridRoofline, sqrtAxis: number): number {
    const {query} = this;
    query[0] = a;
    query[1] = b;
    query[2] = c;
    query[3] = d;
    this.exact = true;
    this.dropped = false;
    return this.interior(0, 0, this.keys[0].length, roofline, sqrtAxis);
  }

  private exact = true;
  private dropped = false;

  /** NaN when the coordinates lie outside what was measured. */
  private interior(level: number, start: number, end: number, roofline: GridRoofline, sqrtAxis: number): number {
    const keys = this.keys[level];
    const at = this.query[level];
    const i = bisect(keys, at, start, end);
    if (i < end && keys[i] === at) return this.below(level, i, roofline, sqrtAxis);
    this.exact = false;
    if (i === start || i === end) return NaN;
    const lo = this.below(level, i - 1, roofline, sqrtAxis);
    const hi = this.below(level, i, roofline, sqrtAxis);
    if (lo === lo && hi === hi) {
      const w = (at - keys[i - 1]) / (keys[i] - keys[i - 1]);
      if (level !== sqrtAxis) return lo + (hi - lo) * w;
      const root = Math.sqrt(lo) + (Math.sqrt(hi) - Math.sqrt(lo)) * w;
      return root * root;
    }
    if (lo === lo) return this.holdAlong(level, keys[i - 1], lo, roofline);
    if (hi === hi) return this.holdAlong(level, keys[i], hi, roofline);
    return NaN;
  }

  private below(level: number, i: number, roofline: GridRoofline, sqrtAxis: number): number {
    if (level + 1 === this.axes) return this.latencyMs[i];
    return this.interior(level + 1, this.first[level][i], this.first[level][i + 1], roofline, sqrtAxis);
  }

  /** Only one of two branches reaches the query: carries its utilisation over to the query's coordinate. */
  private holdAlong(level: number, key: number, value: number, roofline: GridRoofline): number {
    const {query, point} = this;
    point.set(query);
    point[level] = key;
    const there = roofline(point[0], point[1], point[2], point[3]);
    const here = roofline(query[0], query[1], query[2], query[3]);
    this.dropped = true;
    return here > 0 && there > 0 ? (value * here) / there : value;
  }

  /** One axis: utilisation of the nearer end. */
  private holdCurve(roofline: GridRoofline): number {
    const keys = this.keys[0];
    const anchor = this.query[0] > keys[0] ? keys.length - 1 : 0;
    return (roofline(this.query[0], 0, 0, 0) * this.latencyMs[anchor]) / roofline(keys[anchor], 0, 0, 0);
  }

  /** Two axes and more: utilisation of the nearest leaves in log space, fading to none at the next one's distance. */
  private holdNearest(roofline: GridRoofline): number {
    const {nearestDistance2, nearestUtil} = this;
    nearestDistance2.fill(Infinity);
    for (let axis = 0; axis < this.axes; ++axis) this.log2Query[axis] = log2(this.query[axis]);
    this.visitNearest(0, 0, this.keys[0].length, 0, roofline);
    const radius = Math.sqrt(nearestDistance2[holdNeighbours]);
    let weights = 0;
    let sum = 0;
    let found = 0;
    let plain = 0;
    for (let i = 0; i < holdNeighbours && nearestDistance2[i] < Infinity; ++i) {
      const distance = Math.sqrt(nearestDistance2[i]);
      const taper = Math.max(0, radius - distance) / (radius * distance + 1e-12);
      const weight = radius === Infinity ? 1 / (nearestDistance2[i] + 1e-12) : taper * taper;
      weights += weight;
      sum += weight * nearestUtil[i];
      plain += nearestUtil[i];
      ++found;
    }
    const util = weights > 0 ? sum / weights : plain / found;
    const {query} = this;
    return roofline(query[0], query[1], query[2], query[3]) / util;
  }

  private readonly log2Query = new Float64Array(4);
  private readonly nearestDistance2 = new Float64Array(holdNeighbours + 1);
  private readonly nearestUtil = new Float64Array(holdNeighbours + 1);

  /** Walks outwards from the query on every level and turns back once farther than what is already found. */
  private visitNearest(level: number, start: number, end: number, distance2: number, roofline: GridRoofline): void {
    const keys = this.log2Keys[level];
    const at = this.log2Query[level];
    let up = bisect(keys, at, start, end);
    let down = up - 1;
    while (up < end || down >= start) {
      const above = up < end ? keys[up] - at : Infinity;
      const below = down >= start ? at - keys[down] : Infinity;
      const step = Math.min(above, below);
      const reached = distance2 + step * step;
      if (reached > this.nearestDistance2[holdNeighbours]) return;
      const i = above <= below ? up++ : down--;
      this.point[level] = this.keys[level][i];
      if (level + 1 === this.axes) this.admit(i, reached, roofline);
      else this.visitNearest(level + 1, this.first[level][i], this.first[level][i + 1], reached, roofline);
    }
  }

  private admit(leaf: number, distance2: number, roofline: GridRoofline): void {
    const {nearestDistance2, nearestUtil, point} = this;
    const latencyMs = this.latencyMs[leaf];
    for (let axis = this.axes; axis < 4; ++axis) point[axis] = 0;
    const light = roofline(point[0], point[1], point[2], point[3]);
    if (!(latencyMs > 0 && light > 0)) return;
    let i = holdNeighbours;
    if (distance2 >= nearestDistance2[i]) return;
    for (; i > 0 && nearestDistance2[i - 1] > distance2; --i) {
      nearestDistance2[i] = nearestDistance2[i - 1];
      nearestUtil[i] = nearestUtil[i - 1];
    }
    nearestDistance2[i] = distance2;
    nearestUtil[i] = light / latencyMs;
  }
}

/** First index in [start, end) whose key is ≥ `at`; `end` if none. */
export function bisect(keys: ArrayLike<number>, at: number, start: number, end: number): number {
  while (start < end) {
    const middle = (start + end) >>> 1;
    if (keys[middle] < at) start = middle + 1;
    else end = middle;
  }
  return start;
}

function log2(value: number): number {
  return Math.log2(Math.max(value, 1e-12));
}

/** Row numbers sorted by axes; rows that already are in order (as slices come) are left as they stand. */
function sortedRows(columns: readonly ArrayLike<number>[], axes: number): ArrayLike<number> & Iterable<number> {
  const rows = Uint32Array.from({length: columns[0].length}, (_, i) => i);
  const compare = (i: number, j: number) => {
    for (let axis = 0; axis < axes; ++axis) {
      const difference = columns[axis][i] - columns[axis][j];
      if (difference !== 0) return difference;
    }
    return i - j;
  };
  for (let i = 1; i < rows.length; ++i) if (compare(i - 1, i) > 0) return rows.sort(compare);
  return rows;
}
