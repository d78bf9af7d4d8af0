/** What is fitted to: the newest measured tables of every system and serving engine. */
import {readFile} from "node:fs/promises";
import {join} from "node:path";
import {dataFolder} from "../data-loaders/data-folder.js";
import {backends} from "../engine/schema.js";
import type {Backend, SliceEntry, VersionEntry} from "../engine/schema.js";
import type {SystemSpec} from "../engine/system.js";
import type {Data} from "../cli/data.js";

export interface Source {
  system: SystemSpec;
  backend: Backend;
  version: string;
  entry: VersionEntry;
  /** Of the backend, and of the collectives of the system. */
  slices: SliceEntry[];
}

/** The newest measured version of every system and backend, with the system's collectives. */
export function calibrationSources({systems, catalogue, store}: Data): Source[] {
  return systems.flatMap((system) =>
    backends.flatMap((backend) => {
      const version = store.latest(system.id, backend);
      if (!version) return [];
      const libraries = catalogue.systems[system.id];
      const entry = libraries[backend][version];
      const collectives = [
        ...(libraries.nccl?.[system.ncclVersion]?.slices ?? []),
        ...(libraries.oneccl?.[system.onecclVersion ?? ""]?.slices ?? [])
      ];
      return [{system, backend, version, entry, slices: [...entry.slices, ...collectives]}];
    })
  );
}

export async function readSlice(path: string): Promise<ArrayBuffer> {
  const bytes = await readFile(join(dataFolder(), path));
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}
