/** Reads what is particular to models with sparse attention out of their config. Source: method.md §4, §7.1. */
import {InputError} from "../errors.js";
import {Fields, isObject} from "./fields.js";
import type {Dsv4Config, DsaConfig, ModelConfig, MsaConfig} from "./types.js";

/** The parts of a config that only families with sparse attention have; empty for the others. */
export function readSparse(
  fields: Fields,
  {family, architecture, layers}: Pick<ModelConfig, "family" | "architecture" | "layers">,
  keepsAttention: () => boolean
): Partial<ModelConfig> {
  switch (family) {
    case "DEEPSEEKV32":
      // GLM-5 checkpoints that leave any of their attention unquantised run all of it so. Source: method.md §7.2.
      return {dsa: {...readDsa(fields), keepsBf16: architecture === "GlmMoeDsaForCausalLM" && keepsAttention()}};
    case "DEEPSEEKV4":
      return {dsv4: readDsv4(fields, layers)};
    case "MINIMAXM3":
      return {msa: readMsa(fields)};
    case "KIMILINEAR":
      return readKimiLinear(fields, layers);
    default:
      return {};
  }
}

function readDsa(fields: Fields): Omit<DsaConfig, "keepsBf16"> {
  const {indexer_types: types} = fields.config;
  const shared = Array.isArray(types) ? types.filter((type) => type === "shared").length : 0;
  if (shared > 0)
    fields.say(
      `${shared} layers take over another's selection of tokens (indexer_types), and are timed with their own`
    );
  return {
    queryRank: fields.need("q_lora_rank"),
    kvRank: fields.need("kv_lora_rank"),
    nopeHeadDim: fields.need("qk_nope_head_dim"),
    ropeHeadDim: fields.need("qk_rope_head_dim"),
    valueHeadDim: fields.need("v_head_dim"),
    indexTopK: fields.need("index_topk"),
    indexHeadDim: fields.need("index_head_dim"),
    indexHeads: fields.need("index_n_heads")
  };
}

/**
 * Kimi's delta attention (KDA): a convolution and a recurrence over a state of fixed size in the layers that are not
 * listed as full. The method has no operator list for it; ours is made of the parts of others, which is said.
 */
function readKimiLinear(fields: Fields, layers: number): Partial<ModelConfig> {
  const {id, config} = fields;
  if (!isObject(config.linear_attn_config)) throw new InputError(`${id}: config is missing linear_attn_config`);
  const full = config.linear_attn_config.full_attn_layers;
  if (!Array.isArray(full)) throw new InputError(`${id}: config is missing full_attn_layers in linear_attn_config`);
  if (full.length > layers && fields.keyOf("num_hidden_layers") !== undefined)
    throw new InputError(`invalid full_attn_layers in ${id}: ${full.length} of them; must be at most ${layers} layers`);
  const linear = new Fields(`${id} linear_attn_config`, config.linear_attn_config);
  const [heads, headDim] = [linear.need("num_heads"), linear.need("head_dim")];
  const convTokens = linear.need("short_conv_kernel_size");
  linear.throwIfMissing();
  const latent = fields.maybe("routed_expert_hidden_size", "moe_latent_size");
  const shared = (fields.maybe("n_shared_experts") ?? 1) * fields.need("moe_intermediate_size");
  if (fields.maybe("q_lora_rank") === undefined)
    fields.say("q_lora_rank is not stated: queries of latent attention are timed with rank 1536");
  fields.say(
    "delta attention (KDA) is timed as a gated delta net of its size, at the speed of light where none was measured"
  );
  return {
    gdn: {
      layers: layers - full.length,
      keyHeads: heads,
      keyHeadDim: headDim,
      valueHeads: heads,
      valueHeadDim: headDim,
      convTokens
    },
    ...(latent && {moeLatentSize: latent}),
    ...(shared > 0 && {sharedInterSize: shared})
  };
}

/** A V4 config may list one more ratio than layers, that of its draft layer, which is left out. */
function readDsv4(fields: Fields, layers: number): Dsv4Config {
  return {
    queryRank: fields.need("q_lora_rank"),
    outputRank: fields.need("o_lora_rank"),
    outputGroups: fields.need("o_groups"),
    ropeHeadDim: fields.need("qk_rope_head_dim"),
    windowTokens: fields.need("sliding_window"),
    indexTopK: fields.need("index_topk"),
    indexHeadDim: fields.need("index_head_dim"),
    indexHeads: fields.need("index_n_heads"),
    compressRatios: compressRatios(fields, layers),
    residualStreams: fields.need("hc_mult"),
    sinkhornIterations: fields.need("hc_sinkhorn_iters"),
    fp4Experts: fields.config.expert_dtype === "fp4"
  };
}

function compressRatios({id, config}: Fields, layers: number): number[] {
  const value = config.compress_ratios;
  if (!Array.isArray(value)) throw new InputError(`${id}: config is missing compress_ratios`);
  const ratios = value.slice(0, layers);
  const wrong = ratios.find((ratio) => ratio !== 0 && ratio !== 4 && ratio !== 128);
  if (wrong !== undefined)
    throw new InputError(`invalid compress_ratios in ${id}: ${JSON.stringify(wrong)}; must be 0, 4 or 128`);
  if (ratios.length < layers)
    throw new InputError(
      `invalid compress_ratios in ${id}: ${ratios.length} of them; must be one for ${layers} layers`
    );
  return ratios as number[];
}

function readMsa({id, config}: Fields): MsaConfig {
  if (!isObject(config.sparse_attention_config))
    throw new InputError(`${id}: config is missing sparse_attention_config`);
  const fields = new Fields(id, config.sparse_attention_config);
  const blockTokens = fields.need("sparse_block_size");
  const msa = {
    indexHeads: fields.need("sparse_num_index_heads"),
    indexHeadDim: fields.need("sparse_index_dim"),
    indexTopK: fields.need("sparse_topk_blocks") * blockTokens,
    blockTokens
  };
  fields.throwIfMissing();
  return msa;
}
