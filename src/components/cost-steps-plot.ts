/** What each load takes: GPUs, or money, rise in steps; the load that is asked for is marked. */
import * as Plot from "npm:@observablehq/plot";
import {nextBreak, stepsTo} from "../cost/fleet.js";
import type {Prices, Step} from "../cost/fleet.js";
import {bestRow, isPriced} from "./cost-rows.js";
import type {CostRow} from "./cost-rows.js";
import type {CostView} from "./cost-view.js";
import {loadWords, money} from "./cost-words.js";
import {h} from "./dom.js";
import {counted, figure} from "./format.js";
import {seriesColor, seriesInk} from "./series-mark.js";

export interface CostStepsOptions {
  view: CostView;
  prices: Prices;
  width: number;
}

interface Stair {
  row: CostRow;
  steps: Step[];
  isBest: boolean;
}

const halo = {stroke: "var(--kp-card)", strokeWidth: 4} as const;
/** How far beyond the load the chart goes. */
const reach = 2;

export function costStepsPlot(rows: readonly CostRow[], options: CostStepsOptions): HTMLElement {
  const {view, prices} = options;
  const best = bestRow(rows);
  if (!best) return h("figure", {class: "kp-pareto"}, h("h3", {}, "No load is served within the targets"));
  const unit = view.byUsers ? "users" : "requestsPerSec";
  const stairs = rows
    .filter((row) => row.fleet)
    .map((row) => ({
      row,
      steps: stepsTo(row.outcome!.sizes!.offers, reach * view.load, unit, row.setting, prices),
      isBest: row === best
    }))
    .sort((a, b) => Number(a.isBest) - Number(b.isBest));
  const {upTo} = nextBreak(best.outcome!.sizes!.offers, best.fleet!, unit, best.setting, prices);
  const words = finding(best, upTo, view);
  return h("figure", {class: "kp-pareto"}, h("h3", {}, words), plot(stairs, upTo, isPriced(rows), options, words));
}

function finding({label, fleet}: CostRow, upTo: number, {byUsers, load, currency}: CostView): string {
  const {gpus, cost} = fleet!;
  const what = cost ? `${money(cost.perHour, currency)} an hour` : counted(gpus, `${label} GPU`);
  const room = byUsers ? counted(Math.floor(upTo), "user") : `${figure(upTo)} requests/s`;
  return `${loadWords(load, byUsers)} take ${what}, which suffice up to ${room}`;
}

function plot(
  stairs: readonly Stair[],
  upTo: number,
  byMoney: boolean,
  {view, width}: CostStepsOptions,
  ariaLabel: string
): Element {
  const {byUsers, load, currency} = view;
  const end = reach * load;
  const worth = (step: Step) => (byMoney ? step.costPerHour! : step.gpus);
  const corners = stairs.flatMap(({row, steps, isBest}) =>
    steps.flatMap((step) => [step.from, Math.min(step.to, end)].map((at) => ({at, worth: worth(step), row, isBest})))
  );
  const yEnd = 1.1 * Math.max(...corners.map((corner) => corner.worth));
  const here = stairs.at(-1)!;
  const marked = {at: load, worth: worth(here.steps.find(({to}) => to >= load * (1 - 1e-9)) ?? here.steps.at(-1)!)};
  const ends = stairs.map(({row, steps}) => ({row, worth: worth(steps.at(-1)!)}));
  const unit = byMoney ? `cost per hour${currency ? ` (${currency})` : ", in your currency"}` : "GPUs";
  return Plot.plot({
    width,
    height: width < 560 ? 300 : 340,
    marginLeft: 56,
    marginRight: width < 560 ? 84 : 112,
    marginTop: 28,
    marginBottom: 42,
    style: {fontSize: "12px", fontFamily: "inherit", overflow: "visible"},
    ariaLabel,
    x: {domain: [0, end], label: byUsers ? "users at once →" : "load (requests/s) →", labelAnchor: "center", labelArrow: "none", tickSize: 0, ticks: width < 560 ? 4 : 8},
    y: {domain: [0, yEnd], label: `↑ ${unit}`, labelArrow: "none", tickSize: 0, ticks: 5, grid: true},
    marks: [
      Plot.ruleX([load], {stroke: "var(--kp-ink-muted)", strokeDasharray: "3,3"}),
      Plot.text([[load, yEnd]], {text: () => (width < 560 ? "your load" : `your load: ${loadWords(load, byUsers)}`), textAnchor: "end", dx: -6, dy: 6, fill: "var(--kp-ink-muted)", ...halo}),
      Plot.line(corners, {x: "at", y: "worth", z: (corner: {row: CostRow}) => corner.row.system, stroke: ({row}: Stair) => seriesColor(row.slot), strokeWidth: 1.6, strokeOpacity: 0.55}),
      Plot.line(corners.filter(({isBest}) => isBest), {x: "at", y: "worth", stroke: seriesColor(here.row.slot), strokeWidth: 2.6}),
      Plot.dot([marked], {x: "at", y: "worth", r: 5.5, fill: seriesColor(here.row.slot), stroke: "var(--kp-card)", strokeWidth: 1.5}),
      upTo < end ? Plot.dot([{at: upTo, worth: marked.worth}], {x: "at", y: "worth", r: 4, fill: "var(--kp-card)", stroke: seriesColor(here.row.slot), strokeWidth: 1.6}) : null,
      ...spread(ends, yEnd, width < 560 ? 230 : 270).map(({row, worth, dy}) =>
        Plot.text([[end, worth]], {text: () => row.label, textAnchor: "start", dx: 8, dy, fill: seriesInk(row.slot), fontWeight: row === here.row ? 700 : 500, ...halo})
      ),
      Plot.tip(corners, Plot.pointer({x: "at", y: "worth", title: (corner: {at: number; worth: number; row: CostRow}) => tipWords(corner, byUsers, byMoney, currency)}))
    ]
  } as Plot.PlotOptions); // prettier-ignore
}

/** Names at the right end, each at its line or below the one above. */
function spread<T extends {worth: number}>(ends: readonly T[], yEnd: number, height: number): (T & {dy: number})[] {
  let last = -Infinity;
  return [...ends]
    .sort((a, b) => b.worth - a.worth)
    .map((each) => {
      const own = (1 - each.worth / yEnd) * height;
      last = Math.max(own, last + 15);
      return {...each, dy: last - own};
    });
}

function tipWords(
  {at, worth, row}: {at: number; worth: number; row: CostRow},
  byUsers: boolean,
  byMoney: boolean,
  currency: string
): string {
  const what = byMoney ? `${money(worth, currency)} an hour` : counted(worth, "GPU");
  return `${row.label}: ${what} at ${loadWords(byUsers ? Math.round(at) : at, byUsers)}`;
}
