/**
 * How serving engines are launched: the limits that a scheduler works within when nobody says otherwise. Defaults of
 * the engines first, then what published benchmarks of a model give, as data with its source. A later entry that applies
 * takes the place of what earlier ones say.
 */
import type {ModelConfig} from "../models/types.js";
import type {Quant} from "../quant.js";
import type {Parallel} from "../result.js";
import type {Backend} from "../schema.js";
import type {SystemSpec} from "../system.js";
import {compareVersions, parseVersion} from "../version.js";
import {schedulerPolicies} from "./policy.js";
import type {SchedulerPolicy} from "./types.js";

/** What decides how an engine is launched. */
export interface RecipeFacts {
  backend: Backend;
  /** Release of the engine, as it is named; "" where it is not known, which is taken as the newest. */
  version: string;
  model: ModelConfig;
  system: Pick<SystemSpec, "id" | "smVersion" | "memoryCapacityBytes">;
  /** Types of GEMMs; others do not matter here. */
  quant: Pick<Quant, "gemm">;
  parallel: Parallel;
  isl: number;
  osl: number;
  /** Requests in flight that the engine is launched for, all ranks together. */
  concurrency: number;
  /** Draft tokens of a step. */
  nextn: number;
}

/** An amount by workload: the parts add up. */
export interface Amount {
  tokens?: number;
  /** Multiples of the prompt. */
  prompts?: number;
  /** Multiples of the tokens that requests in flight bring to a step: one each, and their drafts. */
  users?: number;
  atLeast?: number;
}

export interface RecipeSettings {
  /** Tokens of a step. */
  maxBatchedTokens: Amount;
  /** Sequences in flight of one rank. */
  maxSequences: Amount;
  /** Type of the KV cache; `checkpoint`: what the checkpoint says, else 16 bits. */
  kvCache: Quant["kvCache"] | "checkpoint";
  /** Share of memory: see `kvRoom` for what of. */
  memoryFraction: number;
  /** Rules that differ from the backend's own. */
  policy: Partial<SchedulerPolicy>;
}

/** Where an entry applies: what is not named does not matter. */
export interface RecipeCondition {
  backend: Backend;
  /** Model families, as the engine names them, and words in the model's id. */
  families?: readonly ModelConfig["family"][];
  model?: RegExp;
  gemm?: readonly Quant["gemm"][];
  systems?: readonly string[];
  /** Blackwell and later, or Hopper and earlier. */
  blackwell?: boolean;
  /** GPU memory of at least, or below, this. */
  atLeastBytes?: number;
  belowBytes?: number;
  tp?: readonly number[];
  /** More than one attention-DP rank, or one. */
  attentionDp?: boolean;
  drafts?: boolean;
  users?: {from?: number; below?: number};
  lengths?: {isl: number; osl: number};
  versions?: {from?: string; below?: string};
}

export interface RecipeEntry {
  when: RecipeCondition;
  set: Partial<RecipeSettings>;
  source: string;
}

const gib = 2 ** 30;
const inferenceX = "InferenceX benchmark recipes (github.com/SemiAnalysisAI/InferenceX, benchmarks/*.sh)";
const vllmDefaults = "vLLM engine arguments, defaults of the OpenAI-compatible server (docs.vllm.ai, EngineArgs)";
const sglangDefaults = "SGLang server arguments, defaults by GPU memory (docs.sglang.ai, server arguments)";
const trtllmDefaults = "TensorRT-LLM LLM arguments, defaults (nvidia.github.io/TensorRT-LLM, LLM API)";

const latent = ["DEEPSEEK", "DEEPSEEKV32", "KIMIK25"] as const;
const fp8 = ["fp8", "fp8_static", "fp8_block", "fp8_ootb"] as const;

/** SGLang looks for requests every so many steps while it decodes, in recipes for throughput. */
const relaxedPolling = (when: Omit<RecipeCondition, "backend" | "users">, source: string): RecipeEntry[] => [
  {when: {...when, backend: "sglang", users: {below: 16}}, set: {policy: {receiveInterval: 10}}, source},
  {when: {...when, backend: "sglang", users: {from: 16}}, set: {policy: {receiveInterval: 30}}, source}
];

