/** Fronts as a drawing: an SVG string in the colours that it is given, made without a browser. */
import {figure} from "../components/format.js";
import {hatched, hatchPatterns} from "./hatch.js";
import {placeLabels, textWidth, type Box, type Label} from "./label.js";
import {linearScale, logScale, type Scale} from "./scale.js";
import {dot, px, rect, rule, text, type Drawing, type Size, type Spot} from "./svg.js";
import {pictureOf, pictureSize, type Heading} from "./picture.js";
import {light, type Paint} from "./paint.js";

export interface FrontPoint {
  x: number;
  y: number;
  /** Ends of the band in which nine tenths of such answers lie. */
  low?: number;
  high?: number;
  /** Full where the figure is measured, hollow where it lies between or beyond, hatched where it is estimated. */
  mark: "filled" | "hollow" | "hatched";
  /** The plan in a sentence. */
  words?: string;
}

export interface FrontSeries {
  name: string;
  /** Colour of lines and marks, and the darker one of text. */
  color: string;
  ink: string;
  /** Tells lines of one colour apart: pixels on and off. */
  dash?: string;
  points: readonly FrontPoint[];
  /** Point farthest above the line between the ends of the front. */
  knee?: {x: number; y: number};
  /** Candidates as faint dots: places in x and in y. */
  cloud?: {x: ArrayLike<number>; y: ArrayLike<number>};
}

export interface FrontChart extends Heading {
  series: readonly FrontSeries[];
  xTitle: string;
  yTitle: string;
  /** Axes that are logarithmic. */
  log?: {x: boolean; y: boolean};
  /** Whether a larger x is better: then a plan holds from its left, else to its right. */
  moreIsBetter: boolean;
  /** Where the region begins that breaks the target, and what it is called. */
  target?: {x: number; broken: "left" | "right"; words?: "slower than the target" | "later than the target"};
  chosen?: {x: number; y: number; name: string; color: string};
  /** Said in the middle where there is no front. */
  empty?: string;
}

const margin = {top: 34, right: 36, bottom: 52, left: 72};
/** Lines that are named beside themselves; more of them get a key. */
const mostNamed = 5;
/** Pixels; a narrower drawing has no room for a key beside it, and for fewer ticks below. */
const narrowWidth = 560;
/** Dots of a cloud at most: more would be one grey. */
const mostDots = 2500;

interface Sketch extends FrontChart {
  x: Scale;
  y: Scale;
  inside: Box;
  paint: Paint;
  narrow: boolean;
}

/** With its words, as a file. */
export function frontSvg(chart: FrontChart, size = pictureSize, paint = light): string {
  return pictureOf(chart, size, paint, ({width, height = pictureSize.height}) =>
    drawFront(chart, {width, height}, paint)
  );
}

export function drawFront(chart: FrontChart, {width, height}: Size, paint: Paint): Drawing {
  const sketch = sketched(chart, {width, height}, paint);
  const elements = [
    ...hatches(sketch),
    ...axisLines(sketch),
    ...targetLines(sketch),
    ...chart.series.flatMap((series) => cloudLines(sketch, series)),
    ...chart.series.flatMap((series) => bandLines(sketch, series)),
    ...chart.series.flatMap((series) => seriesLines(sketch, series)),
    ...kneeLines(sketch),
    ...chosenLines(sketch),
    ...nameLines(sketch)
  ];
  return {width, height, elements, spots: spotsOf(sketch)};
}

