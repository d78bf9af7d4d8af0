import {describe, expect, it} from "vitest";
import {parseFlags, verbHelp, type Verb} from "../../src/cli/args.js";

const verb = {
  name: "try",
  summary: "tries",
  positional: "[FILE]",
  flags: {
    "total-gpus": {type: "integer", unit: "GPUS", min: 1, help: "GPUs"},
    ttft: {type: "number", unit: "MS", default: 2000, help: "target"},
    backend: {type: "string", choices: ["trtllm", "sglang"], default: "trtllm", help: "framework"},
    model: {type: "string", unit: "ID", help: "model", aliases: ["model-path"]},
    json: {type: "boolean", help: "JSON"}
  }
} as const satisfies Verb;

const parse = (...argv: string[]) => parseFlags<(typeof verb)["flags"]>(verb, argv);

describe("parseFlags", () => {
  it("reads numbers, choices, switches and the positional, and fills in defaults", () => {
    expect(parse("--total-gpus", "32", "--backend=sglang", "in.jsonl", "--json")).toEqual({
      values: {"total-gpus": 32, ttft: 2000, backend: "sglang", model: undefined, json: true},
      positional: "in.jsonl"
    });
  });

  it("takes underscores and aliases, and leaves underscores of values alone", () => {
    expect(parse("--total_gpus", "4", "--model_path=org/a_b")).toMatchObject({
      values: {"total-gpus": 4, model: "org/a_b"}
    });
  });

  it("says help when asked", () => {
    expect(parse("--json", "-h")).toBe("help");
  });

  it.each([
    [["--totl-gpus", "3"], /^unknown flag: --totl-gpus; try has --total-gpus .*; did you mean --total-gpus\?$/],
    [["--backend", "vlm"], /^unknown --backend: vlm; have trtllm, sglang/],
    [["--ttft", "soon"], /^invalid --ttft: soon; must be a number of at least 0$/],
    [["--ttft", "-1"], /^invalid --ttft: -1; must be a number of at least 0$/],
    [["--total-gpus", "0"], /^invalid --total-gpus: 0; must be a whole number of at least 1$/],
    [["--total-gpus", "1.5"], /^invalid --total-gpus: 1.5; must be a whole number/],
    [["--total-gpus"], /^invalid --total-gpus: no value; must be a whole number$/],
    [["--json=yes"], /^invalid --json: yes; takes no value$/],
    [["a", "b"], /^unexpected argument: b; try takes \[FILE\]$/]
  ])("%j: what, got, what would do", (argv, message) => {
    expect(() => parse(...argv)).toThrow(message);
  });
});

it("help lists every flag with unit, choices and default", () => {
  expect(verbHelp(verb)).toMatchInlineSnapshot(`
    "tries

    usage: kneepoint try [FILE] [flags]

      --total-gpus GPUS  GPUs
      --ttft MS          target (default 2000)
      --backend NAME     framework: trtllm, sglang (default trtllm)
      --model ID         model
      --json             JSON
      --help             print this help"
  `);
});
