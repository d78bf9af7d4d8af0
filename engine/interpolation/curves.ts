import {bisect} from "../grid.js";
import {rank, weaken} from "../trace.js";
import {fitBaseline} from "./baseline.js";
import type {Baseline, Work} from "./baseline.js";
import {factorize, solve} from "./linear-algebra.js";
import {Votes} from "./votes.js";

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
  /** Beyond a site's last x: its own end is held, even where neighbours are measured. */
  ownEnd?: boolean;
  /** Share of its last slope over log x by which a curve goes on beyond its end, for one step of x at most; 0 unless given. */
  trend?: number;
}

/** Latency in ms at x; marks the grade in `trace`. */
export type Curve = (x: number) => number;

interface Site {
  values: number[];
  place: number[];
  /** Its row in the matrices, −1 for one that was not measured. */
  row: number;
  /** Measured sites, nearest first: a few more than are asked or, `wide`, as many as ever are. */
  near: Near;
  wide: boolean;
  /** Kriging weights by the sites that they are for: few sets, as most neighbours answer at every x. */
  estimates: Estimate[];
}

/** Rows of sites and their distances from a place, nearest first. */
interface Near {
  rows: Int32Array;
  distances: Float64Array;
}

/** How an unmeasured site follows from `rows`: the weight of each. */
interface Estimate {
  rows: Int32Array;
  weights: Float64Array;
  /** Whether the rows lie around the place on every coordinate. */
  inside: boolean;
}

