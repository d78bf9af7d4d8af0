import {
  allReduceRoofline,
  computeScaleRoofline,
  decodeAttentionRoofline,
  decodeMlaModuleRoofline,
  decodeMlaRoofline,
  encoderAttentionRoofline,
  gdnRoofline,
  gemmRoofline,
  mlaBmmRoofline,
  moeRoofline,
  ncclRoofline,
  prefillAttentionRoofline,
  prefillMlaRoofline,
  scaleMatrixRoofline
} from "./roofline.js";
import type {CollectiveOperation} from "./roofline.js";
import {commQuants, fmhaQuants, gemmQuants, kvCacheQuants, moeQuants} from "./quant.js";
import type {GemmQuant, KvCacheQuant, QuantMode} from "./quant.js";
import type {TableName} from "./schema.js";
import type {SystemSpec} from "./system.js";

/**
 * Speed of light in ms of one row of a measured table: `part` as in the slice, `row` by column name. NaN for tables
 * whose bound is not modelled, and for types that are not known.
 */
export function speedOfLightMs(
  table: TableName,
  part: readonly string[],
  row: Record<string, number | string>,
  system: SystemSpec
): number {
  const at = (column: string) => Number(row[column]);
  const mode = <M extends Record<string, QuantMode>>(modes: M, name: string): QuantMode =>
    modes[name as keyof M] ?? {bytesPerWeight: NaN, computeRate: NaN};
  const kv = (name: string) => (name in kvCacheQuants ? (name as KvCacheQuant) : "bfloat16");
  const kvHeads = () => at("kv_heads") || at("heads");
  const attention = (headDim: string) => ({
    batch: at("batch"),
    seq: at("seq"),
    prefix: 0,
    heads: at("heads"),
    kvHeads: kvHeads(),
    headDim: Number(headDim),
    window: at("window")
  });
  switch (table) {
    case "gemm":
      return gemmRoofline(system, at("m"), at("n"), at("k"), mode(gemmQuants, part[0]));
    case "compute_scale":
      return computeScaleRoofline(system, at("m"), at("k"));
    case "scale_matrix":
      return scaleMatrixRoofline(system, at("m"), at("k"));
    case "prefill_attention":
      return prefillAttentionRoofline(system, attention(part[2]), mode(fmhaQuants, part[0]), kv(part[1]));
    case "decode_attention":
      return decodeAttentionRoofline(system, attention(part[1]), kv(part[0]));
    case "encoder_attention":
      return encoderAttentionRoofline(
        system,
        at("batch"),
        at("seq"),
        at("heads"),
        Number(part[1]),
        mode(fmhaQuants, part[0])
      );
    case "prefill_mla":
    case "prefill_mla_module":
      return prefillMlaRoofline(system, at("batch"), at("seq"), 0, at("heads"), mode(fmhaQuants, part[0]), kv(part[1]));
    case "decode_mla":
      return decodeMlaRoofline(system, at("batch"), at("seq"), at("heads"), kv(part[0]));
    case "decode_mla_module":
      return decodeMlaModuleRoofline(
        system,
        at("batch"),
        at("seq"),
        at("heads"),
        kv(part[1]),
        mode(gemmQuants, part[2])
      );
    case "mla_bmm":
      return mlaBmmRoofline(system, at("tokens"), at("heads"), mode(gemmQuants, String(row.dtype as GemmQuant)));
    case "moe":
    case "moe_low_latency": {
      const [topK, experts, hidden, inter] = [at("top_k"), at("experts"), at("hidden"), at("inter")];
      const shape = {topK, experts, hidden, inter, moeTp: at("moe_tp"), moeEp: at("moe_ep"), gated: true};
      return moeRoofline(system, at("tokens"), shape, mode(moeQuants, part[0]));
    }
    case "custom_allreduce":
      return allReduceRoofline(system, at("elements"), at("gpus"));
    case "nccl":
    case "oneccl": {
      const bytes = mode(commQuants, String(row.dtype)).bytesPerWeight;
      return ncclRoofline(system, row.operation as CollectiveOperation, at("elements"), at("gpus"), bytes);
    }
    case "gdn_prefill":
    case "gdn_decode":
    case "kda_prefill": {
      // The bound of convolutions reads an input once per tap, more than kernels do: they run up to 11 times faster.
      if (part[0].startsWith("causal_conv1d")) return NaN;
      const keys = {keyHeads: at("k_heads"), keyHeadDim: at("k_head_dim")};
      const values = {valueHeads: at("v_heads"), valueHeadDim: at("v_head_dim")};
      const shape = {...keys, ...values, part: "scan", convTokens: at("d_conv")} as const;
      return gdnRoofline(system, at("batch"), table.endsWith("_prefill") ? at("seq") : 1, shape);
    }
    // 28 of 76 measured steps run faster, up to 2.6 times, all with states of at most 24 MiB: likely the cache keeps them.
    case "kda_decode":
      return NaN;
    default:
      return NaN;
  }
}
