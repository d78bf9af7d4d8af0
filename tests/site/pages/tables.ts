/**
 * The measured tables that pages are tested with: the same few wherever ../shared is, whatever else is imported, so that
 * a flow that passes here passes in a clean checkout too. They are imported when the first test file asks for them.
 */
import {cpSync, existsSync, mkdirSync, rmSync} from "node:fs";
import {join, resolve} from "node:path";
import {importTables} from "../../../data-loaders/import.js";
import {releasedTables} from "../../golden/setup.js";
import {keyOf, repo, shelved} from "./shelf.js";

/** One GPU with all engines; two more to weigh it against with one. */
const tables = [
  "h200_sxm/trtllm/1.3.0rc10",
  "h200_sxm/sglang/0.5.10",
  "h200_sxm/vllm/0.19.0",
  "h200_sxm/nccl/2.26.2",
  "h100_sxm/trtllm/1.3.0rc10",
  "h100_sxm/nccl/2.27.3",
  "b200_sxm/trtllm/1.3.0rc10",
  "b200_sxm/nccl/2.27.3"
];
const given = process.env.KNEEPOINT_DATA;
const imported = resolve(repo, given || "data");

/** What KNEEPOINT_DATA names, else those of ../shared, else what is imported. */
const source = (given ? "imported" : existsSync(releasedTables) ? "released" : "imported") satisfies
  "imported" | "released";

/** False where there are none: tests of them count as skipped. */
export const hasTables = source === "released" || existsSync(join(imported, "catalogue.json"));

/** Their data folder. */
export async function tablesFolder(): Promise<string> {
  if (source === "imported") return imported;
  const key = keyOf(["data-loaders", "engine", "systems"], [], tables);
  const folder = await shelved("kneepoint-test-tables", key, 2, async (place) => {
    const tree = join(place, "tree");
    for (const table of tables) {
      const target = join(tree, "systems/data", table);
      mkdirSync(target, {recursive: true});
      cpSync(join(releasedTables, "systems/data", table), target, {recursive: true});
    }
    await importTables(tree, {dataDir: join(place, "data")});
    rmSync(tree, {recursive: true});
  });
  return join(folder, "data");
}
