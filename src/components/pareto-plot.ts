/** The throughput–latency frontier as one SVG: a pure function of what it is given. */
import * as Plot from "npm:@observablehq/plot";
import type {CandidateCloud, ModeResult, Plan} from "../engine/result.js";
import {msPerSecond} from "../engine/units.js";
import {modeWords} from "../words.js";
import {figure} from "./format.js";
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
  /** Ends of both axes; they start at 0, or at a thousandth when logarithmic. */
  domain: Domain;
  /** Fronts before the last change. */
  ghost: Front[];
}

export const colors = {agg: "var(--kp-agg)", disagg: "var(--kp-disagg)"};
const inks = {agg: "var(--kp-agg-ink)", disagg: "var(--kp-disagg-ink)"};

export const axisLabels: Record<Axis, string> = {
  user: "speed per user (tokens/s)",
  ttft: "time to first token (ms)",
  latency: "request latency (ms)"
};

/** Where a plan lies on an axis. */
export function planX(plan: Plan, axis: Axis): number {
  if (axis === "ttft") return plan.ttftMs;
  return axis === "latency" ? plan.requestLatencyMs : plan.tokensPerSecPerUser;
}

export function planY(plan: Plan): number {
  return plan.tokensPerSecPerGpuCluster;
}

/** Where the region starts that breaks the target of this axis, and whether it lies left of there. */
export function targetEdge({axis, ttftMs, tpotMs, requestLatencyMs, osl}: Question): {at: number; left: boolean; words: string} | null {
  if (axis === "ttft") return requestLatencyMs ? null : {at: ttftMs, left: false, words: "later than the target"};
  const totalMs = requestLatencyMs || ttftMs + tpotMs * (osl - 1);
  if (axis === "latency") return {at: totalMs, left: false, words: "slower than the target"};
  return requestLatencyMs ? null : {at: msPerSecond / tpotMs, left: true, words: "slower than the target"};
}

export function paretoPlot(options: ParetoOptions): SVGSVGElement & {scale(name: string): {apply(v: number): number}} {
  const {modes, question, best, selected, width, height, domain, ghost} = options;
  const {axis, log} = question;
  const narrow = width < 560;
  const marginRight = narrow ? 12 : 108;
  const position = {x: (plan: Plan) => planX(plan, axis), y: planY};
  const fronts = modes.flatMap(({front}) => front);
  const knees = modes.flatMap(({knee}) => (knee ? [knee] : []));
  const edge = targetEdge(question);
  const hasEdge = edge !== null && edge.at < domain.x && fronts.length > 0;
  const range = (end: number) => (log ? [end / 1000, end] : [0, end]);
  const shade = fronts.length > 0 && edge && (edge.left ? [0, Math.min(edge.at, domain.x)] : [Math.min(edge.at, domain.x), domain.x]);
  const along = (value: number, end: number) => (log ? Math.max(0, Math.log(value / end) / Math.log(1000) + 1) : value / end);
  const place: Place = (plan) => [
    along(planX(plan, axis), domain.x) * (width - 52 - marginRight),
    (1 - along(planY(plan), domain.y)) * (height - 68)
  ];
  return Plot.plot({
    width,
    height,
    marginLeft: 52,
    marginTop: 28,
    marginRight,
    marginBottom: 40,
    style: {fontSize: "12px", fontFamily: "inherit", overflow: "visible"},
    x: {domain: range(domain.x), type: log ? "log" : "linear", label: `${axisLabels[axis]} →`, labelAnchor: "center", labelArrow: "none", ticks: narrow ? 4 : 8, tickFormat: log ? figure : undefined, tickSize: 0},
    y: {domain: range(domain.y), type: log ? "log" : "linear", label: "↑ throughput (tokens/s/GPU)", labelArrow: "none", ticks: 5, tickFormat: log ? figure : undefined, grid: true, tickSize: 0},
    marks: [
      shade ? Plot.rect([shade], {x1: (d) => d[0] || (log ? domain.x / 1000 : 0), x2: (d) => d[1], y1: log ? domain.y / 1000 : 0, y2: domain.y, fill: "var(--kp-shade)"}) : null,
      Plot.ruleY([log ? domain.y / 1000 : 0], {stroke: "var(--kp-line-strong)"}),
      ...modes.map(({mode, cloud}) => cloudMark(cloud, mode, question)),
      hasEdge ? Plot.ruleX([edge!.at], {stroke: "var(--kp-ink-faint)", strokeDasharray: "2,3"}) : null,
      hasEdge ? Plot.text([edge!], {x: "at", frameAnchor: "bottom", text: "words", textAnchor: edge!.left ? "end" : "start", dx: edge!.left ? -8 : 8, dy: -8, fill: "var(--kp-ink-muted)", stroke: "var(--kp-card)", strokeWidth: 4, fontSize: 11.5, clip: true}) : null,
      ...ghost.map(({mode, plans}) => Plot.line(plans, {...position, curve: stairs(axis), stroke: colors[mode], strokeWidth: 1.5, strokeDasharray: "1,4", strokeLinecap: "round", className: "kp-ghost", clip: true})),
      ...modes.map(({mode, front}) => Plot.line(front, {...position, sort: position.x, curve: stairs(axis), stroke: colors[mode], strokeWidth: 2, clip: true})),
      Plot.dot(fronts, {...position, r: 3.2, stroke: (d) => colors[(d as Plan).mode], strokeWidth: 1.4, fill: fillOf, clip: true}),
      Plot.dot(knees, {...position, symbol: "diamond", r: 6.5, fill: "var(--kp-card)", stroke: (d) => colors[(d as Plan).mode], strokeWidth: 2, clip: true}),
      Plot.text(knees.filter((plan) => plan !== selected), {...position, text: () => "knee", dy: 17, dx: -4, textAnchor: "end", fill: (d) => inks[(d as Plan).mode], fontSize: 11.5}),
      fronts.length === 0 ? Plot.text(["No candidate within the TTFT target to draw"], {frameAnchor: "middle", fill: "var(--kp-ink-muted)", fontSize: 14}) : null,
      ...endLabels(modes, axis, place, selected),
      selected && Plot.dot([selected], {...position, r: 8.5, stroke: "var(--kp-ink)", strokeWidth: 1.5}),
      selected && Plot.dot([selected], {...position, r: 5, fill: colors[selected.mode], stroke: "var(--kp-card)", strokeWidth: 1}),
      selected && Plot.text([selected], {...position, text: () => chosenWords(selected, best, knees), dy: -17, dx: 6, textAnchor: "start", fill: "var(--kp-ink)", fontWeight: 600, fontSize: 12.5, stroke: "var(--kp-card)", strokeWidth: 5})
    ]
  }) as never;
}

