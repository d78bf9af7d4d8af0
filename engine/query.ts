import {PerfDataError} from "./errors.js";
import {commQuants, fmhaQuants, gemmQuants, kvCacheQuants, moeQuants} from "./quant.js";
import {decodeAttentionKernel, encoderAttentionLatency, prefillAttentionLatency} from "./ops/attention.js";
import {carried, hasDonor} from "./ops/carry.js";
import {allReduceLatency, ncclLatency} from "./ops/collective.js";
import {computeScaleLatency, gemmLatency, scaleMatrixLatency} from "./ops/gemm.js";
import {bindKernel} from "./ops/kernel.js";
import {memoryLatencyMs} from "./ops/memory.js";
import {mlaBmmLatency, mlaLatency} from "./ops/mla.js";
import {moeLatency} from "./ops/moe.js";
import type {Database, Platform} from "./ops/table.js";
import {blockOps, blockQuestion, isBlockOp} from "./query-block.js";
import type {BlockOp} from "./query-block.js";
import {fieldsOf} from "./query-fields.js";
import type {Fields} from "./query-fields.js";
import type {ErrorBand, Source, Tier} from "./result.js";
import {p2pMs, p2pRoofline} from "./roofline.js";
import {grades, rank, resetTrace, trace} from "./trace.js";

/** Operators with a question of their own, by the reference's names. */
const plainOps = [
  "gemm",
  "computeScale",
  "scaleMatrix",
  "contextAttention",
  "generationAttention",
  "encoderAttention",
  "contextMla",
  "generationMla",
  "contextMlaModule",
  "generationMlaModule",
  "mlaBmm",
  "moe",
  "customAllReduce",
  "nccl",
  "memory",
  "p2p"
] as const;

type PlainOp = (typeof plainOps)[number];

/** Operators that can be asked for one by one. */
export const queryOps = [...plainOps, ...blockOps] as const;

/** Latency of one operator and how it was obtained: database mode, source, tier, and how far off such answers are. */
export interface OpAnswer {
  latencyMs: number;
  mode: Database;
  source: Source;
  tier: Tier;
  error: ErrorBand;
}

/**
 * Latency of one operator, asked for with plain fields: `op`, sizes (m, n, k; b, s, heads, kvHeads, headDim, window,
 * prefix; tokens, hidden, inter, topK, experts, moeTp, moeEp, distribution; elements; bytes) and types (quant,
 * kvCacheQuant, fmhaQuant, gemmQuant). Attention is the kernel alone, without what models fuse to it. What whole blocks
 * and wide expert parallelism take beside these is in `query-block.ts`.
 *
 * Throws InputError for a field that is missing or wrong, PerfDataError when no table answers.
 */
export function queryOp(platform: Platform, input: Record<string, unknown>): OpAnswer {
  resetTrace();
  trace.miss = "";
  const field = fieldsOf(input);
  const op = field.name("op", queryOps);
  const latencyMs = isBlockOp(op) ? askBlock(platform, op, field) : askPlain(platform, op, field);
  if (latencyMs !== latencyMs) throw new PerfDataError(trace.miss || "no perf data");
  const error = {p50: trace.errorP50, p90: trace.errorP90};
  return {latencyMs, mode: platform.database, ...grades[trace.rank], error};
}

function askBlock(platform: Platform, name: BlockOp, field: Fields): number {
  const {op, tokens, batch, seq, prefix} = blockQuestion(platform, name, field);
  return bindKernel(platform, op)(tokens, batch, seq, prefix);
}

function askPlain(platform: Platform, op: PlainOp, field: Fields): number {
  const kind = carriedKinds[op];
  const askOn = (on: Platform) => () => ask(on, op, field);
  return hasDonor(platform) && kind ? carried(platform, kind, askOn)(0, 0, 0, 0) : ask(platform, op, field);
}

/** Operators that a donor answers for as a whole, by the kind that its study knows. */
const carriedKinds: Partial<Record<PlainOp, string>> = {
  gemm: "gemm",
  computeScale: "gemm",
  scaleMatrix: "gemm",
  contextAttention: "prefill_attention",
  generationAttention: "decode_attention",
  encoderAttention: "prefill_attention",
  contextMla: "prefill_mla",
  generationMla: "decode_mla",
  contextMlaModule: "prefill_mla",
  generationMlaModule: "decode_mla",
  mlaBmm: "mla_bmm",
  moe: "moe"
};

