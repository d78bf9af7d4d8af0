/** The surfaces that the product carries itself, opened per system and backend when first asked for. */
import type {CalibrationEntry} from "../engine/calibration.js";
import {embeddedDefault} from "../engine/embedded.js";
import {PerfDatabase} from "../engine/perf.js";
import {backends} from "../engine/schema.js";
import type {Backend} from "../engine/schema.js";
import type {Platform} from "../engine/ops/table.js";
import type {SystemSpec} from "../engine/system.js";
import type {Store} from "./store.js";

/** Looks like a store of tables with one version each, so that what takes tables of another GPU takes these too. */
export interface Embedded extends Pick<Store, "latest" | "versions" | "perf"> {
  entries: readonly CalibrationEntry[];
  /** Of a system: those of `backend` first, then those of the others. Only what has been read. */
  ofSystem(systemId: string, backend: Backend): PerfDatabase[];
}

/** `decode` gives the surfaces of a file, or undefined where it has not come yet. */
export function openEmbedded(
  entries: readonly CalibrationEntry[],
  decode: (entry: CalibrationEntry) => PerfDatabase | undefined
): Embedded {
  const opened = new Map<CalibrationEntry, PerfDatabase>();
  const entryOf = (systemId: string, backend: string) =>
    entries.find((entry) => entry.system === systemId && entry.backend === backend);
  const open = (entry: CalibrationEntry): PerfDatabase | undefined => {
    const perf = opened.get(entry) ?? decode(entry);
    if (perf) opened.set(entry, perf);
    return perf;
  };
  const versions = (systemId: string, backend: string) => {
    const entry = entryOf(systemId, backend);
    return entry ? [entry.version] : [];
  };
  return {
    entries,
    versions,
    latest: (systemId, backend) => versions(systemId, backend)[0],
    perf(system, backend, version) {
      const entry = entryOf(system.id, backend);
      return (entry && open(entry)) ?? new PerfDatabase(system.id, backend, version);
    },
    ofSystem: (systemId, backend) =>
      [backend, ...backends.filter((other) => other !== backend)].flatMap((each) => {
        const entry = entryOf(systemId, each);
        return (entry && open(entry)) ?? [];
      })
  };
}

/** A system on its embedded surfaces, of any of its serving engines; on coefficients where it has none. */
export function embeddedPlatform(embedded: Embedded, system: SystemSpec, backend: Backend): Platform {
  const perf = new PerfDatabase(system.id, backend, "");
  const fitted = () => embedded.ofSystem(system.id, backend);
  return embeddedDefault({system, backend, version: "", perf, database: "calibrated", embedded: fitted});
}
