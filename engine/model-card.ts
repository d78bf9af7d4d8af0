/** What is inside a model, as tables that a person can check by hand: operators with shapes and weights, and KV cache. */
import {kvCacheBytes} from "./memory.js";
import {latentSize} from "./models/deepseek.js";
import {nasHeadDim, nasKvHeads} from "./models/nemotron-nas.js";
import {modelOps} from "./models/ops.js";
import {inferQuant} from "./models/quant.js";
import type {QuantContext} from "./models/quant.js";
import {modelSummary} from "./models/summary.js";
import type {ModelSummary} from "./models/summary.js";
import type {ModelConfig} from "./models/types.js";
import {localKvHeads} from "./models/worker.js";
import type {Phase, WorkerSpec} from "./models/worker.js";
import {sumWeights, weightBytes} from "./ops/kernel.js";
import type {Op} from "./ops/op.js";
import {gemmQuants, kvCacheQuants, moeQuants} from "./quant.js";
import type {Quant} from "./quant.js";
import type {Parallel} from "./result.js";
import type {Backend} from "./schema.js";
import {checkParallel} from "./session/worker.js";

/** One operator of one iteration, sizes of one GPU. */
export interface OpRow {
  name: string;
  kind: string;
  /** Repetitions in one iteration: layers, mostly. */
  count: number;
  shape: string;
  dtype: string;
  /** Of all repetitions together, on one GPU. */
  weightBytes: number;
  /** Blocks that this is a part of, outermost first; empty for most. */
  within: string[];
}

export interface KvCard {
  /** Bytes that each further token of a long sequence adds on one GPU. */
  bytesPerToken: number;
  /** What a sequence takes besides: windows and states of a fixed size. */
  bytesPerSequence: number;
  /** How bytesPerToken is made up. */
  formula: string;
  /** What the layers really keep, where by default all are counted at full length, windows and linear attention too. */
  kept?: {bytesPerToken: number; bytesPerSequence: number};
}

export interface ModelCard extends ModelSummary {
  model: ModelConfig;
  quant: Quant;
  backend: Backend;
  parallel: Parallel;
  ops: Record<Phase, OpRow[]>;
  /** Weights of one GPU as the memory model counts them: of the prefill list, over pipeline stages. */
  gpuWeightBytes: number;
  /** Weights of the whole model in these types, from the parameters. */
  modelWeightBytes: number;
  kv: KvCard;
}

export interface CardQuestion {
  backend: Backend;
  parallel: Parallel;
  quant?: Partial<Quant>;
  system?: QuantContext["system"];
}

/** Throws InputError for sizes that the model or the backend cannot have. */
export function modelCard(model: ModelConfig, {backend, parallel, quant: overrides, system}: CardQuestion): ModelCard {
  const quant = inferQuant(model, {role: "static", backend, system}, overrides);
  checkParallel(model, {backend}, parallel, quant);
  const worker: WorkerSpec = {model, parallel, quant, backend, mtpScale: 1};
  const {prefill, decode} = modelOps(worker);
  return {
    model,
    ...modelSummary(model),
    quant,
    backend,
    parallel,
    ops: {prefill: opRows(prefill), decode: opRows(decode)},
    gpuWeightBytes: sumWeights(prefill) / parallel.pp,
    modelWeightBytes: modelWeightBytes(model, quant),
    kv: kvCard(worker)
  };
}

/** Parts that checkpoints keep in 16 bits whatever they quantise. */
const kept = ["embedding", "embedding and LM head", "LM head", "vision tower", "router", "per-layer embedding"];

function modelWeightBytes({parameters}: ModelConfig, quant: Quant): number {
  return parameters.reduce((bytes, {name, parameters: elements}) => {
    const {bytesPerWeight} = kept.includes(name)
      ? gemmQuants.bfloat16
      : name === "routed experts"
        ? moeQuants[quant.moe]
        : gemmQuants[quant.gemm];
    return bytes + elements * bytesPerWeight;
  }, 0);
}

/** Blocks are followed by what they are made of, which holds their weights: rows add up to the weights of the list. */
function opRows(ops: readonly Op[], within: string[] = []): OpRow[] {
  return ops.flatMap((op) => {
    if (op.count === 0) return [];
    const isBlock = op.kind === "fallback" || op.kind === "overlap";
    const row = {...labels(op), name: op.name, count: op.count, weightBytes: isBlock ? 0 : weightBytes(op), within};
    switch (op.kind) {
      case "fallback":
        return [
          row,
          ...opRows(op.primary, [...within, `${op.name}, as one`]),
          ...opRows(op.fallback, [...within, `${op.name}, else`]).map((part) =>
            sumWeights(op.primary) > 0 ? {...part, weightBytes: 0} : part
          )
        ];
      case "overlap":
        return [row, ...opRows(op.left, [...within, op.name]), ...opRows(op.right, [...within, op.name])];
      default:
        return [row];
    }
  });
}

function labels(op: Op): Pick<OpRow, "kind" | "shape" | "dtype"> {
  return {kind: op.kind.replaceAll("_", " "), shape: opShape(op), dtype: opTypes(op)};
}

