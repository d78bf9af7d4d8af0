/** Opens the imported tables for tests that need them; without them the tests say how many cases were not run. */
import {existsSync, readFileSync} from "node:fs";
import {readFile} from "node:fs/promises";
import {join} from "node:path";
import {catalogueFile, dataFolder} from "../../data-loaders/data-folder.js";
import {readSystems} from "../../data-loaders/read-systems.js";
import {tables} from "../../engine/schema.js";
import type {Backend, TableName} from "../../engine/schema.js";
import type {Database, Platform} from "../../engine/index.js";
import {openStore} from "../../src/perf/store.js";

export const hasTables = existsSync(catalogueFile());

const systems = readSystems(join(import.meta.dirname, "../../systems"));
const store = hasTables
  ? openStore(JSON.parse(readFileSync(catalogueFile(), "utf8")), async (path) => {
      const {buffer, byteOffset, byteLength} = await readFile(join(dataFolder(), path));
      return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
    })
  : undefined;

/** Every table of one version, loaded. */
export async function openPlatform(
  systemId: string,
  backend: Backend,
  version: string,
  database: Database = "silicon",
  only: readonly TableName[] = Object.keys(tables) as TableName[]
): Promise<Platform> {
  const system = systems.find(({id}) => id === systemId)!;
  const perf = store!.perf(system, backend, version);
  await store!.ensure(
    perf,
    only.map((table) => ({table, part: []}))
  );
  // Pages import the engine through a link in src/, which the type checker takes for another copy of it.
  return {system, backend, version, perf: perf as unknown as Platform["perf"], database};
}