function chosenWords(selected: Plan, best: Plan | null, knees: Plan[]): string {
  const name = best && planId(best) === planId(selected) ? "chosen" : "your pick";
  return knees.some((knee) => planId(knee) === planId(selected)) ? `${name}, the knee` : name;
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

type Place = (plan: Plan) => [x: number, y: number];
const labelWidth = 92;

/** Names of the lines, each at that of its ends which is farther from everything else. */
function endLabels(modes: ModeResult[], axis: Axis, place: Place, selected: Plan | null) {
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
    return [Plot.text([plan], {x: (d) => planX(d, axis), y: planY, text: () => modeWords[mode], textAnchor: "start", dx, dy, ...style})];
  });
}

function shifted([x, y]: [number, number], dx: number, dy: number): [number, number] {
  return [x + dx, y + dy];
}

/** Distance from the nearest point to the label that starts at a place, up to 30 px. */
function clearanceOf([x, y]: [number, number], taken: [number, number][]): number {
  const distance = ([px, py]: [number, number]) => Math.hypot(Math.max(x - px, 0, px - x - labelWidth), Math.max(Math.abs(py - y) - 7, 0));
  return Math.min(30, ...taken.map(distance));
}

/** All candidates as one path of dots: thousands of elements would make dragging stutter. */
function cloudMark(cloud: CandidateCloud, mode: "agg" | "disagg", {axis, osl}: Question): Plot.RenderFunction {
  const {tokensPerSecPerUser, tokensPerSecPerGpuCluster, ttftMs} = cloud;
  const stride = Math.ceil(tokensPerSecPerUser.length / 2500);
  const x = (i: number) => {
    if (axis === "user") return tokensPerSecPerUser[i];
    return axis === "ttft" ? ttftMs[i] : ttftMs[i] + (msPerSecond / tokensPerSecPerUser[i]) * (osl - 1);
  };
  return (_index, scales, _values, {width, height, marginLeft, marginRight, marginTop, marginBottom}) => {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    let d = "";
    for (let i = 0; i < tokensPerSecPerUser.length; i += stride) {
      const [px, py] = [scales.x!(x(i)) as number, scales.y!(tokensPerSecPerGpuCluster[i]) as number];
      if (px >= marginLeft && px <= width - marginRight && py >= marginTop && py <= height - marginBottom) d += `M${px.toFixed(1)},${py.toFixed(1)}h0`;
    }
    path.setAttribute("d", d);
    path.setAttribute("class", "kp-cloud");
    path.setAttribute("stroke", colors[mode]);
    return path;
  };
}

/** For marks that are estimated: a pattern per mode, once per page. */
export function hatchPatterns(): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "kp-patterns");
  svg.setAttribute("aria-hidden", "true");
  svg.innerHTML = (["agg", "disagg"] as const)
    .map((mode) => `<pattern id="kp-hatch-${mode}" width="3" height="3" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="3" height="3" fill="var(--kp-card)"/><rect width="1.3" height="3" fill="${colors[mode]}"/></pattern>`)
    .join("");
  return svg;
}
