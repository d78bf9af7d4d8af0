/** Aggregated points (§16, §16.3) and `default` searches (§16.4) of method.md, under the section-5 scheme. */
import {describe, expect, it} from "vitest";
import {answerSearch, estimate, evaluateSearch, findModel} from "../../engine/index.js";
import type {Backend, Plan, Quant} from "../../engine/index.js";
import {goldenTables, openAsReference, openPlatform} from "./open.js";

const versions: Record<Backend, string> = {trtllm: "1.3.0rc10", sglang: "0.5.10", vllm: "0.19.0"};

interface AggregatedRow {
  model: string;
  backend: Backend;
  parallel: [tp: number, moeEp: number];
  batch: number;
  ctxTokens: number;
  osl?: number;
  quant?: Partial<Quant>;
  mixedMs?: number;
  decodeStepMs?: number;
  ttftMs: number;
  tpotMs: number;
  tokensPerSec: number;
  memoryGiB: number;
  /** Decode attention beyond the collected corner, where the figure's own hold is older than the method's (§16.3, scope). */
  corner?: boolean;
}

const qwen32 = {model: "Qwen/Qwen3-32B-FP8", parallel: [2, 1] as [number, number]};

const aggregatedRows: AggregatedRow[] = [
  {...qwen32, backend: "trtllm", quant: {gemm: "fp8"}, batch: 8, ctxTokens: 4000, mixedMs: 161.50624, decodeStepMs: 10.257036, ttftMs: 363.389, tpotMs: 11.778658, tokensPerSec: 629.801, memoryGiB: 22.824},
  {...qwen32, backend: "trtllm", batch: 1, ctxTokens: 4000, ttftMs: 319.985, tpotMs: 7.644561, tokensPerSec: 125.281, memoryGiB: 20.9014},
  {...qwen32, backend: "trtllm", batch: 64, ctxTokens: 8000, ttftMs: 1131.703, tpotMs: 30.297819, tokensPerSec: 1990.761, memoryGiB: 38.2048},
  {...qwen32, backend: "trtllm", batch: 64, ctxTokens: 8000, osl: 50, ttftMs: 1131.161, tpotMs: 206.78, tokensPerSec: 293.022, memoryGiB: 36.447},
  {...qwen32, backend: "trtllm", batch: 512, ctxTokens: 4000, mixedMs: 219.332, ttftMs: 877.328, tpotMs: 219.332, tokensPerSec: 2275.09, memoryGiB: 161.2517, corner: true},
  {...qwen32, backend: "sglang", batch: 8, ctxTokens: 4000, mixedMs: 159.123736, decodeStepMs: 10.240064, ttftMs: 358.028, tpotMs: 11.737888, tokensPerSec: 632.536, memoryGiB: 25.5064},
  {...qwen32, backend: "sglang", batch: 64, ctxTokens: 8000, ttftMs: 1107.044, tpotMs: 34.586981, tokensPerSec: 1759.329, memoryGiB: 56.8729},
  {...qwen32, backend: "vllm", batch: 64, ctxTokens: 8000, mixedMs: 333.00739, decodeStepMs: 20.243075, ttftMs: 672.363, tpotMs: 40.259991, tokensPerSec: 1538.187, memoryGiB: 55.7701},
  {...qwen32, backend: "vllm", batch: 8, ctxTokens: 2048, ttftMs: 329.968, tpotMs: 15.673412, tokensPerSec: 489.756, memoryGiB: 24.4126},
  {model: "Qwen/Qwen3-235B-A22B-FP8", parallel: [4, 4], backend: "trtllm", batch: 32, ctxTokens: 4000, mixedMs: 173.834463, decodeStepMs: 21.776246, ttftMs: 599.729, tpotMs: 30.648858, tokensPerSec: 1013.585, memoryGiB: 63.1772},
  {model: "deepseek-ai/DeepSeek-V3", parallel: [8, 8], backend: "trtllm", batch: 32, ctxTokens: 4000, mixedMs: 171.582681, decodeStepMs: 33.89588, ttftMs: 591.96, tpotMs: 41.929918, tokensPerSec: 747.778, memoryGiB: 94.733}
]; // prettier-ignore

const there = goldenTables(aggregatedRows.length + 2, "aggregated points and searches");

function near(got: number, expected: number, share = 1e-3): void {
  expect(Math.abs(got / expected - 1), `${got} instead of ${expected}`).toBeLessThan(share);
}

describe.runIf(there)("aggregated points", () => {
  it.each(aggregatedRows)("$model on $backend, batch $batch, $ctxTokens tokens", async (row) => {
    const [tp, moeEp] = row.parallel;
    const kv = row.backend === "trtllm" ? "fp8" : "bfloat16";
    const fmha = row.backend === "trtllm" && !row.model.startsWith("deepseek") ? "fp8" : "bfloat16";
    const result = estimate({
      mode: "agg",
      model: findModel(row.model),
      platform: await openAsReference(row.backend, versions[row.backend]),
      quant: {gemm: "fp8_block", moe: "fp8_block", kvCache: kv, fmha, ...row.quant},
      parallel: {tp, pp: 1, dp: 1, moeTp: 1, moeEp, cp: 1},
      batch: row.batch,
      ctxTokens: row.ctxTokens,
      workload: {isl: 4000, osl: row.osl ?? 500, prefix: 0},
      nextn: 0
    });
    const share = row.corner ? 0.02 : 1e-3;
    const step = (title: string) => result.phases.find((phase) => phase.title === title)?.totalMs ?? 0;
    if (row.mixedMs) near(step("mixed step"), row.mixedMs, share);
    if (row.decodeStepMs) near(step("decode step"), row.decodeStepMs, share);
    near(result.ttftMs, row.ttftMs, share);
    near(result.tpotMs, row.tpotMs, share);
    near(result.tokensPerSec, row.tokensPerSec, share);
    near(result.memoryGiB.total, row.memoryGiB);
  });
});

