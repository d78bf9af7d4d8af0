import {describe, expect, it} from "vitest";
import type {MeasuredRow} from "../../src/measured/read.js";
import {correctionOf, dayOf, labelRules} from "../../src/measured/rules.js";

/** Made up. */
const base: MeasuredRow = {
  line: 2,
  id: "a",
  source: "source_file=2026-04-06.csv; silicon_concurrency=16; measured=2026-03-25T00:00:00.000Z; wip=False",
  backend: "sglang",
  version: "0.5.9",
  model: "deepseek-ai/DeepSeek-R1",
  system: "b200_sxm",
  precision: "fp4",
  gemmQuant: "nvfp4",
  moeQuant: "nvfp4",
  mode: "agg",
  isl: 1024,
  osl: 1024,
  agg: {parallel: {tp: 8, pp: 1, dp: 1, moeTp: 8, moeEp: 1}},
  clientConcurrency: 16,
  measured: {ttftMs: 200, tpotMs: 10}
};
const row = (part: Partial<MeasuredRow>): MeasuredRow => ({...base, ...part});
const of = (part: Partial<MeasuredRow>, others: MeasuredRow[] = []) => correctionOf(row(part), others).correction;
const parallel = (tp: number, dp: number, moeTp: number, moeEp: number) => ({
  agg: {parallel: {tp, pp: 1, dp, moeTp, moeEp}}
});

