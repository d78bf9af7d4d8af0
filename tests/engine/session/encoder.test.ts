/** Images: what they are to the prompt, what their encoder runs, and where its time and memory go. */
import {describe, expect, it} from "vitest";
import {InputError} from "../../../engine/errors.js";
import {findModel, estimate, evaluateSearch, answerSearch, requiredSlices} from "../../../engine/index.js";
import type {EstimateProblem} from "../../../engine/index.js";
import {encoderOps, imageLoad} from "../../../engine/models/vision.js";
import {bindKernel, sumWeights} from "../../../engine/ops/kernel.js";
import {encoderAttentionRoofline} from "../../../engine/roofline.js";
import {withImages} from "../../../engine/session/encoder.js";
import {literalPlatform, literalSystem} from "../literal-tables.js";
import {opLine, specOf} from "../models/op-line.js";

const model = findModel("Qwen/Qwen3-VL-8B-Instruct");
const images = {count: 2, heightPixels: 800, widthPixels: 1000};
const platform = literalPlatform([], {database: "sol"});

describe("an image", () => {
  // 800 / 16 = 50, 1000 / 16 = 62.5; merged by 2: 800 / 32 = 25, 1000 / 32 = 31.25. Parts of patches are cut off.
  it("is patches to the encoder and a quarter as many tokens to the prompt", () => {
    expect(imageLoad(model, images)).toEqual({images: 2, patches: 50 * 62, tokens: 25 * 31});
    const workload = withImages(model, {isl: 100, osl: 10, prefix: 0, images});
    expect(workload).toEqual({
      isl: 100 + 2 * 775,
      osl: 10,
      prefix: 0,
      encoder: {images: 2, patches: 3100, tokens: 775}
    });
    expect(withImages(model, workload)).toBe(workload);
  });

  it("is refused by models without a modelled encoder, and when too small for a token", () => {
    expect(() => imageLoad(findModel("Qwen/Qwen3-32B"), images)).toThrow(InputError);
    expect(() => imageLoad(findModel("google/gemma-4-26B-A4B"), images)).toThrow(
      "invalid images: 2; google/gemma-4-26B-A4B has no vision encoder that is modelled, use text only"
    );
    expect(() => imageLoad(model, {...images, heightPixels: 31})).toThrow(/31x1000; must be at least 32 pixels/);
    expect(() => imageLoad(model, {...images, count: 0.5})).toThrow(/must be whole numbers ≥ 1/);
  });
});

describe("the encoder of Qwen3-VL-8B", () => {
  const spec = specOf("Qwen/Qwen3-VL-8B-Instruct", {tp: 2});
  const {layers, projector} = encoderOps(spec, model.vision!);

  it("is a transformer over patches and one merger per tapped layer", () => {
    expect(layers.map(opLine)).toEqual([
      "vision_norm_1 27 × 2304→2304",
      "vision_qkv_gemm 27 × 1728·1152 bf16", // 3·1152/2
      "vision_attention 27 × 8 of 72, 0.5 rotated",
      "vision_proj_gemm 27 × 1152·576 bf16",
      "vision_ar_1 27 × 1152 over 2",
      "vision_norm_2 27 × 2304→2304",
      "vision_ffn1_gemm 27 × 2152·1152 bf16",
      "vision_act 27 × 2152→2152",
      "vision_ffn2_gemm 27 × 1152·2152 bf16",
      "vision_ar_2 27 × 1152 over 2"
    ]);
    expect(projector.map(opLine)).toEqual([
      "vision_merge1_gemm 4 × 2304·4608 bf16", // 1152·4 = 4608; one merger and three deepstack taps
      "vision_merge2_gemm 4 × 4096·2304 bf16",
      "vision_merge_ar 4 × 4096 over 2"
    ]);
  });

  it("rotates half of every head, for all patches", () => {
    const attention = layers.find(({kind}) => kind === "encoder_attention")!;
    const core = encoderAttentionRoofline(literalSystem, 3, 100, 8, 72, {bytesPerWeight: 2, computeRate: 1});
    const bytes = 4 * 8 * 72 * 3 * 100;
    expect(bindKernel(platform, attention)(0, 3, 100, 0)).toBeCloseTo(core + 1.1 * 0.5 * 2 * (bytes / 1e9), 12);
  });

  it("has its attention among the slices of the model, by the size of its heads", () => {
    const measured = literalPlatform([]);
    expect(requiredSlices(model, measured)).toContainEqual({table: "encoder_attention", part: ["bfloat16", "72"]});
    const text = requiredSlices(findModel("Qwen/Qwen3-8B"), measured);
    expect(text.some(({table}) => table === "encoder_attention")).toBe(false);
  });
});

const problem: EstimateProblem = {
  mode: "static",
  model,
  platform,
  parallel: {tp: 1, pp: 1, dp: 1, moeTp: 1, moeEp: 1, cp: 1},
  batch: 3,
  workload: {isl: 100, osl: 10, prefix: 0}
};
const withPictures = {...problem, workload: {...problem.workload, images}};
const asTokens = {...problem, workload: {...problem.workload, isl: 100 + 2 * 775}};

