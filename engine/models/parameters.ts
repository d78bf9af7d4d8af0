/**
 * Where a model's parameters are, counted from the shapes in its config, each part as a product that can be checked by
 * hand. Norms and biases are left out (below 0.1 %), and so are draft (MTP) layers, as in published counts.
 * Source: the published modelling code of each architecture.
 */

import {Fields, isObject} from "./fields.js";
import type {Json} from "./fields.js";
import type {ModelConfig, NasBlock, ParameterPart} from "./types.js";

/** What the count needs of the model besides the fields that it reads itself. */
export type Shape = Pick<
  ModelConfig,
  | "layers"
  | "hiddenSize"
  | "heads"
  | "kvHeads"
  | "headDim"
  | "interSize"
  | "vocabSize"
  | "topK"
  | "experts"
  | "moeInterSize"
  | "family"
> & {gated: boolean; blocks?: NasBlock[]};

/** Parts in the order of a forward pass. Throws InputError for a field that makes no sense. */
export function countParameters(fields: Fields, root: Json, shape: Shape): ParameterPart[] {
  const {hiddenSize, vocabSize} = shape;
  const table = vocabSize * hiddenSize;
  const isTied = tied(fields, root);
  const parts = [
    // A look-up reads one row; only as LM head is the whole table multiplied.
    part(isTied ? "embedding and LM head" : "embedding", `${vocabSize} × ${hiddenSize}`, table, isTied ? table : 0),
    ...visionPart(fields, root, hiddenSize),
    ...layerParts(fields, shape),
    ...perLayerEmbeddings(fields, shape.layers),
    ...(isTied ? [] : [part("LM head", `${hiddenSize} × ${vocabSize}`, table)])
  ];
  return parts.filter(({parameters}) => parameters > 0);
}

function part(name: string, formula: string, parameters: number, activeParameters = parameters): ParameterPart {
  return {name, formula, parameters, activeParameters};
}

/** `layers` × the elements of one layer; `formula` is of one layer. */
function perLayer(name: string, layers: number, formula: string, each: number, activeEach = each): ParameterPart {
  return part(name, `${layers} layers × (${formula})`, layers * each, layers * activeEach);
}

/** Whether the LM head is the embedding table. */
function tied(fields: Fields, root: Json): boolean {
  const own = fields.flag("tie_word_embeddings");
  const outer = typeof root.tie_word_embeddings === "boolean" ? root.tie_word_embeddings : undefined;
  if (own === undefined && outer === undefined)
    fields.say("tie_word_embeddings is not stated: an LM head apart from the embedding assumed");
  return own ?? outer ?? false;
}

function layerParts(fields: Fields, shape: Shape): ParameterPart[] {
  const {config} = fields;
  if (shape.blocks) return nasParts(shape, shape.blocks);
  const kinds = hybridKinds(config);
  if (kinds) return nemotronHParts(fields, shape, kinds);
  return [...attentionParts(fields, shape), ...ffnParts(fields, shape)];
}

/** Attention of every layer, by what the config says it is. */
function attentionParts(fields: Fields, shape: Shape): ParameterPart[] {
  const {config} = fields;
  const {layers} = shape;
  const linear = linearLayers(config, layers);
  const full = layers - linear;
  const linearPart = linear === 0 ? [] : [linearAttention(fields, shape, linear)];
  if (Array.isArray(config.compress_ratios)) return compressedAttention(fields, shape, config.compress_ratios);
  if (fields.maybe("kv_lora_rank")) return [...linearPart, ...latentAttention(fields, shape, full)];
  if (isObject(config.sparse_attention_config)) {
    return [gqa("attention", shape, full), ...blockIndexer(config.sparse_attention_config, shape)];
  }
  if (shape.family === "GEMMA4MIX") return gemmaAttention(fields, shape);
  if (Array.isArray(config.hybrid_layer_pattern)) return mimoAttention(fields, shape, config.hybrid_layer_pattern);
  return [...linearPart, gqa("attention", shape, full, {gate: hasOutputGate(fields, linear)})];
}

/** Qwen3.5 gates what its full attention puts out. */
function hasOutputGate(fields: Fields, linear: number): boolean {
  const stated = fields.flag("attn_output_gate");
  if (stated === undefined && linear > 0)
    fields.say("attn_output_gate is not stated: queries with an output gate assumed for the parameter count");
  return stated ?? linear > 0;
}

