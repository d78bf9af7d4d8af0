/** Aggregated candidates of one panel as SVG: a pure function of what it is given. */
import * as Plot from "npm:@observablehq/plot";
import {grades} from "../engine/trace.js";
import {msPerSecond} from "../engine/units.js";
import type {AggregatedScene, Panel} from "./aggregated-scene.js";
import {isLogAcross} from "./aggregated-view.js";
import {batchStep, batchSteps, stepColor} from "./batch-color.js";
import {limitOf, metrics, metricValues} from "./candidate-metric.js";
import {parallelWords} from "../words.js";
import {figure} from "./format.js";
import {markStyle} from "./plan.js";

export type Span = readonly [from: number, to: number];

/** Ends of the axes, the same for every panel. */
export interface Domain {
  x: Span;
  y: Span;
}

export interface CandidatePlotOptions {
  scene: AggregatedScene;
  panel: Panel;
  domain: Domain;
  width: number;
  height: number;
}

export type CandidatePlot = SVGSVGElement & {
  scale(name: string): {apply(value: number): number; invert(pixel: number): number; range: [number, number]};
};

const halo = {stroke: "var(--kp-card)", strokeWidth: 4} as const;
const margin = {marginLeft: 52, marginTop: 26, marginBottom: 40};
/** Farther apart than this, in pixels, labels of a front do not touch. */
const labelGap = 84;
/** With more rows than this, dots that fall on one another are drawn once. */
const many = 3000;

/** What the marks share. */
interface Sketch extends CandidatePlotOptions {
  x: (row: number) => number;
  y: (row: number) => number;
  areaWidth: number;
  /** Pixels of a row from the left and top of the plot’s area. */
  place: (row: number) => [x: number, y: number];
}

export function candidatePlot(options: CandidatePlotOptions): CandidatePlot {
  const {scene, domain, width, height} = options;
  const narrow = width < 560;
  const {across} = scene.view;
  const isLog = isLogAcross(scene.view);
  const sketch = sketched(options, width - margin.marginLeft - 14);
  return Plot.plot({
    width,
    height,
    ...margin,
    marginRight: 14,
    style: {fontSize: "12px", fontFamily: "inherit", overflow: "visible"},
    x: {
      type: isLog ? "log" : "linear",
      domain: [...domain.x],
      label: `${metrics[across].axis} →`,
      labelAnchor: "center",
      labelArrow: "none",
      tickSize: 0,
      ticks: isLog ? (narrow ? 3 : 6) : narrow ? 4 : 8,
      tickFormat: isLog ? figure : undefined
    },
    y: {
      domain: [...domain.y],
      label: `↑ ${metrics.gpu.axis}`,
      labelArrow: "none",
      tickSize: 0,
      ticks: 5,
      grid: true
    },
    marks: [
      Plot.ruleY([domain.y[0]], {stroke: "var(--kp-line-strong)"}),
      ...targetMarks(sketch),
      cloud(sketch),
      ...brushMarks(sketch),
      ...frontMarks(sketch),
      ...frontLabels(sketch),
      ...selectionMarks(sketch)
    ]
  } as Plot.PlotOptions) as never;
}

function sketched(options: CandidatePlotOptions, areaWidth: number): Sketch {
  const {scene, domain, height} = options;
  const [xs, ys] = [metricValues(scene.columns, scene.view.across), metricValues(scene.columns, "gpu")];
  const isLog = isLogAcross(scene.view);
  const [from, to] = domain.x;
  const along = (value: number) =>
    isLog ? Math.log(value / from) / Math.log(to / from) : (value - from) / (to - from);
  const areaHeight = height - margin.marginTop - margin.marginBottom;
  return {
    ...options,
    areaWidth,
    x: (row) => xs[row],
    y: (row) => ys[row],
    place: (row) => [along(xs[row]) * areaWidth, (1 - ys[row] / domain.y[1]) * areaHeight]
  };
}

