import {PerfDatabase} from "../engine/perf.js";
import type {SliceRef} from "../engine/perf.js";
import type {Backend, Catalogue, SliceEntry} from "../engine/schema.js";
import type {SystemSpec} from "../engine/system.js";
import {decodeSlice} from "./slice.js";

/** Opens measured tables: finds versions in the catalogue, reads and decodes slices when asked to, each once. */
export function openStore(catalogue: Catalogue, read: (path: string) => Promise<ArrayBuffer>) {
  const databases = new Map<string, PerfDatabase>();
  const inFlight = new Map<string, Promise<void>>();

  function entries(systemId: string, folder: string, version: string | undefined): SliceEntry[] {
    return (version && catalogue.systems[systemId]?.[folder]?.[version]?.slices) || [];
  }

  /** Versions with tables, newest last; those that only declare reuse are left out. */
  function versions(systemId: string, backend: string): string[] {
    const known = catalogue.systems[systemId]?.[backend] ?? {};
    return Object.keys(known).sort(compareVersions);
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

    /** The database of one version, without rows until `ensure`d; the same object each time. */
    perf(system: SystemSpec, backend: Backend, version: string): PerfDatabase {
      const name = `${system.id}/${backend}/${version}`;
      let database = databases.get(name);
      if (!database) {
        const own = entries(system.id, backend, version);
        const nccl = entries(system.id, "nccl", system.ncclVersion);
        const oneccl = entries(system.id, "oneccl", system.onecclVersion);
        database = new PerfDatabase(system.id, backend, version, [...own, ...nccl, ...oneccl]);
        databases.set(name, database);
      }
      return database;
    },

    /** Loads what `refs` name and is not there yet. */
    async ensure(database: PerfDatabase, refs: readonly SliceRef[]): Promise<void> {
      const name = `${database.systemId}/${database.backend}/${database.version}`;
      await Promise.all(
        database.unloaded(refs).map((entry) => {
          const key = `${name}|${entry.table}|${entry.part.join("|")}`;
          let loading = inFlight.get(key);
          if (!loading) {
            loading = read(entry.path)
              .then((buffer) => decodeSlice(buffer, entry.table))
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

/** Source: method.md §3.4, latest version. */
export function compareVersions(a: string, b: string): number {
  const [x, y] = [versionKey(a), versionKey(b)];
  for (let i = 0; i < x.length; ++i) if (x[i] !== y[i]) return x[i] - y[i];
  return a < b ? -1 : 1;
}

/** major, minor, patch, final (1) or candidate (0), candidate number, last number of the suffix. */
function versionKey(version: string): number[] {
  const [, major = "0", minor = "0", patch = "0", suffix = ""] =
    /^(\d+)(?:\.(\d+))?(?:\.(\d+))?(.*)$/.exec(version) ?? [];
  const candidate = /rc(\d+)/.exec(suffix);
  const numbers = suffix.match(/\d+/g);
  return [+major, +minor, +patch, candidate ? 0 : 1, candidate ? +candidate[1] : 0, numbers ? +numbers.at(-1)! : 0];
}
