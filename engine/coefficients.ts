/**
 * How much of the speed of light real kernels reach: the last resort of the embedded default, where no fitted surface
 * of the system answers (see calibration.ts and `lastResorts` in ops/table.ts).
 *
 * latency = overheadMs + max(compute time / mathEfficiency, memory time / efficiency), fitted per kind of operator,
 * dtype class and GPU generation to the measured tables of aiconfigurator 0.10.0 (a100, l40s, h100, h200, b200, b300,
 * gb200, gb300, rtx_pro_6000, b60; all backends and versions, at most 8,000 rows of each file) by Huber regression on
 * the log error. Left out are rows known to be impossible (method.md §15.38), sequences under 64 tokens and GEMM sides
 * under 256; GEMM and decode rows below the speed of light are raised to it. Beside each value stand the rows of its
 * group and the relative error of the fit: half the rows lie within p50, nine tenths within p90. A generation is listed
 * only where it betters the default's p50 on its own rows by 3 points. Efficiencies never exceed 1, so no estimate
 * beats the roofline.
 */

import type {QuantMode} from "./quant.js";
import type {Generation} from "./system.js";

/** `mla` is prefill_mla and decode_mla together, and worse than either. */
export type CoefficientKind =
  | "gemm"
  | "prefill_attention"
  | "decode_attention"
  | "prefill_mla"
  | "decode_mla"
  | "mla"
  | "mla_bmm"
  | "moe"
  | "allreduce"
  | "nccl"
  | "elementwise";

/** `weight_only`: weights narrower than what the tensor cores compute in (int8_wo, int4_wo, w4a16_mxfp4, w4a8_…). */
export type DtypeClass = "bf16" | "fp8" | "fp4" | "weight_only";

export interface Coefficient {
  /** Share of the speed of light that is reached, or of memory bandwidth alone where mathEfficiency differs. */
  efficiency: number;
  /** Share of peak FLOP/s reached. Apart from `efficiency` only for MoE, where uneven experts cost compute most. */
  mathEfficiency: number;
  /** Launch and synchronisation, independent of size. */
  overheadMs: number;
}

type ByGeneration = {default: Coefficient} & Partial<Record<Generation, Coefficient>>;

const fit = (efficiency: number, overheadMs: number, mathEfficiency = efficiency): Coefficient => ({
  efficiency,
  mathEfficiency,
  overheadMs
});

