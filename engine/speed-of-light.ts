import {dsaArchitectures} from "./ops/dsa.js";
import {dsv4ShapeOf, dsv4VariantOf, msaShapeOf, sinkhornIterations} from "./ops/measured-shapes.js";
import {
  allReduceRoofline,
  computeScaleRoofline,
  decodeAttentionRoofline,
  decodeMlaModuleRoofline,
  decodeMlaRoofline,
  encoderAttentionRoofline,
  gdnRoofline,
  gemmRoofline,
  mamba2Roofline,
  mlaBmmRoofline,
  moeRoofline,
  ncclRoofline,
  prefillAttentionRoofline,
  prefillMlaRoofline,
  scaleMatrixRoofline
} from "./roofline.js";
import type {CollectiveOperation} from "./roofline.js";
import {decodeDsaRoofline, dsv4Roofline, mhcRoofline, msaRoofline, prefillDsaRoofline} from "./roofline-sparse.js";
import type {MhcShape} from "./roofline-sparse.js";
import {alltoallRoofline, wideEpDecodeMlaRoofline, wideEpPrefillMlaRoofline} from "./roofline-wideep.js";
import type {AlltoallOperation} from "./roofline-wideep.js";
import {commQuants, fmhaQuants, gemmQuants, kvCacheQuants, moeQuants} from "./quant.js";
import type {GemmQuant, KvCacheQuant, QuantMode} from "./quant.js";
import type {TableName} from "./schema.js";
import type {SystemSpec} from "./system.js";

type Row = Record<string, number | string>;

/**
 * Speed of light in ms of one row of a measured table: `part` as in the slice, `row` by column name. NaN for tables
 * whose bound is not modelled, and for types that are not known.
 */
