/** The throughput–latency frontier as one SVG: a pure function of what it is given. */
import * as Plot from "npm:@observablehq/plot";
import type {ModeResult, Plan} from "../engine/result.js";
import {cloudMark} from "./cloud-mark.js";
import {figure} from "./format.js";
import {colors, inks} from "./mode-color.js";
import {axisLabels, planX, planY, targetEdge} from "./pareto-axis.js";
import {endLabels} from "./pareto-label.js";
import type {Place} from "./pareto-label.js";
import {markStyle, planId} from "./plan.js";
import type {Axis, Question} from "./question.js";

export type Front = {mode: "agg" | "disagg"; plans: Plan[]};

export interface Domain {
  x: number;
  y: number;
}

export interface ParetoView {
  modes: ModeResult[];
  question: Question;
  best: Plan | null;
  selected: Plan | null;
}

export interface ParetoOptions extends ParetoView {
  width: number;
  height: number;
  /** Ends of both axes; they start at 0, or at the decade of the least point when logarithmic. */
  domain: Domain;
  /** Fronts before the last change. */
  ghost: Front[];
}

const margin = {marginLeft: 52, marginTop: 28, marginBottom: 40};

/** What the marks share: options, ranges of the axes, and where plans lie. */
interface Sketch extends ParetoOptions {
  axis: Axis;
  fronts: Plan[];
  x: [from: number, to: number];
  y: [from: number, to: number];
  position: {x: (plan: Plan) => number; y: (plan: Plan) => number};
  /** Pixels from the left and top of the plot’s area, and its size. */
  place: Place;
  area: {width: number; height: number};
}

export function paretoPlot(options: ParetoOptions): SVGSVGElement & {scale(name: string): {apply(v: number): number}} {
  const {modes, question, width, height} = options;
  const narrow = width < 560;
  const marginRight = narrow ? 12 : 108;
  const sketch = sketched(options, width - margin.marginLeft - marginRight);
  const {axis, x, y} = sketch;
  const scale = {type: question.log ? "log" : "linear", labelArrow: "none", tickSize: 0} as const;
  const tickFormat = question.log ? figure : undefined;
  return Plot.plot({
    width,
    height,
    ...margin,
    marginRight,
    style: {fontSize: "12px", fontFamily: "inherit", overflow: "visible"},
    x: {...scale, domain: x, label: `${axisLabels[axis]} →`, labelAnchor: "center", ticks: narrow ? 4 : 8, tickFormat},
    y: {...scale, domain: y, label: "↑ throughput (tokens/s/GPU)", ticks: 5, tickFormat, grid: true},
    marks: [
      Plot.ruleY([y[0]], {stroke: "var(--kp-line-strong)"}),
      ...modes.map(({mode, cloud}) => cloudMark(cloud, mode, question)),
      ...errorMarks(sketch),
      ...whiskers(sketch),
      ...targetMarks(sketch),
      ...frontMarks(sketch),
      ...kneeMarks(sketch),
      ...endLabels(sketch),
      ...selectionMarks(sketch)
    ]
  }) as never;
}

function sketched(options: ParetoOptions, areaWidth: number): Sketch {
  const {modes, question, domain, height} = options;
  const {axis, log} = question;
  const fronts = modes.flatMap(({front}) => front);
  const position = {x: (plan: Plan) => planX(plan, axis), y: planY};
  const from = (value: (plan: Plan) => number, end: number) => (log ? decade(fronts.map(value), end) : 0);
  const x: [number, number] = [from(position.x, domain.x), domain.x];
  const y: [number, number] = [from(position.y, domain.y), domain.y];
  const along = (value: number, [low, high]: [number, number]) =>
    log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  const area = {width: areaWidth, height: height - margin.marginTop - margin.marginBottom};
  const place: Place = (plan) => [
    along(position.x(plan), x) * area.width,
    (1 - along(position.y(plan), y)) * area.height
  ];
  return {...options, axis, fronts, x, y, position, place, area};
}

/** The power of ten at or below the least value; a thousandth of the end without values. */
function decade(values: number[], end: number): number {
  const least = Math.min(...values.filter((value) => value > 0));
  return Number.isFinite(least) ? 10 ** Math.floor(Math.log10(Math.min(least, end / 2))) : end / 1000;
}

/** The region that breaks the target, and its edge, named on the side that has room. */
function targetMarks({question, fronts, x, y, area}: Sketch): Plot.Markish[] {
  const edge = targetEdge(question);
  if (!edge || fronts.length === 0) return [];
  const at = Math.max(x[0], Math.min(edge.at, x[1]));
  const [x1, x2] = edge.left ? [x[0], at] : [at, x[1]];
  const shade = Plot.rect([0], {x1: [x1], x2: [x2], y1: [y[0]], y2: [y[1]], fill: "var(--kp-shade)"});
  if (at === x[0] || at === x[1]) return [shade];
  const share = question.log ? Math.log(at / x[0]) / Math.log(x[1] / x[0]) : (at - x[0]) / (x[1] - x[0]);
  const room = (edge.left ? share : 1 - share) * area.width;
  const inside = room > 130;
  const short = edge.words.split(" ")[0] === "later" ? "too late" : "too slow";
  const words = inside ? edge.words : edge.left ? `← ${short}` : `${short} →`;
  const toLeft = edge.left === inside;
  return [
    shade,
    Plot.ruleX([at], {stroke: "var(--kp-ink-faint)", strokeDasharray: "2,3"}),
    Plot.text([words], {
      x: [at],
      frameAnchor: "bottom",
      textAnchor: toLeft ? "end" : "start",
      dx: toLeft ? -8 : 8,
      dy: -8,
      fill: "var(--kp-ink-muted)",
      fontSize: 11.5,
      ...halo
    })
  ];
}

