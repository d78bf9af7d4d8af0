/** What an engine step costs on a worker, as curves over few sizes: operators are asked once per node, not per step. */
import {PerfDataError} from "../errors.js";
import {bindOps} from "../ops/kernel.js";
import type {BoundOp} from "../ops/kernel.js";
import type {Moe, Op} from "../ops/op.js";
import type {Platform} from "../ops/table.js";
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
  const balanced = spec.eplb ?? false;
  const prefill = partsOf(platform, worker.prefill, [probeTokens, 1, probeTokens, 0], balanced);
  const decode = partsOf(platform, worker.decode, [1, 1, probeTokens, 0], balanced);
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

function partsOf(
  platform: Platform,
  ops: readonly BoundOp[],
  probe: readonly [number, number, number, number],
  balanced: boolean
): Parts {
  const parts: Parts = {attention: [], experts: [], logits: [], rest: []};
  for (const bound of ops.flatMap((bound) => unpacked(platform, bound, probe)))
    parts[partOf(bound)].push(bounded(platform, bound, balanced));
  return parts;
}

function partOf({op, growsWithSeq}: BoundOp): keyof Parts {
  if (growsWithSeq) return "attention";
  if (isExperts(op)) return "experts";
  return op.kind === "gemm" && op.perSequence ? "logits" : "rest";
}

/** A block that no table of its own answers, as the operators that stand in for it: attention among them is told apart. */
function unpacked(platform: Platform, bound: BoundOp, probe: readonly [number, number, number, number]): BoundOp[] {
  const {op} = bound;
  if (op.kind !== "fallback") return [bound];
  const fills = platform.database === "hybrid" || platform.database === "calibrated";
  const strict: Platform = fills ? {...platform, database: "silicon"} : platform;
  const primary = bindOps(strict, op.primary);
  const answered = primary.every(({latency}) => !Number.isNaN(latency(...probe)));
  if (answered) return [bound];
  return bindOps(platform, op.fallback).flatMap((part) => unpacked(platform, part, probe));
}

/**
 * Experts cost no more than they would in half as many slices, where those are estimated that tables lack; nor, where
 * they are balanced over ranks, so that all of these work alike, than as slices of every expert.
 */
function bounded(platform: Platform, bound: BoundOp, balanced: boolean): BoundOp {
  const {op, latency} = bound;
  const spread = balanced && hasMoe(op, ({moeEp}) => moeEp > 1);
  if (!spread && !hasMoe(op, ({moeTp}) => moeTp % 2 === 0)) return bound;
  const other = withMoe(op, ({moeTp, moeEp}) => (spread ? {moeTp: moeTp * moeEp, moeEp: 1} : {moeTp: moeTp / 2}));
  const limit = bounded(platform, bindOps(platform, [other])[0], false).latency;
  return {
    ...bound,
    latency: (...at) => {
      const ms = latency(...at);
      if (!spread && trace.rank === rank.measured) return ms;
      const most = limit(...at);
      return most < ms ? most : ms;
    }
  };
}

function hasMoe(op: Op, is: (moe: Moe) => boolean): boolean {
  if (op.kind === "overlap") return [...op.left, ...op.right].some((part) => hasMoe(part, is));
  return op.kind === "moe" && is(op);
}

function withMoe(op: Op, sizes: (moe: Moe) => Partial<Moe>): Op {
  if (op.kind === "moe") return {...op, ...sizes(op)};
  if (op.kind !== "overlap") return op;
  const [left, right] = [op.left, op.right].map((parts) => parts.map((part) => withMoe(part, sizes)));
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
      return [...op.left, ...op.right].some(isExperts);
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
