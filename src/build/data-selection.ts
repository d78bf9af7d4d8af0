/** Which of the imported tables go into a site. */
import {InputError} from "../../engine/errors.js";
import {unknownName} from "../../engine/errors.js";
import type {Catalogue, VersionEntry} from "../../engine/schema.js";
import {mapValues} from "../perf/catalogue-index.js";
import type {Libraries} from "../perf/catalogue-index.js";

export interface Selection {
  /** Undefined: all of them. */
  systems?: readonly string[];
  /** Undefined: all of them. Collectives come along, as every engine needs them. */
  backends?: readonly string[];
  /** `newest`: of each system and backend the last that was measured; names are `1.3.0rc10` or `trtllm/1.3.0rc10`. */
  versions: "all" | "newest" | readonly string[];
}

export const everything: Selection = {versions: "all"};

const collectives = ["nccl", "oneccl"];

/** What is selected. Throws InputError for a name of which nothing is imported. */
export function selectData(catalogue: Catalogue, {systems, backends, versions}: Selection): Catalogue {
  const names = Object.keys(catalogue.systems);
  const libraries = Object.values(catalogue.systems).flatMap((each) => Object.keys(each));
  const engines = [...new Set(libraries)].filter((name) => !collectives.includes(name));
  for (const name of systems ?? []) checkName("system", name, names);
  for (const name of backends ?? []) checkName("backend", name, engines);
  if (typeof versions !== "string") checkVersions(catalogue, versions);
  const chosen = names.filter((name) => !systems || systems.includes(name));
  const kept = chosen.map((name) => [name, selectLibraries(catalogue.systems[name], backends, versions)] as const);
  return {format: 1, systems: Object.fromEntries(kept)};
}

function selectLibraries(
  libraries: Libraries<VersionEntry>,
  backends: readonly string[] | undefined,
  versions: Selection["versions"]
): Libraries<VersionEntry> {
  const wanted = Object.entries(libraries).filter(
    ([name]) => collectives.includes(name) || !backends || backends.includes(name)
  );
  const selected = mapValues(Object.fromEntries(wanted), (all, name) =>
    collectives.includes(name) ? all : selectVersions(name, all, versions)
  );
  return Object.fromEntries(Object.entries(selected).filter(([, each]) => Object.keys(each).length > 0));
}

function selectVersions(
  backend: string,
  all: Record<string, VersionEntry>,
  versions: Selection["versions"]
): Record<string, VersionEntry> {
  if (versions === "all") return all;
  const measured = Object.keys(all).filter((version) => all[version].measured);
  const isWanted = (version: string) =>
    versions === "newest"
      ? version === measured.at(-1)
      : versions.includes(version) || versions.includes(`${backend}/${version}`);
  return Object.fromEntries(Object.entries(all).filter(([version]) => isWanted(version)));
}

function checkVersions({systems}: Catalogue, versions: readonly string[]): void {
  const known = Object.values(systems).flatMap((libraries) =>
    Object.entries(libraries).flatMap(([backend, all]) =>
      Object.keys(all).flatMap((each) => [each, `${backend}/${each}`])
    )
  );
  for (const name of versions) checkName("version", name, [...new Set(known)]);
}

function checkName(what: string, name: string, known: readonly string[]): void {
  if (!known.includes(name)) throw new InputError(unknownName(`imported ${what}`, name, known));
}
