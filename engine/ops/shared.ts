import type {Grid, GridRoofline} from "../grid.js";
import {Curves} from "../interpolation/curves.js";
import type {Curve} from "../interpolation/curves.js";
import type {CurveRule} from "../interpolation/rules.js";
import type {PerfDatabase} from "../perf.js";
import {lastBound} from "../roofline.js";
import {tables} from "../schema.js";
import {rank, weaken} from "../trace.js";
import type {Latency, TableQuery} from "./table.js";

/** Answers from `grid` where it measured, and in between and beyond from its curves and those of its neighbours. */
export function sharedLatency(perf: PerfDatabase, query: TableQuery, grid: Grid, rule: CurveRule): Latency {
  const {key = [], roofline, sqrtAxis = -1} = query;
  const {along, blendedInside} = rule;
  const curves = slicesCurves(perf, query, rule);
  const own = numbers(key);
  const axes = grid.axes;
  let [atFirst, atSecond, curve]: [number, number, Curve | undefined] = [NaN, NaN, undefined];
  const others = new Map<number, Curve>();
  return (a, b, c, d) => {
    const measured = grid.measured(a, b, c, d);
    if (measured === measured) return measured;
    const x = along === 0 ? a : along === 1 ? b : c;
    const first = along === 0 ? b : a;
    const second = along === 2 ? b : c;
    if (first !== atFirst || second !== atSecond || !curve) {
      const name = first * 2 ** 26 + second;
      curve = others.get(name);
      if (!curve) others.set(name, (curve = curves.curve([...own, ...[first, second].slice(0, axes - 1)])));
      [atFirst, atSecond] = [first, second];
    }
    if (blendedInside && !curves.isHole([...own, ...[first, second].slice(0, axes - 1)], x)) {
      const inside = grid.blended(a, b, c, d, roofline, sqrtAxis);
      if (inside === inside) {
        weaken(rank.interpolated);
        return inside;
      }
    }
    return curve(x);
  };
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
    const work = workOf(numbers(key).length, axes.length, rule.along, keyRoofline ?? (() => roofline));
    const sites = numeric.filter((column) => column !== x);
    const ms = query.floored ? latencyMs.map((ms, i) => Math.max(ms, bound(work, sites, x, i))) : latencyMs;
    return new Curves(sites, x, ms, {...rule, work});
  })!;
}

function workOf(
  keys: number,
  axes: number,
  along: number,
  rooflineOf: (key: ArrayLike<number>) => GridRoofline
): (site: ArrayLike<number>, x: number) => typeof lastBound {
  const known = new Map<number | string, GridRoofline>();
  return (site, x) => {
    const name =
      keys === 0
        ? 0
        : keys === 1
          ? site[0]
          : keys === 2
            ? site[0] * 2 ** 26 + site[1]
            : Array.from(site).slice(0, keys).join();
    let roofline = known.get(name);
    if (!roofline) known.set(name, (roofline = rooflineOf(Array.from(site).slice(0, keys))));
    const at = (axis: number) => (axis === along ? x : axis < axes ? site[keys + axis - (axis > along ? 1 : 0)] : 0);
    lastBound.memoryMs = NaN;
    const light = roofline(at(0), at(1), at(2), at(3));
    // A collective's bound has no parts.
    if (lastBound.memoryMs !== lastBound.memoryMs) [lastBound.memoryMs, lastBound.computeMs] = [light, 0];
    return lastBound;
  };
}

function bound(
  work: (site: ArrayLike<number>, x: number) => typeof lastBound,
  sites: readonly ArrayLike<number>[],
  x: ArrayLike<number>,
  row: number
): number {
  const {memoryMs, computeMs} = work(
    sites.map((column) => column[row]),
    x[row]
  );
  return Math.max(memoryMs, computeMs);
}

function numbers(key: readonly (string | number)[]): number[] {
  return key.filter((value) => typeof value === "number");
}
