/**
 * Imports, once per test run, the few released tables that the golden figures were computed on. They stand alone, as
 * they did then: beside other versions their gaps would be filled from those.
 */
import {cpSync, existsSync, mkdirSync, mkdtempSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import type {TestProject} from "vitest/node";
import {importTables} from "../../data-loaders/import.js";

declare module "vitest" {
  interface ProvidedContext {
    /** Data folder of the golden tables; empty when they are not there. */
    goldenData: string;
  }
}

export const releasedTables = join(import.meta.dirname, "../../../shared/perf-data");

const versions = ["trtllm/1.3.0rc10", "sglang/0.5.10", "sglang/0.5.6.post2", "vllm/0.19.0", "nccl/2.26.2"];

export default async function setup(project: TestProject): Promise<(() => void) | undefined> {
  if (!existsSync(releasedTables)) {
    project.provide("goldenData", "");
    return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), "kneepoint-golden-"));
  for (const version of versions) {
    // sglang 0.5.6.post2 holds the only DeepEP tables; alone it cannot lend rows to 0.5.10.
    const tree = join(folder, version === "sglang/0.5.6.post2" ? "older" : "tables");
    const target = join(tree, "systems/data/h200_sxm", version);
    mkdirSync(target, {recursive: true});
    cpSync(join(releasedTables, "systems/data/h200_sxm", version), target, {recursive: true});
  }
  await importTables(join(folder, "tables"), {dataDir: join(folder, "data")});
  await importTables(join(folder, "older"), {dataDir: join(folder, "data-older")});
  project.provide("goldenData", join(folder, "data"));
  return () => rmSync(folder, {recursive: true, force: true});
}