function ask(platform: Platform, op: PlainOp, field: Fields): number {
  const {system, database} = platform;
  switch (op) {
    case "gemm": {
      const shape = {n: field.size("n"), k: field.size("k"), quant: field.type("quant", gemmQuants)};
      return gemmLatency(platform, shape)(field.size("m"), 0, 0, 0);
    }
    case "computeScale":
      return computeScaleLatency(platform, field.size("k"))(field.size("m"), 0, 0, 0);
    case "scaleMatrix":
      return scaleMatrixLatency(platform, field.size("k"))(field.size("m"), 0, 0, 0);
    case "contextAttention": {
      const latency = prefillAttentionLatency(platform, {...attention(field), qkNorm: false});
      return latency(field.size("b"), field.size("s"), field.size("prefix", 0), 0);
    }
    case "generationAttention": {
      const shape = {kind: "decode_attention" as const, name: op, count: 1, ...attention(field)};
      return decodeAttentionKernel(platform, shape)(0, field.size("b"), field.size("s"), 0);
    }
    case "encoderAttention": {
      const [heads, headDim] = [field.size("heads"), field.size("headDim")];
      const fmha = field.type("fmhaQuant", fmhaQuants);
      return encoderAttentionLatency(platform, {heads, headDim, fmha})(field.size("b"), field.size("s"), 0, 0);
    }
    case "contextMla":
    case "contextMlaModule":
    case "generationMla":
    case "generationMlaModule": {
      const decode = op.startsWith("generation");
      const module = op.endsWith("Module");
      const types = {
        name: op,
        count: 1,
        heads: field.size("heads"),
        kvCache: field.type("kvCacheQuant", kvCacheQuants),
        fmha: field.type("fmhaQuant", fmhaQuants, "bfloat16")
      };
      const latency = module
        ? mlaLatency(platform, {
            kind: decode ? "decode_mla_module" : "prefill_mla_module",
            ...types,
            gemm: field.type("gemmQuant", gemmQuants)
          })
        : mlaLatency(platform, {kind: decode ? "decode_mla" : "prefill_mla", ...types});
      return latency(field.size("b"), field.size("s"), field.size("prefix", 0), 0);
    }
    case "mlaBmm": {
      const side = field.flag("pre") ? "pre" : "post";
      const shape = {heads: field.size("heads"), quant: field.type("quant", gemmQuants), side} as const;
      return mlaBmmLatency(platform, shape)(field.size("tokens"), 0, 0, 0);
    }
    case "moe": {
      const shape = {
        hidden: field.size("hidden"),
        inter: field.size("inter"),
        topK: field.size("topK"),
        experts: field.size("experts"),
        moeTp: field.size("moeTp", 1),
        moeEp: field.size("moeEp", 1),
        quant: field.type("quant", moeQuants),
        distribution: field.text("distribution"),
        gated: true
      };
      return moeLatency(platform, shape)(field.size("tokens"), 0, 0, 0);
    }
    case "customAllReduce":
      return allReduceLatency(platform, field.size("tp"))(field.size("elements"), 0, 0, 0);
    case "nccl": {
      const operation = field.name("operation", ["all_gather", "alltoall", "reduce_scatter", "all_reduce"] as const);
      const latency = ncclLatency(platform, operation, field.size("gpus"), field.type("quant", commQuants));
      return latency(field.size("elements"), 0, 0, 0);
    }
    case "memory":
      trace.rank = rank.empirical;
      return memoryLatencyMs(platform, field.size("bytes"));
    case "p2p":
      trace.rank = rank.empirical;
      return database === "sol" ? p2pRoofline(system, field.size("bytes")) : p2pMs(system, field.size("bytes"));
  }
}

function attention(field: Fields) {
  const heads = field.size("heads");
  return {
    heads,
    kvHeads: field.size("kvHeads"),
    headDim: field.size("headDim"),
    window: field.size("window", 0),
    fmha: field.type("fmhaQuant", fmhaQuants, "bfloat16"),
    kvCache: field.type("kvCacheQuant", kvCacheQuants)
  };
}
