/** One configuration: its spelling, the sizes it can have, what is said of it and what would do instead. */
import {describe, expect, it} from "vitest";
import {estimate, findModel} from "../../engine/index.js";
import type {Backend, EstimateMode, Parallel} from "../../engine/index.js";
import {memoryRooms} from "../../engine/explain/room.js";
import {whatIfFigures, whatIfs} from "../../engine/explain/what-if.js";
import {checkParallel} from "../../engine/session/worker.js";
import {inferQuant} from "../../engine/models/quant.js";
import {answerSearch, evaluateSearch} from "../../engine/index.js";
import {
  defaultSizes,
  estimateOf,
  formatConfiguration,
  formatSizes,
  inMode,
  parseConfiguration,
  parseSizes,
  settledSizes
} from "../../src/components/configuration.js";
import type {Configuration, Sizes} from "../../src/components/configuration.js";
import {
  findingOf,
  limitSentence,
  memorySentence,
  opSentence,
  prefixed,
  remediesOf,
  roomWords,
  whatIfWords
} from "../../src/components/configuration-words.js";
import {latest} from "../../src/components/latest.js";
import {bySize, nearestParallel, possibleParallels, valuesOf} from "../../src/components/parallel-choice.js";
import {memoryScale} from "../../src/components/memory-room.js";
import {opKey, opRecords, waterfallRows} from "../../src/components/op-key.js";
import {placeLabels, rooflinePoints, roofDomain} from "../../src/components/roof-points.js";
import {planId} from "../../src/components/plan.js";
import {defaults} from "../../src/components/question.js";
import {configurationSteps, estimateConfiguration} from "../../src/search/configuring.js";
import type {ConfigurationAsk} from "../../src/search/configuring.js";
import type {Searcher} from "../../src/search/searcher.js";
import {problemOn} from "../engine/explain/problems.js";
import {literalPlatform, literalSystem} from "../engine/literal-tables.js";

const sizes = (given: Partial<Parallel> = {}): Parallel => ({tp: 1, pp: 1, dp: 1, moeTp: 1, moeEp: 1, cp: 1, ...given});
const dense = "Qwen/Qwen3-32B-FP8";
const moe = "Qwen/Qwen3-235B-A22B-FP8";
const context = (model: string, backend: Backend = "trtllm") => ({
  model: findModel(model),
  backend,
  system: literalSystem
});
const wholeSizes = (mode: EstimateMode, parallel = sizes({tp: 4}), batch = 16): Sizes => {
  const pool = {parallel, batch, workers: 2};
  return {mode, parallel, batch, ctxTokens: 4000, prefill: {...pool, batch: 1}, decode: pool};
};
const configuration = (mode: EstimateMode, more: Partial<Configuration> = {}): Configuration => ({
  question: defaults,
  sizes: wholeSizes(mode),
  quant: {},
  nextn: null,
  freeFraction: 1,
  op: "",
  ...more
});

