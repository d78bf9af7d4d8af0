/** What serving a load takes and costs: GPUs, money, power. Pure arithmetic over the replicas that there are. */
import type {Plan} from "../engine/result.js";
import {replicasFor} from "../engine/search/figures.js";
import type {ReplicaOffer} from "../engine/search/replica-offers.js";
import {secondsPerHour, tokensPerMillion, wattsPerMegawatt} from "../engine/units.js";

/** Requests per second, or users with one request each: exactly one of the two. */
export type Load = {requestsPerSec: number; users?: undefined} | {users: number; requestsPerSec?: undefined};

/** What a person pays, in whatever currency; nothing is known unless given. */
export interface Prices {
  /** Of one GPU for an hour, by system. */
  gpuHour: Readonly<Record<string, number>>;
  /** Of electricity. */
  perKilowattHour?: number;
  /** Power usage effectiveness: what a site draws for each watt of its GPUs; 1 unless given. */
  pue?: number;
}

/** A GPU type: its id for prices, and the power of its board. */
export interface GpuType {
  id: string;
  powerWatts: number;
}

/** Where offers run, and the lengths of a request. */
export interface Setting {
  system: GpuType;
  /** Of decode workers, where that is another. */
  decodeSystem?: GpuType;
  isl: number;
  osl: number;
}

/** As many replicas of one offer as a load takes. */
export interface Fleet {
  offer: ReplicaOffer;
  replicas: number;
  gpus: number;
  /** Requests/s that come in, and that it could take. */
  requestsPerSec: number;
  capacityPerSec: number;
  /** Share of it that the load leaves unused. */
  headroom: number;
  /** Of all GPU boards, and of the site that holds them. */
  boardWatts: number;
  siteWatts: number;
  joulesPerToken: number;
  tokensPerSecPerMegawatt: number;
  gpuHoursPerMillion: number;
  /** Undefined unless a price is given for every GPU type, or at least for electricity. */
  cost?: Cost;
}

export interface Cost {
  perHour: number;
  perMonth: number;
  /** Per million output tokens at the load, at full load, and per million of input and output at the load. */
  perMillion: number;
  perMillionFull: number;
  perMillionAll: number;
  /** Per hour; undefined without their price. */
  gpusPerHour?: number;
  electricityPerHour?: number;
}

/** Of a year of 365.25 days, a twelfth. */
export const hoursPerMonth = 730.5;
const wattsPerKilowatt = 1000;

/** The cheapest way to serve a load, where its price is known and else the one of fewest GPUs; null without offers. */
export function fleetFor(offers: readonly ReplicaOffer[], load: Load, setting: Setting, prices: Prices): Fleet | null {
  let best: Fleet | null = null;
  for (const offer of offers) {
    const fleet = fleetOf(offer, load, setting, prices);
    if (!best || compare(fleet, best) < 0) best = fleet;
  }
  return best;
}

/** Cheaper, then fewer GPUs, then more room. */
export function compare(a: Fleet, b: Fleet): number {
  const [costA, costB] = [a, b].map((fleet) => fleet.cost?.perHour);
  const byCost = costA !== undefined && costB !== undefined ? costA - costB : 0;
  return byCost || a.gpus - b.gpus || b.headroom - a.headroom;
}

export function fleetOf(offer: ReplicaOffer, load: Load, setting: Setting, prices: Prices): Fleet {
  const {plan, users} = offer;
  const replicas = replicasNeeded(offer, load);
  const gpus = replicas * (offer.gpus + offer.decodeGpus);
  const capacityPerSec = replicas * plan.requestsPerSec;
  // Users that fill a share of a replica keep that share of its rate up.
  const share =
    load.requestsPerSec === undefined ? load.users / (users * replicas) : load.requestsPerSec / capacityPerSec;
  const requestsPerSec = capacityPerSec * share;
  const boardWatts = replicas * boardWattsOf(offer, setting);
  const siteWatts = boardWatts * (prices.pue ?? 1);
  const tokensPerSec = requestsPerSec * setting.osl;
  const millionPerHour = (tokensPerSec * secondsPerHour) / tokensPerMillion;
  const cost = hourlyCost(offer, replicas, siteWatts, setting, prices);
  return {
    offer,
    replicas,
    gpus,
    requestsPerSec,
    capacityPerSec,
    headroom: 1 - share,
    boardWatts,
    siteWatts,
    joulesPerToken: siteWatts / tokensPerSec,
    tokensPerSecPerMegawatt: (tokensPerSec / siteWatts) * wattsPerMegawatt,
    gpuHoursPerMillion: gpus / millionPerHour,
    ...(cost && {
      cost: {
        ...cost,
        perMonth: cost.perHour * hoursPerMonth,
        perMillion: cost.perHour / millionPerHour,
        perMillionFull: (cost.perHour / millionPerHour) * share,
        perMillionAll: (cost.perHour / millionPerHour) * (setting.osl / (setting.isl + setting.osl))
      }
    })
  };
}

function replicasNeeded({plan, users}: ReplicaOffer, load: Load): number {
  const target = load.users === undefined ? {requestsPerSec: load.requestsPerSec} : {concurrency: load.users};
  return replicasFor(target, plan.requestsPerSec, users);
}

function boardWattsOf({gpus, decodeGpus}: ReplicaOffer, {system, decodeSystem = system}: Setting): number {
  return gpus * system.powerWatts + decodeGpus * decodeSystem.powerWatts;
}

