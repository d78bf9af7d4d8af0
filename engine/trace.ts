import {sources} from "./result.js";
import type {Source} from "./result.js";

/**
 * How the look-ups since the last `reset` were answered. Look-ups run millions of times per search, so they return a
 * bare number (NaN when no table answers) and leave what a person may ask about it here.
 */
export const trace = {
  /** Index into `sources` of the weakest answer. */
  rank: 0,
  /** What the last failed look-up asked for and what there is. */
  miss: ""
};

export const rank = {
  measured: 0,
  interpolated: 1,
  extrapolated: 2,
  empirical: 3,
  roofline: 4
} as const satisfies Record<Source, number>;

export function weaken(to: number): void {
  if (to > trace.rank) trace.rank = to;
}

export function sourceOfRank(index: number): Source {
  return sources[index];
}

/** Answers a look-up that found nothing. */
export function missing(what: string): number {
  trace.miss = what;
  return NaN;
}
