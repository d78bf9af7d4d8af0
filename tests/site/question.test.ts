import {expect, test} from "vitest";
import {defaults, formatQuestion, parseQuestion, questionTargets} from "../../src/components/question.js";
import {newestFirst} from "../../src/components/version.js";
import {shortened} from "../../src/components/config-dialog.js";

test("a question survives its URL", () => {
  const question = {
    ...defaults,
    model: "a/b c&d",
    config: '{"a":1}',
    decodeSystem: "h100_sxm",
    gpus: 7,
    prefix: 12,
    pick: "agg:tp4@8",
    axis: "ttft" as const,
    log: true,
    requestLatencyMs: 5000
  };
  expect(parseQuestion(formatQuestion(question))).toEqual(question);
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

test("a config is shortened to what the engine reads", () => {
  const config = {
    hidden_size: 8,
    eos_token_id: 1,
    torch_dtype: "bfloat16",
    vision_config: {},
    quantization_config: {quant_method: "fp8", modules_to_not_convert: Array(20).fill("layer")}
  };
  expect(shortened(config)).toEqual({
    hidden_size: 8,
    quantization_config: {quant_method: "fp8", modules_to_not_convert: []}
  });
});
