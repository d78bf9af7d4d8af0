/** Operators under the roofs of their GPU: arithmetic per byte against what they reach, and those without arithmetic. */
import * as Plot from "npm:@observablehq/plot";
import type {Step, StepOp} from "../search/configuring.js";
import {msPerSecond} from "../engine/units.js";
import {figure, percent} from "./format.js";
import {flopRate, prefixed} from "./configuration-words.js";
import {groupColors, opGroup, opGroups} from "./op-group.js";
import {opKey} from "./op-waterfall.js";
import {markStyle} from "./plan.js";
import {h} from "./dom.js";

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

const height = 360;
const stripHeight = 96;
const bottomMargin = 40;

export function opRoofline(step: Step, domain: RoofDomain, width: number): HTMLElement {
  const {points, strip} = rooflinePoints(step);
  return h(
    "div",
    {
      class: "kp-roofline",
      "data-ops": `roofline ${step.title}`,
      role: "listbox",
      "aria-label": describe(step, points, strip)
    },
    roofPlot(step, points, domain, width),
    strip.length > 0 && stripPlot(strip, width)
  );
}

function describe({title, system}: Step, points: RoofPoint[], strip: StripPoint[]): string {
  const told = points.map(
    ({op, intensity, flopsPerSec}) => `${op.name} ${figure(intensity)} FLOP a byte, ${flopRate(flopsPerSec)}`
  );
  const bare = strip.map(({op, reached}) => `${op.name} ${percent(reached)}`);
  return `Roofline of ${title} on ${system}: ${told.join("; ")}${bare.length > 0 ? `. Of their bandwidth reach ${bare.join(", ")}` : ""}`;
}

function roofPlot(step: Step, points: RoofPoint[], {intensity, flopsPerSec}: RoofDomain, width: number): SVGSVGElement {
  const {roofs, memoryBytesPerSec} = step;
  const [left, right] = intensity;
  const highest = Math.max(...roofs.map((roof) => roof.flopsPerSec), flopsPerSec[0] * 10);
  // Where the bandwidth roof enters the frame, from below or from the left.
  const from = Math.max(left, flopsPerSec[0] / memoryBytesPerSec);
  const narrow = width < 420;
  const plot = Plot.plot({
    width,
    height,
    marginLeft: 58,
    marginRight: 12,
    marginTop: 26,
    marginBottom: bottomMargin,
    style: {fontSize: narrow ? "11px" : "12px", fontFamily: "inherit", overflow: "visible"},
    ariaHidden: "true",
    x: {
      type: "log",
      domain: [left, right],
      label: "FLOP per byte of memory",
      labelAnchor: "center",
      labelArrow: "none",
      tickFormat: decade,
      ticks: decadesOf(left, right),
      grid: true,
      tickSize: 0
    },
    y: {
      type: "log",
      domain: flopsPerSec,
      label: "reached (FLOP/s)",
      labelArrow: "none",
      tickFormat: (v: number) => prefixed(v).trim(),
      ticks: decadesOf(...flopsPerSec),
      grid: true,
      tickSize: 0
    },
    marks: [
      Plot.line(
        [
          [from, from * memoryBytesPerSec],
          [highest / memoryBytesPerSec, highest]
        ],
        {stroke: "var(--kp-limit-bandwidth)", strokeWidth: 1.5}
      ),
      roofs.map(({flopsPerSec: roof}) =>
        Plot.line(
          [
            [roof / memoryBytesPerSec, roof],
            [right, roof]
          ],
          {stroke: "var(--kp-limit-compute)", strokeWidth: 1.5}
        )
      ),
      Plot.text(roofs, {
        x: ({flopsPerSec: roof}: Step["roofs"][number]) => roof / memoryBytesPerSec,
        y: "flopsPerSec",
        text: ({type, flopsPerSec: roof}: Step["roofs"][number]) => `${type} ${flopRate(roof)}`,
        textAnchor: "end",
        dx: -6,
        dy: -4,
        fill: "var(--kp-ink-muted)"
      }),
      Plot.text([from * (highest / memoryBytesPerSec / from) ** 0.5], {
        x: (intensity: number) => intensity,
        y: (intensity: number) => intensity * memoryBytesPerSec,
        text: () => `memory ${prefixed(memoryBytesPerSec)}B/s`,
        textAnchor: "end",
        dx: -8,
        dy: -6,
        fill: "var(--kp-ink-muted)"
      })
    ]
  } as Plot.PlotOptions) as SVGSVGElement & {scale: (name: string) => {apply: (value: number) => number}};
  const at = (point: RoofPoint) =>
    [plot.scale("x").apply(point.intensity), plot.scale("y").apply(point.flopsPerSec)] as const;
  addPoints(
    plot,
    points.map((point) => ({...point, at: at(point)})),
    width - 12
  );
  return plot;
}

