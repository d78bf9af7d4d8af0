/** More parts of constants that are known but for them. */
import {constantNames, product} from "../engine/simulate/calibration.js";
import {constantsOf, fitJointly, linearise, solveLinearised} from "./joint-fit.js";
import type {FitPrior, JointFit, LogConstants, Observed} from "./joint-fit.js";
import type {Observation} from "./observation.js";
import {fixedSpread} from "./priors.js";
import type {ByConstant} from "./priors.js";

/** More parts of constants that are known but for them. `rough`: by quick simulations alone, of many users. */
export function fitBeside(
  members: readonly Observation[],
  known: (each: Observation) => LogConstants,
  parts: (each: Observation) => string[],
  spreads: readonly ByConstant[],
  rough = false
) {
  const observed = members.map((each): Observed => {
    const constants = constantsOf(known(each));
    return {parts: parts(each), ratios: (factors, quick) => each.ratios(product(constants, factors), quick || rough)};
  });
  const nothing = constantNames.map(() => 0);
  const prior: FitPrior = {
    base: nothing,
    baseSpread: nothing.map(() => fixedSpread),
    partSpreads: spreads.map((spread) => constantNames.map((name) => spread[name]))
  };
  const fit: JointFit = observed.length > 0 ? fitJointly(observed, prior) : {base: nothing, factors: new Map()};
  const at = linearise(observed, fit);
  return {
    factors: fit.factors,
    without: (isOut: (each: Observation, index: number) => boolean) =>
      solveLinearised({at: fit, rows: at.rows.filter((_, i) => !isOut(members[i], i))}, prior).factors
  };
}
