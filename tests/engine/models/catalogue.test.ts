import {existsSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {describe, expect, it} from "vitest";
import {InputError} from "../../../engine/errors.js";
import {catalogueModels, findModel} from "../../../engine/models/catalogue.js";
import {normalizeModel, parseConfigJson} from "../../../engine/models/config.js";

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

const configs = join(import.meta.dirname, "../../../../shared/model-configs");
const stem = (id: string) => join(configs, id.replace("/", "--"));

/** Its config.json does not say that it is quantised. Its name does, and so does the catalogue. */
const saidByName = "nvidia/NVIDIA-Nemotron-3.5-Lightning-30B-A3B-NVFP4";

describe.skipIf(!existsSync(configs))("drift from published configs", () => {
  it.each(ids.filter((id) => existsSync(`${stem(id)}_config.json`)))("%s", (id) => {
    const quantFile = `${stem(id)}_hf_quant_config.json`;
    const config = parseConfigJson(readFileSync(`${stem(id)}_config.json`, "utf8"));
    const quant = existsSync(quantFile) ? parseConfigJson(readFileSync(quantFile, "utf8")) : undefined;
    const [known, published] = [findModel(id), normalizeModel(id, config, quant)];
    if (id === saidByName) published.checkpoint = known.checkpoint;
    expect(known).toEqual(published);
  });
});

if (!existsSync(configs)) console.warn(`NOT RUN: up to ${ids.length} drift cases, for want of ${configs}`);
