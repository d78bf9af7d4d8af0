/**
 * The calibration table from measured deployments: constants by backend and architecture, factors by model shape, GPU
 * and types, and how far off they are on deployments that were held out.
 */
import {architectureOf, constantNames, poolKinds, shapeOf} from "../engine/simulate/calibration.js";
import type {
  Architecture,
  CalibrationTable,
  ClassFit,
  DisaggregatedFit,
  FamilyFit,
  PoolKind,
  ShapeFit,
  ServingConstants,
  ServingError
} from "../engine/simulate/calibration.js";
import {calibratedFor, plainConstants, product} from "../engine/simulate/calibration.js";
import {preparePools, withPoolConstants} from "../engine/simulate/serve-disaggregated.js";
import type {PreparedPools} from "../engine/simulate/serve-disaggregated.js";
import {prepareServing, withConstants} from "../engine/simulate/serve.js";
import type {CurveCache, PreparedServing} from "../engine/simulate/serve.js";
import {
  simulate,
  simulateDisaggregated,
  simulateDisaggregatedQuick,
  simulateQuick
} from "../engine/simulate/simulate.js";
import type {Backend} from "../engine/schema.js";
import type {MeasuredDeployment} from "../measured/deployment.js";
import {dayOf} from "../measured/read.js";
import type {MeasuredLatency} from "../measured/read.js";
import {constantsOf, fitJointly, linearise, logsFor, logsOf, solveLinearised} from "./joint-fit.js";
import type {FitPrior, JointFit, LogConstants, LogRatios, Observed} from "./joint-fit.js";

/** A deployment with its curves, and what its fit belongs to. */
export interface Observation extends Observed {
  deployment: MeasuredDeployment;
  prepared: PreparedServing | PreparedPools;
  backend: Backend;
  architecture: Architecture;
  shape: string;
  system: string;
  gemm: string;
  moe: string;
  drafts: boolean;
  attentionDp: boolean;
  /** Shape and family, as parts of the fit. */
  shapePart: string;
  family: string;
  /** Of pools: the family of prefill workers, and what both kinds have besides. */
  prefillFamily?: string;
  kinds?: string[];
  /** Measured with workers that are a guess: predicted, but nothing is fitted to it. */
  guessed: boolean;
}

export function observe(deployment: MeasuredDeployment, cache: CurveCache): Observation {
  const {row, correction} = deployment;
  const prepared = deployment.pools ? preparePools(deployment.pools, cache) : prepareServing(deployment.asked, cache);
  const {worker} = "decode" in prepared ? prepared.decode : prepared;
  const {spec, platform, nextn} = worker;
  const architecture = architectureOf(spec.model);
  const shape = shapeOf(spec.model);
  const {gemm} = spec.quant;
  const moe = architecture === "dense" ? "" : spec.quant.moe;
  const system = platform.system.id;
  const [drafts, attentionDp] = [nextn > 0, spec.parallel.dp > 1];
  const shapePart = JSON.stringify([shape]);
  const familyOf = (withAttentionDp: boolean) => JSON.stringify([shape, system, gemm, moe, drafts, withAttentionDp]);
  const family = familyOf(attentionDp);
  const ofPools =
    "decode" in prepared
      ? {
          prefillFamily: familyOf(prepared.prefill.worker.spec.parallel.dp > 1),
          kinds: kindsOf(prepared, correction.early)
        }
      : {};
  return {
    deployment,
    prepared,
    backend: spec.backend,
    architecture,
    shape,
    system,
    gemm,
    moe,
    drafts,
    attentionDp,
    shapePart,
    family,
    parts: [shapePart, family],
    ...ofPools,
    guessed:
      correction.replicas !== undefined ||
      correction.guessed === true ||
      (row.mode === "agg" && correction.pools !== undefined),
    ratios: (constants, quick) => logRatios(predictObserved(prepared, constants, quick), row.measured)
  };
}

/** What prefill and decode workers of pools are, from what many are to what few are: as parts of the fit. */
function kindsOf({prefill, decode}: PreparedPools, early?: boolean): string[] {
  const [of, from] = [poolKinds(prefill.worker, "prefill"), poolKinds(decode.worker, "decode")];
  return [of[0], from[0], of[1], from[1]].map((kind) => JSON.stringify(early ? {...kind, early} : kind));
}

