/** What holds of every simulation, whatever the engine and the load. */
import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {schedulerPolicies, vllmSynchronous} from "../../../engine/simulate/policy.js";
import {simulate, simulateDisaggregated} from "../../../engine/simulate/simulate.js";
import type {
  Client,
  DisaggregatedProblem,
  Distribution,
  EngineLimits,
  Lengths,
  SchedulerPolicy,
  Simulation,
  SimulationProblem
} from "../../../engine/simulate/types.js";
import {constants, curves, engine, problem} from "./made-up-engine.js";

const {vllm, sglang, trtllm} = schedulerPolicies;
const policies: SchedulerPolicy[] = [
  vllm,
  vllmSynchronous,
  sglang,
  {...sglang, receiveInterval: 10},
  {...sglang, mixesDecodes: true},
  {...sglang, admission: {kind: "prompt"}},
  trtllm,
  {...trtllm, chunks: true},
  {...trtllm, batchWait: {steps: 5, share: 0.5}},
  {...trtllm, rankBalance: {batchSteps: 3, timeoutSteps: 20}}
];

const lengths = (most: number): fc.Arbitrary<Lengths> =>
  fc.oneof(
    fc.record({kind: fc.constant("fixed" as const), tokens: fc.integer({min: 1, max: most})}),
    fc.record({
      kind: fc.constant("uniform-ratio" as const),
      tokens: fc.integer({min: 1, max: most}),
      ratio: fc.constantFrom(0, 0.5, 0.8)
    }),
    fc.record({
      kind: fc.constant("log-normal" as const),
      mean: fc.integer({min: 2, max: most / 2}),
      coefficientOfVariation: fc.constantFrom(0.3, 1),
      max: fc.constant(most)
    })
  );

const clients: fc.Arbitrary<Client> = fc.oneof(
  fc.record({
    kind: fc.constant("closed-loop" as const),
    users: fc.integer({min: 1, max: 40}),
    promptsPerUser: fc.integer({min: 2, max: 5}),
    start: fc.constantFrom("burst" as const, "warmed" as const)
  }),
  fc.record({
    kind: fc.constant("poisson" as const),
    requestsPerSec: fc.constantFrom(0.5, 5, 50, 500),
    requests: fc.integer({min: 1, max: 120})
  }),
  fc.record({
    kind: fc.constant("gamma" as const),
    requestsPerSec: fc.constantFrom(1, 20),
    requests: fc.integer({min: 1, max: 80}),
    coefficientOfVariation: fc.constantFrom(0.3, 3)
  })
);

const limits: fc.Arbitrary<EngineLimits> = fc.record({
  policy: fc.constantFrom(...policies),
  maxBatchedTokens: fc.constantFrom(64, 300, 1000, 8192),
  maxSequences: fc.constantFrom(1, 3, 16, 256),
  kvTokens: fc.constantFrom(1600, 3000, 20_000, 1e6),
  dpRanks: fc.constantFrom(1, 1, 1, 2, 4),
  tokensPerStep: fc.constantFrom(1, 1, 1.7)
});

const problems: fc.Arbitrary<SimulationProblem> = fc.record({
  curves: fc.constant(curves),
  constants: fc.constant(constants),
  engine: limits,
  replicas: fc.constantFrom(1, 1, 1, 3),
  client: clients,
  input: lengths(900),
  output: lengths(600),
  prefixTokens: fc.constantFrom(0, 0, 30),
  seed: fc.integer({min: 0, max: 1e6})
});

const anyStages = fc
  .tuple(problems, fc.constantFrom(1, 2, 4))
  .map(([problem, stages]) => ({...problem, engine: {...problem.engine, stages}}));

const pools = fc
  .tuple(problems, limits, fc.constantFrom<"prefill" | "decode">("prefill", "decode"))
  .map(([{engine: prefill, replicas = 1, input, output, client, seed}, decode, firstToken]): DisaggregatedProblem => ({
    client,
    input,
    output,
    seed,
    firstToken,
    prefill: {curves, constants, engine: prefill, workers: replicas},
    decode: {curves, constants, engine: decode, workers: 2},
    transfer: {bytesPerToken: 1e5, bytesPerSec: 1e10, latencyMs: 2}
  }));

const runs = {numRuns: 200, seed: 20261126};

function near(got: number, expected: number, what: string): void {
  if (Number.isNaN(expected)) expect(got, what).toBeNaN();
  else
    expect(Math.abs(got - expected), `${what}: ${got} instead of ${expected}`).toBeLessThan(
      1e-6 * (1 + Math.abs(expected))
    );
}

