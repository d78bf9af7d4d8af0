/** Names of the lines of the frontier chart, placed where they cover least. */
import * as Plot from "npm:@observablehq/plot";
import type {ModeResult, Plan} from "../engine/result.js";
import {modeWords} from "../words.js";
import {inks} from "./mode-color.js";
import {planX, planY} from "./pareto-axis.js";
import type {Axis} from "./question.js";

export /** Pixels of a plan, of a common origin. */
type Place = (plan: Plan) => [x: number, y: number];
const labelWidth = 92;

/** Names of the lines, each at that of its ends which is farther from everything else. */
export function endLabels(modes: ModeResult[], axis: Axis, place: Place, selected: Plan | null) {
  return modes.flatMap(({mode, front}) => {
    if (front.length === 0) return [];
    const others = modes.filter((other) => other.mode !== mode).flatMap((other) => other.front.map(place));
    const own = [...front].sort((a, b) => planX(a, axis) - planX(b, axis));
    const taken = [...others, ...own.map(place), ...(selected ? [shifted(place(selected), 50, -18)] : [])];
    const ends = [
      {plan: own.at(-1)!, dx: 10, dy: 0},
      {plan: own[0], dx: -2, dy: -14},
      {plan: own.at(-1)!, dx: 10 - labelWidth, dy: 16},
      {plan: own[0], dx: 4, dy: 16}
    ];
    const clearance = ({plan, dx, dy}: (typeof ends)[number]) => clearanceOf(shifted(place(plan), dx, dy), taken);
    const {plan, dx, dy} = ends.reduce((a, b) => (clearance(b) > clearance(a) + 6 ? b : a));
    const style = {fill: inks[mode], fontWeight: 600, fontSize: 12.5, stroke: "var(--kp-card)", strokeWidth: 4};
    return [
      Plot.text([plan], {
        x: (d) => planX(d, axis),
        y: planY,
        text: () => modeWords[mode],
        textAnchor: "start",
        dx,
        dy,
        ...style
      })
    ];
  });
}

function shifted([x, y]: [number, number], dx: number, dy: number): [number, number] {
  return [x + dx, y + dy];
}

/** Distance from the nearest point to the label that starts at a place, up to 30 px. */
function clearanceOf([x, y]: [number, number], taken: [number, number][]): number {
  const distance = ([px, py]: [number, number]) =>
    Math.hypot(Math.max(x - px, 0, px - x - labelWidth), Math.max(Math.abs(py - y) - 7, 0));
  return Math.min(30, ...taken.map(distance));
}
