/** The frontier as a picture of its own: an SVG string in the colours of the page, drawn without a browser. */
import {area, curveStepAfter, curveStepBefore, line, scaleLinear, type ScaleLinear} from "d3";
import {placeLabels, textWidth, type Box, type Label} from "./chart-label.js";
import {dot, escaped, paper, px, rule, text} from "./svg.js";
import {formatNumber} from "./tables.js";

export interface FrontPoint {
  x: number;
  y: number;
  /** Ends of the band in which nine tenths of such answers lie. */
  low?: number;
  high?: number;
  /** Whether the figure is looked up or interpolated: a full mark; a hollow one when it is estimated. */
  isMeasured: boolean;
}

export interface FrontSeries {
  name: string;
  /** Colour of lines and marks, and the darker one of text. */
  color: string;
  ink: string;
  /** Tells lines of one colour apart: pixels on and off. */
  dash?: string;
  points: readonly FrontPoint[];
}

export interface FrontChart {
  /** The finding in a sentence, what was asked, and where the figures come from. */
  title: string;
  subtitle: string;
  source: string;
  series: readonly FrontSeries[];
  xTitle: string;
  yTitle: string;
  /** Whether a larger x is better: then a plan holds from its left, else to its right. */
  moreIsBetter: boolean;
  /** Where the region begins that breaks the target. */
  target?: {x: number; broken: "left" | "right"};
  chosen?: {x: number; y: number; name: string; color: string};
  /** Said in the middle where there is no front. */
  empty?: string;
}

/** Of the page's light theme, src/styles/token.css. */
export const palette = {
  card: paper,
  ink: "#14202b",
  inkMuted: "#55626e",
  inkFaint: "#7d8892",
  line: "#e2e4e0",
  lineStrong: "#c3c8c8",
  agg: "#4269d0",
  aggInk: "#3558b8",
  disagg: "#ff725c",
  disaggInk: "#c23f2a"
} as const;

/** Colours where lines are experiments and not modes: line and text. Source: Observable's ten, text darkened. */
export const seriesColors = [
  ["#4269d0", "#3558b8"],
  ["#ff725c", "#c23f2a"],
  ["#3ca951", "#27793a"],
  ["#efb118", "#8a6500"],
  ["#a463f2", "#7b3cc8"],
  ["#6cc5b0", "#2f7d6b"],
  ["#ff8ab7", "#b8437a"],
  ["#9c6b4e", "#7b5038"],
  ["#97bbf5", "#41699f"],
  ["#9498a0", "#5c6068"]
] as const;

export const chartSize = {width: 960, height: 620};
const margin = {top: 134, right: 36, bottom: 82, left: 72};
/** Lines that are named beside themselves; more of them get a key. */
const mostNamed = 5;

interface Sketch extends FrontChart {
  x: ScaleLinear<number, number>;
  y: ScaleLinear<number, number>;
  inside: Box;
}

export function frontChart(chart: FrontChart): string {
  const {width, height} = chartSize;
  const sketch = sketched(chart);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"` +
      ` role="img" font-family="Inter, Helvetica, Arial, sans-serif" font-size="13">`,
    `<title>${escaped(chart.title)}</title>`,
    `<rect width="${width}" height="${height}" fill="${palette.card}"/>`,
    ...headLines(chart),
    ...axisLines(sketch),
    ...targetLines(sketch),
    ...chart.series.flatMap((series) => bandLines(sketch, series)),
    ...chart.series.flatMap((series) => seriesLines(sketch, series)),
    ...chosenLines(sketch),
    ...nameLines(sketch),
    "</svg>"
  ].join("\n");
}

function sketched(chart: FrontChart): Sketch {
  const {series, target, chosen} = chart;
  const {width, height} = chartSize;
  const points = [...series.flatMap((each) => each.points), ...(chosen ? [chosen] : [])];
  const farthest = Math.max(0, ...points.map((point) => point.x));
  const shown = target && target.x < 2 * farthest ? target.x : 0;
  const highest = Math.max(0, ...points.map((point) => point.y));
  const inside = {
    left: margin.left,
    top: margin.top,
    width: width - margin.left - margin.right - keyWidth(chart),
    height: height - margin.top - margin.bottom
  };
  const x = scaleLinear([0, Math.max(farthest, shown) * 1.04 || 100], [inside.left, inside.left + inside.width]).nice();
  const y = scaleLinear([0, highest * 1.06 || 100], [inside.top + inside.height, inside.top]).nice();
  return {...chart, x, y, inside};
}

