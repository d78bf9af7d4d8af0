/** The library's calls, from the sources; the package is tested in package.test.ts. */
import {readFileSync, rmSync} from "node:fs";
import {readFile} from "node:fs/promises";
import {join} from "node:path";
import {afterAll, describe, expect, it} from "vitest";
import {findModel} from "../../engine/models/catalogue.js";
import {plainFactors} from "../../engine/simulate/calibration.js";
import type {Catalogue} from "../../engine/schema.js";
import {
  customGpu,
  defineTask,
  estimate,
  openTables,
  PerfDataError,
  search,
  searchBackends
} from "../../src/library/index.js";
import type {Progress, SearchRequest} from "../../src/library/index.js";
import {openFolder} from "../../src/library/node.js";
import {writeTables} from "./tables-folder.js";

const folder = writeTables();
afterAll(() => rmSync(folder, {recursive: true}));

const request: SearchRequest = {
  model: "Qwen/Qwen3-32B-FP8",
  platform: {system: "h200_sxm"},
  totalGpus: 16,
  workload: {isl: 4000, osl: 500},
  targets: {ttftMs: 600, tpotMs: 15}
};
const large: SearchRequest = {
  ...request,
  model: "Qwen/Qwen3-235B-A22B-FP8",
  totalGpus: 128,
  predictor: "formula"
};

