/** Fits as the table that ships: rounded factors, how many rows they rest on, and how far off they are on others. */
import {constantNames} from "../engine/simulate/calibration.js";
import type {
  CalibrationTable,
  ClassFit,
  DisaggregatedFit,
  FamilyFit,
  PartialFactors,
  ServingConstants,
  ServingError,
  ShapeFit
} from "../engine/simulate/calibration.js";
import {plainFactors} from "../engine/simulate/calibration.js";
import type {Backend} from "../engine/schema.js";
import {dayOf} from "../measured/read.js";
import type {MeasuredLatency} from "../measured/read.js";
import {constantsWithout} from "./held-out.js";
import type {ClassConstants, FitOptions, Fits, Held, HeldOutFits, PoolFactors} from "./held-out.js";
import {constantsOf, logsOf} from "./joint-fit.js";
import type {LogConstants} from "./joint-fit.js";
import {byKey, classKey, familyPart, predictObserved, shapePart, systemPart, typePart} from "./observation.js";
import type {Observation} from "./observation.js";

export function tableOf(
  all: readonly Observation[],
  {observations, pools}: Record<"observations" | "pools", readonly Observation[]>,
  classes: readonly ClassConstants[],
  heldOut: HeldOutFits,
  disaggregated: PoolFactors,
  options: FitOptions
): CalibrationTable {
  const fitted = {classes, heldOut, disaggregated};
  const errors = (held: Held, of: readonly Observation[]) => heldOutError(of, held, fitted, options);
  const classFits: ClassFit[] = [];
  const shapes: ShapeFit[] = [];
  const families: FamilyFit[] = [];
  for (const each of classes) {
    const {backend, architecture, fit} = each;
    const isMember = (of: Observation) => classKey(of) === classKey(each) && !of.guessed;
    const members = observations.filter(isMember);
    const unseen = errors("unseen", members);
    const seen = errors("deployment", members);
    const constants = rounded(constantsOf(fit.base));
    const shared = (partOf: (of: Observation) => string, keyOf: (of: Observation) => string) =>
      Object.fromEntries(
        [...byKey(members, keyOf)].map(([key, [own]]) => [
          key,
          notOne(rounded(constantsOf(fit.factors.get(partOf(own))!)))
        ])
      );
    classFits.push({
      ...{backend, architecture, constants, ...counted(members), error: unseen},
      systems: shared(
        ({system}) => systemPart(system),
        ({system}) => system
      ),
      types: shared(
        ({gemm}) => typePart(gemm),
        ({gemm}) => gemm
      )
    });
    for (const [part, logs] of fit.factors) {
      const own = all.filter((of) => isMember(of) && (of.family === part || shapePart(of.shape) === part));
      if (own.length === 0) continue;
      const factors = rounded(constantsOf(logs));
      const {shape, system, gemm, moe, drafts, attentionDp} = own[0];
      const isShape = shapePart(shape) === part;
      const tested = own.length >= enoughRows;
      const error = isShape ? (tested ? errors("unseen", own) : unseen) : tested ? errors("deployment", own) : seen;
      const found = {backend, shape, factors, ...counted(own), error};
      if (isShape) shapes.push(found);
      else families.push({...found, system, gemm, moe, drafts, attentionDp});
    }
  }
  const days = observations.map(({deployment}) => dayOf(deployment.row)).filter((day) => day !== "");
  days.sort();
  const {seed, folds, name} = options;
  return {
    format: 1,
    source: {name, rows: observations.length + pools.length, from: days[0] ?? "", to: days.at(-1) ?? ""},
    seed,
    folds,
    classes: classFits,
    shapes,
    families,
    disaggregated: poolFits(pools, fitted, options),
    uncalibrated: errors("all", observations)
  };
}

