/** What can be asked of some models only: images of a prompt, and how experts are spread over GPUs. */
import {checkServing, expertMode} from "../engine/models/serving.js";
import type {ServingChoices} from "../engine/models/serving.js";
import type {ModelConfig} from "../engine/models/types.js";
import type {Images} from "../engine/models/vision.js";
import type {SystemSpec} from "../engine/system.js";
import type {Choice} from "./combobox.js";
import {expertSpreads, imageSizes} from "./question.js";
import type {ExpertSpread, Question} from "./question.js";

/** Undefined for text alone. */
export function imagesOf({images, imageSize}: Question): Images | undefined {
  const [heightPixels, widthPixels] = imageSize.split("x").map(Number);
  return images > 0 ? {count: images, heightPixels, widthPixels} : undefined;
}

/** `4000 in with 2 images, 500 out`. */
export function requestWords({isl, osl, images}: Question): string {
  const pictures = images > 0 ? ` with ${images} ${images === 1 ? "image" : "images"}` : "";
  return `${isl} in${pictures}, ${osl} out`;
}

/** Undefined where everything is as by default. */
export function servingOf({experts, balanced, expertSlots}: Question): ServingChoices | undefined {
  if (!experts && !balanced) return undefined;
  return {
    ...spreads[experts],
    ...(balanced && {eplb: true}),
    ...(expertSlots > 0 && {wideEpSlots: expertSlots})
  };
}

const spreads: Record<ExpertSpread, ServingChoices> = {
  "": {},
  wide: {wideEp: true},
  deepep: {moeBackend: "deepep_moe"},
  megamoe: {moeBackend: "megamoe"}
};

type Asked = Pick<Question, "backend" | "experts" | "balanced">;

/** Systems are those of prefill and decode. One choice where the model, the backend or the GPUs have no other. */
export function spreadChoices(
  model: ModelConfig | undefined,
  {backend}: Asked,
  systems: readonly SystemSpec[]
): Choice[] {
  const isOffered = (spread: ExpertSpread) => {
    if (spread === "") return true;
    if (!model || model.experts === 0) return false;
    // On TensorRT-LLM the other spreads are words for nothing.
    if (expertMode({backend, ...spreads[spread]}) === "standard") return false;
    try {
      for (const system of systems) checkServing(model, {backend, system}, spreads[spread]);
      return true;
    } catch {
      return false;
    }
  };
  const words: Record<ExpertSpread, string> = {
    "": "standard",
    wide: backend === "sglang" ? "DeepEP, wide" : "wide",
    deepep: "DeepEP",
    megamoe: "MegaMoE"
  };
  return expertSpreads.filter(isOffered).map((value) => ({value, label: words[value]}));
}

/** Whether balancing experts changes any time: sglang's prompts, and TensorRT-LLM's wide expert parallelism. */
export function canBalance(model: ModelConfig | undefined, {backend, experts}: Asked): boolean {
  if (!model || model.experts === 0) return false;
  if (backend === "sglang") return experts !== "megamoe";
  return expertMode({backend, ...spreads[experts]}) === "trtllm_wide";
}

/** Steps of the slots beyond one an expert: a GPU each of a small deployment. */
const slotStep = 32;

/** Places for experts: one each, or more, that the popular ones share. Empty where slots mean nothing. */
export function slotChoices(model: ModelConfig | undefined, asked: Asked & Pick<Question, "expertSlots">): Choice[] {
  const {backend, experts, balanced, expertSlots} = asked;
  if (!model || !balanced || expertMode({backend, ...spreads[experts]}) !== "trtllm_wide") return [];
  const usual = [1, 2, 4].map((steps) => model.experts + steps * slotStep);
  const more = expertSlots > model.experts && !usual.includes(expertSlots) ? [...usual, expertSlots] : usual;
  return [
    {value: "0", label: `${model.experts}, one an expert`},
    ...more.map((slots) => ({value: String(slots), label: String(slots)}))
  ];
}

/** Images and experts of a question as far as its model, backend and GPUs have them. */
export function applicable(
  question: Question,
  model: ModelConfig | undefined,
  systems: readonly SystemSpec[]
): Question {
  const images = model?.vision ? question.images : 0;
  const spreadsHere = spreadChoices(model, question, systems);
  const experts = spreadsHere.some(({value}) => value === question.experts) ? question.experts : "";
  const balanced = question.balanced && canBalance(model, {...question, experts});
  const slots = slotChoices(model, {...question, experts, balanced});
  return {
    ...question,
    images,
    imageSize: images > 0 ? question.imageSize : imageSizes[0],
    experts,
    balanced,
    expertSlots: slots.some(({value}) => value === String(question.expertSlots)) ? question.expertSlots : 0
  };
}
