/**
 * How utilisation carries over from one shape or number format to another, when only the other was measured.
 * Without these an unmeasured head size or quantisation would be taken to run as well as the measured one.
 * Source: method.md §4.2.
 */
import type {QuantMode} from "./quant.js";
import type {Backend} from "./schema.js";

/** Utilisation of prefill attention by head size, relative to 128. */
const prefillByHeadDim: Record<Backend, readonly (readonly [number, number])[]> = {
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

/** Typical MoE utilisation by bytes per weight and compute rate. */
const moeLevels: readonly (readonly [QuantMode, number])[] = [
  [{bytesPerWeight: 2, computeRate: 1}, 0.53],
  [{bytesPerWeight: 1, computeRate: 1}, 0.45],
  [{bytesPerWeight: 0.5, computeRate: 1}, 0.07],
  [{bytesPerWeight: 1, computeRate: 2}, 0.4],
  [{bytesPerWeight: 0.5, computeRate: 2}, 0.15],
  [{bytesPerWeight: 1, computeRate: 4}, 0.3],
  [{bytesPerWeight: 0.5, computeRate: 4}, 0.23],
  [{bytesPerWeight: 0.5625, computeRate: 4}, 0.23]
];

export function moeLevel(quant: QuantMode): number {
  return moeLevels.find(([mode]) => sameMode(mode, quant))?.[1] ?? 0.3;
}

export function sameMode(a: QuantMode, b: QuantMode): boolean {
  return a.bytesPerWeight === b.bytesPerWeight && a.computeRate === b.computeRate;
}
