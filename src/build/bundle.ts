/**
 * Turns what Framework writes, hundreds of small modules, into a few minified ones that pages share. All lie in one
 * folder, under names that carry a hash of what they hold and of all that they load.
 */
import {existsSync, readFileSync} from "node:fs";
import {dirname, join, relative, resolve, sep} from "node:path";
import {rolldown} from "rolldown";
import type {OutputChunk, OutputOptions, Plugin, PluginContext} from "rolldown";
import {pageName, staticImports, untimed} from "./built-page.js";
import type {BuiltPage} from "./built-page.js";
import {project} from "./project.js";
import {isSubstituted} from "./self-host.js";

/** Folder of the bundled modules, below the output folder. */
export const bundleFolder = "_import";

export interface Bundle {
  /** Content by path below the output folder. */
  files: Map<string, string>;
  /** Of each page, by its path. */
  pages: Map<string, BundledPage>;
  /** Of each script of the markup, by its name: its file. */
  scripts: Map<string, string>;
}

export interface BundledPage {
  script: string;
  /** What comes with the script, and what its workers begin with. */
  modules: string[];
  workerModules: string[];
}

/** The pages’ programs with all that they load. `scripts` are those that stand in their markup, by name. */
export async function bundlePages(
  output: string,
  pages: readonly BuiltPage[],
  scripts: ReadonlyMap<string, string>
): Promise<Bundle> {
  const programs = pages.filter(({program}) => program);
  const sources = new Map([
    ...programs.map((page) => [`${entryPrefix}page-${pageName(page.path)}`, staticImports(page)] as const),
    ...[...scripts].map(([name, text]) => [entryPrefix + name, text] as const)
  ]);
  const folders = new Map(
    programs.map(({path}) => [`${entryPrefix}page-${pageName(path)}`, dirname(join(output, path))])
  );
  const reach = new Reach();
  const bundle = await rolldown({
    cwd: project,
    input: Object.fromEntries([...sources.keys()].map((id) => [id.slice(entryPrefix.length), id])),
    platform: "browser",
    preserveEntrySignatures: false,
    transform: {target: "es2022", define: {"process.env.NODE_ENV": '"production"'}},
    plugins: [entries(sources, folders), frameworkOutput(output, reach), reach.plugin([...sources.keys()])],
    onwarn: (warning, warn) => {
      // Framework’s cells import at once what a component would rather have later.
      if (warning.code !== "INEFFECTIVE_DYNAMIC_IMPORT") warn(warning);
    }
  });
  const options: OutputOptions = {
    format: "es",
    minify: true,
    comments: {legal: false},
    hashCharacters: "hex",
    entryFileNames: ({name}) => `${plainName(name)}.[hash].js`,
    chunkFileNames: ({name}) => `${plainName(name)}.[hash].js`
  };
  const grouped = await bundle.generate({...options, codeSplitting: reach.groups()});
  const chunks = chunksOf(grouped.output);
  // Modules in groups may load each other in a circle; on their own they never do.
  const sound = isAcyclic(chunks) ? chunks : chunksOf((await bundle.generate(options)).output);
  await bundle.close();
  return describe(sound, programs, scripts, reach);
}

const entryPrefix = "kneepoint-entry:";

function plainName(name: string): string {
  return name
    .replace(/\.[0-9a-f]{8}$/, "")
    .replace(/[^\w-]+/g, "-")
    .replace(/^_+/, "");
}

function chunksOf(output: readonly {type: string}[]): OutputChunk[] {
  return output.filter((each): each is OutputChunk => each.type === "chunk");
}

