/**
 * Speed of light of attention blocks that look at a part of their tokens only, projections and indexer included, in ms
 * on one GPU. `heads` are local; the indexer is not sharded. Source: method.md §4.
 */
import {kvCacheQuants} from "./quant.js";
import type {KvCacheQuant, QuantMode} from "./quant.js";
import {boundMs} from "./roofline.js";
import {flopsPerSec} from "./system.js";
import type {SystemSpec} from "./system.js";
import {msPerSecond} from "./units.js";

/** What a block computes and stores in. */
export interface BlockTypes {
  gemm: QuantMode;
  fmha: QuantMode;
  kvCache: KvCacheQuant;
}

/** Sequences in a step: in prefill `seq` new tokens each beyond `prefix`; in decode one token each at full length `seq`. */
export interface Step {
  batch: number;
  seq: number;
  prefix: number;
}

/** Indexers compute in fp8 whatever the rest does: twice the rate of bf16. */
const fp8Rate = 2;
const bf16Rate = 1;
const bf16Bytes = 2;

function timeMs(system: SystemSpec, flops: number, computeRate: number): number {
  return (flops / flopsPerSec(system, computeRate)) * msPerSecond;
}

/** Pairs of a query and a token before it (or itself), at most `most` a query, over a causal prompt. */
export function cappedPairs({batch, seq, prefix}: Step, most: number): number {
  const full = seq + prefix;
  if (full <= most) return Math.floor((batch * (full * (full + 1) - prefix * (prefix + 1))) / 2);
  if (prefix >= most) return batch * seq * most;
  return Math.floor((batch * (most * (most + 1) - prefix * (prefix + 1))) / 2) + batch * (full - most) * most;
}

/** Sparse latent attention of one rank. */
export interface DsaShape {
  hidden: number;
  heads: number;
  /** Rank of the compressed query, and of keys and values together. */
  queryRank: number;
  kvRank: number;
  /** Parts of a head without and with rotation, and of its value. */
  nopeHeadDim: number;
  ropeHeadDim: number;
  valueHeadDim: number;
  /** Tokens that a query attends to at most. */
  indexTopK: number;
  indexHeadDim: number;
  indexHeads: number;
}

/** Weights of the block's projections, in elements; the absorbed ones are read with the cache. */
function dsaWeights(shape: DsaShape): number {
  const {hidden, heads, queryRank, kvRank, nopeHeadDim, ropeHeadDim, valueHeadDim, indexHeadDim, indexHeads} = shape;
  return (
    hidden * (queryRank + kvRank + ropeHeadDim + indexHeadDim) +
    queryRank * heads * (nopeHeadDim + ropeHeadDim) +
    queryRank * indexHeads * indexHeadDim +
    hidden * indexHeads +
    heads * valueHeadDim * hidden
  );
}

/** Projections of `tokens` tokens, absorbed ones included: every weight is used once a token. */
function dsaProjectionFlops(tokens: number, shape: DsaShape): number {
  const {heads, kvRank, nopeHeadDim, valueHeadDim} = shape;
  return 2 * tokens * (dsaWeights(shape) + heads * nopeHeadDim * kvRank + heads * kvRank * valueHeadDim);
}

/** Bytes that the indexer keeps of a token: its key in fp8 and a scale of 4 bytes for every 128 of them. */
export function indexEntryBytes(indexHeadDim: number): number {
  return indexHeadDim + Math.ceil(indexHeadDim / 128) * 4;
}

export function prefillDsaRoofline(system: SystemSpec, step: Step, shape: DsaShape, types: BlockTypes): number {
  const {heads, kvRank, nopeHeadDim, ropeHeadDim, indexTopK, indexHeadDim, indexHeads} = shape;
  const {batch, seq, prefix} = step;
  const tokens = batch * seq;
  const full = seq + prefix;
  const indexed = full > indexTopK;
  const latent = kvRank + ropeHeadDim;
  const computeMs =
    timeMs(system, dsaProjectionFlops(tokens, shape), types.gemm.computeRate) +
    timeMs(system, indexed ? 2 * tokens * indexHeads * indexHeadDim * full : 0, fp8Rate) +
    timeMs(system, 2 * heads * (latent + kvRank) * cappedPairs(step, indexTopK), types.fmha.computeRate);
  const bytes =
    dsaWeights(shape) * types.gemm.bytesPerWeight +
    batch * heads * Math.min(full, indexTopK) * latent * kvCacheQuants[types.kvCache].bytesPerWeight +
    (indexed ? batch * full * indexEntryBytes(indexHeadDim) : 0) +
    2 * tokens * heads * (nopeHeadDim + ropeHeadDim) * types.fmha.bytesPerWeight;
  return boundMs(system, computeMs, bytes);
}

