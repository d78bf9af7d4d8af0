/** Requests a second that keep every limit, against those that come. */
import * as Plot from "npm:@observablehq/plot";
import type {RatePoint} from "../search/loading.js";
import {h} from "./dom.js";
import {duration, figure, percent} from "./format.js";
import type {Loaded} from "./under-load-runs.js";
import {goodputFinding, knowsServed, rateWords, servedPerSec} from "./under-load-words.js";

export interface GoodputOptions {
  width: number;
  /** Of the answer before, while this one's come. */
  before: readonly RatePoint[];
  color: string;
  ink: string;
}

const halo = {stroke: "var(--kp-card)", strokeWidth: 4} as const;

export function goodputPlot(loaded: Loaded, options: GoodputOptions): HTMLElement {
  const words = goodputFinding(loaded);
  return h("figure", {class: "kp-goodput"}, h("h3", {}, words), plot(loaded, options, words));
}

function plot(
  {asked, deployment, run, points}: Loaded,
  {width, before, color, ink}: GoodputOptions,
  words: string
): Element {
  const {saturationPerSec} = deployment;
  const {keptShare} = asked.traffic;
  const narrow = width < 560;
  const xEnd = 1.28 * saturationPerSec;
  const yEnd = 1.04 * saturationPerSec;
  const served = knowsServed(points, keptShare) ? servedPerSec(points, keptShare) : undefined;
  const here = run.offeredPerSec;
  const isSeen = here !== null && here <= xEnd;
  const ghost = before.filter(({requestsPerSec}) => requestsPerSec <= xEnd);
  const ideal = [0, yEnd].map((rate) => ({rate}));
  return Plot.plot({
    width,
    height: narrow ? 320 : 360,
    marginLeft: 52,
    marginRight: 20,
    marginTop: 30,
    marginBottom: 42,
    style: {fontSize: "12px", fontFamily: "inherit", overflow: "visible"},
    ariaLabel: words,
    x: {domain: [0, xEnd], label: "requests that come (requests/s) →", labelAnchor: "center", labelArrow: "none", tickSize: 0, ticks: narrow ? 4 : 8},
    y: {domain: [0, yEnd], label: "↑ goodput: requests that keep the limits (requests/s)", labelArrow: "none", tickSize: 0, ticks: 5, grid: true},
    marks: [
      Plot.rect([0], {x1: [saturationPerSec], x2: [xEnd], y1: [0], y2: [yEnd], fill: "var(--kp-shade)"}),
      Plot.ruleX([saturationPerSec], {stroke: "var(--kp-ink-faint)"}),
      Plot.text([[saturationPerSec, 0]], {text: () => (narrow ? "saturated" : `saturated: ${rateWords(saturationPerSec)}`), textAnchor: "start", dx: 5, dy: -10, fill: "var(--kp-ink-muted)", ...halo}),
      Plot.line(ideal, {x: "rate", y: "rate", stroke: "var(--kp-ink-faint)", strokeDasharray: "2,4"}),
      Plot.text([[0.62 * saturationPerSec, 0.62 * saturationPerSec]], {text: () => "if all did", textAnchor: "end", dx: -8, dy: -6, fill: "var(--kp-ink-muted)", ...halo}),
      Plot.line(ghost, {x: "requestsPerSec", y: "goodPerSec", stroke: "var(--kp-line-strong)", strokeWidth: 1.5}),
      served === undefined || served === 0 ? null : Plot.ruleX([served], {y1: 0, y2: served * keptShare, stroke: color, strokeDasharray: "3,3"}),
      served === undefined || served === 0 ? null : Plot.text([[served, 0]], {text: () => `${percent(keptShare)} up to ${figure(served)}`, textAnchor: served < 0.3 * xEnd ? "start" : "end", dx: served < 0.3 * xEnd ? 5 : -5, dy: -10, fill: ink, fontWeight: 600, ...halo}),
      Plot.line([{requestsPerSec: 0, goodPerSec: 0}, ...points], {x: "requestsPerSec", y: "goodPerSec", stroke: color, strokeWidth: 2.4, curve: "monotone-x"}),
      Plot.dot(points, {x: "requestsPerSec", y: "goodPerSec", r: 3.2, fill: "var(--kp-card)", stroke: color, strokeWidth: 1.5}),
      isSeen ? Plot.dot([{x: here, y: run.goodPerSec}], {x: "x", y: "y", r: 6, fill: color, stroke: "var(--kp-card)", strokeWidth: 2}) : null,
      isSeen ? Plot.text([{x: here, y: run.goodPerSec}], {x: "x", y: "y", text: () => `your traffic: ${figure(here)}`, textAnchor: here > 0.6 * xEnd ? "end" : "start", dx: here > 0.6 * xEnd ? -10 : 10, dy: 14, fill: ink, fontWeight: 600, ...halo}) : null,
      Plot.tip(points, Plot.pointer({x: "requestsPerSec", y: "goodPerSec", title: tipWords}))
    ]
  } as Plot.PlotOptions); // prettier-ignore
}

function tipWords({requestsPerSec, goodPerSec, goodShare, ttftP95Ms, tpotP95Ms}: RatePoint): string {
  return `Of ${rateWords(requestsPerSec)}, ${figure(goodPerSec)} keep the limits, ${percent(goodShare)}; at P95 TTFT is ${duration(ttftP95Ms)} and TPOT ${duration(tpotP95Ms)}`;
}
