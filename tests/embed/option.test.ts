import {describe, expect, it} from "vitest";
import {linesOf, mostLines, optionKeys} from "../../src/embed/option.js";
import {defaults} from "../../src/components/question.js";

const one = (options: Record<string, unknown>) => linesOf("frontier", options as never)[0].question;

describe("linesOf", () => {
  it("reads the keys of an address, as numbers, texts and switches", () => {
    expect(one({model: "Qwen/Qwen3-8B", isl: 1000, osl: "200", x: "ttft", log: true, eplb: ""})).toMatchObject({
      model: "Qwen/Qwen3-8B",
      isl: 1000,
      osl: 200,
      axis: "ttft",
      log: true
    });
  });

  it("takes the site's defaults for what is not given, or given as null", () => {
    expect(one({isl: null, osl: undefined})).toEqual(defaults);
  });

  it("draws a line for every combination of lists, and knows what differs", () => {
    const lines = linesOf("compare", {system: ["h100_sxm", "h200_sxm"], backend: "trtllm, vllm", isl: 2000});
    expect(lines.map(({question: {system, backend, isl}}) => [system, backend, isl])).toEqual([
      ["h100_sxm", "trtllm", 2000],
      ["h100_sxm", "vllm", 2000],
      ["h200_sxm", "trtllm", 2000],
      ["h200_sxm", "vllm", 2000]
    ]);
    expect(lines[0].differs).toEqual(["system", "backend"]);
  });

  it.each([
    [{sytem: "h200_sxm"}, "unknown option: sytem; "],
    [{sytem: "h200_sxm"}, "did you mean system?"],
    [{isl: 0}, "invalid isl: 0; must be a number from 1 to"],
    [{isl: "many"}, "invalid isl: many; must be a number"],
    [{gpus: 1.5}, "invalid gpus: 1.5"],
    [{backend: "tensorrt"}, "invalid backend: tensorrt; must be trtllm, sglang, vllm"],
    [{x: "speed"}, "invalid x: speed; must be user, ttft, latency"],
    [{prefix: 4000}, "invalid prefix: 4000; must be a whole number below isl"],
    [{log: "yes"}, "invalid log: yes; must be 1 or 0"],
    [{theme: "sepia"}, "unknown theme: sepia; have light, dark"],
    [{system: ["h100_sxm", "h200_sxm"]}, "invalid system: h100_sxm,h200_sxm; frontier takes one"]
  ])("refuses %j", (options, message) => {
    expect(() => one(options)).toThrow(message);
  });

  it("refuses a comparison of one, and of too many", () => {
    expect(() => linesOf("compare", {system: "h200_sxm"})).toThrow("nothing to compare");
    const models = Array.from({length: mostLines + 1}, (_, i) => `m/${i}`);
    expect(() => linesOf("compare", {model: models})).toThrow(`too many lines: ${mostLines + 1}`);
  });

  it("has option names that HTML can hold", () => {
    for (const key of optionKeys) expect(key).toMatch(/^[a-z]+$/);
  });
});