/** Undefined where neither the GPUs' price nor that of electricity is known. */
function hourlyCost(
  offer: Pick<ReplicaOffer, "gpus" | "decodeGpus">,
  replicas: number,
  siteWatts: number,
  setting: Setting,
  {gpuHour, perKilowattHour}: Prices
): Pick<Cost, "perHour" | "gpusPerHour" | "electricityPerHour"> | undefined {
  const {system, decodeSystem = system} = setting;
  const [own, other] = [gpuHour[system.id], gpuHour[decodeSystem.id]];
  const isPriced = own !== undefined && (offer.decodeGpus === 0 || other !== undefined);
  const gpusPerHour = isPriced ? replicas * (offer.gpus * own + offer.decodeGpus * (other ?? 0)) : undefined;
  const electricityPerHour =
    perKilowattHour === undefined ? undefined : (siteWatts / wattsPerKilowatt) * perKilowattHour;
  if (gpusPerHour === undefined && electricityPerHour === undefined) return undefined;
  return {perHour: (gpusPerHour ?? 0) + (electricityPerHour ?? 0), gpusPerHour, electricityPerHour};
}

/** What it costs to run one replica for an hour, or GPUs where no price is known. */
function worthOf(offer: ReplicaOffer, setting: Setting, prices: Prices): number {
  const watts = boardWattsOf(offer, setting) * (prices.pue ?? 1);
  return hourlyCost(offer, 1, watts, setting, prices)?.perHour ?? offer.gpus + offer.decodeGpus;
}

/** A stretch of loads that the same fleet serves at the same cost; `from` is not in it, `to` is. */
export interface Step {
  from: number;
  to: number;
  gpus: number;
  /** Per hour; undefined without prices. */
  costPerHour?: number;
}

/** GPUs against the load from nothing to `until`, in the unit of the load asked: the cheapest fleet of each. */
export function stepsTo(
  offers: readonly ReplicaOffer[],
  until: number,
  unit: "requestsPerSec" | "users",
  setting: Setting,
  prices: Prices
): Step[] {
  const steps: Step[] = [];
  const loadOf = (value: number): Load => (unit === "users" ? {users: value} : {requestsPerSec: value});
  let at = 0;
  while (at < until && steps.length < mostSteps) {
    // Just above where the step before ends.
    const fleet = fleetFor(offers, loadOf(at * (1 + tiny) + tiny), setting, prices);
    if (!fleet) return [];
    const to = loadOfBudget(offers, budgetOf(fleet, setting, prices), unit, setting, prices);
    const last = steps.at(-1);
    const step = {from: at, to, gpus: fleet.gpus, costPerHour: fleet.cost?.perHour};
    if (last && last.gpus === step.gpus && last.costPerHour === step.costPerHour) last.to = to;
    else steps.push(step);
    at = to;
  }
  return steps;
}

const tiny = 1e-6;
/** So many are not told apart on a chart. */
const mostSteps = 400;

function budgetOf({offer, replicas}: Fleet, setting: Setting, prices: Prices): number {
  return replicas * worthOf(offer, setting, prices);
}

/** The largest load that a budget, of money per hour or of GPUs, serves with replicas of one offer. */
function loadOfBudget(
  offers: readonly ReplicaOffer[],
  budget: number,
  unit: "requestsPerSec" | "users",
  setting: Setting,
  prices: Prices
): number {
  const loads = offers.map((offer) => {
    const replicas = Math.floor(budget / worthOf(offer, setting, prices) + tiny);
    return replicas * (unit === "users" ? offer.users : offer.plan.requestsPerSec);
  });
  return Math.max(...loads);
}

/** Where more is needed than for a load, and what then. */
export interface Break {
  /** The most that the same budget serves. */
  upTo: number;
  /** Beyond it. */
  next: Fleet;
}

export function nextBreak(
  offers: readonly ReplicaOffer[],
  fleet: Fleet,
  unit: "requestsPerSec" | "users",
  setting: Setting,
  prices: Prices
): Break {
  const upTo = loadOfBudget(offers, budgetOf(fleet, setting, prices), unit, setting, prices);
  const beyond = upTo * (1 + tiny) + tiny;
  const next = fleetFor(offers, unit === "users" ? {users: beyond} : {requestsPerSec: beyond}, setting, prices)!;
  return {upTo, next};
}

/** A point of the front at full load. */
export interface CostPoint {
  plan: Plan;
  tokensPerSecPerUser: number;
  /** In money, or in GPU-hours where no price is known. */
  perMillion: number;
}

/** Cost of a million output tokens at full load along a front: what no other point betters in cost and speed. */
export function costFront(plans: readonly Plan[], setting: Setting, prices: Prices): CostPoint[] {
  const points = plans.map((plan) => {
    const decodeGpus = setting.decodeSystem && plan.decode ? plan.decode.gpus * plan.decode.workers : 0;
    const offer = {gpus: plan.gpus - decodeGpus, decodeGpus, users: plan.concurrency, plan};
    const millionPerHour = (plan.tokensPerSec * secondsPerHour) / tokensPerMillion;
    const perMillion = worthOf(offer, setting, prices) / millionPerHour;
    return {plan, tokensPerSecPerUser: plan.tokensPerSecPerUser, perMillion};
  });
  points.sort((a, b) => b.tokensPerSecPerUser - a.tokensPerSecPerUser || a.perMillion - b.perMillion);
  let least = Infinity;
  return points.filter(({perMillion}) => perMillion < least && ((least = perMillion), true)).reverse();
}
