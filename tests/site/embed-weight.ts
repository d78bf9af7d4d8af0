/** What embeds of a built site load of measured tables: for every catalogue model on every GPU, serving engine and version. */
import {readFileSync} from "node:fs";
import {readFile} from "node:fs/promises";
import {join} from "node:path";
import {gzipSync} from "node:zlib";
import {systemFolders} from "../../data-loaders/data-folder.js";
import {readAllSystems} from "../../data-loaders/read-systems.js";
import {InputError} from "../../engine/errors.js";
import {catalogueModels, findModel} from "../../engine/models/catalogue.js";
import {backends, type Backend} from "../../engine/schema.js";
import {reviveSystems, type SystemSpec} from "../../engine/system.js";
import type {CatalogueIndex} from "../../src/perf/catalogue-index.js";
import {lookedInto, Tables} from "../../src/perf/tables.js";

export interface EmbedWeight {
  model: string;
  system: string;
  backend: Backend;
  version: string;
  /** Whether it is what the engine answers with unless another version is asked for. */
  isNewest: boolean;
  /** On the wire, compressed: the lists of what there is, and slices, the heaviest first. */
  bytes: number;
  slices: {name: string; bytes: number}[];
}

/** Heaviest first, one for every version that has tables. */
export async function embedWeights(site: string): Promise<EmbedWeight[]> {
  const folder = join(site, "embed/data");
  const index = JSON.parse(readFileSync(join(folder, "catalogue.json"), "utf8")) as CatalogueIndex;
  const systems = reviveSystems(readAllSystems(systemFolders()));
  const tables = new Tables(index, [], systems, {
    slice: async (path) => Uint8Array.from(await readFile(join(folder, path))).buffer,
    calibration: async ({file}) => Promise.reject(new Error(`surfaces are not weighed: ${file}`))
  });
  const known = new Map<string, number>();
  const weigh = (path: string) => {
    const bytes = known.get(path) ?? gzipSync(readFileSync(join(folder, path))).length;
    known.set(path, bytes);
    return bytes;
  };
  const weights: EmbedWeight[] = [];
  for (const {system, backend, version} of placesOf(tables, systems)) {
    const lists = weigh("catalogue.json") + weigh(index.parts![system.id]);
    for (const id of catalogueModels()) {
      const model = findModel(id);
      const platform = await tables.platform({system, backend, version, model});
      const refs = refsOf(() => lookedInto(platform, {model}));
      if (!refs) continue;
      const slices = platform.perf
        .unloaded(refs)
        .map(({table, part, path}) => ({name: [table, ...part].join(" "), bytes: weigh(path)}))
        .sort((a, b) => b.bytes - a.bytes);
      const bytes = slices.reduce((sum, slice) => sum + slice.bytes, lists);
      const isNewest = version === tables.store.latest(system.id, backend);
      weights.push({model: id, system: system.id, backend, version, isNewest, bytes, slices});
    }
  }
  return weights.sort((a, b) => b.bytes - a.bytes);
}

function* placesOf({store}: Tables, systems: readonly SystemSpec[]) {
  for (const system of systems)
    for (const backend of backends)
      for (const version of store.versions(system.id, backend)) yield {system, backend, version};
}

/** Undefined for a model whose types a GPU cannot compute in. */
function refsOf<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}
