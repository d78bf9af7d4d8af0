/** Models known by name, so that common questions need no config.json. */

import {InputError, nearest} from "../errors.js";
import {dense} from "./catalogue/dense.js";
import type {Entries} from "./catalogue/hf.js";
import {hybrid} from "./catalogue/hybrid.js";
import {mla} from "./catalogue/mla.js";
import {moe} from "./catalogue/moe.js";
import {sparse} from "./catalogue/sparse.js";
import {readModel} from "./config.js";
import type {ModelReading} from "./config.js";
import type {ModelConfig} from "./types.js";

const entries: Entries = {...dense, ...moe, ...mla, ...sparse, ...hybrid};

/** Other names in use: the short names of aiconfigurator 0.4, and ids that the maker has since renamed. */
const aliases: Record<string, string> = {
  LLAMA2_7B: "meta-llama/Llama-2-7b-hf",
  LLAMA2_13B: "meta-llama/Llama-2-13b-hf",
  LLAMA2_70B: "meta-llama/Llama-2-70b-hf",
  "LLAMA3.1_8B": "meta-llama/Meta-Llama-3.1-8B",
  "LLAMA3.1_70B": "meta-llama/Meta-Llama-3.1-70B",
  "LLAMA3.1_405B": "meta-llama/Meta-Llama-3.1-405B",
  MOE_Mixtral8x7B: "mistralai/Mixtral-8x7B-v0.1",
  MOE_Mixtral8x22B: "mistralai/Mixtral-8x22B-v0.1",
  DEEPSEEK_V3: "deepseek-ai/DeepSeek-V3",
  KIMI_K2: "moonshotai/Kimi-K2-Instruct",
  "QWEN2.5_1.5B": "Qwen/Qwen2.5-1.5B",
  "QWEN2.5_7B": "Qwen/Qwen2.5-7B",
  "QWEN2.5_32B": "Qwen/Qwen2.5-32B",
  "QWEN2.5_72B": "Qwen/Qwen2.5-72B",
  "QWEN3_0.6B": "Qwen/Qwen3-0.6B",
  "QWEN3_1.7B": "Qwen/Qwen3-1.7B",
  QWEN3_8B: "Qwen/Qwen3-8B",
  QWEN3_32B: "Qwen/Qwen3-32B",
  QWEN3_30B_A3B: "Qwen/Qwen3-30B-A3B",
  QWEN3_235B: "Qwen/Qwen3-235B-A22B",
  QWEN3_480B: "Qwen/Qwen3-Coder-480B-A35B-Instruct",
  "Nemotron_super_v1.1": "nvidia/Llama-3_3-Nemotron-Super-49B-v1",
  GPT_OSS_20B: "openai/gpt-oss-20b",
  GPT_OSS_120B: "openai/gpt-oss-120b",
  "meta-llama/Llama-3.1-8B": "meta-llama/Meta-Llama-3.1-8B",
  "meta-llama/Llama-3.1-8B-Instruct": "meta-llama/Meta-Llama-3.1-8B-Instruct",
  "meta-llama/Llama-3.1-70B": "meta-llama/Meta-Llama-3.1-70B",
  "meta-llama/Llama-3.1-70B-Instruct": "meta-llama/Meta-Llama-3.1-70B-Instruct",
  "meta-llama/Llama-3.1-405B": "meta-llama/Meta-Llama-3.1-405B",
  "meta-llama/Llama-3.1-405B-Instruct": "meta-llama/Meta-Llama-3.1-405B-Instruct"
};

const idByLowerName = new Map(
  [...Object.entries(aliases), ...Object.keys(entries).map((id) => [id, id] as const)].map(([name, id]) => [
    name.toLowerCase(),
    id
  ])
);

/** Hugging Face ids of the models known by name, grouped by kind and maker. */
export function catalogueModels(): string[] {
  return Object.keys(entries);
}

/** The model of that Hugging Face id or alias, upper or lower case. Its `id` is the Hugging Face id. */
export function findModel(name: string): ModelConfig {
  return readCatalogue(name).model;
}

/** As `findModel`, with every field that was read. */
export function readCatalogue(name: string): ModelReading {
  const id = idByLowerName.get(name.toLowerCase());
  if (id !== undefined) return readModel(id, entries[id]);
  const near = nearest(name, [...Object.keys(entries), ...Object.keys(aliases)]);
  throw new InputError(`unknown model: ${name}; ${near ? `did you mean ${near}? Or ` : ""}give its config.json`);
}