interface AttentionShape {
  heads?: number;
  kvHeads?: number;
  headDim?: number;
  valueDim?: number;
  /** Queries carry an output gate of their size. */
  gate?: boolean;
  /** Keys and values are one projection. */
  sharedKeyValue?: boolean;
}

function gqa(name: string, shape: Shape, layers: number, of: AttentionShape = {}): ParameterPart {
  const {heads = shape.heads, kvHeads = shape.kvHeads, headDim = shape.headDim, valueDim = headDim} = of;
  const {hiddenSize} = shape;
  const queries = heads * headDim * (of.gate ? 2 : 1);
  const keyValues = kvHeads * (of.sharedKeyValue ? headDim : headDim + valueDim);
  const output = heads * valueDim;
  return perLayer(
    name,
    layers,
    `${hiddenSize} × (${queries} + ${keyValues} + ${output})`,
    hiddenSize * (queries + keyValues + output)
  );
}

/** Multi-head latent attention, with DeepSeek-V3.2's indexer where there is one. */
function latentAttention(fields: Fields, shape: Shape, layers: number): ParameterPart[] {
  const {hiddenSize, heads} = shape;
  const kvRank = fields.need("kv_lora_rank");
  const rope = fields.need("qk_rope_head_dim");
  const nope = fields.assume(128, "128, as in DeepSeek-V3,", "qk_nope_head_dim");
  const value = fields.need("v_head_dim");
  const queryRank = fields.maybe("q_lora_rank");
  if (queryRank === undefined && fields.config.q_lora_rank === undefined)
    fields.say("q_lora_rank is not stated: queries that are not compressed assumed for the parameter count");
  const queryOut = heads * (nope + rope);
  const query = queryRank ? queryRank * (hiddenSize + queryOut) : hiddenSize * queryOut;
  const gate = fields.flag("mla_use_output_gate") === true ? hiddenSize * heads * value : 0;
  const each =
    query + hiddenSize * (kvRank + rope) + kvRank * heads * (nope + value) + heads * value * hiddenSize + gate;
  const words = [
    queryRank ? `${queryRank} × (${hiddenSize} + ${queryOut})` : `${hiddenSize} × ${queryOut}`,
    `${hiddenSize} × ${kvRank + rope}`,
    `${kvRank} × ${heads * (nope + value)}`,
    `${heads * value} × ${hiddenSize}`,
    ...(gate ? [`${hiddenSize} × ${heads * value}`] : [])
  ];
  const indexHeads = fields.maybe("index_n_heads");
  const indexDim = fields.maybe("index_head_dim");
  if (!indexHeads || !indexDim || !queryRank) return [perLayer("attention", layers, words.join(" + "), each)];
  // GLM-5.2 shares one indexer between several layers.
  const types = fields.config.indexer_types;
  const indexed = Array.isArray(types) ? types.slice(0, layers).filter((type) => type === "full").length : layers;
  const indexer = queryRank * indexHeads * indexDim + hiddenSize * (indexDim + indexHeads);
  return [
    perLayer("attention", layers, words.join(" + "), each),
    perLayer(
      "indexer",
      indexed,
      `${queryRank} × ${indexHeads * indexDim} + ${hiddenSize} × ${indexDim + indexHeads}`,
      indexer
    )
  ];
}

