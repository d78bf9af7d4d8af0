import {InputError, PerfDataError, unknownName} from "./errors.js";
import {commQuants, fmhaQuants, gemmQuants, kvCacheQuants, moeQuants} from "./quant.js";
import {decodeAttentionKernel, encoderAttentionLatency, prefillAttentionLatency} from "./ops/attention.js";
import {carried, hasDonor} from "./ops/carry.js";
import {allReduceLatency, ncclLatency} from "./ops/collective.js";
import {computeScaleLatency, gemmLatency, scaleMatrixLatency} from "./ops/gemm.js";
import {memoryLatencyMs} from "./ops/memory.js";
import {mlaBmmLatency, mlaLatency} from "./ops/mla.js";
import {moeLatency} from "./ops/moe.js";
import type {Database, Platform} from "./ops/table.js";
import type {ErrorBand, Source, Tier} from "./result.js";
import {p2pMs, p2pRoofline} from "./roofline.js";
import {grades, rank, resetTrace, trace} from "./trace.js";

/** Operators that can be asked for one by one, by the reference's names. */
export const queryOps = [
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
 * kvCacheQuant, fmhaQuant, gemmQuant). Attention is the kernel alone, without what models fuse to it.
 *
 * Throws InputError for a field that is missing or wrong, PerfDataError when no table answers.
 */
export function queryOp(platform: Platform, input: Record<string, unknown>): OpAnswer {
  resetTrace();
  trace.miss = "";
  const field = fieldsOf(input);
  const kind = field.name("op", queryOps);
  const askOn = (on: Platform) => () => ask(on, field);
  const latencyMs =
    hasDonor(platform) && carriedKinds[kind]
      ? carried(platform, carriedKinds[kind], askOn)(0, 0, 0, 0)
      : ask(platform, field);
  if (latencyMs !== latencyMs) throw new PerfDataError(trace.miss || "no perf data");
  const error = {p50: trace.errorP50, p90: trace.errorP90};
  return {latencyMs, mode: platform.database, ...grades[trace.rank], error};
}

/** Operators that a donor answers for as a whole, by the kind that its study knows. */
const carriedKinds: Partial<Record<(typeof queryOps)[number], string>> = {
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

function ask(platform: Platform, field: Fields): number {
  const op = field.name("op", queryOps);
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

type Fields = ReturnType<typeof fieldsOf>;

function fieldsOf(input: Record<string, unknown>) {
  const text = (name: string): string => {
    const value = input[name];
    if (typeof value !== "string") throw new InputError(`invalid ${name}: ${JSON.stringify(value)}; must be text`);
    return value;
  };
  const named = <T extends string>(name: string, names: readonly T[]): T => {
    const value = text(name);
    if (!names.includes(value as T)) throw new InputError(unknownName(name, value, names));
    return value as T;
  };
  return {
    text,
    name: named,
    size(name: string, otherwise?: number): number {
      const value = input[name] ?? otherwise;
      if (typeof value !== "number" || !(value >= 0) || value === Infinity)
        throw new InputError(`invalid ${name}: ${JSON.stringify(value)}; must be a number ≥ 0`);
      return value;
    },
    flag(name: string): boolean {
      return input[name] === true;
    },
    type<T extends string>(name: string, modes: Record<T, unknown>, otherwise?: T): T {
      if (input[name] === undefined && otherwise !== undefined) return otherwise;
      return named(name, Object.keys(modes) as T[]);
    }
  };
}
