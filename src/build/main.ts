/** The two commands behind `npm start` and `npm run build`. */
import {existsSync, readFileSync} from "node:fs";
import type {AddressInfo} from "node:net";
import {join} from "node:path";
import {checkSite} from "./check.js";
import {clearLoaderCache, copyUnhashed} from "./output.js";
import {dataFolder, mountSources} from "./mount.js";
import {project} from "./project.js";

const usage = `usage: node src/build/run.js serve [--port 3000] | build | mount`;

export async function main([command, ...args]: string[]): Promise<void> {
  process.chdir(project);
  // Data loaders run in processes of their own.
  process.env.KNEEPOINT_DATA ||= dataFolder();
  process.env.OBSERVABLE_TELEMETRY_DISABLE = "true";
  if (command === "serve") return serve(args);
  if (command === "build") return build();
  if (command === "mount") return mountSources();
  console.error(usage);
  process.exitCode = 2;
}

/** Live preview on this machine only: pages, components and engine reload as they are edited. */
async function serve(args: string[]): Promise<void> {
  const port = args.includes("--port") ? Number(args[args.indexOf("--port") + 1]) : undefined;
  clearLoaderCache();
  const {preview} = await import("@observablehq/framework/dist/preview.js");
  const hostname = "127.0.0.1";
  const {server} = await preview({hostname, port, verbose: false, open: false});
  console.log(`Kneepoint is at http://${hostname}:${(server.address() as AddressInfo).port}/`);
  console.log(dataLine());
}

async function build(): Promise<void> {
  clearLoaderCache();
  const {readConfig} = await import("@observablehq/framework/dist/config.js");
  const {build: buildSite} = await import("@observablehq/framework/dist/build.js");
  const config = await readConfig();
  await buildSite({config});
  await copyUnhashed(config.output);
  const problems = checkSite(config.output);
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) {
    console.error(
      `build failed: ${problems.length} ${problems.length === 1 ? "problem" : "problems"} in ${config.output}`
    );
    process.exit(1);
  }
  console.log(`built ${config.output}; ${dataLine()}`);
}

/** `measured data: 2,013 slices of 14 systems (./data)`, or how to get some. */
function dataLine(): string {
  const path = join(dataFolder(), "catalogue.json");
  if (!existsSync(path)) return "no measured data imported: figures come from fitted surfaces (npm run import -- DIR)";
  const {systems} = JSON.parse(readFileSync(path, "utf8"));
  return `measured data of ${Object.keys(systems).length} systems in ${dataFolder()}`;
}
