/** What workers of disaggregated deployments have beside aggregated ones, fitted to measured pools. */
import type {PrefillSpreads, ServingConstants} from "../engine/simulate/calibration.js";
import {fitBeside} from "./beside.js";
import {
  besidesOf,
  classesOf,
  constantsFrom,
  foldOf,
  isCalibrated,
  leftOutWith,
  noPoolFactors,
  poolParts
} from "./held-out.js";
import type {ClassConstants, FitOptions, HeldOut, HeldOutFits, PoolFactors} from "./held-out.js";
import {logsOf} from "./joint-fit.js";
import type {LogConstants} from "./joint-fit.js";
import {byKey, withoutCopies} from "./observation.js";
import type {Observation} from "./observation.js";
import {poolSpreads} from "./priors.js";

/** What thousands of users wait for tells of queues, not of constants, and takes longest to simulate. */
const mostFittedUsers = 1024;

/** What disaggregated workers have besides; held-out fits of it are put where the others are. */
export function fitPools(
  pools: readonly Observation[],
  classes: readonly ClassConstants[],
  heldOut: HeldOutFits,
  options: FitOptions
): PoolFactors {
  const {seed, folds, onProgress = () => {}} = options;
  const disaggregated = noPoolFactors();
  heldOut.disaggregated = Array.from({length: folds}, noPoolFactors);
  heldOut.unseenDisaggregated = Array.from({length: folds}, noPoolFactors);
  const measured = withoutCopies(pools).filter(({guessed}) => !guessed);
  for (const [backend, judged] of byKey(measured, (each) => each.backend)) {
    const members = judged.filter(isFitted);
    const fit = fitBeside(members, (each) => logsOf(constantsFrom(each, classes)), poolParts, poolSpreads, true);
    const foldAt = (each: Observation, held: HeldOut) => foldOf(leftOutWith(each, held), seed, folds);
    const put = (into: PoolFactors, factors: ReadonlyMap<string, LogConstants>, spread: PrefillSpreads) => {
      factors.forEach((logs, part) => into.factors.set(part, logs));
      into.prefillSpreads.set(backend, spread);
    };
    const without = (held: HeldOut, ...out: readonly number[]) =>
      fit.without((each) => out.includes(foldAt(each, held)));
    const spreadOf = (held: HeldOut) => {
      const classesFor = (each: Observation) => classesOf(heldOut, held)[foldAt(each, held)];
      return spreads(judged, {
        foldAt: (each) => foldAt(each, held),
        isCalibrated: (each) => isCalibrated(each, classesFor(each)),
        without: (out) => {
          const besides = {...noPoolFactors(), factors: without(held, ...out)};
          return (each) => constantsFrom(each, classesFor(each), besides);
        }
      });
    };
    for (const held of ["deployment", "unseen"] as const) {
      const spread = spreadOf(held);
      besidesOf(heldOut, held).forEach((into, fold) => put(into, without(held, fold), spread.without(fold)));
    }
    const spread = spreadOf("deployment").ofAll();
    put(disaggregated, fit.factors, spread);
    onProgress(
      `${backend} disaggregated: ${members.length} rows, prefill times to ${spread.calibrated}, ${spread.elsewhere} elsewhere`
    );
  }
  return disaggregated;
}

function isFitted({deployment}: Observation): boolean {
  return deployment.asked.concurrency <= mostFittedUsers;
}

/** Spreads of prefill times that are tried. */
const triedSpreads = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6];

/** Fewer rows than this tell no spread. */
const spreadRows = 50;

interface Judging {
  foldAt: (each: Observation) => number;
  /** By the fit of its fold, which did not see it. */
  isCalibrated: (each: Observation) => boolean;
  /** Constants of a row by fits without these folds. */
  without: (out: readonly number[]) => (each: Observation) => ServingConstants;
}

/**
 * The spreads of prefill times with which TTFT of rows is least off in the mean, each row by a fit that did not see it.
 * Rows of more users than are fitted tell most of it: they saturate.
 */
function spreads(rows: readonly Observation[], {foldAt, isCalibrated, without}: Judging) {
  const folds = byKey(rows, (each) => String(foldAt(each)));
  /** Of rows in a fold by fits without it and another one: errors with each spread. */
  const errorsIn = (fold: string, ...others: string[]) => {
    const constantsOf = without([fold, ...others].map(Number));
    return folds.get(fold)!.map((each) => {
      const constants = constantsOf(each);
      const ratio = (prefillSpread: number) => each.ratios({...constants, prefillSpread}, !isFitted(each))[0];
      return {each, errors: triedSpreads.map((spread) => Math.abs(Math.expm1(ratio(spread))))};
    });
  };
  type Judged = ReturnType<typeof errorsIn>;
  const best = (of: Judged): number => {
    if (of.length < spreadRows) return 0;
    const sums = triedSpreads.map((_, spread) => of.reduce((sum, {errors}) => sum + errors[spread], 0));
    return triedSpreads[sums.indexOf(Math.min(...sums))];
  };
  const bestOfBoth = (of: Judged): PrefillSpreads => ({
    calibrated: best(of.filter(({each}) => isCalibrated(each))),
    elsewhere: best(of.filter(({each}) => !isCalibrated(each)))
  });
  const names = [...folds.keys()];
  return {
    /** From rows outside a fold, each by a fit that saw neither that fold nor its own. */
    without(fold: number): PrefillSpreads {
      const others = names.filter((other) => Number(other) !== fold);
      return bestOfBoth(others.flatMap((other) => errorsIn(other, String(fold))));
    },
    ofAll: () => bestOfBoth(names.flatMap((fold) => errorsIn(fold)))
  };
}
