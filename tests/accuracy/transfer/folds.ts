/** What is held out, and how what is left is asked for it. */
import type {CoefficientKind} from "../../../engine/coefficients.js";
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
import {fmhaQuants, gemmQuants, kvCacheQuants, moeQuants} from "../../../engine/quant.js";
import type {QuantMode} from "../../../engine/quant.js";
import type {TableName} from "../../../engine/schema.js";
import {sameMode} from "../../../engine/transfer.js";
import type {TransferPolicy} from "../../../engine/transfer.js";
import type {Point} from "./tables.js";

type Where = Omit<Point, "at" | "ms" | "row">;

/** One way to lose measurements: points with one `group` are lost together, with all that `lost` says besides. */
export interface Fold {
  table: TableName;
  kind: CoefficientKind;
  what: string;
  /** Undefined: this point is not part of the study. */
  group: (point: Where) => string | undefined;
  /** Whether a row goes when `group` does; the group's own rows unless given. */
  lost?: (row: Where, of: Where) => boolean;
  /** Loses one row in so many instead, and predicts those. */
  every?: number;
  /** What the method's own ladder may climb; the engine's unless given. */
  methodTransfer?: TransferPolicy;
  /** Other tables that may answer. */
  besides?: TableName[];
}

const typeOf = (columns: number) => (point: Where) => point.part.slice(0, columns).join("/");
const sameProfile = (modes: Record<string, QuantMode>) => (row: Where, of: Where) =>
  [row.part[0], of.part[0]].every((name) => name in modes) && sameMode(modes[row.part[0]], modes[of.part[0]]);

function attention(table: "prefill_attention" | "decode_attention", columns: number): Fold[] {
  const dim = (point: Where) => point.part[columns];
  return [
    {table, kind: table, what: "one point in five", group: () => "", every: 5},
    {table, kind: table, what: "head size", group: (p) => (dim(p) === "128" ? undefined : dim(p))},
    {table, kind: table, what: "window", group: (p) => (p.key[1] === 0 ? undefined : String(p.key[1]))},
    {table, kind: table, what: "KV heads", group: (p) => String(p.key[0])},
    {table, kind: table, what: "type", group: typeOf(columns)}
  ];
}

const shape = ({key}: Where) => key.slice(0, 4).join("/");
const sharding = ({key}: Where) => key.slice(4, 6).join("/");

export const folds: Fold[] = [
  {table: "gemm", kind: "gemm", what: "one point in five", group: () => "", every: 5},
  {table: "gemm", kind: "gemm", what: "type", group: typeOf(1)},
  {table: "gemm", kind: "gemm", what: "type and its twins", group: typeOf(1), lost: sameProfile(gemmQuants)},
  ...attention("prefill_attention", 2),
  ...attention("decode_attention", 1),
  {table: "encoder_attention", kind: "prefill_attention", what: "encoder, head size", group: (p) => (p.part[1] === "128" ? undefined : p.part[1])}, // prettier-ignore
  {table: "encoder_attention", kind: "prefill_attention", what: "encoder, type", group: typeOf(1)},
  {table: "prefill_mla", kind: "prefill_mla", what: "one point in five", group: () => "", every: 5},
  {table: "prefill_mla", kind: "prefill_mla", what: "type", group: typeOf(2)},
  {table: "prefill_mla_module", kind: "prefill_mla", what: "block, type", group: typeOf(3)},
  {table: "decode_mla", kind: "decode_mla", what: "one point in five", group: () => "", every: 5},
  {table: "decode_mla", kind: "decode_mla", what: "type", group: typeOf(1)},
  {table: "decode_mla_module", kind: "decode_mla", what: "block, type", group: typeOf(3)},
  {table: "mla_bmm", kind: "mla_bmm", what: "heads", group: (p) => String(p.key[2])},
  {table: "mla_bmm", kind: "mla_bmm", what: "type", group: (p) => (p.key[0] === "bfloat16" ? undefined : String(p.key[0]))}, // prettier-ignore
  {table: "moe", kind: "moe", what: "one point in five", group: () => "", every: 5},
  {table: "moe", kind: "moe", what: "shape", group: (p) => `${p.part[0]} ${shape(p)}`},
  {
    table: "moe",
    kind: "moe",
    what: "sharding",
    group: (p) => `${p.part[0]} ${sharding(p)}`,
    methodTransfer: ["xquant", "xprofile"]
  },
  {table: "moe", kind: "moe", what: "tensor sharding", group: (p) => (p.key[4] === 1 ? undefined : p.part[0]), lost: (row, of) => row.part[0] === of.part[0] && row.key[4] !== 1, methodTransfer: ["xquant", "xprofile"]}, // prettier-ignore
  {table: "moe", kind: "moe", what: "type", group: typeOf(1)},
  {table: "moe", kind: "moe", what: "type and its twins", group: typeOf(1), lost: sameProfile(moeQuants)},
  {table: "custom_allreduce", kind: "allreduce", what: "number of GPUs", group: (p) => String(p.key[0])},
  {table: "custom_allreduce", kind: "allreduce", what: "all", group: () => "", besides: ["nccl"]},
  {table: "nccl", kind: "nccl", what: "number of GPUs", group: (p) => String(p.key[2])},
  {table: "nccl", kind: "nccl", what: "type", group: (p) => String(p.key[0])},
  {table: "nccl", kind: "nccl", what: "operation", group: (p) => String(p.key[1])}
];

