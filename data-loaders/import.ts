import {existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, rmdirSync, writeFileSync} from "node:fs";
import {dirname, join} from "node:path";
import type {Catalogue, SliceEntry, VersionEntry} from "../engine/schema.js";
import {parse, stringify} from "yaml";
import {catalogueFile, systemFolders} from "./data-folder.js";
import {keepImportRecord} from "./import-report.js";
import {systemYaml} from "./source-system.js";
import {runJob, type Job, type JobFile, type JobResult, type Refusal, type FileReport} from "./import-job.js";
import {opFiles} from "./op-file.js";
import {parseManifest, parseReuse, type Release, type Reuse, type SharedKernel} from "./source-order.js";
import {scanTree, type SourceTree} from "./source-tree.js";
import {isLfsPointer} from "./source-table.js";
import {compareText, compareVersions} from "../engine/version.js";

export interface ImportProgress {
  done: number;
  total: number;
  /** What is being read: `h200_sxm gemm`. */
  current: string;
}

export interface ImportOptions {
  /** Where to write: `dataFolder()` unless testing. */
  dataDir: string;
  onProgress?: (progress: ImportProgress) => void;
}

/** What one import read, what it left out and why. */
export interface ImportReport {
  dir: string;
  files: FileReport[];
  /** Rows that a release has from others, by `system/backend`. */
  borrowedRows: Record<string, number>;
  /** Left alone on purpose. */
  skipped: {file: string; reason: string}[];
  /** Every refusal listed; of one file at most the first three rows. */
  refusals: Refusal[];
  /** Files and rows refused, listed or not; above 0 the import is not clean. */
  refused: number;
  slices: number;
  /** Systems with tables but no description, which nothing can be computed for until they have one. */
  undescribed: string[];
}

/**
 * Imports every table below `dir` into `dataDir`, on top of what is there, and rebuilds the slices of the systems it
 * touches. The same input gives the same bytes. Throws InputError if `dir` holds no tables; anything wrong inside one
 * file or row is refused, named in the report, and the rest is imported.
 */
export async function importTables(dir: string, {dataDir, onProgress}: ImportOptions): Promise<ImportReport> {
  const tree = scanTree(dir);
  const refusals: Refusal[] = tree.unknown.map(({file, reason}) => ({file, reason}));
  keepSidecars(tree, dataDir, refusals);
  const jobs = tree.systems.flatMap((system) => systemJobs(system, tree, dataDir));
  const results: JobResult[] = [];
  for (const [done, job] of jobs.entries()) {
    onProgress?.({done, total: jobs.length, current: `${job.system} ${job.files[0].opFile}`});
    results.push(await runJob(job));
  }
  onProgress?.({done: jobs.length, total: jobs.length, current: "catalogue"});
  const catalogue = updateCatalogue(readCatalogue(dataDir), tree.systems, jobs, results);
  writeCatalogue(dataDir, catalogue);
  const undescribed = keepDescriptions(tree, catalogue, dataDir, refusals);
  removeStale(join(dataDir, "slices"), usedPaths(catalogue));
  const report = {...makeReport(dir, tree, refusals, results), undescribed};
  keepImportRecord(dataDir, report);
  return report;
}

/** Copies markers, reuse.yaml, collection_meta.yaml and the manifest below `tables/`, refusing what is no such YAML. */
function keepSidecars(tree: SourceTree, dataDir: string, refusals: Refusal[]): void {
  const keep = (target: string, bytes: Uint8Array | string) => {
    const path = join(dataDir, "tables", target);
    mkdirSync(dirname(path), {recursive: true});
    writeFileSync(path, bytes);
  };
  for (const {system, backend, version, kind, family, path, name} of tree.sidecars) {
    const folder = [system, backend, version].join("/");
    if (kind === "declared") {
      keep(`${folder}/SHARED_LAYER_REUSE.txt`, "");
      continue;
    }
    const bytes = readFileSync(path);
    try {
      if (isLfsPointer(bytes)) throw new Error("is a Git-LFS pointer, not data");
      if (kind === "reuse") {
        for (const reason of parseReuse(bytes.toString()).wrong) refusals.push({file: name, reason});
        keep(`${folder}/reuse${family ? `.${family}` : ""}.yaml`, bytes);
      } else keep(`${folder}/collection_meta${family ? `.${family}` : ""}.yaml`, bytes);
    } catch (error) {
      refusals.push({file: name, reason: firstLine(error)});
    }
  }
  if (!tree.manifest) return;
  try {
    const bytes = readFileSync(tree.manifest.path);
    parseManifest(bytes.toString());
    for (const system of tree.systems) keep(`${system}/manifest.yaml`, bytes);
  } catch (error) {
    refusals.push({file: tree.manifest.name, reason: firstLine(error)});
  }
}

