/**
 * Fits the constants of step times to measured means: one set per class, and factors on it for parts of the class, all of
 * it together. In logarithms, with priors on all, so that a part of few rows stays near what is above it: hierarchical
 * ridge.
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
  /** What its constants are made of beside the class's, by name, from what many share to what few do: a model, a model on a GPU. */
  parts: readonly string[];
  /** How far off the prediction is with these constants; `quick`: roughly, for slopes. */
  ratios(constants: ServingConstants, quick: boolean): LogRatios;
}

export interface JointFit {
  base: LogConstants;
  /** Added to the base, by name of the part. */
  factors: Map<string, LogConstants>;
}

export interface FitPrior {
  /** Where the class starts, and how far it may go from there: standard deviations of logarithms. */
  base: LogConstants;
  baseSpread: readonly number[];
  /** How far each part may go from what is above it, by its place among a row's parts. */
  partSpreads: readonly (readonly number[])[];
}

export const parameterCount = constantNames.length;

/** Errors up to about these count in full. */
const scales: LogRatios = [0.2, 0.1];
/** Step of a logarithm for slopes; slopes beyond the limit are those of a queue that is about to form. */
const step = 0.06;
const steepest = 3;
const largestMove = 0.7;
/** Of the cost, for each row: what another round is not worth. */
const enoughGain = 0.001;
/** Rounds before that counts: a step can pause where weights of rows turn. */
const leastRounds = 4;

export function constantsOf(logs: LogConstants): ServingConstants {
  return Object.fromEntries(constantNames.map((name, i) => [name, Math.exp(logs[i])])) as unknown as ServingConstants;
}

export function logsOf(constants: ServingConstants): number[] {
  return constantNames.map((name) => Math.log(constants[name]));
}

/** Base and factors of all parts together; a part that was not fitted adds nothing. */
export function logsFor({base, factors}: JointFit, parts: readonly string[]): number[] {
  return base.map((value, i) => parts.reduce((sum, part) => sum + (factors.get(part)?.[i] ?? 0), value));
}

/** Residuals and slopes at a point, from which a fit of any part of the rows takes its next step. */
export interface Linearised {
  at: JointFit;
  rows: {parts: readonly string[]; ratios: LogRatios; slopes: readonly LogRatios[]}[];
}

/** Simulates every row once, and once for each constant. */
export function linearise(observed: readonly Observed[], at: JointFit): Linearised {
  const rows = observed.map((each) => {
    const logs = logsFor(at, each.parts);
    const rough = each.ratios(constantsOf(logs), true);
    const slopes = logs.map((value, i): LogRatios => {
      const moved = each.ratios(constantsOf(logs.with(i, value + step)), true);
      return [slope(moved[0], rough[0]), slope(moved[1], rough[1])];
    });
    return {parts: each.parts, ratios: each.ratios(constantsOf(logs), false), slopes};
  });
  return {at, rows};
}

function slope(moved: number, from: number): number {
  return Math.max(-steepest, Math.min(steepest, (moved - from) / step));
}

/** Best constants by residuals and slopes at a point; `damping` keeps nearer to it. */
export function solveLinearised({at, rows}: Linearised, prior: FitPrior, damping = 0): JointFit {
  const width = parameterCount;
  const levels = levelsOf(rows);
  const names = [...levels.keys()].sort();
  const size = width * (names.length + 1);
  const place = new Map(names.map((name, i) => [name, width * (i + 1)]));
  const current = [...at.base, ...names.flatMap((name) => at.factors.get(name) ?? new Array<number>(width).fill(0))];
  const blocks = rows.map(({parts}) => [0, ...parts.map((part) => place.get(part)!)]);
  // Weights depend on residuals where the step ends: a few rounds settle them.
  let moved = current;
  for (let round = 0; round < 4; ++round) {
    const matrix = new Float64Array(size * size);
    const vector = new Float64Array(size);
    rows.forEach(({ratios, slopes}, row) => {
      for (const metric of [0, 1] as const) {
        let predicted = ratios[metric];
        for (const block of blocks[row])
          for (let i = 0; i < width; ++i) predicted += slopes[i][metric] * (moved[block + i] - current[block + i]);
        const weight = 1 / (1 + (predicted / scales[metric]) ** 2) / scales[metric] ** 2;
        for (let i = 0; i < width; ++i) {
          const left = weight * slopes[i][metric];
          for (const block of blocks[row]) {
            vector[block + i] -= left * ratios[metric];
            for (let j = 0; j < width; ++j)
              for (const other of blocks[row]) matrix[(block + i) * size + other + j] += left * slopes[j][metric];
          }
        }
      }
    });
    for (let i = 0; i < size; ++i) {
      const level = i < width ? -1 : levels.get(names[Math.floor(i / width) - 1])!;
      const spread = level < 0 ? prior.baseSpread[i] : prior.partSpreads[level][i % width];
      const mean = level < 0 ? prior.base[i] : 0;
      matrix[i * size + i] += 1 / spread ** 2 + damping * (matrix[i * size + i] + 1);
      vector[i] += (mean - current[i]) / spread ** 2;
    }
    factorize(matrix, size);
    solve(matrix, vector, size);
    moved = current.map((value, i) => value + Math.max(-largestMove, Math.min(largestMove, vector[i])));
  }
  const factorsOf = (name: string) => moved.slice(place.get(name), place.get(name)! + width);
  return {base: moved.slice(0, width), factors: new Map(names.map((name) => [name, factorsOf(name)]))};
}

/** Place of each part among the parts of a row. */
function levelsOf(rows: readonly {parts: readonly string[]}[]): Map<string, number> {
  return new Map(rows.flatMap(({parts}) => parts.map((part, level): [string, number] => [part, level])));
}

/** Minus the logarithm of the posterior, but for a constant. */
export function costOf(observed: readonly Observed[], fit: JointFit, prior: FitPrior): number {
  let cost = 0;
  for (const each of observed) {
    const ratios = each.ratios(constantsOf(logsFor(fit, each.parts)), false);
    for (const metric of [0, 1] as const) cost += 0.5 * Math.log1p((ratios[metric] / scales[metric]) ** 2);
  }
  fit.base.forEach((value, i) => (cost += 0.5 * ((value - prior.base[i]) / prior.baseSpread[i]) ** 2));
  const levels = levelsOf(observed);
  for (const [name, factors] of fit.factors) {
    const spread = prior.partSpreads[levels.get(name) ?? 0];
    factors.forEach((value, i) => (cost += 0.5 * (value / spread[i]) ** 2));
  }
  return cost;
}

/** Fits a class with its families, from the prior or from where another fit ended. */
export function fitJointly(
  observed: readonly Observed[],
  prior: FitPrior,
  {rounds = 10, from}: {rounds?: number; from?: JointFit} = {}
): JointFit {
  let fit: JointFit = from ?? {base: prior.base, factors: new Map()};
  let cost = costOf(observed, fit, prior);
  let damping = 0.02;
  for (let round = 0; round < rounds; ++round) {
    const linearised = linearise(observed, fit);
    let gained = 0;
    for (let attempt = 0; attempt < 7 && gained === 0; ++attempt) {
      const next = solveLinearised(linearised, prior, damping);
      const nextCost = costOf(observed, next, prior);
      if (nextCost < cost) {
        [gained, fit, cost] = [cost - nextCost, next, nextCost];
        damping /= 4;
      } else damping = Math.max(0.05, damping * 8);
    }
    if (gained === 0 || (round >= leastRounds && gained < enoughGain * observed.length)) break;
  }
  return fit;
}