/** Decode always indexes and attends in bf16. */
export function decodeDsaRoofline(
  system: SystemSpec,
  {batch, seq}: Step,
  shape: DsaShape,
  types: Omit<BlockTypes, "fmha">
): number {
  const {heads, kvRank, ropeHeadDim, indexTopK, indexHeadDim, indexHeads} = shape;
  const latent = kvRank + ropeHeadDim;
  const attended = batch * Math.min(seq, indexTopK);
  const computeMs =
    timeMs(system, dsaProjectionFlops(batch, shape), types.gemm.computeRate) +
    timeMs(system, 2 * batch * indexHeads * indexHeadDim * seq, fp8Rate) +
    timeMs(system, 2 * heads * (latent + kvRank) * attended, bf16Rate);
  const bytes =
    dsaWeights(shape) * types.gemm.bytesPerWeight +
    attended * latent * kvCacheQuants[types.kvCache].bytesPerWeight +
    batch * seq * indexEntryBytes(indexHeadDim);
  return boundMs(system, computeMs, bytes);
}

export interface MsaShape {
  hidden: number;
  heads: number;
  kvHeads: number;
  headDim: number;
  valueHeadDim: number;
  indexTopK: number;
  blockTokens: number;
  indexHeadDim: number;
  indexHeads: number;
}

/** MiniMax-M3's block, prefill and decode alike: decode has one new token at length seq − 1. */
export function msaRoofline(
  system: SystemSpec,
  phase: "prefill" | "decode",
  step: Step,
  shape: MsaShape,
  types: BlockTypes
): number {
  const {hidden, heads, kvHeads, headDim, valueHeadDim, indexTopK, blockTokens, indexHeadDim, indexHeads} = shape;
  const {batch, seq, prefix} = step;
  const tokens = phase === "prefill" ? batch * seq : batch;
  const length = phase === "prefill" ? seq + prefix : seq - 1;
  const weights = hidden * (heads * headDim + 2 * kvHeads * headDim + heads * valueHeadDim + indexHeads * indexHeadDim);
  const attended = Math.min(length, indexTopK);
  const pairs = phase === "prefill" ? cappedPairs(step, indexTopK) : batch * attended;
  const blocks = length > indexTopK ? Math.ceil(length / blockTokens) : 0;
  const computeMs =
    timeMs(system, 2 * tokens * weights, types.gemm.computeRate) +
    timeMs(system, 2 * tokens * indexHeads * indexHeadDim * blocks, fp8Rate) +
    timeMs(system, 2 * heads * (headDim + valueHeadDim) * pairs, types.fmha.computeRate);
  const bytes =
    weights * types.gemm.bytesPerWeight +
    batch * kvHeads * attended * (headDim + valueHeadDim) * kvCacheQuants[types.kvCache].bytesPerWeight +
    batch * blocks * indexHeads * indexHeadDim +
    2 * tokens * heads * headDim * types.fmha.bytesPerWeight;
  return boundMs(system, computeMs, bytes);
}

export interface Dsv4Shape {
  hidden: number;
  heads: number;
  headDim: number;
  queryRank: number;
  outputRank: number;
  /** Local, like heads. */
  outputGroups: number;
  ropeHeadDim: number;
  windowTokens: number;
  indexTopK: number;
  indexHeadDim: number;
  indexHeads: number;
  /** Tokens per compressed entry: 4 with an indexer, 128 without; 0 is no compressed entries at all. */
  compressRatio: number;
}

/** Weights of one layer's attention: those in the GEMM type, and those always in bf16; elements. */
export function dsv4Weights(shape: Dsv4Shape): {gemm: number; bf16: number} {
  const {hidden, heads, headDim, queryRank, outputRank, indexHeadDim, indexHeads, compressRatio} = shape;
  const indexed = compressRatio === 4;
  const compressor = compressRatio === 0 ? 0 : 2 * hidden * streamsOf(shape) * headDim;
  return {
    gemm:
      hidden * queryRank +
      queryRank * heads * headDim +
      hidden * headDim +
      groupsOf(shape) * outputRank * hidden +
      compressor +
      (indexed ? queryRank * indexHeadDim * indexHeads : 0),
    bf16: heads * headDim * outputRank + (indexed ? hidden * indexHeads : 0)
  };
}

/** Overlapping windows double the compressor where an indexer picks entries. */
function streamsOf({compressRatio}: Dsv4Shape): number {
  return compressRatio === 4 ? 2 : 1;
}

function groupsOf({outputGroups}: Dsv4Shape): number {
  return Math.max(1, outputGroups);
}