/** Bands of x, each with the tile that explains its points best. */
const bandEnds = [16, 48, 130, 600, 5000, Infinity];
const tileSizes = [1, 16, 32, 64, 128, 256];
/** Kernels may want x in whole vectors of four and else take another path (vLLM's blockwise fp8 does). */
const vector = 4;
/** Octaves of x, and distance between sites, within which all count alike. */
const nearX = 0.15;
const nearPlace = 0.02;
/** ln of the ratio of two x from which on they tell a slope. */
const leastStep = Math.log(1.2);
/** Sites that must have a say before a site's own curve is overruled. */
const quorum = 3;
/** Neighbours found at first beyond those that are asked, as some show nothing. */
const spareSites = 4;
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
  /** Coordinates of a place. */
  private readonly dimensions: number;
  /** By site and coordinate. */
  private readonly places: Float64Array;
  /** Sites by their first coordinate, and that coordinate. */
  private readonly byFirst: Int32Array;
  private readonly firstPlace: Float64Array;
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
  /** The sites that were asked last, and what they show; how many there are; whether their curves reach x. */
  private readonly askedRows: Int32Array;
  private readonly askedDistances: Float64Array;
  private readonly askedExcess: Float64Array;
  private asked = 0;
  private reached = false;
  private readonly aroundAt: Int32Array;
  private readonly aroundWeights: Float64Array;

  /** One row a point: columns of its site, x and latency in ms. Of equal points the first counts. */
  constructor(
    siteColumns: readonly ArrayLike<number>[],
    x: ArrayLike<number>,
    latencyMs: ArrayLike<number>,
    private readonly scheme: CurveScheme
  ) {
    const distinct = new Set<number>();
    for (let i = 0; i < x.length; ++i) distinct.add(x[i]);
    this.x = Float64Array.from(distinct).sort();
    this.largest = siteColumns.map(largest);
    const rowOf = new Int32Array(x.length);
    for (let i = 0; i < x.length; ++i) {
      // Slices come site after site, mostly.
      let same = i > 0;
      for (let c = 0; same && c < siteColumns.length; ++c) same = siteColumns[c][i] === siteColumns[c][i - 1];
      rowOf[i] = same ? rowOf[i - 1] : this.rowFor(siteColumns, i);
    }
    const n = this.x.length;
    const count = this.sites.length;
    const places = this.sites.map((site) => scheme.place(site));
    const dimensions = (this.dimensions = places[0]?.length ?? 0);
    this.places = new Float64Array(count * dimensions);
    places.forEach((place, row) => this.places.set(place, row * dimensions));
    this.byFirst = Int32Array.from(places, (_, row) => row).sort((a, b) => places[a][0] - places[b][0]);
    this.firstPlace = Float64Array.from(this.byFirst, (row) => places[row][0]);
    this.askedRows = new Int32Array(scheme.sites);
    this.askedDistances = new Float64Array(scheme.sites);
    this.askedExcess = new Float64Array(scheme.sites);
    this.aroundAt = new Int32Array(2 * scheme.window);
    this.aroundWeights = new Float64Array(2 * scheme.window);
    const size = count * n;
    this.ms = new Float64Array(size).fill(NaN);
    this.excess = new Float64Array(size).fill(NaN);
    this.known = new Uint8Array(count);
    this.first = new Int32Array(count).fill(n);
    this.last = new Int32Array(count).fill(-1);
    const {ms, first, last} = this;
    let at = 0;
    for (let i = 0; i < x.length; ++i) {
      const row = rowOf[i];
      if (this.x[++at] !== x[i]) at = bisect(this.x, x[i], 0, n);
      if (!(latencyMs[i] > 0) || ms[row * n + at] > 0) continue;
      ms[row * n + at] = latencyMs[i];
      if (at < first[row]) first[row] = at;
      if (at > last[row]) last[row] = at;
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
      this.sites.push(columns.map((column) => column[i]));
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
      const place = this.scheme.place(values);
      const near = this.nearest(place, row, this.scheme.sites + spareSites);
      const found: Site = {values, place, row, near, wide: false, estimates: []};
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
    if (!this.bracket(row, x, split)) return NaN;
    const {low, high} = this;
    if (this.scheme.growth === "power") {
      const [from, to] = [this.x[low], this.x[high]];
      const share = Math.log(x / from) / Math.log(to / from);
      const start = this.excessAt(row, low);
      return start + (this.excessAt(row, high) - start) * share;
    }
    return Math.log(this.grown(row, x, tile) / this.base(this.sites[row], x));
  }

  /** Indices of the measured points of a site around x, x itself left out; false where it has none on a side. */
  private bracket(row: number, x: number, split: boolean): boolean {
    const n = this.x.length;
    const {ms} = this;
    let high = bisect(this.x, x, 0, n);
    let low = high - 1;
    if (this.x[high] === x) ++high;
    while (low >= this.first[row] && !(ms[row * n + low] > 0 && (!split || alike(this.x[low], x)))) --low;
    while (high <= this.last[row] && !(ms[row * n + high] > 0 && (!split || alike(this.x[high], x)))) ++high;
    this.low = low;
    this.high = high;
    return low >= this.first[row] && high <= this.last[row];
  }

  private low = 0;
  private high = 0;

  /** Latency in ms at x between the points of the last bracket, growing by whole tiles. */
  private grown(row: number, x: number, tile: number): number {
    const n = this.x.length;
    const {ms, low, high} = this;
    const [from, to] = [this.x[low], this.x[high]];
    const start = Math.ceil(from / tile);
    const rise = Math.ceil(to / tile) - start;
    const share = tile > 1 && rise > 0 ? (Math.ceil(x / tile) - start) / rise : (x - from) / (to - from);
    const least = ms[row * n + low];
    return least + (ms[row * n + high] - least) * share;
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
      for (const split of [false, true]) {
        const errors = this.tileErrors(split, begin, end, stride);
        for (let i = 0; i < tileSizes.length; ++i)
          if (errors[i] < least) [best, least] = [{tile: tileSizes[i], split}, errors[i]];
      }
      this.tilings.push(best);
    });
  }

  /** Error that each tile leaves at the points of a band. */
  private tileErrors(split: boolean, begin: number, end: number, stride: number): Float64Array {
    const sums = new Float64Array(tileSizes.length);
    const n = this.x.length;
    for (let row = 0; row < this.sites.length; row += stride)
      for (let i = 1; i + 1 < n; ++i) {
        const x = this.x[i];
        const ms = this.ms[row * n + i];
        if (x <= begin || x > end || !(ms > 0)) continue;
        const within = this.bracket(row, x, split);
        for (let t = 0; t < sums.length; ++t)
          // Outliers count no more than a large error; a point that the tiling cannot reach counts as one.
          sums[t] += within ? Math.min(Math.abs(Math.log(this.grown(row, x, tileSizes[t]) / ms)), 0.5) : 0.2;
      }
    return sums;
  }

  /** The `count` measured sites nearest to a place, other than `skip`; given x, of those whose curves reach it. */
  private nearest(place: number[], skip: number, count: number, x = NaN): Near {
    const {byFirst, firstPlace, places, dimensions} = this;
    const most = Math.min(count, byFirst.length);
    const rows = new Int32Array(most);
    const distances = new Float64Array(most).fill(Infinity);
    let found = 0;
    // Outwards along the first coordinate, until that alone is farther than all that was found.
    let up = bisect(firstPlace, place[0], 0, firstPlace.length);
    let down = up - 1;
    while (up < firstPlace.length || down >= 0) {
      const above = up < firstPlace.length ? firstPlace[up] - place[0] : Infinity;
      const below = down >= 0 ? place[0] - firstPlace[down] : Infinity;
      const step = Math.min(above, below);
      if (step * step > distances[most - 1]) break;
      const row = byFirst[above <= below ? up++ : down--];
      if (row === skip || x < this.x[this.first[row]] || x > this.x[this.last[row]]) continue;
      let sum = 0;
      for (let c = 0; c < dimensions; ++c) {
        const off = places[row * dimensions + c] - place[c];
        sum += off * off;
      }
      // Of equally far sites the one that comes first in the table is the nearer.
      if (sum > distances[most - 1] || (sum === distances[most - 1] && row > rows[most - 1])) continue;
      let i = Math.min(found, most - 1);
      for (; i > 0 && (sum < distances[i - 1] || (sum === distances[i - 1] && row < rows[i - 1])); --i) {
        rows[i] = rows[i - 1];
        distances[i] = distances[i - 1];
      }
      rows[i] = row;
      distances[i] = sum;
      if (found < most) ++found;
    }
    for (let i = 0; i < found; ++i) distances[i] = Math.sqrt(distances[i]);
    return {rows: rows.subarray(0, found), distances: distances.subarray(0, found)};
  }

  /** Asks the nearest sites that show something at x, up to `sites`; if none of all does, those nearest, held at their ends. */
  private ask(site: Site, x: number, key: number): void {
    this.askAmong(site.near, x, key);
    if (this.asked < this.scheme.sites && !site.wide) {
      site.near = this.nearest(site.place, site.row, 4 * this.scheme.sites);
      site.wide = true;
      this.askAmong(site.near, x, key);
    }
    if (this.asked < this.scheme.sites && site.near.rows.length < this.sites.length)
      this.askAmong(this.nearest(site.place, site.row, 2 * this.scheme.sites, x), x, key);
    this.reached = this.asked > 0;
    if (this.reached) return;
    this.asked = Math.min(this.scheme.sites, site.near.rows.length);
    for (let i = 0; i < this.asked; ++i) {
      const row = (this.askedRows[i] = site.near.rows[i]);
      this.askedDistances[i] = site.near.distances[i];
      this.askedExcess[i] = this.held(row, x);
    }
  }

  private askAmong({rows, distances}: Near, x: number, key: number): void {
    let asked = 0;
    for (let i = 0; i < rows.length && asked < this.scheme.sites; ++i) {
      const excess = this.shown(rows[i], x, key);
      if (excess !== excess) continue;
      this.askedRows[asked] = rows[i];
      this.askedDistances[asked] = distances[i];
      this.askedExcess[asked++] = excess;
    }
    this.asked = asked;
  }

  /** A measured site where it has no point. */
  private shared(site: Site, x: number, key: number): {excess: number; inside: boolean} {
    const own = this.between(site.row, x, this.tilingAt(x));
    const inside = own === own;
    if (this.scheme.ownEnd && x > this.x[this.last[site.row]]) return {excess: this.held(site.row, x), inside};
    this.ask(site, x, key);
    const around = this.around(site.row, x);
    const {aroundAt, aroundWeights} = this;
    const needed = Math.min(2, around);
    votes.clear();
    for (let a = 0; a < this.asked; ++a) {
      const row = this.askedRows[a];
      offsets.clear();
      for (let j = 0; j < around; ++j) {
        const offset = this.excessAt(site.row, aroundAt[j]) - this.excessAt(row, aroundAt[j]);
        if (offset === offset) offsets.add(offset, aroundWeights[j]);
      }
      if (offsets.count >= needed)
        votes.add(this.askedExcess[a] + offsets.median(), 1 / (this.askedDistances[a] + nearPlace));
    }
    if (this.reached && votes.count >= quorum) return {excess: votes.median(), inside};
    return {excess: inside ? own : this.held(site.row, x), inside};
  }

  /** Finds the site's measured x nearest to x on either side, and how much each counts; how many there are. */
  private around(row: number, x: number): number {
    const n = this.x.length;
    const {aroundAt, aroundWeights, ms} = this;
    const middle = bisect(this.x, x, 0, n);
    let count = 0;
    for (let i = middle - 1; i >= 0 && count < this.scheme.window; --i) if (ms[row * n + i] > 0) aroundAt[count++] = i;
    const end = count + this.scheme.window;
    for (let i = middle; i < n && count < end; ++i) if (ms[row * n + i] > 0) aroundAt[count++] = i;
    for (let j = 0; j < count; ++j) aroundWeights[j] = 1 / (Math.abs(Math.log2(this.x[aroundAt[j]] / x)) + nearX);
    return count;
  }

  /** The end of a site's curve that is nearer to x. */
  private held(row: number, x: number): number {
    const n = this.x.length;
    const step = x > this.x[0] ? -1 : 1;
    for (let i = step < 0 ? n - 1 : 0; i >= 0 && i < n; i += step) {
      const value = this.excessAt(row, i);
      if (value === value) return step < 0 && this.scheme.trend ? value + this.trend(row, i, x) : value;
    }
    return NaN;
  }

  /** What the slope before the last point i adds at x. */
  private trend(row: number, i: number, x: number): number {
    for (let j = i - 1; j >= 0; --j) {
      const before = this.excessAt(row, j);
      const step = Math.log(this.x[i] / this.x[j]);
      if (before !== before || step < leastStep) continue;
      const share = Math.min(1, Math.max(0, Math.log(x / this.x[i]) / step));
      return this.scheme.trend! * (this.excessAt(row, i) - before) * share;
    }
    return 0;
  }

  /** A site that was not measured: the linear estimate of least variance from the nearest ones. */
  private kriged(site: Site, x: number, key: number): {excess: number; inside: boolean} {
    this.ask(site, x, key);
    const {weights, inside} = this.estimate(site);
    let excess = 0;
    for (let i = 0; i < this.asked; ++i) excess += weights[i] * this.askedExcess[i];
    return {excess, inside: this.reached && inside};
  }

  /** Ordinary kriging weights of the sites that were asked last, remembered. */
  private estimate(site: Site): Estimate {
    const n = this.asked;
    for (const known of site.estimates) {
      let same = known.rows.length === n;
      for (let i = 0; same && i < n; ++i) same = known.rows[i] === this.askedRows[i];
      if (same) return known;
    }
    const rows = this.askedRows.slice(0, n);
    const covariance = new Float64Array(n * n);
    const ones = new Float64Array(n).fill(1);
    const weights = new Float64Array(n);
    for (let i = 0; i < n; ++i) {
      for (let j = 0; j < i; ++j) covariance[i * n + j] = this.correlation(this.apart(rows[i], rows[j]));
      covariance[i * n + i] = 1 + this.scheme.nugget;
      weights[i] = this.correlation(this.askedDistances[i]);
    }
    factorize(covariance, n);
    solve(covariance, ones, n);
    solve(covariance, weights, n);
    let [total, sum] = [0, 0];
    for (let i = 0; i < n; ++i) [total, sum] = [total + ones[i], sum + weights[i]];
    // What the weights lack to 1 goes to the mean of least variance.
    for (let i = 0; i < n; ++i) weights[i] += ((1 - sum) * ones[i]) / total;
    const estimate = {rows, weights, inside: this.surrounds(rows, site.place)};
    site.estimates.push(estimate);
    return estimate;
  }

  /** Whether a place lies between the given sites on every coordinate. */
  private surrounds(rows: Int32Array, place: number[]): boolean {
    return place.every((at, c) => {
      let [low, high] = [Infinity, -Infinity];
      for (const row of rows) {
        const there = this.places[row * this.dimensions + c];
        [low, high] = [Math.min(low, there), Math.max(high, there)];
      }
      return low <= at && at <= high;
    });
  }

  private apart(row: number, other: number): number {
    const {places, dimensions} = this;
    let sum = 0;
    for (let c = 0; c < dimensions; ++c) {
      const off = places[row * dimensions + c] - places[other * dimensions + c];
      sum += off * off;
    }
    return Math.sqrt(sum);
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

/** Room for as many as a scheme may ask. */
const mostVotes = 32;
const votes = new Votes(mostVotes);
const offsets = new Votes(mostVotes);
