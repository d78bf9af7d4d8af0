/** GPU types side by side: what each takes for the load, and what that costs and draws. */
import type {Fleet} from "../cost/fleet.js";
import {replicaWords} from "../words.js";
import {bestRow, isPriced} from "./cost-rows.js";
import type {CostRow} from "./cost-rows.js";
import type {CostView} from "./cost-view.js";
import {kilowatts, money} from "./cost-words.js";
import {sourceBadge} from "./data-badge.js";
import {h} from "./dom.js";
import {duration, figure, percent} from "./format.js";
import {formatQuestion} from "./question.js";
import {planId} from "./plan.js";
import {seriesSwatch} from "./series-mark.js";

export interface CostTableOptions {
  view: CostView;
  onadd: (system: string) => void;
  onremove: (system: string) => void;
  onall: () => void;
}

interface Column {
  name: string;
  title: string;
  show: (fleet: Fleet, view: CostView) => Node | string;
  isText?: boolean;
}

const amount = (name: string, title: string, of: (fleet: Fleet) => number | undefined): Column => ({
  name,
  title,
  show: (fleet, {currency}) => (of(fleet) === undefined ? "–" : money(of(fleet)!, currency))
});

const priced: Column[] = [
  amount("per hour", "Of all GPUs, and of electricity where its price is given", ({cost}) => cost?.perHour),
  amount("per month", "Of 730.5 hours", ({cost}) => cost?.perMonth),
  amount("per M output", "Per million output tokens at the load", ({cost}) => cost?.perMillion),
  amount("at full load", "Per million output tokens when nothing is to spare", ({cost}) => cost?.perMillionFull),
  amount("per M in + out", "Per million tokens of prompts and answers at the load", ({cost}) => cost?.perMillionAll)
];

const gpuHours: Column = {
  name: "GPU-hours/M",
  title: "GPU-hours per million output tokens at the load",
  show: ({gpuHoursPerMillion}) => figure(gpuHoursPerMillion)
};

const columnsOf = (isMoney: boolean): Column[] => [
  {name: "GPUs", title: "In all replicas", show: ({gpus}) => figure(gpus)},
  {name: "replicas", title: "Copies of the deployment", show: ({replicas}) => figure(replicas)},
  {name: "of", title: "One replica", show: ({offer}) => replicaWords(offer.plan), isText: true},
  {name: "to spare", title: "Share of what they could serve that the load leaves unused", show: ({headroom}) => percent(headroom)},
  ...(isMoney ? priced : [gpuHours]),
  {name: "power", title: "Board power of all GPUs, times your PUE", show: ({siteWatts}) => kilowatts(siteWatts)},
  {name: "J/token", title: "Joules per output token at the load", show: ({joulesPerToken}) => figure(joulesPerToken)},
  {name: "tokens/s/MW", title: "Output tokens per second and megawatt at the load", show: (fleet) => figure(fleet.tokensPerSecPerMegawatt)},
  {name: "TTFT", title: "Time to first token", show: ({offer}) => duration(offer.plan.ttftMs)},
  {name: "TPOT", title: "Time per output token after the first", show: ({offer}) => duration(offer.plan.tpotMs)},
  {name: "source", title: "Weakest source of any operator timing", show: ({offer: {plan}}) => sourceBadge(plan.source, "", plan.tier), isText: true}
]; // prettier-ignore

export function costTable(rows: readonly CostRow[], options: CostTableOptions): HTMLElement {
  const best = bestRow(rows);
  const columns = columnsOf(rows.some(({fleet}) => fleet?.cost));
  const left = rows.filter(({asked}) => !asked);
  const verdict = isPriced(rows) ? "cheapest" : "fewest GPUs";
  const head = ({name, title, isText}: Column) =>
    h("th", {scope: "col", class: isText ? "kp-name" : null}, h("span", {title, class: "kp-explained"}, name));
  const all = h(
    "button",
    {type: "button", class: "kp-button", onclick: options.onall},
    `Search the other ${left.length} GPU types too`
  );
  return h(
    "div",
    {},
    h(
      "div",
      {class: "kp-table kp-errors kp-costs"},
      h(
        "table",
        {},
        h("caption", {}, "What the load takes on each GPU type"),
        h("thead", {}, h("tr", {}, h("th", {scope: "col", class: "kp-name"}, "GPU type"), ...columns.map(head))),
        h(
          "tbody",
          {},
          ...rows.map((row) =>
            line(row, columns, row === best && rows.filter(({fleet}) => fleet).length > 1 ? verdict : "", options)
          )
        )
      )
    ),
    left.length > 0 && h("p", {class: "kp-hint"}, all, " Each has tables of its own, which are loaded when you ask.")
  );
}

function line(
  row: CostRow,
  columns: readonly Column[],
  verdict: string,
  {view, onadd, onremove}: CostTableOptions
): HTMLElement {
  const {system, label, slot, asked, outcome, fleet} = row;
  const swatch = asked ? seriesSwatch(slot) : "";
  const mark = verdict ? h("b", {class: "kp-best"}, ` ✓ ${verdict}`) : "";
  const name = fleet
    ? h("a", {href: planLink(view, row, fleet), title: "Open this plan on the home page"}, label)
    : label;
  const isOwn = system === view.question.system;
  const drop =
    asked &&
    !isOwn &&
    h(
      "button",
      {
        type: "button",
        class: "kp-link kp-drop",
        title: `Leave ${label} out`,
        "aria-label": `Leave ${label} out`,
        onclick: () => onremove(system)
      },
      "×"
    );
  const first = h("th", {scope: "row"}, swatch, " ", name, mark, drop);
  if (fleet) {
    const cells = columns.map(({show, isText}) => h("td", {class: isText ? null : "kp-number"}, show(fleet, view)));
    return h("tr", {class: verdict ? "kp-best-row" : null}, first, ...cells);
  }
  const why = !asked
    ? h("button", {type: "button", class: "kp-link", onclick: () => onadd(system)}, "search it too")
    : (outcome?.error ?? (outcome ? `nothing within the targets: ${outcome.sizes!.why}` : "searching …"));
  return h("tr", {class: asked ? null : "kp-left-out"}, first, h("td", {colspan: columns.length}, why));
}

function planLink({question}: CostView, {system, setting}: CostRow, {offer, gpus}: Fleet): string {
  const decodeSystem = setting.decodeSystem?.id ?? "";
  const version = system === question.system ? question.version : "";
  const asked = {...question, system, decodeSystem, version, gpus: Math.min(1024, gpus)};
  return `../index.html${formatQuestion({...asked, pick: planId(offer.plan)})}`;
}
