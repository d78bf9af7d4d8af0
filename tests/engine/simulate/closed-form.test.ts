/** Simulations whose result is known beforehand. */
import {describe, expect, it} from "vitest";
import {schedulerPolicies, vllmSynchronous} from "../../../engine/simulate/policy.js";
import {goodputOf, simulate, simulateDisaggregated, simulateQuick} from "../../../engine/simulate/simulate.js";
import {curveAt, StepTimes, surfaceAt} from "../../../engine/simulate/step-time.js";
import type {SimulationProblem, TraceRequest} from "../../../engine/simulate/types.js";
import {constants, curves, engine, problem} from "./made-up-engine.js";

const {vllm, sglang, trtllm} = schedulerPolicies;
const policies = [vllm, vllmSynchronous, sglang, trtllm];
const plain = {...constants, arrivalMs: 0, arrivalMsPerToken: 0};
const times = new StepTimes(curves, plain, 1024);

const prefillMs = (tokens: number, from = 0) =>
  times.mixedStep(
    times.mixedOwn(tokens - from, 0, 0, 1, times.chunkAttention(1, from, tokens)),
    times.mixedExperts(tokens - from)
  );
const decodeMs = (n: number, tokens: number) => times.decodeStep(times.decodeOwn(n, tokens), times.decodeExperts(n));
const answerMs = (isl: number, osl: number, n = 1) =>
  Array.from({length: osl - 1}, (_, i) => decodeMs(n, isl + 1 + i)).reduce((a, b) => a + b, 0);

const fixed = (tokens: number) => ({kind: "fixed", tokens}) as const;
const users = (count: number, promptsPerUser = 10) =>
  ({kind: "closed-loop", users: count, promptsPerUser, start: "burst"}) as const;

function fixedProblem(isl: number, osl: number, given: Partial<SimulationProblem> = {}): SimulationProblem {
  return problem({constants: plain, input: fixed(isl), output: fixed(osl), ...given});
}

describe("one user", () => {
  it.each(policies)("has the static session's times on $describes", (policy) => {
    const result = simulate(fixedProblem(1000, 700, {engine: engine(policy), client: users(1)}));
    expect(result.ttftMs.mean).toBeCloseTo(prefillMs(1000), 6);
    expect(result.ttftMs.p99).toBeCloseTo(prefillMs(1000), 6);
    expect(result.tpotMs.mean).toBeCloseTo(answerMs(1000, 700) / 699, 6);
    expect(result.latencyMs.mean).toBeCloseTo(prefillMs(1000) + answerMs(1000, 700), 4);
    expect(result.requestsPerSec).toBeCloseTo(1000 / result.latencyMs.mean, 9);
    expect(result.verdict).toBe("stable");
  });

  it("pays for arrival before the first token", () => {
    const own = {...plain, arrivalMs: 7, arrivalMsPerToken: 0.01};
    expect(simulate(fixedProblem(1000, 5, {constants: own, client: users(1)})).ttftMs.mean).toBeCloseTo(
      prefillMs(1000) + 17,
      6
    );
  });

  it("has a prompt in chunks where it is larger than a step", () => {
    const result = simulate(
      fixedProblem(1000, 2, {engine: engine(vllm, {maxBatchedTokens: 400}), client: users(1, 1)})
    );
    const last = times.mixedStep(
      times.mixedOwn(200, 0, 0, 1, times.chunkAttention(1, 800, 1000)),
      times.mixedExperts(200)
    );
    const chunk = (from: number) =>
      times.mixedStep(times.mixedOwn(400, 0, 0, 0, times.chunkAttention(1, from, from + 400)), times.mixedExperts(400));
    expect(result.ttftMs.mean).toBeCloseTo(chunk(0) + chunk(400) + last, 6);
    expect(result.prefillSteps).toBe(3);
  });

  it("computes only what is not cached", () => {
    const result = simulate(fixedProblem(1000, 2, {client: users(1), prefixTokens: 600}));
    expect(result.ttftMs.mean).toBeCloseTo(prefillMs(1000, 600), 6);
  });

  it("takes several tokens a step where drafts are accepted", () => {
    const result = simulate(fixedProblem(1000, 101, {engine: engine(vllm, {tokensPerStep: 2.5}), client: users(1)}));
    const ms = Array.from({length: 40}, (_, i) => decodeMs(1, 1001 + 2.5 * i)).reduce((a, b) => a + b, 0);
    expect(result.tpotMs.mean).toBeCloseTo(ms / 100, 6);
    expect(result.interTokenMs.mean).toBeCloseTo(ms / 100, 6);
  });
});