const isKeyed = ({series}: FrontChart) => series.length > mostNamed;

function keyWidth(chart: FrontChart): number {
  if (!isKeyed(chart)) return 0;
  return Math.min(260, Math.max(...chart.series.map(({name}) => textWidth(name, 12.5))) + 40);
}

function headLines({title, subtitle, source}: FrontChart): string[] {
  const [first, second] = broken(title, 19, chartSize.width - 64);
  const lift = second === undefined ? 8 : 0;
  return [
    text(first, {x: 32, y: 40 + lift, size: 19, fill: palette.ink, weight: 600}),
    ...(second === undefined ? [] : [text(second, {x: 32, y: 63, size: 19, fill: palette.ink, weight: 600})]),
    text(subtitle, {x: 32, y: second === undefined ? 72 : 86, size: fitted(subtitle, 13.5), fill: palette.inkMuted}),
    text(source, {
      x: 32,
      y: chartSize.height - 18,
      size: fitted(source, 11.5),
      fill: palette.inkFaint
    })
  ];
}

/** One line, or two broken at a space. */
function broken(sentence: string, size: number, width: number): [string, string?] {
  if (textWidth(sentence, size) <= width) return [sentence];
  const words = sentence.split(" ");
  const fits = words.findIndex((_, i) => textWidth(words.slice(0, i + 1).join(" "), size) > width);
  return [words.slice(0, fits).join(" "), words.slice(fits).join(" ")];
}

/** A size at which a line stays on the picture. */
function fitted(sentence: string, size: number): number {
  return Math.min(size, (size * (chartSize.width - 64)) / textWidth(sentence, size));
}

function axisLines({x, y, inside, xTitle, yTitle}: Sketch): string[] {
  const {left, top, width, height} = inside;
  const bottom = top + height;
  const grid = y
    .ticks(5)
    .flatMap((tick) => [
      rule(left, y(tick), left + width, y(tick), tick === 0 ? palette.lineStrong : palette.line),
      text(formatNumber(tick), {x: left - 8, y: y(tick) + 4, fill: palette.inkMuted, size: 12, anchor: "end"})
    ]);
  const marks = x
    .ticks(8)
    .map((tick) =>
      text(formatNumber(tick), {x: x(tick), y: bottom + 20, fill: palette.inkMuted, size: 12, anchor: "middle"})
    );
  return [
    ...grid,
    ...marks,
    text(yTitle, {x: left - 40, y: top - 14, fill: palette.inkMuted, size: 12}),
    text(xTitle, {x: left + width / 2, y: bottom + 40, fill: palette.inkMuted, size: 12, anchor: "middle"})
  ];
}

function targetLines({target, x, inside, series}: Sketch): string[] {
  if (!target || series.every(({points}) => points.length === 0)) return [];
  const right = inside.left + inside.width;
  const at = Math.max(inside.left, Math.min(x(target.x), right));
  const [from, to] = target.broken === "left" ? [inside.left, at] : [at, right];
  if (to - from < 1) return [];
  const bottom = inside.top + inside.height;
  const isRoomy = to - from > 170;
  const toLeft = (target.broken === "left") === isRoomy;
  const words = isRoomy ? "slower than the target" : "too slow";
  return [
    `<rect x="${px(from)}" y="${inside.top}" width="${px(to - from)}" height="${inside.height}" fill="${palette.ink}" fill-opacity="0.05"/>`,
    ...(at < right ? [rule(at, inside.top, at, bottom, palette.inkFaint, ' stroke-dasharray="2,3"')] : []),
    ...(to - from > 60
      ? [
          text(words, {
            x: at + (toLeft ? -8 : target.broken === "left" ? -8 : 8),
            y: bottom - 10,
            size: 12,
            fill: palette.inkMuted,
            halo: isRoomy,
            anchor: target.broken === "left" ? "end" : "start"
          })
        ]
      : [])
  ];
}

