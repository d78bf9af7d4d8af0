/** Plans in rows; a click on a heading sorts, a click on a row selects. */
import type {ErrorBand, Plan} from "../engine/result.js";
import {originWords, replicaWords} from "../words.js";
import {band, requestError} from "./band.js";
import {h} from "./dom.js";
import {figure} from "./format.js";
import {planId} from "./plan.js";
import {sourceBadge} from "./data-badge.js";

interface Column {
  name: string;
  title?: string;
  value: (plan: Plan) => number | string;
  show?: (plan: Plan) => Node | string;
}

const memoryGiB = (plan: Plan) => (plan.agg ?? plan.decode)!.memoryGiB.total;

export const columns: Column[] = [
  {name: "replica", value: replicaWords},
  {name: "replicas", value: (plan) => plan.replicas},
  {name: "GPUs", title: "In use, of those you have", value: (plan) => plan.gpusUsed},
  {name: "in flight", title: "Requests in flight per replica", value: (plan) => plan.concurrency},
  {
    name: "tokens/s/GPU",
    title: "Over all GPUs, idle ones included",
    value: (plan) => plan.tokensPerSecPerGpuCluster,
    show: (plan) => withError(plan, plan.tokensPerSecPerGpuCluster, plan.error?.tokensPerSec)
  },
  {
    name: "tokens/s/user",
    value: (plan) => plan.tokensPerSecPerUser,
    show: (plan) => withError(plan, plan.tokensPerSecPerUser, plan.error?.tpot)
  },
  {name: "TTFT (ms)", value: (plan) => plan.ttftMs, show: (plan) => withError(plan, plan.ttftMs, plan.error?.ttft)},
  {name: "TPOT (ms)", value: (plan) => plan.tpotMs, show: (plan) => withError(plan, plan.tpotMs, plan.error?.tpot)},
  {
    name: "request (ms)",
    title: "TTFT + TPOT · (OSL − 1)",
    value: (plan) => plan.requestLatencyMs,
    show: (plan) => withError(plan, plan.requestLatencyMs, requestError(plan))
  },
  {name: "memory (GiB)", title: "Of an aggregated or decode GPU", value: memoryGiB},
  {
    name: "source",
    value: (plan) => plan.source,
    show: (plan) =>
      sourceBadge(plan.source, plan.weakestOp ? `; weakest: ${plan.weakestOp}, ${originWords(plan)}` : "", plan.tier)
  }
];

function withError(plan: Plan, value: number, error?: ErrorBand): HTMLElement {
  return h("span", {}, figure(value), " ", band(plan, error));
}

export interface PlanTableOptions {
  caption: Node | string;
  selected: Plan | null;
  onpick: (plan: Plan) => void;
}

/** Sorting outlives a redraw: `order` is the page’s to keep. */
export interface Order {
  column: string;
  descending: boolean;
}

export function planTable(plans: Plan[], {caption, selected, onpick}: PlanTableOptions, order: Order): HTMLElement {
  if (plans.length === 0) {
    const empty = h("p", {class: "kp-hint"}, "No plan within the targets; the counts below say why.");
    return h("div", {class: "kp-table"}, h("p", {class: "kp-caption"}, caption), empty);
  }
  const body = h("tbody");
  const heads = columns.map((column) => heading(column, () => (turn(order, column.name), fill())));
  const fill = () => {
    heads.forEach((th, i) =>
      th.setAttribute(
        "aria-sort",
        columns[i].name !== order.column ? "none" : order.descending ? "descending" : "ascending"
      )
    );
    body.replaceChildren(...sortedPlans(plans, order).map((plan) => row(plan, selected, onpick)));
  };
  fill();
  return h(
    "div",
    {class: "kp-table"},
    h("table", {}, h("caption", {}, caption), h("thead", {}, h("tr", {}, ...heads)), body)
  );
}

export function sortedPlans(plans: Plan[], {column, descending}: Order): Plan[] {
  const found = columns.find(({name}) => name === column);
  if (!found) return plans;
  const compare = (a: number | string, b: number | string) => (a < b ? -1 : a > b ? 1 : 0);
  return [...plans].sort((a, b) => compare(found.value(a), found.value(b)) * (descending ? -1 : 1));
}

function turn(order: Order, column: string): void {
  order.descending = order.column === column ? !order.descending : true;
  order.column = column;
}

function heading({name, title}: Column, onclick: () => void): HTMLElement {
  return h(
    "th",
    {scope: "col"},
    h("button", {type: "button", onclick, title, class: title ? "kp-explained" : null}, name)
  );
}

function row(plan: Plan, selected: Plan | null, onpick: (plan: Plan) => void): HTMLElement {
  const isSelected = selected !== null && planId(plan) === planId(selected);
  const cells = columns.map(({value, show}, i) => {
    const v = value(plan);
    const shown = show?.(plan) ?? (typeof v === "number" ? figure(v) : v);
    if (i > 0) return h("td", {class: typeof v === "number" ? "kp-number" : null}, shown);
    return h("th", {scope: "row"}, h("button", {type: "button", class: "kp-link"}, shown));
  });
  return h(
    "tr",
    {class: `kp-row-${plan.mode}`, "aria-selected": String(isSelected), onclick: () => onpick(plan)},
    ...cells
  );
}
