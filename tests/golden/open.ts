/** Opens the golden tables; without them every test that needs them says how many cases were not run. */
import {readFileSync} from "node:fs";
import {readFile} from "node:fs/promises";
import {join} from "node:path";
import {inject} from "vitest";
import {readSystems} from "../../data-loaders/read-systems.js";
import {PerfDatabase} from "../../engine/perf.js";
import {tables} from "../../engine/schema.js";
import type {Backend, Catalogue, TableName} from "../../engine/schema.js";
import type {Database, Platform} from "../../engine/index.js";
import {decodeSlice} from "../../src/perf/slice.js";
import {openStore} from "../../src/perf/store.js";

const systems = readSystems(join(import.meta.dirname, "../../systems"));

/** Whether there are golden tables; otherwise says loudly what is left out. */
export function goldenTables(cases: number, what: string): boolean {
  const there = inject("goldenData") !== "";
  if (!there) console.warn(`${cases} golden ${what} NOT RUN: ../shared/perf-data is not there`);
  return there;
}

const stores = new Map<string, ReturnType<typeof openStore>>();

function storeIn(folder: string): ReturnType<typeof openStore> {
  let store = stores.get(folder);
  if (!store) {
    const catalogue = JSON.parse(readFileSync(join(folder, "catalogue.json"), "utf8"));
    store = openStore(catalogue, async (path) => {
      const {buffer, byteOffset, byteLength} = await readFile(join(folder, path));
      return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
    });
    stores.set(folder, store);
  }
  return store;
}

/** All tables of one version of h200_sxm, loaded. */
export async function openPlatform(
  backend: Backend,
  version: string,
  database: Database = "silicon"
): Promise<Platform> {
  const folder = inject("goldenData") + (version === "0.5.6.post2" ? "-older" : "");
  const store = storeIn(folder);
  const system = systems.find(({id}) => id === "h200_sxm")!;
  const perf = store.perf(system, backend, version);
  await store.ensure(
    perf,
    (Object.keys(tables) as TableName[]).map((table) => ({table, part: []}))
  );
  // Pages import the engine through a link in src/, which the type checker takes for another copy of it.
  return {system, backend, version, perf: perf as unknown as Platform["perf"], database};
}

/** Whose rows of whole MLA blocks the reference reads in place of a backend's own. */
const overwrittenBy: Partial<Record<Backend, [Backend, string]>> = {
  trtllm: ["vllm", "0.19.0"],
  vllm: ["trtllm", "1.3.0rc10"]
};

/**
 * A platform with the reference's mix-up of MLA blocks (quirk 40): where tables keep the last row of a coordinate, the
 * other backend's rows, read later, replace the requested ones. We differ on purpose; this shows that nothing else does.
 */
export async function openAsReference(backend: Backend, version: string): Promise<Platform> {
  const platform = await openPlatform(backend, version);
  const other = overwrittenBy[backend];
  if (!other) return platform;
  const folder = inject("goldenData");
  const catalogue: Catalogue = JSON.parse(readFileSync(join(folder, "catalogue.json"), "utf8"));
  const versions = catalogue.systems.h200_sxm;
  const isBlock = (table: TableName) => table === "prefill_mla_module" || table === "decode_mla_module";
  const own = [...versions[backend][version].slices, ...versions.nccl["2.26.2"].slices];
  const perf = new PerfDatabase(
    "h200_sxm",
    backend,
    version,
    own.filter(({table}) => !isBlock(table))
  );
  const blocks = versions[other[0]][other[1]].slices.filter(({table}) => isBlock(table));
  for (const {table, part, path} of [...perf.allEntries(), ...blocks]) {
    const {buffer, byteOffset, byteLength} = await readFile(join(folder, path));
    const bytes = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
    perf.add(table, part, await decodeSlice(bytes, table));
  }
  return {...platform, perf};
}
