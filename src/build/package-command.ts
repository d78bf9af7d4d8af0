/** The command line in the package: one bundle, started without compiling, with the files that it reads beside it. */
import {copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from "node:fs";
import {createRequire} from "node:module";
import {basename, join} from "node:path";
import {build, type Plugin} from "esbuild";
import {siblings} from "./sibling-folders.js";

const require = createRequire(import.meta.url);

/** Files of other packages that commands read as they run. */
const assets = [
  "@resvg/resvg-wasm/index_bg.wasm",
  "@fontsource/inter/files/inter-latin-400-normal.woff2",
  "@fontsource/inter/files/inter-latin-600-normal.woff2"
];

export async function bundleCommand(repo: string, outdir: string): Promise<void> {
  const {metafile} = await build({
    entryPoints: [join(repo, "src/cli/main.ts")],
    outdir,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    logLevel: "silent",
    metafile: true,
    absWorkingDir: repo,
    banner: {js: 'import {createRequire as from} from "node:module"; const require = from(import.meta.url);'},
    plugins: [siblings(repo), ownAssets]
  });
  mkdirSync(join(outdir, "assets"));
  for (const file of assets) copyFileSync(require.resolve(file), join(outdir, "assets", basename(file)));
  const files = [...Object.keys(metafile.inputs), ...assets.map((file) => `node_modules/${file}`)];
  const packages = new Set(files.flatMap(packageOf));
  writeFileSync(join(outdir, "THIRD-PARTY.txt"), licences(repo, [...packages].sort()));
}

/** What sources look up in node_modules lies beside the bundle. */
const ownAssets: Plugin = {
  name: "own-assets",
  setup: ({onLoad}) =>
    onLoad({filter: /src.cli.\w+\.ts$/}, ({path}) => {
      const text = readFileSync(path, "utf8");
      if (!text.includes("createRequire(import.meta.url)")) return undefined;
      const contents = text.replace(
        /const \{resolve\} = createRequire\(import\.meta\.url\);/,
        'const resolve = (file: string) => new URL("assets/" + file.replace(/.*\\//, ""), import.meta.url);'
      );
      if (contents === text) throw new Error(`no asset look-up in ${path} as package-command.ts knows it`);
      return {contents, loader: "ts"};
    })
};

/** `@scope/name` of `node_modules/@scope/name/…`; none for our own. */
function packageOf(path: string): string[] {
  const [, name] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path) ?? [];
  return name === undefined ? [] : [name];
}

function licences(repo: string, packages: readonly string[]): string {
  return packages
    .map((name) => `${name}\n\n${licenceOf(join(repo, "node_modules", name))}`)
    .join(`\n${"─".repeat(80)}\n\n`);
}

function licenceOf(folder: string): string {
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  if (file) return readFileSync(join(folder, file), "utf8");
  const {license} = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {license: string};
  return `Licence: ${license}\n`;
}
