/**
 * Files of this machine. The file system is asked for by name and not imported, so that a bundle for browsers, where
 * this never runs, has nothing to resolve.
 */
export async function readFileUrl(url: URL, remedy: string): Promise<ArrayBuffer> {
  const fs = globalThis.process?.getBuiltinModule?.("node:fs/promises");
  if (!fs) throw new Error(`cannot read ${url}: there is no file system here; ${remedy}`);
  try {
    const bytes = await fs.readFile(url);
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  } catch (error) {
    throw new Error(`cannot read ${url.pathname}: ${(error as NodeJS.ErrnoException).code}; ${remedy}`, {cause: error});
  }
}
