/** Parameter counts against published ones: of the catalogue always, of the shared configs where they are. */
import {existsSync, readdirSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {describe, expect, it} from "vitest";
import {catalogueModels, findModel} from "../../../engine/models/catalogue.js";
import {normalizeModel, parseConfigJson} from "../../../engine/models/config.js";
import {modelSummary} from "../../../engine/models/summary.js";

const name = "name";
const card = "model card";

/**
 * Published counts in 1e9 parameters: all, those active per token where stated, and who says so. `name`: the model's
 * name states it. Where the name rounds by more than 2 %, the count on the maker's model card stands here instead:
 * Qwen3-8B has 8.2, Qwen3-32B 32.8, gpt-oss-120b 117, MiMo-7B 7.6 without its draft layer, Nemotron-3-Nano 31.6.
 */
const published: Record<string, [total: number, active: number | undefined, origin: string]> = {
  "meta-llama/Llama-2-7b-hf": [6.74, undefined, "Llama 2 paper, checkpoint size"],
  "meta-llama/Llama-2-70b-hf": [69, undefined, card],
  "meta-llama/Meta-Llama-3.1-8B": [8, undefined, name],
  "meta-llama/Meta-Llama-3.1-70B": [70, undefined, name],
  "meta-llama/Meta-Llama-3.1-405B": [405, undefined, name],
  "nvidia/Llama-3.1-70B-Instruct-FP8": [70, undefined, name],
  "nvidia/Llama-3_3-Nemotron-Super-49B-v1": [49, undefined, name],
  "Qwen/Qwen2.5-1.5B": [1.54, undefined, card],
  "Qwen/Qwen2.5-7B": [7.61, undefined, card],
  "Qwen/Qwen2.5-32B": [32.5, undefined, card],
  "Qwen/Qwen2.5-72B": [72.7, undefined, card],
  "Qwen/Qwen3-0.6B": [0.6, undefined, name],
  "Qwen/Qwen3-1.7B": [1.7, undefined, name],
  "Qwen/Qwen3-4B": [4, undefined, name],
  "Qwen/Qwen3-8B": [8.2, undefined, card],
  "Qwen/Qwen3-14B": [14.8, undefined, card],
  "Qwen/Qwen3-32B": [32.8, undefined, card],
  "Qwen/Qwen3-32B-FP8": [32.8, undefined, card],
  "Qwen/Qwen3-32B-FP8-Static-PerTensor": [32.8, undefined, card],
  "Qwen/Qwen3-30B-A3B": [30, 3, name],
  "Qwen/Qwen3-30B-A3B-FP8": [30, 3, name],
  "Qwen/Qwen3-235B-A22B": [235, 22, name],
  "Qwen/Qwen3-235B-A22B-FP8": [235, 22, name],
  "nvidia/Qwen3-235B-A22B-NVFP4": [235, 22, name],
  "Qwen/Qwen3-Coder-480B-A35B-Instruct": [480, 35, name],
  "Qwen/Qwen3-VL-2B-Instruct": [2.13, undefined, card],
  "Qwen/Qwen3-VL-4B-Instruct": [4.44, undefined, card],
  "Qwen/Qwen3-VL-8B-Instruct": [8.77, undefined, card],
  "Qwen/Qwen3-VL-32B-Instruct": [33.4, undefined, card],
  "Qwen/Qwen3-VL-32B-Thinking": [33.4, undefined, card],
  "Qwen/Qwen3-VL-30B-A3B-Instruct": [31.1, 3, card],
  "Qwen/Qwen3-VL-235B-A22B-Instruct": [235, 22, name],
  "Qwen/Qwen3.5-27B": [27, undefined, name],
  "Qwen/Qwen3.5-35B-A3B": [35, 3, name],
  "Qwen/Qwen3.5-122B-A10B": [122, 10, name],
  "Qwen/Qwen3.5-397B-A17B": [397, 17, name],
  "nvidia/Qwen3.5-122B-A10B-NVFP4": [122, 10, name],
  "nvidia/Qwen3.5-397B-A17B-NVFP4": [397, 17, name],
  "nvidia/Qwen3.6-27B-NVFP4": [27, undefined, name],
  "nvidia/Qwen3.6-35B-A3B-NVFP4": [35, 3, name],
  "mistralai/Mixtral-8x7B-v0.1": [46.7, 12.9, "Mistral's announcement"],
  "mistralai/Mixtral-8x22B-v0.1": [141, 39, "Mistral's announcement"],
  "openai/gpt-oss-20b": [20.9, 3.61, card],
  "openai/gpt-oss-120b": [116.8, 5.13, card],
  "deepseek-ai/DeepSeek-V3": [671, 37, "DeepSeek-V3 report, without the draft layer"],
  "deepseek-ai/DeepSeek-R1": [671, 37, card],
  "deepseek-ai/DeepSeek-V3.2": [671, 37, card],
  "nvidia/DeepSeek-V3.1-NVFP4": [671, 37, card],
  "deepseek-ai/DeepSeek-V4-Flash": [284, 13, card],
  "deepseek-ai/DeepSeek-V4-Pro": [1600, 49, card],
  "moonshotai/Kimi-K2-Instruct": [1026, 32, "checkpoint size; the card says 1 T and 32 B"],
  "moonshotai/Kimi-K2.5": [1026, 32, "checkpoint size; the card says 1 T and 32 B"],
  "zai-org/GLM-5": [744, 40, card],
  "XiaomiMiMo/MiMo-7B-Base": [7.6, undefined, "checkpoint size without the draft layer"],
  "XiaomiMiMo/MiMo-V2-Flash": [309, 15, card],
  "MiniMaxAI/MiniMax-M2.5": [229, 10, "checkpoint size; the card says 230 B and 10 B"],
  "meta-llama/Llama-4-Scout-17B-16E-Instruct": [109, 17, card],
  "meta-llama/Llama-4-Maverick-17B-128E-Instruct": [400, 17, card],
  "google/gemma-4-26B-A4B": [26, 4, name],
  "nvidia/Gemma-4-26B-A4B-NVFP4": [26, 4, name],
  "nvidia/Gemma-4-31B-IT-NVFP4": [31, undefined, name],
  "nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16": [31.6, 3.2, card],
  "nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-NVFP4": [31.6, 3.2, card],
  "nvidia/NVIDIA-Nemotron-3.5-Lightning-30B-A3B-NVFP4": [31.6, 3.2, "the same shape as Nemotron-3-Nano"],
  "nvidia/NVIDIA-Nemotron-3-Super-120B-A12B-FP8": [120, 12, name],
  "nvidia/NVIDIA-Nemotron-3-Super-120B-A12B-NVFP4": [120, 12, name],
  "nvidia/NVIDIA-Nemotron-3-Ultra-550B-A55B-BF16": [550, 55, name],
  "nvidia/NVIDIA-Nemotron-3-Ultra-550B-A55B-FP8": [550, 55, name],
  "nvidia/NVIDIA-Nemotron-3-Ultra-550B-A55B-NVFP4": [550, 55, name],
  "nvidia/Nemotron-H-56B-Base-8K": [56, undefined, name],
  "stepfun-ai/Step-3.7-Flash": [196, 11, "Step-3.5-Flash's card, the same shape"]
};

/** Within 2 % of all, and of the active ones within 10 %: makers differ in whether embeddings count as active. */
function expectPublished(id: string, {parameters, activeParameters}: ReturnType<typeof modelSummary>): void {
  const [total, active] = published[id];
  expect(Math.abs(parameters / 1e9 / total - 1), `${(parameters / 1e9).toFixed(2)} of ${total}`).toBeLessThan(0.02);
  if (active === undefined) return;
  const words = `${(activeParameters / 1e9).toFixed(2)} of ${active} active`;
  expect(Math.abs(activeParameters / 1e9 / active - 1), words).toBeLessThan(0.1);
}

describe("parameters of the catalogue", () => {
  const known = catalogueModels().filter((id) => Object.hasOwn(published, id));
  it.each(known)("%s", (id) => expectPublished(id, modelSummary(findModel(id))));

  it("says of every part how it is made up, in a product that gives the count", () => {
    for (const {formula, parameters} of findModel("deepseek-ai/DeepSeek-V3").parameters) {
      // The formula is arithmetic but for its words: `58 layers × (256 × 3 × 7168 × 2048; 8 active)`.
      const sum = formula
        .replace(/;[^)]*/, "")
        .replace(" layers", "")
        .replaceAll("×", "*")
        .replaceAll("·", "*");
      expect(sum).toMatch(/^[\d\s*+()]+$/);
      expect(new Function(`return ${sum}`)()).toBe(parameters);
    }
  });

  it("of DeepSeek-V3 are 671 billion, its three dense layers and 58 with 256 experts apart", () => {
    const {parameters} = findModel("deepseek-ai/DeepSeek-V3");
    const of = (name: string) => parameters.find((part) => part.name === name)?.parameters;
    expect(of("dense FFN")).toBe(3 * 3 * 7168 * 18432);
    expect(of("routed experts")).toBe(58 * 256 * 3 * 7168 * 2048);
    expect(of("shared experts")).toBe(58 * 3 * 7168 * 2048);
    expect(of("router")).toBe(58 * 7168 * 256);
    const queries = 7168 * 1536 + 1536 * 128 * 192;
    const keysAndValues = 7168 * 576 + 512 * 128 * 256;
    expect(of("attention")).toBe(61 * (queries + keysAndValues + 128 * 128 * 7168));
  });

  it("count a tied embedding once, and as active because it is multiplied as LM head", () => {
    const [part, ...others] = findModel("Qwen/Qwen3-0.6B").parameters;
    expect(part).toMatchObject({name: "embedding and LM head", parameters: 151936 * 1024});
    expect(part.activeParameters).toBe(151936 * 1024);
    expect(others.map(({name}) => name)).not.toContain("LM head");
  });
});

