/** A deployment under load, in the worker: plans and sizes, traffic, rates, traces, and what cannot be. */
import {describe, expect, it} from "vitest";
import {simulatedAnswerSteps} from "../../src/engine/search/simulated.js";
import {defaults} from "../../src/components/question.js";
import {exampleTrace} from "../../src/components/trace-drop.js";
import {askOf} from "../../src/search/live.js";
import {choosePlan} from "../../src/search/choosing.js";
import type {ChoicePart} from "../../src/search/choosing.js";
import {rateShares, streamLoad} from "../../src/search/loading.js";
import type {LoadAsk, LoadPart} from "../../src/search/loading.js";
import {readTrace} from "../../src/search/tracing.js";
import type {TracePart} from "../../src/search/tracing.js";
import {embeddedSearcher, systems} from "./embedded-searcher.js";

const question = {...defaults, gpus: 8, isl: 1000, osl: 200};
const parallel = {tp: 1, pp: 1, dp: 1, moeTp: 1, moeEp: 1, cp: 1};
const sizes = {mode: "agg" as const, parallel, batch: 16, ctxTokens: 1000};
const usual: LoadAsk = {
  ask: askOf(question, systems),
  sizes,
  predictor: "formula",
  plan: null,
  client: {kind: "poisson", requestsPerSec: 0},
  spread: {kind: "uniform", ratio: 0.8},
  seed: 1,
  level: {ttftMs: 500, tpotMs: 20}
};
const searcher = embeddedSearcher();

async function loaded(part: Partial<LoadAsk> = {}, isCancelled: (parts: LoadPart[]) => boolean = () => false) {
  const parts: LoadPart[] = [];
  await streamLoad(
    searcher,
    {...usual, ...part},
    (each) => parts.push(each),
    () => isCancelled(parts)
  );
  const found = <K extends keyof LoadPart>(name: K) => parts.findLast((each) => each[name] !== undefined)?.[name];
  return {parts, fault: found("fault"), deployment: found("deployment")!, run: found("run")!, doubled: found("doubled")!, points: found("points")!}; // prettier-ignore
}

