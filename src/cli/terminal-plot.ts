/** The frontier in a terminal: braille lines, one mark per series, axes with units. */
import {noInk, type Ink} from "./ink.js";
import {formatNumber} from "./tables.js";

export interface Point {
  x: number;
  y: number;
}

export interface Series {
  name: string;
  mark: string;
  colour?: (text: string) => string;
  /** Sorted by x. */
  points: readonly Point[];
}

export interface PlotOptions {
  series: readonly Series[];
  /** Axis titles with unit: `tokens/s/user`. */
  xTitle: string;
  yTitle: string;
  /** A vertical line at this x, and on which side of it the target is met. */
  target?: {x: number; label: string; met: "left" | "right"};
  chosen?: Point;
  /** Columns of the whole plot, and rows of its inside. */
  width?: number;
  height?: number;
  ink?: Ink;
}

type Cell = {text: string; colour: (text: string) => string};
const plainColour = (text: string) => text;

export function terminalPlot(options: PlotOptions): string {
  const {series, chosen, width = 80, height = 16, ink = noInk} = options;
  const points = series.flatMap((each) => each.points);
  if (points.length === 0) return "(nothing to plot)";
  const farthest = Math.max(...points.map((p) => p.x));
  const target = options.target && options.target.x <= 1.5 * farthest ? options.target : undefined;
  const xTicks = niceTicks([...points.map((p) => p.x), ...(target ? [target.x] : [])], Math.floor(width / 14));
  const yTicks = niceTicks([0, ...points.map((p) => p.y)], Math.floor(height / 3));
  const yLabels = yTicks.map((tick) => formatNumber(tick, tickDigits(yTicks)));
  const gutter = Math.max(...yLabels.map((label) => label.length));
  const columns = Math.max(20, width - gutter - 2);
  const scale = {x: linear(xTicks, columns - 1), y: linear(yTicks, height - 1)};
  const canvas = newCanvas(columns, height);
  const put = (p: Point, text: string, colour = plainColour) =>
    (canvas[height - 1 - Math.round(scale.y(p.y))][Math.round(scale.x(p.x))] = {text, colour});

  if (target) drawTarget(canvas, Math.round(scale.x(target.x)), ink);
  for (const each of series) drawLine(canvas, each, scale);
  for (const each of series) for (const point of each.points) put(point, each.mark, each.colour);
  if (chosen) put(chosen, "★", ink.bold);

  const rows = canvas.map((line, i) => {
    const tick = yTicks.findIndex((value) => height - 1 - Math.round(scale.y(value)) === i);
    const label = tick < 0 ? " ".repeat(gutter) : yLabels[tick].padStart(gutter);
    return `${label} ${tick < 0 ? "│" : "┤"}${line
      .map(({text, colour}) => colour(text))
      .join("")
      .trimEnd()}`;
  });
  const legend = series.map((each) => `${(each.colour ?? plainColour)(each.mark)} ${each.name}`);
  if (chosen) legend.push(`${ink.bold("★")} chosen`);
  if (target)
    legend.push(ink.dim(`┊ ${target.label} (met ${target.met === "right" ? "to the right" : "to the left"})`));
  else if (options.target) legend.push(ink.dim(`${options.target.label}: beyond the right edge`));
  return [
    `${options.yTitle}   ${legend.join("   ")}`,
    ...rows,
    ...xAxis(xTicks, scale.x, columns, gutter + 1),
    options.xTitle.padStart(gutter + 2 + columns)
  ].join("\n");
}

/** Round values at equal distance that cover `values`; about `count` of them. */
export function niceTicks(values: readonly number[], count: number): number[] {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const span = high - low || Math.abs(high) || 1;
  const rough = span / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.floor(low / step);
  const last = Math.max(first + 1, Math.ceil(high / step));
  return Array.from({length: last - first + 1}, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

function tickDigits(ticks: readonly number[]): number {
  return Math.max(0, -Math.floor(Math.log10(ticks[1] - ticks[0])));
}

function linear(ticks: readonly number[], extent: number): (value: number) => number {
  const [low, high] = [ticks[0], ticks[ticks.length - 1]];
  return (value) => ((value - low) / (high - low)) * extent;
}

function newCanvas(columns: number, rows: number): Cell[][] {
  return Array.from({length: rows}, () => Array.from({length: columns}, () => ({text: " ", colour: plainColour})));
}

function drawTarget(canvas: Cell[][], column: number, ink: Ink) {
  for (const line of canvas) line[column] = {text: "┊", colour: ink.dim};
}

/** Bits of a braille cell, [row][column] of its 4 × 2 dots. */
const brailleBits = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80]
];

function drawLine(canvas: Cell[][], {points, colour = plainColour}: Series, scale: Record<"x" | "y", Scale>) {
  const dots = {x: canvas[0].length * 2, y: canvas.length * 4};
  const place = (p: Point) => ({x: scale.x(p.x) * 2 + 0.5, y: dots.y - 1 - (scale.y(p.y) * 4 + 1.5)});
  points.slice(1).forEach((end, i) => {
    const [from, to] = [place(points[i]), place(end)];
    const steps = Math.max(1, Math.ceil(Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y))));
    for (let step = 0; step <= steps; ++step) {
      const share = step / steps;
      setDot(
        canvas,
        Math.round(from.x + (to.x - from.x) * share),
        Math.round(from.y + (to.y - from.y) * share),
        colour
      );
    }
  });
}

type Scale = (value: number) => number;

function setDot(canvas: Cell[][], x: number, y: number, colour: (text: string) => string) {
  const line = canvas[Math.floor(y / 4)];
  const cell = line?.[Math.floor(x / 2)];
  if (!cell) return;
  const code = cell.text.charCodeAt(0);
  const bits = code >= 0x2800 && code <= 0x28ff ? code - 0x2800 : 0;
  line[Math.floor(x / 2)] = {text: String.fromCharCode(0x2800 + (bits | brailleBits[y % 4][x % 2])), colour};
}

function xAxis(ticks: readonly number[], scale: Scale, columns: number, indent: number): string[] {
  const axis = Array.from({length: columns}, () => "─");
  let labels = "";
  for (const tick of ticks) {
    const at = Math.round(scale(tick));
    axis[at] = "┬";
    const text = formatNumber(tick, tickDigits(ticks));
    const start = Math.max(0, Math.min(at - Math.floor(text.length / 2), columns - text.length));
    if (labels.length === 0 || start > labels.length) labels = labels.padEnd(start) + text;
  }
  return [`${" ".repeat(indent)}└${axis.join("")}`, " ".repeat(indent + 1) + labels];
}
