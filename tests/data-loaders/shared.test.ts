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
  expect(report.files.filter(({refused}) => !refused)).toHaveLength(92);
  expect(Object.keys(catalogueOf(dataDir).systems.l40s.vllm)).toEqual(["0.14.0", "0.22.0", "0.24.0"]);
});