describe("a deployment under load", () => {
  it("is run as asked, with twice the traffic, and at rates up to beyond saturation", async () => {
    const {parts, deployment, run, doubled, points} = await loaded();
    expect(deployment).toMatchObject({replicas: 8, gpus: 8, seats: 128, chosen: "asked"});
    expect(deployment.parts).toMatchObject([{role: "agg", maxSequences: 16, source: "calibrated"}]);
    expect(run.offeredPerSec).toBe(deployment.usualPerSec);
    expect(doubled.offeredPerSec).toBe(2 * deployment.usualPerSec);
    expect([run.verdict, doubled.verdict]).toEqual(["stable", "overloaded"]);
    expect(doubled.ttftMs.p99).toBeGreaterThan(2 * run.ttftMs.p99);
    expect(points.map(({requestsPerSec}) => requestsPerSec / deployment.saturationPerSec)).toEqual(
      rateShares.map((share) => expect.closeTo(share, 9) as number)
    );
    const parted = parts.map(({progress}) => progress.done);
    expect(parted).toEqual([...parted].sort((a, b) => a - b));
    expect(parts.at(-1)!.progress).toEqual({done: rateShares.length + 2, total: rateShares.length + 2});
  });

  it("saturates where a run of more traffic serves no more", async () => {
    const {deployment} = await loaded({}, (parts) => parts.length > 1);
    const {run} = await loaded({client: {kind: "poisson", requestsPerSec: 1.5 * deployment.saturationPerSec}});
    // What it serves once the first requests have come, and until the last leave.
    expect(run.requestsPerSec / deployment.saturationPerSec).toBeGreaterThan(0.85);
    expect(run.requestsPerSec / deployment.saturationPerSec).toBeLessThan(1.05);
  });

  it("is the same for the same seed, and another for another", async () => {
    const [first, again, other] = [await loaded(), await loaded(), await loaded({seed: 2})];
    expect(again.run).toEqual(first.run);
    expect(other.run.ttftMs.mean).not.toBe(first.run.ttftMs.mean);
  });

  it("knows its rates still when traffic alone changes", async () => {
    const {points} = await loaded();
    const {parts, run} = await loaded({client: {kind: "poisson", requestsPerSec: 5}});
    expect(run.offeredPerSec).toBe(5);
    expect(parts.filter(({points}) => points)).toHaveLength(1);
    expect(parts.at(-1)!.points).toEqual(points);
  });

  it("begins no rate once it is cancelled", async () => {
    const {parts, points, run, doubled} = await loaded({seed: 77}, (parts) => parts.some((part) => part.doubled));
    expect([run, doubled, points]).toEqual([expect.anything(), expect.anything(), undefined]);
    expect(parts.at(-1)!.progress.done).toBe(2);
  });

  it("has users instead of rates, and lengths of every spread", async () => {
    const {run} = await loaded({client: {kind: "burst", users: 80, promptsPerUser: 4}, spread: {kind: "fixed"}});
    expect(run).toMatchObject({users: 80, offeredPerSec: null, requests: 40});
    expect(run.burstTtftMs).toBeGreaterThan(run.steadyTtftMs);
    const long = await loaded({spread: {kind: "log-normal", coefficientOfVariation: 1}});
    const short = await loaded({spread: {kind: "fixed"}});
    expect(long.run.ttftMs.p99).toBeGreaterThan(short.run.ttftMs.p99);
    const bursty = await loaded({client: {kind: "gamma", requestsPerSec: 0, coefficientOfVariation: 4}});
    expect(bursty.run.ttftMs.p99).toBeGreaterThan((await loaded()).run.ttftMs.p99);
  });

  it("is the best plan where nothing else is asked, whichever mode that is", async () => {
    const {deployment, run} = await loaded({sizes: null, level: {ttftMs: 300, tpotMs: 10}});
    const {result} = await searcher.answer(usual.ask, () => {});
    expect(deployment.chosen).toBe("best");
    expect(deployment.sizes.mode).toBe(result.chosen);
    expect(deployment.replicas).toBe(result[result.chosen!]!.best[0].replicas);
    expect(deployment.parts.map(({role}) => role)).toEqual(result.chosen === "agg" ? ["agg"] : ["prefill", "decode"]);
    expect(run.goodShare).toBeGreaterThan(0);
  });

  it("is the best plan by simulation once that is known", async () => {
    const ask = askOf({...question, ttftMs: 1500, tpotMs: 25, gpus: 2}, systems);
    const {evaluation} = await searcher.evaluated(ask.problem);
    const steps = simulatedAnswerSteps(evaluation, ask.targets, {topN: 1});
    let next = steps.next();
    while (!next.done) next = steps.next();
    const best = next.value[next.value.chosen!]!.best[0];
    const choices: ChoicePart[] = [];
    await choosePlan(
      searcher,
      ask,
      (part) => choices.push(part),
      () => false
    );
    const first = await loaded({ask, sizes: null, predictor: "simulation", seed: 5});
    expect(first.deployment.isFirst).toBe(true);
    expect(first.points).toBeUndefined();
    const {deployment, points} = await loaded({ask, sizes: null, predictor: "simulation", plan: choices.at(-1)!.plan!, seed: 5}); // prettier-ignore
    expect(deployment).toMatchObject({isFirst: false, chosen: "best", replicas: best.replicas});
    expect(deployment.sizes.mode).toBe(best.mode);
    const worker = deployment.sizes.mode === "agg" ? deployment.sizes : deployment.sizes.decode;
    expect(worker).toMatchObject({batch: (best.agg ?? best.decode)!.batchPerRank, parallel: (best.agg ?? best.decode)!.parallel}); // prettier-ignore
    expect(points).toHaveLength(rateShares.length);
    expect(choices.slice(0, -1).every(({progress, plan}) => !plan && progress.done < progress.total)).toBe(true);
  });

  it("is the quickest plan where none keeps the targets", async () => {
    const ask = askOf({...question, ttftMs: 2, tpotMs: 1}, systems);
    const {deployment, fault} = await loaded({ask, sizes: null}, (heard) => heard.length > 1);
    expect(fault).toBeUndefined();
    expect(deployment.chosen).toBe("quickest");
  });

  it("takes types of each role as a search has them", async () => {
    const model = "deepseek-ai/DeepSeek-V3";
    const {parts} = await loaded(
      {
        ask: askOf({...question, model, gpus: 64}, systems),
        sizes: {
          mode: "disagg",
          prefill: {parallel: {...parallel, tp: 8, moeEp: 8}, batch: 1, workers: 1},
          decode: {parallel: {...parallel, dp: 8, moeEp: 8}, batch: 8, workers: 1}
        }
      },
      (heard) => heard.length > 1
    );
    expect(parts[0].fault).toBeUndefined();
    expect(parts[0].deployment!.parts.map(({role}) => role)).toEqual(["prefill", "decode"]);
  });

  it("says what cannot be", async () => {
    const huge = askOf({...question, model: "deepseek-ai/DeepSeek-V3", gpus: 1}, systems);
    expect((await loaded({ask: huge, sizes: null})).fault).toMatchObject({kind: "plan"});
    expect((await loaded({ask: huge})).fault).toMatchObject({kind: "sizes"});
    const long = askOf({...question, isl: 30_000, model: "Qwen/Qwen3-32B"}, systems);
    const {fault} = await loaded({ask: {...long, problem: {...long.problem, workload: {isl: 200_000_000, osl: 10, prefix: 0}}}}); // prettier-ignore
    expect(fault?.message).toBeTruthy();
    expect((await loaded({client: {kind: "trace", speed: 1, id: 99}})).fault).toMatchObject({kind: "trace"});
  });
});