function describe(
  chunks: readonly OutputChunk[],
  pages: readonly BuiltPage[],
  scripts: ReadonlyMap<string, string>,
  reach: Reach
): Bundle {
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const byEntry = new Map(chunks.flatMap((chunk) => (chunk.facadeModuleId ? [[chunk.facadeModuleId, chunk]] : [])));
  const at = (name: string) => `${bundleFolder}/${name}`;
  const bundled = ({path}: BuiltPage): [string, BundledPage] => {
    const entry = `${entryPrefix}page-${pageName(path)}`;
    const script = byEntry.get(entry)!.fileName;
    const modules = [...closure(byName, script)];
    const started = reach.workersOf(entry).map((worker) => byEntry.get(worker)!.fileName);
    const workerModules = new Set(started.flatMap((worker) => [...closure(byName, worker)]));
    return [
      path,
      {
        script: at(script),
        modules: modules.slice(1).map(at),
        workerModules: [...workerModules].filter((name) => !modules.includes(name)).map(at)
      }
    ];
  };
  return {
    files: new Map(chunks.map(({fileName, code}) => [at(fileName), code])),
    pages: new Map(pages.map(bundled)),
    scripts: new Map([...scripts.keys()].map((name) => [name, at(byEntry.get(entryPrefix + name)!.fileName)]))
  };
}

/** A chunk and all that comes with it. */
function closure(chunks: ReadonlyMap<string, OutputChunk>, name: string, found = new Set<string>()): Set<string> {
  if (found.has(name) || !chunks.has(name)) return found;
  found.add(name);
  for (const next of chunks.get(name)!.imports) closure(chunks, next, found);
  return found;
}

function isAcyclic(chunks: readonly OutputChunk[]): boolean {
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  return chunks.every(({fileName, imports}) => !imports.some((next) => closure(byName, next).has(fileName)));
}

/** Programs of pages and scripts of their markup, which lie in no file. */
function entries(sources: ReadonlyMap<string, string>, folders: ReadonlyMap<string, string>): Plugin {
  return {
    name: "entries",
    resolveId(specifier, importer) {
      if (specifier.startsWith(entryPrefix)) return specifier;
      const folder = importer === undefined ? undefined : folders.get(importer);
      // As if they stood beside the page.
      return folder && specifier.startsWith(".") ? this.resolve(specifier, join(folder, "page.js")) : null;
    },
    load: (id) => sources.get(id) ?? null
  };
}

const globalByCode = 'Function("return this")()';

/** Resolves within Framework’s output, and packages to their own modules, of which only what is used is taken. */
function frameworkOutput(output: string, reach: Reach): Plugin {
  const below = (path: string) => relative(output, path).split(sep).join("/");
  const isOurs = (path: string) => below(path).startsWith(`${bundleFolder}/`);
  const absent = "kneepoint-absent";
  const inOutput = (specifier: string, importer: string | undefined) => {
    if (!importer || !specifier.startsWith(".") || below(importer).startsWith("..")) return undefined;
    return resolve(dirname(importer), specifier);
  };
  return {
    name: "framework-output",
    async resolveId(specifier, importer, {kind}) {
      if (specifier === absent) return absent;
      const target = inOutput(specifier, importer);
      if (!target) return null;
      const isLater = kind === "dynamic-import" && !isOurs(importer!);
      // Framework knows of libraries that no page uses, and leaves them out.
      if (isLater && !existsSync(target)) return absent;
      const name = packageOf(below(target));
      // What Framework provides to cells comes whole, when it is first used.
      if (isLater && name) return {id: `../${below(target)}`, external: true};
      if (name) return this.resolve(name, join(project, "package.json"), {skipSelf: true});
      return {id: target, moduleSideEffects: !isOurs(target)};
    },
    load(id) {
      if (id === absent) return `throw new Error("this library is not part of the site")`;
      return below(id).startsWith("..") ? null : untimed(readFileSync(id, "utf8"));
    },
    transform(code, id) {
      if (!below(id).startsWith("..")) return relocated(this, code, id);
      // How older packages find the global object; a strict policy forbids it.
      return code.includes(globalByCode) ? code.replaceAll(globalByCode, "globalThis") : null;
    }
  };

  /** Addresses that are told from a module’s own, which will be another. */
  function relocated(plugin: PluginContext, code: string, id: string): string {
    const own = relative(join(output, bundleFolder), id).split(sep).join("/");
    const address = (path: string) => `new URL(${JSON.stringify(path)}, import.meta.url).href`;
    const workers = code.replace(/new Worker\(import\.meta\.resolve\("(\.[^"]+)"\)/g, (_, url: string) => {
      const worker = resolve(dirname(id), url);
      reach.starts(id, worker);
      const name = `worker-${below(dirname(worker)).split("/").slice(1).join("-")}`;
      return `new Worker(import.meta.ROLLUP_FILE_URL_${plugin.emitFile({type: "chunk", id: worker, name})}`;
    });
    return workers.replace(/import\.meta\.resolve\("(\.[^"]+)"\)|import\.meta\.url/g, (_, url?: string) =>
      address(
        url === undefined
          ? own
          : relative(join(output, bundleFolder), resolve(dirname(id), url))
              .split(sep)
              .join("/")
      )
    );
  }
}

