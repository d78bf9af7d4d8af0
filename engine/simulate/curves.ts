/** What an engine step costs on a worker, as curves over few sizes: operators are asked once per node, not per step. */
import {PerfDataError} from "../errors.js";
import {bindOps} from "../ops/kernel.js";
import type {BoundOp} from "../ops/kernel.js";
import type {Moe, MoeDispatch, Op} from "../ops/op.js";
import type {Platform} from "../ops/table.js";
import type {SystemSpec} from "../system.js";
import {mergeSource, newTally, provenanceOf, tallyOp} from "../session/worker.js";
import type {Tally, Worker} from "../session/worker.js";
import {rank, trace} from "../trace.js";
import type {Curve, StepCurves, Surface} from "./types.js";

/** Tokens of a step: every size of kernels that tables hold and that matters, denser where steps are. */
const tokenNodes = [
  1, 2, 4, 8, 16, 32, 48, 64, 96, 128, 160, 192, 256, 320, 384, 512, 640, 768, 1024, 1280, 1536, 2048, 2560, 3072, 4096,
  5120, 6144, 8192, 10240, 12288, 16384, 20480, 24576, 32768, 65536
];
/**
 * Sequences that decode: sizes that engines capture CUDA graphs for. They pad other batches up to the next one, so that
 * kernels which are slow at odd sizes do not run at them.
 */
const sequenceNodes = [
  1, 2, 4, 8, 16, 24, 32, 40, 48, 64, 80, 96, 128, 160, 192, 224, 256, 320, 384, 448, 512, 768, 1024, 1536, 2048, 4096
];
const decodeRows = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];
const decodeColumns = [
  64, 128, 256, 512, 1024, 1536, 2048, 3072, 4096, 6144, 8192, 12288, 16384, 24576, 32768, 65536, 131072
];
const prefillRows = [1, 2, 4, 8, 16, 32];
const prefillColumns = [
  16, 64, 128, 256, 512, 768, 1024, 1536, 2048, 3072, 4096, 6144, 8192, 12288, 16384, 24576, 32768, 65536, 131072
];
/** Longest sequence at which blocks are asked whether their own tables answer. */
const probeTokens = 1024;

/**
 * Step curves of a bound worker. Images are not part of them. Throws PerfDataError when tables lack an operator.
 */
export function stepCurves(worker: Worker): StepCurves {
  const {spec, nextn, platform} = worker;
  const rowsPerSequence = nextn + 1;
  // Decode operators are scaled to one token that a user gets; a step gives several.
  const {layers} = spec.model;
  const tokensPerStep = nextn === 0 ? 1 : (nextn + layers) / layers / spec.mtpScale;
  const railed = {...platform, system: withRails(platform.system)};
  const partsOfPhase = (phase: Phase, probe: Probe) => {
    const unbounded = worker[phase].flatMap((bound) => unpacked(platform, bound, probe));
    const balanced = spec.eplb ? {phase, topK: spec.model.topK} : undefined;
    return partsOf(
      unbounded.map((bound) => {
        const ways = waysBetweenNodes(bound.op, platform.system);
        if (ways === 0) return bounded(platform, bound, balanced);
        const {latency, ...joined} = bounded(railed, bindOps(railed, [bound.op])[0], balanced);
        return {...joined, latency: (...at) => latency(...at) + ways * platform.system.p2pLatencyMs};
      })
    );
  };
  const prefill = partsOfPhase("prefill", [probeTokens, 1, probeTokens, 0]);
  const decode = partsOfPhase("decode", [1, 1, probeTokens, 0]);
  const tally = newTally();
  const prefillOf = (ops: BoundOp[]) => even(curve(tokenNodes, (tokens) => sum(tally, ops, tokens, 1, tokens)));
  const decodeOf = (ops: BoundOp[]) =>
    curve(sequenceNodes, (n) => tokensPerStep * sum(tally, ops, n * rowsPerSequence, n * rowsPerSequence, 1));
  const curves: StepCurves = {
    prefillRest: prefillOf(prefill.rest),
    prefillExperts: prefillOf(prefill.experts),
    // Some models' prefill operators lack the output projection; its step runs it all the same. Drafts do not: unscaled.
    logits: curve(sequenceNodes, (n) => sum(tally, decode.logits, n, n, 1) / spec.mtpScale),
    decodeRest: decodeOf([...decode.rest, ...decode.logits]),
    decodeExperts: decodeOf(decode.experts),
    decodeAttention: surface(decodeRows, decodeColumns, (n, tokens) => {
      const rows = n * rowsPerSequence;
      return tokensPerStep * sum(tally, decode.attention, rows, rows, tokens);
    }),
    prefillAttention: surface(prefillRows, prefillColumns, (prompts, tokens) =>
      sum(tally, prefill.attention, prompts * tokens, prompts, tokens)
    ),
    chunkRule: prefill.attention.some(({op}) => isBlock(op)) ? "difference" : "square-share",
    rowsPerSequence,
    tokensPerStep,
    layers,
    provenance: {source: "measured", tier: "own"}
  };
  return {...curves, provenance: provenanceOf(tally)};
}