export const coefficients: Record<CoefficientKind, {bf16: ByGeneration} & Partial<Record<DtypeClass, ByGeneration>>> = {
  gemm: {
    bf16: {
      default: fit(0.74, 0.0034), // 1 M rows, error p50 12 %, p90 36 %
      ampere: fit(0.73, 0.006), // 47 k rows, error p50 10 %, p90 26 %
      xe2: fit(1.0, 0.027) // 11 k rows, error p50 14 %, p90 41 %
    },
    fp8: {
      default: fit(0.51, 0.012), // 1.9 M rows, error p50 30 %, p90 83 %
      ada: fit(0.54, 0.0049), // 192 k rows, error p50 33 %, p90 75 %
      ampere: fit(0.69, 0.013) // 5.4 k rows, error p50 17 %, p90 41 %
    },
    fp4: {
      default: fit(0.39, 0.0074) // 539 k rows, error p50 25 %, p90 56 %
    },
    weight_only: {
      default: fit(0.7, 0.016), // 42 k rows, error p50 25 %, p90 71 %
      ada: fit(0.66, 0.0059), // 11 k rows, error p50 13 %, p90 33 %
      ampere: fit(0.76, 0.018) // 11 k rows, error p50 13 %, p90 46 %
    }
  },
  prefill_attention: {
    bf16: {
      default: fit(0.43, 0.016), // 969 k rows, error p50 30 %, p90 75 %
      ada: fit(0.48, 0.0066) // 219 k rows, error p50 27 %, p90 92 %
    },
    fp8: {
      default: fit(0.25, 0.016), // 332 k rows, error p50 30 %, p90 68 %
      ada: fit(0.28, 0.0073) // 58 k rows, error p50 37 %, p90 92 %
    }
  },
  decode_attention: {
    bf16: {
      default: fit(0.86, 0.012), // 348 k rows, error p50 26 %, p90 74 %
      ada: fit(1.0, 0.0097), // 94 k rows, error p50 18 %, p90 50 %
      ampere: fit(0.59, 0.018), // 12 k rows, error p50 18 %, p90 49 %
      blackwell: fit(0.9, 0.01), // 141 k rows, error p50 20 %, p90 74 %
      xe2: fit(1.0, 0.064) // 11 k rows, error p50 11 %, p90 54 %
    },
    fp8: {
      default: fit(0.72, 0.011), // 306 k rows, error p50 31 %, p90 79 %
      ada: fit(0.88, 0.014), // 72 k rows, error p50 33 %, p90 86 %
      blackwell: fit(0.88, 0.011), // 140 k rows, error p50 28 %, p90 77 %
      xe2: fit(0.78, 0.071) // 11 k rows, error p50 21 %, p90 65 %
    }
  },
  prefill_mla: {
    bf16: {
      default: fit(0.28, 0.025), // 56 k rows, error p50 37 %, p90 92 %
      ada: fit(0.4, 0.0095), // 2.7 k rows, error p50 25 %, p90 121 %
      ampere: fit(0.39, 0.02) // 2.6 k rows, error p50 24 %, p90 67 %
    }
  },
  decode_mla: {
    bf16: {
      default: fit(0.69, 0.014), // 43 k rows, error p50 18 %, p90 79 %
      hopper: fit(0.81, 0.018) // 17 k rows, error p50 14 %, p90 77 %
    },
    fp8: {
      default: fit(0.39, 0.014), // 39 k rows, error p50 49 %, p90 93 %
      blackwell: fit(0.7, 0.012) // 19 k rows, error p50 15 %, p90 34 %
    }
  },
  mla: {
    bf16: {
      default: fit(0.39, 0.018), // 99 k rows, error p50 47 %, p90 90 %
      blackwell: fit(0.45, 0.016) // 48 k rows, error p50 38 %, p90 65 %
    },
    fp8: {
      default: fit(0.39, 0.014), // 39 k rows, error p50 49 %, p90 93 %
      blackwell: fit(0.7, 0.012) // 19 k rows, error p50 15 %, p90 34 %
    }
  },
  mla_bmm: {
    bf16: {
      default: fit(0.84, 0.0042), // 14 k rows, error p50 13 %, p90 47 %
      ampere: fit(0.73, 0.0063) // 1.3 k rows, error p50 9 %, p90 31 %
    },
    fp8: {
      default: fit(0.13, 0.0073), // 9.8 k rows, error p50 23 %, p90 135 %
      ada: fit(0.47, 0.0056) // 1.7 k rows, error p50 14 %, p90 67 %
    }
  },
  moe: {
    bf16: {
      default: fit(0.84, 0.054, 0.14), // 1 M rows, error p50 29 %, p90 91 %
      ada: fit(0.78, 0.013, 0.14), // 84 k rows, error p50 28 %, p90 96 %
      xe2: fit(0.62, 0.14, 0.28) // 1.3 k rows, error p50 19 %, p90 80 %
    },
    fp8: {
      default: fit(0.8, 0.051, 0.091), // 1 M rows, error p50 31 %, p90 91 %
      ada: fit(0.77, 0.018, 0.087), // 37 k rows, error p50 37 %, p90 114 %
      xe2: fit(1.0, 0.2, 0.12) // 648 rows, error p50 20 %, p90 46 %
    },
    fp4: {
      default: fit(0.81, 0.036, 0.1) // 501 k rows, error p50 34 %, p90 99 %
    },
    weight_only: {
      default: fit(0.48, 0.067, 0.062), // 345 k rows, error p50 51 %, p90 134 %
      ada: fit(0.57, 0.05, 0.096), // 27 k rows, error p50 47 %, p90 130 %
      ampere: fit(0.81, 0.072, 0.085), // 18 k rows, error p50 39 %, p90 160 %
      hopper: fit(0.57, 0.059, 0.09), // 107 k rows, error p50 47 %, p90 106 %
      xe2: fit(0.81, 0.2, 0.15) // 1.3 k rows, error p50 25 %, p90 74 %
    }
  },
  allreduce: {
    bf16: {
      default: fit(0.58, 0.0068), // 3.1 k rows, error p50 27 %, p90 80 %
      ampere: fit(0.61, 0.0055), // 276 rows, error p50 11 %, p90 37 %
      hopper: fit(0.66, 0.0045) // 966 rows, error p50 15 %, p90 50 %
    }
  },
  nccl: {
    bf16: {
      default: fit(0.51, 0.012), // 9.9 k rows, error p50 21 %, p90 53 %
      hopper: fit(0.57, 0.0098), // 2.7 k rows, error p50 19 %, p90 46 %
      xe2: fit(0.57, 0.015) // 252 rows, error p50 7 %, p90 48 %
    }
  },
  elementwise: {
    bf16: {
      default: fit(0.78, 0.0058) // 28 k rows, error p50 34 %, p90 126 %
    }
  }
};

/**
 * The coefficient of an operator: that of the GPU generation, else of all; that of the dtype, else bf16's.
 *
 * `dtype` is a class, or the compute rate as a multiple of bf16 where weight-only types need no telling apart. Kinds
 * that do not compute (collectives, element-wise) ignore it.
 */
export function efficiency(
  kind: CoefficientKind,
  dtype: number | DtypeClass,
  generation: Generation | "default"
): Coefficient {
  const byClass = coefficients[kind];
  const byGeneration = byClass[typeof dtype === "number" ? classOfRate(dtype) : dtype] ?? byClass.bf16;
  return byGeneration[generation] ?? byGeneration.default;
}

/** Which coefficients a quantisation mode takes. */
export function dtypeClass({bytesPerWeight, computeRate}: QuantMode): DtypeClass {
  return bytesPerWeight * computeRate < 2 ? "weight_only" : classOfRate(computeRate);
}

function classOfRate(computeRate: number): DtypeClass {
  if (computeRate >= 4) return "fp4";
  return computeRate >= 2 ? "fp8" : "bf16";
}
