/**
 * How long a simulation takes, on an engine of round numbers: no tables are needed. Processor time of this process, so
 * that others on the machine disturb little, beside that of a fixed loop run in turn with it: compare ratios, not ms.
 */
import {simulate, simulateDisaggregated, simulateQuick} from "../../engine/simulate/simulate.js";
import {schedulerPolicies} from "../../engine/simulate/policy.js";
import type {Backend} from "../../engine/index.js";
import type {SimulationProblem} from "../../engine/simulate/types.js";
import {constants, curves, engine, problem} from "../engine/simulate/made-up-engine.js";
import {referenceMs, spent} from "./processor-time.js";

const rounds = 15;

function least(run: () => void): {ms: number; ratio: number} {
  for (let i = 0; i < 30; ++i) run();
  let [ms, loopMs] = [Infinity, Infinity];
  for (let i = 0; i < rounds; ++i) {
    loopMs = Math.min(loopMs, referenceMs(1));
    ms = Math.min(ms, spent(run));
  }
  return {ms, ratio: ms / loopMs};
}

function line(name: string, {ms, ratio}: {ms: number; ratio: number}, steps: number): void {
  const perStep = ((ms / steps) * 1e6).toFixed(0);
  console.log(
    `  ${name.padEnd(44)} least ${ms.toFixed(2).padStart(6)} ms   ${ratio.toFixed(3)} of the loop   ${steps} steps, ${perStep} ns each`
  );
}

function loaded(
  backend: Backend,
  users: number,
  osl: number,
  given: Partial<SimulationProblem> = {}
): SimulationProblem {
  return problem({
    engine: engine(schedulerPolicies[backend], {kvTokens: 4e6}),
    output: {kind: "uniform-ratio", tokens: osl, ratio: 0.8},
    client: {kind: "closed-loop", users, promptsPerUser: 10, start: "burst"},
    ...given
  });
}

export function benchSimulation(): void {
  console.log("simulation: ISL 1024, lengths 0.8–1, 10 prompts a user; least of 15 runs in processor time");
  for (const osl of [1024, 8192])
    for (const backend of ["vllm", "sglang", "trtllm"] as const)
      for (const users of [1, 16, 64, 256]) {
        const own = loaded(backend, users, osl);
        line(
          `${backend}, OSL ${osl}, ${users} users`,
          least(() => void simulate(own)),
          simulate(own).steps
        );
      }
  const cold = loaded("vllm", 256, 1024, {curves: {...curves}});
  const coldMs = spent(() => void simulate(cold));
  console.log(`  ${"vllm, OSL 1024, 256 users, a new engine".padEnd(44)} once  ${coldMs.toFixed(2).padStart(6)} ms`);
  const own = loaded("vllm", 64, 1024);
  line(
    "vllm, OSL 1024, 64 users, quick",
    least(() => void simulateQuick(own)),
    simulateQuick(own).steps
  );
  const stepped = simulate(own, {jumps: false}).steps;
  line(
    "vllm, OSL 1024, 64 users, step by step",
    least(() => void simulate(own, {jumps: false})),
    stepped
  );
  const ranks = loaded("trtllm", 256, 1024, {engine: engine(schedulerPolicies.trtllm, {dpRanks: 8})});
  line(
    "trtllm, OSL 1024, 256 users, 8 ranks",
    least(() => void simulate(ranks)),
    simulate(ranks).steps
  );
  const four = loaded("vllm", 256, 1024, {replicas: 4});
  line(
    "vllm, OSL 1024, 256 users, 4 replicas",
    least(() => void simulate(four)),
    simulate(four).steps
  );
  const pool = (workers: number) => ({curves, constants, engine: engine(), workers});
  const transfer = {bytesPerToken: 1e5, bytesPerSec: 1e10, latencyMs: 2};
  const split = {...own, prefill: pool(4), decode: pool(2), transfer};
  const steps = simulateDisaggregated(split).steps;
  line(
    "vllm, OSL 1024, 64 users, 4 + 2 workers",
    least(() => void simulateDisaggregated(split)),
    steps
  );
}
