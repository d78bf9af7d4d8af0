/**
 * The measured tables of a site: an index that every page reads, entries of slices by system, and packed slices. Names
 * carry a hash of what is inside, so that servers and browsers may keep them for good.
 */
import {createHash} from "node:crypto";
import {existsSync, mkdirSync, readFileSync, statSync, writeFileSync} from "node:fs";
import {copyFile, mkdir, readFile, rename, rm, writeFile} from "node:fs/promises";
import {dirname, join} from "node:path";
import type {Catalogue, Columns, SliceEntry} from "../../engine/schema.js";
import {indexOf, mapValues} from "../perf/catalogue-index.js";
import {decodeSlice} from "../perf/slice.js";
import {packSlice} from "./pack-slice.js";
import {tightenSlice} from "./tighten-slice.js";
import {selectData} from "./data-selection.js";
import type {Selection} from "./data-selection.js";

export interface VersionSize {
  system: string;
  backend: string;
  version: string;
  slices: number;
  /** As imported, and as packed in the site. A slice that versions share counts for the first of them. */
  bytes: number;
  packedBytes: number;
}

export interface SiteData {
  /** `catalogue.json`, which Framework gives to pages. */
  index: string;
  /** The catalogue of what was selected, as imported, for data loaders. */
  selected: string;
  sizes: VersionSize[];
  /** What was selected, and the name of each of its slices as packed, by the path of what it was made of. */
  catalogue: Catalogue;
  names: Record<string, string>;
  /** Puts the files below a folder. */
  copyTo(folder: string): Promise<void>;
}

/** How slices are packed, below which folder they stay for the next time, and what their names end in. */
interface Packing {
  folder: string;
  ending: string;
  /** Changes when the same columns are packed otherwise than before. */
  version?: number;
  pack(columns: Columns): Uint8Array | Promise<Uint8Array>;
}

/** Quickly read. */
const quick: Packing = {folder: "packed", ending: ".bin", pack: packSlice};
/** Half as large, and read in 2 µs a row. */
const tight: Packing = {folder: "tight", ending: ".tight", version: 2, pack: (columns) => tightenSlice(columns)};
/** For pages: from so many rows on, size counts for more than speed. */
const largeRows = 20_000;
/** For embeds: small, and as they are, or rounded where several systems are compared. `isThere`: as pages have it. */
const embedded: readonly (Packing & {path: string; isThere: (name: string) => boolean})[] = [
  {path: "", isThere: (name) => name.endsWith(tight.ending), ...tight},
  {
    path: "rounded/",
    isThere: () => false,
    folder: "rounded",
    ending: ".tight",
    pack: (columns) => tightenSlice(columns, roundedBits)
  }
];
/** Half a unit in the last place of this is 0.05 %, a fraction of what timings scatter by. */
const roundedBits = 10;

/** Packed slices by the path of what they were made of. */
type Packed = Record<string, PackedFile>;

interface PackedFile {
  made: string;
  name: string;
  bytes: number;
}

/** Slices that are packed at the same time. */
const atOnce = 4;

/**
 * Packs what is selected of `dataDir`, where packed slices stay for the next time, and writes lists into `listDir`.
 * Throws InputError for a name of which nothing is imported.
 */
export async function packData(dataDir: string, selection: Selection, listDir: string): Promise<SiteData> {
  const file = join(dataDir, "catalogue.json");
  const imported: Catalogue = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {format: 1, systems: {}};
  const catalogue = selectData(imported, selection);
  const entries = slicesOf(catalogue);
  const [small, large] = await Promise.all([
    packSlices(
      dataDir,
      quick,
      entries.filter(({rows}) => rows < largeRows)
    ),
    packSlices(
      dataDir,
      tight,
      entries.filter(({rows}) => rows >= largeRows)
    )
  ]);
  const packed = {...small, ...large};
  const names = mapValues(packed, ({name}) => name);
  const lists = writeLists(catalogue, names, listDir);
  const selected = join(listDir, "selected.json");
  writeFileSync(selected, JSON.stringify(catalogue));
  return {
    index: join(listDir, "catalogue.json"),
    selected,
    sizes: sizesOf(catalogue, packed),
    catalogue,
    names,
    copyTo: async (folder) => {
      await copyAll(listDir, lists, folder);
      await copyAll(join(dataDir, quick.folder), namesOf(small), folder);
      await copyAll(join(dataDir, tight.folder), namesOf(large), folder);
    }
  };
}

/**
 * Writes the same tables for embeds into a folder: smaller slices of each newest version, and below it rounded ones; of
 * other versions, and where pages have the same files, theirs serve, `pages` being the address of their folder from here.
 */
export async function packEmbedded(
  dataDir: string,
  {catalogue, names}: Pick<SiteData, "catalogue" | "names">,
  folder: string,
  pages: string
): Promise<void> {
  const newest = slicesOf(selectData(catalogue, {versions: "newest"}));
  for (const packing of embedded) {
    const up = packing.path.replace(/[^/]+/g, "..");
    const missing = newest.filter(({path}) => !packing.isThere(names[path]));
    const small = mapValues(await packSlices(dataDir, packing, missing), ({name}) => name);
    const to = join(folder, packing.path);
    writeLists(catalogue, {...mapValues(names, (name) => up + pages + name), ...small}, to);
    await copyAll(join(dataDir, packing.folder), Object.values(small), to);
  }
}

