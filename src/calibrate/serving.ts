/**
 * The calibration table from measured deployments: constants by backend and architecture, factors by model shape, GPU
 * and types, and how far off they are on deployments that were held out.
 */
import type {CalibrationTable} from "../engine/simulate/calibration.js";
import {fitBeside} from "./beside.js";
import {foldOf} from "./held-out.js";
import type {ClassConstants, FitOptions, HeldOutFits} from "./held-out.js";
import {fitJointly, linearise, logsFor, solveLinearised} from "./joint-fit.js";
import {byKey, classKey, withoutCopies} from "./observation.js";
import type {Observation} from "./observation.js";
import {fitPools} from "./pools.js";
import {familySpread, priorOf} from "./priors.js";
import {fitsOf, poolFits, tableOf} from "./table.js";

export interface ServingFit {
  table: CalibrationTable;
  heldOut: HeldOutFits;
}

/**
 * Fits everything, then everything again without each fold: about the full fit, whose slopes they share. `alternates`
 * are rows under other types than they were run in, which people ask for all the same: families of their own beside the
 * shape that the others make. `pools` are disaggregated rows.
 */
export function fitServing(
  {observations, alternates, pools}: Record<"observations" | "alternates" | "pools", readonly Observation[]>,
  options: FitOptions
): ServingFit {
  const {seed, folds, onProgress = () => {}} = options;
  const fittable = (of: readonly Observation[]) => withoutCopies(of).filter(({guessed}) => !guessed);
  const others = byKey(fittable(alternates), classKey);
  const classes: ClassConstants[] = [];
  const heldOut: HeldOutFits = {
    folds: Array.from({length: folds}, () => []),
    unseen: Array.from({length: folds}, () => []),
    disaggregated: [],
    unseenDisaggregated: []
  };
  const numbers = Array.from({length: folds}, (_, fold) => fold);
  const outOf = (fold: number, name: string) => foldOf(name, seed, folds) === fold;
  for (const [name, members] of byKey(fittable(observations), classKey)) {
    const {backend, architecture} = members[0];
    const prior = priorOf(backend);
    const fit = fitJointly(members, prior);
    const at = linearise(members, fit);
    const without = (isOut: (each: Observation) => boolean) =>
      solveLinearised({at: fit, rows: at.rows.filter((_, i) => !isOut(members[i]))}, prior);
    const parts = numbers.map((fold) => without(({deployment}) => outOf(fold, deployment.group)));
    for (const fold of numbers) {
      const unseen = without(({shapeOnSystem}) => outOf(fold, shapeOnSystem));
      heldOut.unseen[fold].push({backend, architecture, fit: unseen});
      heldOut.folds[fold].push({backend, architecture, fit: parts[fold]});
    }
    const beside = others.get(name) ?? [];
    const besides = fitBeside(
      beside,
      ({sharedParts}) => logsFor(fit, sharedParts),
      ({family}) => [family],
      [familySpread]
    );
    besides.factors.forEach((logs, family) => fit.factors.set(family, logs));
    for (const fold of numbers)
      besides
        .without(({deployment}) => outOf(fold, deployment.group))
        .forEach((logs, family) => {
          parts[fold].factors.set(family, logs);
        });
    classes.push({backend, architecture, fit});
    const off = (metric: 0 | 1) => median(at.rows.map(({ratios}) => Math.abs(Math.exp(ratios[metric]) - 1)));
    const medians = `${(100 * off(0)).toFixed(1)} and ${(100 * off(1)).toFixed(1)} %`;
    onProgress(`${name}: ${members.length} rows, ${fit.factors.size} factors, median errors ${medians}`);
  }
  const disaggregated = fitPools(pools, classes, heldOut, options);
  const all = [...observations, ...alternates];
  return {table: tableOf(all, {observations, pools}, classes, heldOut, disaggregated, options), heldOut};
}

/** Fits disaggregated workers anew beside a table and its held-out fits. */
export function refitPools(
  pools: readonly Observation[],
  table: CalibrationTable,
  heldOut: HeldOutFits,
  options: FitOptions
): ServingFit {
  const classes = fitsOf(table);
  const renewed = {...heldOut};
  const disaggregated = fitPools(pools, classes, renewed, options);
  const fits = poolFits(pools, {classes, heldOut: renewed, disaggregated}, options);
  return {table: {...table, disaggregated: fits}, heldOut: renewed};
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}
