/** How far off a sum of operator timings is. Operators of one kind share a table and err together, others apart. */
import type {ErrorBand, OpTime} from "../result.js";

/** Relative error of the sum of `ops`, in shares. */
export function errorOfSum(ops: readonly Pick<OpTime, "kind" | "latencyMs" | "error">[]): ErrorBand {
  let totalMs = 0;
  const byKind = new Map<string, ErrorBand>();
  for (const {kind, latencyMs, error} of ops) {
    totalMs += latencyMs;
    const sum = byKind.get(kind) ?? {p50: 0, p90: 0};
    byKind.set(kind, {p50: sum.p50 + latencyMs * error.p50, p90: sum.p90 + latencyMs * error.p90});
  }
  if (!(totalMs > 0)) return {p50: 0, p90: 0};
  const kinds = [...byKind.values()];
  return {
    p50: Math.hypot(...kinds.map(({p50}) => p50)) / totalMs,
    p90: Math.hypot(...kinds.map(({p90}) => p90)) / totalMs
  };
}
