import {parse} from "yaml";
import {neverInherited} from "./op-file.js";
import {compareText, compareVersions, parseVersion} from "../engine/version.js";

export interface Release {
  backend: string;
  version: string;
}

/** A release that rows of one kind of file may be taken from, and of which kernels only. */
export interface Source extends Release {
  kernels?: ReadonlySet<string>;
}

/** One entry of reuse.yaml: this version takes rows of `table` from `fromVersion` too. */
export interface Reuse {
  /** File name without extension. */
  table: string;
  fromVersion: string;
}

/** Which backends may share the rows that one kernel produced, for one kind of file. */
export interface SharedKernel {
  opFile: string;
  kernel: string;
  backends: string[];
}

export interface SourceRules {
  reuse: readonly Reuse[];
  shared: readonly SharedKernel[];
  /** The version's marker file declares that it runs on others' tables. */
  declared: boolean;
}

/**
 * Where a release takes the rows of one kind of file from, most trusted first.
 *
 * Its own; what its reuse.yaml declares; earlier versions of the same backend, nearest first; rows of other backends'
 * kernels that the manifest shares, newest first. Source: method.md §3.4, HEAD order.
 */
export function sourceOrder(
  release: Release,
  opFile: string,
  holders: readonly Release[],
  rules: SourceRules
): Source[] {
  const siblings = holders.filter((holder) => holder.backend === release.backend);
  const own = siblings.filter((holder) => holder.version === release.version);
  const others = siblings.filter((holder) => holder.version !== release.version);
  const earlier = others
    .filter((holder) => isEarlier(holder.version, release.version))
    .sort((a, b) => compareVersions(b.version, a.version));
  if (neverInherited.includes(opFile)) return rules.declared && !own.length ? earlier.slice(0, 1) : own;
  const named = rules.reuse.filter(({table}) => table === `${opFile}_perf`).map(({fromVersion}) => fromVersion);
  const declared = named.flatMap((version) => others.filter((holder) => holder.version === version));
  return [...new Set([...own, ...declared, ...earlier]), ...sharedSources(release, opFile, holders, rules.shared)];
}

function sharedSources(
  {backend}: Release,
  opFile: string,
  holders: readonly Release[],
  shared: readonly SharedKernel[]
): Source[] {
  const kernelsOf = new Map<string, Set<string>>();
  for (const group of shared) {
    if (group.opFile !== opFile || !group.backends.includes(backend)) continue;
    for (const other of group.backends) {
      if (other === backend) continue;
      kernelsOf.set(other, (kernelsOf.get(other) ?? new Set()).add(group.kernel));
    }
  }
  return holders
    .filter((holder) => kernelsOf.has(holder.backend))
    .sort((a, b) => compareText(a.backend, b.backend) || compareVersions(b.version, a.version))
    .map((holder) => ({...holder, kernels: kernelsOf.get(holder.backend)}));
}

function isEarlier(version: string, than: string): boolean {
  return !!parseVersion(version) && !!parseVersion(than) && compareVersions(version, than) < 0;
}

/** The entries of a reuse.yaml and what is wrong with the others. Throws on text that is not YAML of this shape. */
export function parseReuse(text: string): {reuse: Reuse[]; wrong: string[]} {
  const document = parse(text) as {schema_version?: unknown; reuse?: unknown} | null;
  if (document?.schema_version !== 1)
    throw new Error(`schema_version is ${String(document?.schema_version)}; must be 1`);
  if (!Array.isArray(document.reuse)) throw new Error("reuse is not a list");
  const [reuse, wrong]: [Reuse[], string[]] = [[], []];
  document.reuse.forEach((entry: Record<string, unknown> | null, i) => {
    const missing = ["table", "from_version", "reason", "approved_by"].find((key) => {
      const value = entry?.[key];
      return typeof value !== "string" || !value.trim();
    });
    if (missing) wrong.push(`entry ${i + 1}: ${missing} is not a non-empty text`);
    else reuse.push({table: entry!.table as string, fromVersion: entry!.from_version as string});
  });
  return {reuse, wrong};
}

/** Kernels that a manifest lets backends share. Throws on text that is not YAML of this shape. */
export function parseManifest(text: string): SharedKernel[] {
  const document = parse(text) as {groups?: unknown} | null;
  if (!Array.isArray(document?.groups)) throw new Error("groups is not a list");
  return (document.groups as Record<string, unknown>[])
    .filter(({tier, frameworks}) => (tier === "shared" || tier === "shared_fallback") && Array.isArray(frameworks))
    .map(({op_file, kernel_source, frameworks}) => ({
      opFile: String(op_file).replace(/_perf\.(parquet|txt|csv)$/, ""),
      kernel: String(kernel_source),
      backends: frameworks as string[]
    }))
    .filter(({kernel, backends}) => kernel && backends.length > 1);
}
