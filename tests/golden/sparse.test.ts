/**
 * Models of sparse attention and deployments of wide experts on released tables: every published config of these
 * families is read and estimated, and the figures hang together. Nothing is recorded of the reference here.
 */
import {cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync} from "node:fs";
import {readFile} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {importTables} from "../../data-loaders/import.js";
import {readSystems} from "../../data-loaders/read-systems.js";
import {
  estimate,
  evaluateSearch,
  findModel,
  normalizeModel,
  parseConfigJson,
  requiredSlices
} from "../../engine/index.js";
import type {Backend, Database, EstimateProblem, ModelConfig, Parallel, Platform} from "../../engine/index.js";
import type {ServingChoices} from "../../engine/models/serving.js";
import {openStore} from "../../src/perf/store.js";
import {releasedTables} from "./setup.js";

const configs = join(import.meta.dirname, "../../../shared/model-configs");
const families = /V3\.2|V4|GLM-5|MiniMax-M3|Kimi-K3/;
const there = existsSync(releasedTables) && existsSync(configs);
const ids = there
  ? readdirSync(configs)
      .filter((name) => /(?<!hf_quant)_config\.json$/.test(name) && families.test(name))
      .map((name) => name.replace("_config.json", ""))
  : [];
if (!there) console.warn("sparse attention and wide experts on released tables NOT RUN: ../shared is not there");

/** Attention that none of these models has, which would take most of the time to import. */
const unused = /(context|generation|encoder)_attention|gdn|mamba2|dsv4_hca_attn/;

/** What the estimates look into. sglang 0.5.6.post2 holds the only DeepEP tables. */
const trees: [system: string, versions: string[]][] = [
  ["h200_sxm", ["sglang/0.5.6.post2", "sglang/0.5.10", "nccl/2.26.2"]],
  ["gb200", ["trtllm/1.3.0rc10", "nccl/2.23"]],
  ["b200_sxm", ["sglang/0.5.10", "nccl/2.27.3"]]
];

const folder = mkdtempSync(join(tmpdir(), "kneepoint-sparse-"));
const systems = readSystems(join(import.meta.dirname, "../../systems"));
let store: ReturnType<typeof openStore>;

beforeAll(async () => {
  if (!there) return;
  for (const [system, versions] of trees)
    for (const version of versions) {
      const from = join(releasedTables, "systems/data", system, version);
      const to = join(folder, "tables/systems/data", system, version);
      mkdirSync(to, {recursive: true});
      const filter = (path: string) => !unused.test(path);
      if (existsSync(from)) cpSync(from, to, {recursive: true, filter});
    }
  await importTables(join(folder, "tables"), {dataDir: join(folder, "data")});
  const catalogue = JSON.parse(readFileSync(join(folder, "data/catalogue.json"), "utf8"));
  store = openStore(catalogue, async (path) => {
    const {buffer, byteOffset, byteLength} = await readFile(join(folder, "data", path));
    return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
  });
}, 180_000);

afterAll(() => rmSync(folder, {recursive: true, force: true}));

function readConfig(id: string): ModelConfig {
  const quant = join(configs, `${id}_hf_quant_config.json`);
  const file = (path: string) => parseConfigJson(readFileSync(path, "utf8"));
  return normalizeModel(id, file(join(configs, `${id}_config.json`)), existsSync(quant) ? file(quant) : undefined);
}

interface Where {
  system: string;
  backend: Backend;
  version: string;
  database?: Database;
}

/** A platform with the slices of a model loaded, and no others: one that is missing throws. */
async function platformOf(model: ModelConfig, where: Where, choices: ServingChoices = {}): Promise<Platform> {
  const {system: id, backend, version, database = "silicon"} = where;
  const system = systems.find((system) => system.id === id)!;
  const perf = store.perf(system, backend, version) as unknown as Platform["perf"];
  const platform: Platform = {system, backend, version, perf, database};
  const refs = requiredSlices(model, platform, undefined, undefined, choices);
  await store.ensure(perf as unknown as Parameters<typeof store.ensure>[0], refs);
  return platform;
}

const sizes = (given: Partial<Parallel>): Parallel => ({tp: 1, pp: 1, dp: 1, moeTp: 1, moeEp: 1, cp: 1, ...given});
const workload = {isl: 4000, osl: 500, prefix: 0};

async function run(model: ModelConfig, where: Where, given: Partial<Parallel>, more: Partial<EstimateProblem> = {}) {
  const platform = await platformOf(model, where, more);
  const problem = {mode: "static", model, platform, parallel: sizes(given), batch: 8, workload} as const;
  return estimate({...problem, ...more});
}