describe("label rules", () => {
  it("leave a row alone that is labelled as it was run", () => {
    expect(correctionOf(base, [])).toEqual({correction: {}, rules: []});
  });

  it("read GPUs that were counted twice once", () => {
    expect(of(parallel(64, 1, 8, 8)).parallel).toEqual({tp: 8, pp: 1, dp: 1, moeTp: 1, moeEp: 8});
    expect(of(parallel(1, 16, 4, 4)).parallel).toEqual({tp: 1, pp: 1, dp: 4, moeTp: 1, moeEp: 4});
    expect(of(parallel(8, 1, 2, 4)).parallel).toBeUndefined();
  });

  it("read vLLM's expert parallelism as such, and as attention DP for a thousand users", () => {
    const labelled = {...parallel(4, 4, 1, 16), backend: "vllm", model: "MiniMaxAI/MiniMax-M2.5"} as const;
    expect(of(labelled).parallel).toEqual({tp: 4, pp: 1, dp: 1, moeTp: 1, moeEp: 4});
    expect(of({...labelled, clientConcurrency: 1024}).parallel).toEqual({tp: 1, pp: 1, dp: 4, moeTp: 1, moeEp: 4});
  });

  it("take a sum of GPUs of a rack apart", () => {
    expect(of(parallel(28, 1, 28, 1))).toMatchObject({parallel: {tp: 4, moeEp: 4}, replicas: 7});
    expect(of(parallel(72, 1, 72, 1))).toEqual({
      pools: {
        prefill: {tp: 1, pp: 1, dp: 8, moeTp: 1, moeEp: 8},
        prefillWorkers: 3,
        decode: {tp: 1, pp: 1, dp: 48, moeTp: 1, moeEp: 48},
        decodeWorkers: 1
      }
    });
  });

  it("read GPUs and drafts of a rack from how its day's runs were launched", () => {
    const rack = {...parallel(28, 1, 28, 1), backend: "trtllm", isl: 8192} as const;
    expect(of({...rack, clientConcurrency: 54})).toMatchObject({
      pools: {prefill: {tp: 4}, prefillWorkers: 1, decode: {tp: 8}, decodeWorkers: 3},
      nextn: 3
    });
    expect(of({...rack, clientConcurrency: 48}).nextn).toBeUndefined();
    expect(of({...rack, clientConcurrency: 2150})).toMatchObject({
      pools: {prefill: {dp: 4}, prefillWorkers: 5, decode: {dp: 8}, decodeWorkers: 1}
    });
    expect(of({...rack, clientConcurrency: 7})).toMatchObject({parallel: {tp: 4}, replicas: 7});
  });

  it("know servers that take fewer requests than users send", () => {
    const source = "source_file=2026-04-06.csv; silicon_concurrency=512; measured=2025-12-08T00:00:00.000Z; wip=False";
    const server = {
      ...parallel(2, 1, 2, 1),
      source,
      backend: "vllm",
      model: "openai/gpt-oss-120b",
      system: "h100_sxm",
      clientConcurrency: 512
    } as const;
    expect(of(server)).toEqual({seats: 64, promptsAtOnce: 640});
    expect(of({...server, ...parallel(4, 1, 4, 1)})).toEqual({seats: 4, promptsAtOnce: 40});
    expect(of({...server, clientConcurrency: 64})).toEqual({});
    const gap = {
      source: "gap-analysis/data/x.csv",
      backend: "trtllm",
      model: "meta-llama/Llama-3.1-8B-Instruct"
    } as const;
    expect(of({...gap, clientConcurrency: 16}).seats).toBe(15);
    expect(of({...gap, model: "Qwen/Qwen3-32B"}).seats).toBeUndefined();
  });

  it("tell batches of one worker from requests of several", () => {
    const gap = {source: "gap-analysis/data/x.csv", version: "1.3.0rc5", clientConcurrency: 448};
    const agg = {parallel: {tp: 8, pp: 1, dp: 1, moeTp: 1, moeEp: 8}, batchPerRank: 56};
    expect(of({...gap, agg}).replicas).toBe(8);
    expect(of({...gap, agg: {...agg, batchPerRank: 448}}).replicas).toBeUndefined();
  });

  it("read workers of disaggregated runs from how they were launched", () => {
    const pool = (dp: number, tp: number) => ({parallel: {tp, pp: 1, dp, moeTp: 1, moeEp: tp * dp}});
    const bare = {
      mode: "disagg",
      agg: undefined,
      backend: "trtllm",
      isl: 8192,
      prefill: pool(1, 4),
      decode: pool(1, 8)
    } as const;
    const at = (clientConcurrency: number, tpotMs: number) =>
      row({...bare, clientConcurrency, measured: {ttftMs: 900, tpotMs}});
    const [quick, slow] = [at(10, 3.4), at(10, 6.6)];
    const drafted = correctionOf(quick, [quick, slow]).correction;
    expect(drafted).toMatchObject({nextn: 3, pools: {prefillWorkers: 1, decodeWorkers: 5}});
    expect(drafted.pools!.prefill).toMatchObject({dp: 4, moeEp: 4});
    expect(drafted.pools!.decode).toMatchObject({tp: 8, moeEp: 8});
    expect(correctionOf(slow, [quick, slow]).correction.nextn).toBeUndefined();
    expect(correctionOf(slow, [slow]).correction.nextn).toBeUndefined();
    expect(correctionOf(at(2222, 31), []).correction).toMatchObject({pools: {prefillWorkers: 7, decodeWorkers: 2}});
  });

  it("take workers that nothing tells of as likely, for no fit to use", () => {
    const prefill = {parallel: {tp: 4, pp: 1, dp: 1, moeTp: 4, moeEp: 1}};
    const unknown = {
      mode: "disagg",
      agg: undefined,
      backend: "trtllm",
      model: "zai-org/GLM-5",
      isl: 8192,
      clientConcurrency: 1229,
      prefill,
      decode: {parallel: {tp: 32, pp: 1, dp: 1, moeTp: 32, moeEp: 1}}
    } as const;
    expect(of(unknown)).toMatchObject({guessed: true, pools: {prefillWorkers: 7, decodeWorkers: 1, decode: {dp: 32}}});
    expect(of({...unknown, isl: 1024, clientConcurrency: 64})).toMatchObject({
      pools: {prefillWorkers: 1, decodeWorkers: 2, decode: {tp: 32}}
    });
  });

  it("know days on which recipes with drafts ran", () => {
    const source = "source_file=2026-04-06.csv; silicon_concurrency=16; measured=2026-02-05T00:00:00.000Z; wip=False";
    expect(of({source, backend: "trtllm"}).nextn).toBe(3);
    expect(of({...parallel(1, 8, 1, 8), source, backend: "trtllm"}).nextn).toBe(1);
    expect(of({source, backend: "trtllm", model: "Qwen/Qwen3-32B"}).nextn).toBeUndefined();
  });

  it("call a start cold only where the same point was faster once runs were warmed up", () => {
    const cold = {
      source: "source_file=2026-04-06.csv; silicon_concurrency=16; measured=2025-11-10T00:00:00.000Z; wip=False",
      measured: {ttftMs: 7000, tpotMs: 10}
    };
    expect(of(cold).coldStart).toBeUndefined();
    expect(of(cold, [base]).coldStart).toBe(true);
    expect(of(cold, [row({isl: 8192})]).coldStart).toBeUndefined();
    expect(of({...cold, measured: {ttftMs: 700, tpotMs: 10}}, [base]).coldStart).toBeUndefined();
  });

  it("never name a row, and give reasons", () => {
    for (const {applies, correction, reason} of labelRules) {
      expect(`${applies} ${correction}`).not.toMatch(/\bid\b/);
      expect(reason.length).toBeGreaterThan(40);
    }
  });

  it("read the day of a measurement from its source", () => {
    expect(dayOf(base)).toBe("2026-03-25");
    expect(dayOf(row({source: "mine"}))).toBe("");
  });
});
