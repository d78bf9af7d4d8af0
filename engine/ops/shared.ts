import type {Grid, GridRoofline} from "../grid.js";
import {Curves} from "../interpolation/curves.js";
import type {Curve, CurveScheme} from "../interpolation/curves.js";
import type {CurveRule} from "../interpolation/rules.js";
import type {PerfDatabase} from "../perf.js";
import {lastBound} from "../roofline.js";
import {tables} from "../schema.js";
import {rank, weaken} from "../trace.js";
import type {Latency, TableQuery} from "./table.js";

/** Answers from `grid` where it measured, and in between and beyond from its curves and those of its neighbours. */
export function sharedLatency(perf: PerfDatabase, query: TableQuery, grid: Grid, rule: CurveRule): Latency {
  const {key = [], roofline, sqrtAxis = -1} = query;
  const {along, answers, blended = -1, meanBeyond = -1} = rule;
  const {hold = roofline} = query;
  const whole = blended < 0 ? undefined : new Set(grid.keys[blended]);
  const most = meanBeyond < 0 ? Infinity : grid.keys[meanBeyond].reduce((a, b) => Math.max(a, b));
  const curves = slicesCurves(perf, query, rule);
  const own = numbers(key);
  const siteAt = (first: number, second: number) => [...own, ...[first, second].slice(0, grid.axes - 1)];
  const bound = new Map<number, Bound>();
  let last: Bound | undefined;
  return (a, b, c, d) => {
    const measured = grid.measured(a, b, c, d);
    if (measured === measured) return measured;
    const x = along === 0 ? a : along === 1 ? b : c;
    const first = along === 0 ? b : a;
    const second = along === 2 ? b : c;
    if (last?.first !== first || last.second !== second) {
      const name = first * 2 ** 26 + second;
      last = bound.get(name);
      if (!last) {
        const site = siteAt(first, second);
        last = {first, second, known: curves.has(site), curve: lazily(() => curves.curve(site))};
        bound.set(name, last);
      }
    }
    const blends =
      answers === "beyond" ||
      (answers === "holes" && !(last.known && curves.isKey(x))) ||
      (whole !== undefined && !whole.has(blended === 0 ? a : blended === 1 ? b : c));
    if (blends) {
      const inside = grid.blended(a, b, c, d, roofline, sqrtAxis);
      if (inside === inside) {
        weaken(rank.interpolated);
        return inside;
      }
    }
    const ms = last.curve(x);
    const beyond = (meanBeyond === 1 ? b : c) > most;
    return beyond ? Math.sqrt(ms * grid.lookup(a, b, c, d, hold, sqrtAxis)) : ms;
  };
}

/** The curve of one site. */
interface Bound {
  first: number;
  second: number;
  /** Whether the site was measured at all. */
  known: boolean;
  curve: Curve;
}

function lazily(make: () => Curve): Curve {
  let curve: Curve | undefined;
  return (x) => (curve ??= make())(x);
}

/** The curves of all keys that agree in what is not a number, and in the attention window. */
function slicesCurves(perf: PerfDatabase, query: TableQuery, rule: CurveRule): Curves {
  const {table, part, key = [], roofline, keyRoofline} = query;
  const {axes, key: keyNames} = tables[table];
  const windowAt = (keyNames as readonly string[]).indexOf("window");
  const alike = (other: (string | number)[]) =>
    keyRoofline
      ? other.every((value, i) => (typeof value === "number" && i !== windowAt) || value === key[i])
      : other.every((value, i) => value === key[i]);
  const name = key.filter((value, i) => !keyRoofline || typeof value === "string" || i === windowAt).join("|");
  return perf.curves(table, part, {name, accepts: alike}, (columns, latencyMs) => {
    const numeric = columns.filter((column) => typeof column[0] !== "string") as ArrayLike<number>[];
    const x = numeric[numeric.length - axes.length + rule.along];
    const work = workOf(numbers(key).length, rule.along, keyRoofline ?? (() => roofline));
    const sites = numeric.filter((column) => column !== x);
    if (query.floored) raise(latencyMs, work, sites, x);
    return new Curves(sites, x, latencyMs, {...rule, work});
  })!;
}

function workOf(
  keys: number,
  along: number,
  rooflineOf: (key: ArrayLike<number>) => GridRoofline
): (site: ArrayLike<number>, x: number) => typeof lastBound {
  const known = new Map<string, GridRoofline>();
  const key = new Float64Array(keys).fill(NaN);
  let roofline: GridRoofline | undefined;
  return (site, x) => {
    let same = true;
    for (let i = 0; i < keys; ++i) same &&= site[i] === key[i];
    if (!roofline || !same) {
      for (let i = 0; i < keys; ++i) key[i] = site[i];
      const name = key.join();
      roofline = known.get(name);
      if (!roofline) known.set(name, (roofline = rooflineOf(key.slice())));
    }
    const [before, after] = [site[keys], site[keys + 1]];
    lastBound.memoryMs = NaN;
    const light =
      along === 0
        ? roofline(x, before ?? 0, after ?? 0, 0)
        : along === 1
          ? roofline(before, x, after ?? 0, 0)
          : roofline(before, after, x, 0);
    // A collective's bound has no parts.
    if (lastBound.memoryMs !== lastBound.memoryMs) [lastBound.memoryMs, lastBound.computeMs] = [light, 0];
    return lastBound;
  };
}

/** Raises latencies to the speed of light. */
function raise(
  latencyMs: Float64Array,
  work: CurveScheme["work"],
  siteColumns: readonly ArrayLike<number>[],
  x: ArrayLike<number>
): void {
  const site = siteColumns.map(() => 0);
  for (let row = 0; row < latencyMs.length; ++row) {
    for (let c = 0; c < site.length; ++c) site[c] = siteColumns[c][row];
    const {memoryMs, computeMs} = work(site, x[row]);
    latencyMs[row] = Math.max(latencyMs[row], memoryMs, computeMs);
  }
}

function numbers(key: readonly (string | number)[]): number[] {
  return key.filter((value) => typeof value === "number");
}
