/** The measured points of one slice, and databases that lack some of them. */
import {readFile} from "node:fs/promises";
import {join} from "node:path";
import {dataFolder} from "../../../data-loaders/data-folder.js";
import type {Platform} from "../../../engine/index.js";
import {PerfDatabase} from "../../../engine/perf.js";
import {tables, valueColumn} from "../../../engine/schema.js";
import type {Backend, Columns, SliceEntry, TableName} from "../../../engine/schema.js";
import type {SystemSpec} from "../../../engine/system.js";
import {decodeSlice} from "../../../src/perf/slice.js";

export interface Release {
  system: SystemSpec;
  backend: Backend;
  version: string;
}

export interface Slice {
  release: Release;
  table: TableName;
  part: string[];
  columns: Columns;
  points: Point[];
}

export interface Point {
  key: readonly (string | number)[];
  at: readonly number[];
  ms: number;
}

export async function readSlice(release: Release, {table, part, path}: SliceEntry): Promise<Slice> {
  const bytes = await readFile(join(dataFolder(), path));
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const columns = await decodeSlice(buffer, table);
  const keys = tables[table].key.map((name) => columns[name]);
  const axes = tables[table].axes.map((name) => columns[name] as ArrayLike<number>);
  const latencies = columns[valueColumn] as ArrayLike<number>;
  const points = Array.from({length: latencies.length}, (_, row) => ({
    key: keys.map((column) => column[row]),
    at: axes.map((column) => column[row]),
    ms: latencies[row]
  }));
  return {release, table, part, columns, points};
}

/** A platform with one slice, of which some rows are missing. */
export function platformWithout({release, table, part, columns}: Slice, out: (row: number) => boolean): Platform {
  const {system, backend, version} = release;
  const kept: number[] = [];
  const rows = (columns[valueColumn] as ArrayLike<number>).length;
  for (let row = 0; row < rows; ++row) if (!out(row)) kept.push(row);
  const left = Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [
      name,
      typeof column[0] === "string"
        ? kept.map((row) => column[row] as string)
        : Float64Array.from(kept, (row) => column[row] as number)
    ])
  );
  const perf = new PerfDatabase(system.id, backend, version);
  perf.add(table, part, left);
  return {system, backend, version, perf, database: "silicon"};
}

/** Uniform numbers in [0, 1), the same at every run. */
export function randoms(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Some of many, drawn without replacement. */
export function draw<T>(from: readonly T[], count: number, random: () => number): T[] {
  const all = [...from];
  const drawn = Math.min(count, all.length);
  for (let i = 0; i < drawn; ++i) {
    const j = i + Math.floor(random() * (all.length - i));
    [all[i], all[j]] = [all[j], all[i]];
  }
  return all.slice(0, drawn);
}
