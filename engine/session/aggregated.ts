import {backendTraits} from "../backend.js";
import {fitsKvCache} from "../memory.js";
import type {WorkerSpec} from "../models/worker.js";
import type {Op} from "../ops/op.js";
import type {MemoryGiB} from "../result.js";
import {encoderLoad, encoderPhase} from "./encoder.js";
import {decodeStep} from "./static.js";
import {requestLatencyMs} from "./metrics.js";
import {fits, memoryOf, mergeSource, newTally, tallyOp} from "./worker.js";
import type {Tally, Worker, Workload} from "./worker.js";
import {msPerSecond} from "../units.js";

/** One in-flight-batching point: `batch` requests per rank, `ctxTokens` prompt tokens per mixed step. */
export interface AggregatedPoint {
  batch: number;
  ctxTokens: number;
  ttftMs: number;
  tpotMs: number;
  requestLatencyMs: number;
  /** Of the worker, all ranks and stages. */
  tokensPerSec: number;
  requestsPerSec: number;
  concurrency: number;
  memoryGiB: MemoryGiB;
  /** A step that prefills and decodes, and one that only decodes. */
  mixedStepMs: number;
  decodeStepMs: number;
  tally: Tally;
}

/** How the steps of a steady state divide. Source: method.md §10. */
export interface StepCounts {
  mixedSteps: number;
  /** Mixed steps that count towards TPOT. */
  mixedForTpot: number;
  decodeSteps: number;
  decodeBatch: number;
  /** Requests decoding inside a mixed step. */
  decodesInMixed: number;
}

export function stepCounts(worker: Worker, {isl, osl}: Workload, batch: number, ctxTokens: number): StepCounts {
  const traits = backendTraits[worker.platform.backend];
  if (batch === 1) return {mixedSteps: 1, mixedForTpot: 0, decodeSteps: osl - 1, decodeBatch: 1, decodesInMixed: 0};
  const mixedSteps = Math.ceil((isl * batch) / ctxTokens);
  const prefilling = Math.ceil(ctxTokens / isl);
  const saturated = mixedSteps >= osl;
  const decodesInMixed =
    saturated && traits.decodeShareWhenSaturated
      ? Math.max(1, Math.floor(batch / (mixedSteps / osl)))
      : Math.max(1, batch - prefilling);
  if (saturated) return {mixedSteps, mixedForTpot: mixedSteps, decodeSteps: 0, decodeBatch: 0, decodesInMixed};
  const hidden = traits.hiddenMixedSteps;
  const mixedForTpot = hidden ? Math.max(1, mixedSteps - hidden) : mixedSteps;
  return {mixedSteps, mixedForTpot, decodeSteps: osl - mixedSteps, decodeBatch: batch, decodesInMixed};
}

/** Evaluates aggregated points of one worker and workload; parts that several points share are computed once. */
export class AggregatedSession {
  private readonly decodeSteps = new Map<number, Tally>();
  private readonly prefillAttention = new Map<number, Tally>();
  private readonly decodeAttention = new Map<number, Tally>();
  private readonly encoders = new Map<number, Tally>();

  constructor(
    readonly worker: Worker,
    readonly workload: Workload
  ) {}

  /** Memory alone: decides whether a point is worth evaluating. `seqTokens` is the engine's maximum length, when limited. */
  memory(batch: number, ctxTokens: number, seqTokens?: number): MemoryGiB {
    const {isl, osl} = this.workload;
    const {maxTokens} = backendTraits[this.worker.platform.backend];
    const decoding = batch === 1 ? 0 : batch - Math.ceil(ctxTokens / isl);
    const tokens = maxTokens ?? decoding + ctxTokens;
    // Prompts that are prefilled together are encoded together.
    const encoder = encoderLoad(this.worker, Math.ceil(ctxTokens / isl), this.workload);
    return memoryOf(this.worker, {batch, tokens, seqTokens: seqTokens ?? isl + osl, encoder});
  }

  /** Why a point cannot run, if it cannot. */
  misfit(memory: MemoryGiB, freeFraction: number): "memory" | "kvCache" | undefined {
    const {worker} = this;
    if (!fits(worker, memory)) return "memory";
    return fitsKvCache(memory, worker.platform.system, worker.platform.backend, freeFraction) ? undefined : "kvCache";
  }

