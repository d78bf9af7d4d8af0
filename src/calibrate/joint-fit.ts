/**
 * Fits the constants of step times to measured means: one set per class, and factors on it per family, all of a class
 * together. In logarithms, with priors on both, so that a family of few rows stays near its class: hierarchical ridge.
 * Gauss–Newton, with weights of a heavy-tailed error so that a row that nothing explains does not pull the others.
 */
import {factorize, solve} from "../engine/interpolation/linear-algebra.js";
import {constantNames} from "../engine/simulate/calibration.js";
import type {ServingConstants} from "../engine/simulate/calibration.js";

/** Logarithms of constants, in the order of `constantNames`. */
export type LogConstants = readonly number[];

/** ln predicted ∕ measured, of TTFT and TPOT. */
export type LogRatios = readonly [number, number];

/** One measurement as the fit sees it. */
export interface Observed {
  /** Of the family that it belongs to. */
  family: string;
  /** How far off the prediction is with these constants; `quick`: roughly, for slopes. */
  ratios(constants: ServingConstants, quick: boolean): LogRatios;
}

export interface JointFit {
  base: LogConstants;
  /** Added to the base, by family. */
  factors: Map<string, LogConstants>;
}

export interface FitPrior {
  /** Where the class starts, and how far it may go from there: standard deviations of logarithms. */
  base: LogConstants;
  baseSpread: readonly number[];
  familySpread: readonly number[];
}

export const parameterCount = constantNames.length;

/** Errors up to about these count in full. */
const scales: LogRatios = [0.2, 0.1];
/** Step of a logarithm for slopes; slopes beyond the limit are those of a queue that is about to form. */
const step = 0.06;
const steepest = 3;
const largestMove = 0.7;
/** Of the cost, for each row: what another round is not worth. */
const enoughGain = 0.004;

export function constantsOf(logs: LogConstants): ServingConstants {
  return Object.fromEntries(constantNames.map((name, i) => [name, Math.exp(logs[i])])) as unknown as ServingConstants;
}

export function logsOf(constants: ServingConstants): number[] {
  return constantNames.map((name) => Math.log(constants[name]));
}

export function added(a: LogConstants, b: LogConstants | undefined): number[] {
  return a.map((value, i) => value + (b?.[i] ?? 0));
}

/** Residuals and slopes at a point, from which a fit of any part of the rows takes its next step. */
export interface Linearised {
  at: JointFit;
  rows: {family: string; ratios: LogRatios; slopes: readonly LogRatios[]}[];
}

/** Simulates every row once, and once for each constant. */
export function linearise(observed: readonly Observed[], at: JointFit): Linearised {
  const rows = observed.map((each) => {
    const logs = added(at.base, at.factors.get(each.family));
    const rough = each.ratios(constantsOf(logs), true);
    const slopes = logs.map((value, i): LogRatios => {
      const moved = each.ratios(constantsOf(logs.with(i, value + step)), true);
      return [slope(moved[0], rough[0]), slope(moved[1], rough[1])];
    });
    return {family: each.family, ratios: each.ratios(constantsOf(logs), false), slopes};
  });
  return {at, rows};
}

function slope(moved: number, from: number): number {
  return Math.max(-steepest, Math.min(steepest, (moved - from) / step));
}

/** Best constants by residuals and slopes at a point; `damping` keeps nearer to it. */
export function solveLinearised({at, rows}: Linearised, prior: FitPrior, damping = 0): JointFit {
  const families = [...new Set(rows.map(({family}) => family))].sort();
  const width = parameterCount;
  const size = width * (families.length + 1);
  const place = new Map(families.map((family, i) => [family, width * (i + 1)]));
  const current = [
    ...at.base,
    ...families.flatMap((family) => added(new Array(width).fill(0), at.factors.get(family)))
  ];
  // Weights depend on residuals where the step ends: a few rounds settle them.
  let moved = current;
  for (let round = 0; round < 4; ++round) {
    const matrix = new Float64Array(size * size);
    const vector = new Float64Array(size);
    for (const {family, ratios, slopes} of rows) {
      const own = place.get(family)!;
      for (const metric of [0, 1] as const) {
        let predicted = ratios[metric];
        for (let i = 0; i < width; ++i)
          predicted += slopes[i][metric] * (moved[i] - current[i] + moved[own + i] - current[own + i]);
        const weight = 1 / (1 + (predicted / scales[metric]) ** 2) / scales[metric] ** 2;
        for (let i = 0; i < width; ++i) {
          const left = weight * slopes[i][metric];
          vector[i] -= left * ratios[metric];
          vector[own + i] -= left * ratios[metric];
          for (let j = 0; j < width; ++j) {
            const product = left * slopes[j][metric];
            matrix[i * size + j] += product;
            matrix[(own + i) * size + own + j] += product;
            matrix[i * size + own + j] += product;
            matrix[(own + i) * size + j] += product;
          }
        }
      }
    }
    for (let i = 0; i < size; ++i) {
      const spread = i < width ? prior.baseSpread[i] : prior.familySpread[i % width];
      const mean = i < width ? prior.base[i] : 0;
      matrix[i * size + i] += 1 / spread ** 2 + damping * (matrix[i * size + i] + 1);
      vector[i] += (mean - current[i]) / spread ** 2;
    }
    factorize(matrix, size);
    solve(matrix, vector, size);
    moved = current.map((value, i) => value + Math.max(-largestMove, Math.min(largestMove, vector[i])));
  }
  return {
    base: moved.slice(0, width),
    factors: new Map(families.map((family) => [family, moved.slice(place.get(family), place.get(family)! + width)]))
  };
}

/** Minus the logarithm of the posterior, but for a constant. */
export function costOf(observed: readonly Observed[], fit: JointFit, prior: FitPrior): number {
  let cost = 0;
  for (const each of observed) {
    const ratios = each.ratios(constantsOf(added(fit.base, fit.factors.get(each.family))), false);
    for (const metric of [0, 1] as const) cost += 0.5 * Math.log1p((ratios[metric] / scales[metric]) ** 2);
  }
  fit.base.forEach((value, i) => (cost += 0.5 * ((value - prior.base[i]) / prior.baseSpread[i]) ** 2));
  for (const factors of fit.factors.values())
    factors.forEach((value, i) => (cost += 0.5 * (value / prior.familySpread[i]) ** 2));
  return cost;
}

/** Fits a class with its families, from the prior or from where another fit ended. */
export function fitJointly(
  observed: readonly Observed[],
  prior: FitPrior,
  {rounds = 6, from}: {rounds?: number; from?: JointFit} = {}
): JointFit {
  let fit: JointFit = from ?? {base: prior.base, factors: new Map()};
  let cost = costOf(observed, fit, prior);
  let damping = 0.02;
  for (let round = 0; round < rounds; ++round) {
    const linearised = linearise(observed, fit);
    let gained = 0;
    for (let attempt = 0; attempt < 4 && gained === 0; ++attempt) {
      const next = solveLinearised(linearised, prior, damping);
      const nextCost = costOf(observed, next, prior);
      if (nextCost < cost) {
        [gained, fit, cost] = [cost - nextCost, next, nextCost];
        damping /= 4;
      } else damping = Math.max(0.05, damping * 8);
    }
    if (gained < enoughGain * observed.length) break;
  }
  return fit;
}