function logRatios(predicted: MeasuredLatency, measured: MeasuredLatency): LogRatios {
  // An answer of one token has no pace.
  return [Math.log(predicted.ttftMs / measured.ttftMs), Math.log(Math.max(predicted.tpotMs, 1e-3) / measured.tpotMs)];
}

export function predictObserved(
  prepared: PreparedServing | PreparedPools,
  constants: ServingConstants,
  quick = false
): MeasuredLatency {
  const {ttftMs, tpotMs} = simulated(prepared, constants, quick);
  return {ttftMs: ttftMs.mean, tpotMs: tpotMs.mean};
}

function simulated(prepared: PreparedServing | PreparedPools, constants: ServingConstants, quick: boolean) {
  if ("decode" in prepared) {
    const problem = withPoolConstants(prepared, constants, constants);
    return quick ? simulateDisaggregatedQuick(problem) : simulateDisaggregated(problem);
  }
  const problem = withConstants(prepared, constants);
  return quick ? simulateQuick(problem) : simulate(problem);
}

/** The same point measured once and filed twice counts once. */
export function withoutCopies(observations: readonly Observation[]): Observation[] {
  const seen = new Set<string>();
  return observations.filter(({deployment, family}) => {
    const {row, asked, group} = deployment;
    const {ttftMs, tpotMs} = row.measured;
    const key = [family, group, row.isl, row.osl, asked.concurrency, ttftMs, tpotMs].join("|");
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

/** How far a class may lie from its start, a shape from its class, and a family from its shape, in logarithms. */
const baseSpread: ByConstant = {...prior(0.24, 0.36, 0.24, 0.6, 0.72, 0.6, 0.6, 0.6), kvScale: 0.06};
const shapeSpread: ByConstant = {...prior(0.25, 0.4, 0.25, 0.4, 0.5, 0.3, 0.4, 0.4), kvScale: 0.1};
const familySpread: ByConstant = {...prior(0.27, 0.5, 0.27, 0.6, 0.75, 0.3, 0.5, 0.5), kvScale: 0.3};
/** How far what disaggregated workers have besides may lie from nothing, and one kind of them from that. */
const disaggregatedSpread: ByConstant = {...prior(0.3, 0.1, 0.4, 0.5, 0.7, 0.1, 1.5, 0.7), kvScale: 0.05};
const ofLayoutSpread: ByConstant = {...prior(0.2, 0.1, 0.35, 0.3, 0.3, 0.1, 0.4, 0.3), kvScale: 0.05};
const ofKindSpread: ByConstant = {...prior(0.25, 0.1, 0.4, 0.4, 0.4, 0.1, 0.6, 0.4), kvScale: 0.05};

/** Constants that steps which prefill have, and the way of prompts to them: of pools, prefill workers' alone. */
const prefillConstants: readonly (keyof ServingConstants)[] = [
  "prefillScale",
  "prefillGapMs",
  "prefillFloorMsPerLayer",
  "arrivalMs",
  "arrivalMsPerToken"
];

/** Spread of what others have settled. */
const fixedSpread = 1e-3;

/** Prefill workers tell nothing of decode steps, nor decode workers of steps that prefill. */
function ofRole(spread: ByConstant, role: PoolKind["role"]): ByConstant {
  const own = ([name]: [string, number]) =>
    prefillConstants.includes(name as keyof ServingConstants) === (role === "prefill");
  return Object.fromEntries(
    Object.entries(spread).map((entry) => [entry[0], own(entry) ? entry[1] : fixedSpread])
  ) as ByConstant;
}

const poolSpreads: readonly ByConstant[] = [
  disaggregatedSpread,
  ...[ofLayoutSpread, ofKindSpread].flatMap((spread) => [ofRole(spread, "prefill"), ofRole(spread, "decode")])
];

function priorOf(backend: Backend): FitPrior {
  const listed = (values: ByConstant) => constantNames.map((name) => values[name]);
  return {
    base: listed(priorBases[backend]).map(Math.log),
    baseSpread: listed(baseSpread),
    partSpreads: [listed(shapeSpread), listed(familySpread)]
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
  /** By fold of deployments: what disaggregated workers have besides, by `poolParts`. */
  disaggregated: Map<string, LogConstants>[];
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
    disaggregated: Array.from({length: folds}, () => new Map())
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
      const unseen = without(({family}) => outOf(fold, family));
      heldOut.unseen[fold].push({backend, architecture, fit: unseen});
      heldOut.folds[fold].push({backend, architecture, fit: parts[fold]});
    }
    const beside = others.get(name) ?? [];
    const besides = fitBeside(
      beside,
      ({shapePart}) => logsFor(fit, [shapePart]),
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

const mostPoolUsers = 1024;

/** Backend, and its kinds of workers, as parts of what disaggregated workers have besides. */
function poolParts({backend, kinds = []}: Observation): string[] {
  return [backend, ...kinds.map((kind) => `${backend} ${kind}`)];
}

/** Runs of an early release are kinds of their own, which no table tells. */
function isEarly(part: string): boolean {
  return part.includes('"early":true');
}

/** What disaggregated workers have besides; held-out fits of it are put where the others are. */
function fitPools(
  pools: readonly Observation[],
  classes: readonly ClassConstants[],
  heldOut: HeldOutFits,
  options: FitOptions
): Map<string, LogConstants> {
  const {seed, folds, onProgress = () => {}} = options;
  const disaggregated = new Map<string, LogConstants>();
  // What thousands of users wait for tells of queues, not of constants, and takes longest to simulate.
  const fittable = withoutCopies(pools).filter(
    ({guessed, deployment}) => !guessed && deployment.asked.concurrency <= mostPoolUsers
  );
  const foldAt = ({deployment}: Observation) => foldOf(deployment.group, seed, folds);
  for (const [backend, members] of byKey(fittable, (each) => each.backend)) {
    const known = (each: Observation) => logsOf(constantsWithout(each, "none", {classes, heldOut}, options));
    const fit = fitBeside(members, known, poolParts, poolSpreads, true);
    heldOut.disaggregated.forEach((factors, fold) => {
      const held = fit.without((each) => foldAt(each) === fold);
      held.forEach((logs, part) => factors.set(part, logs));
    });
    // Rows by fits without their fold; what is put to a fold comes from the others.
    const leaned = leanings(members, (each) => constantsWithout(each, "deployment", {classes, heldOut}, options));
    heldOut.disaggregated.forEach((factors, fold) =>
      factors.set(
        backend,
        sooner(
          factors.get(backend)!,
          leaned((each) => foldAt(each) !== fold)
        )
      )
    );
    fit.factors.forEach((logs, part) => disaggregated.set(part, logs));
    const share = leaned(() => true);
    disaggregated.set(backend, sooner(disaggregated.get(backend)!, share));
    onProgress(`${backend} disaggregated: ${members.length} rows, prefill in ${share} of the time`);
  }
  return disaggregated;
}

/** Shares of the time of steps that prefill which are tried. */
const leaningShares = [1, 0.95, 0.9, 0.85, 0.8, 0.75];
/** Fewer rows than this tell no such share. */
const leaningRows = 50;

/**
 * Where a few hundredths decide whether prefill workers are saturated, TTFT is many times what was measured if they are
 * taken as too slow, and less than once too little if as too fast: errors are shares of what was measured. Fits in
 * logarithms find the middle of the two; the share of the time that gives the least mean error of some rows is this.
 */
function leanings(members: readonly Observation[], constantsOf: (each: Observation) => ServingConstants) {
  const errors = leaningShares.map((share) =>
    members.map((each) => {
      const constants = constantsOf(each);
      const {prefillScale, prefillGapMs} = constants;
      const less = {...constants, prefillScale: share * prefillScale, prefillGapMs: share * prefillGapMs};
      return Math.abs(Math.expm1(each.ratios(less, true)[0]));
    })
  );
  return (isIn: (each: Observation) => boolean): number => {
    const count = members.filter(isIn).length;
    if (count < leaningRows) return 1;
    const sums = errors.map((of) => of.reduce((sum, error, i) => sum + (isIn(members[i]) ? error : 0), 0));
    return leaningShares[sums.indexOf(Math.min(...sums))];
  };
}

function sooner(logs: LogConstants, share: number): LogConstants {
  return logs.map((value, i) => value + (/^prefill(Scale|GapMs)$/.test(constantNames[i]) ? Math.log(share) : 0));
}

/** Fits disaggregated workers anew beside a table and its held-out fits. */
export function refitPools(
  pools: readonly Observation[],
  table: CalibrationTable,
  heldOut: HeldOutFits,
  options: FitOptions
): ServingFit {
  const classes = classesOf(table);
  const renewed = {...heldOut, disaggregated: heldOut.disaggregated.map(() => new Map<string, LogConstants>())};
  const disaggregated = fitPools(pools, classes, renewed, options);
  const fits = poolFits(pools, {classes, heldOut: renewed, disaggregated}, options);
  return {table: {...table, disaggregated: fits}, heldOut: renewed};
}

/** The fits that a table was written from, to its digits. */
function classesOf({classes, shapes, families}: CalibrationTable): ClassConstants[] {
  return classes.map(({backend, architecture, constants}) => {
    const own = <T extends ShapeFit>(fits: readonly T[]) => fits.filter((fit) => fit.backend === backend);
    const factors = [
      ...own(shapes).map((fit): [string, LogConstants] => [JSON.stringify([fit.shape]), logsOf(fit.factors)]),
      ...own(families).map(({shape, system, gemm, moe, drafts, attentionDp, factors: of}): [string, LogConstants] => [
        JSON.stringify([shape, system, gemm, moe, drafts, attentionDp]),
        logsOf(of)
      ])
    ];
    return {backend, architecture, fit: {base: logsOf(constants), factors: new Map(factors)}};
  });
}

function poolFits(
  pools: readonly Observation[],
  fitted: {classes: readonly ClassConstants[]; heldOut: HeldOutFits; disaggregated: ReadonlyMap<string, LogConstants>},
  options: FitOptions
): DisaggregatedFit[] {
  const current = [...fitted.disaggregated].filter(([part]) => !isEarly(part));
  return current.map(([part, logs]) => {
    const [name, kind] = part.split(" ");
    const backend = name as Backend;
    const factors = notOne(rounded(constantsOf(logs)));
    if (kind) return {backend, kind: JSON.parse(kind) as DisaggregatedFit["kind"], factors};
    const members = pools.filter((each) => each.backend === backend && !each.guessed);
    return {backend, factors, ...counted(members), error: heldOutError(members, "deployment", fitted, options)};
  });
}

function notOne(factors: ServingConstants): Partial<ServingConstants> {
  return Object.fromEntries(Object.entries(factors).filter(([, value]) => value !== 1));
}

function heldOutError(
  of: readonly Observation[],
  held: Held,
  fitted: Parameters<typeof constantsWithout>[2],
  options: FitOptions
): ServingError {
  return errorOf(
    of.map((observation) => {
      const constants = constantsWithout(observation, held, fitted, options);
      return errorsOf(predictObserved(observation.prepared, constants), observation.deployment.row.measured);
    })
  );
}

/** More parts of constants that are known but for them. `rough`: by quick simulations alone, of many users. */
function fitBeside(
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

/**
 * A table of a user's own runs: the shipped classes and shapes, and families that are fitted to these runs alone, near
 * what the shipped table says of them. About ten runs of a family move it; with fewer it stays near where it was.
 */
export function fitOwn(
  observations: readonly Observation[],
  shipped: CalibrationTable,
  name: string
): CalibrationTable {
  const families: FamilyFit[] = [];
  for (const members of byKey(withoutCopies(observations), (each) => `${each.backend}|${each.family}`).values()) {
    const [first] = members;
    const worker = "decode" in first.prepared ? first.prepared.decode.worker : first.prepared.worker;
    const known = calibratedFor(worker, shipped);
    const beneath = sharedConstants(first, shipped);
    const fit = fitBeside(
      members,
      () => logsOf(known.constants),
      ({family}) => [family],
      [ownSpread]
    );
    const constants = product(known.constants, constantsOf(fit.factors.get(first.family)!));
    const quotient = constantNames.map((each) => [each, digits(constants[each] / beneath[each])]);
    const factors = Object.fromEntries(quotient) as unknown as ServingConstants;
    const errors = members.map(({prepared, deployment}, i) => {
      // Each run as if the others were all there are.
      const without = fit.without((_, other) => other === i).get(first.family);
      const held = without ? product(known.constants, constantsOf(without)) : known.constants;
      return errorsOf(predictObserved(prepared, held), deployment.row.measured);
    });
    const {backend, shape, system, gemm, moe, drafts, attentionDp} = first;
    const keys = {backend, shape, system, gemm, moe, drafts, attentionDp};
    families.push({...keys, factors, ...counted(members), error: errorOf(errors)});
  }
  const days = observations.map(({deployment}) => dayOf(deployment.row)).filter((day) => day !== "");
  days.sort();
  const source = {name, rows: observations.length, from: days[0] ?? "", to: days.at(-1) ?? ""};
  return {...shipped, source, families, disaggregated: undefined};
}

/** What a table has for a row's class and shape, to which a family's factors are added. */
function sharedConstants({backend, architecture, shape}: Observation, table: CalibrationTable): ServingConstants {
  const inClass = table.classes.find((fit) => fit.backend === backend && fit.architecture === architecture);
  const ofShape = table.shapes.find((fit) => fit.backend === backend && fit.shape === shape);
  return ofShape && inClass ? product(inClass.constants, ofShape.factors) : (inClass?.constants ?? plainConstants);
}

/** How far own runs may lie from what is shipped. */
const ownSpread: ByConstant = {...prior(0.4, 0.5, 0.4, 0.7, 0.7, 0.3, 0.7, 0.7), kvScale: 0.15};

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
  fitted: {
    classes: readonly ClassConstants[];
    heldOut: HeldOutFits;
    disaggregated?: ReadonlyMap<string, LogConstants>;
  },
  {seed, folds}: {seed: number; folds: number}
): ServingConstants {
  if (held === "all") return plainConstants;
  const {deployment, family, parts, prepared} = observation;
  const {classes, heldOut} = fitted;
  const fold = foldOf(held === "family" ? family : deployment.group, seed, folds);
  const from = held === "none" ? classes : held === "deployment" ? heldOut.folds[fold] : heldOut.unseen[fold];
  const found = from.find((each) => classKey(each) === classKey(observation));
  if (!found) return plainConstants;
  const besides = held === "none" ? fitted.disaggregated : heldOut.disaggregated[foldOf(deployment.group, seed, folds)];
  const decodeLogs = logsFor(found.fit, partsOf(found.fit, family, parts));
  if (!("decode" in prepared)) return constantsOf(decodeLogs);
  // Without a family, its workers of both kinds go by what is left: the other's family may be the same but for its DP.
  const ofPrefill = held === "family" ? family : observation.prefillFamily!;
  const prefillLogs = logsFor(found.fit, partsOf(found.fit, ofPrefill, [observation.shapePart, ofPrefill]));
  const extra = poolParts(observation).flatMap((part) => [besides?.get(part) ?? []]);
  const logs = constantNames.map((name, i) => (prefillConstants.includes(name) ? prefillLogs[i] : decodeLogs[i]));
  return constantsOf(logs.map((value, i) => extra.reduce((sum, of) => sum + (of[i] ?? 0), value)));
}

/** A family with drafts or attention DP that was not fitted goes by the one without. */
function partsOf({factors}: JointFit, family: string, parts: readonly string[]): readonly string[] {
  if (factors.has(family)) return parts;
  const [shape, system, gemm, moe] = JSON.parse(family) as string[];
  return [JSON.stringify([shape]), JSON.stringify([shape, system, gemm, moe, false, false])];
}

function tableOf(
  all: readonly Observation[],
  {observations, pools}: Record<"observations" | "pools", readonly Observation[]>,
  classes: readonly ClassConstants[],
  heldOut: HeldOutFits,
  disaggregated: ReadonlyMap<string, LogConstants>,
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
    const unseen = errors("family", members);
    const seen = errors("deployment", members);
    const constants = rounded(constantsOf(fit.base));
    classFits.push({backend, architecture, constants, ...counted(members), error: unseen});
    for (const [part, logs] of fit.factors) {
      const factors = rounded(constantsOf(logs));
      const own = all.filter((of) => isMember(of) && (of.family === part || of.shapePart === part));
      const {shape, system, gemm, moe, drafts, attentionDp} = own[0];
      const isShape = own[0].shapePart === part;
      const tested = own.length >= enoughRows;
      const error = isShape ? (tested ? errors("family", own) : unseen) : tested ? errors("deployment", own) : seen;
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
    const at = (share: number) => {
      const error = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
      return Number(error.toPrecision(share > 0.5 ? 2 : 3));
    };
    return {p50: at(0.5), p90: at(0.9)};
  };
  return {ttft: band("ttft"), tpot: band("tpot")};
}

function rounded(constants: ServingConstants): ServingConstants {
  return Object.fromEntries(
    constantNames.map((name) => [name, digits(constants[name])])
  ) as unknown as ServingConstants;
}

/** Three, which keeps the table small; what changes by less than one in a hundred changes nothing. */
function digits(value: number): number {
  return Math.abs(value - 1) < 0.01 ? 1 : Number(value.toPrecision(3));
}