/** Between two plans there is none: up to the speed of the faster one, its throughput is what can be had. */
const stairs = ({moreIsBetter}: FrontChart) => (moreIsBetter ? curveStepBefore : curveStepAfter);
const byX = (points: readonly FrontPoint[]) => [...points].sort((a, b) => a.x - b.x);

/** How far off the throughput may be, nine times in ten. */
function bandLines(sketch: Sketch, {points, color}: FrontSeries): string[] {
  const {x, y} = sketch;
  const [, most] = y.domain();
  const banded = byX(points).filter(({low, high}) => low !== undefined && high !== undefined);
  if (banded.length < 2) return [];
  const shape = area<FrontPoint>()
    .x((point) => x(point.x))
    .y0((point) => y(point.low!))
    .y1((point) => y(Math.min(most, point.high!)))
    .curve(stairs(sketch))
    .digits(1);
  return [`<path d="${shape(banded)}" fill="${color}" fill-opacity="0.09"/>`];
}

const dashed = ({dash}: FrontSeries) => (dash ? ` stroke-dasharray="${dash}"` : "");

function seriesLines(sketch: Sketch, series: FrontSeries): string[] {
  const {x, y} = sketch;
  const {points, color} = series;
  const path = line<FrontPoint>()
    .x((point) => x(point.x))
    .y((point) => y(point.y))
    .curve(stairs(sketch))
    .digits(1);
  return [
    `<path d="${path(byX(points)) ?? ""}" fill="none" stroke="${color}" stroke-width="2"${dashed(series)}/>`,
    ...points.map((point) => dot(x(point.x), y(point.y), 3.2, point.isMeasured ? color : palette.card, color, 1.4))
  ];
}

function chosenLines({chosen, x, y}: Sketch): string[] {
  if (!chosen) return [];
  const [cx, cy] = [x(chosen.x), y(chosen.y)];
  return [dot(cx, cy, 8.5, "none", palette.ink, 1.5), dot(cx, cy, 5, chosen.color, palette.card, 1)];
}

/** Names beside the lines, placed where they cover least; with many lines a key, best first. */
function nameLines(sketch: Sketch): string[] {
  const {series, x, y, inside, chosen, empty} = sketch;
  const drawn = series.filter(({points}) => points.length > 0);
  if (drawn.length === 0) {
    const at = {x: inside.left + inside.width / 2, y: inside.top + inside.height / 2, anchor: "middle"} as const;
    return [text(empty ?? "no candidate meets the targets", {...at, size: 15, fill: palette.inkMuted})];
  }
  const place = (point: {x: number; y: number}) => ({x: x(point.x), y: y(point.y)});
  const mark: Label[] = chosen
    ? [{text: chosen.name, fill: palette.ink, size: 12.5, near: [place(chosen)], gap: 12}]
    : [];
  const names = isKeyed(sketch)
    ? []
    : drawn.map(({name, ink, points}) => {
        const along = byX(points).map(place);
        return {text: name, fill: ink, size: 13, near: [along.at(-1)!, along[0], ...along.slice(1, -1)], gap: 8};
      });
  const obstacles = drawn.flatMap(({points}) => points.map(place));
  const placed = placeLabels([...mark, ...names], obstacles, inside).map(({label, x: left, y: base}) =>
    text(label.text, {x: left, y: base, size: label.size, fill: label.fill, weight: 600, halo: true})
  );
  return [...placed, ...(isKeyed(sketch) ? keyLines(sketch) : [])];
}

function keyLines({series, inside}: Sketch): string[] {
  const left = inside.left + inside.width + 22;
  return series.flatMap((each, i) => {
    const {name, color, ink, points} = each;
    const top = inside.top + 10 + 22 * i;
    const words = points.length > 0 ? name : `${name}: no answer`;
    return [
      `<path d="M${px(left)},${top}h18" stroke="${color}" stroke-width="2.5"${dashed(each)}/>`,
      text(words, {x: left + 26, y: top + 4, size: 12.5, fill: points.length > 0 ? ink : palette.inkFaint})
    ];
  });
}