describe("the address of a configuration", () => {
  it.each(["static", "static_ctx", "static_gen", "agg", "disagg"] as const)(
    "of %s is read as it was written",
    (mode) => {
      const parallel = sizes({tp: 2, dp: 2, moeTp: 2, moeEp: 2, pp: 2});
      const asked = configuration(mode, {
        sizes: wholeSizes(mode, parallel),
        question: {...defaults, model: moe, isl: 1234, backend: "sglang"},
        quant: {kvCache: "bfloat16", gemm: "fp8"},
        nextn: 2,
        freeFraction: 0.9,
        op: "decode step/attention (prefill)"
      });
      const read = parseConfiguration(formatConfiguration(asked));
      const {prefill, decode, ...one} = read.sizes!;
      expect(estimateOf({...asked, sizes: read.sizes!})).toEqual(estimateOf(asked));
      expect([one.mode, prefill, decode].length).toBe(3);
      expect({...read, sizes: asked.sizes}).toEqual(asked);
    }
  );

  it("is a plan's identity, so that the home page picks it", () => {
    const problem = problemOn({}, {model: "Qwen/Qwen3-30B-A3B"});
    const {agg, disagg} = answerSearch(evaluateSearch(problem), {ttftMs: 5000, tpotMs: 100});
    for (const plan of [...agg!.best, ...disagg!.best].slice(0, 8)) {
      const read = parseSizes(planId(plan), 2000)!;
      expect(formatSizes(read)).toBe(planId(plan));
      if (plan.agg) expect([read.parallel, read.batch]).toEqual([plan.agg.parallel, plan.agg.batchPerRank]);
      else expect(read.prefill).toMatchObject({parallel: plan.prefill!.parallel, workers: plan.prefill!.workers});
    }
  });

  it.each([
    ["", "nothing"],
    ["agg", "no sizes"],
    ["agg:tp4", "no batch"],
    ["static:tp4pp1dp1etp1ep1@x", "no number"],
    ["disagg:tp4pp1dp1etp1ep1@1", "one pool"],
    ["fast:tp4pp1dp1etp1ep1@1", "no mode"],
    ["agg:tp4pp1dp1etp1ep1@16c4000,more", "more than one"]
  ])("of %j names no configuration: %s", (text) => expect(parseSizes(text, 1000)).toBeUndefined());

  it("keeps sizes that no model has, to be told about", () => {
    expect(parseSizes("static:tp3pp1dp1etp1ep1@0", 1000)).toMatchObject({parallel: sizes({tp: 3}), batch: 1});
  });

  it("takes no type, draft or share that makes no sense", () => {
    const read = parseConfiguration("?gemm=fast&kv=fp8&nextn=-1&free=7");
    expect([read.quant, read.nextn, read.freeFraction]).toEqual([{kvCache: "fp8"}, null, 1]);
  });
});

