/** What comes at one of several replicas, from what is asked of all of them. */
import {lengthsAround} from "../engine/simulate/client-shape.js";
import type {Client, Lengths, TraceRequest} from "../engine/simulate/types.js";
import {msPerSecond} from "../engine/units.js";
import {tracedAs} from "./tracing.js";

/** Who sends. Rates and users are of the whole deployment; 0: as fits the deployment. */
export type ClientAsk =
  | {kind: "burst" | "warmed"; users: number; promptsPerUser: number}
  | {kind: "poisson"; requestsPerSec: number}
  | {kind: "gamma"; requestsPerSec: number; coefficientOfVariation: number}
  /** The trace that was read last, so many times as fast. */
  | {kind: "trace"; speed: number; id: number};

export type SpreadAsk =
  {kind: "fixed"} | {kind: "uniform"; ratio: number} | {kind: "log-normal"; coefficientOfVariation: number};

/** Of saturation: where nothing says how much comes. */
const usualShare = 0.7;

/** Requests of a run: several times those in flight, and enough for a 99th percentile; fewer of each rate. */
export const runRequests = {perFlight: 8, least: 600, most: 3000};
export const rateRequests = {perFlight: 5, least: 300, most: 1200};
export const tracedRequests = 1500;

/** Lengths are drawn up to so many times their mean. */
const mostSpread = 8;

/** What comes at one replica. */
export type Traffic =
  | {kind: "burst" | "warmed"; users: number; promptsPerUser: number}
  | {kind: "open"; requestsPerSec: number; coefficientOfVariation: number}
  | {kind: "trace"; speed: number; requests: readonly TraceRequest[]};

export function trafficOf(
  client: ClientAsk,
  {replicas, seats, usualPerSec}: {replicas: number; seats: number; usualPerSec: number}
): Traffic {
  if (client.kind === "trace") {
    const requests = dealt(tracedAs(client.id).requests, replicas);
    return {kind: "trace", speed: client.speed, requests};
  }
  if ("users" in client) {
    const users = Math.max(1, Math.ceil((client.users || seats) / replicas));
    return {kind: client.kind, users, promptsPerUser: client.promptsPerUser};
  }
  const requestsPerSec = (client.requestsPerSec || usualPerSec) / replicas;
  const coefficientOfVariation = client.kind === "gamma" ? client.coefficientOfVariation : 1;
  return {kind: "open", requestsPerSec, coefficientOfVariation};
}

/** A closed loop has no rate: its requests come as Poisson's do. */
export function trafficAt(requestsPerSec: number, client: ClientAsk, replicas: number): Traffic {
  if (client.kind !== "trace") {
    const coefficientOfVariation = client.kind === "gamma" ? client.coefficientOfVariation : 1;
    return {kind: "open", requestsPerSec, coefficientOfVariation};
  }
  const requests = dealt(tracedAs(client.id).requests, replicas).slice(0, tracedRequests);
  const own = offeredPerSec({kind: "trace", requests, speed: 1});
  return {kind: "trace", requests, speed: own ? requestsPerSec / own : 1};
}

/** Two significant digits, as a person would name it. */
export function usualRate(saturationPerSec: number): number {
  return Number((usualShare * saturationPerSec).toPrecision(2));
}

/** Every so many-th request of a trace, as a router that deals in turn gives them to one of several replicas. */
export function dealt(requests: readonly TraceRequest[], replicas: number): readonly TraceRequest[] {
  return replicas === 1 ? requests : requests.filter((_, i) => i % replicas === 0);
}

export function twice(traffic: Traffic): Traffic {
  switch (traffic.kind) {
    case "trace":
      return {...traffic, speed: 2 * traffic.speed};
    case "open":
      return {...traffic, requestsPerSec: 2 * traffic.requestsPerSec};
    default:
      return {...traffic, users: 2 * traffic.users};
  }
}

/** At one replica; null for what sends as others end. */
export function offeredPerSec(traffic: Traffic): number | null {
  if (traffic.kind === "open") return traffic.requestsPerSec;
  if (traffic.kind !== "trace") return null;
  const {requests, speed} = traffic;
  const spanMs = requests.reduce((most, {arrivalMs}) => Math.max(most, arrivalMs), 0);
  return spanMs > 0 ? ((requests.length - 1) * msPerSecond * speed) / spanMs : null;
}

export function clientOf(traffic: Traffic, latencyMs: number, {perFlight, least, most}: typeof runRequests): Client {
  switch (traffic.kind) {
    case "trace":
      return {kind: "trace", requests: traffic.requests, rateScale: traffic.speed};
    case "open": {
      const {requestsPerSec, coefficientOfVariation} = traffic;
      const inFlight = (requestsPerSec * latencyMs) / msPerSecond;
      const requests = Math.round(Math.min(most, Math.max(least, perFlight * inFlight)));
      return coefficientOfVariation === 1
        ? {kind: "poisson", requestsPerSec, requests}
        : {kind: "gamma", requestsPerSec, requests, coefficientOfVariation};
    }
    default:
      return {kind: "closed-loop", users: traffic.users, promptsPerUser: traffic.promptsPerUser, start: traffic.kind};
  }
}

export function lengthsOf(mean: number, spread: SpreadAsk, room: number): Lengths {
  if (spread.kind === "fixed") return {kind: "fixed", tokens: mean};
  if (spread.kind === "uniform") return lengthsAround(mean, spread.ratio);
  const max = Math.max(1, Math.floor(mean * Math.min(mostSpread, room)));
  return {kind: "log-normal", mean, coefficientOfVariation: spread.coefficientOfVariation, max};
}
