/** Flags and batch fields for how experts are spread and fed. */
import {attentionBackends, moeBackends, type ServingChoices} from "../engine/models/serving.js";
import type {Flags, Values} from "./args.js";
import type {Fields} from "./fields.js";

export const servingFlags = {
  "enable-wideep": {
    type: "boolean",
    help: "experts over many GPUs: TensorRT-LLM's wide EP, DeepEP on sglang",
    aliases: ["wide-ep"]
  },
  "moe-backend": {type: "string", choices: moeBackends, help: "what runs and feeds experts"},
  "enable-eplb": {type: "boolean", help: "experts balanced over ranks", aliases: ["eplb"]},
  "wideep-slots": {
    type: "integer",
    unit: "SLOTS",
    min: 1,
    help: "trtllm wide EP with EPLB: places for experts (default one each)",
    aliases: ["wideep-num-slots"]
  },
  "attention-backend": {type: "string", choices: attentionBackends, help: "sglang wide EP: kernel of latent attention"},
  "corrected-mla": {
    type: "boolean",
    help: "agg: latent attention of mixed steps per request; the reference counts it once over all tokens"
  }
} as const satisfies Flags;

/** Only what was chosen. */
export function servingOf(values: Values<typeof servingFlags>): ServingChoices {
  return {
    ...(values["enable-wideep"] && {wideEp: true}),
    ...(values["moe-backend"] && {moeBackend: values["moe-backend"]}),
    ...(values["enable-eplb"] && {eplb: true}),
    ...(values["wideep-slots"] && {wideEpSlots: values["wideep-slots"]}),
    ...(values["attention-backend"] && {attentionBackend: values["attention-backend"]}),
    ...(values["corrected-mla"] && {correctedMla: true})
  };
}

/** The same out of a batch line: enableWideep, moeBackend, enableEplb, wideepSlots, attentionBackend, correctedMla. */
export function servingFields(fields: Fields): ServingChoices {
  const moeBackend = fields.maybeChoice("moeBackend", moeBackends);
  const wideEpSlots = fields.maybeCount("wideepSlots", 1);
  const attentionBackend = fields.maybeChoice("attentionBackend", attentionBackends);
  // False is said, too: pools of some GPUs balance experts where nothing is.
  const eplb = fields.maybeFlag("enableEplb");
  return {
    ...(fields.maybeFlag("enableWideep") && {wideEp: true}),
    ...(moeBackend && {moeBackend}),
    ...(eplb !== undefined && {eplb}),
    ...(wideEpSlots && {wideEpSlots}),
    ...(attentionBackend && {attentionBackend}),
    ...(fields.maybeFlag("correctedMla") && {correctedMla: true})
  };
}