  /** NaN latencies where the tables have no answer (`trace.miss` says why). Source: method.md §10. */
  point(batch: number, ctxTokens: number, memoryGiB: MemoryGiB): AggregatedPoint {
    const {worker, workload} = this;
    const {isl, osl} = workload;
    const {pp, dp} = worker.spec.parallel;
    const traits = backendTraits[worker.platform.backend];
    const counts = stepCounts(worker, workload, batch, ctxTokens);
    const {mixedSteps, mixedForTpot, decodeSteps, decodeBatch} = counts;

    const tally = newTally();
    const mixed = this.mixedStep(ctxTokens, counts.decodesInMixed);
    mergeSource(tally, mixed);
    let decodeStepMs = 0;
    if (decodeBatch > 0) {
      const step = this.decodeStep(decodeBatch);
      mergeSource(tally, step);
      decodeStepMs = step.ms;
    }
    const mixedStepMs = mixed.ms;

    const overheadMs = traits.prefillOverheadMsPerLayer * worker.spec.model.layers;
    const queueing = traits.queueing(Math.ceil((isl * batch) / ctxTokens), batch);
    const encoder = this.encoderPhase(batch);
    mergeSource(tally, encoder);
    const ttftMs =
      this.encoderPhase(Math.ceil(ctxTokens / isl)).ms +
      (mixedStepMs * Math.ceil(isl / ctxTokens) + overheadMs) * queueing;
    const stepsForTpot = mixedForTpot + decodeSteps;
    const tpotMs = stepsForTpot === 0 ? 0 : (mixedStepMs * mixedForTpot + decodeStepMs * decodeSteps) / stepsForTpot;
    const latencyMs = requestLatencyMs(ttftMs, tpotMs, osl);

    const cycleMs = encoder.ms + mixedSteps * mixedStepMs + decodeSteps * decodeStepMs;
    let tokensPerSec = osl > 1 ? (msPerSecond * batch * (osl - 1)) / cycleMs : 0;
    if (traits.cappedByLatency)
      tokensPerSec = Math.min(tokensPerSec, (batch * (osl - 1) * msPerSecond) / (ttftMs + tpotMs * (osl - 1)));
    tokensPerSec *= pp * dp;
    return {
      batch,
      ctxTokens,
      ttftMs,
      tpotMs,
      requestLatencyMs: latencyMs,
      tokensPerSec,
      requestsPerSec: osl > 1 ? tokensPerSec / (osl - 1) : 0,
      concurrency: batch * pp * dp,
      memoryGiB,
      mixedStepMs,
      decodeStepMs,
      tally
    };
  }

  /**
   * One step that prefills and decodes. Attention is told by kind: latent attention, inside a block, counts as part of
   * everything else and decodes for nothing, as in the reference (quirk 4); attention that the first pass would only
   * look up to drop is not looked up (quirk 5). Drafts do not count among its tokens (quirk 6).
   *
   * Everything but attention at all tokens of the step, prefill attention per prompt, decode attention per request.
   */
  mixedStep(ctxTokens: number, decodes: number): Tally {
    const {worker, workload} = this;
    const {isl, prefix} = workload;
    const tally = newTally();
    const cached = prefix * Math.floor(ctxTokens / isl);
    const seq = ctxTokens + decodes - cached;
    for (const bound of worker.prefill)
      if (!isAttention(bound.op, worker.spec)) tallyOp(tally, bound, seq, 1, seq, cached);
    this.add(tally, this.prefillAttentionOf(ctxTokens));
    if (decodes > 0) this.add(tally, this.decodeAttentionOf(decodes));
    return tally;
  }

  /** A step in which all requests decode, half-way through their answers. */
  decodeStep(batch: number): Tally {
    return once(this.decodeSteps, batch, () => decodeStep(this.worker, batch, this.decodeSeq));
  }

  get decodeSeq(): number {
    const {isl, osl} = this.workload;
    return isl + Math.floor(osl / 2) + 1;
  }

  /**
   * Images of some requests: TTFT waits for those of the prompts that are prefilled together, a cycle encodes those of
   * all requests in flight. The method has one figure for both and does not say which.
   */
  encoderPhase(requests: number): Tally {
    return once(this.encoders, requests, () => encoderPhase(this.worker, requests, this.workload));
  }

  private prefillAttentionOf(ctxTokens: number): Tally {
    return once(this.prefillAttention, ctxTokens, () => {
      const {isl, prefix} = this.workload;
      const prompts = Math.ceil(ctxTokens / isl);
      const tally = newTally();
      const seq = isl - prefix;
      for (const bound of this.worker.prefill)
        if (isAttention(bound.op, this.worker.spec)) tallyOp(tally, bound, prompts * seq, prompts, seq, prefix);
      tally.ms /= Math.ceil(isl / ctxTokens);
      return tally;
    });
  }

  private decodeAttentionOf(batch: number): Tally {
    return once(this.decodeAttention, batch, () => {
      const tally = newTally();
      const rows = batch * (this.worker.nextn + 1);
      for (const bound of this.worker.decode)
        if (isAttention(bound.op, this.worker.spec)) tallyOp(tally, bound, rows, rows, this.decodeSeq, 0);
      return tally;
    });
  }

  private add(into: Tally, part: Tally): void {
    into.ms += part.ms;
    mergeSource(into, part);
  }
}

/**
 * Whether a mixed step runs an operator per prompt and per decoding request rather than once over all its tokens. A
 * block of latent attention that falls back on its parts is not told apart by the reference, so only where asked for.
 */
export function isAttention(op: Op, {correctedMla}: Pick<WorkerSpec, "correctedMla">): boolean {
  switch (op.kind) {
    case "prefill_attention":
    case "decode_attention":
    case "prefill_mla":
    case "decode_mla":
    case "wideep_prefill_mla":
    case "wideep_decode_mla":
    case "dsa_prefill_module":
    case "dsa_decode_module":
    case "dsv4_prefill_module":
    case "dsv4_decode_module":
    case "msa_prefill_module":
    case "msa_decode_module":
      return true;
    case "fallback":
      return correctedMla === true;
    default:
      return false;
  }
}

function once(map: Map<number, Tally>, key: number, make: () => Tally): Tally {
  let tally = map.get(key);
  if (!tally) map.set(key, (tally = make()));
  return tally;
}