export const recipeEntries: readonly RecipeEntry[] = [
  {
    when: {backend: "vllm"},
    set: {maxBatchedTokens: {tokens: 8192}, maxSequences: {tokens: 1024}, kvCache: "checkpoint", memoryFraction: 0.9},
    source: vllmDefaults
  },
  {
    when: {backend: "vllm", belowBytes: 70 * gib},
    set: {maxBatchedTokens: {tokens: 2048}, maxSequences: {tokens: 256}},
    source: vllmDefaults
  },
  {
    when: {backend: "sglang"},
    set: {maxBatchedTokens: {tokens: 8192}, maxSequences: {tokens: 2048}, kvCache: "checkpoint", memoryFraction: 0.85},
    source: sglangDefaults
  },
  {
    when: {backend: "sglang", atLeastBytes: 160 * gib},
    set: {maxBatchedTokens: {tokens: 16384}},
    source: sglangDefaults
  },
  {
    when: {backend: "trtllm"},
    set: {maxBatchedTokens: {tokens: 8192}, maxSequences: {tokens: 2048}, kvCache: "checkpoint", memoryFraction: 0.9},
    source: trtllmDefaults
  },

  // Llama 3 70B.
  {
    when: {
      backend: "vllm",
      model: /Llama-3\.\d-70B/i,
      gemm: [...fp8, "nvfp4"],
      systems: ["h200_sxm", "b200_sxm", "b300_sxm"]
    },
    set: {kvCache: "fp8"},
    source: `${inferenceX}: 70b_*_slurm.sh, kv-cache-dtype fp8; H100 runs saturate as with 16 bits`
  },
  {
    when: {backend: "trtllm", model: /Llama-3\.\d-70B/i},
    set: {maxBatchedTokens: {tokens: 16384}, kvCache: "fp8"},
    source: `${inferenceX}: 70b_fp8_*_trt_slurm.sh`
  },
  {
    when: {backend: "trtllm", model: /Llama-3\.\d-70B/i, lengths: {isl: 1024, osl: 1024}, tp: [1, 2, 4]},
    set: {policy: {batchWait: {steps: 20, share: 0.9}}},
    source: `${inferenceX}: 70b_fp8_*_trt_slurm.sh, batch_wait_timeout_iters`
  },
  {
    when: {backend: "trtllm", model: /Qwen3-(32B|235B)/i, gemm: [...fp8, "nvfp4"]},
    set: {kvCache: "fp8"},
    source: "aiconfigurator generator, which wrote these engines: FP8 checkpoints get an FP8 KV cache"
  },

  // MiniMax M2.
  {
    when: {backend: "vllm", model: /MiniMax-M2/i, gemm: ["nvfp4"]},
    set: {kvCache: "fp8"},
    source: "hf_quant_config.json of nvidia/MiniMax-M2.5-NVFP4"
  },
  {
    when: {backend: "vllm", model: /MiniMax-M2/i, systems: ["b200_sxm", "b300_sxm"], versions: {from: "0.19.0"}},
    set: {kvCache: "fp8", maxBatchedTokens: {prompts: 2}},
    source: `${inferenceX}: minimaxm2.5_*_b200.sh and _b300.sh from April 2026`
  },
  {
    when: {
      backend: "vllm",
      model: /MiniMax-M2/i,
      systems: ["h200_sxm", "b200_sxm"],
      gemm: fp8,
      versions: {below: "0.19.0"}
    },
    set: {memoryFraction: 0.95},
    source: `${inferenceX}: minimaxm2.5_fp8_b200.sh and _h200.sh before April 2026`
  },

  // Kimi K2.
  {
    when: {backend: "vllm", families: ["KIMIK25"], gemm: ["nvfp4"]},
    set: {kvCache: "fp8"},
    source: "hf_quant_config.json of nvidia/Kimi-K2.5-NVFP4"
  },
  {
    when: {backend: "vllm", families: ["KIMIK25"], gemm: ["bfloat16", "int4_wo"]},
    set: {memoryFraction: 0.95},
    source: `${inferenceX}: kimik2.5_int4_*.sh`
  },

  // gpt-oss.
  {
    when: {backend: "vllm", model: /gpt-oss/i, blackwell: true},
    set: {kvCache: "fp8"},
    source: `${inferenceX}: gptoss_fp4_b200.sh`
  },
  {
    when: {backend: "trtllm", model: /gpt-oss/i},
    set: {maxBatchedTokens: {tokens: 20000}, memoryFraction: 0.85},
    source: `${inferenceX}: gptoss_fp4_*_trt.sh`
  },
  {
    when: {backend: "trtllm", model: /gpt-oss/i, blackwell: true},
    set: {kvCache: "fp8"},
    source: `${inferenceX}: gptoss_fp4_b200_trt.sh`
  },
  {
    when: {backend: "trtllm", model: /gpt-oss/i, attentionDp: true},
    set: {policy: {rankBalance: {batchSteps: 10, timeoutSteps: 50}}},
    source: `${inferenceX}: gptoss_fp4_b200_trt.sh, enable_balance at its defaults`
  },

  // DeepSeek V3 and R1.
  {
    when: {backend: "trtllm", families: latent},
    set: {maxBatchedTokens: {prompts: 1, users: 1, tokens: 64, atLeast: 8192}, kvCache: "fp8", memoryFraction: 0.8},
    source: `${inferenceX}: dsr1_*_trt.sh from 21 January 2026`
  },
  {
    when: {backend: "trtllm", families: latent, versions: {below: "1.2.0rc6.post1"}},
    set: {maxBatchedTokens: {prompts: 1, users: 1, tokens: 64}},
    source: `${inferenceX}: dsr1_*_trt_slurm.sh before 21 January 2026`
  },
  {
    when: {backend: "trtllm", families: latent, drafts: true},
    set: {maxBatchedTokens: {prompts: 1, users: 1, tokens: 64}},
    source: `${inferenceX}: dsr1_*_trt_mtp.sh`
  },
  {
    when: {backend: "trtllm", families: latent, blackwell: false},
    set: {memoryFraction: 0.75},
    source: `${inferenceX}: dsr1_fp8_h200_trt*.sh`
  },
  {
    when: {
      backend: "trtllm",
      families: latent,
      gemm: fp8,
      blackwell: true,
      lengths: {isl: 1024, osl: 1024},
      attentionDp: false,
      drafts: false,
      users: {from: 64, below: 256},
      versions: {from: "1.2.0rc6.post1"}
    },
    set: {policy: {batchWait: {steps: 40, share: 0.8}}},
    source: `${inferenceX}: dsr1_fp8_b200_trt.sh, batch_wait_timeout_iters`
  },
  {
    when: {backend: "trtllm", families: latent, attentionDp: true},
    set: {policy: {rankBalance: {batchSteps: 0, timeoutSteps: 60}}},
    source: `${inferenceX}: dsr1_*_trt*.sh, attention_dp_config`
  },
  {
    when: {backend: "sglang", families: latent},
    set: {maxBatchedTokens: {tokens: 32768}, memoryFraction: 0.82, maxSequences: {tokens: 256}},
    source: `${inferenceX}: dsr1_fp8_*.sh`
  },
  {
    when: {backend: "sglang", families: latent, blackwell: true},
    set: {kvCache: "fp8"},
    source: `${inferenceX}: dsr1_*_b200.sh`
  },
  {
    when: {backend: "sglang", families: latent, blackwell: true, gemm: fp8, tp: [4]},
    set: {maxBatchedTokens: {tokens: 8192}, memoryFraction: 0.95, maxSequences: {tokens: 32}},
    source: `${inferenceX}: dsr1_fp8_b200.sh, TP 4`
  },
  {
    when: {backend: "sglang", families: latent, gemm: ["nvfp4"]},
    set: {maxBatchedTokens: {tokens: 16384}, memoryFraction: 0.85},
    source: `${inferenceX}: dsr1_fp4_b200.sh`
  },
  ...relaxedPolling({families: latent, blackwell: true}, `${inferenceX}: dsr1_*_b200.sh, scheduler-recv-interval`),

  // GLM-5.
  {
    when: {backend: "sglang", model: /GLM-5/i},
    set: {
      maxBatchedTokens: {tokens: 8192},
      memoryFraction: 0.85,
      maxSequences: {tokens: 2048},
      policy: {receiveInterval: 1}
    },
    source: `${inferenceX}: glm5_fp8_h200.sh`
  },
  {
    when: {backend: "sglang", model: /GLM-5/i, blackwell: true},
    set: {maxBatchedTokens: {tokens: 32768}, kvCache: "fp8", maxSequences: {users: 1}},
    source: `${inferenceX}: glm5_*_b200.sh`
  },

  // Qwen3.5.
  {
    when: {backend: "sglang", model: /Qwen3\.5/i},
    set: {maxBatchedTokens: {tokens: 32768}, memoryFraction: 0.82, maxSequences: {tokens: 128}},
    source: `${inferenceX}: qwen3.5_*_b200.sh`
  },
  {
    when: {backend: "sglang", model: /Qwen3\.5/i, gemm: [...fp8, "nvfp4"]},
    set: {kvCache: "fp8"},
    source: `${inferenceX}: qwen3.5_fp8_*.sh`
  },
  ...relaxedPolling({model: /Qwen3\.5/i, systems: ["b200_sxm"]}, `${inferenceX}: qwen3.5_*_b200.sh`),
  {
    when: {backend: "sglang", model: /Qwen3\.5/i, systems: ["h200_sxm"]},
    set: {maxBatchedTokens: {tokens: 16384}, memoryFraction: 0.8},
    source: `${inferenceX}: qwen3.5_fp8_h200.sh`
  },
  {
    when: {backend: "sglang", model: /Qwen3\.5/i, systems: ["b300_sxm"]},
    set: {
      maxBatchedTokens: {tokens: 16384},
      memoryFraction: 0.8,
      maxSequences: {users: 1},
      policy: {receiveInterval: 10}
    },
    source: `${inferenceX}: qwen3.5_*_b300.sh`
  }
];

