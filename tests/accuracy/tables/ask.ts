/** Asks the engine for one measured point through the operator that reads its table. */
import type {Platform} from "../../../engine/index.js";
import {
  decodeAttentionLatency,
  encoderAttentionLatency,
  prefillAttentionLatency
} from "../../../engine/ops/attention.js";
import {allReduceLatency, ncclLatency} from "../../../engine/ops/collective.js";
import {gemmLatency} from "../../../engine/ops/gemm.js";
import {mlaBmmLatency, mlaLatency} from "../../../engine/ops/mla.js";
import {moeLatency} from "../../../engine/ops/moe.js";
import type {Latency} from "../../../engine/ops/table.js";
import type {FmhaQuant, GemmQuant, KvCacheQuant, MoeQuant} from "../../../engine/quant.js";
import type {CoefficientKind} from "../../../engine/coefficients.js";
import type {TableName} from "../../../engine/schema.js";
import type {Point, Slice} from "./points.js";

/** Tables that are held out, and what kind of operator each is of. */
export const studied: Partial<Record<TableName, CoefficientKind>> = {
  gemm: "gemm",
  prefill_attention: "prefill_attention",
  decode_attention: "decode_attention",
  encoder_attention: "prefill_attention",
  prefill_mla: "prefill_mla",
  prefill_mla_module: "prefill_mla",
  decode_mla: "decode_mla",
  decode_mla_module: "decode_mla",
  mla_bmm: "mla_bmm",
  moe: "moe",
  custom_allreduce: "allreduce",
  nccl: "nccl"
};

/** Latency in ms at a point; binds its operator once for each key and heads. */
export function asker(platform: Platform, slice: Slice): (point: Point) => number {
  const bound = new Map<string, Latency>();
  return (point) => {
    const {table} = slice;
    const inKey = table === "gemm" ? 2 : hasHeads(table) ? 1 : 0;
    const name = `${point.key.join()};${point.at.slice(0, inKey).join()}`;
    let latency = bound.get(name);
    if (!latency) bound.set(name, (latency = bind(platform, slice, point)));
    const [a, b, c] = point.at;
    switch (table) {
      case "gemm":
        return latency(c, 0, 0, 0);
      case "prefill_attention":
      case "prefill_mla":
      case "prefill_mla_module":
      case "encoder_attention":
        // latency(batch, new tokens, prefix); tables are by heads, sequence, batch.
        return latency(c, b, 0, 0);
      case "decode_attention":
      case "decode_mla":
      case "decode_mla_module":
        return latency(b, c, 0, 0);
      default:
        return latency(a, 0, 0, 0);
    }
  };
}

function hasHeads(table: TableName): boolean {
  return !["gemm", "moe", "mla_bmm", "custom_allreduce", "nccl"].includes(table);
}

function bind(platform: Platform, {table, part}: Slice, {key, at}: Point): Latency {
  const numbers = key as readonly number[];
  switch (table) {
    case "gemm":
      return gemmLatency(platform, {n: at[0], k: at[1], quant: part[0] as GemmQuant});
    case "prefill_attention":
    case "decode_attention": {
      const [dim, kv] = [part[part.length - 1], part[part.length - 2]];
      const shape = {
        heads: at[0],
        kvHeads: numbers[0] || at[0],
        window: numbers[1],
        headDim: Number(dim),
        fmha: part[0] as FmhaQuant,
        kvCache: kv as KvCacheQuant,
        qkNorm: false
      };
      return table === "prefill_attention"
        ? prefillAttentionLatency(platform, shape)
        : decodeAttentionLatency(platform, shape);
    }
    case "encoder_attention":
      return encoderAttentionLatency(platform, {heads: at[0], headDim: Number(part[1]), fmha: part[0] as FmhaQuant});
    case "decode_mla":
      return mla(platform, "decode_mla", at[0], "bfloat16", part[0]);
    case "prefill_mla":
      return mla(platform, "prefill_mla", at[0], part[0], part[1]);
    case "prefill_mla_module":
    case "decode_mla_module":
      return mla(platform, table, at[0], part[0], part[1], part[2]);
    case "mla_bmm": {
      const side = key[1] === "mla_gen_pre" ? "pre" : "post";
      return mlaBmmLatency(platform, {heads: numbers[2], quant: key[0] as GemmQuant, side});
    }
    case "moe": {
      const [topK, experts, hidden, inter, moeTp, moeEp] = numbers;
      const shape = {topK, experts, hidden, inter, moeTp, moeEp, gated: true};
      return moeLatency(platform, {...shape, quant: part[0] as MoeQuant, distribution: part[1]});
    }
    case "custom_allreduce":
      return allReduceLatency(platform, numbers[0]);
    case "nccl":
      return ncclLatency(platform, key[1] as "all_gather", numbers[2], key[0] as "half");
    default:
      throw new Error(`not studied: ${table}`);
  }
}

function mla(
  platform: Platform,
  kind: "prefill_mla" | "decode_mla" | "prefill_mla_module" | "decode_mla_module",
  heads: number,
  fmha: string,
  kvCache: string,
  gemm = "bfloat16"
): Latency {
  const types = {fmha: fmha as FmhaQuant, kvCache: kvCache as KvCacheQuant, gemm: gemm as GemmQuant};
  return mlaLatency(platform, {kind, name: kind, count: 1, heads, ...types} as Parameters<typeof mlaLatency>[1]);
}