describe("sizes that can be", () => {
  it.each(["trtllm", "sglang", "vllm"] as const)("on %s are what the engine takes, in step", (backend) => {
    for (const id of [dense, moe, "deepseek-ai/DeepSeek-V3", "openai/gpt-oss-120b"]) {
      const asked = context(id, backend);
      const quant = inferQuant(asked.model, {role: "agg", ...asked});
      const possible = possibleParallels(asked);
      expect(possible.length).toBeGreaterThan(3);
      for (const parallel of possible) {
        expect(() => checkParallel(asked.model, asked, parallel, quant)).not.toThrow();
        const {tp, dp, cp, moeTp, moeEp} = parallel;
        if (asked.model.experts > 0) expect(tp * dp * cp).toBe(moeTp * moeEp);
      }
      expect(new Set(possible.map((each) => JSON.stringify(each))).size).toBe(possible.length);
    }
  });

  it("of a dense model have no data parallelism and no experts", () => {
    const possible = possibleParallels(context(dense));
    expect([valuesOf(possible, "dp"), valuesOf(possible, "moeEp")]).toEqual([[1], [1]]);
    expect(valuesOf(possible, "tp")).toEqual([1, 2, 4, 8, 16, 32, 64]);
  });

  it("shard by tp or dp on TensorRT-LLM", () => {
    expect(possibleParallels(context(moe)).filter(({tp, dp}) => tp > 1 && dp > 1)).toEqual([]);
    expect(possibleParallels(context(moe, "sglang")).some(({tp, dp}) => tp > 1 && dp > 1)).toBe(true);
  });

  it("split prompts on SGLang alone", () => {
    expect(valuesOf(possibleParallels(context(moe)), "cp")).toEqual([1]);
    expect(valuesOf(possibleParallels(context(moe, "sglang")), "cp")).toEqual([1, 2, 4, 8]);
  });

  it("are none for a model that the GPU cannot run", () => {
    expect(possibleParallels({...context(moe), quant: {moe: "nope" as never}})).toEqual([]);
  });

  it("move the least from where they are", () => {
    const possible = possibleParallels(context(moe, "sglang"));
    const from = sizes({tp: 4, moeEp: 4});
    expect(nearestParallel(possible, from, {tp: 8})).toEqual(sizes({tp: 8, moeEp: 8}));
    expect(nearestParallel(possible, from, {moeEp: 2})).toEqual(sizes({tp: 4, moeTp: 2, moeEp: 2}));
    expect(nearestParallel(possible, from, {dp: 2})).toMatchObject({dp: 2, pp: 1});
    expect(nearestParallel(possible, sizes({tp: 3, moeTp: 3}))).toMatchObject({pp: 1, dp: 1});
    expect(nearestParallel(possible, from, {tp: 3})).toBeUndefined();
  });

  it("start from the smallest worker that holds a batch", () => {
    const platform = literalPlatform([], {database: "sol"});
    for (const id of [dense, moe]) {
      const question = {...defaults, model: id};
      const possible = possibleParallels(context(id));
      const found = defaultSizes(findModel(id), literalSystem, {question, quant: {}}, possible);
      const workload = {isl: question.isl, osl: question.osl, prefix: 0};
      const rooms = (parallel: Parallel) =>
        memoryRooms({mode: "static", model: findModel(id), platform, parallel, batch: found.batch, workload});
      expect(rooms(found.parallel)[0].fits).toBe(true);
      const smaller = bySize(possible).slice(
        0,
        bySize(possible).findIndex((each) => each === found.parallel)
      );
      for (const parallel of smaller) expect(rooms(parallel)[0].fits).toBe(false);
    }
  });

  it("follow a change of model, and steps a change of prompts", () => {
    const to = {...defaults, isl: 1000};
    const settled = settledSizes(wholeSizes("agg", sizes({tp: 8, moeEp: 8})), possibleParallels(context(dense)), {
      from: defaults,
      to
    });
    expect(settled).toMatchObject({parallel: sizes({tp: 8}), ctxTokens: 1000});
    expect(settled.decode.parallel).toEqual(sizes({tp: 8}));
  });

  it("of one worker become two pools and back", () => {
    const pools = inMode(wholeSizes("static"), "disagg");
    expect(pools).toMatchObject({mode: "disagg", prefill: {batch: 1, workers: 1}, decode: {batch: 16, workers: 1}});
    const decode = {...pools.decode, parallel: sizes({tp: 8}), batch: 32};
    expect(inMode({...pools, decode}, "agg")).toMatchObject({mode: "agg", parallel: sizes({tp: 8}), batch: 32});
  });
});

/** A worker that has opened one platform. */
function searcherOn(model: string, {backend = "trtllm" as Backend, database = "sol" as const} = {}): Searcher {
  const platform = literalPlatform([], {backend, database});
  return {opened: async () => ({model: findModel(model), platform, data: []})} as unknown as Searcher;
}

function askFor(model: string, of: Configuration, backend: Backend = "trtllm"): ConfigurationAsk {
  const {isl, osl, prefix} = of.question;
  return {
    problem: {model, system: literalSystem, backend, totalGpus: 8, workload: {isl, osl, prefix}, quant: of.quant},
    sizes: estimateOf(of),
    possible: bySize(possibleParallels(context(model, backend)))
  };
}

const answerTo = (model: string, of: Configuration, backend: Backend = "trtllm") =>
  estimateConfiguration(searcherOn(model, {backend}), askFor(model, of, backend));