function sketched(chart: FrontChart, {width, height}: Size, paint: Paint): Sketch {
  const {series, target, chosen, log} = chart;
  const narrow = width < narrowWidth;
  const points = [...series.flatMap((each) => each.points), ...(chosen ? [chosen] : [])];
  const [farthest, highest] = points.length > 0 ? endsOf(points) : cloudEnds(series);
  const shown = target && target.x < 2 * farthest ? target.x : 0;
  const left = narrow ? 52 : margin.left;
  const key = isKeyed(chart) ? keySize(chart, narrow) : {width: 0, height: 0};
  const inside = {
    left,
    top: margin.top,
    width: width - left - (narrow ? 16 : margin.right) - key.width,
    height: height - margin.top - margin.bottom - key.height
  };
  const across = [inside.left, inside.left + inside.width] as const;
  const up = [inside.top + inside.height, inside.top] as const;
  const axis = (of: "x" | "y", end: number, ends: readonly [number, number]) => {
    const values = points.map((point) => point[of]);
    return log?.[of] ? logScale([least(values, end), end], ends) : linearScale([0, end], ends);
  };
  const x = axis("x", Math.max(farthest, shown) * 1.04 || 100, across);
  const y = axis("y", highest * 1.06 || 100, up);
  return {...chart, x, y, inside, paint, narrow};
}

const endsOf = (points: readonly {x: number; y: number}[]): [number, number] => [
  Math.max(...points.map(({x}) => x)),
  Math.max(...points.map(({y}) => y))
];

/** Without fronts the candidates themselves set the axes. */
function cloudEnds(series: readonly FrontSeries[]): [number, number] {
  const end = (of: "x" | "y") =>
    series.reduce((most, {cloud}) => (cloud ? Array.from(cloud[of]).reduce((a, b) => Math.max(a, b), most) : most), 0);
  return [end("x"), end("y")];
}

/** A thousandth of the end without values. */
function least(values: readonly number[], end: number): number {
  const found = Math.min(...values.filter((value) => value > 0));
  return Number.isFinite(found) ? Math.min(found, end / 2) : end / 1000;
}

const isKeyed = ({series}: FrontChart) => series.length > mostNamed;
const keyLine = 22;

function keySize({series}: FrontChart, narrow: boolean): Size {
  if (narrow) return {width: 0, height: keyLine * series.length + 8};
  return {width: Math.min(260, Math.max(...series.map(({name}) => textWidth(name, 12.5))) + 40), height: 0};
}

function axisLines({x, y, inside, xTitle, yTitle, paint, narrow}: Sketch): string[] {
  const {left, top, width, height} = inside;
  const bottom = top + height;
  const at = {fill: paint.inkMuted, size: 12};
  const grid = y
    .ticks(5)
    .flatMap((tick, i) => [
      rule(left, y(tick), left + width, y(tick), i === 0 ? paint.lineStrong : paint.line),
      text(figure(tick), {...at, x: left - 8, y: y(tick) + 4, anchor: "end"})
    ]);
  const marks = x
    .ticks(narrow ? 4 : 8)
    .map((tick) => text(figure(tick), {...at, x: x(tick), y: bottom + 20, anchor: "middle"}));
  return [
    ...grid,
    ...marks,
    text(yTitle, {...at, x: narrow ? 4 : left - 40, y: top - 14}),
    text(xTitle, {...at, x: left + width / 2, y: bottom + 40, anchor: "middle"})
  ];
}

function targetLines(sketch: Sketch): string[] {
  const {target, x, inside, series, paint} = sketch;
  if (!target || series.every(({points}) => points.length === 0)) return [];
  const right = inside.left + inside.width;
  const at = Math.max(inside.left, Math.min(x(target.x), right));
  const [from, to] = target.broken === "left" ? [inside.left, at] : [at, right];
  if (to - from < 1) return [];
  const bottom = inside.top + inside.height;
  return [
    rect(from, inside.top, to - from, inside.height, paint.ink, ' fill-opacity="0.05"'),
    ...(at < right && at > inside.left
      ? [rule(at, inside.top, at, bottom, paint.inkFaint, ' stroke-dasharray="2,3"')]
      : []),
    ...(to - from > 60 ? [targetName(sketch, from, to)] : [])
  ];
}