describe("at rates towards nothing", () => {
  it.each(policies)("no request waits on $describes", (policy) => {
    const client = {kind: "poisson", requestsPerSec: 1e-4, requests: 50} as const;
    const result = simulate(fixedProblem(1000, 100, {engine: engine(policy), client}));
    expect(result.queueMs.quantiles.every((ms) => ms < 1e-3)).toBe(true);
    expect(result.ttftMs.p99).toBeCloseTo(prefillMs(1000), 3);
    expect(result.verdict).toBe("stable");
  });
});

describe("saturated", () => {
  it("gives as many tokens as its steps do", () => {
    // One long round of 64 users: almost all of it are decode steps of 64.
    const [isl, osl] = [10, 3000];
    const result = simulate(fixedProblem(isl, osl, {client: users(64, 1)}));
    const stepsMs = answerMs(isl, osl, 64);
    expect(result.outputTokensPerSec / ((64 * osl * 1000) / stepsMs)).toBeGreaterThan(0.99);
    expect(result.outputTokensPerSec / ((64 * osl * 1000) / stepsMs)).toBeLessThan(1.0005);
  });

  it("serves no more than its steps can, however many come", () => {
    const rate = (requestsPerSec: number) =>
      simulate(fixedProblem(1000, 2, {client: {kind: "poisson", requestsPerSec, requests: 2000}})).requestsPerSec;
    // A step takes 8192 tokens: 8.192 prompts, each with one decode step's token beside.
    const eight = times.mixedStep(
      times.mixedOwn(8180, 8, 1001, 8, 8 * times.chunkAttention(8, 0, 1000)),
      times.mixedExperts(8188)
    );
    const most = (1000 * 8.2) / eight;
    expect(rate(1000)).toBeLessThan(most);
    expect(rate(1000)).toBeGreaterThan(0.9 * most);
    expect(rate(5)).toBeLessThan(5.5);
  });

  it("is told: stable, backlogged, overloaded", () => {
    const verdict = (requestsPerSec: number, given = {}) =>
      simulate(problem({client: {kind: "poisson", requestsPerSec, requests: 3000}, engine: engine(vllm, given)}))
        .verdict;
    expect(verdict(0.5)).toBe("stable");
    expect(verdict(3)).toBe("stable");
    expect(verdict(50)).toBe("overloaded");
    const closed = (count: number, maxSequences: number) =>
      simulate(problem({client: users(count), engine: engine(vllm, {maxSequences})})).verdict;
    expect(closed(32, 32)).toBe("stable");
    expect(closed(32, 24)).toBe("backlogged");
    expect(closed(32, 8)).toBe("overloaded");
  });
});

describe("memory", () => {
  it("is never short without a limit, and never makes more put back when there is more of it", () => {
    const put = (kvTokens: number) =>
      simulate(problem({engine: engine(vllm, {kvTokens}), client: users(64, 3)})).preemptions;
    const all = [20_000, 40_000, 60_000, 80_000, 100_000, 200_000].map(put);
    expect(all[0]).toBeGreaterThan(0);
    expect(all.at(-1)).toBe(0);
    all.slice(1).forEach((count, i) => expect(count).toBeLessThanOrEqual(all[i]));
  });

  it("is reserved for whole answers by TensorRT-LLM: nothing is put back, others wait", () => {
    const tight = {kvTokens: 20_000};
    const [reserved, greedy] = [trtllm, vllm].map((policy) =>
      simulate(problem({engine: engine(policy, tight), client: users(64, 3)}))
    );
    expect(reserved.preemptions).toBe(0);
    expect(reserved.meanRunning).toBeLessThan(greedy.meanRunning);
    expect(reserved.kvShare.peak).toBeGreaterThan(0.9);
  });

  it("is estimated by SGLang: between both", () => {
    const tight = {kvTokens: 20_000};
    const put = [trtllm, sglang, vllm].map(
      (policy) => simulate(problem({engine: engine(policy, tight), client: users(64, 3)})).preemptions
    );
    expect(put[1]).toBeGreaterThan(put[0]);
    expect(put[1]).toBeLessThan(put[2]);
  });

  it("that no request fits in is refused in words", () => {
    expect(() => simulate(fixedProblem(1000, 1000, {engine: engine(vllm, {kvTokens: 1500})}))).toThrow(
      "invalid kvTokens: 1500; request 1 needs 2008 for 1000 + 1000 tokens"
    );
  });
});