/** DeepSeek-V4: one shared key-value head, grouped output, and in layers of ratio r a compressor of r tokens. */
function compressedAttention(fields: Fields, shape: Shape, ratios: unknown[]): ParameterPart[] {
  const {layers, hiddenSize, heads, headDim} = shape;
  const queryRank = fields.need("q_lora_rank");
  const outputRank = fields.need("o_lora_rank");
  const groups = fields.need("o_groups");
  const indexHeads = fields.need("index_n_heads");
  const indexDim = fields.need("index_head_dim");
  const width = heads * headDim;
  const each =
    queryRank * (hiddenSize + width) + hiddenSize * headDim + width * outputRank + groups * outputRank * hiddenSize;
  const count = (test: (ratio: unknown) => boolean) => ratios.slice(0, layers).filter(test).length;
  const overlapped = count((ratio) => ratio === 4);
  const plain = count((ratio) => typeof ratio === "number" && ratio > 4);
  // Keys and their gates are projected together; ratio 4 overlaps two windows, so both are twice as wide.
  const compressor = 2 * hiddenSize * headDim;
  const indexer = queryRank * indexHeads * indexDim + hiddenSize * indexHeads + 4 * hiddenSize * indexDim;
  const streams = fields.maybe("hc_mult") ?? 0;
  const mixing = 2 * (2 + streams) * streams * streams * hiddenSize;
  const words = [
    `${queryRank} × (${hiddenSize} + ${width})`,
    `${hiddenSize} × ${headDim}`,
    `${width} × ${outputRank}`,
    `${groups * outputRank} × ${hiddenSize}`
  ];
  return [
    perLayer("attention", layers, words.join(" + "), each),
    perLayer("compressor (ratio 4)", overlapped, `4 × ${hiddenSize} × ${headDim}`, 2 * compressor),
    perLayer("compressor", plain, `2 × ${hiddenSize} × ${headDim}`, compressor),
    perLayer(
      "indexer",
      overlapped,
      `${queryRank} × ${indexHeads * indexDim} + ${hiddenSize} × (${indexHeads} + 4 × ${indexDim})`,
      indexer
    ),
    perLayer("residual streams", layers, `2 × ${2 + streams} × ${streams}² × ${hiddenSize}`, mixing)
  ];
}

/** MiniMax-M3 picks blocks of keys with small heads of its own. */
function blockIndexer(config: Json, {layers, hiddenSize}: Shape): ParameterPart[] {
  const [dim, heads] = [config.sparse_index_dim, config.sparse_num_index_heads ?? config.sparse_index_heads];
  if (typeof dim !== "number" || typeof heads !== "number") return [];
  return [perLayer("indexer", layers, `${hiddenSize} × ${dim} × ${heads + 1}`, hiddenSize * dim * (heads + 1))];
}

/** Gemma 4: sliding layers with their own head size, full ones where keys may serve as values. */
function gemmaAttention(fields: Fields, shape: Shape): ParameterPart[] {
  const types = Array.isArray(fields.config.layer_types) ? fields.config.layer_types : [];
  const full = types.filter((type) => type === "full_attention").length;
  const headDim = fields.assume(shape.headDim, `head_dim ${shape.headDim}`, "global_head_dim");
  const kvHeads = fields.assume(shape.kvHeads, `num_key_value_heads ${shape.kvHeads}`, "num_global_key_value_heads");
  const sharedKeyValue = fields.flag("attention_k_eq_v");
  if (sharedKeyValue === undefined)
    fields.say("attention_k_eq_v is not stated: keys and values projected apart assumed");
  return [
    gqa("sliding attention", shape, shape.layers - full),
    gqa("full attention", shape, full, {headDim, kvHeads, sharedKeyValue})
  ];
}

/** MiMo-V2: pattern 1 is a sliding layer with sizes of its own. */
function mimoAttention(fields: Fields, shape: Shape, pattern: unknown[]): ParameterPart[] {
  const sliding = pattern.filter((kind) => kind === 1).length;
  const valueDim = fields.maybe("v_head_dim") ?? shape.headDim;
  return [
    gqa("full attention", shape, shape.layers - sliding, {valueDim}),
    gqa("sliding attention", shape, sliding, {
      heads: fields.maybe("swa_num_attention_heads"),
      kvHeads: fields.maybe("swa_num_key_value_heads"),
      headDim: fields.maybe("swa_head_dim"),
      valueDim: fields.maybe("swa_v_head_dim")
    })
  ];
}

/** Layers whose attention is linear. */
export function linearLayers(config: Json, layers: number): number {
  const types = config.layer_types;
  if (Array.isArray(types)) return types.slice(0, layers).filter((type) => type === "linear_attention").length;
  if (isObject(config.linear_attn_config)) {
    const full = config.linear_attn_config.full_attn_layers;
    if (Array.isArray(full)) return Math.max(0, layers - full.length);
  }
  const interval = config.full_attention_interval;
  const isLinear = typeof config.linear_num_value_heads === "number";
  if (isLinear && typeof interval === "number" && interval > 0) return layers - Math.floor(layers / interval);
  return 0;
}

