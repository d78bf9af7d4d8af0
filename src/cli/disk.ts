/** Files written whole or not at all, and what came of it. */
import {closeSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync, writeSync} from "node:fs";
import {dirname, join} from "node:path";
import {WriteError} from "./exit.js";
import {countOf} from "./tables.js";

/** The calls that can fail, so that tests can make them. */
export interface Disk {
  makeFolder(folder: string): void;
  writeFile(file: string, bytes: Uint8Array): void;
  rename(from: string, to: string): void;
  remove(file: string): void;
}

export const nodeDisk: Disk = {
  makeFolder: (folder) => void mkdirSync(folder, {recursive: true}),
  writeFile: writeSynced,
  rename: renameSync,
  remove: (file) => rmSync(file, {force: true})
};

/** A full disk may show only when the bytes really go there. */
function writeSynced(file: string, bytes: Uint8Array): void {
  const handle = openSync(file, "wx");
  try {
    for (let done = 0; done < bytes.length;) done += writeSync(handle, bytes, done);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Names in a folder; none where there is no folder. Throws WriteError where a file stands in its way. */
export function namesIn(folder: string): string[] {
  try {
    return statSync(folder).isDirectory() ? readdirSync(folder) : fail(folder);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    if (error instanceof WriteError) throw error;
    throw new WriteError(`cannot write to ${folder}: ${reasonOf(error)}; name another folder`, "notWritable");
  }
}

function fail(folder: string): never {
  throw new WriteError(`cannot write to ${folder}: a file is there; name another folder`, "notWritable");
}

/**
 * Writes below a folder, file by file. A file that fails does not keep later ones from being tried, and none of those
 * written before is touched; `close` throws WriteError when any failed, naming what is there and what is not.
 */
export class Tree {
  readonly written: string[] = [];
  readonly failed: {path: string; code: string; reason: string}[] = [];

  constructor(
    readonly folder: string,
    private readonly disk: Disk = nodeDisk
  ) {}

  /** Puts the file there under its name only once it is whole. */
  write(path: string, content: string | Uint8Array): void {
    const file = join(this.folder, path);
    const aside = `${file}.part-${process.pid}`;
    try {
      this.disk.makeFolder(dirname(file));
      this.disk.writeFile(aside, typeof content === "string" ? new TextEncoder().encode(content) : content);
      this.disk.rename(aside, file);
      this.written.push(path);
    } catch (error) {
      this.removeQuietly(aside);
      this.failed.push({path, code: codeOf(error), reason: reasonOf(error)});
    }
  }

  close(): void {
    const {folder, written, failed} = this;
    if (failed.length === 0) return;
    const reasons = [...new Set(failed.map(({reason}) => reason))].join(", ");
    const there = written.length > 0 ? `${countOf(written.length, "file")} written and kept` : "nothing written";
    const all = written.length + failed.length;
    const names = failed.map(({path}) => path).join(", ");
    throw new WriteError(
      `could not write ${failed.length} of ${countOf(all, "file")} to ${folder}: ${reasons}; ${there}; not written: ${names}`,
      failed.some(({code}) => midway.has(code)) ? "writeFailed" : "notWritable"
    );
  }

  private removeQuietly(file: string): void {
    try {
      this.disk.remove(file);
    } catch {
      // What could not be written may not be removable either; the first error is the one to report.
    }
  }
}

/** Errors of a disk, not of a name or a permission. */
const midway = new Set(["ENOSPC", "EDQUOT", "EIO", "EFBIG"]);

const reasons: Record<string, string> = {
  ENOSPC: "no space left on the device",
  EDQUOT: "the disk quota is used up",
  EACCES: "permission denied",
  EPERM: "not permitted",
  EROFS: "the file system is read-only",
  ENOTDIR: "a file stands where a folder should be",
  EEXIST: "a file stands where a folder should be",
  ENAMETOOLONG: "the name is too long",
  EIO: "the device reports an error",
  EISDIR: "a folder stands where a file should be"
};

function codeOf(error: unknown): string {
  const {code} = error as NodeJS.ErrnoException;
  if (code === undefined) throw error;
  return code;
}

function reasonOf(error: unknown): string {
  const code = codeOf(error);
  return reasons[code] ?? code;
}
