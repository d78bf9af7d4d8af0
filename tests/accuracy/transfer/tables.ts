/** Tables of one release as rows that a fold can hold out. */
import {readFile} from "node:fs/promises";
import {join} from "node:path";
import {dataFolder} from "../../../data-loaders/data-folder.js";
import type {Platform, SystemSpec} from "../../../engine/index.js";
import {PerfDatabase} from "../../../engine/perf.js";
import {tables, valueColumn} from "../../../engine/schema.js";
import type {Backend, Columns, TableName} from "../../../engine/schema.js";
import {findSystem, type Data} from "../../../src/cli/data.js";
import {decodeSlice} from "../../../src/perf/slice.js";

export interface Release {
  system: SystemSpec;
  backend: Backend;
  version: string;
}

/** A measured point: names of its type, then key and axes as the table orders them. */
export interface Point {
  part: readonly string[];
  key: readonly (string | number)[];
  at: readonly number[];
  ms: number;
  /** Its place in its slice. */
  row: number;
}

interface Slice {
  part: string[];
  columns: Columns;
}

export type Tables = Map<TableName, Slice[]>;

export async function readTables(data: Data, {system, backend, version}: Release): Promise<Tables> {
  const found: Tables = new Map();
  const perf = data.store.perf(system, backend, version);
  for (const {table, part, path} of perf.allEntries()) {
    const bytes = await readFile(join(dataFolder(), path));
    const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
    found.set(table, [...(found.get(table) ?? []), {part, columns: await decodeSlice(buffer, table)}]);
  }
  return found;
}

export function openRelease(data: Data, name: string): Release {
  const [system, backend, version] = name.split("/");
  return {system: findSystem(data, system), backend: backend as Backend, version};
}

export function pointsOf(all: Tables, table: TableName): Point[] {
  const {key, axes} = tables[table];
  return (all.get(table) ?? []).flatMap(({part, columns}) => {
    const keys = key.map((name) => columns[name]);
    const coordinates = axes.map((name) => columns[name] as ArrayLike<number>);
    const latencies = columns[valueColumn] as ArrayLike<number>;
    return Array.from({length: latencies.length}, (_, row) => ({
      part,
      key: keys.map((column) => column[row]),
      at: coordinates.map((column) => column[row]),
      ms: latencies[row],
      row
    }));
  });
}

/** A platform that knows of `names` only what `keep` lets through. */
export function platformWithout(
  {system, backend, version}: Release,
  all: Tables,
  names: readonly TableName[],
  keep: (table: TableName, point: Omit<Point, "at" | "ms" | "row">, row: number) => boolean
): Platform {
  const perf = new PerfDatabase(system.id, backend, version);
  for (const table of names) {
    const {key} = tables[table];
    for (const {part, columns} of all.get(table) ?? []) {
      const keys = key.map((name) => columns[name]);
      const rows: number[] = [];
      for (let row = 0; row < columns[valueColumn].length; ++row)
        if (keep(table, {part, key: keys.map((column) => column[row])}, row)) rows.push(row);
      if (rows.length === 0) continue;
      const kept = Object.entries(columns).map(([name, column]) => [name, rows.map((row) => column[row])]);
      perf.add(table, part, Object.fromEntries(kept) as Columns);
    }
  }
  return {system, backend, version, perf, database: "empirical"};
}
