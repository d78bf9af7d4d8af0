/** Queue, batch and KV cache of a replica over time, beside the same with twice the traffic. */
import * as Plot from "npm:@observablehq/plot";
import {msPerSecond} from "../engine/units.js";
import type {Timeline} from "../engine/simulate/types.js";
import {h} from "./dom.js";
import {figure, percent} from "./format.js";
import type {Loaded} from "./under-load-runs.js";
import {timelineFinding} from "./under-load-words.js";

export interface TimelineOptions {
  width: number;
  color: string;
  ink: string;
}

interface Lane {
  label: string;
  of: (timeline: Timeline) => Float64Array;
  words: (value: number) => string;
  isShare?: boolean;
}

const lanes: Lane[] = [
  {label: "requests that wait", of: ({queued}) => queued, words: (value) => `${figure(value)} wait`},
  {label: "requests that run: the batch", of: ({running}) => running, words: (value) => `${figure(value)} run`},
  {label: "KV cache in use", of: ({kvShare}) => kvShare, words: (value) => `${percent(value)} of the KV cache is in use`, isShare: true}
]; // prettier-ignore

interface Moment {
  seconds: number;
  value: number;
}

function moments({sliceMs}: Timeline, values: Float64Array): Moment[] {
  return Array.from(values, (value, i) => ({seconds: ((i + 0.5) * sliceMs) / msPerSecond, value}));
}

export function timelinePlot(loaded: Loaded, options: TimelineOptions): HTMLElement {
  const finding = timelineFinding(loaded);
  return h(
    "figure",
    {class: "kp-timeline"},
    h("h3", {}, finding),
    ...lanes.map((lane, i) => lanePlot(lane, loaded, options, i === lanes.length - 1))
  );
}

function lanePlot(
  {label, of, words, isShare}: Lane,
  {run, doubled}: Loaded,
  {width, color}: TimelineOptions,
  isLast: boolean
): Element {
  const own = moments(run.timeline, of(run.timeline));
  const other = doubled ? moments(doubled.timeline, of(doubled.timeline)) : [];
  const most = Math.max(...[...own, ...other].map(({value}) => value), isShare ? 0.02 : 1);
  const yEnd = isShare ? Math.min(1, 1.1 * most) : 1.1 * most;
  const end = Math.max(...[...own, ...other].map(({seconds}) => seconds));
  return Plot.plot({
    width,
    height: isLast ? 144 : 118,
    marginLeft: 52,
    marginRight: 12,
    marginTop: 22,
    marginBottom: isLast ? 38 : 12,
    style: {fontSize: "12px", fontFamily: "inherit", overflow: "visible"},
    ariaLabel: `${label}: ${words(Math.max(...own.map(({value}) => value)))} at most`,
    x: {domain: [0, end], label: isLast ? "time (s) →" : null, labelAnchor: "center", labelArrow: "none", tickSize: 0, ticks: isLast ? (width < 560 ? 4 : 8) : []},
    y: {domain: [0, yEnd], label: `↑ ${label}`, labelArrow: "none", tickSize: 0, ticks: 3, tickFormat: isShare ? percent : figure, grid: true},
    marks: [
      Plot.line(other, {x: "seconds", y: "value", stroke: "var(--kp-ink-faint)", strokeWidth: 1.4, strokeDasharray: "4,3"}),
      Plot.areaY(own, {x: "seconds", y: "value", fill: color, fillOpacity: 0.2}),
      Plot.line(own, {x: "seconds", y: "value", stroke: color, strokeWidth: 1.8}),
      Plot.tip(own, Plot.pointerX({x: "seconds", y: "value", title: ({seconds, value}: Moment) => `After ${figure(seconds)} s, ${words(value)}`}))
    ]
  } as Plot.PlotOptions); // prettier-ignore
}
