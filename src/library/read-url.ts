/** The bytes of a file, by URL: over the network, or of this machine where there is a file system. */

/** Rejects with what was asked for and what would help when there is no such file. */
export async function readUrl(url: URL, remedy: string): Promise<ArrayBuffer> {
  if (url.protocol === "file:") return (await import("./read-file.js")).readFileUrl(url, remedy);
  const response = await fetch(url).catch((error: Error) => {
    throw new Error(`cannot read ${url}: ${error.message}; ${remedy}`, {cause: error});
  });
  if (!response.ok) throw new Error(`cannot read ${url}: ${response.status}; ${remedy}`);
  return response.arrayBuffer();
}

/** A JSON file, trusted to be what it is said to be. */
export async function readJson<T>(url: URL, remedy: string): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await readUrl(url, remedy))) as T;
}
