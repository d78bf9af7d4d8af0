/** Which choices of transport go with which engine, model, GPU and sizes. Method.md §7.4, §12.1, §13. */
import {describe, expect, it} from "vitest";
import {findModel} from "../../../engine/index.js";
import type {Backend, Parallel} from "../../../engine/index.js";
import {checkServing, checkServingSizes, expertMode, servingChoices} from "../../../engine/models/serving.js";
import type {ServingChoices} from "../../../engine/models/serving.js";
import {defaultCandidates, enumerateParallel} from "../../../engine/search/enumerate.js";
import {replicaSizes} from "../../../engine/session/disaggregated.js";
import {literalPlatform, literalSystem} from "../literal-tables.js";

const v3 = "deepseek-ai/DeepSeek-V3";
const check =
  (id: string, backend: Backend, choices: ServingChoices, smVersion = 100) =>
  () =>
    checkServing(findModel(id), {backend, system: {smVersion}}, choices);

describe("expertMode", () => {
  it.each([
    ["trtllm", {}, "standard"],
    ["trtllm", {wideEp: true}, "trtllm_wide"],
    ["sglang", {wideEp: true}, "deepep"],
    ["sglang", {moeBackend: "deepep_moe"}, "deepep"],
    ["sglang", {moeBackend: "megamoe"}, "megamoe"],
    ["vllm", {eplb: true}, "standard"]
  ] as [Backend, ServingChoices, string][])("on %s with %o is %s", (backend, choices, mode) => {
    expect(expertMode({backend, ...choices})).toBe(mode);
  });
});

describe("choices", () => {
  it.each([
    [v3, "vllm", {wideEp: true}, /invalid wide EP: vllm; needs trtllm or sglang/],
    [v3, "trtllm", {moeBackend: "deepep_moe"}, /invalid MoE backend: deepep_moe; needs sglang/],
    ["Qwen/Qwen3-235B-A22B", "trtllm", {wideEp: true}, /invalid wide EP: Qwen/],
    ["moonshotai/Kimi-K2.5", "trtllm", {wideEp: true}, /invalid wide EP: moonshotai/],
    ["moonshotai/Kimi-K2.5", "sglang", {wideEp: true}, /has no operator list for it/],
    [v3, "trtllm", {wideEp: true, wideEpSlots: 288}, /invalid wide-EP slots: 288; need wide EP on trtllm with EPLB/],
    [v3, "trtllm", {wideEp: true, eplb: true, wideEpSlots: 200}, /invalid wide-EP slots: 200; must be at least 256/],
    [v3, "sglang", {moeBackend: "megamoe"}, /is not DeepSeek-V4-Pro/]
  ] as [string, Backend, ServingChoices, RegExp][])("%s on %s with %o are refused", (id, backend, choices, message) => {
    expect(check(id, backend, choices)).toThrow(message);
  });

  it("allow the fused kernel for V4-Pro on Blackwell alone", () => {
    expect(check("deepseek-ai/DeepSeek-V4-Pro", "sglang", {moeBackend: "megamoe"})).not.toThrow();
    expect(check("deepseek-ai/DeepSeek-V4-Pro", "sglang", {moeBackend: "megamoe"}, 90)).toThrow(/needs Blackwell/);
    expect(check("deepseek-ai/DeepSeek-V4-Flash", "sglang", {moeBackend: "megamoe"})).toThrow(/is not DeepSeek-V4-Pro/);
  });

  it("are picked out of a larger record, those that were made", () => {
    expect(servingChoices({wideEp: true, eplb: undefined, batch: 3} as ServingChoices)).toEqual({wideEp: true});
  });
});