/** Worker rates of the reference are rounded to three decimals before they are matched. */
const roundedMatch = 7e-3;

describe.runIf(there)("default search of Qwen3-32B-FP8 on 8 GPUs", async () => {
  const result = await search("Qwen/Qwen3-32B-FP8", 8, 500, {ttftMs: 1000, tpotMs: 20});

  it.each([
    [0, "tp2", 32, 8000, 752.867, 862.985, 19.372, 29.416],
    [1, "tp4", 56, 8000, 716.865, 677.51, 18.35, 20.188],
    [2, "tp1", 14, 4000, 667.458, 699.251, 19.404, 44.526],
    [3, "tp8", 80, 8000, 489.786, 554.629, 19.63, 13.996]
  ])("ranks aggregated plan %d: %s, batch %d", (i, tp, batch, ctxTokens, rate, ttftMs, tpotMs, memoryGiB) => {
    const plan = result().agg!.best[i];
    expect(plan.agg).toMatchObject({label: `${tp}pp1dp1etp1ep1`, batchPerRank: batch, ctxTokens});
    near(plan.tokensPerSecPerGpuCluster, rate);
    near(plan.ttftMs, ttftMs);
    near(plan.tpotMs, tpotMs);
    near(plan.agg!.memoryGiB.total, memoryGiB);
  });

  it.each([
    [0, 5, "tp1", 3, "tp1", 52, 910.455, 19.743],
    [1, 6, "tp1", 1, "tp2", 128, 826.448, 17.847],
    // The prefill pool caps decode batches 60 to 224 at one throughput; of these we take the fastest, the reference 224.
    [2, 4, "tp1", 1, "tp4", 60, 753.075, 9.0575]
  ])("ranks disaggregated plan %d: %d × %s + %d × %s", (i, x, prefillTp, y, decodeTp, batch, rate, tpotMs) => {
    const plan = result().disagg!.best[i];
    expect(plan.prefill).toMatchObject({label: `${prefillTp}pp1dp1etp1ep1`, workers: x, batchPerRank: 1});
    expect(plan.decode).toMatchObject({label: `${decodeTp}pp1dp1etp1ep1`, workers: y, batchPerRank: batch});
    near(plan.tokensPerSecPerGpuCluster, rate, roundedMatch);
    near(plan.ttftMs, 537.827);
    near(plan.tpotMs, tpotMs);
  });

  it("chooses disaggregation", () => expect(result().chosen).toBe("disagg"));

  it("has the memory of the best disaggregated plan", () => {
    const [{prefill, decode}] = result().disagg!.best;
    near(prefill!.memoryGiB.total, 36.62);
    near(decode!.memoryGiB.total, 64.093);
  });

  it.each([
    ["agg", [[9.027, 1148.17], [9.569, 1140.403], [10.182, 1131.927]]],
    ["disagg", [[33.844, 998.372], [48.196, 941.344], [50.652, 910.455], [52.778, 875.782]]]
  ] as const)("reaches the reference's %s front or beyond", (mode, points) => {
    const front = result()[mode]!.front;
    for (const [user, gpu] of points) expect(front.some((plan) => reaches(plan, user, gpu)), `${user}, ${gpu}`).toBe(true);
  }); // prettier-ignore
});

describe.runIf(there)("default search of Qwen3-235B-A22B-FP8 on 16 GPUs", async () => {
  const result = await search("Qwen/Qwen3-235B-A22B-FP8", 16, 500, {ttftMs: 2000, tpotMs: 30});

  it.each([
    [0, "tp1pp1dp8etp1ep8", 10, 293.67],
    [1, "tp1pp1dp8etp2ep4", 9, 265.14],
    [2, "tp2pp1dp1etp1ep2", 16, 264.69]
  ])("ranks aggregated plan %d: %s", (i, label, batch, rate) => {
    const plan = result().agg!.best[i];
    expect(plan.agg).toMatchObject({label, batchPerRank: batch});
    near(plan.tokensPerSecPerGpuCluster, rate);
  });

  it.each([
    [0, 4, 1, "tp1pp1dp8etp1ep8", 28, 439.53],
    [1, 4, 1, "tp1pp1dp8etp2ep4", 28, 436.6],
    [2, 2, 1, "tp4pp1dp1etp1ep4", 112, 432.92]
  ])("ranks disaggregated plan %d", (i, x, y, label, batch, rate) => {
    const plan = result().disagg!.best[i];
    expect(plan.prefill).toMatchObject({label: "tp1pp1dp2etp1ep2", workers: x, batchPerRank: 1});
    expect(plan.decode).toMatchObject({label, workers: y, batchPerRank: batch});
    near(plan.tokensPerSecPerGpuCluster, rate, roundedMatch);
  });
});

/** A search that runs when first asked for. */
async function search(model: string, totalGpus: number, osl: number, targets: {ttftMs: number; tpotMs: number}) {
  const platform = there ? await openPlatform("trtllm", versions.trtllm) : undefined;
  let result: ReturnType<typeof answerSearch> | undefined;
  return () =>
    (result ??= answerSearch(
      evaluateSearch({model: findModel(model), platform: platform!, totalGpus, workload: {isl: 4000, osl, prefix: 0}}),
      targets,
      {sampling: "grid"}
    ));
}

function reaches(plan: Plan, tokensPerSecPerUser: number, tokensPerSecPerGpu: number): boolean {
  return (
    plan.tokensPerSecPerUser >= tokensPerSecPerUser * (1 - 1e-3) &&
    plan.tokensPerSecPerGpuCluster >= tokensPerSecPerGpu * (1 - roundedMatch)
  );
}