describe("policies", () => {
  /** Ten requests decode when a prompt of 6,000 tokens comes. */
  const longPrompt = (policy = vllm, given = {}) => {
    const short = Array.from({length: 10}, () => ({arrivalMs: 0, inputTokens: 100, outputTokens: 400}));
    const requests: TraceRequest[] = [...short, {arrivalMs: 1500, inputTokens: 6000, outputTokens: 2}];
    return simulate(
      problem({
        constants: plain,
        engine: engine(policy, {maxBatchedTokens: 2010, ...given}),
        client: {kind: "trace", requests}
      })
    );
  };

  it("vLLM shares steps between decodes and chunks, SGLang lets decodes stand still", () => {
    const [mixed, first] = [longPrompt(vllm), longPrompt(sglang)];
    expect(mixed.prefillSteps).toBe(first.prefillSteps);
    // SGLang's decodes wait for all three chunks, vLLM's for one at a time.
    expect(first.interTokenMs.quantiles[200]).toBeGreaterThan(2.5 * mixed.interTokenMs.quantiles[200]);
    expect(longPrompt({...sglang, mixesDecodes: true}).interTokenMs.quantiles[200]).toBeLessThan(
      1.2 * mixed.interTokenMs.quantiles[200]
    );
  });

  it("a smaller budget shortens the longest gap and lengthens the way to the first token", () => {
    const [small, large] = [500, 4000].map((maxBatchedTokens) => longPrompt(vllm, {maxBatchedTokens}));
    expect(small.interTokenMs.quantiles[200]).toBeLessThan(large.interTokenMs.quantiles[200] / 2);
    expect(small.times.ttftMs[10]).toBeGreaterThan(large.times.ttftMs[10]);
  });

  it("a limit on chunks of one prompt holds", () => {
    expect(longPrompt(vllm, {chunkTokens: 500}).prefillSteps).toBe(1 + 12);
  });

  it("TensorRT-LLM without chunks takes whole prompts", () => {
    const requests = [700, 700, 700].map((inputTokens) => ({arrivalMs: 0, inputTokens, outputTokens: 5}));
    const steps = (policy: typeof trtllm) =>
      simulate(problem({engine: engine(policy, {maxBatchedTokens: 1000}), client: {kind: "trace", requests}}))
        .prefillSteps;
    expect(steps(trtllm)).toBe(3);
    expect(steps({...trtllm, chunks: true})).toBe(3);
    expect(steps({...vllm, overlapSteps: 0})).toBe(3);
  });

  it("a request is seen a step late under overlap, and at the next look at the socket", () => {
    const requests: TraceRequest[] = [
      {arrivalMs: 0, inputTokens: 100, outputTokens: 600},
      {arrivalMs: 2000.5, inputTokens: 100, outputTokens: 2}
    ];
    const ttft = (policy: typeof sglang) =>
      simulate(problem({constants: plain, engine: engine(policy), client: {kind: "trace", requests}})).times.ttftMs[1];
    const at = ttft({...sglang, overlapSteps: 0});
    const stepMs = decodeMs(1, 300);
    expect(ttft(sglang) - at).toBeGreaterThan(0.95 * stepMs);
    expect(ttft(sglang) - at).toBeLessThan(1.05 * stepMs);
    const [often, seldom] = [7, 40].map((receiveInterval) => ttft({...sglang, receiveInterval}));
    expect(often - at).toBeLessThan(7 * stepMs * 1.05);
    expect(seldom - at).toBeLessThan(40 * stepMs * 1.05);
    expect(seldom).toBeGreaterThan(often);
  });

  it("prompts wait for each other as long as they are told", () => {
    const wait = (steps: number) =>
      simulate(problem({engine: engine({...trtllm, batchWait: {steps, share: 0.9}}), client: users(64)}));
    const [none, some] = [wait(0), wait(20)];
    expect(some.prefillSteps).toBeLessThan(0.5 * none.prefillSteps);
    expect(some.steadyTtftMs).toBeGreaterThan(none.steadyTtftMs);
  });

  it("ranks in balance prefill together", () => {
    const run = (policy: typeof trtllm) => simulate(problem({engine: engine(policy, {dpRanks: 4}), client: users(64)}));
    const [alone, together] = [run(trtllm), run({...trtllm, rankBalance: {batchSteps: 0, timeoutSteps: 50}})];
    expect(together.prefillSteps).toBeLessThan(0.6 * alone.prefillSteps);
    expect(together.tpotMs.mean).toBeLessThan(alone.tpotMs.mean);
  });

  it("stages overlap: more tokens from the same steps, no less time for each", () => {
    const run = (stages: number) =>
      simulate(problem({engine: engine(vllm, {stages, maxBatchedTokens: 2048}), client: users(128, 4)}));
    const [one, four] = [run(1), run(4)];
    expect(four.outputTokensPerSec).toBeGreaterThan(1.3 * one.outputTokensPerSec);
    expect(simulate(problem({engine: engine(vllm, {stages: 4}), client: users(1)})).tpotMs.mean).toBeCloseTo(
      simulate(problem({client: users(1)})).tpotMs.mean,
      9
    );
  });
});