/** Gated DeltaNet (Qwen3.5), or Kimi's delta attention, whose gates come from low-rank projections. */
function linearAttention(fields: Fields, {hiddenSize}: Shape, layers: number): ParameterPart {
  const {config} = fields;
  if (isObject(config.linear_attn_config)) {
    const kimi = new Fields(`${fields.id} linear_attn_config`, config.linear_attn_config);
    const rank = kimi.need("head_dim");
    const linearHeads = kimi.need("num_heads");
    kimi.throwIfMissing();
    const width = linearHeads * rank;
    const each = 4 * hiddenSize * width + 2 * rank * (hiddenSize + width) + hiddenSize * linearHeads;
    return perLayer(
      "linear attention",
      layers,
      `4 × ${hiddenSize} × ${width} + 2 × ${rank} × ${hiddenSize + width} + ${hiddenSize} × ${linearHeads}`,
      each
    );
  }
  const keys = fields.need("linear_num_key_heads") * fields.need("linear_key_head_dim");
  const valueHeads = fields.need("linear_num_value_heads");
  const values = valueHeads * fields.need("linear_value_head_dim");
  const kernel = fields.maybe("linear_conv_kernel_dim") ?? 0;
  const each = hiddenSize * (2 * keys + 3 * values + 2 * valueHeads) + kernel * (2 * keys + values);
  return perLayer(
    "linear attention",
    layers,
    `${hiddenSize} × (2·${keys} + 3·${values} + 2·${valueHeads}) + ${kernel} × ${2 * keys + values}`,
    each
  );
}

/** How the layers' feed-forward halves divide. */
export interface FfnPlan {
  denseLayers: number;
  denseInter: number;
  moeLayers: number;
  /** Width of all shared experts of a layer together. */
  sharedInter: number;
}

type FfnShape = Pick<Shape, "layers" | "experts" | "interSize" | "moeInterSize" | "family">;

export function ffnPlan(fields: Fields, shape: FfnShape): FfnPlan {
  const {layers, experts, interSize, family} = shape;
  const moeLayers = experts > 0 ? moeLayerCount(fields, shape) : 0;
  // Gemma 4 runs a dense FFN beside the experts of each layer.
  const denseLayers = family === "GEMMA4MIX" ? layers : layers - moeLayers;
  const stated = fields.maybe("intermediate_size_mlp", "dense_intermediate_size");
  if (stated === undefined && family === "MINIMAXM3" && denseLayers > 0)
    fields.say(`dense_intermediate_size is not stated: intermediate_size ${interSize} assumed in dense layers`);
  const denseInter = stated ?? (denseLayers > 0 && interSize === 0 ? fields.need("intermediate_size") : interSize);
  return {denseLayers, denseInter, moeLayers, sharedInter: moeLayers > 0 ? sharedWidth(fields, shape) : 0};
}

function ffnParts(fields: Fields, shape: Shape): ParameterPart[] {
  const {hiddenSize, topK, experts, moeInterSize} = shape;
  const {denseLayers, denseInter, moeLayers, sharedInter} = ffnPlan(fields, shape);
  const matrices = shape.gated ? 3 : 2;
  // Some models route a narrower hidden state.
  const latent = fields.maybe("moe_latent_size", "routed_expert_hidden_size") || hiddenSize;
  const expert = matrices * latent * moeInterSize;
  return [
    perLayer(
      "dense FFN",
      denseLayers,
      `${matrices} × ${hiddenSize} × ${denseInter}`,
      matrices * hiddenSize * denseInter
    ),
    perLayer("router", moeLayers, `${hiddenSize} × ${experts}`, hiddenSize * experts),
    perLayer(
      "routed experts",
      moeLayers,
      `${experts} × ${matrices} × ${latent} × ${moeInterSize}; ${topK} active`,
      experts * expert,
      topK * expert
    ),
    ...(latent === hiddenSize
      ? []
      : [perLayer("latent projections", moeLayers, `2 × ${hiddenSize} × ${latent}`, 2 * hiddenSize * latent)]),
    perLayer(
      "shared experts",
      moeLayers,
      `${matrices} × ${hiddenSize} × ${sharedInter}`,
      matrices * hiddenSize * sharedInter
    )
  ];
}

