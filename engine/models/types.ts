import type {Quant} from "../quant.js";
import type {DsaShape} from "../roofline-sparse.js";

/** Families that the engine has op lists for. Source: method.md §7.1. */
export const families = [
  "GPT",
  "LLAMA",
  "MOE",
  "DEEPSEEK",
  "KIMIK25",
  "NEMOTRONNAS",
  "DEEPSEEKV32",
  "DEEPSEEKV4",
  "MINIMAXM3",
  "KIMILINEAR",
  "QWEN35",
  "QWEN3VL",
  "QWEN3VL_MOE",
  "NEMOTRONH",
  "GEMMA4MIX",
  "HYBRIDMOE"
] as const;
export type Family = (typeof families)[number];

/** Families whose layers need the whole prompt on one rank, or for which no engine splits it. Source: method.md §12.1. */
const wholePrompts: readonly Family[] = ["NEMOTRONNAS", "NEMOTRONH", "QWEN35", "MINIMAXM3", "KIMILINEAR"];

/** Whether a prompt may be split over context-parallel ranks. */
export function splitsContext(family: Family): boolean {
  return !wholePrompts.includes(family);
}

/** A run of equal Nemotron-NAS blocks. */
export interface NasBlock {
  count: number;
  /** Query heads sharing one KV head; null when the block has no attention. */
  headsPerKvHead: number | null;
  /** FFN multiplier; null when the block has no FFN. */
  ffnMult: number | null;
}

/** Sparse latent attention of DeepSeek-V3.2 and GLM-5: an indexer picks the tokens that a query attends to. */
export interface DsaConfig extends Omit<DsaShape, "hidden" | "heads"> {
  /** Projections are left in bfloat16 whatever the rest is quantised to. */
  keepsBf16: boolean;
}

/** Attention of DeepSeek-V4 over a short window and compressed keys, and its residual streams (mHC). */
export interface Dsv4Config {
  queryRank: number;
  outputRank: number;
  outputGroups: number;
  ropeHeadDim: number;
  windowTokens: number;
  /** Compressed entries that a query attends to at most in layers of ratio 4. */
  indexTopK: number;
  indexHeadDim: number;
  indexHeads: number;
  /** Tokens per compressed entry, one number a layer; 0 keeps the window alone. */
  compressRatios: number[];
  residualStreams: number;
  sinkhornIterations: number;
  /** Routed experts are stored in FP4, which Hopper cannot compute in. */
  fp4Experts: boolean;
}

/** Grouped-query attention of MiniMax-M3 over the blocks of tokens that an indexer picks. */
export interface MsaConfig {
  indexHeads: number;
  indexHeadDim: number;
  /** Tokens that a query attends to at most, and tokens of one block. */
  indexTopK: number;
  blockTokens: number;
}

/** Linear attention of Qwen3.5 (gated delta net): a causal convolution and a recurrence over a fixed-size state. */
export interface GdnConfig {
  /** Layers that have it; the others attend to all tokens. */
  layers: number;
  keyHeads: number;
  keyHeadDim: number;
  valueHeads: number;
  valueHeadDim: number;
  /** Tokens that the convolution spans. */
  convTokens: number;
}

/** Mamba-2 blocks of Nemotron-H. */
export interface MambaConfig {
  heads: number;
  headDim: number;
  groups: number;
  stateSize: number;
  convTokens: number;
  /** Tokens that the prefill scan takes at once. */
  chunkTokens: number;
}

/** How many blocks of Nemotron-H are of which kind; each is one mixer, with a residual around it. */
export interface BlockCounts {
  mamba: number;
  attention: number;
  moe: number;
  mlp: number;
}

/** Layers alike in a model that mixes kinds of attention and FFN (Gemma-4, Llama-4, MiMo-V2). */
export interface LayerGroup {
  count: number;
  heads: number;
  kvHeads: number;
  headDim: number;
  valueHeadDim: number;
  /** Attention window; 0 is none. */
  windowTokens: number;
  /** Keys and values come of one projection. */
  keyIsValue: boolean;
  /** Whether the FFN is routed experts. */
  moe: boolean;
}

/** Vision encoder of Qwen3-VL and Qwen3.5: a transformer over patches, whose output is merged into prompt tokens. */
export interface VisionConfig {
  layers: number;
  hiddenSize: number;
  heads: number;
  interSize: number;
  /** Edge of a patch in pixels, and of the square of patches that becomes one token. */
  patchPixels: number;
  mergePatches: number;
  outSize: number;
  /** Layers whose output is merged too and fed to deeper layers of the language model. */
  deepstackLayers: number;
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
  /** DEEPSEEKV32, DEEPSEEKV4 and MINIMAXM3 only. */
  dsa?: DsaConfig;
  dsv4?: Dsv4Config;
  msa?: MsaConfig;
  /** Nemotron-NAS only. */
  blocks?: NasBlock[];
  /** QWEN35 only. */
  gdn?: GdnConfig;
  /** NEMOTRONH only. */
  mamba?: MambaConfig;
  blockCounts?: BlockCounts;
  /** Width that experts compute in, when tokens are projected to it and back (Nemotron-3). */
  moeLatentSize?: number;
  /** GEMMA4MIX and HYBRIDMOE only. */
  layerGroups?: LayerGroup[];
  /** FFN of the layers without experts, where layers with them have another (Llama-4, MiMo-V2). */
  denseInterSize?: number;
  /** Expert that every token passes, all of them together; undefined in families whose shared expert is as wide as a routed one. */
  sharedInterSize?: number;
  /** Encodes images before prefill. */
  vision?: VisionConfig;
  /** How the checkpoint is quantised, as far as its config says. */
  checkpoint: CheckpointQuant;
  /** What had to be assumed, a sentence each; empty when everything is stated and the architecture has its own op list. */
  assumptions: string[];
  /** Where the parameters are, counted from the shapes. */
  parameters: ParameterPart[];
}

/** A part of a model with the elements it holds and those that one token passes through. */
export interface ParameterPart {
  name: string;
  /** The product that gives `parameters`, to be checked by hand. */
  formula: string;
  parameters: number;
  activeParameters: number;
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