export function poolFits(
  pools: readonly Observation[],
  fitted: Fits & {disaggregated: PoolFactors},
  options: FitOptions
): DisaggregatedFit[] {
  const current = [...fitted.disaggregated.factors].filter(([part]) => !isEarly(part));
  return current.map(([part, logs]) => {
    const [name, kind] = part.split(" ");
    const backend = name as Backend;
    const factors = notOne(rounded(constantsOf(logs)));
    if (kind) return {backend, kind: JSON.parse(kind) as DisaggregatedFit["kind"], factors};
    const members = pools.filter((each) => each.backend === backend && !each.guessed);
    const prefillSpreads = fitted.disaggregated.prefillSpreads.get(backend);
    return {backend, factors, prefillSpreads, ...counted(members), ...poolErrors(members, fitted, options)};
  });
}

/** By prefill times that err least, and as they are fitted. */
export function poolErrors(members: readonly Observation[], fitted: Fits, options: FitOptions) {
  const withoutSpread = fitted.heldOut.disaggregated.map((besides) => ({...besides, prefillSpreads: new Map()}));
  const asFitted = {...fitted, heldOut: {...fitted.heldOut, disaggregated: withoutSpread}};
  return {
    error: heldOutError(members, "deployment", fitted, options),
    errorAsFitted: heldOutError(members, "deployment", asFitted, options)
  };
}

/** Runs of an early release are kinds of their own, which no table tells. */
function isEarly(part: string): boolean {
  return part.includes('"early":true');
}

/** The fits that a table was written from, to its digits. */
export function fitsOf({classes, shapes, families}: CalibrationTable): ClassConstants[] {
  const logs = (factors: PartialFactors) => logsOf({...plainFactors, ...factors});
  return classes.map(({backend, architecture, constants, systems = {}, types = {}}) => {
    const own = <T extends ShapeFit>(fits: readonly T[]) => fits.filter((fit) => fit.backend === backend);
    const factors = [
      ...own(shapes).map((fit): [string, LogConstants] => [shapePart(fit.shape), logs(fit.factors)]),
      ...Object.entries(systems).map(([system, of]): [string, LogConstants] => [systemPart(system), logs(of)]),
      ...Object.entries(types).map(([gemm, of]): [string, LogConstants] => [typePart(gemm), logs(of)]),
      ...own(families).map((fit): [string, LogConstants] => [familyPart(fit), logs(fit.factors)])
    ];
    return {backend, architecture, fit: {base: logsOf(constants), factors: new Map(factors)}};
  });
}

/** Fewer rows than this tell less of their own error than the class does. */
const enoughRows = 12;

function heldOutError(of: readonly Observation[], held: Held, fitted: Fits, options: FitOptions): ServingError {
  return errorOf(
    of.map((observation) => {
      const constants = constantsWithout(observation, held, fitted, options);
      return errorsOf(predictObserved(observation.prepared, constants), observation.deployment.row.measured);
    })
  );
}

export function counted(observations: readonly Observation[]): {rows: number; deployments: number} {
  return {
    rows: observations.length,
    deployments: new Set(observations.map(({deployment}) => deployment.group)).size
  };
}

export function errorsOf(predicted: MeasuredLatency, measured: MeasuredLatency): {ttft: number; tpot: number} {
  return {
    ttft: Math.abs(predicted.ttftMs / measured.ttftMs - 1),
    tpot: Math.abs(predicted.tpotMs / measured.tpotMs - 1)
  };
}

export function errorOf(errors: readonly {ttft: number; tpot: number}[]): ServingError {
  const band = (metric: "ttft" | "tpot") => {
    const sorted = errors.map((error) => error[metric]).sort((a, b) => a - b);
    const at = (share: number) => {
      const error = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
      return Number(error.toPrecision(share > 0.5 ? 2 : 3));
    };
    return {p50: at(0.5), p90: at(0.9)};
  };
  return {ttft: band("ttft"), tpot: band("tpot")};
}

function notOne(factors: ServingConstants): PartialFactors {
  return Object.fromEntries(Object.entries(factors).filter(([, value]) => value !== 1));
}

function rounded(constants: ServingConstants): ServingConstants {
  return Object.fromEntries(
    constantNames.map((name) => [name, digits(constants[name])])
  ) as unknown as ServingConstants;
}

/** Three, which keeps the table small; what changes by less than one in a hundred changes nothing. */
export function digits(value: number): number {
  return Math.abs(value - 1) < 0.01 ? 1 : Number(value.toPrecision(3));
}