/** Layers with experts, from whichever field says so; all of them when none does. */
function moeLayerCount(fields: Fields, {layers, family}: FfnShape): number {
  const {config} = fields;
  const listed = listedMoeLayers(fields, layers);
  if (listed !== undefined) return listed;
  const interleave = fields.maybe("interleave_moe_layer_step");
  if (interleave) return Math.floor(layers / interleave);
  const first = fields.keyOf("first_k_dense_replace", "moe_layer_start_index");
  if (first === undefined && ["DEEPSEEK", "KIMIK25", "DEEPSEEKV32", "MINIMAXM3", "KIMILINEAR"].includes(family))
    fields.say("first_k_dense_replace is not stated: experts in every layer assumed");
  const firstDense = fields.maybe("first_k_dense_replace", "moe_layer_start_index") ?? 0;
  if (firstDense > layers) fields.refuse(first!, `must be at most the ${layers} layers`);
  const step = fields.maybe("decoder_sparse_step", "moe_layer_interval", "moe_layer_freq") || 1;
  const denseOnly = Array.isArray(config.mlp_only_layers) ? config.mlp_only_layers : [];
  const isMoe = (_: unknown, i: number) =>
    i >= firstDense && (i - firstDense + (firstDense ? 0 : 1)) % step === 0 && !denseOnly.includes(i);
  return Array.from({length: layers}).filter(isMoe).length;
}

/** Layers with experts where a field lists the kind of each; undefined when none does. */
function listedMoeLayers(fields: Fields, layers: number): number | undefined {
  const {mlp_layer_types: types, moe_layer_freq: kinds, moe_layers_enum: list} = fields.config;
  if (Array.isArray(types)) return types.slice(0, layers).filter((type) => type === "sparse").length;
  if (Array.isArray(kinds)) {
    if (kinds.length < layers || kinds.some((kind) => kind !== 0 && kind !== 1))
      fields.refuse("moe_layer_freq", `must be one number, or a 0 or 1 for each of ${layers} layers`);
    return kinds.slice(0, layers).filter((kind) => kind === 1).length;
  }
  return typeof list === "string" ? list.split(",").filter(Boolean).length : undefined;
}

const sharedWidths = [
  "shared_expert_intermediate_size",
  "moe_shared_expert_intermediate_size",
  "share_expert_dim",
  "share_expert_dims",
  "shared_intermediate_size"
];

/** Width of all shared experts of a layer together. */
function sharedWidth(fields: Fields, {family, moeInterSize}: FfnShape): number {
  const width = fields.maybe(...sharedWidths);
  if (width !== undefined) return width;
  const count = fields.maybe("n_shared_experts");
  if (count !== undefined && family !== "NEMOTRONH") return count * moeInterSize;
  switch (family) {
    case "HYBRIDMOE":
      // Llama 4 has one shared expert as wide as the routed ones and no field for it; MiMo-V2 has none.
      return fields.keyOf("interleave_moe_layer_step") ? moeInterSize : 0;
    case "DEEPSEEK":
    case "KIMIK25":
    case "DEEPSEEKV32":
    case "DEEPSEEKV4":
    case "MINIMAXM3":
    case "KIMILINEAR":
      fields.say("n_shared_experts is not stated: one shared expert assumed");
      return moeInterSize;
    case "QWEN35":
      fields.say("shared_expert_intermediate_size is not stated: no shared expert assumed");
      return 0;
    case "NEMOTRONH":
      fields.say("moe_shared_expert_intermediate_size is not stated: no shared expert assumed");
      return 0;
    default:
      return 0;
  }
}

/** Kinds of layers of a Nemotron-H pattern: M state space, * attention, E experts, - FFN. */
function hybridKinds(config: Json): string[] | undefined {
  if (typeof config.hybrid_override_pattern === "string") return [...config.hybrid_override_pattern];
  const names: Record<string, string> = {mamba: "M", attention: "*", moe: "E", mlp: "-"};
  return Array.isArray(config.layers_block_type)
    ? config.layers_block_type.map((name) => names[String(name)] ?? "?")
    : undefined;
}