const h200 = {system: "h200_sxm", backend: "sglang", version: "0.5.10"} as const;
const gb200 = {system: "gb200", backend: "trtllm", version: "1.3.0rc10"} as const;
const b200 = {system: "b200_sxm", backend: "sglang", version: "0.5.10"} as const;

describe.skipIf(!there)("published configs", () => {
  it.each(ids)("%s is read and estimated", async (id) => {
    const model = readConfig(id);
    const hopper = !/V4|NVFP4/.test(id);
    const answer = await run(model, {...(hopper ? h200 : b200), database: "hybrid"}, {tp: 8, moeEp: 8});
    for (const figure of [answer.ttftMs, answer.tpotMs, answer.tokensPerSecPerGpu, answer.memoryGiB.total])
      expect(figure).toBeGreaterThan(0);
    const bound = await run(model, {...(hopper ? h200 : b200), database: "sol"}, {tp: 8, moeEp: 8});
    expect(answer.ttftMs).toBeGreaterThan(bound.ttftMs * 0.7);
    expect(answer.tpotMs).toBeGreaterThan(bound.tpotMs * 0.7);
  });

  it("are answered by measured points alone where their block was measured", async () => {
    const answer = await run(findModel("deepseek-ai/DeepSeek-V3.2"), h200, {tp: 8, moeEp: 8});
    expect(answer.prefillOps.find(({name}) => name === "attention")).toMatchObject({
      source: "interpolated",
      tier: "own"
    });
    const pro = await run(findModel("sgl-project/DeepSeek-V4-Pro-FP8"), b200, {tp: 8, moeEp: 8});
    for (const name of ["attention", "mhc_pre", "mhc_post"])
      expect(pro.prefillOps.find((op) => op.name === name)).toMatchObject({tier: "own"});
  });

  it("go through an aggregated worker with attention per request", async () => {
    const answer = await run(findModel("deepseek-ai/DeepSeek-V3.2"), h200, {tp: 8, moeEp: 8}, {mode: "agg"});
    const names = answer.phases[0].ops.map(({name}) => name);
    expect(names).toContain("attention (prefill)");
    expect(names).toContain("attention (decode)");
  });
});

describe.skipIf(!there)("wide experts", () => {
  it.each(["nvidia/DeepSeek-V3.1-NVFP4", "nvidia/DeepSeek-V3.2-NVFP4"])("%s on gb200, TensorRT-LLM", async (id) => {
    const model = findModel(id);
    const wide = await run(model, gb200, {dp: 16, moeEp: 16}, {wideEp: true});
    const balanced = await run(model, gb200, {dp: 16, moeEp: 16}, {wideEp: true, eplb: true, wideEpSlots: 288});
    const moe = ({prefillOps}: typeof wide) => prefillOps.find(({name}) => name === "moe")!.latencyMs;
    expect(moe(balanced)).toBeLessThan(moe(wide));
    expect(wide.prefillOps.find(({name}) => name === "moe_pre_dispatch")!.tier).toBe("own");
    expect(wide.memoryGiB.weights).toBeLessThan(40);
  });

  it.each(["flashinfer", "fa3"] as const)(
    "DeepSeek-V3 on h200, sglang with DeepEP and %s",
    async (attentionBackend) => {
      const model = findModel("deepseek-ai/DeepSeek-V3");
      const choices = {moeBackend: "deepep_moe", attentionBackend} as const;
      const answer = await run(model, h200, {dp: 16, moeEp: 16}, choices);
      for (const name of ["attention", "moe_pre_dispatch", "moe"])
        expect(answer.prefillOps.find((op) => op.name === name)!.tier).toBe("own");
      expect(answer.tpotMs).toBeGreaterThan(0);
      const half = run(model, h200, {dp: 4, moeEp: 4}, choices);
      await expect(half).rejects.toThrow(/no deepep_normal rows: .* 0\.5 nodes/);
    }
  );

  it("are searched over many GPUs, replicas of any size", async () => {
    const model = findModel("deepseek-ai/DeepSeek-V3");
    const platform = await platformOf(model, h200, {wideEp: true});
    const problem = {model, platform, totalGpus: 32, workload, wideEp: true, maxBatch: 32};
    const {aggregated, disaggregated} = evaluateSearch(problem);
    const shapes = aggregated.filter(({points}) => points.length > 0).map(({session}) => session.worker.spec.parallel);
    expect(new Set(shapes.map(({moeEp}) => moeEp))).toEqual(new Set([8, 16, 32]));
    expect(shapes.every(({moeTp, cp}) => moeTp === 1 && cp === 1)).toBe(true);
    expect(disaggregated!.prefill.length).toBeGreaterThan(0);
  });
});
