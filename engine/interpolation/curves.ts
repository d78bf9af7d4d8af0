import {bisect} from "../grid.js";
import {rank, weaken} from "../trace.js";
import {fitBaseline} from "./baseline.js";
import type {Baseline, Work} from "./baseline.js";
import {factorize, solve} from "./linear-algebra.js";

/** How one table is read as curves: what runs along x, which sites are alike, and how latency grows in between. */
export interface CurveScheme {
  /** Bytes and arithmetic of a site at x, as times at the speed of light. */
  work: (site: ArrayLike<number>, x: number) => Work;
  /** Where a site lies: logarithms of what matters, each over the length at which its influence has faded. */
  place: (site: ArrayLike<number>) => number[];
  /** `linear` in latency; `power`: straight in log latency over baseline; `steps`: linear in whole tiles of x. */
  growth: "linear" | "power" | "steps";
  /** How the likeness of two sites falls with their distance. */
  correlation: "exponential" | "matern";
  /** Variance of a single measurement's own error, relative to that between far sites. */
  nugget: number;
  /** Sites that are asked. */
  sites: number;
  /** Measured x on either side that tell how a site differs from each of them. */
  window: number;
}

/** Latency in ms at x; marks the grade in `trace`. */
export type Curve = (x: number) => number;

interface Site {
  values: number[];
  place: number[];
  /** Its row in the matrices, −1 for one that was not measured. */
  row: number;
  /** Measured sites, nearest first. */
  near: {row: number; distance: number}[];
}

/** Bands of x, each with the tile that explains its points best. */
const bandEnds = [16, 48, 130, 600, 5000, Infinity];
const tileSizes = [1, 16, 32, 64, 128, 256];
/** Kernels may want x in whole vectors of four and else take another path (vLLM's blockwise fp8 does). */
const vector = 4;
/** Octaves of x, and distance between sites, within which all count alike. */
const nearX = 0.15;
const nearPlace = 0.02;
/** Sites that must have a say before a site's own curve is overruled. */
const quorum = 3;
/** Sites looked at to choose a tile. */
const tileSites = 24;

interface Tiling {
  tile: number;
  /** Whether x in whole vectors and other x follow curves of their own. */
  split: boolean;
}

/**
 * Measured curves over x of many sites (shapes, batches, shardings), and what they say about each other. A measured
 * point is given as it stands. Where a site has none, the sites nearest to it are asked for what they show at x, each
 * moved by how the two usually differ around x, and the weighted median of these counts. A site that was not measured
 * at all is estimated from the nearest ones by ordinary kriging. Everything is compared as log latency over a baseline.
 */
export class Curves {
  private readonly x: Float64Array;
  private readonly index = new Map<number, number>();
  /** Largest value of every column of a site: a site's numbers, read as digits, are its name in `index`. */
  private readonly largest: number[];
  private readonly sites: number[][] = [];
  private readonly places: number[][] = [];
  /** By site and x; NaN where nothing was measured. */
  private readonly ms: Float64Array;
  /** Log latency over baseline, filled site by site when first needed. */
  private readonly excess: Float64Array;
  private readonly known: Uint8Array;
  /** Indices of the ends of every site's curve. */
  private readonly first: Int32Array;
  private readonly last: Int32Array;
  private readonly baseline: Baseline;
  private readonly tilings: Tiling[] = [];
  private readonly curves = new Map<string, Curve>();

