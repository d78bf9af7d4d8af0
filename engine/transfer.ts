/**
 * How utilisation carries over from one shape or number format to another, when only the other was measured.
 * Without these an unmeasured head size or quantisation would be taken to run as well as the measured one.
 * Source: method.md §4.2; what goes beyond it says so.
 */
import {InputError, unknownName} from "./errors.js";
import type {QuantMode} from "./quant.js";
import type {Tier} from "./result.js";
import type {Backend} from "./schema.js";
import type {SystemSpec} from "./system.js";

/** What an estimate may be taken from when the very operator, shape and type were not measured. */
export const transferTiers = ["xshape", "xquant", "xprofile", "xop"] as const satisfies readonly Tier[];
export type TransferTier = (typeof transferTiers)[number];
export type TransferPolicy = readonly TransferTier[];

/** What a transferred estimate keeps of the measurement: its time beyond the speed of light, or its utilisation. */
export const transferRules = ["waiting", "utilisation"] as const;
export type TransferRule = (typeof transferRules)[number];

export const transferPresets: Record<"off" | "conservative" | "balanced" | "aggressive", TransferPolicy> = {
  off: [],
  conservative: ["xshape"],
  balanced: ["xshape", "xquant"],
  aggressive: transferTiers
};

/** `balanced`, or tiers with commas between: `xshape,xop`. Throws InputError for a name that does not exist. */
export function parseTransferPolicy(text: string): TransferPolicy {
  if (Object.hasOwn(transferPresets, text)) return transferPresets[text as keyof typeof transferPresets];
  const names = text.split(",").map((name) => name.trim());
  const wrong = names.find((name) => !transferTiers.includes(name as TransferTier));
  if (wrong !== undefined)
    throw new InputError(unknownName("transfer policy", wrong, [...Object.keys(transferPresets), ...transferTiers]));
  return transferTiers.filter((tier) => names.includes(tier));
}

/** Utilisation of prefill attention by head size, relative to 128. */
export const prefillByHeadDim: Record<Backend, readonly (readonly [number, number])[]> = {
  trtllm: [[64, 0.58], [128, 1], [192, 1.1], [256, 1.17], [512, 1.2]], // prettier-ignore
  sglang: [[64, 0.6], [128, 1], [192, 1.18], [256, 1.32], [512, 1.38]], // prettier-ignore
  vllm: [[64, 0.6], [128, 1], [192, 1.27], [256, 1.51], [512, 1.6]] // prettier-ignore
};

/** Piecewise linear in octaves of the head size, flat beyond the ends. */
export function headDimFactor(backend: Backend, headDim: number): number {
  const points = prefillByHeadDim[backend];
  const after = points.findIndex(([dim]) => dim >= headDim);
  if (after === 0) return points[0][1];
  if (after < 0) return points[points.length - 1][1];
  const [lowDim, low] = points[after - 1];
  const [highDim, high] = points[after];
  return low + ((high - low) * Math.log2(headDim / lowDim)) / Math.log2(highDim / lowDim);
}

/** Typical utilisation by bytes per weight and compute rate. */
type Levels = readonly (readonly [bytesPerWeight: number, computeRate: number, level: number])[];

export const moeLevels: Levels = [[2, 1, 0.53], [1, 1, 0.45], [0.5, 1, 0.07], [1, 2, 0.4], [0.5, 2, 0.15], [1, 4, 0.3], [0.5, 4, 0.23], [0.5625, 4, 0.23]]; // prettier-ignore
export const gemmLevels: Levels = [[2, 1, 0.7], [1, 1, 0.55], [0.5625, 1, 0.45], [0.5, 1, 0.45], [1, 2, 0.45], [0.5, 2, 0.35], [1, 4, 0.3], [0.5, 4, 0.3], [0.5625, 4, 0.3]]; // prettier-ignore

export function moeLevel(quant: QuantMode): number {
  return levelOf(moeLevels, quant) ?? 0.3;
}

export function gemmLevel(quant: QuantMode): number {
  return levelOf(gemmLevels, quant) ?? 0.45;
}

function levelOf(levels: Levels, {bytesPerWeight, computeRate}: QuantMode): number | undefined {
  return levels.find(([bytes, rate]) => bytes === bytesPerWeight && rate === computeRate)?.[2];
}

export function sameMode(a: QuantMode, b: QuantMode): boolean {
  return a.bytesPerWeight === b.bytesPerWeight && a.computeRate === b.computeRate;
}

/** How unlike two types are: |Δ bytes per weight| + |Δ compute rate|. */
export function modeDistance(a: QuantMode, b: QuantMode): number {
  return Math.abs(a.bytesPerWeight - b.bytesPerWeight) + Math.abs(a.computeRate - b.computeRate);
}

/**
 * A type as a GPU without units for it runs it: narrow weights, widened to bf16 before they are multiplied. Only for
 * types that were not measured there; ours, as the reference takes such a GPU to be twice or four times as fast.
 */
export function runnableMode(system: SystemSpec, mode: QuantMode): QuantMode {
  const units = {2: system.fp8FlopsPerSec, 4: system.fp4FlopsPerSec}[mode.computeRate];
  return mode.computeRate === 1 || units !== undefined ? mode : {...mode, computeRate: 1};
}
