/** Reads slices where that holds nothing up: a large one takes as long as several frames. */
import type {Columns, TableName} from "../engine/schema.js";
import {readSlice} from "./read-slice.js";

export interface SliceAsk {
  id: number;
  /** Folder that the path is of. */
  base: string;
  path: string;
  table: TableName;
}

export type SliceReply = {id: number} & ({columns: Columns} | {error: string});

self.onmessage = async ({data: {id, base, path, table}}: MessageEvent<SliceAsk>) => {
  const reply = (message: SliceReply) => self.postMessage(message);
  try {
    reply({id, columns: await readSlice((path) => fetchBytes(new URL(path, base)), {path, table})});
  } catch (error) {
    reply({id, error: (error as Error).message});
  }
};

async function fetchBytes(url: URL): Promise<ArrayBuffer> {
  const response = await fetch(url);
  if (!response.ok)
    throw new Error(`no slice ${url.pathname}: ${response.status}; run npm run build again after an import`);
  return response.arrayBuffer();
}