/** Inside the region where there is room, else beside its edge; at the bottom unless the fronts lie there. */
function targetName({target, x, y, inside, series, paint}: Sketch, from: number, to: number): string {
  const {broken, words = "slower than the target"} = target!;
  const isRoomy = to - from > 170;
  const short = words.startsWith("later") ? "too late" : "too slow";
  const spoken = isRoomy ? words : short;
  const anchor = broken === "left" ? "end" : "start";
  const at = broken === "left" ? to - 8 : from + 8;
  const [left, right] = anchor === "end" ? [at - textWidth(spoken, 12), at] : [at, at + textWidth(spoken, 12)];
  const heights = series.flatMap(({points}) => points.filter((point) => x(point.x) >= left && x(point.x) <= right));
  const clearOf = (height: number) => Math.min(60, ...heights.map((point) => Math.abs(y(point.y) - height)));
  const [low, high] = [inside.top + inside.height - 10, inside.top + 18];
  const isLow = clearOf(low) >= Math.min(24, clearOf(high));
  const halo = isRoomy ? paint.card : undefined;
  return text(spoken, {x: at, y: isLow ? low : high, size: 12, fill: paint.inkMuted, halo, anchor});
}

/** All candidates as one path of dots: thousands of elements would be slow to draw. */
function cloudLines({x, y, inside}: Sketch, {cloud, color}: FrontSeries): string[] {
  if (!cloud) return [];
  const {left, top, width, height} = inside;
  const stride = Math.ceil(cloud.x.length / mostDots);
  const dots = new Set<string>();
  for (let i = 0; i < cloud.x.length; i += stride) {
    const [px, py] = [x(cloud.x[i]), y(cloud.y[i])];
    if (px >= left && px <= left + width && py >= top && py <= top + height)
      dots.add(`M${Math.round(px)},${Math.round(py)}h0`);
  }
  if (dots.size === 0) return [];
  return [
    `<path d="${[...dots].join("")}" fill="none" stroke="${color}" stroke-width="3" stroke-linecap="round" opacity="0.3"/>`
  ];
}

const byX = (points: readonly FrontPoint[]) => [...points].sort((a, b) => a.x - b.x);

/** Between two plans there is none: up to the speed of the faster one, its throughput is what can be had. */
function stairs({moreIsBetter}: FrontChart, points: readonly (readonly [x: number, y: number])[]): string {
  const [first, ...others] = points;
  if (others.length === 0) return "";
  const steps = others.map(([x, y]) => (moreIsBetter ? `V${px(y)}H${px(x)}` : `H${px(x)}V${px(y)}`));
  return `M${px(first[0])},${px(first[1])}${steps.join("")}`;
}

/** How far off the figure may be, nine times in ten. */
function bandLines(sketch: Sketch, {points, color}: FrontSeries): string[] {
  const {x, y} = sketch;
  const [bottom, top] = y.domain;
  const banded = byX(points).filter(({low, high}) => low !== undefined && high !== undefined);
  if (banded.length < 2) return [];
  const edge = (end: "low" | "high") =>
    banded.map((point) => [x(point.x), y(Math.min(top, Math.max(bottom, point[end]!)))] as const);
  const back = stairs({...sketch, moreIsBetter: !sketch.moreIsBetter}, edge("low").reverse());
  return [`<path d="${stairs(sketch, edge("high"))}${back.replace("M", "L")}Z" fill="${color}" fill-opacity="0.09"/>`];
}

const dashed = ({dash}: FrontSeries) => (dash ? ` stroke-dasharray="${dash}"` : "");

function seriesLines(sketch: Sketch, series: FrontSeries): string[] {
  const {x, y, paint} = sketch;
  const {points, color} = series;
  const path = stairs(
    sketch,
    byX(points).map((point) => [x(point.x), y(point.y)] as const)
  );
  const fill = {filled: color, hollow: paint.card, hatched: hatched(color)};
  return [
    ...(path ? [`<path d="${path}" fill="none" stroke="${color}" stroke-width="2"${dashed(series)}/>`] : []),
    ...points.map((point) => dot(x(point.x), y(point.y), 3.2, fill[point.mark], color, 1.4))
  ];
}

