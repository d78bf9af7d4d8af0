/**
 * The calibration table from measured deployments: constants by backend and architecture, factors by model shape, GPU
 * and types, and how far off they are on deployments that were held out.
 */
import {architectureOf, constantNames, shapeOf} from "../engine/simulate/calibration.js";
import type {
  Architecture,
  CalibrationTable,
  ClassFit,
  FamilyFit,
  ServingConstants,
  ServingError
} from "../engine/simulate/calibration.js";
import {plainConstants} from "../engine/simulate/calibration.js";
import {prepareServing, withConstants} from "../engine/simulate/serve.js";
import type {CurveCache, PreparedServing} from "../engine/simulate/serve.js";
import {simulate, simulateQuick} from "../engine/simulate/simulate.js";
import type {Backend} from "../engine/schema.js";
import type {MeasuredDeployment} from "../measured/deployment.js";
import type {MeasuredLatency} from "../measured/read.js";
import {dayOf} from "../measured/rules.js";
import {added, constantsOf, fitJointly, linearise, solveLinearised} from "./joint-fit.js";
import type {FitPrior, JointFit, Linearised, LogRatios, Observed} from "./joint-fit.js";

/** A deployment with its curves, and what its fit belongs to. */
export interface Observation extends Observed {
  deployment: MeasuredDeployment;
  prepared: PreparedServing;
  backend: Backend;
  architecture: Architecture;
  shape: string;
  system: string;
  gemm: string;
  moe: string;
  /** Measured with workers that are a guess: predicted, but nothing is fitted to it. */
  guessed: boolean;
}

export function observe(deployment: MeasuredDeployment, cache: CurveCache): Observation {
  const {asked, row, correction} = deployment;
  const prepared = prepareServing(asked, cache);
  const {spec, platform} = prepared.worker;
  const architecture = architectureOf(spec.model);
  const shape = shapeOf(spec.model);
  const {gemm} = spec.quant;
  const moe = architecture === "dense" ? "" : spec.quant.moe;
  const system = platform.system.id;
  return {
    deployment,
    prepared,
    backend: spec.backend,
    architecture,
    shape,
    system,
    gemm,
    moe,
    guessed: correction.replicas !== undefined,
    family: JSON.stringify([shape, system, gemm, moe]),
    ratios: (constants, quick) => {
      const predicted = predictObserved(prepared, constants, quick);
      return [
        Math.log(predicted.ttftMs / row.measured.ttftMs),
        // An answer of one token has no pace.
        Math.log(Math.max(predicted.tpotMs, 1e-3) / row.measured.tpotMs)
      ] as LogRatios;
    }
  };
}

export function predictObserved(
  prepared: PreparedServing,
  constants: ServingConstants,
  quick = false
): MeasuredLatency {
  const problem = withConstants(prepared, constants);
  const {ttftMs, tpotMs} = quick ? simulateQuick(problem) : simulate(problem);
  return {ttftMs: ttftMs.mean, tpotMs: tpotMs.mean};
}

/** The same point measured once and filed twice counts once. */
export function withoutCopies(observations: readonly Observation[]): Observation[] {
  const seen = new Set<string>();
  return observations.filter(({deployment, family}) => {
    const {row, asked, group} = deployment;
    const {ttftMs, tpotMs} = row.measured;
    const key = [family, group, row.isl, row.osl, asked.concurrency, asked.nextn, ttftMs, tpotMs].join("|");
    return !seen.has(key) && seen.add(key);
  });
}

type ByConstant = Record<keyof ServingConstants, number>;

const priorBases: Record<Backend, ByConstant> = {
  vllm: prior(1, 1, 1.2, 1, 2, 0.2, 8, 0.004),
  sglang: prior(0.8, 1, 1.2, 1.2, 2, 0.2, 30, 0.008),
  trtllm: prior(0.8, 0.5, 1.1, 1, 3, 0.5, 10, 0.004)
};

/** Starting values, near what single GPUs and models gave in a first study. */
function prior(
  decodeScale: number,
  decodeAttentionScale: number,
  prefillScale: number,
  decodeGapMs: number,
  prefillGapMs: number,
  prefillFloorMsPerLayer: number,
  arrivalMs: number,
  arrivalMsPerToken: number
): ByConstant {
  const scales = {decodeScale, decodeAttentionScale, prefillScale, kvScale: 1};
  return {...scales, decodeGapMs, prefillGapMs, prefillFloorMsPerLayer, arrivalMs, arrivalMsPerToken};
}