/** `_npm/d3@7.9.0/d2b110a6.js` → `d3`, `_node/highlight.js@11.11.1/lib/core.12345678.js` → `highlight.js/lib/core`. */
function packageOf(path: string): string | undefined {
  const [, kind, name, rest] = /^_(npm|node)\/((?:@[^/]+\/)?[^@/]+)@[^/]+\/(.+)$/.exec(path) ?? [];
  if (!name || isSubstituted(name)) return undefined;
  if (kind === "npm") return rest.includes("/") ? undefined : name;
  const module = rest.replace(/(\.[0-9a-f]{8})?\.js$/, "");
  return module === "index" ? name : `${name}/${module}`;
}

/** Which modules come at once with which pages and workers: what is needed together is put together. */
class Reach {
  /** Worker → modules that start it. */
  private readonly starters = new Map<string, Set<string>>();
  /** Page or script → modules that come with it. */
  private readonly entries = new Map<string, Set<string>>();
  /** Module → with how many of them it comes. */
  private readonly shares = new Map<string, number>();
  private readonly ofWorkers = new Set<string>();
  /** The same with what workers load later: none of it may come with what needs a document. */
  private readonly everOfWorkers = new Set<string>();

  starts(module: string, worker: string): void {
    this.starters.set(worker, (this.starters.get(worker) ?? new Set()).add(module));
  }

  workersOf(entry: string): string[] {
    const modules = [...this.entries.get(entry)!];
    return [...this.starters].filter(([, by]) => modules.some((id) => by.has(id))).map(([worker]) => worker);
  }

  plugin(entries: readonly string[]): Plugin {
    const {starters, shares, ofWorkers, everOfWorkers} = this;
    const found = this.entries;
    return {
      name: "reach",
      buildEnd() {
        const visit = (id: string, seen: Set<string>, later = false): Set<string> => {
          if (seen.has(id)) return seen;
          seen.add(id);
          const {importedIds = [], dynamicallyImportedIds = []} = this.getModuleInfo(id) ?? {};
          for (const next of later ? [...importedIds, ...dynamicallyImportedIds] : importedIds)
            visit(next, seen, later);
          return seen;
        };
        for (const entry of entries) {
          found.set(entry, visit(entry, new Set()));
          for (const id of found.get(entry)!) shares.set(id, (shares.get(id) ?? 0) + 1);
        }
        for (const worker of starters.keys()) {
          visit(worker, ofWorkers);
          visit(worker, everOfWorkers, true);
        }
      }
    };
  }

  groups(): OutputOptions["codeSplitting"] {
    const isEntry = (id: string) => id.startsWith(entryPrefix) || this.starters.has(id);
    const onPages = (id: string) => (isEntry(id) ? 0 : (this.shares.get(id) ?? 0));
    const inWorkers = (id: string) => !isEntry(id) && this.ofWorkers.has(id);
    const laterInWorkers = (id: string) => !isEntry(id) && this.everOfWorkers.has(id);
    return {
      includeDependenciesRecursively: false,
      groups: [
        {
          name: "library",
          priority: 4,
          test: (id) => onPages(id) > 0 && id.includes("node_modules")
        },
        {name: "shared", priority: 3, test: (id) => onPages(id) >= severalPages && inWorkers(id)},
        {name: "worker", priority: 2, test: inWorkers},
        {name: "common", priority: 2, test: (id) => onPages(id) >= severalPages && laterInWorkers(id)},
        {
          name: "page",
          priority: 1,
          test: (id) => onPages(id) >= severalPages
        }
      ]
    };
  }
}

/** From so many pages on, a module is put with others that are shared. */
const severalPages = 4;
