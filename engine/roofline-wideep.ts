/** Speed of light of what only wide expert parallelism runs, in ms on one GPU. Source: method.md §4. */
import type {QuantMode} from "./quant.js";
import {boundMs} from "./roofline.js";
import type {SystemSpec} from "./system.js";
import {msPerSecond} from "./units.js";

/** DeepSeek-V3's latent attention, which these kernels are written for: hidden size, ranks and head sizes. */
const mla = {hidden: 7168, queryRank: 1536, kvRank: 512, rope: 64, nope: 128, value: 128};
const queryDim = mla.nope + mla.rope;
const keyDim = mla.kvRank + mla.rope;

/** Projections at the attention type's rate and attention at bf16's, whatever the type. */
function blockMs(
  system: SystemSpec,
  projectionFlops: number,
  attentionFlops: number,
  elements: number,
  fmha: QuantMode
): number {
  const rate = system.bf16FlopsPerSec;
  const computeMs = (projectionFlops / (rate * fmha.computeRate) + attentionFlops / rate) * msPerSecond;
  return boundMs(system, computeMs, elements * fmha.bytesPerWeight);
}

/** Query and output projections and attention of prompts whose last seq − prefix of seq tokens are new. */
export function wideEpPrefillMlaRoofline(
  system: SystemSpec,
  batch: number,
  seq: number,
  prefix: number,
  heads: number,
  fmha: QuantMode
): number {
  const {hidden, queryRank, kvRank, nope, value} = mla;
  const tokens = batch * (seq - prefix);
  const projections = 2 * tokens * heads * (queryRank * queryDim + kvRank * (nope + value) + value * hidden);
  const attention = Math.floor(heads * (queryDim + value) * batch * (seq * seq - prefix * prefix));
  const elements =
    queryRank * tokens +
    queryRank * heads * queryDim +
    2 * tokens * heads * queryDim +
    (kvRank * tokens + heads * (nope + value) * kvRank + 2 * tokens * heads * (nope + value)) +
    2 * heads * (tokens * queryDim + batch * seq * queryDim + batch * seq * value + tokens * value) +
    (tokens * heads * value + heads * value * hidden + 2 * tokens * hidden);
  return blockMs(system, projections, attention, elements, fmha);
}

/** The same for one new token per sequence, keys and values absorbed into the projections. */
export function wideEpDecodeMlaRoofline(
  system: SystemSpec,
  batch: number,
  seq: number,
  heads: number,
  fmha: QuantMode
): number {
  const {hidden, queryRank, kvRank, nope, value} = mla;
  const projections = 2 * batch * heads * (queryRank * queryDim + nope * kvRank + kvRank * value + value * hidden);
  const attention = 2 * batch * seq * heads * (keyDim + kvRank);
  const elements =
    queryRank * batch +
    queryRank * heads * queryDim +
    2 * batch * heads * queryDim +
    (batch * heads * nope + heads * kvRank * nope + 2 * batch * heads * kvRank) +
    2 * (batch * heads * keyDim + batch * seq * keyDim + batch * heads * kvRank) +
    (batch * heads * kvRank + heads * nope * kvRank + 2 * batch * heads * value) +
    (batch * heads * value + heads * value * hidden + 2 * batch * hidden);
  return blockMs(system, projections, attention, elements, fmha);
}

export type AlltoallOperation =
  "alltoall_prepare" | "alltoall_dispatch" | "alltoall_combine" | "alltoall_combine_low_precision";

export interface AlltoallShape {
  operation: AlltoallOperation;
  hidden: number;
  topK: number;
  experts: number;
  moeEp: number;
  nodes: number;
}

/** Bytes that a rank sends for `tokens` of its tokens, over the links between nodes where there are several. */
export function alltoallRoofline(system: SystemSpec, tokens: number, shape: AlltoallShape, quant: QuantMode): number {
  const {operation, hidden, topK, experts, moeEp, nodes} = shape;
  const copies = Math.min(topK, experts, moeEp - 1);
  const elements = tokens * copies * hidden;
  const bytesPerSec = nodes > 1 ? system.interNodeBytesPerSec : system.intraNodeBytesPerSec;
  const bytes = {
    alltoall_prepare: 4 * tokens * topK,
    alltoall_dispatch: elements * quant.bytesPerWeight,
    alltoall_combine: elements * 2,
    alltoall_combine_low_precision: elements * 0.5
  }[operation];
  return (bytes / bytesPerSec) * msPerSecond;
}