describe("replicas", () => {
  it("dealt to in turn are as many engines with a part of the load each", () => {
    const turn = {...vllm, dealing: "turn"} as const;
    const requests: TraceRequest[] = Array.from({length: 60}, (_, i) => ({
      arrivalMs: 137 * i,
      inputTokens: 100 + ((i * 331) % 900),
      outputTokens: 20 + ((i * 173) % 300)
    }));
    const run = (requests: TraceRequest[], replicas: number) =>
      simulate(problem({constants: plain, engine: engine(turn), client: {kind: "trace", requests}, replicas})).times
        .latencyMs;
    const all = run(requests, 3);
    for (const replica of [0, 1, 2]) {
      const own = requests.filter((_, i) => i % 3 === replica);
      const alone = run(own, 1);
      // A trace starts at its first arrival.
      alone.forEach((ms, i) => expect(all[3 * i + replica]).toBeCloseTo(ms, 4));
    }
  });

  it("serve as many more", () => {
    const run = (replicas: number) =>
      simulate(problem({replicas, client: {kind: "poisson", requestsPerSec: 20, requests: 1500}}));
    expect(run(4).requestsPerSec).toBeGreaterThan(1.7 * run(1).requestsPerSec);
    expect(run(4).ttftMs.mean).toBeLessThan(run(1).ttftMs.mean);
  });
});

