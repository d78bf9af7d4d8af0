/** The two commands behind `npm start` and `npm run build`. */
import {existsSync, readFileSync} from "node:fs";
import type {AddressInfo} from "node:net";
import {join} from "node:path";
import {InputError} from "../../engine/errors.js";
import {checkSite} from "./check.js";
import type {Selection} from "./data-selection.js";
import {serveEmbeds, writeEmbeds} from "./embeds.js";
import {finishSite} from "./finish.js";
import {findFirstViews} from "./first-view/apply.js";
import {clearLoaderCache, clearOutput, copyUnhashed, markOutput} from "./output.js";
import {dataFolder, mountSources} from "./mount.js";
import {readOptions, usage} from "./options.js";
import {writePolicy} from "./policy.js";
import {isOwnSite, project, root} from "./project.js";
import {packData} from "./site-data.js";
import {sizeReport} from "./size-report.js";

export async function main([command, ...args]: string[]): Promise<void> {
  // npm runs this in the repository, wherever it was called.
  const from = process.env.INIT_CWD ?? process.cwd();
  process.chdir(project);
  process.env.OBSERVABLE_TELEMETRY_DISABLE = "true";
  if (command === "mount") return mountSources();
  try {
    const {selection, port} = readOptions(args, from);
    // Data loaders run in processes of their own.
    process.env.KNEEPOINT_DATA ||= dataFolder();
    if (command === "serve") return await serve(port);
    if (command === "build") return await build(selection);
    throw new InputError(usage);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    console.error(error.message);
    process.exitCode = 2;
  }
}

/** Live preview on this machine only: pages, components and engine reload as they are edited. */
async function serve(port: number | undefined): Promise<void> {
  clearLoaderCache();
  const {preview} = await import("@observablehq/framework/dist/preview.js");
  const hostname = "127.0.0.1";
  const {server} = await preview({hostname, port, verbose: false, open: false});
  await serveEmbeds(server);
  console.log(`Kneepoint is at http://${hostname}:${(server.address() as AddressInfo).port}/`);
  console.log(dataLine());
}

async function build(selection: Selection): Promise<void> {
  const data = await packData(dataFolder(), selection, join(root, ".observablehq", "cache", "measured"));
  process.env.KNEEPOINT_CATALOGUE = data.index;
  process.env.KNEEPOINT_SELECTED = data.selected;
  clearLoaderCache();
  const {readConfig} = await import("@observablehq/framework/dist/config.js");
  const {build: buildSite} = await import("@observablehq/framework/dist/build.js");
  const config = await readConfig();
  clearOutput(config.output);
  // A site of one's own may say something else first.
  const views = isOwnSite ? {} : findFirstViews();
  await buildSite({config});
  // A preview of the same tree has other lists of tables than what was built.
  clearLoaderCache();
  markOutput(config.output);
  await copyUnhashed(config.output);
  await data.copyTo(join(config.output, "_file", "data"));
  // Cells that do not parse can be told from Framework’s own output alone.
  exitIfBroken(config.output);
  await finishSite(config.output, await views);
  await writeEmbeds(config.output, dataFolder(), data);
  writePolicy(config.output);
  exitIfBroken(config.output);
  console.log(sizeReport(config.output, data.sizes));
  console.log(`built ${config.output}; ${dataLine()}`);
}

function exitIfBroken(output: string): void {
  const problems = checkSite(output);
  if (problems.length === 0) return;
  for (const problem of problems) console.error(problem);
  console.error(`build failed: ${problems.length} ${problems.length === 1 ? "problem" : "problems"} in ${output}`);
  process.exit(1);
}

/** `measured data of 14 systems in ./data`, or how to get some. */
function dataLine(): string {
  const path = join(dataFolder(), "catalogue.json");
  if (!existsSync(path)) return "no measured data imported: figures come from fitted surfaces (npm run import -- DIR)";
  const {systems} = JSON.parse(readFileSync(path, "utf8"));
  return `measured data of ${Object.keys(systems).length} systems in ${dataFolder()}`;
}
