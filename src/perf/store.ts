import {PerfDatabase} from "../engine/perf.js";
import type {SliceRef} from "../engine/perf.js";
import type {Backend, SliceEntry} from "../engine/schema.js";
import type {SystemSpec} from "../engine/system.js";
import type {CatalogueIndex, Libraries} from "./catalogue-index.js";
import {readSlice} from "./read-slice.js";
import type {Read} from "./read-slice.js";

/**
 * Opens measured tables: finds versions in the catalogue, reads and decodes slices when asked to, each once. Where the
 * catalogue leaves entries of slices out, `readPart` reads those of a system when it is `open`ed.
 */
export function openStore({systems, parts = {}}: CatalogueIndex, read: Read, readPart: Read = read) {
  const known = {...systems};
  const opening = new Map<string, Promise<void>>();
  const databases = new Map<string, PerfDatabase>();
  const names = new WeakMap<PerfDatabase, string>();
  const inFlight = new Map<string, Promise<void>>();

  function entries(systemId: string, folder: string, version: string | undefined): SliceEntry[] {
    const entry = version ? known[systemId]?.[folder]?.[version] : undefined;
    if (entry && !entry.slices) throw new Error(`entries of ${systemId} are not open`);
    return entry?.slices ?? [];
  }

  /** Versions with tables, newest last, as the catalogue lists them. */
  function versions(systemId: string, backend: string): string[] {
    return Object.keys(known[systemId]?.[backend] ?? {});
  }

  async function readEntries(systemId: string, path: string): Promise<void> {
    const text = new TextDecoder().decode(await readPart(path));
    known[systemId] = JSON.parse(text) as Libraries;
  }

  return {
    versions,
    entries,

    /** To be awaited before `perf` or `entries` of a system are asked for. */
    async open(systemId: string): Promise<void> {
      if (!parts[systemId]) return;
      const reading = opening.get(systemId) ?? readEntries(systemId, parts[systemId]);
      opening.set(systemId, reading);
      // Tried again when it is asked for again.
      reading.catch(() => opening.delete(systemId));
      await reading;
    },

    /** The newest version that was measured. */
    latest(systemId: string, backend: string): string | undefined {
      const of = known[systemId]?.[backend] ?? {};
      return versions(systemId, backend)
        .filter((version) => of[version].measured)
        .at(-1);
    },

    /**
     * The database of one version, without rows until `ensure`d; the same object each time. `own`: without what the
     * version borrowed from others, as the empirical database has it. Told by slice, so that the 2 % of borrowed rows
     * that lie among own ones stay. Source: method.md §4.1.
     */
    perf(system: SystemSpec, backend: Backend, version: string, rows: "all" | "own" = "all"): PerfDatabase {
      const name = `${system.id}/${backend}/${version}/${rows}`;
      let database = databases.get(name);
      if (!database) {
        const kept = (entry: SliceEntry) => rows === "all" || entry.borrowedRows < entry.rows;
        const own = entries(system.id, backend, version).filter(kept);
        const nccl = entries(system.id, "nccl", system.ncclVersion);
        const oneccl = entries(system.id, "oneccl", system.onecclVersion);
        database = new PerfDatabase(system.id, backend, version, [...own, ...nccl, ...oneccl]);
        databases.set(name, database);
        names.set(database, name);
      }
      return database;
    },

    /** Loads what `refs` name and is not there yet. */
    async ensure(database: PerfDatabase, refs: readonly SliceRef[]): Promise<void> {
      const name = names.get(database) ?? `${database.systemId}/${database.backend}/${database.version}`;
      await Promise.all(
        database.unloaded(refs).map((entry) => {
          const key = `${name}|${entry.table}|${entry.part.join("|")}`;
          let loading = inFlight.get(key);
          if (!loading) {
            loading = readSlice(read, entry)
              .then((columns) => database.add(entry.table, entry.part, columns))
              .finally(() => inFlight.delete(key));
            inFlight.set(key, loading);
          }
          return loading;
        })
      );
    }
  };
}

export type Store = ReturnType<typeof openStore>;