/** The latency of a measured point's coordinates in ms; NaN without an answer. */
export function ask(platform: Platform, table: TableName, {part, key, at}: Point): number {
  const latency = bound(platform, table, part as string[], key as number[], at);
  return latency ? latency() : NaN;
}

function bound(
  platform: Platform,
  table: TableName,
  part: string[],
  key: readonly (string | number)[],
  at: readonly number[]
): (() => number) | undefined {
  const [a, b, c] = at;
  const named = {name: "", count: 1};
  switch (table) {
    case "gemm":
      if (!(part[0] in gemmQuants)) return undefined;
      return () => gemmLatency(platform, {n: a, k: b, quant: part[0] as keyof typeof gemmQuants})(c, 0, 0, 0);
    case "prefill_attention":
    case "decode_attention": {
      const [kvHeads, window] = key as number[];
      const types = table === "prefill_attention" ? part : ["bfloat16", ...part];
      const [fmha, kvCache] = types as [keyof typeof fmhaQuants, keyof typeof kvCacheQuants];
      const shape = {heads: a, kvHeads: kvHeads || a, headDim: Number(types[2]), window, fmha, kvCache};
      if (table === "prefill_attention")
        return () => prefillAttentionLatency(platform, {...shape, qkNorm: false})(c, b, 0, 0);
      return () => decodeAttentionLatency(platform, shape)(b, c, 0, 0);
    }
    case "encoder_attention": {
      const fmha = part[0] as keyof typeof fmhaQuants;
      return () => encoderAttentionLatency(platform, {heads: a, headDim: Number(part[1]), fmha})(c, b, 0, 0);
    }
    case "prefill_mla":
    case "prefill_mla_module":
    case "decode_mla":
    case "decode_mla_module": {
      const [fmha, kvCache, gemm] = (table === "decode_mla" ? ["bfloat16", ...part] : part) as [
        keyof typeof fmhaQuants,
        keyof typeof kvCacheQuants,
        keyof typeof gemmQuants
      ];
      const types = {...named, heads: a, fmha, kvCache, gemm};
      const [batch, seq] = table.startsWith("prefill") ? [c, b] : [b, c];
      return () => mlaLatency(platform, {kind: table, ...types})(batch, seq, 0, 0);
    }
    case "mla_bmm": {
      const [quant, op, heads] = key as [keyof typeof gemmQuants, string, number];
      const side = op === "mla_gen_pre" ? "pre" : "post";
      return () => mlaBmmLatency(platform, {heads, quant, side})(a, 0, 0, 0);
    }
    case "moe": {
      if (!(part[0] in moeQuants)) return undefined;
      const [topK, experts, hidden, inter, moeTp, moeEp] = key as number[];
      const quant = part[0] as keyof typeof moeQuants;
      const shape = {topK, experts, hidden, inter, moeTp, moeEp, quant, distribution: part[1], gated: true};
      return () => moeLatency(platform, shape)(a, 0, 0, 0);
    }
    case "custom_allreduce":
      return () => allReduceLatency(platform, key[0] as number)(a, 0, 0, 0);
    case "nccl": {
      const [dtype, operation, gpus] = key as ["half", "all_gather", number];
      return () => ncclLatency(platform, operation, gpus, dtype)(a, 0, 0, 0);
    }
    default:
      return undefined;
  }
}
