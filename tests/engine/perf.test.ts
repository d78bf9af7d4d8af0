import {describe, expect, it} from "vitest";
import {PerfDatabase} from "../../engine/perf.js";
import type {SliceEntry} from "../../engine/schema.js";
import {literalPlatform} from "./literal-tables.js";

const entry = (part: string[]): SliceEntry => ({
  table: "gemm",
  part,
  path: `gemm.${part}.parquet`,
  rows: 1,
  bytes: 1,
  borrowedRows: 0,
  borrowedFrom: []
});

describe("a database of measured tables", () => {
  const columns = {n: [64], k: [64], m: [1], latency_ms: [1]};

  it("names the slices that are wanted and not loaded yet", () => {
    const perf = new PerfDatabase("h200_sxm", "trtllm", "1.0", [entry(["fp8"]), entry(["bfloat16"])]);
    expect(perf.unloaded([{table: "gemm", part: ["fp8"]}]).map(({path}) => path)).toEqual(["gemm.fp8.parquet"]);
    expect(perf.unloaded([{table: "gemm", part: []}])).toHaveLength(2);
    perf.add("gemm", ["fp8"], columns);
    expect(perf.unloaded([{table: "gemm", part: []}]).map(({part}) => part)).toEqual([["bfloat16"]]);
  });

  it("refuses to answer from a slice that exists but was not loaded", () => {
    const perf = new PerfDatabase("h200_sxm", "trtllm", "1.0", [entry(["fp8"])]);
    expect(() => perf.sites("fp8", () => 1)).toThrow("slice not loaded: gemm|fp8");
    expect(perf.sites("nvfp4", () => 1)).toBeUndefined();
  });

  it("says what it has when something is missing", () => {
    const perf = new PerfDatabase("h200_sxm", "trtllm", "1.0", [entry(["fp8"]), entry(["bfloat16"])]);
    expect(perf.missingMessage("gemm", ["nvfp4"])).toBe("no gemm table: h200_sxm/trtllm 1.0 nvfp4; have fp8, bfloat16");
    expect(perf.missingMessage("moe", ["fp8"])).toBe("no moe table: h200_sxm/trtllm 1.0 fp8; have none");
  });

  it("keeps grids of different keys apart", () => {
    const {perf} = literalPlatform([{table: "custom_allreduce", rows: [[2, 10, 1], [4, 10, 2], [2, 20, 3]]}]); // prettier-ignore
    expect(perf.keys("custom_allreduce", [])).toEqual([[2], [4]]);
    expect(perf.grid("custom_allreduce", [], [2])!.size).toBe(2);
    expect(perf.grid("custom_allreduce", [], [8])).toBeUndefined();
  });

  it("raises a grid to its floor once, when it is first asked for", () => {
    const {perf} = literalPlatform([{table: "custom_allreduce", rows: [[2, 10, 1], [2, 20, 9]]}]); // prettier-ignore
    const floored = perf.grid("custom_allreduce", [], [2], (elements) => elements / 4)!;
    expect([...floored.latencyMs]).toEqual([2.5, 9]);
    expect(perf.grid("custom_allreduce", [], [2])).toBe(floored);
  });

  it("cuts a long list of what it has short", () => {
    const many = Array.from({length: 15}, (_, i) => entry([`q${i}`]));
    const message = new PerfDatabase("h200_sxm", "trtllm", "1.0", many).missingMessage("gemm", ["fp8"]);
    expect(message).toMatch(/ fp8; have q0, q1, .*, q11, 3 more$/);
    const {perf} = literalPlatform([{table: "custom_allreduce", rows: [[2, 10, 1]]}]);
    expect(perf.missingMessage("custom_allreduce", [])).toMatch(/ 1\.0; have one without parts$/);
  });

  it("is empty until it has an entry, and counts the rows of what is added without one", () => {
    const perf = new PerfDatabase("h200_sxm", "trtllm", "1.0");
    expect(perf.empty).toBe(true);
    perf.add("gemm", ["fp8"], columns);
    expect(perf.empty).toBe(false);
    expect(perf.allEntries().map(({table, part, rows}) => [table, part, rows])).toEqual([["gemm", ["fp8"], 1]]);
  });
});
