/** What the cost page says. Pure functions of rows. */
import type {Break, Fleet} from "../cost/fleet.js";
import {modeWords, replicaWords} from "../words.js";
import {bestRow, isPriced} from "./cost-rows.js";
import type {CostRow} from "./cost-rows.js";
import type {CostView} from "./cost-view.js";
import {counted, duration, figure, percent, shortModel} from "./format.js";
import type {Question} from "./question.js";

const wattsPerKilowatt = 1000;
const cents = new Intl.NumberFormat("en", {minimumFractionDigits: 2, maximumFractionDigits: 2});

/** `$1,234`, `€0.052`, `24.10`: two decimals where people write cents, else three significant digits. */
export function money(amount: number, currency: string): string {
  const text = amount >= 1 && amount < 1000 ? cents.format(amount) : figure(amount);
  return currency.length > 1 ? `${currency} ${text}` : `${currency}${text}`;
}

export function kilowatts(watts: number): string {
  return `${figure(watts / wattsPerKilowatt)} kW`;
}

/** `10 requests/s`, `200 users`. */
export function loadWords(load: number, byUsers: boolean): string {
  return byUsers ? counted(load, "user") : `${figure(load)} requests/s`;
}

/** `2 replicas of TP4, aggregated`. */
export function fleetWords({replicas, offer: {plan}}: Fleet): string {
  return `${counted(replicas, "replica")} of ${replicaWords(plan)}, ${modeWords[plan.mode]}`;
}

/** `8 H200 SXM GPUs`, `4 H200 SXM and 12 L40S GPUs`. */
export function gpusWords({label, setting}: CostRow, {replicas, offer}: Fleet, decodeLabel: string): string {
  if (!setting.decodeSystem || offer.decodeGpus === 0)
    return counted(replicas * (offer.gpus + offer.decodeGpus), `${label} GPU`);
  return `${figure(replicas * offer.gpus)} ${label} and ${figure(replicas * offer.decodeGpus)} ${decodeLabel} GPUs`;
}

export interface SentenceContext {
  view: CostView;
  rows: readonly CostRow[];
  decodeLabel: string;
}

/** What the load takes, in parts that the page sets bold. */
export function costSentence({view, rows, decodeLabel}: SentenceContext): {bold: string; text: string}[] {
  const {question, byUsers, load, currency} = view;
  const best = bestRow(rows);
  const what = `${loadWords(load, byUsers)} of ${shortModel(question.model)}, ${figure(question.isl)} tokens in and ${figure(question.osl)} out`;
  if (!best) return [{bold: "", text: nothingWords(rows, what)}];
  const fleet = best.fleet!;
  const rivals = rows.filter((row) => row.fleet).length;
  const among =
    rivals > 1 ? `, the ${isPriced(rows) ? "cheapest" : "fewest"} of ${rivals} GPU types that serve it` : "";
  const parts = [
    {bold: "", text: `${what}, take `},
    {
      bold: gpusWords(best, fleet, decodeLabel),
      text: `${among}: ${fleetWords(fleet)}, with ${percent(fleet.headroom)} to spare. `
    }
  ];
  const {cost} = fleet;
  if (!cost)
    return [
      ...parts,
      {bold: "", text: "That is "},
      {
        bold: `${figure(fleet.gpuHoursPerMillion)} GPU-hours`,
        text: " per million output tokens; give a price and it is money."
      }
    ];
  const only = cost.gpusPerHour === undefined ? " for electricity alone" : "";
  return [
    ...parts,
    {bold: "", text: "It costs "},
    {bold: `${money(cost.perMillion, currency)} per million output tokens`, text: `${only}, ${money(cost.perHour, currency)} an hour and ${money(cost.perMonth, currency)} a month.`}
  ]; // prettier-ignore
}

function nothingWords(rows: readonly CostRow[], what: string): string {
  const asked = rows.filter((row) => row.asked);
  if (asked.some(({outcome}) => !outcome)) return `Looking for what ${what} take.`;
  const named = asked.map(({label}) => label).join(", ");
  return `Nothing on ${named} serves ${what} within the targets. Loosen a target, or try another GPU type in the table.`;
}

/** `A million tokens in and out cost …; 5.6 kW …`: what the load comes to besides. */
export function besidesWords({view, rows}: Pick<SentenceContext, "view" | "rows">): string {
  const best = bestRow(rows);
  if (!best) return "";
  const {cost, siteWatts, joulesPerToken, tokensPerSecPerMegawatt} = best.fleet!;
  const {pue, currency} = view;
  const power = `${pue > 1 ? `With a PUE of ${figure(pue)} the site draws` : "GPU boards draw"} ${kilowatts(siteWatts)}: ${figure(joulesPerToken)} J per output token, ${figure(tokensPerSecPerMegawatt)} tokens/s/MW.`;
  if (!cost) return power;
  const electricity =
    cost.electricityPerHour !== undefined && cost.gpusPerHour !== undefined
      ? `, ${money(cost.electricityPerHour, currency)} an hour of it electricity`
      : "";
  return `${money(cost.perMillionAll, currency)} per million tokens in and out, and ${money(cost.perMillionFull, currency)} per million output tokens at full load${electricity}. ${power}`;
}

/** Where the next GPUs come in. */
export function breakWords(fleet: Fleet, {upTo, next}: Break, {byUsers, currency}: CostView): string {
  const until = byUsers ? counted(Math.floor(upTo), "user") : `${figure(upTo)} requests/s`;
  const more = next.gpus - fleet.gpus;
  const [now, then] = [fleet.cost?.perHour, next.cost?.perHour];
  const price =
    now !== undefined && then !== undefined
      ? `, ${money(then, currency)} an hour instead of ${money(now, currency)}`
      : "";
  const gpus =
    more > 0
      ? `${counted(more, "GPU")} more`
      : more < 0
        ? `${counted(-more, "GPU")} fewer`
        : "as many GPUs, arranged otherwise";
  return `These serve up to ${until}. Beyond that it takes ${gpus}: ${fleetWords(next)}${price}.`;
}

/** Targets that something serves, where the ones asked for keep everything out: the nearest, in two digits. */
export function remedyOf(
  rows: readonly CostRow[],
  {question}: CostView
): {words: string; targets: Partial<Question>} | undefined {
  if (bestRow(rows)) return undefined;
  const near = rows.find(({outcome}) => outcome?.sizes?.nearest);
  if (!near) return undefined;
  const {ttftMs, tpotMs, requestLatencyMs} = near.outcome!.sizes!.nearest!;
  if (question.requestLatencyMs > 0) {
    const limit = roundUp(requestLatencyMs);
    return {words: `${near.label} answers in ${duration(limit)}: allow that`, targets: {requestLatencyMs: limit}};
  }
  const targets = {
    ttftMs: Math.max(question.ttftMs, roundUp(ttftMs)),
    tpotMs: Math.max(question.tpotMs, roundUp(tpotMs))
  };
  return {
    words: `${near.label} manages a TTFT of ${duration(targets.ttftMs)} and a TPOT of ${duration(targets.tpotMs)}: allow these`,
    targets
  };
}

/** To two digits, upwards, and beyond what is as good as equal. */
function roundUp(ms: number): number {
  const step = 10 ** (Math.floor(Math.log10(ms)) - 1);
  return Number((Math.ceil((ms * 1.001) / step) * step).toPrecision(3));
}
