import type {ErrorBand, Source, Tier} from "./result.js";

/**
 * How the look-ups since the last `resetTrace` were answered. Look-ups run millions of times per search, so they
 * return a bare number (NaN when no table answers) and leave what a person may ask about it here.
 */
export const trace = {
  /** Index into `grades` of the weakest answer. */
  rank: 0,
  /** Largest error of any answer, as shares. */
  errorP50: 0,
  errorP90: 0,
  /** What the last failed look-up asked for and what there is. */
  miss: ""
};

/** Kinds of answers, best first: what every `rank` indexes. */
export const grades: readonly {source: Source; tier: Tier}[] = [
  {source: "measured", tier: "own"},
  {source: "interpolated", tier: "own"},
  {source: "extrapolated", tier: "own"},
  {source: "calibrated", tier: "own"},
  {source: "empirical", tier: "own"},
  {source: "empirical", tier: "xshape"},
  {source: "empirical", tier: "xquant"},
  {source: "empirical", tier: "xprofile"},
  {source: "empirical", tier: "xop"},
  {source: "empirical", tier: "xsystem"},
  {source: "roofline", tier: "own"}
];

export const rank = {
  measured: 0,
  interpolated: 1,
  extrapolated: 2,
  calibrated: 3,
  empirical: 4,
  xshape: 5,
  xquant: 6,
  xprofile: 7,
  xop: 8,
  xsystem: 9,
  roofline: 10
} as const satisfies Partial<Record<Source | Tier, number>>;

/** Where an answer stands among `grades`. */
export function gradeIndex({source, tier}: {source: Source; tier: Tier}): number {
  return grades.findIndex((grade) => grade.source === source && grade.tier === tier);
}

export function resetTrace(): void {
  trace.rank = rank.measured;
  trace.errorP50 = 0;
  trace.errorP90 = 0;
}

export function weaken(to: number): void {
  if (to > trace.rank) trace.rank = to;
}

/** Notes how far off an answer may be. */
export function doubt({p50, p90}: ErrorBand): void {
  if (p50 > trace.errorP50) trace.errorP50 = p50;
  if (p90 > trace.errorP90) trace.errorP90 = p90;
}

/** Answers a look-up that found nothing. */
export function missing(what: string): number {
  trace.miss = what;
  return NaN;
}
