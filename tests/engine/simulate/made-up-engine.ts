/** An engine of round numbers, and loads for it. */
import type {
  EngineLimits,
  SchedulerPolicy,
  SimulationProblem,
  StepConstants,
  StepCurves
} from "../../../engine/simulate/types.js";
import {schedulerPolicies} from "../../../engine/simulate/policy.js";

const curve = (points: [number, number][]) => ({
  at: Float64Array.from(points, ([at]) => at),
  ms: Float64Array.from(points, ([, ms]) => ms)
});

function surface(rows: number[], columns: number[], ms: (row: number, column: number) => number) {
  return {
    rows: Float64Array.from(rows),
    columns: Float64Array.from(columns),
    ms: Float64Array.from(rows.flatMap((row) => columns.map((column) => ms(row, column))))
  };
}

/** 10 ms a step and more; attention bends, so that stretches cross its knots. */
export const curves: StepCurves = {
  prefillRest: curve([[1, 8], [64, 9], [1024, 40], [8192, 300], [32768, 1200]]),
  prefillExperts: curve([[1, 1], [64, 2], [8192, 40]]),
  logits: curve([[1, 0.1], [64, 0.3], [1024, 1]]),
  decodeRest: curve([[1, 8], [16, 8.5], [64, 10], [256, 14], [1024, 40]]),
  decodeExperts: curve([[1, 1], [64, 2], [1024, 6]]),
  decodeAttention: surface([1, 8, 64, 256], [64, 512, 1024, 2048, 8192], (n, s) => 0.2 + 1e-6 * n * s ** 1.1),
  prefillAttention: surface([1, 4, 16], [16, 256, 1024, 4096, 16384], (b, s) => 0.3 + 2e-7 * b * s * s),
  chunkRule: "square-share",
  rowsPerSequence: 1,
  tokensPerStep: 1,
  layers: 32,
  provenance: {source: "measured", tier: "own"}
}; // prettier-ignore

export const constants: StepConstants = {
  decodeScale: 1,
  prefillScale: 1,
  decodeGapMs: 0.5,
  prefillGapMs: 1,
  prefillFloorMsPerLayer: 0.3,
  arrivalMs: 5,
  arrivalMsPerToken: 0.002
};

export function engine(
  policy: SchedulerPolicy = schedulerPolicies.vllm,
  given: Partial<EngineLimits> = {}
): EngineLimits {
  return {policy, maxBatchedTokens: 8192, maxSequences: 256, kvTokens: 400_000, ...given};
}

export function problem(given: Partial<SimulationProblem> = {}): SimulationProblem {
  return {
    curves,
    constants,
    engine: engine(),
    client: {kind: "closed-loop", users: 16, promptsPerUser: 10, start: "burst"},
    input: {kind: "uniform-ratio", tokens: 1024, ratio: 0.8},
    output: {kind: "uniform-ratio", tokens: 1024, ratio: 0.8},
    ...given
  };
}