const configs = join(import.meta.dirname, "../../../../shared/model-configs");
const files = existsSync(configs)
  ? readdirSync(configs).filter((file) => file.endsWith("_config.json") && !file.includes("hf_quant"))
  : [];
const idOf = (file: string) => file.replace("_config.json", "").replace("--", "/");

describe.skipIf(files.length === 0)("parameters of the shared configs", () => {
  const model = (file: string) =>
    normalizeModel(idOf(file), parseConfigJson(readFileSync(join(configs, file), "utf8")));

  it.each(files.filter((file) => Object.hasOwn(published, idOf(file))))("%s", (file) => {
    expectPublished(idOf(file), modelSummary(model(file)));
  });

  it("leaves out no model whose name states a count", () => {
    const states = (id: string) => /\d+(\.\d+)?[Bb]\b/.test(id);
    expect(files.map(idOf).filter((id) => states(id) && !Object.hasOwn(published, id))).toEqual([]);
  });

  it("reads every one of them to a finite count", () => {
    for (const file of files) {
      const {parameters, activeParameters} = modelSummary(model(file));
      expect(parameters, file).toBeGreaterThan(1e8);
      expect(activeParameters, file).toBeLessThanOrEqual(parameters);
    }
  });
});

if (files.length === 0) console.warn(`NOT RUN: parameter counts of 99 configs, for want of ${configs}`);
