/** Some loads of the made-up engine, simulated; figures as text, to compare one machine's with another's. */
import {schedulerPolicies} from "../../../engine/simulate/policy.js";
import {simulate, simulateDisaggregated, simulateQuick} from "../../../engine/simulate/simulate.js";
import type {Load, Simulation} from "../../../engine/simulate/types.js";
import {constants, curves, engine} from "./made-up-engine.js";

const loads: Load[] = [
  {
    client: {kind: "closed-loop", users: 40, promptsPerUser: 5, start: "burst"},
    input: {kind: "uniform-ratio", tokens: 1024, ratio: 0.8},
    output: {kind: "uniform-ratio", tokens: 200, ratio: 0.8}
  },
  {
    client: {kind: "poisson", requestsPerSec: 8, requests: 300},
    input: {kind: "log-normal", mean: 900, coefficientOfVariation: 1, max: 6000},
    output: {kind: "log-normal", mean: 150, coefficientOfVariation: 0.7, max: 900},
    serviceLevel: {ttftMs: 300, tpotMs: 20}
  },
  {
    client: {kind: "gamma", requestsPerSec: 12, requests: 300, coefficientOfVariation: 2.5},
    input: {kind: "fixed", tokens: 700},
    output: {kind: "histogram", bins: [{from: 20, to: 60, weight: 3}, {from: 200, to: 400, weight: 1}]}
  }
]; // prettier-ignore

function simulations(): Simulation[] {
  const tight = {maxBatchedTokens: 2048, maxSequences: 24, kvTokens: 16_000};
  const pool = {curves, constants, workers: 2};
  const transfer = {bytesPerToken: 131_072, bytesPerSec: 25e9, latencyMs: 2};
  return [1, 2].flatMap((seed) =>
    loads.flatMap((load) => [
      ...Object.values(schedulerPolicies).map((policy) =>
        simulate({...load, seed, curves, constants, engine: engine(policy, tight)})
      ),
      simulateQuick({
        ...load,
        seed,
        curves,
        constants,
        engine: engine(schedulerPolicies.vllm, {dpRanks: 2, stages: 2})
      }),
      simulateDisaggregated({
        ...load,
        seed,
        prefill: {...pool, engine: engine(schedulerPolicies.trtllm, tight)},
        decode: {...pool, engine: engine(schedulerPolicies.trtllm, tight)},
        transfer
      })
    ])
  );
}

/** JSON of everything that simulations give, every number in full. */
export function figuresOfLoads(): string {
  return JSON.stringify(simulations(), (_, value) =>
    value instanceof Float64Array ? Array.from(value) : (value as unknown)
  );
}
