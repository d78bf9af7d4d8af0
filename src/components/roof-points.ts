/** Where operators lie under the roofs of their GPU, and where their names go. */
import {msPerSecond} from "../engine/units.js";
import type {Step, StepOp} from "../search/configuring.js";
import {opKey} from "./op-key.js";

/** One operator of a roofline; sizes in the plot follow its share of the step. */
export interface RoofPoint {
  op: StepOp;
  key: string;
  /** FLOP per byte of memory. */
  intensity: number;
  /** What it reaches. */
  flopsPerSec: number;
  share: number;
}

/** One operator that computes nothing worth counting: how much of its bandwidth it reaches. */
export interface StripPoint {
  op: StepOp;
  key: string;
  reached: number;
  share: number;
}

/** Operators of a step that have arithmetic, and those that have none; what has no bound at all is in neither. */
export function rooflinePoints(step: Pick<Step, "title" | "ops" | "totalMs">): {
  points: RoofPoint[];
  strip: StripPoint[];
} {
  const running = step.ops.filter(({latencyMs}) => latencyMs > 0);
  const named = (op: StepOp) => ({op, key: opKey(step, op), share: op.latencyMs / step.totalMs});
  return {
    points: running
      .filter(({work}) => work.flops > 0 && work.memoryBytes > 0)
      .map((op) => ({
        ...named(op),
        intensity: op.work.flops / op.work.memoryBytes,
        flopsPerSec: (op.work.flops / op.latencyMs) * msPerSecond
      }))
      .sort((a, b) => a.intensity - b.intensity),
    strip: running
      .filter(({work}) => !(work.flops > 0 && work.memoryBytes > 0) && (work.lightMs ?? 0) > 0)
      .map((op) => ({...named(op), reached: op.work.lightMs! / op.latencyMs}))
      .sort((a, b) => a.reached - b.reached)
  };
}

export interface RoofDomain {
  intensity: [number, number];
  flopsPerSec: [number, number];
}

/** How far beyond its outermost points a plot goes, as a factor. */
const margin = 1.7;

/** Holds the points of all steps and the roofs above them, so that plots beside each other compare. */
export function roofDomain(steps: readonly Step[]): RoofDomain {
  const points = steps.flatMap((step) => rooflinePoints(step).points);
  const roofs = steps.flatMap(({roofs}) => roofs.map(({flopsPerSec}) => flopsPerSec));
  const ridges = steps.flatMap(({roofs, memoryBytesPerSec}) =>
    roofs.map((roof) => roof.flopsPerSec / memoryBytesPerSec)
  );
  if (points.length === 0 || roofs.length === 0) return {intensity: [1, 1000], flopsPerSec: [1e11, 1e15]};
  const around = (values: number[]): [number, number] => [Math.min(...values) / margin, Math.max(...values) * margin];
  return {
    intensity: around([...points.map(({intensity}) => intensity), ...ridges]),
    flopsPerSec: around([...points.map(({flopsPerSec}) => flopsPerSec), ...roofs])
  };
}

/** Across and down, in pixels. */
export type Place = readonly [x: number, y: number];

/** Operators that take at least this share of a step are named; the others when they are pointed at. */
export const worthNaming = 0.08;

export interface Label {
  x: number;
  y: number;
  anchor: "start" | "end";
}

const lineHeight = 15;

/**
 * Beside the point, on the side with room; labels that are always shown keep a line's height apart where they would
 * meet, and stay above `bottom`.
 */
export function placeLabels(points: readonly {at: Place; share: number}[], right: number, bottom: number): Label[] {
  const labels = points.map(({at: [x, y], share}): Label => {
    const beside = 8 + radiusOf(share);
    return x > right - 150 ? {x: x - beside, y: y + 4, anchor: "end"} : {x: x + beside, y: y + 4, anchor: "start"};
  });
  const shown = labels.filter((_, i) => points[i].share >= worthNaming).sort((a, b) => a.y - b.y);
  const meet = (a: Label, b: Label) => a.anchor === b.anchor && Math.abs(a.x - b.x) < 130;
  for (let i = 1; i < shown.length; ++i)
    for (const above of shown.slice(0, i))
      if (meet(above, shown[i])) shown[i].y = Math.max(shown[i].y, above.y + lineHeight);
  for (let i = shown.length - 1; i >= 0; --i) {
    const below = shown.slice(i + 1).filter((other) => meet(other, shown[i]));
    shown[i].y = Math.min(shown[i].y, bottom, ...below.map(({y}) => y - lineHeight));
  }
  return labels;
}

/** Area by share. */
export function radiusOf(share: number): number {
  return 3.5 + 9 * Math.sqrt(Math.min(1, share));
}