describe("an answer", () => {
  it("is an estimate, its operators beside their work, and its memory", async () => {
    const of = configuration("agg");
    const {estimate: figures, steps, rooms, fault} = await answerTo(dense, of);
    const platform = literalPlatform([], {database: "sol"});
    const workload = {isl: 4000, osl: 500, prefix: 0};
    expect(figures).toEqual(estimate({...estimateOf(of), model: findModel(dense), platform, workload, quant: {}}));
    expect(steps.map(({title}) => title)).toEqual(["mixed step", "decode step"]);
    for (const {ops} of steps) for (const {latencyMs, work} of ops) expect(work.lightMs).toBeCloseTo(latencyMs, 9);
    expect([rooms.length, fault]).toEqual([1, null]);
  });

  it("tells sizes that cannot be, and the nearest that can", async () => {
    const of = configuration("agg", {sizes: wholeSizes("agg", sizes({tp: 3}))});
    const answer = await answerTo(dense, of);
    expect(answer.fault).toEqual({kind: "sizes", message: expect.stringMatching(/^invalid tp: 3;/)});
    expect([answer.estimate, answer.rooms]).toEqual([null, []]);
    const [remedy] = remediesOf(of, answer, possibleParallels(context(dense)));
    expect(remedy.to.sizes.parallel).toEqual(sizes({tp: 4}));
    expect((await answerTo(dense, remedy.to)).fault).toBeNull();
  });

  it("tells what tables lack, and that gaps can be estimated", async () => {
    const of = configuration("static");
    const searcher = searcherOn(dense, {database: "silicon" as never});
    const answer = await estimateConfiguration(searcher, askFor(dense, of));
    expect(answer.fault).toEqual({kind: "data", message: expect.stringMatching(/^no \w+ table: literal\/trtllm/)});
    expect(answer.rooms[0].fits).toBe(true);
    expect(remediesOf(of, answer, []).map(({to}) => to.question.database)).toEqual(["hybrid"]);
  });

  it("tells pools that cannot hand over, and how they could", async () => {
    const wide = {parallel: sizes({tp: 8}), batch: 8, workers: 1};
    const of = configuration("disagg", {sizes: {...wholeSizes("disagg"), decode: wide}});
    const answer = await answerTo(dense, of, "sglang");
    expect(answer.fault?.kind).toBe("pools");
    for (const {to} of remediesOf(of, answer, [])) {
      const {estimate: figures, fault} = await answerTo(dense, to, "sglang");
      expect([figures !== null, fault]).toEqual([true, null]);
    }
  });

  it.each(["static", "agg", "disagg"] as const)(
    "of %s beyond memory says what would fit, and it does",
    async (mode) => {
      const pool = {parallel: sizes(), batch: 400, workers: 1};
      const of = configuration(mode, {
        sizes: {...wholeSizes(mode, sizes(), 400), prefill: {...pool, batch: 200}, decode: pool}
      });
      const answer = await answerTo(dense, of);
      expect(memorySentence(answer.rooms)).toMatch(/would need [\d,.]+ GiB and has 80/);
      const remedies = remediesOf(of, answer, possibleParallels(context(dense)));
      expect(remedies.length).toBeGreaterThanOrEqual(mode === "static" ? 1 : 2);
      for (const {to} of remedies) {
        const {estimate: figures, rooms} = await answerTo(dense, to);
        expect([figures?.fits, rooms.every(({fits}) => fits)]).toEqual([true, true]);
      }
    }
  );

  it("of steps next to it is what they say themselves", async () => {
    const of = configuration("static");
    const steps = await configurationSteps(searcherOn(dense), askFor(dense, of));
    expect(steps.length).toBeGreaterThan(3);
    const platform = literalPlatform([], {database: "sol"});
    const workload = {isl: 4000, osl: 500, prefix: 0};
    const own = {...estimateOf(of), model: findModel(dense), platform, workload, quant: {}};
    expect(steps).toEqual(whatIfs(own));
  });
});

