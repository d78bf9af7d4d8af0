/** Cost of a million output tokens at full load against the speed that a user sees, a line for each GPU type. */
import * as Plot from "npm:@observablehq/plot";
import {costFront} from "../cost/fleet.js";
import type {CostPoint, Prices} from "../cost/fleet.js";
import {msPerSecond} from "../engine/units.js";
import {modeWords, replicaWords} from "../words.js";
import type {CostRow} from "./cost-rows.js";
import type {CostView} from "./cost-view.js";
import {money} from "./cost-words.js";
import {h} from "./dom.js";
import {duration, figure} from "./format.js";
import {placeLabels} from "./label-place.js";
import {seriesColor, seriesInk, seriesSymbol} from "./series-mark.js";

export interface CostSpeedOptions {
  view: CostView;
  prices: Prices;
  width: number;
}

/** Slowest speed that the targets allow, tokens/s/user; undefined where they limit whole requests. */
function targetOf({question: {requestLatencyMs, tpotMs}}: CostView): number | undefined {
  return requestLatencyMs > 0 ? undefined : msPerSecond / tpotMs;
}

interface Line {
  row: CostRow;
  points: CostPoint[];
}

const halo = {stroke: "var(--kp-card)", strokeWidth: 4} as const;
const margins = {marginLeft: 56, marginRight: 20, marginTop: 28, marginBottom: 42};
const letterWidth = 6.9;

export function costSpeedPlot(rows: readonly CostRow[], options: CostSpeedOptions): HTMLElement {
  const lines = linesOf(rows, options.prices);
  const isMoney = moneyKnown(rows, options.prices);
  const words = finding(lines, options, isMoney);
  const title = h("h3", {}, words.replaceAll(" %", "\u00a0%"));
  if (lines.length === 0) return h("figure", {class: "kp-pareto"}, title);
  return h("figure", {class: "kp-pareto"}, title, plot(lines, options, isMoney, words));
}

/** Where only some types are priced, those alone, as GPU-hours and money do not compare. */
function linesOf(rows: readonly CostRow[], prices: Prices): Line[] {
  const isMoney = moneyKnown(rows, prices);
  const found = rows.filter(({outcome, setting}) => outcome?.sizes && (!isMoney || hasPrice(setting, prices)));
  return found
    .map((row) => ({row, points: costFront(row.outcome!.sizes!.front, row.setting, prices)}))
    .filter(({points}) => points.length > 0);
}

function hasPrice({system, decodeSystem = system}: CostRow["setting"], {gpuHour, perKilowattHour}: Prices): boolean {
  const isPriced = gpuHour[system.id] !== undefined && gpuHour[decodeSystem.id] !== undefined;
  return isPriced || (perKilowattHour !== undefined && Object.keys(gpuHour).length === 0);
}

function moneyKnown(rows: readonly CostRow[], prices: Prices): boolean {
  return rows.some(({setting, outcome}) => outcome?.sizes && hasPrice(setting, prices));
}

/** The cheapest type at the speed that is asked for, and what that speed costs against the slowest. */
function finding(lines: readonly Line[], {view}: CostSpeedOptions, isMoney: boolean): string {
  const [target, {currency}] = [targetOf(view), view];
  if (lines.length === 0) return "No front to draw yet";
  const amount = (value: number) => (isMoney ? money(value, currency) : `${figure(value)} GPU-hours`);
  const speed = target ?? 0;
  const at = lines
    .map(({row, points}) => ({row, point: points.find((point) => point.tokensPerSecPerUser >= speed)}))
    .filter((each): each is {row: CostRow; point: CostPoint} => each.point !== undefined)
    .sort((a, b) => a.point.perMillion - b.point.perMillion);
  if (at.length === 0) return `No GPU type reaches ${figure(speed)} tokens/s/user`;
  const [best] = at;
  const where = target === undefined ? "At its slowest" : `At ${figure(target)} tokens/s/user or more`;
  return `${where}, ${best.row.label} makes a million output tokens from ${amount(best.point.perMillion)}`;
}

