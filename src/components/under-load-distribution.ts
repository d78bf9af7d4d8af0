/** How latency is spread over requests: each share of them, on a scale that opens up the tail. */
import * as Plot from "npm:@observablehq/plot";
import type {ErrorBand} from "../engine/result.js";
import type {Distribution} from "../engine/simulate/types.js";
import {h} from "./dom.js";
import {duration, figure, percent} from "./format.js";

export interface SpreadFigure {
  /** `TTFT`. */
  name: string;
  finding: string;
  asked: Distribution;
  doubled: Distribution | null;
  limitMs: number | undefined;
  /** Held-out error of means. */
  error: ErrorBand;
  color: string;
  ink: string;
}

const marked = [0.5, 0.9, 0.95, 0.99] as const;
const topShare = 0.995;
const halo = {stroke: "var(--kp-card)", strokeWidth: 4} as const;

/** Equal steps for half of the tail each time: the median, nine tenths, and 99 of 100 stand apart. */
function height(share: number): number {
  return -Math.log10(1 - Math.min(share, topShare));
}

interface Place {
  ms: number;
  share: number;
  y: number;
}

function places({quantiles}: Distribution): Place[] {
  const last = Math.max(1, quantiles.length - 1);
  return Array.from(quantiles, (ms, i) => ({ms, share: i / last, y: height(i / last)})).filter(
    ({share}) => share <= topShare
  );
}

export function spreadPlot(given: SpreadFigure, width: number): HTMLElement {
  const {finding, asked} = given;
  const figure =
    asked.quantiles.length > 0 ? plot(given, width) : h("p", {class: "kp-empty"}, "Answers of one token have no pace.");
  return h("figure", {class: "kp-spread"}, h("h3", {}, finding), figure);
}

function plot({name, finding, asked, doubled, limitMs, error, color, ink}: SpreadFigure, width: number): Element {
  const [own, other] = [places(asked), doubled ? places(doubled) : []];
  const all = [...own, ...other].map(({ms}) => ms).filter((ms) => ms > 0);
  const band = own.map(({ms, y}) => ({y, low: ms / (1 + error.p50), high: ms / Math.max(0.1, 1 - error.p50)}));
  const low = Math.min(...all, ...band.map((each) => each.low), limitMs ?? Infinity);
  const high = Math.max(...all, limitMs ?? 0, band.at(-1)?.high ?? 0);
  const isLog = high / low > 12;
  const domain = isLog
    ? [low / 1.05, high * 1.1]
    : [Math.max(0, low - 0.12 * (high - low)), high + 0.06 * (high - low)];
  const way = (ms: number) =>
    isLog ? Math.log(ms / domain[0]) / Math.log(domain[1] / domain[0]) : (ms - domain[0]) / (domain[1] - domain[0]);
  const points = marked.map((share, i) => ({
    share,
    y: height(share),
    ms: [asked.p50, asked.p90, asked.p95, asked.p99][i]
  }));
  const left = points.filter(({ms}) => way(ms) > 0.6);
  const right = points.filter(({ms}) => way(ms) <= 0.6);
  const label = ({share, ms}: {share: number; ms: number}) => `P${Math.round(100 * share)} ${duration(ms)}`;
  const text = {x: "ms", y: "y", text: label, fill: ink, fontWeight: 600, ...halo} as const;
  const end = other.at(-1);
  return Plot.plot({
    width,
    height: 290,
    marginLeft: 48,
    marginRight: 20,
    marginTop: 26,
    marginBottom: 40,
    style: {fontSize: "12px", fontFamily: "inherit", overflow: "visible"},
    ariaLabel: `${finding}. ${points.map(label).join(", ")}.`,
    x: {type: isLog ? "log" : "linear", domain, label: `${name} (ms) →`, labelAnchor: "center", labelArrow: "none", tickSize: 0, ticks: width < 460 ? 3 : 5, tickFormat: figure},
    y: {domain: [0, height(topShare)], label: "↑ requests that take no longer", labelArrow: "none", ticks: [0, ...marked.map(height)], tickFormat: (y: number) => percent(1 - 10 ** -y), tickSize: 0, grid: true},
    marks: [
      limitMs === undefined ? null : Plot.rect([0], {x1: [limitMs], x2: [domain[1]], y1: [0], y2: [height(topShare)], fill: "var(--kp-shade)"}),
      Plot.areaX(band, {y: "y", x1: "low", x2: "high", fill: color, fillOpacity: 0.16}),
      Plot.line(other, {x: "ms", y: "y", stroke: "var(--kp-ink-faint)", strokeWidth: 1.6, strokeDasharray: "4,3"}),
      end ? Plot.text([end], {x: "ms", y: "y", text: () => "twice the traffic", fill: "var(--kp-ink-muted)", textAnchor: way(end.ms) > 0.5 ? "end" : "start", dy: -9, ...halo}) : null,
      limitMs === undefined ? null : Plot.ruleX([limitMs], {stroke: "var(--kp-ink-muted)"}),
      limitMs === undefined ? null : Plot.text([[limitMs, 0]], {text: () => `limit ${duration(limitMs)}`, textAnchor: way(limitMs) > 0.7 ? "end" : "start", dx: way(limitMs) > 0.7 ? -5 : 5, dy: -8, fill: "var(--kp-ink-muted)", ...halo}),
      Plot.line(own, {x: "ms", y: "y", stroke: color, strokeWidth: 2.4}),
      Plot.dot(points, {x: "ms", y: "y", r: 4, fill: color, stroke: "var(--kp-card)", strokeWidth: 1.5}),
      Plot.text(right, {...text, textAnchor: "start", dx: 8}),
      Plot.text(left, {...text, textAnchor: "end", dx: -8}),
      Plot.tip(own, Plot.pointer({x: "ms", y: "y", title: ({ms, share}: Place) => `${percent(share)} of requests have a ${name} of ${duration(ms)} or less`}))
    ]
  } as Plot.PlotOptions); // prettier-ignore
}