describe("an estimate with images", () => {
  it("is that of the longer prompt, later by the encoder and heavier by its weights", () => {
    const [pictures, text] = [estimate(withPictures), estimate(asTokens)];
    expect(text.encoderMs).toBe(0);
    expect(pictures.encoderMs).toBeGreaterThan(0);
    expect(pictures.prefillMs).toBe(text.prefillMs);
    expect(pictures.ttftMs).toBeCloseTo(text.ttftMs + pictures.encoderMs, 9);
    expect(pictures.tpotMs).toBe(text.tpotMs);
    const {layers, projector} = encoderOps(specOf(model.id), model.vision!);
    const weights = sumWeights([...layers, ...projector]) / 2 ** 30;
    expect(pictures.memoryGiB.weights - text.memoryGiB.weights).toBeCloseTo(weights, 9);
    // 3 requests of 2 images of 3100 patches, 1152 wide, times the 10 of a dense model at tp 1, 2 bytes each.
    const activations = (2 * 3 * 2 * 3100 * 1152 * 10) / 2 ** 30;
    expect(pictures.memoryGiB.activations - text.memoryGiB.activations).toBeCloseTo(activations, 9);
    expect(pictures.memoryGiB.kvCache).toBe(text.memoryGiB.kvCache);
  });

  it("lists the encoder as a phase of its own, which adds up to its time", () => {
    const {phases, encoderMs} = estimate(withPictures);
    expect(phases.map(({title}) => title)).toEqual(["encoder", "prefill", "decode step"]);
    expect(phases[0].totalMs).toBeCloseTo(encoderMs, 9);
    expect(phases[0].ops).toHaveLength(13);
  });

  it("attends to each image alone: one takes longer than two of half its size", () => {
    const ms = (count: number, heightPixels: number) => {
      const images = {count, heightPixels, widthPixels: 1024};
      return estimate({...problem, workload: {...problem.workload, images}}).encoderMs;
    };
    expect(ms(1, 8192)).toBeGreaterThan(ms(2, 4096));
  });

  it("encodes nothing on decode workers", () => {
    const [pictures, text] = [
      estimate({...withPictures, mode: "static_gen"}),
      estimate({...asTokens, mode: "static_gen"})
    ];
    expect(pictures.encoderMs).toBe(0);
    expect(pictures.memoryGiB).toEqual(text.memoryGiB);
    expect(pictures.tpotMs).toBe(text.tpotMs);
  });

  it("waits for the prompts of one mixed step, and encodes those of all requests per cycle", () => {
    const agg = {...withPictures, mode: "agg", batch: 8, nextn: 0} as const;
    const [pictures, text] = [estimate(agg), estimate({...asTokens, mode: "agg", batch: 8, nextn: 0})];
    const [one, eight] = [1, 8].map((batch) => estimate({...withPictures, batch}).encoderMs);
    expect(pictures.encoderMs).toBeCloseTo(one, 9);
    expect(pictures.ttftMs).toBeCloseTo(text.ttftMs + one, 9);
    expect(pictures.tpotMs).toBe(text.tpotMs);
    const cycleMs = (tokensPerSec: number) => (1000 * 8 * 9) / tokensPerSec;
    expect(cycleMs(pictures.tokensPerSec)).toBeCloseTo(cycleMs(text.tokensPerSec) + eight, 6);
  });

  it("slows prefill workers of a disaggregated replica alone", () => {
    const pool = {parallel: problem.parallel, batch: 2, workers: 1};
    const disagg = {mode: "disagg", prefill: pool, decode: pool, nextn: 0} as const;
    const [pictures, text] = [estimate({...withPictures, ...disagg}), estimate({...asTokens, ...disagg})];
    const encoderMs = 1.1 * estimate({...withPictures, batch: 2}).encoderMs;
    expect(pictures.encoderMs).toBeCloseTo(encoderMs, 9);
    expect(pictures.ttftMs).toBeCloseTo(text.ttftMs + 1.8 * encoderMs, 9);
    expect(pictures.tpotMs).toBe(text.tpotMs);
    expect(pictures.decodeMemoryGiB).toEqual(text.decodeMemoryGiB);
  });
});

describe("a search with images", () => {
  const search = {model, platform, totalGpus: 4, nextn: 0};
  const targets = {ttftMs: 1e6, tpotMs: 1e6};
  const best = (workload: EstimateProblem["workload"]) =>
    answerSearch(evaluateSearch({...search, workload}), targets, {topN: 1});

  it("serves less than with prompts as long", () => {
    const [pictures, text] = [best(withPictures.workload), best(asTokens.workload)];
    expect(pictures.agg!.best[0].tokensPerSecPerGpu).toBeLessThan(text.agg!.best[0].tokensPerSecPerGpu);
    expect(pictures.disagg!.best[0].ttftMs).toBeGreaterThan(text.disagg!.best[0].ttftMs);
  });

  it("refuses them for a model that reads text", () => {
    const problem = {...search, model: findModel("Qwen/Qwen3-8B"), workload: withPictures.workload};
    expect(() => evaluateSearch(problem)).toThrow(/no vision encoder/);
  });
});
