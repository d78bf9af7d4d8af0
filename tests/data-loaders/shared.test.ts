import {existsSync} from "node:fs";
import {fileURLToPath} from "node:url";
import {expect, test} from "vitest";
import {importTables} from "../../data-loaders/import.js";
import {catalogueOf, folderWith} from "./tree.js";

/** Real tables beside the repository; the suite passes without them, but says so. */
const shared = fileURLToPath(new URL("../../../shared/", import.meta.url));
const present = existsSync(`${shared}perf-data-csv`) && existsSync(`${shared}perf-data-family`);
if (!present) console.warn("2 cases not run: ../shared is not there");

test.runIf(present)("the older text tables import clean", {timeout: 60_000}, async () => {
  const dataDir = folderWith({});
  const report = await importTables(`${shared}perf-data-csv`, {dataDir});
  expect(report.refusals).toEqual([]);
  expect(report.files.map(({rows}) => rows).reduce((a, b) => a + b)).toBe(150_315);
  expect(Object.keys(catalogueOf(dataDir).systems)).toEqual(["a100_sxm", "h100_sxm"]);
});

test.runIf(present)("the newer tables by family import clean", {timeout: 60_000}, async () => {
  const dataDir = folderWith({});
  const report = await importTables(`${shared}perf-data-family`, {dataDir});
  expect(report.refusals).toEqual([]);
  expect(report.files.filter(({refused}) => !refused)).toHaveLength(94);
  expect(Object.keys(catalogueOf(dataDir).systems.l40s.vllm)).toEqual(["0.1.dev19262", "0.14.0", "0.22.0", "0.24.0"]);
  // Kimi's delta attention: prompts and steps of one token, without the checks of drafts.
  const {slices} = catalogueOf(dataDir).systems.l40s.sglang["0.5.16"];
  const kda = slices.filter(({table}) => table.startsWith("kda_")).map(({part, rows}) => [...part, rows]);
  expect(kda).toEqual([
    ["causal_conv1d_update", 33],
    ["fused_recurrent_kda_packed_decode", 33],
    ["causal_conv1d_fn_qkv3", 428],
    ["chunk_kda", 396]
  ]);
});
