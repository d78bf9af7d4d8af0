/**
 * Quantisation modes: how many bytes a weight takes (`bytesPerWeight`) and how many times faster than bf16 the tensor
 * cores run it (`computeRate`). Source: method.md §1.1.
 */

export interface QuantMode {
  bytesPerWeight: number;
  computeRate: number;
}

const mode = (bytesPerWeight: number, computeRate: number): QuantMode => ({bytesPerWeight, computeRate});

export const gemmQuants = {
  bfloat16: mode(2, 1),
  int8_wo: mode(1, 1),
  int4_wo: mode(0.5, 1),
  fp8: mode(1, 2),
  fp8_static: mode(1, 2),
  sq: mode(1, 2),
  fp8_block: mode(1, 2),
  fp8_ootb: mode(1, 2),
  nvfp4: mode(0.5625, 4)
} as const satisfies Record<string, QuantMode>;

export const moeQuants = {
  bfloat16: mode(2, 1),
  fp8: mode(1, 2),
  int4_wo: mode(0.5, 1),
  fp8_block: mode(1, 2),
  w4afp8: mode(0.5, 2),
  nvfp4: mode(0.5625, 4),
  w4a16_mxfp4: mode(0.5, 1),
  w4a8_mxfp4_mxfp8: mode(0.5, 2),
  w4a8_mxfp4_mxfp8_trtllm: mode(0.5, 2),
  w4a16_mxfp4_cutlass: mode(0.5, 1)
} as const satisfies Record<string, QuantMode>;

export const fmhaQuants = {
  bfloat16: mode(2, 1),
  fp8: mode(1, 2),
  fp8_block: mode(1, 2)
} as const satisfies Record<string, QuantMode>;

/** The KV cache is only stored and read, so its compute rate is unused. */
export const kvCacheQuants = {
  bfloat16: mode(2, 1),
  int8: mode(1, 1),
  fp8: mode(1, 1)
} as const satisfies Record<string, QuantMode>;

export const commQuants = {half: mode(2, 1), int8: mode(1, 1), fp8: mode(1, 1)} as const satisfies Record<
  string,
  QuantMode
>;

export type GemmQuant = keyof typeof gemmQuants;
export type MoeQuant = keyof typeof moeQuants;
export type FmhaQuant = keyof typeof fmhaQuants;
export type KvCacheQuant = keyof typeof kvCacheQuants;
export type CommQuant = keyof typeof commQuants;

/** What a deployment computes and stores in. */
export interface Quant {
  gemm: GemmQuant;
  moe: MoeQuant;
  kvCache: KvCacheQuant;
  fmha: FmhaQuant;
  comm: CommQuant;
}