/** A recipe with its amounts worked out. */
export interface Recipe {
  policy: SchedulerPolicy;
  maxBatchedTokens: number;
  maxSequences: number;
  kvCache: RecipeSettings["kvCache"];
  memoryFraction: number;
  /** Where each setting is from, in the order that they were made. */
  sources: string[];
}

/** The settings that apply, each from the last entry that has it. */
export function recipeOf(facts: RecipeFacts, entries: readonly RecipeEntry[] = recipeEntries): Recipe {
  const applying = entries.filter(({when}) => applies(when, facts));
  const settings = Object.assign({}, ...applying.map(({set}) => set)) as RecipeSettings;
  const policy = Object.assign({}, schedulerPolicies[facts.backend], ...applying.map(({set}) => set.policy));
  return {
    policy: policy as SchedulerPolicy,
    maxBatchedTokens: amountOf(settings.maxBatchedTokens, facts),
    maxSequences: amountOf(settings.maxSequences, facts),
    kvCache: settings.kvCache,
    memoryFraction: settings.memoryFraction,
    sources: [...new Set(applying.map(({source}) => source))]
  };
}

function amountOf(
  {tokens = 0, prompts = 0, users = 0, atLeast = 1}: Amount,
  {isl, concurrency, nextn}: RecipeFacts
): number {
  return Math.max(atLeast, Math.ceil(tokens + prompts * isl + users * concurrency * (nextn + 1)));
}

