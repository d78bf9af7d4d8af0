/**
 * The library in the package: each module compiled on its own, with its types, so that who bundles it keeps only what
 * is used. `src/` and its siblings become one folder, `lib/engine` beside `lib/library`, where the relative imports of
 * the sources hold as they do through the links that mount.ts makes.
 */
import {cpSync, readdirSync, rmSync, statSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import ts from "typescript";
import {readSystems} from "../../data-loaders/read-systems.js";

/** Modules that the package exports; what they import comes along. */
const entries = ["library/index.ts", "library/node.ts", "engine/index.ts"];

export function compileLibrary(repo: string, lib: string): void {
  const sources = join(lib, ".sources");
  gather(repo, sources);
  writeFileSync(join(sources, "library/known-systems.ts"), knownSystems(join(repo, "systems")));
  compile(sources, lib);
  rmSync(sources, {recursive: true});
}

/** The engine, the loaders, and of `src/` what is no link. */
function gather(repo: string, to: string): void {
  const isSource = (path: string) => statSync(path).isDirectory() || path.endsWith(".ts");
  const copy = (from: string, name: string) =>
    cpSync(join(repo, from, name), join(to, name), {recursive: true, filter: isSource});
  for (const name of ["engine", "data-loaders"]) copy("", name);
  for (const entry of readdirSync(join(repo, "src"), {withFileTypes: true}))
    if (!entry.isSymbolicLink() && !entry.name.startsWith(".")) copy("src", entry.name);
}

/** Takes the place of the module that reads YAML. */
function knownSystems(folder: string): string {
  return `/** The GPU systems that the product knows; written from systems/*.yaml when the package was made. */
import {reviveSystems} from "../engine/system.js";
import type {SystemJson, SystemSpec} from "../engine/system.js";

const systems: SystemJson[] = ${JSON.stringify(readSystems(folder), null, 2)};

export async function readKnownSystems(): Promise<SystemSpec[]> {
  return reviveSystems(systems);
}
`;
}

/** Types are checked by `npm run typecheck`; here they are written. Throws for what cannot be. */
function compile(sources: string, lib: string): void {
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
    types: ["node"],
    strict: true,
    verbatimModuleSyntax: true,
    skipLibCheck: true,
    noCheck: true,
    declaration: true,
    rootDir: sources,
    outDir: lib
  };
  const program = ts.createProgram(
    entries.map((entry) => join(sources, entry)),
    options
  );
  const {diagnostics} = program.emit();
  const all = [...program.getOptionsDiagnostics(), ...program.getSyntacticDiagnostics(), ...diagnostics];
  if (all.length === 0) return;
  const host = {
    getCanonicalFileName: (name: string) => name,
    getCurrentDirectory: () => sources,
    getNewLine: () => "\n"
  };
  throw new Error(ts.formatDiagnostics(all, host));
}
