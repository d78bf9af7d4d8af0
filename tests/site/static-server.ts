/** A plain file server, as a static host would be, with the site under a sub-path. */
import {createReadStream, existsSync, statSync} from "node:fs";
import {createServer} from "node:http";
import type {AddressInfo} from "node:net";
import {extname, join} from "node:path";

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".woff2": "font/woff2",
  ".wasm": "application/wasm"
};

export interface StaticSite {
  /** Address of the site, with a slash at the end. */
  url: string;
  close(): void;
}

type Headers = Readonly<Record<string, string>>;

/** `headers` go with every file, or with those that it gives some for. */
export async function serveStatic(
  folder: string,
  base: string,
  headers: Headers | ((pathname: string) => Headers) = {}
): Promise<StaticSite> {
  const server = createServer((request, response) => {
    const {pathname} = new URL(request.url!, "http://localhost");
    const file = pathname.startsWith(base) ? join(folder, decodeURIComponent(pathname.slice(base.length))) : "";
    const path = file && existsSync(file) && statSync(file).isDirectory() ? join(file, "index.html") : file;
    if (!path || !existsSync(path)) return void response.writeHead(404).end();
    const given = typeof headers === "function" ? headers(pathname) : headers;
    response.writeHead(200, {"content-type": types[extname(path)] ?? "application/octet-stream", ...given});
    createReadStream(path).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const {port} = server.address() as AddressInfo;
  return {url: `http://127.0.0.1:${port}${base}`, close: () => void server.close()};
}
