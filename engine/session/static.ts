import {PerfDataError} from "../errors.js";
import {gradeIndex, trace} from "../trace.js";
import {blendedError, newTally, opTimes, tallyOp} from "./worker.js";
import type {Tally, Worker, Workload} from "./worker.js";
import type {OpTime} from "../result.js";

/** Decode lengths are sampled at the start of every block of this many steps. Source: method.md §9. */
export const decodeStride = 32;

/** Prefill of `batch` prompts with `seq` new tokens each beyond `prefix`. Source: method.md §9. */
export function prefillPhase(worker: Worker, batch: number, seq: number, prefix: number, tally = newTally()): Tally {
  const {prefill} = worker;
  for (let i = 0; i < prefill.length; ++i) tallyOp(tally, prefill[i], batch * seq, batch, seq, prefix);
  return tally;
}

/** One decode step of `batch` requests, all at length `seq`; drafts are part of the batch. */
export function decodeStep(worker: Worker, batch: number, seq: number, tally = newTally()): Tally {
  const {decode} = worker;
  const rows = batch * (worker.nextn + 1);
  for (let i = 0; i < decode.length; ++i) tallyOp(tally, decode[i], rows, rows, seq, 0);
  return tally;
}

/** osl − 1 decode steps: what grows with the length is sampled once per stride, the rest is computed once. */
export function decodePhase(worker: Worker, batch: number, isl: number, osl: number, tally = newTally()): Tally {
  const {decode} = worker;
  const rows = batch * (worker.nextn + 1);
  const steps = Math.max(0, osl - 1);
  if (steps === 0) return tally;
  for (let i = 0; i < decode.length; ++i) {
    const bound = decode[i];
    if (!bound.growsWithSeq) tallyOp(tally, bound, rows, rows, isl + 1, 0, steps);
    else
      for (let at = 0; at < steps; at += decodeStride)
        tallyOp(tally, bound, rows, rows, isl + at + 1, 0, Math.min(decodeStride, steps - at));
  }
  return tally;
}

/** Operators of a decode phase, summed over its steps. */
export function decodePhaseOps(worker: Worker, batch: number, isl: number, osl: number): OpTime[] {
  const rows = batch * (worker.nextn + 1);
  const steps = Math.max(0, osl - 1);
  let sum: OpTime[] = [];
  for (let at = 0; at < steps; at += decodeStride) {
    const times = Math.min(decodeStride, steps - at);
    sum = addOps(sum, opTimes(worker.decode, rows, rows, isl + at + 1, 0, times));
  }
  return sum;
}

function addOps(a: OpTime[], b: OpTime[]): OpTime[] {
  if (a.length === 0) return b;
  return a.map((op, i) => {
    const weaker = gradeIndex(b[i]) > gradeIndex(op) ? b[i] : op;
    const error = blendedError(op, b[i]);
    return {...op, source: weaker.source, tier: weaker.tier, latencyMs: op.latencyMs + b[i].latencyMs, error};
  });
}

/** Throws what the tables could not answer. */
export function answered(tally: Tally): Tally {
  if (tally.ms === tally.ms) return tally;
  throw new PerfDataError(trace.miss || "no perf data");
}

/** New tokens of each prompt. */
export function freshTokens({isl, prefix}: Workload): number {
  return isl - prefix;
}
