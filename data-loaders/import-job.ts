import {createHash} from "node:crypto";
import {existsSync, mkdirSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {dirname, extname, join} from "node:path";
import {tables, type SliceEntry, type TableName, type TableSpec} from "../engine/schema.js";
import {numberCoordinates, type Coordinates, type SourceRows} from "./coordinate.js";
import {gemmSiteOrder, mergeRows, type Contribution, type Merged} from "./merge.js";
import {opFiles} from "./op-file.js";
import {readRows} from "./read-rows.js";
import {encodeSlice} from "./slice-file.js";
import {sourceOrder, type Release, type SourceRules} from "./source-order.js";
import {compareText, compareVersions} from "../engine/version.js";

/** A file to read: the new one, and the one kept from an earlier import that stands in if the new one is refused. */
export interface JobFile extends Release {
  opFile: string;
  /** Path of the new file and how to name it in the report. */
  fresh?: {path: string; name: string};
  /** Below `tables/`, without extension. */
  keptStem: string;
}

/** All files of one system that feed the same tables, and the releases that want slices of them. */
export interface Job {
  system: string;
  dataDir: string;
  files: JobFile[];
  releases: (Release & {rules: SourceRules})[];
}

export interface Refusal {
  file: string;
  /** From 1; absent when the whole file is refused. */
  row?: number;
  reason: string;
}

/** What one new file gave. */
export interface FileReport extends Release {
  system: string;
  file: string;
  rows: number;
  /** Left out on purpose: eager all-reduce, unused dtypes. */
  droppedRows: number;
  repeatedRows: number;
  refusedRows: number;
  /** The file is refused as a whole. */
  refused: boolean;
  /** The first few; `refusedRows` counts all. */
  refusals: Refusal[];
}

export interface JobResult {
  system: string;
  files: FileReport[];
  slices: (Release & {entry: SliceEntry})[];
  /** Releases with accepted tables of their own, and the GPU each names. */
  devices: (Release & {device: string; rows: number})[];
}

/** How many refused rows of one file are named; the rest is counted. */
const listedRows = 3;

/** The rows that one file holds for one table. */
interface Held extends Release {
  opFile: string;
  report: FileReport | undefined;
  rows: SourceRows;
}

/** Reads the files, keeps the accepted ones below `tables/` and writes the merged slices of every release. */
export async function runJob(job: Job): Promise<JobResult> {
  const result: JobResult = {system: job.system, files: [], slices: [], devices: []};
  const heldBy = new Map<TableName, Held[]>();
  for (const file of job.files) {
    const read = await readFile(job, file);
    if (read.report) result.files.push(read.report);
    for (const [table, rows] of read.tables) {
      const held = {backend: file.backend, version: file.version, opFile: file.opFile, report: read.report, rows};
      heldBy.set(table, [...(heldBy.get(table) ?? []), held]);
    }
    const {backend, version} = file;
    if (read.rows) result.devices.push({backend, version, device: read.device, rows: read.rows});
  }
  for (const [table, held] of heldBy) result.slices.push(...writeTable(job, table, held));
  return result;
}

/** The new file if it can be read, else the kept one. */
async function readFile({system, dataDir}: Job, {opFile, backend, version, fresh, keptStem}: JobFile) {
  const base = join(dataDir, "tables");
  const kept = [".parquet", ".txt", ".csv"].map((extension) => keptStem + extension);
  let report: FileReport | undefined;
  if (fresh) {
    const bytes = maybeRead(fresh.path);
    const target = keptStem + extname(fresh.path);
    const read = await readRows(opFile, target, bytes ?? new Uint8Array());
    if (!bytes) read.unreadable = "cannot be opened; check its permissions";
    const {rows, dropped: droppedRows, unreadable} = read;
    const refusals: Refusal[] = read.refused.slice(0, listedRows).map((row) => ({file: fresh.name, ...row}));
    if (unreadable) refusals.push({file: fresh.name, reason: unreadable});
    const [refusedRows, refused] = [read.refused.length, unreadable !== undefined];
    report = {
      system,
      backend,
      version,
      file: fresh.name,
      rows,
      droppedRows,
      repeatedRows: 0,
      refusedRows,
      refused,
      refusals
    };
    if (!refused) {
      for (const old of kept) if (old !== target) rmSync(join(base, old), {force: true});
      writeFile(join(base, target), bytes!);
      return {...read, report};
    }
  }
  const old = kept.find((path) => existsSync(join(base, path)));
  if (!old) return {report, rows: 0, device: "", tables: new Map<TableName, SourceRows>()};
  return {...(await readRows(opFile, old, readFileSync(join(base, old)))), report};
}

function maybeRead(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

function writeFile(path: string, bytes: Uint8Array): void {
  mkdirSync(dirname(path), {recursive: true});
  writeFileSync(path, bytes);
}

/** Merges one table for every release, the ones with rows of their own first, and writes each distinct slice once. */
function writeTable(job: Job, table: TableName, held: Held[]): JobResult["slices"] {
  const files = held.map(({rows}) => rows);
  const {part, key, axes}: TableSpec = tables[table];
  const coordinates = numberCoordinates(files, part.length + key.length + axes.length);
  const written = new Map<string, string>();
  const holders = (release: Release) => held.filter((file) => isSame(file, release)).length;
  const releases = [...job.releases].sort(
    (a, b) =>
      Math.sign(holders(b)) - Math.sign(holders(a)) ||
      compareText(a.backend, b.backend) ||
      compareVersions(a.version, b.version)
  );
  return releases.flatMap((release) => {
    const contributions = contributionsTo(release, held);
    if (!contributions.length) return [];
    const merged = mergeRows(files, coordinates, contributions);
    contributions.forEach(({file, duplicates}, c) => {
      const {report} = held[file];
      if (report && isSame(report, release)) countRepeated(report, merged.repeated[c], duplicates);
    });
    return cutSlices(table, coordinates, merged, files, contributions).map((slice) => {
      const {part, ids, borrowedRows, lenders} = slice;
      const latencyMs = Float64Array.from(
        ids,
        (id) => files[contributions[merged.contributionOf[id]].file].latencyMs[merged.rowOf[id]]
      );
      const hash = createHash("sha1").update(ids).update(latencyMs).digest("base64");
      const path = written.get(hash) ?? slicePath(job.system, release, table, part);
      const bytes = written.has(hash) ? undefined : encodeColumns(table, coordinates, ids, latencyMs);
      if (bytes) writeFile(join(job.dataDir, path), bytes);
      written.set(hash, path);
      const borrowedFrom = [...new Set(lenders.map((c) => releaseName(held[contributions[c].file])))];
      const size = bytes?.length ?? readFileSync(join(job.dataDir, path)).length;
      const entry: SliceEntry = {table, part, path, rows: ids.length, bytes: size, borrowedRows, borrowedFrom};
      return {backend: release.backend, version: release.version, entry};
    });
  });
}

function countRepeated(report: FileReport, rows: number, duplicates: Contribution["duplicates"]): void {
  if (!rows) return;
  if (duplicates !== "refuse") report.repeatedRows += rows;
  else {
    report.refusedRows += rows;
    report.rows -= rows;
    report.refusals.push({file: report.file, reason: `${rows} rows repeat the coordinate of an earlier row`});
  }
}

const isSame = (a: Release, b: Release) => a.backend === b.backend && a.version === b.version;
const releaseName = ({backend, version}: Release) => `${backend}/${version}`;

/** The held files that a release draws on, own ones first; kinds of file one after the other. */
function contributionsTo(release: Job["releases"][0], held: Held[]): (Contribution & {own: boolean})[] {
  return [...new Set(held.map((file) => file.opFile))].flatMap((opFile) => {
    const holders = held.filter((file) => file.opFile === opFile);
    return sourceOrder(release, opFile, holders, release.rules).map((source) => ({
      file: held.findIndex((file) => file.opFile === opFile && isSame(file, source)),
      duplicates: opFiles[opFile].duplicates ?? ("first" as const),
      kernels: source.kernels,
      own: isSame(source, release)
    }));
  });
}

interface Slice {
  part: string[];
  /** Coordinates in the order of the slice's rows. */
  ids: Int32Array;
  borrowedRows: number;
  /** Contributions of other releases, in order. */
  lenders: number[];
}

/** A merged table cut by its part columns; coordinates are numbered part first, so each part is a run. */
function cutSlices(
  table: TableName,
  coordinates: Coordinates,
  merged: Merged,
  files: SourceRows[],
  contributions: (Contribution & {own: boolean})[]
): Slice[] {
  const partCount = tables[table].part.length;
  const partAt = (id: number) => coordinates.values.slice(0, partCount).map((values) => String(values[id]));
  const slices: Slice[] = [];
  let ids: number[] = [];
  const close = () => {
    if (!ids.length) return;
    const sources = new Set(ids.map((id) => merged.contributionOf[id]));
    const borrowed = ids.filter((id) => !contributions[merged.contributionOf[id]].own);
    const lenders = [...sources].filter((c) => !contributions[c].own).sort((a, b) => a - b);
    slices.push({part: partAt(ids[0]), ids: Int32Array.from(ids), borrowedRows: borrowed.length, lenders});
    ids = [];
  };
  const samePart = (a: number, b: number) => {
    for (let c = 0; c < partCount; ++c) if (coordinates.values[c][a] !== coordinates.values[c][b]) return false;
    return true;
  };
  for (let id = 0; id < coordinates.count; ++id) {
    if (merged.contributionOf[id] < 0) continue;
    if (ids.length && !samePart(ids[0], id)) close();
    ids.push(id);
  }
  close();
  return table === "gemm"
    ? slices.map((slice) => ({...slice, ids: inSiteOrder(slice.ids, coordinates, merged)}))
    : slices;
}

/** GEMM rows by site, in the order of `gemmSiteOrder`, then m. */
function inSiteOrder(ids: Int32Array, {values}: Coordinates, {met}: Merged): Int32Array {
  const [n, k, m] = values.slice(1) as Float64Array[];
  const inSlice = new Set(ids);
  const metHere = met.filter((id) => inSlice.has(id));
  const order = new Map<string, number>();
  const rows = Array.from(metHere, (id) => [m[id], n[id], k[id]] as const);
  for (const [siteN, siteK] of gemmSiteOrder(rows)) order.set(`${siteN},${siteK}`, order.size);
  const siteOf = new Map(Array.from(ids, (id) => [id, order.get(`${n[id]},${k[id]}`)!]));
  return Int32Array.from(ids).sort((a, b) => siteOf.get(a)! - siteOf.get(b)! || m[a] - m[b]);
}

function encodeColumns(table: TableName, {values}: Coordinates, ids: Int32Array, latencyMs: Float64Array): Uint8Array {
  const {part, key, axes}: TableSpec = tables[table];
  const columns = [...key, ...axes].map((name, i) => {
    const of = values[part.length + i];
    return [
      name,
      of instanceof Float64Array ? Float64Array.from(ids, (id) => of[id]) : Array.from(ids, (id) => of[id])
    ];
  });
  return encodeSlice(Object.fromEntries(columns), latencyMs);
}

function slicePath(system: string, {backend, version}: Release, table: TableName, part: string[]): string {
  const name = [table, ...part].join(".").replace(/[^\w.+-]/g, "_");
  return ["slices", system, backend, version, `${name}.parquet`].join("/");
}
