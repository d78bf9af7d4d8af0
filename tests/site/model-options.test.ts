import {expect, test} from "vitest";
import {
  applicable,
  canBalance,
  imagesOf,
  requestWords,
  servingOf,
  slotChoices,
  spreadChoices
} from "../../src/components/model-options.js";
import {modelOf} from "../../src/components/model.js";
import {defaults} from "../../src/components/question.js";
import type {Question} from "../../src/components/question.js";
import {literalSystem} from "../engine/literal-tables.js";

const hopper = [{...literalSystem, smVersion: 90}];
const blackwell = [{...literalSystem, smVersion: 100}];
const asking = (part: Partial<Question>): Question => ({...defaults, ...part});
const spreads = (part: Partial<Question>, systems = hopper) => {
  const question = asking(part);
  return spreadChoices(modelOf(question), question, systems).map(({value}) => value);
};
const kept = (part: Partial<Question>, systems = hopper) => {
  const question = asking(part);
  return applicable(question, modelOf(question), systems);
};
const v3 = "deepseek-ai/DeepSeek-V3";

test("images go to the search with height before width, none for text alone", () => {
  expect(imagesOf(asking({images: 2, imageSize: "1080x1920"}))).toEqual({
    count: 2,
    heightPixels: 1080,
    widthPixels: 1920
  });
  expect(imagesOf(defaults)).toBeUndefined();
  expect(requestWords(defaults)).toBe("4000 in, 500 out");
  expect(requestWords(asking({images: 1}))).toBe("4000 in with 1 image, 500 out");
});

test("what is chosen of experts is what the command line calls it", () => {
  expect(servingOf(defaults)).toBeUndefined();
  expect(servingOf(asking({experts: "wide", balanced: true, expertSlots: 288}))).toEqual({
    wideEp: true,
    eplb: true,
    wideEpSlots: 288
  });
  expect(servingOf(asking({experts: "deepep"}))).toEqual({moeBackend: "deepep_moe"});
});

test("experts are spread only as model, backend and GPU have it", () => {
  expect(spreads({model: v3, backend: "trtllm"})).toEqual(["", "wide"]);
  expect(spreads({model: v3, backend: "sglang"})).toEqual(["", "wide", "deepep"]);
  expect(spreads({model: v3, backend: "vllm"})).toEqual([""]);
  expect(spreads({model: "Qwen/Qwen3-235B-A22B", backend: "trtllm"})).toEqual([""]);
  expect(spreads({model: "Qwen/Qwen3-235B-A22B", backend: "sglang"})).toEqual(["", "wide", "deepep"]);
  expect(spreads({model: "Qwen/Qwen3-32B", backend: "sglang"})).toEqual([""]);
  expect(spreads({model: "deepseek-ai/DeepSeek-V4-Pro", backend: "sglang"}, blackwell)).toEqual(["", "megamoe"]);
  expect(spreads({model: "deepseek-ai/DeepSeek-V4-Pro", backend: "sglang"}, [...blackwell, ...hopper])).toEqual([""]);
});

test("a model that is not known has nothing to choose", () => {
  expect(modelOf(asking({model: "no/such-model"}))).toBeUndefined();
  expect(modelOf(asking({config: "{oops"}))).toBeUndefined();
  expect(spreads({model: "no/such-model", backend: "sglang"})).toEqual([""]);
  expect(kept({model: "no/such-model", images: 3, experts: "wide", balanced: true})).toEqual(
    asking({model: "no/such-model"})
  );
});

test("a pasted model with experts is asked about them", () => {
  const config = JSON.stringify({
    architectures: ["Qwen3MoeForCausalLM"],
    num_hidden_layers: 2,
    hidden_size: 256,
    num_attention_heads: 8,
    num_key_value_heads: 2,
    head_dim: 32,
    intermediate_size: 512,
    vocab_size: 1000,
    max_position_embeddings: 4096,
    num_experts: 8,
    num_experts_per_tok: 2,
    moe_intermediate_size: 128
  });
  expect(spreads({model: "mine", config, backend: "sglang"})).toEqual(["", "wide", "deepep"]);
});

test("expert load is balanced where that changes a time", () => {
  const model = modelOf(asking({model: v3}));
  const can = (backend: Question["backend"], experts: Question["experts"]) =>
    canBalance(model, {backend, experts, balanced: false});
  expect([can("sglang", ""), can("sglang", "wide"), can("trtllm", "wide")]).toEqual([true, true, true]);
  expect([can("trtllm", ""), can("vllm", ""), can("sglang", "megamoe")]).toEqual([false, false, false]);
  expect(canBalance(modelOf(defaults), {backend: "sglang", experts: "", balanced: false})).toBe(false);
});

test("slots are asked with balanced wide experts on TensorRT-LLM, at least one an expert", () => {
  const model = modelOf(asking({model: v3}));
  const values = (part: Partial<Question>) => slotChoices(model, asking(part)).map(({value}) => value);
  // 256 experts, and 1, 2 or 4 times 32 slots more.
  expect(values({experts: "wide", balanced: true})).toEqual(["0", "288", "320", "384"]);
  expect(values({experts: "wide", balanced: true, expertSlots: 264})).toEqual(["0", "288", "320", "384", "264"]);
  expect(values({experts: "wide", balanced: true, expertSlots: 100})).toEqual(["0", "288", "320", "384"]);
  expect(values({experts: "wide"})).toEqual([]);
  expect(values({experts: "wide", balanced: true, backend: "sglang"})).toEqual([]);
});

test("what a question asks in vain is left out of it", () => {
  const vain = {images: 2, imageSize: "448x448", experts: "wide", balanced: true, expertSlots: 288} as const;
  expect(kept({...vain})).toEqual(defaults);
  expect(kept({...vain, model: v3})).toEqual(asking({model: v3, experts: "wide", balanced: true, expertSlots: 288}));
  expect(kept({...vain, model: v3, expertSlots: 100})).toMatchObject({expertSlots: 0, balanced: true});
  const seeing = {...vain, model: "Qwen/Qwen3-VL-8B-Instruct"};
  expect(kept(seeing)).toEqual(asking({model: seeing.model, images: 2, imageSize: "448x448"}));
});
