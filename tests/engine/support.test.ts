/** Verdicts against what searches and estimates really do, on tables small enough to read. */
import {describe, expect, it} from "vitest";
import {findModel, normalizeModel} from "../../engine/index.js";
import type {Backend, ModelConfig, Platform, SystemSpec} from "../../engine/index.js";
import {gpusThatFit, supportOf, supportSteps, usualWorkload} from "../../engine/support.js";
import type {Support, SupportLevel} from "../../engine/support.js";
import {expectAgreement} from "./agreement.js";
import {literalPlatform, literalSystem} from "./literal-tables.js";
import type {LiteralSlice} from "./literal-tables.js";

/** 4 layers of 8 heads of 64; 4 KV heads; about 40 MB of weights. */
const tiny = normalizeModel("tiny", {
  architectures: ["LlamaForCausalLM"],
  hidden_size: 512,
  intermediate_size: 1024,
  num_attention_heads: 8,
  num_key_value_heads: 4,
  num_hidden_layers: 4,
  vocab_size: 4096,
  head_dim: 64,
  max_position_embeddings: 8192
});

const tinyMoe = normalizeModel("tiny-moe", {
  architectures: ["MixtralForCausalLM"],
  hidden_size: 512,
  intermediate_size: 1024,
  num_attention_heads: 8,
  num_key_value_heads: 4,
  num_hidden_layers: 4,
  num_local_experts: 8,
  num_experts_per_tok: 2,
  vocab_size: 4096,
  head_dim: 64,
  max_position_embeddings: 8192
});

/** Sites within two octaves of every shape of both models at tp 1 to 8. */
const gemm: LiteralSlice = {
  table: "gemm",
  part: ["bfloat16"],
  rows: [[1024, 512], [4096, 512], [512, 64]].flatMap(([n, k]) => [[n, k, 1, 0.01], [n, k, 8192, 1]]) // prettier-ignore
};
/** Of `kvHeads` KV heads (0: multi-head), for two head counts. */
const prefill = (kvHeads: number): LiteralSlice => ({
  table: "prefill_attention",
  part: ["bfloat16", "bfloat16", "64"],
  rows: [1, 8].flatMap((heads) => [[kvHeads, 0, heads, 64, 1, 0.01], [kvHeads, 0, heads, 8192, 1, 1]]) // prettier-ignore
});
const decode = (kvHeads: number): LiteralSlice => ({
  table: "decode_attention",
  part: ["bfloat16", "64"],
  rows: [1, 8].flatMap((heads) => [[kvHeads, 0, heads, 1, 64, 0.01], [kvHeads, 0, heads, 1, 8192, 1]]) // prettier-ignore
});
const allReduce = (...gpus: number[]): LiteralSlice => ({
  table: "custom_allreduce",
  rows: gpus.flatMap((n) => [[n, 256, 0.01], [n, 1 << 24, 1]]) // prettier-ignore
});
const experts = (moeTp: number, moeEp: number): LiteralSlice => ({
  table: "moe",
  part: ["bfloat16", "power_law_1.2"],
  rows: [[2, 8, 512, 1024, moeTp, moeEp, 1, 0.01], [2, 8, 512, 1024, moeTp, moeEp, 16384, 1]] // prettier-ignore
});
/** A kv head count of 4 over tp 1, 2, 4, 8 leaves 4, 2, 1, 1 with 8, 4, 2, 1 heads: the last is multi-head, key 0. */
const attention = [4, 2, 1, 0].flatMap((kvHeads) => [prefill(kvHeads), decode(kvHeads)]);
const merged = (slices: LiteralSlice[]): LiteralSlice[] => {
  const byName = new Map<string, LiteralSlice>();
  for (const {table, part = [], rows} of slices) {
    const name = `${table}|${part.join("|")}`;
    byName.set(name, {table, part, rows: [...(byName.get(name)?.rows ?? []), ...rows]});
  }
  return [...byName.values()];
};

const workload = {isl: 1000, osl: 100, prefix: 0};
const ask = (platform: Platform, model: ModelConfig, totalGpus = 8): Support =>
  supportOf({model, platform, totalGpus, workload});
const levels = ({agg, disagg}: Support): [SupportLevel, SupportLevel] => [agg.level, disagg.level];
const small: SystemSpec = {...literalSystem, id: "small", memoryCapacityBytes: 4 * 2 ** 30, otherBytes: 3 * 2 ** 30};

