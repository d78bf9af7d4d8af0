import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {dirname, join} from "node:path";
import {gzipSync} from "node:zlib";
import {afterAll, expect, test} from "vitest";
import {sizeReport} from "../../src/build/size-report.js";

const folder = mkdtempSync(join(tmpdir(), "kneepoint-sizes-"));
afterAll(() => rmSync(folder, {recursive: true}));

const files: Record<string, string> = {
  "index.html": "a".repeat(2000),
  "notebooks/cost.html": "b".repeat(3000),
  "_import/page.0000.js": "c".repeat(4000),
  "_import/duckdb.js": "d".repeat(5000),
  "_file/data/slices/h200_sxm/gemm.bin": "e".repeat(6000),
  "_file/data/slices/h200_sxm/gemm.tight": "f".repeat(7000)
};
for (const [name, text] of Object.entries(files)) {
  mkdirSync(dirname(join(folder, name)), {recursive: true});
  writeFileSync(join(folder, name), text);
}

test("sizes of a site are told by version and by part", () => {
  const of = (version: string, bytes: number, packedBytes: number) => ({
    system: "h200_sxm",
    backend: "vllm",
    version,
    slices: 2,
    bytes,
    packedBytes
  });
  const lines = sizeReport(folder, [of("0.14.0", 1_500_000, 400_000), of("0.19.0", 2_000_000, 600_000)]).split("\n");
  const cells = lines.map((line) => line.trim().split(/ {2,}/));
  const zipped = (...names: string[]) => {
    const bytes = names.reduce((sum, name) => sum + gzipSync(files[name]).length, 0);
    return `${(bytes / 1000).toFixed(1)} kB`;
  };
  expect(cells).toEqual([
    ["measured tables", "as imported", "in the site"],
    ["h200_sxm/vllm 0.14.0", "2 slices", "1.5 MB", "400.0 kB"],
    ["h200_sxm/vllm 0.19.0", "2 slices", "2.0 MB", "600.0 kB"],
    ["all measured tables", "3.5 MB", "1.0 MB"],
    [""],
    ["parts of the site", "raw", "gzip"],
    ["pages", "2 files", "5.0 kB", zipped("index.html", "notebooks/cost.html")],
    ["DuckDB, on pages with SQL", "1 file", "5.0 kB", zipped("_import/duckdb.js")],
    ["scripts", "1 file", "4.0 kB", zipped("_import/page.0000.js")],
    // Packed already.
    ["measured tables", "2 files", "13.0 kB", "13.0 kB"]
  ]);
});

test("a site without tables has parts alone", () => {
  expect(sizeReport(folder, [])).toMatch(/^ {2}parts of the site/);
});