/** How far a class may lie from its start, and a family from its class, in logarithms. */
const baseSpread: ByConstant = {...prior(0.4, 0.6, 0.4, 1, 1.2, 1, 1, 1), kvScale: 0.1};
const familySpread: ByConstant = {...prior(0.25, 0.5, 0.25, 0.5, 0.7, 0.3, 0.5, 0.5), kvScale: 0.1};

export function priorOf(backend: Backend): FitPrior {
  const listed = (values: ByConstant) => constantNames.map((name) => values[name]);
  return {
    base: listed(priorBases[backend]).map(Math.log),
    baseSpread: listed(baseSpread),
    familySpread: listed(familySpread)
  };
}

/** Constants of one class with factors by family. */
export interface ClassConstants {
  backend: Backend;
  architecture: Architecture;
  fit: JointFit;
}

/** What is fitted to a part of the rows, to predict the others. */
export interface HeldOutFits {
  /** By fold of deployments: fitted to the others. */
  folds: ClassConstants[][];
  /** By fold of families: fitted without any of them. */
  unseen: ClassConstants[][];
}

export interface ServingFit {
  table: CalibrationTable;
  heldOut: HeldOutFits;
}

export interface FitOptions {
  seed: number;
  folds: number;
  name: string;
  onProgress?: (what: string) => void;
}

/**
 * Fits everything, then everything again without each fold: about the full fit, whose slopes they share. `alternates`
 * are rows under other types than they were run in, which people ask for all the same: families of their own beside the
 * class that the others make.
 */
export function fitServing(
  observations: readonly Observation[],
  alternates: readonly Observation[],
  options: FitOptions
): ServingFit {
  const {seed, folds, onProgress = () => {}} = options;
  const fittable = (of: readonly Observation[]) => withoutCopies(of).filter(({guessed}) => !guessed);
  const others = byKey(fittable(alternates), classKey);
  const classes: ClassConstants[] = [];
  const heldOut: HeldOutFits = {
    folds: Array.from({length: folds}, () => []),
    unseen: Array.from({length: folds}, () => [])
  };
  for (const [name, members] of byKey(fittable(observations), classKey)) {
    const {backend, architecture} = members[0];
    const prior = priorOf(backend);
    const fit = fitJointly(members, prior);
    const at = linearise(members, fit);
    const beside = others.get(name) ?? [];
    const fixed = {...prior, base: fit.base, baseSpread: fit.base.map(() => fixedSpread)};
    const besideFit = beside.length > 0 ? fitJointly(beside, fixed) : undefined;
    const besideAt = besideFit && linearise(beside, besideFit);
    const merged = (own: JointFit, more: JointFit | undefined): JointFit => ({
      base: own.base,
      factors: new Map([...(more?.factors ?? []), ...own.factors])
    });
    classes.push({backend, architecture, fit: merged(fit, besideFit)});
    const without = (isOut: (observation: Observation) => boolean): ClassConstants => {
      const kept = (from: Linearised, of: readonly Observation[]): Linearised => ({
        at: from.at,
        rows: from.rows.filter((_, i) => !isOut(of[i]))
      });
      const own = solveLinearised(kept(at, members), prior);
      const more = besideAt && solveLinearised(kept(besideAt, beside), fixed);
      return {backend, architecture, fit: merged(own, more)};
    };
    for (let fold = 0; fold < folds; ++fold) {
      heldOut.folds[fold].push(without(({deployment}) => foldOf(deployment.group, seed, folds) === fold));
      heldOut.unseen[fold].push(without(({family}) => foldOf(family, seed, folds) === fold));
    }
    const off = (metric: 0 | 1) => median(at.rows.map(({ratios}) => Math.abs(Math.exp(ratios[metric]) - 1)));
    const medians = `${(100 * off(0)).toFixed(1)} and ${(100 * off(1)).toFixed(1)} %`;
    onProgress(`${name}: ${members.length} rows, ${fit.factors.size} families, median errors ${medians}`);
  }
  return {table: tableOf([...observations, ...alternates], observations, classes, heldOut, options), heldOut};
}

/** Spread of a base that others have settled. */
const fixedSpread = 1e-3;

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

function classKey({backend, architecture}: {backend: Backend; architecture: Architecture}): string {
  return `${backend} ${architecture}`;
}

