import {describe, expect, it} from "vitest";
import {dayOf} from "../../src/measured/read.js";
import type {MeasuredRow} from "../../src/measured/read.js";
import {correctionOf, labelRules} from "../../src/measured/rules.js";

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

const dep = (gpus: number) => ({tp: 1, pp: 1, dp: gpus, moeTp: 1, moeEp: gpus});

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
      early: true,
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

  describe("of pools", () => {
    const pool = (tp: number, dp = 1, workers?: number) => ({
      parallel: {tp, pp: 1, dp, moeTp: 1, moeEp: tp * dp},
      ...(workers === undefined ? {} : {workers, batchPerRank: 1})
    });
    const at = (day: string) => `source_file=a.csv; measured=${day}T00:00:00.000Z; wip=False`;
    const disagg = {mode: "disagg", agg: undefined, precision: "fp8", isl: 8192} as const;
    const onDay = (day: string, users: number, tpotMs: number) =>
      ({
        ...disagg,
        source: at(day),
        prefill: pool(8),
        decode: pool(8),
        clientConcurrency: users,
        measured: {ttftMs: 1000, tpotMs}
      }) as const;

    it("read workers, drafts and limits from how runs of that day were launched", () => {
      expect(of(onDay("2026-02-07", 256, 33))).toEqual({
        pools: {prefill: dep(8), prefillWorkers: 2, decode: dep(8), decodeWorkers: 1},
        poolLimits: {prefill: {maxBatchedTokens: 4096}, decode: {maxSequences: 64}}
      });
      expect(of(onDay("2026-02-13", 128, 17))).toMatchObject({nextn: 2, pools: {prefillWorkers: 2}});
      expect(of(onDay("2026-03-18", 1024, 50))).toMatchObject({
        pools: {prefill: {dp: 8, moeTp: 8, moeEp: 1}, prefillWorkers: 3},
        poolLimits: {prefill: {maxBatchedTokens: 8192, maxSequences: 1}, decode: {maxSequences: 128}}
      });
    });

    it("tell launches of one label apart by the rows of their day", () => {
      const [slow, fast] = [row(onDay("2026-03-18", 64, 10.7)), row({...onDay("2026-03-18", 64, 6.4), id: "b"})];
      expect(correctionOf(fast, [slow, fast]).correction.nextn).toBe(2);
      expect(correctionOf(slow, [slow, fast]).correction.nextn).toBeUndefined();
      const elsewhen = row({...onDay("2026-02-13", 64, 6.4), id: "c"});
      expect(correctionOf(slow, [slow, elsewhen]).correction.nextn).toBeUndefined();
    });

    it("give rows that tell their workers the limits and splits of that launch", () => {
      const told = {
        ...disagg,
        source: at("2025-12-21"),
        system: "gb200",
        clientConcurrency: 512,
        prefill: {...pool(1, 8, 5), parallel: {tp: 1, pp: 1, dp: 8, moeTp: 8, moeEp: 1}},
        decode: {...pool(1, 32, 1), parallel: {tp: 1, pp: 1, dp: 32, moeTp: 32, moeEp: 1}}
      };
      expect(correctionOf(row(told), [])).toEqual({
        correction: {
          pools: {prefill: dep(8), prefillWorkers: 5, decode: dep(32), decodeWorkers: 1},
          poolLimits: {prefill: {maxBatchedTokens: 16384}, decode: {maxSequences: 256}}
        },
        rules: ["limits as they were launched"]
      });
      expect(of({...told, prefill: pool(1, 8, 4)}).poolLimits).toBeUndefined();
    });

    it("keep runs of an early release apart", () => {
      const early = {...onDay("2025-12-05", 2048, 32), system: "gb200"};
      expect(of({...early, prefill: pool(8), decode: pool(24)})).toMatchObject({
        early: true,
        pools: {prefillWorkers: 6}
      });
      expect(of({...early, source: at("2026-02-09"), prefill: pool(8), decode: pool(32)}).early).toBeUndefined();
    });

    it("know the seats of a rack's decode workers", () => {
      const rack = {...parallel(36, 1, 36, 1), backend: "trtllm"} as const;
      expect(of({...rack, clientConcurrency: 564}).poolLimits).toEqual({decode: {maxSequences: 128}});
    });
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
