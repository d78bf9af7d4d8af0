/** Which family an architecture without an op list of its own is nearest to, by the fields of its config; or why none is. */

import {InputError} from "../errors.js";
import {isObject} from "./fields.js";
import type {Fields, Json} from "./fields.js";
import {linearLayers} from "./parameters.js";
import type {Family} from "./types.js";

/** Architectures that differ from one with an op list in name only, or in what the list leaves out anyway. */
const renamed: Record<string, string> = {
  Llama4ForCausalLM: "Llama4ForConditionalGeneration",
  Gemma4ForCausalLM: "Gemma4ForConditionalGeneration",
  Qwen3_5ForCausalLM: "Qwen3_5ForConditionalGeneration",
  Qwen3_5MoeForCausalLM: "Qwen3_5MoeForConditionalGeneration",
  Qwen3NextForCausalLM: "Qwen3_5MoeForConditionalGeneration"
};

/** What kinds of model cannot be estimated as any family, by name, and why. */
const refusals: [RegExp, string][] = [
  [
    /Whisper|Speech|Wav2Vec|Hubert|ForCTC|TextToSpe|TextToWave|TTS|ForAudio|Codec|Moshi|Bark|Musicgen/i,
    "an audio model"
  ],
  [/LLaDA|Dream|Diffusion|UNet|VAE/i, "a diffusion model: it does not decode token by token"],
  [/ForImage|^(ViT|CLIP|Siglip|Dino)/, "a vision model without a language model"],
  [/^(T5|MT5|UMT5|Bart|MBart|Pegasus|Marian|M2M100|LED|ProphetNet|BlenderBot)/i, "an encoder-decoder"],
  [
    /For(MaskedLM|SequenceClassification|TokenClassification|QuestionAnswering|MultipleChoice|Retrieval|PreTraining)$|Bert|Roberta|Electra/i,
    "an encoder or a classifier: it does not generate text"
  ],
  [
    /^(?!ChatGLM)(?!.*Chat).*(?<!LMHead)Model$/,
    "a model without a language-model head (an embedding model): it does not generate text"
  ],
  [
    /Mamba|RWKV|RetNet|Griffin|Hyena|Jamba|Bamba|Zamba|FalconH1|Lfm2|xLSTM/i,
    "a state-space or recurrent model of a kind that has no op list"
  ]
];

/** Fields that only models with state-space, convolution or linear-attention layers have. */
const recurrent = [
  "linear_attn_config",
  "state_size",
  "ssm_state_size",
  "ssm_cfg",
  "mamba_d_state",
  "mamba_d_ssm",
  "mamba_num_heads",
  "d_state",
  "lru_width",
  "layers_block_type",
  "hybrid_override_pattern",
  "linear_num_value_heads"
];

/** Architectures whose FFN is two matrices, without a gate. */
const ungated =
  /^(GPT2|GPTJ|GPTNeo|GPTNeoX|GPTBigCode|Starcoder2|Falcon(?!3|H1|Mamba)|RW|Bloom|OPT|M[Pp][Tt]|PhiFor|CodeGen|Persimmon|Arcee|Apertus|BioGpt|NemotronFor)/;
const ungatedActivations = ["relu", "relu2", "gelu_new", "gelu_fast", "xielu", "squared_relu"];
const gatedActivations = ["silu", "swish", "swiglu", "swigluoai", "geglu", "gelu_glu"];

/** The part of a config that describes the language model of a multimodal one; the config itself for others. */
export function textPart(root: Json): Json {
  const thinker = isObject(root.thinker_config) ? root.thinker_config.text_config : undefined;
  const parts = [root.text_config, root.llm_config, root.language_config, thinker];
  return parts.find(isObject) ?? root;
}

/** With what dbrx and MPT nest, and what a yes or no says of KV heads, where `Fields` looks for it. */
export function flattened(text: Json): Json {
  const nested = [text.attn_config, text.ffn_config].filter(isObject);
  const multiQuery = text.multi_query === true && text.new_decoder_architecture !== true;
  return {...Object.assign({}, ...nested), ...text, ...(multiQuery && {num_key_value_heads: 1})};
}

/** Stands in for an architecture whose name says nothing: the config of its language model names a known one. */
export function knownAs(architecture: string, text: Json, known: readonly string[]): string | undefined {
  const inner = Array.isArray(text.architectures) ? text.architectures[0] : undefined;
  return [renamed[architecture], inner].find((name) => typeof name === "string" && known.includes(name)) as
    string | undefined;
}

/**
 * The nearest family to `architecture`. What that takes for granted is said in `fields.assumptions`. Throws InputError
 * for a model that is none of the families, with the reason.
 */