/** Writes the index and the entries by system, slices under the names given; returns the names of the lists. */
function writeLists({systems}: Catalogue, names: Record<string, string>, listDir: string): string[] {
  mkdirSync(listDir, {recursive: true});
  const parts = mapValues(systems, (libraries, system) => {
    const named = mapValues(libraries, (versions) =>
      mapValues(versions, (entry) => ({
        ...entry,
        slices: entry.slices.map((slice) => ({...slice, path: names[slice.path]}))
      }))
    );
    const text = JSON.stringify(named);
    const name = `${system}.${hashOf(text)}.json`;
    writeFileSync(join(listDir, name), text);
    return name;
  });
  writeFileSync(join(listDir, "catalogue.json"), JSON.stringify(indexOf(systems, parts)));
  return ["catalogue.json", ...Object.values(parts)];
}

function namesOf(packed: Packed): string[] {
  return Object.values(packed).map(({name}) => name);
}

async function copyAll(from: string, names: readonly string[], to: string): Promise<void> {
  for (const name of new Set(names)) {
    await mkdir(dirname(join(to, name)), {recursive: true});
    await copyFile(join(from, name), join(to, name));
  }
}

function slicesOf({systems}: Catalogue): SliceEntry[] {
  const entries = Object.values(systems).flatMap((libraries) =>
    Object.values(libraries).flatMap((versions) => Object.values(versions).flatMap(({slices}) => slices))
  );
  return [...new Map(entries.map((entry) => [entry.path, entry])).values()];
}

/** Those that changed since the last time; the others are there. */
async function packSlices(dataDir: string, packing: Packing, entries: readonly SliceEntry[]): Promise<Packed> {
  const cache = join(dataDir, packing.folder);
  const note = join(cache, "packed.json");
  const before: Packed = existsSync(note) ? JSON.parse(readFileSync(note, "utf8")) : {};
  const packed: Packed = {};
  const stale = entries.filter((entry) => {
    const known = before[entry.path];
    const isFresh = known?.made === madeOf(dataDir, entry, packing) && existsSync(join(cache, known.name));
    if (isFresh) packed[entry.path] = known;
    return !isFresh;
  });
  if (stale.length === 0) return packed;
  console.log(`packing ${stale.length} slices (${packing.folder}), once`);
  const queue = stale.values();
  const work = async () => {
    for (const entry of queue) packed[entry.path] = await packFile(dataDir, packing, entry);
  };
  await Promise.all(Array.from({length: atOnce}, work));
  const all = await withoutGone(dataDir, cache, {...before, ...packed});
  await writeWhole(note, JSON.stringify(all));
  return packed;
}

async function packFile(dataDir: string, packing: Packing, entry: SliceEntry): Promise<PackedFile> {
  const {folder, ending, pack} = packing;
  const cache = join(dataDir, folder);
  const made = madeOf(dataDir, entry, packing);
  const {buffer, byteOffset, byteLength} = await readFile(join(dataDir, entry.path));
  const parquet = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
  const bytes = await pack(await decodeSlice(parquet, entry.table));
  const name = entry.path.replace(/\.parquet$/, `.${hashOf(bytes)}${ending}`);
  await mkdir(dirname(join(cache, name)), {recursive: true});
  await writeWhole(join(cache, name), bytes);
  return {made, name, bytes: bytes.length};
}

/** Changes when a new import writes the slice anew, or packing does. */
function madeOf(dataDir: string, {path}: SliceEntry, {version}: Packing): string {
  const {mtimeMs, size} = statSync(join(dataDir, path));
  return [mtimeMs, size, version ?? []].flat().join(" ");
}

/** Forgets and removes what was packed of slices that are not there any more. */
async function withoutGone(dataDir: string, cache: string, packed: Packed): Promise<Packed> {
  const kept = Object.entries(packed).filter(([path]) => existsSync(join(dataDir, path)));
  const names = new Set(kept.map(([, {name}]) => name));
  for (const {name} of Object.values(packed)) if (!names.has(name)) await rm(join(cache, name), {force: true});
  return Object.fromEntries(kept);
}

/** Another build that packs the same never meets half a file. */
async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, content);
  await rename(draft, path);
}

function sizesOf({systems}: Catalogue, packed: Packed): VersionSize[] {
  const counted = new Set<string>();
  const sizes: VersionSize[] = [];
  for (const [system, libraries] of Object.entries(systems))
    for (const [backend, versions] of Object.entries(libraries))
      for (const [version, {slices}] of Object.entries(versions)) {
        const own = slices.filter(({path}) => !counted.has(path));
        for (const {path} of own) counted.add(path);
        const sum = (of: (slice: SliceEntry) => number) => own.reduce((total, slice) => total + of(slice), 0);
        const bytes = sum((slice) => slice.bytes);
        const packedBytes = sum(({path}) => packed[path].bytes);
        sizes.push({system, backend, version, slices: slices.length, bytes, packedBytes});
      }
  return sizes;
}

export function hashOf(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex").slice(0, 8);
}
