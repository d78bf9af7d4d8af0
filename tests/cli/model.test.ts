import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterAll, describe, expect, it} from "vitest";
import {kneepoint, noData} from "./helpers.js";

const folder = mkdtempSync(join(tmpdir(), "kneepoint-model-"));
afterAll(() => rmSync(folder, {recursive: true}));

const tiny = {
  architectures: ["LlamaForCausalLM"],
  num_hidden_layers: 2,
  hidden_size: 1024,
  num_attention_heads: 8,
  num_key_value_heads: 2,
  intermediate_size: 4096,
  vocab_size: 32000,
  max_position_embeddings: 4096,
  tie_word_embeddings: false
};
const fp8 = {quantization: {quant_algo: "FP8", kv_cache_quant_algo: "FP8"}};

function put(path: string, value: unknown): string {
  const file = join(folder, path);
  mkdirSync(join(file, ".."), {recursive: true});
  writeFileSync(file, JSON.stringify(value));
  return file;
}

const model = (...args: string[]) => kneepoint(["model", ...args], {env: noData});

describe("kneepoint model", () => {
  it("prints a card whose figures can be checked by hand", () => {
    const {status, stdout} = model("Qwen/Qwen3-32B-FP8", "--tp", "4", "--phase", "decode");
    expect(status).toBe(0);
    expect(stdout).toContain("32.8 B parameters; ");
    expect(stdout).toContain("Assumed: nothing.");
    expect(stdout).toMatch(/qkv_gemm +gemm +64 +\[m, 5120\] × \[5120, 2560\] +fp8_block +800\.0/);
    // 64 layers × 2 × 2 KV heads × 128 × 1 B
    expect(stdout).toContain("64 layers × 2 × ⌈8 / 4⌉ KV heads × 128 × 1 B = 32,768 B per token and GPU");
  });

  it("reads a folder with the quantisation file beside its config", () => {
    put("plain/config.json", tiny);
    put("quantised/config.json", tiny);
    put("quantised/hf_quant_config.json", fp8);
    const types = (name: string) => JSON.parse(model(join(folder, name), "--json").stdout).quant;
    expect(types("plain")).toMatchObject({gemm: "bfloat16", kvCache: "bfloat16"});
    expect(types("quantised")).toMatchObject({gemm: "fp8_static", kvCache: "fp8"});
  });

  it("reads <stem>_config.json with <stem>_hf_quant_config.json, alone in a folder or named", () => {
    const file = put("stem/me--tiny_config.json", tiny);
    put("stem/me--tiny_hf_quant_config.json", fp8);
    for (const path of [file, join(folder, "stem")]) {
      const card = JSON.parse(model(path, "--json").stdout);
      expect(card.model.id).toBe("me--tiny");
      expect(card.files).toHaveLength(2);
      expect(card.quant.gemm).toBe("fp8_static");
      expect(card.reads).toContainEqual({field: "hidden_size", key: "hidden_size", value: 1024});
    }
  });

  it("says what it assumes of an architecture that it does not know", () => {
    const file = put("odd_config.json", {...tiny, architectures: ["OddForCausalLM"], hidden_act: "silu"});
    expect(model(file).stdout).toContain("OddForCausalLM has no op list of its own: estimated as LLAMA");
  });

  it.each<[string, () => string, RegExp]>([
    ["a file that is not there", () => join(folder, "gone.json"), /no such file: .*gone\.json/],
    ["a folder without a config", () => (mkdirSync(join(folder, "empty")), join(folder, "empty")), /no config\.json: /],
    [
      "a folder with several",
      () => (put("two/a_config.json", tiny), put("two/b_config.json", tiny), join(folder, "two")),
      /has 2 configs; name one/
    ],
    [
      "the quantisation file alone",
      () => put("lone.json", fp8),
      /says how weights are quantised; name the file beside it/
    ],
    [
      "what is not JSON",
      () => (put("bad.json", 0), writeFileSync(join(folder, "bad.json"), "{oops"), join(folder, "bad.json")),
      /bad\.json: not JSON: /
    ],
    [
      "a field missing",
      () => put("short.json", {...tiny, vocab_size: undefined}),
      /short: config is missing vocab_size/
    ]
  ])("refuses %s in one line", (_name, path, message) => {
    const {status, stdout, stderr} = model(path());
    expect(status).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toMatch(message);
    expect(
      stderr
        .trim()
        .split("\n")
        .filter((line) => !line.startsWith("npm warn"))
    ).toHaveLength(1);
  });

  it("refuses sizes that the model cannot have", () => {
    expect(model("Qwen/Qwen3-32B", "--tp", "3").stderr).toMatch(/invalid tp: 3/);
  });
});

it("kneepoint estimate starts with what is assumed of the model", () => {
  const file = put("odd2_config.json", {...tiny, architectures: ["OddForCausalLM"], hidden_act: "silu"});
  const {stdout} = kneepoint(["estimate", "--model", file, "--system", "h200_sxm"], {env: noData});
  expect(stdout).toContain("Assumed: OddForCausalLM has no op list of its own");
});
