/** Which tables a version's database has, by the catalogue alone. */
import {describe, expect, it} from "vitest";
import type {Catalogue, SliceEntry} from "../../engine/schema.js";
import {openStore} from "../../src/perf/store.js";
import {literalSystem} from "../engine/literal-tables.js";

const slice = (part: string, rows: number, borrowedRows: number): SliceEntry => ({
  table: "gemm",
  part: [part],
  path: `${part}.parquet`,
  rows,
  bytes: 1,
  borrowedRows,
  borrowedFrom: borrowedRows ? ["trtllm/0.9"] : []
});
const version = {
  measured: true,
  device: "",
  slices: [slice("bfloat16", 9, 0), slice("fp8", 9, 4), slice("nvfp4", 9, 9)]
};
const catalogue: Catalogue = {format: 1, systems: {literal: {trtllm: {"1.0": version}}}};

describe("a version's tables", () => {
  const store = openStore(catalogue, () => Promise.reject(new Error("not read")));
  const types = (rows?: "all" | "own") =>
    store
      .perf(literalSystem, "trtllm", "1.0", rows)
      .entriesOf("gemm")
      .map(({part}) => part[0]);

  it("are its own and what it borrowed", () => expect(types()).toEqual(["bfloat16", "fp8", "nvfp4"]));

  it("are, for the empirical database, without slices that it only borrowed", () =>
    expect(types("own")).toEqual(["bfloat16", "fp8"]));

  it("are the same object each time, one for each kind", () => {
    const own = store.perf(literalSystem, "trtllm", "1.0", "own");
    expect(store.perf(literalSystem, "trtllm", "1.0", "own")).toBe(own);
    expect(store.perf(literalSystem, "trtllm", "1.0")).not.toBe(own);
  });
});