export function speedOfLightMs(table: TableName, part: readonly string[], row: Row, system: SystemSpec): number {
  switch (table) {
    case "gemm":
      return gemmRoofline(system, at(row, "m"), at(row, "n"), at(row, "k"), mode(gemmQuants, part[0]));
    case "compute_scale":
      return computeScaleRoofline(system, at(row, "m"), at(row, "k"));
    case "scale_matrix":
      return scaleMatrixRoofline(system, at(row, "m"), at(row, "k"));
    case "prefill_attention":
      return prefillAttentionRoofline(system, attention(row, part[2]), mode(fmhaQuants, part[0]), kv(part[1]));
    case "decode_attention":
      return decodeAttentionRoofline(system, attention(row, part[1]), kv(part[0]));
    case "encoder_attention":
      return encoderAttentionRoofline(
        system,
        at(row, "batch"),
        at(row, "seq"),
        at(row, "heads"),
        Number(part[1]),
        mode(fmhaQuants, part[0])
      );
    case "prefill_mla":
    case "prefill_mla_module":
      return prefillMlaRoofline(
        system,
        at(row, "batch"),
        at(row, "seq"),
        0,
        at(row, "heads"),
        mode(fmhaQuants, part[0]),
        kv(part[1])
      );
    case "decode_mla":
      return decodeMlaRoofline(system, at(row, "batch"), at(row, "seq"), at(row, "heads"), kv(part[0]));
    case "decode_mla_module":
      return decodeMlaModuleRoofline(
        system,
        at(row, "batch"),
        at(row, "seq"),
        at(row, "heads"),
        kv(part[1]),
        mode(gemmQuants, part[2])
      );
    case "mla_bmm":
      return mlaBmmRoofline(
        system,
        at(row, "tokens"),
        at(row, "heads"),
        mode(gemmQuants, String(row.dtype as GemmQuant))
      );
    case "moe":
    case "moe_low_latency":
    case "wideep_prefill_moe":
    case "wideep_decode_moe":
      return moeRoofline(system, at(row, "tokens"), experts(row), mode(moeQuants, part[0]));
    case "wideep_moe":
      return moeRoofline(system, at(row, "tokens"), experts(row, at(row, "slots")), mode(moeQuants, part[1]));
    case "custom_allreduce":
      return allReduceRoofline(system, at(row, "elements"), at(row, "gpus"));
    case "nccl":
    case "oneccl": {
      const bytes = mode(commQuants, String(row.dtype)).bytesPerWeight;
      return ncclRoofline(system, row.operation as CollectiveOperation, at(row, "elements"), at(row, "gpus"), bytes);
    }
    case "gdn_prefill":
    case "gdn_decode":
    case "kda_prefill": {
      // The bound of convolutions reads an input once per tap, more than kernels do: they run up to 11 times faster.
      if (part[0].startsWith("causal_conv1d")) return NaN;
      const keys = {keyHeads: at(row, "k_heads"), keyHeadDim: at(row, "k_head_dim")};
      const values = {valueHeads: at(row, "v_heads"), valueHeadDim: at(row, "v_head_dim")};
      const shape = {...keys, ...values, part: "scan", convTokens: at(row, "d_conv")} as const;
      return gdnRoofline(system, at(row, "batch"), table.endsWith("_prefill") ? at(row, "seq") : 1, shape);
    }
    // 28 of 76 measured steps run faster, up to 2.6 times, all with states of at most 24 MiB: likely the cache keeps them.
    case "kda_decode":
      return NaN;
    case "mamba2_prefill":
    case "mamba2_decode": {
      if (part[0].startsWith("causal_conv1d")) return NaN;
      const heads = {heads: at(row, "heads"), headDim: at(row, "head_dim"), groups: at(row, "groups")};
      const shape = {...heads, part: "scan", stateSize: at(row, "d_state"), convTokens: at(row, "d_conv")} as const;
      return mamba2Roofline(system, at(row, "batch") * (table === "mamba2_prefill" ? at(row, "seq") : 1), shape);
    }
    case "dsa_prefill_module": {
      if (!Object.hasOwn(dsaArchitectures, part[3])) return NaN;
      const shape = {...dsaArchitectures[part[3]], heads: at(row, "heads")};
      return prefillDsaRoofline(system, step(row), shape, block(part[0], part[1], part[2]));
    }
    case "dsa_decode_module": {
      if (!Object.hasOwn(dsaArchitectures, part[2])) return NaN;
      const shape = {...dsaArchitectures[part[2]], heads: at(row, "heads")};
      return decodeDsaRoofline(system, {...step(row), prefix: 0}, shape, block("bfloat16", part[0], part[1]));
    }
    case "msa_prefill_module":
      return msaRoofline(system, "prefill", step(row), msaShapeOf(at(row, "heads")), block(part[0], part[1], part[2]));
    case "msa_decode_module":
      return msaRoofline(
        system,
        "decode",
        {...step(row), prefix: 0},
        msaShapeOf(at(row, "heads")),
        block(part[0], part[1], part[2])
      );
    case "dsv4_prefill_module":
      return dsv4Roofline(system, "prefill", step(row), dsv4(row), block(part[0], part[1], part[2]));
    case "dsv4_decode_module":
      return dsv4Roofline(system, "decode", {...step(row), prefix: 0}, dsv4(row), block("bfloat16", part[0], part[1]));
    case "mhc": {
      const side = part[0] as MhcShape["side"];
      const shape = {side, hidden: at(row, "hidden"), streams: at(row, "hc_mult"), sinkhornIterations};
      return mhcRoofline(system, at(row, "tokens"), shape);
    }
    case "wideep_prefill_mla":
      return wideEpPrefillMlaRoofline(
        system,
        at(row, "batch"),
        at(row, "seq"),
        0,
        at(row, "heads"),
        mode(fmhaQuants, part[1])
      );
    // The slice names the cache's type alone; the block computes in it.
    case "wideep_decode_mla":
      return wideEpDecodeMlaRoofline(
        system,
        at(row, "batch"),
        at(row, "seq"),
        at(row, "heads"),
        mode(fmhaQuants, part[1])
      );
    case "trtllm_alltoall": {
      const operation = row.op as AlltoallOperation;
      const shape = {operation, hidden: at(row, "hidden"), topK: at(row, "top_k"), experts: at(row, "experts")};
      const ranks = {moeEp: at(row, "moe_ep"), nodes: at(row, "nodes")};
      return alltoallRoofline(system, at(row, "tokens"), {...shape, ...ranks}, mode(moeQuants, part[1]));
    }
    // The method has no bound for DeepEP, for MegaMoE (dispatch, experts and combine in one), nor for single kernels of
    // sparse attention: what these move depends on where tokens go, or on more than the tables state. Nobody asks for
    // wide-EP MLPs any more.
    case "deepep_normal":
    case "deepep_low_latency":
    case "dsv4_megamoe":
    case "dsv4_paged_mqa_logits":
    case "dsv4_hca_attention":
    case "dsv4_csa_attention":
    case "dsv4_topk_calibration":
    case "glm5_mqa_logits":
    case "glm5_topk":
    case "glm5_dsa_attention":
    case "dsv32_mqa_logits":
    case "dsv32_topk":
    case "dsv32_dsa_attention":
    case "wideep_prefill_mlp":
    case "wideep_decode_mlp":
      return NaN;
  }
}

function at(row: Row, column: string): number {
  return Number(row[column]);
}

function mode<M extends Record<string, QuantMode>>(modes: M, name: string): QuantMode {
  return modes[name as keyof M] ?? unknownMode;
}

const unknownMode: QuantMode = {bytesPerWeight: NaN, computeRate: NaN};

function kv(name: string): KvCacheQuant {
  return name in kvCacheQuants ? (name as KvCacheQuant) : "bfloat16";
}

function attention(row: Row, headDim: string) {
  const heads = at(row, "heads");
  return {
    batch: at(row, "batch"),
    seq: at(row, "seq"),
    prefix: 0,
    heads,
    kvHeads: at(row, "kv_heads") || heads,
    headDim: Number(headDim),
    window: at(row, "window")
  };
}

function block(fmha: string, kvCache: string, gemm: string) {
  return {fmha: mode(fmhaQuants, fmha), kvCache: kv(kvCache), gemm: mode(gemmQuants, gemm)};
}

function step(row: Row) {
  return {batch: at(row, "batch"), seq: at(row, "seq"), prefix: at(row, "prefix")};
}

function dsv4(row: Row) {
  return dsv4ShapeOf(dsv4VariantOf(at(row, "heads")), at(row, "heads"), at(row, "compress_ratio"));
}

function experts(row: Row, slots?: number) {
  return {
    topK: at(row, "top_k"),
    experts: at(row, "experts"),
    hidden: at(row, "hidden"),
    inter: at(row, "inter"),
    moeTp: at(row, "moe_tp"),
    moeEp: at(row, "moe_ep"),
    gated: true,
    slots
  };
}
