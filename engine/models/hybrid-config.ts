/**
 * Reads what models of mixed layers say of them: linear attention, state space, windows, experts in some layers only,
 * and vision encoders. Source: method.md §7.1.
 */

import {Fields, isObject} from "./fields.js";
import type {BlockCounts, Family, GdnConfig, LayerGroup, MambaConfig, ModelConfig, VisionConfig} from "./types.js";

type HybridParts = Partial<
  Pick<
    ModelConfig,
    "gdn" | "mamba" | "blockCounts" | "moeLatentSize" | "layerGroups" | "denseInterSize" | "sharedInterSize"
  >
>;

/** The parts of a config that only hybrid families have; empty for the others. */
export function readHybrid(fields: Fields, family: Family, architecture: string): HybridParts {
  switch (family) {
    case "QWEN35":
      return {
        gdn: readGdn(fields),
        ...(routesTokens(fields, family) && shared(fields, "shared_expert_intermediate_size"))
      };
    case "NEMOTRONH": {
      const blockCounts = readBlockCounts(fields);
      const latent = blockCounts.moe > 0 ? fields.assume(0, "experts as wide as hidden_size", "moe_latent_size") : 0;
      return {
        ...(blockCounts.mamba > 0 && {mamba: readMamba(fields)}),
        blockCounts,
        ...(latent > 0 && {moeLatentSize: latent}),
        ...(blockCounts.moe > 0 && shared(fields, "moe_shared_expert_intermediate_size"))
      };
    }
    case "GEMMA4MIX":
      return {layerGroups: readGemmaGroups(fields)};
    case "HYBRIDMOE":
      return architecture === "Llama4ForConditionalGeneration" ? readLlama4(fields) : readMiMo(fields);
    default:
      return {};
  }
}

/** Layers that a model has: stated, or one per entry of its pattern. */
export function layerCount(fields: Fields): number | undefined {
  const {layers_block_type: types, hybrid_override_pattern: pattern} = fields.config;
  if (fields.keyOf("num_hidden_layers") !== undefined) return undefined;
  if (Array.isArray(types) && types.length > 0) return types.length;
  return typeof pattern === "string" && pattern !== "" ? pattern.length : undefined;
}

/** Whether some layers of a model have routed experts. */
export function routesTokens(fields: Fields, family: Family): boolean {
  switch (family) {
    case "QWEN35":
      return (fields.maybe("num_experts") ?? 0) > 0;
    case "GEMMA4MIX":
      return gemmaRoutes(fields);
    case "NEMOTRONH":
      return readBlockCounts(fields).moe > 0;
    case "GPT":
    case "LLAMA":
    case "QWEN3VL":
    case "NEMOTRONNAS":
      return false;
    default:
      return true;
  }
}

function gemmaRoutes(fields: Fields): boolean {
  const experts = fields.maybe("num_experts") ?? 0;
  const enabled = fields.flag("enable_moe_block");
  if (enabled === undefined)
    fields.say(`enable_moe_block is not stated: ${experts > 0 ? `${experts} experts` : "no experts"} assumed`);
  return enabled !== false && experts > 0;
}

/** Whether a config need not state the width of a dense FFN, as no layer has one. */
export function mayLackFfn(fields: Fields, family: Family): boolean {
  if (family === "QWEN35") return routesTokens(fields, family);
  return family === "NEMOTRONH" && readBlockCounts(fields).mlp === 0;
}

function shared(fields: Fields, name: string): Pick<ModelConfig, "sharedInterSize"> {
  const width = fields.assume(0, "no shared expert", name);
  return width > 0 ? {sharedInterSize: width} : {};
}

function readGdn(fields: Fields): GdnConfig {
  return {
    layers: countLinear(fields),
    keyHeads: fields.need("linear_num_key_heads"),
    keyHeadDim: fields.need("linear_key_head_dim"),
    valueHeads: fields.need("linear_num_value_heads"),
    valueHeadDim: fields.need("linear_value_head_dim"),
    convTokens: fields.need("linear_conv_kernel_dim")
  };
}