const halo = {stroke: "var(--kp-card)", strokeWidth: 4} as const;

function frontMarks({modes, ghost, fronts, position, axis}: Sketch): Plot.Markish[] {
  const line = {...position, curve: stairs(axis), clip: true} as const;
  const past = {strokeWidth: 1.5, strokeDasharray: "1,4", strokeLinecap: "round", className: "kp-ghost"} as const;
  return [
    ...ghost.map(({mode, plans}) => Plot.line(plans, {...line, ...past, stroke: colors[mode]})),
    ...modes.map(({mode, front}) =>
      Plot.line(front, {...line, sort: position.x, stroke: colors[mode], strokeWidth: 2})
    ),
    Plot.dot(fronts, {...position, r: 3.2, stroke: colorOf, strokeWidth: 1.4, fill: fillOf, clip: true}),
    fronts.length === 0
      ? Plot.text(["No candidate meets the targets"], {
          frameAnchor: "middle",
          fill: "var(--kp-ink-muted)",
          fontSize: 14,
          ...halo
        })
      : null
  ];
}

/** How far off the throughput of a front may be: half of such answers in the inner band, nine tenths in the outer. */
function errorMarks({modes, position, axis}: Sketch): Plot.Markish[] {
  const share = (plan: Plan, band: "p50" | "p90") => Math.min(0.9, plan.error?.tokensPerSec[band] ?? 0);
  return modes.flatMap(({mode, front}) =>
    (["p90", "p50"] as const).map((band) =>
      Plot.areaY(front, {
        x: position.x,
        y1: (plan) => position.y(plan) * (1 - share(plan, band)),
        y2: (plan) => position.y(plan) * (1 + share(plan, band)),
        sort: position.x,
        curve: stairs(axis),
        fill: colors[mode],
        fillOpacity: band === "p50" ? 0.16 : 0.07,
        clip: true,
        className: "kp-error-band"
      })
    )
  );
}

/** Of the selected plan: nine tenths of such answers lie within, in throughput and along the axis. */
function whiskers({selected, position, axis}: Sketch): Plot.Markish[] {
  if (!selected?.error) return [];
  const across = axis === "ttft" ? selected.error.ttft.p90 : selected.error.tpot.p90;
  const along = Math.min(0.9, selected.error.tokensPerSec.p90);
  const [x, y] = [position.x(selected), position.y(selected)];
  const whisker = {stroke: "var(--kp-ink-muted)", strokeWidth: 1, clip: true} as const;
  return [
    Plot.ruleY([y], {...whisker, x1: x / (1 + across), x2: x * (1 + across)}),
    Plot.ruleX([x], {...whisker, y1: y * (1 - along), y2: y * (1 + along)})
  ];
}

function kneeMarks({modes, selected, position}: Sketch): Plot.Markish[] {
  const knees = modes.flatMap(({knee}) => (knee ? [knee] : []));
  const unnamed = knees.filter((plan) => !isSame(plan, selected));
  const diamond = {symbol: "diamond", r: 6.5, fill: "var(--kp-card)", strokeWidth: 2, clip: true} as const;
  const below = {dy: 17, dx: -4, textAnchor: "end", fontSize: 11.5} as const;
  return [
    Plot.dot(knees, {...position, ...diamond, stroke: colorOf}),
    Plot.text(unnamed, {...position, ...below, ...halo, text: () => "knee", fill: (plan: Plan) => inks[plan.mode]})
  ];
}

function selectionMarks({selected, best, modes, position, place, area}: Sketch): Plot.Markish[] {
  if (!selected) return [];
  const name = !isSame(selected, best)
    ? "your pick"
    : modes.some(({meetsTargets}) => meetsTargets)
      ? "chosen"
      : "nearest";
  const isKnee = modes.some(({knee}) => isSame(selected, knee));
  const atEnd = place(selected)[0] > area.width - 110;
  const beside = {dy: -17, dx: atEnd ? -6 : 6, textAnchor: atEnd ? "end" : "start"} as const;
  return [
    Plot.dot([selected], {...position, r: 8.5, stroke: "var(--kp-ink)", strokeWidth: 1.5}),
    Plot.dot([selected], {...position, r: 5, fill: colors[selected.mode], stroke: "var(--kp-card)", strokeWidth: 1}),
    Plot.text([selected], {
      ...position,
      ...beside,
      ...halo,
      text: () => (isKnee ? `${name}, the knee` : name),
      fill: "var(--kp-ink)",
      fontWeight: 600,
      fontSize: 12.5
    })
  ];
}

function isSame(a: Plan | null, b: Plan | null): boolean {
  return a !== null && b !== null && planId(a) === planId(b);
}

function colorOf(plan: Plan): string {
  return colors[plan.mode];
}

function fillOf(plan: Plan): string {
  const style = markStyle(plan.source);
  if (style === "filled") return colors[plan.mode];
  return style === "hollow" ? "var(--kp-card)" : `url(#kp-hatch-${plan.mode})`;
}

/** Between two plans there is none: up to the speed of the faster one, its throughput is what can be had. */
function stairs(axis: Axis): "step-before" | "step-after" {
  return axis === "user" ? "step-before" : "step-after";
}