describe("sizes", () => {
  const sizes = (given: Partial<Parallel>) => ({tp: 1, pp: 1, dp: 1, moeTp: 1, moeEp: 1, cp: 1, ...given});
  it.each([
    ["trtllm", {wideEp: true}, {dp: 8, moeTp: 2, moeEp: 4}, /invalid moeTp: 2/],
    ["trtllm", {wideEp: true}, {tp: 8, moeEp: 8}, /invalid dp 1, moeEp 8/],
    ["sglang", {wideEp: true}, {cp: 8, moeEp: 8}, /invalid cp: 8; not with deepep_moe/]
  ] as [Backend, ServingChoices, Partial<Parallel>, RegExp][])(
    "on %s with %o: %o",
    (backend, choices, given, message) => {
      expect(() => checkServingSizes(findModel(v3), backend, sizes(given), choices)).toThrow(message);
      expect(() => checkServingSizes(findModel(v3), backend, sizes({dp: 8, moeEp: 8}), choices)).not.toThrow();
    }
  );
});

describe("search over many GPUs", () => {
  const candidates = (backend: Backend, role: "agg" | "prefill" | "decode", choices: ServingChoices) =>
    defaultCandidates(findModel(v3), literalPlatform([], {backend}), role, choices);

  it("tries expert parallelism up to 64, on sglang from a whole node", () => {
    const wide = {wideEp: true};
    expect(candidates("trtllm", "agg", wide)).toMatchObject({gpus: [2, 4, 8, 16, 32, 64], moeTp: [1], dp: [2, 4, 8, 16, 32, 64]}); // prettier-ignore
    expect(candidates("trtllm", "prefill", wide).moeEp).toEqual([4, 8, 16, 32]);
    expect(candidates("trtllm", "decode", wide).moeEp).toEqual([4, 8, 16, 32, 64]);
    expect(candidates("sglang", "agg", wide)).toMatchObject({gpus: [8, 16, 32, 64], dp: [1, 2, 4, 8, 16, 32, 64], cp: [1]}); // prettier-ignore
    expect(candidates("sglang", "prefill", wide).gpus).toEqual([8, 16, 32]);
    expect(candidates("sglang", "agg", {moeBackend: "deepep_moe"})).toMatchObject({gpus: [1, 2, 4, 8], moeTp: [1]});
  });

  it("tries eight GPUs with the fused kernel, more in a rack", () => {
    const choices = {moeBackend: "megamoe"} as const;
    expect(candidates("sglang", "agg", choices).gpus).toEqual([8]);
    const rack = literalPlatform([], {backend: "sglang", system: {...literalSystem, gpusPerRack: 72}});
    expect(defaultCandidates(findModel(v3), rack, "agg", choices).gpus).toEqual([4, 8, 16, 32]);
  });

  it("enumerates only what agrees: on trtllm attention by data parallelism alone", () => {
    const platform = literalPlatform([], {backend: "trtllm"});
    const lists = defaultCandidates(findModel(v3), platform, "agg", {wideEp: true});
    const found = enumerateParallel(findModel(v3), platform, lists, 32);
    expect(found.map(({dp, moeEp}) => [dp, moeEp])).toEqual([[2, 2], [4, 4], [8, 8], [16, 16], [32, 32]]); // prettier-ignore
    expect(found.every(({tp, moeTp}) => tp === 1 && moeTp === 1)).toBe(true);
  });

  it("pipelines the largest models over sixteen GPUs of Blackwell", () => {
    const platform = literalPlatform([], {backend: "trtllm"});
    const many = {totalGpus: 16, allBlackwell: true};
    const pp = (id: string, options = many) => defaultCandidates(findModel(id), platform, "agg", {}, options).pp;
    expect(pp("deepseek-ai/DeepSeek-V3.2")).toEqual([1, 2]);
    expect(pp("deepseek-ai/DeepSeek-V3.2", {...many, allBlackwell: false})).toEqual([1]);
    expect(pp("deepseek-ai/DeepSeek-V3.2", {...many, totalGpus: 8})).toEqual([1]);
    expect(pp(v3)).toEqual([1]);
  });

  it("takes replicas of any size up to 512", () => {
    expect(replicaSizes(40, "deepep").size).toBe(40);
    expect(replicaSizes(1000, "trtllm_wide").size).toBe(512);
    expect([...replicaSizes(40)]).toEqual([1, 2, 4, 8, 16, 24, 32, 40]);
  });
});
