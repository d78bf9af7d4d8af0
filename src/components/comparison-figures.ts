/** Differences between searches as figures: throughput at several speeds, its mean, and both against a baseline. */
import {comparedSpeeds, meanThroughput, pointAt} from "../engine/search/front-compare.js";
import {msPerSecond} from "../engine/units.js";
import type {Entry, EntryPoint} from "./comparison-entry.js";
import type {Question} from "./question.js";

/** A figure of a search and how it differs from the baseline's, as a share; null where there is nothing to tell. */
export interface Held {
  value: number | null;
  change: number | null;
}

export interface ComparedRow {
  entry: Entry;
  isBaseline: boolean;
  /** Tokens/s/GPU at each speed; null where the search does not reach it. */
  at: (Held & {point: EntryPoint | null})[];
  /** Tokens/s/GPU averaged over all speeds up to `upTo`. */
  mean: Held;
  /** Tokens/s/GPU of the best plan within the targets. */
  best: Held;
  /** The fastest that it serves a user, tokens/s; null without a front. */
  fastest: number | null;
}

export interface ComparedTable {
  /** Tokens/s/user at which throughput is compared, ascending. */
  speeds: number[];
  /** The one among them that the TPOT target asks for; undefined where none does. */
  target?: number;
  /** Instead: the speed that it asks for, which no search reaches. */
  missed?: number;
  /** The fastest that any search serves a user, tokens/s. */
  upTo: number;
  /** Shown searches with an answer, in their order. */
  rows: ComparedRow[];
  baseline?: ComparedRow;
}

/** Speed that the targets ask for, tokens/s/user; undefined where only a whole request is limited. */
export function targetSpeed({tpotMs, requestLatencyMs, besides, soft}: Question): number | undefined {
  const isAsked = (requestLatencyMs === 0 || besides) && !soft.split(",").includes("tpot");
  return isAsked ? msPerSecond / tpotMs : undefined;
}

/** Of the searches that are shown; the baseline is the one at `against`, or the first with an answer. */
export function comparedTable(entries: readonly Entry[], against: number, target?: number): ComparedTable {
  const shown = entries.filter(({hidden, front}) => !hidden && front.length > 0);
  const baseEntry = shown.find(({slot}) => slot === against) ?? shown[0];
  const fronts = shown.map(({front}) => front);
  const speeds = comparedSpeeds(fronts, {target});
  const upTo = Math.max(0, ...fronts.map((front) => front.at(-1)!.tokensPerSecPerUser));
  const figuresOf = (entry: Entry) => ({
    points: speeds.map((speed) => pointAt(entry.front, speed) ?? null),
    mean: meanThroughput(entry.front, upTo),
    best: entry.best?.tokensPerSecPerGpu ?? null
  });
  const base = baseEntry && figuresOf(baseEntry);
  const rows = shown.map((entry): ComparedRow => {
    const {points, mean, best} = figuresOf(entry);
    return {
      entry,
      isBaseline: entry === baseEntry,
      at: points.map((point, i) => ({
        ...held(point?.tokensPerSecPerGpu ?? null, base.points[i]?.tokensPerSecPerGpu ?? null),
        point
      })),
      mean: held(mean, base.mean),
      best: held(best, base.best),
      fastest: entry.front.at(-1)?.tokensPerSecPerUser ?? null
    };
  });
  return {
    speeds,
    target: speeds.find((speed) => speed === target),
    missed: target !== undefined && target > upTo ? target : undefined,
    upTo,
    rows,
    baseline: rows.find(({isBaseline}) => isBaseline)
  };
}

function held(value: number | null, base: number | null): Held {
  return {value, change: value !== null && base ? value / base - 1 : null};
}
