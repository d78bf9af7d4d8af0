import {describe, expect, it} from "vitest";
import {parseFlags, type Verb} from "../../src/cli/args.js";
import {verbHelp} from "../../src/cli/help.js";

const verb = {
  name: "try",
  summary: "tries",
  positional: "[FILE]",
  flags: {
    "total-gpus": {type: "integer", unit: "GPUS", min: 1, help: "GPUs"},
    ttft: {type: "number", unit: "MS", default: 2000, help: "target"},
    backend: {type: "string", choices: ["trtllm", "sglang"], default: "trtllm", help: "framework"},
    model: {type: "string", unit: "ID", help: "model", aliases: ["model-path"]},
    "agg-tp": {type: "integers", unit: "N,…", min: 1, help: "sizes", group: "search"},
    soft: {type: "texts", unit: "GOAL", help: "goals", group: "search"},
    json: {type: "boolean", help: "JSON"}
  },
  examples: [{line: "try --ttft 3", what: "three milliseconds"}]
} as const satisfies Verb;

const parse = (...argv: string[]) => parseFlags<(typeof verb)["flags"]>(verb, argv);

describe("parseFlags", () => {
  it("reads numbers, choices, switches and the positional, and fills in defaults", () => {
    expect(parse("--total-gpus", "32", "--backend=sglang", "in.jsonl", "--json")).toEqual({
      values: {"total-gpus": 32, ttft: 2000, backend: "sglang", model: undefined, json: true},
      given: new Set(["total-gpus", "backend", "json"]),
      positional: "in.jsonl",
      positionals: ["in.jsonl"]
    });
  });

  it("takes underscores and aliases, and leaves underscores of values alone", () => {
    expect(parse("--total_gpus", "4", "--model_path=org/a_b")).toMatchObject({
      values: {"total-gpus": 4, model: "org/a_b"}
    });
  });

  it("reads lists with commas and lists that repeat the flag as one", () => {
    expect(parse("--agg-tp", "2,4", "--agg_tp=8", "--soft", "a=1", "--soft", "b=2:3")).toMatchObject({
      values: {"agg-tp": [2, 4, 8], soft: ["a=1", "b=2:3"]}
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
    [["--agg-tp", "2,x"], /^invalid --agg-tp: x; must be whole numbers with commas between, each of at least 1$/],
    [["--agg-tp", "2,,4"], /^invalid --agg-tp: ; must be whole numbers/],
    [["--json=yes"], /^invalid --json: yes; takes no value$/],
    [["a", "b"], /^unexpected argument: b; try takes \[FILE\]$/]
  ])("%j: what, got, what would do", (argv, message) => {
    expect(() => parse(...argv)).toThrow(message);
  });
});

it("help lists every flag under its heading with unit, choices, default and other names, then what works", () => {
  expect(verbHelp(verb)).toMatchInlineSnapshot(`
    "tries

    usage: kneepoint try [FILE] [flags]

      --total-gpus GPUS  GPUs
      --ttft MS          target (default 2000)
      --backend NAME     framework: trtllm, sglang (default trtllm)
      --model ID         model; also --model-path
      --json             JSON
      --help             print this help

    search
      --agg-tp N,…       sizes
      --soft GOAL        goals

      # three milliseconds
      kneepoint try --ttft 3"
  `);
});
