/**
 * `npm run bench`: compiles the benchmark as pages and the package are, and runs it. What tsx compiles keeps a name with
 * every function that is made, which costs a simulation a tenth of its time and which nothing that ships does.
 */
import {spawnSync} from "node:child_process";
import {mkdirSync, readFileSync} from "node:fs";
import {dirname, join} from "node:path";
import {build, type Plugin} from "esbuild";

const root = join(import.meta.dirname, "../..");
const outfile = join(root, "node_modules/.cache/kneepoint/bench.mjs");

/** Files are found from where their source lies. */
const ownFolders: Plugin = {
  name: "own-folders",
  setup: ({onLoad}) =>
    onLoad({filter: /\.ts$/}, ({path}) => ({
      contents: readFileSync(path, "utf8").replaceAll("import.meta.dirname", JSON.stringify(dirname(path))),
      loader: "ts"
    }))
};

mkdirSync(dirname(outfile), {recursive: true});
await build({
  ...{entryPoints: [join(root, "tests/bench.ts")], outfile, absWorkingDir: root, plugins: [ownFolders]},
  ...{bundle: true, format: "esm", platform: "node", target: "node20", packages: "external", logLevel: "warning"}
});
process.exitCode = spawnSync(process.execPath, [outfile], {stdio: "inherit"}).status ?? 1;
