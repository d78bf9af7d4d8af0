import {existsSync, readFileSync} from "node:fs";
import {expect, test} from "vitest";
import {importTables} from "../../data-loaders/import.js";
import {importRecordFile, readImportRecord} from "../../data-loaders/import-report.js";
import {csv, folderWith} from "./tree.js";

const header = "kernel_source,gemm_dtype,m,n,k,latency\n";
const good = "torch,bfloat16,1,64,32,0.25\n";
const bad = "torch,bfloat16,2,64,32,-0.3\n";
const flat = "systems/data/h200_sxm/trtllm/1.2.0";

test("what an import leaves out is kept beside the catalogue, without the folder it came from", async () => {
  const dataDir = folderWith({});
  const files = {
    [`${flat}/gemm_perf.txt`]: header + good + good + "torch,awq,1,64,32,0.1\n" + bad,
    [`${flat}/moe_perf.parquet`]: "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n",
    [`${flat}/frobnicate_perf.txt`]: header + good
  };
  const from = folderWith(files);
  await importTables(from, {dataDir});
  const place = {system: "h200_sxm", backend: "trtllm", version: "1.2.0"};
  const record = readImportRecord(dataDir);
  expect(record.files).toEqual([
    {
      ...place,
      file: "gemm_perf.txt",
      rows: 2,
      dropped: 1,
      repeated: 1,
      refused: 1,
      refusals: [{row: 4, reason: "latency is negative: -0.3"}]
    },
    {...place, file: "moe_perf.parquet", rows: 0, refusals: [{reason: expect.stringContaining("LFS")}]}
  ]);
  expect(record.others.map(({file}) => file)).toEqual([expect.stringContaining("frobnicate_perf.txt")]);
  expect(readFileSync(importRecordFile(dataDir), "utf8")).not.toContain(from);
});

test("a later import has the last word on its files, and leaves the others' as they were", async () => {
  const dataDir = folderWith({});
  await importTables(folderWith({[`${flat}/gemm_perf.txt`]: header + good + bad}), {dataDir});
  const mla = csv("kernel_source bmm_dtype op_name num_heads num_tokens latency\n torch fp8 mla_gen_pre 16 1 0.5");
  await importTables(folderWith({[`${flat}/mla_bmm_perf.txt`]: mla}), {dataDir});
  expect(readImportRecord(dataDir).files.map(({file, refused}) => [file, refused])).toEqual([
    ["gemm_perf.txt", 1],
    ["mla_bmm_perf.txt", undefined]
  ]);
  const before = readFileSync(importRecordFile(dataDir), "utf8");
  await importTables(folderWith({[`${flat}/gemm_perf.txt`]: header + good + bad}), {dataDir});
  expect(readFileSync(importRecordFile(dataDir), "utf8")).toBe(before);
  await importTables(folderWith({[`${flat}/gemm_perf.txt`]: header + good}), {dataDir});
  expect(readImportRecord(dataDir).files[0]).toEqual({
    system: "h200_sxm",
    backend: "trtllm",
    version: "1.2.0",
    file: "gemm_perf.txt",
    rows: 1
  });
});

test("with nothing imported there is nothing to tell", () => {
  const dataDir = folderWith({});
  expect(existsSync(importRecordFile(dataDir))).toBe(false);
  expect(readImportRecord(dataDir)).toEqual({format: 1, files: [], others: []});
});