/** Layers of linear attention: listed, or all but every n-th. */
function countLinear(fields: Fields): number {
  const layers = fields.maybe("num_hidden_layers") ?? 0;
  const interval = fields.maybe("full_attention_interval");
  if (fields.keyOf("layer_types") === undefined && interval) return layers - Math.floor(layers / interval);
  const types = fields.list("layer_types");
  checkTypes(fields, "layer_types", types, ["linear_attention", "full_attention"]);
  return types.filter((type) => type === "linear_attention").length;
}

function checkTypes(fields: Fields, key: string, types: readonly unknown[], known: readonly unknown[]): void {
  if (types.length === 0) return;
  const odd = types.find((type) => !known.includes(type));
  if (odd !== undefined) fields.refuse(key, `has ${JSON.stringify(odd)}; know ${known.join(", ")}`);
  const layers = fields.maybe("num_hidden_layers");
  if (layers !== undefined && types.length !== layers)
    fields.refuse(key, `has ${types.length} entries; must have one for each of ${layers} layers`);
}

/** Nemotron-H's layers: letters of a pattern, or words. */
const blockKinds: Record<string, keyof BlockCounts> = {
  M: "mamba",
  "*": "attention",
  E: "moe",
  "-": "mlp",
  mamba: "mamba",
  attention: "attention",
  moe: "moe",
  mlp: "mlp"
};

function readBlockCounts(fields: Fields): BlockCounts {
  const counts: BlockCounts = {mamba: 0, attention: 0, moe: 0, mlp: 0};
  const pattern = fields.config.hybrid_override_pattern;
  const spelt = typeof pattern === "string" && pattern !== "";
  const key = spelt ? "hybrid_override_pattern" : "layers_block_type";
  const blocks = spelt ? [...pattern] : fields.list("layers_block_type", "hybrid_override_pattern");
  checkTypes(fields, key, blocks, Object.keys(blockKinds));
  for (const block of blocks) ++counts[blockKinds[String(block)]];
  return counts;
}

function readMamba(fields: Fields): MambaConfig {
  return {
    heads: fields.need("mamba_num_heads"),
    headDim: fields.need("mamba_head_dim"),
    groups: fields.need("n_groups"),
    stateSize: fields.need("ssm_state_size"),
    convTokens: fields.need("conv_kernel"),
    chunkTokens: fields.need("chunk_size")
  };
}

function readGemmaGroups(fields: Fields): LayerGroup[] {
  const types = fields.list("layer_types");
  checkTypes(fields, "layer_types", types, ["sliding_attention", "full_attention"]);
  const sliding = types.filter((type) => type === "sliding_attention").length;
  const heads = fields.need("num_attention_heads");
  const [kvHeads, headDim] = [fields.need("num_key_value_heads"), fields.need("head_dim")];
  const fullDim = fields.assume(headDim, "head_dim in layers of full attention too", "global_head_dim");
  const moe = routesTokens(fields, "GEMMA4MIX");
  const group = (
    count: number,
    headDim: number,
    more: Pick<LayerGroup, "kvHeads" | "windowTokens" | "keyIsValue">
  ) => ({
    count,
    heads,
    headDim,
    valueHeadDim: headDim,
    moe,
    ...more
  });
  const keyIsValue = fields.flag("attention_k_eq_v");
  if (keyIsValue === undefined) fields.say("attention_k_eq_v is not stated: keys and values of their own assumed");
  const windowTokens = sliding > 0 ? fields.need("sliding_window") : 0;
  return [
    group(sliding, headDim, {kvHeads, windowTokens, keyIsValue: false}),
    group(types.length - sliding, fullDim, {
      kvHeads: fields.assume(kvHeads, "num_key_value_heads in all layers", "num_global_key_value_heads"),
      windowTokens: 0,
      keyIsValue: keyIsValue ?? false
    })
  ].filter(({count}) => count > 0);
}

