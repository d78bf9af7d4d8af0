import {parquetMetadata, parquetRead} from "hyparquet";
import {tables, valueColumn, type Columns, type TableName, type TableSpec} from "../engine/schema.js";

/**
 * The columns of one slice file: the table's key and axes columns and `latency_ms`, in order. Numbers come as typed
 * arrays, text as strings. Rejects a file that lacks one of them. Runs in a browser worker and in Node.
 */
export async function decodeSlice(buffer: ArrayBuffer, table: TableName): Promise<Columns> {
  const {key, axes, text = []}: TableSpec = tables[table];
  const metadata = parquetMetadata(buffer);
  const rows = Number(metadata.num_rows);
  const columns: Columns = {};
  await parquetRead({
    file: buffer,
    metadata,
    columns: [...key, ...axes, valueColumn],
    onChunk: ({columnName, columnData, rowStart}) => {
      if (text.includes(columnName)) columns[columnName] = columnData as string[];
      else if (columnData.length === rows) columns[columnName] = numbers(columnData as ArrayLike<number | bigint>);
      else throw new Error(`slice has several row groups: ${columnName} at row ${rowStart}`);
    }
  });
  return Object.fromEntries([...key, ...axes, valueColumn].map((name) => [name, required(columns, name)]));
}

function numbers(data: ArrayLike<number | bigint>): ArrayLike<number> {
  if (data instanceof Int32Array || data instanceof Float64Array) return data;
  const out = new Float64Array(data.length);
  for (let i = 0; i < data.length; ++i) out[i] = Number(data[i]);
  return out;
}

function required(columns: Columns, name: string): Columns[string] {
  const column = columns[name];
  if (!column) throw new Error(`slice has no column ${name}`);
  return column;
}
