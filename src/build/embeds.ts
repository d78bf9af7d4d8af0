/** Charts for other people's pages: modules at stable addresses, `embed/frontier.js`, and a page for frames each. */
import {mkdirSync, readFileSync, writeFileSync} from "node:fs";
import type {RequestListener, Server, ServerResponse} from "node:http";
import {dirname, extname, join} from "node:path";
import {context, type BuildOptions, type OutputFile, type Plugin} from "esbuild";
import {systemFolders} from "../../data-loaders/data-folder.js";
import {readAllSystems} from "../../data-loaders/read-systems.js";
import {chartNames, charts, type ChartName} from "../chart/names.js";
import {home} from "./project.js";
import {siblings} from "./sibling-folders.js";
import {packEmbedded} from "./site-data.js";
import type {SiteData} from "./site-data.js";

/** A file of the folder `embed`. */
export interface EmbedFile {
  name: string;
  contents: Uint8Array;
}

const source = join(home, "src/embed");
/** What is asked for by name; all else is shared between them and named by its content. */
const entries = [...chartNames, "elements", "frame", "worker"];

/** Where a built site keeps the tables of embeds, and where those of its pages are from there. */
const builtTables = "embed/data/";
const pageTables = "../../_file/data/";
/** A preview has the tables of its pages alone. */
const previewTables = {tables: "_file/data/", roundedTables: "_file/data/"};

/** Writes `embed/` into a built site: modules, pages, and the tables that they read. */
export async function writeEmbeds(
  output: string,
  dataDir: string,
  data: Pick<SiteData, "catalogue" | "names">
): Promise<void> {
  await packEmbedded(dataDir, data, join(output, builtTables), pageTables);
  const folder = join(output, "embed");
  const bundler = await embedBundler({tables: builtTables, roundedTables: `${builtTables}rounded/`});
  for (const {name, contents} of await bundler.files()) {
    mkdirSync(dirname(join(folder, name)), {recursive: true});
    writeFileSync(join(folder, name), contents);
  }
  await bundler.close();
}

/** Answers what a preview is asked for below `embed/`, from the sources as they are at that moment. */
export async function serveEmbeds(server: Server): Promise<void> {
  const bundler = await embedBundler();
  const others = server.listeners("request") as RequestListener[];
  let latest: Promise<EmbedFile[]> | undefined;
  const find = async (name: string) => (await latest)?.find((file) => file.name === name);
  const answer = async (name: string, response: ServerResponse) => {
    // What a page asks for by name begins a new bundle; its parts come of the same one.
    if (!name.startsWith("chunk-")) latest = bundler.files();
    const file = await find(name);
    if (!file) return void response.writeHead(404, {"content-type": "text/plain"}).end("File not found");
    const headers = {"access-control-allow-origin": "*", "cache-control": "no-cache"};
    response.writeHead(200, {"content-type": typeOf(name), ...headers}).end(file.contents);
  };
  server.removeAllListeners("request");
  server.on("request", (request, response) => {
    const {pathname} = new URL(request.url!, "http://localhost");
    if (!pathname.startsWith("/embed/")) return others.forEach((listener) => listener.call(server, request, response));
    answer(pathname.slice("/embed/".length), response).catch((error: Error) => {
      console.error(error.message);
      response.writeHead(500, {"content-type": "text/plain"}).end(error.message);
    });
  });
}

const types: Record<string, string> = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"};
const typeOf = (name: string) => `${types[extname(name)]}; charset=utf-8`;

export interface EmbedBundler {
  /** As the sources are now. */
  files(): Promise<EmbedFile[]>;
  close(): Promise<void>;
}

export async function embedBundler(tables = previewTables): Promise<EmbedBundler> {
  const bundler = await context({...bundle, plugins: [siblings(home), ofSite(tables)]});
  return {
    async files() {
      const {outputFiles} = await bundler.rebuild();
      return [...outputFiles.map(moduleFile), ...chartNames.map(frameFile), styleFile()];
    },
    close: () => bundler.dispose()
  };
}

const bundle = {
  entryPoints: entries.map((entry) => join(source, `${entry}.ts`)),
  outdir: "/embed",
  bundle: true,
  splitting: true,
  write: false,
  minify: true,
  format: "esm",
  platform: "browser",
  target: "es2022",
  chunkNames: "chunk-[hash]",
  logLevel: "error",
  legalComments: "none",
  absWorkingDir: home
} satisfies BuildOptions;

/** What the build alone knows: `kneepoint:site`, see src/embed/site.d.ts. */
function ofSite(tables: typeof previewTables): Plugin {
  return {
    name: "of-site",
    setup({onResolve, onLoad}) {
      onResolve({filter: /^kneepoint:site$/}, ({path}) => ({path, namespace: "of-site"}));
      onLoad({filter: /.*/, namespace: "of-site"}, () => {
        const {version} = JSON.parse(readFileSync(join(home, "package.json"), "utf8")) as {version: string};
        const known = {version, ...tables, systems: readAllSystems(systemFolders())};
        const lines = Object.entries(known).map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};`);
        return {contents: lines.join("\n")};
      });
    }
  };
}

function moduleFile({path, contents}: OutputFile): EmbedFile {
  return {name: path.replace(/^.*[\\/]embed[\\/]/, ""), contents};
}

function frameFile(name: ChartName): EmbedFile {
  const title = charts[name];
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Kneepoint: ${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="./frame.css">
<script type="module" src="./frame.js"></script>
</head>
<body data-chart="${name}">
<noscript>This chart, ${title}, is computed in your browser and needs JavaScript.</noscript>
</body>
</html>
`;
  return {name: `${name}.html`, contents: new TextEncoder().encode(html)};
}

function styleFile(): EmbedFile {
  return {name: "frame.css", contents: readFileSync(join(source, "frame.css"))};
}
