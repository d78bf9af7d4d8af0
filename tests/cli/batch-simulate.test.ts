import {describe, expect, it} from "vitest";
import {answerer} from "../../src/cli/batch-answer.js";
import {openData} from "../../src/cli/data.js";

const answer = answerer(openData());
const line = {
  kind: "estimate",
  mode: "agg",
  predictor: "simulation",
  model: "Qwen/Qwen3-32B",
  system: "h100_sxm",
  backend: "vllm",
  tp: 4,
  isl: 1000,
  osl: 100,
  concurrency: 8
};
const ask = async (more: object) => (await answer({...line, ...more})) as Record<string, never>;

describe("a simulated estimate of batch", () => {
  it("has means, percentiles in order, and what they rest on", async () => {
    const {ttftMs, tpotMs, percentiles, calibration, concurrency, fits} = await ask({});
    expect(ttftMs).toBeGreaterThan(0);
    expect(tpotMs).toBeGreaterThan(0);
    const {p50, p90, p95, p99} = (percentiles as Record<string, Record<string, number>>).ttftMs;
    expect([p50, p90, p95, p99]).toEqual([p50, p90, p95, p99].sort((a, b) => a - b));
    expect(calibration).toMatchObject({kind: expect.stringMatching(/^(calibrated|architecture|none)$/)});
    expect([concurrency, fits]).toEqual([8, true]);
  });

  it("waits longer the more users there are", async () => {
    expect((await ask({concurrency: 64})).ttftMs).toBeGreaterThan((await ask({})).ttftMs);
  });

  it("takes requests in flight from batch and ranks where it is not told", async () => {
    const {concurrency: _, ...quiet} = line;
    expect(await answer({...quiet, batch: 3})).toMatchObject({concurrency: 3});
  });

  it("answers for a release without tables by those there are", async () => {
    const known = await ask({});
    expect(await ask({version: "0.0.1-none"})).toMatchObject({version: known.version, tpotMs: known.tpotMs});
  });

  it("takes a copy of a model by another maker, and widths of experts of a dense one", async () => {
    expect((await ask({model: "someone/Qwen3-32B", moeTp: 4, moeEp: 1})).tpotMs).toBe((await ask({})).tpotMs);
  });

  it("takes requests that come at a rate", async () => {
    const poisson = await ask({client: {kind: "poisson", requestsPerSec: 0.01, requests: 20}});
    const loaded = await ask({client: {kind: "poisson", requestsPerSec: 20, requests: 200}});
    expect(loaded.ttftMs).toBeGreaterThan(poisson.ttftMs);
  });

  it("answers prefill and decode workers", async () => {
    const side = {tp: 4, batch: 1, workers: 1};
    const {ttftMs, gpus} = await ask({mode: "disagg", prefill: side, decode: {...side, workers: 2}});
    expect(ttftMs).toBeGreaterThan(0);
    expect(gpus).toBe(12);
  });

  it("refuses what is no server, no client, no ratio", async () => {
    await expect(ask({mode: "static"})).rejects.toThrow(/^invalid mode: static; /);
    await expect(ask({client: {kind: "open"}})).rejects.toThrow(/kind/);
    await expect(ask({client: {lengthRatio: 2}})).rejects.toThrow(/^invalid lengthRatio: 2; /);
    await expect(ask({predictor: "oracle"})).rejects.toThrow(/predictor/);
  });
});