describe("a verdict", () => {
  it("is measured where tables answer, and counts the worker sizes that they answer", () => {
    const {agg} = ask(literalPlatform(merged([gemm, ...attention, allReduce(2, 4)])), tiny);
    // tp 1, 2 and 4; for tp 8 no all-reduce was measured.
    expect(agg).toMatchObject({level: "measured", tried: 4});
    expect(agg.works.map(({tp}) => tp)).toEqual([1, 2, 4]);
    expect(agg.reason).toMatch(/^no custom_allreduce rows: .* at 8/);
  });

  it("names the table that is missing, and falls to what needs none", () => {
    const support = ask(literalPlatform(merged([gemm, ...attention.slice(0, 1), allReduce(2)])), tiny);
    expect(levels(support)).toEqual(["calibrated", "calibrated"]);
    expect(support.agg.reason).toMatch(/^no decode_attention table: literal\/trtllm 1\.0 bfloat16\/64/);
  });

  it("is hybrid where other measurements can stand in", () => {
    const support = ask(literalPlatform(merged([gemm, prefill(2), decode(2)])), tiny, 1);
    expect(support.agg.level).toBe("hybrid");
    expect(support.agg.reason).toMatch(/^no (pre|de)\w+_attention rows/);
  });

  it("is calibrated with nothing imported", () => {
    const support = ask(literalPlatform([]), tiny);
    expect(levels(support)).toEqual(["calibrated", "calibrated"]);
    expect(support.agg.reason).toMatch(/^no tables of this GPU are imported; fitted surfaces answer/);
  });

  it("says how many GPUs a worker needs where none that is tried holds it", () => {
    const {agg} = ask(literalPlatform([]), findModel("deepseek-ai/DeepSeek-V3"), 4);
    // 671 GB of fp8 weights in 80 GiB each.
    expect(agg).toMatchObject({level: "does not fit", works: []});
    expect(agg.reason).toBe("needs 16 GPUs per worker (80 GiB each); there are 4");
  });

  it("says so when a second GPU is what disaggregation lacks", () => {
    const support = ask(literalPlatform([]), tiny, 1);
    expect(levels(support)).toEqual(["calibrated", "does not fit"]);
    expect(support.disagg.reason).toBe("needs 2 GPUs, one for each phase; there is 1");
  });

  it("is not supported where a length is refused, with the refusal", () => {
    const support = supportOf({
      model: tiny,
      platform: literalPlatform([]),
      totalGpus: 8,
      workload: {...workload, osl: 1}
    });
    expect(levels(support)).toEqual(["not supported", "not supported"]);
    expect(support.agg.reason).toMatch(/^invalid osl: 1/);
  });

  it("settled by memory looks into no table", () => {
    const platform = literalPlatform(merged([gemm, ...attention]), {system: small});
    const huge = findModel("meta-llama/Meta-Llama-3.1-405B");
    expect(supportSteps({model: huge, platform, totalGpus: 8, workload}).next().done).toBe(true);
    const asked = supportSteps({model: tiny, platform: literalPlatform(merged([gemm])), totalGpus: 8, workload}).next();
    expect(asked).toMatchObject({done: false, value: {database: "silicon"}});
  });
});

describe("GPUs that fit a model", () => {
  it.each([
    // 2 bytes × 8.0e9 parameters = 15 GiB: one GPU of 80 GiB.
    ["Qwen/Qwen3-8B", 1],
    // 2 bytes × 70.6e9 = 131 GiB: two would hold the weights alone with 15 GiB to spare, activations and runtime take 9.
    ["meta-llama/Meta-Llama-3.1-70B", 2],
    // 2 bytes × 405.9e9 = 756 GiB: 16 × 80 GiB.
    ["meta-llama/Meta-Llama-3.1-405B", 16]
  ])("%s: %i", (id, gpus) => {
    expect(gpusThatFit(findModel(id), literalPlatform([]), usualWorkload)).toBe(gpus);
  });

  it("are none when even the widest is too small", () => {
    const pocket = {...literalSystem, memoryCapacityBytes: 2 ** 30};
    expect(gpusThatFit(tiny, literalPlatform([], {system: pocket}), workload)).toBeUndefined();
  });
});

const tableSets: [string, LiteralSlice[]][] = [
  ["everything", [gemm, ...attention, allReduce(2, 4, 8), experts(1, 1), experts(2, 1), experts(1, 2)]],
  ["no all-reduce", [gemm, ...attention, experts(1, 1)]],
  ["no attention", [gemm, allReduce(2, 4, 8), experts(1, 1)]],
  ["attention of other heads", [gemm, prefill(2), decode(2), allReduce(2), experts(4, 1)]],
  ["no GEMM", [...attention, allReduce(2, 4, 8)]],
  ["prefill alone", [gemm, ...[4, 2, 1, 0].map(prefill), allReduce(2, 4, 8)]],
  ["nothing", []]
];
const cells = tableSets.flatMap(([name, slices]) =>
  [tiny, tinyMoe].flatMap((model) =>
    (["trtllm", "sglang", "vllm"] as Backend[]).flatMap((backend) =>
      [1, 8].map((totalGpus) => ({name, slices, model, backend, totalGpus}))
    )
  )
);

describe(`on ${cells.length} literal cells`, () => {
  it.each(cells)("$name, $model.id, $backend, $totalGpus GPUs: says what searches do", (cell) => {
    const {slices, backend, ...question} = cell;
    const platform = literalPlatform(merged(slices), {backend});
    expectAgreement(supportOf({...question, platform, workload}), {...question, platform, workload});
  });
});