/** Every second layer attends to all tokens, the others to a chunk; every n-th layer has experts. */
function readLlama4(fields: Fields): HybridParts {
  const layers = fields.need("num_hidden_layers");
  const every = fields.need("interleave_moe_layer_step");
  const window = fields.need("attention_chunk_size");
  const at = Array.from({length: layers}, (_, i) => ({global: i % 2 === 1, moe: (i + 1) % every === 0}));
  const heads = fields.need("num_attention_heads");
  const headDim = fields.maybe("head_dim") ?? Math.floor(fields.need("hidden_size") / heads);
  const shape = {heads, kvHeads: fields.maybe("num_key_value_heads") ?? heads, headDim, valueHeadDim: headDim};
  const dense = at.some(({moe}) => !moe);
  return {
    layerGroups: grouped(at, (global) => ({...shape, windowTokens: global ? 0 : window})),
    ...(dense && {denseInterSize: fields.need("intermediate_size_mlp")}),
    ...shared(fields, "intermediate_size")
  };
}

function readMiMo(fields: Fields): HybridParts {
  const pattern = fields.list("hybrid_layer_pattern");
  const moe = fields.list("moe_layer_freq");
  for (const [key, list] of Object.entries({hybrid_layer_pattern: pattern, moe_layer_freq: moe}))
    checkTypes(fields, key, list, [0, 1]);
  const at = pattern.map((windowed, i) => ({global: windowed === 0, moe: moe[i] === 1}));
  const shape = (prefix: "" | "swa_") => ({
    heads: fields.need(`${prefix}num_attention_heads`),
    kvHeads: fields.need(`${prefix}num_key_value_heads`),
    headDim: fields.need(`${prefix}head_dim`),
    valueHeadDim: fields.need(`${prefix}v_head_dim`)
  });
  const window = fields.need("sliding_window");
  const [full, windowed] = [shape(""), shape("swa_")];
  return {
    layerGroups: grouped(at, (global) => (global ? {...full, windowTokens: 0} : {...windowed, windowTokens: window})),
    denseInterSize: fields.need("intermediate_size")
  };
}

/** The layers of each of four kinds together, those without any left out. */
function grouped(
  at: readonly {global: boolean; moe: boolean}[],
  shape: (global: boolean) => Omit<LayerGroup, "count" | "moe" | "keyIsValue">
): LayerGroup[] {
  const kinds = [true, false].flatMap((global) => [true, false].map((moe) => ({global, moe})));
  return kinds
    .map(({global, moe}) => {
      const count = at.filter((layer) => layer.global === global && layer.moe === moe).length;
      return {count, ...shape(global), keyIsValue: false, moe};
    })
    .filter(({count}) => count > 0);
}

/** The vision encoder, when it is of Qwen's kind; others are not modelled, so that such a model takes text only. */
export function readVision(id: string, family: Family, config: unknown): Pick<ModelConfig, "vision"> {
  const needed = family === "QWEN3VL" || family === "QWEN3VL_MOE";
  if (!needed && !(family === "QWEN35" && isObject(config))) return {};
  const fields = new Fields(`${id} vision_config`, isObject(config) ? config : {});
  const deepstack = fields.config.deepstack_visual_indexes;
  const vision: VisionConfig = {
    layers: fields.need("depth"),
    hiddenSize: fields.need("hidden_size"),
    heads: fields.need("num_heads"),
    interSize: fields.need("intermediate_size"),
    patchPixels: fields.need("patch_size"),
    mergePatches: fields.need("spatial_merge_size"),
    outSize: fields.need("out_hidden_size"),
    deepstackLayers: Array.isArray(deepstack) ? deepstack.length : 0
  };
  fields.throwIfMissing();
  return {vision};
}
