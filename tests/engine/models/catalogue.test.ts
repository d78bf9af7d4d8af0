import {existsSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {describe, expect, it} from "vitest";
import {InputError} from "../../../engine/errors.js";
import {catalogueModels, findModel} from "../../../engine/models/catalogue.js";
import {normalizeModel, parseConfigJson} from "../../../engine/models/config.js";
import {modelSummary} from "../../../engine/models/summary.js";

const ids = catalogueModels();

describe("findModel", () => {
  it.each(ids)("reads %s", (id) => {
    expect(findModel(id)).toMatchObject({id});
  });

  it.each([
    ["QWEN3_32B", "Qwen/Qwen3-32B"],
    ["qwen/qwen3-32b", "Qwen/Qwen3-32B"],
    ["meta-llama/Llama-3.1-8B", "meta-llama/Meta-Llama-3.1-8B"],
    ["MOE_Mixtral8x7B", "mistralai/Mixtral-8x7B-v0.1"],
    ["Nemotron_super_v1.1", "nvidia/Llama-3_3-Nemotron-Super-49B-v1"]
  ])("knows %s as %s", (alias, id) => {
    expect(findModel(alias).id).toBe(id);
  });

  it("offers the nearest name, whatever the case", () => {
    expect(() => findModel("Qwen/Qwen3-33B")).toThrow(InputError);
    expect(() => findModel("Qwen/Qwen3-33B")).toThrow(/unknown model: Qwen\/Qwen3-33B; did you mean Qwen\/Qwen3-32B\?/);
  });

  it("gives DeepSeek a head size of 56, hidden size over heads", () => {
    expect(findModel("deepseek-ai/DeepSeek-V3")).toMatchObject({headDim: 56, vHeadDim: 128, kvLoraRank: 512});
  });

  it("gives Nemotron-Super 80 blocks, 49 of them with attention", () => {
    const blocks = findModel("nvidia/Llama-3_3-Nemotron-Super-49B-v1").blocks!;
    const count = (some: typeof blocks) => some.reduce((sum, block) => sum + block.count, 0);
    expect(count(blocks)).toBe(80);
    expect(count(blocks.filter(({headsPerKvHead}) => headsPerKvHead !== null))).toBe(49);
  });
});

describe("modelSummary", () => {
  // Published counts, in 1e9; the LM head of small models is tied to the embedding, so they are left out.
  it.each([
    ["meta-llama/Llama-2-7b-hf", 6.74, 6.74],
    ["meta-llama/Llama-2-70b-hf", 69, 69],
    ["meta-llama/Meta-Llama-3.1-8B", 8.03, 8.03],
    ["meta-llama/Meta-Llama-3.1-70B", 70.6, 70.6],
    ["meta-llama/Meta-Llama-3.1-405B", 405.9, 405.9],
    ["Qwen/Qwen2.5-7B", 7.61, 7.61],
    ["Qwen/Qwen2.5-32B", 32.5, 32.5],
    ["Qwen/Qwen2.5-72B", 72.7, 72.7],
    ["Qwen/Qwen3-32B", 32.8, 32.8],
    ["Qwen/Qwen3-30B-A3B", 30.5, 3.3],
    ["Qwen/Qwen3-235B-A22B", 235, 22],
    ["Qwen/Qwen3-Coder-480B-A35B-Instruct", 480, 35],
    ["mistralai/Mixtral-8x7B-v0.1", 46.7, 12.9],
    ["mistralai/Mixtral-8x22B-v0.1", 141, 39],
    ["openai/gpt-oss-20b", 20.9, 4.2],
    ["openai/gpt-oss-120b", 117, 5.7],
    ["nvidia/Llama-3_3-Nemotron-Super-49B-v1", 49.9, 49.9]
  ])("of %s is %d billion, %d active", (id, total, active) => {
    const {parameters, activeParameters} = modelSummary(findModel(id));
    expect(Math.abs(parameters / 1e9 / total - 1)).toBeLessThan(0.02);
    expect(Math.abs(activeParameters / 1e9 / active - 1)).toBeLessThan(0.02);
  });

  it("of DeepSeek-V3 exceeds its 671 billion by the three layers that are dense", () => {
    const {parameters} = modelSummary(findModel("deepseek-ai/DeepSeek-V3"));
    expect(parameters / 671e9).toBeGreaterThan(1);
    expect(parameters / 671e9).toBeLessThan(1.06);
  });
});

const configs = join(import.meta.dirname, "../../../../shared/model-configs");
const stem = (id: string) => join(configs, id.replace("/", "--"));

describe.skipIf(!existsSync(configs))("drift from published configs", () => {
  it.each(ids.filter((id) => existsSync(`${stem(id)}_config.json`)))("%s", (id) => {
    const quantFile = `${stem(id)}_hf_quant_config.json`;
    const config = parseConfigJson(readFileSync(`${stem(id)}_config.json`, "utf8"));
    const quant = existsSync(quantFile) ? parseConfigJson(readFileSync(quantFile, "utf8")) : undefined;
    expect(findModel(id)).toEqual(normalizeModel(id, config, quant));
  });
});

if (!existsSync(configs)) console.warn(`NOT RUN: up to ${ids.length} drift cases, for want of ${configs}`);
