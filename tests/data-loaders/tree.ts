import {mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync} from "node:fs";
import {createHash} from "node:crypto";
import {tmpdir} from "node:os";
import {dirname, join} from "node:path";
import {parquetWriteBuffer} from "hyparquet-writer";
import type {Catalogue, Columns, TableName} from "../../engine/schema.js";
import {decodeSlice} from "../../src/perf/slice.js";

/** A temporary folder with the given files; text as it is, bytes as they are. */
export function folderWith(files: Record<string, string | Uint8Array>): string {
  const dir = mkdtempSync(join(tmpdir(), "kneepoint-"));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), {recursive: true});
    writeFileSync(join(dir, name), content);
  }
  return dir;
}

/** Lines of cells separated by blanks, as CSV. */
export function csv(text: string): string {
  const lines = text.trim().split("\n");
  return lines.map((line) => line.trim().split(/\s+/).join(",")).join("\n") + "\n";
}

/** The same table as Parquet, cells that look like numbers as DOUBLE or INT64. */
export function parquet(text: string): Uint8Array {
  const [header, ...rows] = csv(text)
    .trim()
    .split("\n")
    .map((line) => line.split(","));
  const columnData = header.map((name, c) => {
    const cells = rows.map((row) => row[c]);
    if (name === "latency") return {name, data: cells.map(Number), type: "DOUBLE" as const};
    if (cells.every((cell) => /^-?\d+$/.test(cell))) return {name, data: cells.map(BigInt), type: "INT64" as const};
    return {name, data: cells, type: "STRING" as const};
  });
  return new Uint8Array(parquetWriteBuffer({columnData}));
}

export function catalogueOf(dataDir: string): Catalogue {
  return JSON.parse(readFileSync(join(dataDir, "catalogue.json"), "utf8")) as Catalogue;
}

/** The rows of a slice as text, one line each; undefined if there is no such slice. `release` is system/backend/version. */
export async function sliceRows(dataDir: string, release: string, table: TableName, ...part: string[]) {
  const [system, backend, version] = release.split("/");
  const {slices} = catalogueOf(dataDir).systems[system][backend][version];
  const entry = slices.find((slice) => slice.table === table && slice.part.join() === part.join());
  if (!entry) return undefined;
  const columns: Columns = await decodeSlice(new Uint8Array(readFileSync(join(dataDir, entry.path))).buffer, table);
  return Array.from({length: entry.rows}, (_, row) =>
    Object.values(columns)
      .map((column) => column[row])
      .join(" ")
  );
}

/** Hash of every file below a folder, by path. */
export function hashes(dir: string): Record<string, string> {
  const files = readdirSync(dir, {recursive: true, withFileTypes: true}).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  return Object.fromEntries(paths.map((path) => [path, createHash("sha1").update(readFileSync(path)).digest("hex")]));
}
