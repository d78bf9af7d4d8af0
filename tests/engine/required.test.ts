/** A search must find loaded whatever it looks into: the database throws when asked for a slice that was left out. */
import {describe, expect, it} from "vitest";
import {estimate, evaluateSearch, findModel, PerfDatabase, requiredSlices} from "../../engine/index.js";
import type {Backend, Database, Platform} from "../../engine/index.js";
import {fmhaQuants, gemmQuants, kvCacheQuants, moeQuants} from "../../engine/quant.js";
import {tables, valueColumn} from "../../engine/schema.js";
import type {SliceEntry, TableName} from "../../engine/schema.js";
import {literalSystem} from "./literal-tables.js";

const headDims = ["56", "64", "128", "192", "256", "512"];
const convolutions = ["causal_conv1d_fn", "causal_conv1d_update"];
const product = (...lists: string[][]): string[][] =>
  lists.reduce<string[][]>((rows, list) => rows.flatMap((row) => list.map((value) => [...row, value])), [[]]);
const [gemm, moe, fmha, kv] = [gemmQuants, moeQuants, fmhaQuants, kvCacheQuants].map((modes) => Object.keys(modes));
const distributions = ["balanced", "power_law_1.01", "power_law_1.2"];

const parts: Partial<Record<TableName, string[][]>> = {
  gemm: product(gemm),
  compute_scale: product(["fp8"]),
  scale_matrix: product(["fp8"]),
  prefill_attention: product(fmha, kv, headDims),
  decode_attention: product(kv, headDims),
  prefill_mla: product(fmha, kv),
  decode_mla: product(kv),
  prefill_mla_module: product(fmha, kv, gemm),
  decode_mla_module: product(fmha, kv, gemm),
  mla_bmm: [[]],
  encoder_attention: product(["bfloat16"], ["64", "72"]),
  mamba2_prefill: product([convolutions[0], "mamba_chunk_scan_combined"]),
  mamba2_decode: product([convolutions[1], "selective_state_update"]),
  gdn_prefill: product([convolutions[0], "chunk_gated_delta_rule"]),
  gdn_decode: product([convolutions[1], "fused_recurrent_gated_delta_rule"]),
  moe: product(moe, distributions),
  moe_low_latency: product(moe, distributions),
  custom_allreduce: [[]],
  nccl: [[]],
  oneccl: [[]]
};

const entries = Object.entries(parts).flatMap(([table, list]) =>
  list.map((part): SliceEntry => ({
    table: table as TableName,
    part,
    path: [table, ...part].join("."),
    rows: 1,
    bytes: 1,
    borrowedRows: 0,
    borrowedFrom: []
  }))
);

/** Everything exists, nothing is loaded. */
function open(backend: Backend, database: Database, smVersion: number): Platform {
  const perf = new PerfDatabase("literal", backend, "1.0", entries);
  return {system: {...literalSystem, smVersion}, backend, version: "1.0", perf, database};
}

/** One row, all ones. */
function load({perf}: Platform, wanted: SliceEntry[]): void {
  for (const {table, part} of wanted) {
    const names = [...tables[table].key, ...tables[table].axes, valueColumn];
    perf.add(table, part, Object.fromEntries(names.map((name) => [name, [1]])));
  }
}

const models = [
  "Qwen/Qwen3-32B-FP8",
  "Qwen/Qwen3-32B-FP8-Static-PerTensor",
  "Qwen/Qwen3-235B-A22B",
  "openai/gpt-oss-120b",
  "nvidia/Qwen3-235B-A22B-NVFP4",
  "deepseek-ai/DeepSeek-V3",
  "moonshotai/Kimi-K2.5",
  "nvidia/Llama-3_3-Nemotron-Super-49B-v1"
];
/** Models whose tables do not depend on the GPU. */
const hybrids = [
  "Qwen/Qwen3.5-35B-A3B",
  "nvidia/Qwen3.6-27B-NVFP4",
  "nvidia/NVIDIA-Nemotron-3-Super-120B-A12B-FP8",
  "nvidia/Gemma-4-26B-A4B-NVFP4",
  "XiaomiMiMo/MiMo-V2-Flash"
];
const backends = ["trtllm", "sglang", "vllm"] as const;
const questions = [...models, ...hybrids].flatMap((model) =>
  backends.flatMap((backend) =>
    (["silicon", "hybrid", "empirical"] as const).flatMap((database) =>
      (hybrids.includes(model) ? [100] : [90, 100]).map((sm) => [model, backend, database, sm] as const)
    )
  )
);
const workload = {isl: 1000, osl: 100, prefix: 0};

describe("slices asked for before a question", () => {
  it.each(questions)("are all that %s on %s in %s looks into, sm %d", (id, backend, database, sm) => {
    const platform = open(backend, database, sm);
    const model = findModel(id);
    load(platform, platform.perf.unloaded(requiredSlices(model, platform)));
    const problem = {model, platform, totalGpus: 16, workload};
    expect(() => evaluateSearch(problem)).not.toThrow();
    const one = {tp: 1, pp: 1, dp: 1, moeTp: 1, moeEp: 1, cp: 1};
    // No table holds these shapes, so an estimate may miss, but never for want of loading.
    for (const mode of ["static", "agg"] as const)
      try {
        estimate({mode, model, platform, parallel: one, batch: 2, workload});
      } catch (error) {
        expect((error as Error).name).toBe("PerfDataError");
      }
  });

  it("are all that images on Qwen3-VL look into", () => {
    const platform = open("trtllm", "silicon", 90);
    const model = findModel("Qwen/Qwen3-VL-30B-A3B-Instruct");
    load(platform, platform.perf.unloaded(requiredSlices(model, platform)));
    const images = {count: 2, heightPixels: 512, widthPixels: 512};
    expect(() => evaluateSearch({model, platform, totalGpus: 8, workload: {...workload, images}})).not.toThrow();
  });

  it("of measured tables are those of the types in use, and of no others", () => {
    const platform = open("trtllm", "silicon", 90);
    const refs = requiredSlices(findModel("Qwen/Qwen3-32B-FP8"), platform);
    expect(
      platform.perf
        .unloaded(refs)
        .map(({path}) => path)
        .sort()
    ).toEqual([
      "custom_allreduce",
      "decode_attention.fp8.128",
      "gemm.bfloat16",
      "gemm.fp8_block",
      "prefill_attention.fp8.fp8.128"
    ]);
  });

  it("of another pool are that role's", () => {
    const platform = open("trtllm", "silicon", 90);
    const model = findModel("deepseek-ai/DeepSeek-V3");
    const fmhaOf = (role: "prefill" | "decode") =>
      requiredSlices(model, platform, {}, [role])
        .filter(({table}) => table === "decode_mla_module")
        .map(({part}) => part[0]);
    expect(fmhaOf("prefill")).toEqual(["bfloat16"]);
    expect(fmhaOf("decode")).toEqual(["fp8"]);
  });

  it("of experts whose type was not measured are the other types', where those stand in", () => {
    const others = entries.filter(({table, part}) => table !== "moe" || part[0] !== "bfloat16");
    const perf = new PerfDatabase("literal", "trtllm", "1.0", others);
    const platform: Platform = {...open("trtllm", "hybrid", 90), perf};
    const refs = requiredSlices(findModel("Qwen/Qwen3-30B-A3B"), platform);
    expect(perf.unloaded(refs).some(({table}) => table === "moe")).toBe(true);
  });

  it.each(["sol", "calibrated"] as const)("are none in %s", (database) => {
    expect(requiredSlices(findModel("Qwen/Qwen3-8B"), open("trtllm", database, 90))).toEqual([]);
  });
});
