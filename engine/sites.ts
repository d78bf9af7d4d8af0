import {bisect} from "./grid.js";
import {rank, weaken} from "./trace.js";

/** Speed of light in ms of one GEMM. */
export type GemmRoofline = (m: number, n: number, k: number) => number;

/** Sites blended for a shape that was not measured, and how far away (octaves of n and k) they may be. Source: method.md §5.2. */
const nearestSites = 4;
const gateOctaves = 2;
/** How far beyond the largest site a shape may lie on one axis: §16 has one at 2.2 octaves answered, one at 2.6 not. */
const frontierOctaves = 2.5;
/** Points at the end of a curve whose median utilisation is held beyond it. */
const tailPoints = 3;

/**
 * Measured GEMMs: scattered sites (n, k), each with its own curve over m. Shapes between sites take the utilisation
 * of the nearest ones. Source: method.md §5.2.
 */
export class Sites {
  private readonly n: number[] = [];
  private readonly k: number[] = [];
  private readonly start: number[] = [];
  private readonly index = new Map<number, number>();
  private readonly m: Float64Array;
  private readonly latencyMs: Float64Array;

  /** Rows grouped by site in first-seen order, m ascending within each: ties between sites go to the earlier one. */
  constructor(
    n: ArrayLike<number>,
    k: ArrayLike<number>,
    m: ArrayLike<number>,
    latencyMs: ArrayLike<number>,
    private readonly roofline: GemmRoofline
  ) {
    this.m = Float64Array.from(m);
    this.latencyMs = Float64Array.from(latencyMs, (ms, i) => Math.max(ms, roofline(m[i], n[i], k[i])));
    for (let i = 0; i < m.length; ++i) {
      if (i > 0 && n[i] === n[i - 1] && k[i] === k[i - 1]) continue;
      this.index.set(siteKey(n[i], k[i]), this.n.length);
      this.n.push(n[i]);
      this.k.push(k[i]);
      this.start.push(i);
    }
    this.start.push(m.length);
  }

  get size(): number {
    return this.latencyMs.length;
  }

  /** Visits every measured point. */
  forEach(visit: (m: number, n: number, k: number, latencyMs: number) => void): void {
    for (let site = 0; site < this.n.length; ++site)
      for (let i = this.start[site]; i < this.start[site + 1]; ++i)
        visit(this.m[i], this.n[site], this.k[site], this.latencyMs[i]);
  }

  /** Latency in ms of [m, k] · [k, n] as a function of m; NaN where no site is near enough. */
  curve(n: number, k: number): (m: number) => number {
    const own = this.index.get(siteKey(n, k));
    if (own !== undefined) return (m) => this.along(own, m, true);
    const distance = this.n.map((_, site) => Math.hypot(Math.log2(this.n[site] / n), Math.log2(this.k[site] / k)));
    const order = distance.map((_, site) => site).sort((a, b) => distance[a] - distance[b] || a - b);
    return (m) => this.transfer(n, k, m, order, distance);
  }

  private covers(site: number, m: number): boolean {
    return this.m[this.start[site]] <= m && m <= this.m[this.start[site + 1] - 1];
  }

  /** Blends the utilisation of the nearest sites whose curves reach m, or of any if none does. */
  private transfer(n: number, k: number, m: number, order: number[], distance: number[]): number {
    let weights = 0;
    let sum = 0;
    let taken = 0;
    const take = (site: number) => {
      ++taken;
      const ms = this.along(site, m, false);
      const light = this.roofline(m, this.n[site], this.k[site]);
      if (!(ms > 0 && light > 0)) return;
      const weight = 1 / (distance[site] ** 2 + 1e-12);
      weights += weight;
      sum += (weight * light) / ms;
    };
    let anyCovers = false;
    for (const site of order) {
      if (distance[site] > gateOctaves && anyCovers) break;
      if (!this.covers(site, m)) continue;
      anyCovers = true;
      if (distance[site] > gateOctaves) break;
      take(site);
      if (taken === nearestSites) break;
    }
    if (taken === 0) {
      const candidates = anyCovers ? order.filter((site) => this.covers(site, m)) : order;
      const near = candidates.filter((site) => distance[site] <= gateOctaves);
      for (const site of (near.length ? near : this.frontier(n, k, candidates)).slice(0, nearestSites)) take(site);
      weaken(rank.extrapolated);
    } else weaken(rank.interpolated);
    return weights > 0 ? this.roofline(m, n, k) / (sum / weights) : NaN;
  }

  /** Sites that may stand in for a shape larger than all on exactly one axis: those close on the other. */
  private frontier(n: number, k: number, candidates: number[]): number[] {
    const ns = candidates.map((site) => this.n[site]);
    const ks = candidates.map((site) => this.k[site]);
    const [beyondN, beyondK] = [n > max(ns), k > max(ks)];
    if (beyondN === beyondK || n < min(ns) || k < min(ks)) return [];
    const beyond = beyondN ? n / max(ns) : k / max(ks);
    if (Math.log2(beyond) > frontierOctaves) return [];
    return candidates.filter((site) => {
      const octaves = beyondN ? Math.log2(this.k[site] / k) : Math.log2(this.n[site] / n);
      return Math.abs(octaves) <= gateOctaves;
    });
  }

  /** The curve of a measured site at m; marks the source only when the site itself was asked for. */
  private along(site: number, m: number, own: boolean): number {
    const start = this.start[site];
    const end = this.start[site + 1];
    const i = bisect(this.m, m, start, end);
    if (i < end && this.m[i] === m) return this.latencyMs[i];
    if (i === start || i === end) {
      if (own) weaken(rank.extrapolated);
      return this.beyond(site, m, i === start ? start : Math.max(start, end - tailPoints));
    }
    if (own) weaken(rank.interpolated);
    const w = (m - this.m[i - 1]) / (this.m[i] - this.m[i - 1]);
    return this.latencyMs[i - 1] + (this.latencyMs[i] - this.latencyMs[i - 1]) * w;
  }

  private beyond(site: number, m: number, from: number): number {
    const [n, k] = [this.n[site], this.k[site]];
    const utils: number[] = [];
    for (let i = from; i < Math.min(from + tailPoints, this.start[site + 1]); ++i)
      utils.push(this.roofline(this.m[i], n, k) / this.latencyMs[i]);
    return this.roofline(m, n, k) / median(utils);
  }
}

function siteKey(n: number, k: number): number {
  return n * 2 ** 24 + k;
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

const max = (values: number[]) => values.reduce((a, b) => Math.max(a, b), -Infinity);
const min = (values: number[]) => values.reduce((a, b) => Math.min(a, b), Infinity);
