import {describe, expect, it} from "vitest";
import type {SearchResult} from "../../engine/result.js";
import {mergeResults} from "../../engine/search/merge.js";
import {aggPlan, disaggPlan, modeResult, plan} from "./helpers.js";

const targets = {ttftMs: 300, tpotMs: 10};
const withThroughput = (value: number, user = 100) =>
  plan({...aggPlan, tokensPerSecPerGpuCluster: value, tokensPerSecPerUser: user});

describe("mergeResults", () => {
  const slow: SearchResult = {agg: modeResult("agg", [withThroughput(100)]), disagg: null, doubts: [], chosen: "agg"};
  const fast: SearchResult = {
    agg: modeResult("agg", [withThroughput(300, 90), withThroughput(200, 95)], {rejected: {ttft: 2}}),
    disagg: modeResult("disagg", [disaggPlan], {meetsTargets: false}),
    doubts: [],
    chosen: "agg"
  };

  it("leaves a single backend alone", () => {
    expect(mergeResults([slow], targets, {topN: 5})).toBe(slow);
  });

  it("keeps the best of all backends, at most N, and what nobody beats", () => {
    const {agg, chosen} = mergeResults([slow, fast], targets, {topN: 2});
    expect(agg!.best.map((each) => each.tokensPerSecPerGpuCluster)).toEqual([300, 200]);
    expect(agg!.front.map((each) => each.tokensPerSecPerGpuCluster)).toEqual([300, 200, 100]);
    expect(agg!.considered).toBe(1280);
    expect(agg!.rejected).toEqual({ttft: 2});
    expect(chosen).toBe("agg");
  });

  it("does not choose a mode that misses the targets, however fast", () => {
    expect(mergeResults([fast, slow], targets, {topN: 5})).toMatchObject({
      chosen: "agg",
      disagg: {meetsTargets: false}
    });
  });

  it("takes plans that meet the targets before faster ones that do not", () => {
    const missing: SearchResult = {...slow, agg: modeResult("agg", [withThroughput(999)], {meetsTargets: false})};
    const {agg} = mergeResults([missing, slow], targets, {topN: 5});
    expect(agg!.best.map((each) => each.tokensPerSecPerGpuCluster)).toEqual([100]);
  });

  it("keeps the nearest miss when nobody meets the targets", () => {
    const [far, near] = [20, 11].map((tpotMs): SearchResult => {
      const agg = modeResult("agg", [], {meetsTargets: false, nearest: plan({...aggPlan, tpotMs})});
      return {agg, disagg: null, doubts: [], chosen: null};
    });
    expect(mergeResults([far, near], targets, {topN: 5}).agg!.nearest?.tpotMs).toBe(11);
  });
});
