/** Operators under the roofs of their GPU: arithmetic per byte against what they reach, and those without arithmetic. */
import * as Plot from "npm:@observablehq/plot";
import type {Step, StepOp} from "../search/configuring.js";
import {figure, percent} from "./format.js";
import {flopRate, prefixed} from "./configuration-words.js";
import {groupColors, opGroup, opGroups} from "./op-group.js";
import {markStyle} from "./plan.js";
import {h} from "./dom.js";
import {placeLabels, radiusOf, rooflinePoints, worthNaming} from "./roof-points.js";
import type {Label, Place, RoofDomain, RoofPoint, StripPoint} from "./roof-points.js";

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
  at: Place;
}

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
