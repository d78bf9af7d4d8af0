/** What is held out of a slice, and which of it is asked for. */
import {tables} from "../../../engine/schema.js";
import {draw} from "./points.js";
import type {Point, Slice} from "./points.js";

/**
 * `interior`: single points with measured neighbours on both sides of every axis. `row …`: every point that shares one
 * value of an axis, whatever its key. `site`: one GEMM shape. `frontier …`: the largest value of an axis. `corner`: the
 * upper third of two axes and more together.
 */
export interface Fold {
  name: string;
  out: ReadonlySet<number>;
  ask: readonly number[];
}

export interface Sizes {
  /** Points asked for a fold name in one slice. */
  asked: number;
  /** Values of an axis held out in turn. */
  rows: number;
}

export function foldsOf({table, points}: Slice, {asked, rows}: Sizes, random: () => number): Fold[] {
  const axes: readonly string[] = tables[table].axes;
  const all = points.map((_, i) => i);
  const keysOf = (axis: number) => [...new Set(points.map(({at}) => at[axis]))].sort((a, b) => a - b);
  const keys = axes.map((_, axis) => keysOf(axis));
  const folds: Fold[] = [];
  const hold = (name: string, holds: (point: Point) => boolean, count: number) => {
    const out = all.filter((i) => holds(points[i]));
    // Every other point gone, nothing is left to interpolate.
    if (out.length > 0 && out.length < all.length) folds.push({name, out: new Set(out), ask: draw(out, count, random)});
  };

  // Small slices lose one point at a time; of large ones a few that are far apart by chance.
  const together = Math.max(1, Math.floor(points.length / 2500));
  const inner = draw(interior(points, axes.length), asked, random);
  for (let i = 0; i < inner.length; i += together) {
    const ask = inner.slice(i, i + together);
    folds.push({name: "interior", out: new Set(ask), ask});
  }
  axes.forEach((axis, a) => {
    const values = draw(keys[a].slice(1, -1), rows, random);
    const count = Math.ceil(asked / Math.max(1, values.length));
    for (const value of values) hold(`row of ${axis}`, ({at}) => at[a] === value, count);
    const last = keys[a][keys[a].length - 1];
    hold(`frontier of ${axis}`, ({at}) => at[a] === last, asked);
  });
  if (table === "gemm") {
    const sites = [...new Set(points.map(({at}) => `${at[0]} ${at[1]}`))];
    for (const site of draw(sites, 2 * rows, random))
      hold("site", ({at}) => `${at[0]} ${at[1]}` === site, Math.ceil(asked / (2 * rows)));
  }
  if (axes.length > 1) {
    const cuts = keys.map((values) => values[Math.floor((values.length * 2) / 3)]);
    hold("corner", ({at}) => at.filter((value, a) => value >= cuts[a]).length >= 2, asked);
  }
  return folds;
}

/** Points that have neighbours on both sides of every axis, all else being equal. */
function interior(points: readonly Point[], axes: number): number[] {
  const lineOf = ({key, at}: Point, axis: number) => `${key.join()};${at.filter((_, a) => a !== axis).join()}`;
  const ends = Array.from({length: axes}, () => new Map<string, [number, number]>());
  for (const point of points)
    for (let axis = 0; axis < axes; ++axis) {
      const line = lineOf(point, axis);
      const value = point.at[axis];
      const [low, high] = ends[axis].get(line) ?? [value, value];
      ends[axis].set(line, [Math.min(low, value), Math.max(high, value)]);
    }
  return points.flatMap((point, i) => {
    for (let axis = 0; axis < axes; ++axis) {
      const [low, high] = ends[axis].get(lineOf(point, axis))!;
      if (point.at[axis] === low || point.at[axis] === high) return [];
    }
    return [i];
  });
}
