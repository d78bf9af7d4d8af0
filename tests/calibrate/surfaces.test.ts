/** The surfaces in the repository: how much room they take, and, where the tables are at hand, how near them they are. */
import {createHash} from "node:crypto";
import {existsSync, readdirSync, readFileSync, statSync} from "node:fs";
import {join} from "node:path";
import {gzipSync} from "node:zlib";
import {describe, expect, inject, it} from "vitest";
import {calibratedPerf} from "../../engine/calibration.js";
import type {CalibrationEntry} from "../../engine/calibration.js";
import {backends} from "../../engine/schema.js";
import type {Catalogue} from "../../engine/schema.js";
import {readSystems} from "../../data-loaders/read-systems.js";
import {readFile} from "node:fs/promises";
import {staticErrors, staticPoints, tableErrors} from "../../src/calibrate/check.js";
import {readTable} from "../../src/calibrate/rows.js";
import {openData} from "../../src/cli/data.js";
import {openStore} from "../../src/perf/store.js";

const repo = join(import.meta.dirname, "../..");
const folder = join(repo, "systems/calibration");
const entries: CalibrationEntry[] = JSON.parse(readFileSync(join(folder, "index.json"), "utf8"));

const read = async (path: string) => {
  const bytes = await readFile(path);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
};

describe("the surfaces in the repository", () => {
  it("take at most 2.5 MB, list and all", () => {
    const files = readdirSync(folder, {recursive: true, encoding: "utf8"}).map((name) => join(folder, name));
    const bytes = files.map((path) => statSync(path)).reduce((sum, stat) => sum + (stat.isFile() ? stat.size : 0), 0);
    expect(bytes).toBeLessThanOrEqual(2.5e6);
    expect(entries.length).toBeGreaterThanOrEqual(28);
  });

  it("are the files that the list says", () => {
    for (const {file, bytes, hash} of entries) {
      const content = readFileSync(join(folder, file));
      expect([file, content.length]).toEqual([file, bytes]);
      expect(createHash("sha256").update(content).digest("hex").slice(0, 8)).toBe(hash);
    }
    const files = readdirSync(folder, {recursive: true, encoding: "utf8"}).filter((name) => name.endsWith(".bin"));
    expect(files.sort()).toEqual(entries.map(({file}) => file.replaceAll("/", join("/"))).sort());
  });

  it("come to the first front in under 150 kB on the wire, list included", () => {
    const largest = Math.max(...entries.map(({file}) => gzipSync(readFileSync(join(folder, file))).length));
    expect(largest + gzipSync(readFileSync(join(folder, "index.json"))).length).toBeLessThan(100_000);
  });

  it("open, each with tables whose fit says how near it is", {timeout: 120_000}, async () => {
    for (const {file, system, backend, version, rows} of entries) {
      const perf = calibratedPerf(await read(join(folder, file)));
      expect([perf.systemId, perf.backend, perf.version]).toEqual([system, backend, version]);
      expect(perf.allEntries().reduce((sum, entry) => sum + entry.rows, 0)).toBe(rows);
      for (const {table, part} of perf.allEntries()) {
        const {p50, p90} = perf.fitError(table, part)!;
        expect(p50, `${file} ${table} ${part}`).toBeLessThan(0.5);
        expect(p90).toBeGreaterThanOrEqual(p50);
      }
    }
  });
});

const golden = inject("goldenData");
if (!golden) console.warn("\n!!! surfaces NOT COMPARED with tables: ../shared/perf-data is not there !!!\n");

describe.runIf(golden)("against released tables of h200_sxm", {timeout: 300_000}, () => {
  const system = readSystems(join(repo, "systems")).find(({id}) => id === "h200_sxm")!;
  const {embedded} = openData();
  const readGolden = (path: string) => read(join(golden, path));
  const catalogue = (): Catalogue => JSON.parse(readFileSync(join(golden, "catalogue.json"), "utf8"));

  it.each(backends)("every operator of %s is within 5 % in the median and 20 % in nine of ten", async (backend) => {
    const entry = entries.find((each) => each.system === "h200_sxm" && each.backend === backend)!;
    const slices = catalogue().systems.h200_sxm[backend][entry.version].slices;
    const [fitted] = embedded.ofSystem("h200_sxm", backend);
    for (const table of [...new Set(slices.map((slice) => slice.table))]) {
      const own = slices.filter((slice) => slice.table === table);
      const {error, errors} = tableErrors(await readTable(table, own, system, readGolden), fitted);
      expect(errors.length, table).toBeGreaterThan(0);
      expect(error.p50, table).toBeLessThanOrEqual(0.05);
      expect(error.p90, table).toBeLessThanOrEqual(0.2);
    }
  });

  const recorded = join(repo, "../shared/reference/static.jsonl");
  it.runIf(existsSync(recorded))("whole estimates are within 4 % in the median and 12 % in nine of ten", async () => {
    const store = openStore(catalogue(), readGolden);
    const data = {...openData(), catalogue: catalogue(), store};
    const points = staticPoints(readFileSync(recorded, "utf8")).filter(({system}) => system === "h200_sxm");
    const {points: answered, ttft, tpot} = await staticErrors(data, points);
    expect(answered).toBeGreaterThan(25);
    for (const {p50, p90} of [ttft, tpot]) {
      expect(p50).toBeLessThanOrEqual(0.04);
      expect(p90).toBeLessThanOrEqual(0.12);
    }
  });
});
