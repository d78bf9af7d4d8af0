/** How far off interpolated answers are. Written by `npm run accuracy:tables`; do not edit. */
import type {CoefficientKind} from "../coefficients.js";
import type {ErrorBand} from "../result.js";

/** Within what was measured, and beyond. */
export interface Interpolated {
  interpolated: ErrorBand;
  extrapolated: ErrorBand;
}

export const tableStudy: Partial<Record<CoefficientKind, Interpolated>> = {
  gemm: {interpolated: {p50: 0.023, p90: 0.105}, extrapolated: {p50: 0.042, p90: 0.176}},
  prefill_attention: {interpolated: {p50: 0.027, p90: 0.167}, extrapolated: {p50: 0.036, p90: 0.215}},
  decode_attention: {interpolated: {p50: 0.016, p90: 0.104}, extrapolated: {p50: 0.038, p90: 0.189}},
  prefill_mla: {interpolated: {p50: 0.016, p90: 0.082}, extrapolated: {p50: 0.05, p90: 0.199}},
  decode_mla: {interpolated: {p50: 0.011, p90: 0.069}, extrapolated: {p50: 0.081, p90: 0.322}},
  mla_bmm: {interpolated: {p50: 0.018, p90: 0.078}, extrapolated: {p50: 0.018, p90: 0.149}},
  moe: {interpolated: {p50: 0.019, p90: 0.104}, extrapolated: {p50: 0.036, p90: 0.156}},
  allreduce: {interpolated: {p50: 0.011, p90: 0.111}, extrapolated: {p50: 0.034, p90: 0.056}},
  nccl: {interpolated: {p50: 0.02, p90: 0.125}, extrapolated: {p50: 0.032, p90: 0.05}}
};
