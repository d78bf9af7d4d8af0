import {PerfDatabase} from "../engine/perf.js";
import type {SliceRef} from "../engine/perf.js";
import type {Backend, Catalogue, SliceEntry} from "../engine/schema.js";
import type {SystemSpec} from "../engine/system.js";

/** Opens measured tables: finds versions in the catalogue, reads and decodes slices when asked to, each once. */
export function openStore(catalogue: Catalogue, read: (path: string) => Promise<ArrayBuffer>) {
  const databases = new Map<string, PerfDatabase>();
  const names = new WeakMap<PerfDatabase, string>();
  const inFlight = new Map<string, Promise<void>>();

  function entries(systemId: string, folder: string, version: string | undefined): SliceEntry[] {
    return (version && catalogue.systems[systemId]?.[folder]?.[version]?.slices) || [];
  }

  /** Versions with tables, newest last, as the catalogue lists them. */
  function versions(systemId: string, backend: string): string[] {
    return Object.keys(catalogue.systems[systemId]?.[backend] ?? {});
  }

  return {
    versions,

    /** The newest version that was measured. */
    latest(systemId: string, backend: string): string | undefined {
      const known = catalogue.systems[systemId]?.[backend] ?? {};
      return versions(systemId, backend)
        .filter((version) => known[version].measured)
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
            // The decoder comes with the first slice: who has no tables never loads it.
            loading = Promise.all([read(entry.path), import("./slice.js")])
              .then(([buffer, {decodeSlice}]) => decodeSlice(buffer, entry.table))
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