export function nearestFamily(architecture: string, root: Json, fields: Fields): Family {
  const refuse = (why: string): never => {
    throw new InputError(
      `${fields.id}: ${architecture} cannot be estimated: ${why}; Kneepoint estimates decoder-only language models`
    );
  };
  const why = refusals.find(([pattern]) => pattern.test(architecture))?.[1];
  if (why) return refuse(why);
  if (root.is_encoder_decoder === true || fields.config.is_encoder_decoder === true)
    return refuse("is_encoder_decoder is true, an encoder-decoder");
  const experts = fields.maybe("n_routed_experts") ?? 0;
  const hasExperts = experts > 1;
  const latent = (fields.maybe("kv_lora_rank") ?? 0) > 0;
  if (latent && !hasExperts)
    return refuse(
      "kv_lora_rank means latent attention, and no family has that without experts (num_experts or n_routed_experts)"
    );
  const found = recurrentFields(fields.config);
  if (found && !(latent && found === "linear_attn_config"))
    return refuse(
      `${found} means state-space or linear-attention layers, which are estimated beside latent attention (kv_lora_rank) only`
    );
  const say = (family: Family, words: string): Family => {
    fields.say(`${architecture} has no op list of its own: estimated as ${family} (${words})`);
    return family;
  };
  if (latent) return latentFamily(fields, say);
  if (hasExperts || (fields.maybe("num_experts_per_tok") ?? 0) > 1 || (fields.maybe("moe_intermediate_size") ?? 0) > 0)
    return say("MOE", "grouped-query attention, gated experts in every layer");
  const [gated, because] = hasGate(architecture, fields.config);
  if (gated) return say("LLAMA", `grouped-query attention, an FFN of three matrices, as ${because}`);
  return say("GPT", `attention and an FFN of two matrices, as ${because}`);
}

function latentFamily(fields: Fields, say: (family: Family, words: string) => Family): Family {
  const indexed = fields.keyOf("index_topk") && fields.keyOf("index_n_heads") && fields.keyOf("index_head_dim");
  const words = "latent attention, shared expert, experts in every layer";
  const family = indexed ? say("DEEPSEEKV32", `${words}, and an indexer`) : say("DEEPSEEK", words);
  const width = fields.keyOf("routed_expert_hidden_size", "moe_latent_size");
  if (width !== undefined)
    fields.say(
      `${width} ${String(fields.config[width])}: experts are estimated on the whole hidden state, which overstates their time and memory`
    );
  const layers = fields.maybe("num_hidden_layers") ?? 0;
  if (fields.config.linear_attn_config !== undefined)
    fields.say(
      `linear_attn_config: ${linearLayers(fields.config, layers)} of ${layers} layers have linear attention and are ` +
        "estimated as latent attention, which overstates long prompts and their KV cache"
    );
  return family;
}

/** The field that tells of recurrent layers; undefined when there is none. */
function recurrentFields(config: Json): string | undefined {
  const stated = (key: string) => config[key] !== undefined && config[key] !== null;
  const types = Array.isArray(config.layer_types) ? config.layer_types : [];
  const odd = types.find((type) => /linear|mamba|conv|recurrent|rwkv/.test(String(type)));
  if (odd !== undefined) return `layer_types "${String(odd)}"`;
  if (Array.isArray(config.attn_type_list) && config.attn_type_list.includes(0)) return "attn_type_list 0";
  return recurrent.find(stated);
}

/** Whether the FFN has a gate, and what says so. */
function hasGate(architecture: string, config: Json): [boolean, string] {
  if (ungated.test(architecture)) return [false, `in the published code of ${architecture}`];
  const key = ["hidden_act", "hidden_activation", "activation_function", "activation"].find(
    (name) => typeof config[name] === "string"
  );
  if (key === undefined) return [true, "most models have, for hidden_act is not stated"];
  const name = String(config[key]).toLowerCase();
  if (gatedActivations.includes(name)) return [true, `${key} ${name} implies`];
  if (ungatedActivations.includes(name)) return [false, `${key} ${name} implies`];
  return key === "activation_function"
    ? [false, `GPT models have that state ${key}`]
    : [true, `most models with ${key} ${name} have`];
}

/** Says which modalities of a multimodal model the estimate leaves out. */
export function sayIgnoredParts(root: Json, fields: Fields, hasEncoder: boolean): void {
  const vision = ["vision_config", "visual", "vision_tower", "mm_vision_tower", "img_processor", "vit_config"];
  const audio = ["audio_config", "audio_processor", "speech_config"];
  const outer = isObject(root.thinker_config) ? {...root.thinker_config, ...root} : root;
  const stated = (key: string) => outer[key] !== undefined && outer[key] !== null;
  const ignored = [...(hasEncoder ? [] : vision), ...audio].filter(stated);
  if (ignored.length > 0) fields.say(`${ignored.join(" and ")} ignored: only the text model is estimated`);
}

/** Says how many layers attend to a window only, where the family's op list lets all attend to everything. */
export function sayWindows(fields: Fields, layers: number, contextTokens: number): void {
  const {config} = fields;
  const key = fields.keyOf("sliding_window", "sliding_window_size", "attention_chunk_size");
  const window = key === undefined ? undefined : config[key];
  if (config.use_sliding_window === false || typeof window !== "number" || window <= 0) return;
  if (contextTokens > 0 && window >= contextTokens) return;
  const windowed = windowedLayers(config, layers);
  if (windowed === 0) return;
  fields.say(
    `${key} ${window} is not modelled: ${windowed} of ${layers} layers attend to that window only and are estimated as ` +
      "attending to everything, which overstates long prompts and their KV cache"
  );
}

function windowedLayers(config: Json, layers: number): number {
  if (Array.isArray(config.layer_types))
    return config.layer_types.filter((type) => /sliding|chunked|local/.test(String(type))).length;
  const pattern = config.sliding_window_pattern ?? config._sliding_window_pattern;
  if (typeof pattern === "number" && pattern > 0) return layers - Math.floor(layers / pattern);
  if (typeof pattern === "string" && pattern !== "") {
    const local = [...pattern].filter((letter) => letter === "L").length;
    return Math.round((layers * local) / pattern.length);
  }
  if (config.model_type === "gemma2") return Math.ceil(layers / 2);
  const from = config.max_window_layers;
  return typeof from === "number" && config.use_sliding_window === true ? Math.max(0, layers - from) : layers;
}
