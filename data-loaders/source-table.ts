import {csvParseRows} from "d3";
import {parquetMetadata, parquetRead, parquetSchema} from "hyparquet";
import {compressors} from "hyparquet-compressors";

/** One source file as columns of raw cells: text for CSV, text, numbers, bigints or null for Parquet. */
export interface SourceTable {
  rows: number;
  columns: Map<string, ArrayLike<unknown>>;
  /** Number of each row as a reader of the file counts them, from 1, the header of a CSV not counted. */
  rowNumber: (row: number) => number;
  /** Rows that could not be split into cells. */
  broken: {row: number; reason: string}[];
}

/** Why a whole file is refused; its message is the reason alone. */
export class UnreadableTable extends Error {
  override name = "UnreadableTable";
}

/** Parses a source table by its extension. Throws UnreadableTable. */
export async function readSourceTable(name: string, bytes: Uint8Array): Promise<SourceTable> {
  if (bytes.length === 0) throw new UnreadableTable("is empty");
  if (isLfsPointer(bytes))
    throw new UnreadableTable("is a Git-LFS pointer, not data; run `git lfs pull` where it is from");
  return name.endsWith(".parquet") ? readParquet(bytes) : readCsv(new TextDecoder().decode(bytes));
}

export function isLfsPointer(bytes: Uint8Array): boolean {
  return new TextDecoder("latin1").decode(bytes.subarray(0, 27)).startsWith("version https://git-lfs");
}

/** Provenance that decides nothing; left undecoded, which saves a third of the time. */
const neverRead = new Set(["framework", "version", "model_name", "beam_width", "power", "power_limit"]);

interface Chunk {
  columnName: string;
  columnData: ArrayLike<unknown>;
  rowStart: number;
}

async function readParquet(bytes: Uint8Array): Promise<SourceTable> {
  const file = new Uint8Array(bytes).buffer; // a small Buffer is a view into a shared pool
  try {
    const metadata = parquetMetadata(file);
    const rows = Number(metadata.num_rows);
    const names = parquetSchema(metadata)
      .children.map((child) => child.element.name)
      .filter((name) => !neverRead.has(name));
    const parts = new Map<string, Chunk[]>(names.map((name) => [name, []]));
    const onChunk = (chunk: Chunk) => void parts.get(chunk.columnName)!.push(chunk);
    await parquetRead({file, metadata, compressors, columns: names, onChunk});
    const columns = new Map(names.map((name) => [name, concatenate(parts.get(name)!)]));
    for (const [name, cells] of columns) {
      if (cells.length !== rows) throw new Error(`column ${name} has ${cells.length} of ${rows} rows`);
    }
    return {rows, columns, rowNumber: (row) => row + 1, broken: []};
  } catch (error) {
    throw new UnreadableTable(`cannot be read as Parquet: ${(error as Error).message}; truncated or corrupt?`);
  }
}

function concatenate(parts: Chunk[]): ArrayLike<unknown> {
  if (parts.length === 1) return parts[0].columnData;
  return parts.sort((a, b) => a.rowStart - b.rowStart).flatMap((part) => Array.from(part.columnData));
}

function readCsv(text: string): SourceTable {
  const [header, ...lines] = csvParseRows(text.replace(/^\uFEFF/, ""));
  if (!header) throw new UnreadableTable("is empty");
  const names = header.map((name) => name.trim());
  const broken: SourceTable["broken"] = [];
  const kept: number[] = [];
  lines.forEach((cells, i) => {
    if (cells.length === names.length) kept.push(i);
    else if (cells.length > 1 || cells[0]) {
      broken.push({row: i + 1, reason: `has ${cells.length} cells; the header has ${names.length}`});
    }
  });
  const columns = new Map(names.map((name, c) => [name, kept.map((i) => lines[i][c].trim())]));
  return {rows: kept.length, columns, rowNumber: (row) => kept[row] + 1, broken};
}