interface Parts {
  attention: BoundOp[];
  experts: BoundOp[];
  logits: BoundOp[];
  rest: BoundOp[];
}

type Phase = "prefill" | "decode";

/** Tokens, sequences, their length and what of it is cached, at which a block is asked whether its table answers. */
type Probe = readonly [number, number, number, number];

function partsOf(ops: readonly BoundOp[]): Parts {
  const parts: Parts = {attention: [], experts: [], logits: [], rest: []};
  for (const bound of ops) parts[partOf(bound)].push(bound);
  return parts;
}

function partOf({op, growsWithSeq}: BoundOp): keyof Parts {
  if (growsWithSeq) return "attention";
  if (isExperts(op)) return "experts";
  return op.kind === "gemm" && op.perSequence ? "logits" : "rest";
}

/**
 * Collectives over nodes run as many rings as a node has GPUs, each of which sends by its own adapter: together they are as
 * fast as these, not as one. What one GPU sends another, or each to all, has but its own.
 */
function withRails(system: SystemSpec): SystemSpec {
  const {gpusPerNode, intraNodeBytesPerSec, interNodeBytesPerSec} = system;
  return {...system, interNodeBytesPerSec: Math.min(intraNodeBytesPerSec, gpusPerNode * interNodeBytesPerSec)};
}

/** How many times collectives of an operator go from node to node, in turn: there in one, and back in an all-reduce. */
function waysBetweenNodes(op: Op, {gpusPerNode, intraNodeBytesPerSec, interNodeBytesPerSec}: SystemSpec): number {
  if (interNodeBytesPerSec >= intraNodeBytesPerSec) return 0;
  const over = (gpus: number, each: number) => each * Math.ceil(Math.log2(Math.max(1, gpus / gpusPerNode)));
  return partsIn(op).reduce((sum, part) => {
    if (part.kind === "allreduce") return sum + part.count * over(part.tp, 2);
    if (part.kind === "nccl") return sum + part.count * over(part.gpus, 1);
    if (part.kind !== "moe_dispatch") return sum;
    return sum + part.count * over(part.moeTp * part.moeEp, part.dp > 1 ? 1 : 2);
  }, 0);
}

/** A block that no table of its own answers, as the operators that stand in for it: attention among them is told apart. */
function unpacked(platform: Platform, bound: BoundOp, probe: Probe): BoundOp[] {
  const {op} = bound;
  if (op.kind !== "fallback") return [bound];
  const fills = platform.database === "hybrid" || platform.database === "calibrated";
  const strict: Platform = fills ? {...platform, database: "silicon"} : platform;
  const primary = bindOps(strict, op.primary);
  const answered = primary.every(({latency}) => !Number.isNaN(latency(...probe)));
  if (answered) return [bound];
  return bindOps(platform, op.fallback).flatMap((part) => unpacked(platform, part, probe));
}

/** A phase in which experts are balanced over ranks, and to how many of them a token goes. */
interface Balanced {
  phase: Phase;
  topK: number;
}

/**
 * Experts cost no more than they would in half as many slices, where those are estimated that tables lack. Where they are
 * balanced over ranks, so that all of these work alike, no more than as slices of every expert, nor than with DeepEP,
 * which sglang balances experts with.
 */
function bounded(platform: Platform, bound: BoundOp, balanced?: Balanced): BoundOp {
  const {op, latency} = bound;
  const limitOf = (other: Op, on = platform) => bounded(on, bindOps(on, [other])[0]).latency;
  if (balanced && partsIn(op).some(isSpread)) {
    const limits = balancedOps(op, balanced).map((other) => limitOf(other));
    const deepEp = withDeepEp(platform, op, balanced);
    // Ranks that were not measured go by those that were.
    if (deepEp) limits.push(limitOf(deepEp, {...platform, database: "hybrid"}));
    return {...bound, latency: (...at) => limits.reduce((least, limit) => lesser(limit(...at), least), latency(...at))};
  }
  if (!partsIn(op).some((part) => part.kind === "moe" && part.moeTp % 2 === 0)) return bound;
  const limit = limitOf(withParts(op, (part) => (part.kind === "moe" ? {...part, moeTp: part.moeTp / 2} : part)));
  return {
    ...bound,
    latency: (...at) => {
      const ms = latency(...at);
      return trace.rank === rank.measured ? ms : lesser(limit(...at), ms);
    }
  };
}

/** The first where it is less: not where no table answers. */
function lesser(ms: number, most: number): number {
  return ms < most ? ms : most;
}

/** Experts on many ranks, or what sends tokens between ranks of attention DP to them. */
function isSpread(op: Op): boolean {
  return (op.kind === "moe" && op.moeEp > 1) || (op.kind === "moe_dispatch" && op.moeEp > 1 && op.dp > 1);
}