/** Takes over the descriptions of systems that are not shipped; returns the systems that remain without one. */
function keepDescriptions(tree: SourceTree, catalogue: Catalogue, dataDir: string, refusals: Refusal[]): string[] {
  const isDescribed = (system: string, folders: string[]) =>
    folders.some((folder) => existsSync(join(folder, `${system}.yaml`)));
  const [shipped, kept] = systemFolders(dataDir);
  for (const {system, path, name} of tree.descriptions) {
    if (!catalogue.systems[system] || isDescribed(system, [shipped])) continue;
    const releases = Object.values(catalogue.systems[system]).flatMap((versions) => Object.values(versions));
    const label = releases.map(({device}) => device).find(Boolean) ?? system;
    try {
      const yaml = systemYaml(system, label, parse(readFileSync(path, "utf8")));
      mkdirSync(kept, {recursive: true});
      writeFileSync(join(kept, `${system}.yaml`), stringify(yaml));
    } catch (error) {
      refusals.push({file: name, reason: firstLine(error)});
    }
  }
  return tree.systems.filter((system) => catalogue.systems[system] && !isDescribed(system, [shipped, kept]));
}

const firstLine = (error: unknown) => (error as Error).message.split("\n")[0];

/** The work for one system, new and kept tables together: one job per group of files that feed the same tables. */
function systemJobs(system: string, tree: SourceTree, dataDir: string): Job[] {
  const files = new Map<string, JobFile>();
  const reuse = new Map<string, Reuse[]>();
  const declared = new Set<string>();
  const releases = new Map<string, Release>();
  const base = join(dataDir, "tables", system);
  const addFile = (release: Release, opFile: string, fresh?: JobFile["fresh"]) => {
    const {backend, version} = release;
    const keptStem = [system, backend, version, `${opFile}_perf`].join("/");
    files.set(keptStem, {backend, version, opFile, keptStem, fresh});
    releases.set(`${backend}/${version}`, {backend, version});
  };
  for (const backend of subfolders(base)) {
    for (const version of subfolders(join(base, backend))) {
      for (const entry of readdirSync(join(base, backend, version)).sort(compareText)) {
        const opFile = /^(.+)_perf\.\w+$/.exec(entry)?.[1];
        if (opFile) addFile({backend, version}, opFile);
        else if (entry.startsWith("reuse.")) {
          const known = reuse.get(`${backend}/${version}`) ?? [];
          reuse.set(`${backend}/${version}`, [
            ...known,
            ...parseReuse(readFileSync(join(base, backend, version, entry), "utf8")).reuse
          ]);
        } else if (entry === "SHARED_LAYER_REUSE.txt") declared.add(`${backend}/${version}`);
        else continue;
        releases.set(`${backend}/${version}`, {backend, version});
      }
    }
  }
  for (const file of tree.files)
    if (file.system === system) addFile(file, file.opFile, {path: file.path, name: file.name});
  const shared = readShared(join(base, "manifest.yaml"));
  const targets = [...releases.values()]
    .sort((a, b) => compareText(a.backend, b.backend) || compareVersions(a.version, b.version))
    .map((release) => {
      const name = `${release.backend}/${release.version}`;
      return {...release, rules: {reuse: reuse.get(name) ?? [], declared: declared.has(name), shared}};
    });
  const groups = new Map<string, JobFile[]>();
  for (const file of [...files.values()].sort((a, b) => compareText(a.keptStem, b.keptStem))) {
    const group = opFiles[file.opFile].tables[0];
    groups.set(group, [...(groups.get(group) ?? []), file]);
  }
  return [...groups.values()].map((group) => ({system, dataDir, files: group, releases: targets}));
}

function readShared(manifest: string): SharedKernel[] {
  return existsSync(manifest) ? parseManifest(readFileSync(manifest, "utf8")) : [];
}

function subfolders(path: string): string[] {
  if (!existsSync(path)) return [];
  const entries = readdirSync(path, {withFileTypes: true}).filter((entry) => entry.isDirectory());
  return entries.map((entry) => entry.name).sort(compareText);
}