/** A pattern per colour of series with estimated points. */
function hatches({series, paint}: Sketch): string[] {
  const estimated = series.filter(({points}) => points.some(({mark}) => mark === "hatched"));
  return hatchPatterns(
    estimated.map(({color}) => color),
    paint.card
  );
}

function kneeLines({series, chosen, x, y, paint}: Sketch): string[] {
  return series.flatMap(({knee, color, ink}) => {
    if (!knee) return [];
    const [cx, cy, r] = [x(knee.x), y(knee.y), 7.5];
    const isChosen = chosen?.x === knee.x && chosen.y === knee.y;
    return [
      `<path d="M${px(cx)},${px(cy - r)}l${r},${r}l-${r},${r}l-${r},-${r}Z" fill="${paint.card}" stroke="${color}" stroke-width="2"/>`,
      ...(isChosen
        ? []
        : [text("knee", {x: cx - 4, y: cy + 21, size: 11.5, fill: ink, anchor: "end", halo: paint.card})])
    ];
  });
}

function chosenLines({chosen, x, y, paint}: Sketch): string[] {
  if (!chosen) return [];
  const [cx, cy] = [x(chosen.x), y(chosen.y)];
  return [dot(cx, cy, 8.5, "none", paint.ink, 1.5), dot(cx, cy, 5, chosen.color, paint.card, 1)];
}

/** Names beside the lines, placed where they cover least; with many lines a key, in their order. */
function nameLines(sketch: Sketch): string[] {
  const {series, x, y, inside, chosen, empty, paint} = sketch;
  const drawn = series.filter(({points}) => points.length > 0);
  if (drawn.length === 0) {
    const at = {x: inside.left + inside.width / 2, y: inside.top + inside.height / 2, anchor: "middle"} as const;
    return [text(empty ?? "no candidate meets the targets", {...at, size: 15, fill: paint.inkMuted, halo: paint.card})];
  }
  const place = (point: {x: number; y: number}) => ({x: x(point.x), y: y(point.y)});
  const mark: Label[] = chosen
    ? [{text: chosen.name, fill: paint.ink, size: 12.5, near: [place(chosen)], gap: 12}]
    : [];
  const names = isKeyed(sketch)
    ? []
    : drawn.map(({name, ink, points}) => {
        const along = byX(points).map(place);
        return {text: name, fill: ink, size: 13, near: [along.at(-1)!, along[0], ...along.slice(1, -1)], gap: 8};
      });
  const obstacles = drawn.flatMap(({points}) => points.map(place));
  const placed = placeLabels([...mark, ...names], obstacles, inside).map(({label, x: left, y: base}) =>
    text(label.text, {x: left, y: base, size: label.size, fill: label.fill, weight: 600, halo: paint.card})
  );
  return [...placed, ...(isKeyed(sketch) ? keyLines(sketch) : [])];
}

function keyLines({series, inside, narrow, paint}: Sketch): string[] {
  const left = narrow ? inside.left : inside.left + inside.width + 22;
  const top = narrow ? inside.top + inside.height + margin.bottom + 12 : inside.top + 10;
  return series.flatMap((each, i) => {
    const {name, color, ink, points} = each;
    const words = points.length > 0 ? name : `${name}: no answer`;
    return [
      `<path d="M${px(left)},${top + keyLine * i}h18" stroke="${color}" stroke-width="2.5"${dashed(each)}/>`,
      text(words, {
        x: left + 26,
        y: top + keyLine * i + 4,
        size: 12.5,
        fill: points.length > 0 ? ink : paint.inkFaint
      })
    ];
  });
}

/** From left to right, so that arrow keys walk along. */
function spotsOf({series, x, y}: Sketch): Spot[] {
  const spots = series.flatMap(({name, points}) =>
    points.map((point) => ({x: x(point.x), y: y(point.y), words: `${name}: ${point.words ?? ""}`}))
  );
  return spots.sort((a, b) => a.x - b.x);
}