describe("a trace", () => {
  const read = async (text: string, id: number) => {
    const parts: TracePart[] = [];
    await readTrace(
      searcher,
      {id, text},
      (part) => parts.push(part),
      () => false
    );
    return {parts, trace: parts.at(-1)!.trace!};
  };

  it("is read, told of and played", async () => {
    const {trace} = await read(exampleTrace(), 1);
    expect(trace).toMatchObject({format: "csv", requests: 1200, rows: 1200, errorCount: 0});
    const {run, doubled, deployment} = await loaded({client: {kind: "trace", speed: 1, id: 1}});
    // Dealt to eight replicas in turn.
    expect(run.requests).toBe(150);
    expect(run.offeredPerSec! / (1199 / (trace.spanMs / 1000))).toBeCloseTo(1, 1);
    expect(doubled.offeredPerSec! / run.offeredPerSec!).toBeCloseTo(2, 9);
    expect(deployment.saturationPerSec).toBeGreaterThan(0);
  });

  it("names the lines that are no requests, and plays the rest", async () => {
    const {trace} = await read("arrival_ms,input_tokens,output_tokens\n0,100,10\n5,x,10\n9,200,0\n20,300,30\n", 2);
    expect(trace).toMatchObject({rows: 4, requests: 2, errorCount: 2});
    expect(trace.errors.map(({row}) => row)).toEqual([3, 4]);
    expect(trace.errors[0].message).toBe("invalid input tokens: x; must be a whole number ≥ 1");
    const jsonl = '{"timestamp": 0, "input_length": 10, "output_length": 2}\nnothing\n';
    expect((await read(jsonl, 3)).trace).toMatchObject({format: "jsonl", requests: 1, errors: [{row: 2}]});
  });

  it("tells how far it is read", async () => {
    const rows = Array.from({length: 30_000}, (_, i) => `${i},10,10`).join("\n");
    const {parts} = await read(`arrival_ms,input_tokens,output_tokens\n${rows}\n`, 4);
    expect(parts.length).toBeGreaterThan(3);
    expect(parts.at(-1)!.progress).toEqual({done: 100, total: 100});
  });
});
