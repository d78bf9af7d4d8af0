/** What a bundler makes of code that uses the package. */
import {mkdirSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {gzipSync} from "node:zlib";
import {build, type Metafile} from "esbuild";

export interface Bundle {
  /** Gzipped bytes that are loaded before any call, and after calls. */
  initialBytes: number;
  lazyBytes: number;
  /** Files of the package that the initial load holds something of. */
  initialFiles: string[];
  /** Modules that the bundle leaves for the browser to find. */
  external: string[];
}

/** Bundles for browsers, minified, in chunks; leaves the files in `outdir` where `keep`. */
export async function bundle(code: string, project: string, outdir: string, keep = false): Promise<Bundle> {
  const {metafile, outputFiles} = await build({
    stdin: {contents: code, resolveDir: project, sourcefile: "main.js"},
    entryNames: "main",
    outdir,
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    metafile: true,
    write: false,
    absWorkingDir: project,
    logLevel: "silent"
  });
  if (keep) {
    mkdirSync(outdir, {recursive: true});
    for (const {path, contents} of outputFiles) writeFileSync(path, contents);
  }
  const initial = statically(metafile);
  const zipped = outputFiles.map(({path, contents}) => ({path, bytes: gzipSync(contents, {level: 9}).length}));
  const isInitial = (path: string) => [...initial].some((name) => join(project, name) === path);
  const sum = (files: typeof zipped) => files.reduce((total, {bytes}) => total + bytes, 0);
  const outputs = Object.values(metafile.outputs);
  return {
    initialBytes: sum(zipped.filter(({path}) => isInitial(path))),
    lazyBytes: sum(zipped.filter(({path}) => !isInitial(path))),
    initialFiles: [...initial].flatMap((name) =>
      Object.entries(metafile.outputs[name].inputs).flatMap(([file, {bytesInOutput}]) =>
        bytesInOutput > 0 ? [file.replace(/^.*node_modules\/kneepoint\//, "")] : []
      )
    ),
    external: outputs.flatMap(({imports}) => imports.filter(({external}) => external).map(({path}) => path))
  };
}

/** The entry with all that it imports before it runs. */
function statically({outputs}: Metafile): Set<string> {
  const found = new Set<string>();
  const visit = (name: string) => {
    if (found.has(name)) return;
    found.add(name);
    for (const {path, kind, external} of outputs[name].imports)
      if (kind === "import-statement" && !external) visit(path);
  };
  visit(Object.keys(outputs).find((name) => outputs[name].entryPoint === "main.js")!);
  return found;
}
