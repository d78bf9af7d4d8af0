import {gemmQuants, moeQuants} from "../quant.js";
import {bandwidthBytesPerSec} from "../system.js";
import type {SystemSpec} from "../system.js";
import {dsv4Weights} from "../roofline-sparse.js";
import {carried, hasDonor} from "./carry.js";
import {allReduceKernel, ncclKernel} from "./collective.js";
import {decodeAttentionKernel, encoderAttentionKernel, prefillAttentionKernel} from "./attention.js";
import {moeDispatchKernel} from "./dispatch.js";
import {dsaKernel} from "./dsa.js";
import {dsv4Kernel, megaMoeKernel, mhcKernel} from "./dsv4.js";
import {gemmKernel} from "./gemm.js";
import {elementwiseKernel, embeddingKernel, p2pKernel} from "./memory.js";
import {mlaBmmKernel, mlaKernel} from "./mla.js";
import {moeKernel} from "./moe.js";
import {msaKernel} from "./msa.js";
import {stateSpaceKernel} from "./state-space.js";
import type {Kernel, Op} from "./op.js";
import type {Database, Platform} from "./table.js";
import {rank, trace} from "../trace.js";
import {alltoallKernel, deepEpKernel, wideEpMlaKernel, wideEpMoeKernel} from "./wideep.js";

/** An operator bound to a platform: `latency` is of all its repetitions. */
export interface BoundOp {
  op: Op;
  /** What was asked to answer. */
  mode: Database;
  latency: Kernel;
  /** Whether a decode step's latency changes with the sequence length. */
  growsWithSeq: boolean;
}

/** Binds operators to a platform, once per worker shape: look-ups by key and nearest sites are settled here. */
export function bindOps(platform: Platform, ops: readonly Op[]): BoundOp[] {
  return ops.map((op) => {
    const kernel = bindKernel(platform, op);
    const {count} = op;
    const latency: Kernel =
      count === 0 ? () => 0 : (tokens, batch, seq, prefix) => count * kernel(tokens, batch, seq, prefix);
    return {op, mode: platform.database, latency, growsWithSeq: growsWithSeq(op)};
  });
}

/** Latency of one repetition. */
export function bindKernel(platform: Platform, op: Op): Kernel {
  if (hasDonor(platform) && !uncarried.includes(op.kind)) return carriedKernel(platform, op);
  return bindOn(platform, op);
}

function carriedKernel(platform: Platform & {donor: SystemSpec}, op: Op): Kernel {
  // DeepEP has no speed of light; its time is that of the slowest link.
  const link = op.kind === "deepep" ? (of: SystemSpec) => bandwidthBytesPerSec(of, op.gpus) : undefined;
  return carried(platform, op.kind, (on) => bindOn(on, op), link);
}

/** What a donor does not answer for as a whole: a formula does, or its parts are asked anyway. */
const uncarried: readonly Op["kind"][] = [
  "embedding",
  "elementwise",
  "p2p",
  "moe_dispatch",
  "allreduce",
  "nccl",
  "fallback",
  "overlap"
];

function bindOn(platform: Platform, op: Op): Kernel {
  switch (op.kind) {
    case "embedding":
      return embeddingKernel(platform, op);
    case "elementwise":
      return elementwiseKernel(platform, op);
    case "gemm":
      return gemmKernel(platform, op);
    case "prefill_attention":
      return prefillAttentionKernel(platform, op);
    case "decode_attention":
      return decodeAttentionKernel(platform, op);
    case "encoder_attention":
      return encoderAttentionKernel(platform, op);
    case "mamba2":
    case "gdn":
    case "kda":
      return stateSpaceKernel(platform, op);
    case "prefill_mla":
    case "decode_mla":
    case "prefill_mla_module":
    case "decode_mla_module":
      return mlaKernel(platform, op);
    case "mla_bmm":
      return mlaBmmKernel(platform, op);
    case "moe":
      return moeKernel(platform, op);
    case "moe_dispatch":
      return moeDispatchKernel(platform, op);
    case "dsa_prefill_module":
    case "dsa_decode_module":
      return dsaKernel(platform, op);
    case "dsv4_prefill_module":
    case "dsv4_decode_module":
      return dsv4Kernel(platform, op);
    case "msa_prefill_module":
    case "msa_decode_module":
      return msaKernel(platform, op);
    case "mhc":
      return mhcKernel(platform, op);
    case "megamoe":
      return megaMoeKernel(platform, op);
    case "wideep_prefill_mla":
    case "wideep_decode_mla":
      return wideEpMlaKernel(platform, op);
    case "wideep_moe":
    case "deepep_moe":
      return wideEpMoeKernel(platform, op);
    case "deepep":
      return deepEpKernel(platform, op);
    case "alltoall":
      return alltoallKernel(platform, op);
    case "allreduce":
      return allReduceKernel(platform, op);
    case "nccl":
      return ncclKernel(platform, op);
    case "p2p":
      return p2pKernel(platform, op);
    case "fallback": {
      // A block measured as a whole is only trusted as a measurement; its parts are the better estimate.
      const fills = platform.database === "hybrid" || platform.database === "calibrated";
      const strict: Platform = fills ? {...platform, database: "silicon"} : platform;
      const primary = sumKernel(strict, op.primary);
      const fallback = sumKernel(platform, op.fallback);
      return (tokens, batch, seq, prefix) => {
        const {rank: before, errorP50, errorP90} = trace;
        const ms = primary(tokens, batch, seq, prefix);
        if (ms === ms) return ms;
        // What a block's parts were found in before one of them missed says nothing of the answer.
        trace.rank = before;
        trace.errorP50 = errorP50;
        trace.errorP90 = errorP90;
        return fallback(tokens, batch, seq, prefix);
      };
    }
    case "overlap": {
      const left = sumKernel(platform, op.left);
      const right = sumKernel(platform, op.right);
      return (tokens, batch, seq, prefix) => {
        const {errorP50, errorP90} = trace;
        forgetError();
        const leftMs = left(tokens, batch, seq, prefix);
        const {errorP50: leftP50, errorP90: leftP90} = trace;
        forgetError();
        const rightMs = right(tokens, batch, seq, prefix);
        const isLeft = leftMs > rightMs;
        trace.errorP50 = Math.max(errorP50, isLeft ? leftP50 : trace.errorP50);
        trace.errorP90 = Math.max(errorP90, isLeft ? leftP90 : trace.errorP90);
        return Math.max(leftMs, rightMs);
      };
    }
  }
}

