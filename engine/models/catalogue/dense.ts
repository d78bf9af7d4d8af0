import {fp8Block, fp8Static, fp8StaticSaid} from "./hf.js";
import type {Entries, HfConfig} from "./hf.js";

/** layers, hidden, heads, KV heads, inter: the five sizes in which the models of one family differ. */
type Sizes = [layers: number, hidden: number, heads: number, kvHeads: number, inter: number];

function sizes([layers, hidden, heads, kvHeads, inter]: Sizes): HfConfig {
  return {
    num_hidden_layers: layers,
    hidden_size: hidden,
    num_attention_heads: heads,
    num_key_value_heads: kvHeads,
    intermediate_size: inter
  };
}

function llama(vocab: number, context: number, ...shape: Sizes): HfConfig {
  return {
    architectures: ["LlamaForCausalLM"],
    ...sizes(shape),
    vocab_size: vocab,
    max_position_embeddings: context,
    tie_word_embeddings: false
  };
}

function qwen2(vocab: number, context: number, ...shape: Sizes): HfConfig {
  return {...llama(vocab, context, ...shape), architectures: ["Qwen2ForCausalLM"]};
}

function qwen3(...shape: Sizes): HfConfig {
  return {...llama(151936, 40960, ...shape), architectures: ["Qwen3ForCausalLM"], head_dim: 128};
}

const llama2x7 = llama(32000, 4096, 32, 4096, 32, 32, 11008);
const llama2x13 = llama(32000, 4096, 40, 5120, 40, 40, 13824);
const llama2x70 = llama(32000, 4096, 80, 8192, 64, 8, 28672);
const llama31x8 = llama(128256, 131072, 32, 4096, 32, 8, 14336);
const llama31x70 = llama(128256, 131072, 80, 8192, 64, 8, 28672);
const llama31x405 = llama(128256, 131072, 126, 16384, 128, 8, 53248);

/** Small models use their embedding as LM head. */
const tied = {tie_word_embeddings: true};

const qwen25x1 = {...qwen2(151936, 131072, 28, 1536, 12, 2, 8960), ...tied};
const qwen25x7 = qwen2(152064, 131072, 28, 3584, 28, 4, 18944);
const qwen25x32 = qwen2(152064, 131072, 64, 5120, 40, 8, 27648);
const qwen25x72 = qwen2(152064, 131072, 80, 8192, 64, 8, 29568);
const qwen25Instruct = {max_position_embeddings: 32768};

const qwen3x06 = {...qwen3(28, 1024, 16, 8, 3072), ...tied};
const qwen3x17 = {...qwen3(28, 2048, 16, 8, 6144), ...tied};
const qwen3x4 = {...qwen3(36, 2560, 32, 8, 9728), ...tied};
const qwen3x8 = qwen3(36, 4096, 32, 8, 12288);
const qwen3x14 = qwen3(40, 5120, 40, 8, 17408);
const qwen3x32 = qwen3(64, 5120, 64, 8, 25600);

/** Dense models. Source: their published config.json. */
export const dense: Entries = {
  "meta-llama/Llama-2-7b-hf": llama2x7,
  "meta-llama/Llama-2-7b-chat-hf": llama2x7,
  "meta-llama/Llama-2-13b-hf": llama2x13,
  "meta-llama/Llama-2-13b-chat-hf": llama2x13,
  "meta-llama/Llama-2-70b-hf": llama2x70,
  "meta-llama/Llama-2-70b-chat-hf": llama2x70,
  "meta-llama/Meta-Llama-3.1-8B": llama31x8,
  "meta-llama/Meta-Llama-3.1-8B-Instruct": llama31x8,
  "meta-llama/Meta-Llama-3.1-70B": llama31x70,
  "meta-llama/Meta-Llama-3.1-70B-Instruct": llama31x70,
  "meta-llama/Meta-Llama-3.1-405B": llama31x405,
  "meta-llama/Meta-Llama-3.1-405B-Instruct": llama31x405,
  "meta-llama/Llama-3.3-70B-Instruct": llama31x70,
  "nvidia/Llama-3.1-70B-Instruct-FP8": {...llama31x70, ...fp8Static},
  "Qwen/Qwen2.5-1.5B": qwen25x1,
  "Qwen/Qwen2.5-1.5B-Instruct": {...qwen25x1, ...qwen25Instruct},
  "Qwen/Qwen2.5-7B": qwen25x7,
  "Qwen/Qwen2.5-7B-Instruct": {...qwen25x7, ...qwen25Instruct},
  "Qwen/Qwen2.5-32B": qwen25x32,
  "Qwen/Qwen2.5-32B-Instruct": {...qwen25x32, ...qwen25Instruct},
  "Qwen/Qwen2.5-72B": qwen25x72,
  "Qwen/Qwen2.5-72B-Instruct": {...qwen25x72, ...qwen25Instruct},
  "Qwen/Qwen3-0.6B": qwen3x06,
  "Qwen/Qwen3-1.7B": qwen3x17,
  "Qwen/Qwen3-4B": qwen3x4,
  "Qwen/Qwen3-8B": qwen3x8,
  "Qwen/Qwen3-8B-FP8": {...qwen3x8, ...fp8Block},
  "Qwen/Qwen3-14B": qwen3x14,
  "Qwen/Qwen3-14B-FP8": {...qwen3x14, ...fp8Block},
  "Qwen/Qwen3-32B": qwen3x32,
  "Qwen/Qwen3-32B-FP8": {...qwen3x32, ...fp8Block},
  "Qwen/Qwen3-32B-FP8-Static-PerTensor": {...qwen3x32, ...fp8StaticSaid},
  "XiaomiMiMo/MiMo-7B-Base": {
    ...llama(151680, 32768, 36, 4096, 32, 8, 11008),
    architectures: ["MiMoForCausalLM"],
    head_dim: 128,
    num_nextn_predict_layers: 1
  },
  "nvidia/Llama-3_3-Nemotron-Super-49B-v1": {
    architectures: ["DeciLMForCausalLM"],
    num_hidden_layers: 80,
    hidden_size: 8192,
    num_attention_heads: 64,
    vocab_size: 128256,
    max_position_embeddings: 131072,
    tie_word_embeddings: false,
    block_configs: nemotronSuperBlocks()
  }
};

/** Blocks found by architecture search, as runs of [count, FFN multiplier], with attention in groups of 8 heads or without. */
function nemotronSuperBlocks(): HfConfig[] {
  const run = (attention: HfConfig) => (count: number, ffn_mult: number) =>
    Array.from({length: count}, () => ({attention, ffn: {ffn_mult}}));
  const [attention, ffnOnly] = [run({n_heads_in_group: 8}), run({no_op: true})];
  return [
    attention(1, 2.625),
    attention(5, 5.25),
    ffnOnly(2, 2.625),
    attention(3, 5.25),
    ffnOnly(1, 3.28125),
    attention(30, 5.25),
    ffnOnly(1, 1.3125),
    ffnOnly(2, 2.625),
    ffnOnly(1, 1.3125),
    ffnOnly(1, 5.25),
    ffnOnly(1, 1.3125),
    ffnOnly(1, 2.625),
    ffnOnly(3, 1.3125),
    attention(1, 5.25),
    ffnOnly(1, 1.3125),
    ffnOnly(2, 1),
    ffnOnly(1, 1.3125),
    ffnOnly(3, 1),
    ffnOnly(2, 1.3125),
    ffnOnly(2, 0.5),
    ffnOnly(2, 1),
    ffnOnly(2, 0.5),
    ffnOnly(1, 1),
    ffnOnly(2, 0.5),
    attention(9, 5.25)
  ].flat();
}