  /** One row a point: columns of its site, x and latency in ms. Of equal points the first counts. */
  constructor(
    siteColumns: readonly ArrayLike<number>[],
    x: ArrayLike<number>,
    latencyMs: ArrayLike<number>,
    private readonly scheme: CurveScheme
  ) {
    this.x = Float64Array.from(new Set(Array.from(x))).sort();
    this.largest = siteColumns.map(largest);
    const rowOf = new Int32Array(x.length);
    for (let i = 0; i < x.length; ++i) rowOf[i] = this.rowFor(siteColumns, i);
    const n = this.x.length;
    const size = this.sites.length * n;
    this.ms = new Float64Array(size).fill(NaN);
    this.excess = new Float64Array(size).fill(NaN);
    this.known = new Uint8Array(this.sites.length);
    this.first = new Int32Array(this.sites.length).fill(n);
    this.last = new Int32Array(this.sites.length).fill(-1);
    for (let i = 0; i < x.length; ++i) {
      const row = rowOf[i];
      const at = bisect(this.x, x[i], 0, n);
      if (!(latencyMs[i] > 0) || this.ms[row * n + at] > 0) continue;
      this.ms[row * n + at] = latencyMs[i];
      this.first[row] = Math.min(this.first[row], at);
      this.last[row] = Math.max(this.last[row], at);
    }
    this.baseline = fitBaseline((i) => scheme.work(this.sites[rowOf[i]], x[i]), latencyMs);
    if (scheme.growth === "steps") this.chooseTilings();
  }

  private rowFor(columns: readonly ArrayLike<number>[], i: number): number {
    let name = 0;
    for (let c = 0; c < columns.length; ++c) name = name * (this.largest[c] + 1) + columns[c][i];
    let row = this.index.get(name);
    if (row === undefined) {
      row = this.sites.length;
      this.index.set(name, row);
      const site = columns.map((column) => column[i]);
      this.sites.push(site);
      this.places.push(this.scheme.place(site));
    }
    return row;
  }

  /** The row of a site in the matrices; −1 for one that was not measured. */
  private rowOf(site: readonly number[]): number {
    let name = 0;
    for (let c = 0; c < site.length; ++c) {
      if (!(site[c] <= this.largest[c])) return -1;
      name = name * (this.largest[c] + 1) + site[c];
    }
    return this.index.get(name) ?? -1;
  }

  /** Whether x is measured at some site. */
  isKey(x: number): boolean {
    return this.x[bisect(this.x, x, 0, this.x.length)] === x;
  }

  /** Whether a site is measured at some x. */
  has(site: readonly number[]): boolean {
    return this.rowOf(site) >= 0;
  }

  /** Latency in ms of a site as a function of x, the same function at every call. */
  curve(site: readonly number[]): Curve {
    const name = site.join();
    let curve = this.curves.get(name);
    if (!curve) {
      const row = this.rowOf(site);
      const values = [...site];
      const place = row < 0 ? this.scheme.place(values) : this.places[row];
      const found: Site = {values, place, row, near: this.nearest(place, row, 4 * this.scheme.sites)};
      curve = this.scheme.growth === "steps" ? this.stepped(found) : this.knotted(found);
      this.curves.set(name, curve);
    }
    return curve;
  }

  /** Every x on its own, remembered. */
  private stepped(site: Site): Curve {
    const seen = new Map<number, {ms: number; grade: number}>();
    return (x) => {
      let answer = seen.get(x);
      if (!answer) seen.set(x, (answer = this.answer(site, x)));
      weaken(answer.grade);
      return answer.ms;
    };
  }

