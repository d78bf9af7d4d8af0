/** The speed of light of a plan's operators, and which of compute, memory bandwidth and links makes it. */
import type {BoundOp} from "../ops/kernel.js";
import {bindOps} from "../ops/kernel.js";
import {ownRates} from "../ops/carry.js";
import type {Platform} from "../ops/table.js";
import type {PhaseDetail, Plan} from "../result.js";
import type {AggregatedSweep} from "../search/aggregated.js";
import {planDetail, planWorkers} from "../search/detail.js";
import type {Evaluation} from "../search/evaluate.js";
import {AggregatedSession} from "../session/aggregated.js";
import type {PoolPoint} from "../session/disaggregated.js";
import type {Worker} from "../session/worker.js";
import type {SystemSpec} from "../system.js";

/** What bounds an operator at best. */
export const bounds = ["compute", "bandwidth", "communication"] as const;
export type Bound = (typeof bounds)[number];

/** Steps of a plan at the speed of light, and with all but one of its bounds out of the way; as in its detail. */
export type LightPhases = Record<"whole" | Bound, PhaseDetail[]>;

/** Steps as `planDetail` tells them, each operator at its speed of light on an idle GPU. */
export function lightPhases(evaluation: Evaluation, plan: Plan): LightPhases {
  const steps = (boundBy: (system: SystemSpec) => SystemSpec) =>
    planDetail(lightEvaluation(evaluation, plan, boundBy), plan).phases;
  return {
    whole: steps((system) => system),
    compute: steps((system) => withLinks(withBandwidth(system, Infinity), Infinity)),
    bandwidth: steps((system) => withLinks(withRates(system, Infinity), Infinity)),
    communication: steps((system) => withBandwidth(withRates(system, Infinity), Infinity))
  };
}

/** `factor` times the memory bandwidth. */
export function withBandwidth(system: SystemSpec, factor: number): SystemSpec {
  return {...system, memoryBandwidthBytesPerSec: system.memoryBandwidthBytesPerSec * factor};
}

/** `factor` times the FLOP/s, in every type that the GPU has. */
export function withRates(system: SystemSpec, factor: number): SystemSpec {
  const {bf16FlopsPerSec, int8FlopsPerSec, fp8FlopsPerSec, fp4FlopsPerSec} = system;
  return {
    ...system,
    bf16FlopsPerSec: bf16FlopsPerSec * factor,
    ...(int8FlopsPerSec ? {int8FlopsPerSec: int8FlopsPerSec * factor} : {}),
    ...(fp8FlopsPerSec ? {fp8FlopsPerSec: fp8FlopsPerSec * factor} : {}),
    ...(fp4FlopsPerSec ? {fp4FlopsPerSec: fp4FlopsPerSec * factor} : {})
  };
}

/** `factor` times the bandwidth of every link. */
export function withLinks(system: SystemSpec, factor: number): SystemSpec {
  const {intraNodeBytesPerSec, interNodeBytesPerSec, interRackBytesPerSec} = system;
  return {
    ...system,
    intraNodeBytesPerSec: intraNodeBytesPerSec * factor,
    interNodeBytesPerSec: interNodeBytesPerSec * factor,
    ...(interRackBytesPerSec ? {interRackBytesPerSec: interRackBytesPerSec * factor} : {})
  };
}

/** The evaluation with nothing in it but the workers of a plan, at the speed of light and alone on their GPUs. */
function lightEvaluation(evaluation: Evaluation, plan: Plan, boundBy: (system: SystemSpec) => SystemSpec): Evaluation {
  const {problem} = evaluation;
  const alone = {...problem, tuning: {...problem.tuning, prefillLatencyScale: 1, decodeLatencyScale: 1}};
  const {session, prefill, decode} = planWorkers(evaluation, plan);
  if (session) {
    const light = new AggregatedSession(lightWorker(session.worker, boundBy), session.workload);
    return {...evaluation, problem: alone, aggregated: [{session: light} as AggregatedSweep]};
  }
  const only = (worker: Worker) => [{worker: lightWorker(worker, boundBy)} as PoolPoint];
  const pools = {...evaluation.disaggregated!, prefill: only(prefill), decode: only(decode)};
  return {...evaluation, problem: alone, disaggregated: pools};
}

/** A worker whose operators take what `boundBy` of its GPU bounds them to. */
export function lightWorker(worker: Worker, boundBy: (system: SystemSpec) => SystemSpec): Worker {
  const {platform, prefill, decode, encoder} = worker;
  const {system, donor} = platform;
  const reached = boundBy(donor ? ownRates(system) : system);
  const light: Platform = {...platform, system: reached, donor: undefined, database: "sol"};
  const rebound = (ops: readonly BoundOp[]) =>
    bindOps(
      light,
      ops.map(({op}) => op)
    );
  return {
    ...worker,
    platform: light,
    prefill: rebound(prefill),
    decode: rebound(decode),
    ...(encoder && {encoder: {...encoder, layers: rebound(encoder.layers), projector: rebound(encoder.projector)}})
  };
}
