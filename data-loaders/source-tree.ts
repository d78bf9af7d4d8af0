import {existsSync, readdirSync, statSync} from "node:fs";
import {join, relative} from "node:path";
import {backends, collectiveLibraries} from "../engine/schema.js";
import {InputError} from "../engine/errors.js";
import {opFiles, unusedOpFiles} from "./op-file.js";
import type {Release} from "./source-order.js";
import {compareText} from "../engine/version.js";

/** A table of the tree, by what it measures. */
export interface TreeFile extends Release {
  system: string;
  opFile: string;
  path: string;
  /** Path below the folder given, for the report. */
  name: string;
}

/** A marker or sidecar of one release; `family` in the layout by family. */
export interface TreeSidecar extends Release {
  system: string;
  kind: "reuse" | "meta" | "declared";
  family?: string;
  path: string;
  name: string;
}

export interface SourceTree {
  systems: string[];
  files: TreeFile[];
  sidecars: TreeSidecar[];
  manifest?: {path: string; name: string};
  /** Descriptions of systems, `<system>.yaml` above or beside their folders. */
  descriptions: {system: string; path: string; name: string}[];
  /** Left alone on purpose. */
  skipped: {file: string; reason: string}[];
  /** Not understood. */
  unknown: {file: string; reason: string}[];
}

const releaseParents: readonly string[] = [...backends, ...collectiveLibraries];
const tableName = /^(.+)_perf\.(parquet|txt|csv)$/;
const manifests = ["perf_data_reuse_manifest.yaml", "op_kernel_source_manifest.yaml"];

/**
 * Finds the tables below `dir`: the folder that holds `systems/`, `systems/` itself or its `data/`.
 *
 * Both layouts may be mixed: `<system>/<backend>/<version>/` and `<system>/<family>/<backend>/<version>/`.
 * Throws InputError if there is none.
 */
export function scanTree(dir: string): SourceTree {
  const root = [join(dir, "systems", "data"), join(dir, "data"), dir].find(holdsSystems);
  if (!root)
    throw new InputError(
      `no tables: ${dir}; want a folder with systems/data/<system>/<backend>/<version>/*_perf.parquet or .txt`
    );
  const tree: SourceTree = {systems: [], files: [], sidecars: [], descriptions: [], skipped: [], unknown: []};
  const manifest = [join(root, ".."), root]
    .flatMap((folder) => manifests.map((name) => join(folder, name)))
    .find(existsSync);
  if (manifest) tree.manifest = {path: manifest, name: relative(dir, manifest)};
  for (const system of folders(root)) {
    tree.systems.push(system);
    const described = [join(root, "..", `${system}.yaml`), join(root, `${system}.yaml`)].find(existsSync);
    if (described) tree.descriptions.push({system, path: described, name: relative(dir, described)});
    for (const parent of folders(join(root, system))) {
      const path = join(root, system, parent);
      if (releaseParents.includes(parent)) scanReleases(tree, dir, path, system, parent);
      else scanFamily(tree, dir, path, system, parent);
    }
  }
  return withoutRivals(tree);
}

function scanFamily(tree: SourceTree, dir: string, path: string, system: string, family: string): void {
  const inside = folders(path);
  const known = inside.filter((name) => releaseParents.includes(name));
  for (const backend of known) scanReleases(tree, dir, join(path, backend), system, backend, family);
  const strange = known.length
    ? inside.filter((name) => !known.includes(name)).map((name) => join(path, name))
    : [path];
  for (const folder of strange) {
    tree.unknown.push({file: relative(dir, folder), reason: `unknown backend; have ${releaseParents.join(", ")}`});
  }
}

function scanReleases(
  tree: SourceTree,
  dir: string,
  parent: string,
  system: string,
  backend: string,
  family?: string
): void {
  for (const version of folders(parent)) {
    const folder = join(parent, version);
    const names = readdirSync(folder).sort(compareText);
    if (names.includes("INCOMPLETE.txt")) {
      tree.skipped.push({file: relative(dir, folder), reason: "marked INCOMPLETE.txt, so the version is ignored"});
      continue;
    }
    for (const entry of names) {
      const path = join(folder, entry);
      const [release, name] = [{system, backend, version}, relative(dir, path)];
      const kind = sidecarKind(entry);
      const opFile = tableName.exec(entry)?.[1];
      if (kind) tree.sidecars.push({...release, kind, family, path, name});
      else if (opFile === undefined) {
        if (/\.(parquet|csv)$/.test(entry))
          tree.unknown.push({file: name, reason: "unknown op file; want <op>_perf.parquet or .txt"});
      } else if (opFile in opFiles) tree.files.push({...release, opFile, path, name});
      else if (unusedOpFiles.includes(opFile))
        tree.skipped.push({file: name, reason: "no operator reads this kind of table yet"});
      else tree.unknown.push({file: name, reason: `unknown op file: ${opFile}`});
    }
  }
}

function sidecarKind(entry: string): TreeSidecar["kind"] | undefined {
  if (entry === "SHARED_LAYER_REUSE.txt") return "declared";
  if (entry === "reuse.yaml") return "reuse";
  return entry === "collection_meta.yaml" ? "meta" : undefined;
}

/** Of two files for one table of one release the first by path stands, Parquet before text. */
function withoutRivals(tree: SourceTree): SourceTree {
  const chosen = new Map<string, TreeFile>();
  const isParquet = ({path}: TreeFile) => path.endsWith(".parquet");
  for (const file of [...tree.files].sort((a, b) => Number(isParquet(b)) - Number(isParquet(a)))) {
    const key = [file.system, file.backend, file.version, file.opFile].join("/");
    const rival = chosen.get(key);
    if (!rival) chosen.set(key, file);
    else tree.skipped.push({file: file.name, reason: `${rival.name} holds the same table`});
  }
  return {...tree, files: [...chosen.values()]};
}

function holdsSystems(root: string): boolean {
  return (
    existsSync(root) &&
    folders(root).some((system) =>
      folders(join(root, system)).some((parent) => holdsReleases(join(root, system, parent), parent))
    )
  );
}

function holdsReleases(path: string, name: string): boolean {
  return releaseParents.includes(name) || folders(path).some((inside) => releaseParents.includes(inside));
}

function folders(path: string): string[] {
  return statSync(path).isDirectory()
    ? readdirSync(path, {withFileTypes: true})
        .filter(
          (entry) =>
            !entry.name.startsWith(".") &&
            (entry.isDirectory() || (entry.isSymbolicLink() && statSync(join(path, entry.name)).isDirectory()))
        )
        .map((entry) => entry.name)
        .sort(compareText)
    : [];
}