  /** Knots at the measured x and half-way between them, each settled when first needed; grown in between. */
  private knotted(site: Site): Curve {
    const knots = new Float64Array(2 * this.x.length - 1);
    for (let i = 0; i < knots.length; ++i)
      knots[i] = i % 2 ? Math.sqrt(this.x[i >> 1] * this.x[(i >> 1) + 1]) : this.x[i >> 1];
    const ms = new Float64Array(knots.length);
    const grade = new Uint8Array(knots.length);
    const settle = (i: number) => {
      const answer = this.answer(site, knots[i]);
      ms[i] = answer.ms;
      grade[i] = answer.grade;
    };
    const linear = this.scheme.growth === "linear";
    const last = knots.length - 1;
    return (x) => {
      const i = bisect(knots, x, 0, knots.length);
      if (i > last || (i === 0 && knots[0] !== x)) {
        const answer = this.answer(site, x);
        weaken(answer.grade);
        return answer.ms;
      }
      if (ms[i] === 0) settle(i);
      weaken(grade[i]);
      if (knots[i] === x) return ms[i];
      if (ms[i - 1] === 0) settle(i - 1);
      weaken(Math.max(grade[i - 1], rank.interpolated));
      if (linear) return ms[i - 1] + ((ms[i] - ms[i - 1]) * (x - knots[i - 1])) / (knots[i] - knots[i - 1]);
      const [low, high] = [ms[i - 1] / this.base(site.values, knots[i - 1]), ms[i] / this.base(site.values, knots[i])];
      const share = Math.log(x / knots[i - 1]) / Math.log(knots[i] / knots[i - 1]);
      return this.base(site.values, x) * low * (high / low) ** share;
    };
  }

  private base(site: ArrayLike<number>, x: number): number {
    const {memoryMs, computeMs} = this.scheme.work(site, x);
    const {baseline} = this;
    return baseline[0] + baseline[1] * memoryMs + baseline[2] * computeMs;
  }

  private answer(site: Site, x: number): {ms: number; grade: number} {
    const i = bisect(this.x, x, 0, this.x.length);
    const key = this.x[i] === x ? i : -1;
    if (site.row >= 0 && key >= 0) {
      const ms = this.ms[site.row * this.x.length + key];
      if (ms === ms) return {ms, grade: rank.measured};
    }
    const {excess, inside} = site.row >= 0 ? this.shared(site, x, key) : this.kriged(site, x, key);
    return {ms: this.base(site.values, x) * Math.exp(excess), grade: inside ? rank.interpolated : rank.extrapolated};
  }

  /** Log latency over baseline at a measured point, NaN where there is none. */
  private excessAt(row: number, i: number): number {
    const n = this.x.length;
    if (!this.known[row]) {
      this.known[row] = 1;
      for (let j = 0; j < n; ++j) {
        const ms = this.ms[row * n + j];
        if (ms > 0) this.excess[row * n + j] = Math.log(ms / this.base(this.sites[row], this.x[j]));
      }
    }
    return this.excess[row * n + i];
  }

  /** What a measured site shows at x: its point or, between points, what lies in between; NaN outside. */
  private shown(row: number, x: number, key: number): number {
    const there = key >= 0 ? this.excessAt(row, key) : NaN;
    return there === there ? there : this.between(row, x, this.tilingAt(x));
  }

  /** As `shown`, as if x itself had not been measured. */
  private between(row: number, x: number, {tile, split}: Tiling): number {
    const n = this.x.length;
    const {ms} = this;
    let high = bisect(this.x, x, 0, n);
    let low = high - 1;
    if (this.x[high] === x) ++high;
    while (low >= this.first[row] && !(ms[row * n + low] > 0 && (!split || alike(this.x[low], x)))) --low;
    while (high <= this.last[row] && !(ms[row * n + high] > 0 && (!split || alike(this.x[high], x)))) ++high;
    if (low < this.first[row] || high > this.last[row]) return NaN;
    const [from, to] = [this.x[low], this.x[high]];
    if (this.scheme.growth === "power") {
      const share = Math.log(x / from) / Math.log(to / from);
      const start = this.excessAt(row, low);
      return start + (this.excessAt(row, high) - start) * share;
    }
    const start = Math.ceil(from / tile);
    const rise = Math.ceil(to / tile) - start;
    const share = tile > 1 && rise > 0 ? (Math.ceil(x / tile) - start) / rise : (x - from) / (to - from);
    const least = ms[row * n + low];
    return Math.log((least + (ms[row * n + high] - least) * share) / this.base(this.sites[row], x));
  }

  private tilingAt(x: number): Tiling {
    for (let band = 0; band < this.tilings.length; ++band) if (x <= bandEnds[band]) return this.tilings[band];
    return plain;
  }

