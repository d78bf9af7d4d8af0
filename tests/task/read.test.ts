import {readFileSync} from "node:fs";
import {join} from "node:path";
import {describe, expect, test} from "vitest";
import {faultText, readTasks} from "../../src/task/index.js";
import {agg, faultsOf, taskIn} from "./helpers.js";

const example = (name: string) => readFileSync(join(import.meta.dirname, "../../docs/examples", name), "utf8");
const indented = (yaml: string) => yaml.replace(/^(?=.)/gm, "  ");

describe("a file", () => {
  test("is one experiment, or several by name in their order", () => {
    expect(readTasks(agg).experiments.map(({name}) => name)).toEqual(["task"]);
    const {experiments} = readTasks(`b:\n${indented(agg)}a:\n${indented(agg)}`);
    expect(experiments.map(({name, ok}) => [name, ok])).toEqual([
      ["b", true],
      ["a", true]
    ]);
  });

  test("exps gives order and subset, and is told of names that are not there", () => {
    const body = ["a", "b", "c"].map((name) => `${name}:\n${indented(agg)}`).join("");
    const read = (exps: string) => readTasks(`exps: ${exps}\n${body}`);
    expect(read("[c, a]").experiments.map(({name}) => name)).toEqual(["c", "a"]);
    expect(read("null").experiments.map(({name}) => name)).toEqual(["a", "b", "c"]);
    const {experiments, errors} = read("[c, bb, c]");
    expect(experiments.map(({name}) => name)).toEqual(["c"]);
    expect(errors.map(faultText)).toEqual([
      "1:11: unknown experiment: bb; have a, b, c; did you mean b?",
      "1:15: exps names c twice: once is enough; drop one"
    ]);
  });

  test("a faulty experiment hides no other", () => {
    const yaml = `good:\n${indented(agg)}bad:\n${indented(agg)}  isl: x\n  isl: 3\nalso_good:\n${indented(agg)}odd: 3\n`;
    const {experiments, errors} = readTasks(yaml);
    expect(experiments.map(({name, ok}) => [name, ok])).toEqual([
      ["good", true],
      ["bad", false],
      ["also_good", true]
    ]);
    expect(errors.map(faultText)).toEqual([
      "15:1: invalid experiment odd: 3; must be a mapping with serving_mode, model_path and more"
    ]);
    const [, bad] = experiments;
    expect(!bad.ok && bad.errors.map(faultText)).toEqual(["10:3: a key is given twice: the same name above; drop one"]);
  });

  test("that is no YAML says where", () => {
    expect(faultsOf("a:\n  b: [1,\nc: 3\n")[0]).toMatch(/^t\.yaml:3:1: invalid YAML: .*; mend that line$/);
    expect(faultsOf("- 1\n")).toEqual([
      "t.yaml:1:1: invalid file: [1]; must map names to experiments, or be one experiment"
    ]);
    expect(faultsOf("")).toEqual(["t.yaml: invalid file: null; must map names to experiments, or be one experiment"]);
  });

  test("whose aliases explode is refused", () => {
    const lines = ["a: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"];
    for (let i = 1; i < 8; ++i)
      lines.push(
        `b${i}: &a${i} [${Array(10)
          .fill(`*a${i - 1}`)
          .join(", ")}]`
      );
    expect(faultsOf(lines.join("\n"))).toEqual(["t.yaml: too large: over 50000 values; split the file"]);
  });

  test("versions stay text as they were written", () => {
    expect(taskIn(agg + "backend_version: 1.20\n").config.platform.version).toBe("1.20");
    expect(taskIn(agg + "backend_version: '1.0.0rc3'\n").config.platform.version).toBe("1.0.0rc3");
  });

  test("names and types of earlier releases are understood", () => {
    const {config} = taskIn(`serving_mode: agg
model_name: QWEN3_32B
system_name: gb200_sxm
total_gpus: 8
use_specific_quant_mode: fp8
database_mode: HYBRID
config: {worker_config: {kvcache_quant_mode: float16}}
`);
    expect(config).toMatchObject({
      model: "QWEN3_32B",
      platform: {system: "gb200"},
      quant: {gemm: "fp8", moe: "fp8", kvCache: "bfloat16"},
      lookUps: {database: "hybrid"}
    });
    expect(taskIn(agg + "mode: patch\nuse_specific_quant_mode: w4afp8\n").config.quant).toEqual({moe: "w4afp8"});
  });
});

describe("both forms", () => {
  const [nested, flat] = ["nested.yaml", "flat.yaml"].map((name) => readTasks(example(name)).experiments);

  test.each(flat.map(({name}) => name))("%s makes equal configurations", (name) => {
    const [a, b] = [nested, flat].map((experiments) => experiments.find((each) => each.name === name)!);
    if (!a.ok || !b.ok)
      throw new Error([a, b].flatMap((each) => (each.ok ? [] : each.errors.map(faultText))).join("\n"));
    expect(a.task.config).toEqual(b.task.config);
  });

  test("hold the same experiments", () => {
    expect(nested.map(({name}) => name)).toEqual(flat.map(({name}) => name));
  });

  test("blocks may stand at the top as well as under config", () => {
    const block = "worker_config: {tp_list: [4], gemm_quant_mode: fp8}\n";
    expect(taskIn(agg + block).config).toEqual(taskIn(`${agg}config:\n  ${block}`).config);
    expect(taskIn(agg + block).config.space.agg).toEqual({tp: [4]});
  });

  test("decode workers never take prefill's types in silence", () => {
    const {config} = taskIn(`serving_mode: disagg
model_path: Qwen/Qwen3-32B
system_name: h200_sxm
total_gpus: 8
config: {prefill_worker_config: {gemm_quant_mode: fp8}}
`);
    expect(config.quant).toEqual({gemm: "fp8"});
    expect(config.decodeQuant).toEqual({});
  });
});