function plot(lines: readonly Line[], options: CostSpeedOptions, isMoney: boolean, ariaLabel: string): Element {
  const {width, view} = options;
  const [target, {currency}] = [targetOf(view), view];
  const height = width < 560 ? 320 : 400;
  const all = lines.flatMap(({points}) => points);
  const xEnd = 1.06 * Math.max(...all.map((point) => point.tokensPerSecPerUser), target ?? 0);
  const costs = all.map(({perMillion}) => perMillion);
  const y = [Math.min(...costs) / 1.3, Math.max(...costs) * 1.3] as [number, number];
  const ticks = roundNumbers(y);
  const unit = isMoney ? (currency ? `${currency} per million output tokens` : "per million output tokens, in your currency") : "GPU-hours per million output tokens"; // prettier-ignore
  return Plot.plot({
    width,
    height,
    ...margins,
    style: {fontSize: "12px", fontFamily: "inherit", overflow: "visible"},
    ariaLabel,
    x: {domain: [0, xEnd], label: "speed per user (tokens/s) →", labelAnchor: "center", labelArrow: "none", tickSize: 0, ticks: width < 560 ? 4 : 8},
    y: {type: "log", domain: y, axis: null},
    marks: [
      Plot.gridY(ticks),
      Plot.axisY(ticks, {text: figure, tickSize: 0, label: `↑ ${unit}`, labelArrow: "none"}),
      ...targetMarks(target, y, {width, xEnd}),
      ...lines.flatMap(({row: {slot}, points}) => [
        Plot.line(points, {x: "tokensPerSecPerUser", y: "perMillion", stroke: seriesColor(slot), strokeWidth: 2, curve: "step-before"}),
        Plot.dot(points, {x: "tokensPerSecPerUser", y: "perMillion", r: 3.2, symbol: seriesSymbol(slot) as never, stroke: seriesColor(slot), strokeWidth: 1.3, fill: "var(--kp-card)"})
      ]),
      ...names(lines, {width, height, xEnd, y}),
      Plot.tip(
        lines.flatMap(({row, points}) => points.map((point) => ({...point, label: row.label}))),
        Plot.pointer({x: "tokensPerSecPerUser", y: "perMillion", title: (point: CostPoint & {label: string}) => tipWords(point, isMoney, currency)})
      )
    ]
  } as Plot.PlotOptions); // prettier-ignore
}

function targetMarks(
  target: number | undefined,
  [low, high]: [number, number],
  {width, xEnd}: Pick<Area, "width" | "xEnd">
): Plot.Markish[] {
  if (target === undefined) return [];
  const words = width < 560 ? "too slow" : "slower than the target";
  // Beside the shade where it is too narrow for its words.
  const shadePx = (target / xEnd) * (width - margins.marginLeft - margins.marginRight);
  const outside = shadePx < words.length * letterWidth + 12;
  return [
    Plot.rect([0], {x1: [0], x2: [target], y1: [low], y2: [high], fill: "var(--kp-shade)"}),
    Plot.text([[target, high]], {text: () => (outside ? `◂ ${words}` : words), textAnchor: outside ? "start" : "end", dx: outside ? 6 : -6, dy: 10, fill: "var(--kp-ink-muted)", ...halo}) // prettier-ignore
  ];
}

interface Area {
  width: number;
  height: number;
  xEnd: number;
  y: [number, number];
}

function names(lines: readonly Line[], {width, height, xEnd, y: [low, high]}: Area): Plot.Markish[] {
  const area = {
    width: width - margins.marginLeft - margins.marginRight,
    height: height - margins.marginTop - margins.marginBottom
  };
  const place = ({tokensPerSecPerUser, perMillion}: CostPoint) =>
    [
      (tokensPerSecPerUser / xEnd) * area.width,
      (1 - Math.log(perMillion / low) / Math.log(high / low)) * area.height
    ] as const;
  const spots = lines.map(({points}) => [points.at(-1)!, points[0], points[points.length >> 1]].map(place));
  const labels = lines.map(({row}, i) => ({spots: spots[i], width: row.label.length * letterWidth}));
  const taken = lines.flatMap(({points}) => points.map(place));
  const places = placeLabels(labels, taken, {...area, width: area.width + margins.marginRight, lineHeight: 15});
  return lines.flatMap(({row: {label, slot}}, i) => {
    const found = places[i];
    if (!found) return [];
    return [Plot.text([label], {frameAnchor: "top-left", dx: found.x, dy: found.y, textAnchor: "start", fontWeight: 600, fontSize: 12.5, fill: seriesInk(slot), ...halo})]; // prettier-ignore
  });
}

function tipWords(
  {label, plan, perMillion, tokensPerSecPerUser}: CostPoint & {label: string},
  isMoney: boolean,
  currency: string
): string {
  const amount = isMoney ? money(perMillion, currency) : `${figure(perMillion)} GPU-hours`;
  return `${label}, ${modeWords[plan.mode]}, ${replicaWords(plan)}:\n${amount} per million output tokens at full load,\n${figure(tokensPerSecPerUser)} tokens/s/user (TPOT ${duration(msPerSecond / tokensPerSecPerUser)}), TTFT ${duration(plan.ttftMs)}`;
}

/** 1, 2 and 5 of powers of ten. */
function roundNumbers([low, high]: [number, number]): number[] {
  const [from, to] = [low, high].map((value) => Math.floor(Math.log10(value)));
  const all = Array.from({length: to - from + 1}, (_, i) => [1, 2, 5].map((step) => step * 10 ** (from + i))).flat();
  return all.filter((value) => value >= low && value <= high);
}
