/** Every model that is known by name, and every released config, gets an answer from the embedded surfaces alone. */
import {existsSync, readdirSync} from "node:fs";
import {join} from "node:path";
import {describe, expect, it} from "vitest";
import {catalogueModels, estimate} from "../../src/engine/index.js";
import {isMoe} from "../../src/engine/models/ops.js";
import {choosePlatform, openData, openModel} from "../../src/cli/data.js";

const configs = join(import.meta.dirname, "../../../shared/model-configs");
const files = existsSync(configs)
  ? readdirSync(configs).filter((name) => name.endsWith("_config.json") && !name.endsWith("hf_quant_config.json"))
  : [];
if (files.length === 0) console.warn(`NOT RUN: estimates of 99 configs, for want of ${configs}`);

const data = openData();

/** Eight prompts of 4,000 tokens on eight B200, of a checkpoint as it is. */
function answer(model: string) {
  const config = openModel(model);
  const platform = choosePlatform(data, {system: "b200_sxm", backend: "trtllm", database: "calibrated"});
  const parallel = {tp: 8, pp: 1, dp: 1, moeTp: 1, moeEp: isMoe(config) ? 8 : 1, cp: 1};
  const sized = config.heads % 8 === 0 ? parallel : {...parallel, tp: 1, moeEp: 1};
  return estimate({
    mode: "static",
    model: config,
    platform,
    parallel: sized,
    batch: 8,
    workload: {isl: 4000, osl: 500, prefix: 0}
  });
}

const cases = [...catalogueModels().map((id) => [id, id]), ...files.map((name) => [name, join(configs, name)])];

describe("every model", () => {
  it.each(cases)("%s", (_, model) => {
    const {ttftMs, tpotMs, memoryGiB, phases} = answer(model);
    // Between a hundredth of a millisecond per token, for the smallest, and what a trillion parameters take.
    expect(ttftMs).toBeGreaterThan(5);
    expect(ttftMs).toBeLessThan(60_000);
    expect(tpotMs).toBeGreaterThan(0.5);
    expect(tpotMs).toBeLessThan(500);
    expect(memoryGiB.weights).toBeGreaterThan(0);
    for (const {ops} of phases) for (const {error} of ops) expect(error.p90).toBeGreaterThanOrEqual(error.p50);
  });
});