describe("prefill and decode workers", () => {
  const transfer = {bytesPerToken: 1e5, bytesPerSec: 1e10, latencyMs: 3};
  const pool = (workers: number, given = {}) => ({curves, constants: plain, engine: engine(vllm, given), workers});
  const split = (given = {}) =>
    simulateDisaggregated({
      client: users(1),
      input: fixed(1000),
      output: fixed(200),
      transfer,
      prefill: pool(1),
      decode: pool(1),
      ...given
    });

  it("give the first token after prefill, or after the KV cache has come", () => {
    const transferMs = 3 + (1000 * 1e5) / 1e10 / 1e-3;
    const [early, late] = [split({firstToken: "prefill"}), split({firstToken: "decode"})];
    expect(early.ttftMs.mean).toBeCloseTo(prefillMs(1000), 5);
    expect(late.ttftMs.mean).toBeCloseTo(prefillMs(1000) + transferMs, 5);
    expect(early.latencyMs.mean).toBeCloseTo(late.latencyMs.mean, 5);
    expect(late.tpotMs.mean).toBeCloseTo(answerMs(1000, 200) / 199, 5);
  });

  it("do not stall decodes with prompts", () => {
    const loaded = {client: users(32), input: {kind: "uniform-ratio", tokens: 2000, ratio: 0.8}};
    const disaggregated = split({...loaded, prefill: pool(2), decode: pool(1)});
    const aggregated = simulate(
      problem({constants: plain, ...loaded, output: fixed(200)} as Partial<SimulationProblem>)
    );
    expect(disaggregated.interTokenMs.p99).toBeLessThan(0.5 * aggregated.interTokenMs.p99);
    expect(disaggregated.tpotMs.mean).toBeLessThan(aggregated.tpotMs.mean);
  });

  it("are limited by the slower pool", () => {
    const loaded = {client: users(64, 5), output: fixed(20)};
    const one = split({...loaded, prefill: pool(1), decode: pool(1)});
    const two = split({...loaded, prefill: pool(2), decode: pool(1)});
    expect(two.requestsPerSec).toBeGreaterThan(1.6 * one.requestsPerSec);
    expect(split({...loaded, prefill: pool(1), decode: pool(3)}).requestsPerSec).toBeLessThan(1.1 * one.requestsPerSec);
  });

  it("get requests in turn, or by load: with a seat a user, the first have some wait while others idle", () => {
    const four = (routing: "turn" | "least") => {
      const limits = {policy: {...vllm, routing}, maxSequences: 1};
      return split({
        client: users(4, 20),
        output: {kind: "uniform-ratio", tokens: 2000, ratio: 0.5},
        decode: pool(4, limits)
      });
    };
    const [inTurn, byLoad] = [four("turn"), four("least")];
    expect(byLoad.ttftMs.mean).toBeLessThan(1.3 * prefillMs(1000) + 20);
    expect(inTurn.ttftMs.mean).toBeGreaterThan(4 * byLoad.ttftMs.mean);
    expect(inTurn.tpotMs.mean).toBeCloseTo(byLoad.tpotMs.mean, 0);
  });

  it("keep within seats and memory of the decode pool", () => {
    const few = split({client: users(16), decode: pool(1, {maxSequences: 4})});
    expect(few.meanRunning).toBeLessThan(5.5);
    expect(few.verdict).toBe("overloaded");
    const tight = split({client: users(32), decode: pool(1, {kvTokens: 12_000}), output: fixed(600)});
    expect(tight.preemptions).toBeGreaterThan(0);
  });
});

describe("quick runs", () => {
  it.each(policies)("are near whole ones on $describes", (policy) => {
    for (const count of [1, 16, 64]) {
      const own = problem({engine: engine(policy), client: users(count)});
      const [whole, quick] = [simulate(own), simulateQuick(own)];
      const off = (a: number, b: number) => Math.abs(a / b - 1);
      expect(off(quick.ttftMs.mean, whole.ttftMs.mean)).toBeLessThan(0.06);
      expect(off(quick.burstTtftMs, whole.burstTtftMs)).toBeLessThan(1e-9);
      expect(off(quick.tpotMs.mean, whole.tpotMs.mean)).toBeLessThan(0.005);
      expect(off(quick.requestsPerSec, whole.requestsPerSec)).toBeLessThan(0.03);
      expect(quick.requests).toBe(whole.requests);
    }
  });
});

describe("goodput", () => {
  it("counts requests within all limits", () => {
    const own = problem({client: users(32), serviceLevel: {ttftMs: 100, tpotMs: 20}});
    const result = simulate(own);
    const good = result.times.ttftMs.filter((ms, i) => ms <= 100 && result.times.tpotMs[i] <= 20).length;
    expect(result.goodput).toEqual({
      share: good / 320,
      requestsPerSec: (good / 320) * result.requestsPerSec
    });
    expect(good).toBeGreaterThan(0);
    expect(good).toBeLessThan(320);
    expect(goodputOf(result, {}).share).toBe(1);
    expect(goodputOf(result, {latencyMs: 1}).share).toBe(0);
  });
});

describe("curves", () => {
  it("hold their last slope beyond, and never fall below nothing", () => {
    const curve = {at: Float64Array.of(1, 2, 4), ms: Float64Array.of(10, 12, 20)};
    expect([0, 1, 1.5, 3, 6].map((x) => curveAt(curve, x))).toEqual([8, 10, 11, 16, 28]);
    expect(curveAt({at: Float64Array.of(1, 2), ms: Float64Array.of(1, 0.1)}, 5)).toBe(0);
    const surface = {rows: Float64Array.of(1, 3), columns: Float64Array.of(0, 10), ms: Float64Array.of(1, 11, 3, 33)};
    expect(surfaceAt(surface, 2, 5)).toBeCloseTo(12, 12);
    expect(surfaceAt(surface, 5, 20)).toBeCloseTo(105, 12);
  });
});
