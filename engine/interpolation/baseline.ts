import {factorize, solve} from "./linear-algebra.js";

/** What the speed of light of an operator consists of, in ms. */
export interface Work {
  memoryMs: number;
  computeMs: number;
}

/** ms of overhead, and factors on the time of the bytes and of the arithmetic. */
export type Baseline = readonly [overheadMs: number, memory: number, compute: number];

/** Rows that a baseline is fitted to at most. */
const fittedRows = 1500;
/** Deviations from which on a row counts less: a robust fit by reweighting. */
const robustShare = 0.1;
const rounds = 4;

/**
 * Overhead plus so much per byte and per operation, fitted to measured latencies by their relative deviation. None of
 * the three is negative; a part that would be is left out.
 */
export function fitBaseline(work: (row: number) => Work, ms: ArrayLike<number>): Baseline {
  const stride = Math.max(1, Math.floor(ms.length / fittedRows));
  const rows = new Float64Array(3 * Math.ceil(ms.length / stride));
  for (let row = 0, at = 0; row < ms.length; row += stride) {
    const {memoryMs, computeMs} = work(row);
    rows[at++] = 1 / ms[row];
    rows[at++] = memoryMs / ms[row];
    rows[at++] = computeMs / ms[row];
  }
  let parts = [0, 1, 2];
  for (;;) {
    const factors = fitParts(rows, parts);
    const kept = parts.filter((_, i) => factors[i] > 0);
    if (kept.length < parts.length && kept.length > 0) {
      parts = kept;
      continue;
    }
    const baseline: [number, number, number] = [0, 0, 0];
    parts.forEach((part, i) => (baseline[part] = factors[i]));
    return baseline;
  }
}

/** Least squares of `rows` · factors = 1 over some of their three columns, repeated with outliers counting less. */
function fitParts(rows: Float64Array, parts: number[]): Float64Array {
  const n = parts.length;
  const factors = new Float64Array(n);
  for (let round = 0; round < rounds; ++round) {
    const normal = new Float64Array(n * n);
    const right = new Float64Array(n);
    for (let row = 0; row < rows.length; row += 3) {
      let sum = 0;
      for (let i = 0; i < n; ++i) sum += factors[i] * rows[row + parts[i]];
      const weight = round === 0 ? 1 : 1 / (robustShare + Math.abs(sum - 1));
      for (let i = 0; i < n; ++i) {
        right[i] += weight * rows[row + parts[i]];
        for (let j = 0; j <= i; ++j) normal[i * n + j] += weight * rows[row + parts[i]] * rows[row + parts[j]];
      }
    }
    const scale = parts.map((_, i) => Math.sqrt(normal[i * n + i]) || 1);
    for (let i = 0; i < n; ++i) {
      right[i] /= scale[i];
      for (let j = 0; j <= i; ++j) normal[i * n + j] /= scale[i] * scale[j];
      normal[i * n + i] += 1e-6;
    }
    factorize(normal, n);
    solve(normal, right, n);
    for (let i = 0; i < n; ++i) factors[i] = right[i] / scale[i];
  }
  return factors;
}