export function readCatalogue(dataDir: string): Catalogue {
  const file = catalogueFile(dataDir);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Catalogue) : {format: 1, systems: {}};
}

/** The catalogue with the systems just built in place of what it said of them; keys in order. */
function updateCatalogue(catalogue: Catalogue, systems: string[], jobs: Job[], results: JobResult[]): Catalogue {
  const of = <T extends {system: string}>(list: T[], system: string) => list.filter((item) => item.system === system);
  const built = new Map(systems.map((system) => [system, systemVersions(of(jobs, system), of(results, system))]));
  const names = [...new Set([...Object.keys(catalogue.systems), ...systems])].sort(compareText);
  const entries = names.map((name) => [name, built.get(name) ?? catalogue.systems[name]] as const);
  return {format: 1, systems: Object.fromEntries(entries.filter(([, versions]) => Object.keys(versions).length))};
}

/** Releases with accepted tables of their own or a declaration that they use others'. */
function systemVersions(jobs: Job[], results: JobResult[]): Catalogue["systems"][string] {
  const devices = results.flatMap((result) => result.devices);
  const slices = results.flatMap((result) => result.slices);
  const out: Catalogue["systems"][string] = {};
  const declared = (jobs[0]?.releases ?? []).filter(({rules}) => rules.declared || rules.reuse.length);
  const releases = [...devices, ...declared].sort(
    (a, b) => compareText(a.backend, b.backend) || compareVersions(a.version, b.version)
  );
  for (const {backend, version} of releases) {
    out[backend] ??= {};
    if (out[backend][version]) continue;
    const isOwn = (release: Release) => release.backend === backend && release.version === version;
    const own = devices.filter(isOwn);
    const entries = slices
      .filter(isOwn)
      .map(({entry}) => entry)
      .sort((a, b) => compareText(sliceName(a), sliceName(b)));
    const entry: VersionEntry = {measured: own.length > 0, device: mostRows(own) || mostRows(devices), slices: entries};
    out[backend][version] = entry;
  }
  return out;
}

const sliceName = ({table, part}: SliceEntry) => [table, ...part].join(".");

/** The GPU named by the most rows. */
function mostRows(devices: JobResult["devices"]): string {
  const rowsOf = new Map<string, number>();
  for (const {device, rows} of devices) if (device) rowsOf.set(device, (rowsOf.get(device) ?? 0) + rows);
  return [...rowsOf].sort(([a, x], [b, y]) => y - x || compareText(a, b))[0]?.[0] ?? "";
}

/** Written whole or not at all. */
function writeCatalogue(dataDir: string, catalogue: Catalogue): void {
  const file = catalogueFile(dataDir);
  mkdirSync(dirname(file), {recursive: true});
  writeFileSync(`${file}.part`, JSON.stringify(catalogue) + "\n");
  renameSync(`${file}.part`, file);
}

function usedPaths(catalogue: Catalogue): Set<string> {
  const versions = Object.values(catalogue.systems).flatMap((byBackend) =>
    Object.values(byBackend).flatMap((byVersion) => Object.values(byVersion))
  );
  return new Set(versions.flatMap(({slices}) => slices.map(({path}) => path)));
}

/** Deletes slice files that no catalogue entry names, and the folders this leaves empty. */
function removeStale(folder: string, used: Set<string>, below = "slices"): void {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, {withFileTypes: true})) {
    const [path, name] = [join(folder, entry.name), `${below}/${entry.name}`];
    if (entry.isDirectory()) removeStale(path, used, name);
    else if (!used.has(name)) rmSync(path);
  }
  if (!readdirSync(folder).length) rmdirSync(folder);
}

function makeReport(
  dir: string,
  tree: SourceTree,
  refusals: Refusal[],
  results: JobResult[]
): Omit<ImportReport, "undescribed"> {
  const files = results.flatMap((result) => result.files);
  const borrowedRows: Record<string, number> = {};
  for (const {system, slices} of results) {
    for (const {backend, entry} of slices) {
      const name = `${system}/${backend}`;
      borrowedRows[name] = (borrowedRows[name] ?? 0) + entry.borrowedRows;
    }
  }
  const refused = files.reduce((sum, file) => sum + file.refusedRows + Number(file.refused), refusals.length);
  const all = [...refusals, ...files.flatMap((file) => file.refusals)];
  const slices = results.reduce((sum, result) => sum + result.slices.length, 0);
  return {dir, files, borrowedRows, skipped: tree.skipped, refusals: all, refused, slices};
}
