/** Where constants are looked for before anything is measured, and how far parts of them may lie from what is above. */
import {constantNames} from "../engine/simulate/calibration.js";
import type {ConstantName, PoolKind} from "../engine/simulate/calibration.js";
import type {Backend} from "../engine/schema.js";
import type {FitPrior} from "./joint-fit.js";

export type ByConstant = Record<ConstantName, number>;

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

/**
 * How far a class may lie from its start, a shape, a GPU and a type from their class, and a family from these, in
 * logarithms.
 */
const baseSpread: ByConstant = {...prior(0.24, 0.36, 0.24, 0.6, 0.72, 0.6, 0.6, 0.6), kvScale: 0.06};

const shapeSpread: ByConstant = {...prior(0.25, 0.4, 0.25, 0.4, 0.5, 0.3, 0.4, 0.4), kvScale: 0.1};

const systemSpread = timesAll(shapeSpread, 1.6);

const typeSpread = shapeSpread;

export const familySpread: ByConstant = {...prior(0.27, 0.5, 0.27, 0.6, 0.75, 0.3, 0.5, 0.5), kvScale: 0.3};

/** How far what disaggregated workers have besides may lie from nothing, and one kind of them from that. */
const disaggregatedSpread: ByConstant = {...prior(0.3, 0.1, 0.4, 0.5, 0.7, 0.1, 1.5, 0.7), kvScale: 0.05};

const ofLayoutSpread: ByConstant = {...prior(0.35, 0.3, 0.35, 0.3, 0.3, 0.1, 0.4, 0.3), kvScale: 0.05};

const ofKindSpread: ByConstant = {...prior(0.25, 0.4, 0.4, 0.4, 0.4, 0.1, 0.6, 0.4), kvScale: 0.05};

/** How far own runs may lie from what is shipped. */
export const ownSpread: ByConstant = {...prior(0.4, 0.5, 0.4, 0.7, 0.7, 0.3, 0.7, 0.7), kvScale: 0.15};

function timesAll(spread: ByConstant, by: number): ByConstant {
  return Object.fromEntries(Object.entries(spread).map(([name, value]) => [name, by * value])) as ByConstant;
}

/** Constants that steps which prefill have, and the way of prompts to them: of pools, prefill workers' alone. */
export const prefillConstants: readonly ConstantName[] = [
  "prefillScale",
  "prefillGapMs",
  "prefillFloorMsPerLayer",
  "arrivalMs",
  "arrivalMsPerToken"
];

/** Spread of what others have settled. */
export const fixedSpread = 1e-3;

/** Prefill workers tell nothing of decode steps, nor decode workers of steps that prefill. */
function ofRole(spread: ByConstant, role: PoolKind["role"]): ByConstant {
  const own = ([name]: [string, number]) => prefillConstants.includes(name as ConstantName) === (role === "prefill");
  return Object.fromEntries(
    Object.entries(spread).map((entry) => [entry[0], own(entry) ? entry[1] : fixedSpread])
  ) as ByConstant;
}

export const poolSpreads: readonly ByConstant[] = [
  disaggregatedSpread,
  ...[ofLayoutSpread, ofKindSpread].flatMap((spread) => [ofRole(spread, "prefill"), ofRole(spread, "decode")])
];

export function priorOf(backend: Backend): FitPrior {
  const listed = (values: ByConstant) => constantNames.map((name) => values[name]);
  return {
    base: listed(priorBases[backend]).map(Math.log),
    baseSpread: listed(baseSpread),
    partSpreads: [shapeSpread, systemSpread, typeSpread, familySpread].map(listed)
  };
}