  /** In each band the tile that leaves the least error at measured points held out. */
  private chooseTilings(): void {
    const stride = Math.max(1, Math.floor(this.sites.length / tileSites));
    bandEnds.forEach((end, band) => {
      const begin = band ? bandEnds[band - 1] : 0;
      let [best, least] = [plain, Infinity];
      for (const split of [false, true])
        for (const tile of tileSizes) {
          const error = this.tilingError({tile, split}, begin, end, stride);
          if (error < least) [best, least] = [{tile, split}, error];
        }
      this.tilings.push(best);
    });
  }

  private tilingError(tiling: Tiling, begin: number, end: number, stride: number): number {
    let sum = 0;
    for (let row = 0; row < this.sites.length; row += stride)
      for (let i = 1; i + 1 < this.x.length; ++i) {
        if (this.x[i] <= begin || this.x[i] > end) continue;
        const off = Math.abs(this.between(row, this.x[i], tiling) - this.excessAt(row, i));
        // Outliers count no more than a large error; a point that the tiling cannot reach counts as one.
        if (off === off) sum += Math.min(off, 0.5);
        else if (this.ms[row * this.x.length + i] > 0) sum += 0.2;
      }
    return sum;
  }

  /** The `count` measured sites nearest to a place, other than `skip`; given x, of those whose curves reach it. */
  private nearest(place: number[], skip: number, count: number, x = NaN): {row: number; distance: number}[] {
    const found: {row: number; distance: number}[] = [];
    for (let row = 0; row < this.places.length; ++row) {
      if (row === skip || x < this.x[this.first[row]] || x > this.x[this.last[row]]) continue;
      const other = this.places[row];
      let sum = 0;
      for (let c = 0; c < place.length; ++c) sum += (other[c] - place[c]) ** 2;
      if (found.length === count && sum >= found[count - 1].distance) continue;
      let i = Math.min(found.length, count - 1);
      for (; i > 0 && found[i - 1].distance > sum; --i) found[i] = found[i - 1];
      found[i] = {row, distance: sum};
    }
    for (const each of found) each.distance = Math.sqrt(each.distance);
    return found;
  }

  /** The nearest sites that show something at x, up to `sites`; if none of all does, those nearest, held at their ends. */
  private ask(
    site: Site,
    x: number,
    key: number
  ): {near: {row: number; distance: number; y: number}[]; reached: boolean} {
    const answering = (candidates: Site["near"]) => {
      const near: {row: number; distance: number; y: number}[] = [];
      for (const {row, distance} of candidates) {
        if (near.length === this.scheme.sites) break;
        const y = this.shown(row, x, key);
        if (y === y) near.push({row, distance, y});
      }
      return near;
    };
    let near = answering(site.near);
    if (near.length < this.scheme.sites && site.near.length < this.sites.length)
      near = answering(this.nearest(site.place, site.row, 2 * this.scheme.sites, x));
    if (near.length > 0) return {near, reached: true};
    const held = site.near.slice(0, this.scheme.sites);
    return {near: held.map(({row, distance}) => ({row, distance, y: this.held(row, x)})), reached: false};
  }

  /** A measured site where it has no point. */
  private shared(site: Site, x: number, key: number): {excess: number; inside: boolean} {
    const own = this.between(site.row, x, this.tilingAt(x));
    const inside = own === own;
    const {near, reached} = this.ask(site, x, key);
    const around = this.around(site.row, x);
    const votes: Vote[] = [];
    for (const {row, distance, y} of near) {
      const offsets: Vote[] = [];
      for (const i of around) {
        const value = this.excessAt(site.row, i) - this.excessAt(row, i);
        if (value === value) offsets.push({value, weight: 1 / (Math.abs(Math.log2(this.x[i] / x)) + nearX)});
      }
      if (offsets.length >= Math.min(2, around.length))
        votes.push({value: y + weightedMedian(offsets), weight: 1 / (distance + nearPlace)});
    }
    if (reached && votes.length >= quorum) return {excess: weightedMedian(votes), inside};
    return {excess: inside ? own : this.held(site.row, x), inside};
  }