function same(a: Distribution, b: Distribution, what: string): void {
  for (const key of ["mean", "p50", "p90", "p95", "p99"] as const) near(a[key], b[key], `${what} ${key}`);
}

function sane(result: Simulation): void {
  const {times} = result;
  expect(times.ttftMs.every((ms) => ms > 0)).toBe(true);
  expect(times.latencyMs.every((ms, i) => ms >= times.ttftMs[i])).toBe(true);
  expect(result.kvShare.peak).toBeLessThanOrEqual(1 + 1e-9);
  expect(result.requests).toBe(times.sentMs.length);
  for (const series of [result.timeline.queued, result.timeline.running, result.timeline.kvShare])
    expect(series.every((value) => value > -1e-6)).toBe(true);
}

/** Time that all requests spend in the system, from the timeline and from the requests themselves. */
function little(result: Simulation, arrivalMs: (i: number) => number): void {
  const {times, timeline, durationMs} = result;
  const {sliceMs} = timeline;
  const area = (series: Float64Array) =>
    series.reduce((sum, value, i) => sum + value * Math.min(sliceMs, durationMs - i * sliceMs), 0);
  let spent = 0;
  times.latencyMs.forEach((ms, i) => (spent += ms - arrivalMs(i)));
  near(area(timeline.queued) + area(timeline.running), spent, "time in the system");
}

describe("any simulation", () => {
  it("answers every request once, in time, within its memory", () => {
    fc.assert(
      fc.property(anyStages, (problem) => {
        const result = simulate(problem);
        sane(result);
        expect(result.outputTokens).toBeGreaterThanOrEqual(result.requests);
      }),
      runs
    );
  });

  it("answers every request once from prefill and decode workers", () => {
    fc.assert(
      fc.property(pools, (problem) => sane(simulateDisaggregated(problem))),
      runs
    );
  });

  it("gives the same in jumps as step by step", () => {
    fc.assert(
      fc.property(problems, (problem) => {
        const [jumped, stepped] = [simulate(problem), simulate(problem, {jumps: false})];
        expect(jumped.steps).toBe(stepped.steps);
        expect(jumped.preemptions).toBe(stepped.preemptions);
        same(jumped.ttftMs, stepped.ttftMs, "ttft");
        same(jumped.tpotMs, stepped.tpotMs, "tpot");
        same(jumped.latencyMs, stepped.latencyMs, "latency");
        near(jumped.interTokenMs.mean, stepped.interTokenMs.mean, "gap");
        near(jumped.kvShare.mean, stepped.kvShare.mean, "kv");
        // Bins keep means, which differ by where in a bin a stretch ends: below their width.
        for (const end of [0, 200])
          expect(
            Math.abs(jumped.interTokenMs.quantiles[end] / stepped.interTokenMs.quantiles[end] - 1) || 0
          ).toBeLessThan(0.008);
      }),
      runs
    );
  });

  it("gives the same in jumps from prefill and decode workers", () => {
    fc.assert(
      fc.property(pools, (problem) => {
        const [jumped, stepped] = [simulateDisaggregated(problem), simulateDisaggregated(problem, {jumps: false})];
        expect(jumped.steps).toBe(stepped.steps);
        same(jumped.ttftMs, stepped.ttftMs, "ttft");
        same(jumped.tpotMs, stepped.tpotMs, "tpot");
      }),
      runs
    );
  });

  it("gives the same again", () => {
    fc.assert(
      fc.property(anyStages, (problem) => {
        expect(simulate(problem)).toEqual(simulate(problem));
      }),
      {...runs, numRuns: 30}
    );
  });

  it("keeps Little's law", () => {
    fc.assert(
      fc.property(anyStages, (problem) => {
        const {client} = problem;
        if (client.kind === "closed-loop" && client.start === "warmed") return;
        const noDelay = {...constants, arrivalMs: 3, arrivalMsPerToken: 0};
        little(simulate({...problem, constants: noDelay}), () => 3);
      }),
      runs
    );
  });

  it("draws the same requests for every engine", () => {
    const sent = (policy: SchedulerPolicy) =>
      simulate(problem({engine: engine(policy), client: {kind: "poisson", requestsPerSec: 4, requests: 50}}));
    const [a, b] = [sent(vllm), sent(trtllm)];
    expect(a.times.sentMs).toEqual(b.times.sentMs);
    expect(a.outputTokens).toBe(b.outputTokens);
  });
});
