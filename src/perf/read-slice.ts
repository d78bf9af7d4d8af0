import type {Columns, TableName} from "../engine/schema.js";

/** A file by its path below the data folder. */
export type Read = (path: string) => Promise<ArrayBuffer>;

/** Rows of a slice, as Parquet, packed, or packed tightly. Its decoder comes with the first of its kind: who has no tables loads none. */
export async function readSlice(read: Read, {path, table}: {path: string; table: TableName}): Promise<Columns> {
  if (path.endsWith(".tight")) {
    const [buffer, {decodeTight}] = await Promise.all([read(path), import("./tight-slice.js")]);
    return decodeTight(buffer);
  }
  if (!path.endsWith(".parquet")) {
    const [buffer, {decodePacked}] = await Promise.all([read(path), import("./packed-slice.js")]);
    return decodePacked(buffer);
  }
  const [buffer, {decodeSlice}] = await Promise.all([read(path), import("./slice.js")]);
  return decodeSlice(buffer, table);
}
