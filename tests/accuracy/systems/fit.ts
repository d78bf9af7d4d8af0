/** How far off transfers are, and the share of waiting that makes them least so. */
import {scaledMs} from "../../../engine/ops/carry.js";
import type {DonorFigures} from "../../../engine/accuracy/donor-study.js";
import type {ErrorBand} from "../../../engine/result.js";
import type {Row} from "./rows.js";

/** Rows of one target, of one kind and relation. */
export interface TargetRows {
  target: string;
  rows: Row[];
}

export type Waiting = Pick<DonorFigures, "waitingShare" | "waitingCapMs">;

const shares = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];
/** Infinity last, so that a cap that makes no difference is left out. */
const capsMs = [Infinity, 1, 0.3, 0.1, 0.03, 0.01];
/** What is tried, plainest first. */
const candidates: readonly Waiting[] = [
  {waitingShare: 0, waitingCapMs: Infinity},
  ...capsMs.flatMap((waitingCapMs) => shares.slice(1).map((waitingShare) => ({waitingShare, waitingCapMs})))
];
export const utilisationKept = candidates[0];

/** Fewer rows say nothing of a target. */
const leastRows = 20;

/** Relative error of the median row and of the ninth of ten. */
export function errorOf(rows: readonly Row[], waiting: Waiting): ErrorBand {
  return bandOf(rows, (predicted, measured) => Math.abs(predicted / measured - 1), waiting);
}

/** Median plus a third of the ninth decile, of logs, so that half and double cost the same. */
function costOf(rows: readonly Row[], waiting: Waiting): number {
  const {p50, p90} = bandOf(rows, (predicted, measured) => Math.abs(Math.log(predicted / measured)), waiting);
  return p50 + p90 / 3;
}

function bandOf(
  rows: readonly Row[],
  errorOfRow: (predicted: number, measured: number) => number,
  waiting: Waiting
): ErrorBand {
  const errors = Float64Array.from(rows, ({donorMs, lightThereMs, lightHereMs, targetMs}) =>
    errorOfRow(scaledMs(donorMs, lightThereMs, lightHereMs, waiting), targetMs)
  ).sort();
  const at = (share: number) => errors[Math.min(errors.length - 1, Math.floor(share * errors.length))];
  return {p50: at(0.5), p90: at(0.9)};
}

export interface Fit extends Waiting {
  /** Mean over targets, each predicted with what was fitted to the others. */
  error: ErrorBand;
  /** The same with utilisation kept as it is. */
  plain: ErrorBand;
  targets: number;
  rows: number;
  /** False where both speeds of light agree in every row (links alike), so that any waiting fits. */
  tells: boolean;
}

/** The waiting with the least cost over targets, each counting alike. */
export function fit(all: readonly TargetRows[]): Fit | undefined {
  const targets = all.filter(({rows}) => rows.length >= leastRows);
  if (targets.length === 0) return undefined;
  const costs = targets.map(({rows}) => candidates.map((waiting) => costOf(rows, waiting)));
  const best = (of: readonly number[][]): Waiting => {
    const means = candidates.map((_, i) => mean(of.map((cost) => cost[i])));
    return candidates[means.indexOf(Math.min(...means))];
  };
  const heldOut = targets.map(({rows}, t) =>
    errorOf(rows, targets.length > 1 ? best(costs.filter((_, other) => other !== t)) : utilisationKept)
  );
  return {
    ...best(costs),
    error: meanBand(heldOut),
    plain: meanBand(targets.map(({rows}) => errorOf(rows, utilisationKept))),
    targets: targets.length,
    rows: targets.reduce((sum, {rows}) => sum + rows.length, 0),
    tells: targets.some(({rows}) => rows.some(({lightHereMs, lightThereMs}) => lightHereMs !== lightThereMs))
  };
}

export function meanBand(bands: readonly ErrorBand[]): ErrorBand {
  return {p50: mean(bands.map(({p50}) => p50)), p90: mean(bands.map(({p90}) => p90))};
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
