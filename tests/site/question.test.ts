import {describe, expect, it, test} from "vitest";
import {questionTargets} from "../../src/components/preference.js";
import {defaults, formatQuestion, parseQuestion} from "../../src/components/question.js";
import type {Question} from "../../src/components/question.js";
import {newestFirst} from "../../src/components/version.js";
import {recognise, shortened} from "../../src/components/config-file.js";
import {normalizeModel} from "../../engine/models/config.js";

test("a question survives its URL", () => {
  const question = {
    ...defaults,
    model: "a/b c&d",
    config: '{"a":1}',
    hfQuantConfig: '{"b":2}',
    decodeSystem: "h100_sxm",
    gpus: 7,
    prefix: 12,
    images: 3,
    imageSize: "1080x1920" as const,
    experts: "wide" as const,
    balanced: true,
    expertSlots: 288,
    pick: "agg:tp4@8",
    axis: "ttft" as const,
    log: true,
    requestLatencyMs: 5000,
    besides: true,
    powerKw: 12.5,
    costPerMillion: 0.75,
    gpuHourPrice: 2.5,
    decodeGpuHourPrice: 1.25,
    requestsPerSec: 0.5,
    objective: "score" as const,
    soft: "ttft,cost",
    weight: 2,
    steepness: 0.25,
    penalty: "jump" as const,
    strict: true,
    database: "hybrid" as const,
    interpolation: "reference" as const,
    transfer: "balanced" as const
  };
  expect(formatQuestion(question)).toContain("figures=hybrid&gaps=balanced");
  expect(parseQuestion(formatQuestion(question))).toEqual(question);
});

test("images and experts have short keys, and none where they are as by default", () => {
  const asked = {...defaults, images: 2, imageSize: "448x448" as const, experts: "deepep" as const, balanced: true};
  expect(formatQuestion(asked)).toMatch(/&images=2&size=448x448&experts=deepep&eplb=1&ttft=/);
  expect(formatQuestion(defaults)).not.toMatch(/images|size|experts|eplb|slots/);
});

test("images and experts that a query gets wrong take their defaults or the nearest limit", () => {
  const wrong = parseQuestion("?images=99&size=3x3&experts=everywhere&eplb=yes&slots=-1");
  expect(wrong).toMatchObject({images: 16, imageSize: "1024x1024", experts: "", balanced: false, expertSlots: 0});
});

test("targets beyond latencies have short keys, and none where they are as by default", () => {
  const asked = {...defaults, objective: "cost" as const, gpuHourPrice: 3, powerKw: 20, strict: true};
  expect(formatQuestion(asked)).toMatch(/&kw=20&price=3&best=cost&strict=1$/);
  expect(formatQuestion(defaults)).not.toMatch(/kw|price|cost|rate|best|soft|weight|steepness|penalty|strict|besides/);
});

test("targets that a query gets wrong take their defaults or the nearest limit", () => {
  const wrong = parseQuestion(
    "?best=fame&soft=tpot,fame,ttft&kw=-3&price=free&weight=0&steepness=99&penalty=step&rate=x"
  );
  expect(wrong).toMatchObject({
    objective: "throughput",
    soft: "ttft,tpot",
    powerKw: 0,
    gpuHourPrice: 0,
    weight: 0.01,
    steepness: 10,
    penalty: "continuous",
    requestsPerSec: 0
  });
});

test("an empty query asks the default question", () => {
  expect(parseQuestion("")).toEqual(defaults);
});

test("what a query gets wrong takes its default or the nearest limit", () => {
  const question = parseQuestion("?gpus=none&isl=-4&backend=vllm2&x=speed&ttft=1e9&prefix=99999");
  expect(question).toMatchObject({gpus: 32, isl: 1, backend: "trtllm", axis: "user", ttftMs: 60000, prefix: 0});
});

test("a request latency replaces the other targets only when it is set", () => {
  expect(questionTargets(defaults)).toEqual({ttftMs: 300, tpotMs: 10});
  expect(questionTargets({...defaults, requestLatencyMs: 5000}).requestLatencyMs).toBe(5000);
});

test("versions are newest first, finals before their candidates", () => {
  const versions = ["1.0.0", "1.3.0rc9", "1.3.0", "1.3.0rc10", "0.5.6.post2", "0.5.10", "0.5.6"];
  expect(versions.sort(newestFirst)).toEqual([
    "1.3.0",
    "1.3.0rc10",
    "1.3.0rc9",
    "1.0.0",
    "0.5.10",
    "0.5.6.post2",
    "0.5.6"
  ]);
});