/** One after the other: the weakest of those that have tables grades the sum, and their errors average over its time. */
function sumKernel(platform: Platform, ops: readonly Op[]): Kernel {
  const bound = bindOps(platform, ops);
  const tabled = bound.map(({op}) => isTabled(op));
  return (tokens, batch, seq, prefix) => {
    let {rank: weakest} = trace;
    const {errorP50, errorP90} = trace;
    let ms = 0;
    let p50 = 0;
    let p90 = 0;
    for (let i = 0; i < bound.length; ++i) {
      trace.rank = rank.measured;
      forgetError();
      const ownMs = bound[i].latency(tokens, batch, seq, prefix);
      ms += ownMs;
      p50 += ownMs * trace.errorP50;
      p90 += ownMs * trace.errorP90;
      if (tabled[i] && trace.rank > weakest) weakest = trace.rank;
    }
    trace.rank = weakest;
    trace.errorP50 = Math.max(errorP50, ms > 0 ? p50 / ms : 0);
    trace.errorP90 = Math.max(errorP90, ms > 0 ? p90 / ms : 0);
    return ms;
  };
}

function forgetError(): void {
  trace.errorP50 = 0;
  trace.errorP90 = 0;
}

/** Element-wise kernels and hops have a formula, not a table, so they say nothing of how well a point is measured. */
export function isTabled({kind}: Op): boolean {
  return kind !== "embedding" && kind !== "elementwise" && kind !== "p2p";
}

function growsWithSeq(op: Op): boolean {
  switch (op.kind) {
    case "prefill_attention":
    case "decode_attention":
    case "encoder_attention":
    case "prefill_mla":
    case "decode_mla":
    case "prefill_mla_module":
    case "decode_mla_module":
    case "dsa_prefill_module":
    case "dsa_decode_module":
    case "dsv4_prefill_module":
    case "dsv4_decode_module":
    case "msa_prefill_module":
    case "msa_decode_module":
    case "wideep_prefill_mla":
    case "wideep_decode_mla":
      return true;
    case "fallback":
      return [...op.primary, ...op.fallback].some(growsWithSeq);
    case "overlap":
      return [...op.left, ...op.right].some(growsWithSeq);
    default:
      return false;
  }
}

/** Bytes of weights that all repetitions of an operator hold on one GPU. Source: method.md §6. */
export function weightBytes(op: Op): number {
  switch (op.kind) {
    case "embedding":
      return op.count * op.rows * op.cols * 2;
    case "gemm":
      return op.count * op.n * op.k * gemmQuants[op.quant].bytesPerWeight;
    case "dsv4_prefill_module":
    case "dsv4_decode_module": {
      const {gemm, bf16} = dsv4Weights(op.shape);
      return op.count * (gemm * gemmQuants[op.gemm].bytesPerWeight + bf16 * 2);
    }
    case "megamoe": {
      const {hidden, inter, experts, moeEp, quant} = op;
      return op.count * Math.floor((hidden * inter * experts * moeQuants[quant].bytesPerWeight * 3) / moeEp);
    }
    case "wideep_moe":
    case "deepep_moe":
    case "moe": {
      const {hidden, inter, experts, moeTp, moeEp, gated, quant} = op;
      const all = hidden * inter * experts * moeQuants[quant].bytesPerWeight * (gated ? 3 : 2);
      return op.count * Math.floor(Math.floor(all / moeEp) / moeTp);
    }
    case "fallback": {
      const primary = sumWeights(op.primary);
      return primary > 0 ? primary : sumWeights(op.fallback);
    }
    case "overlap":
      return sumWeights(op.left) + sumWeights(op.right);
    default:
      return 0;
  }
}

export function sumWeights(ops: readonly Op[]): number {
  return ops.reduce((bytes, op) => bytes + weightBytes(op), 0);
}
