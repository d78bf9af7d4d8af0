/**
 * The recorded answers of the reference against ours, on all released tables: imports them and runs the comparison that
 * lies beside the recordings. Skipped, loudly, where they are not.
 */
import {spawnSync} from "node:child_process";
import {existsSync, mkdtempSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import {join, resolve} from "node:path";
import {afterAll, describe, expect, it, vi} from "vitest";
import {importTables, readCatalogue} from "../data-loaders/import.js";
import {pruningRows} from "./accuracy/pruning.js";

const repo = resolve(import.meta.dirname, "..");
const shared = resolve(repo, "../shared");
const check = join(shared, "reference/check.mjs");
const there = existsSync(check) && existsSync(join(shared, "perf-data"));
if (!there)
  console.warn("\n!!! reference figures NOT RUN (2736 cases and 9 pruned searches): ../shared is not there !!!\n");

/** The data folder of the environment, if everything was imported there before. */
function importedBefore(): string | undefined {
  const folder = process.env.KNEEPOINT_DATA;
  if (!folder) return undefined;
  const versions = Object.values(readCatalogue(folder).systems).flatMap((backends) =>
    Object.values(backends).flatMap((byVersion) => Object.values(byVersion))
  );
  const files = new Set(versions.flatMap(({slices}) => slices.map(({path}) => path)));
  return files.size >= 500 ? resolve(folder) : undefined;
}

describe.runIf(there)("all released tables", {timeout: 900_000}, () => {
  const before = importedBefore();
  const dataDir = before ?? mkdtempSync(join(tmpdir(), "kneepoint-reference-"));
  afterAll(() => {
    if (!before) rmSync(dataDir, {recursive: true, force: true});
  });

  it.skipIf(before !== undefined)("import, but for six files that are not tables", async () => {
    const report = await importTables(join(shared, "perf-data"), {dataDir});
    const refused = report.files.filter((file) => file.refused).map(({file}) => file);
    const names = ["context_attention", "custom_allreduce", "gdn", "gemm", "generation_attention", "moe"];
    const pointers = names.map((name) => `h200_sxm/vllm/0.18.0/${name}_perf.parquet`);
    expect(refused.map((file) => file.split("data/").at(-1)).sort()).toEqual(pointers);
    expect(report.refused).toBe(6);
    expect(report.files.reduce((rows, file) => rows + file.rows, 0)).toBeGreaterThan(11_000_000);
  });

  it("have no front that pruning takes a point from, and candidates that it saves in every search that has any", async () => {
    vi.stubEnv("KNEEPOINT_DATA", dataDir);
    const rows = await pruningRows();
    vi.unstubAllEnvs();
    expect(rows.map(({name, lost}) => [name, lost])).toEqual(rows.map(({name}) => [name, 0]));
    const searched = rows.filter(({candidates}) => candidates > 0);
    expect(searched).toHaveLength(8);
    for (const {name, candidates, evaluated} of searched) expect(evaluated, name).toBeLessThan(candidates);
  });

  it("answer as the reference does", () => {
    const command = "node src/cli/kneepoint.js batch";
    const env = {...process.env, KNEEPOINT_DATA: dataDir};
    const {stdout, status} = spawnSync(process.execPath, [check, "--run", command], {
      cwd: repo,
      env,
      encoding: "utf8",
      maxBuffer: 1 << 28
    });
    const short = stdout.split("\n").filter((line) => line.startsWith("SHORT"));
    expect(short).toEqual([]);
    expect(stdout).toContain("all rows hold");
    expect(status).toBe(0);
  });
});