const llama = {
  architectures: ["LlamaForCausalLM"],
  num_hidden_layers: 2,
  hidden_size: 64,
  num_attention_heads: 8,
  num_key_value_heads: 2,
  intermediate_size: 128,
  vocab_size: 1000,
  max_position_embeddings: 4096,
  tie_word_embeddings: false
};

test("a config is shortened to what makes a difference, and makes the same model", () => {
  const config = {
    ...llama,
    eos_token_id: 1,
    torch_dtype: "bfloat16",
    rope_scaling: {factor: 8},
    quantization_config: {quant_method: "fp8", modules_to_not_convert: Array(20).fill("layer")}
  };
  const short = shortened({config});
  expect(short).toEqual({config: {...llama, quantization_config: {quant_method: "fp8"}}});
  expect(normalizeModel("m", short.config)).toEqual(normalizeModel("m", config));
});

test("lists that tell layers apart are kept, lists of names are not", () => {
  const ignore = Array.from({length: 40}, (_, i) => `model.layers.${i}.self_attn.q_proj`);
  const weights = {num_bits: 4, type: "int"};
  const config = {
    ...llama,
    architectures: ["MistralForCausalLM"],
    hidden_act: "silu",
    sliding_window: 16,
    layer_types: ["sliding_attention", "full_attention"],
    quantization_config: {quant_method: "compressed-tensors", ignore, config_groups: {group_0: {weights}}}
  };
  const short = shortened({config}).config!;
  expect(short).toMatchObject({
    layer_types: config.layer_types,
    quantization_config: {config_groups: {group_0: {weights}}}
  });
  expect(JSON.stringify(short).length).toBeLessThan(700);
  expect(normalizeModel("m", short)).toEqual(normalizeModel("m", config));
});

test("files are recognised by what they hold", () => {
  const quantConfig = {quantization: {quant_algo: "NVFP4", exclude_modules: Array(500).fill("lm_head")}, producer: {}};
  expect(recognise(JSON.stringify(llama))).toEqual({config: llama});
  expect(recognise(JSON.stringify(quantConfig))).toEqual({quantConfig});
  expect(shortened({config: llama, quantConfig}).quantConfig).toEqual({quantization: {quant_algo: "NVFP4"}});
  expect(() => recognise("[1]")).toThrow(/object in braces/);
  expect(() => recognise("{oops")).toThrow(/not JSON/);
});

test("algorithms listed for every layer are shortened to one of each kind", () => {
  const layer = (quant_algo: string) => ({quant_algo});
  const experts = Array.from({length: 300}, (_, i) => [`layers.${i}.mlp.experts.${i}.up_proj`, layer("NVFP4")]);
  const attention = Array.from({length: 300}, (_, i) => [`layers.${i}.self_attn.q_proj`, layer("FP8")]);
  const quantized_layers = Object.fromEntries([...experts, ...attention]);
  const files = {config: llama, quantConfig: {quantization: {quant_algo: "MIXED_PRECISION", quantized_layers}}};
  const short = shortened(files);
  expect(JSON.stringify(short.quantConfig).length).toBeLessThan(300);
  expect(normalizeModel("m", short.config, short.quantConfig)).toEqual(normalizeModel("m", llama, files.quantConfig));
});

describe("a page with a question of its own", () => {
  const base: Question = {
    ...defaults,
    model: "my-model",
    config: '{"architectures":["X"]}',
    system: "b200_sxm",
    isl: 2000
  };

  it("asks it with nothing in its address", () => {
    expect(parseQuestion("", base)).toEqual(base);
  });

  it("keeps its config.json out of its address, unless another was put in its place", () => {
    expect(formatQuestion(base, base)).not.toContain("config");
    const plain = {...base, config: "", model: "Qwen/Qwen3-32B"};
    expect(parseQuestion(formatQuestion(plain, base), base)).toEqual(plain);
  });

  it("comes back whole from its address", () => {
    const other = {...base, isl: 100, strict: true, soft: "ttft", changes: false};
    expect(parseQuestion(formatQuestion(other, base), base)).toEqual(other);
    expect(parseQuestion("?isl=&osl=x", base)).toMatchObject({isl: 2000, osl: defaults.osl});
  });
});
