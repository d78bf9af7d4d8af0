/**
 * The measured tables of a site: an index that every page reads, entries of slices by system, and packed slices. Names
 * carry a hash of what is inside, so that servers and browsers may keep them for good.
 */
import {createHash} from "node:crypto";
import {existsSync, mkdirSync, readFileSync, statSync, writeFileSync} from "node:fs";
import {copyFile, mkdir, readFile, rename, rm, writeFile} from "node:fs/promises";
import {dirname, join} from "node:path";
import type {Catalogue, SliceEntry} from "../../engine/schema.js";
import {indexOf, mapValues} from "../perf/catalogue-index.js";
import {decodeSlice} from "../perf/slice.js";
import {packSlice} from "./pack-slice.js";
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
  sizes: VersionSize[];
  /** Puts the files below a folder. */
  copyTo(folder: string): Promise<void>;
}

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
  const cache = join(dataDir, "packed");
  const packed = await packSlices(dataDir, cache, slicesOf(catalogue));
  mkdirSync(listDir, {recursive: true});
  const files = Object.values(packed).map(({name}) => name);
  const parts = Object.fromEntries(
    Object.entries(catalogue.systems).map(([system, libraries]) => {
      const named = mapValues(libraries, (versions) =>
        mapValues(versions, (entry) => ({
          ...entry,
          slices: entry.slices.map((slice) => ({...slice, path: packed[slice.path].name}))
        }))
      );
      const text = JSON.stringify(named);
      const name = `${system}.${hashOf(text)}.json`;
      writeFileSync(join(listDir, name), text);
      return [system, name];
    })
  );
  const index = join(listDir, "catalogue.json");
  writeFileSync(index, JSON.stringify(indexOf(catalogue.systems, parts)));
  return {
    index,
    sizes: sizesOf(catalogue, packed),
    copyTo: async (folder) => {
      const copy = async (from: string, name: string) => {
        await mkdir(dirname(join(folder, name)), {recursive: true});
        await copyFile(join(from, name), join(folder, name));
      };
      for (const name of ["catalogue.json", ...Object.values(parts)]) await copy(listDir, name);
      for (const name of new Set(files)) await copy(cache, name);
    }
  };
}

function slicesOf({systems}: Catalogue): SliceEntry[] {
  const entries = Object.values(systems).flatMap((libraries) =>
    Object.values(libraries).flatMap((versions) => Object.values(versions).flatMap(({slices}) => slices))
  );
  return [...new Map(entries.map((entry) => [entry.path, entry])).values()];
}

/** Those that changed since the last time; the others are there. */
async function packSlices(dataDir: string, cache: string, entries: readonly SliceEntry[]): Promise<Packed> {
  const note = join(cache, "packed.json");
  const before: Packed = existsSync(note) ? JSON.parse(readFileSync(note, "utf8")) : {};
  const packed: Packed = {};
  const stale = entries.filter((entry) => {
    const known = before[entry.path];
    const isFresh = known?.made === madeOf(dataDir, entry) && existsSync(join(cache, known.name));
    if (isFresh) packed[entry.path] = known;
    return !isFresh;
  });
  if (stale.length === 0) return packed;
  console.log(`packing ${stale.length} slices, once`);
  const queue = stale.values();
  const work = async () => {
    for (const entry of queue) packed[entry.path] = await packFile(dataDir, cache, entry);
  };
  await Promise.all(Array.from({length: atOnce}, work));
  const all = await withoutGone(dataDir, cache, {...before, ...packed});
  await writeWhole(note, JSON.stringify(all));
  return packed;
}

async function packFile(dataDir: string, cache: string, entry: SliceEntry): Promise<PackedFile> {
  const made = madeOf(dataDir, entry);
  const {buffer, byteOffset, byteLength} = await readFile(join(dataDir, entry.path));
  const parquet = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
  const bytes = await packSlice(await decodeSlice(parquet, entry.table));
  const name = entry.path.replace(/\.parquet$/, `.${hashOf(bytes)}.bin`);
  await mkdir(dirname(join(cache, name)), {recursive: true});
  await writeWhole(join(cache, name), bytes);
  return {made, name, bytes: bytes.length};
}

/** Changes when a new import writes the slice anew. */
function madeOf(dataDir: string, {path}: SliceEntry): string {
  const {mtimeMs, size} = statSync(join(dataDir, path));
  return `${mtimeMs} ${size}`;
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
