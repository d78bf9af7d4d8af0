/**
 * What the operators of an estimate compute and move: FLOP, bytes of memory and bytes of links, and how long each of
 * them takes at least. All of it comes from the operators' own speed of light, asked on GPUs on which all but one of
 * the three is for nothing.
 */
import type {Op} from "../ops/op.js";
import {bindOps} from "../ops/kernel.js";
import type {BoundOp} from "../ops/kernel.js";
import type {Platform} from "../ops/table.js";
import type {PhaseDetail} from "../result.js";
import {withImages} from "../session/encoder.js";
import {estimatePhases, estimateWorkers} from "../session/estimate.js";
import type {EstimateProblem, EstimateWorkers} from "../session/estimate.js";
import type {Worker} from "../session/worker.js";
import {flopsPerSec} from "../system.js";
import type {SystemSpec} from "../system.js";
import {msPerSecond} from "../units.js";
import {lightWorker, withBandwidth, withLinks, withRates} from "./light.js";
import type {Bound} from "./light.js";
import {opGroup} from "./op-group.js";

/** One operator of a step on one GPU, all its repetitions together; the names are those of the step's detail. */
export interface OpWork {
  name: string;
  /** Arithmetic, where the bound counts any: element-wise kernels and collectives have none. */
  flops: number;
  memoryBytes: number;
  linkBytes: number;
  /** At peak rates, one thing at a time. */
  computeMs: number;
  memoryMs: number;
  linkMs: number;
  /** The operator's bound on an idle GPU; null where none is modelled. */
  lightMs: number | null;
  /** What makes the bound. */
  limit: Bound;
}

export interface StepWork {
  /** As in the detail: `prefill`, `decode step`, `mixed step`, `encoder`. */
  title: string;
  /** In the order of the detail. */
  ops: OpWork[];
}

/** Work of every step of an estimate; the steps and operators are those of its `phases`. Throws InputError. */
export function estimateWork(problem: EstimateProblem): StepWork[] {
  const asked: EstimateProblem = {
    ...problem,
    workload: withImages(problem.model, problem.workload),
    tuning: {...problem.tuning, prefillLatencyScale: 1, decodeLatencyScale: 1}
  };
  const whole = estimateWorkers(asked);
  const flat = eachWorker(whole, flattened);
  const phases = (workers: EstimateWorkers, boundBy: (system: SystemSpec) => SystemSpec) =>
    estimatePhases(
      asked,
      eachWorker(workers, (worker) => lightWorker(worker, boundBy))
    );
  const light = phases(whole, (system) => system);
  const alone = {
    compute: phases(flat, (system) => withLinks(withBandwidth(system, Infinity), Infinity)),
    communication: phases(flat, (system) => withBandwidth(withRates(system, Infinity), Infinity))
  };
  const flops = phases(flat, unitRates);
  const bytes = {
    memory: phases(flat, (system) => withLinks(withRates(unitMemory(system), Infinity), Infinity)),
    links: phases(flat, (system) => withBandwidth(withRates(unitLinks(system), Infinity), Infinity))
  };
  const bandwidths = light.map(({title}) => platformOf(asked, title).system.memoryBandwidthBytesPerSec);
  return light.map(({title, ops}, at) => ({
    title,
    ops: ops.map(({name, kind, latencyMs}, i) => {
      const of = (all: PhaseDetail[]) => finite(all[at].ops[i].latencyMs);
      const [computeMs, linkMs] = [of(alone.compute), of(alone.communication)];
      const memoryBytes = of(bytes.memory);
      const memoryMs = (memoryBytes / bandwidths[at]) * msPerSecond;
      const isCommunication = opGroup(kind) === "communication";
      return {
        name,
        flops: of(flops),
        memoryBytes,
        linkBytes: of(bytes.links),
        computeMs,
        memoryMs,
        linkMs,
        lightMs: Number.isFinite(latencyMs) ? latencyMs : null,
        limit: isCommunication ? "communication" : limitOf(computeMs, memoryMs, linkMs)
      };
    })
  }));
}