/** Every candidate as a dot, a path per step of colour: thousands of elements would make dragging stutter. */
function cloud({scene, panel, x, y}: Sketch): Plot.RenderFunction {
  const {columns, mask} = scene;
  const groups = new Map<string, number[]>();
  for (const row of panel.rows) {
    const isOut = mask !== null && mask[row] === 0;
    const name = isOut ? "out" : `${columns.missed[row] ? "missed" : "kept"} ${batchStep(columns.batch[row])}`;
    const group = groups.get(name);
    if (group) group.push(row);
    else groups.set(name, [row]);
  }
  const order = ["out", ...["missed", "kept"].flatMap((kind) => batchSteps.map((step) => `${kind} ${step}`))];
  return (_index, scales, _values, dimensions) => {
    const g = document.createElementNS("http://www.w3.org/2000/svg", "g");
    for (const name of order) {
      const rows = groups.get(name);
      if (!rows) continue;
      const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
      const at = (row: number): [number, number] => [scales.x!(x(row)) as number, scales.y!(y(row)) as number];
      path.setAttribute("d", dots(rows, at, dimensions, panel.rows.length > many));
      const [kind, step] = name.split(" ");
      path.setAttribute("class", `kp-dots kp-dots-${kind}`);
      if (step) path.setAttribute("stroke", stepColor(Number(step)));
      g.append(path);
    }
    return g;
  };
}

function dots(
  rows: readonly number[],
  at: (row: number) => [number, number],
  {width, height, marginLeft, marginRight, marginTop, marginBottom}: Plot.Dimensions,
  isThinned: boolean
): string {
  const seen = new Set<number>();
  let d = "";
  for (const row of rows) {
    const [px, py] = at(row);
    if (!(
      px >= marginLeft - 1 &&
      px <= width - marginRight + 1 &&
      py >= marginTop - 1 &&
      py <= height - marginBottom + 1
    ))
      continue;
    if (isThinned) {
      const pixel = Math.round(px) * 4096 + Math.round(py);
      if (seen.has(pixel)) continue;
      seen.add(pixel);
    }
    d += `M${px.toFixed(1)},${py.toFixed(1)}h0`;
  }
  return d;
}

/** The part of the axis that misses the target, and its edge. */
function targetMarks({scene, domain, width}: Sketch): Plot.Markish[] {
  const {columns, view} = scene;
  const limit = columns.limits.find(({metric}) => metric === limitOf[view.across]);
  if (!limit) return [];
  const isUser = view.across === "user";
  const [from, to] = domain.x;
  const at = Math.min(to, Math.max(from, isUser ? msPerSecond / limit.threshold : limit.threshold));
  const [x1, x2] = isUser ? [from, at] : [at, to];
  const shade = Plot.rect([0], {x1: [x1], x2: [x2], y1: [domain.y[0]], y2: [domain.y[1]], fill: "var(--kp-shade)"});
  if (at === from || at === to) return [shade];
  return [
    shade,
    Plot.ruleX([at], {stroke: "var(--kp-ink-faint)", strokeDasharray: "2,3"}),
    Plot.text([width < 360 ? "target" : "slower than the target"], {
      x: [at],
      frameAnchor: "top",
      textAnchor: isUser ? "end" : "start",
      dx: isUser ? -6 : 6,
      dy: 6,
      fill: "var(--kp-ink-muted)",
      fontSize: 11,
      clip: "frame",
      ...halo
    })
  ];
}

/** What is filtered, as far as it shows in these axes. */
function brushMarks({scene, panel, domain}: Sketch): Plot.Markish[] {
  const {ranges, across, only} = scene.view;
  const isElsewhere = only && panel.facet === only.facet && panel.value !== only.value;
  if (isElsewhere || !(ranges[across] || ranges.gpu)) return [];
  const within = (range: Span | undefined, [from, to]: Span): Span =>
    range ? [Math.max(from, range[0]), Math.min(to, range[1])] : [from, to];
  const [[x1, x2], [y1, y2]] = [within(ranges[across], domain.x), within(ranges.gpu, domain.y)];
  if (x1 > x2 || y1 > y2) return [];
  return [
    Plot.rect([0], {
      x1: [x1],
      x2: [x2],
      y1: [y1],
      y2: [y2],
      fill: "var(--kp-shade)",
      stroke: "var(--kp-ink-muted)",
      strokeDasharray: "3,2"
    })
  ];
}

