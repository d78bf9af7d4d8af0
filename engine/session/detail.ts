import type {OpTime, PhaseDetail} from "../result.js";
import {encoderDetail} from "./encoder.js";
import {opTimes} from "./worker.js";
import type {Worker, Workload} from "./worker.js";
import {isAttention, stepCounts} from "./aggregated.js";
import type {AggregatedSession} from "./aggregated.js";
import {decodePhaseOps, freshTokens} from "./static.js";

/** A prefill of `batch` prompts. */
export function prefillDetail(worker: Worker, batch: number, workload: Workload, scale = 1): PhaseDetail {
  const seq = freshTokens(workload);
  return phase("prefill", opTimes(worker.prefill, batch * seq, batch, seq, workload.prefix, scale));
}

/** The mean decode step over the answer. */
export function decodeDetail(worker: Worker, batch: number, {isl, osl}: Workload, scale = 1): PhaseDetail {
  const ops = decodePhaseOps(worker, batch, isl, osl);
  const perStep = osl > 1 ? scale / (osl - 1) : 0;
  return phase(
    "decode step",
    ops.map((op) => ({...op, latencyMs: op.latencyMs * perStep}))
  );
}

/** The two kinds of step of an aggregated worker. */
export function aggregatedPhases(session: AggregatedSession, batch: number, ctxTokens: number): PhaseDetail[] {
  const {worker, workload} = session;
  const {isl, prefix} = workload;
  const {decodesInMixed, decodeBatch} = stepCounts(worker, workload, batch, ctxTokens);
  const cached = prefix * Math.floor(ctxTokens / isl);
  const seq = ctxTokens + decodesInMixed - cached;
  const prompts = Math.ceil(ctxTokens / isl);
  const fresh = isl - prefix;
  const dense = worker.prefill.filter(({op}) => !isAttention(op, worker.spec));
  const prefillAttention = worker.prefill.filter(({op}) => isAttention(op, worker.spec));
  const decodeAttention = worker.decode.filter(({op}) => isAttention(op, worker.spec));
  const rows = decodesInMixed * (worker.nextn + 1);
  const share = 1 / Math.ceil(isl / ctxTokens);
  const named = (suffix: string, ops: OpTime[]) => ops.map((op) => ({...op, name: `${op.name} (${suffix})`}));
  const mixed = [
    ...opTimes(dense, seq, 1, seq, cached),
    ...named("prefill", opTimes(prefillAttention, prompts * fresh, prompts, fresh, prefix, share)),
    ...(decodesInMixed > 0 ? named("decode", opTimes(decodeAttention, rows, rows, session.decodeSeq, 0)) : [])
  ];
  const phases = [...encoderDetail(worker, prompts, workload), phase("mixed step", mixed)];
  if (decodeBatch > 0) {
    const batchRows = decodeBatch * (worker.nextn + 1);
    phases.push(phase("decode step", opTimes(worker.decode, batchRows, batchRows, session.decodeSeq, 0)));
  }
  return phases;
}

function phase(title: string, ops: OpTime[]): PhaseDetail {
  return {title, totalMs: ops.reduce((sum, op) => sum + op.latencyMs, 0), ops};
}