/** Sizes of an operator as a product or a list, m for the tokens of the step. */
export function opShape(op: Op): string {
  switch (op.kind) {
    case "gemm":
      return `[${op.perSequence ? "b" : "m"}, ${op.k}] × [${op.k}, ${op.n}]`;
    case "embedding":
      return `rows of [${op.rows}, ${op.cols}]`;
    case "elementwise":
      return `[m, ${op.dimIn}] → [m, ${op.dimOut}]`;
    case "prefill_attention":
    case "decode_attention":
      return `${op.heads} heads, ${op.kvHeads} KV heads × ${op.headDim}${op.window ? `, window ${op.window}` : ""}`;
    case "moe":
      return (
        `${op.experts} experts of [${op.hidden}, ${op.inter}] × ${op.gated ? 3 : 2}, top ${op.topK}` +
        (op.moeTp * op.moeEp > 1 ? `, over TP${op.moeTp} EP${op.moeEp}` : "")
      );
    case "allreduce":
      return `[m, ${op.hidden}] over ${op.tp}`;
    case "p2p":
      return `[m, ${op.hidden}] over ${op.pp} stages`;
    case "fallback":
      return "one measured block where there is one, else its parts";
    case "overlap":
      return "two streams at once: the slower counts";
    default:
      return sizes(op);
  }
}

const notSizes = ["name", "kind", "count", "dp", "phase", "side"];

/** Whatever numbers an operator has, by their names. */
function sizes(fields: object): string {
  const words = Object.entries(fields).flatMap(([name, value]) => {
    if (notSizes.includes(name)) return [];
    if (typeof value === "number") return [`${spaced(name)} ${value}`];
    return typeof value === "object" && value !== null ? [sizes(value)] : [];
  });
  return words.filter(Boolean).join(", ");
}

const spaced = (name: string) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** `fp8_block`, or for attention what it computes in and what the KV cache holds. */
function opTypes(op: Op): string {
  if (op.kind === "fallback" || op.kind === "overlap") return "";
  const {quant, fmha, gemm, kvCache} = op as {quant?: string; fmha?: string; gemm?: string; kvCache?: string};
  const types = [quant, gemm, fmha, kvCache && `KV ${kvCache}`].filter(Boolean);
  return types.length > 0 ? types.join(", ") : "bfloat16";
}

/** Long enough that every window is full. */
const longTokens = 1 << 22;

function kvCard(worker: WorkerSpec): KvCard {
  const counted = kvGrowth(worker);
  const kept = kvGrowth({...worker, exactKvCache: true});
  const differs = kept.bytesPerToken !== counted.bytesPerToken || kept.bytesPerSequence !== counted.bytesPerSequence;
  return {...counted, formula: kvFormula(worker), ...(differs && {kept})};
}

function kvGrowth(worker: WorkerSpec) {
  const [once, twice] = [kvCacheBytes(worker, longTokens), kvCacheBytes(worker, 2 * longTokens)];
  const bytesPerToken = (twice - once) / longTokens;
  return {bytesPerToken, bytesPerSequence: once - bytesPerToken * longTokens};
}

/** How a token's KV cache is made up, per GPU. Source: method.md §8. */
function kvFormula(worker: WorkerSpec): string {
  const {model, quant, parallel} = worker;
  const {layers, headDim, kvHeads, blocks, layerGroups, dsa, dsv4} = model;
  const bytes = `${kvCacheQuants[quant.kvCache].bytesPerWeight} B`;
  const heads = (all: number) => (parallel.tp > 1 ? `⌈${all} / ${parallel.tp}⌉` : String(all));
  switch (model.family) {
    case "DEEPSEEK":
    case "KIMIK25":
      return `${layers} layers × ${latentSize(worker)} latent × ${bytes}, on every GPU`;
    case "KIMILINEAR":
      return `${layers - (model.gdn?.layers ?? 0)} layers × ${latentSize(worker)} latent × ${bytes}, on every GPU; states apart`;
    case "DEEPSEEKV32": {
      const {kvRank, ropeHeadDim, indexHeadDim} = dsa!;
      const scales = Math.ceil(indexHeadDim / 128);
      return `${layers} layers × (${kvRank} × ${bytes} + ${ropeHeadDim} × 2 B + ${indexHeadDim} + ${scales} × 4 B), on every GPU`;
    }
    case "DEEPSEEKV4": {
      const count = (ratio: number) => dsv4!.compressRatios.filter((each) => each === ratio).length;
      const indexed = `${count(4)} layers × (${headDim} × ${bytes} + ${dsv4!.indexHeadDim} × 0.5 B) / 4`;
      return `${indexed} + ${count(128)} layers × ${headDim} × ${bytes} / 128, on every GPU; windows apart`;
    }
    case "NEMOTRONNAS": {
      const kept = (blocks ?? []).filter(({headsPerKvHead}) => headsPerKvHead !== null);
      const sum = kept.reduce((total, block) => total + block.count * nasKvHeads(worker, block), 0);
      return `${sum} KV heads of all blocks × 2 × ${nasHeadDim} × ${bytes}`;
    }
    case "GEMMA4MIX":
      return (
        (layerGroups ?? [])
          .filter(({windowTokens}) => windowTokens === 0)
          .map(
            (group) =>
              `${group.count} layers × ${heads(group.kvHeads)} KV heads × ${group.headDim + group.valueHeadDim} × ${bytes}`
          )
          .join(" + ") + "; windows apart"
      );
    default:
      return `${layers} layers × 2 × ${heads(kvHeads)} KV head${localKvHeads(worker) === 1 ? "" : "s"} × ${headDim} × ${bytes}`;
  }
}
