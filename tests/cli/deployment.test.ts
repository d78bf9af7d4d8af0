/** What of a search a deployment is planned with. */
import {describe, expect, it} from "vitest";
import {findModel} from "../../engine/index.js";
import type {SearchProblem} from "../../engine/index.js";
import {searchedPoint} from "../../src/cli/deployment.js";
import {aggPlan} from "./helpers.js";
import {literalPlatform} from "../engine/literal-tables.js";

type Asked = Parameters<typeof searchedPoint>[0];

describe("a plan of prompts with images", () => {
  const model = findModel("Qwen/Qwen3-VL-8B-Instruct");
  const problem = (images?: SearchProblem["workload"]["images"]) =>
    ({
      model,
      platform: literalPlatform([]),
      totalGpus: 8,
      workload: {isl: 1000, osl: 100, prefix: 0, ...(images ? {images} : {})}
    }) as unknown as Asked;

  it("counts their tokens among those of the prompt", () => {
    const text = searchedPoint(problem(), aggPlan);
    const pictures = searchedPoint(problem({count: 2, heightPixels: 1024, widthPixels: 1024}), aggPlan);
    expect(text.workload.isl).toBe(1000);
    // 1024 pixels are 64 patches of 16, merged two by two.
    expect(pictures.workload.isl).toBe(1000 + 2 * 32 * 32);
  });
});
