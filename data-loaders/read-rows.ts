import {tables, type TableName, type TableSpec} from "../engine/schema.js";
import type {SourceRows} from "./coordinate.js";
import {opFiles} from "./op-file.js";
import {RowReader, type Column, type RefusedRow} from "./row-reader.js";
import {kernelSource} from "./source-columns.js";
import {readSourceTable, UnreadableTable} from "./source-table.js";

/** One source file in our columns, split by table. */
export interface ReadFile {
  /** Accepted rows. */
  rows: number;
  dropped: number;
  refused: RefusedRow[];
  /** Why the file is refused as a whole. */
  unreadable?: string;
  device: string;
  tables: Map<TableName, SourceRows>;
}

/** Checks and translates one file of a known kind. `name` is system/backend/version/file; its extension tells the format. */
export async function readRows(opFile: string, name: string, bytes: Uint8Array): Promise<ReadFile> {
  const nothing: ReadFile = {rows: 0, dropped: 0, refused: [], device: "", tables: new Map()};
  try {
    const source = await readSourceTable(name, bytes);
    const spec = opFiles[opFile];
    const read = new RowReader(source);
    spec.drop?.(read, name);
    const dropped = read.kept.reduce((sum, kept) => sum + 1 - kept, 0);
    const route = spec.route?.(read);
    const columns = spec.columns(read);
    const latencyMs = spec.latencyMs?.(read) ?? read.duration("latency");
    const kernel = kernelSource(read);
    const found = new Map<TableName, SourceRows>();
    spec.tables.forEach((table, t) => {
      const picked: number[] = [];
      for (let row = 0; row < read.rows; ++row) if (read.kept[row] && (!route || route[row] === t)) picked.push(row);
      if (!picked.length) return;
      const {part, key, axes}: TableSpec = tables[table];
      const take = (column: string) => pick(columns[column], picked);
      found.set(table, {
        columns: [...part, ...key, ...axes].map(take),
        latencyMs: pick(latencyMs, picked) as Float64Array,
        kernel: pick(kernel, picked) as SourceRows["kernel"]
      });
    });
    const device = source.columns.get("device")?.[0];
    const rows = read.kept.reduce((sum, kept) => sum + kept, 0);
    const refused = read.refused.sort((a, b) => a.row - b.row);
    return {rows, dropped, refused, device: device ? String(device) : "", tables: found};
  } catch (error) {
    if (error instanceof UnreadableTable) return {...nothing, unreadable: error.message};
    throw error;
  }
}

function pick(column: Column, rows: number[]): Column {
  if (column instanceof Float64Array) return Float64Array.from(rows, (row) => column[row]);
  return {codes: Int32Array.from(rows, (row) => column.codes[row]), names: column.names};
}
