import {describe, expect, it} from "vitest";
import {calibratedPerf, parseCalibration} from "../../engine/calibration.js";
import {InputError} from "../../engine/errors.js";
import {tables} from "../../engine/schema.js";
import type {TableName} from "../../engine/schema.js";
import {calibrationBytes} from "../../src/calibrate/file.js";
import {errorOf, fitTable} from "../../src/calibrate/fit.js";
import {repairImpossible} from "../../src/calibrate/rows.js";
import type {TableRows} from "../../src/calibrate/rows.js";

/** `soundMs`: what stands in for a row that cannot be right. */
type Row = {part: string[]; key?: (string | number)[]; at: number[]; ms: number; soundMs?: number};

function tableRows(table: TableName, rows: readonly Row[]): TableRows {
  const {key, axes} = tables[table];
  return {
    table,
    part: rows.map(({part}) => part),
    key: key.map((_, i) => rows.map((row) => row.key![i])),
    axes: axes.map((_, i) => Float64Array.from(rows, ({at}) => at[i])),
    latencyMs: Float64Array.from(rows, ({ms}) => ms),
    soundMs: Float64Array.from(rows, ({ms, soundMs}) => soundMs ?? ms),
    excluded: Uint8Array.from(rows, ({soundMs}) => Number(soundMs !== undefined))
  };
}

const arrayBuffer = (bytes: Uint8Array) => bytes.slice().buffer as ArrayBuffer;

/** The table that a fit of these rows stands for, through a file. */
function fitted(table: TableName, rows: readonly Row[]) {
  const surface = fitTable(tableRows(table, rows))!;
  const bytes = calibrationBytes({system: "h1", backend: "trtllm", version: "1.0"}, [surface]);
  return {surface, bytes, perf: calibratedPerf(arrayBuffer(bytes))};
}

/** GEMMs that take 2·m·n·k at 1 TFLOP/ms and a launch of 5 µs: sites differ by more than a factor. */
const gemmMs = (m: number, n: number, k: number) => 0.005 + (2 * m * n * k) / 1e12;
const sides = [256, 512, 1024, 2048, 4096, 8192];
const tokens = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048];
const gemms = sides.flatMap((n) =>
  sides.flatMap((k) => tokens.map((m): Row => ({part: ["bfloat16"], at: [n, k, m], ms: gemmMs(m, n, k)})))
);

