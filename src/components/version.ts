/** Which measured versions a system and backend have, newest first. */
import type {CatalogueIndex} from "../perf/catalogue-index.js";
import {compareVersions} from "../engine/version.js";

export function measuredVersions(catalogue: CatalogueIndex, system: string, backend: string): string[] {
  return Object.entries(catalogue.systems[system]?.[backend] ?? {})
    .filter(([, {measured}]) => measured)
    .map(([name]) => name)
    .sort(newestFirst);
}

export function newestFirst(a: string, b: string): number {
  return compareVersions(b, a);
}
