/** Fits to all measured rows and to parts of them, and the constants of a row by fits that did not see it. */
import {constantNames, plainConstants} from "../engine/simulate/calibration.js";
import type {Architecture, PrefillSpreads, ServingConstants} from "../engine/simulate/calibration.js";
import type {Backend} from "../engine/schema.js";
import {constantsOf, logsFor} from "./joint-fit.js";
import type {JointFit, LogConstants} from "./joint-fit.js";
import {classKey, familyPart} from "./observation.js";
import type {Observation} from "./observation.js";
import {prefillConstants} from "./priors.js";

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
  /** By fold of model shapes on GPUs in types: fitted without any of them. */
  unseen: ClassConstants[][];
  /** What disaggregated workers have besides, by `poolParts`, in the same folds. */
  disaggregated: PoolFactors[];
  unseenDisaggregated: PoolFactors[];
}

export interface PoolFactors {
  /** Logarithms, by part. */
  factors: Map<string, LogConstants>;
  /** How far prefill times may lie from what is fitted, by backend. */
  prefillSpreads: Map<string, PrefillSpreads>;
}

export function noPoolFactors(): PoolFactors {
  return {factors: new Map(), prefillSpreads: new Map()};
}

/** Fits to all, and to parts. */
export interface Fits {
  classes: readonly ClassConstants[];
  heldOut: HeldOutFits;
  disaggregated?: PoolFactors;
}

export interface FitOptions {
  seed: number;
  folds: number;
  name: string;
  onProgress?: (what: string) => void;
}

/** By name, so that it does not change when rows are added. FNV-1a. */
export function foldOf(name: string, seed: number, folds: number): number {
  let hash = (2166136261 ^ seed) >>> 0;
  for (let i = 0; i < name.length; ++i) hash = Math.imul(hash ^ name.charCodeAt(i), 16777619) >>> 0;
  // Low bits of FNV alone depend on low bits of the text.
  return ((hash ^ (hash >>> 15)) >>> 0) % folds;
}

/** What a row is predicted without: its deployment, or all of its model shape on its GPU in its types. */
export type HeldOut = "deployment" | "unseen";

/** How a row is predicted: by everything, without something, or without any fit. */
export type Held = "none" | HeldOut | "all";

/** Name of what is left out with a row. */
export function leftOutWith({deployment, shapeOnSystem}: Observation, held: HeldOut): string {
  return held === "deployment" ? deployment.group : shapeOnSystem;
}

export const classesOf = ({folds, unseen}: HeldOutFits, held: HeldOut) => (held === "deployment" ? folds : unseen);

export const besidesOf = ({disaggregated, unseenDisaggregated}: HeldOutFits, held: HeldOut) =>
  held === "deployment" ? disaggregated : unseenDisaggregated;

/** Constants for a row out of fits that leave out as much as asked. */
export function constantsWithout(
  observation: Observation,
  held: Held,
  {classes, heldOut, disaggregated}: Fits,
  {seed, folds}: {seed: number; folds: number}
): ServingConstants {
  if (held === "all") return plainConstants;
  if (held === "none") return constantsFrom(observation, classes, disaggregated);
  const fold = foldOf(leftOutWith(observation, held), seed, folds);
  return constantsFrom(observation, classesOf(heldOut, held)[fold], besidesOf(heldOut, held)[fold]);
}

/** Constants of a row; of pools those of prefill workers, of decode workers, and what both have besides. */
export function constantsFrom(
  observation: Observation,
  classes: readonly ClassConstants[],
  besides?: PoolFactors
): ServingConstants {
  const {family, prefillFamily, sharedParts, prepared} = observation;
  const found = classes.find((each) => classKey(each) === classKey(observation));
  if (!found) return plainConstants;
  const logsIn = (of: string) => logsFor(found.fit, [...sharedParts, fittedFamily(found.fit, of)]);
  const decodeLogs = logsIn(family);
  if (!("decode" in prepared)) return constantsOf(decodeLogs);
  const prefillLogs = logsIn(prefillFamily!);
  const extra = poolParts(observation).flatMap((part) => [besides?.factors.get(part) ?? []]);
  const logs = constantNames.map((name, i) => (prefillConstants.includes(name) ? prefillLogs[i] : decodeLogs[i]));
  const constants = constantsOf(logs.map((value, i) => extra.reduce((sum, of) => sum + (of[i] ?? 0), value)));
  const spreads = besides?.prefillSpreads.get(observation.backend);
  const prefillSpread = spreads?.[isCalibrated(observation, classes) ? "calibrated" : "elsewhere"];
  return prefillSpread ? {...constants, prefillSpread} : constants;
}

/** Backend, and its kinds of workers, as parts of what disaggregated workers have besides. */
export function poolParts({backend, kinds = []}: Observation): string[] {
  return [backend, ...kinds.map((kind) => `${backend} ${kind}`)];
}

/** Whether the model of prefill workers on their GPU in their types is among what was fitted. */
export function isCalibrated(observation: Observation, classes: readonly ClassConstants[]): boolean {
  const found = classes.find((each) => classKey(each) === classKey(observation));
  const family = observation.prefillFamily ?? observation.family;
  return found !== undefined && found.fit.factors.has(fittedFamily(found.fit, family));
}

/** A family with drafts or attention DP that was not fitted goes by the one without. */
function fittedFamily({factors}: JointFit, family: string): string {
  if (factors.has(family)) return family;
  const [shape, system, gemm, moe] = JSON.parse(family) as string[];
  return familyPart({shape, system, gemm, moe, drafts: false, attentionDp: false});
}
