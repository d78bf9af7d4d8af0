/** Says what a family's op list leaves out or rounds of a model, with the size of it. */

import type {Fields} from "./fields.js";
import {ffnPlan} from "./parameters.js";
import type {ModelConfig, ParameterPart} from "./types.js";

/** Shapes of latent attention that the DEEPSEEK op list has, whatever the config says. Source: method.md §7.4. */
const deepseekV3: [key: string, value: number][] = [
  ["num_attention_heads", 128],
  ["q_lora_rank", 1536],
  ["kv_lora_rank", 512],
  ["qk_nope_head_dim", 128],
  ["qk_rope_head_dim", 64],
  ["v_head_dim", 128]
];

/** `known`: the architecture has its own op list, so that only what departs from it is said. */
export function sayLeftOut(fields: Fields, model: ModelConfig, known: boolean): void {
  switch (model.family) {
    case "MOE":
      return sayMoe(fields, model, known);
    case "DEEPSEEK":
    case "KIMIK25":
      return sayDeepseek(fields, model, known);
    case "GPT":
      if (model.headDim !== 128) fields.say(`head_dim ${model.headDim}: attention is timed with heads of 128`);
      return;
    default:
      return;
  }
}

function sayMoe(fields: Fields, model: ModelConfig, known: boolean): void {
  const {denseLayers, denseInter, sharedInter} = ffnPlan(fields, model);
  if (!known && sharedInter === 0) fields.say("n_shared_experts is not stated, or 0: no shared expert assumed");
  if (!known && denseLayers === 0)
    fields.say("first_k_dense_replace is not stated, or 0: experts in every layer assumed");
  if (sharedInter > 0)
    fields.say(
      `shared experts, ${sharedInter} wide, are in neither time nor memory: ${sizeWords(model, "shared experts")}`
    );
  if (denseLayers > 0 && fields.config.enable_moe_block !== true)
    fields.say(
      `${denseLayers} of ${model.layers} layers have a dense FFN, ${denseInter} wide (${sizeWords(model, "dense FFN")}), ` +
        "and are estimated as layers with experts"
    );
}

function sayDeepseek(fields: Fields, model: ModelConfig, known: boolean): void {
  const odd = deepseekV3.filter(([key, value]) => fields.config[key] !== value);
  if (odd.length > 0)
    fields.say(
      `attention is timed with the shapes of DeepSeek-V3: ${odd.map(([key, value]) => `${key} ${value}, not ${String(fields.config[key] ?? "stated")}`).join("; ")}`
    );
  const {denseLayers, sharedInter} = ffnPlan(fields, model);
  if (sharedInter !== model.moeInterSize && fields.keyOf("n_shared_experts") !== undefined)
    fields.say(`shared experts are ${sharedInter} wide and estimated as one of ${model.moeInterSize}`);
  if (!known && denseLayers > 0)
    fields.say(`${denseLayers} of ${model.layers} layers have a dense FFN and are estimated as layers with experts`);
}

/** `0.5 B parameters, 4 % of the active ones`. */
function sizeWords({parameters}: ModelConfig, name: string): string {
  const sum = (parts: readonly ParameterPart[]) =>
    parts.reduce((total, {activeParameters}) => total + activeParameters, 0);
  const own = sum(parameters.filter((part) => part.name === name));
  return `${(own / 1e9).toPrecision(2)} B parameters, ${Math.round((100 * own) / sum(parameters))} % of the active ones`;
}
