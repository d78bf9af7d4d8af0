/** Errors by class of rows, TTFT and TPOT side by side: the middle half as a line, the median as a dot. */
import * as Plot from "npm:@observablehq/plot";
import {metrics, summarise} from "../measured/accuracy.js";
import type {Metric, Scored} from "../measured/accuracy.js";
import {metricWords} from "./accuracy-words.js";
import {h} from "./dom.js";
import {percent} from "./format.js";

interface Bar {
  name: string;
  low: number;
  high: number;
  median: number;
  /** Of the file's other predictor on the rows that both answer. */
  reference: number | undefined;
  rows: number;
}

/** Classes with the most rows are drawn, in their order; the table has all. */
const mostClasses = 12;
/** Errors beyond it lie at the edge, with their figure. */
const mostShown = 1.5;

export function errorClassPlot(
  classes: readonly {key: string; scored: Scored[]}[],
  {what, width}: {what: string; width: number}
): HTMLElement {
  const wide = width >= 700;
  const each = wide ? (width - 24) / 2 : width;
  const drawn = commonest(classes);
  const panels = metrics.map((metric) => {
    const bars = drawn.flatMap(({key, scored}) => barOf(key, scored, metric));
    return h(
      "figure",
      {class: "kp-pareto"},
      h("h3", {}, finding(metric, bars, what).replaceAll(" %", "\u00a0%")),
      plot(metric, bars, {what, width: each})
    );
  });
  const hasReference = drawn.some(({scored}) => scored.some(({row}) => row.reference));
  const notes = [
    "The dot is the middle error; half of the errors lie along the bar.",
    hasReference && "Dashed: the middle error of the reference in the file, on the rows that both answer.",
    drawn.length < classes.length &&
      `These ${drawn.length} classes have the most rows; all ${classes.length} are in the table.`
  ];
  return h(
    "div",
    {},
    h("div", {class: "kp-scatters"}, ...panels),
    h("p", {class: "kp-note"}, notes.filter(Boolean).join(" "))
  );
}

function commonest<T extends {scored: Scored[]}>(classes: readonly T[]): readonly T[] {
  if (classes.length <= mostClasses) return classes;
  const bySize = [...classes].sort((a, b) => b.scored.length - a.scored.length).slice(0, mostClasses);
  return classes.filter((each) => bySize.includes(each));
}

function barOf(name: string, scored: Scored[], metric: Metric): Bar[] {
  const {errors, reference} = summarise(scored);
  if (!errors) return [];
  const {count, quarterError, medianError, threeQuarterError} = errors[metric];
  const theirs = reference?.errors?.[metric].theirs.medianError;
  return [{name, low: quarterError, median: medianError, high: threeQuarterError, reference: theirs, rows: count}];
}

/** `TTFT is best at ≤ 4 in flight (31 %) and worst at > 256 (80 %)`. */
function finding(metric: Metric, bars: readonly Bar[], what: string): string {
  if (bars.length === 0) return `${metricWords[metric]}: no prediction among these rows`;
  const order = [...bars].sort((a, b) => a.median - b.median);
  const [best, worst] = [order[0], order.at(-1)!];
  if (best === worst) return `${metricWords[metric]}: ${percent(best.median)} in the middle`;
  return `${metricWords[metric]} is nearest at ${best.name} ${what} (${percent(best.median)} off), farthest at ${worst.name} (${percent(worst.median)})`;
}

function plot(metric: Metric, bars: readonly Bar[], {what, width}: {what: string; width: number}): Element {
  const name = metricWords[metric];
  const end = Math.min(mostShown, 1.08 * Math.max(0.3, ...bars.flatMap(({high, reference = 0}) => [high, reference])));
  const clamped = (value: number) => 100 * Math.min(end, value);
  const marginLeft = 14 + 7.2 * Math.max(6, ...bars.map((bar) => bar.name.length));
  return Plot.plot({
    width,
    height: 66 + 34 * Math.max(1, bars.length),
    marginLeft,
    marginRight: 64,
    marginTop: 8,
    marginBottom: 42,
    style: {fontSize: "12px", fontFamily: "inherit", overflow: "visible"},
    ariaLabel: `Error of ${name} by ${what}: ${bars.map((bar) => `${bar.name} ${percent(bar.median)}`).join(", ")}`,
    x: {domain: [0, 100 * end], label: `error of ${name} (%) →`, labelAnchor: "center", labelArrow: "none", tickSize: 0, ticks: 5, grid: true},
    y: {type: "band", domain: bars.map((bar) => bar.name), label: null, tickSize: 0, padding: 0.3},
    marks: [
      Plot.ruleX([0], {stroke: "var(--kp-line-strong)"}),
      Plot.link(bars, {x1: (bar: Bar) => clamped(bar.low), x2: (bar: Bar) => clamped(bar.high), y1: "name", y2: "name", stroke: "var(--kp-ink-muted)", strokeWidth: 5, strokeOpacity: 0.35, strokeLinecap: "round"}),
      Plot.tickX(bars.filter(({reference}) => reference !== undefined), {x: (bar: Bar) => clamped(bar.reference!), y: "name", stroke: "var(--kp-ink-faint)", strokeWidth: 2, strokeDasharray: "3,2"}),
      Plot.dot(bars, {x: (bar: Bar) => clamped(bar.median), y: "name", r: 5, fill: "var(--kp-ink)"}),
      Plot.text(bars, {x: (bar: Bar) => clamped(Math.max(bar.high, bar.median)), y: "name", text: (bar: Bar) => percent(bar.median), dx: 10, textAnchor: "start", fontWeight: 600, fill: "var(--kp-ink)", stroke: "var(--kp-card)", strokeWidth: 4}),
      Plot.tip(bars, Plot.pointerY({x: (bar: Bar) => clamped(bar.median), y: "name", title: (bar: Bar) => tipWords(bar, name, what)}))
    ]
  } as Plot.PlotOptions); // prettier-ignore
}

function tipWords({name, rows, low, median, high, reference}: Bar, metric: string, what: string): string {
  const theirs =
    reference === undefined ? "" : `\nThe reference in the file: ${percent(reference)} on the rows that both answer.`;
  return `${name} ${what}, ${rows} rows: the middle error of ${metric} is ${percent(median)}, half of them lie between ${percent(low)} and ${percent(high)}.${theirs}`;
}
