import type {FmhaQuant, GemmQuant, KvCacheQuant, MoeQuant} from "../quant.js";
import type {CollectiveOperation} from "../roofline.js";
import type {DsaShape, Dsv4Shape, MhcShape, MsaShape} from "../roofline-sparse.js";

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
  /** Share of a head that is rotated, in kernels of its own; 0 is none. */
  rotaryShare: number;
}

/**
 * One kernel of a Mamba-2 block. `scan` reads the whole prompt in prefill, and updates the state by one token in
 * decode. Shapes are the model's: tables know no tensor parallelism, so that it does not shorten these kernels.
 */
export interface Mamba2 extends Common {
  kind: "mamba2";
  phase: "prefill" | "decode";
  part: "conv" | "scan";
  hidden: number;
  stateSize: number;
  convTokens: number;
  heads: number;
  headDim: number;
  groups: number;
  chunkTokens: number;
}

/** One kernel of a gated delta net, or of Kimi's, whose gate is a vector; the latter's heads are those of one GPU. */
export interface Gdn extends Common {
  kind: "gdn" | "kda";
  phase: "prefill" | "decode";
  part: "conv" | "scan";
  hidden: number;
  keyHeads: number;
  keyHeadDim: number;
  valueHeads: number;
  valueHeadDim: number;
  convTokens: number;
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

/** Sizes, sharding and routing of one layer's experts. */
interface Experts extends Common {
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
  /** Of the tokens, what the busiest rank is left with once experts are balanced; 1 when absent. */
  tokensShare?: number;
}

export interface Moe extends Experts {
  kind: "moe";
}

/** Types of an attention block that was measured as a whole, projections included. */
interface BlockTypes {
  fmha: FmhaQuant;
  kvCache: KvCacheQuant;
  gemm: GemmQuant;
  contextShards?: number;
}

/** Sparse latent attention with its indexer (DeepSeek-V3.2, GLM-5). */
export interface DsaModule extends Common, BlockTypes {
  kind: "dsa_prefill_module" | "dsa_decode_module";
  /** As in the config: tables are apart by it. */
  architecture: string;
  shape: DsaShape;
}

/** One kind of DeepSeek-V4's attention layers; its weights are its own. */
export interface Dsv4Module extends Common, BlockTypes {
  kind: "dsv4_prefill_module" | "dsv4_decode_module";
  /** Of the whole model: tables of the indexer are keyed by it. */
  modelHeads: number;
  shape: Dsv4Shape;
}

/** MiniMax-M3's attention over the blocks that its indexer picks. */
export interface MsaModule extends Common, BlockTypes {
  kind: "msa_prefill_module" | "msa_decode_module";
  shape: MsaShape;
}

/** Mixing of DeepSeek-V4's residual streams before or after the two blocks of a layer. */
export interface Mhc extends Common, MhcShape {
  kind: "mhc";
  contextShards?: number;
}

/** Dispatch, experts and combine in one kernel (DeepSeek-V4-Pro on sglang). */
export interface MegaMoe extends Common {
  kind: "megamoe";
  phase: "prefill" | "decode";
  hidden: number;
  inter: number;
  topK: number;
  experts: number;
  moeEp: number;
  dp: number;
  quant: MoeQuant;
  distribution: string;
}

/** DeepSeek-V3's attention block as sglang runs it under wide expert parallelism. */
export interface WideEpMla extends Common {
  kind: "wideep_prefill_mla" | "wideep_decode_mla";
  heads: number;
  kernel: "flashinfer" | "fa3";
  fmha: FmhaQuant;
  kvCache: KvCacheQuant;
}

/** Experts of wide expert parallelism: TensorRT-LLM's, or what sglang computes between DeepEP's dispatch and combine. */
export interface WideEpMoe extends Experts {
  kind: "wideep_moe" | "deepep_moe";
  phase: "prefill" | "decode";
  /** Places for experts, of which popular ones take several. */
  slots: number;
}

/** DeepEP's dispatch and combine together. */
export interface DeepEp extends Common {
  kind: "deepep";
  phase: "prefill" | "decode";
  hidden: number;
  topK: number;
  experts: number;
  gpus: number;
  /** Multiprocessors given to communication in prefill. */
  sms: number;
  tokensDivisor?: number;
}

/** TensorRT-LLM's all-to-all before or after wide-EP experts. */
export interface Alltoall extends Common {
  kind: "alltoall";
  side: "pre" | "post";
  hidden: number;
  topK: number;
  experts: number;
  moeEp: number;
  quant: MoeQuant;
  /** Results travel in low precision. */
  lowPrecision: boolean;
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
  | Mamba2
  | Gdn
  | Mla
  | MlaModule
  | MlaBmm
  | Moe
  | MoeDispatch
  | DsaModule
  | Dsv4Module
  | MsaModule
  | Mhc
  | MegaMoe
  | WideEpMla
  | WideEpMoe
  | DeepEp
  | Alltoall
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
