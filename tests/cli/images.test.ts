/** Images and the kept KV cache, as flags and as fields. At the speed of light, so that no tables are needed. */
import {describe, expect, it} from "vitest";
import {kneepoint, noData} from "./helpers.js";

const model = "Qwen/Qwen3-VL-8B-Instruct";
const question = {kind: "estimate", mode: "agg", model, system: "h200_sxm", backend: "trtllm", database: "sol"};
const sizes = {batch: 2, isl: 1000, osl: 100};
const flags = ["estimate", "--system", "h200_sxm", "--database", "sol", "--isl", "1000", "--osl", "100", "--json"];

interface Answered {
  ttftMs: number;
  encoderMs?: number;
  memoryGiB: {kvCache: number};
  doubts: string[];
  message?: string;
}

function batch(...lines: object[]): Answered[] {
  const input = lines.map((line) => JSON.stringify({...question, ...sizes, ...line})).join("\n");
  const {stdout} = kneepoint(["batch"], {input, env: noData});
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Answered);
}

describe("images", () => {
  it("lengthen the prompt and are encoded before it", () => {
    const picture = {images: 1, imageHeight: 1024, imageWidth: 512};
    const [text, pictures, longer] = batch({}, picture, {isl: 1000 + 32 * 16});
    expect(text.encoderMs).toBeUndefined();
    expect(pictures.encoderMs).toBeGreaterThan(0);
    expect(pictures.ttftMs).toBeCloseTo(longer.ttftMs + pictures.encoderMs!, 6);
  });

  it("need a size, and a model that reads them", () => {
    const [unsized, unread] = batch({images: 1}, {images: 1, imageHeight: 64, imageWidth: 64, model: "Qwen/Qwen3-8B"});
    expect(unsized.message).toMatch(/invalid imageHeight: not given; must be a number/);
    expect(unread.message).toMatch(/Qwen\/Qwen3-8B has no vision encoder/);
  });

  it("are flags of one estimate too", () => {
    const run = (...more: string[]) => kneepoint([...flags, "--model", model, ...more], {env: noData});
    const {problem, result} = JSON.parse(run("--images", "2", "--image-size", "768x512").stdout) as {
      problem: {workload: object};
      result: Answered;
    };
    expect(problem.workload).toMatchObject({isl: 1000, images: {count: 2, heightPixels: 768, widthPixels: 512}});
    expect(result.encoderMs).toBeGreaterThan(0);
    const wrong = run("--images", "2", "--image-size", "768");
    expect(wrong.stderr).toContain("invalid --image-size: 768; must be HxW, for example 1024x768");
    expect(wrong.status).toBe(2);
  });
});

describe("--exact-kv-cache", () => {
  it("counts what windows and linear attention keep", () => {
    const run = (...more: string[]) => {
      const args = [...flags, "--model", "Qwen/Qwen3.5-27B", "--tp", "2", ...more];
      return (JSON.parse(kneepoint(args, {env: noData}).stdout) as {result: Answered}).result;
    };
    const [usual, exact] = [run(), run("--exact-kv-cache")];
    expect(exact.memoryGiB.kvCache).toBeLessThan(usual.memoryGiB.kvCache);
    expect(usual.doubts.join()).toContain("counted for all 64 layers");
    expect(exact.doubts.join()).not.toContain("counted for all 64 layers");
    const fields = {model: "Qwen/Qwen3.5-27B", tp: 2, mode: "static", batch: 1};
    const [all, kept] = batch(fields, {...fields, exactKvCache: true});
    expect(kept.memoryGiB.kvCache / all.memoryGiB.kvCache).toBeCloseTo(
      exact.memoryGiB.kvCache / usual.memoryGiB.kvCache,
      9
    );
  });
});
