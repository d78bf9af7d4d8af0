/** Small dense systems, solved in place without allocating: kriging and the fit of a baseline need a few unknowns. */

/**
 * Replaces the lower triangle of the symmetric positive definite n × n matrix `a` (row by row) by its Cholesky factor.
 * A pivot that rounding made non-positive is taken as tiny, so nearly equal rows do no harm.
 */
export function factorize(a: Float64Array, n: number): void {
  for (let j = 0; j < n; ++j) {
    let pivot = a[j * n + j];
    for (let k = 0; k < j; ++k) pivot -= a[j * n + k] * a[j * n + k];
    const root = Math.sqrt(Math.max(pivot, 1e-12));
    a[j * n + j] = root;
    for (let i = j + 1; i < n; ++i) {
      let sum = a[i * n + j];
      for (let k = 0; k < j; ++k) sum -= a[i * n + k] * a[j * n + k];
      a[i * n + j] = sum / root;
    }
  }
}

/** Replaces `b` by the solution of the factorized system. */
export function solve(factor: Float64Array, b: Float64Array, n: number): void {
  for (let i = 0; i < n; ++i) {
    let sum = b[i];
    for (let k = 0; k < i; ++k) sum -= factor[i * n + k] * b[k];
    b[i] = sum / factor[i * n + i];
  }
  for (let i = n - 1; i >= 0; --i) {
    let sum = b[i];
    for (let k = i + 1; k < n; ++k) sum -= factor[k * n + i] * b[k];
    b[i] = sum / factor[i * n + i];
  }
}
