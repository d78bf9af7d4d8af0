import type {Quant} from "../quant.js";

/** Families that the engine has op lists for. Source: method.md §7.1. */
export const families = ["GPT", "LLAMA", "MOE", "DEEPSEEK", "KIMIK25", "NEMOTRONNAS"] as const;
export type Family = (typeof families)[number];

/** A run of equal Nemotron-NAS blocks. */
export interface NasBlock {
  count: number;
  /** Query heads sharing one KV head; null when the block has no attention. */
  headsPerKvHead: number | null;
  /** FFN multiplier; null when the block has no FFN. */
  ffnMult: number | null;
}

/** What the engine needs to know of a model, read from its Hugging Face config.json. Sizes count elements. */
export interface ModelConfig {
  /** Hugging Face id, or the name the caller gave. */
  id: string;
  architecture: string;
  family: Family;
  layers: number;
  hiddenSize: number;
  heads: number;
  /** 0 where a config states none (Nemotron-NAS keeps them per block). */
  kvHeads: number;
  headDim: number;
  interSize: number;
  vocabSize: number;
  contextTokens: number;
  /** 0 for dense models, like `experts` and `moeInterSize`. */
  topK: number;
  experts: number;
  moeInterSize: number;
  /** Query and key are normalised per head (Qwen3, MiniMax-M2). */
  qkNorm: boolean;
  /** gpt-oss alternates layers of this attention window with full ones; 0 means all layers are full. */
  windowTokens: number;
  /** MLA only, else undefined. */
  kvLoraRank?: number;
  qkRopeHeadDim?: number;
  vHeadDim?: number;
  /** Multi-token-prediction layers that the checkpoint carries (num_nextn_predict_layers). */
  nextnLayers?: number;
  /** Nemotron-NAS only. */
  blocks?: NasBlock[];
  /** How the checkpoint is quantised, as far as its config says. */
  checkpoint: CheckpointQuant;
}

/** Quantisation as a checkpoint declares it, normalised. Source: method.md §7.2. */
export interface CheckpointQuant {
  /** Lower-cased algorithm: fp8, fp8_block, nvfp4, mxfp4, mixed_precision, compressed-tensors …; null when not quantised. */
  algo: string | null;
  /** true: activations scaled at run time; false: statically; undefined: not said. */
  dynamic?: boolean;
  kvCacheAlgo: "fp8" | "bfloat16" | "int8" | null;
  /** Edge of a weight block in fp8_block. */
  weightBlockSize?: number;
  /** For mixed_precision and compressed-tensors: what GEMMs and routed experts resolve to. */
  gemm?: Quant["gemm"];
  moe?: Quant["moe"];
}

/** Which part of a deployment a worker plays; DeepSeek's inferred FMHA type depends on it. */
export type Role = "agg" | "prefill" | "decode" | "static";
