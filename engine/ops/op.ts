import type {FmhaQuant, GemmQuant, KvCacheQuant, MoeQuant} from "../quant.js";
import type {CollectiveOperation} from "../roofline.js";

/**
 * Operators of one iteration as plain data. A model is a list of them; a session sums their latencies. `count` is
 * how often one runs in the iteration (layers; scaled for speculative decoding, so it may be fractional). Sizes are
 * per rank, already divided by tensor parallelism. `contextShards` is context parallelism: tokens are divided by it.
 */
interface Common {
  name: string;
  count: number;
}

/** Copies rows of a [rows, cols] bf16 table. */
export interface Embedding extends Common {
  kind: "embedding";
  rows: number;
  cols: number;
  contextShards?: number;
}

/** Norms and activations: reads dimIn, writes dimOut bf16 elements per token. */
export interface Elementwise extends Common {
  kind: "elementwise";
  dimIn: number;
  dimOut: number;
  tokensDivisor?: number;
  contextShards?: number;
}

/** [tokens, k] · [k, n] → [tokens, n]. */
export interface Gemm extends Common {
  kind: "gemm";
  n: number;
  k: number;
  quant: GemmQuant;
  /** The input already is low precision, so fp8_static need not scale it. */
  lowPrecisionInput?: boolean;
  /** Runs on one token per sequence (LM head). */
  perSequence?: boolean;
  tokensDivisor?: number;
  contextShards?: number;
}

interface AttentionShape {
  heads: number;
  kvHeads: number;
  headDim: number;
  /** Sliding window in tokens; 0 is none. */
  window: number;
  fmha: FmhaQuant;
  kvCache: KvCacheQuant;
}

export interface PrefillAttention extends Common, AttentionShape {
  kind: "prefill_attention";
  qkNorm: boolean;
  contextShards?: number;
}

export interface DecodeAttention extends Common, AttentionShape {
  kind: "decode_attention";
}

export interface EncoderAttention extends Common {
  kind: "encoder_attention";
  heads: number;
  headDim: number;
  fmha: FmhaQuant;
}

/** Multi-head latent attention alone. */
export interface Mla extends Common {
  kind: "prefill_mla" | "decode_mla";
  heads: number;
  fmha: FmhaQuant;
  kvCache: KvCacheQuant;
  contextShards?: number;
}

/** The whole MLA block, projections included. */
export interface MlaModule extends Common {
  kind: "prefill_mla_module" | "decode_mla_module";
  heads: number;
  fmha: FmhaQuant;
  kvCache: KvCacheQuant;
  gemm: GemmQuant;
  contextShards?: number;
}

/** Absorbed projection before or after decode MLA. */
export interface MlaBmm extends Common {
  kind: "mla_bmm";
  heads: number;
  quant: GemmQuant;
  side: "pre" | "post";
}

export interface Moe extends Common {
  kind: "moe";
  hidden: number;
  inter: number;
  topK: number;
  experts: number;
  moeTp: number;
  moeEp: number;
  /** Attention data parallel: every rank's tokens reach the experts. */
  dp: number;
  quant: MoeQuant;
  distribution: string;
  gated: boolean;
}

/** Communication before and after the experts. */
export interface MoeDispatch extends Common {
  kind: "moe_dispatch";
  side: "pre" | "post";
  phase: "prefill" | "decode";
  hidden: number;
  moeTp: number;
  moeEp: number;
  dp: number;
  cp: number;
  quant: MoeQuant;
}

/** Sum of the attention or FFN output over tensor-parallel ranks. */
export interface AllReduce extends Common {
  kind: "allreduce";
  hidden: number;
  tp: number;
  contextShards?: number;
}

export interface Nccl extends Common {
  kind: "nccl";
  operation: CollectiveOperation;
  elementsPerToken: number;
  gpus: number;
}

/** Hand-over between pipeline stages. */
export interface P2p extends Common {
  kind: "p2p";
  hidden: number;
  pp: number;
  contextShards?: number;
}

/** `primary` where it is measured, else `fallback`. Children carry their own counts. */
export interface Fallback extends Common {
  kind: "fallback";
  primary: Op[];
  fallback: Op[];
}

/** Two streams at once: the slower one counts. */
export interface Overlap extends Common {
  kind: "overlap";
  left: Op[];
  right: Op[];
}

export type Op =
  | Embedding
  | Elementwise
  | Gemm
  | PrefillAttention
  | DecodeAttention
  | EncoderAttention
  | Mla
  | MlaModule
  | MlaBmm
  | Moe
  | MoeDispatch
  | AllReduce
  | Nccl
  | P2p
  | Fallback
  | Overlap;

/**
 * Latency in ms of one instance of an operator. `tokens` enter the iteration on this rank; `batch` sequences;
 * `seq` is, in prefill, the new tokens of each sequence beyond `prefix` cached ones, in decode the full length.
 */
export type Kernel = (tokens: number, batch: number, seq: number, prefix: number) => number;