describe("search", () => {
  it("answers from the surfaces in the package when no tables are given", async () => {
    const {result, sources} = await search(request);
    expect(result.chosen).not.toBeNull();
    expect(result[result.chosen!]!.best[0]).toMatchObject({source: "calibrated"});
    expect(sources).toMatchObject([{system: "h200_sxm", backend: "trtllm", database: "calibrated"}]);
    expect(sources[0].fitError!.p90).toBeGreaterThan(0);
  });

  it("is plain data in JSON, assumptions and sources included", async () => {
    const answer = await search(request);
    const written = JSON.parse(JSON.stringify(answer)) as Record<string, unknown>;
    expect(Object.keys(written).sort()).toEqual(["assumptions", "result", "sources"]);
    expect(written.assumptions).toEqual(findModel("Qwen/Qwen3-32B-FP8").assumptions);
    expect(written.result).toEqual(JSON.parse(JSON.stringify(answer.result)));
  });

  it("judges the same candidates by other targets as a search for these would", async () => {
    const answer = await search(request);
    const targets = {ttftMs: 250, tpotMs: 9};
    const afresh = await search({...request, targets});
    expect(answer.judge({targets})).toEqual(afresh.result);
    expect(afresh.result).not.toEqual(answer.result);
  });

  it("simulates requests unless formulas are asked for, and judges either way", async () => {
    const [simulated, formula] = [await search(request), await search({...request, predictor: "formula"})];
    const best = ({result}: typeof simulated) => result.agg!.best[0];
    const {ttftMs, simulated: figures, error} = best(simulated);
    expect(figures!.ttft.mean).toBe(ttftMs);
    expect(figures!.ttft.p99).toBeGreaterThan(ttftMs);
    expect(figures!.calibration.kind).toMatch(/^(calibrated|model|architecture|none)$/);
    expect(error!.ttft.p90).toBeGreaterThan(0);
    expect(best(formula).simulated).toBeUndefined();
    const {targets} = request;
    expect(simulated.judge({targets, predictor: "formula"})).toEqual(formula.result);
    expect(() => formula.judge({targets, predictor: "simulation"})).toThrow(
      /^invalid predictor: simulation; the search/
    );
    await expect(search({...request, predictor: "simulation", lookUps: {database: "sol"}})).rejects.toThrow(
      /database sol/
    );
  });

  it("keeps limits of shares of requests, which formulas cannot judge", async () => {
    const goal = (threshold: number) => [{metric: "ttftMs", threshold, hard: true, share: 0.99}] as const;
    const {result} = await search({...request, servingMode: "agg", preferences: {goals: goal(700)}});
    const plans = result.agg!.best;
    expect(plans.length).toBeGreaterThan(0);
    for (const {simulated} of plans) expect(simulated!.shares["ttftMs0.99"]).toBeLessThanOrEqual(700);
    const none = await search({...request, servingMode: "agg", preferences: {goals: goal(1)}});
    expect(none.result.chosen).toBeNull();
    const {limits, relaxations} = await none.explainMisses();
    expect(limits.find(({share}) => share === 0.99)!.missed).toBeGreaterThan(0);
    expect(relaxations[0]).toMatchObject({metric: "ttftMs", share: 0.99});
    const formula = search({...request, predictor: "formula", preferences: {goals: goal(700)}});
    await expect(formula).rejects.toThrow(/a share of requests; must be simulated/);
  });

  it("takes constants of one's own, which figures then name", async () => {
    const {calibrationTable: shipped} = await import("../../engine/simulate/constants.js");
    const fit = shipped.classes.find(({backend, architecture}) => backend === "trtllm" && architecture === "dense")!;
    const shape = {backend: "trtllm", shape: "LLAMA 64x5120", error: fit.error, rows: 11, deployments: 2} as const;
    const kind = {system: "h200_sxm", gemm: "fp8_block", moe: "fp8_block", drafts: false, attentionDp: false};
    const slower = {...plainFactors, decodeScale: 3};
    const calibration = {...shipped, classes: [fit], shapes: [], families: [{...shape, ...kind, factors: slower}]};
    const agg = {...request, servingMode: "agg"} as const;
    const best = ({result}: Awaited<ReturnType<typeof search>>) => result.agg!.best[0];
    const [own, theirs] = [best(await search(agg, {calibration})), best(await search(agg))];
    expect(own.simulated!.calibration).toMatchObject({kind: "calibrated", rows: 11});
    expect(own.simulated!.calibration.name).toMatch(/\(own runs\)$/);
    expect(theirs.simulated!.calibration.name).not.toMatch(/own runs/);
  });

  it("details the operators of a plan, whose times add up to its phases", async () => {
    const answer = await search(request);
    const [phase] = answer.detail(answer.result[answer.result.chosen!]!.best[0]).phases;
    const sum = phase.ops.reduce((total, {latencyMs}) => total + latencyMs, 0);
    expect(sum).toBeCloseTo(phase.totalMs, 6);
  });

  it("tries the modes that are asked for", async () => {
    const {result} = await search({...request, servingMode: "agg"});
    expect([result.agg !== null, result.disagg]).toEqual([true, null]);
  });

  it("of all backends is the answer of the one whose plan is best", async () => {
    const auto: SearchRequest = {...request, platform: {system: "h200_sxm", backend: "auto"}};
    const all = await searchBackends(auto);
    expect(all.map(({sources: [{backend}]}) => backend)).toEqual(["trtllm", "sglang", "vllm"]);
    const throughputs = all.map(({result: {chosen, ...modes}}) =>
      chosen ? modes[chosen]!.best[0].tokensPerSecPerGpuCluster : 0
    );
    const {result} = await search(auto);
    expect(result[result.chosen!]!.best[0].tokensPerSecPerGpuCluster).toBe(Math.max(...throughputs));
  });

  it("takes a model by id, by its config.json as text or object, or read", async () => {
    const config = {
      architectures: ["LlamaForCausalLM"],
      hidden_size: 4096,
      num_hidden_layers: 32,
      num_attention_heads: 32,
      num_key_value_heads: 8,
      intermediate_size: 14336,
      vocab_size: 128256,
      max_position_embeddings: 131072,
      head_dim: 128
    };
    const asObject = await search({...request, model: {config}});
    const asText = await search({...request, model: {config: JSON.stringify(config)}});
    expect(asText.result).toEqual(asObject.result);
    const byId = await search(request);
    const read = await search({...request, model: findModel("qwen/qwen3-32b-fp8")});
    expect(read.result).toEqual(byId.result);
    await expect(search({...request, model: "Qwen/Qwen3-32B-FP9"})).rejects.toThrow(/did you mean Qwen/);
  });

  it("has a value for what nothing meets: no choice, the nearest plan, and why", async () => {
    const {result} = await search({...request, targets: {ttftMs: 1, tpotMs: 1}});
    expect(result.chosen).toBeNull();
    expect(result.agg!.nearest).not.toBeNull();
    expect(result.agg!.rejected.ttft).toBeGreaterThan(0);
  });

  it("refuses names that do not exist with the nearest that does", async () => {
    const at = (platform: SearchRequest["platform"]) => search({...request, platform});
    await expect(at({system: "h20_sxm"})).rejects.toThrow(/^unknown system: h20_sxm; have .*did you mean/);
    const tables = await openFolder(folder);
    const old = {system: "h200_sxm", version: "0.1"};
    await expect(search({...request, platform: old}, {tables})).rejects.toThrow(/^unknown version of h200_sxm\/trtllm/);
  });

  it("takes decode workers of another GPU and another serving engine", async () => {
    const decodePlatform = {system: "b200_sxm", backend: "sglang"} as const;
    const {result, sources} = await search({...request, decodePlatform});
    const places = sources.map(({system, backend}) => `${system}/${backend}`);
    expect(places).toEqual(["h200_sxm/trtllm", "b200_sxm/sglang"]);
    expect(result.disagg!.best[0].decode).toMatchObject({system: "b200_sxm", backend: "sglang"});
    expect(result.disagg!.best[0].prefill).toMatchObject({system: "h200_sxm", backend: "trtllm"});
  });

  it("is the same of a task as of the request that says the same", async () => {
    const fields = {modelPath: "Qwen/Qwen3-32B-FP8", systemName: "h200_sxm", totalGpus: 16};
    const task = defineTask({...fields, servingMode: "auto", isl: 4000, osl: 500, ttft: 600, tpot: 15});
    expect((await search(task)).result).toEqual((await search(request)).result);
  });

  it("says what a plan and a miss are due to, and what each input moves", async () => {
    const answer = await search(request);
    const [best] = answer.result[answer.result.chosen!]!.best;
    expect((await answer.explain(best)).memory.length).toBeGreaterThan(0);
    const hopeless = await search({...request, targets: {ttftMs: 1}});
    expect((await hopeless.explainMisses()).admitted).toBe(0);
    const heard: Progress[] = [];
    const {rows} = await answer.sensitivity({inputs: ["osl"], onProgress: (progress) => heard.push(progress)});
    expect(rows.map(({input}) => input)).toEqual(["osl"]);
    expect(new Set(heard.map(({phase}) => phase))).toEqual(new Set(["inputs"]));
    const signal = AbortSignal.abort(new Error("had enough"));
    await expect(answer.sensitivity({signal})).rejects.toThrow("had enough");
  });

  it("answers a GPU that nobody measured from the nearest measured one", async () => {
    const gpu = {memory_bandwidth_bytes_per_s: 4.8e12, memory_capacity_bytes: 141e9, bf16_flop_per_s: 1e15};
    const mine = await customGpu("mine", {generation: "hopper", gpu: {...gpu, fp8_flop_per_s: 2e15}});
    const {result, sources} = await search({...request, platform: {system: mine}});
    expect(sources[0]).toMatchObject({system: "mine", donor: {system: "h200_sxm"}});
    expect(result.chosen).not.toBeNull();
    await expect(customGpu("mine", {gpu: {...gpu, memory_bandwidth: 1}})).rejects.toThrow(/memory_bandwidth/);
  });
});