describe("words", () => {
  const told = async (mode: EstimateMode, of = configuration(mode)) => answerTo(dense, of);

  it("name what most of the time is bound by", async () => {
    const {steps} = await told("static");
    expect(limitSentence(steps)).toBe("Prefill is bound by compute, a decode step by memory bandwidth.");
    for (const step of steps) {
      const {share, reached} = findingOf(step);
      expect(share).toBeGreaterThan(0.4);
      // On the speed of light everything reaches it.
      expect(reached).toBeCloseTo(1, 9);
    }
  });

  it("of one step speak of one", async () => {
    expect(limitSentence((await told("static_gen")).steps)).toBe("A decode step is bound by memory bandwidth.");
    expect(limitSentence([])).toBe("");
  });

  it("tell an operator as a sentence", async () => {
    const {steps} = await told("static");
    const op = steps[1].ops.find(({name}) => name.endsWith("qkv_gemm"))!;
    expect(opSentence(op, steps[1])).toMatch(
      /^qkv gemm: 64 × in a decode step, [\d.]+ ms, \d+ % of it, 31.7 FLOP a byte at [\d.]+ TFLOP\/s; 100 % of the speed of light, where memory bandwidth bounds it\. Roofline, /
    );
  });

  it("tell how far the cache may grow", async () => {
    const [room] = (await told("agg")).rooms;
    expect(roomWords(room)).toMatch(
      new RegExp(
        `^The KV cache may grow to .* ${room.largestBatch.toLocaleString("en")} requests of 4,500 tokens a rank fit`
      )
    );
    expect(roomWords({...room, largestBatch: 0})).toBe("Not one request fits beside what else is held.");
  });

  it("compare a step with where it starts", async () => {
    const answer = await told("static");
    const from = whatIfFigures(answer.estimate!);
    const step = {role: "agg" as const, sizes: []};
    const same = whatIfWords({step, sizes: {parallel: sizes(), batch: 1}, figures: from, obstacle: ""}, from);
    expect([same.ttft, same.rate, same.memory].every((text) => text.endsWith(", 0 %"))).toBe(true);
    expect(same.note).toBe("");
    const full = {...from, fits: false, gpus: 8, tpotMs: 2 * from.tpotMs};
    const more = whatIfWords({step, sizes: {parallel: sizes(), batch: 1}, figures: full, obstacle: ""}, from);
    expect([more.tpot.endsWith("+100 %"), more.note]).toEqual([true, "8 GPUs, does not fit"]);
    const none = whatIfWords({step, sizes: {parallel: sizes(), batch: 1}, figures: null, obstacle: "no"}, from);
    expect([none.rate, none.note]).toEqual(["–", "no"]);
  });

  it.each([
    [0, "0 "],
    [12, "12 "],
    [999.9, "1 k"],
    [1.979e15, "1.98 P"],
    [4.8e12, "4.8 T"],
    [5e22, "50,000 E"]
  ])("write %d with a prefix", (value, text) => expect(prefixed(value)).toBe(text));
});

