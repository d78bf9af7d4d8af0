/** Which measured system is predicted from which other: from its nearest relative of each kind, by backend. */
import {rankDonors, relationOf, relations} from "../../../engine/donor.js";
import type {Relation} from "../../../engine/donor.js";
import type {SystemSpec} from "../../../engine/system.js";
import type {Data} from "../../../src/cli/data.js";
import {backends} from "../../../engine/schema.js";

export const folders = [...backends, "nccl"] as const;
export type Folder = (typeof folders)[number];

export interface Pair {
  target: SystemSpec;
  donor: SystemSpec;
  relation: Relation;
  /** Tables that both have: of one backend, or the collectives. */
  folder: Folder;
  targetVersion: string;
  donorVersion: string;
}

/** Of every measured system, relation and backend one pair, with the newest version that both measured. */
export function pairsOf({systems, catalogue}: Data): Pair[] {
  const versions = (system: SystemSpec, folder: Folder): string[] => {
    const known = catalogue.systems[system.id]?.[folder] ?? {};
    if (folder === "nccl") return known[system.ncclVersion] ? [system.ncclVersion] : [];
    return Object.keys(known).filter((version) => known[version].measured);
  };
  const pairs: Pair[] = [];
  for (const target of systems)
    for (const folder of folders)
      for (const relation of relations) {
        const own = versions(target, folder);
        const withTables = systems.filter((system) => shared(own, versions(system, folder), folder));
        const donor = rankDonors(target, withTables).find(
          (each) => relationOf(target, each.system) === relation
        )?.system;
        if (!donor || own.length === 0) continue;
        const [targetVersion, donorVersion] = shared(own, versions(donor, folder), folder)!;
        pairs.push({target, donor, relation, folder, targetVersion, donorVersion});
      }
  return pairs;
}

/** The newest version that both have; collectives need not agree in theirs. */
function shared(own: string[], other: string[], folder: Folder): [string, string] | undefined {
  if (folder === "nccl") return own.length > 0 && other.length > 0 ? [own.at(-1)!, other.at(-1)!] : undefined;
  const common = own.filter((version) => other.includes(version)).at(-1);
  return common === undefined ? undefined : [common, common];
}