/** What experts that are balanced over ranks may be run and fed as, but for DeepEP's own. */
function balancedOps(op: Op, {topK}: Balanced): Op[] {
  return [
    withExperts(op, topK, (moe) => moe),
    withExperts(op, topK, (moe) => ({...moe, moeTp: moe.moeTp * moe.moeEp, moeEp: 1}))
  ];
}

/** The same with DeepEP's experts, where these were measured in its type. */
function withDeepEp({perf}: Platform, op: Op, {phase, topK}: Balanced): Op | undefined {
  const table = `wideep_${phase}_moe` as const;
  const isMeasured = ({quant}: Moe) => perf.entriesOf(table).some(({part}) => part[0] === quant);
  if (!partsIn(op).every((part) => part.kind !== "moe" || isMeasured(part))) return undefined;
  const uniform = {phase, distribution: "uniform", tokensShare: 1};
  return withExperts(op, topK, (moe) => ({...moe, ...uniform, kind: "deepep_moe", slots: moe.experts}));
}

/** Other experts, to which tokens are sent as DeepEP does. */
function withExperts(op: Op, topK: number, by: (moe: Moe) => Op): Op {
  return withParts(op, (part) => {
    if (part.kind === "moe") return by(part);
    return part.kind === "moe_dispatch" && part.dp > 1 ? toRanksOfExperts(part, topK) : part;
  });
}

/**
 * DeepEP sends a token to those ranks alone that have its experts, which are as many as `topK` draws hit, in fp8, and back
 * in bf16; without it all ranks get and give all tokens in bf16.
 */
function toRanksOfExperts(dispatch: MoeDispatch, topK: number): MoeDispatch {
  const {moeEp, side, hidden} = dispatch;
  const share = 1 - (1 - 1 / moeEp) ** topK;
  return {...dispatch, hidden: hidden * share * (side === "pre" ? 0.5 : 1)};
}

/** What an operator is made of, itself if of nothing else. */
function partsIn(op: Op): Op[] {
  return op.kind === "overlap" ? [...op.left, ...op.right].flatMap(partsIn) : [op];
}

function withParts(op: Op, change: (part: Op) => Op): Op {
  if (op.kind !== "overlap") return change(op);
  const [left, right] = [op.left, op.right].map((parts) => parts.map((part) => withParts(part, change)));
  return {...op, left, right};
}

function isExperts(op: Op): boolean {
  switch (op.kind) {
    case "moe":
    case "moe_dispatch":
    case "megamoe":
    case "wideep_moe":
    case "deepep_moe":
    case "deepep":
    case "alltoall":
      return true;
    case "overlap":
      return partsIn(op).some(isExperts);
    default:
      return false;
  }
}

/** Whether an operator is attention with projections or an indexer, whose time does not grow with the square alone. */
function isBlock(op: Op): boolean {
  switch (op.kind) {
    case "prefill_mla_module":
    case "dsa_prefill_module":
    case "dsv4_prefill_module":
    case "msa_prefill_module":
    case "wideep_prefill_mla":
      return true;
    case "fallback":
      return [...op.primary, ...op.fallback].some(isBlock);
    default:
      return false;
  }
}

/** Steps up to these sizes are what most loads have: how well their operators are measured is what the curves tell. */
const usual = {tokens: 8192, batch: 256, seq: 8192};

/** Throws what the tables could not answer. */
function sum(tally: Tally, ops: readonly BoundOp[], tokens: number, batch: number, seq: number): number {
  const node = newTally();
  for (const bound of ops) tallyOp(node, bound, tokens, batch, seq, 0);
  const {ms} = node;
  if (tokens <= usual.tokens && batch <= usual.batch && seq <= usual.seq) mergeSource(tally, node);
  if (ms !== ms) throw new PerfDataError(trace.miss || "no perf data");
  return ms;
}

function curve(nodes: readonly number[], msAt: (x: number) => number): Curve {
  const at = Float64Array.from(nodes);
  return {at, ms: at.map((x) => msAt(x))};
}

/** Kernels that many tokens fill take as long for each of more: where tables say half as long again, they are wrong. */
export function even(curve: Curve): Curve {
  const {at, ms} = curve;
  for (let i = at.indexOf(usual.tokens) + 1; i < at.length; ++i) {
    const alike = (ms[i - 1] * at[i]) / at[i - 1];
    if (ms[i] > 1.5 * alike) ms[i] = alike;
  }
  return curve;
}

function surface(
  rowNodes: readonly number[],
  columnNodes: readonly number[],
  msAt: (row: number, column: number) => number
): Surface {
  const [rows, columns] = [Float64Array.from(rowNodes), Float64Array.from(columnNodes)];
  const ms = Float64Array.from({length: rows.length * columns.length}, (_, i) =>
    msAt(rows[Math.floor(i / columns.length)], columns[i % columns.length])
  );
  return {rows, columns, ms};
}
