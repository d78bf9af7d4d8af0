/** Judging tables, on slices small enough to work out by hand. */
import {describe, expect, it} from "vitest";
import {addQuality, compareTables, coverageMap, emptyQuality, judgeSlice, quantile} from "../../engine/quality.js";
import {tables, valueColumn} from "../../engine/schema.js";
import type {Columns, TableName} from "../../engine/schema.js";
import {literalSystem} from "./literal-tables.js";

function slice(table: TableName, rows: (number | string)[][]): Columns {
  const names = [...tables[table].key, ...tables[table].axes, valueColumn];
  return Object.fromEntries(names.map((name, c) => [name, rows.map((row) => row[c])])) as Columns;
}

/** Literal GPU: 100 TFLOP/s bf16 and 1 TB/s, so n = k = 10000 and m = 1000 take 2e11 FLOP / 1e14 = 2 ms. */
const judge = (table: TableName, part: string[], rows: (number | string)[][]) =>
  judgeSlice(table, {part, columns: slice(table, rows)}, literalSystem);

describe("rows against the speed of light", () => {
  it("are remarkable above 1.2 of it, and impossible below 0.7 of its time", () => {
    // Utilisation 2 / latency: 0.8, 1.18, 1.25, 1.54.
    const rows = [2.5, 1.7, 1.6, 1.3].map((ms, i) => [10000, 10000, 1000 + i, ms]);
    const quality = judge("gemm", ["bfloat16"], rows);
    expect(quality).toMatchObject({rows: 4, bounded: 4, tested: 4, remarkable: 2, impossible: 1});
    expect(quality.worstImpossible).toHaveLength(1);
    expect(quality.worstImpossible[0]).toMatchObject({
      at: {dtype: "bfloat16", n: 10000, k: 10000, m: 1003},
      latencyMs: 1.3
    });
    // 1003 · 1e8 · 2 FLOP / 1e14.
    expect(quality.worstImpossible[0].otherMs).toBeCloseTo(2.006, 9);
    expect(quality.leastOfLight).toBeCloseTo(1.3 / 2.006, 9);
  });

  it("of small operands may come from a cache: remarkable, never impossible", () => {
    // 1 × 1000 × 1000 in bf16 reads 2 MB: 0.002 ms at 1 TB/s.
    expect(judge("gemm", ["bfloat16"], [[1000, 1000, 1, 0.001]])).toMatchObject({
      remarkable: 1,
      tested: 0,
      impossible: 0
    });
  });

  it("that move more than a cache holds are impossible below half of the bytes' time", () => {
    // Batch 100 of 10001 tokens, 8 KV heads of 128, bf16: 100 · 2 · 8 · 10000 · 128 · 2 bytes = 4.1 GB in 4.1 ms.
    const rows = [2.2, 1.9].map((ms, i) => [8, 0, 64, 100, 10001 + i, ms]);
    expect(judge("decode_attention", ["bfloat16", "128"], rows)).toMatchObject({
      tested: 2,
      remarkable: 2,
      impossible: 1
    });
  });

  it("of sparse latent attention are tested where the indexer picks", () => {
    // A µs for prompts of 2048 and of 2049 tokens in all: impossible for both, but the former's bound is none.
    const part = ["bfloat16", "fp8", "fp8_block", "DeepseekV32ForCausalLM", "trtllm"];
    const rows = [[16, 1024, 1024, 8, 0.001], [16, 1024, 1025, 8, 0.001]]; // prettier-ignore
    expect(judge("dsa_prefill_module", part, rows)).toMatchObject({bounded: 2, tested: 1, impossible: 1});
  });

  it("of wide-EP experts are not tested by weights that tokens may not reach", () => {
    // One token on each of 64 experts: 64 · 3 · 7168 · 2048 bytes are 2.8 ms, the arithmetic 0.03 ms.
    const rows = [[1, 64, 7168, 2048, 1, 1, 64, 0.1]];
    expect(judge("wideep_prefill_moe", ["fp8_block", "uniform"], rows)).toMatchObject({remarkable: 1, tested: 0});
  });

  it("of prefill attention are tested at long prompts without a window", () => {
    // 2 · 2048² · 32 · 128 FLOP / 1e14 = 0.34 ms; a fifth of it each.
    const row = (window: number, seq: number) => [8, window, 32, seq, 1, 0.07 * (seq / 2048) ** 2];
    const quality = judge(
      "prefill_attention",
      ["bfloat16", "bfloat16", "128"],
      [row(0, 2048), row(0, 2047), row(128, 4096)]
    );
    expect(quality).toMatchObject({bounded: 3, tested: 1, impossible: 1});
  });

  it("of experts are not held to reading every expert", () => {
    // 64 tokens to 2 of 64 experts: 12.9 GB if all are read, 12.9 ms; a skewed 64 read fewer.
    const quality = judge("moe", ["bfloat16", "power_law_1.2"], [[2, 64, 8192, 4096, 1, 1, 64, 2]]);
    expect(quality).toMatchObject({bounded: 1, remarkable: 1, tested: 0});
  });

  it("without a bound are counted, and judged by their neighbours alone", () => {
    const quality = judge("deepep_low_latency", [], [[1, 7168, 8, 256, 1, 2], [1, 7168, 8, 256, 2, 1]]); // prettier-ignore
    expect(quality).toMatchObject({rows: 2, bounded: 0, tested: 0, leastOfLight: Infinity, slower: 1});
  });

  it("of links do not inherit the bound of the row before", () => {
    judge("gemm", ["bfloat16"], [[10000, 10000, 1000, 2]]);
    expect(judge("custom_allreduce", [], [[2, 1 << 28, 1]])).toMatchObject({bounded: 1, tested: 0});
  });
});