export function dsv4Roofline(
  system: SystemSpec,
  phase: "prefill" | "decode",
  step: Step,
  shape: Dsv4Shape,
  types: BlockTypes
): number {
  const {hidden, heads, headDim, queryRank, outputRank, ropeHeadDim} = shape;
  const {windowTokens, indexTopK, indexHeadDim, indexHeads, compressRatio} = shape;
  const {batch, seq, prefix} = step;
  const tokens = phase === "prefill" ? batch * seq : batch;
  const length = phase === "prefill" ? seq + prefix : seq - 1;
  const [streams, groups, indexed] = [streamsOf(shape), groupsOf(shape), compressRatio === 4];

  const projections =
    2 * tokens * (hidden * queryRank + queryRank * heads * headDim + hidden * headDim + groups * outputRank * hidden);
  const compressor =
    compressRatio === 0
      ? 0
      : 4 * tokens * hidden * streams * headDim +
        2 * tokens * streams * headDim +
        (indexed ? 8 * tokens * hidden * indexHeadDim + 4 * tokens * indexHeadDim : 0);
  const absorbed = 2 * tokens * heads * headDim * outputRank + (indexed ? 2 * tokens * hidden * indexHeads : 0);
  const entries = indexed ? Math.floor(length / 4) : 0;
  const indexer = indexed ? 2 * tokens * indexHeads * indexHeadDim * (queryRank + entries) : 0;
  const limit = indexed ? indexTopK : compressRatio === 0 ? 0 : Math.floor(length / compressRatio);
  const pairs =
    phase === "prefill"
      ? cappedPairs(step, windowTokens) + batch * compressedPairs(prefix, seq, compressRatio, limit)
      : batch * Math.min(length, windowTokens) +
        batch * (compressRatio === 0 ? 0 : Math.min(Math.floor(length / compressRatio), limit));

  const computeMs =
    timeMs(system, projections + compressor, types.gemm.computeRate) +
    timeMs(system, absorbed, bf16Rate) +
    timeMs(system, indexer, fp8Rate) +
    timeMs(system, 4 * heads * headDim * pairs, types.fmha.computeRate);
  const weights = dsv4Weights(shape);
  const bytes =
    weights.gemm * types.gemm.bytesPerWeight +
    weights.bf16 * bf16Bytes +
    tokens * (hidden + queryRank + heads * headDim + headDim + groups * outputRank) * types.gemm.bytesPerWeight +
    pairs * headDim * kvCacheQuants[types.kvCache].bytesPerWeight +
    (indexed ? batch * entries * indexHeadDim * 0.5 : 0) +
    tokens * heads * ropeHeadDim * types.fmha.bytesPerWeight;
  return boundMs(system, computeMs, bytes);
}

/** Σ min(⌊i / ratio⌋, limit) over the tokens i = prefix + 1 … prefix + seq of one prompt. */
export function compressedPairs(prefix: number, seq: number, ratio: number, limit: number): number {
  if (ratio === 0 || limit === 0) return 0;
  const last = prefix + seq;
  const free = Math.min(last, limit * ratio - 1);
  const below = Math.max(0, floorSum(free, ratio) - floorSum(prefix, ratio));
  const capped = Math.max(0, last - Math.max(prefix, limit * ratio - 1));
  return below + capped * limit;
}

/** Σ ⌊i / ratio⌋ over i = 0 … n. */
function floorSum(n: number, ratio: number): number {
  const whole = Math.floor(n / ratio);
  return (ratio * whole * (whole - 1)) / 2 + whole * (n - whole * ratio + 1);
}

/** The residual streams that a layer mixes: before its two blocks (`pre`) or after them (`post`). */
export interface MhcShape {
  side: "pre" | "post";
  hidden: number;
  streams: number;
  sinkhornIterations: number;
}

/** Blocks of a layer, attention and FFN, that are each mixed. */
const mixedSites = 2;

export function mhcRoofline(system: SystemSpec, tokens: number, shape: MhcShape): number {
  const {side, hidden, streams, sinkhornIterations} = shape;
  const wide = streams * hidden;
  const mixes = (2 + streams) * streams;
  const flops =
    side === "pre"
      ? 2 * tokens * wide * mixes +
        3 * tokens * wide +
        tokens * (streams * streams + 2 * streams) * sinkhornIterations +
        2 * tokens * streams * hidden
      : 2 * tokens * streams * streams * hidden + 2 * tokens * streams * hidden;
  const bytes =
    mixedSites * (mixes * wide + mixes + 3) * bf16Bytes +
    mixedSites * tokens * wide * bf16Bytes * 2 +
    (side === "pre" ? mixedSites * tokens * (2 * streams + streams * streams) * 4 : 0);
  return boundMs(system, timeMs(system, mixedSites * flops, bf16Rate), bytes);
}