function byKey<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return new Map([...groups].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** By name, so that it does not change when rows are added. FNV-1a. */
export function foldOf(name: string, seed: number, folds: number): number {
  let hash = (2166136261 ^ seed) >>> 0;
  for (let i = 0; i < name.length; ++i) hash = Math.imul(hash ^ name.charCodeAt(i), 16777619) >>> 0;
  // Low bits of FNV alone depend on low bits of the text.
  return ((hash ^ (hash >>> 15)) >>> 0) % folds;
}

/** How a row is predicted: by everything, without its deployment, without its family, or without any fit. */
export type Held = "none" | "deployment" | "family" | "all";

/** Constants for a row out of fits that leave out as much as asked. */
export function constantsWithout(
  observation: Observation,
  held: Held,
  {classes, heldOut}: {classes: readonly ClassConstants[]; heldOut: HeldOutFits},
  {seed, folds}: {seed: number; folds: number}
): ServingConstants {
  if (held === "all") return plainConstants;
  const {deployment, family} = observation;
  const from =
    held === "none"
      ? classes
      : held === "deployment"
        ? heldOut.folds[foldOf(deployment.group, seed, folds)]
        : heldOut.unseen[foldOf(family, seed, folds)];
  const found = from.find((each) => classKey(each) === classKey(observation));
  if (!found) return plainConstants;
  return constantsOf(added(found.fit.base, held === "family" ? undefined : found.fit.factors.get(family)));
}

function tableOf(
  all: readonly Observation[],
  observations: readonly Observation[],
  classes: readonly ClassConstants[],
  heldOut: HeldOutFits,
  options: FitOptions
): CalibrationTable {
  const errors = (held: Held, of: readonly Observation[]): ServingError =>
    errorOf(
      of.map((observation) => {
        const constants = constantsWithout(observation, held, {classes, heldOut}, options);
        return errorsOf(predictObserved(observation.prepared, constants), observation.deployment.row.measured);
      })
    );
  const classFits: ClassFit[] = [];
  const familyFits: FamilyFit[] = [];
  const named = (of: readonly Observation[], {backend, architecture}: ClassConstants) =>
    of.filter((each) => each.backend === backend && each.architecture === architecture && !each.guessed);
  for (const each of classes) {
    const {backend, architecture, fit} = each;
    const members = named(observations, each);
    classFits.push({
      backend,
      architecture,
      constants: rounded(constantsOf(fit.base)),
      ...counted(members),
      error: errors("family", members)
    });
    const whole = errors("deployment", members);
    for (const [family, factors] of fit.factors) {
      const own = named(all, each).filter((observation) => observation.family === family);
      const {shape, system, gemm, moe} = own[0];
      const error = own.length >= enoughRows ? errors("deployment", own) : whole;
      familyFits.push({
        backend,
        shape,
        system,
        gemm,
        moe,
        factors: rounded(constantsOf(factors)),
        ...counted(own),
        error
      });
    }
  }
  const days = observations.map(({deployment}) => dayOf(deployment.row)).filter((day) => day !== "");
  const {seed, folds, name} = options;
  days.sort();
  return {
    format: 1,
    source: {name, rows: observations.length, from: days[0] ?? "", to: days.at(-1) ?? ""},
    seed,
    folds,
    classes: classFits,
    families: familyFits,
    uncalibrated: errors("all", observations)
  };
}

/** Fewer rows than this tell less of their own error than the class does. */
const enoughRows = 12;

function counted(observations: readonly Observation[]): {rows: number; deployments: number} {
  return {
    rows: observations.length,
    deployments: new Set(observations.map(({deployment}) => deployment.group)).size
  };
}

function errorsOf(predicted: MeasuredLatency, measured: MeasuredLatency): {ttft: number; tpot: number} {
  return {
    ttft: Math.abs(predicted.ttftMs / measured.ttftMs - 1),
    tpot: Math.abs(predicted.tpotMs / measured.tpotMs - 1)
  };
}

function errorOf(errors: readonly {ttft: number; tpot: number}[]): ServingError {
  const band = (metric: "ttft" | "tpot") => {
    const sorted = errors.map((error) => error[metric]).sort((a, b) => a - b);
    const at = (share: number) => digits(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
    return {p50: at(0.5), p90: at(0.9)};
  };
  return {ttft: band("ttft"), tpot: band("tpot")};
}

function rounded(constants: ServingConstants): ServingConstants {
  return Object.fromEntries(
    constantNames.map((name) => [name, digits(constants[name])])
  ) as unknown as ServingConstants;
}

function digits(value: number): number {
  return Number(value.toPrecision(4));
}