function stripPlot(strip: StripPoint[], width: number): SVGSVGElement {
  const most = Math.max(1, ...strip.map(({reached}) => reached));
  const plot = Plot.plot({
    width,
    height: stripHeight,
    marginLeft: 58,
    marginRight: 12,
    marginTop: 22,
    marginBottom: 38,
    style: {fontSize: "12px", fontFamily: "inherit", overflow: "visible"},
    ariaHidden: "true",
    x: {
      domain: [0, 100 * most],
      label:
        width < 420
          ? "no arithmetic: bandwidth reached (%)"
          : "no arithmetic: reached of the bandwidth of memory or links (%)",
      labelAnchor: "center",
      labelArrow: "none",
      tickSize: 0,
      grid: true,
      ticks: 5
    },
    y: {axis: null, domain: [0, 1]},
    marks: [Plot.ruleY([0.5], {stroke: "var(--kp-line-strong)"})]
  } as Plot.PlotOptions) as SVGSVGElement & {scale: (name: string) => {apply: (value: number) => number}};
  const y = plot.scale("y").apply(0.5);
  addPoints(
    plot,
    strip.map((point) => ({...point, at: [plot.scale("x").apply(100 * point.reached), y] as const})),
    width - 12
  );
  return plot;
}

interface Placed {
  op: StepOp;
  key: string;
  share: number;
  at: readonly [number, number];
}

/** Operators that take at least this share of a step are named; the others when they are pointed at. */
const worthNaming = 0.08;

function addPoints(svg: SVGSVGElement, points: readonly Placed[], right: number): void {
  const layer = svg.appendChild(svgElement("g", {class: "kp-roof-points"}));
  const labels = placeLabels(points, right, Number(svg.getAttribute("height")) - bottomMargin);
  for (const [i, {op, key, share, at}] of points.entries()) {
    const style = markStyle(op.source);
    const group = opGroup(op.kind);
    const mark = svgElement("g", {
      "data-op": key,
      role: "option",
      "aria-selected": "false",
      "aria-label": op.name.replaceAll("_", " "),
      tabindex: "-1",
      class: share >= worthNaming ? "kp-named" : ""
    });
    const radius = radiusOf(share);
    const label = labels[i];
    mark.append(
      // Easier to hit than it is to see.
      svgElement("circle", {cx: at[0], cy: at[1], r: Math.max(12, radius + 4), class: "kp-roof-hit"}),
      svgElement("circle", {
        cx: at[0],
        cy: at[1],
        r: radius,
        class: "kp-roof-point",
        stroke: groupColors[group],
        fill:
          style === "filled" ? groupColors[group] : style === "hollow" ? "var(--kp-card)" : `url(#${hatchId(group)})`
      }),
      // Says whose name it is where names were moved apart.
      svgElement("line", {x1: at[0], y1: at[1], x2: label.x, y2: label.y - 4, class: "kp-roof-leader"}),
      labelOf(op, label)
    );
    layer.append(mark);
  }
}

interface Label {
  x: number;
  y: number;
  anchor: "start" | "end";
}

const lineHeight = 15;

/**
 * Beside the point, on the side with room; labels that are always shown keep a line's height apart where they would
 * meet, and stay above `bottom`.
 */
export function placeLabels(points: readonly Pick<Placed, "at" | "share">[], right: number, bottom: number): Label[] {
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
function radiusOf(share: number): number {
  return 3.5 + 9 * Math.sqrt(Math.min(1, share));
}

function labelOf({name}: StepOp, {x, y, anchor}: Label): SVGElement {
  const text = svgElement("text", {x, y, "text-anchor": anchor, class: "kp-roof-label"});
  text.textContent = name.replaceAll("_", " ");
  return text;
}

function hatchId(group: string): string {
  return `kp-hatch-op-${group}`;
}

/** For marks that are fitted or estimated: a pattern per colour of operators, once per page. */
export function opHatches(): SVGSVGElement {
  const svg = svgElement("svg", {class: "kp-patterns", "aria-hidden": "true"}) as SVGSVGElement;
  for (const group of opGroups) {
    const pattern = svgElement("pattern", {
      id: hatchId(group),
      width: 3,
      height: 3,
      patternUnits: "userSpaceOnUse",
      patternTransform: "rotate(45)"
    });
    pattern.append(
      svgElement("rect", {width: 3, height: 3, fill: "var(--kp-card)"}),
      svgElement("rect", {width: 1.4, height: 3, fill: groupColors[group]})
    );
    svg.append(pattern);
  }
  return svg;
}

function svgElement(name: string, attributes: Record<string, string | number>): SVGElement {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}

/** Powers of ten within a domain. */
function decadesOf(from: number, to: number): number[] {
  const [first, last] = [Math.ceil(Math.log10(from) - 1e-9), Math.floor(Math.log10(to) + 1e-9)];
  return Array.from({length: Math.max(0, last - first + 1)}, (_, i) => 10 ** (first + i));
}

function decade(value: number): string {
  return value >= 1 ? figure(value) : String(Number(value.toPrecision(1)));
}
