/** A tree as one zip file, in the browser as elsewhere. */
import {strToU8, zipSync, type Zippable} from "fflate";
import type {TargetFile} from "./targets/target.js";

/** Zip entries hold local time; with one date for all, the same files give the same bytes. */
const date = "2020-01-01T00:00:00";
const unix = 3;

/** `folder` holds all of it, so that unpacking makes no mess. */
export function zipFiles(files: readonly TargetFile[], folder: string): Uint8Array<ArrayBuffer> {
  const entries = files.map(({path, text, executable}): [string, Zippable[string]] => [
    `${folder}/${path}`,
    [strToU8(text), {mtime: date, os: unix, attrs: (executable ? 0o100755 : 0o100644) << 16}]
  ]);
  return zipSync(Object.fromEntries(entries), {level: 6}) as Uint8Array<ArrayBuffer>;
}