describe("rows against larger neighbours", () => {
  const attention = (rows: number[][]) =>
    judge(
      "decode_attention",
      ["bfloat16", "128"],
      rows.map((row) => [8, 0, ...row])
    );

  it("are slower when less work takes longer on any axis, and each counts once", () => {
    // Heads, batch, seq, ms. The first is slower than its neighbours on all three axes.
    const quality = attention([[8, 1, 64, 9], [8, 1, 128, 6], [8, 2, 64, 7], [16, 1, 64, 8]]); // prettier-ignore
    expect(quality).toMatchObject({paired: 1, slower: 1, muchSlower: 1});
    expect(quality.worstSlower.map(({otherMs}) => otherMs)).toEqual([6, 7, 8]);
    expect(quality.worstSlower[0]).toEqual({
      at: {kv_dtype: "bfloat16", head_dim: "128", kv_heads: 8, window: 0, heads: 8, batch: 1, seq: 64},
      latencyMs: 9,
      otherMs: 6,
      other: {kv_dtype: "bfloat16", head_dim: "128", kv_heads: 8, window: 0, heads: 8, batch: 1, seq: 128}
    });
  });

  it("are compared with the next that was measured, across gaps, not with the one after", () => {
    // 5 < 4 is no; 64 → 256 is the next at batch 1, as 128 was measured at batch 2 alone.
    const quality = attention([[8, 1, 64, 5], [8, 2, 128, 1], [8, 1, 256, 4], [8, 1, 512, 3.9]]); // prettier-ignore
    expect(quality).toMatchObject({paired: 2, slower: 2, muchSlower: 1});
  });

  it("of another key are no neighbours", () => {
    const rows = [[8, 0, 8, 1, 64, 9], [4, 0, 8, 1, 128, 1]]; // prettier-ignore
    expect(judge("decode_attention", ["bfloat16", "128"], rows)).toMatchObject({paired: 0, slower: 0});
  });

  it("are not slower where all grow", () => {
    expect(attention([[8, 1, 64, 1], [8, 1, 128, 1], [8, 2, 64, 2]])).toMatchObject({paired: 1, slower: 0}); // prettier-ignore
  });

  it("list the worst eight", () => {
    const rows = Array.from({length: 12}, (_, i) => [8, 1, i + 1, 2 ** -i]);
    expect(attention(rows).worstSlower).toHaveLength(8);
  });
});

it("judgements of slices add up, with the worst of both", () => {
  const one = judge("gemm", ["bfloat16"], [[10000, 10000, 1000, 1.3]]);
  const two = judge("gemm", ["bfloat16"], [[10000, 10000, 1000, 1.0], [10000, 10000, 2000, 5]]); // prettier-ignore
  const sum = addQuality(addQuality(emptyQuality(), one), two);
  expect(sum).toMatchObject({rows: 3, impossible: 2, leastOfLight: 0.5});
  expect(sum.worstImpossible.map(({latencyMs}) => latencyMs)).toEqual([1.0, 1.3]);
});

describe("two versions of a slice", () => {
  const older = {part: ["fp8"], columns: slice("gemm", [[64, 64, 1, 1], [64, 64, 2, 1], [64, 64, 4, 1], [64, 64, 8, 1]])}; // prettier-ignore
  const newer = {part: ["fp8"], columns: slice("gemm", [[64, 64, 2, 1.05], [64, 64, 4, 0.4], [64, 64, 8, 1.5], [64, 64, 16, 1]])}; // prettier-ignore

  it("are compared coordinate by coordinate, newer over older", () => {
    const jump = compareTables("gemm", [older], [newer]);
    expect(jump).toMatchObject({common: 3, gone: 1, added: 1, off: 2, farOff: 1});
    expect([...jump.ratios]).toEqual([0.4, 1.05, 1.5]);
    // Factors 2.5, 1.5 and 1.05, whichever way.
    expect(jump.worst.map(({at, otherMs}) => [at.m, otherMs])).toEqual([[4, 1], [8, 1], [2, 1]]); // prettier-ignore
  });

  it("of different types are different coordinates", () => {
    expect(compareTables("gemm", [older], [{...newer, part: ["bfloat16"]}])).toMatchObject({
      common: 0,
      gone: 4,
      added: 4
    });
  });

  it("that agree have no worst", () => {
    expect(compareTables("gemm", [older], [older])).toMatchObject({common: 4, gone: 0, added: 0, off: 0, worst: []});
  });
});

it.each([
  [[1, 2, 3, 4], 0.5, 2.5],
  [[1, 2, 3], 0.5, 2],
  [[7], 0.95, 7],
  [[0, 10], 0.1, 1]
])("quantile of %j at %d is %d", (values, share, expected) =>
  expect(quantile(values, share)).toBeCloseTo(expected, 12)
);

it("quantile of nothing is not a number", () => expect(quantile([], 0.5)).toBeNaN());

it("a coverage map counts rows, impossible ones and the median utilisation of each pair of values", () => {
  // 2 ms at full speed at m = 1000; utilisation 1, 2 and, at m = 2000, 0.5.
  const columns = slice("gemm", [[10000, 10000, 1000, 2], [20000, 5000, 1000, 1], [10000, 10000, 2000, 8]]); // prettier-ignore
  const map = coverageMap("gemm", [{part: ["bfloat16"], columns}], literalSystem, "m", "k");
  expect(map).toEqual([
    {x: 1000, y: 10000, rows: 1, impossible: 0, utilisation: 1},
    {x: 1000, y: 5000, rows: 1, impossible: 1, utilisation: 2},
    {x: 2000, y: 10000, rows: 1, impossible: 0, utilisation: 0.5}
  ]);
});
