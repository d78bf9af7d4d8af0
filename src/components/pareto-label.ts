/** Names of the lines of the frontier chart, placed where they cover least. */
import * as Plot from "npm:@observablehq/plot";
import type {ModeResult, Plan} from "../engine/result.js";
import {modeWords} from "../words.js";
import {inks} from "./mode-color.js";
import {planX, planY} from "./pareto-axis.js";
import type {Axis} from "./question.js";

type Point = [x: number, y: number];
/** Pixels of a plan from the left and top of the plot’s area. */
export type Place = (plan: Plan) => Point;

export interface LabelOptions {
  modes: ModeResult[];
  axis: Axis;
  selected: Plan | null;
  place: Place;
  area: {width: number; height: number};
  /** Of the whole chart; labels may stand right of the plot’s area. */
  width: number;
}

const labelWidth = 92;
const labelHeight = 14;

/** Each line’s name, at that end of it which is farthest from everything else. */
export function endLabels(options: LabelOptions): Plot.Markish[] {
  const {modes, axis, selected, place} = options;
  const points = modes.flatMap(({front}) => front.map(place));
  const taken = selected ? [...points, place(selected), shifted(place(selected), 50, -18)] : points;
  return modes.flatMap(({mode, front}) => {
    if (front.length === 0) return [];
    const along = [...front].sort((a, b) => planX(a, axis) - planX(b, axis));
    const spots = [
      {plan: along.at(-1)!, dx: 10, dy: 0},
      {plan: along[0], dx: -2, dy: -14},
      {plan: along.at(-1)!, dx: 12 - labelWidth, dy: -15},
      {plan: along[0], dx: 4, dy: 16},
      {plan: along[0], dx: -labelWidth - 8, dy: 0},
      {plan: along.at(-1)!, dx: 12 - labelWidth, dy: 16}
    ].map((spot) => ({...spot, free: clearance(shifted(place(spot.plan), spot.dx, spot.dy), taken, options)}));
    const {plan, dx, dy} = spots.reduce((a, b) => (b.free > a.free + 6 ? b : a));
    taken.push(shifted(place(plan), dx + labelWidth / 2, dy));
    const style = {
      fontWeight: 600,
      fontSize: 12.5,
      stroke: "var(--kp-card)",
      strokeWidth: 4,
      textAnchor: "start"
    } as const;
    return [
      Plot.text([plan], {
        x: (d) => planX(d, axis),
        y: planY,
        text: () => modeWords[mode],
        dx,
        dy,
        fill: inks[mode],
        ...style
      })
    ];
  });
}

function shifted([x, y]: Point, dx: number, dy: number): Point {
  return [x + dx, y + dy];
}

/** Distance in px from the nearest point to a label that starts there, at most 30; −Infinity where it leaves the chart. */
function clearance([x, y]: Point, taken: Point[], {area, width}: LabelOptions): number {
  const right = width - (width - area.width > 100 ? 60 : 56);
  if (x < 0 || x + labelWidth > right || y < -8 || y + labelHeight / 2 > area.height) return -Infinity;
  const distance = ([px, py]: Point) =>
    Math.hypot(Math.max(x - px, 0, px - x - labelWidth), Math.max(Math.abs(py - y) - labelHeight / 2, 0));
  return Math.min(30, ...taken.map(distance));
}
