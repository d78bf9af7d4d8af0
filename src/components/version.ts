/** Which measured versions a system and backend have, newest first. */
import type {Catalogue} from "../engine/schema.js";

export function measuredVersions(catalogue: Catalogue, system: string, backend: string): string[] {
  const versions = Object.entries(catalogue.systems[system]?.[backend] ?? {});
  return versions
    .filter(([, {measured}]) => measured)
    .map(([name]) => name)
    .sort(newestFirst);
}

/** A final release is newer than its candidates and older than its post releases: 1.3.0.post1, 1.3.0, 1.3.0rc10. */
export function newestFirst(a: string, b: string): number {
  const [left, right] = [rank(a), rank(b)];
  const place = left.findIndex((part, i) => part !== right[i]);
  return place < 0 ? 0 : right[place] - left[place];
}

/** [major, minor, patch, stage, number of the stage]. */
function rank(version: string): number[] {
  const [, release = "", stage = "", number = "0"] = /^v?([\d.]*\d)\.?([a-z]*)(\d*)/.exec(version) ?? [];
  const [major = 0, minor = 0, patch = 0] = release.split(".").map(Number);
  return [major, minor, patch, stage === "" ? 0 : stage === "post" ? 1 : -1, Number(number)];
}