describe("tables", () => {
  it("from a folder, from its URL and from memory give one answer, which the surfaces give too", async () => {
    const fromFolder = await search(request, {tables: await openFolder(folder)});
    const fromUrl = await search(request, {tables: await openTables(new URL(`file://${folder}`))});
    const catalogue = JSON.parse(readFileSync(join(folder, "catalogue.json"), "utf8")) as Catalogue;
    const read = async (path: string) => {
      const bytes = await readFile(join(folder, path));
      return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
    };
    const fromMemory = await search(request, {tables: await openTables({catalogue, read}, {surfaces: null})});
    expect(fromUrl.result).toEqual(fromFolder.result);
    expect(fromMemory.result).toEqual(fromFolder.result);
    expect(fromFolder.sources).toMatchObject([{database: "silicon", device: "as its surfaces have it"}]);
    const {result} = await search(request);
    const [measured, fitted] = [fromFolder.result, result].map((each) => each.agg!.best[0].tokensPerSecPerGpu);
    expect(measured / fitted).toBeCloseTo(1, 1);
  });

  it("that are not there are named, with what would do", async () => {
    await expect(openFolder("/nowhere")).rejects.toThrow(/^no tables in \/nowhere: no catalogue.json; name the folder/);
    await expect(openTables("file:///nowhere/")).rejects.toThrow(
      /^cannot read \/nowhere\/catalogue.json: ENOENT; give/
    );
    await expect(openTables("./data")).rejects.toThrow(/^not a URL: .\/data; for a path use openFolder/);
    await expect(openTables(undefined, {surfaces: "file:///nowhere"})).rejects.toThrow(/serve the package's folder/);
  });

  it("are needed by databases that look into them; the speed of light needs none", async () => {
    const by = (database: "hybrid" | "silicon" | "sol") => search({...request, lookUps: {database}});
    await expect(by("hybrid")).rejects.toThrow(/^no tables of h200_sxm\/trtllm are open; leave out database hybrid/);
    await expect(by("silicon")).rejects.toBeInstanceOf(PerfDataError);
    const [light, fitted] = [await by("sol"), await search(request)];
    const throughput = ({result}: typeof light) => result.agg!.best[0].tokensPerSecPerGpu;
    expect(throughput(light)).toBeGreaterThan(throughput(fitted));
  });

  it("alone, without surfaces, leave other GPUs to the nearest one that they have", async () => {
    const tables = await openTables(new URL(`file://${folder}`), {surfaces: null});
    const {sources} = await search({...request, platform: {system: "h100_sxm"}}, {tables});
    expect(sources[0]).toMatchObject({system: "h100_sxm", database: "silicon", donor: {system: "h200_sxm"}});
  });
});

describe("estimate", () => {
  it("gives the figures of one configuration, operator by operator", async () => {
    const {model, platform, workload} = request;
    const {result} = await estimate({model, platform, workload, parallel: {tp: 2}, batch: 8});
    expect(result).toMatchObject({mode: "static", gpus: 2, concurrency: 8, fits: true});
    const sum = result.prefillOps.reduce((total, {latencyMs}) => total + latencyMs, 0);
    expect(sum).toBeCloseTo(result.ttftMs, 6);
  });

  it("of two pools takes the slower for its rate", async () => {
    const {model, platform, workload} = request;
    const pools = (workers: number) =>
      estimate({
        model,
        platform,
        workload,
        mode: "disagg",
        predictor: "formula",
        prefill: {batch: 1, parallel: {tp: 2}, workers},
        decode: {batch: 64, parallel: {tp: 4}, workers: 4}
      });
    const [one, two] = [await pools(1), await pools(2)];
    expect(two.result.requestsPerSec).toBeCloseTo(2 * one.result.requestsPerSec, 9);
    expect([one.result.gpus, two.result.gpus]).toEqual([18, 20]);
  });

  it("takes one serving engine", async () => {
    const auto = {system: "h200_sxm", backend: "auto"} as const;
    await expect(estimate({...request, platform: auto})).rejects.toThrow(
      /^invalid backend: auto; an estimate takes one/
    );
  });

  it("fills in experts' sizes that use every GPU of the worker", async () => {
    const {platform, workload} = request;
    const {result} = await estimate({model: "Qwen/Qwen3-30B-A3B", platform, workload, parallel: {dp: 4}});
    expect(result.gpus).toBe(4);
  });
});

describe("an estimate of a server", () => {
  const {model, platform, workload} = request;
  const server = {model, platform, workload, mode: "agg", parallel: {tp: 4}, batch: 8} as const;

  it("is simulated: means with percentiles, beside what formulas say", async () => {
    const [simulated, formula] = [await estimate(server), await estimate({...server, predictor: "formula"})];
    const {ttftMs, simulated: figures} = simulated.result;
    expect(figures!.ttft.mean).toBe(ttftMs);
    expect(figures!.formula.ttftMs).toBe(formula.result.ttftMs);
    expect(formula.result.simulated).toBeUndefined();
    expect(figures!.band.tpot.p90).toBeGreaterThan(0);
  });

  it("takes the load that is sent, and counts what keeps a service level", async () => {
    const load = {
      client: {kind: "poisson", requestsPerSec: 1, requests: 50},
      serviceLevel: {ttftMs: 100_000}
    } as const;
    const {result} = await estimate({...server, load});
    expect(result.simulated!.goodput!.share).toBe(1);
    await expect(estimate({...server, predictor: "formula", load})).rejects.toThrow(/^no effect: load; /);
    await expect(estimate({...server, mode: "static", predictor: "simulation"})).rejects.toThrow(
      /^invalid mode: static/
    );
  });
});

describe("long calls", () => {
  it("tell how far they are: each phase grows and ends at its total", async () => {
    const heard: Progress[] = [];
    await search(request, {tables: await openFolder(folder), onProgress: (progress) => heard.push(progress)});
    const simulated = heard.filter(({phase}) => phase === "deployments");
    expect(simulated.map(({done}) => done)).toEqual([...simulated.map(({done}) => done)].sort((a, b) => a - b));
    expect(simulated.at(-1)!.done).toBe(simulated.at(-1)!.total);
    for (const phase of ["tables", "candidates"] as const) {
      const of = heard.filter((each) => each.phase === phase);
      expect(of.length).toBeGreaterThan(1);
      expect(of.map(({done}) => done)).toEqual(of.map((_, i) => i + 1));
      expect(new Set(of.map(({total}) => total))).toEqual(new Set([of.length]));
    }
  });

  it("end in the middle with the signal's reason, and start not at all when it has aborted before", async () => {
    const controller = new AbortController();
    const heard: Progress[] = [];
    const onProgress = (progress: Progress) => {
      heard.push(progress);
      if (progress.phase === "candidates" && progress.done === 3) controller.abort(new Error("had enough"));
    };
    await expect(search(large, {signal: controller.signal, onProgress})).rejects.toThrow("had enough");
    expect(heard.at(-1)!.done).toBe(3);
    expect(heard.at(-1)!.total).toBeGreaterThan(30);
    heard.length = 0;
    await expect(search(large, {signal: controller.signal, onProgress})).rejects.toThrow("had enough");
    await expect(estimate({...large}, {signal: controller.signal})).rejects.toThrow("had enough");
    expect(heard).toEqual([]);
  });

  it("can be aborted by a timer while they run, as they leave the thread to others", async () => {
    await search(request);
    const started = performance.now();
    const signal = AbortSignal.timeout(30);
    await expect(search(large, {signal})).rejects.toMatchObject({name: "TimeoutError"});
    expect(performance.now() - started).toBeLessThan(1000);
    let turns = 0;
    const timer = setInterval(() => ++turns, 1);
    await search(large);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(5);
  });
});
