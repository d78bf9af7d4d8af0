/**
 * Lets pages that were visited work without a network. Copied beside the built site's pages, with the build's hash in
 * place of BUILD.
 *
 * A page names every file that it loads by a hash of what is in it, so a page that is kept and the files that it names
 * always belong together, whatever was published since. Kept pages are shown at once and asked for anew behind the
 * reader's back; a page of another build makes the browser fetch that build's worker, which forgets all kept pages.
 */
const build = "BUILD";
const pages = `kneepoint-pages-${build}`;
const files = "kneepoint-files";
/** Slices are many; those that were kept longest go first. */
const mostFiles = 400;
const root = new URL("./", self.location.href).href;

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOlder().then(() => self.clients.claim()));
});

/** What a page has loaded before there was a worker. */
self.addEventListener("message", (event) => {
  if (event.data?.keep) event.waitUntil(keepAll(event.data.keep));
});

self.addEventListener("fetch", (event) => {
  const {request} = event;
  if (request.method !== "GET" || !request.url.startsWith(root)) return;
  if (request.mode === "navigate") event.respondWith(page(event));
  else if (isFile(request.url)) event.respondWith(file(request));
});

/** A file that never changes: its name, or its query, carries a hash. DuckDB is too large to keep. */
function isFile(url) {
  const path = url.slice(root.length);
  if (!/^_(import|file|npm)\//.test(path) || path.includes("duckdb")) return false;
  return /(^|[./])[0-9a-f]{8}\.\w+$|\?[0-9a-f]{8,}$/.test(path);
}

async function file(request) {
  const kept = await caches.match(request.url, {cacheName: files});
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok) await keep(files, request.url, response.clone());
  // Published anew meanwhile: the page's own files are gone, its address says all that it shows.
  else if (response.status === 404) await tellStale();
  return response;
}

async function page(event) {
  const url = pageUrl(event.request.url);
  const kept = await caches.match(url, {cacheName: pages});
  const fetched = fetch(event.request).then((response) => keepPage(url, response));
  if (!kept) return fetched.catch(() => notKept());
  event.waitUntil(fetched.catch(() => {}));
  return kept;
}

/** Without the question in it: all are answered by the same page. */
function pageUrl(url) {
  const {origin, pathname} = new URL(url);
  return `${origin}${pathname.replace(/\/$/, "/index.html")}`;
}

async function keepPage(url, response) {
  if (!response.ok || response.redirected) return response;
  const text = await response.clone().text();
  if (text.includes(`<meta name="kneepoint-build" content="${build}">`)) await keep(pages, url, response.clone());
  else await self.registration.update();
  return response;
}

async function keepAll(urls) {
  for (const url of urls) {
    if (!url.startsWith(root)) continue;
    const isPage = !isFile(url) && /(\/|\.html)$/.test(pageUrl(url));
    if (isPage)
      await fetch(url).then(
        (response) => keepPage(pageUrl(url), response),
        () => {}
      );
    else if (isFile(url) && !(await caches.match(url, {cacheName: files})))
      await fetch(url).then(
        (response) => response.ok && keep(files, url, response),
        () => {}
      );
  }
  await trim();
}

async function keep(name, url, response) {
  const cache = await caches.open(name);
  await cache.put(url, response);
}

async function trim() {
  const cache = await caches.open(files);
  const kept = await cache.keys();
  for (const request of kept.slice(0, Math.max(0, kept.length - mostFiles))) await cache.delete(request);
}

async function forgetOlder() {
  for (const name of await caches.keys())
    if (name.startsWith("kneepoint-pages-") && name !== pages) await caches.delete(name);
}

async function tellStale() {
  for (const client of await self.clients.matchAll({type: "window"})) client.postMessage({stale: true});
}

function notKept() {
  const text = `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Not kept</title>
<p>You are offline, and this page was not opened before. <a href="${root}index.html">Find the knee</a> may be here.</p>`;
  return new Response(text, {status: 503, headers: {"content-type": "text/html; charset=utf-8"}});
}