function nemotronHParts(fields: Fields, shape: Shape, kinds: string[]): ParameterPart[] {
  const {hiddenSize, interSize, experts} = shape;
  const count = (kind: string) => kinds.filter((each) => each === kind).length;
  const heads = fields.need("mamba_num_heads");
  const inner = heads * fields.need("mamba_head_dim");
  const groups = 2 * fields.need("n_groups") * fields.need("ssm_state_size");
  const kernel = fields.maybe("conv_kernel") ?? 0;
  const each = hiddenSize * (3 * inner + groups + heads) + kernel * (inner + groups);
  const ffn = {...shape, layers: count("E"), gated: false};
  const moe = experts > 0 && count("E") > 0 ? ffnParts(fields, ffn) : [];
  return [
    perLayer(
      "state space",
      count("M"),
      `${hiddenSize} × (3·${inner} + ${groups} + ${heads}) + ${kernel} × ${inner + groups}`,
      each
    ),
    gqa("attention", shape, count("*")),
    perLayer("dense FFN", count("-"), `2 × ${hiddenSize} × ${interSize}`, 2 * hiddenSize * interSize),
    ...moe
  ];
}

/** Nemotron-NAS rounds the FFN width up to a multiple of this. Source: method.md §7.4. */
const nasInterMultiple = 256;

function nasParts(shape: Shape, blocks: NasBlock[]): ParameterPart[] {
  const {hiddenSize, heads, headDim} = shape;
  return blocks.flatMap(({count, headsPerKvHead, ffnMult}) => {
    const inter = ffnMult === null ? 0 : Math.floor((2 * ffnMult * hiddenSize) / 3);
    const width = Math.ceil(inter / nasInterMultiple) * nasInterMultiple;
    const attention =
      headsPerKvHead === null
        ? []
        : [gqa("attention", shape, count, {heads, headDim, kvHeads: heads / headsPerKvHead})];
    return [...attention, perLayer("dense FFN", count, `3 × ${hiddenSize} × ${width}`, 3 * hiddenSize * width)];
  });
}

/** Gemma 3n adds an embedding per layer. */
function perLayerEmbeddings(fields: Fields, layers: number): ParameterPart[] {
  const width = fields.maybe("hidden_size_per_layer_input") ?? 0;
  const rows = fields.maybe("vocab_size_per_layer_input") ?? 0;
  const active = layers * width;
  return [part("per-layer embedding", `${layers} layers × ${rows} × ${width}`, rows * active, active)];
}

/** The vision tower of a multimodal model, where its config has the usual fields; it passes no text token. */
function visionPart(fields: Fields, root: Json, textHidden: number): ParameterPart[] {
  if (!isObject(root.vision_config)) return [];
  const vision = new Fields(`${fields.id} vision_config`, root.vision_config);
  const depth = vision.maybe("depth", "num_hidden_layers", "vt_num_hidden_layers");
  const hidden = vision.maybe("hidden_size", "vt_hidden_size");
  const inter = vision.maybe("intermediate_size", "vt_intermediate_size");
  if (!depth || !hidden || !inter) {
    const names = {depth, hidden_size: hidden, intermediate_size: inter};
    const lacking = Object.entries(names).flatMap(([name, value]) => (value ? [] : [name]));
    fields.say(`vision_config does not state ${lacking.join(", ")}: the vision tower is not counted`);
    return [];
  }
  const width = vision.maybe("qkv_hidden_size") ?? hidden;
  const matrices = String(vision.config.model_type).startsWith("gemma4") ? 3 : 2;
  const blocks = depth * (4 * hidden * width + matrices * hidden * inter);
  const words = `${depth} × (4 × ${hidden} × ${width} + ${matrices} × ${hidden} × ${inter})`;
  const merge = vision.maybe("spatial_merge_size");
  if (!merge) return [part("vision tower", words, blocks, 0)];
  const merged = hidden * merge ** 2;
  const out = merged + (vision.maybe("out_hidden_size") ?? textHidden);
  const stacks = vision.config.deepstack_visual_indexes;
  const mergers = 1 + (Array.isArray(stacks) ? stacks.length : 0);
  return [part("vision tower", `${words} + ${mergers} × ${merged} × ${out}`, blocks + mergers * merged * out, 0)];
}