  /** Indices of the site's measured x nearest to x on either side. */
  private around(row: number, x: number): number[] {
    const n = this.x.length;
    const found: number[] = [];
    const middle = bisect(this.x, x, 0, n);
    const measured = (i: number) => this.ms[row * n + i] === this.ms[row * n + i];
    for (let i = middle - 1, left = this.scheme.window; i >= 0 && left > 0; --i)
      if (measured(i)) {
        found.push(i);
        --left;
      }
    for (let i = middle, left = this.scheme.window; i < n && left > 0; ++i)
      if (measured(i)) {
        found.push(i);
        --left;
      }
    return found;
  }

  /** The end of a site's curve that is nearer to x. */
  private held(row: number, x: number): number {
    const n = this.x.length;
    const step = x > this.x[0] ? -1 : 1;
    for (let i = step < 0 ? n - 1 : 0; i >= 0 && i < n; i += step) {
      const value = this.excessAt(row, i);
      if (value === value) return value;
    }
    return NaN;
  }

  /** A site that was not measured: the linear estimate of least variance from the nearest ones. */
  private kriged(site: Site, x: number, key: number): {excess: number; inside: boolean} {
    const {near, reached} = this.ask(site, x, key);
    const n = near.length;
    const covariance = new Float64Array(n * n);
    const ones = new Float64Array(n).fill(1);
    const values = Float64Array.from(near, ({y}) => y);
    for (let i = 0; i < n; ++i) {
      for (let j = 0; j < i; ++j)
        covariance[i * n + j] = this.correlation(apart(this.places[near[i].row], this.places[near[j].row]));
      covariance[i * n + i] = 1 + this.scheme.nugget;
    }
    factorize(covariance, n);
    solve(covariance, ones, n);
    solve(covariance, values, n);
    let [total, sum] = [0, 0];
    for (let i = 0; i < n; ++i) [total, sum] = [total + ones[i], sum + values[i]];
    const mean = sum / total;
    let excess = mean;
    for (let i = 0; i < n; ++i) excess += this.correlation(near[i].distance) * (values[i] - mean * ones[i]);
    return {excess, inside: reached && this.surrounds(near, site.place)};
  }

  /** Whether a place lies between the given sites on every coordinate. */
  private surrounds(near: readonly {row: number}[], place: number[]): boolean {
    return place.every((at, c) => {
      let [low, high] = [Infinity, -Infinity];
      for (const {row} of near) [low, high] = [Math.min(low, this.places[row][c]), Math.max(high, this.places[row][c])];
      return low <= at && at <= high;
    });
  }

  private correlation(distance: number): number {
    if (this.scheme.correlation === "exponential") return Math.exp(-distance);
    const t = Math.sqrt(3) * distance;
    return (1 + t) * Math.exp(-t);
  }
}

const plain: Tiling = {tile: 1, split: false};

function largest(values: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < values.length; ++i) most = Math.max(most, values[i]);
  return most;
}

/** Whether two x are both in whole vectors, or neither. */
function alike(a: number, b: number): boolean {
  return (a % vector === 0) === (b % vector === 0);
}

interface Vote {
  value: number;
  weight: number;
}

/** The value that half of the weight does not exceed; NaN of none. Sorts its argument. */
export function weightedMedian(votes: Vote[]): number {
  votes.sort((a, b) => a.value - b.value);
  let half = 0;
  for (const {weight} of votes) half += weight / 2;
  for (const {value, weight} of votes) if ((half -= weight) <= 0) return value;
  return NaN;
}

function apart(a: number[], b: number[]): number {
  let sum = 0;
  for (let c = 0; c < a.length; ++c) sum += (a[c] - b[c]) ** 2;
  return Math.sqrt(sum);
}