function frontMarks({scene, panel, x, y, width}: Sketch): Plot.Markish[] {
  const {columns, front, view} = scene;
  const curve = metrics[view.across].isLatency ? "step-after" : "step-before";
  const line = {x, y, curve, clip: true} as const;
  const color = (row: number) => stepColor(batchStep(columns.batch[row]));
  const fill = (row: number) => {
    const style = markStyle(grades[columns.grade[row]].source);
    if (style === "filled") return color(row);
    return style === "hollow" ? "var(--kp-card)" : `url(#kp-step-${batchStep(columns.batch[row])})`;
  };
  return [
    panel.facet ? Plot.line(front, {...line, stroke: "var(--kp-line-strong)", strokeWidth: 1.5}) : null,
    Plot.line(panel.front, {...line, stroke: "var(--kp-agg)", strokeWidth: 2}),
    Plot.dot(panel.front, {x, y, r: width < 360 ? 3 : 4, stroke: color, strokeWidth: 1.6, fill, clip: true})
  ];
}

/** Batches along the front, which say what the colours are, with the worker where it changes. */
function frontLabels({scene, panel, x, y, place, areaWidth}: Sketch): Plot.Markish[] {
  const {columns} = scene;
  const isMixed = new Set(panel.front.map((row) => columns.worker[row])).size > 1;
  const taken: [number, number][] = scene.selected >= 0 ? [place(scene.selected)] : [];
  const named: number[] = [];
  for (const row of panel.front) {
    const [px, py] = place(row);
    if (taken.some(([tx, ty]) => Math.abs(tx - px) < labelGap && Math.abs(ty - py) < 16)) continue;
    const last = named.at(-1);
    if (last !== undefined && labelKey(scene, last) === labelKey(scene, row)) continue;
    taken.push([px, py]);
    named.push(row);
  }
  const text = (row: number) =>
    `${isMixed ? `${parallelWords(columns.workers[columns.worker[row]].parallel)} ` : ""}batch ${columns.batch[row]}`;
  const style = {x, y, text, dy: -8, fill: "var(--kp-ink-muted)", fontSize: 11.5, ...halo} as const;
  const isRight = (row: number) => place(row)[0] > areaWidth - labelGap;
  return [
    Plot.text(
      named.filter((row) => !isRight(row)),
      {...style, dx: 8, textAnchor: "start"}
    ),
    Plot.text(named.filter(isRight), {...style, dx: 6, textAnchor: "end"})
  ];
}

/** Rows of one worker and one step of colour need not be named twice in a row. */
function labelKey({columns}: AggregatedScene, row: number): string {
  return `${columns.worker[row]} ${batchStep(columns.batch[row])}`;
}

function selectionMarks({scene, panel, x, y, place, width}: Sketch): Plot.Markish[] {
  const {selected, best, meetsTargets, columns} = scene;
  if (selected < 0 || !panel.rows.includes(selected)) return [];
  const isRight = place(selected)[0] > width - 190;
  const name = selected === best ? (meetsTargets ? "chosen" : "nearest") : "your pick";
  return [
    Plot.dot([selected], {x, y, r: 9, stroke: "var(--kp-ink)", strokeWidth: 1.5, clip: true}),
    Plot.text([selected], {
      x,
      y,
      text: (row: number) => `${name}, batch ${columns.batch[row]}`,
      dx: isRight ? -8 : 8,
      dy: -16,
      textAnchor: isRight ? "end" : "start",
      fill: "var(--kp-ink)",
      fontWeight: 600,
      fontSize: 12.5,
      ...halo
    })
  ];
}