const blackwellSmVersion = 100;

function applies(when: RecipeCondition, facts: RecipeFacts): boolean {
  const {backend, version, model, system, quant, parallel, concurrency} = facts;
  if (when.backend !== backend) return false;
  if (when.families && !when.families.includes(model.family)) return false;
  if (when.model && !when.model.test(model.id)) return false;
  if (when.gemm && !when.gemm.includes(quant.gemm)) return false;
  if (when.systems && !when.systems.includes(system.id)) return false;
  if (when.blackwell !== undefined && when.blackwell !== system.smVersion >= blackwellSmVersion) return false;
  if (when.atLeastBytes !== undefined && system.memoryCapacityBytes < when.atLeastBytes) return false;
  if (when.belowBytes !== undefined && system.memoryCapacityBytes >= when.belowBytes) return false;
  if (when.tp && !when.tp.includes(parallel.tp)) return false;
  if (when.attentionDp !== undefined && when.attentionDp !== parallel.dp > 1) return false;
  if (when.drafts !== undefined && when.drafts !== facts.nextn > 0) return false;
  if (when.users && (concurrency < (when.users.from ?? 0) || concurrency >= (when.users.below ?? Infinity)))
    return false;
  if (when.lengths && (when.lengths.isl !== facts.isl || when.lengths.osl !== facts.osl)) return false;
  return inVersions(when.versions, version);
}

/** What names no release is the newest: images of a day, or nothing said. */
function inVersions(range: RecipeCondition["versions"], version: string): boolean {
  if (!range) return true;
  const known = parseVersion(version) !== undefined;
  if (range.from !== undefined && known && compareVersions(version, range.from) < 0) return false;
  return range.below === undefined || (known && compareVersions(version, range.below) < 0);
}
