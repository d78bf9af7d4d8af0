/** What measured data a site has, as its pages get it at once: versions, and where to read what tables each has. */
import type {SliceEntry, VersionEntry} from "../engine/schema.js";

/** A `Catalogue`, or one whose entries of slices are still to come. */
export interface CatalogueIndex {
  format: 1;
  /** System → backend (or nccl, oneccl) → version. */
  systems: Record<string, Libraries>;
  /** Of a system whose entries are not here: path of its `Libraries`, below the data folder. */
  parts?: Record<string, string>;
}

export type Libraries<Version = VersionMark> = Record<string, Record<string, Version>>;

export type VersionMark = Omit<VersionEntry, "slices"> & {slices?: SliceEntry[]};

/** The index of a catalogue whose systems' entries lie in `parts`. */
export function indexOf(systems: Record<string, Libraries>, parts: Record<string, string>): CatalogueIndex {
  const unsliced = ({measured, device}: VersionMark): VersionMark => ({measured, device});
  const mapped = mapValues(systems, (libraries) => mapValues(libraries, (versions) => mapValues(versions, unsliced)));
  return {format: 1, systems: mapped, parts};
}

export function mapValues<A, B>(record: Record<string, A>, f: (value: A, key: string) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, f(value, key)]));
}