describe("charts", () => {
  const shown = async (mode: EstimateMode, parallel = sizes({tp: 4})) =>
    (await answerTo(dense, configuration(mode, {sizes: wholeSizes(mode, parallel)}))).steps;

  it("of a step put operators one after another, and end where it does", async () => {
    for (const step of await shown("agg")) {
      const rows = waterfallRows(step);
      expect(rows[0].startMs).toBe(0);
      for (const [i, {op, startMs}] of rows.entries())
        expect(rows[i + 1]?.startMs ?? step.totalMs).toBeCloseTo(startMs + op.latencyMs, 9);
      expect(new Set(rows.map(({op}) => opKey(step, op))).size).toBe(rows.length);
    }
  });

  it("have every operator that takes time in one place under the roofs", async () => {
    const steps = await shown("static");
    const domain = roofDomain(steps);
    for (const step of steps) {
      const {points, strip} = rooflinePoints(step);
      const running = step.ops.filter(({latencyMs}) => latencyMs > 0).length;
      expect(points.length + strip.length).toBe(running);
      const highest = Math.max(...step.roofs.map(({flopsPerSec}) => flopsPerSec));
      for (const {intensity, flopsPerSec} of points) {
        expect(flopsPerSec).toBeLessThanOrEqual(Math.min(highest, intensity * step.memoryBytesPerSec) * (1 + 1e-9));
        expect(intensity).toBeGreaterThan(domain.intensity[0]);
        expect(intensity).toBeLessThan(domain.intensity[1]);
        expect(flopsPerSec).toBeGreaterThan(domain.flopsPerSec[0]);
        expect(flopsPerSec).toBeLessThan(domain.flopsPerSec[1]);
      }
      for (const {reached} of strip) expect(reached).toBeCloseTo(1, 9);
    }
    expect(rooflinePoints(steps[0]).strip.length).toBeGreaterThan(2);
  });

  it("have something to draw where nothing computes", () => {
    const domain = roofDomain([]);
    expect(domain.intensity[1]).toBeGreaterThan(domain.intensity[0]);
  });

  it("keep names apart that would meet, and inside", () => {
    const at = (x: number, y: number) => ({at: [x, y] as const, share: 0.2});
    const crowded = [at(100, 300), at(104, 302), at(98, 305), at(101, 306), at(380, 10), at(381, 12)];
    const labels = placeLabels(crowded, 400, 310);
    for (const [i, a] of labels.entries())
      for (const b of labels.slice(i + 1))
        if (a.anchor === b.anchor && Math.abs(a.x - b.x) < 130) expect(Math.abs(a.y - b.y)).toBeGreaterThanOrEqual(15);
    expect(Math.max(...labels.map(({y}) => y))).toBeLessThanOrEqual(310);
    expect(labels.map(({anchor}) => anchor)).toEqual(["start", "start", "start", "start", "end", "end"]);
    expect(placeLabels([{at: [100, 50], share: 0.01}], 400, 310)).toEqual(
      placeLabels([{at: [100, 50], share: 0.01}], 400, 60)
    );
  });

  it("of memory add up to what is held, and end at the capacity or beyond", async () => {
    for (const batch of [8, 4000]) {
      const of = configuration("static", {sizes: wholeSizes("static", sizes({tp: 2}), batch)});
      const [room] = (await answerTo(dense, of)).rooms;
      const {parts, kvLimit, capacity} = memoryScale(room);
      const whole = Math.max(room.capacityGiB, room.memoryGiB.total);
      expect(parts.reduce((sum, {share}) => sum + share, 0)).toBeCloseTo(room.memoryGiB.total / whole, 9);
      expect(capacity).toBeCloseTo(room.capacityGiB / whole, 9);
      // Without a share of its own the cache may take all that is left.
      expect(kvLimit).toBeCloseTo(Math.max(capacity, 1 - room.memoryGiB.kvCache / whole), 9);
      expect(room.fits).toBe(batch === 8);
    }
  });

  it("come as a file with a row an operator", async () => {
    const steps = await shown("static");
    const records = opRecords(steps);
    expect(records.length).toBe(steps[0].ops.length + steps[1].ops.length);
    for (const {step} of records) expect(["prefill", "decode step"]).toContain(step);
    const shares = records.filter(({step}) => step === "prefill").reduce((sum, {share}) => sum + share, 0);
    expect(shares).toBeCloseTo(1, 9);
  });
});

describe("asking again and again", () => {
  it("answers the first and the newest, and tells what went wrong", async () => {
    /** Settles the question that is being answered, as the worker would, and lets what follows from it happen. */
    let settle: {resolve: (answer: number) => void; reject: (error: Error) => void};
    const asked: number[] = [];
    const lane = latest((of: number) => {
      asked.push(of);
      return new Promise<number>((resolve, reject) => (settle = {resolve, reject}));
    });
    const happened = () => new Promise((later) => setTimeout(later));
    const answers: number[] = [];
    const errors: string[] = [];
    lane.answers(({answer}) => answers.push(answer));
    lane.errors((message) => errors.push(message));
    for (const of of [1, 2, 3, 4]) lane.ask(of);
    settle!.resolve(2);
    await happened();
    settle!.resolve(8);
    await happened();
    expect([asked, answers]).toEqual([
      [1, 4],
      [2, 8]
    ]);
    lane.ask(5);
    settle!.reject(new Error("no 5"));
    await happened();
    lane.ask(6);
    settle!.resolve(12);
    await happened();
    expect([answers.at(-1), errors]).toEqual([12, ["", "no 5", ""]]);
  });
});