describe("a fitted table", () => {
  it("is near the rows it was fitted to, and says how near", () => {
    const {perf, surface} = fitted("gemm", gemms);
    const grid = perf.grid("gemm", ["bfloat16"])!;
    expect(grid.size).toBe(gemms.length);
    const errors = gemms.map(({at: [n, k, m], ms}) => Math.abs(grid.lookup(n, k, m, 0, () => 1) / ms - 1));
    const {p50, p90} = errorOf(Float64Array.from(errors));
    expect(p50).toBeLessThan(0.02);
    expect(p90).toBeLessThan(0.07);
    expect(perf.fitError("gemm", ["bfloat16"])!.p50).toBeCloseTo(p50, 3);
    expect(perf.fitError("gemm", ["bfloat16"])!.p90).toBeCloseTo(p90, 3);
    expect(surface.parts[0].rows).toBe(gemms.length);
  });

  it("takes far less room than the rows", () => {
    const {bytes} = fitted("gemm", gemms);
    // 432 latencies of 8 bytes and their coordinates against some hundred coefficients.
    expect(bytes.length).toBeLessThan(700);
  });

  it("holds every part apart, in the schema's columns", () => {
    const twice = gemms.flatMap((row) => [row, {...row, part: ["fp8"], ms: row.ms / 2}]);
    const {perf} = fitted("gemm", twice);
    expect(perf.entriesOf("gemm").map(({part, rows}) => [...part, rows])).toEqual([
      ["bfloat16", gemms.length],
      ["fp8", gemms.length]
    ]);
    const at = (dtype: string) => perf.grid("gemm", [dtype])!.lookup(4096, 4096, 512, 0, () => 1);
    expect(at("bfloat16") / at("fp8")).toBeCloseTo(2, 1);
    expect(perf.fitError("gemm", ["int8_wo"])).toBeUndefined();
  });

  it("keeps text keys, and covers only what was measured", () => {
    const sizes = [256, 1024, 4096, 16384];
    const rows = ["half", "int8"].flatMap((dtype) =>
      [2, 4, 8].flatMap((gpus) =>
        sizes
          .filter((size) => gpus < 8 || size > 256)
          .map((size): Row => ({part: [], key: [dtype, "all_gather", gpus], at: [size], ms: (size * gpus) / 1e6}))
      )
    );
    const {perf} = fitted("nccl", rows);
    expect(perf.keys("nccl", [])).toContainEqual(["int8", "all_gather", 4]);
    expect(perf.grid("nccl", [], ["half", "all_gather", 2])!.keys[0]).toEqual(Float64Array.from(sizes));
    expect(perf.grid("nccl", [], ["half", "all_gather", 8])!.keys[0]).toEqual(Float64Array.from([1024, 4096, 16384]));
  });

  it("does not learn from rows that cannot be right, but has what stands in for them", () => {
    const light = (heads: number, seq: number, batch: number) => (heads * seq * seq * batch) / 1e9 + 0.01;
    const rows = [1, 2, 4, 8, 16, 32].flatMap((heads) =>
      [512, 1024, 2048, 4096].flatMap((seq) =>
        [1, 2, 4, 8].map((batch): Row => {
          const ms = light(heads, seq, batch);
          const wrong = heads === 8 && seq >= 1024 ? {ms: 0.01 * ms, soundMs: batch === 8 ? NaN : ms} : {ms};
          return {part: ["bfloat16", "bfloat16", "128"], key: [0, 0], at: [heads, seq, batch], ...wrong};
        })
      )
    );
    const {perf, surface} = fitted("prefill_attention", rows);
    const grid = perf.grid("prefill_attention", ["bfloat16", "bfloat16", "128"], [0, 0])!;
    // Three lengths of eight heads at batch 8 have nothing that stands in, and are not covered.
    expect(grid.size).toBe(rows.length - 3);
    expect(grid.lookup(8, 4096, 4, 0, () => 1) / light(8, 4096, 4)).toBeGreaterThan(0.85);
    expect(grid.lookup(8, 4096, 4, 0, () => 1) / light(8, 4096, 4)).toBeLessThan(1.15);
    expect(surface.parts[0].rows).toBe(rows.length - 12);
  });

  it("comes out the same every time", () => {
    expect([...fitted("gemm", gemms).bytes]).toEqual([...fitted("gemm", [...gemms].reverse()).bytes]);
  });

  it("is undefined without a row", () => {
    expect(fitTable(tableRows("gemm", []))).toBeUndefined();
    expect(fitTable(tableRows("gemm", [{part: ["fp8"], at: [1, 1, 1], ms: 0, soundMs: NaN}]))).toBeUndefined();
  });
});

describe("a calibration file", () => {
  it("says what it is of", () => {
    const {bytes} = fitted("gemm", gemms);
    const {head, surfaces} = parseCalibration(arrayBuffer(bytes));
    expect(head).toMatchObject({system: "h1", backend: "trtllm", version: "1.0", strings: ["bfloat16", "gemm"]});
    expect(surfaces.map(({table}) => table)).toEqual(["gemm"]);
  });

  it("is refused when it is something else", () => {
    const bytes = new TextEncoder().encode("<!DOCTYPE html>");
    expect(() => parseCalibration(arrayBuffer(bytes))).toThrow(InputError);
    expect(() => parseCalibration(arrayBuffer(bytes))).toThrow(/invalid calibration: starts with 60 33 68 79/);
  });
});

describe("prefill rows faster than the GPU can be", () => {
  const part = ["bfloat16", "bfloat16", "128"];
  /** Heads 8, batch 1, two KV layouts; a utilisation of ½ but for long prompts of two KV heads. */
  const rows = [512, 1024, 2048, 4096].flatMap((seq) => [
    {part, key: [0, 0], at: [8, seq, 1], ms: seq / 1000},
    {part, key: [2, 0], at: [8, seq, 1], ms: seq >= 2048 ? seq / 1e5 : seq / 1000}
  ]);
  const lightMs = Float64Array.from(rows, ({at}) => at[1] / 2000);

  it("are left out with their site's other rows from 1,024 tokens on, and take a sound site's utilisation", () => {
    const table = tableRows("prefill_attention", rows);
    repairImpossible(table, lightMs);
    expect([...table.excluded]).toEqual([0, 0, 0, 1, 0, 1, 0, 1]);
    expect([...table.soundMs]).toEqual([0.512, 0.512, 1.024, 1.024, 2.048, 2.048, 4.096, 4.096]);
    expect(table.latencyMs[7]).toBe(0.04096);
  });

  it("stay unknown where no sound row is at the same point", () => {
    const alone = rows.filter(({key, at}) => key[0] === 2 || at[1] < 4096);
    const table = tableRows("prefill_attention", alone);
    repairImpossible(
      table,
      Float64Array.from(alone, ({at}) => at[1] / 2000)
    );
    expect(table.soundMs[alone.length - 1]).toBeNaN();
  });
});
