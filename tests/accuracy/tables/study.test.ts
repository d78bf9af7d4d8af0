import {readFileSync} from "node:fs";
import {join} from "node:path";
import {beforeAll, describe, expect, inject, it} from "vitest";
import type {TableName} from "../../../engine/schema.js";
import {readSystems} from "../../../data-loaders/read-systems.js";
import {goldenTables} from "../../golden/open.js";
import {figures} from "./report.js";
import {study} from "./study.js";
import type {Miss} from "./study.js";

/** Least improvements over §5 on few points of one release, with room for chance; the are on many of five. */
const tables: TableName[] = ["gemm", "prefill_attention", "decode_attention"];

describe.runIf(goldenTables(5, "interpolation folds"))("interpolation on points held out of h200_sxm/trtllm", () => {
  let misses: Miss[] = [];
  beforeAll(async () => {
    const folder = inject("goldenData");
    process.env.KNEEPOINT_DATA = folder;
    const catalogue = JSON.parse(readFileSync(join(folder, "catalogue.json"), "utf8"));
    const system = readSystems(join(import.meta.dirname, "../../../systems")).find(({id}) => id === "h200_sxm")!;
    const entries = catalogue.systems.h200_sxm.trtllm["1.3.0rc10"].slices;
    misses = await study({system, backend: "trtllm", version: "1.3.0rc10"}, entries, {asked: 40, rows: 3}, tables);
  }, 120_000);

  it.each([
    ["gemm", "interior", 0.8, 0.75],
    ["gemm", "site", 1, 0.8],
    ["gemm", "row", 0.85, 0.85],
    ["prefill_attention", "interior", 0.9, 0.8],
    ["decode_attention", "row", 1, 0.9]
  ])("%s %s: median and p90 are at most these shares of §5's", (table, fold, p50, p90) => {
    const of = misses.filter((miss) => miss.table === table && miss.fold.startsWith(fold));
    const [reference, ours] = [figures(of, "reference"), figures(of, "shared")];
    expect(ours.missed).toBe(0);
    expect(of.length).toBeGreaterThan(50);
    expect(ours.p50 / reference.p50).toBeLessThanOrEqual(p50);
    expect(ours.p90 / reference.p90).toBeLessThanOrEqual(p90);
  });

  it("leaves no frontier off by more than 30 % for nine points of ten", () => {
    for (const table of tables) {
      const of = misses.filter((miss) => miss.table === table && miss.fold.startsWith("frontier"));
      expect(figures(of, "shared").p90).toBeLessThan(0.3);
      expect(figures(of, "shared").missed).toBe(0);
    }
  });
});