/** The platform that a step of an estimate runs on, by its title. */
export function platformOf({mode, platform, decodePlatform = platform}: EstimateProblem, title: string): Platform {
  return mode === "disagg" && title === "decode step" ? decodePlatform : platform;
}

/** No bound is modelled for DeepEP. */
function finite(ms: number): number {
  return Number.isFinite(ms) ? ms : 0;
}

function limitOf(computeMs: number, memoryMs: number, linkMs: number): Bound {
  if (linkMs > computeMs && linkMs > memoryMs) return "communication";
  return computeMs > memoryMs ? "compute" : "bandwidth";
}

/** A GPU on which a millisecond is a FLOP of any type, and everything else takes no time. */
function unitRates(system: SystemSpec): SystemSpec {
  const rate = msPerSecond;
  const rates = {bf16FlopsPerSec: rate, int8FlopsPerSec: rate, fp8FlopsPerSec: rate, fp4FlopsPerSec: rate};
  return withLinks(withBandwidth({...system, ...rates, ownRates: true}, Infinity), Infinity);
}

/** A millisecond is a byte of memory. */
function unitMemory(system: SystemSpec): SystemSpec {
  return {...system, memoryBandwidthBytesPerSec: msPerSecond};
}

/** A millisecond is a byte that a GPU sends, over whatever link. */
function unitLinks(system: SystemSpec): SystemSpec {
  const bytesPerSec = msPerSecond;
  return {
    ...system,
    intraNodeBytesPerSec: bytesPerSec,
    interNodeBytesPerSec: bytesPerSec,
    ...(system.interRackBytesPerSec ? {interRackBytesPerSec: bytesPerSec} : {})
  };
}

function eachWorker({worker, prefill, decode}: EstimateWorkers, of: (worker: Worker) => Worker): EstimateWorkers {
  return worker ? {worker: of(worker)} : {prefill: of(prefill), decode: of(decode)};
}

/** Streams that run at once take the longer of two times, but work is both: their operators one by one, under one name. */
function flattened(worker: Worker): Worker {
  const {platform, encoder} = worker;
  const parts = (bound: readonly BoundOp[]) =>
    bindOps(
      platform,
      bound.flatMap(({op}) => unfolded(op))
    );
  return {
    ...worker,
    prefill: parts(worker.prefill),
    decode: parts(worker.decode),
    ...(encoder && {encoder: {...encoder, layers: parts(encoder.layers), projector: parts(encoder.projector)}})
  };
}

function unfolded(op: Op): Op[] {
  if (op.kind !== "overlap") return [op];
  return [...op.left, ...op.right]
    .flatMap(unfolded)
    .map((part) => ({...part, name: op.name, count: part.count * op.count}));
}

/** A ceiling of a roofline: what a type computes at most on one GPU. */
export interface ComputeRoof {
  type: "bf16" | "fp8" | "fp4";
  flopsPerSec: number;
}

const roofTypes = {bf16: 1, fp8: 2, fp4: 4} as const;

/** The ceilings under which the operators of steps compute, lowest first. */
export function computeRoofs(steps: readonly StepWork[], system: SystemSpec): ComputeRoof[] {
  const ops = steps.flatMap(({ops}) => ops).filter(({computeMs}) => computeMs > 0);
  const rates = ops.map(({flops, computeMs}) => (flops / computeMs) * msPerSecond);
  const roofs = (Object.keys(roofTypes) as ComputeRoof["type"][]).flatMap((type) => {
    const multiple = roofTypes[type];
    // Attention and experts compute at a multiple of bf16, whatever the GPU's own figure (quirk 19).
    return [flopsPerSec(system, multiple), system.bf16FlopsPerSec * multiple].map((rate) => ({
      type,
      flopsPerSec: rate
    }));
  });
  const used = roofs.filter((roof) => rates.some((rate) => Math.abs(rate / roof.flopsPerSec - 1) < 1e-6));
  const apart = new Map(used.map((roof) => [roof.flopsPerSec, roof]));
  return [...apart.values()].sort((a, b) => a.flopsPerSec - b.flopsPerSec);
}
