/**
 * Data loader: what is to be said of every table, judged when a site is built, as large ones take a second in the page.
 * What was found is kept in the data folder, slice by slice, for as long as slices, systems and judgement stay as they
 * are. Empty in a preview, where the page judges for itself.
 */
import {createHash} from "node:crypto";
import {existsSync, readFileSync, renameSync, statSync, writeFileSync} from "node:fs";
import {readFile} from "node:fs/promises";
import {join} from "node:path";
import {build} from "esbuild";
import {dataFolder, systemFolders} from "../data-loaders/data-folder.js";
import {readAllSystems} from "../data-loaders/read-systems.js";
import {judgeSlice} from "../engine/quality.js";
import type {SliceQuality} from "../engine/quality.js";
import type {Catalogue, SliceEntry} from "../engine/schema.js";
import {decodeSlice} from "../perf/slice.js";
import {judgeTables} from "./judge-tables.js";
import {packJudged} from "./judged.js";

/** By system and path of a slice: what it was judged from, and what came of it, without the worst rows. */
type Kept = Record<string, {made: string; quality: SliceQuality}>;

const selected = process.env.KNEEPOINT_SELECTED;
process.stdout.write(JSON.stringify(selected ? await known(JSON.parse(readFileSync(selected, "utf8"))) : {}) + "\n");

async function known(catalogue: Catalogue) {
  const systems = new Map(readAllSystems(systemFolders()).map((system) => [system.id, system]));
  const file = join(dataFolder(), "judged.json");
  const before: Kept = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  const kept: Kept = {...before};
  let isNew = false;
  const judgement = await judgementHash();
  const judge = async (id: string, {table, part, path}: SliceEntry): Promise<SliceQuality> => {
    const system = systems.get(id)!;
    const {mtimeMs, size} = statSync(join(dataFolder(), path));
    const made = hashOf(JSON.stringify([mtimeMs, size, system, judgement]));
    const key = `${id} ${path}`;
    if (before[key]?.made === made) return revived(before[key].quality);
    const columns = await decodeSlice(await bytesOf(join(dataFolder(), path)), table);
    const quality = {...judgeSlice(table, {part, columns}, system), worstImpossible: [], worstSlower: []};
    kept[key] = {made, quality};
    isNew = true;
    return quality;
  };
  const tables = await judgeTables(catalogue, judge);
  if (isNew) keep(file, kept);
  return packJudged(tables);
}

/** Without slices that are gone; another build may read the file meanwhile. */
function keep(file: string, kept: Kept): void {
  const isThere = ([key]: [string, unknown]) => existsSync(join(dataFolder(), key.slice(key.indexOf(" ") + 1)));
  writeFileSync(`${file}.${process.pid}`, JSON.stringify(Object.fromEntries(Object.entries(kept).filter(isThere))));
  renameSync(`${file}.${process.pid}`, file);
}

/** Of all code that a judgement comes from. */
async function judgementHash(): Promise<string> {
  const entry = join(import.meta.dirname, "../../engine/quality.ts");
  const {outputFiles} = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: "esm",
    logLevel: "error"
  });
  return hashOf(outputFiles[0].text);
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

/** JSON has no Infinity. */
function revived(quality: SliceQuality): SliceQuality {
  return {...quality, leastOfLight: quality.leastOfLight ?? Infinity};
}

async function bytesOf(path: string): Promise<ArrayBuffer> {
  const {buffer, byteOffset, byteLength} = await readFile(path);
  return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
}
