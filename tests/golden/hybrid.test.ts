/** Models of mixed layers, and those that read images, on the released tables: every published config has an answer. */
import {existsSync, readdirSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {beforeAll, describe, expect, it} from "vitest";
import {InputError, PerfDataError} from "../../engine/errors.js";
import {estimate, findModel, normalizeModel, parseConfigJson} from "../../engine/index.js";
import type {Backend, Estimate, EstimateProblem, ModelConfig, Platform} from "../../engine/index.js";
import {bindKernel} from "../../engine/ops/kernel.js";
import {modelOps} from "../../engine/models/ops.js";
import {specOf} from "../engine/models/op-line.js";
import {goldenTables, openPlatform} from "./open.js";

const families = ["QWEN35", "QWEN3VL", "QWEN3VL_MOE", "NEMOTRONH", "GEMMA4MIX", "HYBRIDMOE"];
const folder = join(import.meta.dirname, "../../../shared/model-configs");
const backends: [Backend, string][] = [
  ["trtllm", "1.3.0rc10"],
  ["sglang", "0.5.10"],
  ["vllm", "0.19.0"]
];

/** Ids of the published configs of these families, by file. */
function publishedModels(): [string, string][] {
  if (!existsSync(folder)) {
    console.warn("published configs NOT READ: ../shared/model-configs is not there");
    return [];
  }
  const files = readdirSync(folder).filter((file) => file.endsWith("_config.json") && !file.includes("hf_quant"));
  const own = files.filter((file) => families.includes(familyOf(file)));
  return own.map((file) => [file.replace("_config.json", "").replace("--", "/"), file]);
}

function familyOf(file: string): string {
  try {
    return read("m", file).family;
  } catch (error) {
    if (error instanceof InputError) return "";
    throw error;
  }
}

function read(id: string, file: string): ModelConfig {
  const json = (name: string) => parseConfigJson(readFileSync(join(folder, name), "utf8"));
  const quant = file.replace("_config.json", "_hf_quant_config.json");
  return normalizeModel(id, json(file), existsSync(join(folder, quant)) ? json(quant) : undefined);
}

const published = publishedModels();
const there = goldenTables(published.length, "hybrid and vision models");

/** On 8 GPUs, so that the largest fit. */
function problemOf(model: ModelConfig, platform: Platform): EstimateProblem {
  const parallel = {tp: 8, pp: 1, dp: 1, cp: 1, moeTp: 1, moeEp: model.experts > 0 ? 8 : 1};
  return {mode: "static", model, platform, parallel, batch: 8, workload: {isl: 4000, osl: 500, prefix: 0}};
}

/** From the tables alone, else with what they lack borrowed. */
function answer(problem: EstimateProblem): Estimate {
  try {
    return estimate(problem);
  } catch (error) {
    if (!(error instanceof PerfDataError)) throw error;
    return estimate({...problem, platform: {...problem.platform, database: "hybrid"}});
  }
}

describe.skipIf(!there)("on h200_sxm", () => {
  const platforms: Platform[] = [];
  beforeAll(async () => {
    for (const [backend, version] of backends) platforms.push(await openPlatform(backend, version));
  });

  it.each(published)("%s has an answer on every backend", (id, file) => {
    const model = read(id, file);
    for (const platform of platforms) {
      const {ttftMs, tpotMs, memoryGiB} = answer(problemOf(model, platform));
      expect(ttftMs).toBeGreaterThan(10);
      expect(ttftMs).toBeLessThan(20_000);
      expect(tpotMs).toBeGreaterThan(1);
      expect(tpotMs).toBeLessThan(50);
      expect(memoryGiB.weights).toBeGreaterThan(0.4);
      expect(memoryGiB.total).toBeLessThan(150);
    }
  });

  it.each(["Qwen/Qwen3-VL-8B-Instruct", "Qwen/Qwen3-VL-2B-Instruct", "Qwen/Qwen3-VL-235B-A22B-Instruct"])(
    "%s encodes images by measured attention",
    (id) => {
      const images = {count: 1, heightPixels: 1024, widthPixels: 1024};
      for (const platform of platforms) {
        const problem = problemOf(findModel(id), platform);
        const {encoderMs, phases} = answer({...problem, workload: {...problem.workload, images}});
        expect(encoderMs).toBeGreaterThan(5);
        expect(encoderMs).toBeLessThan(500);
        const attention = phases[0].ops.find(({kind}) => kind === "encoder_attention")!;
        expect(["measured", "interpolated", "extrapolated"]).toContain(attention.source);
      }
    }
  );

  it("reads Qwen3.5's delta net from the tables, exactly where they have a point", () => {
    const [trtllm] = platforms;
    const {prefill, decode} = modelOps(specOf("Qwen/Qwen3.5-27B"));
    const kernels = (ops: typeof prefill) => ops.filter(({kind}) => kind === "gdn").map((op) => bindKernel(trtllm, op));
    const key = [5120, 16, 128, 48, 128, 4];
    const grid = (table: "gdn_prefill" | "gdn_decode", kernel: string) => trtllm.perf.grid(table, [kernel], key)!;
    const [conv, scan] = kernels(prefill);
    const at = (batch: number, seq: number) => [batch * seq, batch, seq, 0] as const;
    expect(conv(...at(1, 1024))).toBe(grid("gdn_prefill", "causal_conv1d_fn").lookup(1, 1024, 0, 0, () => NaN));
    expect(scan(...at(1, 1024))).toBe(grid("gdn_prefill", "chunk_gated_delta_rule").lookup(1, 1024, 0, 0, () => NaN));
    const [, recurrence] = kernels(decode);
    const measured = grid("gdn_decode", "fused_recurrent_gated_delta_rule").lookup(8, 0, 0, 0, () => NaN);
    expect(recurrence(...at(8, 5000))).toBe(measured);
    expect(measured).toBeGreaterThan(0);
  });

  it("takes about as long per active parameter as a dense model", () => {
    const [trtllm] = platforms;
    const per = (id: string, active: number) => answer(problemOf(findModel(id), trtllm)).ttftMs / active;
    const dense = per("Qwen/Qwen3-32B", 32.8);
    // Twice at most: experts, recurrences and unsharded scans reach less of the GPU than large GEMMs.
    for (const [id, active] of [
      ["Qwen/Qwen3.5-27B", 27],
      ["nvidia/Nemotron-H-56B-Base-8K", 56]
    ] as const) {
      expect(per(id, active) / dense).toBeGreaterThan(0.5);
      expect(per(id, active) / dense).toBeLessThan(2);
    }
  });
});
