/** What the cost page asks, and its one spelling as a URL query: a question of the home page, a load and prices. */
import type {Load, Prices} from "../cost/fleet.js";
import {clamped, formatQuestion, parseQuestion} from "./question.js";
import type {Question} from "./question.js";

export interface CostView {
  /** Model, engine, lengths, targets and the GPU type that comes first. */
  question: Question;
  /** Whether the load is of users with one request each, else of requests per second. */
  byUsers: boolean;
  /** In its unit. */
  load: number;
  /** Other GPU types that are searched, besides the question's own. */
  others: string[];
  /** Of one GPU for an hour, by system; nothing is assumed of those left out. */
  gpuHour: Record<string, number>;
  /** 0: not known. */
  perKilowattHour: number;
  /** 1: the power of GPU boards alone. */
  pue: number;
  /** What stands before an amount: `$`, `€`; empty: nothing. */
  currency: string;
  /** GPUs of a replica at most. */
  largest: number;
}

export const defaultLoad = 10;
export const defaultLargest = 64;
export const mostLoad = 1e6;
export const mostUsers = 1e7;
const mostCurrency = 5;

export function parseCostView(search: string): CostView {
  const query = new URLSearchParams(search);
  const question = parseQuestion(search);
  const positive = (text: string | null, most: number) => {
    const value = Number(text);
    return text !== null && Number.isFinite(value) && value > 0 ? Math.min(value, most) : 0;
  };
  const users = positive(query.get("users"), mostUsers);
  const {system, decodeSystem, gpuHourPrice, decodeGpuHourPrice} = question;
  return {
    question: {...question, pick: "", gpuHourPrice: 0, decodeGpuHourPrice: 0, requestsPerSec: 0},
    byUsers: users > 0,
    load: users || question.requestsPerSec || defaultLoad,
    others: list(query.get("others")).filter((id) => id !== system),
    gpuHour: {
      // As the home page writes them.
      ...(gpuHourPrice > 0 && {[system]: gpuHourPrice}),
      ...(decodeGpuHourPrice > 0 && decodeSystem !== "" && {[decodeSystem]: decodeGpuHourPrice}),
      ...pricesOf(query.get("prices"))
    },
    perKilowattHour: positive(query.get("kwh"), 1000),
    pue: Math.max(1, positive(query.get("pue"), 5)),
    currency: (query.get("currency") ?? "").slice(0, mostCurrency),
    largest: query.has("largest") ? clamped("gpus", Number(query.get("largest"))) : defaultLargest
  };
}

/** What is as by default is left out. */
export function formatCostView(view: CostView): string {
  const {question, byUsers, load, others, gpuHour, perKilowattHour, pue, currency, largest} = view;
  const own = new URLSearchParams();
  if (byUsers) own.set("users", String(load));
  if (others.length > 0) own.set("others", others.join());
  const prices = Object.entries(gpuHour).filter(([, price]) => price > 0);
  if (prices.length > 0) own.set("prices", prices.map(([id, price]) => `${id}:${price}`).join());
  if (perKilowattHour > 0) own.set("kwh", String(perKilowattHour));
  if (pue > 1) own.set("pue", String(pue));
  if (currency) own.set("currency", currency);
  if (largest !== defaultLargest) own.set("largest", String(largest));
  const rate = byUsers || load === defaultLoad ? 0 : load;
  const asked = formatQuestion({...question, requestsPerSec: rate, pick: ""});
  const rest = own.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
  return rest ? `${asked}${asked.length > 1 ? "&" : ""}${rest}` : asked;
}

/** GPU types that are searched, the question's own first. */
export function systemsOf({question, others}: CostView): string[] {
  return [question.system, ...others];
}

export function loadOf({byUsers, load}: CostView): Load {
  return byUsers ? {users: load} : {requestsPerSec: load};
}

export function pricesFor({gpuHour, perKilowattHour, pue}: CostView): Prices {
  return {gpuHour, pue, ...(perKilowattHour > 0 && {perKilowattHour})};
}

function list(text: string | null): string[] {
  return [...new Set((text ?? "").split(",").filter(Boolean))];
}

/** `h200_sxm:2.5,b200_sxm:4`; what is no price is none. */
function pricesOf(text: string | null): Record<string, number> {
  const entries = list(text).map((part) => {
    const at = part.lastIndexOf(":");
    return [part.slice(0, at), Number(part.slice(at + 1))] as const;
  });
  return Object.fromEntries(entries.filter(([id, price]) => id !== "" && Number.isFinite(price) && price > 0));
}
